"""What supervision is for, element by element: pure."""

from collections.abc import Collection, Iterable
from datetime import date

from core.errors import RuleBroken

# The kinds of session that a policy's rules ask for, and what a second supervisor is often for
ELEMENTS = {
    "personal": "Personal supervision",
    "case": "Case supervision",
    "management": "Management supervision",
    "practice": "Practice supervision",
    "reflective_group": "Reflective group supervision",
    "professional_development": "Professional development",
}
# A rule of one kind that asks for several elements at once
PARTS = {"combined": ("personal", "case")}


def needed(kinds: Iterable[str]) -> frozenset[str]:
    """The elements that rules of these kinds ask for."""
    return frozenset(element for kind in kinds for element in PARTS.get(kind, (kind,)))


def left_out(asked: Collection[str], given: Iterable[Collection[str]]) -> list[str]:
    """The elements asked for that no relationship is for, in words; a relationship that names none is for all."""
    lists = list(given)
    if not lists or not all(lists):
        return []
    covered = {element for elements in lists for element in elements}
    return [words for element, words in ELEMENTS.items() if element in asked and element not in covered]


def in_words(elements: Collection[str]) -> str:
    """What a relationship is for."""
    return ", ".join(words for element, words in ELEMENTS.items() if element in elements) or "Everything"


def check_elements(elements: Collection[str]) -> None:
    """Elements are of those known. Raises RuleBroken."""
    if not set(elements) <= set(ELEMENTS):
        raise RuleBroken("Choose from the list what this supervision is for.", field="elements")


def check_last_day(*, last_day: date | None, starts_on: date, today: date) -> None:
    """What was is not rewritten, and every relationship holds a day. Raises RuleBroken."""
    if last_day and last_day < max(starts_on, today):
        raise RuleBroken("Choose today or a later day on which this supervision holds.", field="last_day")
