"""Forms made from record templates, and those of the answers. They clean and say what is wrong; they save nothing."""

from records.forms.answers import Answer, CloseAction, Countersign, Return
from records.forms.draft import DraftForm, autosaved, parties
from records.forms.fields import form_fields

__all__ = ["Answer", "CloseAction", "Countersign", "DraftForm", "Return", "autosaved", "form_fields", "parties"]
