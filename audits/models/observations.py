"""Observations of practice: of how somebody supervises, and of how somebody works with a family."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cases.models import Child
from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Part, Record
from staff.models import StaffMember, of_those_supervised
from supervision.models import SupervisionSession


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, actor: Actor) -> "ObservationQuerySet":
        """Of whoever observes and whoever is observed, the practitioner whose session it is, and those above the observer;
        what a grant opens; and once it is signed, of those whom one supervises or manages (sight: audit, observation).
        """
        below = (actor.manages | actor.next_up_for | actor.above_for) - {actor.staff_id}
        signed = Exists(Part.objects.filter(record=OuterRef("record")))
        return self.filter(
            Q(observer_id=actor.staff_id)
            | Q(observed_id=actor.staff_id)
            | Q(practitioner_id=actor.staff_id)
            | Q(observer_id__in=below)
            | of_those_supervised(actor, person="observer_id", day="planned_on")
            | Q(record_id__in=actor.granted_records) & signed
            | Q(observed_id__in=actor.manages) & signed
            | of_those_supervised(actor, person="observed_id", day="held_on") & signed
        )

    def standing(self) -> "ObservationQuerySet":
        """Those that nobody has given up."""
        return self.filter(given_up_at=None)

    def with_people(self) -> "ObservationQuerySet":
        """With those whom pages name."""
        return self.select_related("observer", "observed", "practitioner", "child")


class Observation(Identified):
    """One observation: planned, agreed to, held, its feedback written and signed by both.

    Of supervision: the ``observed`` supervises the ``practitioner``, in a ``session``. Of practice: the observed works with
    a family, a ``child`` by reference where it is one of the caseload; ``session``: the one in which it is spoken of.
    ``duty``, ``starts_on``, ``ends_on``: as of an audit.
    """

    class Kind(models.TextChoices):
        SUPERVISION = "supervision", "Observation of supervision"
        PRACTICE = "practice", "Direct observation of practice"

    updatable_columns: ClassVar[tuple[str, ...]] = (
        "observer_id",
        "planned_on",
        "session_id",
        "practitioner_id",
        "child_id",
        "duty",
        "starts_on",
        "ends_on",
        "held_on",
        "record_id",
        "given_up_at",
        "given_up_because",
    )

    kind = models.CharField(max_length=12, choices=Kind)
    observer = models.ForeignKey(StaffMember, models.PROTECT, related_name="observations_to_do")
    observed = models.ForeignKey(StaffMember, models.PROTECT, related_name="observations_of")
    practitioner = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    session = models.ForeignKey(SupervisionSession, models.PROTECT, null=True, related_name="observations")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="+")
    duty = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    activity = models.CharField(max_length=200, blank=True)
    planned_on = models.DateField()
    planned_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    held_on = models.DateField(null=True)
    record = models.OneToOneField(Record, models.PROTECT, null=True, related_name="observation")
    given_up_at = models.DateTimeField(null=True)
    given_up_because = ContentField(blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="observation_not_of_oneself", condition=~Q(observer=F("observed"))),
            models.CheckConstraint(
                name="observation_of_supervision_has_a_practitioner",
                condition=Q(kind="practice", practitioner=None)
                | Q(kind="supervision", practitioner__isnull=False, child=None),
            ),
            models.CheckConstraint(
                name="observation_written_once_held", condition=Q(record=None) | Q(held_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["observer", "planned_on"], name="observation_of_observer"),
            models.Index(fields=["observed", "planned_on"], name="observation_of_observed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.observed_id} on {self.planned_on:%Y-%m-%d}"


class ObservationMove(AppendOnly):
    """One move of an observation to another day, and why."""

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="moves")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = ContentField()
    moved_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"from {self.from_on:%d %B %Y} to {self.to_on:%d %B %Y}"


class ObservationConsent(AppendOnly):
    """What somebody said when asked whether they may be observed; the last word of each counts.

    ``person`` None: the family, whose answer the worker passes on (``said_by``), and of whom nothing else is kept.
    """

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="consents")
    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField()
    words = ContentField(blank=True)
    said_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.person_id}: {self.agreed}"
