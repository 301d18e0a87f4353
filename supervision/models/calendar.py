"""Which sessions, of two or in a group, each person's calendar was told of by mail."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from core.models import Identified
from staff.models import StaffMember
from supervision.models.diary import SupervisionSession
from supervision.models.groups import GroupSession


class SessionInvitationQuerySet(models.QuerySet["SessionInvitation"]):
    def waiting(self) -> "SessionInvitationQuerySet":
        """Those of which the person has yet to be told."""
        return self.filter(waits=True)

    def waiting_for(self, person_id: UUID) -> "SessionInvitationQuerySet":
        """What one person has yet to be told, with the sessions, in order of time."""
        sessions = self.waiting().filter(person_id=person_id).select_related("session", "group")
        return sessions.order_by(
            Coalesce("session__on", "group__on"), Coalesce("session__starts", "group__starts"), "pk"
        )


class SessionInvitation(Identified):
    """The calendar entry of one session, or of one of a group, for one person. ``sequence``, ``starts``, ``ends``, ``cancelled``: as last mailed.

    They are None before the first mail. ``waits``: something is to be mailed; ``asked_at``: since when.
    """

    session = models.ForeignKey(SupervisionSession, models.PROTECT, null=True, related_name="invitations")
    group = models.ForeignKey(GroupSession, models.PROTECT, null=True, related_name="invitations")
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
            models.UniqueConstraint(fields=["group", "person"], name="group_invitation_one_for_each"),
            models.CheckConstraint(
                name="session_invitation_is_to_one_of_both",
                condition=Q(session__isnull=False, group=None) | Q(session=None, group__isnull=False),
            ),
            models.CheckConstraint(
                name="session_invitation_mailed_whole",
                condition=Q(sequence=None, starts=None, ends=None)
                | Q(sequence__isnull=False, starts__isnull=False, ends__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(waits=True), name="session_invitation_waiting")]

    def __str__(self) -> str:
        return f"{self.about.pk} for {self.person_id}"

    @property
    def about(self) -> SupervisionSession | GroupSession:
        """What it invites to."""
        about = self.session or self.group
        assert about is not None  # noqa: S101  a constraint of the table
        return about
