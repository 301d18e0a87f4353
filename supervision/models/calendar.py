"""Which sessions each person's calendar was told of by mail."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from core.models import Identified
from staff.models import StaffMember
from supervision.models.diary import SupervisionSession


class SessionInvitationQuerySet(models.QuerySet["SessionInvitation"]):
    def waiting(self) -> "SessionInvitationQuerySet":
        """Those of which the person has yet to be told."""
        return self.filter(waits=True)

    def waiting_for(self, person_id: UUID) -> "SessionInvitationQuerySet":
        """What one person has yet to be told, with the sessions, in order of time."""
        sessions = self.waiting().filter(person_id=person_id).select_related("session")
        return sessions.order_by("session__on", "session__starts", "pk")


class SessionInvitation(Identified):
    """The calendar entry of one session for one person. ``sequence``, ``starts``, ``ends``, ``cancelled``: as last mailed.

    They are None before the first mail. ``waits``: something is to be mailed; ``asked_at``: since when.
    """

    session = models.ForeignKey(SupervisionSession, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField(null=True, blank=True)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    cancelled = models.BooleanField(default=False)
    waits = models.BooleanField(default=True)
    asked_at = models.DateTimeField()

    objects = SessionInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="session_invitation_one_for_each"),
            models.CheckConstraint(
                name="session_invitation_mailed_whole",
                condition=Q(sequence=None, starts=None, ends=None)
                | Q(sequence__isnull=False, starts__isnull=False, ends__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(waits=True), name="session_invitation_waiting")]

    def __str__(self) -> str:
        return f"{self.session_id} for {self.person_id}"
