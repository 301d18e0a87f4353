"""What needs somebody, in words: built from values that are at hand, without a query."""

from compliance.needs.audits import audit_needs
from compliance.needs.children import children_needs
from compliance.needs.clashes import clash_need
from compliance.needs.contracts import exception_need
from compliance.needs.cover import cover_need
from compliance.needs.folder import folder_need
from compliance.needs.handover import change_need, give_on_need
from compliance.needs.leaving import leaving_need
from compliance.needs.own import own_needs, prepares_soon
from compliance.needs.policy import draft_need
from compliance.needs.requests import data_request_need
from compliance.needs.shapes import Group, Need, Person, RecordStanding, Urgency, grouped, news
from compliance.needs.signing import (
    answer_need,
    closing_need,
    entries_needs,
    goes_with_session,
    line_need,
    record_need,
    wanted_need,
)
from compliance.needs.survey import survey_needs
from compliance.needs.team import supervisee_needs

__all__ = [
    "answer_need",
    "audit_needs",
    "children_needs",
    "Group",
    "Need",
    "Person",
    "RecordStanding",
    "Urgency",
    "change_need",
    "clash_need",
    "closing_need",
    "cover_need",
    "data_request_need",
    "draft_need",
    "folder_need",
    "exception_need",
    "give_on_need",
    "grouped",
    "leaving_need",
    "line_need",
    "news",
    "own_needs",
    "prepares_soon",
    "record_need",
    "entries_needs",
    "goes_with_session",
    "wanted_need",
    "supervisee_needs",
    "survey_needs",
]
