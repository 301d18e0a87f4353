"""How a thing stands on a day, as it is kept; and how days become intervals: pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from policies.rules import words
from policies.rules.answers import Assessment, ChildAssessment, Row, Status
from policies.rules.deadlines import RecordAssessment
from policies.rules.labels import basis_in_words, record_in_words
from policies.rules.plain import in_plain_words
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline
from supervision.rules import STANDING_WORDS
from supervision.rules import Standing as ContractStanding

DAY = timedelta(days=1)
# A record that was entered stands so for ever: no night has to look at it again
SETTLED = (Status.MET.value, Status.MISSED.value)
REVIEW_SOON = timedelta(days=30)


class Standing(NamedTuple):
    """What an interval says. Equal standings of two nights are one interval."""

    status: str
    due_on: date | None
    rule: str
    atom: str
    policy: str
    why: str


class Thing(NamedTuple):
    """What stands so: the kind, the key that an interval bears, and the key of the person or child whom it is about."""

    kind: str
    subject: str
    about: str


class Span(NamedTuple):
    """A standing from a day on, up to, not including, another (None: open). ``key``: that of the row that keeps it."""

    starts_on: date
    ends_on: date | None
    standing: Standing
    key: str = ""


class Change(NamedTuple):
    """What has to be written so that a thing stands so on a day: rows that end that day, and new ones."""

    ended: tuple[str, ...] = ()
    begun: tuple[Span, ...] = ()


NOTHING = Change()


class Wording:
    """The sentences of a night's answers, with the labels that people know. What stands in the brackets behind them, the
    rule, its phase and the policy, is the same of thousands, and put into words once.
    """

    def __init__(self, policies: PolicyTimeline, on: date) -> None:
        self.policies, self.on = policies, on
        self.policy = policies.on(on)
        self._brackets: dict[tuple[str, str, bool], str] = {}

    def why(self, row: Row, *, is_of_child: bool = False) -> str:
        """The sentence of a row."""
        sentence, bracket, basis = row.why.rpartition(f" ({row.rule}")
        if not bracket or basis[:1] not in (",", ";"):
            return row.why
        key = (row.rule, basis, is_of_child)
        if key not in self._brackets:
            bracket = basis_in_words(self.policies, row.rule, basis, self.on, is_of_child=is_of_child)
            self._brackets[key] = bracket
        return in_plain_words(sentence, row) + self._brackets[key]


def of_answer(answer: Assessment | ChildAssessment, wording: Wording) -> Standing:
    """How a worker or a child stands, by the row that pages would show."""
    row = answer.headline()
    if row is None:
        return Standing(answer.worst.value, None, "", "", wording.policy.source, answer.why)
    why = wording.why(row, is_of_child=isinstance(answer, ChildAssessment))
    return Standing(row.standing.value, row.due_on, row.rule, row.atom, wording.policy.source, why)


def of_contract(
    standing: ContractStanding, *, review_on: date | None, began_on: date, policy: Policy, on: date
) -> Standing:
    """How the contract of a supervisory relationship that began on a day stands.

    It is due when the supervision begins, and its review on its own day. Where the policy says in so many words that it
    asks for none, there is nothing to be late with.
    """
    asked = policy.blocks.get("contract") or {"required": True}
    if standing is ContractStanding.IN_FORCE:
        near = review_on is not None and review_on - on <= REVIEW_SOON
        status = Status.DUE_SOON if near else Status.MET
        why = f"The contract is in force; its review is due on {words.day(review_on)}." if review_on else "In force."
        return Standing(status, review_on, "contract", "review", policy.source, why)
    if standing is ContractStanding.OUT_OF_DATE and review_on:
        why = f"The review of the contract was due on {words.day(review_on)}; it holds until there is a new one."
        return Standing(Status.OVERDUE, review_on, "contract", "review", policy.source, why)
    said = STANDING_WORDS[standing].lower() if standing is ContractStanding.DECLINED else "not signed by both"
    why = f"The supervision began on {words.day(began_on)}, and its contract is {said}."
    if not asked.get("required"):
        return Standing(Status.NO_MINIMUM_SET, None, "contract", "signed", policy.source, why)
    status = Status.OVERDUE if on > began_on else Status.DUE_TODAY
    return Standing(status, began_on, "contract", "signed", policy.source, why)


def of_record(answers: Iterable[RecordAssessment], *, policies: PolicyTimeline) -> Standing | None:
    """How the record of a session stands, by the earliest of its deadlines; None where the policy sets none."""
    dated = [answer for answer in answers if answer.due_on]
    first = min(dated, key=lambda answer: (answer.due_on or date.max, answer.what), default=None)
    if first is None:
        return None
    policy = policies.on(first.session_on)
    why = record_in_words(policy, first)
    return Standing(first.status, first.due_on, "recording", first.what, policy.source, why)


def is_late(standing: Standing) -> bool:
    """Whether something is late that could still be done."""
    return standing.status == Status.OVERDUE and standing.due_on is not None


def late_rows_of(answer: Assessment | ChildAssessment) -> list[Row]:
    """The breaches of an answer that have a date which has passed."""
    return [row for row in answer.overdue() if row.due_on and row.due_on < answer.on]


def change(known: Sequence[Span], standing: Standing | None, *, on: date, next_on: date | None) -> Change:
    """What has to be written for a thing that was found to stand so (None: not to be there) on a day.

    ``known``: its spans that hold on the day or later, in order. ``next_on``: the next night that was done already,
    where this one comes late: from then on everything stays as it was found. A row that begins on the day itself is
    that night's own, and stands.
    """
    present = next((span for span in known if span.starts_on <= on), None)
    if present is None:
        ends_on = min((day for day in (next_on, *(span.starts_on for span in known)) if day), default=None)
        return Change(begun=(Span(on, ends_on, standing),)) if standing else NOTHING
    if present.starts_on == on or present.standing == standing:
        return NOTHING
    goes_on = next_on is not None and (present.ends_on is None or next_on < present.ends_on)
    ends_on = next_on if goes_on else present.ends_on
    begun = [Span(on, ends_on, standing)] if standing else []
    if goes_on and next_on:
        begun.append(Span(next_on, present.ends_on, present.standing))
    return Change((present.key,), tuple(begun))


def spans(days: Mapping[date, Standing | None]) -> list[Span]:
    """The intervals of a thing from how it stood on each of some days in a row, built at once; the last is open."""
    found: list[Span] = []
    for on in sorted(days):
        standing = days[on]
        if found and found[-1].ends_on is None:
            if found[-1].standing == standing:
                continue
            found[-1] = found[-1]._replace(ends_on=on)
        if standing is not None:
            found.append(Span(on, None, standing))
    return found
