"""Form fields that several rooms use."""

from datetime import date
from typing import Any

from crispy_forms_gds.fields import DateInputField
from django import forms

FIRST_YEAR, LAST_YEAR = 1950, 2100
NO_SUCH_DATE = "There is no such date. Check the day, the month and the year, such as 27 3 2027."


class DayField(DateInputField):
    """A day in three boxes, with sentences that say how to mend it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(require_all_fields=True, **kwargs)
        self.error_messages |= {
            "required": "Enter the day, month and year.",
            "incomplete": "Enter the day, month and year.",
        }
        for part, name in zip(self.fields, ("day", "month", "year"), strict=True):
            for validator in part.validators:
                if hasattr(validator, "regex"):
                    validator.message = f"Enter the {name} in figures."

    def compress(self, data_list: Any) -> date | None:
        try:
            day: date | None = super().compress(data_list)
        except (forms.ValidationError, ValueError, OverflowError) as error:
            raise forms.ValidationError(NO_SUCH_DATE, code="invalid") from error
        if day and day.year < FIRST_YEAR:
            raise forms.ValidationError("Enter the year with four figures, such as 2027.", code="invalid")
        if day and day.year > LAST_YEAR:
            raise forms.ValidationError("That is too far ahead. Check the year.", code="invalid")
        return day


class RowField(forms.ModelChoiceField):
    """A choice of rows whose keys are UUIDs: what is no UUID is answered like a row that is not there."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
