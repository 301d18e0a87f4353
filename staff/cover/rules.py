"""What may be named as cover: pure checks."""

from datetime import date

from core.errors import RuleBroken


def check_days(*, starts_on: date, last_day: date | None, sees_from: date, today: date) -> None:
    """Cover begins today or later, ends no earlier, and sees at least its own days. Raises RuleBroken."""
    if starts_on < today:
        raise RuleBroken("Cover cannot begin in the past. Choose today or a later day.", field="starts_on")
    if last_day and last_day < starts_on:
        raise RuleBroken("The last day of cover cannot lie before its first.", field="last_day")
    if sees_from > starts_on:
        raise RuleBroken("Choose the first day of cover or an earlier day.", field="sees_from")


def check_stands_in(*, cover: str, is_the_absent: bool, supervises: list[str]) -> None:
    """Nobody covers for themselves, or for somebody who supervises them. Raises RuleBroken.

    ``supervises``: those of the supervisees, by name, who are the cover or supervise the cover.
    """
    if is_the_absent:
        raise RuleBroken(f"{cover} is the one who is away. Choose another person.", field="to_id")
    if supervises:
        raise RuleBroken(
            f"Nobody supervises themselves, directly or by a swap: {cover} cannot cover for {', '.join(supervises)}. "
            "Choose another person, or leave them out.",
            field="to_id",
        )


def check_is_here(*, cover: str, is_away: bool, away_from: date | None, although_away: bool) -> None:
    """Who is away can be named all the same, knowingly. Raises RuleBroken.

    ``away_from``: the day, for an actor who sees the absence; another is told to ask.
    """
    if not is_away or although_away:
        return
    known = f"{cover} is away, too, from {away_from:%-d %B %Y}." if away_from else f"{cover} may not be available."
    choose = "Choose another person," if away_from else "Ask them first, choose another person,"
    raise RuleBroken(f"{known} {choose} or tick that it is to be so.", field="although_away")


def last_day_proposed(*, back_on: date | None, today: date) -> date:
    """The day to propose as the last one of cover when the supervisor is back: the day before, but never in the past."""
    if back_on is None or back_on <= today:
        return today
    return date.fromordinal(back_on.toordinal() - 1)


def check_ends(*, last_day: date, today: date) -> None:
    """What was is not rewritten. Raises RuleBroken."""
    if last_day < today:
        raise RuleBroken("Cover cannot end in the past. Choose today or a later day.", field="last_day")
