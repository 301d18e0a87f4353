"""How often in one figure; and a policy read out in plain English."""

from dataclasses import replace

import pytest

from policies.files import pack_ids
from policies.presenters import read_out
from policies.rules import Duration, is_looser
from policies.rules.calendars import Per
from policies.rules.frequency import pace_of
from policies.rules.policy import Atom, AtomType
from tests.policies_kit import pack


@pytest.mark.parametrize(
    ("every", "than", "looser"),
    [("P2M", "P1M", True), ("P1M", "P1M", False), ("P4W", "P1M", False), ("P1M", "P4W", True), ("P1Y", "P12M", False)],
)
def test_knows_a_looser_interval(every: str, than: str, looser: bool) -> None:
    assert is_looser(Duration.parse(every), Duration.parse(than)) is looser


@pytest.mark.parametrize(
    ("atom", "every"),
    [
        (Atom("a", AtomType.ROLLING, every=Duration(days=14)), Duration(days=14)),
        (Atom("a", AtomType.WINDOW, per=Per.CALENDAR_QUARTER), Duration(months=3)),
        (Atom("a", AtomType.WINDOW, per=Per.SUPERVISION_YEAR, count=10), Duration(days=36)),
        (Atom("a", AtomType.WINDOW, per=Per.ROLLING, count=2, size=Duration(months=6)), Duration(days=91)),
        (Atom("a", AtomType.WINDOW), None),
        (Atom("a", AtomType.SCHEDULED, per=Per.SUPERVISION_YEAR, count=12), None),
        (Atom("a", AtomType.AS_REQUIRED), None),
    ],
)
def test_the_pace_of_a_condition(atom: Atom, every: Duration | None) -> None:
    assert pace_of(atom) == every


# Read out


@pytest.mark.parametrize("pack_id", pack_ids())
def test_every_policy_can_be_read_out(pack_id: str) -> None:
    reading = read_out(pack(pack_id))

    assert reading.categories
    for rule in (*reading.rules, *reading.case_rules):
        assert rule.label
        assert rule.binds
        for phase in rule.phases:
            assert phase.conditions
            assert all(condition.sentence.endswith(".") for condition in phase.conditions)


def test_shropshires_rules_in_words() -> None:
    reading = read_out(pack("shropshire-2017"))

    monthly, _, asye, support = reading.rules
    assert monthly.kind == "Personal and case supervision in one"
    assert "Children's case management social workers" in monthly.binds
    assert [(condition.sentence, condition.severity) for condition in monthly.phases[0].conditions] == [
        ("12 sessions in the diary in each supervision year.", "Otherwise a breach."),
        ("At least 10 sessions in each supervision year, of the full length.", "Otherwise a breach."),
        ("At least 1 session in each calendar month.", "Otherwise a warning."),
        ("No more than 1 month in a row without a session.", "Otherwise a breach."),
    ]
    assert monthly.phases[0].sessions == (
        "Individual sessions of at least 90 uninterrupted minutes count. A shorter one only ends a gap."
    )
    assert [(phase.name, phase.lasts) for phase in asye.phases] == [
        ("Weekly", "from the start, until 6 weeks after the ASYE start"),
        ("Fortnightly", "from then on, until 6 months after the ASYE start"),
        ("Monthly", "from then on"),
    ]
    assert support.kind == "Personal and case supervision in one, optional"
    assert [each.rules for each in reading.categories if each.label == "ASYE"] == [(("asye", "ASYE"),)]
    assert [condition.sentence for condition in reading.case_rules[0].phases[0].conditions] == [
        "A discussion every 2 months.",
        "At least 2 discussions in any 6 months.",
    ]
    assert (reading.year_starts, len(reading.ambiguities)) == ("1 April", 5)
    assert [words.split()[0] for words in reading.product_defaults] == ["What", "A", "An", "Auditors"]


def test_rules_for_everybody_and_children_without_a_figure_in_words() -> None:
    shropshire = pack("shropshire-2017")
    family = pack("family-safeguarding-003")
    everybody = replace(shropshire, rules=(replace(shropshire.rules[0], categories=None),))
    no_figure = replace(family.case_rules[0], atoms=(Atom("none", AtomType.AS_REQUIRED),), min_depth="in_depth")

    assert read_out(everybody).rules[0].binds == "Everybody"
    assert all(category.rules for category in read_out(everybody).categories)
    [rule] = read_out(replace(family, case_rules=(no_figure,))).case_rules
    assert [each.sentence for each in rule.phases[0].conditions] == ["Every open child in each session, in depth."]


def test_events_services_limits_and_inherited_rules_in_words() -> None:
    family, camden = read_out(pack("family-safeguarding-003")), read_out(pack("camden-short-guide"))

    assert family.rules[0].binds.endswith("(social work qualified and not), except in Family safeguarding")
    assert family.rules[1].binds.endswith(", in Family safeguarding")
    assert family.rules[2].phases[1].lasts == (
        "from then on, until “asye six month review held” is recorded, which is asked for 6 months after the ASYE start"
    )
    assert family.rules[3].phases[0].lasts == "from the start, until “student frequency change agreed” is recorded"
    assert [condition.sentence for condition in family.case_rules[0].phases[0].conditions] == [
        "At least 1 discussion in each calendar month.",
        "Every open child in each session, at least briefly.",
    ]
    assert camden.rules[1].phases[0].conditions[0].sentence == "A session every 4 weeks; overdue only after 6 weeks."
    assert camden.rules[2].phases[1].lasts == "from then on, until 6 weeks and 6 months after the ASYE start"
    assert camden.case_rules[0].binds == "Child protection plan"
    [inherited] = [rule for rule in read_out(pack("st-helens")).rules if rule.inherited_from]
    assert inherited.inherited_from == "baseline-lga-2020, version 2020"
    as_required = read_out(pack("st-helens")).rules[2].phases[0].conditions[0]
    assert (as_required.sentence, as_required.severity, as_required.note) == (
        "As required: the policy gives no figure.",
        "",
        "Per ASYE policy; set locally",
    )
