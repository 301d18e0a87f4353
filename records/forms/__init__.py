"""Forms made from record templates, and those of the answers. They clean and say what is wrong; they save nothing."""

from records.forms.actions import ActionsFilter, CloseAction, MoveAction, ReassignAction, ReviewActions
from records.forms.adding import Addendum, Closure
from records.forms.answers import Answer, Countersign, Return
from records.forms.draft import DraftForm, autosaved, parties
from records.forms.fields import form_fields
from records.forms.genuine import AskForOwnRecords, CheckFile
from records.forms.responding import Respond
from records.forms.section import SectionForm
from records.forms.templates import AddSection, EditSection, EditTitle, ImportTemplate, preview

__all__ = [
    "ActionsFilter",
    "AddSection",
    "Addendum",
    "Answer",
    "AskForOwnRecords",
    "CheckFile",
    "Closure",
    "CloseAction",
    "Countersign",
    "DraftForm",
    "EditSection",
    "EditTitle",
    "ImportTemplate",
    "MoveAction",
    "ReassignAction",
    "Respond",
    "Return",
    "ReviewActions",
    "SectionForm",
    "autosaved",
    "form_fields",
    "parties",
    "preview",
]
