"""What is signed in one act with the record of a session: the entries about children that it binds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken
from policies.templates import Section
from records import binding, canonical, rules, selectors
from records.models import Part, Record
from records.rules import Meaning, PartHead, PartKind, Relation, State
from records.selectors import EntryText, TextToSign
from records.services.actions import carry_actions, lock_actions
from records.services.appending import Addition, Evidence, append_each, repeated, tell, to_countersign
from staff.challenge import Challenge

ENTRY_WAITS = "The entry of {reference} still waits for a signature. Correct this once it is signed."
LEFT_OUT = "An entry that was signed with this record before is missing. Open the record again, then sign."
# What an entry states of its session, and a correction of the session's record states anew
OF_THE_SESSION = ("held_on", "minutes")
# What stands in the correction of an entry, and in its closure: why may be personal, and stands in the session's record
CORRECTED_WITH = "Corrected with the record of its session. The reason stands in that record."
CLOSED_WITH = "Closed with the record of its session, without the missing signature. The reason stands in that record."


def lock_entries(entries: Collection[UUID]) -> list[Record]:
    """These entries with their rows locked, in the order of their keys. The record that binds them is locked before.

    So two acts never wait for each other, and whoever saves an entry's draft waits for neither.
    """
    if not entries:
        return []
    found = Record.objects.filter(pk__in=entries).with_parts().select_for_update(of=("self",), no_key=True)
    return list(found.order_by("pk"))


def lock_to_sign(record: Record, entries: Sequence[EntryText], *, actor: Actor) -> None:
    """Lock the entries that are to be signed with a locked record, and refuse those that cannot be.

    Raises DoesNotExist, NotAllowed, or RuleBroken: one waits for a signature already, or one signed before is left out.
    """
    wanted = {one.record_id for one in entries}
    if binding.bound_entries(record).keys() - wanted:
        raise RuleBroken(LEFT_OUT)
    if wanted and Record.objects.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise Record.DoesNotExist("an entry is not there, or not within sight")
    for entry in lock_entries(wanted):
        if record.subject_id and entry.discussed_with_id != record.subject_id:
            raise NotAllowed("This entry is of a session with somebody else.")
        if entry.get_state() is not State.SEALED:
            rules.check_may_sign_text(entry.get_heads())


def sign_entries(
    text: TextToSign,
    entries: Sequence[EntryText],
    *,
    act: UUID,
    challenge: Challenge,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
) -> list[dict[str, object]]:
    """Sign the text of each entry that is not sealed; gives how their record binds them."""
    known = {one.record_id: one for one in entries}
    additions = [
        Addition(
            entry,
            entry.get_heads(),
            shown.sections,
            {
                "facts": dict(known[entry.pk].facts),
                "late": known[entry.pk].late.as_body(),
                "bound": [],
                "required": list(selectors.template_of(entry).signatures),
            },
        )
        for entry, shown in text.entries
    ]
    signed = append_each(
        additions,
        kind=PartKind.TEXT,
        relation=Relation.SUPERVISOR,
        meaning=Meaning.AUTHOR,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        with_record=True,
    )
    actions = lock_actions([part.record_id for part in signed])
    for addition, part in zip(additions, signed, strict=True):
        carry_actions(part, addition.sections, known=actions.get(part.record_id, ()), at=at)
    return [selectors.bound_row(part.record, part.head) for part in signed]


def ask_for_answers(text: TextToSign, part: Part) -> None:
    """Where the record was sealed with its text, each entry waits for its worker by itself: tell them."""
    if part.state_after == State.SEALED:
        tell(to_countersign(entry, act=part.act) for entry, _ in text.entries)


def answer_entries(
    record: Record,
    *,
    kind: PartKind,
    relation: Relation,
    meaning: Meaning,
    act: UUID,
    challenge: Challenge,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    statement: str = "",
) -> None:
    """Give each entry that a locked record binds, and that waits like it, a part of its own in the same act.

    It says the same, without the reason or comments: they may be about the worker, and stand in the worker's record.
    """
    waiting = [
        (entry, heads)
        for entry in lock_entries(binding.bound_entries(record))
        if _waits(heads := entry.get_heads(), kind=kind, relation=relation)
    ]
    append_each(
        [Addition(entry, heads, _sections(kind), repeated(entry)) for entry, heads in waiting],
        kind=kind,
        relation=relation,
        meaning=meaning,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=statement,
        with_record=True,
    )


def correct_entries(
    record: Record,
    facts: Mapping[str, Any],
    *,
    act: UUID,
    challenge: Challenge,
    evidence: Evidence,
    actor: Actor,
    at: datetime,
    statement: str,
) -> None:
    """State in each entry that a locked record binds what was wrong of the session, in the act that corrects the record.

    Raises RuleBroken: one of them waits for a signature.
    """
    additions = []
    for entry in lock_entries(binding.bound_entries(record)):
        now = selectors.record_facts(entry)
        right = {name: facts[name] for name in OF_THE_SESSION if name in facts and name in now.facts}
        if all(now.facts[name] == value for name, value in right.items()):
            continue
        heads = entry.get_heads()
        if rules.state_of(heads) is not State.SEALED:
            raise RuleBroken(ENTRY_WAITS.format(reference=entry.about))
        carried = {**repeated(entry), "facts": right, "corrects": {"record": str(entry.pk), "seq": now.seq}}
        additions.append(Addition(entry, heads, [_correction_section()], carried))
    append_each(
        additions,
        kind=PartKind.ADDENDUM,
        relation=Relation.SUPERVISOR,
        meaning=Meaning.AUTHOR,
        act=act,
        challenge=challenge,
        evidence=evidence,
        actor=actor,
        at=at,
        statement=statement,
        with_record=True,
    )


def _waits(heads: Sequence[PartHead], *, kind: PartKind, relation: Relation) -> bool:
    if kind is PartKind.CLOSURE:
        return kind in rules.MAY_FOLLOW[rules.state_of(heads)]
    return relation in rules.awaits(heads)


def _sections(kind: PartKind) -> list[canonical.Section]:
    """What an entry's own part holds: for a closure a sentence that says where the reason is; else nothing."""
    if kind is not PartKind.CLOSURE:
        return []
    return [_saying(selectors.CLOSURE_SECTION, CLOSED_WITH)]


def _correction_section() -> canonical.Section:
    return _saying(selectors.CORRECTION_SECTION, CORRECTED_WITH, section_id=rules.ADDENDUM)


def _saying(section: Section, words: str, *, section_id: str = "") -> canonical.Section:
    """A section of one question, answered with words of ours."""
    (field,) = section.fields
    content = {"fields": [{"id": field.id, "label": field.label, "type": field.type, "value": words}]}
    return canonical.Section(section_id or section.id, None, section.heading, section.sensitivity, content)
