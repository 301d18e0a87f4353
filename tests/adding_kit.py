"""Addenda, corrections and closures for tests, typed and signed through the services as the pages do it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.actor import Actor
from records import rules, selectors, services
from records.models import Part, Record
from records.rules import Sensitivity
from records.values import TypedSection
from tests.records_kit import EVIDENCE, NOON, Kit

LATER = NOON + timedelta(days=2)


def type_own(record: Record, section: str, text: str, *, actor: Actor, at: datetime = LATER) -> list[TypedSection]:
    """Save a section of the actor's own, as the page does; what is then signed."""
    row = selectors.own_row(record, section, actor)
    typed = TypedSection(section, selectors.own_key(actor), row.version if row else 0, {"text": text})
    services.save_own(record_id=record.pk, sections=[typed], actor=actor, at=at)
    return selectors.own_typed(record, section, actor)


def shown_addendum(record: Record, text: str, *, actor: Actor, corrects: bool = False) -> str:
    """Type an addendum; the digest under which the page then signs."""
    section = rules.CORRECTION if corrects else rules.ADDENDUM
    typed = type_own(record, section, text, actor=actor)
    return selectors.shown_with(selectors.shown_for_adding(record, corrects=corrects), typed)


def add(
    kit: Kit,
    record: Record,
    *,
    actor: Actor,
    text: str = "We also spoke about the court.",
    facts: Mapping[str, Any] | None = None,
    at: datetime = LATER,
    **options: Any,
) -> Part:
    """Add to a sealed record, or with ``facts`` correct it."""
    if "shown" not in options:
        options["shown"] = shown_addendum(record, text, actor=actor, corrects=facts is not None)
    options.setdefault("challenge", kit.challenge(at))
    options.setdefault("sensitivity", Sensitivity.SHARED)
    return services.add_addendum(record_id=record.pk, facts=facts, evidence=EVIDENCE, actor=actor, at=at, **options)


def close(
    kit: Kit,
    record: Record,
    *,
    actor: Actor,
    text: str = "Priya Nair has left.",
    at: datetime = LATER,
    **options: Any,
) -> Part:
    """Close a record that nobody can finish."""
    if "shown" not in options:
        typed = type_own(record, rules.CLOSURE, text, actor=actor)
        options["shown"] = selectors.shown_with(selectors.shown_for_closing(record), typed)
    options.setdefault("challenge", kit.challenge(at))
    return services.close_record(record_id=record.pk, evidence=EVIDENCE, actor=actor, at=at, **options)
