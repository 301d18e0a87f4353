"""What a supervisor has typed of the children of a session whose record is half written: it can be finished and signed."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from compliance.demo import people
from core.clock import date_of
from policies import selectors as policies
from policies.rules.policy import Policy
from policies.templates import Section, Template
from records.values import TypedSection
from staff.selectors import actor_for
from supervision import selectors, services
from supervision.models import SupervisionSession

WORDS = (
    "We went through the last visits and what the school says. The child is seen every ten days, and speaks more freely at "
    "school than at home. We agreed to hear the grandmother before the next meeting."
)


def tell(policy: Policy) -> int:
    """The entries that Katarzyna's half-written record waits for, as the pages would have saved them; gives how many."""
    session = SupervisionSession.objects.held().filter(supervisee__name=people.KATARZYNA).latest("on")
    children = selectors.children_to_write(session, terms=selectors.terms_of(session))
    wanted = [each.child for each in children if each.is_wanted]
    if not wanted or session.closed_at is None:
        return 0
    at = session.closed_at + timedelta(minutes=20)
    typed = list(typed_in(policies.form_for(policy, "case", categories=()), who=session.supervisee, by=session.on))
    actor = actor_for(session.supervisor, on=date_of(at))
    for child in wanted:
        services.save_entry(session_id=session.pk, child_id=child.pk, sections=typed, actor=actor, at=at)
    return len(wanted)


def typed_in(template: Template, *, who: Any, by: Any) -> Iterator[TypedSection]:
    """What is typed in the sections of a form that ask for something before a signature."""
    agreed = {"what": "Visit the grandmother", "who": who.name, "who_id": str(who.pk)}
    values = {
        "long_text": WORDS,
        "yes_no": "no",
        "actions": [agreed | {"by": (by + timedelta(days=14)).isoformat()}],
    }
    for section in template.sections:
        if section.when is None and (fields := _asked(section, values)):
            yield TypedSection(section.id, None, 0, fields)


def _asked(section: Section, values: Mapping[str, Any]) -> dict[str, Any]:
    known = [item for item in section.fields if item.type in values]
    first = known[:1] if section.required_to_sign else []
    return {item.id: values[item.type] for item in known if item in first or item.required or item.type == "actions"}
