"""Forms of second judgements: ask for one, give it."""

from collections.abc import Sequence
from typing import Any, cast

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import DayField
from records.forms.fields import Typed, textarea
from records.values import cleaned_text
from staff.forms import PeopleForm, PersonField

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
MOST = 10_000


class AskForModeration(PeopleForm):
    """Whom to ask, and by when."""

    to_id = PersonField(
        label="Who judges it a second time?",
        help_text="Somebody who is not concerned, not below the auditor, and cannot read the first judgement. Type a name.",
    )
    due_on = DayField(
        label="By which day?", of="day", help_text="Until then they can read the file, without health and conduct."
    )

    submit = "Ask for a second judgement"

    def rows(self) -> list[Any]:
        return [Field("to_id", context=LABEL), Field("due_on", context=LEGEND)]


class Judge(forms.Form):
    """A judgement, and what led to it."""

    judgement = forms.ChoiceField(
        label="Your judgement of this supervision file",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a judgement.", "invalid_choice": "Choose one of these judgements."},
    )
    words = Typed(
        lambda text: cleaned_text(text, most=MOST),
        label="What led you to it",
        help_text="What you found in the file, with what is done well first.",
        widget=textarea(8),
    )

    def __init__(self, *args: Any, judgements: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["judgement"]).choices = [(one, one) for one in judgements]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("judgement", context=LEGEND),
            Field("words", context=LABEL),
            Button.primary("save", "Give this judgement"),
        )
