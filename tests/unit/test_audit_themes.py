"""Words on a theme over the records of a file: what is withheld is said to be withheld, never counted as nothing."""

from datetime import date

import pytest

from audits.findings.rules.themes import BALANCE, WELLBEING, Looked, Passage, over_time

MARCH, APRIL, MAY = date(2026, 3, 2), date(2026, 4, 6), date(2026, 5, 4)


def looked(*passages: tuple[date, str | None], has_place: bool = True, theme: str = WELLBEING) -> Looked:
    return Looked(theme, [Passage(on, "Wellbeing", text) for on, text in passages], [MARCH, APRIL, MAY], has_place)


@pytest.mark.req("R250")
def test_what_is_withheld_everywhere_is_not_counted_as_nothing() -> None:
    found = looked((MARCH, None), (APRIL, None), (MAY, None))

    assert found.counted == "withheld in 3 of 3 records"
    assert over_time(found).startswith("Withheld in 3 of 3 records")
    assert "0 of" not in over_time(found)
    assert [said for _, _, said in found.months] == ["withheld in 1", "withheld in 1", "withheld in 1"]


@pytest.mark.req("R250")
def test_what_is_withheld_in_some_stands_beside_what_is_not() -> None:
    found = looked((MARCH, "Leave in June"), (APRIL, None))

    assert found.counted == "something in 1 of 3 records, withheld in 1"
    assert (
        over_time(found) == "1 of 3 records hold something on it; in 1 record a section is withheld from the auditor."
    )
    assert [said for _, _, said in found.months] == ["1", "withheld in 1", "0"]


def test_what_is_there_and_what_is_not_is_counted() -> None:
    assert looked((MARCH, "Leave in June")).counted == "something in 1 of 3 records"
    assert looked().counted == "something in 0 of 3 records"
    assert [said for _, _, said in looked().months] == ["0", "0", "0"]


@pytest.mark.req("R249")
def test_a_theme_that_the_forms_do_not_ask_for_has_no_count() -> None:
    found = looked(has_place=False, theme=BALANCE)

    assert found.counted == "the forms have no section for it"
    assert found.label.startswith("Mediation")
