"""What the night found: that it ran, how things stood, what was overdue, and who was told."""

from compliance.models.figures import NightFigure, PlanFigure
from compliance.models.flags import Escalation, Flag, FlagQuerySet
from compliance.models.intervals import StatusInterval
from compliance.models.kinds import Kind
from compliance.models.leads import Shortfall, ShortfallAnswer, ShortfallDate, ShortfallLead
from compliance.models.night import Night
from compliance.models.policy_effects import PolicyEffect
from compliance.models.reports import EqualityGroup, MonthlyReport
from compliance.models.surveys import Survey, SurveyQuerySet, SurveyTaken, SurveyTally

__all__ = [
    "EqualityGroup",
    "Escalation",
    "Flag",
    "FlagQuerySet",
    "Kind",
    "MonthlyReport",
    "NightFigure",
    "PlanFigure",
    "Night",
    "PolicyEffect",
    "Shortfall",
    "ShortfallAnswer",
    "ShortfallDate",
    "ShortfallLead",
    "StatusInterval",
    "Survey",
    "SurveyQuerySet",
    "SurveyTaken",
    "SurveyTally",
]
