"""When something of the folder is due, and in which words. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

# The regulator of social workers in England renews every registration of a year at once (R288)
RENEWS_TOGETHER = "Social Work England"
WINDOW_OPENS, WINDOW_CLOSES = (9, 1), (11, 30)
# How long before its last day somebody is told of anything else
LEAD = timedelta(days=56)
LONGEST_LEAD = timedelta(days=91)


class Stands(StrEnum):
    """How one thing of the folder stands; each has its words and colour among the statuses."""

    CURRENT = "folder_current"
    DUE = "folder_due"
    EXPIRED = "folder_expired"
    AGAINST = "folder_against"
    NO_DATE = "folder_no_date"
    MISSING = "folder_missing"
    NOT_NEEDED = "not_required"


class Stage(StrEnum):
    """When those concerned are told of a last day."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands, and why, in a sentence."""

    stands: Stands
    why: str


def year_before(on: date) -> date:
    """The first day of the twelve months that end with a day."""
    day = on + timedelta(days=1)
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def asked_from(valid_to: date, *, issuer: str = "") -> date:
    """From which day on a renewal is asked for: the opening of the regulator's window, or eight weeks before."""
    if issuer != RENEWS_TOGETHER:
        return valid_to - LEAD
    opens = valid_to.replace(month=WINDOW_OPENS[0], day=WINDOW_OPENS[1])
    return opens if opens <= valid_to else opens.replace(year=valid_to.year - 1)


def stage_of(valid_to: date, *, on: date, issuer: str = "") -> Stage | None:
    """Which telling a day asks for: before the last day, on it, or after; None while it is far off."""
    if on > valid_to:
        return Stage.AFTER
    if on == valid_to:
        return Stage.ON
    return Stage.BEFORE if on >= asked_from(valid_to, issuer=issuer) else None


def window_words(issuer: str) -> str:
    """When a registration is renewed, where all of them are renewed at one time of the year."""
    return f"{RENEWS_TOGETHER} renews from 1 September to 30 November." if issuer == RENEWS_TOGETHER else ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is entered of one kind: the latest that stands."""

    kind: str
    issuer: str
    outcome: str
    dated_on: date
    valid_to: date | None


WITHOUT_END = {"dbs": "The check has no end of its own.", "qualification": "A qualification has no end."}
AGAINST = {
    "suspended": "The registration was suspended when it was checked on {day}.",
    "not_registered": "Not on the register when it was checked on {day}.",
}
NOTHING = {
    "registration": "The policy's category is of registered people, and no registration is entered.",
    "insurance": "Nothing is entered: insurance for business use, or that this person does not drive for work.",
    "dbs": "No DBS check is entered.",
    "qualification": "No qualification is entered.",
    "appraisal": "No appraisal is entered.",
}


def standing_of(kind: str, paper: Paper | None, *, on: date, is_registered: bool | None = None) -> Standing:
    """How one kind stands on a day. ``is_registered``: whether the policy's category wants it; None: it does not say."""
    if paper is None:
        if kind == "registration" and not is_registered:
            says = "asks for none of this person" if is_registered is False else "does not say whether it is needed"
            return Standing(Stands.NOT_NEEDED, f"Nothing is entered, and the policy {says}.")
        return Standing(Stands.MISSING, NOTHING[kind])
    if paper.outcome == "no_driving":
        return Standing(Stands.NOT_NEEDED, "This person does not drive for work.")
    if paper.outcome in AGAINST:
        return Standing(Stands.AGAINST, AGAINST[paper.outcome].format(day=_day(paper.dated_on)))
    if kind in WITHOUT_END:
        return Standing(Stands.CURRENT, WITHOUT_END[kind])
    if paper.valid_to is None:
        return Standing(Stands.NO_DATE, "No end is entered, so nobody is reminded of it.")
    return _dated(kind, paper.valid_to, paper.issuer, on)


def _dated(kind: str, valid_to: date, issuer: str, on: date) -> Standing:
    window = f" {words}" if kind == "registration" and (words := window_words(issuer)) else ""
    day = _day(valid_to)
    is_appraisal = kind == "appraisal"
    stage = stage_of(valid_to, on=on, issuer=issuer)
    if stage is Stage.AFTER:
        return Standing(
            Stands.EXPIRED, f"The next was due on {day}." if is_appraisal else f"It ended on {day}.{window}"
        )
    if stage:
        return Standing(Stands.DUE, f"The next is due on {day}." if is_appraisal else f"Its last day is {day}.{window}")
    return Standing(Stands.CURRENT, f"The next is due on {day}." if is_appraisal else f"It lasts until {day}.{window}")


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


# The ten sections

# Attendance is a special category of data; both sections with notes, and which kinds each has (001:716-731; R221, R222)
SEVEN, EIGHT = 7, 8
ATTENDANCE = ("return_to_work", "self_certification", "fit_note", "medical_condition", "attendance_record")
ABOUT_CONDUCT = ("essential_conversation", "performance_meeting", "outcome", "complaint")
SAID = ("comment", "compliment", "recognition")
NOTES = {SEVEN: ATTENDANCE, EIGHT: (*ABOUT_CONDUCT, *SAID)}
# Sections whose papers are sorted by the domains of the capabilities framework
WITH_DOMAINS = (4, 5)


def sensitivity_of(kind: str) -> str:
    """Whose eyes a note is for, by its kind: "health", "conduct" or "shared"."""
    if kind in ATTENDANCE:
        return "health"
    return "conduct" if kind in ABOUT_CONDUCT else "shared"


@dataclass(frozen=True, slots=True)
class Covered:
    """One domain of the framework: how many entries of learning, and how many papers of appraisal, bear on it."""

    label: str
    learning: int
    evidence: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing bears on it."""
        return not self.learning and not self.evidence


def covered(
    labels: Mapping[str, str], *, learning: Iterable[Sequence[str]], evidence: Iterable[Sequence[str]]
) -> list[Covered]:
    """Each domain of a framework (``labels`` by id) with what bears on it; what the framework has no more, at the end."""
    learnt = Counter(each for domains in learning for each in set(domains))
    shown = Counter(each for domains in evidence for each in set(domains))
    gone = sorted((learnt.keys() | shown.keys()) - set(labels))
    known = {**labels, **{each: each.replace("_", " ").capitalize() for each in gone}}
    return [Covered(label, learnt[each], shown[each]) for each, label in known.items()]


# The learning log


@dataclass(frozen=True, slots=True)
class Year:
    """Learning in the year of registration that ends on 30 November of ``ends``; ``with_peer``: how many with a peer."""

    ends: int
    entries: int
    hours: Decimal
    with_peer: int


def years_of(rows: Iterable[tuple[date, Decimal, bool]]) -> list[Year]:
    """Totals of each year of registration, 1 December to 30 November, the latest first. A row: day, hours, with a peer."""
    found: dict[int, list[tuple[Decimal, bool]]] = {}
    for on, hours, with_peer in rows:
        found.setdefault(on.year + (on.month == 12), []).append((hours, with_peer))
    return [
        Year(ends, len(each), sum((hours for hours, _ in each), Decimal(0)), sum(peer for _, peer in each))
        for ends, each in sorted(found.items(), reverse=True)
    ]
