"""Records and their parts: a mutable parent, its drafts and actions, and the evidence that is only ever added to."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cases.models import Child
from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from documents.models import StoredFile
from records import canonical, rules
from records.action_models import Action as Action
from records.action_models import ActionEvent as ActionEvent
from records.child_sight import entries_written, of_children_in_sight
from records.export_models import OwnExport as OwnExport
from records.gone_models import RecordGone as RecordGone
from records.gone_models import purge_of
from records.group_models import Attendee as Attendee
from records.group_models import of_groups_in_sight, of_own_groups
from records.rules import (
    EXAMINING,
    READ_ONCE_SIGNED,
    Audience,
    Kind,
    Meaning,
    PartHead,
    PartKind,
    Relation,
    Sensitivity,
    State,
)
from staff.models import StaffMember, of_those_supervised


def choices_of(values: Any) -> list[tuple[str, str]]:
    """Choices of a model field from an enum of the rules."""
    return [(value.value, value.value.replace("_", " ").capitalize()) for value in values]


def granted(actor: Actor) -> Q:
    """Records that a live grant of sight opens: of a person's file, of a child, or that one; audits only one by one, but
    for a file of the archive, which HR reads whole, with the entries on children of that worker's supervision.
    """
    of_a_file = Q(subject_id__in=actor.granted_people) & ~Q(kind__in=EXAMINING)
    whole = Q(subject_id__in=actor.archived_people) | Q(discussed_with_id__in=actor.archived_people)
    return of_a_file | whole | Q(child_id__in=actor.granted_children) | Q(pk__in=actor.granted_records)


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, actor: Actor) -> "RecordQuerySet":
        """Records about me; of those whom I supervise, my own drafts and all that is signed; once signed, for next up.

        A draft belongs to its author and its subject: to anyone else it does not exist (``drafts_known_to`` tells the
        next up that there is one, and since when); that of a hand-over brief to its author alone, while they supervise; that
        of an audit or an observation to its author alone, who comes back
        to it until it is sealed, whoever manages the person by then. Of records about children: ``of_children_in_sight``, ``entries_written``; of
        those of groups: ``of_groups_in_sight``. A grant of sight opens what is signed.
        """
        parts = Part.objects.filter(record=OuterRef("pk"))
        signed, sealed = Exists(parts), Exists(parts.filter(state_after=State.SEALED))
        shared = Exists(DraftShare.objects.filter(record=OuterRef("pk")))
        return self.not_expired().filter(
            Q(subject_id=actor.staff_id) & (~Q(kind__in=READ_ONCE_SIGNED) | signed)
            | Q(author_id=actor.staff_id, subject_id__in=actor.supervises)
            | Q(author_id=actor.staff_id, kind__in=EXAMINING) & (~sealed | Q(subject_id__in=actor.manages))
            | of_those_supervised(actor, person="subject_id", day="created_at__date") & signed
            | Q(subject_id__in=actor.next_up_for) & signed
            | of_children_in_sight(actor, signed=signed)
            | entries_written(actor, signed=signed, sealed=sealed, shared=shared)
            | of_own_groups(actor)
            | of_groups_in_sight(actor) & signed
            | granted(actor) & signed
        )

    def readable_in_full_by(self, actor: Actor) -> "RecordQuerySet":
        """Those of the visible of which the actor reads every section: the two people of the record; a child's, all; of
        a group's, who writes it and who led it; what a grant opens, where that says so.
        """
        supervision, examining = ~Q(kind__in=EXAMINING), Q(kind__in=EXAMINING)
        return self.visible_to(actor).filter(
            Q(subject_id=actor.staff_id)
            | Q(author_id=actor.staff_id, subject_id__in=actor.supervises) & supervision
            | Q(author_id=actor.staff_id) & examining
            | of_those_supervised(actor, person="subject_id", day="created_at__date") & supervision
            | Q(subject_id__in=actor.granted_people & actor.unmasked) & supervision
            | Q(subject_id__in=actor.archived_people)
            | Q(pk__in=actor.granted_records & actor.unmasked)
            | Q(child__isnull=False)
            | of_own_groups(actor)
        )

    def closed_by(self, actor: Actor) -> "RecordQuerySet":
        """Those that the actor closed, as not countersigned, by a part of their own."""
        closures = Part.objects.filter(signer_id=actor.staff_id, kind=PartKind.CLOSURE)
        return self.filter(pk__in=closures.values("record"))

    def drafts_known_to(self, actor: Actor) -> "RecordQuerySet":
        """Unsigned records of which the next up may know that they exist and since when, and nothing else."""
        unsigned = self.not_expired().exclude(Exists(Part.objects.filter(record=OuterRef("pk"))))
        return unsigned.filter(subject_id__in=actor.next_up_for).exclude(kind__in=EXAMINING)

    def not_expired(self) -> "RecordQuerySet":
        """Without the drafts that were given up, and what was destroyed."""
        gone = RecordGone.objects.destroyed().filter(record=OuterRef("pk"))
        return self.exclude(Exists(ExpiredDraft.objects.filter(record=OuterRef("pk")))).exclude(Exists(gone))

    def with_state(self) -> "RecordQuerySet":
        """Annotates ``state``, as the last part left it."""
        last = Part.objects.filter(record=OuterRef("pk")).order_by("-seq").values("state_after")[:1]
        return self.annotate(state=Coalesce(Subquery(last), models.Value(State.DRAFT.value)))

    def with_parts(self) -> "RecordQuerySet":
        """With the people and the chain, contents left out, in one query more."""
        return self.with_people().prefetch_related("parts")

    def with_people(self) -> "RecordQuerySet":
        """With those whom pages name, and whether the draft is shared."""
        return self.select_related("subject", "child", "author", "discussed_with", "draft_share")


class Record(Identified):
    """A record: the row that is locked while a part is added. What was signed stands in its parts alone.

    It is about a worker, its ``subject``, about a child, or about a ``group`` session, by its title, and those who were
    there. ``asked_by``: who asked for the decision that it is of. ``discussed_with``: the worker with whom the child was
    discussed, who countersigns the entry.
    """

    updatable_columns: ClassVar[tuple[str, ...]] = ("lock",)

    kind = models.CharField(max_length=20, choices=choices_of(Kind))
    subject = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="records_about")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="records")
    group = models.CharField(max_length=100, blank=True)
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    discussed_with = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="entries_of_own_sessions")
    author = models.ForeignKey(StaffMember, models.PROTECT, related_name="records_written")
    template_slug = models.CharField(max_length=100)
    template_version = models.PositiveIntegerField()
    policy_slug = models.CharField(max_length=100)
    policy_version = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    lock = models.PositiveIntegerField(default=0)

    # Annotated by with_state, and by binding.bound_by
    state: str
    in_sight: bool

    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-created_at"], name="record_subject"),
            models.Index(fields=["child", "-created_at"], name="record_child", condition=Q(child__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="record_about_a_worker_a_child_or_a_group",
                condition=Q(subject__isnull=False, child=None, asked_by=None, discussed_with=None, group="")
                | Q(subject=None, child__isnull=False, group="")
                | Q(subject=None, child=None, asked_by=None, discussed_with=None) & ~Q(group=""),
            ),
            models.CheckConstraint(
                name="record_asked_for_or_discussed", condition=Q(asked_by=None) | Q(discussed_with=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.pk}"

    @property
    def about(self) -> str:
        """Whom the record is about, as pages say it: a worker by name, a child by reference, a group by its title."""
        return self.group or (self.child.reference if self.child else self.worker.name)

    @property
    def worker(self) -> StaffMember:
        """Whom a record of supervision or a contract is about; one about a child has none."""
        if self.subject is None:
            raise TypeError("This record is about a child.")
        return self.subject

    @property
    def worker_id(self) -> UUID:
        """The same by key."""
        if self.subject_id is None:
            raise TypeError("This record is about a child.")
        return self.subject_id

    @property
    def supervisee_id(self) -> UUID | None:
        """In whose supervision it was written: whom it is about, or with whom its child was discussed; else nobody's."""
        return self.subject_id or self.discussed_with_id

    def get_heads(self) -> list[PartHead]:
        """What the rules need of the chain, in order; no query where the parts are prefetched."""
        return [part.head for part in self.parts.all()]

    def get_state(self) -> State:
        """Where the record stands, read off its parts."""
        return rules.state_of(self.get_heads())

    def get_shared_at(self) -> datetime | None:
        """Since when the supervisee may read the whole draft; no query where ``with_parts`` was asked."""
        try:
            return self.draft_share.shared_at
        except DraftShare.DoesNotExist:
            return None

    def get_head_digest(self) -> str:
        """The digest of the last part, or nothing for a draft."""
        heads = self.get_heads()
        return heads[-1].digest if heads else ""


class DraftSection(Identified):
    """What is typed and not yet signed, by section, under a version that two tabs cannot overwrite.

    Gone once the record is sealed: from then on the parts alone hold the text. What was typed into a record that is
    closed without its signatures is in no part, and stays. ``key``: of a section that each writer has of their own.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="draft_sections")
    section = models.CharField(max_length=80)
    key = models.CharField(max_length=80, null=True)
    version = models.PositiveIntegerField()
    content = ContentField(help_text="JSON: value by field id")
    updated_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "section", "key"], name="draft_section_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.version}"

    @property
    def values(self) -> dict[str, Any]:
        """The values by field id."""
        return json.loads(self.content)


class DraftShare(Identified):
    """That the supervisee may read the whole draft: there while it is shared, gone when the author stops sharing it."""

    record = models.OneToOneField(Record, models.PROTECT, related_name="draft_share")
    shared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.record_id} since {self.shared_at:%Y-%m-%d}"


class ExpiredDraft(AppendOnly):
    """That a draft was given up: one into which nobody ever typed, whose record holds nothing; or that of an audit that was
    given up, with what was typed. Its record is shown to nobody.
    """

    record = models.OneToOneField(Record, models.PROTECT, related_name="+")
    expired_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.record_id}, {self.expired_at:%Y-%m-%d}"


class PartQuerySet(models.QuerySet["Part"]):
    def as_stored(self) -> "PartQuerySet":
        """With the attestation, and since when the text may be gone (``purged_at``), in the same query."""
        return self.select_related("attestation").annotate(purged_at=purge_of("record"))


class Part(AppendOnly):
    """One signed part: the body's bytes as they were signed. The other columns repeat what the bytes say."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="parts")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=choices_of(PartKind))
    relation = models.CharField(max_length=20, choices=choices_of(Relation))
    signer = models.ForeignKey(StaffMember, models.PROTECT, related_name="parts_signed")
    meaning = models.CharField(max_length=20, choices=choices_of(Meaning))
    signed_at = models.DateTimeField()
    act = models.UUIDField()
    prev = models.CharField(max_length=71, null=True)
    digest = models.CharField(max_length=71, unique=True)
    body = models.BinaryField()
    facts = models.JSONField()
    state_after = models.CharField(max_length=20, choices=choices_of(State))

    # Annotated by as_stored
    purged_at: datetime | None = None

    objects = PartQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["record", "seq"], name="part_one_of_a_number"),
            models.UniqueConstraint(fields=["prev"], name="part_one_after_another", condition=Q(prev__isnull=False)),
            models.CheckConstraint(
                name="part_first_has_none_before", condition=Q(seq=1, prev=None) | Q(seq__gt=1, prev__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["act"], name="part_act"),
            models.Index(fields=["record"], condition=Q(state_after="sealed"), name="part_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"

    @property
    def head(self) -> PartHead:
        """What the rules need to know of it."""
        return canonical.head_of(self.digest, json.loads(bytes(self.body)))

    def as_stored(self, contents: Iterable[canonical.StoredContent]) -> canonical.StoredPart:
        """The part as the check of a chain wants it, with those of its contents. Needs the attestation at hand."""
        attestation = getattr(self, "attestation", None)
        return canonical.StoredPart(
            seq=self.seq,
            digest=self.digest,
            prev=self.prev,
            raw=bytes(self.body),
            attestation=bytes(attestation.signature) if attestation else None,
            contents=tuple(contents),
            key_id=attestation.key_id if attestation else "",
            is_purged=self.purged_at is not None and self.signed_at <= self.purged_at,
            projection={
                "kind": self.kind,
                "relation": self.relation,
                "meaning": self.meaning,
                "signer_id": str(self.signer_id),
                "signed_at": canonical.utc_text(self.signed_at),
                "act": str(self.act),
                "facts": self.facts,
                "state_after": self.state_after,
            },
        )


class PartContent(AppendOnly):
    """A section's content with its salt: both leave together or not at all. The evidence is kept in the same way."""

    part = models.ForeignKey(Part, models.PROTECT, related_name="contents")
    section = models.CharField(max_length=80)
    key = models.CharField(max_length=80, null=True)
    sensitivity = models.CharField(max_length=20, choices=choices_of(Sensitivity))
    salt = models.BinaryField()
    content = ContentField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["part", "section", "key"], name="part_content_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.section

    def as_stored(self) -> canonical.StoredContent:
        """The content as the check of a chain wants it."""
        return canonical.StoredContent(
            section=self.section,
            key=self.key,
            sensitivity=self.sensitivity,
            salt=bytes(self.salt),
            content=self.content.encode(),
        )


class Attestation(AppendOnly):
    """The organisation's signature over a part's digest, made with a key that is not in the database."""

    part = models.OneToOneField(Part, models.PROTECT, related_name="attestation")
    signature = models.BinaryField()
    key_id = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.key_id


class RenderedDocumentQuerySet(models.QuerySet["RenderedDocument"]):
    def visible_to(self, actor: Actor) -> "RenderedDocumentQuerySet":
        """Full PDFs of the records that the actor reads in full; of any other that one sees or closed, the masked ones."""
        full = Record.objects.readable_in_full_by(actor)
        return self.filter(
            Q(audience=Audience.FULL, record__in=full)
            | Q(audience=Audience.MASKED, record__in=Record.objects.visible_to(actor))
            | Q(audience=Audience.MASKED, record__in=Record.objects.closed_by(actor))
        )


class RenderedDocument(AppendOnly):
    """The sealed PDF of one head of a record's chain, for one audience."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="rendered_documents")
    head = models.CharField(max_length=71)
    audience = models.CharField(max_length=10, choices=choices_of(Audience), default=Audience.FULL)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = RenderedDocumentQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["head", "audience"], name="rendered_document_one_for_a_head_and_audience")
        ]

    def __str__(self) -> str:
        return self.head
