"""Audits planned and done, the draws behind them, observations, moderation."""

from audits.models.audits import Audit, AuditedChild, AuditQuerySet, Draw, DrawQuerySet
from audits.models.moderation import Moderation, ModerationQuerySet
from audits.models.observations import Observation, ObservationConsent, ObservationMove, ObservationQuerySet

__all__ = [
    "Audit",
    "AuditQuerySet",
    "AuditedChild",
    "Draw",
    "DrawQuerySet",
    "Moderation",
    "ModerationQuerySet",
    "Observation",
    "ObservationConsent",
    "ObservationMove",
    "ObservationQuerySet",
]
