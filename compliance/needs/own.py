"""What one is asked to do as a supervisee."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.urls import reverse

from compliance import rules
from compliance.needs.phrases import (
    ask_for_a_date,
    asking_row,
    booked_words,
    due_words,
    flagged_words,
    review_ahead,
    review_is_near,
    review_was_due,
    sentences,
    since_when,
    with_name,
)
from compliance.needs.shapes import Need, Person, Urgency
from core.templatetags.countersign import away, counted, long_date, time_of
from supervision.rules import Standing
from supervision.selectors import Overview

PREPARE_WITHIN_DAYS = 7


def prepares_soon(overview: Overview, *, on: date) -> bool:
    """Whether one's own next session is near enough to be prepared."""
    return bool(overview.next and (overview.next.on - on).days <= PREPARE_WITHIN_DAYS)


def own_needs(
    me: Person, overview: Overview, *, raised: Mapping[rules.Key, date], on: date, children_due: int = 0
) -> Iterator[Need]:
    """What one's own supervision asks for. ``raised``: when a night flagged a rule, its condition and its due date;
    ``children_due``: how many of one's own children are due for discussion by the next session.
    """
    path = reverse("supervision:person-detail", args=[me.person_id])
    if overview.assessment and (row := asking_row(overview)):
        late = row.is_late
        yield Need(
            urgency=Urgency.OVERDUE if late else Urgency.SOON,
            title="Your supervision is overdue" if late else "Your supervision is due",
            path=path,
            action_label="See your supervision",
            why=row.why,
            hint=sentences(
                due_words(row, on),
                booked_words(overview.next, on) or ask_for_a_date(me),
                flagged_words(me.person_id, row, raised),
            ),
            due_on=row.due_on,
            status=row.shown,
        )
    if overview.next and prepares_soon(overview, on=on):
        yield Need(
            urgency=Urgency.SOON,
            title=f"Prepare for supervision{with_name(me.supervisor)}",
            path=reverse("supervision:session-prepare", args=[overview.next.pk]),
            action_label="Prepare for it",
            hint=sentences(
                f"{long_date(overview.next.on)} at {time_of(overview.next.starts)}, {away(overview.next.on, on)}.",
                f"{counted(children_due, 'child', 'children')} due by then." if children_due else "",
            ),
            due_on=overview.next.on,
            status="booked",
        )
    if overview.contract:
        yield from _own_contract(me, overview, path, on)


def _own_contract(me: Person, overview: Overview, path: str, on: date) -> Iterator[Need]:
    contract = overview.contract
    if contract is None:
        return
    if contract.standing is Standing.IN_FORCE:
        if review_is_near(contract, on):
            yield Need(
                urgency=Urgency.SOON,
                title=f"Your supervision contract{with_name(me.supervisor)} is to be reviewed",
                path=path,
                action_label="See your supervision",
                hint=review_ahead(contract, on),
                due_on=contract.review_on,
            )
        return
    hints = {
        Standing.MISSING: sentences(since_when(overview), "Agree on one together: your supervisor begins it."),
        Standing.DECLINED: "It is not in force. Agree on another with your supervisor.",
        Standing.OUT_OF_DATE: f"{review_was_due(contract)}Agree on a new one with your supervisor. This one holds until then.",
    }
    titles = {
        Standing.MISSING: f"You have no supervision contract{with_name(me.supervisor)}",
        Standing.DECLINED: f"Your supervision contract{with_name(me.supervisor)} was declined",
        Standing.OUT_OF_DATE: f"Your supervision contract{with_name(me.supervisor)} is out of date",
    }
    if contract.standing in titles:
        yield Need(
            urgency=Urgency.OVERDUE if contract.standing is Standing.OUT_OF_DATE else Urgency.ARRANGE,
            title=titles[contract.standing],
            path=path,
            action_label="See your supervision",
            hint=hints[contract.standing],
            due_on=contract.review_on if contract.standing is Standing.OUT_OF_DATE else overview.contract_due_on,
        )
