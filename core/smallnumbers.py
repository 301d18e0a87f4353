"""Figures about few people: what is kept back, so that nobody can be told from them. Pure."""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

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


def coarse_share(part: int, whole: int) -> int:
    """How many of a hundred, to the nearest ten and never fewer than 10 or more than 90.

    So a figure never says that all of a group answered alike, or none: that would be each one's own answer.
    """
    nearest = STEP * int(part / whole * 100 / STEP + 0.5)
    return min(max(nearest, STEP), 100 - STEP)
