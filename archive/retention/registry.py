"""Every table with what people wrote, or with whom it is about: what becomes of it, or why it is kept.

From this the functions that destroy are written (``protection``). A table that is not named here fails the suite.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.retention.rules import DataClass

C = DataClass
EVERY = tuple(one for one in C if one is not C.CASE_TEXT)
OF_RECORDS = (C.CONTRACTS, C.RECORDS, C.EXAMINING)
# What a condition may name: the person, the records of the class, and the row itself as t
OF_PERSON, OF_RECORD = "t.person_id = p_person", "t.record_id = ANY (p_records)"
OF_PART = "t.part_id IN (SELECT id FROM public.records_part WHERE record_id = ANY (p_records))"
OF_ACTION = "t.action_id IN (SELECT id FROM public.records_action WHERE record_id = ANY (p_records))"
SESSIONS = "(SELECT id FROM public.supervision_supervisionsession WHERE supervisee_id = p_person)"
OF_REQUEST = "(SELECT id FROM public.archive_datarequest WHERE person_id = p_person)"


@dataclass(frozen=True, slots=True)
class Step:
    """Rows of one table that go with some classes; or, where ``columns`` are named, the words in them."""

    model: str
    where: str
    classes: tuple[DataClass, ...]
    columns: tuple[str, ...] = ()


# In the order in which it is done: what points at something goes before it
STEPS: tuple[Step, ...] = (
    Step("records.ActionEvent", OF_ACTION, OF_RECORDS),
    Step("records.Action", OF_RECORD, OF_RECORDS),
    Step("records.RenderedDocument", OF_RECORD, OF_RECORDS),
    Step("records.Attestation", OF_PART, OF_RECORDS),
    Step("records.PartContent", OF_PART, OF_RECORDS),
    Step("records.Part", OF_RECORD, OF_RECORDS),
    Step("records.DraftSection", OF_RECORD, OF_RECORDS),
    Step("records.DraftShare", OF_RECORD, OF_RECORDS),
    Step("supervision.ReviewRequest", "t.contract_id = ANY (p_records)", (C.CONTRACTS,)),
    Step("supervision.FrequencyException", "t.supervisee_id = p_person", (C.CONTRACTS,)),
    Step(
        "audits.Moderation",
        "t.audit_id IN (SELECT id FROM public.audits_audit WHERE file_of_id = p_person)",
        (C.EXAMINING,),
        ("words",),
    ),
    Step("audits.Audit", "t.file_of_id = p_person", (C.EXAMINING,), ("given_up_because",)),
    Step(
        "audits.ObservationMove",
        "t.observation_id IN (SELECT id FROM public.audits_observation WHERE observed_id = p_person)",
        (C.EXAMINING,),
    ),
    Step(
        "audits.ObservationConsent",
        "t.observation_id IN (SELECT id FROM public.audits_observation WHERE observed_id = p_person)",
        (C.EXAMINING,),
    ),
    Step("audits.Observation", "t.observed_id = p_person", (C.EXAMINING,), ("given_up_because",)),
    Step(
        "staff.ExpiryTold",
        "t.item_id IN (SELECT id FROM public.staff_folderitem WHERE person_id = p_person)",
        (C.FOLDER,),
    ),
    Step("staff.FolderItem", OF_PERSON, (C.FOLDER,)),
    Step("staff.FolderDocument", OF_PERSON, (C.FOLDER,)),
    Step("staff.FolderNote", OF_PERSON, (C.FOLDER,)),
    Step("staff.FolderMedium", OF_PERSON, (C.FOLDER,)),
    Step("staff.PersonalSheet", OF_PERSON, (C.FOLDER,)),
    Step("staff.HomeContact", OF_PERSON, (C.FOLDER,)),
    Step("staff.ContactOpening", OF_PERSON, (C.FOLDER,)),
    Step("compliance.EqualityGroup", OF_PERSON, (C.FOLDER,)),
    Step("staff.LearningEntry", OF_PERSON, (C.LEARNING,)),
    Step("supervision.AgendaItem", "t.supervisee_id = p_person", (C.DIARY,)),
    Step("supervision.Preparation", f"t.session_id IN {SESSIONS}", (C.DIARY,)),
    Step("supervision.Worry", f"t.session_id IN {SESSIONS}", (C.DIARY,)),
    Step("supervision.SessionUndo", f"t.session_id IN {SESSIONS}", (C.DIARY,)),
    Step(
        "supervision.SupervisionSession",
        "t.supervisee_id = p_person",
        (C.DIARY,),
        ("place", "cancel_reason", "urgent_issues", "missed_reason", "cut_short_reason", "left_over"),
    ),
    Step("supervision.Discussion", "t.worker_id = p_person", (C.DIARY,), ("reason",)),
    Step(
        "supervision.GroupAttendance",
        "t.member_id IN (SELECT id FROM public.supervision_groupmember WHERE person_id = p_person)",
        (C.DIARY,),
    ),
    Step("supervision.GroupItem", OF_PERSON, (C.DIARY,)),
    Step("supervision.DecisionDraft", "t.author_id = p_person", (C.DIARY,)),
    Step("cases.CaseloadNote", "t.worker_id = p_person", (C.DIARY,)),
    Step(
        "supervision.MatterEntry",
        "t.matter_id IN (SELECT id FROM public.supervision_matter WHERE supervisee_id = p_person)",
        (C.MATTERS,),
    ),
    Step("supervision.Matter", "t.supervisee_id = p_person", (C.MATTERS,)),
    Step(
        "supervision.ConcernEntry",
        "t.concern_id IN (SELECT id FROM public.supervision_concern WHERE raised_by_id = p_person)",
        (C.MATTERS,),
    ),
    Step("supervision.Concern", "t.raised_by_id = p_person", (C.MATTERS,)),
    Step(
        "supervision.DisclosureEntry",
        "t.disclosure_id IN (SELECT id FROM public.supervision_disclosure WHERE supervisee_id = p_person)",
        (C.MATTERS,),
    ),
    Step("supervision.Disclosure", "t.supervisee_id = p_person", (C.MATTERS,)),
    Step("supervision.Incident", "t.supervisee_id = p_person", (C.MATTERS,)),
    Step("supervision.Reference", "t.supervisee_id = p_person", (C.MATTERS,)),
    # Copies of the whole file go with any part of it: they can be made anew of what is left
    Step("records.OwnExport", OF_PERSON, EVERY),
    Step("archive.Bag", OF_PERSON, EVERY),
    Step("archive.RequestBundle", f"t.request_id IN {OF_REQUEST}", EVERY),
    Step(
        "archive.Passage",
        f"t.item_id IN (SELECT id FROM public.archive_requestitem WHERE request_id IN {OF_REQUEST})",
        EVERY,
    ),
    Step("archive.RequestItem", f"t.request_id IN {OF_REQUEST}", EVERY),
)

IN_COPY = "t.heads ?| ARRAY (SELECT one::text FROM unnest(p_records) AS one)"
OF_SIDES = "t.person_id = ANY (p_people)"
# Of one entry or decision, its body and chain stay: that it was, of which day, and its digests
PURGE: tuple[Step, ...] = (
    Step("records.ActionEvent", f"{OF_ACTION} AND t.reason <> ''", (C.CASE_TEXT,)),
    Step("records.Action", OF_RECORD, (C.CASE_TEXT,), ("what", "standard", "reason")),
    Step("records.RenderedDocument", OF_RECORD, (C.CASE_TEXT,)),
    Step("records.PartContent", f"{OF_PART} AND t.section <> '_evidence'", (C.CASE_TEXT,)),
    Step("records.DraftSection", OF_RECORD, (C.CASE_TEXT,)),
    Step("records.OwnExport", IN_COPY, (C.CASE_TEXT,)),
    Step("archive.Bag", OF_SIDES, (C.CASE_TEXT,)),
)

IDS = "names things and people by their ids, and holds nothing that anybody wrote of them"
DATES = "dates and standing alone, from which past figures are worked out"
CHILD = "about a child, whose record is the case system’s"
OTHERS = "belongs to a team or a meeting of several, not to one person’s file"
TRAIL = "who read and did what is kept to answer for it, under its own rules"
PROOF = "shows that what was done with a file was right"

KEPT: Mapping[str, str] = {
    "staff.StaffMember": "the name, so that what others signed and read stays understood",
    "records.Record": "says that there was a record, and under which certificate it went",
    "records.RecordGone": PROOF,
    "records.ExpiredDraft": IDS,
    "records.Attendee": OTHERS,
    "staff.RegistrationCheck": "an answer of the regulator’s register about everybody at once",
    "documents.FileScan": "goes with its file",
    "documents.UnscannedChoice": "an administrator’s choice for everybody",
    "documents.StoredFile": "goes with the last thing that it hangs on",
    "trail.Entry": TRAIL,
    "staff.SightGrant": TRAIL,
    "staff.SignIn": TRAIL,
    "staff.CredentialReset": TRAIL,
    "account.EmailAddress": TRAIL,
    "account.EmailConfirmation": TRAIL,
    "mfa.Authenticator": TRAIL,
    "staff.Account": "the closed account, so that its address is nobody else’s",
    "staff.Custody": PROOF,
    **dict.fromkeys(
        (
            *("staff.Post", "staff.KeyDate", "staff.RoleHeld", "staff.ManagementLine", "staff.Absence"),
            *("staff.SupervisionRelationship", "staff.WorkingPattern", "staff.CategoryHeld"),
            *("supervision.RecordedEvent", "supervision.OpeningDate", "supervision.SessionMove"),
            *("supervision.LeadTold", "supervision.SessionInvitation", "supervision.InDepthMark"),
            *("supervision.HandoverBrief", "supervision.FeedbackWish", "audits.AuditedChild", "audits.Draw"),
            *("compliance.NightFigure", "compliance.PlanFigure", "compliance.Flag", "compliance.Escalation"),
            *("compliance.StatusInterval", "compliance.ShortfallDate", "compliance.ShortfallLead"),
            *("compliance.SurveyTaken",),
        ),
        DATES,
    ),
    **dict.fromkeys(
        (
            *("notifications.Mail", "notifications.Notice", "notifications.Reminder"),
            *("notifications.NoticeSettings", "notifications.CalendarFeed"),
        ),
        IDS,
    ),
    **dict.fromkeys(
        (
            *("cases.Child", "cases.Episode", "cases.PlanTypeHeld", "cases.Allocation", "cases.Override"),
            *("cases.ChildWeight", "cases.Sibling", "cases.ImportMapping", "cases.ImportRun"),
            *("supervision.CaseEntry", "supervision.EnteredOnChildRecord", "supervision.ChildEvent"),
        ),
        CHILD,
    ),
    **dict.fromkeys(
        (
            *("supervision.GroupSession", "supervision.GroupMember", "supervision.OpeningFile"),
            *("compliance.Shortfall", "compliance.ShortfallAnswer", "compliance.MonthlyReport"),
            *("compliance.Survey",),
        ),
        OTHERS,
    ),
    **dict.fromkeys(
        (
            *("archive.Leaving", "archive.LeavingItem", "archive.LeavingMark", "archive.ArchivedFile"),
            *("archive.NeedToKnow", "archive.NeedSubject", "archive.NeedRecord", "archive.DataRequest"),
            *("archive.RequestEvent", "archive.RetentionRule", "archive.RuleAnswer", "archive.Hold"),
            *("archive.HoldLift", "archive.Disposal", "archive.DisposalAnswer", "archive.Certificate"),
        ),
        PROOF,
    ),
}
