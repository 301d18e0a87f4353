"""What a last day may be, and what the product's list asks to be returned: pure."""

from datetime import date, timedelta

from core.errors import RuleBroken

# What is confirmed by name and date before a file can be frozen (R106)
TO_RETURN = {
    "paper_copies": "Paper copies of supervision records, held by the person leaving",
    "electronic_copies": "Electronic copies of supervision records: downloads, mails, files on a drive of their own",
    "equipment": "Equipment: laptop, telephone, keys, badge",
}
# A death or a sudden exit is entered after it happened; a last day is not set years ahead
BACK, AHEAD = timedelta(days=92), timedelta(days=366)


def check_last_day(last_day: date, *, today: date, employed_from: date, left_on: date | None) -> None:
    """A last day that HR sets: near, after the first, and that on which somebody already left, where it is known.

    Raises RuleBroken.
    """
    if last_day < employed_from:
        raise RuleBroken("This person began later than that. Check the day.", field="last_day")
    if left_on and last_day != left_on - timedelta(days=1):
        raise RuleBroken(
            f"This person has left already: the last day was {left_on - timedelta(days=1):%-d %B %Y}.", field="last_day"
        )
    if not left_on and last_day < today - BACK:
        raise RuleBroken("That is more than three months ago. Check the day.", field="last_day")
    if last_day > today + AHEAD:
        raise RuleBroken("That is more than a year ahead. Check the year.", field="last_day")


def check_may_move(last_day: date, *, present: date, today: date) -> None:
    """A last day that is over is only ever moved forward, to today or later: nobody loses a day that they worked.

    Raises RuleBroken.
    """
    if present < today and last_day < today:
        raise RuleBroken(
            "The last day is over. If this person still works here, choose today or a later day.", field="last_day"
        )
    if present >= today and last_day < today:
        raise RuleBroken("Choose today or a later day.", field="last_day")
