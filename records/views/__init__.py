"""Pages of records, a module for each job."""

from records.views.actions import action_close
from records.views.drafting import draft_form, record_draft, record_section_save, save_draft, too_late
from records.views.reading import record_detail, record_pdf, record_verify
from records.views.signing import answer_to_record, record_countersign, record_return, sign_answer

__all__ = [
    "action_close",
    "answer_to_record",
    "draft_form",
    "record_countersign",
    "record_detail",
    "record_draft",
    "record_pdf",
    "record_return",
    "record_section_save",
    "record_verify",
    "save_draft",
    "sign_answer",
    "too_late",
]
