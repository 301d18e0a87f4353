"""The clock of a request for data, what is looked for in a paragraph, and what is left of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.requests.rules.clock import Stop, clock, due_date
from archive.requests.rules.marks import Finder, paragraphs, places_of
from archive.requests.rules.redacting import left_of, merged, stays_elsewhere
from policies.bank_holidays import bank_holidays

ENGLAND = bank_holidays("england-and-wales")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "months", "due", "note"),
    [
        ("2026-11-09", 0, "2026-12-09", ""),
        ("2026-01-31", 0, "2026-03-02", "last day"),  # 28 February is a Saturday
        ("2025-01-31", 0, "2025-02-28", "last day"),
        ("2028-01-31", 0, "2028-02-29", "last day"),
        ("2026-03-31", 0, "2026-04-30", "last day"),
        ("2026-08-31", 0, "2026-09-30", "last day"),
        ("2026-02-28", 0, "2026-03-30", "no working day"),  # the corresponding day, a Saturday, and not the month's end
        ("2026-11-25", 0, "2026-12-29", "no working day"),  # Christmas on a Friday, Boxing Day moved to Monday
        ("2026-03-03", 0, "2026-04-07", "no working day"),  # Good Friday to Easter Monday
        ("2026-07-31", 0, "2026-09-01", "no working day"),  # a bank holiday Monday
        ("2026-11-09", 1, "2027-01-11", "no working day"),
        ("2026-11-09", 2, "2027-02-09", ""),
        ("2026-11-30", 2, "2027-03-01", "last day"),  # the last of February, a Sunday
        ("2026-11-07", 0, "2026-12-07", ""),  # it came in on a Saturday: it runs from that day all the same
    ],
)
def test_due_on_the_corresponding_day(received: str, months: int, due: str, note: str) -> None:
    found, notes = due_date(day(received), months=months, stops=[], days_off=ENGLAND)

    assert found == day(due)
    assert note in " ".join(notes)
    assert bool(note) == bool(notes)


@pytest.mark.parametrize(
    ("stops", "months", "due"),
    [
        ([("2026-11-12", "2026-11-22")], 0, "2026-12-21"),  # ten days: 19 December is a Saturday
        ([("2026-11-12", "2026-11-12")], 0, "2026-12-09"),
        ([("2026-11-09", "2026-11-10"), ("2026-11-20", "2026-11-21")], 0, "2026-12-11"),
        ([("2026-12-09", "2026-12-14")], 0, "2026-12-14"),  # stopped on the last day, over the day itself
        ([("2026-12-10", "2026-12-20")], 0, "2026-12-09"),  # too late: the time was over
        ([("2026-12-10", "2026-12-20")], 1, "2027-01-19"),  # within the time that was added
        ([("2026-11-12", "2026-12-12"), ("2026-12-20", "2026-12-21")], 0, "2027-01-11"),
    ],
)
def test_days_of_waiting_are_added(stops: list[tuple[str, str]], months: int, due: str) -> None:
    waited = [Stop(day(start), day(end)) for start, end in stops]

    assert due_date(day("2026-11-09"), months=months, stops=waited, days_off=ENGLAND)[0] == day(due)


def test_while_it_waits_nothing_is_due() -> None:
    stops = [Stop(day("2026-12-01"), None)]

    found = clock(day("2026-11-09"), months=0, stops=stops, days_off=ENGLAND, on=day("2027-02-01"))

    assert found.due_on is None
    assert found.stopped_since == day("2026-12-01")
    assert found.days_left == 8
    assert not found.is_overdue


def test_a_stop_after_the_time_was_over_stops_nothing() -> None:
    stops = [Stop(day("2026-12-10"), None)]

    found = clock(day("2026-11-09"), months=0, stops=stops, days_off=ENGLAND, on=day("2026-12-11"))

    assert found.is_overdue
    assert found.days_left == -2


@pytest.mark.parametrize(
    ("on", "left", "soon", "over"),
    [
        ("2026-12-01", 8, False, False),
        ("2026-12-02", 7, True, False),
        ("2026-12-09", 0, True, False),
        ("2026-12-10", -1, False, True),
    ],
)
def test_how_long_is_left(on: str, left: int, *, soon: bool, over: bool) -> None:
    found = clock(day("2026-11-09"), months=0, stops=[], days_off=ENGLAND, on=day(on))

    assert (found.days_left, found.is_soon, found.is_overdue) == (left, soon, over)


@given(st.dates(day("2010-01-01"), day("2050-12-31")), st.integers(0, 2), st.integers(0, 90))
def test_never_less_than_a_month_and_always_on_a_working_day(received: date, months: int, waited: int) -> None:
    stops = [Stop(received, date.fromordinal(received.toordinal() + waited))]

    due, _ = due_date(received, months=months, stops=stops, days_off=ENGLAND)

    assert due.weekday() < 5
    assert due not in ENGLAND
    assert 28 + waited <= (due - received).days <= 31 * (1 + months) + waited + 5


# -- What is looked for

FINDER = Finder(
    names=["Tom Mills", "Zoë O’Hara-Smith", "Amara Young", "Li Wu", "Bo Field"],
    references=["SH-2041", "C100/7"],
    own_names=["Amara Obi"],
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Spoke to Tom Mills about it.", [("Tom Mills", "staff")]),
        ("spoke to tom mills, and Mills’s deputy", [("tom mills", "staff"), ("Mills", "staff")]),
        ("Two mills on the river", []),
        ("Zoë O’Hara-Smith rang", [("Zoë O’Hara-Smith", "staff")]),
        ("Amara was there", []),  # the own first name
        ("Mrs Young was there", [("Young", "staff")]),
        ("a young person", []),
        ("Li Wu and Wu", [("Li Wu", "staff")]),  # too short alone
        ("sh-2041 lives with SH-20411", [("sh-2041", "child")]),
        ("C100/7.", [("C100/7", "child")]),
        ("Ring 01743 251000 or +44 7700 900123.", [("01743 251000", "phone"), ("+44 7700 900123", "phone")]),
        ("On 12/11/2026 at 10:30 for 90 minutes", []),
        ("gran@example.org, SY2 6ND", [("gran@example.org", "email"), ("SY2 6ND", "postcode")]),
    ],
)
def test_names_references_and_ways_to_reach_somebody_are_marked(text: str, found: list[tuple[str, str]]) -> None:
    assert [(text[mark.start : mark.end], mark.why) for mark in FINDER.find(text)] == found


@given(st.text(alphabet="TomMils ’'-SH2041@.0", max_size=80))
def test_marks_stand_in_order_within_the_text(text: str) -> None:
    marks = FINDER.find(text)

    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= other.start for one, other in zip(marks, marks[1:], strict=False))


def test_paragraphs_are_lines_and_nothing_is_lost() -> None:
    assert paragraphs("One.\n\n  Two. \nThree.") == ["One.", "Two.", "Three."]
    long = "word " * 2_000
    assert "".join("".join(paragraphs(long)).split()) == "word" * 2_000
    assert all(len(part) <= 4_000 for part in paragraphs(long + "x" * 9_000))


def test_typed_words_are_found_however_they_are_written() -> None:
    text = "Her Gran and her  gran said so."
    assert [text[start:end] for start, end in places_of("her gran", text)] == ["Her Gran", "her  gran"]
    assert places_of("  ", text) == []
    assert places_of("a.b", "aXb") == []


# -- What is left


@pytest.mark.scenario(19, "a")
@given(st.data())
def test_what_is_taken_out_is_not_in_what_is_left(data: st.DataObject) -> None:
    """Whatever letters are taken out: each of them is replaced, and the rest stays in its order."""
    text = data.draw(st.text(min_size=1, max_size=60))
    place = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(place, place), max_size=5))
    out = {number for start, end in spans for number in range(start, end)}

    left = left_of(text, decision="redact", spans=spans, reason="third_party")

    assert (
        "".join(left.split("[withheld: third party]"))
        == "".join(letter for number, letter in enumerate(text) if number not in out)
        or "[withheld: third party]" in text
    )
    assert left.count("[withheld: third party]") == len(merged(spans, length=len(text))) or "[withheld" in text


@pytest.mark.parametrize("decision", ["withhold", ""])
def test_what_is_withheld_or_undecided_does_not_go_out(decision: str) -> None:
    reason = "court" if decision else ""

    assert "secret" not in left_of("A secret.", decision=decision, spans=[], reason=reason)


def test_the_mark_says_nothing_of_how_long_it_was() -> None:
    short = left_of("I am x.", decision="redact", spans=[[5, 6]], reason="court")
    long = left_of("I am xxxxxxxx.", decision="redact", spans=[[5, 13]], reason="court")

    assert short == long == "I am [withheld: court]."


def test_words_that_still_stand_elsewhere_are_named() -> None:
    assert stays_elsewhere(["Gran", "Uncle"], ["with his GRAN there", "nobody"]) == ["Gran"]
