"""The bytes that people sign: canonical form, digests, and a chain that shows every change."""

import hashlib
import json
import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import canonical, rules
from records.canonical import ChainBroken, NotCanonical, Section, StoredPart
from records.rules import Meaning, PartKind, Relation

RECORD = UUID("01920000-0000-7000-8000-000000000001")
OTHER = UUID("01920000-0000-7000-8000-000000000002")
ACT = UUID("01940000-0000-7000-8000-000000000001")
SUPERVISOR = canonical.Signer(UUID("01900000-0000-7000-8000-00000000000a"), "Priya Nair", "Team manager")
WORKER = canonical.Signer(UUID("01900000-0000-7000-8000-00000000000b"), "Amara Obi", "Social worker")
NOON = datetime(2026, 11, 9, 12, 0, 0, 123456, tzinfo=UTC)


# -- canonical form -------------------------------------------------------------------------------------------------


def test_the_strings_of_rfc_8785_come_out_as_its_bytes() -> None:
    typed = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"

    assert canonical.canonical(typed).hex(" ") == (
        "22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22"
    )


def test_the_literals_of_rfc_8785_and_sorted_keys() -> None:
    data = {"b": [None, True, False], "a": {"\r": 1, "1": "one", "Z": [], "z": {}}}

    assert canonical.canonical(data) == b'{"a":{"\\r":1,"1":"one","Z":[],"z":{}},"b":[null,true,false]}'


def test_text_is_normalised_so_that_two_ways_of_typing_a_letter_are_one() -> None:
    assert canonical.canonical("e\u0301") == canonical.canonical("\u00e9") == '"\u00e9"'.encode()


@pytest.mark.parametrize(
    "data",
    [1.5, 0.0, float("nan"), 2**53, -(2**53), {"\u00e9": 1}, {1: 2}, "\ud800", b"bytes", {1, 2}, NOON],
    ids=repr,
)
def test_refuses_what_has_no_canonical_form(data: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical.canonical(data)


def test_takes_the_largest_integer_below_two_to_the_fifty_third() -> None:
    assert canonical.canonical(2**53 - 1) == b"9007199254740991"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":1,"a":1}',
        b'{"a":NaN}',
        b'"\\u0041"',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        '{"é":1}'.encode(),
        b"\xff",
        b"{",
        b"",
        b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_refuses_bytes_that_are_not_their_own_canonical_form(raw: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical.parse(raw)


def test_what_an_older_unicode_left_alone_still_parses() -> None:
    raw = '"e\u0301"'.encode()

    assert canonical.parse(raw) == "e\u0301"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=20,
)


@given(json_values)
def test_bytes_agree_with_another_encoder_and_come_back(data: Any) -> None:
    raw = canonical.canonical(data)

    independent = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert raw == unicodedata.normalize("NFC", independent).encode()
    assert canonical.canonical(canonical.parse(raw)) == raw


def test_times_are_utc_with_microseconds() -> None:
    assert canonical.utc_text(datetime(2026, 7, 1, 9, 0, tzinfo=UTC)) == "2026-07-01T09:00:00.000000Z"


# -- a chain ---------------------------------------------------------------------------------------------------------


def attest(digest: str) -> bytes:
    return hashlib.sha256(b"key of the test" + digest.encode()).digest()


def attested(digest: str, attestation: bytes, key_id: str) -> bool:
    if key_id == "lost":
        raise canonical.UnknownKey(key_id)
    return attest(digest) == attestation


def section(name: str, value: str, *, sensitivity: str = "shared", key: str | None = None) -> Section:
    content = {"fields": [{"id": "discussed", "label": "Issues discussed", "type": "long_text", "value": value}]}
    return Section(id=name, key=key, heading=name.title(), sensitivity=sensitivity, content=content)


def chain(
    steps: list[tuple[PartKind, Relation, Meaning, list[Section]]],
    *,
    record_id: UUID = RECORD,
    new_salt: Callable[[], bytes] = lambda: random.randbytes(32),  # noqa: S311
) -> list[StoredPart]:
    """Parts as they would be stored, each signed a minute after the one before."""
    parts: list[StoredPart] = []
    heads: list[rules.PartHead] = []
    for number, (kind, relation, meaning, sections) in enumerate(steps, start=1):
        signer = SUPERVISOR if relation is Relation.SUPERVISOR else WORKER
        at = canonical.utc_text(NOON + timedelta(minutes=number))
        made = canonical.make_part(
            header={
                "record": str(record_id),
                "kind": kind.value,
                "seq": number,
                "prev": parts[-1].digest if parts else None,
                "act": str(ACT),
                "required": ["supervisor", "supervisee"],
                "policy": {"id": "shropshire-2017", "version": "3"},
                "template": {"id": "worker_record_app2", "version": 1},
                "title": "Supervision record",
                "subjects": [{"id": str(WORKER.id), "kind": "worker", "label": WORKER.name, "role": WORKER.role}],
                "bound": [],
                "facts": {"held_on": "2026-11-09", "minutes": 90, "mode": "in_person"},
                "corrects": None,
                "late": {"calendar_days": 0, "working_days": 0},
            },
            sections=sections,
            signature={
                "signer": signer.as_body(),
                "relation": relation.value,
                "meaning": meaning.value,
                "statement": "I sign this.",
                "signed_at": at,
                "auth": {"method": "password", "auth_time": at, "credential_changed_within_days": None},
            },
            evidence={"address": "192.0.2.1", "browser": "test", "issuer": "local"},
            new_salt=new_salt,
        )
        heads.append(canonical.head_of(made.digest, made.body))
        parts.append(
            StoredPart(
                seq=number,
                digest=made.digest,
                prev=parts[-1].digest if parts else None,
                raw=made.raw,
                attestation=attest(made.digest),
                contents=made.contents,
                projection=canonical.projection_of(made.body, state_after=rules.state_of(heads)),
            )
        )
    return parts


def signed_by_both(*, workload: str = "Eleven children.", comments: str = "Fair.") -> list[StoredPart]:
    return chain(
        [
            (
                PartKind.TEXT,
                Relation.SUPERVISOR,
                Meaning.AUTHOR,
                [section("workload", workload), section("health", "Back at work.", sensitivity="health")],
            ),
            (PartKind.COUNTERSIGNATURE, Relation.SUPERVISEE, Meaning.AGREE, [section("comments", comments)]),
        ]
    )


def verify(parts: list[StoredPart], **options: Any) -> list[rules.VerifiedPart]:
    return canonical.verify_chain(parts, record_id=RECORD, attested=attested, **options)


def value_of(part: rules.VerifiedPart, name: str, key: str | None = None) -> str:
    content = part.contents[name, key]
    assert content is not None
    value: str = content["fields"][0]["value"]
    return value


def test_an_untouched_chain_verifies_and_gives_its_contents() -> None:
    text, countersignature = verify(signed_by_both())

    assert value_of(text, "workload") == "Eleven children."
    assert value_of(countersignature, "comments") == "Fair."
    assert countersignature.body["prev"] == text.digest
    assert (rules.EVIDENCE, None) not in text.contents


def test_says_so_where_an_attestation_names_a_key_that_is_not_known() -> None:
    text, countersignature = signed_by_both()

    with pytest.raises(canonical.ChainBroken, match="attested with the key lost, which is not known here"):
        verify([replace(text, key_id="lost"), countersignature])


def test_no_word_that_was_typed_stands_in_a_body() -> None:
    text, countersignature = signed_by_both(workload="Eleven children.", comments="Fair.")

    assert b"Eleven" not in text.raw
    assert b"Fair" not in countersignature.raw
    assert b"192.0.2.1" not in text.raw


def test_the_same_words_under_another_salt_have_another_digest() -> None:
    one, other = signed_by_both(), signed_by_both()

    assert {s["digest"] for s in canonical.parse(one[0].raw)["sections"]}.isdisjoint(
        {s["digest"] for s in canonical.parse(other[0].raw)["sections"]}
    )
    assert all(len(content.salt) == 32 for content in one[0].contents)
    assert len({content.salt for content in one[0].contents}) == len(one[0].contents)


def test_a_section_cannot_stand_twice_in_one_part() -> None:
    twice = [section("workload", "one"), section("workload", "two")]

    with pytest.raises(NotCanonical, match="twice"):
        chain([(PartKind.TEXT, Relation.SUPERVISOR, Meaning.AUTHOR, twice)])


def test_repeated_sections_are_told_apart_by_their_key() -> None:
    repeated = [section("child", "one", key="a"), section("child", "two", key="b")]

    (text,) = verify(chain([(PartKind.TEXT, Relation.SUPERVISOR, Meaning.AUTHOR, repeated)]))

    assert value_of(text, "child", "b") == "two"


def test_stops_at_the_head_that_is_asked_for() -> None:
    parts = signed_by_both()

    assert [part.digest for part in verify(parts, up_to=parts[0].digest)] == [parts[0].digest]
    with pytest.raises(ChainBroken, match="is not in it"):
        verify(parts, up_to="sha256:0")


def test_withheld_contents_are_named_and_nothing_else_may_be_absent() -> None:
    parts = signed_by_both()
    masked = replace(parts[0], contents=tuple(c for c in parts[0].contents if c.section != "health"))

    text, _ = verify([masked, parts[1]], withheld={(1, "health", None)})
    assert text.contents["health", None] is None
    with pytest.raises(ChainBroken, match="part 1, section health: its content is missing"):
        verify([masked, parts[1]])


def rewritten(part: StoredPart, **changes: Any) -> StoredPart:
    """The part of somebody who can write to the database and has no key: body changed, digest made anew."""
    raw = canonical.canonical({**canonical.parse(part.raw), **changes})
    return replace(part, raw=raw, digest=canonical.digest(raw))


def changed_content(part: StoredPart, **changes: Any) -> StoredPart:
    first, *rest = part.contents
    return replace(part, contents=(replace(first, **changes), *rest))


def with_column(name: str, parts: list[StoredPart]) -> list[StoredPart]:
    return [parts[0], replace(parts[1], projection={**parts[1].projection, name: "changed"})]


TAMPERINGS: dict[str, tuple[Callable[[list[StoredPart]], list[StoredPart]], str]] = {
    "a byte of a body": (
        lambda p: [replace(p[0], raw=p[0].raw.replace(b'"minutes":90', b'"minutes":60')), p[1]],
        "do not have the digest",
    ),
    "a body and its digest": (lambda p: [rewritten(p[0], facts={"minutes": 60}), p[1]], "did not attest"),
    "an attestation taken away": (lambda p: [replace(p[0], attestation=None), p[1]], "did not attest"),
    "the attestation of another part": (
        lambda p: [replace(p[0], attestation=p[1].attestation), p[1]],
        "did not attest",
    ),
    "a part taken out": (lambda p: [p[1]], "part 1 is missing"),
    "a part taken out and renumbered": (lambda p: [replace(p[1], seq=1)], "was signed as part 2"),
    "parts swapped": (lambda p: [p[1], p[0]], "part 1 is missing"),
    "a previous digest in the column": (lambda p: [p[0], replace(p[1], prev=None)], "does not follow"),
    "a part of another chain": (lambda p: [p[0], signed_by_both()[1]], "does not follow"),
    "a chain of another record": (
        lambda _: chain([(PartKind.TEXT, Relation.SUPERVISOR, Meaning.AUTHOR, [section("a", "b")])], record_id=OTHER),
        "another record",
    ),
    "a word of a section": (
        lambda p: [changed_content(p[0], content=p[0].contents[0].content.replace(b"Eleven", b"Twelve")), p[1]],
        "not what was signed",
    ),
    "a salt": (lambda p: [changed_content(p[0], salt=bytes(32)), p[1]], "not what was signed"),
    "the sensitivity of a section": (
        lambda p: [p[0], changed_content(p[1], sensitivity="health")],
        "its sensitivity",
    ),
    "a section added": (
        lambda p: [replace(p[0], contents=(*p[0].contents, replace(p[0].contents[0], section="more"))), p[1]],
        "not part of what was signed",
    ),
    "a section taken away": (lambda p: [replace(p[0], contents=p[0].contents[1:]), p[1]], "content is missing"),
    "the evidence taken away": (lambda p: [replace(p[0], contents=p[0].contents[:-1]), p[1]], "content is missing"),
    "a schema that is not known": (lambda p: [rewritten(p[0], schema="countersign-part/9"), p[1]], "is not known"),
    "bytes that are no part": (
        lambda p: [replace(p[0], raw=b"{}", digest=canonical.digest(b"{}")), p[1]],
        "not a signed part",
    ),
    "a part that cannot follow": (
        lambda _: chain(
            [(PartKind.COUNTERSIGNATURE, Relation.SUPERVISEE, Meaning.AGREE, [section("comments", "Fair.")])]
        ),
        "cannot follow",
    ),
    **{
        f"the column {name}": (partial(with_column, name), f"the column {name}")
        for name in ("kind", "relation", "meaning", "signer_id", "signed_at", "act", "facts", "state_after")
    },
}


@pytest.mark.parametrize("name", sorted(TAMPERINGS))
def test_every_change_to_what_was_signed_is_found(name: str) -> None:
    tamper, what = TAMPERINGS[name]
    parts = signed_by_both()
    assert verify(parts)

    with pytest.raises(ChainBroken, match=what):
        verify(tamper(parts))


def test_a_countersignature_binds_what_the_text_binds() -> None:
    text, countersignature = signed_by_both()
    other = rewritten(countersignature, bound=[{"record": str(OTHER), "kind": "case_entry", "seq": 1, "digest": "x"}])

    with pytest.raises(ChainBroken, match="does not bind"):
        verify([text, replace(other, attestation=attest(other.digest))])


typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=60, deadline=None)
@given(workload=typed, comments=typed, meaning=st.sampled_from(rules.COUNTERSIGNING), data=st.data())
def test_whatever_is_typed_seals_and_verifies_and_no_byte_can_change(
    workload: str, comments: str, meaning: Meaning, data: st.DataObject
) -> None:
    parts = chain(
        [
            (PartKind.TEXT, Relation.SUPERVISOR, Meaning.AUTHOR, [section("workload", workload)]),
            (PartKind.COUNTERSIGNATURE, Relation.SUPERVISEE, meaning, [section("comments", comments)]),
        ]
    )

    verified = verify(parts)

    assert value_of(verified[0], "workload") == unicodedata.normalize("NFC", workload)
    number = data.draw(st.integers(0, 1))
    place = data.draw(st.integers(0, len(parts[number].raw) - 1))
    raw = bytearray(parts[number].raw)
    raw[place] ^= data.draw(st.integers(1, 255))
    broken = [*parts]
    broken[number] = replace(parts[number], raw=bytes(raw))
    with pytest.raises(ChainBroken):
        verify(broken)
