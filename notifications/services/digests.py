"""The mail of the morning: asked for once a day for each person, sent once, what it told of noted."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from core.clock import date_of
from notifications import rules
from notifications.models import Mail, Notice, NoticeSettings, Reminder
from notifications.rules import Digest, Line
from notifications.services.mails import Fate, post, site
from staff.models import StaffMember, StaffMemberQuerySet


@transaction.atomic
def ask_for_digests(*, at: datetime) -> list[UUID]:
    """The people whose time for today's digest has come, each once a day, however often this is asked.

    Left out are those who want none, and those whom quiet hours protect just now: they are asked about again.
    """
    on = date_of(at)
    _add_settings(on=on)
    wanted = NoticeSettings.objects.select_for_update(skip_locked=True).filter(
        Q(daily=True) | Q(monday=True), Q(asked_on=None) | Q(asked_on__lt=on), person__in=_with_account(on)
    )
    due = [row for row in wanted if rules.is_time_for(row.digest_at, at=at) and not row.quiet.hold(at)]
    NoticeSettings.objects.filter(pk__in=[row.pk for row in due]).update(asked_on=on)
    return sorted(row.person_id for row in due)


def send_digest(
    *,
    settings: NoticeSettings,
    on: date,
    overdue: Mapping[str, Collection[UUID]],
    overdue_path: str,
    week: tuple[Line, ...],
    at: datetime,
) -> bool:
    """Mail one person the digest of a day: new notices, what is overdue by kind, the week; whether this call did.

    Nothing to say is no mail, and neither is a digest of a day that has passed: the next one says it all. Quiet hours
    and the day's number hold as ever. Raises MailOutOfReach: nothing is noted then, and it is tried again.
    """
    if on != date_of(at):
        return False
    notices = list(Notice.objects.filter(person_id=settings.person_id).untold())
    digest = Digest(
        new=tuple(Line(words, reverse("notifications:notices")) for words in rules.counted(n.kind for n in notices)),
        overdue=tuple(
            Line(words, overdue_path)
            for words in rules.counted(kind for kind, things in overdue.items() for _ in things)
        ),
        week=week,
    )
    if not digest:
        _week_done(settings, on)
        return False
    fate, mail = post(
        person_id=settings.person_id,
        kind=Mail.Kind.MONDAY if week else Mail.Kind.DAILY,
        key=f"digest {on.isoformat()}",
        wording=rules.digest_wording(digest, site=site(), settings_path=reverse("notifications:settings")),
        asked_at=at,
        at=at,
    )
    if fate is Fate.SENT_BEFORE:
        _week_done(settings, on)
    if fate is not Fate.SENT or mail is None:
        return False
    _note(settings, mail, notices, overdue, on=on)
    return True


@transaction.atomic
def _note(
    settings: NoticeSettings, mail: Mail, notices: list[Notice], overdue: Mapping[str, Collection[UUID]], *, on: date
) -> None:
    """After the mail went: which notices it told of, and of what it reminded."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices], mail=None).update(mail=mail)
    for kind, things in overdue.items():
        known = Reminder.objects.filter(person_id=settings.person_id, kind=kind, thing__in=things)
        known.update(times=F("times") + 1, last_on=on)
        old = set(known.values_list("thing", flat=True))
        Reminder.objects.bulk_create(
            Reminder(person_id=settings.person_id, kind=kind, thing=thing, times=1, last_on=on)
            for thing in things
            if thing not in old
        )
    _week_done(settings, on)


def _week_done(settings: NoticeSettings, on: date) -> None:
    NoticeSettings.objects.filter(pk=settings.pk).update(week_on=rules.monday_of(on))


def _with_account(on: date) -> StaffMemberQuerySet:
    return StaffMember.objects.employed(on).filter(account__is_active=True)


def _add_settings(*, on: date) -> None:
    """A row with the usual values for whoever has none."""
    without = _with_account(on).filter(notice_settings=None).values_list("pk", flat=True)
    NoticeSettings.objects.bulk_create(
        [NoticeSettings(person_id=person_id) for person_id in without], ignore_conflicts=True
    )
