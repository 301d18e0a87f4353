"""Browsers in which somebody is signed in, and what an administrator took away of the ways to sign in."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from core.models import AppendOnly
from staff.models.people import Account, StaffMember


class SignIn(AbstractBaseSession):
    """A browser in which somebody is signed in, or is about to be: what the cookie leads to, whose it is, since when.

    ``began_at``: of the present account's sign-in. ``active_at``: when that person last did something.
    """

    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="sign_ins")
    began_at = models.DateTimeField()
    active_at = models.DateTimeField()

    objects: ClassVar[BaseSessionManager] = BaseSessionManager()


class CredentialReset(AppendOnly):
    """That an administrator took a password or the second factors away, so that the person can choose anew, and why."""

    class Kind(models.TextChoices):
        PASSWORD = "password", "Password"
        FACTORS = "factors", "Second factor"

    account = models.ForeignKey(Account, models.PROTECT, related_name="resets")
    kind = models.CharField(max_length=20, choices=Kind)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
