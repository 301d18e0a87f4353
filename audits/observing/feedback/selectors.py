"""What an observation gives to the form of its feedback, and what its signature carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.models import Observation
from audits.observing import selectors
from audits.observing.rules import last_words
from core.templatetags.countersign import long_date
from policies.selectors import policy_in_force
from records.models import Record
from records.rules import AlsoAbout, LateEntry
from records.selectors import TextToSign, template_of, text_to_sign
from records.values import Given, Place
from supervision.selectors.entries import first_signed_on
from supervision.selectors.late import lateness

PURPOSES = {
    Observation.Kind.SUPERVISION: "observation_of_supervision",
    Observation.Kind.PRACTICE: "observation_of_practice",
}


@dataclass(frozen=True, slots=True)
class FeedbackContext:
    """What a feedback is signed with, besides what was typed. ``also``: whom it concerns beside the observed."""

    given: Given
    facts: Mapping[str, Any]
    late: LateEntry
    also: tuple[AlsoAbout, ...]


def feedback_context(*, observation: Observation, record: Record, on: date) -> FeedbackContext:
    """The same for the form, the signing page and the signature: all three see the same facts, or it is Stale."""
    if observation.held_on is None:
        raise TypeError("Nothing is written of an observation before it is held.")
    words = _computed(observation, observation.held_on)
    places: dict[Place, str] = {
        (section.id, field.id): words[field.id]
        for section in template_of(record).sections
        for field in section.fields
        if field.type == "computed" and field.id in words
    }
    return FeedbackContext(
        given=Given(computed=places),
        facts={"held_on": observation.held_on.isoformat()},
        late=lateness(observation.held_on, first_signed_on(record) or on, policy=policy_in_force(on)),
        also=_also(observation),
    )


def _computed(observation: Observation, held_on: date) -> dict[str, str]:
    names = selectors.names_of(observation)
    agreed = [names[who] for who, yes in last_words(selectors.said_of(observation.consents.all())).items() if yes]
    session = observation.session
    return {
        "observer": observation.observer.name,
        "observed": observation.observed.name,
        "supervisee": observation.practitioner.name if observation.practitioner else "",
        "observed_on": long_date(held_on),
        "consent": ", ".join(sorted(agreed)),
        "talked_about": f"On {long_date(session.on)}" if session else "Not said yet",
    }


def _also(observation: Observation) -> tuple[AlsoAbout, ...]:
    """The practitioner whose session it was; the child, by reference."""
    found = []
    if observation.practitioner:
        found.append(AlsoAbout(observation.practitioner.pk, "worker", observation.practitioner.name, "supervisee"))
    if observation.child:
        found.append(AlsoAbout(observation.child.pk, "child", observation.child.reference))
    return tuple(found)


def feedback_to_sign(record: Record, context: FeedbackContext) -> TextToSign:
    """What the observer signs for, as it stands in the draft."""
    return text_to_sign(record=record, facts=context.facts, late=context.late, given=context.given, also=context.also)
