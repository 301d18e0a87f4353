"""What sessions and discussions are tagged with, as a policy says it: values, faults and sentences."""

import copy
from typing import Any

import pytest

from policies.faults import Faulty
from policies.files import read_document
from policies.presenters import read_out
from policies.rules.folders import FolderTerms
from policies.rules.tags import capabilities_of, framework_of, labels_of, purposes_of
from tests.policies_kit import pack, shipped

CAPABILITIES = {"framework": "PCF", "version": "2018", "categories": ["nqsw"], "items": [{"id": "a", "label": "A"}]}


@pytest.mark.req("R336")
def test_camden_names_what_a_session_is_for() -> None:
    labels = [tag.label for tag in purposes_of(pack("camden-short-guide"))]

    assert labels == [
        "Monitor performance",
        "Provide support",
        "Oversee practice standards",
        "Review case progression",
    ]
    assert purposes_of(pack("st-helens")) == ()
    assert purposes_of(None) == ()


@pytest.mark.req("R059")
def test_shropshire_names_nine_domains_for_those_in_their_first_year() -> None:
    found = capabilities_of(pack("shropshire-2017"))

    assert found is not None
    assert (found.name, len(found.tags)) == ("Professional Capabilities Framework, 2018", 9)
    assert found.fit(["nqsw"])
    assert not found.fit(["sw_case_management"])
    assert capabilities_of(pack("camden-short-guide")) is None


def test_a_tag_that_the_policy_no_longer_has_keeps_its_name() -> None:
    tags = purposes_of(pack("camden-short-guide"))

    assert labels_of(["was_once", "support"], tags) == ["Provide support", "Was once"]


def test_the_tags_are_read_out_in_sentences() -> None:
    assert read_out(pack("camden-short-guide")).tags == (
        "A session says what it is for: Monitor performance; Provide support; Oversee practice standards; "
        "Review case progression.",
    )
    sentence = read_out(pack("shropshire-2017")).tags[0]
    assert sentence.startswith("A discussion with ASYE can say which capabilities it shows (Professional")
    assert read_out(pack("st-helens")).tags == ()


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ({"purposes": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}, "is the id of more than one entry"),
        ({"purposes": [{"id": "a"}]}, "label"),
        ({"purpose": []}, "purpose"),
        ({"capabilities": {**CAPABILITIES, "categories": ["nobody"]}}, "is not a worker category of this policy"),
        ({"capabilities": {**CAPABILITIES, "items": []}}, "items"),
    ],
)
def test_a_slip_of_the_pen_is_named(tags: dict[str, Any], sentence: str) -> None:
    document = copy.deepcopy(shipped("shropshire-2017").document)
    document["tags"] = tags

    with pytest.raises(Faulty) as refusal:
        read_document(document, file="theirs.yaml")

    assert any(sentence in str(fault) for fault in refusal.value.faults)


def test_without_a_framework_of_its_own_the_nine_domains_of_the_profession_hold() -> None:
    named, plain = framework_of(pack("shropshire-2017")), framework_of(pack("st-helens"))

    assert named == capabilities_of(pack("shropshire-2017"))
    assert [tag.id for tag in plain.tags] == [tag.id for tag in named.tags]
    assert len(framework_of(None).tags) == 9


@pytest.mark.req("R221")
def test_what_the_folder_keeps_is_off_unless_the_policy_switches_it_on() -> None:
    assert pack("shropshire-2017").folder == FolderTerms.from_block(None) == FolderTerms()

    document = copy.deepcopy(shipped("shropshire-2017").document)
    document["records"] |= {"attendance": "content", "next_up_reads": ["conduct"]}
    policy = read_document(document, file="p.yaml")
    assert policy.folder == FolderTerms(keeps_attendance=True, next_up_reads=frozenset({"conduct"}))
    assert read_out(policy).folder == (
        "What attendance was about is kept, for the worker and the supervisor alone.",
        "The supervisor’s manager reads what is about conduct, too.",
    )
    assert "kinds and days are kept" in read_out(pack("shropshire-2017")).folder[0]
    document["records"]["attendance"] = "everything"
    with pytest.raises(Faulty):
        read_document(document, file="p.yaml")
