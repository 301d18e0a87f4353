"""Calendar entries by mail, when a session is booked, moved or cancelled; each change once, several in one mail."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.clock import date_of
from notifications.models import Mail
from notifications.rules import calendar_wording
from notifications.selectors import last_calendar_mail, settings_of
from notifications.services import Fate, MailOutOfReach, post
from staff.selectors import account_of
from supervision import calendars, selectors
from supervision.calendars import Entry, Method
from supervision.models import SessionInvitation, SupervisionSession

# After a mail with entries, what follows is gathered for the next: whoever books one session after another gets few
GATHER = timedelta(minutes=10)


def invite_to_sessions(*, session_ids: Collection[UUID], at: datetime) -> int:
    """Tell the calendars of both people how sessions stand now; how many mails went.

    Each change is told once, however often this runs. What cannot go now waits for ``send_waiting``.
    """
    people = _ask(session_ids, at=at)
    return _send_to(sorted(people), at=at)


def invite_to_groups(*, group_ids: Collection[UUID], at: datetime) -> int:
    """Tell the calendars of everybody who takes part how groups stand now; how many mails went."""
    people = _ask_groups(group_ids, at=at)
    return _send_to(sorted(people), at=at)


def send_waiting(*, at: datetime) -> int:
    """Tell everybody's calendar what could not be told before; how many mails went."""
    return _send_to(selectors.people_to_tell(), at=at)


@transaction.atomic
def _ask(session_ids: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Note whom each session's change concerns: both people, and whoever was told and is no longer one of the two."""
    people: set[UUID] = set()
    for session in SupervisionSession.objects.filter(pk__in=session_ids).order_by("pk"):
        for person_id in sorted({session.supervisee_id, session.supervisor_id}):
            SessionInvitation.objects.get_or_create(session=session, person_id=person_id, defaults={"asked_at": at})
        invitations = session.invitations.all()
        invitations.update(waits=True, asked_at=at)
        people.update(invitations.values_list("person_id", flat=True))
    return people


@transaction.atomic
def _ask_groups(group_ids: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Note whom each group's change concerns: all who take part, and whoever was told and was taken off since."""
    people: set[UUID] = set()
    for group_id, parties in sorted(selectors.people_of_groups(group_ids).items()):
        for person_id in sorted(parties):
            SessionInvitation.objects.get_or_create(group_id=group_id, person_id=person_id, defaults={"asked_at": at})
        invitations = SessionInvitation.objects.filter(group_id=group_id)
        invitations.update(waits=True, asked_at=at)
        people.update(invitations.values_list("person_id", flat=True))
    return people


def _send_to(people: Collection[UUID], *, at: datetime) -> int:
    """Tell the calendars of people, one mail each; a mail server that is down ends it, and the next run begins anew."""
    sent = 0
    for person_id in people:
        try:
            sent += _tell(person_id, at=at)
        except MailOutOfReach:
            break
    return sent


@dataclass(frozen=True, slots=True)
class _Change:
    """What one person's calendar is to hear of one session."""

    invitation: SessionInvitation
    entry: Entry
    method: Method

    @property
    def words(self) -> str:
        """Names the change, so that it is told once."""
        return f"{self.entry.session_id} {self.entry.sequence} {self.method}"


def _tell(person_id: UUID, *, at: datetime) -> bool:
    """Mail a person all that the calendar has yet to hear; whether a mail went. Raises MailOutOfReach."""
    own, account = settings_of(person_id), account_of(person_id, on=date_of(at))
    waiting = list(SessionInvitation.objects.waiting_for(person_id))
    changes = _changes(waiting, with_place=own.calendar_place, at=at) if own.calendar_mails and account else []
    if not changes or account is None:
        _settle(waiting, [])
        return False
    last = last_calendar_mail(person_id)
    if last and at - last < GATHER:
        return False
    fate, _ = post(
        person_id=person_id,
        kind=Mail.Kind.CALENDAR,
        key=_key(changes),
        wording=calendar_wording(
            site=settings.SITE_URL,
            number=len(changes),
            diary_path=reverse("supervision:diary"),
            settings_path=reverse("notifications:settings"),
        ),
        asked_at=max(change.invitation.asked_at for change in changes),
        at=at,
        attachments=[
            calendars.attachment(
                calendars.message(
                    change.entry, method=change.method, sender=settings.DEFAULT_FROM_EMAIL, to=account.email
                ),
                method=change.method,
                number=number,
            )
            for number, change in enumerate(changes, start=1)
        ],
    )
    if fate is not Fate.NOT_NOW:
        _settle(waiting, changes if fate is not Fate.NEVER else [])
    return fate is Fate.SENT


def _changes(waiting: Collection[SessionInvitation], *, with_place: bool, at: datetime) -> list[_Change]:
    """What a calendar does not know yet of sessions that are still to come; a cancelled one only if it knew of it."""
    entries = selectors.entries_of([row.about.pk for row in waiting], with_place=with_place)
    in_groups = selectors.people_of_groups([row.group_id for row in waiting if row.group_id])
    found = []
    for row in waiting:
        entry, session = entries[row.about.pk], row.about
        if isinstance(session, SupervisionSession):
            is_party = row.person_id in (session.supervisee_id, session.supervisor_id)
        else:
            is_party = row.person_id in in_groups[session.pk]
        gone = entry.cancelled or not is_party
        known = row.sequence is not None and not row.cancelled
        told = row.sequence == entry.sequence and row.cancelled == gone
        if gone and known and row.starts and row.ends:
            # As it stood there: where it was moved to is no longer for whoever supervises it no more
            entry = replace(entry, cancelled=True, starts=row.starts, ends=row.ends)
        if told or (gone and not known) or entry.ends <= at or not (gone or session.is_planned):
            continue
        found.append(_Change(row, entry, Method.CANCEL if gone else Method.REQUEST))
    return found


def _settle(waiting: Collection[SessionInvitation], told: Collection[_Change]) -> None:
    """Note what was told, and that nothing of what was looked at waits, unless it was asked for anew meanwhile."""
    changes = {change.invitation.pk: change for change in told}
    for row in waiting:
        values: dict[str, object] = {"waits": False}
        if change := changes.get(row.pk):
            entry = change.entry
            values |= {"sequence": entry.sequence, "starts": entry.starts, "ends": entry.ends}
            values["cancelled"] = change.method is Method.CANCEL
        SessionInvitation.objects.filter(pk=row.pk, asked_at=row.asked_at).update(**values)


def _key(changes: Collection[_Change]) -> str:
    """Names a mail by all the changes in it."""
    return f"calendar {hashlib.sha256(' '.join(sorted(change.words for change in changes)).encode()).hexdigest()}"
