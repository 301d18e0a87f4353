"""What an audit gives to its form, to the page of its evidence, and to its signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from audits.findings.rules.themes import OVER_TIME
from audits.findings.selectors import Examined
from audits.findings.selectors.examined import words_of
from audits.models import Audit
from audits.writing import access
from core.actor import Actor
from core.clock import date_of
from core.shortcuts import may
from core.templatetags.countersign import long_date
from policies.templates import Template
from records import canonical
from records.findings import NOTHING_KNOWN
from records.models import Part, Record
from records.rules import AlsoAbout, LateEntry, PartKind
from records.selectors import TextToSign, template_of, text_to_sign
from records.values import Given, Place

DIGITS = 16


@dataclass(frozen=True, slots=True)
class AuditContext:
    """What an audit is written and signed with, besides what was typed. ``also``: whose file it is, and which children."""

    examined: Examined
    given: Given
    facts: Mapping[str, Any]
    also: tuple[AlsoAbout, ...]

    @property
    def found(self) -> str:
        """What was found and computed, a short digest of each: for a page to say what changed since it was shown."""
        shown = {f"{place[0]}/{place[-1]}": finding.as_signed() for place, finding in self.given.evidence.items()}
        shown |= {"/".join(place): {"words": words} for place, words in self.given.computed.items()}
        return ";".join(f"{place}={canonical.shown_digest(what)[-DIGITS:]}" for place, what in sorted(shown.items()))


def record_of(audit: Audit) -> Record:
    """The record of an audit with its chain, for its auditor, who wrote it: whoever sees the audit as that sees its draft."""
    if audit.record is None:
        raise Record.DoesNotExist
    prefetch_related_objects([audit.record], "parts")
    return audit.record


def typed_fields(audit: Audit, record: Record) -> Given:
    """What the form has to take in words, without a look into the file: section 3 for each child that was drawn."""
    drawn = [(row["id"], row["reference"]) for row in audit.drawn]
    return Given(repeated={section.id: drawn for section in template_of(record).sections if section.repeat})


def audit_context(*, audit: Audit, record: Record, examined: Examined) -> AuditContext:
    """The same for the form, the signing page and the signature: all three see the same, or it is Stale."""
    template = template_of(record)
    return AuditContext(
        examined=examined,
        given=Given(
            computed=_computed(template, audit, examined),
            evidence={
                (section.id, item.id): examined.found.get(item.finding, NOTHING_KNOWN)
                for section in template.sections
                for item in section.fields
                if item.type == "evidence"
            },
            repeated={
                section.id: [(child.child_id, child.reference) for child in examined.children]
                for section in template.sections
                if section.repeat
            },
            people=[(str(person.pk), person.name) for person in (audit.supervisor, audit.file_of, audit.auditor)],
        ),
        facts={
            "held_on": examined.on.isoformat(),
            "period_from": examined.period.starts_on.isoformat(),
            "period_to": examined.period.ends_on.isoformat(),
        },
        also=(
            AlsoAbout(audit.file_of_id, "worker", audit.file_of.name, "supervisee"),
            *(AlsoAbout(UUID(child.child_id), "child", child.reference) for child in examined.children),
        ),
    )


def _computed(template: Template, audit: Audit, examined: Examined) -> dict[Place, str]:
    """The words of each read-only field: of the setting, of a theme over time, of a drawn child."""
    words = {
        "auditor": audit.auditor.name,
        "supervisor": audit.supervisor.name,
        "supervisee": audit.file_of.name,
        "audited_on": long_date(examined.on),
        **{f"{theme}{OVER_TIME}": said for theme, said in examined.computed.items()},
    }
    found: dict[Place, str] = {}
    for section in template.sections:
        for item in section.fields:
            if item.type != "computed":
                continue
            if section.repeat:
                said = {child.child_id: words_of(child) for child in examined.children}
                found |= {(section.id, key, item.id): of[item.id] for key, of in said.items() if item.id in of}
            elif item.id in words:
                found[section.id, item.id] = words[item.id]
    return found


def audit_to_sign(record: Record, context: AuditContext) -> TextToSign:
    """What the auditor signs for, as it stands in the draft, with the findings as they are now."""
    return text_to_sign(record=record, facts=context.facts, late=LateEntry(), given=context.given, also=context.also)


def changed_since(shown: str, context: AuditContext, *, record: Record) -> list[str]:
    """The labels of what was found otherwise when a page was shown; empty where all of it is the same."""
    before, now = (set(found.split(";")) for found in (shown, context.found))
    places = {each.partition("=")[0] for each in before ^ now if each}
    template = template_of(record)
    return [
        item.label
        for section in template.sections
        for item in section.fields
        if any(place.startswith(f"{section.id}/") and place.endswith(f"/{item.id}") for place in places)
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the writing of an audit is. ``answered_on``: when the supervisor responded to it.

    ``may_open``, ``may_write``: what the reader may do next; ``may_respond``: whether it waits for the reader's answer.
    """

    signed_on: date | None = None
    answered_on: date | None = None
    may_open: bool = False
    may_write: bool = False
    may_respond: bool = False


def standing_of(audit: Audit, *, actor: Actor) -> Standing:
    """How far it is, for whoever sees the audit; in one query."""
    writes = may(access.check_can_write, actor, audit)
    parts = Part.objects.filter(record=audit.record_id).order_by("seq").values_list("kind", "signed_at")
    signed = {kind: date_of(moment) for kind, moment in parts} if audit.record_id else {}
    signed_on, answered_on = signed.get(PartKind.TEXT), signed.get(PartKind.RESPONSE)
    return Standing(
        signed_on=signed_on,
        answered_on=answered_on,
        may_open=writes and audit.opened_at is None,
        may_write=writes and audit.opened_at is not None and signed_on is None,
        may_respond=signed_on is not None and answered_on is None and actor.staff_id == audit.supervisor_id,
    )
