"""What is one's own: notices, the log of mails, settings, the calendar's address."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, OuterRef, Subquery
from django.db.models.expressions import Combinable

from core.actor import Actor
from notifications.models import CalendarFeed, Mail, Notice, NoticeSettings, Reminder
from staff.models import Account
from staff.selectors import account_of

ROWS_ON_A_PAGE = 25


def unread_notices() -> Combinable:
    """An expression on accounts: how many notices of the page the account's person has not opened."""
    unread = Notice.objects.unread().order_by().filter(person=OuterRef("person_id"))
    counted = unread.annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("number"))


def notices_page(*, actor: Actor, number: str) -> Page:
    """One's own notices, the newest first, read or not."""
    notices = Notice.objects.visible_to(actor).shown().order_by("-created_at", "-pk")
    return Paginator(notices, ROWS_ON_A_PAGE).get_page(number)


def mails_page(*, actor: Actor, number: str) -> Page:
    """What was mailed to oneself, the newest first: kinds and moments, no words."""
    return Paginator(Mail.objects.visible_to(actor).gone().order_by("-claimed_at", "-pk"), ROWS_ON_A_PAGE).get_page(
        number
    )


def settings_of(person_id: UUID) -> NoticeSettings:
    """What a person wants to be told; the usual, where there is no row yet."""
    return NoticeSettings.objects.filter(person_id=person_id).first() or NoticeSettings(person_id=person_id)


def used_up(*, person_id: UUID, kind: str, things: Collection[UUID], most: int, on: date) -> set[UUID]:
    """Of overdue things, those of which digests of days before have reminded a person as often as they may."""
    reminders = Reminder.objects.filter(person_id=person_id, kind=kind, thing__in=things, times__gte=most)
    return set(reminders.filter(last_on__lt=on).values_list("thing", flat=True))


def last_calendar_mail(person_id: UUID) -> datetime | None:
    """When calendar entries were last mailed to a person; None before the first."""
    mails = Mail.objects.gone().filter(person_id=person_id, kind=Mail.Kind.CALENDAR)
    return mails.order_by("-claimed_at").values_list("claimed_at", flat=True).first()


def live_feed(*, actor: Actor) -> CalendarFeed | None:
    """One's own calendar address, where there is one that works."""
    return CalendarFeed.objects.visible_to(actor).live().first()


def digest_of(secret: str) -> str:
    """What is kept of the secret in a calendar's address. The secret is long and random, so a plain digest will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_owner(*, secret: str, on: date) -> Account | None:
    """Whose calendar a secret opens; None when it opens none, is revoked, or its person has no account or has left."""
    feed = CalendarFeed.objects.live().filter(digest=digest_of(secret)).first()
    return account_of(feed.person_id, on=on) if feed else None
