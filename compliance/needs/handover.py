"""What a change of supervisor leaves to do: actions of the former one, and sessions that the former one booked."""

from collections.abc import Iterator

from django.urls import reverse

from compliance.needs.shapes import Need, Person, Urgency
from core.templatetags.countersign import counted, long_date
from supervision.selectors import Overview


def successor_needs(person: Person, overview: Overview) -> Iterator[Need]:
    """What the new supervisor takes over."""
    if overview.left_behind:
        yield give_on_need(person, overview.left_behind)
    if sessions := overview.booked_by_former:
        days = ", ".join(long_date(session.on) for session in sessions[:3])
        yield Need(
            urgency=Urgency.ARRANGE,
            title=f"Take over {counted(len(sessions), 'session', 'sessions')} booked with {person.name}",
            path=reverse("supervision:sessions-take-over", args=[person.person_id]),
            action_label="Take over or book anew",
            hint=f"The former supervisor booked {days}{' and more' if sessions[3:] else ''}.",
            due_on=sessions[0].on,
        )


def give_on_need(person: Person, number: int) -> Need:
    """Actions whose owner supervises the person no more, or has left: for the successor, and for the manager above."""
    address = f"{reverse('records:actions')}?show=give-on&person={person.person_id}"
    return Need(
        urgency=Urgency.ARRANGE,
        title=f"Give on {counted(number, 'action', 'actions')} from the supervision of {person.name}",
        path=address,
        action_label="Give to somebody",
        hint="Whoever was to do it supervises here no more, or has left.",
    )
