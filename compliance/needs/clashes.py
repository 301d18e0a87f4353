"""A session on a day on which its supervisor is away: to be moved or covered."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.urls import reverse

from compliance.needs.shapes import Need, Person, Urgency
from core.templatetags.countersign import long_date
from supervision.selectors import Clash


def clash_need(
    person: Person, clash: Clash, *, me: UUID, supervises: bool, asked_to_cover: Collection[UUID]
) -> Iterator[Need]:
    """What it asks of the reader: of the worker to ask, of who supervises to move it, of the manager above to name cover.

    ``asked_to_cover``: for whom the manager is asked to name cover already. Nobody is told why somebody is away.
    """
    who = "You are" if clash.supervisor_id == me else f"{clash.supervisor} is"
    hint = f"{who} recorded as away on that day"
    day, session = long_date(clash.on), [clash.session_id]
    if person.person_id == me:
        cover = "somebody covers: it can be with them." if clash.is_covered else "ask for another date, or who covers."
        title, path, label = (
            f"Your supervision on {day}",
            reverse("supervision:session-detail", args=session),
            "Open it",
        )
        hint = f"{hint}; {cover}"
    elif supervises:
        title, path, label = (
            f"Supervision with {person.name} on {day}",
            reverse("supervision:session-move", args=session),
            "Move it",
        )
        hint = f"{hint}. Whoever moves it holds it."
    elif clash.is_covered or clash.supervisor_id in asked_to_cover:
        return
    else:
        title, label = f"Supervision of {person.name} on {day}", "Name cover"
        path = reverse("staff:cover", args=[clash.supervisor_id])
        hint = f"{hint}, and nobody covers. {clash.supervisor} can move it, or you name cover."
    yield Need(urgency=Urgency.WAITING, title=title, path=path, action_label=label, hint=hint, due_on=clash.on)
