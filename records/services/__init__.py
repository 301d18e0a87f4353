"""Every write to a record: drafts, signatures, PDFs, checks.

What other rooms call, and may count on (all keyword-only):

* ``open_record(kind, subject_id, template, policy_slug, policy_version, title, values, actor, at) -> Record``
* ``save_section(record_id, section, key, fields, version, actor, at) -> SavedSection``, or raises ``SectionChanged``
* ``save_draft(record_id, sections, actor, at) -> DraftSaved``: many sections, conflicts given back and not written
* ``selectors.text_to_sign(record, facts, late, given, bound) -> TextToSign``: what a signature page shows, ``shown``
* ``sign_text(record_id, shown, facts, late, given, bound, act, challenge, evidence, actor, at) -> Part``
* ``countersign(record_id, shown, meaning, challenge, evidence, actor, at) -> Part``: comments and reason as saved
* ``return_for_correction(record_id, shown, challenge, evidence, actor, at) -> Part``: the reason as saved
* ``read_record(record, actor, at) -> RecordReading``, ``read_draft(record, actor, at) -> Draft``: note the reading first
* ``render_document(record_id, head, at)``, ``verify(record) -> Verification``
* ``close_action(action_id, status, reason, actor, at) -> Action``

Signing refuses an old challenge with ``rules.ChallengeStale``: save what was typed, then let the person prove who
they are (``staff.challenge``), and come back.
"""

from records.services.actions import close_action, read_action
from records.services.documents import Verification, read_document, render_document, verify, verify_for
from records.services.drafts import (
    DraftSaved,
    SavedSection,
    SectionChanged,
    note_draft_read,
    open_record,
    read_draft,
    read_record,
    save_draft,
    save_section,
)
from records.services.signing import Evidence, Incomplete, countersign, new_act, return_for_correction, sign_text

__all__ = [
    "DraftSaved",
    "Evidence",
    "Incomplete",
    "SavedSection",
    "SectionChanged",
    "Verification",
    "close_action",
    "countersign",
    "new_act",
    "open_record",
    "read_action",
    "read_document",
    "note_draft_read",
    "read_draft",
    "read_record",
    "render_document",
    "return_for_correction",
    "save_draft",
    "save_section",
    "sign_text",
    "verify",
    "verify_for",
]
