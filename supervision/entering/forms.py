"""Forms of entering: which records, that they are entered, when, and under which number there."""

from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from core.form_fields import DayField
from core.shortcuts import uuid_or_none

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}


def chosen_in(data: QueryDict) -> list[UUID]:
    """The records that were ticked."""
    return [key for each in data.getlist("record") if (key := uuid_or_none(each))]


class Entered(forms.Form):
    """That it was entered in the case system, when, on which form there, and under which number."""

    entered_on = DayField(label="When was it entered?", help_text="For example, 27 3 2027")
    form = forms.CharField(label="On which form there?", required=False, max_length=100, strip=True)
    reference = forms.CharField(
        label="Its number or reference there (optional)", required=False, max_length=100, strip=True
    )

    def __init__(self, *args: Any, record_ids: list[UUID] | None = None, form: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = "".join(f'<input type="hidden" name="record" value="{key}">' for key in record_ids or ())
        if form:
            self.initial.setdefault("form", form)
        else:
            self.fields["form"].help_text = "Leave it empty where each went to the form that it is called after."
        if record_ids:
            self.fields["entered_on"].label = "When were they entered?"
            self.fields["reference"].label = "Their number or reference there (optional)"
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            HTML(hidden),
            Field("entered_on", context=LEGEND),
            Field.text("form", field_width=Fluid.TWO_THIRDS, label_size=Size.SMALL),
            Field.text("reference", field_width=Fluid.ONE_HALF, label_size=Size.SMALL),
            Button.primary("save", "They are entered" if record_ids else "It is entered"),
        )
