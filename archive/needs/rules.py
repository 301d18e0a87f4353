"""What a request for sight must say: pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import RuleBroken

MOST_RECORDS = 60


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons that a request gives: for the whole file, for health and conduct, and for not telling the worker.

    ``whole``, ``unmasked``, ``untold``: whether each is asked for, beside its reason. ``told_from``: when to tell.
    """

    whole: bool = False
    why_whole: str = ""
    unmasked: bool = False
    why_unmasked: str = ""
    untold: bool = False
    why_not_told: str = ""
    told_from: date | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of another organisation."""

    name: str = ""
    organisation: str = ""
    email: str = ""


def check_days(*, starts_on: date, last_day: date, today: date, most: int) -> None:
    """From today or later, no longer than the council lets it be. Raises RuleBroken."""
    if starts_on < today:
        raise RuleBroken("The first day lies in the past. Enter today, or a later day.", field="starts_on")
    if last_day < starts_on:
        raise RuleBroken("The last day lies before the first day.", field="last_day")
    if (last_day - starts_on).days >= most:
        latest = starts_on + timedelta(days=most - 1)
        raise RuleBroken(
            f"Nobody is given sight for more than {most} days at once. Enter {latest:%-d %B %Y} or an earlier day; "
            "whoever needs longer is asked for anew.",
            field="last_day",
        )


def check_why(why: Why, *, starts_on: date) -> None:
    """Whatever goes beyond the usual has its reason. Raises RuleBroken."""
    if why.whole and not why.why_whole:
        raise RuleBroken("Say why single records are not enough.", field="why_whole")
    if why.unmasked and not why.why_unmasked:
        raise RuleBroken("Say why what was written about health and conduct must be read.", field="why_unmasked")
    if why.untold and not why.why_not_told:
        raise RuleBroken("Say why the worker is not told now. The reason is kept.", field="why_not_told")
    if why.untold and why.told_from and why.told_from <= starts_on:
        raise RuleBroken("Enter a later day than the first, or choose to tell the worker now.", field="told_from")


def check_guest(guest: Guest) -> None:
    """Somebody from outside is named in full. Raises RuleBroken."""
    for value, field, words in (
        (guest.name, "guest_name", "Enter the full name of whoever is to read."),
        (guest.organisation, "guest_organisation", "Enter the organisation, such as Ofsted."),
        (guest.email, "guest_email", "Enter the work e-mail address: the invitation goes there."),
    ):
        if not value:
            raise RuleBroken(words, field=field)


def check_records(*, chosen: int) -> None:
    """At least one record, and not so many that it is the whole file. Raises RuleBroken."""
    if not chosen:
        raise RuleBroken("Choose the records that are to be read.", field="record_ids")
    if chosen > MOST_RECORDS:
        raise RuleBroken(f"Choose {MOST_RECORDS} records at most, or ask for the whole file.", field="record_ids")


def check_waits(*, answered: bool, ended: bool) -> None:
    """Nobody answers what was answered or taken back. Raises RuleBroken."""
    if ended:
        raise RuleBroken("This request was taken back.")
    if answered:
        raise RuleBroken("This request was answered already.")
