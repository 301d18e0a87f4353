"""Who manages and supervises whom: changed, proposed, confirmed, declined, and refused in sentences."""

from datetime import date, datetime
from uuid import UUID

import pytest

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from staff import services
from staff.models import Account, ManagementLine, Service, StaffMember, SupervisionRelationship, Team
from tests.org import RECORDED, Org, add_person, put_under
from trail.models import Entry

DECEMBER = date(2026, 12, 1)


def change_supervisor(org: Org, noon: datetime, **changes: object) -> SupervisionRelationship:
    arguments = {
        "supervisee_id": org.worker.pk,
        "to_id": org.outsider.pk,
        "starts_on": DECEMBER,
        "actor": org.actor(org.team_manager),
        "at": noon,
    }
    return services.change_supervisor(**(arguments | changes))  # type: ignore[arg-type]


def propose(org: Org, noon: datetime, **changes: object) -> ManagementLine:
    arguments = {
        "person_id": org.worker.pk,
        "manager_id": org.outsider.pk,
        "starts_on": DECEMBER,
        "actor": org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR),
        "at": noon,
    }
    return services.propose_line(**(arguments | changes))  # type: ignore[arg-type]


def change_line(org: Org, noon: datetime, **changes: object) -> ManagementLine:
    arguments = {
        "person_id": org.worker.pk,
        "manager_id": org.outsider.pk,
        "starts_on": DECEMBER,
        "actor": org.actor(org.head),
        "at": noon,
    }
    return services.change_line(**(arguments | changes))  # type: ignore[arg-type]


def spans(person: StaffMember) -> list[tuple[str, date, date | None]]:
    rows = person.supervision_received.order_by("starts_on").select_related("supervisor")
    return [(row.supervisor.name, row.starts_on, row.ends_on) for row in rows]


# Changing the supervisor


@pytest.mark.scenario(5)
@pytest.mark.req("R012", "R105")
def test_one_supervision_ends_on_the_day_on_which_the_next_begins(org: Org, noon: datetime) -> None:
    began = org.worker.supervision_received.get().starts_on

    change_supervisor(org, noon)

    assert spans(org.worker) == [("Priya Nair", began, DECEMBER), ("Oscar Reed", DECEMBER, None)]


def test_the_trail_hears_of_a_change_of_supervisor(org: Org, noon: datetime) -> None:
    new = change_supervisor(org, noon)

    entry = Entry.objects.get(verb="supervisor.changed")
    assert (entry.actor_id, entry.about_id, entry.via) == (org.team_manager.pk, org.worker.pk, "next up")
    assert (entry.target_id, entry.detail) == (str(new.pk), {"to": str(org.outsider.pk)})


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head"])
def test_line_manager_next_up_and_above_may_change_the_supervisor(org: Org, noon: datetime, who: str) -> None:
    assert change_supervisor(org, noon, actor=org.actor(getattr(org, who)))


@pytest.mark.parametrize("who", ["worker", "outsider", "hr", "psw", "sysadmin"])
def test_nobody_else_may_change_the_supervisor(org: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        change_supervisor(org, noon, actor=org.actor(getattr(org, who)))

    assert len(spans(org.worker)) == 1


def test_a_hat_changes_nothing_about_that(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        change_supervisor(org, noon, actor=org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR))


def test_nobody_supervises_themselves(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="supervise themselves"):
        change_supervisor(org, noon, to_id=org.worker.pk)


def test_two_people_cannot_supervise_each_other(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="supervise each other") as refused:
        change_supervisor(org, noon, supervisee_id=org.supervisor.pk, to_id=org.worker.pk, actor=org.actor(org.head))

    assert refused.value.field == "to_id"


def test_a_swap_cannot_come_about_by_waiting_either(org: Org, noon: datetime) -> None:
    change_supervisor(org, noon, starts_on=date(2027, 3, 1))

    put_under(org.outsider, org.team_manager, supervises=False)

    with pytest.raises(RuleBroken, match="supervise each other"):
        change_supervisor(org, noon, supervisee_id=org.outsider.pk, to_id=org.worker.pk)


def test_a_change_in_the_past_is_refused_in_a_sentence(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="cannot begin in the past") as refused:
        change_supervisor(org, noon, starts_on=date(2026, 11, 8))

    assert refused.value.field == "starts_on"
    assert change_supervisor(org, noon, starts_on=date(2026, 11, 9))


def test_a_first_supervision_may_have_begun(org: Org, noon: datetime) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker")
    put_under(newcomer, org.supervisor, supervises=False)

    assert change_supervisor(org, noon, supervisee_id=newcomer.pk, starts_on=date(2026, 10, 1))


def test_somebody_above_cannot_take_over_a_file_alone(org: Org, noon: datetime) -> None:
    for who in ("team_manager", "head"):
        person = getattr(org, who)
        with pytest.raises(RuleBroken, match="nobody gives this to themselves") as refused:
            change_supervisor(org, noon, to_id=person.pk, actor=org.actor(person))
        assert refused.value.field == "to_id"
        with pytest.raises(RuleBroken, match="nobody gives this to themselves"):
            change_line(org, noon, manager_id=person.pk, actor=org.actor(person))

    assert spans(org.worker)[-1][0] == "Priya Nair"


def test_a_line_manager_may_supervise_those_managed(org: Org, noon: datetime) -> None:
    put_under(org.outsider, org.team_manager, supervises=False)

    change_supervisor(
        org, noon, supervisee_id=org.outsider.pk, to_id=org.team_manager.pk, actor=org.actor(org.team_manager)
    )

    assert spans(org.outsider)[-1][0] == "Tom Mills"


def test_the_person_the_former_and_the_next_supervisor_are_told_of_a_change(org: Org, noon: datetime) -> None:
    change_supervisor(org, noon)

    told = [job.arguments for job in Job.objects.filter(task="notifications.tasks.notify")]
    assert {UUID(each["person_id"]) for each in told} == {org.worker.pk, org.supervisor.pk, org.outsider.pk}


def test_a_change_while_another_one_is_planned_is_refused_in_a_sentence(org: Org, noon: datetime) -> None:
    change_supervisor(org, noon, starts_on=date(2027, 1, 4))

    with pytest.raises(RuleBroken, match="begins on 4 January 2027"):
        change_supervisor(org, noon, to_id=org.head.pk)


def test_nobody_is_supervised_by_somebody_who_has_left_by_then(org: Org, noon: datetime) -> None:
    StaffMember.objects.filter(pk=org.outsider.pk).update(left_on=DECEMBER)

    with pytest.raises(RuleBroken, match="Oscar Reed has left by that day"):
        change_supervisor(org, noon)
    assert change_supervisor(org, noon, starts_on=date(2026, 11, 30))


def test_nobody_is_supervised_before_they_began(org: Org, noon: datetime) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker", starts_on=DECEMBER)
    put_under(newcomer, org.supervisor, supervises=False, starts_on=date(2026, 11, 1))

    with pytest.raises(RuleBroken, match="Nia Bell begins on 1 December 2026"):
        change_supervisor(
            org, noon, supervisee_id=newcomer.pk, starts_on=date(2026, 11, 30), actor=org.actor(org.supervisor)
        )


def test_other_kinds_of_supervision_stay(org: Org, noon: datetime) -> None:
    cover = SupervisionRelationship.objects.create(
        supervisee=org.worker,
        supervisor=org.head,
        kind=SupervisionRelationship.Kind.COVER,
        starts_on=date(2026, 11, 2),
        recorded_at=RECORDED,
    )

    change_supervisor(org, noon)

    cover.refresh_from_db()
    assert cover.ends_on is None


# Proposing and confirming a line


def test_a_proposal_asks_the_present_line_manager_and_changes_nothing_yet(org: Org, noon: datetime) -> None:
    line = propose(org, noon)

    assert (line.confirmed_at, line.proposed_by_id) == (None, org.sysadmin.pk)
    assert org.actor(org.outsider, on=DECEMBER).manages == frozenset()
    job = Job.objects.get(task="notifications.tasks.notify")
    assert job.arguments["person_id"] == str(org.supervisor.pk)
    assert job.arguments["kind"] == "line_to_confirm"
    assert job.arguments["path"] == f"/people/lines/{line.pk}/"


def test_confirming_ends_the_present_line_and_begins_the_next(org: Org, noon: datetime) -> None:
    line = propose(org, noon)

    services.confirm_line(line_id=line.pk, actor=org.actor(org.supervisor), at=noon)

    rows = org.worker.management_lines.order_by("starts_on").values_list("manager__name", "ends_on")
    assert list(rows) == [("Priya Nair", DECEMBER), ("Oscar Reed", None)]
    assert len(spans(org.worker)) == 1


def test_a_line_confirmed_late_holds_from_that_day_and_rewrites_no_past(org: Org, noon: datetime) -> None:
    line = propose(org, noon)

    services.confirm_line(line_id=line.pk, actor=org.actor(org.supervisor, on=date(2026, 12, 8)), at=noon)

    rows = org.worker.management_lines.order_by("starts_on").values_list("starts_on", "ends_on")
    assert list(rows) == [(date(2025, 4, 1), date(2026, 12, 8)), (date(2026, 12, 8), None)]


def test_declining_leaves_everything_as_it_was(org: Org, noon: datetime) -> None:
    line = propose(org, noon)

    services.answer_line(line_id=line.pk, answer="no", actor=org.actor(org.supervisor), at=noon)

    assert org.worker.management_lines.live(DECEMBER).get().manager_id == org.supervisor.pk
    assert not ManagementLine.objects.waiting().exists()
    assert Entry.objects.filter(verb="line.declined").exists()


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head"])
def test_the_present_line_manager_and_those_above_answer(org: Org, noon: datetime, who: str) -> None:
    line = propose(org, noon)

    assert services.confirm_line(line_id=line.pk, actor=org.actor(getattr(org, who)), at=noon).confirmed_at


@pytest.mark.parametrize("who", ["worker", "outsider", "hr", "psw", "sysadmin"])
def test_nobody_else_answers_and_least_of_all_who_gains_by_it(org: Org, noon: datetime, who: str) -> None:
    line = propose(org, noon)

    with pytest.raises(ManagementLine.DoesNotExist):
        services.confirm_line(line_id=line.pk, actor=org.actor(getattr(org, who)), at=noon)


def test_a_manager_above_who_is_proposed_does_not_answer(org: Org, noon: datetime) -> None:
    line = propose(org, noon, manager_id=org.team_manager.pk)

    with pytest.raises(ManagementLine.DoesNotExist):
        services.confirm_line(line_id=line.pk, actor=org.actor(org.team_manager), at=noon)


def test_who_has_no_line_is_answered_for_by_those_who_lead_in_the_service(org: Org, noon: datetime) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker", starts_on=DECEMBER)
    line = propose(org, noon, person_id=newcomer.pk, manager_id=org.supervisor.pk)

    asked = {UUID(job.arguments["person_id"]) for job in Job.objects.filter(task="notifications.tasks.notify")}
    assert asked == {org.team_manager.pk, org.head.pk}
    for who in ("supervisor", "outsider", "sysadmin", "hr", "psw"):
        with pytest.raises(ManagementLine.DoesNotExist):
            services.confirm_line(line_id=line.pk, actor=org.actor(getattr(org, who)), at=noon)
    assert services.confirm_line(line_id=line.pk, actor=org.actor(org.team_manager), at=noon).confirmed_at


def test_leaders_whom_the_proposer_invited_and_those_of_another_service_are_not_asked(org: Org, noon: datetime) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker", starts_on=DECEMBER)
    elsewhere = Team.objects.create(name="Elm team", service=Service.objects.create(name="Fostering"))
    add_person("Flo Dean", team=elsewhere, job_title="Team manager", role=Role.TEAM_MANAGER)
    Account.objects.filter(person__in=[org.team_manager, org.head]).update(invited_by=org.sysadmin)

    with pytest.raises(RuleBroken, match="Nobody can confirm this yet"):
        propose(org, noon, person_id=newcomer.pk, manager_id=org.supervisor.pk)


def test_all_concerned_are_told_and_no_notice_says_what(org: Org, noon: datetime) -> None:
    line = propose(org, noon)
    Job.objects.all().delete()

    services.confirm_line(line_id=line.pk, actor=org.actor(org.team_manager), at=noon)

    told = [job.arguments for job in Job.objects.filter(task="notifications.tasks.notify")]
    assert {UUID(each["person_id"]) for each in told} == {org.worker.pk, org.supervisor.pk, org.outsider.pk}
    assert {each["kind"] for each in told} == {"relations_changed"}


def test_a_second_answer_finds_nothing_to_answer(org: Org, noon: datetime) -> None:
    line = propose(org, noon)
    services.confirm_line(line_id=line.pk, actor=org.actor(org.team_manager), at=noon)

    with pytest.raises(ManagementLine.DoesNotExist):
        services.decline_line(line_id=line.pk, actor=org.actor(org.team_manager), at=noon)


def test_administrators_cannot_propose_themselves(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="You cannot propose yourself"):
        propose(org, noon, manager_id=org.sysadmin.pk)


def test_nobody_both_proposes_and_confirms(org: Org, noon: datetime) -> None:
    line = ManagementLine.objects.create(
        person=org.worker, manager=org.outsider, proposed_by=org.supervisor, starts_on=DECEMBER, recorded_at=noon
    )

    with pytest.raises(ManagementLine.DoesNotExist):
        services.confirm_line(line_id=line.pk, actor=org.actor(org.supervisor), at=noon)


def test_administrators_cannot_propose_their_own_line(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        propose(org, noon, person_id=org.sysadmin.pk)


def test_only_with_the_hat_on(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed, match="Put that hat on"):
        propose(org, noon, actor=org.actor(org.sysadmin))


def test_a_new_proposal_replaces_an_unanswered_one(org: Org, noon: datetime) -> None:
    first = propose(org, noon)
    second = propose(org, noon, manager_id=org.head.pk)

    first.refresh_from_db()
    assert first.declined_at == noon
    assert list(ManagementLine.objects.waiting()) == [second]


# Loops


@pytest.mark.parametrize("manager", ["worker", "supervisor"])
def test_a_loop_is_refused_when_it_is_proposed(org: Org, noon: datetime, manager: str) -> None:
    with pytest.raises(RuleBroken, match="below this one in the line") as refused:
        propose(org, noon, person_id=org.team_manager.pk, manager_id=getattr(org, manager).pk)

    assert refused.value.field == "manager_id"


def test_a_loop_that_came_about_meanwhile_is_refused_when_it_is_confirmed(org: Org, noon: datetime) -> None:
    newcomer = add_person("Nia Bell", team=org.team, job_title="Social worker")
    line = propose(org, noon, person_id=org.team_manager.pk, manager_id=newcomer.pk)
    put_under(newcomer, org.worker)

    with pytest.raises(RuleBroken, match="below this one"):
        services.confirm_line(line_id=line.pk, actor=org.actor(org.head), at=noon)


def test_a_loop_that_would_close_later_is_refused_too(org: Org, noon: datetime) -> None:
    ManagementLine.objects.filter(person=org.head).delete()
    put_under(org.head, org.outsider, starts_on=date(2027, 6, 1))

    with pytest.raises(RuleBroken, match="below this one"):
        change_line(org, noon, person_id=org.outsider.pk, manager_id=org.worker.pk, actor=_above(org, org.outsider))


def _above(org: Org, person: StaffMember) -> object:
    middle = add_person("Mo Karim", team=org.other_team, job_title="Team manager")
    top = add_person("Tia Lund", team=org.other_team, job_title="Assistant director")
    put_under(person, middle)
    put_under(middle, top)
    return org.actor(top)


def test_nobody_manages_themselves(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="manage themselves"):
        change_line(org, noon, manager_id=org.worker.pk)


# Setting a line from above


@pytest.mark.parametrize("who", ["team_manager", "head"])
def test_those_above_the_line_manager_set_the_line_at_once(org: Org, noon: datetime, who: str) -> None:
    line = change_line(org, noon, actor=org.actor(getattr(org, who)))

    assert line.confirmed_at == noon
    assert org.worker.pk in org.actor(org.outsider, on=DECEMBER).manages
    assert org.worker.pk not in org.actor(org.supervisor, on=DECEMBER).manages


@pytest.mark.parametrize("who", ["worker", "supervisor", "outsider", "hr", "psw", "sysadmin"])
def test_nobody_else_sets_the_line(org: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        change_line(org, noon, actor=org.actor(getattr(org, who)))


def test_a_line_in_the_past_is_refused_in_a_sentence(org: Org, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="cannot begin in the past"):
        change_line(org, noon, starts_on=date(2025, 4, 1))


def test_a_line_set_from_above_withdraws_an_open_proposal(org: Org, noon: datetime) -> None:
    proposal = propose(org, noon, manager_id=org.head.pk)

    change_line(org, noon)

    proposal.refresh_from_db()
    assert proposal.declined_at == noon
