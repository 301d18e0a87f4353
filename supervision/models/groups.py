"""Supervision in a group: the session, who is invited, and who was there."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases.models import Child
from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Part, Record
from staff.models import StaffMember, of_those_supervised
from supervision.models.diary import SupervisionSession, SupervisionSessionQuerySet


class GroupSessionQuerySet(models.QuerySet["GroupSession"]):
    def visible_to(self, actor: Actor) -> "GroupSessionQuerySet":
        """Those that I lead, record or am invited to, and those of people whose diary is open to me."""
        invited = GroupMember.objects.invited().visible_to(actor).filter(session=OuterRef("pk"))
        return self.filter(self._led_by(actor.staff_id) | Q(Exists(invited)))

    @staticmethod
    def _led_by(person_id: UUID) -> Q:
        return Q(facilitator_id=person_id) | Q(recorder_id=person_id) | Q(booked_by_id=person_id)

    def of_person(self, person_id: UUID) -> "GroupSessionQuerySet":
        """Those in which a person takes part: leads, records, or is invited."""
        invited = GroupMember.objects.invited().filter(session=OuterRef("pk"), person_id=person_id)
        return self.filter(Q(facilitator_id=person_id) | Q(recorder_id=person_id) | Q(Exists(invited)))

    def in_diary_of(self, actor: Actor) -> "GroupSessionQuerySet":
        """The actor's own, those booked for others to lead included."""
        return self.filter(Q(pk__in=self.model.objects.of_person(actor.staff_id)) | Q(booked_by_id=actor.staff_id))

    def with_people(self) -> "GroupSessionQuerySet":
        """With those who lead it at hand."""
        return self.select_related("facilitator", "recorder", "booked_by")

    def with_record_state(self) -> "GroupSessionQuerySet":
        """Annotates ``record_state``: where its record stands; None where nobody has begun one."""
        last = Part.objects.filter(record=OuterRef("record")).order_by("-seq").values("state_after")[:1]
        draft = Case(When(record__isnull=False, then=Value("draft")), output_field=models.CharField(null=True))
        return self.annotate(record_state=Coalesce(Subquery(last), draft))

    def with_presence(self, person_id: UUID) -> "GroupSessionQuerySet":
        """Annotates ``was_there``: whether a person was; None where the person was not invited, or nobody said."""
        said = GroupAttendance.objects.filter(
            member__session=OuterRef("pk"), member__person_id=person_id, member__removed_at=None
        )
        return self.annotate(was_there=Subquery(said.order_by("-recorded_at", "-pk").values("present")[:1]))

    def with_seat(self, person_id: UUID) -> "GroupSessionQuerySet":
        """Annotates ``has_seat``: whether a person is invited."""
        return self.annotate(
            has_seat=Exists(GroupMember.objects.invited().filter(session=OuterRef("pk"), person_id=person_id))
        )

    def planned(self) -> "GroupSessionQuerySet":
        """In the diary, and nothing has become of it yet."""
        return self.filter(status=GroupSession.Status.PLANNED)

    def taking_time(self) -> "GroupSessionQuerySet":
        """Those at whose time people are, or were, together."""
        return self.exclude(status=GroupSession.Status.CANCELLED)

    def to_close(self, *, on: date) -> "GroupSessionQuerySet":
        """Planned for a day that has passed, and nobody has said who was there."""
        return self.planned().filter(on__lt=on)


class GroupSession(Identified):
    """One meeting of a group. Its facilitator may be nobody's supervisor: being named is the relationship.

    ``kind``: what rules it counts for. ``model``: the policy's way of working in groups, by its id. ``recorder``: who
    writes its record; the facilitator where nobody is named. ``guests``: people from outside, without an account.
    ``on``, ``starts`` and ``ends`` are local (Europe/London).
    """

    class Kind(models.TextChoices):
        COMBINED = "combined", "Supervision in a group"
        PERSONAL = "personal", "Personal supervision in a group"
        CASE = "case", "Case supervision in a group"
        PRACTICE = "practice", "Practice supervision in a group"
        MANAGEMENT = "management", "Managers’ supervision in a group"
        REFLECTIVE = "reflective_group", "Reflective group"

    class Status(models.TextChoices):
        PLANNED = "planned", "Booked"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    Mode = SupervisionSession.Mode

    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.COMBINED)
    model = models.SlugField(max_length=80, blank=True)
    facilitator = models.ForeignKey(StaffMember, models.PROTECT, related_name="groups_led")
    recorder = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="groups_recorded")
    guests = models.CharField(max_length=300, blank=True)
    on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    mode = models.CharField(max_length=10, choices=SupervisionSession.Mode, default=SupervisionSession.Mode.IN_PERSON)
    place = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PLANNED)
    booked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    series = models.UUIDField(null=True, help_text="shared by groups that were booked in one go")
    closed_at = models.DateTimeField(null=True, help_text="when it was entered what became of it")
    cancelled_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    cancel_reason = ContentField(blank=True)
    record = models.OneToOneField(Record, models.RESTRICT, null=True, related_name="group_session")

    # Annotated by with_record_state, with_presence and with_seat
    record_state: str | None
    was_there: bool | None
    has_seat: bool

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="group_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="group_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="group_closed_unless_planned",
                condition=Q(status="planned", closed_at=None) | (~Q(status="planned") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="group_cancelled_says_by_whom_and_why",
                condition=~Q(status="cancelled") | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["facilitator", "-on"], name="group_of_facilitator"),
            models.Index(fields=["series"], name="group_of_series", condition=Q(series__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.on:%d %B %Y}"

    @property
    def minutes(self) -> int:
        """How long it is planned to last, or lasted."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute

    @property
    def is_planned(self) -> bool:
        """Whether nothing has become of it yet."""
        return self.status == self.Status.PLANNED

    @property
    def is_held(self) -> bool:
        """Whether it happened."""
        return self.status == self.Status.HELD

    @property
    def records_id(self) -> UUID:
        """Who is to write its record: whoever was named, or the facilitator."""
        return self.recorder_id or self.facilitator_id

    def invited_people(self) -> set[UUID]:
        """Who is on the list of members."""
        return set(self.members.invited().values_list("person_id", flat=True))

    @property
    def shown_status(self) -> str:
        """The status as pages say it."""
        return "booked" if self.is_planned else self.status


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def visible_to(self, actor: Actor) -> "GroupMemberQuerySet":
        """My own places, and those of people whose diary is open to me (sight: diary entry)."""
        if not actor.limited:
            return self.filter(person_id__in=SupervisionSessionQuerySet.people_with_diary_open_to(actor))
        others = actor.next_up_for | actor.above_for | {actor.staff_id}
        return self.filter(Q(person_id__in=others) | of_those_supervised(actor, person="person_id", day="session__on"))

    def invited(self) -> "GroupMemberQuerySet":
        """Those who were not taken off the list again."""
        return self.filter(removed_at=None)

    def with_presence(self) -> "GroupMemberQuerySet":
        """Annotates ``present`` and ``absent_because`` as last entered; None where nobody has said."""
        last = GroupAttendance.objects.filter(member=OuterRef("pk")).order_by("-recorded_at", "-pk")
        return self.annotate(
            present=Subquery(last.values("present")[:1]), absent_because=Subquery(last.values("reason")[:1])
        )


class GroupMember(Identified):
    """Somebody invited to a group session; ``role``: of the model's roles, where one was agreed."""

    updatable_columns: ClassVar[tuple[str, ...]] = ("role", "removed_at")

    session = models.ForeignKey(GroupSession, models.PROTECT, related_name="members")
    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="group_places")
    role = models.CharField(max_length=50, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    # Annotated by with_presence
    present: bool | None
    absent_because: str | None

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="group_member_once", fields=["session", "person"], condition=Q(removed_at=None)
            ),
        ]
        indexes = [models.Index(fields=["person"], name="group_member_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.session_id}"


class GroupAttendance(AppendOnly):
    """That a member was there, or was not and why; the last one entered holds, and what stood before is kept."""

    member = models.ForeignKey(GroupMember, models.RESTRICT, related_name="attendance")
    present = models.BooleanField()
    reason = ContentField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="group_absence_alone_has_a_reason", condition=Q(present=False) | Q(reason="")),
        ]
        indexes = [models.Index(fields=["member", "-recorded_at"], name="group_attendance_of_member")]

    def __str__(self) -> str:
        return f"{'present' if self.present else 'absent'} {self.member_id}"


class GroupItemQuerySet(models.QuerySet["GroupItem"]):
    def visible_to(self, actor: Actor) -> "GroupItemQuerySet":
        """My own, and those of groups that I lead or record; from the day on which it meets, everybody's who is invited.

        Once it was said who was there, those who were; of a group that was called off, its facilitator alone.
        """
        planned, cancelled = Q(session__status="planned"), Q(session__status="cancelled")
        mine = GroupMember.objects.invited().filter(session=OuterRef("session"), person=actor.staff_id)
        takes_part = planned & Exists(mine) | Exists(mine.with_presence().filter(Q(present=True)))
        leads = Q(session__facilitator=actor.staff_id) | Q(session__recorder=actor.staff_id) & ~cancelled
        others = leads | Q(session__on__lte=actor.on) & ~cancelled & takes_part
        return self.filter(Q(person=actor.staff_id) | others)


class GroupItem(Identified):
    """An issue, or the case of a child, that somebody puts forward before a group meets (R067)."""

    session = models.ForeignKey(GroupSession, models.PROTECT, related_name="items")
    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="+")
    text = ContentField(blank=True)
    put_at = models.DateTimeField()

    objects = GroupItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="group_item_says_something", condition=~Q(text="") | Q(child__isnull=False))
        ]
        indexes = [models.Index(fields=["session", "put_at"], name="group_item_of_session")]

    def __str__(self) -> str:
        return f"put forward {self.put_at:%Y-%m-%d}"
