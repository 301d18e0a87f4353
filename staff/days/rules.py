"""What may be entered of somebody's days: pure checks."""

from collections.abc import Collection
from datetime import date, timedelta

from core.errors import RuleBroken

LONGEST_ABSENCE = timedelta(days=3 * 366)


def check_absence(*, starts_on: date, last_day: date | None, expected_to: date | None) -> None:
    """An absence ends after it began, and is either over on a known day or expected to be. Raises RuleBroken."""
    if last_day and last_day < starts_on:
        raise RuleBroken("The last day away cannot lie before the first.", field="last_day")
    if last_day and last_day - starts_on > LONGEST_ABSENCE:
        raise RuleBroken("That is longer than three years. Check the year.", field="last_day")
    if last_day and expected_to:
        raise RuleBroken("Enter the last day, or when somebody is expected back, not both.", field="expected_to")
    if expected_to and expected_to <= starts_on:
        raise RuleBroken("Nobody comes back before being away. Check both days.", field="expected_to")


def check_weekdays(weekdays: Collection[int]) -> None:
    """Somebody who works, works on a day of the week at least. Raises RuleBroken."""
    if not weekdays:
        raise RuleBroken("Choose at least one day of the week.", field="weekdays")


def check_pattern_begins(*, starts_on: date, latest: date | None) -> None:
    """Patterns follow one another: the next begins no earlier than the last one did. Raises RuleBroken."""
    if latest and starts_on < latest:
        raise RuleBroken(
            f"Other days are entered from {latest.day} {latest:%B %Y} already. Choose that day or a later one.",
            field="starts_on",
        )
