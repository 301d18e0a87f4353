"""How each kind of notice is told: one table, with the reason for each. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class When(StrEnum):
    """When a mail tells of a notice. In the product it stands at once, whatever its kind."""

    SECURITY = "security"
    AT_ONCE = "at_once"
    IF_CHOSEN = "if_chosen"
    DAILY = "daily"
    COUNTED = "counted"

    @property
    def has_mail_of_its_own(self) -> bool:
        """Whether it may have a mail to itself: for some people, or for all."""
        return self in (When.SECURITY, When.AT_ONCE, When.IF_CHOSEN)


@dataclass(frozen=True, slots=True)
class Handling:
    """When a kind is told, why so, and its words in a digest for one of them and for several."""

    when: When
    why: str
    one: str
    many: str


HANDLING = {
    "invitation": Handling(
        When.SECURITY,
        "Nobody can sign in without it, and its link works for three days.",
        "invitation",
        "invitations",
    ),
    "credential_reset": Handling(
        When.SECURITY,
        "Whoever did not ask for it has to object at once: somebody else may be signing in.",
        "change to how you sign in, made by an administrator",
        "changes to how you sign in, made by an administrator",
    ),
    "credential_changed": Handling(
        When.SECURITY,
        "The same, where somebody else knows the password.",
        "change to how you sign in",
        "changes to how you sign in",
    ),
    "line_to_confirm": Handling(
        When.AT_ONCE,
        "Until it is answered, a worker may have nobody who sees what is due.",
        "proposed line manager waits for your answer",
        "proposed line managers wait for your answer",
    ),
    "record_to_countersign": Handling(
        When.IF_CHOSEN,
        "A signature is wanted within days, not within minutes; whoever wants to sign at once says so.",
        "record waits for your signature",
        "records wait for your signature",
    ),
    "contract_to_sign": Handling(
        When.IF_CHOSEN,
        "The same: it waits for a signature.",
        "contract waits for your signature",
        "contracts wait for your signature",
    ),
    "record_returned": Handling(
        When.IF_CHOSEN,
        "The same: it waits for a correction and a signature.",
        "record came back to you for correction",
        "records came back to you for correction",
    ),
    "draft_shared": Handling(
        When.DAILY,
        "It can be read and answered at leisure; nothing waits for it.",
        "draft is shared with you",
        "drafts are shared with you",
    ),
    "action_given": Handling(
        When.DAILY,
        "It was agreed in a meeting, and its day lies ahead.",
        "action is yours to do",
        "actions are yours to do",
    ),
    "action_due": Handling(
        When.DAILY,
        "Reminders come before its day, on it and after it; each is one of so many.",
        "reminder of an action of yours",
        "reminders of actions of yours",
    ),
    "answer_wanted": Handling(
        When.IF_CHOSEN,
        "Somebody waits for an answer, and an answer takes days.",
        "thing waits for your answer",
        "things wait for your answer",
    ),
    "matter_referred": Handling(
        When.DAILY,
        "The other person has said so, or says so at the next meeting.",
        "thing was put to a manager",
        "things were put to a manager",
    ),
    "matter_answered": Handling(
        When.DAILY,
        "It can be read in the morning.",
        "thing was answered",
        "things were answered",
    ),
    "disclosure_made": Handling(
        When.DAILY,
        "It has been shared already, and the page says why.",
        "thing of your supervision was shared",
        "things of your supervision were shared",
    ),
    "review_asked": Handling(
        When.DAILY,
        "A review is arranged between two people within weeks.",
        "earlier review of a contract was asked for",
        "earlier reviews of contracts were asked for",
    ),
    "exception_decided": Handling(
        When.DAILY,
        "Until it is read the policy's own frequency holds, or a decision that changes nothing today.",
        "exception in how often was decided",
        "exceptions in how often were decided",
    ),
    "date_wanted": Handling(
        When.AT_ONCE,
        "A policy that wants leads told wants them told the same day.",
        "session was called off and has no other date",
        "sessions were called off and have no other date",
    ),
    "group_changed": Handling(
        When.DAILY,
        "It lies days ahead, and stands in the diary at once.",
        "group session was booked, changed or called off",
        "group sessions were booked, changed or called off",
    ),
    "child_elsewhere": Handling(
        When.DAILY,
        "Whoever last had the case may know why it should not be so; nobody is late by it.",
        "case that your people had was opened again by others",
        "cases that your people had were opened again by others",
    ),
    "group_attended": Handling(
        When.DAILY,
        "It says why a date moved, and nobody has to do anything.",
        "group led by somebody else says who of your people was there",
        "groups led by others say who of your people was there",
    ),
    "policy_published": Handling(
        When.DAILY,
        "It is told to the two who made it so, and begins on a day that both know.",
        "version of the policy was published",
        "versions of the policy were published",
    ),
    "cover_wanted": Handling(
        When.AT_ONCE,
        "Until it is done, people have nobody who supervises them, or somebody sees what is not theirs any more.",
        "supervisor’s cover waits for you",
        "supervisors’ cover waits for you",
    ),
    "leaving": Handling(
        When.DAILY,
        "A last day lies weeks ahead, and what is still to be done then waits on the home page.",
        "last day was set or changed, or something of it is still to be done",
        "last days were set or changed, or something of them is still to be done",
    ),
    "cover_named": Handling(
        When.DAILY,
        "Whoever named them has asked them first; the days of it lie ahead.",
        "cover for a supervisor who is away, named to be yours",
        "covers for supervisors who are away, named to be yours",
    ),
    "observation_changed": Handling(
        When.DAILY,
        "Who is to answer is asked so; for the others it lies days ahead, or lies behind them.",
        "observation was planned, moved or given up",
        "observations were planned, moved or given up",
    ),
    "audit_shared": Handling(
        When.DAILY,
        "It can be read at leisure; nothing waits for it.",
        "audit of your supervision file was shared with you",
        "audits of your supervision file were shared with you",
    ),
    "audit_given": Handling(
        When.DAILY,
        "Whoever gives somebody an audit has asked them first, and it takes weeks.",
        "audit was given to you",
        "audits were given to you",
    ),
    "audit_due": Handling(
        When.DAILY,
        "A month is left to arrange it in, or its day has passed already: the morning is soon enough.",
        "audit or observation is to be arranged, or its date has passed",
        "audits or observations are to be arranged, or their dates have passed",
    ),
    "audit_short": Handling(
        When.DAILY,
        "The period is over, and an hour more or less changes nothing.",
        "person whom you manage is short of an audit or observation",
        "people whom you manage are short of an audit or observation",
    ),
    "examined_action_late": Handling(
        When.DAILY,
        "Its owner was reminded, and it is two weeks late already: the morning is soon enough.",
        "action of an audit or observation stays late",
        "actions of audits or observations stay late",
    ),
    "report_ready": Handling(
        When.DAILY,
        "Whoever asked for it is usually still on the page, and its figures do not change.",
        "monthly report that you asked for is ready",
        "monthly reports that you asked for are ready",
    ),
    "bag_ready": Handling(
        When.DAILY,
        "The file is kept in the archive whether anybody takes it along today or not.",
        "leaver’s file is put together",
        "leavers’ files are put together",
    ),
    "bag_failed": Handling(
        When.DAILY,
        "Something of a file is damaged; nobody mends that before the morning, and the page says what it is.",
        "leaver’s file could not be put together",
        "leavers’ files could not be put together",
    ),
    "data_request": Handling(
        When.AT_ONCE,
        "The law gives one month for the answer, and each of its steps waits for one person.",
        "request for personal data has something new",
        "requests for personal data have something new",
    ),
    "need_asked": Handling(
        When.AT_ONCE,
        "An inspection does not wait for the morning; whoever is to read may be in the building.",
        "request to read supervision records waits for your answer",
        "requests to read supervision records wait for your answer",
    ),
    "account_asked": Handling(
        When.AT_ONCE,
        "The same: without an account nobody from outside can read.",
        "account for somebody from outside is asked for",
        "accounts for people from outside are asked for",
    ),
    "need_answered": Handling(
        When.DAILY,
        "Whoever asked reads the outcome on the page of the request, and need do nothing.",
        "request to read supervision records was answered or ended",
        "requests to read supervision records were answered or ended",
    ),
    "need_given": Handling(
        When.AT_ONCE,
        "It holds for days alone, and whoever is from outside has no summary of the morning.",
        "thing that you may read for a time",
        "things that you may read for a time",
    ),
    "need_told": Handling(
        When.IF_CHOSEN,
        "Whose records they are is told before long, and need do nothing; whoever wants to know at once says so.",
        "person may read supervision records of yours for a time",
        "people may read supervision records of yours for a time",
    ),
    "survey": Handling(
        When.DAILY,
        "It is open for weeks, and nobody is chased: answering is free.",
        "survey of all staff is open, or has results",
        "surveys of all staff are open, or have results",
    ),
    "import_ended": Handling(
        When.DAILY,
        "What was applied asks for nothing; what stopped leaves everything as it was, and the next night tries again.",
        "import of children is done, or waits for you",
        "imports of children are done, or wait for you",
    ),
    "record_sealed": Handling(
        When.DAILY,
        "It asks for nothing.",
        "record is signed and sealed",
        "records are signed and sealed",
    ),
    "record_added_to": Handling(
        When.DAILY,
        "It asks for nothing; whoever wants to answer can add to it, too.",
        "record was added to",
        "records were added to",
    ),
    "record_corrected": Handling(
        When.DAILY,
        "It asks for nothing, and the record shows what stood there before.",
        "record had a fact corrected",
        "records had a fact corrected",
    ),
    "record_closed": Handling(
        When.DAILY,
        "Nobody waits for it any more.",
        "record was closed without its signatures",
        "records were closed without their signatures",
    ),
    "own_records_ready": Handling(
        When.DAILY,
        "Whoever asked for it sees it on the page where it was asked for; it stays for a week.",
        "file of your own records is ready",
        "files of your own records are ready",
    ),
    "contact_opened": Handling(
        When.AT_ONCE,
        "It is for an emergency alone, and whoever it is about has to be able to object at once.",
        "time your next of kin and address were opened",
        "times your next of kin and address were opened",
    ),
    "file_infected": Handling(
        When.AT_ONCE,
        "The device that the file came from may hold the same virus, and whoever needs the file has to bring it anew.",
        "virus was found in a file that you brought",
        "viruses were found in files that you brought",
    ),
    "folder_expiry": Handling(
        When.DAILY,
        "There are weeks to renew it; the day's digest says it among the rest.",
        "paper or check in a supervision folder ends, or has ended",
        "papers or checks in supervision folders end, or have ended",
    ),
    "relations_changed": Handling(
        When.DAILY,
        "The person has heard of it from those who did it, or reads it in the morning.",
        "change of line management, supervision or role",
        "changes of line management, supervision or role",
    ),
    "session_overdue": Handling(
        When.COUNTED,
        "The digest counts what is overdue itself, as a reminder, so often and no more.",
        "supervision session is overdue",
        "supervision sessions are overdue",
    ),
    "child_overdue": Handling(
        When.COUNTED,
        "The digest counts the children of a team, as a reminder, and names none.",
        "child has not been discussed in time",
        "children have not been discussed in time",
    ),
    "contract_overdue": Handling(
        When.COUNTED,
        "The digest counts contracts, as a reminder, so often and no more.",
        "supervision contract is missing or past its review",
        "supervision contracts are missing or past their review",
    ),
    "record_overdue": Handling(
        When.COUNTED,
        "The digest counts late records, as a reminder, so often and no more.",
        "record is late",
        "records are late",
    ),
    "overdue_escalated": Handling(
        When.DAILY,
        "It has waited for days already, and the day's digest says it among the rest.",
        "overdue matter was brought to you",
        "overdue matters were brought to you",
    ),
    "shortfall_told": Handling(
        When.AT_ONCE,
        "A policy that wants leads told wants them told the same day.",
        "team cannot keep its dates",
        "teams cannot keep their dates",
    ),
    "shortfall_answered": Handling(
        When.DAILY,
        "It can be read in the morning.",
        "answer came to what you told senior leads",
        "answers came to what you told senior leads",
    ),
}


def counted(kinds: Iterable[str]) -> Iterator[str]:
    """How many there are of each kind, in words and in the order of the table: "2 records wait for your signature"."""
    found = list(kinds)
    for kind, handling in HANDLING.items():
        if number := found.count(kind):
            yield f"{number} {handling.one if number == 1 else handling.many}"
