"""Pages of records, a module for each job."""

from records.views.actions import (
    action_close,
    action_detail,
    action_move,
    action_reassign,
    action_reopen,
    actions,
    actions_review,
    people_options,
)
from records.views.adding import add_to_record, record_addendum, record_addition_save, record_close
from records.views.drafting import (
    change_sharing,
    draft_form,
    place_of_files,
    read_draft,
    record_draft,
    record_presence,
    record_section_save,
    save_draft,
    too_late,
)
from records.views.files import record_file
from records.views.genuine import genuine, own_export, own_export_file, verifier
from records.views.reading import record_detail, record_pdf, record_verify
from records.views.signing import answer_to_record, record_countersign, record_return, sign_answer
from records.views.templates import (
    template_detail,
    template_draft,
    template_draft_file,
    template_file,
    template_import,
    template_list,
    template_look,
    template_publish,
    template_section,
)

__all__ = [
    "add_to_record",
    "record_addendum",
    "record_addition_save",
    "record_close",
    "action_close",
    "action_detail",
    "action_move",
    "action_reassign",
    "action_reopen",
    "actions",
    "actions_review",
    "answer_to_record",
    "change_sharing",
    "draft_form",
    "genuine",
    "own_export",
    "own_export_file",
    "people_options",
    "place_of_files",
    "read_draft",
    "record_countersign",
    "record_detail",
    "record_draft",
    "record_file",
    "record_pdf",
    "record_presence",
    "record_return",
    "record_section_save",
    "record_verify",
    "save_draft",
    "sign_answer",
    "too_late",
    "verifier",
    "template_detail",
    "template_draft",
    "template_draft_file",
    "template_file",
    "template_import",
    "template_list",
    "template_look",
    "template_publish",
    "template_section",
]
