"""Form fields that several rooms use."""

import re
from datetime import date, time
from typing import Any, cast

from crispy_forms_gds.fields import DateInputField
from django import forms

from core.templatetags.countersign import MONTHS

FIRST_YEAR, LAST_YEAR = 1950, 2100
NO_SUCH_DATE = "There is no such date. Check the day, the month and the year, such as 27 3 2027."
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?:[:.]00)?)?\s*([ap]m)?|(\d{1,2})(\d{2})\s*([ap]m)?")
# Below this hour a bare number could as well be meant for the afternoon
FIRST_PLAIN_HOUR = 7


class DayField(DateInputField):
    """A day in three boxes, with sentences that say how to mend it; the month by its name, too.

    ``of`` is what its sentences call it, such as "last day", where a page asks for more than one.
    """

    def __init__(self, *, of: str = "", **kwargs: Any) -> None:
        super().__init__(require_all_fields=True, **kwargs)
        self.whose = f" of the {of}" if of else ""
        required = f"Enter the {of}: the day, month and year." if of else "Enter the day, month and year."
        self.error_messages |= {"required": required, "incomplete": required}

    def clean(self, value: Any) -> date | None:
        typed = ["" if part is None else str(part).strip() for part in value] if isinstance(value, list) else []
        if self.disabled or not any(typed):
            return cast(date | None, super().clean(value))
        day_typed, month_typed, year_typed = (*typed, "", "", "")[:3]
        month = month_named(month_typed)
        faults = (self._fault("day", day_typed), self._fault("month", month), self._year_fault(year_typed))
        for part, fault in zip(self.fields, faults, strict=True):
            part.widget.errors = [fault] if fault else []
        if any(faults):
            raise forms.ValidationError([fault for fault in faults if fault])
        return cast(date | None, super().clean([day_typed, month, year_typed]))

    def _fault(self, name: str, typed: str) -> str:
        if not typed:
            return f"Enter the {name}{self.whose}."
        if in_figures(typed):
            return ""
        by_name = " or by name, such as 3 or March" if name == "month" else ""
        return f"Enter the {name}{self.whose} in figures{by_name}."

    def _year_fault(self, typed: str) -> str:
        if fault := self._fault("year", typed):
            return fault
        if len(typed) < 4 or typed < str(FIRST_YEAR):
            return f"Enter the year{self.whose} with four figures, such as 2027."
        if len(typed) > 4 or int(typed) > LAST_YEAR:
            return f"That is too far ahead. Check the year{self.whose}."
        return ""

    def compress(self, data_list: Any) -> date | None:
        try:
            day: date | None = super().compress(data_list)
        except (forms.ValidationError, ValueError, OverflowError) as error:
            raise forms.ValidationError(self._in_its_name(NO_SUCH_DATE), code="invalid") from error
        return day

    def _in_its_name(self, sentence: str) -> str:
        return sentence.replace("the day, the month and the year", f"the day, the month and the year{self.whose}")


def in_figures(typed: str) -> bool:
    """Whether it is a whole number of plain figures."""
    return typed.isascii() and typed.isdecimal()


def month_named(typed: str) -> str:
    """The number of a month named, 11 for "nov" or "November"; what is no month's name, or could be two, comes back as it is."""
    name = typed.lower().rstrip(".")
    found = [number for number, month in enumerate(MONTHS, start=1) if len(name) > 2 and month.lower().startswith(name)]
    return str(found[0]) if found or name == "sept" else typed


def clock_of(typed: str) -> time | None:
    """The time of day that somebody typed: 9, 09, 9:30, 9.30, 930, 0930, 14:30, 2pm, 2.30pm.

    None for anything else, and for what could be two times: 2, or 230.
    """
    found = CLOCK.fullmatch(" ".join(typed.lower().split()))
    if not found:
        return None
    hours, minutes, half = found[1] or found[4], found[2] or found[5], found[3] or found[6]
    hour = int(hours)
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif len(hours) == 1 and not found[2] and hour < FIRST_PLAIN_HOUR:
        return None
    try:
        return time(hour, int(minutes or 0))
    except ValueError:
        return None


class ClockField(forms.TimeField):
    """A time of day in one box, typed in any of the usual ways; ``of`` is what its sentences call it."""

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(format="%H:%M"),
            error_messages={
                "required": f"Enter the {of} as a time like 14:30.",
                "invalid": f"Enter the {of} as a time like 14:30.",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        clock = clock_of(str(value))
        if clock is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return clock


class RowField(forms.ModelChoiceField):
    """A choice of rows whose keys are UUIDs: what is no UUID is answered like a row that is not there."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
