"""The form of how somebody is engaged, and of what prepared a supervisor."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from staff.models import Post


class Employment(forms.Form):
    """Engagement of the present post, and the days of reading the policy and of training."""

    engagement = forms.ChoiceField(
        label="How is this person engaged?",
        help_text="What the policy asks of supervision is the same for all.",
        choices=Post.Engagement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how this person is engaged."},
    )
    policy_read_on = DayField(
        label="Read the supervision policy on (optional)",
        help_text="Of somebody who supervises. For example, 27 3 2027",
        required=False,
    )
    trained_on = DayField(
        label="Trained as a supervisor on (optional)", help_text="For example, 27 3 2027", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("engagement", legend_size=Size.SMALL),
            Field("policy_read_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Field("trained_on", context={"legend_size": Size.for_legend(Size.SMALL)}),
            Button.primary("save", "Save"),
        )
