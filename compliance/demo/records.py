"""Diary entries and contracts made into rows and signed parts, as the pages would have made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from compliance.demo import people
from compliance.demo.authority import Member, local
from compliance.demo.chains import Chain, Notary, Rows, key_at
from compliance.demo.contracts import Contract
from compliance.demo.fitting import ASKED_BESIDES, PLACES
from compliance.demo.rhythm import DAY, Became, Meeting, dice_of
from compliance.demo.words import SUPERVISEE, Agreed, Said, pieces, put_together, scripted, why_cancelled
from policies.rules.durations import Duration
from policies.rules.kinds import kinds_of_sessions
from policies.rules.policy import Policy
from policies.templates import Template
from records.models import Action, Record
from records.rules import LateEntry, Meaning, Relation
from records.values import Given
from supervision import rules
from supervision.models import SessionMove, SupervisionSession
from supervision.rules import Bounds
from supervision.selectors.computed import measured_in_words, policy_in_words

# Records that stop half-way, by person: all of them about the last session held
AWAITING = frozenset({people.AMARA, people.PRIYA})
RETURNED = frozenset({people.GRACE})
HALF_WRITTEN = frozenset({people.KATARZYNA})
NOT_BEGUN = frozenset({people.LAURA})
# Working days from the session to the first signature, and from that to the second
SIGNS_AFTER = (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 5, 8)
COUNTERSIGNS_AFTER = (0, 0, 1, 1, 1, 2, 2, 3, 5)
# Whose record was added to, and how many were held since
ADDED_TO = (people.AMARA, 2)
ADDED = "The chair has since moved the review meeting to the Thursday. What we agreed stays as it is."
FIRST = "This is the first session on record."


@dataclass(frozen=True, slots=True)
class Desk:
    """What every record is written with: the day, the policy and its forms, the key, and where the rows go."""

    today: date
    policy: Policy
    session_forms: Mapping[str, Template]
    contract_forms: Mapping[str, Template]
    notary: Notary
    rows: Rows

    def contract_form_for(self, category: str) -> Template:
        """The form of a contract with somebody of a category."""
        return self.contract_forms.get(category) or self.contract_forms[""]

    def session_form_for(self, category: str) -> Template:
        """The form of a session with somebody of a category."""
        return self.session_forms.get(category) or self.session_forms[""]

    @property
    def yesterday(self) -> date:
        """The last day of which anything is told."""
        return self.today - DAY


@dataclass(frozen=True, slots=True)
class Session:
    """A diary entry with all that its record says. ``back``: how many were held since, 0 for the last held."""

    meeting: Meeting
    member: Member
    supervisor: Member
    back: int
    last_on: date | None
    next: Meeting | None
    every: str | None


@dataclass(frozen=True, slots=True)
class Moments:
    """When a record was opened, signed and countersigned."""

    opened: datetime
    signed: datetime
    countersigned: datetime


def write_session(session: Session, desk: Desk, *, dice: Random) -> None:
    """The row of a diary entry, and where it was held its record."""
    meeting = session.meeting
    moments = _moments(meeting, desk, dice=dice)
    row = _row(session, desk, dice=dice)
    desk.rows.sessions.append(row)
    if meeting.became is Became.CANCELLED and meeting.ground == "other" and dice.random() < 0.3:
        row.status, row.missed_reason = Became.DID_NOT_ATTEND.value, "No word beforehand; an urgent visit took longer."
        row.missed_by = (session.supervisor if meeting.by_supervisor else session.member).row
        row.closed_at = local(meeting.on, time(17, dice.randrange(30)))
    elif meeting.became is Became.CANCELLED:
        row.cancel_reason = why_cancelled(meeting.ground, dice)
        who = session.supervisor if meeting.by_supervisor else session.member
        row.cancelled_by = who.row
        row.closed_at = local(meeting.on, time(8, dice.randrange(60))) - dice.choice((DAY, timedelta(0)))
    if dice.random() < 0.03 and meeting.became is not Became.CANCELLED:
        desk.rows.moves.append(_move(row, desk, dice=dice))
    if meeting.became is Became.HELD:
        row.closed_at = moments.opened
        row.interrupted, row.private_place = False, True
        row.record = _record(session, moments, desk, mode=row.mode, dice=dice)


def _row(session: Session, desk: Desk, *, dice: Random) -> SupervisionSession:
    meeting = session.meeting
    mode = dice.choices(("in_person", "video", "phone"), weights=(85, 12, 3))[0]
    booked_on = max(session.last_on or meeting.on - 10 * DAY, meeting.on - 35 * DAY)
    booked_on = desk.policy.calendar.on_or_before(min(booked_on, desk.yesterday))
    booked_at = local(booked_on, time(16, dice.randrange(10, 50)))
    return SupervisionSession(
        id=key_at(booked_at),
        supervisee=session.member.row,
        supervisor=session.supervisor.row,
        on=meeting.on,
        starts=meeting.starts,
        ends=meeting.ends,
        mode=mode,
        place=dice.choice(pieces()["places"]) if mode == "in_person" else "",
        kind=kinds_of_sessions(desk.policy, categories=[session.member.category]).usual,
        status=meeting.became.value,
        booked_at=booked_at,
        series=uuid5(NAMESPACE_OID, str(session.member.row.pk)) if meeting.of_year else None,
    )


def _move(row: SupervisionSession, desk: Desk, *, dice: Random) -> SessionMove:
    moved_at = row.booked_at + timedelta(days=1)
    return SessionMove(
        session=row,
        from_on=desk.policy.calendar.on_or_before(row.on - timedelta(days=dice.choice((1, 2, 7)))),
        from_starts=row.starts,
        to_on=row.on,
        to_starts=row.starts,
        moved_by=row.supervisor,
        moved_at=moved_at if moved_at.date() <= desk.yesterday else row.booked_at + timedelta(minutes=17),
    )


def _moments(meeting: Meeting, desk: Desk, *, dice: Random) -> Moments:
    """Signed within days by both, on working days, and never later than yesterday."""
    working = desk.policy.calendar.after_working_days

    def on_or_after(day: date, days: int) -> date:
        found = working(day, days) if days else day
        return found if found < desk.today else day

    signed_on = on_or_after(meeting.on, dice.choice(SIGNS_AFTER))
    countersigned_on = on_or_after(signed_on, dice.choice(COUNTERSIGNS_AFTER))
    opened = local(meeting.on, meeting.ends) + timedelta(minutes=dice.randrange(3, 12))
    signed = opened + timedelta(minutes=dice.randrange(15, 40), seconds=dice.randrange(60))
    if signed_on != meeting.on:
        signed = local(signed_on, time(dice.randrange(9, 17), dice.randrange(60), dice.randrange(60)))
    countersigned = signed + timedelta(minutes=dice.randrange(8, 30), seconds=dice.randrange(60))
    if countersigned_on != signed_on:
        countersigned = local(countersigned_on, time(dice.randrange(9, 17), dice.randrange(60), dice.randrange(60)))
    return Moments(opened, signed, countersigned)


def _record(session: Session, moments: Moments, desk: Desk, *, mode: str, dice: Random) -> Record:
    template = desk.session_form_for(session.member.category)
    places = PLACES[template.id]
    chain = _chain(session.member, session.supervisor, template, moments.opened, desk)
    said = _said(session, dice)
    stops = session.member.person.name if session.back == 0 else ""
    if stops in NOT_BEGUN:
        return chain.record
    author, subject = session.supervisor.party, session.member.party
    written = {**written_of(said, session, places), **ASKED_BESIDES.get(template.id, {})}
    if stops in HALF_WRITTEN:
        begun = {name: values for name, values in written.items() if places.get(name) in said.discussed}
        chain.keep_draft(author, moments.opened, written=begun)
        return chain.record
    asked = rules.is_gap_longer(session.last_on, session.meeting.on, every=_duration(session.every))
    if asked:
        written["session"] = {"gap_comment": dice.choice(pieces()["gap_comments"])}
    before = len(desk.rows.actions)
    chain.sign_text(
        author,
        moments.signed,
        written=written,
        given=_given(template, session, asked=asked),
        facts=_facts(session, mode=mode),
        late=_late(session.meeting.on, moments.signed, desk.policy),
    )
    _settle(desk.rows.actions[before:], said, places, member=session.member, today=desk.today, dice=dice)
    own = {"supervisee_comments": {"comments": said.supervisee_comments}}
    if stops in AWAITING | RETURNED:
        chain.keep_draft(author, moments.signed, written=written)
    if stops in RETURNED:
        chain.send_back(subject, moments.countersigned, reason=said.return_reason)
    elif stops in AWAITING:
        chain.keep_draft(subject, moments.countersigned, written=own if said.supervisee_comments else {}, version=1)
    else:
        chain.countersign(
            subject, moments.countersigned, meaning=Meaning(said.meaning), written=own, reason=said.reason
        )
    if (session.member.person.name, session.back) == ADDED_TO:
        chain.add(author, moments.countersigned + timedelta(hours=1), relation=Relation.SUPERVISOR, text=ADDED)
    return chain.record


def write_contract(contract: Contract, desk: Desk) -> None:
    """A contract, signed by both where it is."""
    template = desk.contract_form_for(contract.member.category)
    opened = contract.at - timedelta(minutes=25)
    chain = _chain(contract.member, contract.supervisor, template, opened, desk)
    manager = {
        "id": str(contract.manager.row.pk),
        "name": contract.manager.row.name,
        "role": contract.manager.person.job_title,
    }
    topics = {item.id: list(item.options) for item in _fields(template, "topics")}
    terms = {"format": "Individual", "frequency": contract.every, "minutes": 90}
    written: dict[str, Mapping[str, Any]] = {
        "key_tasks": {"key_tasks": pieces()["key_tasks"][contract.member.person.voice]},
        "meetings": terms,
        "topics": topics,
        "disagreements": {"named_manager": manager},
        "other": {"other": ""},
        "review_so_far": {"feedback": pieces()["feedback"][contract.on.month % 2]} if contract.renews else {},
        "review": {"review_on": contract.review_on.isoformat()},
    }
    facts = {
        "every": contract.every,
        "minutes": 90,
        "format": "Individual",
        "review_on": contract.review_on.isoformat(),
    }
    bounds = Bounds(
        today=contract.on,
        every=rules.policy_interval(desk.policy, [contract.member.category]),
        minutes=rules.policy_minutes(desk.policy, [contract.member.category]),
    )
    fixed = {**policy_in_words(desk.policy), "measured": measured_in_words(facts, bounds)}
    given = _parties(template, contract.member, contract.supervisor, fixed, asked=contract.renews)
    chain.sign_text(contract.supervisor.party, contract.at, written=written, given=given, facts=facts, late=LateEntry())
    if contract.is_signed:
        chain.countersign(contract.member.party, contract.countersigned_at)
    else:
        chain.keep_draft(contract.supervisor.party, contract.at, written=written)


def _chain(member: Member, supervisor: Member, template: Template, opened: datetime, desk: Desk) -> Chain:
    record = Record(
        id=key_at(opened),
        kind=template.record_kind,
        subject=member.row,
        author=supervisor.row,
        template_slug=template.id,
        template_version=template.version,
        policy_slug=desk.policy.id,
        policy_version=desk.policy.version,
        title=template.title,
        created_at=opened,
    )
    desk.rows.records.append(record)
    return Chain(record=record, template=template, subject=member.party, notary=desk.notary, rows=desk.rows)


def _said(session: Session, dice: Random) -> Said:
    name, held_on = session.member.person.name, session.meeting.on
    if said := scripted(name, session.back, held_on=held_on):
        return said
    own = dice_of(name)
    children = [f"P{own.randrange(202000, 205000)}" for _ in range(8)]
    cases = own.randrange(11, 18) + dice.randrange(-1, 3)
    return put_together(session.member.person.voice, dice, held_on=held_on, cases=cases, children=children)


def written_of(said: Said, session: Session, places: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """The values of the supervisor's sections, by section and field. ``places``: the topic of each section."""
    upcoming = session.next
    next_session = f"{upcoming.on.isoformat()}T{upcoming.starts:%H:%M}" if upcoming else None
    return {
        **{
            section: {
                "discussed": said.discussed.get(topic, ""),
                "actions": [_action(agreed, session) for agreed in said.agreed.get(topic, ())],
            }
            for section, topic in places.items()
        },
        "supervisor_comments": {"comments": said.supervisor_comments},
        "next": {"next_session": next_session},
    }


def _action(agreed: Agreed, session: Session) -> dict[str, str | None]:
    who = session.member if agreed.who == SUPERVISEE else session.supervisor
    return {"what": agreed.what, "who": who.row.name, "who_id": str(who.row.pk), "by": agreed.by.isoformat()}


def _settle(
    actions: list[Action], said: Said, places: Mapping[str, str], *, member: Member, today: date, dice: Random
) -> None:
    """What became of the actions: most are done, a few dropped, some of the last weeks still open or overdue."""
    agreed = [each for topic in places.values() for each in said.agreed.get(topic, ())]
    for action, words in zip(actions, agreed, strict=True):
        assert action.due_on is not None  # noqa: S101  every action here has a day
        age = (today - action.due_on).days
        chance = 0.98 if age > 30 else 0.75 if age > 0 else 0.12
        done = dice.random() < chance or member.left_on is not None
        if words.still_open or not done:
            continue
        dropped = dice.random() < 0.04
        action.status = Action.Status.DROPPED if dropped else Action.Status.DONE
        action.reason = "No longer needed: the plan has changed." if dropped else ""
        latest = min(action.due_on + 4 * DAY, today - DAY)
        created_on = action.created_at.date()
        on = created_on + timedelta(days=dice.randrange(max((latest - created_on).days, 0) + 1))
        action.closed_at = max(local(on, time(dice.randrange(9, 17), dice.randrange(60))), action.created_at)


def _given(template: Template, session: Session, *, asked: bool) -> Given:
    """What the diary gives to the form; a test holds it against what the pages give."""
    last_on = session.last_on
    words = {
        "held_on": rules.in_words(session.meeting.on),
        "last_held_on": rules.in_words(last_on) if last_on else FIRST,
    }
    return _parties(template, session.member, session.supervisor, words, asked=asked)


def _parties(
    template: Template, member: Member, supervisor: Member, words: Mapping[str, str], *, asked: bool = False
) -> Given:
    known = {
        **words,
        "supervisee": member.row.name,
        "supervisor": supervisor.row.name,
        "supervisee_job_title": member.person.job_title,
        "supervisor_job_title": supervisor.person.job_title,
    }
    places = [(section.id, item) for section in template.sections for item in section.fields]
    return Given(
        computed={(section, item.id): known.get(item.id, "") for section, item in places if item.type == "computed"},
        asked=frozenset((section, item.id) for section, item in places if item.type == "gap_comment" and asked),
    )


def _facts(session: Session, *, mode: str) -> dict[str, Any]:
    meeting = session.meeting
    return {
        "held_on": meeting.on.isoformat(),
        "starts": meeting.starts.strftime("%H:%M"),
        "ends": meeting.ends.strftime("%H:%M"),
        "minutes": meeting.minutes,
        "mode": mode,
        "last_held_on": session.last_on.isoformat() if session.last_on else None,
    }


def _late(held_on: date, signed: datetime, policy: Policy) -> LateEntry:
    on = signed.date()
    return LateEntry((on - held_on).days, policy.calendar.working_days(held_on, on))


def _duration(every: str | None) -> Duration | None:
    return Duration.parse(every) if every else None


def _fields(template: Template, section_id: str) -> Any:
    section = template.section(section_id)
    return section.fields if section else ()
