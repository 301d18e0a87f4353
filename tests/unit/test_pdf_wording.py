"""What the printed record says, before it is drawn."""

from datetime import date
from typing import Any

import pytest

from records.pdf_wording import Wording, attachments, build_page, count_pages
from records.pdf_wording.shapes import PageField, Paragraph
from records.pdf_wording.words import (
    date_in_words,
    interval_in_words,
    late_in_words,
    length_in_words,
    reads_right_to_left,
    short_number,
    size_in_words,
)
from tests.signed_parts import RECORD, Chain, field, section


def text_of(shown: PageField) -> str:
    return "|".join(paragraph.text for paragraph in (*shown.text, *shown.items))


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("long_text", "P1M", "P1M"),
        ("short_text", "2026-01-02", "2026-01-02"),
        ("clause", "One\n\nTwo", "One|Two"),
        ("yes_no", "yes", "Yes"),
        ("yes_no", "no", "No"),
        ("date", "2027-01-12", "Tuesday 12 January 2027"),
        ("datetime", "2026-12-01T14:30", "Tuesday 1 December 2026 at 14:30"),
        ("interval", "P1M", "Every month"),
        ("interval", "P6W", "Every 6 weeks"),
        ("number", 7, "7"),
        ("number", "2.5", "2.5"),
        ("multi_choice", ["Caseload", "Leave"], "Caseload|Leave"),
        ("person", {"id": "x", "name": "Jo Ede", "role": "Service manager"}, "Jo Ede, Service manager"),
        ("later_type", [{"who": "A"}], '{"who": "A"}'),
        ("attendees", [{"name": "Jo Ede", "role": "", "present": True, "note": "late"}], "Jo Ede: present (late)"),
        ("attendees", [{"name": "Jo Ede", "role": "presenter", "present": False}], "Jo Ede, presenter: not present"),
        ("children", [{"reference": "P 1", "depth": "brief"}, {"reference": "P 2"}], "P 1, briefly|P 2"),
    ],
)
def test_each_type_of_answer_has_its_words(kind: str, value: object, words: str) -> None:
    shown = Wording().field(field("Question", value, type=kind))

    assert text_of(shown) == words


def test_several_files_are_listed_each_with_its_size_and_digest() -> None:
    files = [{"name": f"page {number}.jpg", "size": 2048, "sha256": "sha256:" + "ab" * 32} for number in (1, 2)]

    shown = Wording().field(field("Pictures and PDFs", files, type="files"))

    assert [item.text[:16] for item in shown.items] == ["page 1.jpg (2 KB", "page 2.jpg (2 KB"]
    assert all("SHA-256: abababab" in item.text for item in shown.items)


@pytest.mark.parametrize("kind", ["long_text", "date", "yes_no", "person", "file", "multi_choice", "actions"])
@pytest.mark.parametrize("value", [None, "", [], {}])
def test_what_was_not_answered_is_shown_as_such(kind: str, value: object) -> None:
    assert Wording().field(field("Question", value, type=kind)) == PageField("Question")


def test_a_file_is_shown_by_name_size_and_digest() -> None:
    value = {"name": "plan.pdf", "size": 123456, "sha256": "sha256:" + "cd" * 32}

    shown = text_of(Wording().field(field("Plan", value, type="file")))

    assert shown == "plan.pdf (121 KB, kept with the record in Countersign). SHA-256: " + " ".join(["cdcdcdcd"] * 8)


def test_an_action_without_owner_or_date_says_so() -> None:
    value = [{"what": "Ask", "who": "", "who_id": None, "by": None}]

    (action,) = Wording().field(field("Actions", value, type="actions")).actions

    assert (action.who, action.by) == ("Nobody named", "No date")


def test_a_single_question_under_the_heading_s_own_words_is_not_repeated() -> None:
    page = build_page(Chain().add("text", section("Wellbeing", field("Wellbeing", "Well."))).parts, organisation="X")

    (shown,) = page.sections
    assert shown.fields == [PageField("", text=[Paragraph("Well.")])]


def test_paragraphs_lose_nothing_but_empty_lines() -> None:
    shown = Wording().paragraphs("  one\r\ntwo\n \n\t\n three\n")

    assert [paragraph.text for paragraph in shown] == ["  one\ntwo", " three\n"]


def test_letters_that_steer_the_printer_are_shown_by_their_code() -> None:
    assert Wording().line("a\x07b\u202ec") == "a[U+0007]b[U+202E]c"


def test_letters_that_no_font_has_are_shown_by_their_code() -> None:
    assert Wording({"\U000f1234", "]"}).line("x\U000f1234]y") == "x[U+F1234][U+005D]y"


@pytest.mark.parametrize("text", ["x" * 20_000, "word " * 10_000, "e\u0301" * 5_000, "a\nb" * 3_000])
def test_very_long_lines_are_cut_and_keep_every_letter(text: str) -> None:
    (shown,) = Wording().paragraphs(text)

    assert shown.text.replace("\n", "") == text.replace("\n", "")
    assert "\n\u0301" not in shown.text
    assert max(map(len, shown.text.split("\n"))) < 8_600


def test_text_is_read_from_the_right_when_its_first_letter_is() -> None:
    assert reads_right_to_left("12. مرحبا hello")
    assert reads_right_to_left("(שלום)")
    assert not reads_right_to_left("Said: שלום")
    assert not reads_right_to_left("123 - 456")


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ("agree", "Signed by Priya Nair and Amara Obi."),
        ("seen_not_agreed", "Signed by Priya Nair. Amara Obi has seen it and does not agree."),
        ("decline", "Signed by Priya Nair. Amara Obi declined to sign."),
    ],
)
@pytest.mark.req("R182")
def test_the_state_is_said_in_a_sentence(meaning: str, words: str) -> None:
    chain = Chain().add("text", section("S", field("F", "x")))
    chain.add("countersignature", section("Reason", field("Reason", "Because")), by="supervisee", meaning=meaning)

    page = build_page(chain.parts, organisation="X")

    assert page.state == words
    assert page.is_agreed == (meaning == "agree")


def test_a_missing_signature_is_said_to_be_missing() -> None:
    page = build_page(Chain().add("text", section("S", field("F", "x"))).parts, organisation="X")

    assert page.state == "Signed by Priya Nair. The signature of the supervisee is still missing."


def test_a_record_closed_without_its_text_has_a_page() -> None:
    chain = Chain().add("closure", section("Reason", field("Reason", "She left.")), meaning="closure")

    page = build_page(chain.parts, organisation="X")

    assert page.sections == []
    assert page.state == "Not countersigned: Priya Nair closed it without the missing signature."
    assert page.unsigned.startswith("Nobody signed a text of this record.")
    assert page.signatures[0].typed[0].fields == [PageField("", text=[Paragraph("She left.")])]


@pytest.mark.parametrize(
    ("comments", "words"),
    [([], "Declined to sign, because"), ([section("Comments", field("Comments", "Thank you."))], "Declined to sign")],
)
def test_because_stands_only_where_the_reason_follows_at_once(comments: list[Any], words: str) -> None:
    chain = Chain().add("text", section("S", field("F", "x")))
    reason = section("Reason", field("Reason", "It was not so."))
    chain.add("countersignature", *comments, reason, by="supervisee", meaning="decline")

    assert build_page(chain.parts, organisation="X").signatures[1].words == words


def test_whoever_agrees_to_a_contract_agrees_to_no_record() -> None:
    chain = Chain(template={"id": "contract_1a", "version": 1}).add("text", section("S", field("F", "x")))
    chain.add("countersignature", by="supervisee", meaning="agree")

    assert build_page(chain.parts, organisation="X").signatures[1].words == "Agrees to this contract"


def test_a_returned_version_is_history_by_its_digest_and_reason() -> None:
    chain = Chain().add("text", section("S", field("F", "first words")))
    chain.add("return", section("Reason", field("Reason", "Wrong day")), by="supervisee", meaning="return")
    chain.add("text", section("S", field("F", "second words")))

    page = build_page(chain.parts, organisation="X")

    assert [(part.seq, part.words) for part in page.earlier] == [
        (1, "Earlier text, signed by Priya Nair"),
        (2, "Returned for correction by Amara Obi, because"),
    ]
    assert page.earlier[0].typed == []
    assert page.earlier[1].typed[0].fields == [PageField("", text=[Paragraph("Wrong day")])]
    assert page.sections[0].fields == [PageField("F", text=[Paragraph("second words")])]
    assert len(page.signatures) == 1


def test_an_addendum_stands_after_the_signatures_with_what_it_corrects() -> None:
    chain = Chain().add("text", section("S", field("F", "x")))
    chain.add("countersignature", by="supervisee", meaning="agree")
    chain.add(
        "addendum",
        section("What is added", field("Text", "It was the 10th.")),
        corrects={"record": RECORD, "seq": 1},
        facts={"held_on": "2026-11-10"},
    )

    page = build_page(chain.parts, organisation="X")

    (addendum,) = page.addenda
    assert addendum.corrects == "Corrects part 1 of record 00AB1-2CD34."
    assert addendum.facts == [("Date", "Tuesday 10 November 2026")]
    assert addendum.signature.words == "Wrote and signed this addition"
    assert page.state == "Signed by Priya Nair and Amara Obi."
    assert len(page.signatures) == 2


def test_empty_comments_are_not_printed() -> None:
    chain = Chain().add("text", section("S", field("F", "x")))
    chain.add("countersignature", section("Comments", field("Comments", "")), by="supervisee", meaning="agree")

    assert build_page(chain.parts, organisation="X").signatures[1].typed == []


def test_only_content_that_is_not_there_is_called_withheld() -> None:
    parts = Chain().add("text", section("Open", field("F", "")), section("Shut", withheld=True)).parts

    page = build_page(parts, organisation="X")

    assert [shown.fields is None for shown in page.sections] == [False, True]
    assert page.has_withheld


def test_facts_are_in_words_and_in_order() -> None:
    facts: dict[str, Any] = {
        "review_on": "2027-11-09",
        "every": "P6W",
        "mode": "in_person",
        "minutes": 90,
        "held_on": "2026-11-09",
        "last_held_on": None,
        "named_manager": {"id": "1", "name": "Jo Ede", "role": "Service manager"},
        "brand_new_fact": True,
    }

    assert Wording().facts(facts) == [
        ("Date", "Monday 9 November 2026"),
        ("Length", "1 hour 30 minutes"),
        ("How", "In person"),
        ("How often", "Every 6 weeks"),
        ("To be reviewed by", "Tuesday 9 November 2027"),
        ("Manager for disagreements", "Jo Ede, Service manager"),
        ("Brand new fact", "Yes"),
    ]


def test_a_signature_gives_both_times_and_how_it_was_proved() -> None:
    chain = Chain().add("text", section("S", field("F", "x")))
    signature = chain.parts[0].body["signature"]
    signature["signed_at"] = "2026-07-01T15:04:05.123456Z"
    signature["auth"] = {"method": "password+totp", "credential_changed_within_days": 3}

    (shown,) = build_page(chain.parts, organisation="X").signatures

    assert shown.local_time == "Wednesday 1 July 2026 at 16:04:05 (BST, London)"
    assert shown.utc_time == "2026-07-01T15:04:05.123456Z"
    assert shown.method == "Password and one-time code"
    assert (
        shown.credential_note
        == f"An administrator let {shown.signer} choose anew how to sign in 3 days before this signature."
    )


def test_the_demonstration_s_signatures_say_that_they_prove_nothing() -> None:
    chain = Chain().add("text", section("S", field("F", "x")))
    chain.parts[0].body["signature"]["auth"] = {"method": "demo"}

    (shown,) = build_page(chain.parts, organisation="X").signatures

    assert "nothing was proved" in shown.method


def test_attachments_are_the_signed_bytes_and_the_salted_sections_that_are_printed() -> None:
    parts = Chain().add("text", section("Open", field("F", "x")), section("Shut", withheld=True)).parts

    names = {attached.name: attached.data for attached in attachments(parts)}

    assert list(names) == ["part-1.attestation", "part-1.json", "part-1.open.json"]
    assert names["part-1.json"] == parts[0].raw
    assert names["part-1.attestation"] == parts[0].attestation


@pytest.mark.parametrize(
    ("value", "pages"),
    [("a", 0), ("word " * 40_000, 55), ("a\n" * 40_000, 1_000), ("\n" * 40_000, 0), (["a" * 90] * 2_000, 100)],
)
def test_pages_are_reckoned_before_they_are_laid_out(value: object, pages: int) -> None:
    assert count_pages(Chain().add("text", section("S", field("F", value))).parts) == pages


def test_dates_lengths_sizes_and_numbers_in_words() -> None:
    assert date_in_words(date(2027, 1, 12)) == "Tuesday 12 January 2027"
    assert date_in_words(date(2027, 1, 12), weekday=False) == "12 January 2027"
    assert [length_in_words(minutes) for minutes in (0, 1, 60, 61, 90)] == [
        "0 minutes",
        "1 minute",
        "1 hour",
        "1 hour 1 minute",
        "1 hour 30 minutes",
    ]
    assert [size_in_words(size) for size in (1, 1023, 2048, 3 * 1024**2, None)] == [
        "1 byte",
        "1023 bytes",
        "2 KB",
        "3.0 MB",
        "size not stated",
    ]
    assert interval_in_words("P1Y6M") == "Every year and 6 months"
    assert interval_in_words("nonsense") == "nonsense"
    assert late_in_words({"calendar_days": 1, "working_days": 0}) == [("Entered", "1 day (0 working days) after")]
    assert late_in_words({"calendar_days": 0, "working_days": 0}) == []


def test_the_short_number_is_the_random_end_of_the_record_s_id() -> None:
    assert short_number("01940000-0000-7000-8000-0000ab12cd34") == "00AB1-2CD34"
