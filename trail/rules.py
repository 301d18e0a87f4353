"""What the verbs of the log mean: pure."""

# A read's verb ends with one of these: record.read, record.draft_read, record.downloaded
READ_ENDINGS = (".read", "_read", ".downloaded")

WORDS = {
    "action.read": "Read an agreed action",
    "actions.read": "Read agreed actions",
    "audit.file_read": "Read the supervision file, for an audit of it",
    "disclosure_log.read": "Read what was shared of supervision",
    "due_dates.downloaded": "Took a copy of when supervision, contract or records are due, or of the children held",
    "folder.read": "Read the supervision folder",
    "folder.dates_read": "Read when things of the supervision folder are due",
    "learning_log.read": "Read the learning log",
    "learning_log.downloaded": "Took a copy of the learning log",
    "matters.read": "Read what was put to managers",
    "matter.read": "Read a matter that was put to a manager",
    "next_of_kin.read": "Opened next of kin and address",
    "own_records.downloaded": "Took a copy of all of their own records",
    "person.read": "Read line, supervision, category and absences",
    "person.reads_read": "Read this list",
    "record.read": "Read a record",
    "record.draft_read": "Read a draft",
    "record.downloaded": "Took a copy of a record",
    "record.file_read": "Opened a handwritten note or another file of a record",
    "session.read": "Read a session in the diary",
    "supervision.read": "Read when supervision is due, sessions and open actions",
}


def words_of(verb: str) -> str:
    """A verb of the log in words; one that has none of its own is spelt out: "contract.read" is "Contract: read"."""
    thing, _, act = verb.partition(".")
    return WORDS.get(verb) or f"{thing}: {act}".replace("_", " ").capitalize()
