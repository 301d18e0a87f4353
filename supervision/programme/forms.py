"""Forms of a programme: a review recorded, an entry corrected."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from supervision.programme.rules import Recordable

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
EXAMPLE = "For example, 27 3 2027"


class RecordEvent(forms.Form):
    """What was held or agreed, and on which day."""

    what = forms.ChoiceField(
        label="What was held or agreed?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was held or agreed.", "invalid_choice": "Choose one of these."},
    )
    on = DayField(label="On which day?", help_text=EXAMPLE)

    def __init__(self, *args: Any, recordable: Sequence[Recordable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [(each.key, each.label) for each in recordable]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field.radios("what", legend_size=Size.SMALL),
            Field("on", context=LEGEND),
            Button.primary("save", "Record it"),
        )


class CorrectEvent(forms.Form):
    """Another day for what was recorded; empty: it was not so."""

    on = DayField(label="On which day was it? (empty if it was not so at all)", help_text=EXAMPLE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Field("on", context=LEGEND), Button.primary("save", "Save"))
