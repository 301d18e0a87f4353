"""Reading which children belong together, as far as each is within sight."""

from dataclasses import dataclass
from datetime import date

from cases.models import Child, Sibling
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Together:
    """A child who belonged together with another one from a day on; ``ends_on``: the first day on which it did not."""

    child: Child
    since: date
    ends_on: date | None = None


def brothers_and_sisters(*, child: Child, actor: Actor) -> list[Together]:
    """Those within sight who belong together with a child on the actor's day, or did; in one query, by reference.

    Of those out of sight nothing is said, not even that there are any: where a brother lives may be nobody's to know.
    """
    held = list(
        Sibling.objects.visible_to(actor)
        .filter(group__siblings__child=child, starts_on__lte=actor.on)
        .select_related("child")
        .order_by("child__reference", "starts_on")
        .distinct()
    )
    own = [each for each in held if each.child_id == child.pk]
    found = []
    for each in held:
        if each.child_id == child.pk:
            continue
        for mine in own:
            if mine.group_id == each.group_id and (together := _together(each, mine)):
                found.append(together)
    return found


def _together(one: Sibling, other: Sibling) -> Together | None:
    since = max(one.starts_on, other.starts_on)
    ends_on = min((end for end in (one.ends_on, other.ends_on) if end), default=None)
    return Together(one.child, since, ends_on) if ends_on is None or since < ends_on else None
