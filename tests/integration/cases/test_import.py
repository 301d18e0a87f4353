"""Children from the case system: what a file changes, what it does not, what is named and what is refused."""

import random
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import Workbook

from cases.importing import services
from cases.importing.models import ImportMapping, ImportRow, ImportRun
from cases.models import Allocation, Child, Episode, PlanTypeHeld
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from notifications.models import Notice
from outbox.models import Job
from staff.models import StaffMember
from tests.cases_kit import child_with
from tests.imports_kit import AMARA, MAPPED, OSCAR, administrator, applied, compared, csv_of, row
from tests.org import Org
from trail.models import Entry

LATER = timedelta(days=1)


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


def facts() -> list[list[tuple]]:
    """Everything that is known of children."""
    return [
        list(Child.objects.order_by("pk").values_list()),
        *(list(model.objects.order_by("pk").values_list()) for model in (Episode, Allocation, PlanTypeHeld)),
    ]


def holders(reference: str, on: date) -> set[tuple[str, bool]]:
    live = Allocation.objects.live(on).filter(child__reference=reference)
    return set(live.values_list("holder__name", "without_worker"))


def faults(run: ImportRun) -> dict[int, list[list[str]]]:
    return dict(run.rows.filter(outcome="faulty").values_list("line", "faults"))


# What a file changes


def test_new_children_with_worker_plan_and_team(shropshire: Org, noon: datetime, today: date) -> None:
    rows = [
        row("P1", since="01/03/2026"),
        row("P2", worker=f"{AMARA}; Oscar Reed", plan="Child protection plan; LAC"),
        row("P3", worker="", team="Ash team", plan=""),
        row("P4"),
        row("p4", worker=OSCAR, plan="CP"),
        row("P5", closed="01/02/2026"),
    ]

    run = applied(csv_of(rows), org=shropshire, at=noon)

    assert run.state == "applied"
    assert run.counts == {"new": 4, "unchanged": 1}
    assert sorted(Child.objects.values_list("reference", flat=True)) == ["P1", "P2", "P3", "P4"]
    assert holders("P2", today) == {("Amara Obi", False), ("Oscar Reed", False)} == holders("P4", today)
    assert holders("P3", today) == {("Tom Mills", True)}
    assert set(PlanTypeHeld.objects.filter(child__reference="P4").values_list("plan_type", flat=True)) == {
        "child_in_need",
        "child_protection_plan",
    }
    assert PlanTypeHeld.objects.get(child__reference="P1").starts_on == date(2026, 3, 1)
    assert set(Episode.objects.values_list("starts_on", "recorded_at")) == {(date(2026, 1, 5), noon)}
    entries = Entry.objects.filter(verb="child.imported", actor_id=shropshire.sysadmin.pk)
    assert {entry.target_id for entry in entries} == {str(key) for key in Child.objects.values_list("pk", flat=True)}


def test_moved_closed_opened_again_and_another_plan(shropshire: Org, noon: datetime, today: date) -> None:
    moved, closed, again, plan, stays = (f"P{number}" for number in range(1, 6))
    for reference in (moved, closed, again, plan, stays):
        child_with(shropshire.worker, reference=reference, plan_type="child_in_need")
    for number in range(20):
        child_with(shropshire.outsider, reference=f"Q{number}")
    Episode.objects.filter(child__reference=again).update(ends_on=date(2026, 6, 1))
    Allocation.objects.filter(child__reference=again).update(ends_on=date(2026, 6, 1))
    PlanTypeHeld.objects.filter(child__reference=again).update(ends_on=date(2026, 6, 1))
    rows = [
        row(moved, worker=OSCAR),
        row(closed, closed="02/11/2026"),
        row(again, opened="01/09/2026"),
        row(plan, plan="LAC", since="02/11/2026"),
        row(stays),
    ]

    run = applied(csv_of(rows), org=shropshire, at=noon)

    assert run.counts == {"reopened": 1, "moved": 1, "plan": 1, "closed": 1, "unchanged": 1}
    assert holders(moved, today) == {("Oscar Reed", False)}
    assert holders(moved, today - LATER) == {("Amara Obi", False)}
    assert Episode.objects.get(child__reference=closed).ends_on == date(2026, 11, 2)
    assert not Allocation.objects.filter(child__reference=closed, ends_on=None).exists()
    assert not PlanTypeHeld.objects.filter(child__reference=closed, ends_on=None).exists()
    assert Episode.objects.filter(child__reference=again, ends_on=None).get().starts_on == date(2026, 9, 1)
    assert set(PlanTypeHeld.objects.filter(child__reference=plan).values_list("plan_type", "ends_on")) == {
        ("child_in_need", date(2026, 11, 2)),
        ("looked_after", None),
    }
    # What is shown afterwards is what changed; the rest is not kept
    assert sorted(run.rows.values_list("cells__reference", flat=True)) == [moved, closed, again, plan]


def test_a_case_that_the_file_names_as_open_since_before_it_was_closed_goes_on(shropshire: Org, noon: datetime) -> None:
    child = child_with(shropshire.worker, reference="P1")
    for model in (Episode, Allocation):
        model.objects.update(ends_on=date(2026, 11, 1))

    applied(csv_of([row("P1", plan="")]), org=shropshire, at=noon)

    first, second = child.episodes.order_by("starts_on")
    assert (first.closed_in_error, second.starts_on, second.ends_on) == (True, date(2026, 11, 1), None)
    assert second.reopened_because


def test_a_workbook_says_the_same_as_a_csv(shropshire: Org, noon: datetime) -> None:
    book = Workbook()
    for each in (list(MAPPED.values()), [4711, date(2026, 1, 5), None, AMARA, None, "CIN", None]):
        book.active.append(each)
    file = BytesIO()
    book.save(file)

    applied(file, org=shropshire, at=noon)

    assert Child.objects.get().reference == "4711"
    assert Episode.objects.get().starts_on == date(2026, 1, 5)


def test_what_stood_longer_than_a_day_is_never_taken_back(shropshire: Org, noon: datetime, today: date) -> None:
    child_with(shropshire.worker, reference="P1")
    mapped = {**MAPPED, "allocated_on": "Plan start"}
    run = compared(
        csv_of([row("P1", worker=OSCAR, plan="", since="05/01/2026")]), org=shropshire, at=noon, mapped=mapped
    )

    services.ask_to_apply(run_id=run.pk, only_good=False, many_closed=False, actor=administrator(shropshire), at=noon)
    services.do_apply(run_id=run.pk, at=noon)

    assert holders("P1", date(2026, 1, 5)) == {("Amara Obi", False)}
    assert holders("P1", date(2026, 1, 6)) == {("Oscar Reed", False)} == holders("P1", today)


# The same file twice


@pytest.mark.parametrize("seed", range(6))
def test_the_same_file_twice_changes_nothing(shropshire: Org, noon: datetime, seed: int) -> None:
    chance = random.Random(seed)
    opened = [date(2026, 1, 5) + timedelta(days=chance.randrange(200)) for _ in range(12)]

    def some_rows() -> list[tuple[str, ...]]:
        found = []
        for number, day in enumerate(opened):
            closed = "01/11/2026" if chance.random() < 0.2 else ""
            worker = chance.choice([AMARA, OSCAR, f"{AMARA};{OSCAR}", "", "nobody@example.org"])
            found.append(
                row(
                    f"P{number}",
                    opened=f"{day:%d/%m/%Y}",
                    closed=closed,
                    worker=worker,
                    team="Ash team",
                    plan=chance.choice(["", "CIN", "CP;LAC"]),
                )
            )
        return chance.sample(found, chance.randrange(6, 12))

    for night in range(3):
        file, at, complete = csv_of(some_rows()), noon + night * LATER, chance.random() < 0.5
        applied(file, org=shropshire, at=at, is_complete=complete, many_closed=True)
        before = facts()

        run = applied(file, org=shropshire, at=at + LATER, is_complete=complete, many_closed=True)

        assert set(run.counts) <= {"unchanged", "faulty"}
        assert facts() == before


# Faulty rows

BROKEN = {
    "no reference": (row(""), "reference"),
    "a name": (row("Jamie Canary"), "reference"),
    "a name and a figure": (row("Jamie Canary 2"), "reference"),
    "marks": (row("P#1"), "reference"),
    "too long": (row("P" + "1" * 60), "reference"),
    "no opening day": (row("P106", opened=""), "opened_on"),
    "words for a day": (row("P107", opened="last week"), "opened_on"),
    "a day that there is not": (row("P108", opened="31/02/2026"), "opened_on"),
    "a year of two digits": (row("P109", opened="05/01/26"), "opened_on"),
    "opened tomorrow": (row("P110", opened="10/11/2026"), "opened_on"),
    "opened long ago": (row("P111", opened="05/01/1926"), "opened_on"),
    "closed tomorrow": (row("P112", closed="10/11/2026"), "closed_on"),
    "closed before it was opened": (row("P113", closed="04/01/2026"), "closed_on"),
    "nobody": (row("P114", worker=""), "worker"),
    "a worker who is not here": (row("P115", worker="ghost@example.org"), "worker"),
    "a worker who left": (row("P116", worker="gone.grey@example.org"), "worker"),
    "a name that two have": (row("P117", worker="Ann Twice"), "worker"),
    "a team that is not here": (row("P118", worker="", team="Elm team"), "held_by"),
    "a team without a manager": (row("P119", worker="", team="Rowan team"), "held_by"),
    "a plan that is not known": (row("P120", plan="Gold"), "plan_types"),
    "a day of the plan that is none": (row("P121", since="soon"), "plan_since"),
    "opened earlier than here": (row("P122", opened="01/01/2026"), "opened_on"),
    "closed before something entered": (row("P123", opened="05/01/2026", closed="05/02/2026"), "closed_on"),
    "more cells than headers": ((*row("P124"), "x"), "row"),
    "the same twice": (row("P125"), ""),
    "the same twice, again": (row("P125"), "reference"),
    "two opening days": (row("P126"), ""),
    "two opening days, again": (row("P126", opened="06/01/2026", worker=OSCAR), "opened_on"),
}


def prepare(org: Org) -> None:
    """What the broken rows run into."""
    people = [StaffMember.objects.create(name="Ann Twice", employed_from=date(2020, 1, 1)) for _ in range(2)]
    assert len(people) == 2
    org.head.account  # noqa: B018  it has one
    gone = org.hr
    gone.name, gone.left_on = "Gone Grey", date(2026, 6, 1)
    gone.save()
    gone.account.email = "gone.grey@example.org"
    gone.account.save()
    child_with(org.worker, reference="P122")
    late = child_with(org.worker, reference="P123")
    Allocation.objects.filter(child=late).update(starts_on=date(2026, 3, 1))


def test_every_broken_row_is_named_by_line_and_field(shropshire: Org, noon: datetime) -> None:
    prepare(shropshire)
    good = [row(f"P{number}") for number in range(1_000, 1_900)]

    run = compared(csv_of([*good, *(each for each, _ in BROKEN.values())]), org=shropshire, at=noon)

    found = faults(run)
    first = len(good) + 2
    assert sorted(found) == list(range(first, first + len(BROKEN)))
    for line, (what, (_, field)) in enumerate(BROKEN.items(), start=first):
        assert not field or field in {each[0] for each in found[line]}, what
        assert all(
            sentence.endswith(".") and sentence[0] in "“ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            for _, sentence in found[line]
        )
    assert run.counts == {"new": 900, "faulty": len(BROKEN)}


def test_no_name_of_a_child_is_kept_anywhere(shropshire: Org, noon: datetime, files: Path) -> None:
    run = compared(csv_of([row("Jamie Canary"), row("Jamie Canary 2"), row("P1")]), org=shropshire, at=noon)

    assert "Canary" not in str(list(ImportRow.objects.values_list())) + str(list(Entry.objects.values_list()))
    assert not run.path.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_all_or_nothing_while_a_row_is_faulty(shropshire: Org, noon: datetime) -> None:
    run = compared(csv_of([row("P1"), row("P2", worker="ghost")]), org=shropshire, at=noon)

    with pytest.raises(RuleBroken, match="mended first"):
        services.ask_to_apply(
            run_id=run.pk, only_good=False, many_closed=False, actor=administrator(shropshire), at=noon
        )

    assert not Child.objects.exists()


def test_a_child_with_a_faulty_row_stays_as_it_is(shropshire: Org, noon: datetime, today: date) -> None:
    child_with(shropshire.worker, reference="P1")

    run = applied(csv_of([row("P1", worker=OSCAR), row("P1", worker="ghost")]), org=shropshire, at=noon)

    assert holders("P1", today) == {("Amara Obi", False)}
    assert "Line 3" in faults(run)[2][0][1]


# A file that closes many


def authority_of(number: int, org: Org) -> list[tuple[str, ...]]:
    for each in range(number):
        child_with(org.worker, reference=f"P{each}")
    return [row(f"P{each}", plan="") for each in range(number)]


@pytest.mark.parametrize(("gone", "asks"), [(2, False), (3, True)])
def test_more_than_a_tenth_is_asked_about(shropshire: Org, noon: datetime, gone: int, asks: bool) -> None:
    rows = authority_of(20, shropshire)
    run = compared(csv_of(rows[gone:]), org=shropshire, at=noon, is_complete=True)
    assert (run.closing, run.open_before) == (gone, 20)
    asked: dict[str, Any] = {"run_id": run.pk, "only_good": True, "actor": administrator(shropshire), "at": noon}

    if asks:
        with pytest.raises(RuleBroken, match="3 of 20 open cases"):
            services.ask_to_apply(many_closed=False, **asked)
    services.ask_to_apply(many_closed=asks, **asked)
    services.do_apply(run_id=run.pk, at=noon)

    assert Episode.objects.filter(ends_on=None).count() == 20 - gone


def test_who_is_not_in_a_file_that_is_not_complete_stays_open(shropshire: Org, noon: datetime) -> None:
    rows = authority_of(20, shropshire)

    applied(csv_of(rows[10:]), org=shropshire, at=noon)

    assert Episode.objects.filter(ends_on=None).count() == 20


def test_nobody_is_closed_while_it_is_not_known_whom_a_row_is_about(shropshire: Org, noon: datetime) -> None:
    rows = authority_of(20, shropshire)

    run = applied(csv_of([*rows[1:], row("Jamie")]), org=shropshire, at=noon, is_complete=True)

    assert Episode.objects.filter(ends_on=None).count() == 20
    assert "closed" not in run.counts


# At night


def nightly(tmp_path: Path, rows: list[tuple[str, ...]]) -> Path:
    path = tmp_path / "nightly.csv"
    path.write_bytes(csv_of(rows).getvalue())
    return path


def test_the_night_applies_what_is_as_it_should_be(shropshire: Org, noon: datetime, tmp_path: Path) -> None:
    applied(csv_of([]), org=shropshire, at=noon)
    out = StringIO()

    call_command("import_cases", str(nightly(tmp_path, [row("P1"), row("P2", worker="ghost")])), stdout=out)

    assert Child.objects.get().reference == "P1"
    assert "1 new, 1 faulty" in out.getvalue()
    run = ImportRun.objects.get(by=None)
    told = Job.objects.get(arguments__kind="import_ended", arguments__key=f"{run.pk} applied")
    assert told.arguments["person_id"] == str(shropshire.sysadmin.pk)
    assert told.task == "notifications.tasks.notify"
    assert told.arguments["kind"] in Notice.Kind.values


def test_the_night_stops_where_a_tenth_would_be_closed_and_an_administrator_decides(
    shropshire: Org, noon: datetime, tmp_path: Path
) -> None:
    rows = authority_of(20, shropshire)
    applied(csv_of(rows), org=shropshire, at=noon, is_complete=True)
    before = facts()

    with pytest.raises(CommandError, match="more than a tenth"):
        call_command("import_cases", str(nightly(tmp_path, rows[5:])))

    run = ImportRun.objects.get(by=None)
    assert (facts(), run.state) == (before, "ready")
    assert Job.objects.filter(arguments__kind="import_ended", arguments__key=f"{run.pk} ready").count() == 1
    # The next night's file takes its place
    call_command("import_cases", str(nightly(tmp_path, rows)), stdout=StringIO())
    run.refresh_from_db()
    assert run.state == "put_aside"


def test_a_file_whose_columns_nobody_mapped_stops(shropshire: Org, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="what the columns of this file hold"):
        call_command("import_cases", str(nightly(tmp_path, [row("P1")])))

    assert ImportRun.objects.get().state == "failed"
    assert not ImportMapping.objects.exists()


# Faults and races


def test_what_changed_since_it_was_looked_at_is_looked_at_again(shropshire: Org, noon: datetime) -> None:
    child = child_with(shropshire.worker, reference="P1")
    run = compared(csv_of([row("P1", worker=OSCAR, plan=""), row("P2")]), org=shropshire, at=noon)
    services.ask_to_apply(run_id=run.pk, only_good=True, many_closed=False, actor=administrator(shropshire), at=noon)
    Allocation.objects.filter(child=child).update(holder=shropshire.outsider)

    run = services.do_apply(run_id=run.pk, at=noon)

    assert (run.state, run.counts) == ("ready", {"new": 1, "unchanged": 1})
    assert "look at it once more" in run.said
    assert not Child.objects.filter(reference="P2").exists()


def test_of_two_imports_at_once_one_is_refused(shropshire: Org, noon: datetime) -> None:
    compared(csv_of([row("P1")]), org=shropshire, at=noon)

    with pytest.raises(RuleBroken, match="under way"):
        compared(csv_of([row("P2")]), org=shropshire, at=noon)


def test_applied_twice_it_is_applied_once(shropshire: Org, noon: datetime) -> None:
    run = applied(csv_of([row("P1")]), org=shropshire, at=noon)

    services.do_apply(run_id=run.pk, at=noon)
    services.do_read(run_id=run.pk, at=noon)

    assert Episode.objects.count() == 1
    assert ImportRun.objects.get().state == "applied"


def test_a_file_that_breaks_off_says_so(shropshire: Org, noon: datetime) -> None:
    file = csv_of([row("P1")])
    file = BytesIO(file.getvalue() + b'\r\n"P2' + b"\r\nx" * 2_000)

    run = compared(file, org=shropshire, at=noon)

    assert run.state == "failed"
    assert "Line 3" in run.said
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("relation", ["worker", "supervisor", "team_manager", "head", "hr", "psw"])
def test_nobody_else_imports(shropshire: Org, noon: datetime, relation: str) -> None:
    run = compared(csv_of([row("P1")]), org=shropshire, at=noon)
    person = getattr(shropshire, relation)
    hat = {"hr": Role.HR, "psw": Role.PRINCIPAL_SOCIAL_WORKER}.get(relation)
    actor = shropshire.actor(person, hat=hat)

    assert not ImportRun.objects.visible_to(actor).exists()
    with pytest.raises(NotAllowed):
        services.bring(file=csv_of([]), file_name="x.csv", actor=actor, at=noon)
    with pytest.raises(NotAllowed):
        services.ask_to_apply(run_id=run.pk, only_good=True, many_closed=True, actor=actor, at=noon)


def test_moments_are_of_the_night_that_brought_them(shropshire: Org) -> None:
    at = datetime(2026, 11, 9, 2, 30, tzinfo=UTC)

    applied(csv_of([row("P1")]), org=shropshire, at=at)

    assert set(Allocation.objects.values_list("recorded_at", flat=True)) == {at}
