"""Leavers, bags, retention and holds, need to know, requests for data."""

from archive.models.bags import Bag, BagQuerySet
from archive.models.files import ArchivedFile, ArchivedFileQuerySet
from archive.models.leaving import EndedWith, Leaving, LeavingItem, LeavingMark, LeavingQuerySet
from archive.models.needs import NeedRecord, NeedSubject, NeedToKnow, NeedToKnowQuerySet
from archive.models.requests import (
    DataRequest,
    DataRequestQuerySet,
    Passage,
    PassageQuerySet,
    RequestBundle,
    RequestBundleQuerySet,
    RequestEvent,
    RequestItem,
    RequestItemQuerySet,
)
from archive.models.retention import (
    Certificate,
    Disposal,
    DisposalAnswer,
    Hold,
    HoldLift,
    RetentionRule,
    RuleAnswer,
)

__all__ = [
    "Certificate",
    "Disposal",
    "DisposalAnswer",
    "Hold",
    "HoldLift",
    "RetentionRule",
    "RuleAnswer",
    "DataRequest",
    "DataRequestQuerySet",
    "Passage",
    "PassageQuerySet",
    "RequestBundle",
    "RequestBundleQuerySet",
    "RequestEvent",
    "RequestItem",
    "RequestItemQuerySet",
    "ArchivedFile",
    "ArchivedFileQuerySet",
    "Bag",
    "BagQuerySet",
    "EndedWith",
    "Leaving",
    "LeavingItem",
    "LeavingMark",
    "LeavingQuerySet",
    "NeedRecord",
    "NeedSubject",
    "NeedToKnow",
    "NeedToKnowQuerySet",
]
