"""The engine's sentence as people read it: what happened, and what was asked."""

import re
from collections.abc import Callable
from functools import lru_cache

from policies.rules import words
from policies.rules.answers import Row, Status

_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}(?: \(opening date\))?"
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_A_MONTH = re.compile(r"(\w+) (\d{4})")

Said = str | Callable[[re.Match[str]], str]


def in_plain_words(sentence: str, row: Row) -> str:
    """The sentence of a row, without its brackets, in plain words; one that is plain already stays as it is."""
    said = _plain(sentence)
    if row.status == Status.MISSED and row.due_on and "may be missed in a row" in said:
        said += f": a breach since the end of {words.day(row.due_on)}"
    return said


def small(number: int) -> str:
    """A small number as a word: "one"."""
    return _SMALL[number] if 0 < number < len(_SMALL) else str(number)


@lru_cache(maxsize=20_000)
def _plain(sentence: str) -> str:
    for pattern, said in _PLAIN:
        sentence = pattern.sub(said, sentence)
    return sentence


def _none_in(found: re.Match[str]) -> str:
    """Windows missed in a row, and how many may be."""
    counted, what, names, most, unit = found.groups()
    nothing = f"No {what} that counts was held" if counted else "Nothing was held"
    may = f"at most {small(int(most))} {unit}" if int(most) else f"no {unit.removesuffix('s')}"
    return f"{nothing} in {_either(names)}, and {may} may be missed in a row"


def _either(names: str) -> str:
    """ "September 2026 and October 2026" as "September or October 2026"."""
    each = re.split(r", | and ", names)
    months = [_A_MONTH.fullmatch(name) for name in each]
    years = {month[2] for month in months if month}
    if all(months) and len(years) == 1:
        each = [month[1] for month in months[:-1] if month] + each[-1:]
    return words.listed(each).replace(" and ", " or ")


def _tally(found: re.Match[str]) -> str:
    """How many there were in a window, and how many it asks for."""
    number, required, counted, what, held, name = found.groups()
    if number == "0":
        none = f"No {what} that counts was held" if counted else "Nothing was held" if held else f"No {what}"
        return f"{none} in {name}, {required} asked for"
    was = " held" if held else "" if what == "session" else f" {what}{'' if number == '1' else 's'}"
    return f"{number}{was} in {name}, {required} asked for"


def _asked(found: re.Match[str]) -> str:
    """What the policy asks for, at the end of a sentence that says since when."""
    about, last = found["about"], found["last"]
    what = "a discussion" if "discussion" in about else "one"
    what = "a discussion in depth" if "in depth" in about else what
    if last.startswith("every"):
        return f"{about}, and {what} is asked for {last}"
    if last.startswith("the first"):
        return f"{about}, and {last.replace('within', 'is asked for within')}"
    verb = "is" if last.startswith("1 ") else "are"
    return f"{about}, and {last.replace(' in any ', f' {verb} asked for in any ')}"


# In this order: what is asked is added last, to what the others made of the beginning
_PLAIN: tuple[tuple[re.Pattern[str], Said], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"^No (counted )?(session|discussion) in (.+); at most (\d+) (\w+) may be missed in a row", _none_in),
        (r"^There was a counted (session|discussion) in", r"A \1 was held in"),
        (r"^No (\w+) was missed before (.+), which has no counted (\w+) yet", r"No \3 that counts yet in \2; no \1 before it was missed"),
        (r"^(\d+) of (\d+) (counted )?(session|discussion)s? (held )?in ([^;]+)", _tally),
        (r"^(\d+) of (\d+) discussions? in depth in ([^;]+)", r"\1 discussed in depth in \3, \2 asked for"),
        (r"^(\d+) of (\d+) sessions? put in the diary in ([^;]+)", r"\1 in the diary for \3, \2 asked for"),
        (rf"^Last counted (session|discussion) ({_DAY})", r"The last \1 that counts was on \2"),
        (rf"^Last discussion in depth ({_DAY})", r"Last discussed in depth on \1"),
        (rf"^(\d+) counted sessions since ({_DAY})", r"The last \1 sessions that count reach back to \2"),
        (rf"^Started ({_DAY}) and no counted session yet", r"Started on \1, with no session yet that counts"),
        (rf"^Started ({_DAY}) and fewer than (\d+) counted sessions yet", r"Started on \1, with fewer than \2 sessions yet that count"),
        (r" and no counted (session|discussion) (yet|since)", r", with no \1 \2 that counts"),
        (r"counted (session|discussion)s", r"\1s that count"),
        (r"counted (session|discussion)", r"\1 that counts"),
        (
            r"^(?P<about>.+); (?P<last>every .+|the first within .+|\d+ (?:session|discussion)s? in any .+)$",
            _asked,
        ),
    )
)  # fmt: skip
