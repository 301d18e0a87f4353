"""Scenario 11, every open case in every session (003): a record is not signed while a child is left out."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse

from cases.models import Allocation, Child
from compliance import services as compliance
from compliance.rules import CHILDREN
from core.errors import RuleBroken
from policies import services as policies
from policies.rules import ChildAssessment
from records import selectors as record_selectors
from records.models import Part
from records.services import Evidence
from records.values import TypedSection
from staff.challenge import Challenge
from staff.models import CategoryHeld
from supervision import selectors, services
from supervision.models import SupervisionSession
from supervision.models.discussions import Discussion
from supervision.rules import Times
from supervision.rules.discussions import Mark
from tests.cases_kit import at, child_with, discuss
from tests.org import RECORDED, Org, SignIn

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.fixture
def session(org: Org) -> SupervisionSession:
    policies.adopt(slug="family-safeguarding-003", starts_on=date(2025, 4, 1), at=RECORDED)
    CategoryHeld.objects.filter(person=org.worker).update(category="practitioner")
    for number in range(100, 114):
        child_with(org.worker, reference=f"M{number}")
    for number in (114, 115):
        child_with(org.worker, reference=f"M{number}", opened_on=MONDAY)
    Allocation.objects.filter(starts_on=MONDAY).update(recorded_at=at(MONDAY) - timedelta(hours=4))
    return services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=MONDAY, starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )


def mark(org: Org, session: SupervisionSession, marks: dict[str, Mark]) -> None:
    children = {each.child.reference: each.child.pk for each in selectors.children_to_discuss(session)}
    services.mark_discussions(
        session_id=session.pk,
        marks={children[reference]: each for reference, each in marks.items()},
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )


def sign(org: Org, session: SupervisionSession) -> Part:
    record = session.record
    context = selectors.signing_context(record=record, on=MONDAY)
    text = record_selectors.text_to_sign(
        record=record, facts=context.facts, late=context.late, given=context.given, entries=context.entries
    )
    return services.sign_record(
        record_id=record.pk,
        shown=text.shown,
        challenge=Challenge(method="demo", auth_time=NOON - timedelta(minutes=1)),
        evidence=Evidence(address="192.0.2.1", browser="Suite"),
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )


def write(org: Org, session: SupervisionSession, references: Iterable[str], **sections: dict[str, str]) -> None:
    """An entry for each of the children."""
    for child in Child.objects.filter(reference__in=references):
        services.save_entry(
            session_id=session.pk,
            child_id=child.pk,
            sections=[TypedSection(section, None, 0, fields) for section, fields in sections.items()],
            actor=org.actor(org.supervisor, on=MONDAY),
            at=NOON,
        )


SAID = {"said": "She wants to stay.", "shaped": "The plan says so now."}
FIFTEEN = {f"M{number}": Mark("brief") for number in range(100, 115)}


@pytest.mark.scenario(11, "a")
@pytest.mark.req("R328")
def test_signing_is_refused_naming_the_sixteenth(org: Org, session: SupervisionSession) -> None:
    mark(org, session, FIFTEEN)

    with pytest.raises(RuleBroken, match=r"Still to be marked: M115\."):
        sign(org, session)
    assert not Part.objects.exists()

    mark(org, session, {**FIFTEEN, "M115": Mark("not_discussed", "Allocated an hour before.")})
    with pytest.raises(RuleBroken, match="Write the entry of M100, who was discussed briefly"):
        sign(org, session)
    write(org, session, FIFTEEN, outcomes={"change": "Nothing has changed since."}, voice=SAID)
    assert sign(org, session).seq == 1


@pytest.mark.scenario(11, "a")
def test_the_page_before_signing_names_it_and_has_no_button(
    org: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    mark(org, session, FIFTEEN)
    with time_machine.travel(NOON, tick=False):
        client = sign_in(org.supervisor)
        page = client.get(reverse("supervision:record-sign", args=[session.record_id])).content.decode()
        writing = client.get(reverse("supervision:record-write", args=[session.record_id])).content.decode()

    assert "Still to be marked: M115." in page
    assert reverse("supervision:session-children", args=[session.pk]) in page
    assert 'name="shown"' not in page
    assert "Children: 15 of 16 marked, 15 of them as discussed." in writing


@pytest.mark.scenario(11, "b")
def test_not_discussed_needs_a_reason_and_is_due_at_once(org: Org, session: SupervisionSession) -> None:
    with pytest.raises(RuleBroken):
        mark(org, session, {"M100": Mark("not_discussed", "")})
    before = {key: answer.due_on for key, answer in _answers(session).items()}

    mark(org, session, {"M100": Mark("not_discussed", "No time.")})

    after = {key: answer.due_on for key, answer in _answers(session).items()}
    assert [(before[key], after[key]) for key in after if after[key] != before[key]] == [(date(2026, 11, 30), MONDAY)]


@pytest.mark.scenario(11, "b")
def test_not_discussed_is_asked_why_and_stands_on_the_overdue_list(
    org: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    keys = {each.child.reference: each.child.pk for each in selectors.children_to_discuss(session)}
    address = reverse("supervision:session-children", args=[session.pk])
    with time_machine.travel(NOON, tick=False):
        client = sign_in(org.supervisor)
        typed = {f"depth-{keys['M100']}": "not_discussed", f"reason-{keys['M100']}": ""}
        refused = client.post(address, typed).content.decode()
        saved = client.post(
            address, typed | {f"reason-{keys['M100']}": "The fire alarm.", "rest": "1"}, follow=True
        ).content.decode()
    night = datetime(2026, 11, 10, 2, tzinfo=UTC)
    compliance.do_night(on=night.date(), at=night)
    compliance.assess(CHILDREN, keys=list(keys.values()), on=night.date(), at=night)
    with time_machine.travel(night + timedelta(hours=7), tick=False):
        client = sign_in(org.supervisor)
        overdue = client.get(reverse("compliance:overdue"), {"what": "child"}).content.decode()
        home = client.get("/").content.decode()

    assert "Say why M100 was not discussed." in refused
    assert "M101" in saved[saved.index("Marked as discussed briefly") :]
    assert [reference for reference in keys if reference in overdue] == ["M100"]
    assert "Left out of the session on 9 November 2026" in overdue
    assert "1 child has not been discussed in time" in home


@pytest.mark.scenario(11, "a")
@pytest.mark.scenario(11, "d")
def test_both_of_that_morning_stand_on_the_pages_at_once_in_the_order_of_the_agenda(
    org: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    discuss(Child.objects.get(reference="M105"), org.worker, on=date(2026, 9, 1))
    discuss(Child.objects.get(reference="M100"), org.worker, on=date(2026, 10, 1))
    with time_machine.travel(NOON, tick=False):
        pages = [
            sign_in(who).get(reverse(f"supervision:{name}", args=[session.pk])).content.decode()
            for who, name in (
                (org.supervisor, "session-children"),
                (org.supervisor, "session-agenda"),
                (org.worker, "session-prepare"),
            )
        ]

    never = [f"M{number}" for number in range(101, 114) if number != 105]
    for page in pages:
        order = list(dict.fromkeys(re.findall(r"\bM1\d\d\b", page)))
        assert order == [*never, "M105", "M100", "M114", "M115"]


@pytest.mark.scenario(11, "c")
def test_what_was_marked_with_the_agenda_counts_once_the_session_says_so(
    org: Org, session: SupervisionSession, sign_in: SignIn
) -> None:
    keys = {each.child.reference: each.child.pk for each in selectors.children_to_discuss(session)}
    with time_machine.travel(NOON, tick=False):
        worker, supervisor = sign_in(org.worker), sign_in(org.supervisor)
        worker.post(reverse("supervision:session-agenda", args=[session.pk]), {"in_depth": [str(keys["M104"])]})
        assert not Discussion.objects.exists(), "what is meant is no discussion yet"
        address = reverse("supervision:session-children", args=[session.pk])
        page = supervisor.get(address).content.decode()
        chosen = re.findall(r'name="depth-([0-9a-f-]+)"[^>]*value="(\w+)"[^>]*checked', page)
        supervisor.post(address, {f"depth-{key}": depth for key, depth in chosen} | {"rest": "1"})
        write(org, session, keys, outcomes={"change": "Nothing has changed since."}, voice=SAID)
        sign(org, session)
        late = supervisor.post(address, {f"depth-{keys['M101']}": "in_depth"}).content.decode()

    in_depth = Discussion.objects.filter(depth="in_depth").values_list("child__reference", flat=True)
    assert list(in_depth) == ["M104"]
    assert Discussion.objects.filter(depth="brief").count() == 15
    assert "so what was discussed in it stays as it is" in late


def test_where_the_policy_does_not_want_each_the_page_says_how_many_are_left_out(
    org: Org, shropshire: Org, sign_in: SignIn
) -> None:
    children = [child_with(org.worker, reference=f"P{number}") for number in (3001, 3002, 3003)]
    session = services.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=MONDAY, starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor, on=MONDAY),
        at=NOON,
    )
    mark(org, session, {children[0].reference: Mark("in_depth")})
    write(org, session, [children[0].reference], situation={"situation": "At home again."})
    with time_machine.travel(NOON, tick=False):
        client = sign_in(org.supervisor)
        page = client.get(reverse("supervision:record-sign", args=[session.record_id])).content.decode()
        assert "Of 2 of the 3 children nothing is said" in page
        assert 'name="shown"' in page

        sign(org, session)
        shown = client.get(reverse("supervision:session-detail", args=[session.pk])).content.decode()
        marks = client.get(reverse("supervision:session-children", args=[session.pk]), follow=True).content.decode()

    assert "P3001</a>: in depth" in shown
    assert "so what was discussed in it stays as it is" in marks
    assert Discussion.objects.count() == 1


def _answers(session: SupervisionSession) -> dict[UUID, ChildAssessment]:
    keys = [each.child.pk for each in selectors.children_to_discuss(session)]
    return selectors.child_statuses(children=keys, on=MONDAY)
