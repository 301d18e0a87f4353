"""Writing the entries of a session: one for each child, and what siblings share in each of theirs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.actor import Actor
from core.errors import RuleBroken
from policies import selectors as policies
from records import services as records
from records.canonical import canonical
from records.models import DraftSection, Part, Record
from records.rules import FAMILY, State
from records.services import SavedSection
from records.values import TypedSection, is_filled
from supervision import access, selectors
from supervision.models import CaseEntry, Discussion, GroupSession, SupervisionSession
from supervision.rules.discussions import NOT_DISCUSSED, check_not_signed, depth_field
from supervision.rules.entries import moves_own_clock, says_of_family, says_of_its_own
from supervision.selectors import ChildToWrite, EntryPage
from supervision.services.diary import lock_session
from trail import services as trail

# What a discussion that stands in another's place has of its own
NEW_IN_A_REPLACEMENT = ("id", "recorded_at", "replaced_at")
GONE = "This child was not with this worker on the day of the session. Open the list of children again."


@dataclass(frozen=True, slots=True)
class EntrySaved:
    """What became of saving an entry's form. ``record``: the entry; None while nothing is written."""

    record: Record | None
    saved: tuple[SavedSection, ...]
    conflicts: tuple[DraftSection, ...]


def read_entry(
    *, session: SupervisionSession, child_id: UUID, actor: Actor, at: datetime, with_family: bool = False
) -> EntryPage | None:
    """One child's entry for its writer, with what the last one agreed; what was typed before is noted as read first.

    ``with_family``: with the text about the family in any case, since it was typed while there was a sibling.
    """
    access.check_can_record(actor, session)
    page = selectors.entry_page(session=session, child_id=child_id, actor=actor, with_family=with_family)
    if page and page.target.entry:
        records.note_draft_read(record=page.target.entry.record, actor=actor, at=at)
    if page and page.agreed:
        trail.record(actor=actor, verb="actions.read", target=page.agreed[0].record, via="supervisor", at=at)
    return page


@transaction.atomic
def save_entry(
    *, session_id: UUID, child_id: UUID, sections: Sequence[TypedSection], actor: Actor, at: datetime
) -> EntrySaved:
    """Write sections of a child's entry, each over the version that was read; with the first words the entry is opened.

    The text about the family goes into the entry of each sibling who was discussed in the session. What somebody else
    saved in between stays, and is given back. Raises NotAllowed, or RuleBroken: it is signed, or the child was not
    discussed.
    """
    session = lock_session(session_id, actor)
    check_can_write_entries(session, actor)
    terms = selectors.terms_of(session)
    children = selectors.children_to_write(session, terms=terms, also=child_id)
    target = _target(child_id, children)
    own = [typed for typed in sections if typed.section != FAMILY]
    shared = next((typed for typed in sections if typed.section == FAMILY), None)
    saved, conflicts = list[SavedSection](), list[DraftSection]()
    record = target.entry.record if target.entry else None
    if record is None and any(is_filled(value) for typed in own for value in typed.values.values()):
        record = _open(session, child_id, actor=actor, at=at)
    if record and own:
        result = records.save_draft(record_id=record.pk, sections=own, actor=actor, at=at)
        saved, conflicts = [*result.saved], [*result.conflicts]
    elif own:
        saved = [SavedSection(typed.section, typed.key, 0, at) for typed in own]
    if shared:
        family = [target, *selectors.family_of(child_id, children=children, on=session.on, actor=actor)]
        outcome = _save_family(session, family, shared, actor=actor, at=at)
        saved += outcome.saved
        conflicts += outcome.conflicts
        record = record or outcome.record
    follow_own_text(session, at=at)
    return EntrySaved(record, tuple(saved), tuple(conflicts))


def check_can_write_entries(session: SupervisionSession, actor: Actor) -> None:
    """Write about the children of a session: who held it, until its record is signed. Raises NotAllowed or RuleBroken."""
    access.check_can_record(actor, session)
    if not session.is_held:
        raise RuleBroken("This session was not held.")
    check_not_signed(SupervisionSession.objects.with_record_state().get(pk=session.pk).record_state)


def _target(child_id: UUID, children: Iterable[ChildToWrite]) -> ChildToWrite:
    """The child whose entry is written: one that was discussed, or of whom nothing is said yet."""
    found = next((each for each in children if each.child.pk == child_id), None)
    if found is None:
        raise RuleBroken(GONE)
    if found.mark and not found.is_discussed:
        raise RuleBroken("This child is marked as not discussed. Say first how it was discussed, then write.")
    return found


def _open(session: SupervisionSession, child_id: UUID, *, actor: Actor, at: datetime) -> Record:
    """Open the entry of a child in a locked session; shared with the worker where the session's record is."""
    record = open_case_entry(child_id=child_id, worker_id=session.supervisee_id, session=session, actor=actor, at=at)
    if session.record_id and session.record and session.record.get_shared_at():
        records.share_draft(record_id=session.record_id, shared=True, entries=[record.pk], actor=actor, at=at)
    return record


def open_case_entry(
    *,
    child_id: UUID,
    worker_id: UUID,
    session: SupervisionSession | None = None,
    group: GroupSession | None = None,
    actor: Actor,
    at: datetime,
) -> Record:
    """A new entry of a child in a locked session or group, on the policy's form. Raises RuleBroken without a policy."""
    policy = policies.policy_to_write_by(actor.on)
    template = policies.form_for(policy, "case", categories=())
    record = records.open_entry(
        child_id=child_id,
        discussed_with_id=worker_id,
        template=template,
        policy_slug=policy.id,
        policy_version=policy.version,
        title=template.title,
        actor=actor,
        at=at,
    )
    CaseEntry.objects.create(record=record, child_id=child_id, session=session, group=group)
    return record


def _save_family(
    session: SupervisionSession, family: Sequence[ChildToWrite], typed: TypedSection, *, actor: Actor, at: datetime
) -> EntrySaved:
    """Write the text about a family into the entry of each of its children, over the text that was read."""
    stands = selectors.family_text(family)
    text = str(typed.values.get("text") or "")
    rows = [row for each in family for row in _rows_of_family(each)]
    own = family[0].entry.record if family[0].entry else None
    if rows and text != stands and typed.version != selectors.family_version(stands):
        last = max(rows, key=lambda row: row.updated_at, default=None)
        return EntrySaved(own, (), (_as_it_stands(last, stands),))
    _write_family(session, family, text, actor=actor, at=at)
    return EntrySaved(own, (SavedSection(FAMILY, None, selectors.family_version(text), at),), ())


def _rows_of_family(each: ChildToWrite) -> list[DraftSection]:
    return [row for row in each.entry.record.draft_sections.all() if row.section == FAMILY] if each.entry else []


def _as_it_stands(last: DraftSection | None, text: str) -> DraftSection:
    """The text about a family as one section, for a page that shows it beside what was typed."""
    row = DraftSection(section=FAMILY, version=selectors.family_version(text))
    row.content = canonical({"text": text}).decode()
    if last:
        row.record, row.updated_by, row.updated_at = last.record, last.updated_by, last.updated_at
    return row


def _write_family(
    session: SupervisionSession, family: Sequence[ChildToWrite], text: str, *, actor: Actor, at: datetime
) -> None:
    """Let the same text stand in the entry of each; an entry that is not there yet is opened for it."""
    for each in sorted(family, key=lambda one: one.child.pk):
        rows = _rows_of_family(each)
        stands = str(rows[0].values.get("text") or "") if rows else ""
        if stands == text:
            continue
        record = each.entry.record if each.entry else _open(session, each.child.pk, actor=actor, at=at)
        version = rows[0].version if rows else 0
        section = TypedSection(FAMILY, None, version, {"text": text})
        records.save_draft(record_id=record.pk, sections=[section], actor=actor, at=at)


def check_may_leave(session: SupervisionSession, left: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    """Nobody is said not to have been discussed while text of the child stands; nothing typed is thrown away.

    Text about the family goes from such a child's entry where it stands in a sibling's, too. Raises RuleBroken.
    """
    children = selectors.children_to_write(session, terms=selectors.terms_of(session)) if left else []
    leaving = [each for each in children if each.child.pk in left and (each.has_text or each.was_signed)]
    staying = [each for each in children if each.child.pk not in left and each.is_discussed]
    for each in leaving:
        if each.was_signed:
            raise RuleBroken(
                f"The entry of {each.child.reference} was signed and sent back, so it is signed again. Leave the child as "
                "discussed, and correct the entry.",
                field=depth_field(each.child.pk),
            )
        kept = [one for one in staying if selectors.family_text([one]) == selectors.family_text([each])]
        if says_of_its_own(each.written) or not kept:
            raise RuleBroken(
                f"Text about {each.child.reference} is written, and it would be left out. Empty the entry first, or "
                "leave the child as discussed.",
                field=depth_field(each.child.pk),
            )
    for each in leaving:
        _write_family(session, [each], "", actor=actor, at=at)


def follow_marks(session: SupervisionSession, *, actor: Actor, at: datetime) -> None:
    """After a locked session's children were marked: siblings share what stands about the family, clocks follow."""
    children = selectors.children_to_write(session, terms=selectors.terms_of(session))
    if not any(says_of_family(each.written) for each in children):
        follow_own_text(session, at=at)
        return
    discussed = {each.child.pk: each for each in children if each.is_discussed}
    families = selectors.families_of(discussed.keys(), on=session.on, actor=actor)
    for each in {frozenset({child, *siblings}) for child, siblings in families.items()}:
        family = [discussed[key] for key in sorted(each)]
        if text := selectors.family_text(family):
            _write_family(session, family, text, actor=actor, at=at)
    follow_own_text(session, at=at)


def follow_own_text(session: SupervisionSession, *, at: datetime) -> None:
    """Let each discussion of a locked session move its child's clock, or not, as its entry is written now (scenario 3).

    Of an entry that is sealed nothing is typed any more: what was said of it stays.
    """
    sealed = Part.objects.filter(record=OuterRef("record"), state_after=State.SEALED)
    entries = CaseEntry.objects.filter(~Exists(sealed), session=session).prefetch_related("record__draft_sections")
    written = {each.child_id: selectors.written_in(each.record) for each in entries}
    if not written:
        return
    changed = [
        each
        for each in session.discussions.filter(child__in=written).exclude(depth=NOT_DISCUSSED)
        if each.own_text != moves_own_clock(written[each.child_id])
    ]
    for own_text in (True, False):
        discussed_again([each for each in changed if each.own_text != own_text], at=at, own_text=own_text)


def discussed_again(discussions: Iterable[Discussion], *, at: datetime, **changed: Any) -> None:
    """Let what is said of children be replaced by the same, but for what changed."""
    found = list(discussions)
    Discussion.objects.filter(pk__in=[each.pk for each in found]).update(replaced_at=at)
    kept = [field.attname for field in Discussion._meta.concrete_fields if field.name not in NEW_IN_A_REPLACEMENT]
    Discussion.objects.bulk_create(
        Discussion(**{**{name: getattr(each, name) for name in kept}, **changed, "recorded_at": at}) for each in found
    )
