"""Booking, moving, giving up and handing on an audit; the children of section 3; the chase."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from audits.drawing import selectors as drawing
from audits.drawing import services as draws
from audits.models import Audit, Draw
from audits.planning import services
from audits.planning.rules import sight_ends_on
from audits.timetable.services import chase_audits
from audits.writing.services import open_audit
from cases.models import Allocation, Episode
from core.errors import NotAllowed, RuleBroken
from notifications.models import Notice
from outbox.models import Job
from policies import services as policies
from policies.selectors import policy_in_force
from records.services import save_section
from staff.models import CategoryHeld, ManagementLine, SightGrant, SupervisionRelationship
from tests.audits_kit import NOON, TODAY, Tiers, acting, opened, planned, signed, tiers
from tests.cases_kit import child_with
from tests.integration.policies.kit import changed
from tests.org import RECORDED, Org, add_person
from tests.policies_kit import shipped
from tests.records_kit import load_templates

FILES_OF_WORKERS = "service_manager-supervision_file-social_worker"
FILES_OF_MANAGERS = "assistant_director-supervision_file-team_manager"
Q3 = (date(2026, 10, 1), date(2027, 1, 1))
DAY = date(2026, 11, 20)


@pytest.fixture
def line(shropshire: Org) -> Tiers:
    return tiers(shropshire, workers=2)


@pytest.fixture
def audit(line: Tiers) -> Audit:
    return planned(
        auditor=line.head, file_of=line.workers[0], supervisor=line.managers[0], duty=FILES_OF_WORKERS, period=Q3
    )


@pytest.mark.req("R120")
def test_a_day_is_booked_and_moved_and_never_in_the_past(line: Tiers, audit: Audit) -> None:
    head = acting(line.head)
    for day in (DAY, TODAY):
        assert services.book_audit(audit_id=audit.pk, booked_on=day, actor=head, at=NOON).booked_on == day
    for day, words in ((TODAY - timedelta(days=1), "in the past"), (date(2029, 1, 1), "more than two years")):
        with pytest.raises(RuleBroken, match=words) as refusal:
            services.book_audit(audit_id=audit.pk, booked_on=day, actor=head, at=NOON)
        assert refusal.value.field == "booked_on"
    signed(audit, on=TODAY)
    with pytest.raises(RuleBroken, match="signed already"):
        services.book_audit(audit_id=audit.pk, booked_on=DAY, actor=head, at=NOON)


def test_once_it_is_open_its_day_its_file_and_its_auditor_stay(line: Tiers, audit: Audit) -> None:
    opened(audit)
    head, psw = acting(line.head), line.org.psw.pk

    for call in (
        lambda: services.book_audit(audit_id=audit.pk, booked_on=DAY, actor=head, at=NOON),
        lambda: services.appoint_auditor(audit_id=audit.pk, to_id=psw, actor=acting(line.assistant), at=NOON),
        lambda: draws.draw_again(audit_id=audit.pk, reason="Another", actor=head, at=NOON),
    ):
        with pytest.raises(RuleBroken, match="is open already"):
            call()
    services.give_up_audit(audit_id=audit.pk, reason="I am leaving.", actor=head, at=NOON)
    with pytest.raises(RuleBroken, match="given up already"):
        services.give_up_audit(audit_id=audit.pk, reason="Again", actor=head, at=NOON)


def test_it_is_given_up_with_a_reason_by_the_auditor_or_above(line: Tiers, audit: Audit) -> None:
    with pytest.raises(RuleBroken, match="Say why"):
        services.give_up_audit(audit_id=audit.pk, reason=" ", actor=acting(line.head), at=NOON)
    given_up = services.give_up_audit(audit_id=audit.pk, reason="She has left.", actor=acting(line.assistant), at=NOON)

    assert (given_up.given_up_at, given_up.given_up_because) == (NOON, "She has left.")
    assert list(Audit.objects.standing()) == []
    for person in (line.managers[0], line.workers[0], line.org.outsider):
        with pytest.raises(Audit.DoesNotExist):
            services.give_up_audit(audit_id=audit.pk, reason="No", actor=acting(person), at=NOON)


@pytest.mark.scenario(20, "b")
@pytest.mark.req("R114")
def test_a_files_own_supervisor_and_supervisee_are_refused_as_its_auditor(line: Tiers, audit: Audit) -> None:
    above = acting(line.assistant)
    cover = add_person("Cora Vale", team=line.org.team, job_title="Senior")
    SupervisionRelationship.objects.create(
        supervisee=line.workers[0], supervisor=cover, kind="cover", covers_for=line.managers[0],
        starts_on=TODAY - timedelta(days=3), recorded_at=RECORDED,
    )  # fmt: skip
    refused = {
        line.managers[0].pk: "Tom Mills supervises the person whose file it is. Nobody audits their own supervision",
        cover.pk: "Cora Vale supervises the person whose file it is",
        line.workers[0].pk: "It is A0 Worker’s own file. Nobody audits their own file",
        line.workers[1].pk: "A1 Worker is supervised by Tom Mills, whose supervision the audit looks at",
        line.assistant.pk: "You would give yourself sight of a file that is not open to you",
        line.head.pk: "Helen Hart does this audit already",
    }
    for to_id, words in refused.items():
        with pytest.raises(RuleBroken, match=words) as refusal:
            services.appoint_auditor(audit_id=audit.pk, to_id=to_id, actor=above, at=NOON)
        assert refusal.value.field == "to_id"
    audit.refresh_from_db()
    assert audit.auditor == line.head
    with pytest.raises(NotAllowed, match="line manager, or somebody above"):
        services.appoint_auditor(audit_id=audit.pk, to_id=line.org.psw.pk, actor=acting(line.head), at=NOON)


@pytest.mark.req("R254")
def test_another_auditor_sees_file_and_children_while_the_audit_is_open_and_not_before(
    line: Tiers, audit: Audit
) -> None:
    load_templates()
    children = {child_with(line.workers[0]).pk for _ in range(5)}
    services.book_audit(audit_id=audit.pk, booked_on=DAY, actor=acting(line.head), at=NOON)
    psw, above = line.org.psw, acting(line.assistant)

    given = services.appoint_auditor(audit_id=audit.pk, to_id=psw.pk, actor=above, at=NOON)

    assert (given.auditor, given.appointed_by) == (psw, line.assistant)
    assert (acting(psw).granted_people, acting(psw).granted_children) == (frozenset(), frozenset())
    assert Job.objects.filter(arguments__kind="audit_given").count() == 1
    with pytest.raises(RuleBroken, match="does this audit already"):
        services.appoint_auditor(audit_id=audit.pk, to_id=psw.pk, actor=above, at=NOON)

    open_audit(audit_id=audit.pk, actor=acting(psw), at=NOON)

    grants = SightGrant.objects.in_force().filter(given_for=audit.pk)
    assert {(grant.person, grant.given_by) for grant in grants} == {(psw, line.assistant)}
    assert {(grant.starts_on, grant.ends_on) for grant in grants} == {(TODAY, TODAY + timedelta(days=28))}
    seen = acting(psw)
    assert seen.granted_people == {line.workers[0].pk}
    assert seen.granted_children < children
    assert len(seen.granted_children) == 2
    assert acting(psw, on=TODAY + timedelta(days=28)).granted_people == frozenset()

    # Other children are for somebody above to let be drawn, and sight follows
    with pytest.raises(NotAllowed, match="was given to you"):
        services.draw_children_again(audit_id=audit.pk, reason="One is my niece.", actor=seen, at=NOON)
    drawn = services.draw_children_again(audit_id=audit.pk, reason="One is her niece.", actor=above, at=NOON)
    assert acting(psw).granted_children == {child.child_id for child in drawn}

    services.give_up_audit(audit_id=audit.pk, reason="She is ill.", actor=above, at=NOON)
    assert acting(psw).granted_people == frozenset()
    assert not SightGrant.objects.in_force().filter(given_for=audit.pk).exists()


def test_an_audit_handed_on_before_it_is_opened_opens_nothing_to_the_first(line: Tiers, audit: Audit) -> None:
    above, psw = acting(line.assistant), line.org.psw
    services.appoint_auditor(audit_id=audit.pk, to_id=psw.pk, actor=above, at=NOON)

    back = services.appoint_auditor(audit_id=audit.pk, to_id=line.head.pk, actor=above, at=NOON)

    assert back.auditor == line.head
    with pytest.raises(Audit.DoesNotExist):
        open_audit(audit_id=audit.pk, actor=acting(psw), at=NOON)
    load_templates()
    open_audit(audit_id=audit.pk, actor=acting(line.head), at=NOON)
    assert not SightGrant.objects.exists(), "the line manager of the supervisor reads it anyway"


def test_who_supervises_the_person_by_now_does_not_open_the_audit_they_were_given(line: Tiers, audit: Audit) -> None:
    psw = line.org.psw
    services.appoint_auditor(audit_id=audit.pk, to_id=psw.pk, actor=acting(line.assistant), at=NOON)
    SupervisionRelationship.objects.create(
        supervisee=line.workers[0], supervisor=psw, kind="cover", covers_for=line.managers[0],
        starts_on=TODAY, recorded_at=RECORDED,
    )  # fmt: skip

    with pytest.raises(RuleBroken, match="You supervise the person whose file it is"):
        open_audit(audit_id=audit.pk, actor=acting(psw), at=NOON)
    assert not SightGrant.objects.exists()


def test_the_policys_word_on_health_takes_no_mask_off_the_file(line: Tiers, audit: Audit, tmp_path: Path) -> None:
    load_templates()
    block = {**shipped("shropshire-2017").document["audit"], "health_content": "read"}
    (tmp_path / "shropshire.yaml").write_text(changed(audit=block))
    policies.load_packs(at=NOON + timedelta(days=60), folder=tmp_path)
    policies.adopt(slug="shropshire-2017", starts_on=date(2026, 11, 1), at=NOON)
    services.appoint_auditor(audit_id=audit.pk, to_id=line.org.psw.pk, actor=acting(line.assistant), at=NOON)

    open_audit(audit_id=audit.pk, actor=acting(line.org.psw), at=NOON)

    terms = policy_in_force(TODAY)
    assert terms
    assert terms.audit.unmasks_health
    assert acting(line.org.psw).granted_people == {line.workers[0].pk}
    assert acting(line.org.psw).unmasked == frozenset()


def test_sight_of_an_open_audit_is_renewed_by_somebody_above_and_nobody_else(line: Tiers, audit: Audit) -> None:
    load_templates()
    psw, above = line.org.psw, line.assistant
    with pytest.raises(RuleBroken, match="not open yet"):
        services.renew_sight(audit_id=audit.pk, actor=acting(above), at=NOON)
    services.appoint_auditor(audit_id=audit.pk, to_id=psw.pk, actor=acting(above), at=NOON)
    open_audit(audit_id=audit.pk, actor=acting(psw), at=NOON)
    late = TODAY + timedelta(days=40)
    later = NOON + timedelta(days=40)
    assert acting(psw, on=late).granted_people == frozenset()
    with pytest.raises(NotAllowed, match="somebody above"):
        services.renew_sight(audit_id=audit.pk, actor=acting(psw, on=late), at=later)

    services.renew_sight(audit_id=audit.pk, actor=acting(line.director, on=late), at=later)

    assert acting(psw, on=late).granted_people == {line.workers[0].pk}
    [grant] = SightGrant.objects.in_force().filter(given_for=audit.pk)
    assert (grant.given_by, grant.ends_on) == (line.director, late + timedelta(days=28))


def test_who_drew_a_file_and_changed_post_goes_on_once_somebody_above_says_so(line: Tiers, audit: Audit) -> None:
    load_templates()
    with pytest.raises(RuleBroken, match="not open yet"):
        services.renew_sight(audit_id=audit.pk, actor=acting(line.assistant), at=NOON)
    open_audit(audit_id=audit.pk, actor=acting(line.head), at=NOON)
    with pytest.raises(RuleBroken, match="Helen Hart reads this file anyway"):
        services.renew_sight(audit_id=audit.pk, actor=acting(line.assistant), at=NOON)
    ManagementLine.objects.filter(manager=line.head).update(manager=line.assistant)
    assert line.workers[0].pk not in acting(line.head).next_up_for

    services.renew_sight(audit_id=audit.pk, actor=acting(line.director), at=NOON)

    assert acting(line.head).granted_people == {line.workers[0].pk}


def test_sight_lasts_four_weeks() -> None:
    assert sight_ends_on(TODAY) == TODAY + timedelta(days=28)


@pytest.mark.scenario(20, "d")
@pytest.mark.req("R255")
def test_two_of_the_children_held_in_the_six_months_before_are_drawn(line: Tiers, audit: Audit) -> None:
    worker, head = line.workers[0], acting(line.head)
    Audit.objects.filter(pk=audit.pk).update(booked_on=DAY)
    now, closed, long_closed, later = (child_with(worker) for _ in range(4))
    for child, ends_on in ((closed, date(2026, 5, 21)), (long_closed, date(2026, 5, 20))):
        Allocation.objects.filter(child=child).update(ends_on=ends_on)
        Episode.objects.filter(child=child).update(ends_on=ends_on)
    Allocation.objects.filter(child=later).update(starts_on=date(2026, 11, 21))
    child_with(worker, without_worker=True)
    child_with(line.workers[1])

    drawn = draws.draw_children(audit_id=audit.pk, actor=head, at=NOON)

    assert {child.child for child in drawn} == {now, closed}
    draw = drawn[0].draw
    assert [each["id"] for each in draw.pool] == sorted([str(now.pk), str(closed.pk)])
    assert [child.pk for child in draws.draw_children(audit_id=audit.pk, actor=head, at=NOON)] == [
        child.pk for child in drawn
    ], "drawn once"
    assert Draw.objects.filter(of="children").count() == 1


@pytest.mark.scenario(20, "e")
def test_other_children_are_drawn_with_a_reason_and_both_draws_stay(line: Tiers, audit: Audit) -> None:
    for _ in range(5):
        child_with(line.workers[0])
    head = acting(line.head)
    with pytest.raises(RuleBroken, match="No children are drawn"):
        services.draw_children_again(audit_id=audit.pk, reason="My niece", actor=head, at=NOON)
    first = {child.child_id for child in draws.draw_children(audit_id=audit.pk, actor=head, at=NOON)}
    with pytest.raises(RuleBroken, match="Say why you draw again"):
        services.draw_children_again(audit_id=audit.pk, reason="", actor=head, at=NOON)

    other = {
        child.child_id for child in services.draw_children_again(audit_id=audit.pk, reason="Niece", actor=head, at=NOON)
    }

    assert len(first) == len(other) == 2
    assert not first & other
    rows = drawing.draws_of(audit, actor=head)
    assert [(row.is_of_children, row.is_present, row.reason) for row in rows] == [
        (True, True, "Niece"), (True, False, ""), (False, True, "")
    ]  # fmt: skip
    assert all(row.agrees for row in rows)
    hidden = drawing.draws_of(audit, actor=acting(line.assistant))
    assert {picked for row in hidden[:2] for picked in row.picked} == {drawing.UNSEEN}


def test_once_something_is_written_about_a_child_no_other_is_drawn(line: Tiers, audit: Audit) -> None:
    load_templates()
    for _ in range(5):
        child_with(line.workers[0])
    head = acting(line.head)
    open_audit(audit_id=audit.pk, actor=head, at=NOON)
    audit.refresh_from_db()
    assert audit.record_id
    child = audit.children.all()[0]

    def write(text: str, *, version: int) -> None:
        save_section(
            record_id=audit.record_id, section="section_3", key=str(child.child_id), fields={"reflection": text},
            version=version, actor=head, at=NOON,
        )  # fmt: skip

    write("She was asked what the boy sees.", version=0)
    with pytest.raises(RuleBroken, match="would be lost with another draw"):
        services.draw_children_again(audit_id=audit.pk, reason="Niece", actor=head, at=NOON)

    write("", version=1)
    drawn = services.draw_children_again(audit_id=audit.pk, reason="Niece", actor=head, at=NOON)
    assert child.child_id not in {each.child_id for each in drawn}


@pytest.mark.scenario(20, "f")
def test_a_worker_without_cases_has_no_section_3(line: Tiers, audit: Audit) -> None:
    child_with(line.workers[0])
    CategoryHeld.objects.filter(person=line.workers[0]).update(category="sw_non_case_holding")

    assert draws.draw_children(audit_id=audit.pk, actor=acting(line.head), at=NOON) == []
    assert not Draw.objects.filter(of="children").exists()


def test_fewer_children_than_wanted_are_all_drawn(line: Tiers, audit: Audit) -> None:
    only = child_with(line.workers[0])

    assert [child.child for child in draws.draw_children(audit_id=audit.pk, actor=acting(line.head), at=NOON)] == [only]


def told() -> set[tuple[str, str, str]]:
    jobs = Job.objects.filter(arguments__kind__startswith="audit_")
    return {(job.arguments["kind"], job.arguments["person_id"], job.arguments["path"]) for job in jobs}


@pytest.mark.req("R120")
def test_a_chase_tells_each_once_however_often_it_runs(line: Tiers, audit: Audit) -> None:
    Audit.objects.filter(pk=audit.pk).update(booked_on=DAY)
    at = datetime(2026, 12, 2, 6, 45, tzinfo=NOON.tzinfo)

    number = chase_audits(at=at)
    for job in Job.objects.filter(arguments__kind__startswith="audit_"):
        Notice.objects.create(
            person_id=job.arguments["person_id"], kind=job.arguments["kind"], key=job.arguments["key"],
            path=job.arguments["path"], created_at=at,
        )  # fmt: skip

    found = told()
    assert number == len(Job.objects.filter(arguments__kind__startswith="audit_")) > 0
    assert ("audit_due", str(line.head.pk), f"/audits/{audit.pk}/") in found, "the day passed"
    assert ("audit_due", str(line.assistant.pk), "/audits/") in found, "a month left, nothing booked"
    assert ("audit_short", str(line.director.pk), "/audits/") in found, "the assistant director's second quarter"
    assert chase_audits(at=at) == 0


def test_a_chase_without_a_policy_tells_of_passed_days_alone(org: Org) -> None:
    audit = planned(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, booked_on=DAY)
    ManagementLine.objects.count()

    assert chase_audits(at=datetime(2026, 11, 21, 6, 45, tzinfo=NOON.tzinfo)) == 1
    assert told() == {("audit_due", str(org.team_manager.pk), f"/audits/{audit.pk}/")}
