"""What a supervisor may want to put right before signing, though nothing of it stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.actor import Actor
from core.errors import RuleBroken
from policies.rules.policy import Policy
from records.models import Record
from records.pdf_wording import Wording, late_in_words
from records.selectors import EntryText, TextToSign
from records.values import actions_of
from supervision import rules
from supervision.models import AgendaItem, SupervisionSession
from supervision.selectors.agenda import agenda_of
from supervision.selectors.entries import ChildToWrite
from supervision.selectors.writing import SigningContext, check_children

# The key of an entry that is not there
NO_ENTRY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """``unlisted``: actions (what, who, section) of people who are not in the directory. ``next_session``: what comes of
    the next date that the record names. ``discussed`` and ``waiting``: the agenda, as it was ticked. ``unmarked``: of how
    many of the children held nothing is said; ``children``: the sentence that stands in the way where each must be."""

    unlisted: Sequence[Mapping[str, str]]
    next_session: Sequence[str] = ()
    discussed: Sequence[AgendaItem] = ()
    waiting: Sequence[AgendaItem] = ()
    unmarked: int = 0
    held: int = 0
    children: str = ""


def to_look_at(text: TextToSign, *, record: Record, context: SigningContext, actor: Actor) -> ToLookAt:
    """What the page that checks a text before signing says of it."""
    unlisted = [
        {"what": action["what"], "who": action["who"], "section": section.id}
        for section in text.sections
        for action in actions_of(section.content)
        if action["who"] and not action["who_id"]
    ]
    session = context.session
    if session is None:
        return ToLookAt(unlisted)
    agenda = agenda_of(supervisee=record.worker, actor=actor, session=session)
    return ToLookAt(
        unlisted,
        next_session=_next_session(text, record=record, actor=actor),
        discussed=agenda.discussed,
        waiting=agenda.waiting,
        unmarked=max(session.children_held - session.children_marked, 0),
        held=session.children_held,
        children=_children(session, context.policy),
    )


@dataclass(frozen=True, slots=True)
class EntryToRead:
    """One child's entry on the page before the signature. ``text``: what is signed, None while there is none;
    ``problems``: (section, field, sentence) of what has to be put right in it.
    """

    child: ChildToWrite
    text: TextToSign | None
    facts: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str, str]]


def entries_to_read(text: TextToSign, context: SigningContext) -> list[EntryToRead]:
    """The entries that are signed with a record, and those that are still to be written, by the child's reference."""
    texts = {record.pk: entry for record, entry in text.entries}
    facts = {each.record_id: each for each in context.entries}
    return [
        _to_read(child, text=texts.get(key), facts=facts.get(key))
        for child in context.children
        for key in [child.entry.record_id if child.entry else NO_ENTRY]
        if child.problem or key in texts
    ]


def _to_read(child: ChildToWrite, *, text: TextToSign | None, facts: EntryText | None) -> EntryToRead:
    words = [*Wording().facts(facts.facts), *late_in_words(facts.late.as_body())] if facts else []
    own = [("", "", child.problem)] if child.problem else []
    return EntryToRead(child, text, words, [*own, *(text.problems if text else ())])


def _children(session: SupervisionSession, policy: Policy | None) -> str:
    """Which children still have to be marked before the record can be signed; empty where none has."""
    try:
        check_children(session, policy=policy)
    except RuleBroken as refusal:
        return str(refusal)
    return ""


def _next_session(text: TextToSign, *, record: Record, actor: Actor) -> list[str]:
    """What signing does with the next date, and what the diary says beside it."""
    fields = [item for section in text.sections for item in section.content["fields"]]
    named = next((item["value"] for item in fields if item["id"] == "next_session"), None)
    at = datetime.fromisoformat(named) if named else None
    if at is None or at.date() < actor.on:
        return []
    sessions = SupervisionSession.objects.visible_to(actor).planned()
    planned = sessions.filter(supervisee=record.worker_id, on__gte=actor.on).order_by("on", "starts")
    booked = [(one.on, one.starts) for one in planned[:50]]
    if (at.date(), at.time()) in booked:
        return []
    said = f"The record names {rules.in_words(at.date())} at {at:%H:%M} for the next session."
    same_day = [starts for on, starts in booked if on == at.date()]
    if same_day:
        return [f"{said} The diary has that day at {same_day[0]:%H:%M}, and stays as it is: one of the two is wrong."]
    before = [f"{rules.in_words(on)} at {starts:%H:%M}" for on, starts in booked[:1]]
    return [f"{said} It is booked when you sign. The diary has {before[0]}, too."] if before else []
