"""Writing what is not yet signed, under versions; reading, noted first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.actor import Actor
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.services import enqueue
from policies.templates import Section, Template
from records import access, canonical, rules, selectors
from records import values as rules_of_values
from records.models import DraftSection, DraftShare, ExpiredDraft, Part, Record
from records.rules import Kind, PartHead, State, WrittenBy
from records.selectors import Draft, RecordReading
from records.services.appending import workers_quoted
from records.values import TypedSection
from staff.access import check_not_frozen
from staff.selectors import grant_on_the_page
from trail import selectors as trail_selectors
from trail import services as trail

# How often a person's saves of the same section are written to the trail: the draft itself keeps every one
TRAIL_EVERY_SECONDS = 600
GIVEN_UP = (
    "This draft was given up, since nothing stood in it. Open the record again; what you typed is still on this page."
)


class SectionChanged(Stale):
    """Somebody saved this section after it was opened. Nothing was overwritten: ``present`` is what stands there."""

    def __init__(self, present: DraftSection) -> None:
        super().__init__("This section was saved from somewhere else after you opened it. Nothing was overwritten.")
        self.present = present


@dataclass(frozen=True, slots=True)
class SavedSection:
    """What became of one save."""

    section: str
    key: str | None
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """What became of saving a whole form: written, and not written because somebody else had saved in between."""

    saved: tuple[SavedSection, ...]
    conflicts: tuple[DraftSection, ...]


def locked(record_id: UUID, actor: Actor) -> Record:
    """The visible record with its parent row locked: whoever adds a part or saves a draft waits here for the other.

    Raises RuleBroken for a draft that was given up while this waited: nothing is written into one.
    """
    record = (
        Record.objects.visible_to(actor)
        .select_related("subject", "child", "author", "discussed_with")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=record_id)
    )
    if ExpiredDraft.objects.filter(record=record).exists():
        raise RuleBroken(GIVEN_UP)
    check_not_frozen(record.subject_id)
    return record


@transaction.atomic
def open_record(
    *,
    kind: Kind,
    subject_id: UUID,
    template: Template,
    policy_slug: str,
    policy_version: str,
    title: str,
    actor: Actor,
    at: datetime,
    values: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    """A new draft about a person whom the actor supervises, in the actor's own name.

    ``values``: what stands in the form to begin with, by section id and field id. Raises NotAllowed.
    """
    if subject_id not in actor.supervises:
        raise NotAllowed("Only the supervisor can open a record about this person.")
    check_not_frozen(subject_id)
    record = Record.objects.create(
        kind=kind,
        subject_id=subject_id,
        author_id=actor.staff_id,
        template_slug=template.id,
        template_version=template.version,
        policy_slug=policy_slug,
        policy_version=policy_version,
        title=title,
        created_at=at,
    )
    for section in template.sections:
        if begun := (values or {}).get(section.id):
            write_section(None, record=record, section=section, key=None, fields=begun, actor=actor, at=at)
    trail.record(actor=actor, verb="record.opened", target=record, about=subject_id, at=at, kind=str(kind))
    return record


@transaction.atomic
def save_section(
    *,
    record_id: UUID,
    section: str,
    key: str | None,
    fields: Mapping[str, Any],
    version: int,
    actor: Actor,
    at: datetime,
) -> SavedSection:
    """Write one section of a draft over the version that was read; gives the new version.

    The same text sent twice is one save. Raises NotAllowed, RuleBroken, or SectionChanged with what stands there.
    """
    typed = TypedSection(section=section, key=key, version=version, values=fields)
    result = _save(record_id=record_id, sections=[typed], actor=actor, at=at)
    if result.conflicts:
        raise SectionChanged(result.conflicts[0])
    return result.saved[0]


@transaction.atomic
def save_draft(*, record_id: UUID, sections: Sequence[TypedSection], actor: Actor, at: datetime) -> DraftSaved:
    """Write the sections of a form, each over the version that was read. What somebody else saved in between stays.

    Raises NotAllowed or RuleBroken, and then writes nothing.
    """
    return _save(record_id=record_id, sections=sections, actor=actor, at=at)


def _save(*, record_id: UUID, sections: Sequence[TypedSection], actor: Actor, at: datetime) -> DraftSaved:
    record = locked(record_id, actor)
    heads = record.get_heads()
    template = selectors.template_of(record)
    stored = record.draft_sections.filter(section__in=[typed.section for typed in sections])
    rows = {(row.section, row.key): row for row in stored.select_related("updated_by")}
    saved, conflicts = [], []
    for typed in sections:
        section = writable_section(record, template, typed.section, heads=heads, actor=actor)
        if bool(section.repeat) != bool(typed.key):
            raise RuleBroken("This form has no such section.")
        row = rows.get((typed.section, typed.key))
        content = as_content(section, typed.values)
        if row and row.content == content:
            saved.append(SavedSection(row.section, row.key, row.version, row.updated_at))
        elif (row.version if row else 0) != typed.version:
            conflicts.append(row or _emptied(record, typed))
        else:
            row = write_section(
                row, record=record, section=section, key=typed.key, fields=typed.values, actor=actor, at=at
            )
            saved.append(SavedSection(row.section, row.key, row.version, row.updated_at))
    return DraftSaved(tuple(saved), tuple(conflicts))


def writable_section(
    record: Record, template: Template, section_id: str, *, heads: Sequence[PartHead], actor: Actor
) -> Section:
    """A section that the actor may write in a locked record. Raises NotAllowed, or RuleBroken where there is none."""
    section = selectors.section_of(template, section_id)
    if section is None:
        raise RuleBroken("This form has no such section.")
    access.check_can_write_section(actor, record, written_by=WrittenBy(section.written_by), heads=heads)
    return section


def as_content(section: Section, fields: Mapping[str, Any]) -> str:
    """The JSON of a draft section. Raises RuleBroken for fields that the section has not, or that hold no such value."""
    known = {item.id: item for item in section.fields if item.type not in rules_of_values.GIVEN}
    try:
        for name, value in fields.items():
            if name not in known:
                raise RuleBroken("This form has no such field.")
            rules_of_values.check_shape(known[name], value)
        return canonical.canonical(dict(fields)).decode()
    except ValueError as error:
        raise RuleBroken(str(error)) from error


def _emptied(record: Record, typed: TypedSection) -> DraftSection:
    """What stands where a section was read that has gone since: nothing."""
    return DraftSection(record=record, section=typed.section, key=typed.key, version=0, content="{}")


def write_section(
    row: DraftSection | None,
    *,
    record: Record,
    section: Section,
    key: str | None,
    fields: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> DraftSection:
    """Write a section of a locked record, under its next version; ``row``: what stands there, if anything."""
    content = as_content(section, fields)
    is_news = (
        row is None
        or row.updated_by_id != actor.staff_id
        or (at - row.updated_at).total_seconds() > TRAIL_EVERY_SECONDS
    )
    if row is None:
        row = DraftSection(record=record, section=section.id, key=key, version=0)
    row.version += 1
    row.content = content
    row.updated_by_id = actor.staff_id
    row.updated_at = at
    row.save()
    if is_news:
        trail.record(
            actor=actor,
            verb="record.draft_saved",
            target=record,
            about=record.subject_id,
            at=at,
            section=section.id,
            version=row.version,
        )
    return row


@transaction.atomic
def share_draft(*, record_id: UUID, shared: bool, actor: Actor, at: datetime, entries: Collection[UUID] = ()) -> bool:
    """Let the supervisee read the whole draft, and tell them; or stop it. Whether anything changed by it.

    With it go the drafts of ``entries`` about children, of which nobody hears. Raises NotAllowed for anybody but its
    author, and RuleBroken for what is signed already.
    """
    record = locked(record_id, actor)
    access.check_can_sign_text(actor, record)
    rules.check_may_sign_text(record.get_heads())
    _share_entries(entries, shared=shared, actor=actor, at=at)
    present = DraftShare.objects.filter(record=record)
    if present.exists() is shared:
        return False
    if shared:
        DraftShare.objects.create(record=record, shared_at=at)
        path = reverse("records:record-draft", kwargs={"record_id": record.pk})
        key = f"{record.pk}/{at.isoformat()}"
        enqueue("notifications.tasks.notify", person_id=record.subject_id, kind="draft_shared", key=key, path=path)
    else:
        present.delete()
    verb = "record.draft_shared" if shared else "record.draft_unshared"
    trail.record(actor=actor, verb=verb, target=record, about=record.subject_id, at=at)
    return True


def _share_entries(entries: Collection[UUID], *, shared: bool, actor: Actor, at: datetime) -> None:
    """The same for the actor's own drafts of entries, which lie beside a record that is shared or was."""
    own = Record.objects.visible_to(actor).filter(pk__in=entries, kind=Kind.CASE_ENTRY, author=actor.staff_id)
    for entry in own.select_for_update(of=("self",), no_key=True).order_by("pk").select_related("draft_share"):
        if (entry.get_shared_at() is not None) is shared or entry.get_state() not in (State.DRAFT, State.RETURNED):
            continue
        if shared:
            DraftShare.objects.create(record=entry, shared_at=at)
        else:
            DraftShare.objects.filter(record=entry).delete()
        verb = "record.draft_shared" if shared else "record.draft_unshared"
        trail.record(actor=actor, verb=verb, target=entry, at=at)


@transaction.atomic
def expire_draft(*, record_id: UUID, at: datetime) -> bool:
    """Give up a draft that nobody ever typed into; whether it was. What belongs to it can then be begun anew."""
    record = Record.objects.select_for_update(of=("self",), no_key=True).get(pk=record_id)
    given_up = ExpiredDraft.objects.filter(record=record)
    if given_up.exists() or record.get_heads() or selectors.is_touched(record):
        return False
    ExpiredDraft.objects.create(record=record, expired_at=at)
    record.draft_sections.all().delete()
    DraftShare.objects.filter(record=record).delete()
    trail.record(actor=None, verb="record.draft_expired", target=record, about=record.subject_id, at=at)
    return True


def note_draft_read(*, record: Record, actor: Actor, at: datetime) -> None:
    """Note in the trail that a draft is about to be read, for a page that shows it as the text to sign.

    That of an audit is about nobody: whose supervision it looks at hears of it once it is signed, also from the list of
    who looked at their file. The look into the worker's file is noted by itself.
    """
    about = None if record.kind == Kind.AUDIT else record.subject_id
    trail.record(actor=actor, verb="record.draft_read", target=record, about=about, at=at)


def note_draft_followed(*, record: Record, actor: Actor, at: datetime) -> None:
    """The same for a page that follows what the other person types: once in a while, not with each word."""
    since = at - timedelta(seconds=TRAIL_EVERY_SECONDS)
    if not trail_selectors.has_entry(actor=actor, verb="record.draft_read", target=record, since=since):
        note_draft_read(record=record, actor=actor, at=at)


def read_draft(
    *,
    record: Record,
    actor: Actor,
    at: datetime,
    only: Sequence[Section] | None = None,
    repeated: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> Draft:
    """The draft as the actor may read it, noted in the trail first; ``repeated`` as in ``Given``."""
    note_draft_read(record=record, actor=actor, at=at)
    return selectors.draft(record=record, actor=actor, only=only, repeated=repeated)


def read_record(*, record: Record, actor: Actor, at: datetime, chain: Sequence[Part] | None = None) -> RecordReading:
    """The signed record as the actor may read it, noted in the trail first; of an audit also about whose file it quotes.

    ``chain``: as ``record_reading`` takes it. Of what a need to know alone opens, the trail names the grant.
    """
    reading = selectors.record_reading(record=record, actor=actor, chain=chain)
    alone = access.is_on_page_alone(actor, record)
    grant = grant_on_the_page(actor, {record.pk, record.subject_id, record.child_id}) if alone else None
    by_grant: dict[str, Any] = {"grant": grant.pk} if grant else {}
    trail.record(
        actor=actor,
        verb="record.read",
        target=record,
        about=record.subject_id,
        via=selectors.via_of(record, actor=actor),
        at=at,
        masked=reading.masked,
        seq=len(reading.heads),
        **by_grant,
    )
    for worker_id in workers_quoted(record):
        via = "grant" if grant else ""
        trail.record(
            actor=actor,
            verb="audit.read",
            target=record,
            about=worker_id,
            via=via,
            at=at,
            masked=reading.masked,
            **by_grant,
        )
    return reading


def read_entries(*, record: Record, actor: Actor, at: datetime) -> list[RecordReading]:
    """The entries that go with a record, as far as the actor sees them, each noted in the trail first."""
    readings = selectors.entry_readings(selectors.entries_of(record, actor=actor))
    via = "reads the record of the session"
    trail.record_reads(actor=actor, verb="record.read", targets=[one.record for one in readings], via=via, at=at)
    return readings
