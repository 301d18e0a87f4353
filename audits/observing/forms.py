"""Forms of observations: plan one, answer, move it, say that it was held, give it up."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from cases.models import Child
from core.form_fields import DayField
from core.templatetags.countersign import long_date, time_of
from records.forms.fields import Typed, line, textarea
from records.values import cleaned_line, cleaned_text
from supervision.models import SupervisionSession

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
EXAMPLE = "For example, 27 3 2027"
MOST = 2_000


def some_words(label: str, hint: str = "") -> Typed:
    """A short text."""
    return Typed(lambda text: cleaned_text(text, most=MOST), label=label, help_text=hint, widget=textarea(3))


class Page(forms.Form):
    """A form with its button."""

    submit = "Save"

    def finish(self, *rows: Any, button: Any = None) -> None:
        """Lay the form out."""
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(*rows, button or Button.primary("save", self.submit))


class PlanSupervision(Page):
    """In which of the booked sessions somebody's supervision is observed."""

    session_id = forms.TypedChoiceField(
        label="Which session?",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a session.", "invalid_choice": "Choose one of these sessions."},
    )

    submit = "Plan it, and ask both of them"

    def __init__(self, *args: Any, sessions: Sequence[SupervisionSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["session_id"]).choices = [
            (str(one.pk), f"{long_date(one.on)}, {time_of(one.starts)}, with {one.supervisee.name}") for one in sessions
        ]
        self.finish(Field("session_id", context=LEGEND))


class PlanPractice(Page):
    """What somebody is observed doing, on which day, and with which child's family."""

    activity = Typed(
        lambda text: cleaned_line(text, most=200),
        label="What will be observed?",
        help_text="For example, a home visit, a core group, a direct session with a child. Leave out names.",
        widget=line(),
    )
    on = DayField(label="On which day?", help_text=EXAMPLE)
    child_id = forms.TypedChoiceField(
        label="Child, by reference (optional)",
        help_text="Where a child is named, the worker asks the family first, and notes what they said.",
        coerce=UUID,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose one of these children."},
    )

    submit = "Plan it, and ask the worker"

    def __init__(self, *args: Any, children: Sequence[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "No child is named"), *((str(child.pk), child.reference) for child in children)]
        cast(forms.ChoiceField, self.fields["child_id"]).choices = choices
        self.finish(Field("activity", context=LABEL), Field("on", context=LEGEND), Field("child_id", context=LABEL))


class Answer(Page):
    """Whether one agrees; and in which words."""

    agreed = forms.TypedChoiceField(
        label="Do you agree to be observed?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes, I agree"), ("no", "No, I do not agree")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )
    words = some_words("Anything that the observer should know (optional)", "The observer alone reads this.")

    submit = "Send this answer"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finish(Field("agreed", context=LEGEND), Field("words", context=LABEL))


class FamilyAnswer(Answer):
    """What a family said, noted by the worker who asked them."""

    submit = "Note what they said"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreed, words = cast(forms.ChoiceField, self.fields["agreed"]), self.fields["words"]
        agreed.label = "Does the family agree that somebody comes with you?"
        agreed.choices = [("yes", "Yes, they agree"), ("no", "No, they do not agree")]
        words.label = "Anything that the observer should know (optional)"
        words.help_text = "For example, what they asked for. Leave out names. The observer and you read this."


class Move(Page):
    """Another day, and why."""

    on = DayField(label="New day", help_text=EXAMPLE)
    reason = some_words("Why does it move?", "All who take part in it read this.")

    submit = "Move it"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finish(Field("on", context=LEGEND), Field("reason", context=LABEL))


class MoveToSession(Page):
    """Another booked session of the same two people, and why."""

    session_id = forms.TypedChoiceField(
        label="Which session instead?",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a session.", "invalid_choice": "Choose one of these sessions."},
    )
    reason = some_words("Why does it move?", "All who take part in it read this.")

    submit = "Move it"

    def __init__(self, *args: Any, sessions: Sequence[SupervisionSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["session_id"]).choices = [
            (str(one.pk), f"{long_date(one.on)}, {time_of(one.starts)}") for one in sessions
        ]
        self.finish(Field("session_id", context=LEGEND), Field("reason", context=LABEL))


class Hold(Page):
    """On which day it was held."""

    on = DayField(label="On which day was it held?", help_text=EXAMPLE)

    submit = "It was held: write the feedback"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finish(Field("on", context=LEGEND))


class GiveUp(Page):
    """Why it is not held."""

    reason = some_words("Why is it given up?", "All who were to take part in it read this.")

    submit = "Give it up"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finish(Field("reason", context=LABEL), button=Button.warning("save", self.submit))


class SpeakIn(Page):
    """In which session it is spoken of."""

    session_id = forms.TypedChoiceField(
        label="In which session do you speak of it?",
        coerce=UUID,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose one of these sessions."},
    )

    def __init__(self, *args: Any, sessions: Sequence[SupervisionSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Not said yet"), *((str(one.pk), long_date(one.on)) for one in sessions)]
        cast(forms.ChoiceField, self.fields["session_id"]).choices = choices
        self.finish(Field("session_id", context=LABEL))
