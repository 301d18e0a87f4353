"""What the authority requires, as stored: versions of policies and record templates, and which policy holds when."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.actor import Actor, Role
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from core.models import AppendOnly, Identified
from policies.rules.policy import named

# Without a hat: who leads the whole authority, and so can be the second of two where there is one principal social worker
HEADS = frozenset({Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})
MAY_PUBLISH = HEADS | {Role.PRINCIPAL_SOCIAL_WORKER}


class PolicyVersion(AppendOnly):
    """One version of a policy, as its file has it. ``parent``: the version that filled its gaps when it was loaded.

    ``digest``: SHA-256 over the document and the parent's digest, so that equal digests mean equal rules.
    """

    slug = models.CharField(max_length=100)
    version = models.CharField(max_length=200)
    document = models.JSONField()
    digest = models.CharField(max_length=71)
    parent = models.ForeignKey("self", models.RESTRICT, null=True, related_name="children")
    loaded_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="policy_version_one_document", fields=["slug", "version"]),
            models.UniqueConstraint(name="policy_version_one_digest", fields=["digest"]),
            models.CheckConstraint(name="policy_version_digest_is_sha256", condition=Q(digest__startswith="sha256:")),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, version {self.version}"

    @property
    def in_words(self) -> str:
        """Authority and version, as people name them."""
        return named(self.document.get("authority", ""), self.version, self.document.get("title", ""))


class RecordTemplateQuerySet(models.QuerySet["RecordTemplate"]):
    def oldest_first(self) -> "RecordTemplateQuerySet":
        """In the order in which each takes the place of those before: what the authority published goes before what
        ships, whatever the numbers.
        """
        return self.order_by("is_own", "version")


class RecordTemplate(AppendOnly):
    """One version of a record template, as its file has it; what was signed keeps its own.

    ``is_own``: the authority's, published from a draft; the others ship with the product.
    """

    slug = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=71)
    is_own = models.BooleanField(default=False)
    loaded_at = models.DateTimeField()

    objects = RecordTemplateQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="record_template_one_document", fields=["slug", "version"]),
            models.CheckConstraint(name="record_template_digest_is_sha256", condition=Q(digest__startswith="sha256:")),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, version {self.version}"


class Adoption(Dated):
    """The authority goes by a policy version from a day on, up to, not including, another.

    ``adopted_by_id``: who published it, by id and name as it was then; empty where a command of the server did.
    """

    policy = models.ForeignKey(PolicyVersion, models.RESTRICT, related_name="adoptions")
    adopted_by_id = models.UUIDField(null=True)
    adopted_by_name = models.CharField(max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            no_overlap("adoption_one_policy_at_a_time"),
            ends_after_it_starts("adoption_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} from {self.starts_on}"


class PolicyDraftQuerySet(models.QuerySet["PolicyDraft"]):
    def visible_to(self, actor: Actor) -> "PolicyDraftQuerySet":
        """For principal social workers with that hat on, and for heads of the authority."""
        is_head = actor.hat is None and bool(actor.roles & HEADS)
        return self if is_head or actor.hat is Role.PRINCIPAL_SOCIAL_WORKER else self.none()

    def to_publish(self, actor: Actor) -> "PolicyDraftQuerySet":
        """Open ones that others drafted, and that the actor may publish."""
        return self.visible_to(actor).filter(status="draft").exclude(drafted_by_id=actor.staff_id)


class PolicyDraft(Identified):
    """A version of a policy that somebody proposes. Its text never changes: what is changed is a draft of its own.

    ``text``: as it was typed or uploaded; ``document``: as it was read, without a fault. ``parent``: the version that
    fills its gaps. ``built_on``: the version in force on the day from which it is to hold, with which it was compared when
    it was drafted. ``published_as``: the version that it became.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"

    slug = models.CharField(max_length=100)
    version = models.CharField(max_length=200)
    text = models.TextField()
    document = models.JSONField()
    parent = models.ForeignKey(PolicyVersion, models.RESTRICT, null=True, related_name="+")
    built_on = models.ForeignKey(PolicyVersion, models.RESTRICT, null=True, related_name="+")
    starts_on = models.DateField()
    drafted_at = models.DateTimeField()
    drafted_by_id = models.UUIDField()
    drafted_by_name = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    published_as = models.OneToOneField(PolicyVersion, models.RESTRICT, null=True, related_name="draft")
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.UUIDField(null=True)
    closed_by_name = models.CharField(max_length=200, blank=True)

    objects = PolicyDraftQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = (
        "status",
        "published_as_id",
        "closed_at",
        "closed_by_id",
        "closed_by_name",
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="policy_draft_published_as_a_version",
                condition=Q(status="published", published_as__isnull=False)
                | (~Q(status="published") & Q(published_as=None)),
            ),
            models.CheckConstraint(
                name="policy_draft_published_by_another",
                condition=~Q(status="published") | ~Q(closed_by_id=models.F("drafted_by_id")),
            ),
        ]
        indexes = [models.Index(fields=["-drafted_at"], name="policy_draft_newest")]

    def __str__(self) -> str:
        return f"draft of {self.slug}, version {self.version}"

    @property
    def is_open(self) -> bool:
        """Whether it waits to be published or discarded."""
        return self.status == self.Status.DRAFT


class ReadingDecision(AppendOnly):
    """That the council reads a passage in one of its ways: who decided, and when. The last one of a passage holds.

    ``passage`` and ``chosen`` as they stood, so that a later version with the same words need not ask again.
    """

    policy = models.ForeignKey(PolicyVersion, models.RESTRICT, related_name="readings")
    ambiguity = models.CharField(max_length=80)
    passage = models.TextField()
    chosen = models.TextField()
    decided_at = models.DateTimeField()
    decided_by_id = models.UUIDField()
    decided_by_name = models.CharField(max_length=200)

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [models.Index(fields=["ambiguity", "-decided_at"], name="reading_newest")]

    def __str__(self) -> str:
        return f"{self.ambiguity} of {self.policy}"


class DayOffQuerySet(models.QuerySet["DayOff"]):
    def standing(self) -> "DayOffQuerySet":
        """Those that were not taken back."""
        return self.filter(removed_at=None)


class DayOff(Identified):
    """A day on which the whole authority does not work, that no policy and no law knew of when it was written."""

    class Kind(models.TextChoices):
        BANK_HOLIDAY = "bank_holiday", "Bank holiday"
        CLOSURE = "closure", "Closure day"

    on = models.DateField()
    kind = models.CharField(max_length=20, choices=Kind)
    reason = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField()
    added_by_name = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    removed_by_id = models.UUIDField(null=True)
    removed_by_name = models.CharField(max_length=200, blank=True)

    objects = DayOffQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("removed_at", "removed_by_id", "removed_by_name")

    class Meta:
        verbose_name_plural = "days off"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="day_off_once", fields=["on"], condition=Q(removed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

    def can_be_removed(self, today: date) -> bool:
        """Before the day itself; afterwards everything was reckoned with it."""
        return self.removed_at is None and self.on > today


class TemplateDraftQuerySet(models.QuerySet["TemplateDraft"]):
    def visible_to(self, actor: Actor) -> "TemplateDraftQuerySet":
        """For principal social workers with that hat on, and for heads of the authority."""
        is_head = actor.hat is None and bool(actor.roles & HEADS)
        return self if is_head or actor.hat is Role.PRINCIPAL_SOCIAL_WORKER else self.none()

    def open(self) -> "TemplateDraftQuerySet":
        """Those that wait to be published or discarded."""
        return self.filter(status=TemplateDraft.Status.DRAFT)


class TemplateDraft(Identified):
    """A record template that is being changed, step by step, or was.

    ``document`` may have faults until it is published: nothing that somebody typed is lost. ``before``: the version
    that it changes, none for a new form. ``revision`` goes up with each change, so that two people's do not overwrite
    each other. ``changed_by_id``: who changed it last; ``changers``: all who changed it or brought it in a file. Somebody
    else publishes it. ``published_as``: what it became.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"

    slug = models.CharField(max_length=100)
    before = models.ForeignKey(RecordTemplate, models.RESTRICT, null=True, related_name="+")
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by_id = models.UUIDField()
    changed_by_name = models.CharField(max_length=200)
    changers = ArrayField(models.UUIDField(), default=list)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    published_as = models.OneToOneField(RecordTemplate, models.RESTRICT, null=True, related_name="draft")
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.UUIDField(null=True)
    closed_by_name = models.CharField(max_length=200, blank=True)

    objects = TemplateDraftQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = (
        "document",
        "revision",
        "changed_at",
        "changed_by_id",
        "changed_by_name",
        "changers",
        "status",
        "published_as_id",
        "closed_at",
        "closed_by_id",
        "closed_by_name",
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="template_draft_one_open", fields=["slug"], condition=Q(status="draft")),
            models.CheckConstraint(
                name="template_draft_published_as_a_version",
                condition=Q(status="published", published_as__isnull=False)
                | (~Q(status="published") & Q(published_as=None)),
            ),
            models.CheckConstraint(
                name="template_draft_published_by_another",
                condition=~Q(status="published") | ~Q(closed_by_id=models.F("changed_by_id")),
            ),
            models.CheckConstraint(
                name="template_draft_published_by_no_changer",
                condition=~Q(status="published") | ~Q(changers__contains=[models.F("closed_by_id")]),
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.slug}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.status == self.Status.DRAFT
