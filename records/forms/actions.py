"""Forms of agreed actions: what became of one, another date, another owner; many at once; what a list shows."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Button, Field, Fluid, Layout, Size
from django import forms

from core.actor import Actor
from core.errors import RuleBroken
from core.form_fields import DayField
from records import values
from records.action_rules import Outcome, Step
from records.forms.fields import Typed, textarea
from records.forms.rows import Owners
from records.selectors import Show, Wanted, Whose, people_called
from staff.forms import PeopleForm, PersonField

LEGEND = {"legend_size": Size.for_legend(Size.SMALL)}
LABEL = {"label_size": Size.for_label(Size.SMALL)}


def reason_field(label: str, hint: str = "") -> Typed:
    """Why: kept with the action, and read by whoever reads the action."""
    return Typed(lambda text: values.cleaned_text(text, most=2_000), label=label, help_text=hint, widget=textarea(3))


class CloseAction(forms.Form):
    """What became of an action."""

    status = forms.ChoiceField(
        label="What became of it?",
        choices=[("done", "It is done"), ("dropped", "It is no longer to be done")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it."},
    )
    reason = reason_field("Why", "Needed where it is no longer to be done, and where it was done after its day.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("status", context=LEGEND), Field("reason", context=LABEL), Button.primary("close", "Close the action")
        )


class MoveAction(forms.Form):
    """Another date."""

    due_on = DayField(label="New date", help_text="For example, 27 3 2027")
    reason = reason_field("Why the date moves")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(
            Field("due_on", context=LEGEND), Field("reason", context=LABEL), Button.primary("move", "Move the date")
        )


class ReassignAction(PeopleForm):
    """Somebody else to do it."""

    owner_id = PersonField(label="A colleague", help_text="Type a name, or a part of one.", required=False)
    owner_name = forms.CharField(
        label="Or somebody outside",
        help_text="By name. Somebody without an account is not told, and cannot see it.",
        max_length=200,
        required=False,
    )
    reason = reason_field("Why somebody else does it")

    submit = "Give it to them"

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, actor=actor, **options)
        self.owners = Owners((), partial(people_called, actor=actor))

    def rows(self) -> list[Any]:
        return [
            Field("owner_id", context=LABEL),
            Field.text("owner_name", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS, autocomplete="off"),
            Field("reason", context=LABEL),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("owner_id") and data.get("owner_name"):
            self.add_error("owner_name", "Choose a colleague or enter a name, not both.")
        elif data.get("owner_name"):
            self._find_colleague(data)
        return data

    def _find_colleague(self, data: dict[str, Any]) -> None:
        """A colleague's whole name in the box for somebody outside means that colleague, who is then told."""
        try:
            found, name = self.owners.called(data["owner_name"])
        except RuleBroken as refusal:
            self.add_error("owner_name", str(refusal))
        else:
            data["owner_id"], data["owner_name"] = (UUID(found), "") if found else (None, name)


class ReviewAction(forms.Form):
    """What a supervisor says of one open action while the next record is written."""

    step = forms.ChoiceField(
        label="What became of it?",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Step.DONE.value, "Done"),
            (Step.CARRIED.value, "Carried forward to the next session"),
            (Step.DROPPED.value, "No longer to be done"),
        ],
    )
    reason = reason_field("Why", "Needed unless it was done in time.")
    due_on = DayField(label="New date (optional)", help_text="Where it is carried forward. For example, 27 3 2027")

    def __init__(self, data: Any = None, *, action_id: UUID) -> None:
        super().__init__(data, prefix=f"action-{action_id}")
        self.action_id = action_id
        self.fields["due_on"].required = False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Field("step", context=LEGEND),
            HTML('<div class="app-review__more">'),
            Field("reason", context=LABEL),
            Field("due_on", context=LEGEND),
            HTML("</div>"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = data.get("reason") or data.get("due_on")
        if said and not data.get("step") and "step" not in self.errors:
            self.add_error("step", "Choose what became of it.")
        if data.get("due_on") and data.get("step") in (Step.DONE, Step.DROPPED):
            self.add_error("due_on", "Only an action that is carried forward takes a new date.")
        return data

    @property
    def outcome(self) -> Outcome | None:
        """What was said, or nothing."""
        data = self.cleaned_data
        if not data.get("step"):
            return None
        return Outcome(self.action_id, Step(data["step"]), data.get("reason") or "", data.get("due_on"))


class ReviewActions:
    """All the open actions as one form."""

    def __init__(self, action_ids: Sequence[UUID], *, data: Any = None) -> None:
        self.forms = {action_id: ReviewAction(data, action_id=action_id) for action_id in action_ids}

    def is_valid(self) -> bool:
        """Whether everything that was said can be kept."""
        each = [form.is_valid() for form in self.forms.values()]
        return all(each)

    def outcomes(self) -> list[Outcome]:
        """What was said of each of which anything was said."""
        return [outcome for form in self.forms.values() if (outcome := form.outcome)]

    def add_refusal(self, sentence: str, field: str | None) -> str:
        """Show a refusal beside what it is about ("<action>/<field>"); gives back what has no place here."""
        action_id, _, name = (field or "").partition("/")
        form = next((form for key, form in self.forms.items() if str(key) == action_id), None)
        if form is None:
            return sentence
        form.add_error(name if name in form.fields else None, sentence)
        return ""

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Every error, with the id of the input to land on."""
        return [error for form in self.forms.values() for error in self._errors(form)]

    @staticmethod
    def _errors(form: ReviewAction) -> Iterator[dict[str, str]]:
        for name, messages in form.errors.items():
            target = form["step" if name == "__all__" else name]
            suffix = "_0" if name == "due_on" else ""
            yield from ({"id": f"{target.auto_id}{suffix}", "text": str(text)} for text in messages)


class ActionsFilter(forms.Form):
    """What the list of actions shows; anything odd in the address is left out, never an error."""

    show = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Show])
    whose = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Whose])
    person = forms.UUIDField(required=False)

    def wanted(self) -> Wanted:
        """The same as ``selectors.actions_page`` takes it."""
        self.is_valid()
        data = self.cleaned_data
        return Wanted(
            show=Show(data.get("show") or Show.OPEN),
            whose=Whose(data.get("whose") or Whose.ALL),
            person_id=data.get("person"),
        )
