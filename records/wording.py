"""The sentences that people sign under, and the words for states and meanings. Pure."""

from collections.abc import Mapping
from typing import Any

from records.rules import RESPONDING, Kind, Meaning, Relation, State

# The exact sentence shown above the button, and kept in the signed bytes
STATEMENTS: Mapping[Meaning, str] = {
    Meaning.AUTHOR: "I wrote this record and sign it as a true record of what was discussed and agreed.",
    Meaning.AGREE: "I have read this record and agree that it is a true record.",
    Meaning.SEEN_NOT_AGREED: "I have read this record. I do not agree with all of it, and have said why.",
    Meaning.DECLINE: "I have read this record and decline to sign it, for the reason that I give.",
    Meaning.RETURN: "I have read this record and send it back for correction, for the reason that I give.",
}
CONTRACT_STATEMENTS: Mapping[Meaning, str] = {
    Meaning.AUTHOR: "I agree to this supervision contract and will keep to it.",
    Meaning.AGREE: "I have read this supervision contract, agree to it and will keep to it.",
    Meaning.SEEN_NOT_AGREED: "I have read this supervision contract. I do not agree with all of it, and have said why.",
    Meaning.DECLINE: "I have read this supervision contract and decline to sign it, for the reason that I give.",
    Meaning.RETURN: "I have read this supervision contract and send it back for correction, for the reason that I give.",
}

# Nothing that a worker says of themselves stands on a child's record
ENTRY_STATEMENTS: Mapping[Meaning, str] = {
    **STATEMENTS,
    Meaning.SEEN_NOT_AGREED: "I have read this record. I do not agree with all of it.",
    Meaning.DECLINE: "I have read this record and decline to sign it.",
}

# Of what looks at somebody's practice
AUDIT_STATEMENTS: Mapping[Meaning, str] = {
    **STATEMENTS,
    Meaning.AUTHOR: "I carried out this audit and sign it as a true record of what I found.",
    Meaning.AGREE: "I have read this audit of my supervision and agree with it.",
    Meaning.SEEN_NOT_AGREED: "I have read this audit of my supervision. I do not agree with all of it, and have said why.",
}
OBSERVATION_STATEMENTS: Mapping[Meaning, str] = {
    Meaning.AUTHOR: "I observed this, and sign it as a true record of what I saw and of the feedback that I gave.",
    Meaning.AGREE: "I have read this record of my observation and agree that it is a true record.",
    Meaning.SEEN_NOT_AGREED: "I have read this record of my observation. I do not agree with all of it, and have said why.",
    Meaning.DECLINE: "I have read this record of my observation and decline to sign it, for the reason that I give.",
    Meaning.RETURN: "I have read this record of my observation and send it back for correction, for the reason that I give.",
}

HANDOVER_STATEMENTS: Mapping[Meaning, str] = {
    **STATEMENTS,
    Meaning.AUTHOR: "I wrote this hand-over brief and sign it as a true account of where this supervision stands.",
    Meaning.AGREE: "I have read this hand-over brief and take the supervision over from here.",
    Meaning.SEEN_NOT_AGREED: "I have read this hand-over brief. I do not agree with all of it, and have said why.",
    Meaning.DECLINE: "I have read this hand-over brief and decline to sign it, for the reason that I give.",
}

DECISION = "I made this decision, and sign it as a true record of it and of my reasons."

# What may stand under a record that is sealed, or in place of the signature that is missing; {thing} is what it is called
ADDENDUM = "I add this to the {thing}, in my own name. What was signed before stays as it was signed."
CORRECTION = "I correct the facts of this {thing} as they stand above. What was signed before stays as it was signed."
CLOSURE = (
    "I close this {thing} without the missing signature, for the reason that I give. I sign for nobody but myself, and "
    "vouch for nothing in it."
)

# Of an entry about a child, which is signed and answered with the record of its session
WITH_ITS_RECORD = (
    "It belongs to the record of the session. {worker} reads both and signs them together, or sends them back; then "
    "{author} corrects them and signs again."
)
REASON_ELSEWHERE = "A reason, where one was given, stands in the worker’s own record of the session, and not here."

# Why somebody cannot finish a record; {name} is that person
GONE = {
    "left": "{name} has left",
    "no_account": "{name} can no longer sign in",
    "away": "{name} is away for a long time",
    "supervises_no_longer": "{name} no longer supervises this person",
}

# What a person chooses between when countersigning
MEANING_LABELS: Mapping[Meaning, str] = {
    Meaning.AGREE: "I agree",
    Meaning.SEEN_NOT_AGREED: "I have seen it and do not agree",
    Meaning.DECLINE: "I decline to sign",
}

# What a supervisor chooses between when responding to an audit
RESPONSE_LABELS: Mapping[Meaning, str] = {
    Meaning.AGREE: "I agree with it",
    Meaning.SEEN_NOT_AGREED: "I do not agree with all of it",
}

NO_PDF = (
    "No PDF could be made of this record. The record itself is complete, and as it was signed. "
    "Ask your administrator to look into it."
)

# What one is told after countersigning; {thing} is the record or the contract
DONE: Mapping[Meaning, str] = {
    Meaning.AGREE: "You signed the {thing}. It is sealed.",
    Meaning.SEEN_NOT_AGREED: "You signed that you have seen the {thing} and do not agree. It is sealed, with what you wrote.",
    Meaning.DECLINE: "You declined to sign the {thing}. It is sealed, with your reason.",
}

STATE_LABELS: Mapping[State, str] = {
    State.DRAFT: "Draft",
    State.AWAITING: "Waiting for a signature",
    State.RETURNED: "Sent back",
    State.SEALED: "Signed",
}


# What happens after each choice, said above the button, for it is one button for all three
THEN: Mapping[Meaning, str] = {
    Meaning.AGREE: "If you agree, the {thing} is sealed as signed by both of you.",
    Meaning.SEEN_NOT_AGREED: "If you do not agree, it is sealed all the same, and says that you do not agree, and why.",
    Meaning.DECLINE: "If you decline, it is sealed without your agreement, and says that you declined, and why.",
}


def then(kind: Kind) -> list[str]:
    """What happens after each choice of a countersignature, in the order in which they are offered."""
    sentences = [sentence.format(thing=thing(kind)) for sentence in THEN.values()]
    if kind is Kind.CASE_ENTRY:
        sentences = [sentence.replace(", and why", "") for sentence in sentences]
    if kind is Kind.CONTRACT:
        sentences[-1] = f"{sentences[-1]} A contract that was declined is not in force."
    return sentences


def done(kind: Kind) -> dict[str, str]:
    """What one is told after countersigning, by meaning."""
    without = {", with what you wrote": "", ", with your reason": ""} if kind is Kind.CASE_ENTRY else {}
    found = {meaning.value: words for meaning, words in DONE.items()}
    for words, none in without.items():
        found = {meaning: sentence.replace(words, none) for meaning, sentence in found.items()}
    return found


def thing(kind: Kind) -> str:
    """What a sentence calls a record of this kind."""
    named = {
        Kind.CONTRACT: "contract",
        Kind.DECISION: "decision",
        Kind.AUDIT: "audit",
        Kind.HANDOVER: "hand-over brief",
    }
    return named.get(kind, "record")


def statement(kind: Kind, meaning: Meaning) -> str:
    """The sentence under which a person signs, by kind of record and meaning."""
    if kind is Kind.DECISION and meaning is Meaning.AUTHOR:
        return DECISION
    own = {
        Kind.CONTRACT: CONTRACT_STATEMENTS,
        Kind.CASE_ENTRY: ENTRY_STATEMENTS,
        Kind.AUDIT: AUDIT_STATEMENTS,
        Kind.OBSERVATION: OBSERVATION_STATEMENTS,
        Kind.HANDOVER: HANDOVER_STATEMENTS,
    }
    return own.get(kind, STATEMENTS)[meaning]


def statement_at_once(kind: Kind, relation: Relation) -> str:
    """The sentence under what one person writes and signs: who does not decide signs what was discussed and agreed."""
    return statement(kind, Meaning.AUTHOR) if relation is Relation.SUPERVISOR else STATEMENTS[Meaning.AUTHOR]


def statements(kind: Kind) -> dict[str, str]:
    """The three sentences that a countersigning page shows, by meaning."""
    return {meaning.value: statement(kind, meaning) for meaning in MEANING_LABELS}


def responses() -> dict[str, str]:
    """The two sentences that a page of a response to an audit shows, by meaning."""
    return {meaning.value: AUDIT_STATEMENTS[meaning] for meaning in RESPONDING}


def is_reason_elsewhere(body: Mapping[str, Any]) -> bool:
    """Whether an answer to an entry about a child gives no reason, since it stands in the record of the session."""
    refuses = body["signature"]["meaning"] not in (Meaning.AUTHOR, Meaning.AGREE)
    return refuses and not body["sections"] and body["subjects"][0].get("kind") == "child"


def credential_in_words(days: int | None, *, name: str) -> str:
    """That an administrator let the signer choose anew how to sign in, shortly before; nothing where nobody did."""
    if days is None:
        return ""
    before = {0: "on the same day as", 1: "one day before"}.get(days, f"{days} days before")
    return f"An administrator let {name} choose anew how to sign in {before} this signature."
