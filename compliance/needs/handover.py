"""What a change of supervisor asks: before it the brief of the one who ends, and after it what that one left."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from compliance.needs.shapes import Need, Person, Urgency
from core.templatetags.countersign import counted, long_date
from supervision.handing_over.selectors import Change
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


def change_need(change: Change, *, me: UUID) -> Need:
    """A change to come, for each of its three people: the brief to write; a new supervisor; somebody to take over."""
    day = long_date(change.starts_on)
    path = reverse("supervision:handover-detail", args=[change.person_id])
    if me == change.former_id:
        title = f"Write the hand-over brief about {change.person} for {change.successor}"
        label, hint = "Write and sign", f"You supervise until {long_date(change.last_day)}, and can sign it until then."
        if change.is_signed:
            title, label = f"{change.successor} supervises {change.person} from {day}", "See what goes over"
            hint = "You have signed the hand-over brief."
    elif me == change.person_id:
        title, label = f"{change.successor} supervises you from {day}", "See what goes over"
        hint = f"{change.former} does so until {long_date(change.last_day)}. The two of you need a contract."
    else:
        title, label = f"You supervise {change.person} from {day}", "Open the directory"
        hint = f"From that day on you read what was recorded, with the brief of {change.former} where it is signed."
        path = reverse("staff:person-detail", args=[change.person_id])
    is_to_write = me == change.former_id and not change.is_signed
    return Need(
        urgency=Urgency.WAITING if is_to_write else Urgency.ARRANGE,
        title=title,
        path=path,
        action_label=label,
        hint=hint,
        due_on=change.last_day if is_to_write else change.starts_on,
    )
