"""What two people prepare for a session: items of its agenda, and each one's private notes."""

from django.db import models
from django.db.models import F, Q

from core.actor import Actor
from core.fields import ContentField
from core.models import Identified
from staff.models import StaffMember, of_those_supervised
from supervision.models.diary import SupervisionSession


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, actor: Actor) -> "AgendaItemQuerySet":
        """For the supervisee and the present supervisor alone: what I raised myself, and what the other shared.

        As cover, what waits for the next session, and what is of sessions of its days.
        """
        supervised = of_those_supervised(actor, person="supervisee_id", day="session__on")
        waiting = Q(session=None, supervisee_id__in=actor.supervises)
        ours = self.filter(Q(supervisee_id=actor.staff_id) | waiting | supervised)
        return ours.filter(Q(raised_by_id=actor.staff_id) | Q(shared_at__isnull=False))

    def waiting(self) -> "AgendaItemQuerySet":
        """Not discussed yet: they are for the next session, in the order that the two gave them."""
        return self.filter(session=None).order_by("position", "pk")

    def shared(self) -> "AgendaItemQuerySet":
        """Those that both can read."""
        return self.filter(shared_at__isnull=False)


class AgendaItem(Identified):
    """Something that one of the two wants to talk about. It waits for the next session until it is discussed in one.

    ``session``: in which it was discussed. ``position``: its place among those that wait. ``carried``: how many
    sessions went by without it.
    """

    class Kind(models.TextChoices):
        TOPIC = "topic", "Something to talk about"
        CASE = "case", "A worry about a case"
        WORKLOAD = "workload", "A worry about the workload"
        GOOD_PRACTICE = "good_practice", "Good practice to celebrate"
        POLICY = "policy", "A policy or procedure that was explained"
        DATA = "data", "Performance data"
        EQUALITY = "equality", "Equality, diversity and inclusion"
        RESOURCES = "resources", "Resources we lack"
        INDUCTION = "induction", "Induction needs"

    supervisee = models.ForeignKey(StaffMember, models.PROTECT, related_name="agenda_items")
    raised_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TOPIC)
    text = ContentField()
    link = models.URLField(max_length=500, blank=True)
    explained_on = models.DateField(null=True)
    position = models.PositiveIntegerField()
    carried = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, help_text="when its writer last changed it after it was shared")
    session = models.ForeignKey(SupervisionSession, models.RESTRICT, null=True, related_name="agenda_items")
    discussed_at = models.DateTimeField(null=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="agenda_item_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="agenda_item_discussed_in_a_session",
                condition=Q(session=None, discussed_at=None)
                | Q(session__isnull=False, discussed_at__isnull=False, shared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="agenda_item_policy_has_its_day", condition=Q(explained_on=None) | Q(kind="policy")
            ),
        ]
        indexes = [
            models.Index(fields=["supervisee", "position"], condition=Q(session=None), name="agenda_item_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.position}"

    @property
    def is_shared(self) -> bool:
        """Whether both can read it."""
        return self.shared_at is not None


class PreparationQuerySet(models.QuerySet["Preparation"]):
    def visible_to(self, actor: Actor) -> "PreparationQuerySet":
        """My own notes, and those that the other of the two shared; a successor never reads a predecessor's."""
        supervised = of_those_supervised(actor, person="session__supervisee_id", day="session__on")
        ours = self.filter(Q(session__supervisee_id=actor.staff_id) | supervised)
        theirs = Q(session__supervisee_id=actor.staff_id) | Q(person=F("session__supervisee"))
        return ours.filter(Q(person_id=actor.staff_id) | Q(shared_at__isnull=False) & theirs)


class Preparation(Identified):
    """One person's notes for one session: nobody else's until they are shared."""

    session = models.ForeignKey(SupervisionSession, models.PROTECT, related_name="preparations")
    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    notes = ContentField(blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)

    objects = PreparationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="preparation_once")]

    def __str__(self) -> str:
        return f"preparation {self.version}"
