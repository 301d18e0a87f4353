"""A text that anybody uploads: whatever it holds, the answer is data or a fault, soon."""

import subprocess
import sys
import time

import pytest

from policies import strict_yaml

pytestmark = pytest.mark.req("R080")

DEEP = {
    "blocks": "- " * 60_000,
    "flow": "[" * 100_000,
    "mappings": "{a: " * 50_000,
    "keys": "? " * 60_000,
    "mixed": "[{a: " * 40_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_is_too_deep_is_a_fault_and_the_process_lives(text: str) -> None:
    code = "import sys; from policies import strict_yaml; print(strict_yaml.read(sys.stdin.read(), file='f'))"
    began = time.monotonic()
    # A process of its own: what broke it was a segmentation fault, which no test outlives
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, timeout=10)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert "deeper than 50 levels, so it is not read (line 1)" in done.stdout
    assert time.monotonic() - began < 5


def test_a_text_of_very_many_parts_is_a_fault() -> None:
    data, faults = strict_yaml.read("[" + "a," * 150_000 + "]", file="f")
    assert data is None
    assert [fault.sentence for fault in faults] == ["this is more than any such file holds, so it is not read (line 1)"]


def test_fifty_levels_are_read() -> None:
    data, faults = strict_yaml.read("[" * 50 + "]" * 50, file="f")
    assert data
    assert not faults
    assert strict_yaml.read("[" * 51 + "]" * 51, file="f")[0] is None


@pytest.mark.parametrize("text", ["{[a]: 1}", "{{a: 1}: 1}", "? [a, b]\n: 1\n", "a:\n  ? {b: 1}\n  : 2\n"])
def test_a_key_that_is_no_word_is_a_fault(text: str) -> None:
    data, faults = strict_yaml.read(text, file="f")
    assert data is None
    assert "a list or a mapping stands where a key should" in str(faults[0])


@pytest.mark.parametrize("text", ["a: 1" + "0" * 9_000, "a: 1" + ":1" * 100_000 + ".5"])
def test_a_number_without_end_is_a_fault(text: str) -> None:
    began = time.monotonic()
    data, faults = strict_yaml.read(text, file="f")
    assert (data, [str(fault) for fault in faults]) == (
        None,
        ["f: this is not YAML that can be read: a number is too long (line 1)"],
    )
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("written", ["017", "0x1f", "0b11", "1_000", "1:30", "1" + ":1" * 150_000, "0x" + "f" * 9_000])
def test_only_plain_digits_are_a_whole_number(written: str) -> None:
    assert strict_yaml.read(f"a: {written}", file="f") == ({"a": written}, [])


@pytest.mark.parametrize("text", ["a: !!set {b}", "a: !!binary aGk=", "a: !!python/name:os.system x", "a: ! b"])
def test_tags_are_not_read(text: str) -> None:
    data, faults = strict_yaml.read(text, file="f")
    assert data is None
    assert "is a tag (line 1)" in str(faults[0])
