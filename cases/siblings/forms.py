"""Forms of brothers and sisters: one added by reference, a child taken out."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from cases.forms import day_field, day_row
from cases.rules import LONGEST_REFERENCE


class AddSibling(forms.Form):
    """A child who belongs together with another one, by its exact reference. ``label``: what the authority calls it."""

    reference = forms.CharField(
        max_length=LONGEST_REFERENCE,
        help_text="Of a child whom you can see. Who is brother or sister of one counts as such of all of them.",
        error_messages={"required": "Enter the reference from the case system."},
    )
    starts_on = day_field("From which day do they belong together?")

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].label = f"{label} of the brother or sister"
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.text("reference", label_size=Size.SMALL), day_row("starts_on"), Button.primary("save", "Save")
        )


class LeaveSiblings(forms.Form):
    """The day from which a child belongs to its brothers and sisters no more."""

    ends_on = day_field("From which day does this child belong to them no more?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(day_row("ends_on"), Button.warning("save", "Take this child out"))
