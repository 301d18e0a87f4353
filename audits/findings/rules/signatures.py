"""Question 1.2: whether records are signed by both, and why each that is not is not (R237, scenario 22). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audits.findings.rules.period import Period
from policies.rules import words
from records.findings import Finding

SIGNED = "sealed"
NO_RECORD = "no record"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The record of a session held on a day: where it stands, as lists say it, and since when.

    ``reason``: what the person who sent it back, declined or did not agree wrote; empty where it is not the reader's to
    read. ``fault``: it is not as it was signed.
    """

    on: date
    supervisor: str
    supervisee: str
    standing: str
    since: date | None = None
    reason: str = ""
    fault: bool = False


# "Seen, not agreed" and "declined" both count as not signed by both
WHY = {
    NO_RECORD: "no record was written",
    "draft": "written{since} and not signed by {supervisor}",
    "awaiting": "waits for {supervisee}{since}",
    "returned": "sent back for correction by {supervisee}{on}",
    "declined": "declined by {supervisee}{on}",
    "not_agreed": "signed by {supervisee}{on} as seen, not agreed",
    "closed_unsigned": "closed without the missing signature{on}",
}


def records_signed_by_both(records: Sequence[RecordFacts], *, period: Period) -> Finding:
    """Yes where both signed every record of a session held in the period, and nobody refused; each other is named."""
    records = sorted((each for each in records if period.holds(each.on)), key=lambda each: each.on)
    whole = f"Looked at: {period.words}."
    if not records:
        return Finding("unknown", "No session was held in this time, so there is no record to look at.", (whole,))
    missing = [each for each in records if each.standing != SIGNED or each.fault]
    both = len(records) - len(missing)
    summary = f"{both} of {words.number_of(len(records), 'record')} signed by both."
    lines = (whole, *(f"{words.day(each.on)}: {_why(each)}." for each in missing))
    return Finding("no" if missing else "yes", summary, lines)


def _why(each: RecordFacts) -> str:
    if each.fault:
        return "it is not as it was signed; the check of records says what is wrong"
    day = words.day(each.since) if each.since else ""
    said = WHY[each.standing].format(
        supervisor=each.supervisor,
        supervisee=each.supervisee,
        since=f" since {day}" if day else "",
        on=f" on {day}" if day else "",
    )
    return f"{said}, because: “{each.reason}”" if each.reason else said
