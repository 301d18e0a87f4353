"""How a file of the archive is searched for, and why it is opened. Pure."""

import re
import unicodedata
from datetime import date

# Letters that no decomposition turns into plain ones
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
MOST_WORDS = 8
# What HR opens a file for most often; any other purpose is typed
QUICK_PURPOSES = (
    "A reference that was asked for",
    "A request for one’s own data",
    "A complaint or claim",
    "A question of the regulator",
    "Pension or pay",
    "Review of what is kept",
)


def fold(text: str) -> str:
    """Text as the search compares it: small letters without accents, and nothing but letters and figures."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", kept))


def words_of(name: str, *numbers: str) -> str:
    """What a file is found by: its name, and each number as it is written and in one piece."""
    folded = [fold(name)]
    for number in filter(None, map(fold, numbers)):
        folded += [number, number.replace(" ", "")]
    return " ".join(dict.fromkeys(folded))


def words_sought(text: str) -> list[str]:
    """The words that each have to be somewhere in a file's."""
    return fold(text).split()[:MOST_WORDS]


def reference_of(hex_key: str) -> str:
    """What a file is called, from its person's key: short enough to be said on the telephone."""
    end = hex_key[-12:].upper()
    return f"{end[:4]}-{end[4:8]}-{end[8:]}"


def is_empty_span(starts: date | None, ends: date | None) -> bool:
    """Whether no day can lie between the two."""
    return bool(starts and ends and starts > ends)
