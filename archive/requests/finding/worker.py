"""Where something stands about a worker."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from archive.models import Leaving
from archive.requests.finding import chains
from archive.requests.finding.shapes import Found, Rows, Source
from audits.models import Audit, Moderation, Observation, ObservationConsent, ObservationMove
from cases.models import CaseloadNote
from records.models import Action, ActionEvent, Attendee, Part, Record
from staff import models as staff
from staff.models import StaffMember
from supervision import models as supervision


def sources(person: StaffMember) -> list[Source]:
    """Every place, in the order of the bundle. Left out: a confidential concern, which its recipient alone knows of, and
    what somebody else wrote for themselves before a session: the handler asks them (``asked_by_hand``).
    """
    signed = _records(person)
    return [
        Source("Signed records, contracts and audits", lambda: chains.signed_parts(signed, own_id=person.pk)),
        Source("Drafts", lambda: chains.typed_drafts(signed)),
        *(Source(each.title, each.look) for each in _tables(person)),
        Source("Account", lambda: _account(person)),
    ]


def _records(person: StaffMember) -> list[Record]:
    """Records about the person; of a group, signed, in which they were; audits that examine their file or supervision."""
    there = Attendee.objects.filter(record=OuterRef("pk"), person=person)
    signed = Exists(Part.objects.filter(record=OuterRef("pk")))
    about = Q(subject=person) | ~Q(group="") & (Q(Exists(there)) & signed | Q(author=person))
    about |= Q(audit__file_of=person) | Q(audit__supervisor=person)
    about |= Q(observation__observed=person) | Q(observation__practitioner=person)
    found = Record.objects.not_expired().filter(about)
    return list(found.distinct().select_related("author").order_by("created_at", "pk"))


def _tables(person: StaffMember) -> list[Rows]:
    return [*_employment(person), *_diary(person), *_between_two(person), *_folder(person), *_examined(person)]


def _employment(person: StaffMember) -> list[Rows]:
    group = "Employment and line"
    return [
        Rows(group, "Person", StaffMember.objects.filter(pk=person.pk), on="employed_from"),
        Rows(group, "Post", staff.Post.objects.filter(person=person), on="starts_on"),
        Rows(group, "Category", staff.CategoryHeld.objects.filter(person=person), on="starts_on"),
        Rows(group, "Role", staff.RoleHeld.objects.filter(person=person), on="starts_on"),
        Rows(group, "Key date", staff.KeyDate.objects.filter(person=person), on="on"),
        Rows(group, "Days worked", staff.WorkingPattern.objects.filter(person=person), on="starts_on"),
        Rows(group, "Line manager", staff.ManagementLine.objects.filter(person=person), on="starts_on"),
        Rows(
            group,
            "Supervision relationship",
            staff.SupervisionRelationship.objects.filter(Q(supervisee=person) | Q(supervisor=person)),
            on="starts_on",
        ),
        Rows(group, "Absence", staff.Absence.objects.filter(person=person), on="starts_on"),
        Rows(group, "Programme event", supervision.RecordedEvent.objects.filter(person=person), on="recorded_at"),
        Rows(group, "Date from before", supervision.OpeningDate.objects.filter(person=person), on="recorded_at"),
        Rows(group, "Leaving", Leaving.objects.filter(person=person), on="last_day"),
        Rows(group, "Note on caseload", CaseloadNote.objects.filter(worker=person), on="on"),
    ]


def _diary(person: StaffMember) -> list[Rows]:
    group = "Diary, agenda and preparation"
    own_session, members = Q(session__supervisee=person), supervision.GroupMember.objects.filter(person=person)
    agenda = Q(supervisee=person) & (Q(raised_by=person) | Q(shared_at__isnull=False)) | Q(raised_by=person)
    notes = Q(person=person) | own_session & Q(shared_at__isnull=False)
    return [
        Rows(group, "Session", supervision.SupervisionSession.objects.filter(_session(person)), on="on"),
        Rows(group, "Session moved", supervision.SessionMove.objects.filter(own_session), on="moved_at"),
        Rows(group, "Outcome undone", supervision.SessionUndo.objects.filter(own_session), on="undone_at"),
        Rows(group, "Agenda item", supervision.AgendaItem.objects.filter(agenda), on="created_at"),
        Rows(group, "Preparation", supervision.Preparation.objects.filter(notes), on="updated_at"),
        Rows(group, "Group session", members, on="added_at"),
        Rows(group, "Put forward in a group", supervision.GroupItem.objects.filter(person=person), on="put_at"),
        Rows(group, "Attendance", supervision.GroupAttendance.objects.filter(member__person=person), on="recorded_at"),
    ]


def _session(person: StaffMember) -> Q:
    return Q(supervisee=person) | Q(supervisor=person)


def _between_two(person: StaffMember) -> list[Rows]:
    group = "Actions, matters and decisions"
    own = Q(supervisee=person)
    actions = Action.objects.filter(Q(record__subject=person) | Q(owner=person))
    matters = supervision.Matter.objects.filter(own | Q(raised_by=person))
    exceptions = supervision.FrequencyException.objects.filter(own | Q(asked_by=person))
    reviews = supervision.ReviewRequest.objects.filter(Q(contract__subject=person) | Q(asked_by=person))
    disclosures = supervision.Disclosure.objects.filter(own)
    return [
        Rows(group, "Action", actions, on="created_at"),
        Rows(group, "Step of an action", ActionEvent.objects.filter(action__in=actions.values("pk")), on="at"),
        Rows(group, "Matter put to a manager", matters, on="raised_at"),
        Rows(
            group, "Said of a matter", supervision.MatterEntry.objects.filter(matter__in=matters.values("pk")), on="at"
        ),
        Rows(group, "Supervision less often", exceptions, on="starts_on"),
        Rows(group, "Review of a contract asked for", reviews, on="asked_at"),
        Rows(group, "Shared of supervision", disclosures, on="made_at"),
        Rows(
            group,
            "Added to what was shared",
            supervision.DisclosureEntry.objects.filter(disclosure__in=disclosures.values("pk")),
            on="at",
        ),
        Rows(group, "Incident at work", supervision.Incident.objects.filter(own), on="happened_on"),
        Rows(group, "Another process or support", supervision.Reference.objects.filter(own), on="starts_on"),
    ]


def _folder(person: StaffMember) -> list[Rows]:
    group = "Supervision folder"
    return [
        Rows(group, "Paper or check", staff.FolderItem.objects.filter(person=person), on="dated_on"),
        Rows(group, "Document", staff.FolderDocument.objects.filter(person=person), on="dated_on"),
        Rows(group, "Note", staff.FolderNote.objects.filter(person=person), on="dated_on"),
        Rows(group, "Where it lies on paper", staff.FolderMedium.objects.filter(person=person), on="recorded_at"),
        Rows(group, "Learning log", staff.LearningEntry.objects.filter(person=person), on="done_on"),
        Rows(group, "Personal sheet", staff.PersonalSheet.objects.filter(person=person), on="completed_on"),
        Rows(group, "Next of kin and address", staff.HomeContact.objects.filter(person=person)),
        Rows(group, "Next of kin was opened", staff.ContactOpening.objects.filter(person=person), on="opened_at"),
    ]


def _examined(person: StaffMember) -> list[Rows]:
    group = "Audits and observations"
    audits = Audit.objects.filter(Q(file_of=person) | Q(supervisor=person))
    observations = Observation.objects.filter(Q(observed=person) | Q(practitioner=person))
    of_them = {"observation__in": observations.values("pk")}
    return [
        Rows(group, "Audit", audits, on="starts_on"),
        Rows(group, "Second judgement", Moderation.objects.filter(audit__in=audits.values("pk")), on="asked_at"),
        Rows(group, "Observation", observations, on="planned_on"),
        Rows(group, "Observation moved", ObservationMove.objects.filter(**of_them), on="moved_at"),
        Rows(group, "Answer about an observation", ObservationConsent.objects.filter(**of_them), on="said_at"),
    ]


def _account(person: StaffMember) -> Iterator[Found]:
    account = staff.Account.objects.filter(person=person).first()
    if account is not None:
        yield Found(
            group="Employment and line",
            title="Account",
            source="staff.account",
            key=str(account.pk),
            passages=[("", f"E-mail address of the account: {account.email}")],
        )


def asked_by_hand(person: StaffMember) -> list[tuple[str, int]]:
    """Who keeps notes of their own, unshared, for sessions with the worker: names and how many. Nobody else reads them, so
    the handler asks whoever wrote them.
    """
    notes = supervision.Preparation.objects.filter(session__supervisee=person, shared_at=None).exclude(notes="")
    items = supervision.AgendaItem.objects.filter(supervisee=person, shared_at=None)
    names = [
        *notes.exclude(person=person).values_list("person__name", flat=True),
        *items.exclude(raised_by=person).values_list("raised_by__name", flat=True),
    ]
    return sorted((name, names.count(name)) for name in set(names))
