"""An export as case systems make them, with three rows in a hundred broken, each in a way of its own."""

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from cases.importing import services
from cases.importing.models import ImportRun
from cases.models import Child, ChildWeight, Sibling, SiblingGroup
from cases.selectors import siblings_of
from staff.models import StaffMember
from tests import imports_kit
from tests.cases_kit import child_with
from tests.imports_kit import AMARA, OSCAR, applied, compared
from tests.org import Org

TITLE = ("Open cases, children’s services", "", "", "", "", "", "", "", "", "")
ABOVE = ("Child", "", "Case", "", "Allocation", "", "Plan", "", "Caseload", "")
HEADERS = (*imports_kit.HEADERS, "Family number", "Weighting")
MAPPED = imports_kit.MAPPED | {"siblings": "Family number", "weight": "Weighting"}
Cells = tuple[str, ...]


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


def row(
    reference: str,
    opened: str = "05/01/2026",
    closed: str = "",
    worker: str = AMARA,
    team: str = "",
    plan: str = "CIN",
    since: str = "",
    family: str = "",
    weight: str = "",
) -> Cells:
    """A row with a name that nobody may keep."""
    return (reference, "Zoë Canary", opened, closed, worker, team, plan, since, family, weight)


def export(rows: list[Cells], *, encoding: str = "cp1252", above: bool = True) -> BytesIO:
    lines = [*([TITLE, ABOVE] if above else []), HEADERS, *rows]
    text = "\r\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    return BytesIO(text.encode(encoding))


# What is broken, the field in which it is named, and words of the sentence
BROKEN: dict[str, tuple[Cells, str, str]] = {
    "a blank reference": (row(""), "reference", "There is no reference"),
    "a name for a reference": (row("Zoë Canary"), "reference", "looks like a name"),
    "a name with a figure": (row("Canary 2"), "reference", "no spaces"),
    "a reference of another system": (row("P#201"), "reference", "letters, digits"),
    "a line break in a reference": (row("P202\nP203"), "reference", "no spaces"),
    "a row of totals": (row("Total: 1,016", opened="", worker="", plan=""), "reference", "row of totals"),
    "headers once more": (HEADERS, "reference", "headers once more"),
    "a formula": (row("P204", opened="=TODAY()-30"), "opened_on", "is a formula"),
    "a broken formula": (row("P205", worker="#N/A"), "worker", "is a formula"),
    "a broken formula for a reference": (row("#REF!"), "reference", "is a formula"),
    "no opening day": (row("P206", opened=""), "opened_on", "Enter the day"),
    "an impossible day": (row("P207", opened="31/02/2026"), "opened_on", "not a day that there is"),
    "a month thirteen": (row("P208", opened="05/13/2026"), "opened_on", "not a day that there is"),
    "a year of two figures": (row("P209", opened="05/01/26"), "opened_on", "year of two figures"),
    "a day of Excel's inside": (row("P210", opened="46027"), "opened_on", "as Excel counts it"),
    "words for a day": (row("P211", since="soon"), "plan_since", "not a day that there is"),
    "opened tomorrow": (row("P212", opened="10/11/2026"), "opened_on", "lies ahead"),
    "opened in another century": (row("P213", opened="05/01/1926"), "opened_on", "too long ago"),
    "closed tomorrow": (row("P214", closed="10/11/2026"), "closed_on", "lies ahead"),
    "closed before it was opened": (row("P215", closed="04/01/2026"), "closed_on", "not closed before"),
    "closed without a day": (row("P216", plan="Closed"), "closed_on", "names no day"),
    "nobody's": (row("P217", worker=""), "worker", "Nobody has this child"),
    "an unknown worker": (row("P218", worker="ghost@example.org"), "worker", "Invite them first"),
    "a worker who left": (row("P219", worker="gone.grey@example.org"), "worker", "left on"),
    "a name of two people": (row("P220", worker="Ann Twice"), "worker", "more than one person"),
    "an unknown team": (row("P221", worker="", team="Elm team"), "held_by", "no team or person"),
    "an unknown plan": (row("P222", plan="Gold"), "plan_types", "no plan or status"),
    "a family's name": (row("P223", family="Canary family"), "siblings", "no family number"),
    "a weight that is none": (row("P224", weight="heavy"), "weight", "quarters"),
    "a comma too many": ((*row("P225"), "x"), "row", "more cells than there are headers"),
    "a row twice": (row("P100"), "reference", "says the same"),
    "another opening day": (row("P101", opened="06/01/2026", worker=OSCAR), "opened_on", "opened on 5 January 2026"),
    "another family": (row("P102", worker=OSCAR, family="F9"), "siblings", "another family number"),
    "opened earlier than is known": (row("P226", opened="01/01/2026"), "opened_on", "open here since"),
}
# The other row about the same child is held back with them
HELD_BACK = ("P100", "P101", "P102")


def prepare(org: Org) -> None:
    for _ in range(2):
        StaffMember.objects.create(name="Ann Twice", employed_from=date(2020, 1, 1))
    gone = org.hr
    gone.name, gone.left_on = "Gone Grey", date(2026, 6, 1)
    gone.save()
    gone.account.email = "gone.grey@example.org"
    gone.account.save()
    child_with(org.worker, reference="P226")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_three_rows_in_a_hundred_each_named_by_line_field_and_sentence(
    shropshire: Org, noon: datetime, encoding: str
) -> None:
    prepare(shropshire)
    good = [row(f"P{number}") for number in range(100, 103)] + [row(f"Q{number}") for number in range(1_000, 2_063)]
    broken = [cells for cells, _, _ in BROKEN.values()]
    assert len(BROKEN) >= 20
    assert 0.029 < len(broken) / len(good) < 0.033

    run = compared(export([*good, *broken], encoding=encoding), org=shropshire, at=noon, mapped=MAPPED)

    found: dict[int, list[list[str]]] = dict(run.rows.filter(outcome="faulty").values_list("line", "faults"))
    # Two rows stand above the headers, and a cell with a line break takes two lines
    line, wrong = len(good) + 4, {}
    for what, (cells, field, words) in BROKEN.items():
        said = [sentence for name, sentence in found.pop(line, []) if name == field]
        if not any(words in sentence and sentence.endswith(".") for sentence in said):
            wrong[what] = said
        line += 1 + sum(cell.count("\n") for cell in cells)
    assert wrong == {}
    assert sorted(found) == [4, 5, 6]
    assert all("has to be mended first" in sentence for faults in found.values() for _, sentence in faults)
    assert run.counts == {"new": len(good) - len(HELD_BACK), "faulty": len(BROKEN) + len(HELD_BACK)}
    kept = str(list(run.rows.values_list("cells", "faults")))
    assert "Canary" not in kept


def test_what_nobody_sees_between_letters_changes_nothing(shropshire: Org, noon: datetime) -> None:
    strange = row("\u200bP1\xa0", opened="05\xa001\xa02026", worker="amara.obi@example.org\xa0", plan="CIN\xa0")

    run = compared(export([strange], encoding="utf-8"), org=shropshire, at=noon, mapped=MAPPED)

    assert run.counts == {"new": 1}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_titles_and_merged_cells_stand_above_the_headers(shropshire: Org, noon: datetime, kind: str) -> None:
    file = export([row("P1")])
    if kind == "xlsx":
        book = Workbook()
        for line in (TITLE, ABOVE, HEADERS, row("P1")):
            book.active.append([cell or None for cell in line])
        book.active.merge_cells("A1:J1")
        book.active.merge_cells("A2:B2")
        file = BytesIO()
        book.save(file)

    run = compared(file, org=shropshire, at=noon, mapped=MAPPED)

    assert (tuple(run.headers), run.counts) == (HEADERS, {"new": 1})
    assert run.rows.get().line == 4


def test_a_file_without_a_column_that_was_mapped_is_not_read_by_itself(shropshire: Org, noon: datetime, files) -> None:
    applied(export([], above=False), org=shropshire, at=noon, mapped=MAPPED)
    short = [",".join(HEADERS[:4]), "P1,Zoë,05/01/2026,"]
    path = files / "night.csv"
    path.write_text("\r\n".join(short))

    with pytest.raises(services.Stopped, match="Nobody has said yet"):
        services.import_unattended(path, on=noon.date(), at=noon)

    assert not Child.objects.exists()


# Families and weights


def brought(rows: list[Cells], org: Org, at: datetime) -> ImportRun:
    return applied(export(rows, above=False), org=org, at=at, mapped=MAPPED, many_closed=True)


def family_of(reference: str, on: date) -> set[str]:
    child = Child.objects.get(reference=reference)
    keys = siblings_of(children=[child.pk], on=on).get(child.pk, frozenset())
    return set(Child.objects.filter(pk__in=keys).values_list("reference", flat=True))


def test_the_same_number_is_the_same_family_over_time(shropshire: Org, noon: datetime, today: date) -> None:
    rows = [row("P1", family="F7"), row("P2", family="f7"), row("P3", family="F8"), row("P4")]

    run = brought(rows, shropshire, noon)
    again = brought(rows, shropshire, noon)
    moved = brought([rows[0], row("P2"), row("P3", family="F7"), rows[3]], shropshire, noon)

    assert run.counts == {"new": 4}
    assert again.counts == {"unchanged": 4}
    assert moved.counts == {"family": 2, "unchanged": 2}
    assert family_of("P1", today - timedelta(days=1)) == {"P2"}
    assert family_of("P1", today) == {"P3"}
    assert SiblingGroup.objects.filter(number="F7").count() == 1


def test_whom_people_put_together_a_blank_number_does_not_part(shropshire: Org, noon: datetime, today: date) -> None:
    brought([row("P1"), row("P2")], shropshire, noon)
    group = SiblingGroup.objects.create()
    for child in Child.objects.all():
        Sibling.objects.create(group=group, child=child, starts_on=date(2026, 2, 2), recorded_at=noon)

    run = brought([row("P1"), row("P2")], shropshire, noon)

    assert run.counts == {"unchanged": 2}
    assert family_of("P1", today) == {"P2"}


def test_weights_come_with_the_file_and_what_a_supervisor_said_stands(shropshire: Org, noon: datetime) -> None:
    brought([row("P1", weight="1.5"), row("P2", weight="2")], shropshire, noon)
    ChildWeight.objects.filter(child__reference="P2").update(set_by=shropshire.supervisor, reason="Three courts.")
    later = noon.replace(day=16)

    run = brought([row("P1", weight="1.75"), row("P2", weight="1")], shropshire, later)
    gone = brought([row("P1"), row("P2")], shropshire, later.replace(day=17))

    assert run.counts == {"weight": 1, "unchanged": 1}
    assert gone.counts == {"weight": 1, "unchanged": 1}
    open_now = ChildWeight.objects.filter(ends_on=None).values_list("child__reference", "weight")
    assert [(reference, str(weight)) for reference, weight in open_now] == [("P2", "2.00")]


def test_brothers_stay_so_when_a_case_is_closed(shropshire: Org, noon: datetime, today: date) -> None:
    brought([row("P1", family="F7"), row("P2", family="F7", weight="2")], shropshire, noon)
    brought([row("P1", family="F7"), row("P2", closed="06/11/2026", family="F7")], shropshire, noon)

    assert family_of("P1", today) == {"P2"}
    assert not ChildWeight.objects.filter(ends_on=None).exists()
