"""What stays overdue goes up the line, each step of the policy once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from compliance import rules, services
from compliance.models import Escalation, Flag
from notifications.models import Notice
from policies.files import read_document
from policies.rules.escalation import DEFAULT_STEPS, steps_of
from staff.models import Absence, SupervisionRelationship
from tests.cases_kit import child_with
from tests.diary_kit import held
from tests.org import RECORDED, Org, SignIn, put_under
from tests.unit.policies.test_policy_files import document, faults_of

FIRST = date(2026, 11, 1)


def night(org: Org, on: date) -> None:
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    services.assess(rules.PEOPLE, keys=[org.worker.pk], on=on, at=at)


@pytest.fixture
def late(shropshire: Org) -> Org:
    """Supervised until August; September and October were missed, and the night of 1 November found it."""
    for month in [*((2025, month) for month in range(4, 13)), *((2026, month) for month in range(1, 9))]:
        held(shropshire.worker, shropshire.supervisor, on=date(*month, 14))
    night(shropshire, FIRST)
    return shropshire


def told() -> list[tuple[int, str, str]]:
    rows = Escalation.objects.filter(flag__kind="worker").order_by("step")
    return list(rows.values_list("step", "level", "to__name"))


@pytest.mark.req("R088")
def test_supervisor_then_manager_then_service_manager_each_once(late: Org) -> None:
    assert told() == [(1, "supervisor", "Priya Nair")]

    for day in range(1, 16):
        night(late, FIRST + timedelta(days=day))
        night(late, FIRST + timedelta(days=day))
        if day == 6:
            assert len(told()) == 1, "not before its time"
        if day == 7:
            assert told()[1:] == [(2, "supervisor_line_manager", "Tom Mills")]

    assert told()[2:] == [(3, "service_manager", "Helen Hart")]
    days = Escalation.objects.filter(flag__kind="worker").order_by("step").values_list("on", flat=True)
    assert list(days) == [FIRST, FIRST + timedelta(days=7), FIRST + timedelta(days=14)]


def test_it_goes_no_further_once_the_session_was_held(late: Org) -> None:
    held(late.worker, late.supervisor, on=date(2026, 11, 3))

    for day in (4, 9, 16):
        night(late, date(2026, 11, day))

    assert told() == [(1, "supervisor", "Priya Nair")]


def test_who_is_away_is_passed_over_and_nobody_is_told_twice(late: Org) -> None:
    Absence.objects.create(
        person=late.team_manager,
        kind="annual_leave",
        starts_on=FIRST,
        ends_on=FIRST + timedelta(days=30),
        recorded_at=RECORDED,
    )

    night(late, FIRST + timedelta(days=7))
    night(late, FIRST + timedelta(days=14))

    assert told()[1:] == [(2, "supervisor_line_manager", "Helen Hart")], "the service manager knows already"
    assert Escalation.objects.get(step=2, flag__kind="worker").in_place_of == late.team_manager


def test_it_says_whose_figure_it_is_though_somebody_else_supervises_now(late: Org) -> None:
    week = FIRST + timedelta(days=7)
    put_under(late.outsider, late.team_manager)
    SupervisionRelationship.objects.filter(supervisee=late.worker).update(ends_on=week)
    SupervisionRelationship.objects.create(
        supervisee=late.worker, supervisor=late.outsider, starts_on=week, recorded_at=RECORDED
    )

    night(late, week)

    found = Escalation.objects.get(step=2, flag__kind="worker")
    assert found.held_by == late.supervisor, "it fell due under Priya Nair"


def test_managers_are_told_by_a_notice_that_the_morning_counts(late: Org) -> None:
    night(late, FIRST + timedelta(days=7))

    notices = Notice.objects.filter(kind="overdue_escalated")
    assert list(notices.order_by("path").values_list("person__name", "path")) == [
        ("Tom Mills", f"{reverse('compliance:overdue')}?what={kind}") for kind in ("contract", "worker")
    ]


@pytest.mark.req("R088")
def test_whoever_is_told_of_a_child_finds_the_child_or_the_figure(shropshire: Org, sign_in: SignIn) -> None:
    """The supervisor's manager reads which child; the service manager, who sees no child, how many and with whom."""
    child = child_with(shropshire.worker, reference="P4711", opened_on=date(2026, 4, 1), discussed=(date(2026, 8, 3),))
    raised = date(2026, 11, 1)
    for day in (0, 7, 14):
        on = raised + timedelta(days=day)
        at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        services.assess(rules.CHILDREN, keys=[child.pk], on=on, at=at)

    told = Notice.objects.filter(kind="overdue_escalated").order_by("created_at")
    assert [(each.person.name, each.path.partition("?")[2]) for each in told] == [
        ("Tom Mills", "what=child"),
        ("Helen Hart", "what=child"),
    ]
    pages = [" ".join(sign_in(each.person).get(each.path).content.decode().split()) for each in told]
    assert f'href="{reverse("supervision:child-detail", args=[child.pk])}">P4711</a>' in pages[0]
    assert "Brought to you" not in pages[0]
    assert "1 child not discussed in time, supervised by Priya Nair" in pages[1]
    assert "P4711" not in pages[1]


def test_the_list_says_who_was_told(late: Org, sign_in: SignIn) -> None:
    night(late, FIRST + timedelta(days=7))

    page = " ".join(sign_in(late.team_manager).get(reverse("compliance:overdue")).content.decode().split())

    assert "Told: Priya Nair, 1 Nov 2026; Tom Mills, 8 Nov 2026" in page


def test_a_night_made_up_late_brings_nothing_up(shropshire: Org) -> None:
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)

    services.assess(rules.PEOPLE, keys=[shropshire.worker.pk], on=FIRST, at=at)

    assert Flag.objects.exists()
    assert not Escalation.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE compliance_escalation SET step = 9", "DELETE FROM compliance_escalation"]
)
def test_the_program_cannot_change_who_was_told(late: Org, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# What the policy says


def with_steps(*steps: dict[str, Any]) -> dict[str, Any]:
    return {**document("shropshire-2017"), "escalation": list(steps)}


def test_the_policy_sets_the_steps() -> None:
    policy = read_document(
        with_steps(
            {"when": "overdue", "to": "supervisor_line_manager", "after": {"working_days": 2}},
            {"when": "anything", "to": "somebody"},
        ),
        file="draft.yaml",
    )

    (step,) = steps_of(policy)
    assert (step.to, step.words) == ("supervisor_line_manager", "the supervisor’s manager after 2 working days")
    assert not any("is brought to" in sentence for sentence in policy.product_defaults)
    assert not step.is_due(date(2026, 11, 6), date(2026, 11, 9), policy.calendar), "over a weekend"
    assert step.is_due(date(2026, 11, 6), date(2026, 11, 10), policy.calendar)


def test_without_any_they_are_ours_and_say_so() -> None:
    policy = read_document(document("shropshire-2017"), file="draft.yaml")

    assert steps_of(policy) == DEFAULT_STEPS
    assert any("brought to the supervisor at once" in sentence for sentence in policy.product_defaults)


@pytest.mark.parametrize("wrong", [{"to": "the_press"}, {"after": "P7D"}, {"afterwards": 3}], ids=str)
def test_a_step_that_is_wrong_is_refused_with_its_place(wrong: dict[str, Any]) -> None:
    step = {"when": "overdue", "to": "supervisor", **wrong}

    (fault,) = faults_of(with_steps(step))
    assert "escalation" in fault
