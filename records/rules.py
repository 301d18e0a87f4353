"""Rules of signed records: kinds, meanings, states and the order in which parts may follow. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from core.errors import NotAllowed, RuleBroken, Stale


class Kind(StrEnum):
    """Kinds of record."""

    CONTRACT = "contract"
    WORKER_RECORD = "worker_record"
    CASE_ENTRY = "case_entry"
    DECISION = "decision"
    GROUP_RECORD = "group_record"
    HANDOVER = "handover"
    AUDIT = "audit"
    OBSERVATION = "observation"


class PartKind(StrEnum):
    """Kinds of part in a record's chain."""

    TEXT = "text"
    RETURN = "return"
    COUNTERSIGNATURE = "countersignature"
    RESPONSE = "response"
    CLOSURE = "closure"
    ADDENDUM = "addendum"


class Relation(StrEnum):
    """What a signer is to the person whom the record is about."""

    SUPERVISOR = "supervisor"
    SUPERVISEE = "supervisee"
    NEXT_UP = "next_up"
    # Of an audit the auditor signs, and the supervisor responds; of an observation who observed and who was observed
    AUDITOR = "auditor"
    OBSERVER = "observer"
    OBSERVED = "observed"
    # Of a hand-over brief the former supervisor signs, and then who supervises from the change on
    SUCCESSOR = "successor"


class Meaning(StrEnum):
    """What a signature says."""

    AUTHOR = "author"
    AGREE = "agree"
    SEEN_NOT_AGREED = "seen_not_agreed"
    DECLINE = "decline"
    RETURN = "return"
    CLOSURE = "closure"


class State(StrEnum):
    """Where a record stands, always read off its parts."""

    DRAFT = "draft"
    AWAITING = "awaiting"
    RETURNED = "returned"
    SEALED = "sealed"


class Sensitivity(StrEnum):
    """Who may read a section: everybody with sight of the record, or its two people only."""

    SHARED = "shared"
    HEALTH = "health"
    CONDUCT = "conduct"


class Audience(StrEnum):
    """For whom a PDF is made: those who read every section, or those from whom health and conduct are withheld."""

    FULL = "full"
    MASKED = "masked"


class WrittenBy(StrEnum):
    """Who may write a section of a draft."""

    SUPERVISOR = "supervisor"
    SUPERVISEE = "supervisee"
    EITHER = "either"
    RECORDER = "recorder"


# Records in which somebody's practice is looked at: nobody but their writer knows of the draft
EXAMINING = frozenset({Kind.AUDIT, Kind.OBSERVATION})
# Of whose draft whom it is about sees nothing: a hand-over brief, too, is read once it is signed
READ_ONCE_SIGNED = EXAMINING | {Kind.HANDOVER}
SIGNING = frozenset({PartKind.TEXT, PartKind.COUNTERSIGNATURE})
# What may follow a sealed record, and leaves it as it stood
ADDED = frozenset({PartKind.ADDENDUM, PartKind.RESPONSE})
# As what somebody writes a record and signs its text, and as what somebody else then answers it
WRITING = frozenset({Relation.SUPERVISOR, Relation.AUDITOR, Relation.OBSERVER})
ANSWERING = frozenset({Relation.SUPERVISEE, Relation.OBSERVED, Relation.SUCCESSOR})
COUNTERSIGNING = (Meaning.AGREE, Meaning.SEEN_NOT_AGREED, Meaning.DECLINE)
RESPONDING = (Meaning.AGREE, Meaning.SEEN_NOT_AGREED)
MASKED = frozenset({Sensitivity.HEALTH, Sensitivity.CONDUCT})

# Sections that no template has: an underscore first, which template identifiers cannot begin with
COMMENTS = "_comments"
REASON = "_reason"
ADDENDUM = "_addendum"
CLOSURE = "_closure"
# Only while it is typed: the reason for a correction is signed as an addendum
CORRECTION = "_correction"
# Of an audit: what the supervisor whose supervision it looked at says to it
RESPONSE = "_response"
EVIDENCE = "_evidence"
ATTACHMENTS = "_attachments"
# Of entries about children: what is said of the whole family, the same in the entry of each sibling
FAMILY = "_family"

# The signer's last real challenge (signed-part.md, "Challenge"); clocks of two hosts may differ by a little
CHALLENGE_LASTS = timedelta(minutes=5)
CLOCK_SKEW = timedelta(seconds=30)

# Which kind of part may be added in which state (signed-part.md, "State, read off the parts")
MAY_FOLLOW: Mapping[State, frozenset[PartKind]] = {
    State.DRAFT: frozenset({PartKind.TEXT, PartKind.CLOSURE}),
    State.RETURNED: frozenset({PartKind.TEXT, PartKind.CLOSURE}),
    State.AWAITING: frozenset({PartKind.COUNTERSIGNATURE, PartKind.RETURN, PartKind.CLOSURE}),
    State.SEALED: frozenset({PartKind.ADDENDUM, PartKind.RESPONSE}),
}


@dataclass(frozen=True, slots=True)
class PartHead:
    """What the rules need to know of a part; its text is not among it."""

    kind: PartKind
    relation: Relation
    required: frozenset[Relation]
    seq: int = 1
    meaning: Meaning = Meaning.AUTHOR
    digest: str = ""
    signed_at: datetime | None = None
    signer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class VerifiedPart:
    """A part whose bytes, place in the chain, contents and attestation have been checked.

    ``raw`` is the body as stored and ``body`` the same parsed. ``contents`` gives, by section id and key, the parsed
    content, or None where it is withheld from the reader or has been purged; ``salts`` those of the contents that are
    there. ``digest`` is "sha256:<hex>".
    """

    digest: str
    raw: bytes
    body: dict[str, Any]
    contents: dict[tuple[str, str | None], dict[str, Any] | None]
    attestation: bytes
    salts: dict[tuple[str, str | None], bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LateEntry:
    """How long after the event a record was entered: whole days, and working days of the authority."""

    calendar_days: int = 0
    working_days: int = 0

    def as_body(self) -> dict[str, int]:
        """The shape that stands in the signed body."""
        return {"calendar_days": self.calendar_days, "working_days": self.working_days}


@dataclass(frozen=True, slots=True)
class AlsoAbout:
    """Whom else a record is about, beside its subject: of an audit whose file it is, and the children looked at."""

    id: UUID
    kind: Literal["worker", "child"]
    label: str
    role: str = ""

    def as_body(self) -> dict[str, str]:
        """The shape that stands in the signed body."""
        return {"id": str(self.id), "kind": self.kind, "label": self.label, "role": self.role}


def moment_of(body: Mapping[str, Any]) -> datetime:
    """When a part was signed, by its body."""
    return datetime.fromisoformat(body["signature"]["signed_at"])


def last_text(parts: Sequence[PartHead]) -> int:
    """The index of the last text part; 0 when there is none (a draft that was closed)."""
    return max((index for index, part in enumerate(parts) if part.kind is PartKind.TEXT), default=0)


def signed_relations(parts: Sequence[PartHead]) -> frozenset[Relation]:
    """Who has signed since the last text part, with any meaning; the text's signer counts."""
    since_text = parts[last_text(parts) :]
    return frozenset(part.relation for part in since_text if part.kind in SIGNING)


def state_of(parts: Sequence[PartHead]) -> State:
    """Where a record stands, from its parts in order (signed-part.md, "State, read off the parts")."""
    if not parts:
        return State.DRAFT
    if parts[-1].kind is PartKind.RETURN:
        return State.RETURNED
    since_text = parts[last_text(parts) :]
    closed = any(part.kind is PartKind.CLOSURE for part in since_text)
    return State.SEALED if closed or since_text[0].required <= signed_relations(parts) else State.AWAITING


def awaits(parts: Sequence[PartHead]) -> frozenset[Relation]:
    """Whose signature is still wanted, in the awaiting state; nobody's in any other."""
    if state_of(parts) is not State.AWAITING:
        return frozenset()
    return parts[last_text(parts)].required - signed_relations(parts)


def meaning_of(parts: Sequence[PartHead], relation: Relation) -> Meaning | None:
    """The meaning with which a relation signed the present text, if it has."""
    since_text = parts[last_text(parts) :]
    return next((part.meaning for part in since_text if part.kind in SIGNING and part.relation is relation), None)


def is_agreed(parts: Sequence[PartHead]) -> bool:
    """Whether the record is sealed and nobody declined: a declined contract is sealed and not in force."""
    if state_of(parts) is not State.SEALED:
        return False
    since_text = parts[last_text(parts) :]
    refused = any(part.kind is PartKind.CLOSURE or part.meaning is Meaning.DECLINE for part in since_text)
    return not refused


def is_signed_by_both(parts: Sequence[PartHead]) -> bool:
    """Whether each required relation signed as author or agreed (audit question 1.2, scenario 22).

    "Seen, not agreed" and "declined" both count as not signed by both.
    """
    if state_of(parts) is not State.SEALED:
        return False
    required = parts[last_text(parts)].required
    return all(meaning_of(parts, relation) in (Meaning.AUTHOR, Meaning.AGREE) for relation in required)


# How lists show a sealed record that not everybody agreed to, by the meaning of its answer
REFUSED = {
    Meaning.DECLINE: "declined",
    Meaning.SEEN_NOT_AGREED: "not_agreed",
    Meaning.CLOSURE: "closed_unsigned",
}


def shown_state(state: str, meaning: str) -> str:
    """A state as lists show it, by what its answer says (``answer_of``): nobody takes a refusal for an agreement."""
    return REFUSED.get(Meaning(meaning), state) if state == State.SEALED and meaning else state


def answer_of(parts: Sequence[PartHead]) -> PartHead | None:
    """The part by which a record stands as it does: the last that is no addition. None for a draft."""
    return next((part for part in reversed(parts) if part.kind not in ADDED), None)


def standing_of(parts: Sequence[PartHead]) -> str:
    """Where a record stands, as lists show it; what was added later changes nothing of it."""
    answer = answer_of(parts)
    return shown_state(state_of(parts), answer.meaning if answer else "")


ALREADY = {
    State.DRAFT: "This record is still a draft: nobody has signed it yet.",
    State.AWAITING: "This record has been signed and waits for the other signature. Nothing was added.",
    State.RETURNED: "This record was sent back for correction. It can be countersigned once it is signed again.",
    State.SEALED: "This record is already signed and sealed. Nothing was added.",
}


def check_may_follow(parts: Sequence[PartHead], kind: PartKind) -> None:
    """Refuse a kind of part that the record's state does not allow. Raises RuleBroken with where it stands."""
    state = state_of(parts)
    if kind not in MAY_FOLLOW[state]:
        raise RuleBroken(ALREADY[state])


def check_may_sign_text(parts: Sequence[PartHead]) -> None:
    """Refuse the text of a record that is signed or sealed already. Raises RuleBroken."""
    check_may_follow(parts, PartKind.TEXT)


def check_awaiting(parts: Sequence[PartHead], *, relation: Relation) -> None:
    """Refuse to countersign or return what does not wait for this relation's signature. Raises RuleBroken."""
    check_may_follow(parts, PartKind.COUNTERSIGNATURE)
    if relation not in awaits(parts):
        raise RuleBroken("This record does not wait for your signature.")


def check_may_add(parts: Sequence[PartHead]) -> None:
    """Refuse an addendum to what is not sealed: until then it can be changed. Raises RuleBroken."""
    if PartKind.ADDENDUM not in MAY_FOLLOW[state_of(parts)]:
        raise RuleBroken("Something can be added once this is signed and sealed. Until then it can still be changed.")


def response_of(parts: Sequence[PartHead]) -> PartHead | None:
    """The part in which the supervisor answered an audit, if they have."""
    return next((part for part in parts if part.kind is PartKind.RESPONSE), None)


def check_may_respond(parts: Sequence[PartHead]) -> None:
    """Refuse a response to an audit that is not signed, and a second one: more is said in an addendum. Raises RuleBroken."""
    if PartKind.RESPONSE not in MAY_FOLLOW[state_of(parts)]:
        raise RuleBroken("You can respond once this audit is signed.")
    if response_of(parts):
        raise RuleBroken("You have responded to this audit already. You can write an addendum.")


def check_response(meaning: Meaning, *, words: str) -> None:
    """Refuse what is no meaning of a response, and a disagreement that does not say why. Raises RuleBroken."""
    if meaning not in RESPONDING:
        raise RuleBroken("Choose what your signature says.", field="meaning")
    if meaning is Meaning.SEEN_NOT_AGREED and not words.strip():
        raise RuleBroken("Say what you do not agree with, and why. It becomes part of the audit.", field="text")


def check_meaning(meaning: Meaning, *, reason: str, is_asked: bool = True) -> None:
    """Refuse what is no meaning of a countersignature, a disagreement that does not say why, and a reason to agree.

    Comments are no reason: they may have been written before the record was, and in thanks. Where no reason ``is_asked``
    the meaning says it alone. Raises RuleBroken.
    """
    if meaning not in COUNTERSIGNING:
        raise RuleBroken("Choose what your signature says.", field="meaning")
    if not is_asked:
        return
    if meaning is Meaning.AGREE and reason.strip():
        raise RuleBroken(
            "You wrote a reason but chose “I agree”. Move it to your comments, take it away, or choose another answer.",
            field="reason",
        )
    if meaning is Meaning.DECLINE and not reason.strip():
        raise RuleBroken("Say why you decline to sign. Your reason becomes part of the record.", field="reason")
    if meaning is Meaning.SEEN_NOT_AGREED and not reason.strip():
        raise RuleBroken("Say what you do not agree with, and why. It becomes part of the record.", field="reason")


class ChallengeStale(NotAllowed):
    """The signer must prove who they are once more; what was typed is kept."""


def is_challenge_fresh(auth_time: datetime | None, *, at: datetime) -> bool:
    """Whether the last real challenge is at most five minutes old at ``at`` and not from the future."""
    return auth_time is not None and at - CHALLENGE_LASTS <= auth_time <= at + CLOCK_SKEW


def check_challenge(method: str, auth_time: datetime | None, *, at: datetime, demo: bool) -> None:
    """Refuse a signature without a fresh challenge, and the demo's chooser outside the demo. Raises NotAllowed."""
    if method == "demo" and not demo:
        raise NotAllowed("Choosing a person is no proof of who you are. Sign in with your password, then sign.")
    if not method or not is_challenge_fresh(auth_time, at=at):
        raise ChallengeStale("Confirm that it is you, then sign: it is more than five minutes since you last did.")


def check_seen(shown: str, present: str, *, sentence: str) -> None:
    """Refuse a signature under what differs from what was shown. Raises Stale with the sentence."""
    if shown != present:
        raise Stale(sentence)
