"""The supervision folders of the demo's people: most are complete, in some a paper has ended or is not entered."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Model

from compliance.demo import people
from compliance.demo.authority import Authority, Member, local
from compliance.demo.chains import insert
from compliance.demo.rhythm import DAY
from policies.rules.policy import Policy
from policies.rules.terms import terms_of
from staff.folder.rules import sensitivity_of
from staff.models import FolderDocument, FolderItem, FolderNote, HomeContact, LearningEntry, PersonalSheet, Section

Kind, Outcome = FolderItem.Kind, FolderItem.Outcome
INSURANCE_ENDED, NOT_RENEWED, NEVER_DATED, NO_DRIVING = (
    "Chloe Fennimore",
    "Hassan Abdirahman",
    people.YUSUF,
    people.GRACE,
)
APPRAISAL_LATE = "Mei Lin Cheung"
# Days ago, hours, what, who provided it, what it added, what came of it, and what a peer said
LEARNING = (
    (320, "6", "Working with neglect: a day of cases", "Regional teaching partnership",
     "I name patterns over time instead of single incidents.", "Two chronologies were rewritten before conference.", ""),
    (210, "2", "Group supervision on safety planning", "", "Plans need somebody who is there at night.", "",
     "A colleague asked what the child would say of the plan, which I had not asked."),
    (75, "1.5", "Reading: language of risk in assessments", "", "I write what was seen before what I think.", "", ""),
)  # fmt: skip

# Which domains of the framework each of them bears on
DOMAINS = {
    "Working with neglect: a day of cases": ("knowledge", "skills_and_interventions"),
    "Group supervision on safety planning": ("critical_reflection",),
    "Reading: language of risk in assessments": ("values_and_ethics", "knowledge"),
}
# Of whom there is more than an appraisal form: days ago, what, who, and in which words
NOTES = (
    (130, "compliment", "A headteacher", "Thank you for the calm way in which the meeting was held."),
    (
        40,
        "essential_conversation",
        "The two of us",
        "Recording was late twice. Agreed: an hour is kept free each Friday.",
    ),
)


def tell(authority: Authority, policy: Policy) -> int:
    """Store a folder for everybody who works here; how many things they hold."""
    present = [member for member in authority.members.values() if member.left_on is None]
    found: list[list[Model]] = [
        [item for member in present for item in _papers(member, authority, policy)],
        [_sheet(member, authority) for member in present],
        [_home(member, number) for number, member in enumerate(present)],
        [_appraisal_form(member, authority) for member in present if member.spells],
        [note for member in present if member.spells for note in _notes(member, authority)],
        [entry for member in present if _is_registered(member, policy) for entry in _learning(member, authority)],
    ]
    for rows in found:
        insert(rows)
    return sum(map(len, found))


def _papers(member: Member, authority: Authority, policy: Policy) -> Iterator[FolderItem]:
    name, today = member.person.name, authority.today
    number = member.row.pk.int % 90_000 + 10_000
    if _is_registered(member, policy):
        regulator = terms_of(policy)["regulator"]
        last = date(today.year + (today > date(today.year, 11, 30)), 11, 30)
        if last - today < timedelta(days=91) and name != NOT_RENEWED:
            last = last.replace(year=last.year + 1)
        checked = min(max(date(last.year - 1, 9, 14), member.employed_from), today)
        yield _paper(member, authority, Kind.REGISTRATION, checked, last, regulator, f"SW{number}", Outcome.REGISTERED)
        yield _paper(member, authority, Kind.QUALIFICATION, date(2014, 7, 4), None, "", "BA (Hons) Social Work")
    if name == NO_DRIVING:
        yield _paper(member, authority, Kind.INSURANCE, today - 100 * DAY, outcome=Outcome.NO_DRIVING)
    else:
        seen = today - (377 if name == INSURANCE_ENDED else 90 + number % 200) * DAY
        ends = None if name == NEVER_DATED else seen + 365 * DAY
        yield _paper(member, authority, Kind.INSURANCE, seen, ends, outcome=Outcome.CERTIFICATE)
    yield _paper(member, authority, Kind.DBS, today - (200 + number % 700) * DAY, None, "", f"00{number}7731")
    if name != people.CERYS:
        held = today - (400 if name == APPRAISAL_LATE else 60 + number % 240) * DAY
        yield _paper(member, authority, Kind.APPRAISAL, held, held + 365 * DAY)


def _paper(
    member: Member,
    authority: Authority,
    kind: str,
    dated_on: date,
    valid_to: date | None = None,
    issuer: str = "",
    reference: str = "",
    outcome: str = "",
) -> FolderItem:
    at = _entered(dated_on, authority)
    supervisor = authority.members[member.spells[-1].supervisor].row if member.spells else None
    return FolderItem(
        person=member.row,
        kind=kind,
        issuer=issuer,
        reference=reference,
        outcome=outcome,
        dated_on=dated_on,
        valid_to=valid_to,
        recorded_by=member.row,
        recorded_at=at,
        seen_by=supervisor,
        seen_at=at if supervisor else None,
    )


def _sheet(member: Member, authority: Authority) -> PersonalSheet:
    number = member.row.pk.int % 1_000
    checked = max(authority.today - (30 + number % 120) * DAY, member.employed_from)
    return PersonalSheet(
        person=member.row,
        work_mobile=f"07700 900{number:03}",
        car_registration="" if member.person.name == NO_DRIVING else f"DM{number % 50 + 10} OBX",
        car_make="" if member.person.name == NO_DRIVING else "Small blue hatchback",
        buddy_name=member.spells[-1].supervisor if member.spells else "",
        post_number=f"P{number + 4000}",
        employee_number=f"{number + 120000}",
        hours_worked="37",
        contract_type="Permanent",
        completed_on=min(member.employed_from, checked),
        checked_on=checked,
    )


def _home(member: Member, number: int) -> HomeContact:
    return HomeContact(
        person=member.row,
        address=f"{number + 1} Invented Row\nNowhere",
        home_phone=f"01632 960{number:03}",
        kin_name=f"Next of kin of {member.row.name}",
        kin_relationship="Sister",
        kin_phone=f"01632 961{number:03}",
    )


def _appraisal_form(member: Member, authority: Authority) -> FolderDocument:
    day = max(authority.today - (60 + member.row.pk.int % 240) * DAY, member.employed_from)
    return FolderDocument(
        person=member.row,
        section=Section.APPRAISALS,
        title="Appraisal review form",
        sensitivity="shared",
        dated_on=day,
        lies_at="Paper file, cabinet 3",
        domains=["knowledge", "professionalism"],
        recorded_by=member.row,
        recorded_at=_entered(day, authority),
    )


def _notes(member: Member, authority: Authority) -> Iterator[FolderNote]:
    supervisor = authority.members[member.spells[-1].supervisor].row
    for days, kind, who, words in NOTES if member.person.name == people.AMARA else ():
        day = authority.today - days * DAY
        yield FolderNote(
            person=member.row,
            section=Section.PERFORMANCE,
            kind=kind,
            sensitivity=sensitivity_of(kind),
            dated_on=day,
            who=who,
            text=words,
            recorded_by=supervisor,
            recorded_at=_entered(day, authority),
        )


def _learning(member: Member, authority: Authority) -> Iterator[LearningEntry]:
    for days, hours, activity, provider, reflection, impact, peer in LEARNING:
        done_on = authority.today - days * DAY
        if done_on >= member.employed_from:
            yield LearningEntry(
                person=member.row,
                done_on=done_on,
                hours=Decimal(hours),
                activity=activity,
                provider=provider,
                reflection=reflection,
                impact=impact,
                looked_back_on=done_on + 60 * DAY if impact else None,
                peer_reflection=peer,
                domains=list(DOMAINS[activity]),
                recorded_by=member.row,
                recorded_at=_entered(done_on, authority),
            )


def _entered(day: date, authority: Authority) -> datetime:
    return min(local(day, time(16, 20)), authority.at)


def _is_registered(member: Member, policy: Policy) -> bool:
    category = policy.category(member.category)
    return bool(category and category.registered)
