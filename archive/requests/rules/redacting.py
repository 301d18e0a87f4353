"""What is left of a paragraph when words are taken out of it: pure."""

from collections.abc import Iterable, Sequence

# The closed list of reasons, as whoever asked reads them in the place of what was taken out
SAID = {
    "third_party": "third party",
    "confidential": "confidential",
    "privilege": "legal privilege",
    "serious_harm": "serious harm",
    "court": "court",
    "not_theirs": "not part of this request",
    "other": "other reason",
}


def mark_of(reason: str) -> str:
    """What stands in the place of what was withheld."""
    return f"[withheld: {SAID[reason]}]"


def merged(spans: Iterable[Sequence[int]], *, length: int) -> list[tuple[int, int]]:
    """Spans in order, joined where they touch, within a text of a length; empty ones left out."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((max(0, span[0]), min(length, span[1])) for span in spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def left_of(text: str, *, decision: str, spans: Iterable[Sequence[int]], reason: str) -> str:
    """What goes out of a paragraph. What nobody decided about does not go out.

    Words are replaced whatever their number and length, by one mark of one length, so that nothing can be counted.
    """
    if decision == "disclose":
        return text
    if decision == "redact":
        out, last = [], 0
        for start, end in merged(spans, length=len(text)):
            out += [text[last:start], mark_of(reason)]
            last = end
        return "".join([*out, text[last:]])
    return mark_of(reason) if reason else mark_of("other")


def stays_elsewhere(words: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Which of the words that were taken out somewhere still stand in what goes out, for a person to look at again."""
    folded = [text.casefold() for text in texts]
    return sorted({word for word in words if any(word.casefold() in text for text in folded)})
