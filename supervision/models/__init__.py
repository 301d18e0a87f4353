"""Models of supervision, a module for each thing."""

from supervision.models.agenda import AgendaItem, AgendaItemQuerySet, Preparation, PreparationQuerySet
from supervision.models.agreements import (
    FrequencyException,
    FrequencyExceptionQuerySet,
    ReviewRequest,
    ReviewRequestQuerySet,
)
from supervision.models.calendar import SessionInvitation, SessionInvitationQuerySet
from supervision.models.diary import SessionMove, SessionUndo, SupervisionSession, SupervisionSessionQuerySet

__all__ = [
    "AgendaItem",
    "AgendaItemQuerySet",
    "FrequencyException",
    "FrequencyExceptionQuerySet",
    "Preparation",
    "PreparationQuerySet",
    "ReviewRequest",
    "ReviewRequestQuerySet",
    "SessionInvitation",
    "SessionInvitationQuerySet",
    "SessionMove",
    "SessionUndo",
    "SupervisionSession",
    "SupervisionSessionQuerySet",
]
