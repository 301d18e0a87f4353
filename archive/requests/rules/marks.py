"""What the program looks for in a paragraph, as a suggestion to a person: names, references, ways to reach somebody. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

# Words of a name that are too short to be looked for alone
SHORTEST_SURNAME = 3
LONGEST_PARAGRAPH = 4_000


class Why(StrEnum):
    """What was found; a professional's name is marked so that it is looked at, and is not normally withheld."""

    STAFF = "staff"
    CHILD = "child"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"

    @property
    def label(self) -> str:
        """The words for people."""
        return LABELS[self]


LABELS = {
    Why.STAFF: "the name of a member of staff",
    Why.CHILD: "another child’s reference",
    Why.PHONE: "a telephone number",
    Why.EMAIL: "an e-mail address",
    Why.POSTCODE: "a postcode",
}

PATTERNS = (
    (Why.EMAIL, re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")),
    (Why.POSTCODE, re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s?[0-9][A-Z]{2}\b", re.IGNORECASE)),
    (Why.PHONE, re.compile(r"(?<![\w-])(?:\+44\s?\(?0?\)?|\(?0)(?:[\s()-]?[0-9]){9,10}(?![\w-])")),
)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Letters from ``start`` up to ``end`` of a paragraph, and what they look like."""

    start: int
    end: int
    why: str


class Finder:
    """Looks for names and references of others; made once for a request, whatever number of paragraphs.

    ``names``: of staff, whole. ``references``: of other children. Surnames are looked for with a capital, since many are
    words besides.
    """

    def __init__(self, *, names: Iterable[str], references: Iterable[str], own_names: Iterable[str] = ()) -> None:
        own = {word.casefold() for name in own_names for word in name.split()}
        self._whole: dict[str, list[tuple[str, ...]]] = {}
        self._surnames: set[str] = set()
        for name in names:
            words = tuple(word.casefold() for word in WORD.findall(name))
            if not words or set(words) <= own:
                continue
            self._whole.setdefault(words[0], []).append(words)
            if len(words[-1]) >= SHORTEST_SURNAME and words[-1] not in own:
                self._surnames.add(words[-1])
        self._references = {reference.casefold() for reference in references}

    def find(self, text: str) -> list[Mark]:
        """What was found in a paragraph, in order; nothing overlaps, and the longer of two wins."""
        found = [
            Mark(match.start(), match.end(), why.value) for why, pattern in PATTERNS for match in pattern.finditer(text)
        ]
        found += [
            Mark(match.start(), match.end(), Why.CHILD.value)
            for match in REFERENCE.finditer(text)
            if match[0].casefold() in self._references
        ]
        found += self._names(text)
        return _apart(found)

    def _names(self, text: str) -> list[Mark]:
        words = list(WORD.finditer(text))
        folded = [word[0].casefold().removesuffix("’s").removesuffix("'s") for word in words]
        found = []
        for place, word in enumerate(folded):
            for name in self._whole.get(word, ()):
                if tuple(folded[place : place + len(name)]) == name:
                    last = words[place + len(name) - 1]
                    found.append(Mark(words[place].start(), last.start() + len(name[-1]), Why.STAFF.value))
            if word in self._surnames and words[place][0][0].isupper():
                found.append(Mark(words[place].start(), words[place].start() + len(word), Why.STAFF.value))
        return found


# A word with its apostrophes and hyphens inside; a reference may have strokes and figures, too
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
REFERENCE = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*")


def paragraphs(text: str) -> list[str]:
    """A text as its paragraphs: lines that hold something; one too long for a person to decide about at once is cut."""
    found = []
    for line in text.splitlines():
        rest = line.strip()
        while len(rest) > LONGEST_PARAGRAPH:
            cut = rest.rfind(" ", 0, LONGEST_PARAGRAPH)
            cut = cut if cut > 0 else LONGEST_PARAGRAPH
            found.append(rest[:cut].rstrip())
            rest = rest[cut:].lstrip()
        if rest:
            found.append(rest)
    return found


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where words that somebody typed stand in a paragraph, however they are written, each time."""
    wanted = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
    return [match.span() for match in wanted.finditer(text)] if words.split() else []


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start - one.end, one.start, one.why)):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return sorted(kept)
