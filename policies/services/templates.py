"""Changing a form: one person drafts it, another publishes it as a version of its own; what was signed keeps its own."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.actor import Actor
from core.errors import RuleBroken, Stale
from policies import access, strict_yaml, template_edits
from policies.digests import digest_of
from policies.faults import Fault, Faulty, path_of
from policies.models import RecordTemplate, TemplateDraft
from policies.template_edits import Document
from policies.template_files import read_template_document
from trail import services as trail

MOST_CHARACTERS = 200_000


@transaction.atomic
def begin_template_draft(*, slug: str, actor: Actor, at: datetime) -> TemplateDraft:
    """A draft of the next version of a form, as it is now; the one that is open already, where there is one.

    Raises NotAllowed, and DoesNotExist for a form that is not here.
    """
    access.check_can_change_templates(actor)
    _one_at_a_time()
    newest = RecordTemplate.objects.filter(slug=slug).latest("is_own", "version")
    if present := _open_draft(slug):
        return present
    return _begin(slug, newest.document, before=newest, changers=[], actor=actor, at=at)


@transaction.atomic
def import_template(*, text: str, actor: Actor, at: datetime) -> TemplateDraft:
    """A draft from a file: of the next version of a form that is here, or of a new one.

    Raises NotAllowed, Faulty with every fault of the text, and RuleBroken where a draft of the form is open.
    """
    access.check_can_change_templates(actor)
    if len(text) > MOST_CHARACTERS:
        raise Faulty([Fault("", "", f"this is longer than {MOST_CHARACTERS:,} characters; no form is")])
    document, faults = strict_yaml.read(text, file="")
    if faults:
        raise Faulty(faults)
    _one_at_a_time()
    template = read_template_document(document, file="")
    before = RecordTemplate.objects.filter(slug=template.id).order_by("is_own", "version").last()
    if faults := find_faults(document, before.document if before else None):
        raise Faulty(faults)
    if present := _open_draft(template.id):
        raise RuleBroken(
            f"{present.changed_by_name} has changed this form and nobody has published it yet. Publish or discard that "
            "draft first."
        )
    return _begin(template.id, document, before=before, changers=[actor.staff_id], actor=actor, at=at)


@transaction.atomic
def change_template_draft(
    *, draft_id: UUID, revision: int, document: Document, actor: Actor, at: datetime
) -> TemplateDraft:
    """Keep a draft as it was changed, faults and all, over the revision that was read.

    Raises NotAllowed, RuleBroken for a draft that is closed, and Stale where somebody changed it in between.
    """
    draft = _lock(draft_id, actor)
    access.check_can_change_templates(actor)
    _check_revision(draft, revision)
    if document == draft.document:
        return draft
    draft.document, draft.revision = document, draft.revision + 1
    draft.changed_at, draft.changed_by_id, draft.changed_by_name = at, actor.staff_id, actor.name
    draft.changers = sorted({*draft.changers, actor.staff_id})
    draft.save(update_fields=["document", "revision", "changed_at", "changed_by_id", "changed_by_name", "changers"])
    trail.record(actor=actor, verb="template.changed", target=draft, at=at, form=draft.slug, revision=draft.revision)
    return draft


@transaction.atomic
def publish_template(
    *, draft_id: UUID, revision: int, confirmed: Collection[str], actor: Actor, at: datetime
) -> RecordTemplate:
    """Make a draft the form's next version: what is opened from now on is written in it, whatever was opened stays.

    ``confirmed``: the masked sections of which it was said that others are to read them. Raises NotAllowed for whoever
    changed it, Faulty with every fault, Stale, and RuleBroken where a section would lose its mask unsaid.
    """
    draft = _lock(draft_id, actor)
    access.check_can_publish_template(actor, draft)
    _check_revision(draft, revision)
    before = draft.before.document if draft.before else None
    numbers = RecordTemplate.objects.filter(slug=draft.slug).order_by("version").values_list("version", flat=True)
    document = template_edits.numbered(draft.document, version=max(numbers, default=0) + 1)
    if faults := find_faults(document, before):
        raise Faulty(faults)
    unsaid = [one for one in template_edits.unmasked(before or {}, document) if one.id not in confirmed]
    if unsaid:
        names = ", ".join(f"“{one.heading}”" for one in unsaid)
        raise RuleBroken(f"Only the two people of a record read {names} today. Say that this is to change.")
    published = RecordTemplate.objects.create(
        slug=draft.slug,
        version=document["version"],
        document=document,
        digest=digest_of(document),
        is_own=True,
        loaded_at=at,
    )
    draft.published_as = published
    _close(draft, TemplateDraft.Status.PUBLISHED, actor=actor, at=at)
    return published


@transaction.atomic
def discard_template_draft(*, draft_id: UUID, actor: Actor, at: datetime) -> TemplateDraft:
    """Put a draft aside; the form stays as it is. Raises NotAllowed, or RuleBroken when it is closed already."""
    draft = _lock(draft_id, actor)
    access.check_can_change_templates(actor)
    return _close(draft, TemplateDraft.Status.DISCARDED, actor=actor, at=at)


def find_faults(document: Any, before: Document | None) -> list[Fault]:
    """Everything that keeps a document from being the next version of a form."""
    try:
        read_template_document(document, file="")
    except Faulty as error:
        return list(error.faults)
    found = [*template_edits.find_formless(document), *(template_edits.find_lost(before, document) if before else ())]
    return [Fault("", path_of(path), sentence) for path, sentence in found]


def _one_at_a_time() -> None:
    """Whoever begins a draft while another does waits, and then finds theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('policies: drafts of forms'))")


def _open_draft(slug: str) -> TemplateDraft | None:
    return TemplateDraft.objects.open().filter(slug=slug).first()


def _begin(
    slug: str,
    document: Document,
    *,
    before: RecordTemplate | None,
    changers: list[UUID],
    actor: Actor,
    at: datetime,
) -> TemplateDraft:
    draft = TemplateDraft.objects.create(
        slug=slug,
        before=before,
        document=document,
        changed_at=at,
        changed_by_id=actor.staff_id,
        changed_by_name=actor.name,
        changers=changers,
    )
    trail.record(actor=actor, verb="template.drafted", target=draft, at=at, form=slug)
    return draft


def _lock(draft_id: UUID, actor: Actor) -> TemplateDraft:
    drafts = TemplateDraft.objects.visible_to(actor).select_related("before")
    draft = drafts.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise RuleBroken("There is no such draft.")
    if not draft.is_open:
        raise RuleBroken(f"This draft was {draft.get_status_display().lower()} already by {draft.closed_by_name}.")
    return draft


def _check_revision(draft: TemplateDraft, revision: int) -> None:
    if draft.revision != revision:
        raise Stale(f"{draft.changed_by_name} changed this form after you opened it. Read it again.")


def _close(draft: TemplateDraft, status: TemplateDraft.Status, *, actor: Actor, at: datetime) -> TemplateDraft:
    draft.status, draft.closed_at = status, at
    draft.closed_by_id, draft.closed_by_name = actor.staff_id, actor.name
    draft.save(update_fields=["status", "published_as", "closed_at", "closed_by_id", "closed_by_name"])
    trail.record(actor=actor, verb=f"template.{status.value}", target=draft, at=at, form=draft.slug)
    return draft
