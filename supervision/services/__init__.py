"""Every write to supervision: the diary, and the records that come of it."""

from supervision.services.agenda import (
    NotesChanged,
    add_item,
    change_item,
    mark_discussed,
    move_item,
    remove_item,
    save_preparation,
    share_item,
)
from supervision.services.agreements import ask_for_exception, ask_for_review, decide_exception
from supervision.services.calendar import invite_to_groups, invite_to_sessions, send_waiting
from supervision.services.children_agenda import Typed, WorryChanged, save_all_preparation, save_worry, set_agenda
from supervision.services.concerns import add_to_concern, raise_concern, read_concern, read_concerns
from supervision.services.correcting import correct_session
from supervision.services.decisions import (
    drop_decision,
    look_at_decision,
    save_decision,
    sign_decision,
)
from supervision.services.diary import book_session, move_session
from supervision.services.disclosures import (
    add_reference,
    answer_disclosure,
    correct_disclosure,
    log_disclosure,
    note_shared,
    note_told,
    read_shared,
)
from supervision.services.discussions import mark_child, mark_discussions, read_child
from supervision.services.drafts import expire_drafts, open_session_record, share_with_entries
from supervision.services.entries import GONE, EntrySaved, read_entry, save_entry
from supervision.services.group_records import (
    add_group_child,
    mark_group_children,
    open_group_entry,
    open_record_of_group,
    put_forward,
    sign_entry_of_group,
    sign_record_of_group,
    take_back_item,
)
from supervision.services.groups import book_groups, cancel_group, change_members, mark_attendance, read_group
from supervision.services.handover import take_over_sessions
from supervision.services.incidents import add_incident
from supervision.services.leads import tell_leads
from supervision.services.matters import (
    add_view,
    close_matter,
    decide_matter,
    read_matter,
    read_matters,
    refer_disagreement,
    take_upward,
)
from supervision.services.outcomes import cancel_session, cancellation_terms, note_not_attended, undo_outcome
from supervision.services.reading import (
    read_agenda_of_children,
    read_children_to_discuss,
    read_exception,
    read_person,
    read_preparation,
    read_session,
)
from supervision.services.writing import hold_session, open_contract, sign_record
from supervision.services.year import book_year, move_series

__all__ = [
    "read_agenda_of_children",
    "read_children_to_discuss",
    "Typed",
    "WorryChanged",
    "save_all_preparation",
    "save_worry",
    "set_agenda",
    "drop_decision",
    "look_at_decision",
    "save_decision",
    "sign_decision",
    "add_group_child",
    "mark_group_children",
    "open_group_entry",
    "open_record_of_group",
    "put_forward",
    "sign_entry_of_group",
    "sign_record_of_group",
    "take_back_item",
    "book_groups",
    "cancel_group",
    "change_members",
    "mark_attendance",
    "read_group",
    "GONE",
    "EntrySaved",
    "read_entry",
    "mark_child",
    "mark_discussions",
    "save_entry",
    "read_child",
    "add_incident",
    "add_reference",
    "add_to_concern",
    "add_view",
    "answer_disclosure",
    "close_matter",
    "correct_disclosure",
    "decide_matter",
    "log_disclosure",
    "note_shared",
    "note_told",
    "raise_concern",
    "read_concern",
    "read_concerns",
    "read_matter",
    "read_matters",
    "read_shared",
    "refer_disagreement",
    "take_over_sessions",
    "take_upward",
    "tell_leads",
    "NotesChanged",
    "add_item",
    "change_item",
    "ask_for_exception",
    "ask_for_review",
    "book_session",
    "book_year",
    "cancel_session",
    "cancellation_terms",
    "correct_session",
    "decide_exception",
    "expire_drafts",
    "share_with_entries",
    "hold_session",
    "invite_to_groups",
    "invite_to_sessions",
    "mark_discussed",
    "move_item",
    "move_series",
    "move_session",
    "note_not_attended",
    "open_contract",
    "open_session_record",
    "read_person",
    "read_exception",
    "read_preparation",
    "read_session",
    "remove_item",
    "save_preparation",
    "send_waiting",
    "share_item",
    "sign_record",
    "undo_outcome",
]
