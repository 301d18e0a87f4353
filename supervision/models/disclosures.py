"""The disclosure log: what of supervision was shared with others, and what the supervisee was told of it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly
from staff.models import StaffMember, of_those_supervised
from supervision.rules.matters import BY_AGREEMENT, category_words


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, actor: Actor) -> "DisclosureQuerySet":
        """For the supervisor and next up, all, for cover those of its days; for the supervisee, those of which they were
        told (R164).
        """
        told = Q(not_told_because="") | Exists(
            DisclosureEntry.objects.filter(disclosure=OuterRef("pk"), kind=DisclosureEntry.Kind.TOLD)
        )
        return self.filter(
            of_those_supervised(actor, person="supervisee_id", day="made_at__date")
            | Q(supervisee_id__in=actor.next_up_for)
            | Q(supervisee_id=actor.staff_id) & told
        )

    def with_entries(self) -> "DisclosureQuerySet":
        """With who made it and what was added to it, in one query more."""
        return self.select_related("made_by").prefetch_related("entries__author")


class Disclosure(AppendOnly):
    """Something that was shared, or that is to be shared if both agree (R100-R102, R164).

    ``category``: of the policy's closed list, or ``by_agreement``; such a one has no day until it is shared.
    ``not_told_because``: why the supervisee is not told; empty where they are. ``incident``: the restricted entry that
    is shared by it.
    """

    supervisee = models.ForeignKey(StaffMember, models.RESTRICT, related_name="disclosures")
    made_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    made_at = models.DateTimeField()
    what = ContentField()
    category = models.SlugField(max_length=80)
    shared_with = ContentField()
    shared_on = models.DateField(null=True)
    advice_from = models.CharField(max_length=200, blank=True)
    advice_on = models.DateField(null=True)
    advice_outcome = ContentField(blank=True)
    not_told_because = ContentField(blank=True)
    incident = models.ForeignKey("supervision.Incident", models.RESTRICT, null=True, related_name="disclosures")

    objects = DisclosureQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="disclosure_says_what_and_with_whom", condition=~Q(what="") & ~Q(shared_with="")
            ),
            models.CheckConstraint(
                name="disclosure_by_agreement_waits_for_it",
                condition=Q(category=BY_AGREEMENT, shared_on=None, not_told_because="")
                | ~Q(category=BY_AGREEMENT) & Q(shared_on__isnull=False),
            ),
            models.CheckConstraint(
                name="disclosure_advice_is_whole",
                condition=Q(advice_from="", advice_on=None, advice_outcome="")
                | ~Q(advice_from="") & Q(advice_on__isnull=False) & ~Q(advice_outcome=""),
            ),
        ]
        indexes = [models.Index(fields=["supervisee", "-made_at"], name="disclosure_of_supervisee")]

    def __str__(self) -> str:
        return f"{self.category} {self.pk}"

    def has(self, *kinds: str) -> bool:
        """Whether an entry of one of these kinds was added; no query where the entries are at hand."""
        return any(entry.kind in kinds for entry in self.entries.all())

    @property
    def is_told(self) -> bool:
        """Whether the supervisee knows of it."""
        return not self.not_told_because or self.has(DisclosureEntry.Kind.TOLD)

    @property
    def category_words(self) -> str:
        """Why it may be shared, in words."""
        return category_words(self.category)

    @property
    def needs_agreement(self) -> bool:
        """Whether it may be shared only where both agree (R101)."""
        return self.category == BY_AGREEMENT

    @property
    def status(self) -> str:
        """Shared, or how far the agreement of both has come."""
        kind = DisclosureEntry.Kind
        if not self.needs_agreement or self.has(kind.SHARED):
            return "shared"
        if self.has(kind.REFUSED):
            return "not_shared"
        return "agreed" if self.has(kind.AGREED) else "to_agree"


class DisclosureEntry(AppendOnly):
    """What was added to a disclosure: an answer, that it was shared, that the supervisee was told, a correction."""

    class Kind(models.TextChoices):
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Not agreed"
        SHARED = "shared", "Shared"
        TOLD = "told", "The supervisee was told"
        CORRECTION = "correction", "Correction"

    disclosure = models.ForeignKey(Disclosure, models.RESTRICT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    author = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField(null=True)
    text = ContentField(blank=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure"], name="disclosure_answered_once", condition=Q(kind__in=["agreed", "refused"])
            ),
            models.UniqueConstraint(
                fields=["disclosure", "kind"], name="disclosure_once_each", condition=Q(kind__in=["shared", "told"])
            ),
            models.CheckConstraint(
                name="disclosure_correction_says_what", condition=~Q(kind="correction") | ~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
