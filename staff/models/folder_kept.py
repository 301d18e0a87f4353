"""What the ten sections of a folder keep of their own: documents, short notes of what there was, and where paper lies."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.actor import Actor, Role
from core.fields import ContentField
from core.models import AppendOnly
from documents.models import StoredFile
from staff.models.folder import KeptRow, withdrawn_with_a_reason
from staff.models.folder_learning import domains_field
from staff.models.people import StaffMember, of_those_supervised


class Section(models.IntegerChoices):
    """The ten sections of a supervision folder (001:680-747; R215-R224)."""

    PERSONAL = 1, "Personal details and certification"
    RECORDS = 2, "Supervision records"
    WORKLOAD = 3, "Workload and caseload"
    APPRAISALS = 4, "Appraisals"
    TRAINING = 5, "Training and learning log"
    AUDITS = 6, "Audits and feedback"
    ATTENDANCE = 7, "Attendance"
    PERFORMANCE = 8, "Performance, complaints and compliments"
    HR = 9, "HR documents"
    MISCELLANEOUS = 10, "Miscellaneous"


class Sensitivity(models.TextChoices):
    """Who reads what something says: as the rest of the folder, or the worker and the supervisor alone."""

    SHARED = "shared", "As the rest of the folder"
    HEALTH = "health", "About health: the worker and the supervisor alone"
    CONDUCT = "conduct", "About conduct: the worker and the supervisor alone"


def known_to(actor: Actor) -> Q:
    """Of which rows an actor may know that there is one, of what kind and of which day (sight: folder)."""
    if actor.hat is Role.HR:
        return Q()
    near = {actor.staff_id} | actor.next_up_for | actor.granted_people
    return Q(person_id__in=near) | of_those_supervised(actor, person="person_id", day="recorded_at__date")


def read_by(actor: Actor, *, next_up_reads: frozenset[str] = frozenset()) -> Q:
    """Of those, which an actor reads: about health and conduct the two of them, and whom a grant says so.

    ``next_up_reads``: what else the policy lets the supervisor's manager read.
    """
    own = Q(person_id__in={actor.staff_id} | actor.granted_people & actor.unmasked)
    return (
        Q(sensitivity=Sensitivity.SHARED)
        | own
        | of_those_supervised(actor, person="person_id", day="recorded_at__date")
        | Q(person_id__in=actor.next_up_for, sensitivity__in=next_up_reads)
    )


class FolderDocumentQuerySet(models.QuerySet["FolderDocument"]):
    def visible_to(self, actor: Actor) -> Self:
        """That there is one: oneself, supervisor, next up, under a grant; HR. What it says, ``read_by`` says."""
        return self.filter(known_to(actor))

    def readable_by(self, actor: Actor, *, next_up_reads: frozenset[str] = frozenset()) -> Self:
        """Those whose title and file the actor may read."""
        return self.visible_to(actor).filter(read_by(actor, next_up_reads=next_up_reads))

    def marked_for(self, actor: Actor, *, next_up_reads: frozenset[str] = frozenset()) -> Self:
        """Annotates ``is_open``: whether the actor may read more than that there is one."""
        return self.annotate(is_open=_is(read_by(actor, next_up_reads=next_up_reads)))

    def with_standing(self) -> Self:
        """Annotates ``is_history``: withdrawn, or a later one that stands took its place."""
        return self.annotate(is_history=_is(Q(withdrawn_at__isnull=False) | _is_renewed()))

    def standing(self) -> Self:
        """Those that nobody has withdrawn, and in whose place there is no later one."""
        return self.filter(~_is_renewed(), withdrawn_at=None)


class FolderDocument(KeptRow):
    """A document of a folder: a file, or a paper that lies elsewhere (R130). A renewal is a row of its own.

    ``section``: one of the ten. ``dated_on``: the day of the document. ``name``: what the file was called. ``lies_at``:
    where the paper is, of one that was not scanned. ``replaces``: the one before, which is history while this one stands.
    """

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="folder_documents")
    section = models.PositiveSmallIntegerField(choices=Section)
    title = ContentField()
    sensitivity = models.CharField(max_length=10, choices=Sensitivity)
    dated_on = models.DateField()
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = ContentField(blank=True)
    lies_at = ContentField(blank=True)
    domains = domains_field()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")

    # What the querysets annotate
    is_open: bool
    is_history: bool

    objects = FolderDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            withdrawn_with_a_reason("folder_document"),
            models.CheckConstraint(
                name="folder_document_here_or_elsewhere",
                condition=Q(stored__isnull=False, lies_at="") & ~Q(name="") | Q(stored=None, name="") & ~Q(lies_at=""),
            ),
            models.CheckConstraint(name="folder_document_section", condition=Q(section__in=Section.values)),
            models.CheckConstraint(
                name="folder_document_attendance_is_health", condition=~Q(section=7) | Q(sensitivity="health")
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(withdrawn_at=None, replaces__isnull=False),
                name="folder_document_one_renewal",
            ),
        ]
        indexes = [models.Index(fields=["person", "section", "-dated_on"], name="folder_document_of_section")]

    def __str__(self) -> str:
        return f"document {self.pk}"


class FolderNoteQuerySet(models.QuerySet["FolderNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """That there is one: oneself, supervisor, next up, under a grant; HR. What it says, ``read_by`` says."""
        return self.filter(known_to(actor))

    def marked_for(self, actor: Actor, *, next_up_reads: frozenset[str] = frozenset()) -> Self:
        """Annotates ``is_open``: whether the actor may read more than that there is one."""
        return self.annotate(is_open=_is(read_by(actor, next_up_reads=next_up_reads)))

    def standing(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)


class FolderNote(KeptRow):
    """That there was something on a day: a conversation, an outcome, a compliment, a return to work; and what it was.

    ``who``: who else took part, or who said it. ``text``: empty where the council keeps dates alone. ``sensitivity`` goes by
    the kind: what is about attendance is about health.
    """

    class Kind(models.TextChoices):
        RETURN_TO_WORK = "return_to_work", "Return to work conversation"
        SELF_CERTIFICATION = "self_certification", "Self-certification"
        FIT_NOTE = "fit_note", "Fit note"
        MEDICAL_CONDITION = "medical_condition", "Medical condition"
        ATTENDANCE_RECORD = "attendance_record", "Attendance record"
        ESSENTIAL_CONVERSATION = "essential_conversation", "Essential conversation"
        PERFORMANCE_MEETING = "performance_meeting", "Performance meeting"
        OUTCOME = "outcome", "Outcome of a disciplinary or capability procedure"
        COMPLAINT = "complaint", "Complaint"
        COMMENT = "comment", "Comment"
        COMPLIMENT = "compliment", "Compliment"
        RECOGNITION = "recognition", "Recognition of good practice"

    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="folder_notes")
    section = models.PositiveSmallIntegerField(choices=Section)
    kind = models.CharField(max_length=30, choices=Kind)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity)
    dated_on = models.DateField()
    who = ContentField(blank=True)
    text = ContentField(blank=True)

    # What the queryset annotates
    is_open: bool

    objects = FolderNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            withdrawn_with_a_reason("folder_note"),
            models.CheckConstraint(
                name="folder_note_of_its_section",
                condition=Q(
                    section=7,
                    sensitivity="health",
                    kind__in=[
                        "return_to_work",
                        "self_certification",
                        "fit_note",
                        "medical_condition",
                        "attendance_record",
                    ],
                )
                | Q(
                    section=8,
                    sensitivity="conduct",
                    kind__in=["essential_conversation", "performance_meeting", "outcome", "complaint"],
                )
                | Q(section=8, sensitivity="shared", kind__in=["comment", "compliment", "recognition"]),
            ),
        ]
        indexes = [models.Index(fields=["person", "section", "-dated_on"], name="folder_note_of_section")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class FolderMediumQuerySet(models.QuerySet["FolderMedium"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the rest of the folder: oneself, supervisor, next up, under a grant; HR."""
        if actor.hat is Role.HR:
            return self
        near = {actor.staff_id} | actor.supervises | actor.next_up_for | actor.granted_people
        return self.filter(person_id__in=near)


class FolderMedium(AppendOnly):
    """In what form somebody's file is kept, and where its paper lies (R130). The latest stands."""

    class Medium(models.TextChoices):
        HERE = "here", "Here alone"
        BOTH = "both", "Here, and a paper file"
        PAPER = "paper", "A paper file"

    person = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    medium = models.CharField(max_length=10, choices=Medium)
    lies_at = ContentField(blank=True)
    recorded_by = models.ForeignKey(StaffMember, models.RESTRICT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = FolderMediumQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="folder_medium_says_where",
                condition=Q(medium="here", lies_at="") | ~Q(medium="here") & ~Q(lies_at=""),
            )
        ]
        indexes = [models.Index(fields=["person", "-recorded_at"], name="folder_medium_latest")]

    def __str__(self) -> str:
        return f"{self.medium} {self.person_id}"


def _is_renewed() -> Q:
    return Q(Exists(FolderDocument.objects.filter(replaces=OuterRef("pk"), withdrawn_at=None)))


def _is(condition: Q) -> models.Case:
    return models.Case(models.When(condition, then=True), default=False, output_field=models.BooleanField())
