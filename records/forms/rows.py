"""Rows of agreed actions in a draft: what, who, by when, and whom a typed name means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from core.errors import RuleBroken
from records import values
from records.action_rules import Priority
from records.forms.fields import DATE_HINT, Typed, line, shown_date, textarea
from records.selectors import Person

FindPeople = Callable[[str], Sequence[Person]]

# What somebody types who means one of the two
ONESELF = frozenset({"i", "me", "myself", "you", "yourself"})


@dataclass(slots=True)
class Owners:
    """Whom an action may be given to: the two by name, colleagues of the directory, anybody else by name alone (R008).

    ``known``: names that were saved with somebody's id, so that a name that two colleagues share stays who was meant.
    """

    people: Sequence[tuple[str, str]]
    find_people: FindPeople
    known: Sequence[tuple[str, str]] = ()
    found: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    def called(self, text: str) -> tuple[str | None, str]:
        """The id and name of the owner that a typed text names; no id for somebody outside. Raises RuleBroken."""
        wanted = text.casefold()
        own = [person for person in self.people if person[1].casefold() == wanted]
        known = [person for person in self.known if person[1].casefold() == wanted]
        if len(own) == 1 or known:
            return (known or own)[0]
        if text and wanted not in self.found:
            self.found[wanted] = self._in_directory(text)
        return self.found.get(wanted, (None, text))

    def _in_directory(self, text: str) -> tuple[str | None, str]:
        name = text.partition(",")[0].strip().casefold()
        same = [person for person in self.find_people(text) if person.name.casefold() == name]
        if len(same) > 1:
            words = "; ".join(_told_apart(person) for person in same[:5])
            raise RuleBroken(f"Several people are called that. Type one of these: {words}.")
        if not same and len(text.split()) == 1:
            self._ask_who(text)
        return (str(same[0].id), same[0].name) if same else (None, text)

    def _ask_who(self, word: str) -> None:
        """Refuse "me", and one word of the name of somebody known: it would stand on nobody's list."""
        if word.casefold() in ONESELF:
            names = " or ".join(name for _, name in self.people)
            meant = f"Did you mean {names}? " if names else ""
            raise RuleBroken(f"Whoever reads “{word}” later cannot tell who that is. {meant}Type the whole name.")
        of_the_two = [name for _, name in self.people if word.casefold() in name.casefold().split()]
        of_all = [_told_apart(one) for one in self.find_people(word) if word.casefold() in one.name.casefold().split()]
        if found := of_the_two or of_all[:5]:
            raise RuleBroken(
                f"Did you mean {' or '.join(found)}? Type the whole name. "
                f"For somebody outside, add who that is: “{word} from school”."
            )


def _told_apart(person: Person) -> str:
    return ", ".join(filter(None, (person.name, person.role)))


class ActionForm(forms.Form):
    """One row: what, who, by when; and where wanted how pressing it is, and how one will know that it succeeded."""

    MORE = ("standard", "priority")

    what = Typed(lambda text: values.cleaned_text(text, most=2_000), label="What", widget=textarea(2))
    who = Typed(lambda text: values.cleaned_line(text, most=200), label="Who", widget=line(list="record-people"))
    by = Typed(values.cleaned_date, label="By when", help_text=DATE_HINT, widget=line("10"))
    standard = Typed(
        lambda text: values.cleaned_text(text, most=1_000),
        label="How you will know that it is done well",
        widget=line(),
    )
    priority = forms.ChoiceField(
        label="Priority",
        required=False,
        choices=[("", "Not set"), *((one.value, one.capitalize()) for one in Priority)],
    )

    def __init__(self, *args: Any, owners: Owners | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.owners = owners

    @property
    def main(self) -> list[forms.BoundField]:
        """The inputs that every action has."""
        return [self[name] for name in self.fields if name not in self.MORE]

    @property
    def more(self) -> list[forms.BoundField]:
        """The inputs that most actions leave empty, folded away."""
        return [self[name] for name in self.MORE]

    @property
    def has_more(self) -> bool:
        """Whether something stands in them, so that they stay in sight."""
        return any(self[name].value() or name in self.errors for name in self.MORE)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        filled = any(cleaned.get(name) for name in ("who", "by", *self.MORE))
        if filled and not cleaned.get("what") and "what" not in self.errors:
            self.add_error("what", "Say what is to be done.")
        if self.owners and cleaned.get("who"):
            try:
                cleaned["who_id"], cleaned["who"] = self.owners.called(cleaned["who"])
            except RuleBroken as refusal:
                self.add_error("who", str(refusal))
        return cleaned


class ActionRows(forms.BaseFormSet):
    """The rows of one field of agreed actions."""

    def typed(self) -> list[dict[str, Any]]:
        """The rows with something in them, as values."""
        rows = (values.cleaned_action(form.cleaned_data) for form in self.forms)
        return [row for row in rows if row]


def action_rows(
    prefix: str,
    *,
    data: Any,
    initial: Sequence[Mapping[str, Any]],
    people: Sequence[tuple[str, str]],
    find_people: FindPeople,
) -> ActionRows:
    """The formset of one field, bound or filled with what was saved, with a spare row."""
    kind: type[ActionRows] = forms.formset_factory(  # type: ignore[assignment]
        ActionForm, formset=ActionRows, extra=1, max_num=values.MOST_ACTIONS, absolute_max=values.MOST_ACTIONS + 50
    )
    known = [(row["who_id"], row["who"]) for row in initial if row["who_id"]]
    options: dict[str, Any] = {"prefix": prefix, "form_kwargs": {"owners": Owners(people, find_people, known)}}
    if data is not None and f"{prefix}-TOTAL_FORMS" in data:
        return kind(data, **options)
    return kind(initial=[{**row, "by": shown_date(row["by"])} for row in initial], **options)
