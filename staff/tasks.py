"""What is forgotten of sign-ins, who is asked to name cover, and what ends in folders, in the background."""

from celery import shared_task

from core.clock import date_of, now
from staff import sign_ins
from staff.cover import services as cover
from staff.folder import telling


@shared_task
def forget_sign_ins(**_: object) -> None:
    """Remove the sign-ins that are over; run again, it removes nothing twice."""
    sign_ins.forget_ended(at=now())


@shared_task
def ask_for_cover(**_: object) -> None:
    """Tell line managers of supervisees who have nobody; run again, it tells nobody twice of one absence."""
    cover.ask_for_cover(on=date_of(now()))


@shared_task
def tell_of_expiry(**_: object) -> None:
    """Tell of what ends in supervision folders; run again, it tells nobody twice."""
    telling.tell_of_expiry(on=date_of(now()))
