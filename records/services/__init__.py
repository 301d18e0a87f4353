"""Every write to a record: drafts, signatures, PDFs, checks.

What other rooms call, and may count on (all keyword-only):

* ``open_record(kind, subject_id, template, policy_slug, policy_version, title, values, actor, at) -> Record``
* ``open_group_record(group, led_by, attendees, template, policy_slug, policy_version, actor, at) -> Record``: of a group,
  written by the actor, about those who were there; ``set_attendees(record_id, attendees, actor, at)`` when that changes
* ``save_section(record_id, section, key, fields, version, actor, at) -> SavedSection``, or raises ``SectionChanged``
* ``save_draft(record_id, sections, actor, at) -> DraftSaved``: many sections, conflicts given back and not written
* ``share_draft(record_id, shared, entries, actor, at) -> bool``, ``expire_draft(record_id, at) -> bool``
* ``attach_files(record_id, section, field, files, actor, at)``, ``detach_file(…, sha256, …)``, ``read_file(record, sha256, …)``
* ``open_entry(child_id, discussed_with_id, template, policy_slug, policy_version, title, values, actor, at) -> Record``:
  an entry about a child; saved like any draft, signed and answered with the record of its session
* ``selectors.text_to_sign(record, facts, late, given, bound, entries) -> TextToSign``: what a signature page shows,
  ``shown``; ``entries``: an ``EntryText`` for each entry of the session
* ``sign_text(record_id, shown, facts, late, given, bound, entries, act, challenge, evidence, actor, at) -> Part``
* ``sign_at_once(made, shown, challenge, evidence, actor, at) -> Part``: a record about a child that one person writes and
  signs; ``selectors.text_at_once(made)`` is what its signature page shows
* ``countersign(record_id, shown, meaning, challenge, evidence, actor, at) -> Part``: comments and reason as saved
* ``return_for_correction(record_id, shown, challenge, evidence, actor, at) -> Part``: the reason as saved
* ``save_own(record_id, sections, actor, at) -> DraftSaved``: what one types of an addendum, a correction or a closure
* ``add_addendum(record_id, shown, sensitivity, facts, challenge, evidence, actor, at) -> Part``: the text as saved;
  ``facts`` where wrong ones are corrected
* ``close_record(record_id, shown, challenge, evidence, actor, at) -> Part``: the reason as saved
* ``open_examination(kind, subject_id, template, policy_slug, policy_version, title, values, actor, at) -> Record``: an audit
  or an observation of somebody's practice; saved, signed and countersigned like any other, with ``also`` whom it is
  about besides; ``respond(record_id, shown, meaning, challenge, evidence, actor, at) -> Part``: what the supervisor says
  to a signed audit, as saved; ``give_up_examination(record_id, actor, at)``: a draft of one that is not wanted any more
* ``read_record(record, actor, at) -> RecordReading``, ``read_draft(record, actor, at) -> Draft``: note the reading first
* ``render_document(record_id, head, at, audience)``, ``verify(record) -> Verification``
* ``close_action(action_id, status, reason, actor, at) -> Action``, and ``reopen_``, ``move_``, ``reassign_action``
* ``review_actions(record_id, outcomes, actor, at)``: open actions, while the next record is written

Signing refuses an old challenge with ``rules.ChallengeStale``: save what was typed, then let the person prove who
they are (``staff.challenge``), and come back.
"""

from records.selectors import EntryText
from records.services.actions import read_action
from records.services.adding import add_addendum, close_record, save_own
from records.services.appending import Evidence, new_act
from records.services.at_once import sign_at_once
from records.services.documents import Verification, read_document, render_document, verify, verify_for
from records.services.drafts import (
    DraftSaved,
    SavedSection,
    SectionChanged,
    expire_draft,
    note_draft_followed,
    note_draft_read,
    open_record,
    read_draft,
    read_entries,
    read_record,
    save_draft,
    save_section,
    share_draft,
)
from records.services.entries import open_entry
from records.services.examining import give_up_examination, open_examination, respond
from records.services.exporting import (
    ask_for_own_records,
    make_own_export,
    read_own_export,
    remove_old_exports,
)
from records.services.files import FileRead, attach_files, detach_file, read_file
from records.services.following import (
    close_action,
    move_action,
    read_actions,
    read_carried_in,
    reassign_action,
    remind_of_actions,
    reopen_action,
    review_actions,
    take_on_action,
)
from records.services.genuine import ExportCheck, PdfCheck, check_upload
from records.services.groups import open_group_record, set_attendees
from records.services.presence import Presence, be_present, others_present
from records.services.signing import Incomplete, countersign, return_for_correction, sign_text

__all__ = [
    "add_addendum",
    "close_record",
    "save_own",
    "DraftSaved",
    "EntryText",
    "Evidence",
    "ExportCheck",
    "FileRead",
    "Incomplete",
    "PdfCheck",
    "Presence",
    "SavedSection",
    "SectionChanged",
    "Verification",
    "ask_for_own_records",
    "attach_files",
    "be_present",
    "check_upload",
    "close_action",
    "countersign",
    "detach_file",
    "expire_draft",
    "give_up_examination",
    "make_own_export",
    "move_action",
    "new_act",
    "open_entry",
    "open_examination",
    "respond",
    "open_group_record",
    "open_record",
    "others_present",
    "read_action",
    "read_actions",
    "read_carried_in",
    "read_document",
    "note_draft_followed",
    "note_draft_read",
    "read_draft",
    "read_entries",
    "read_file",
    "read_own_export",
    "read_record",
    "reassign_action",
    "take_on_action",
    "remind_of_actions",
    "remove_old_exports",
    "render_document",
    "reopen_action",
    "return_for_correction",
    "review_actions",
    "save_draft",
    "save_section",
    "set_attendees",
    "share_draft",
    "sign_at_once",
    "sign_text",
    "verify",
    "verify_for",
]
