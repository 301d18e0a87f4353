"""Forms of a series of sessions: propose a year, move the rest, and the table in which dates are checked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms

from core.form_fields import FIRST_YEAR, LAST_YEAR
from core.templatetags.countersign import DAYS, long_date
from supervision.forms.diary import BookSession, clock_field
from supervision.models import SupervisionSession
from supervision.rules import MOST_DATES, Proposed, RowsRefused, Times

TYPED_DAYS = ["%d/%m/%Y", "%d %m %Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"]


class ProposeYear(BookSession):
    """The first of a year's dates, and how many."""

    count = forms.IntegerField(
        label="How many dates",
        min_value=1,
        max_value=MOST_DATES,
        error_messages={
            "required": "Enter how many dates, such as 12.",
            "invalid": "Enter how many dates in figures, such as 12.",
            "min_value": "Enter 1 or more.",
            "max_value": f"Enter {MOST_DATES} at most.",
        },
    )

    submit = "Propose dates"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = "First date"

    def rows(self) -> list[Any]:
        return [*super().rows(), Field.text("count", label_size=Size.SMALL, field_width=3)]


class MoveRest(forms.Form):
    """Where a booked session and those after it go: so many days on or back, or to another day of the week."""

    by_days = forms.IntegerField(
        label="Move by how many days?",
        help_text="7 for a week, 0 to keep the days",
        min_value=0,
        max_value=60,
        initial=0,
        error_messages={
            "required": "Enter a number of days, such as 7, or 0.",
            "invalid": "Enter the days in figures, such as 7.",
            "min_value": "Enter 0 or more, and choose earlier or later.",
            "max_value": "Enter at most 60 days.",
        },
    )
    way = forms.ChoiceField(
        label="Earlier or later?",
        choices=[("later", "Later"), ("earlier", "Earlier")],
        widget=forms.RadioSelect,
        initial="later",
        error_messages={"required": "Choose earlier or later."},
    )
    weekday = forms.TypedChoiceField(
        label="Day of the week",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "As it falls"), *((number, name) for number, name in enumerate(DAYS[:7]))],
        help_text="The day of that name in the same week",
    )
    starts = clock_field("Starts", "start")
    ends = clock_field("Ends", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.text("by_days", label_size=Size.SMALL, field_width=3),
            Field.radios("way", legend_size=Size.SMALL, inline=True),
            Field.select("weekday", label_size=Size.SMALL),
            Field.text("starts", label_size=Size.SMALL, field_width=5),
            Field.text("ends", label_size=Size.SMALL, field_width=5),
            Button.primary("submit", "Show where each goes"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", "The end must be later than the start.")
        return data

    def wished(self, on: date) -> Times:
        """Where a session of this day would go."""
        data = self.cleaned_data
        by = timedelta(days=data["by_days"])
        day = on - by if data["way"] == "earlier" else on + by
        if data["weekday"] is not None:
            day += timedelta(days=data["weekday"] - day.weekday())
        return Times(day, data["starts"], data["ends"])


class TypedDay(forms.DateField):
    """A day in one box, for tables."""

    def __init__(self, **kwargs: Any) -> None:
        invalid = "Enter the date as day, month and year, such as 27/3/2027."
        super().__init__(
            input_formats=TYPED_DAYS, error_messages={"required": "Enter a date.", "invalid": invalid}, **kwargs
        )

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError("Check the year of this date.", code="invalid")
        return day


class DateRow(forms.Form):
    """One date of a series. ``drop``: it is removed, and nothing else of it matters."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    on = TypedDay(label="Date")
    starts = clock_field("Starts", "start")
    ends = clock_field("Ends", "end")
    drop = forms.BooleanField(label="Remove", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("drop"):
            self.errors.clear()
        elif data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", "The end must be later than the start.")
        return data

    @property
    def times(self) -> Times | None:
        """What stands in a valid row that is not removed."""
        data = self.cleaned_data
        return None if data.get("drop") else Times(data["on"], data["starts"], data["ends"])


DateRows = forms.formset_factory(DateRow, extra=0, max_num=MOST_DATES, absolute_max=MOST_DATES, validate_max=True)


class Terms(forms.Form):
    """What holds for all dates of a year, carried through the table; ``seen``: the dates of which notes were shown."""

    mode = forms.ChoiceField(choices=SupervisionSession.Mode.choices, widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(choices=SupervisionSession.Kind.choices, widget=forms.HiddenInput, required=False)
    place = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=5_000, widget=forms.HiddenInput)


class DatesTable:
    """A table of dates that can be changed or removed before they hold.

    ``notes`` and ``moved``: what is said beside each row, by its place.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        self.rows = DateRows(data, prefix="dates", initial=initial.pop("rows", None))
        self.terms = Terms(data, initial=initial)
        self.notes: dict[int, list[str]] = {}
        self.moved: dict[int, str] = {}
        self.present: dict[int, SupervisionSession] = {}
        self.refusal = ""
        self.asks_again = False

    @classmethod
    def of(cls, proposal: Sequence[Proposed], first: Times, *, keys: Sequence[UUID] = (), **terms: Any) -> "DatesTable":
        """A table to begin with, from what is proposed; where no day does, the one wished stands there, removed."""
        rows = [
            {
                "on": day_as_typed((each.times or first).on if each.times else each.wished),
                "starts": clock_as_typed(each.times or first, "starts"),
                "ends": clock_as_typed(each.times or first, "ends"),
                "drop": each.times is None,
                "key": keys[number] if keys else None,
            }
            for number, each in enumerate(proposal)
        ]
        return cls(rows=rows, **terms)

    @property
    def is_valid(self) -> bool:
        """Whether all that was typed can be read."""
        return self.rows.is_valid() and self.terms.is_valid()

    @property
    def kept(self) -> dict[int, Times]:
        """The dates that can be read and are not removed, by place."""
        return {place: row.times for place, row in enumerate(self.rows) if not row.errors and row.times}

    @property
    def keys(self) -> dict[int, UUID]:
        """Which session each row is about, by place; of a valid table."""
        return {place: row.cleaned_data["key"] for place, row in enumerate(self.rows) if row.cleaned_data.get("key")}

    def begin_with(self, notes: dict[int, list[str]], dates: Mapping[int, Times]) -> None:
        """Show notes on the dates proposed: they need not be shown again for the same dates."""
        self.notes = notes
        self.terms.initial["seen"] = " ".join(sorted(marks_of(notes, dates)))

    def must_be_seen(self) -> bool:
        """Whether a note was not shown of its date before; all are shown now, before anything is done."""
        now = marks_of(self.notes, self.kept)
        self.asks_again = not now <= set(self.terms.cleaned_data["seen"].split())
        self.terms.data = {**dict(self.terms.data.items()), "seen": " ".join(sorted(now))}
        return self.asks_again

    def say_why(self, proposal: Sequence[Proposed]) -> None:
        """Say beside each date that was moved where it would have stood, and why it does not."""
        self.moved = {
            place: f"moved from {long_date(each.wished)}, {each.moved_because}"
            if each.times
            else f"no day near {long_date(each.wished)} does: {each.moved_because}"
            for place, each in enumerate(proposal)
            if each.moved_because
        }

    def name_present(self, sessions: Mapping[UUID, SupervisionSession]) -> None:
        """Say of each row which session it is about, as it stands now."""
        for place, row in enumerate(self.rows):
            key = as_key(row["key"].value())
            if key and key in sessions:
                self.present[place] = sessions[key]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows with all that is said beside them."""
        return [
            {
                "number": place + 1,
                "form": row,
                "day": self._day(row),
                "moved": self.moved.get(place, ""),
                "checked": not row.errors,
                "notes": self.notes.get(place, []),
                "present": self.present.get(place),
            }
            for place, row in enumerate(self.rows)
        ]

    def _day(self, row: DateRow) -> date | None:
        """The day that a row names, to be spelt out."""
        try:
            return row.fields["on"].clean(row["on"].value())
        except forms.ValidationError:
            return None

    def refuse(self, refusal: RowsRefused) -> None:
        """Show the sentences beside the rows; the refusal counts the kept rows alone."""
        self.refusal = str(refusal)
        places = list(self.kept)
        for number, sentence in refusal.rows.items():
            self.rows[places[number]].add_error("on", sentence)

    @property
    def error_list(self) -> list[dict[str, str]]:
        """For the summary at the top: each error with its field, and which date it is about."""
        found = [
            {"id": f"id_{row.add_prefix(name)}", "text": f"Date {place + 1}: {sentence}"}
            for place, row in enumerate(self.rows)
            for name, sentences in row.errors.items()
            for sentence in sentences
        ]
        found += [{"id": "", "text": str(sentence)} for sentence in self.rows.non_form_errors()]
        return found or ([{"id": "", "text": self.refusal}] if self.refusal else [])


def day_as_typed(day: date) -> str:
    """27/3/2027."""
    return f"{day.day}/{day.month}/{day.year}"


def clock_as_typed(times: Times, name: str) -> str:
    """14:30."""
    return f"{getattr(times, name):%H:%M}"


def marks_of(notes: Mapping[int, list[str]], dates: Mapping[int, Times]) -> set[str]:
    """A short mark for each note on its date, to know which were shown."""
    said = (f"{dates[place]} {sentence}" for place, sentences in notes.items() for sentence in sentences)
    return {sha256(each.encode()).hexdigest()[:12] for each in said}


def as_key(value: Any) -> UUID | None:
    """A key from what was sent; None for anything else."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None
