"""What a person chooses: how to be told, and the private address of the calendar."""

import secrets
from datetime import datetime, time

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from notifications.models import CalendarFeed, NoticeSettings
from notifications.rules import QuietHours
from notifications.selectors.own import digest_of
from notifications.services.mails import lock_settings
from staff.models import StaffMember
from trail import services as trail


@transaction.atomic
def save_settings(
    *,
    daily: bool,
    digest_at: time,
    monday: bool,
    at_once: bool,
    quiet_from: time,
    quiet_until: time,
    quiet_weekends: bool,
    most_mails: int,
    calendar_mails: bool,
    calendar_place: bool,
    actor: Actor,
    at: datetime,
) -> NoticeSettings:
    """Keep how a person wants to be told. Raises RuleBroken when the digest's time lies in the quiet hours."""
    if (daily or monday) and QuietHours(quiet_from, quiet_until, weekends=False).hold_clock(digest_at):
        raise RuleBroken("This time lies in your quiet hours. Choose a later one.", field="digest_at")
    own = lock_settings(actor.staff_id)
    own.daily, own.digest_at, own.monday, own.at_once = daily, digest_at, monday, at_once
    own.quiet_from, own.quiet_until, own.quiet_weekends = quiet_from, quiet_until, quiet_weekends
    own.most_mails, own.calendar_mails, own.calendar_place = most_mails, calendar_mails, calendar_place
    own.save()
    trail.record(actor=actor, verb="notices.settings_changed", target=own, about=actor.staff_id, at=at)
    return own


@transaction.atomic
def make_feed(*, actor: Actor, at: datetime) -> str:
    """Make a person's calendar address, and let the one before work no more; the secret in it, which is kept nowhere."""
    _stop_all(actor, at)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(person_id=actor.staff_id, digest=digest_of(secret), made_at=at)
    trail.record(actor=actor, verb="calendar.address_made", target=feed, about=actor.staff_id, at=at)
    return secret


@transaction.atomic
def stop_feed(*, actor: Actor, at: datetime) -> None:
    """Let a person's calendar address work no more. Raises RuleBroken where there is none."""
    if not _stop_all(actor, at):
        raise RuleBroken("Your calendar has no address at present.")
    trail.record(actor=actor, verb="calendar.address_stopped", about=actor.staff_id, at=at)


def _stop_all(actor: Actor, at: datetime) -> int:
    """Revoke the person's live addresses, the person's row under lock: two new ones at once wait for each other."""
    StaffMember.objects.select_for_update(no_key=True).get(pk=actor.staff_id)
    return CalendarFeed.objects.visible_to(actor).live().update(revoked_at=at)
