"""Requests for one's own data: the request and its clock, what was gathered for it, and the bundle that answers it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cases.models import Allocation, Child
from core.actor import LEADING_ROLES, Actor, Role
from core.fields import ContentField
from core.models import AppendOnly, Identified
from documents.models import StoredFile
from staff.models import StaffMember

OVER_ALL = frozenset({Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})
# Hats under which nobody reads content (sight: sysadmin, PSW)
READS_NOTHING = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.PRINCIPAL_SOCIAL_WORKER})


def may_be_decided_by(actor: Actor) -> Q:
    """Requests that the actor may let somebody handle, as far as sight goes: of a worker's data HR, with its hat on; of a
    child's whoever leads in the line of the child's worker, the assistant director or the director. Never about oneself.
    """
    if actor.is_outside:
        return Q(pk__in=())
    if actor.hat is Role.HR:
        return Q(person__isnull=False) & ~Q(person=actor.staff_id)
    if actor.hat is not None or not actor.roles & LEADING_ROLES:
        return Q(pk__in=())
    if actor.roles & OVER_ALL:
        return Q(child__isnull=False)
    below = (actor.manages | actor.supervises | actor.next_up_for | actor.above_for) - {actor.staff_id}
    held = Allocation.objects.live(actor.on).filter(holder__in=below)
    return Q(child__in=held.values("child"))


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, actor: Actor) -> "DataRequestQuerySet":
        """That it was asked and where the clock stands: whose data it is, who noted it, who handles it or let somebody
        handle it, and who may do that.
        """
        return self.filter(
            Q(person=actor.staff_id)
            | Q(registered_by=actor.staff_id)
            | Q(handler=actor.staff_id)
            | Q(approved_by=actor.staff_id)
            | may_be_decided_by(actor)
        )

    def run_by(self, actor: Actor) -> "DataRequestQuerySet":
        """Those of which the actor reads how they are answered: handler, who let them, and who may. Never about oneself."""
        if actor.hat in READS_NOTHING:
            return self.none()
        others = self.exclude(person__isnull=False, person=actor.staff_id)
        return others.filter(Q(handler=actor.staff_id) | Q(approved_by=actor.staff_id) | may_be_decided_by(actor))

    def handled_by(self, actor: Actor) -> "DataRequestQuerySet":
        """Open ones whose gathered content the actor reads and decides about: the handler alone."""
        if actor.hat in READS_NOTHING:
            return self.none()
        others = self.exclude(person__isnull=False, person=actor.staff_id)
        return others.open().filter(handler=actor.staff_id, approved_at__isnull=False)

    def open(self) -> "DataRequestQuerySet":
        """Those that are not answered, refused or taken back."""
        return self.filter(closed_at=None)

    def with_people(self) -> "DataRequestQuerySet":
        """With those whom pages name."""
        return self.select_related("person", "child", "registered_by", "handler", "approved_by")


class DataRequest(Identified):
    """That a worker, or a child or young person, asked for what is kept about them.

    ``asked_by``: who asked, where it is not the worker in person. ``gathered_of`` of ``to_gather`` sources are looked
    through so far. ``closed_as``: how it ended, with ``closed_on`` and ``closing_words``: the day and the way.
    """

    class How(models.TextChoices):
        HERE = "here", "In this product"
        LETTER = "letter", "Letter"
        EMAIL = "email", "E-mail"
        SPOKEN = "spoken", "In person or by telephone"
        OTHER = "other", "Another way"

    class Outcome(models.TextChoices):
        DISCLOSED = "disclosed", "Answered: the data were given"
        NOTHING_HELD = "nothing_held", "Answered: nothing is held"
        REFUSED = "refused", "Refused, with the reason and how to complain"
        TAKEN_BACK = "taken_back", "Taken back by whoever asked"

    person = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="data_requests")
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="data_requests")
    received_on = models.DateField()
    how = models.CharField(max_length=10, choices=How)
    asked_by = ContentField(blank=True)
    scope = ContentField()
    registered_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    handler = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="data_requests_handled")
    approved_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    gathering_asked_at = models.DateTimeField(null=True)
    gathered = models.PositiveIntegerField(default=0)
    to_gather = models.PositiveIntegerField(default=0)
    gathered_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=20, choices=Outcome, blank=True)
    closed_on = models.DateField(null=True)
    closing_words = ContentField(blank=True)
    closed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="data_request_of_a_person_or_a_child",
                condition=Q(person__isnull=False, child=None) | Q(person=None, child__isnull=False),
            ),
            models.UniqueConstraint(
                name="data_request_one_open_of_a_person", fields=["person"], condition=Q(closed_at=None)
            ),
            models.UniqueConstraint(
                name="data_request_one_open_of_a_child", fields=["child"], condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                name="data_request_handler_approved_by_another",
                condition=Q(handler=None, approved_by=None, approved_at=None)
                | Q(handler__isnull=False, approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(handler=F("approved_by"))
                & ~Q(approved_by=F("registered_by")),
            ),
            models.CheckConstraint(
                name="data_request_nobody_handles_their_own",
                condition=Q(person=None) | ~Q(handler=F("person")) & ~Q(approved_by=F("person")),
            ),
            models.CheckConstraint(
                name="data_request_closed_with_an_outcome",
                condition=Q(closed_at=None, closed_as="", closed_on=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_on__isnull=False, closed_by__isnull=False) & ~Q(closed_as=""),
            ),
        ]

    def __str__(self) -> str:
        return f"request of {self.received_on:%Y-%m-%d}"

    @property
    def about(self) -> str:
        """Whose data are asked for, as pages say it: a worker by name, a child by reference."""
        return self.child.reference if self.child else self.person.name if self.person else ""


class RequestEvent(AppendOnly):
    """One thing that happened to a request: what the clock is read from, with the day and the reason."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", "Noted"
        IDENTITY = "identity", "Identity checked"
        STOPPED = "stopped", "Clock stopped"
        STARTED = "started", "Clock runs again"
        EXTENDED = "extended", "Time extended"
        APPROVED = "approved", "Scope and handler approved"
        HANDLER_CHANGED = "handler_changed", "Another handler"
        GATHERED = "gathered", "Gathered"
        CLOSED = "closed", "Closed"

    request = models.ForeignKey(DataRequest, models.RESTRICT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    on = models.DateField()
    months = models.PositiveSmallIntegerField(default=0, help_text="of an extension")
    words = ContentField(blank=True)
    by = models.ForeignKey(StaffMember, models.RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="request_event_extension_of_one_or_two_months",
                condition=Q(kind="extended", months__in=(1, 2)) | ~Q(kind="extended") & Q(months=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on:%Y-%m-%d}"


class RequestItemQuerySet(models.QuerySet["RequestItem"]):
    def visible_to(self, actor: Actor) -> "RequestItemQuerySet":
        """The handler's, while the request is open."""
        return self.filter(request__in=DataRequest.objects.handled_by(actor).values("pk"))


class RequestItem(AppendOnly):
    """One thing that was found: a signed part, a draft, a row of the diary or of the folder, or a file.

    ``source`` and ``source_key`` say where, so that looking again finds it once.
    """

    request = models.ForeignKey(DataRequest, models.RESTRICT, related_name="items")
    place = models.PositiveIntegerField()
    group = models.CharField(max_length=60)
    title = ContentField()
    dated_on = models.DateField(null=True)
    is_draft = models.BooleanField(default=False)
    source = models.CharField(max_length=60)
    source_key = models.CharField(max_length=120)
    gathered_at = models.DateTimeField()

    objects = RequestItemQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="request_item_found_once", fields=["request", "source", "source_key"]),
            models.UniqueConstraint(name="request_item_one_of_a_place", fields=["request", "place"]),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_key}"


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, actor: Actor) -> "PassageQuerySet":
        """The handler's, while the request is open."""
        return self.filter(item__request__in=DataRequest.objects.handled_by(actor).values("pk"))

    def undecided(self) -> "PassageQuerySet":
        """Those that nobody has decided about."""
        return self.filter(decision="")

    def marked(self) -> "PassageQuerySet":
        """Those in which something was found that may be somebody else's."""
        return self.exclude(marks=[])


class Passage(Identified):
    """A paragraph, or a file with its name, of something that was found, and what a person decided about it.

    ``marks``: what was found in it by the program, a suggestion: ``[start, end, why]`` each. ``spans``: what a person took
    out: ``[start, end]`` each. ``version`` counts the decisions, so that two tabs do not decide over one another.
    ``stored``: of a file; ``replacement``: the redacted copy that goes out in its place.
    """

    class Decision(models.TextChoices):
        DISCLOSE = "disclose", "Give it"
        REDACT = "redact", "Take out the marked words"
        WITHHOLD = "withhold", "Withhold all of it"

    class Reason(models.TextChoices):
        THIRD_PARTY = "third_party", "About somebody else, who has not agreed"
        CONFIDENTIAL = "confidential", "Confidential reference or process"
        PRIVILEGE = "privilege", "Legal privilege"
        SERIOUS_HARM = "serious_harm", "Serious harm to somebody’s health"
        COURT = "court", "Reports to a court"
        NOT_THEIRS = "not_theirs", "Not about whoever asked, or not asked for"
        OTHER = "other", "Another reason"

    updatable_columns: ClassVar[tuple[str, ...]] = (
        "decision",
        "spans",
        "reason",
        "words",
        "replacement_id",
        "decided_by_id",
        "decided_at",
        "version",
    )

    item = models.ForeignKey(RequestItem, models.RESTRICT, related_name="passages")
    place = models.PositiveIntegerField()
    label = ContentField(blank=True)
    text = ContentField()
    marks = models.JSONField(default=list)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    spans = models.JSONField(default=list)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    words = ContentField(blank=True)
    replacement = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="passage_one_of_a_place", fields=["item", "place"]),
            models.CheckConstraint(
                name="passage_withheld_with_a_reason",
                condition=Q(decision__in=("", "disclose"), reason="", spans=[])
                | Q(decision="withhold", spans=[]) & ~Q(reason="")
                | Q(decision="redact") & ~Q(reason="") & ~Q(spans=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"passage {self.place} of {self.item_id}"


class RequestBundleQuerySet(models.QuerySet["RequestBundle"]):
    def visible_to(self, actor: Actor) -> "RequestBundleQuerySet":
        """The handler's, while the request is open."""
        return self.filter(request__in=DataRequest.objects.handled_by(actor).values("pk"))


class RequestBundle(Identified):
    """What goes to whoever asked, as one file, made from the decisions of a moment; removed after a week, made anew when
    asked for. ``digest`` stays.
    """

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="bundles")
    press = models.UUIDField(help_text="stands in the form, so that one press twice asks once")
    with_log = models.BooleanField(default=False, help_text="with the list of what was withheld and why")
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=71, blank=True)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)

    objects = RequestBundleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="request_bundle_once_for_each_press", fields=["request", "press"]),
            models.UniqueConstraint(
                name="request_bundle_one_in_the_making", fields=["request"], condition=Q(ready_at=None)
            ),
        ]
        indexes = [
            models.Index(name="request_bundle_to_remove", fields=["expires_at"], condition=Q(stored__isnull=False))
        ]

    def __str__(self) -> str:
        return f"bundle {self.pk}"

    def is_there(self, at: datetime) -> bool:
        """Whether the file can be downloaded."""
        return self.stored_id is not None and self.expires_at is not None and self.expires_at > at
