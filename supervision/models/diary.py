"""Sessions in the diary, whatever became of them; their moves, and what was entered by mistake."""

from datetime import date
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from core.actor import Actor
from core.fields import ContentField
from core.models import AppendOnly, Identified
from records.models import Part, Record
from records.rules import State
from staff.models import StaffMember, of_those_supervised


class SupervisionSessionQuerySet(models.QuerySet["SupervisionSession"]):
    def visible_to(self, actor: Actor) -> "SupervisionSessionQuerySet":
        """Diary entries about me, those I supervise, and those below me in the line (sight: diary entry); and of those
        whose file a grant opens.
        """
        if not actor.limited:
            return self.filter(supervisee_id__in=self.people_with_diary_open_to(actor))
        others = actor.next_up_for | actor.above_for | actor.granted_people | {actor.staff_id}
        supervised = of_those_supervised(actor, person="supervisee_id", day="on")
        return self.filter(Q(supervisee_id__in=others) | supervised)

    @staticmethod
    def people_with_diary_open_to(actor: Actor) -> frozenset[UUID]:
        """Whose diary entries ``visible_to`` gives: all or none of a person's, but for cover, which sees from a day."""
        return actor.supervises | actor.next_up_for | actor.above_for | actor.granted_people | {actor.staff_id}

    def with_people(self) -> "SupervisionSessionQuerySet":
        """With both people at hand."""
        return self.select_related("supervisee", "supervisor")

    def with_record_state(self) -> "SupervisionSessionQuerySet":
        """Annotates ``record_state``: that of the session's record; None where there is none."""
        last = Part.objects.filter(record=OuterRef("record")).order_by("-seq").values("state_after")[:1]
        return self.annotate(
            record_state=Case(
                When(record=None, then=None),
                default=Coalesce(Subquery(last), Value(State.DRAFT.value)),
                output_field=models.CharField(),
            )
        )

    def with_last_held(self) -> "SupervisionSessionQuerySet":
        """Annotates ``last_held_on``: the day of the supervisee's last session before this one, whoever supervised."""
        before = Q(on__lt=OuterRef("on")) | Q(on=OuterRef("on"), starts__lt=OuterRef("starts"))
        earlier = SupervisionSession.objects.held().filter(before, supervisee=OuterRef("supervisee"))
        return self.annotate(last_held_on=Subquery(earlier.order_by("-on").values("on")[:1]))

    def planned(self) -> "SupervisionSessionQuerySet":
        """In the diary, and nothing has become of it yet."""
        return self.filter(status=SupervisionSession.Status.PLANNED)

    def held(self) -> "SupervisionSessionQuerySet":
        """Those that happened."""
        return self.filter(status=SupervisionSession.Status.HELD)

    def taking_time(self) -> "SupervisionSessionQuerySet":
        """Those at whose time the two people are, or were, with each other."""
        return self.filter(status__in=(SupervisionSession.Status.PLANNED, SupervisionSession.Status.HELD))

    def of_person(self, person_id: UUID) -> "SupervisionSessionQuerySet":
        """A person's own, in either role."""
        return self.filter(Q(supervisee_id=person_id) | Q(supervisor_id=person_id))

    def to_close(self, *, on: date) -> "SupervisionSessionQuerySet":
        """Planned for a day that has passed, and nobody has said what became of it."""
        return self.planned().filter(on__lt=on)


class SupervisionSession(Identified):
    """One meeting of a supervisor and a supervisee, whatever its status.

    ``on``, ``starts`` and ``ends`` are local (Europe/London): planned ones until it is held, actual ones after.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Booked"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"
        DID_NOT_ATTEND = "did_not_attend", "Did not attend"

    class Kind(models.TextChoices):
        COMBINED = "combined", "Personal and case supervision in one"
        PERSONAL = "personal", "Personal supervision"
        CASE = "case", "Case supervision"
        MANAGEMENT = "management", "Management supervision"
        PRACTICE = "practice", "Practice supervision"

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "By video"
        PHONE = "phone", "By telephone"

    supervisee = models.ForeignKey(StaffMember, models.PROTECT, related_name="sessions_received")
    supervisor = models.ForeignKey(StaffMember, models.PROTECT, related_name="sessions_given")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.COMBINED)
    purposes = ArrayField(
        models.CharField(max_length=50), default=list, db_default=[], help_text="ids of the policy's tags (R336)"
    )
    on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.IN_PERSON)
    place = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PLANNED)
    booked_at = models.DateTimeField()
    series = models.UUIDField(null=True, help_text="shared by sessions that were booked in one go")
    in_place_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replacements", help_text="the session that came off"
    )
    closed_at = models.DateTimeField(null=True, help_text="when it was entered what became of it")
    cancelled_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    cancel_reason = ContentField(blank=True)
    exceptional = models.BooleanField(null=True, help_text="whether the reason of a cancellation was; null: not asked")
    direct_contact = models.BooleanField(null=True, help_text="whether the two spoke when it was cancelled (R082)")
    contact_on = models.DateField(null=True)
    contact_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    urgent_issues = ContentField(blank=True)
    missed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    missed_reason = ContentField(blank=True)
    interrupted = models.BooleanField(null=True, help_text="null: nobody said (R081)")
    minutes_lost = models.PositiveSmallIntegerField(default=0)
    private_place = models.BooleanField(null=True, help_text="null: nobody said (R081)")
    cut_short_reason = ContentField(blank=True)
    left_over = ContentField(blank=True, help_text="what was not come to, for the next agenda")
    record = models.OneToOneField(Record, models.RESTRICT, null=True, related_name="session")

    # Annotated by with_record_state and with_last_held
    record_state: str | None
    last_held_on: date | None
    # Annotated by with_children
    children_held: int
    children_marked: int
    # Said of those of a diary: how many children are due by then, and what it is for
    children_due = 0
    purposes_in_words = ""

    objects = SupervisionSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="session_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="session_not_with_oneself", condition=~Q(supervisee=F("supervisor"))),
            models.CheckConstraint(
                name="session_closed_unless_planned",
                condition=Q(status="planned", closed_at=None) | (~Q(status="planned") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="session_cancelled_says_by_whom_and_why",
                condition=~Q(status="cancelled") | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="session_not_attended_says_by_whom_and_why",
                condition=~Q(status="did_not_attend") | (Q(missed_by__isnull=False) & ~Q(missed_reason="")),
            ),
            models.CheckConstraint(
                name="session_contact_says_when_and_by_whom",
                condition=~Q(direct_contact=True) | Q(contact_on__isnull=False, contact_by__isnull=False),
            ),
            models.CheckConstraint(
                name="session_loses_minutes_only_when_interrupted", condition=Q(minutes_lost=0) | Q(interrupted=True)
            ),
        ]
        indexes = [
            models.Index(fields=["supervisee", "-on"], name="session_of_supervisee"),
            models.Index(fields=["supervisor", "-on"], name="session_of_supervisor"),
            models.Index(fields=["series"], name="session_of_series", condition=Q(series__isnull=False)),
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

    def get_replacements(self) -> list["SupervisionSession"]:
        """The sessions that were booked in its place, and are still booked or were held; in order."""
        return list(self.replacements.taking_time().order_by("on", "starts"))

    @property
    def is_cut_short(self) -> bool:
        """Whether it was held and ended before its time."""
        return self.is_held and bool(self.cut_short_reason)

    @property
    def shown_status(self) -> str:
        """The status as pages say it: a session that was cut short is held, and says so."""
        if self.is_planned:
            return "booked"
        return "cut_short" if self.is_cut_short else self.status


class SessionMove(AppendOnly):
    """One move of a booked session to another day or time."""

    session = models.ForeignKey(SupervisionSession, models.RESTRICT, related_name="moves")
    from_on = models.DateField()
    from_starts = models.TimeField()
    to_on = models.DateField()
    to_starts = models.TimeField()
    moved_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    moved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"from {self.from_on:%d %B %Y} to {self.to_on:%d %B %Y}"


class LeadTold(AppendOnly):
    """That somebody above in the line was told, in one step, that a session was called off and has no other date."""

    session = models.ForeignKey(SupervisionSession, models.RESTRICT, related_name="leads_told")
    lead = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    told_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    told_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["session", "lead"], name="lead_told_once")]

    def __str__(self) -> str:
        return f"told {self.told_at:%d %B %Y}"


class SessionUndo(AppendOnly):
    """That a cancellation, or somebody's not having come, was entered by mistake: what had been entered, and when."""

    session = models.ForeignKey(SupervisionSession, models.RESTRICT, related_name="undone")
    status = models.CharField(max_length=20, choices=SupervisionSession.Status)
    said_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+", help_text="who cancelled or missed it")
    reason = ContentField()
    urgent_issues = ContentField(blank=True)
    entered_at = models.DateTimeField()
    undone_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    undone_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"not {self.status} after all"
