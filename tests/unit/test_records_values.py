"""What people type: kept as they meant it, refused in a sentence, empty or not, shown or not."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.templates import Field, Section, When
from records import values
from records.values import Given, TooLong, Unclear

TEXT = Field(id="discussed", label="Issues discussed", type="long_text")
GAP = Field(id="gap", label="Comments on the gap", type="gap_comment")
ACTIONS = Field(id="actions", label="Agreed actions", type="actions")


def section(*fields: Field, **options: Any) -> Section:
    return Section(id="workload", heading="Workload", fields=fields, **options)


# -- text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c\x7f", "abc"),
        ("Word’s “quotes” – and …\x0bsoft break\x0c", "Word’s “quotes” – and …\nsoft break"),
        ("• one\t1\n• two\t2", "• one\t1\n• two\t2"),
        ("e\u0301", "\u00e9"),
        ("  spaces around  \n", "spaces around"),
        ("👩🏽\u200d⚕️ 🏳️\u200d🌈", "👩🏽\u200d⚕️ 🏳️\u200d🌈"),
        ("Llŷr Gruffydd, tŷ bach, ŵy", "Llŷr Gruffydd, tŷ bach, ŵy"),
        ("שלום \u200fأمارا", "שלום \u200fأمارا"),
        ("<script>alert('x')</script> & <b>bold</b>", "<script>alert('x')</script> & <b>bold</b>"),
        ("line\u2028separator", "line\nseparator"),
    ],
)
def test_text_is_kept_as_it_was_meant(typed: str, kept: str) -> None:
    assert values.cleaned_text(typed) == kept


@given(st.text())
def test_tidying_twice_changes_nothing_and_leaves_nothing_that_steers_a_machine(typed: str) -> None:
    tidied = values.tidy(typed)

    assert values.tidy(tidied) == tidied
    assert not any(unicodedata.category(letter) == "Cs" for letter in tidied)
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in tidied)


def test_a_text_that_is_too_long_is_refused_with_both_numbers() -> None:
    assert len(values.cleaned_text("x" * 200_000)) == 200_000

    with pytest.raises(TooLong, match=r"250,000 characters long and the most that can be kept is 200,000.*still here"):
        values.cleaned_text("x" * 250_000)


def test_a_line_has_no_line_ends() -> None:
    assert values.cleaned_line("one\r\n two\tthree") == "one two three"


# -- dates, times, numbers


@pytest.mark.parametrize(
    "typed",
    ["12/1/2027", "12.01.2027", "12-1-2027", "12 1 2027", "2027-01-12", "12 January 2027", "12th jan 2027"]
    + ["Tuesday 12 January 2027", "Tuesday, 12 January, 2027", " 12 / 1 / 2027 "],
)
def test_a_date_may_be_typed_as_people_do(typed: str) -> None:
    assert values.cleaned_date(typed) == "2027-01-12"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/2/2027", "31/2/2027 is not a day that exists"),
        ("29 February 2027", "is not a day that exists"),
        ("12/13/2027", "is not a day that exists"),
        ("0/1/2027", "is not a day that exists"),
        ("12/1/27", "four figures"),
        ("1/1/20277", "four figures"),
        ("tomorrow", "Enter a date like 12/1/2027"),
        ("12 Foo 2027", "is not a day that exists"),
        ("<script>", "Enter a date like"),
    ],
)
def test_a_date_that_is_none_is_refused_in_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        values.cleaned_date(typed)


def test_nothing_typed_is_nothing() -> None:
    assert values.cleaned_date(" ") is None
    assert values.cleaned_time("") is None
    assert values.cleaned_number("") is None


@given(st.dates(min_value=values.date(1900, 1, 1), max_value=values.date(2200, 12, 31)))
def test_every_day_comes_back(day: Any) -> None:
    assert values.cleaned_date(f"{day.day}/{day.month}/{day.year}") == day.isoformat()
    assert values.cleaned_date(day.isoformat()) == day.isoformat()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("14:30", "14:30"), ("2.30pm", "14:30"), ("2 pm", "14:00"), ("12am", "00:00"), ("12pm", "12:00"), ("9", "09:00")],
)
def test_a_time_may_be_typed_as_people_do(typed: str, kept: str) -> None:
    assert values.cleaned_time(typed) == kept


@pytest.mark.parametrize("typed", ["25:00", "9:60", "13pm", "0pm", "noon", "99"])
def test_a_time_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Unclear):
        values.cleaned_time(typed)


@pytest.mark.parametrize(("typed", "kept"), [("90", 90), ("1,200", 1200), ("7.50", "7.5"), ("-3", -3), ("90.0", 90)])
def test_a_number_is_an_integer_or_its_decimal_as_text(typed: str, kept: int | str) -> None:
    assert values.cleaned_number(typed) == kept


@pytest.mark.parametrize("typed", ["ninety", "NaN", "1e99", "Infinity", "--1"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Unclear, match="in figures"):
        values.cleaned_number(typed)


# -- actions


def test_an_action_has_the_shape_that_was_signed_before_unless_there_is_more_to_it() -> None:
    plain = {"what": "See B", "who": "Amara Obi", "who_id": "id-a", "by": "2026-11-23"}

    assert values.cleaned_action({**plain, "priority": "", "standard": ""}) == plain
    more = {"priority": "high", "standard": "B is seen alone"}
    assert values.cleaned_action({**plain, **more}) == {**plain, **more}
    third = {"what": "Ask", "who": "The school", "who_id": None, "by": None}
    assert values.cleaned_action({"what": "Ask", "who": "The school"}) == third
    assert values.cleaned_action({"what": "", "who": "", "by": ""}) is None


# -- what stands on the form


def test_a_gap_comment_stands_on_the_form_only_when_it_is_asked_for() -> None:
    asked = Given(asked={("workload", "gap")})

    assert not values.is_asked(section(GAP), GAP, Given())
    assert values.is_asked(section(GAP), GAP, asked)
    assert values.content_of(section(GAP), {"gap": "Leave"}, given=Given()) == {"fields": []}
    assert values.missing(section(GAP), {}, given=asked) == [("gap", "Workload: fill in “Comments on the gap”.")]
    assert values.missing(section(GAP), {"gap": "Leave"}, given=asked) == []


def test_content_holds_what_was_shown_fixed_and_computed_words_included() -> None:
    fields = (
        Field(id="standing", label="Standing clause", type="clause", text="In private."),
        Field(id="last", label="Last session", type="computed"),
        TEXT,
        ACTIONS,
    )

    content = values.content_of(
        section(*fields), {"discussed": "Eleven."}, given=Given(computed={("workload", "last"): "9 October 2026"})
    )

    assert content["fields"] == [
        {"id": "standing", "label": "Standing clause", "type": "clause", "value": "In private."},
        {"id": "last", "label": "Last session", "type": "computed", "value": "9 October 2026"},
        {"id": "discussed", "label": "Issues discussed", "type": "long_text", "value": "Eleven."},
        {"id": "actions", "label": "Agreed actions", "type": "actions", "value": []},
    ]


def test_what_must_be_filled_in_before_signing() -> None:
    required = Field(id="tasks", label="Key tasks", type="long_text", required=True)

    assert values.missing(section(required), {"tasks": ""}, given=Given()) == [
        ("tasks", "Workload: fill in “Key tasks”.")
    ]
    assert values.missing(section(required), {"tasks": "x"}, given=Given()) == []
    whole = section(TEXT, ACTIONS, required_to_sign=True)
    assert values.missing(whole, {}, given=Given()) == [
        ("discussed", "Workload: write something here before you sign.")
    ]
    assert values.missing(whole, {"actions": [{"what": "x", "who": "Amara Obi"}]}, given=Given()) == []


@pytest.mark.req("R085")
def test_each_action_needs_an_owner_before_signing() -> None:
    owned, nobody = {"what": "See B", "who": "Amara Obi"}, {"what": "Ask the school", "who": ""}

    found = values.missing(section(TEXT, ACTIONS), {"discussed": "x", "actions": [owned, nobody]}, given=Given())

    assert found == [("actions", "Workload: say who does each action.")]


def test_a_section_may_depend_on_an_answer() -> None:
    dependent = section(TEXT, when=When(field="held", equals="yes"))

    assert not values.is_shown(dependent, {"other": {"held": "no"}})
    assert values.is_shown(dependent, {"other": {"held": "yes"}})
    assert values.is_shown(dependent, {"other": {"held": ["yes"]}})
    assert values.is_shown(section(TEXT), {})


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("long_text", "words", ["words"]),
        ("long_text", "", 1),
        ("yes_no", "yes", "perhaps"),
        ("interval", "P1M", "monthly"),
        ("number", 90, True),
        ("number", "7.5", 7.5),
        ("multi_choice", ["a"], [1]),
        ("person", {"id": "1", "name": "n", "role": "r"}, {"id": "1"}),
        ("date", "2026-11-09", {}),
        ("actions", [{"what": "w", "who": "", "who_id": None, "by": None}], [{"what": "w"}]),
        (
            "actions",
            [{"what": "w", "who": "", "who_id": None, "by": None, "priority": "high", "standard": "s"}],
            [{"what": "w", "who": "", "who_id": None, "by": None, "colour": "red"}],
        ),
    ],
)
def test_a_value_has_the_shape_of_its_field(kind: str, good: Any, bad: Any) -> None:
    item = Field(id="f", label="F", type=kind)

    values.check_shape(item, good)
    values.check_shape(item, values.empty(item))
    with pytest.raises(Unclear):
        values.check_shape(item, bad)


def test_an_interval_is_chosen_from_the_usual_ones_or_from_those_given() -> None:
    item = Field(id="frequency", label="Frequency", type="interval")
    where = section(item)

    assert ("P1M", "Every month") in values.options_of(where, item, Given())
    given_options = Given(options={("workload", "frequency"): [("P2W", "Every 2 weeks")]})
    assert values.options_of(where, item, given_options) == [("P2W", "Every 2 weeks")]
    assert values.options_of(where, Field(id="y", label="Y", type="yes_no"), Given()) == [("yes", "Yes"), ("no", "No")]
