"""The draw itself: pure, and so plain that a pocket program can make it again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from core.errors import RuleBroken
from policies.rules.durations import Duration, add_months

# A file that was audited within so many months is not in the pool, while there are others
MONTHS_BEFORE_THE_SAME_FILE = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One of those from whom is drawn: its key, and the group that it belongs to, such as a team."""

    id: str
    stratum: str = ""


def draw(seed: str, pool: Iterable[Item], size: int) -> list[str]:
    """Draw so many of the pool, or all of a smaller one, in the order in which they were drawn.

    Each item and each group is put in order by the SHA-256 of the seed, a colon and its key, in hexadecimal figures: the
    items within their group, the groups among each other. Then one is taken from each group in turn until there are
    enough. The order of the pool changes nothing, nor does it matter who draws, where or when.
    """
    if size < 0:
        raise ValueError("a draw cannot take fewer than none")
    groups: dict[str, set[str]] = {}
    for item in pool:
        groups.setdefault(item.stratum, set()).add(item.id)
    in_order = [sorted(groups[name], key=lambda key: (rank(seed, key), key)) for name in _by_rank(seed, groups)]
    rounds = max(map(len, in_order), default=0)
    drawn = [group[place] for place in range(rounds) for group in in_order if place < len(group)]
    return drawn[:size]


def rank(seed: str, key: str) -> str:
    """By what a key stands in order: the SHA-256 of ``seed:key`` in hexadecimal figures."""
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def _by_rank(seed: str, groups: Iterable[str]) -> list[str]:
    return sorted(groups, key=lambda name: (rank(seed, name), name))


def agrees(seed: str, pool: Sequence[Mapping[str, str]], picked: Sequence[str]) -> bool:
    """Whether drawing again from a stored pool gives what was stored as drawn."""
    return draw(seed, items_of(pool), len(picked)) == list(picked)


def items_of(pool: Iterable[Mapping[str, str]]) -> list[Item]:
    """A pool as it is stored, as items."""
    return [Item(each["id"], each["stratum"]) for each in pool]


def stored(pool: Iterable[Item]) -> list[dict[str, str]]:
    """A pool to store: each item once, in the order of the keys."""
    return [{"id": item.id, "stratum": item.stratum} for item in sorted(set(pool), key=lambda item: item.id)]


def not_lately(pool: Sequence[Item], audited_on: Mapping[str, date], *, on: date) -> list[Item]:
    """Those that were not audited within the twelve months before a day; all of them where there is nobody else.

    This narrows from whom is drawn. It does not touch the order in which they are drawn.
    """
    since = add_months(on, -MONTHS_BEFORE_THE_SAME_FILE)
    rested = [item for item in pool if audited_on.get(item.id, date.min) <= since]
    return rested or list(pool)


def lookback_from(on: date, lookback: Duration | None) -> date | None:
    """The first day of the stretch before an audit's day for which children are looked at: 20 May for 20 November.

    None where the policy names no stretch.
    """
    return add_months(on, -lookback.months) - timedelta(days=lookback.days) if lookback else None


def check_reason(reason: str) -> None:
    """Drawing again asks for a reason. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken("Say why you draw again. The first draw and your reason stay on the record.", field="reason")


def program(seed: str, pool: Iterable[Mapping[str, str]], picked: Sequence[str]) -> str:
    """A small program that makes a draw again, with all that it needs: the seed, the pool and how many."""
    rows = "\n".join(f"    ({each['id']!r}, {each['stratum']!r})," for each in pool)
    return PROGRAM.format(seed=seed, pool=rows, size=len(picked), picked=list(picked))


PROGRAM = '''"""Makes one draw again. Run it with Python 3: it prints what was drawn, in order."""

from hashlib import sha256

SEED = {seed!r}
SIZE = {size}
# The key of each one from whom was drawn, and the team or group
POOL = [
{pool}
]
DRAWN = {picked!r}


def rank(key):
    return sha256(f"{{SEED}}:{{key}}".encode()).hexdigest()


groups = {{}}
for key, group in POOL:
    groups.setdefault(group, []).append(key)
lines = [sorted(groups[group], key=rank) for group in sorted(groups, key=rank)]
drawn = [line[turn] for turn in range(len(POOL)) for line in lines if turn < len(line)][:SIZE]
print(drawn)
print("The same as was drawn." if drawn == DRAWN else "Not the same as was drawn.")
'''
