"""Decisions about children between sessions: a dozen of the policy's kinds, the older ones entered in the case system."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from cases.models import Allocation, Child
from cases.selectors import holders_of
from compliance.demo.authority import local
from core.actor import Actor
from policies.rules.oversight import asks_significance, note_types
from policies.rules.policy import Policy
from records.services import Evidence, new_act
from staff.challenge import Challenge
from staff.models import StaffMember
from staff.selectors import actor_for
from supervision import selectors, services
from supervision.entering import services as entering

NUMBER = 12
EVIDENCE = Evidence(address="192.0.2.10", browser="The demo")
# What was asked, what was decided, and why
TOLD = (
    (
        "May the contact on Saturday be at the grandmother’s home?",
        "Proceed",
        "She was checked last month, the child asked for it, and somebody we know is in the house throughout.",
    ),
    (
        "Can we agree to a change of school before the review?",
        "Do not proceed",
        "The review is in nine days, and the school has not been heard. Nothing is lost by waiting for it.",
    ),
    (
        "The carers ask for three nights of respite at short notice.",
        "Proceed",
        "The placement has held for a year and is tired. Three nights now are less than a move later.",
    ),
    (
        "Should we visit tonight after what the school reported?",
        "Proceed",
        "Two such calls in a week. An unannounced visit by two workers shows how the evening really is.",
    ),
)


def tell(policy: Policy, *, at: datetime, today: date) -> int:
    """Decide a dozen times over the last weeks, as the pages would have it done; gives how many."""
    notes = note_types(policy)
    told = 0
    for number, (child, holder, manager) in enumerate(_asked(today)):
        day = policy.calendar.on_or_before(today - timedelta(days=2 * number + 1))
        when = min(local(day, time(16, 40)), at)
        actor = actor_for(manager, on=day)
        held = holders_of(children=[child.pk], on=day).get(child.pk, ())
        if holder.pk not in actor.supervises or holder.pk not in {each.person_id for each in held}:
            continue
        note = notes[number % len(notes)]
        typed = _typed(child, holder, note.id, number=number, day=day)
        if note.needs_agreement:
            typed |= {"agreement": "emergency", "emergency_because": "The meeting was brought forward to that evening."}
        significant = number % 4 != 3  # noqa: PLR2004  every fourth was no more than a word in passing
        if asks_significance(policy):
            typed["significant"] = "yes" if significant else "no"
        _decide(
            typed, actor=actor, at=when, entered=number >= NUMBER // 2 and (significant or "significant" not in typed)
        )
        told += 1
    return told


def _asked(today: date) -> Iterator[tuple[Child, StaffMember, StaffMember]]:
    """A child of each of a dozen workers, its worker, and who supervises the worker."""
    live = Allocation.objects.live(today).filter(without_worker=False, starts_on__lte=today - timedelta(days=30))
    seen: set[UUID] = set()
    for held in live.select_related("child", "holder").order_by("child__reference"):
        relation = held.holder.supervision_received.live(today).select_related("supervisor").first()
        if held.holder_id not in seen and relation and len(seen) < NUMBER:
            seen.add(held.holder_id)
            yield held.child, held.holder, relation.supervisor


def _typed(child: Child, holder: StaffMember, note: str, *, number: int, day: date) -> dict[str, object]:
    question, decision, rationale = TOLD[number % len(TOLD)]
    action = {
        "what": "Write down what was agreed and tell the family",
        "who": holder.name,
        "who_id": str(holder.pk),
        "by": (day + timedelta(days=7)).isoformat(),
    }
    return {
        "reference": child.reference,
        "note_type": note,
        "asked_by_id": str(holder.pk),
        "decided_on": day.isoformat(),
        "sections": {
            "decision": {
                "question": question,
                "decision": decision,
                "rationale": rationale,
                "actions": [action] if number % 2 else [],
            }
        },
    }


def _decide(typed: dict[str, object], *, actor: Actor, at: datetime, entered: bool) -> None:
    draft = services.save_decision(draft_id=new_act(), typed=typed, version=0, actor=actor, at=at)
    text = selectors.decision_to_sign(draft=draft, actor=actor).text
    part = services.sign_decision(
        draft_id=draft.pk,
        shown=text.shown if text else "",
        challenge=Challenge(method="demo", auth_time=at - timedelta(minutes=1)),
        evidence=EVIDENCE,
        actor=actor,
        at=at,
    )
    if entered:
        entering.mark_entered(record_ids=[part.record_id], entered_on=actor.on, actor=actor, at=at + timedelta(hours=1))
