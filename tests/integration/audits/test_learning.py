"""What can be learned: counted for those entitled alone, too few withheld, signs of haste for a team and never a person."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audits.learning import rules, selectors, services
from audits.learning.counting import PEOPLE, Scope, signs, touched
from audits.learning.rules import Sign, sign
from audits.models import Audit, Moderation
from audits.observing import services as observing
from core.actor import Actor, Role
from core.errors import NotAllowed
from records import services as records
from records.models import Record
from staff.models import Service, Team
from tests.audits_kit import Tiers, acting, tiers
from tests.moderating_kit import evidence, item, signed_audit
from tests.observing_kit import ObservingKit
from tests.org import Org, add_person, put_under
from tests.records_kit import NOON, Kit, values_for

ON = date(2026, 11, 9)


@pytest.fixture
def line(shropshire: Org) -> Tiers:
    return tiers(shropshire, workers=6)


def audits_of(line: Tiers, *judgements: str, no: int = 0, overruled: int = 0, at: int = 0) -> None:
    """One signed audit of a worker of the first team for each judgement; the first ones answer "no", or overrule."""
    for number, judgement in enumerate(judgements):
        asked = [
            item("reflection", "yes_no", "no" if number < no else "yes", "2.1 Reflective practice"),
            item("contract", "evidence", evidence("yes", "no" if number < overruled else "yes"), "1.1 Contract"),
        ]
        signed_audit(
            auditor=line.head,
            file_of=line.workers[at + number],
            supervisor=line.managers[0 if at == 0 else 1],
            on=date(2026, 10, 5),
            judgement=judgement,
            sections={"section_2": asked},
        )
    Audit.objects.filter(supervisor=line.managers[0]).update(team=line.org.team)
    Audit.objects.filter(supervisor=line.managers[1]).update(team=line.org.other_team)


def page(actor: Actor, **options: Any) -> selectors.LearningPage:
    return services.read_learning(actor=actor, at=NOON, **{"year": ON, "service": "", **options})


@pytest.mark.req("R253")
def test_judgements_are_counted_by_service_and_team(line: Tiers) -> None:
    audits_of(line, "Good", "Good", "Good", "Outstanding", "Inadequate")

    found = page(acting(line.assistant))

    assert found.audits == 5
    assert found.bars == [
        ("Outstanding", 1, 20),
        ("Good", 3, 60),
        ("Requires improvement", 0, 0),
        ("Inadequate", 1, 20),
    ]
    assert [(row.name, row.figures) for row in found.by_team] == [("Ash team", (1, 3, 0, 1))]
    assert [row.name for row in found.by_service] == ["Children in need"]


@pytest.mark.req("R253")
def test_few_are_withheld_and_so_is_what_they_could_be_told_from_with_a_filter_as_without(line: Tiers) -> None:
    """Ash 3 and Birch 8 in one service, Rowan 6 in another: Birch would give Ash away, since the service stands beside."""
    other = Service.objects.create(name="Leaving care")
    rowan = Team.objects.create(name="Rowan two", service=other)
    birch = Team.objects.create(name="Birch", service=line.org.service)
    audits_of(line, *["Good"] * 6, "Inadequate")
    audits_of(line, *["Good"] * 4, at=6)
    audits_of(line, *["Good"] * 6, at=0)
    keys = list(Audit.objects.order_by("pk").values_list("pk", flat=True))
    for team, part in ((line.org.team, keys[:3]), (birch, keys[3:11]), (rowan, keys[11:])):
        Audit.objects.filter(pk__in=part).update(team=team)

    found = page(acting(line.assistant))
    assert {row.name: row.withheld for row in found.by_team} == {"Ash team": True, "Birch": True, "Rowan two": False}
    assert {row.name: sum(row.figures) for row in found.by_service} == {"Children in need": 11, "Leaving care": 6}

    for service in (line.org.service, other):
        one = page(acting(line.assistant), service=str(service.pk))
        assert [row.name for row in one.by_service] == [service.name]
        assert set(map(repr, one.by_team)) < set(map(repr, found.by_team))
        assert sum(one.total.judgements.values()) == one.audits


def test_a_service_of_few_hides_another_and_nothing_of_either_is_said_with_a_filter(line: Tiers) -> None:
    other = Service.objects.create(name="Leaving care")
    Team.objects.filter(pk=line.org.other_team.pk).update(service=other)
    audits_of(line, *["Good"] * 6, no=6)
    audits_of(line, *["Inadequate"] * 2, no=2, at=6)

    found = page(acting(line.assistant))
    assert sum(found.total.judgements.values()) == 8
    assert all(row.withheld for row in (*found.by_service, *found.by_team))
    assert [(each.place, each.no) for each in found.themes] == [
        ("Children in need", None),
        ("Leaving care", None),
        ("All", 8),
    ]
    for service in (line.org.service, other):
        one = page(acting(line.assistant), service=str(service.pk))
        assert (one.bars, one.questions_no, one.total.withheld) == ([], [], True)
        assert [(each.place, each.yes, each.no) for each in one.themes] == [(service.name, None, None)]


@pytest.mark.req("R253")
def test_the_themes_are_counted_by_service(line: Tiers) -> None:
    audits_of(line, *["Good"] * 6, no=2)

    found = page(acting(line.assistant)).themes

    assert [(each.theme, each.place, each.yes, each.no) for each in found] == [
        ("Reflection", "Children in need", 4, 2),
        ("Reflection", "All", 4, 2),
    ]


def test_of_fewer_than_five_audits_no_judgement_is_said(line: Tiers) -> None:
    audits_of(line, "Good", "Good", "Good", "Inadequate", no=4)

    found = page(acting(line.assistant))

    assert (found.audits, found.bars, found.questions_no) == (4, [], [])
    assert found.total.withheld


def test_the_questions_most_often_no_and_most_often_overruled(line: Tiers) -> None:
    audits_of(line, *["Good"] * 5, no=3, overruled=2)

    found = page(acting(line.assistant))

    assert [(each.label, each.no, each.asked) for each in found.questions_no] == [
        ("2.1 Reflective practice", 3, 5),
        ("1.1 Contract", 2, 5),
    ]
    assert [(each.label, each.overruled) for each in found.questions_overruled] == [("1.1 Contract", 2)]


def test_each_sees_their_line_and_the_principal_social_worker_all(line: Tiers) -> None:
    audits_of(line, *["Good"] * 5)
    audits_of(line, *["Good"] * 5, at=6)
    psw = acting(line.org.psw, hat=Role.PRINCIPAL_SOCIAL_WORKER)

    assert page(psw).audits == 10
    assert page(acting(line.assistant)).audits == 10
    assert page(psw, service=str(line.org.service.pk)).audits == 10
    assert page(acting(line.managers[0])).audits == 0


@pytest.mark.parametrize("who", ["worker", "supervisor", "psw", "hr"])
def test_it_is_for_managers_above_supervisors(line: Tiers, who: str) -> None:
    hat = Role.HR if who == "hr" else None
    with pytest.raises(NotAllowed):
        page(acting(getattr(line.org, who), hat=hat))


def test_nobody_counts_the_audits_of_their_own_supervision(line: Tiers) -> None:
    audits_of(line, *["Good"] * 5)
    found = page(acting(line.managers[0]))

    assert found.audits == 0


def test_a_year_counts_what_was_signed_in_it(line: Tiers) -> None:
    audits_of(line, *["Good"] * 5)

    assert page(acting(line.assistant), year=date(2025, 11, 9)).audits == 0
    assert page(acting(line.assistant), year=date(2026, 5, 1)).audits == 5


def test_agreement_is_said_of_five_or_more(line: Tiers) -> None:
    audits_of(line, *["Good"] * 6)
    for number, audit in enumerate(Audit.objects.order_by("pk")):
        if number == 4:
            assert page(acting(line.assistant)).agreement == {}
        Moderation.objects.create(
            audit=audit,
            moderator=line.director,
            asked_by=line.assistant,
            asked_at=NOON,
            due_on=ON,
            judgement="Good" if number else "Outstanding",
            done_at=NOON,
        )

    found = page(acting(line.assistant)).agreement

    assert {name: (each.number, each.same, each.one_step) for name, each in found.items()} == {
        "All": (6, 5, 1),
        "Children in need": (6, 5, 1),
    }


@pytest.mark.scenario(20, "h")
@pytest.mark.req("R119")
def test_a_service_manager_with_one_observation_by_the_end_of_march_is_one_short(shropshire: Org) -> None:
    kit = ObservingKit(shropshire)
    manager = shropshire.team_manager
    session = kit.session(manager, shropshire.supervisor)
    planned = observing.plan_supervision(
        observed_id=manager.pk, session_id=session.pk, actor=kit.actor(shropshire.head), at=kit.at
    )
    kit.done(planned)
    director = add_person("Diane Cole", team=shropshire.team, job_title="Director", role=Role.DIRECTOR)
    put_under(shropshire.head, director)

    kept = page(acting(director, on=date(2027, 3, 31)), year=date(2027, 3, 31)).kept["Observation of supervision"]

    assert (kept.wanted, kept.done, kept.short) == (2, 1, 1)


def test_actions_are_counted_with_those_that_are_late(shropshire: Org) -> None:
    kit = ObservingKit(shropshire)
    row = {"what": "Leave silence", "who": "Amara Obi", "who_id": str(shropshire.worker.pk), "by": "2026-12-01"}
    kit.done(kit.practice(), actions=[row])

    on = date(2026, 12, 3)
    found = page(acting(shropshire.head, on=on), year=on).actions

    assert (found.open, found.late, found.closed) == (1, 1, 0)


# Signs of haste, and the four functions


def scope(org: Org, *, me: Any = None) -> Scope:
    return Scope(date(2026, 4, 1), date(2027, 4, 1), None, None, (me or org.head).pk)


def signed_record(kit: Kit, *, at: datetime, workload: str = "Eleven children.") -> Record:
    values = {**values_for(kit.org), "workload": {"discussed": workload, "actions": []}}
    record = kit.draft(values=values)
    kit.sign(record, at=at)
    return record


def read_and_countersign(kit: Kit, record: Record, *, opened: datetime, after: timedelta) -> None:
    full = Record.objects.with_parts().get(pk=record.pk)
    records.read_record(record=full, actor=kit.worker, at=opened)
    kit.countersign(record, at=opened + after)


@pytest.mark.parametrize(("seconds", "quick"), [(39, 1), (40, 0), (600, 0)])
def test_signed_in_less_than_forty_seconds_is_counted(shropshire: Org, seconds: int, quick: int) -> None:
    kit = Kit(shropshire)
    record = signed_record(kit, at=NOON)

    read_and_countersign(kit, record, opened=NOON + timedelta(hours=1), after=timedelta(seconds=seconds))

    assert signs(scope(shropshire))[shropshire.team.pk, "quick"] == (quick, 1, 1)


def test_the_first_opening_counts_and_what_was_never_opened_does_not(shropshire: Org) -> None:
    kit = Kit(shropshire)
    record = signed_record(kit, at=NOON)
    full = Record.objects.with_parts().get(pk=record.pk)
    records.read_record(record=full, actor=kit.worker, at=NOON + timedelta(minutes=1))
    read_and_countersign(kit, record, opened=NOON + timedelta(hours=1), after=timedelta(seconds=5))
    kit.countersign(signed_record(kit, at=NOON))

    assert signs(scope(shropshire))[shropshire.team.pk, "quick"] == (0, 1, 1)


@pytest.mark.parametrize(("apart", "batch"), [(4, 3), (11, 0)])
def test_three_signed_within_ten_minutes_are_a_batch(shropshire: Org, apart: int, batch: int) -> None:
    kit = Kit(shropshire)
    for number in range(3):
        signed_record(kit, at=NOON + timedelta(minutes=apart * number))

    assert signs(scope(shropshire))[shropshire.service.pk, "batch"] == (batch, 3, 1)


LONG = "Eleven children, of whom three wait for a conference; the court statement for one of them is late again."


@pytest.mark.parametrize(
    ("texts", "same"), [((LONG, LONG), 1), ((LONG, f"{LONG} So it is."), 0), (("Nothing new.", "Nothing new."), 0)]
)
def test_a_longer_text_that_stands_again_is_counted(shropshire: Org, texts: tuple[str, str], same: int) -> None:
    kit = Kit(shropshire)
    for number, text in enumerate(texts):
        signed_record(kit, at=NOON + timedelta(days=number), workload=text)

    assert signs(scope(shropshire))[shropshire.service.pk, "same"] == (same, 2, 1)


def test_the_functions_under_which_something_stands_are_counted(shropshire: Org) -> None:
    kit = Kit(shropshire)
    signed_record(kit, at=NOON)
    kit.sign(kit.draft(values={"wellbeing": {"discussed": "", "actions": []}, "workload": {"discussed": "Busy."}}))

    found = touched(scope(shropshire))

    assert found[shropshire.team.pk, ""] == 2
    assert found[shropshire.team.pk, PEOPLE] == 1
    assert found[shropshire.team.pk, "management"] == 2
    assert found[shropshire.team.pk, "support_and_motivation"] == 1


def test_what_the_reader_wrote_or_is_about_is_not_among_it(shropshire: Org) -> None:
    signed_record(Kit(shropshire), at=NOON)

    assert signs(scope(shropshire, me=shropshire.supervisor)) == {}
    assert signs(scope(shropshire, me=shropshire.worker)) == {}


@pytest.mark.parametrize(
    ("number", "of", "people", "words"),
    [
        (0, 4, 4, "withheld (of fewer than 5 people)"),
        (7, 9, 1, "withheld (of fewer than 5 people)"),
        (0, 5, 5, "0 of 5"),
        (4, 9, 5, "fewer than 5 of 9"),
        (5, 9, 5, "5 of 9"),
    ],
)
def test_a_figure_points_at_nobody(number: int, of: int, people: int, words: str) -> None:
    found: Sign = sign("A question?", number, of, people)

    assert found.words == words


def test_it_asks_as_often_whatever_the_size(line: Tiers, django_assert_max_num_queries: Any) -> None:
    kit = Kit(line.org)
    for number in range(6):
        signed_record(kit, at=NOON + timedelta(days=number))
    audits_of(line, *["Good"] * 5)
    actor = acting(line.assistant)
    page(actor)

    with django_assert_max_num_queries(12):
        found = page(actor)

    assert found.audits == 5


def test_records_of_one_worker_are_no_figure_of_a_team_and_one_who_signs_none_of_a_service(
    line: Tiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = Kit(line.org)
    for number in range(6):
        signed_record(kit, at=NOON + timedelta(days=number))
    found = page(acting(line.assistant))
    assert (found.teams, found.haste) == ([], [])

    for module in (selectors, rules):
        monkeypatch.setattr(module, "LEAST", 1)
    shown = page(acting(line.assistant))
    assert [(team.name, team.records) for team in shown.teams] == [("Ash team", 6)], "the control"
    assert [[each.of for each in service.signs] for service in shown.haste] == [[6, 6]]
