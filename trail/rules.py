"""What the verbs of the log mean: pure."""

# A read's verb ends with one of these: record.read, record.draft_read, record.downloaded
READ_ENDINGS = (".read", "_read", ".downloaded")

WORDS = {
    "action.read": "Read an agreed action",
    "actions.read": "Read agreed actions",
    "archived_file.read": "Opened the file in HR’s archive",
    "audit.downloaded": "Took a copy of a signed audit of the supervision file",
    "audit.file_read": "Read the supervision file, for an audit of it",
    "audit.read": "Read a signed audit of the supervision file",
    "bag.downloaded": "Took a copy of the whole file",
    "bag.file_read": "Put the whole file together for HR’s archive",
    "caseload.read": "Read what was said of how many children are held",
    "child.read": "Read the page of a child held",
    "cover.read": "Read who covers for supervision, and why",
    "data_request.content_read": "Read what was found for a request for one’s own data",
    "data_request.downloaded": "Took a copy of what is given for a request for one’s own data",
    "data_request.file_read": "Opened a file that was found for a request for one’s own data",
    "data_request.log_read": "Read what was withheld from a request for one’s own data",
    "data_request.read": "Read where a request for one’s own data stands",
    "disclosure_log.read": "Read what was shared of supervision",
    "due_dates.downloaded": "Took a copy of when supervision, contract or records are due, or of the children held",
    "exception.read": "Read a request for supervision less often",
    "folder.read": "Read the supervision folder",
    "folder.section_read": "Read a section of the supervision folder",
    "folder_document.downloaded": "Took a copy of a document in the supervision folder",
    "folder.dates_read": "Read when things of the supervision folder are due",
    "group.read": "Read a group session: who was there, and what was put forward",
    "handover.read": "Read what goes over with a change of supervisor",
    "learning.read": "Read what audits found, over time",
    "learning_log.read": "Read the learning log",
    "learning_log.downloaded": "Took a copy of the learning log",
    "matters.read": "Read what was put to managers",
    "matter.read": "Read a matter that was put to a manager",
    "moderation.read": "Read about the second judgement on an audit",
    "next_of_kin.read": "Opened next of kin and address",
    "need.read": "Read a request that somebody may read supervision records",
    "observation.read": "Read about an observation",
    "own_records.downloaded": "Took a copy of all of their own records",
    "person.read": "Read line, supervision, category and absences",
    "person.reads_read": "Read this list",
    "preparation.read": "Read what was put on the agenda",
    "record.read": "Read a record",
    "record.draft_read": "Read a draft",
    "record.downloaded": "Took a copy of a record",
    "record.file_read": "Opened a handwritten note or another file of a record",
    "registration_check.read": "Read what the register says of the registration",
    "registration_number.downloaded": "Took along the registration number, to ask the register",
    "retention.read": "Read how long the file is kept",
    "session.read": "Read a session in the diary",
    "shortfall.read": "Read that dates of supervision cannot be kept",
    "supervision.read": "Read when supervision is due, sessions and open actions",
    "worries.read": "Read how worried somebody is about children, before a session",
}
# Why somebody could read it, for the person whose data it is; what is not named is said as it stands
VIA_WORDS = {
    "supervisor": "Supervisor",
    "next up": "Line manager of the supervisor",
    "line manager": "Line manager",
    "above": "Above in the line",
    "finishes": "Finishes what somebody left behind",
    "grant": "By sight that was given for a purpose",
    "colleague": "As a colleague",
    "self": "About themselves",
    "hr": "HR",
    "principal_social_worker": "Principal social worker",
    "system_administrator": "System administrator",
}


def words_of(verb: str) -> str:
    """A verb of the log in words; one that has none of its own is spelt out: "contract.read" is "Contract: read"."""
    thing, _, act = verb.partition(".")
    return WORDS.get(verb) or f"{thing}: {act}".replace("_", " ").capitalize()


def why_of(via: str) -> str:
    """The relation by which somebody was entitled, in words."""
    return VIA_WORDS.get(via) or via.replace("_", " ").capitalize()
