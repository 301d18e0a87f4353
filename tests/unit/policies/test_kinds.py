"""Which kinds of session the policies that ship know, and whose turn it is for a session of two."""

from datetime import date

import pytest

from policies.rules import Session, assess
from policies.rules.answers import Status
from policies.rules.forms import form_named
from policies.rules.kinds import (
    Kinds,
    group_comes_next,
    group_models,
    kinds_of_groups,
    kinds_of_sessions,
    next_must_be_individual,
    recorder_agreed_before,
)
from tests.policies_kit import held, pack, row, worker


@pytest.mark.req("R337")
@pytest.mark.parametrize(
    ("policy_id", "category", "services", "kinds"),
    [
        ("shropshire-2017", "sw_case_management", (), Kinds("combined", ("combined",))),
        ("st-helens", "social_worker", (), Kinds("combined", ("combined",))),
        ("camden-short-guide", "team_manager", (), Kinds("management", ("management",))),
        ("camden-short-guide", "nqsw", (), Kinds("personal", ("personal", "case", "combined"))),
        ("family-safeguarding-003", "practitioner", (), Kinds("case", ("case",))),
        ("family-safeguarding-003", "practitioner", ("family_safeguarding",), Kinds("practice", ("practice",))),
        ("family-safeguarding-003", "unknown", (), Kinds("combined", ("combined",))),
    ],
)
def test_a_session_is_of_the_kind_that_the_rules_ask_for(
    policy_id: str, category: str, services: tuple[str, ...], kinds: Kinds
) -> None:
    assert kinds_of_sessions(pack(policy_id), categories=[category], services=services) == kinds


def test_where_no_kind_satisfies_every_rule_it_is_a_choice() -> None:
    policy = pack("family-safeguarding-003")

    kinds = kinds_of_sessions(policy, categories=["practitioner", "nqsw"], services=["family_safeguarding"])

    assert kinds == Kinds("combined", ("practice", "case", "combined"))
    assert kinds.is_choice


def test_a_team_manager_of_camden_satisfies_the_rule_by_management_supervision_alone() -> None:
    camden, on = pack("camden-short-guide"), date(2026, 10, 20)

    def due(kind: str) -> date | None:
        facts = worker("team_manager", held("2026-10-12", kind=kind), started="2026-10-01")
        return row(assess(camden, facts, on), "manager-monthly").due_on

    assert due("management") == date(2026, 11, 12)
    assert due("combined") == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("policy_id", "kinds", "models", "recorder"),
    [
        ("shropshire-2017", ("combined",), ["reflective-shropshire"], False),
        ("camden-short-guide", ("reflective_group",), ["bells-that-ring"], True),
        ("family-safeguarding-003", ("practice",), [], False),
        ("recruitment-000", ("reflective_group",), [], False),
        ("st-helens", ("reflective_group",), [], False),
    ],
)
@pytest.mark.req("R352", "R353")
def test_what_each_policy_says_of_groups(
    policy_id: str, kinds: tuple[str, ...], models: list[str], recorder: bool
) -> None:
    policy = pack(policy_id)

    assert kinds_of_groups(policy) == kinds
    assert [model.id for model in group_models(policy)] == models
    assert all(model.steps and "facilitator" in model.roles for model in group_models(policy))
    assert recorder_agreed_before(policy) is recorder


def test_the_form_of_a_record_follows_the_kind_of_its_session() -> None:
    camden = pack("camden-short-guide")

    assert _slug(form_named(camden, "record", ["nqsw"], "management")) == "management_supervision_record"
    assert _slug(form_named(camden, "record", ["nqsw"], "personal")) == "personal_supervision_record"
    assert _slug(form_named(camden, "record", ["nqsw"], "combined")) == "personal_supervision_record"


def _slug(named: object) -> str:
    return str(getattr(named, "slug", ""))


@pytest.mark.req("R065")
def test_after_a_group_the_next_is_individual_where_the_rule_alternates_and_nowhere_else() -> None:
    shropshire, on = pack("shropshire-2017"), date(2026, 10, 20)
    group = held("2026-09-15", format="group")

    assert next_must_be_individual(shropshire, worker("support_non_case_holding", group), on)
    assert not next_must_be_individual(shropshire, worker("sw_case_management", group), on)
    alone = worker("support_non_case_holding", group, held("2026-10-12"))
    assert not next_must_be_individual(shropshire, alone, on)
    assert row(assess(shropshire, alone, on), "alternate").status is Status.MET


@pytest.mark.parametrize(
    ("sessions", "is_group"),
    [
        ([], False),
        (held("2026-09-14"), True),
        (held("2026-09-14") + held("2026-10-12", format="group"), False),
    ],
)
def test_after_an_individual_session_a_group_is_owed_where_they_alternate(
    sessions: list[Session], is_group: bool
) -> None:
    facts = worker("sw_non_case_holding", sessions, started="2026-04-01")
    shropshire, on = pack("shropshire-2017"), date(2026, 11, 9)

    assert group_comes_next(shropshire, facts, on, rule_id="individual-or-group-monthly") is is_group
    assert not group_comes_next(shropshire, facts, on, rule_id="individual-monthly")


def test_a_rule_for_groups_alone_asks_for_a_group() -> None:
    camden, facts = pack("camden-short-guide"), worker("nqsw", held("2026-09-14"), started="2026-04-01")

    assert group_comes_next(camden, facts, date(2026, 11, 9), rule_id="reflective-group")
    assert not group_comes_next(camden, facts, date(2026, 11, 9), rule_id="personal-nqsw")
