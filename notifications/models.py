"""Notices, the mails that told of them, and what each person wants to be told how."""

from datetime import datetime, time
from typing import ClassVar
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from core.actor import Actor
from core.models import Identified
from notifications.rules import HANDLING, QuietHours, When, day_bounds
from staff.models import StaffMember


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, actor: Actor) -> "MailQuerySet":
        """What was sent to oneself."""
        return self.filter(person_id=actor.staff_id)

    def gone(self) -> "MailQuerySet":
        """Those that a sender began to send."""
        return self.filter(claimed_at__isnull=False)

    def counted(self, *, at: datetime) -> "MailQuerySet":
        """Of a day, those that the cap counts: all but those about security."""
        first, end = day_bounds(at)
        return self.exclude(kind=Mail.Kind.SECURITY).filter(claimed_at__gte=first, claimed_at__lt=end)

    def claim(self, mail_id: UUID, *, at: datetime) -> bool:
        """Take the right to send one mail; of any number that ask, one gets it."""
        return self.filter(pk=mail_id, claimed_at=None).update(claimed_at=at) == 1


class Mail(Identified):
    """One mail to a person, without what it said. ``key`` names what it tells of: a day's digest, a notice, bookings.

    ``claimed_at``: a sender began to send it. ``sent_at``: the mail server took it. Claimed and not sent means that
    nobody knows whether it went, so it is never sent again.
    """

    class Kind(models.TextChoices):
        SECURITY = "security", "About signing in"
        AT_ONCE = "at_once", "Something waits for you"
        DAILY = "daily", "The morning's summary"
        MONDAY = "monday", "The week's summary"
        CALENDAR = "calendar", "Calendar entries"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("claimed_at", "sent_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="mail_once_for_each_key"),
            models.CheckConstraint(
                name="mail_claimed_before_sent", condition=Q(sent_at=None) | Q(claimed_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["person", "-claimed_at"], name="mail_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """One's own, whoever else may see the thing that it is about."""
        return self.filter(person_id=actor.staff_id)

    def shown(self) -> "NoticeQuerySet":
        """Those of the page: all but the invitation, which came before one could read it."""
        return self.exclude(kind=Notice.Kind.INVITATION)

    def unread(self) -> "NoticeQuerySet":
        """Those of the page that the person has not opened."""
        return self.shown().filter(read_at=None)

    def untold(self) -> "NoticeQuerySet":
        """Unread ones that no mail has told of, of the kinds that a digest lists."""
        kinds = [kind for kind, handling in HANDLING.items() if handling.when is not When.COUNTED]
        return self.unread().filter(mail=None, kind__in=kinds)


class Notice(Identified):
    """That something waits for a person. ``key`` names the event: the same event gives one notice, however often told.

    ``mail``: the one that told of it, alone or among others.
    """

    class Kind(models.TextChoices):
        RECORD_TO_COUNTERSIGN = "record_to_countersign", "A record waits for your signature"
        RECORD_RETURNED = "record_returned", "A record came back to you for correction"
        RECORD_SEALED = "record_sealed", "A record is signed and sealed"
        CONTRACT_TO_SIGN = "contract_to_sign", "A contract waits for your signature"
        SESSION_OVERDUE = "session_overdue", "A supervision session is overdue"
        CHILD_OVERDUE = "child_overdue", "A child has not been discussed in time"
        CONTRACT_OVERDUE = "contract_overdue", "A supervision contract is missing or past its review"
        RECORD_OVERDUE = "record_overdue", "A record is late"
        OVERDUE_ESCALATED = "overdue_escalated", "Something overdue was brought to you"
        SHORTFALL_TOLD = "shortfall_told", "A team cannot keep its dates"
        SHORTFALL_ANSWERED = "shortfall_answered", "What you told senior leads was answered"
        LINE_TO_CONFIRM = "line_to_confirm", "A proposed line manager waits for your answer"
        RELATIONS_CHANGED = "relations_changed", "Line management, supervision or a role changed"
        RECORD_ADDED_TO = "record_added_to", "Something was added to a record"
        RECORD_CORRECTED = "record_corrected", "A fact of a record was corrected"
        RECORD_CLOSED = "record_closed", "A record was closed without its signatures"
        DRAFT_SHARED = "draft_shared", "A draft is shared with you"
        ACTION_GIVEN = "action_given", "An action is yours to do"
        ACTION_DUE = "action_due", "A reminder of an action"
        OWN_RECORDS_READY = "own_records_ready", "The file of your own records is ready"
        ANSWER_WANTED = "answer_wanted", "Something waits for your answer"
        MATTER_REFERRED = "matter_referred", "Something was put to a manager, or added to it"
        MATTER_ANSWERED = "matter_answered", "Something was answered"
        DISCLOSURE_MADE = "disclosure_made", "Something of your supervision was shared"
        REVIEW_ASKED = "review_asked", "An earlier review of a contract was asked for"
        EXCEPTION_DECIDED = "exception_decided", "An exception in how often was decided"
        GROUP_CHANGED = "group_changed", "A group session was booked, changed or called off"
        CHILD_ELSEWHERE = "child_elsewhere", "A case that your people had was opened again by others"
        GROUP_ATTENDED = "group_attended", "Somebody else led a group that a person of yours was invited to"
        POLICY_PUBLISHED = "policy_published", "A version of the policy was published"
        DATE_WANTED = "date_wanted", "A session that was called off has no other date"
        COVER_WANTED = "cover_wanted", "Cover for a supervisor who is away is to be named or ended"
        COVER_NAMED = "cover_named", "You are named to cover for a supervisor who is away"
        OBSERVATION_CHANGED = "observation_changed", "An observation was planned, moved or given up"
        AUDIT_SHARED = "audit_shared", "An audit of your supervision file was shared with you"
        AUDIT_GIVEN = "audit_given", "An audit was given to you"
        AUDIT_DUE = "audit_due", "An audit or observation is to be arranged, or its date has passed"
        AUDIT_SHORT = "audit_short", "Somebody whom you manage is short of an audit or observation"
        EXAMINED_ACTION_LATE = "examined_action_late", "An action of an audit or observation stays late"
        REPORT_READY = "report_ready", "A monthly report that you asked for is ready"
        CONTACT_OPENED = "contact_opened", "Somebody opened your next of kin and address"
        LEAVING = "leaving", "A last day was set or changed, or something of it is still to be done"
        FILE_INFECTED = "file_infected", "A virus was found in a file that you brought"
        FOLDER_EXPIRY = "folder_expiry", "Something in a supervision folder ends, or has ended"
        BAG_READY = "bag_ready", "A leaver’s file is put together, and can be taken along"
        BAG_FAILED = "bag_failed", "A leaver’s file could not be put together"
        IMPORT_ENDED = "import_ended", "An import of children is done, or waits for you"
        DATA_REQUEST = "data_request", "There is something new about a request for personal data"
        NEED_ASKED = "need_asked", "A request to read supervision records waits for an answer"
        NEED_ANSWERED = "need_answered", "A request to read supervision records was answered, or ended"
        NEED_GIVEN = "need_given", "You may read supervision records for a time"
        NEED_TOLD = "need_told", "Somebody may read supervision records of yours for a time"
        ACCOUNT_ASKED = "account_asked", "An account for somebody from outside is asked for"
        SURVEY = "survey", "A survey of all staff is open, or its results are there"
        CREDENTIAL_CHANGED = "credential_changed", "How you sign in was changed"
        CREDENTIAL_RESET = "credential_reset", "An administrator changed how you sign in"
        INVITATION = "invitation", "An invitation"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=30, choices=Kind)
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=300, help_text="the page of the thing, within this service")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, blank=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("read_at", "mail_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="notice_once_for_each_event")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_newest"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def handling_when(self) -> When:
        """When a mail tells of it."""
        return HANDLING[self.kind].when


class Reminder(Identified):
    """How often digests have reminded a person of one overdue thing. ``thing``: its key."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=30)
    thing = models.UUIDField()
    times = models.PositiveSmallIntegerField()
    last_on = models.DateField()

    updatable_columns: ClassVar[tuple[str, ...]] = ("times", "last_on")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "thing"], name="reminder_one_for_each_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}: {self.times}"


class NoticeSettingsQuerySet(models.QuerySet["NoticeSettings"]):
    def visible_to(self, actor: Actor) -> "NoticeSettingsQuerySet":
        """One's own."""
        return self.filter(person_id=actor.staff_id)


class NoticeSettings(Identified):
    """What a person wants to be told by mail, and when. Who never chose has a row with the usual values, or none yet.

    ``quiet_from`` and ``quiet_until``: local, over midnight where the end comes first; both alike means at no hour.
    ``most_mails``: a day, those about security apart. ``asked_on``: the last day for which the digest was asked for;
    ``week_on``: the Monday of the last week whose summary was dealt with.
    """

    person = models.OneToOneField(StaffMember, models.PROTECT, related_name="notice_settings")
    daily = models.BooleanField(default=True)
    digest_at = models.TimeField(default=time(8))
    monday = models.BooleanField(default=True)
    at_once = models.BooleanField(default=False)
    quiet_from = models.TimeField(default=time(19))
    quiet_until = models.TimeField(default=time(7, 30))
    quiet_weekends = models.BooleanField(default=True)
    most_mails = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(20)])
    calendar_mails = models.BooleanField(default=True)
    calendar_place = models.BooleanField(default=False)
    asked_on = models.DateField(null=True, blank=True)
    week_on = models.DateField(null=True, blank=True)

    objects = NoticeSettingsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="notice_settings_cap", condition=Q(most_mails__gte=1, most_mails__lte=20))
        ]

    def __str__(self) -> str:
        return f"settings of {self.person_id}"

    @property
    def quiet(self) -> QuietHours:
        """When this person gets no mail, but about security."""
        return QuietHours(self.quiet_from, self.quiet_until, self.quiet_weekends)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, actor: Actor) -> "CalendarFeedQuerySet":
        """One's own."""
        return self.filter(person_id=actor.staff_id)

    def live(self) -> "CalendarFeedQuerySet":
        """Those whose address works."""
        return self.filter(revoked_at=None)


class CalendarFeed(Identified):
    """The private address at which a person's calendar fetches dates. Of its secret the digest alone is kept."""

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret, in hexadecimal figures")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()
    updatable_columns: ClassVar[tuple[str, ...]] = ("revoked_at",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at=None), name="calendar_feed_one_at_a_time"
            ),
            models.CheckConstraint(
                name="calendar_feed_revoked_after_it_was_made",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
