"""Figures about few people: what is kept back, so that nobody can be told from them. Pure."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Inner = TypeVar("Inner", bound=Hashable)

# Fewer people than these are never shown as a figure of their own
LEAST = 5
STEP = 10


def kept_back(sizes: Mapping[Key, int], *, unfit: Collection[Key] = (), with_total: bool = True) -> set[Key]:
    """The groups whose figures are not shown: those below five, those that are unfit, and as many more as it takes.

    ``with_total``: a figure of all of them is shown beside, so that one small group alone could be found by subtraction;
    then the smallest of the others go with it, until those kept back are two groups and five people. Groups of nobody
    say nothing, and hide nothing.
    """
    back = {key for key, size in sizes.items() if 0 < size < LEAST} | {key for key in unfit if sizes[key]}
    if not with_total or not back:
        return back
    shown = sorted((size, str(key), key) for key, size in sizes.items() if size and key not in back)
    for _, _, key in shown:
        if len(back) > 1 and sum(sizes[each] for each in back) >= LEAST:
            break
        back.add(key)
    return back


@dataclass(frozen=True, slots=True)
class Nested(Generic[Key, Inner]):
    """What is not shown of groups within larger ones: the sum of all, which larger ones, which groups."""

    total: bool
    outer: set[Key]
    inner: set[tuple[Key, Inner]]


def kept_back_nested(sizes: Mapping[tuple[Key, Inner], int]) -> Nested[Key, Inner]:
    """What is not shown of groups (larger, smaller), where the sums of the larger ones and of all are shown, too.

    The groups of each larger one against its own sum; those of one that is itself kept back are all kept back, so that
    no two sums are left that overlap.
    """
    sums = Counter[Key]()
    for (key, _), size in sizes.items():
        sums[key] += size
    outer, inner = kept_back(sums), set[tuple[Key, Inner]]()
    for each in sums:
        its = {key: size for key, size in sizes.items() if key[0] == each and size}
        inner |= set(its) if each in outer else kept_back(its)
    return Nested(0 < sums.total() < LEAST, outer, inner)


def coarse_share(part: int, whole: int) -> int:
    """How many of a hundred, to the nearest ten and never fewer than 10 or more than 90.

    So a figure never says that all of a group answered alike, or none: that would be each one's own answer.
    """
    nearest = STEP * int(part / whole * 100 / STEP + 0.5)
    return min(max(nearest, STEP), 100 - STEP)
