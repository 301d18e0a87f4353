"""What stands in a new contract to begin with: the policy's figures, or what the one in force says."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from core.actor import Actor
from policies import selectors as policies
from policies.rules.policy import Policy
from policies.templates import Template
from records.rules import PartKind
from records.selectors import RecordReading
from records.values import GIVEN, Unclear, check_shape
from staff.models import ManagementLine, StaffMember
from staff.selectors import job_titles
from supervision import rules
from supervision.selectors.status import categories_of, contract_bounds

Values = dict[str, dict[str, Any]]


def template_for(policy: Policy, purpose: str, *, person_id: Any, on: date, kind: str = "") -> Template:
    """The form that the policy wants for a "contract" or a "record" with a person, by the category held on a day.

    ``kind``: of the session that is recorded.
    """
    return policies.form_for(policy, purpose, categories=categories_of(person_id=person_id, on=on), kind=kind)


def contract_beginnings(*, person: StaffMember, actor: Actor) -> Values:
    """The policy's frequency, a review in a year, the next manager up."""
    bounds = contract_bounds(person_id=person.pk, on=actor.on)
    manager = ManagementLine.objects.live(actor.on).filter(person_id=actor.staff_id).select_related("manager").first()
    begun: Values = {
        "meetings": {"format": "Individual", "minutes": bounds.minutes or rules.USUAL_MINUTES},
        "review": {"review_on": (actor.on + bounds.review_after).isoformat()},
    }
    if bounds.every:
        begun["meetings"]["frequency"] = str(bounds.every)
    if manager:
        title = job_titles({manager.manager_id}, on=actor.on).get(manager.manager_id, "")
        named = {"id": str(manager.manager_id), "name": manager.manager.name, "role": title}
        begun["disagreements"] = {"named_manager": named}
    return begun


def renewed(reading: RecordReading, *, template: Template, begun: Values) -> Values:
    """What the contract in force says, for its next version: as far as the form still asks for it, with a new review."""
    texts = [part for part in reading.parts if part.body["kind"] == PartKind.TEXT]
    contents = texts[-1].contents if texts else {}
    values = {section: {**fields} for section, fields in begun.items()}
    for section in template.sections:
        content = contents.get((section.id, None))
        said = {item["id"]: item["value"] for item in content["fields"]} if content else {}
        kept = _kept(said, section_id=section.id, template=template)
        if kept:
            values[section.id] = {**values.get(section.id, {}), **kept}
    if "review" in begun:
        values["review"] = begun["review"]
    return values


def _kept(said: Mapping[str, Any], *, section_id: str, template: Template) -> dict[str, Any]:
    section = template.section(section_id)
    found = {}
    for item in section.fields if section else ():
        # What is asked anew each time stays empty
        if item.id in said and item.type not in GIVEN and item.type != "gap_comment":
            with suppress(Unclear):
                check_shape(item, said[item.id])
                found[item.id] = said[item.id]
    return found
