"""What somebody holds and weighs, and since when it is above the guide."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from cases.caseload.rules import ChildFacts, Span, WorkerFacts, load_of, weight_typed
from core.errors import RuleBroken
from policies.rules.workload import Workload

ON = date(2026, 11, 9)
ME, OTHER = uuid4(), uuid4()
WORKLOAD = Workload(guide=3, weights={"child_protection_plan": Decimal("1.5")})
NOBODY = WorkerFacts()


def child(since: date = date(2026, 1, 5), **more: list[Span]) -> ChildFacts:
    return ChildFacts(held=[Span(ME, since)], **more)


@pytest.mark.req("R374")
@pytest.mark.parametrize(("number", "is_above"), [(3, False), (4, True)])
def test_the_guide_itself_is_not_above_it(number: int, is_above: bool) -> None:
    load = load_of(ME, worker=NOBODY, children=[child() for _ in range(number)], workload=WORKLOAD, on=ON)

    assert (load.children, load.is_above) == (number, is_above)
    assert load.standing == ("1 above the guide" if is_above else "At the guide")


def test_plans_own_weights_and_sharing() -> None:
    plan = Span("child_protection_plan", date(2026, 2, 1))
    both = child(plan_types=[plan])
    both.held.append(Span(OTHER, date(2026, 3, 1)))
    children = [child(plan_types=[plan]), child(plan_types=[plan], weights=[Span("0.50", ON)]), both]

    load = load_of(ME, worker=NOBODY, children=children, workload=WORKLOAD, on=ON)

    assert load.load == Decimal("2.75")
    assert (load.words, load.jointly, load.by_plan) == ("2.75 of 3", 1, {"child_protection_plan": 3})
    assert load_of(ME, worker=NOBODY, children=children, workload=WORKLOAD, on=ON - timedelta(days=1)).load == Decimal(
        "3.75"
    )


@pytest.mark.req("R372")
def test_since_when_it_is_above() -> None:
    children = [child(), child(), child(date(2026, 9, 1)), child(date(2026, 10, 1))]
    children[0].held = [Span(ME, date(2026, 1, 5), date(2026, 10, 20)), Span(ME, date(2026, 11, 2))]

    load = load_of(ME, worker=NOBODY, children=children, workload=WORKLOAD, on=ON)

    assert (load.above_since, load.is_longer) == (date(2026, 11, 2), False)


def test_above_for_longer_than_is_looked_at() -> None:
    children = [child(date(2020, 1, 1)) for _ in range(5)]

    assert load_of(ME, worker=NOBODY, children=children, workload=WORKLOAD, on=ON).is_longer


@pytest.mark.req("R373")
def test_a_phase_that_ends_brings_a_worker_back_within_the_guide() -> None:
    workload = Workload.from_block(
        {
            "caseload_guide": 3,
            "guides": [{"categories": ["nqsw"], "guide": 1, "until": {"anchor": "asye_start", "plus": ["P6M"]}}],
        }
    )
    worker = WorkerFacts([Span("nqsw", date(2026, 5, 1))], {"asye_start": date(2026, 5, 1)})
    children = [child(), child()]

    before = load_of(ME, worker=worker, children=children, workload=workload, on=date(2026, 10, 31))
    after = load_of(ME, worker=worker, children=children, workload=workload, on=date(2026, 11, 1))

    assert (before.guide, before.above_since) == (1, date(2026, 5, 1))
    assert (after.guide, after.is_above) == (3, False)


@pytest.mark.parametrize(("typed", "weight"), [("1.5", "1.50"), (" 2 ", "2.00"), ("0,25", "0.25"), ("10", "10.00")])
def test_weights_as_people_type_them(typed: str, weight: str) -> None:
    assert str(weight_typed(typed)) == weight


@pytest.mark.parametrize("typed", ["", "much", "0", "-1", "1.3", "10.25", "nan", "1e9"])
def test_what_is_no_weight(typed: str) -> None:
    with pytest.raises(RuleBroken, match="quarters"):
        weight_typed(typed)
