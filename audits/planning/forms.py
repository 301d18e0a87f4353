"""Forms of an audit: its day, a reason, and who does it."""

from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from records.forms.fields import Typed, textarea
from records.values import cleaned_text
from staff.forms import PeopleForm, PersonField

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
MOST = 2_000


class Page(forms.Form):
    """A form with one button."""

    submit = "Save"
    context = LABEL

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        rows = [Field(name, context=self.context) for name in self.fields]
        self.helper.layout = Layout(*rows, Button.primary("save", self.submit))


class BookAudit(Page):
    """On which day an audit is done."""

    booked_on = DayField(label="When will you do it?", help_text="For example, 27 3 2027")

    submit = "Book this day"
    context = LEGEND


def _reason(label: str, hint: str) -> Typed:
    return Typed(
        lambda text: cleaned_text(text, most=MOST),
        label=label,
        help_text=hint,
        widget=textarea(3),
    )


class DrawAgain(Page):
    """Why another file, or other children, are drawn."""

    reason = _reason(
        "Why does it have to be another draw?",
        "The first draw and your reason stay on the record. Do not write about anybody’s health or private life.",
    )

    submit = "Draw again"


class GiveUp(Page):
    """Why an audit is given up."""

    reason = _reason("Why is it given up?", "Your reason stays on the record.")

    submit = "Give it up"


class Appoint(PeopleForm):
    """Who does an audit instead."""

    to_id = PersonField(label="Who audits this file?", help_text="Type a name, or a part of one.")

    submit = "Give them this audit"

    def rows(self) -> list[Any]:
        return [Field("to_id", context=LABEL)]


class Renew(Page):
    """A press of the button."""

    submit = "Let them read the file again"


class Draw(Page):
    """A press of the button."""

    submit = "Draw a file"
