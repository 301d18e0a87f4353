"""Rules of agreed actions: what needs a reason, and when somebody is reminded."""

from datetime import date, timedelta

import pytest

from core.errors import RuleBroken
from records import action_rules
from records.action_rules import Step
from records.forms.rows import Owners
from records.selectors import Person
from tests.unit.test_records_forms import AMARA

TODAY = date(2026, 11, 9)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.req("R096")
def test_what_passed_its_day_needs_a_reason_once() -> None:
    assert action_rules.needs_a_reason(YESTERDAY, on=TODAY, explained=False)
    assert not action_rules.needs_a_reason(YESTERDAY, on=TODAY, explained=True)
    assert not action_rules.needs_a_reason(TODAY, on=TODAY, explained=False)
    assert not action_rules.needs_a_reason(None, on=TODAY, explained=False)


@pytest.mark.req("R096")
@pytest.mark.parametrize(
    ("step", "late", "sentence"),
    [(Step.DROPPED, False, "Say why this action is dropped."), (Step.DONE, True, "It was done after its day.")],
)
def test_closing_without_a_reason_is_refused(step: Step, late: bool, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        action_rules.check_closing(step, reason="", late=late)
    action_rules.check_closing(step, reason="The family moved.", late=late)


def test_done_in_time_needs_none() -> None:
    action_rules.check_closing(Step.DONE, reason="", late=False)


@pytest.mark.parametrize(
    ("due_on", "reason", "field"),
    [
        (None, "x", "due_on"),
        (YESTERDAY, "x", "due_on"),
        (TODAY, "x", "due_on"),
        (TODAY + timedelta(days=7), "", "reason"),
    ],
)
def test_a_date_moves_ahead_and_for_a_reason(due_on: date | None, reason: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        action_rules.check_moving(due_on, present=TODAY, reason=reason, on=TODAY)
    assert refusal.value.field == field


@pytest.mark.req("R095", "R096")
def test_carried_forward_needs_a_reason() -> None:
    with pytest.raises(RuleBroken, match="Say why it is carried forward"):
        action_rules.check_carrying(None, reason="", on=TODAY)
    with pytest.raises(RuleBroken, match="That day has passed"):
        action_rules.check_carrying(YESTERDAY, reason="x", on=TODAY)
    action_rules.check_carrying(None, reason="The court moved the hearing.", on=TODAY)


def test_reminders_come_before_on_the_day_and_a_week_after() -> None:
    stages = [action_rules.stage_of(TODAY, on=TODAY + timedelta(days=days)) for days in (-3, -2, -1, 0, 6, 7, 90)]

    assert stages == [0, 1, 1, 2, 2, 3, 3]


# Whom a typed name means


def owners(*found: Person, **options: object) -> Owners:
    return Owners([(str(AMARA), "Amara Obi")], lambda _: found, **options)  # type: ignore[arg-type]


@pytest.mark.req("R008")
def test_a_name_is_one_of_the_two_a_colleague_or_somebody_outside() -> None:
    colleague = Person(AMARA, "Tom Mills", "Team manager")

    assert owners().called("amara obi") == (str(AMARA), "Amara Obi")
    assert owners(colleague).called("Tom Mills, Team manager") == (str(AMARA), "Tom Mills")
    assert owners().called("The school nurse") == (None, "The school nurse")
    with pytest.raises(RuleBroken, match="Did you mean Tom Mills, Team manager"):
        owners(colleague).called("Tom")


def test_a_name_that_several_have_asks_which_unless_it_was_said_before() -> None:
    two = (Person(AMARA, "Tom Mills", "Team manager"), Person(AMARA, "Tom Mills", "Social worker"))

    with pytest.raises(RuleBroken, match="Tom Mills, Team manager; Tom Mills, Social worker"):
        owners(*two).called("Tom Mills")
    assert owners(*two, known=[("id-t", "Tom Mills")]).called("Tom Mills") == ("id-t", "Tom Mills")
