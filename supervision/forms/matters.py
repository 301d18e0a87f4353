"""Forms of what is put to a manager: a disagreement, an issue taken upward, a view, a decision; and of concerns."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.templatetags.countersign import long_date
from records.forms.fields import Typed, line, textarea
from records.values import cleaned_line, cleaned_text
from staff.forms import PeopleForm, PersonField
from supervision.models import SupervisionSession
from supervision.selectors import ConcernRoute

LABEL = {"label_size": Size.for_label(Size.SMALL)}
LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
MOST = 10_000


def long_text(label: str, hint: str = "", *, rows: int = 6) -> Typed:
    """A long text of a matter."""
    return Typed(lambda text: cleaned_text(text, most=MOST), label=label, help_text=hint, widget=textarea(rows))


def one_line(label: str, hint: str = "", *, most: int = 300) -> Typed:
    """A text on one line."""
    return Typed(lambda text: cleaned_line(text, most=most), label=label, help_text=hint, widget=line())


class ReferMatter(PeopleForm):
    """A disagreement that goes to the named manager."""

    subject = one_line("What is it about?", "In a few words. Leave out the names of children and families.")
    view = long_text(
        "Your own view", "The other person writes theirs beside it. Nobody can change what somebody else wrote."
    )
    session_id = forms.TypedChoiceField(
        label="The session in which it came up", coerce=UUID, empty_value=None, required=False
    )

    submit = "Refer it to the manager"

    def __init__(self, *args: Any, sessions: Sequence[SupervisionSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "None of these"), *((str(one.pk), long_date(one.on)) for one in sessions)]
        cast(forms.ChoiceField, self.fields["session_id"]).choices = choices

    def rows(self) -> list[Any]:
        return [Field(name, context=LABEL) for name in self.fields]


class Escalate(ReferMatter):
    """An issue that is taken upward, to somebody whom one chooses."""

    referred_to_id = PersonField(
        label="To whom does it go?",
        help_text="A manager above you in the line of management. Type a name.",
        required=False,
    )

    submit = "Take it upward"

    field_order = ("referred_to_id", "subject", "view", "session_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].label = "What is the issue?"
        self.fields["subject"].help_text = "For example, what is short: time, people, equipment, a service."
        self.fields["view"].label = "What does it mean for the work?"
        self.fields["view"].help_text = "Its impact, and what you ask for."


class Written(forms.Form):
    """One text, and a button."""

    text = long_text("Your view")

    label, hint, submit = "Your view", "", "Add it"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = self.label, self.hint
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        rows = [Field(name, context=LABEL) for name in self.fields]
        self.helper.layout = Layout(*rows, Button.primary("save", self.submit))


class AddView(Written):
    """One's own view of a matter."""

    hint = "It stands beside what is there already. It cannot be changed once it is added."
    submit = "Add my view"


class DecideMatter(Written):
    """The manager's decision, and why."""

    rationale = long_text("Why", "Both people read this, beside their own views.")

    label, submit = "What you decide, or answer", "Send this answer"


class CloseMatter(Written):
    """How a matter ended."""

    label, hint, submit = "How it ended", "For example: we agreed, or it was done as decided.", "Close it"


class AddToConcern(Written):
    """An answer to a concern, or more of it."""

    label, submit = "Write here", "Add it"


class RaiseConcern(forms.Form):
    """A concern about one's own supervision, and who is to read it."""

    route = forms.ChoiceField(
        label="Who is to read it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who is to read this.", "invalid_choice": "Choose who is to read this."},
    )
    text = long_text("What worries you?", "Say what happened, or what does not happen, and what you wish for.", rows=8)

    def __init__(self, *args: Any, routes: Sequence[ConcernRoute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        several = len({route.about.pk for route in routes}) > 1
        cast(forms.ChoiceField, self.fields["route"]).choices = [
            Choice(route.value, _reader(route), hint=_past_whom(route, several=several)) for route in routes
        ]
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("route", context=LEGEND), Field("text", context=LABEL), Button.primary("save", "Send it")
        )


def _reader(route: ConcernRoute) -> str:
    if route.recipient is None:
        return "HR"
    return ", ".join(filter(None, (route.recipient.name, route.job_title)))


def _past_whom(route: ConcernRoute, *, several: bool) -> str:
    about = f"About supervision by {route.about.name}. " if several else ""
    if route.recipient is None:
        return f"{about}Whoever in HR does not supervise you."
    return f"{about}{route.about.name}’s line manager."
