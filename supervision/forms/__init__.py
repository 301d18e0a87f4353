"""Forms of supervision, a module for each thing."""

from supervision.forms.agenda import AddItem, ChangeItem, Notes
from supervision.forms.agreements import AskForException, AskForReview, DecideException
from supervision.forms.children_agenda import Prepare, SetAgenda, WorryAbout
from supervision.forms.correcting import CorrectSession
from supervision.forms.decisions import WriteDecision
from supervision.forms.diary import BookSession, Confirm, DiaryFilter, MoveSession, SessionTimes, clock_field
from supervision.forms.discussed import MarkDiscussions
from supervision.forms.entries import EntryDepth
from supervision.forms.group_records import AddGroupChild, GroupChildren, PutForward
from supervision.forms.groups import Attendance, BookGroup, CancelGroup, GroupMembers
from supervision.forms.matters import (
    AddToConcern,
    AddView,
    CloseMatter,
    DecideMatter,
    Escalate,
    RaiseConcern,
    ReferMatter,
    Written,
)
from supervision.forms.outcomes import CancelSession, HoldSession, NotAttended
from supervision.forms.sharing import AddIncident, AddReference, CorrectDisclosure, LogDisclosure, NoteShared
from supervision.forms.year import DatesTable, MoveRest, ProposeYear

__all__ = [
    "EntryDepth",
    "Prepare",
    "SetAgenda",
    "WorryAbout",
    "WriteDecision",
    "Attendance",
    "BookGroup",
    "CancelGroup",
    "GroupMembers",
    "MarkDiscussions",
    "AddIncident",
    "AddReference",
    "AddToConcern",
    "AddView",
    "ChangeItem",
    "CloseMatter",
    "CorrectDisclosure",
    "DecideMatter",
    "Escalate",
    "LogDisclosure",
    "NoteShared",
    "RaiseConcern",
    "ReferMatter",
    "Written",
    "AddGroupChild",
    "AddItem",
    "GroupChildren",
    "PutForward",
    "AskForException",
    "AskForReview",
    "BookSession",
    "CancelSession",
    "Confirm",
    "CorrectSession",
    "DatesTable",
    "DecideException",
    "DiaryFilter",
    "HoldSession",
    "MoveRest",
    "MoveSession",
    "NotAttended",
    "Notes",
    "ProposeYear",
    "SessionTimes",
    "clock_field",
]
