"""The form of what happened to a child."""

from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from supervision.oversight.selectors import Triggers

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}


class Happened(forms.Form):
    """What happened, of those things after which the policy wants a decision, and when."""

    trigger = forms.ChoiceField(
        label="What happened?", widget=forms.RadioSelect, error_messages={"required": "Choose what happened."}
    )
    on = DayField(label="When?", help_text="For example, 27 3 2027")

    def __init__(self, *args: Any, asked: Triggers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["trigger"])
        choice.choices = [(each.id, each.label) for each in asked.entered]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("trigger", context=LEGEND), Field("on", context=LEGEND), Button.primary("save", "Enter it")
        )
