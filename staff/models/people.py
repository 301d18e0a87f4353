"""People and their accounts; teams, posts, categories, roles, line and supervision over time (half-open dates)."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from core.actor import LEADING_ROLES, ROLE_LABELS, Actor, Role
from core.dated import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from core.models import Identified
from staff.relationships.rules import in_words


class Service(Identified):
    """A service of the authority."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Team(Identified):
    """A team of a service."""

    name = models.CharField(max_length=100, unique=True)
    service = models.ForeignKey(Service, models.PROTECT, related_name="teams")

    def __str__(self) -> str:
        return self.name


class StaffMemberQuerySet(models.QuerySet["StaffMember"]):
    def visible_to(self, actor: Actor) -> "StaffMemberQuerySet":
        """The directory (name, post, team): everyone, for everyone who has an account.

        Somebody of another organisation is in it for system administrators alone, and sees nobody in it.
        """
        if actor.is_outside:
            return self.filter(pk=actor.staff_id)
        return self if actor.hat is Role.SYSTEM_ADMINISTRATOR else self.filter(organisation="")

    def employed(self, on: date) -> "StaffMemberQuerySet":
        """People who have not left; those who begin later are there already, since they can be invited and named.

        Never somebody of another organisation.
        """
        return self.let_in(on).filter(organisation="")

    def let_in(self, on: date) -> "StaffMemberQuerySet":
        """People who may sign in: those employed, and those of other organisations until their last day is over."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def matching(self, words: str) -> "StaffMemberQuerySet":
        """People with each of the words somewhere in their name, whether accents are typed or not."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(name__unaccent__icontains=word)
        return found

    def in_team(self, team_id: Any, *, on: date) -> "StaffMemberQuerySet":
        """People with a post in a team on a day."""
        return self.filter(pk__in=Post.objects.live(on).filter(team_id=team_id).values("person_id"))

    def supervised_by(self, person_id: Any, *, on: date) -> "StaffMemberQuerySet":
        """People with a live supervisory relationship to a person on a day."""
        return self.filter(
            pk__in=SupervisionRelationship.objects.live(on).filter(supervisor_id=person_id).values("supervisee_id")
        )

    def with_job_title(self, *, on: date) -> "StaffMemberQuerySet":
        """Annotates ``job_title`` and ``team_name`` as they are on a day; None without a post."""
        post = Post.objects.live(on).filter(person=OuterRef("pk"))
        return self.annotate(
            job_title=Subquery(post.values("job_title")[:1]), team_name=Subquery(post.values("team__name")[:1])
        )

    def with_working_days(self, *, on: date) -> "StaffMemberQuerySet":
        """Annotates ``working_days``: the days of the week worked on a day, Monday being 0; None where none are entered."""
        pattern = WorkingPattern.objects.live(on).filter(person=OuterRef("pk"))
        return self.annotate(working_days=Subquery(pattern.values("weekdays")[:1]))

    def with_employment(self, *, on: date) -> "StaffMemberQuerySet":
        """Annotates ``engagement``, as it is on a day, ``policy_read_on``, ``trained_on``, and ``gives_supervision``:
        whether they supervise anybody in their own right, or will.
        """
        days = KeyDate.objects.filter(person=OuterRef("pk"), replaced_at=None)
        given = SupervisionRelationship.objects.in_own_right().open(on).filter(supervisor=OuterRef("pk"))
        return self.annotate(
            gives_supervision=Exists(given),
            engagement=Subquery(Post.objects.live(on).filter(person=OuterRef("pk")).values("engagement")[:1]),
            policy_read_on=Subquery(days.filter(kind=KeyDate.Kind.POLICY_READ).values("on")),
            trained_on=Subquery(days.filter(kind=KeyDate.Kind.SUPERVISOR_TRAINED).values("on")),
        )

    def with_supervisor_name(self, *, on: date) -> "StaffMemberQuerySet":
        """Annotates ``supervisor_name``: who supervises on a day, by line management; None where nobody does."""
        relationships = SupervisionRelationship.objects.live(on).filter(
            supervisee=OuterRef("pk"), kind=SupervisionRelationship.Kind.LINE_MANAGEMENT
        )
        return self.annotate(supervisor_name=Subquery(relationships.values("supervisor__name")[:1]))

    def with_file_open_to(self, actor: Actor) -> "StaffMemberQuerySet":
        """People whose due dates, contracts' figures and diaries the actor may read (sight: due dates, status, why)."""
        if actor.hat is Role.PRINCIPAL_SOCIAL_WORKER:
            return self
        people = {actor.staff_id} | actor.supervises | actor.manages | actor.next_up_for | actor.above_for
        return self.filter(pk__in=people)


class StaffMember(Identified):
    """A person who works, or worked, for the authority; or for another ``organisation``, let in for a purpose and a time.

    ``finisher``: of somebody who leaves, who finishes what is left from then on until the file is frozen.
    """

    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True, help_text="of somebody from outside; else empty")
    employed_from = models.DateField()
    left_on = models.DateField(null=True, blank=True, help_text="the first day no longer employed")
    finisher = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="finishes_for")

    # What the querysets annotate
    job_title: str | None
    team_name: str | None
    supervisor_name: str | None
    working_days: list[int] | None

    objects = StaffMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_member_leaves_after_starting",
                condition=Q(left_on=None) | Q(left_on__gt=F("employed_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """How a person signs in. Nobody signs up: an administrator invites."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(unique=True)
    person = models.OneToOneField(StaffMember, models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    credential_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="a password or a second factor was last chosen, added or taken away"
    )
    credential_reset_at = models.DateTimeField(
        null=True, blank=True, help_text="an administrator last let the person choose anew"
    )

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class Post(Dated):
    """A person's job in a team over time; one at a time. How somebody is engaged changes nothing of what is owed (R005)."""

    class Engagement(models.TextChoices):
        PERMANENT = "permanent", "Permanent"
        TEMPORARY = "temporary", "Temporary"
        CASUAL = "casual", "Casual"
        AGENCY = "agency", "Agency"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="posts")
    team = models.ForeignKey(Team, models.PROTECT, related_name="posts")
    job_title = models.CharField(max_length=100)
    engagement = models.CharField(max_length=10, choices=Engagement, default=Engagement.PERMANENT)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [ends_after_it_starts("post_ends_after_it_starts"), no_overlap("post_one_at_a_time", "person")]

    def __str__(self) -> str:
        return f"{self.job_title}, {self.team_id}"


class KeyDate(Identified):
    """A date that a policy's phases are measured from, or that shows what a supervisor is prepared by (R156).

    ``replaced_at``: when another took its place, or it was taken back; what was known before stays known.
    """

    class Kind(models.TextChoices):
        ROLE_START = "role_start", "Start in the role"
        ASYE_START = "asye_start", "Start of the ASYE"
        PROBATION_START = "probation_start", "Start of probation"
        PLACEMENT_START = "placement_start", "Start of the placement"
        POLICY_READ = "policy_read", "Read the supervision policy"
        SUPERVISOR_TRAINED = "supervisor_trained", "Trained as a supervisor"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="key_dates")
    kind = models.CharField(max_length=20, choices=Kind)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="key_date_one_of_a_kind", condition=Q(replaced_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.on:%d %B %Y}"


class RoleHeldQuerySet(DatedQuerySet):
    def leading(self, on: date) -> Self:
        """Roles, held on a day, of those who lead a team, a service or more of them."""
        return self.live(on).filter(role__in=sorted(LEADING_ROLES))


class RoleHeld(Dated):
    """A role that the authority gave to a person, over time."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=30, choices=[(role.value, label) for role, label in ROLE_LABELS.items()])

    objects = RoleHeldQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("role_held_ends_after_it_starts"),
            no_overlap("role_held_once_at_a_time", "person", "role"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class ManagementLineQuerySet(DatedQuerySet):
    def live(self, on: date) -> Self:
        """Lines that hold on a day: confirmed by the manager, where an administrator proposed them."""
        return super().live(on).filter(confirmed_at__isnull=False)

    def confirmed(self) -> "ManagementLineQuerySet":
        """Lines that hold, held or will hold."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self) -> "ManagementLineQuerySet":
        """Lines that were proposed, and that nobody has confirmed or declined."""
        return self.filter(confirmed_at=None, declined_at=None)

    def with_people(self) -> "ManagementLineQuerySet":
        """Each with its people, in the same query."""
        return self.select_related("person", "manager", "proposed_by")

    def visible_to(self, actor: Actor) -> "ManagementLineQuerySet":
        """Proposals that the actor may answer: the only lines that have a page of their own.

        Never who gains sight by it, whom it is about, or who proposed it. Who has a line is answered for by it: the
        present line manager and those above. Who has none, by those who lead in the service, unless the proposer made
        their accounts (sight: an administrator cannot give itself or another a content role alone).
        """
        oneself = Q(manager=actor.staff_id) | Q(person=actor.staff_id)
        own_proposals = self.filter(proposed_by=actor.staff_id).values("pk")
        answerable = Q(person__in=actor.manages | actor.next_up_for | actor.above_for)
        if actor.roles & LEADING_ROLES:
            of_the_service = Post.objects.open(actor.on).filter(
                team__service__in=Post.objects.live(actor.on).filter(person=actor.staff_id).values("team__service")
            )
            has_a_line = ManagementLine.objects.live(actor.on)
            inviters = Account.objects.filter(person=actor.staff_id, invited_by__isnull=False).values("invited_by")
            answerable |= (
                Q(person__in=of_the_service.values("person"))
                & ~Q(person__in=has_a_line.values("person"))
                & ~Q(proposed_by__in=inviters)
            )
        return self.waiting().exclude(oneself).exclude(pk__in=own_proposals).filter(answerable)


class ManagementLine(Dated):
    """Who manages whom over time. An administrator proposes; somebody who gains nothing by it confirms; until then it
    gives no sight.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="management_lines")
    manager = models.ForeignKey(StaffMember, models.PROTECT, related_name="managed_lines")
    proposed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = ManagementLineQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("management_line_ends_after_it_starts"),
            no_overlap("management_line_one_at_a_time", "person", condition=Q(confirmed_at__isnull=False)),
            models.UniqueConstraint(
                name="management_line_one_proposal_at_a_time",
                fields=["person"],
                condition=Q(confirmed_at=None, declined_at=None),
            ),
            models.CheckConstraint(name="management_line_not_oneself", condition=~Q(person=F("manager"))),
            models.CheckConstraint(
                name="management_line_not_both_answers", condition=Q(confirmed_at=None) | Q(declined_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} under {self.manager_id}"


class SupervisionRelationshipQuerySet(DatedQuerySet):
    def visible_to(self, actor: Actor) -> "SupervisionRelationshipQuerySet":
        """Relationships of the people whose file is open to the actor, and those that the actor supervises in."""
        people = StaffMember.objects.with_file_open_to(actor)
        return self.filter(supervisee__in=people)

    def cover(self) -> "SupervisionRelationshipQuerySet":
        """In the place of a supervisor who is away."""
        return self.filter(kind=SupervisionRelationship.Kind.COVER)

    def in_own_right(self) -> "SupervisionRelationshipQuerySet":
        """Those that are no cover."""
        return self.exclude(kind=SupervisionRelationship.Kind.COVER)


def of_those_supervised(actor: Actor, *, person: str, day: str) -> Q:
    """What there is of those whom the actor supervises; of those covered for, from the first day that a cover sees.

    ``person`` and ``day``: where a row says whom it is about, and of which day it is. Costs no query of its own.
    """
    supervised = Q(**{f"{person}__in": actor.supervises})
    if not actor.limited:
        return supervised
    sees = SupervisionRelationship.objects.live(actor.on).filter(
        supervisor=actor.staff_id, supervisee=OuterRef(person), sees_from__lte=OuterRef(day)
    )
    return supervised & (~Q(**{f"{person}__in": actor.limited}) | Q(Exists(sees)))


class SupervisionRelationship(Dated):
    """A dated link between a supervisee and a supervisor (R012).

    ``elements``: the kinds of supervision that it is for (R275); none named: all of them. ``covers_for`` and
    ``sees_from``: of cover, in whose place it is, and the first day of which the cover sees anything; null: all days.
    """

    class Kind(models.TextChoices):
        LINE_MANAGEMENT = "line_management", "Line management"
        PROFESSIONAL = "professional", "Professional"
        COVER = "cover", "Cover"
        PRACTICE_EDUCATION = "practice_education", "Practice education"

    supervisee = models.ForeignKey(StaffMember, models.PROTECT, related_name="supervision_received")
    supervisor = models.ForeignKey(StaffMember, models.PROTECT, related_name="supervision_given")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.LINE_MANAGEMENT)
    elements = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    covers_for = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="covered_by")
    sees_from = models.DateField(null=True, blank=True)

    objects = SupervisionRelationshipQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("relationship_ends_after_it_starts"),
            no_overlap("relationship_one_of_a_kind_at_a_time", "supervisee", "kind"),
            models.CheckConstraint(name="relationship_not_oneself", condition=~Q(supervisee=F("supervisor"))),
            models.CheckConstraint(
                name="relationship_covers_for_somebody_else",
                condition=Q(covers_for=None) | Q(kind="cover") & ~Q(covers_for=F("supervisor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor_id} supervises {self.supervisee_id}"

    @property
    def for_words(self) -> str:
        """What it is for, as pages say it."""
        return in_words(self.elements)


class WorkingPattern(Dated):
    """The days of the week on which a person works, Monday being 0. Without one: the days that the authority works."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="working_patterns")
    weekdays = ArrayField(models.PositiveSmallIntegerField())

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_it_starts("working_pattern_ends_after_it_starts"),
            no_overlap("working_pattern_one_at_a_time", "person"),
            models.CheckConstraint(name="working_pattern_has_a_day", condition=Q(weekdays__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"days {self.weekdays} from {self.starts_on:%d %B %Y}"
