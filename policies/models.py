"""What the authority requires, as stored: versions of policies and record templates, and which policy holds when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from core.models import AppendOnly


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


class RecordTemplate(AppendOnly):
    """One version of a record template, as its file has it; what was signed keeps its own."""

    slug = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=71)
    loaded_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="record_template_one_document", fields=["slug", "version"]),
            models.CheckConstraint(name="record_template_digest_is_sha256", condition=Q(digest__startswith="sha256:")),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, version {self.version}"


class Adoption(Dated):
    """The authority goes by a policy version from a day on, up to, not including, another."""

    policy = models.ForeignKey(PolicyVersion, models.RESTRICT, related_name="adoptions")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            no_overlap("adoption_one_policy_at_a_time"),
            ends_after_it_starts("adoption_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} from {self.starts_on}"
