"""What is forgotten of sign-ins, in the background."""

from celery import shared_task

from core.clock import now
from staff import sign_ins


@shared_task
def forget_sign_ins(**_: object) -> None:
    """Remove the sign-ins that are over; run again, it removes nothing twice."""
    sign_ins.forget_ended(at=now())
