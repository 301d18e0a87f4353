"""Models of supervision, a module for each thing."""

from supervision.models.agenda import AgendaItem, AgendaItemQuerySet, Preparation, PreparationQuerySet
from supervision.models.agreements import (
    FrequencyException,
    FrequencyExceptionQuerySet,
    ReviewRequest,
    ReviewRequestQuerySet,
)
from supervision.models.calendar import SessionInvitation, SessionInvitationQuerySet
from supervision.models.concerns import Concern, ConcernEntry, ConcernQuerySet
from supervision.models.decisions import (
    ChildEvent,
    ChildEventQuerySet,
    DecisionDraft,
    DecisionDraftQuerySet,
    EnteredOnChildRecord,
    EnteredOnChildRecordQuerySet,
)
from supervision.models.diary import LeadTold, SessionMove, SessionUndo, SupervisionSession, SupervisionSessionQuerySet
from supervision.models.disclosures import Disclosure, DisclosureEntry, DisclosureQuerySet
from supervision.models.discussions import Discussion, DiscussionQuerySet
from supervision.models.entries import CaseEntry, CaseEntryQuerySet
from supervision.models.feedback import FeedbackWish, FeedbackWishQuerySet, SessionFeedback
from supervision.models.groups import (
    GroupAttendance,
    GroupItem,
    GroupItemQuerySet,
    GroupMember,
    GroupMemberQuerySet,
    GroupSession,
    GroupSessionQuerySet,
)
from supervision.models.handover import HandoverBrief, HandoverBriefQuerySet
from supervision.models.incidents import Incident, IncidentQuerySet
from supervision.models.matters import Matter, MatterEntry, MatterQuerySet
from supervision.models.opening import OpeningDate, OpeningDateQuerySet, OpeningFile, OpeningFileQuerySet
from supervision.models.programme import RecordedEvent, RecordedEventQuerySet
from supervision.models.references import Reference, ReferenceQuerySet
from supervision.models.worries import InDepthMark, InDepthMarkQuerySet, Worry, WorryQuerySet

__all__ = [
    "AgendaItem",
    "AgendaItemQuerySet",
    "CaseEntry",
    "CaseEntryQuerySet",
    "Concern",
    "ConcernEntry",
    "ConcernQuerySet",
    "ChildEvent",
    "ChildEventQuerySet",
    "DecisionDraft",
    "DecisionDraftQuerySet",
    "Disclosure",
    "DisclosureEntry",
    "DisclosureQuerySet",
    "Discussion",
    "DiscussionQuerySet",
    "EnteredOnChildRecord",
    "EnteredOnChildRecordQuerySet",
    "FeedbackWish",
    "FeedbackWishQuerySet",
    "FrequencyException",
    "FrequencyExceptionQuerySet",
    "GroupAttendance",
    "GroupItem",
    "GroupItemQuerySet",
    "GroupMember",
    "GroupMemberQuerySet",
    "GroupSession",
    "GroupSessionQuerySet",
    "InDepthMark",
    "InDepthMarkQuerySet",
    "HandoverBrief",
    "HandoverBriefQuerySet",
    "Incident",
    "IncidentQuerySet",
    "LeadTold",
    "Matter",
    "MatterEntry",
    "MatterQuerySet",
    "OpeningDate",
    "OpeningDateQuerySet",
    "OpeningFile",
    "OpeningFileQuerySet",
    "Preparation",
    "PreparationQuerySet",
    "RecordedEvent",
    "RecordedEventQuerySet",
    "Reference",
    "ReferenceQuerySet",
    "ReviewRequest",
    "ReviewRequestQuerySet",
    "SessionFeedback",
    "SessionInvitation",
    "SessionInvitationQuerySet",
    "SessionMove",
    "SessionUndo",
    "SupervisionSession",
    "SupervisionSessionQuerySet",
    "Worry",
    "WorryQuerySet",
]
