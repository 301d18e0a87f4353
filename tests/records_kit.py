"""Records for tests: a draft with something in each section, signed and countersigned through the services."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.errors import NotAllowed
from policies import selectors as policies
from policies.digests import digest_of
from policies.models import RecordTemplate
from policies.template_files import TemplateFile, read_template, template_paths
from records import rules, selectors, services
from records.models import Part, Record
from records.rules import Kind, LateEntry, Meaning
from records.services import Evidence
from records.values import Given, TypedSection
from staff.challenge import Challenge
from tests.org import Org

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
FACTS = {"held_on": "2026-11-09", "minutes": 90, "mode": "in_person"}
EVIDENCE = Evidence(address="192.0.2.7", browser="The suite")
WORKLOAD = "Eleven children. The court statement for B is late."
WELLBEING = "Back at work after the operation; phased return until January."


@cache
def shipped_templates() -> tuple[TemplateFile, ...]:
    """The record templates of the packs, read once."""
    return tuple(read_template(path) for path in template_paths())


def load_templates() -> None:
    """Put the shipped record templates into the database of this test."""
    for read in shipped_templates():
        RecordTemplate.objects.get_or_create(
            slug=read.template.id,
            version=read.template.version,
            defaults={"document": read.document, "digest": digest_of(read.document), "loaded_at": NOON},
        )


def values_for(org: Org) -> dict[str, dict[str, Any]]:
    """What stands in the worker record's draft, by section and field."""
    chronology = {"what": "Finish the chronology for B", "who": "Amara Obi", "who_id": str(org.worker.pk)}
    return {
        "workload": {"discussed": WORKLOAD, "actions": [{**chronology, "by": "2026-11-23"}]},
        "wellbeing": {
            "discussed": WELLBEING,
            "actions": [
                {"what": "Ask occupational health", "who": "Priya Nair", "who_id": str(org.supervisor.pk), "by": None}
            ],
        },
        "supervisor_comments": {"comments": "A good month."},
    }


@dataclass
class Kit:
    """The services with everything that a test does not care about filled in."""

    org: Org
    facts: Mapping[str, Any] = field(default_factory=lambda: dict(FACTS))
    given: Given = field(default_factory=Given)

    @property
    def supervisor(self) -> Actor:
        return self.org.actor(self.org.supervisor)

    @property
    def worker(self) -> Actor:
        return self.org.actor(self.org.worker)

    def challenge(
        self, at: datetime = NOON, *, method: str = "password", age: timedelta = timedelta(minutes=1)
    ) -> Challenge:
        return Challenge(method=method, auth_time=at - age)

    def draft(self, *, kind: Kind = Kind.WORKER_RECORD, template: str = "worker_record_app2", **options: Any) -> Record:
        """A draft by the supervisor about the worker."""
        load_templates()
        options.setdefault("values", values_for(self.org) if kind is Kind.WORKER_RECORD else None)
        form = policies.record_template(template)
        return services.open_record(
            kind=kind,
            subject_id=self.org.worker.pk,
            template=form,
            policy_slug="shropshire-2017",
            policy_version="3",
            title=form.title,
            actor=self.supervisor,
            at=NOON - timedelta(hours=1),
            **options,
        )

    def shown(self, record: Record, **options: Any) -> str:
        """The digest that the signing page would carry now."""
        return selectors.text_to_sign(
            record=record, **{"facts": self.facts, "late": LateEntry(), "given": self.given, **options}
        ).shown

    def sign(self, record: Record, *, at: datetime = NOON, actor: Actor | None = None, **options: Any) -> Part:
        """The supervisor signs what stands in the draft."""
        options.setdefault("shown", self.shown(record))
        options.setdefault("challenge", self.challenge(at))
        return services.sign_text(
            record_id=record.pk,
            **{
                "facts": self.facts,
                "late": LateEntry(),
                "given": self.given,
                "evidence": EVIDENCE,
                "actor": actor or self.supervisor,
                "at": at,
                **options,
            },
        )

    def answer(self, record: Record, *, comments: str | None = None, reason: str = "") -> str:
        """The worker types an answer, as far as it can still be saved; the digest under which the page then signs."""
        has_comments = comments is not None and record.kind == Kind.WORKER_RECORD
        typed = {
            **({"supervisee_comments": {"comments": comments}} if has_comments else {}),
            **({rules.REASON: {"text": reason}} if reason else {}),
        }
        return type_answer(record, typed, actor=self.worker, at=NOON, sends_back=comments is None)

    def countersign(
        self,
        record: Record,
        *,
        meaning: Meaning = Meaning.AGREE,
        comments: str = "Thank you.",
        reason: str = "",
        at: datetime = NOON + timedelta(hours=1),
        actor: Actor | None = None,
        **options: Any,
    ) -> Part:
        """The worker countersigns what stands there now."""
        if "shown" not in options:
            options["shown"] = self.answer(record, comments=comments, reason=reason)
        options.setdefault("challenge", self.challenge(at))
        return services.countersign(
            record_id=record.pk,
            meaning=meaning,
            evidence=EVIDENCE,
            actor=actor or self.worker,
            at=at,
            **options,
        )

    def send_back(
        self,
        record: Record,
        *,
        reason: str = "The date of the visit is wrong.",
        at: datetime = NOON + timedelta(minutes=30),
        actor: Actor | None = None,
        **options: Any,
    ) -> Part:
        """The worker sends it back."""
        if "shown" not in options:
            options["shown"] = self.answer(record, reason=reason)
        options.setdefault("challenge", self.challenge(at))
        return services.return_for_correction(
            record_id=record.pk, evidence=EVIDENCE, actor=actor or self.worker, at=at, **options
        )

    def awaiting(self) -> Record:
        """A record that the supervisor has signed."""
        record = self.draft()
        self.sign(record)
        return record

    def sealed(self) -> Record:
        """A record that both have signed."""
        record = self.awaiting()
        self.countersign(record)
        return record

    def save(self, record: Record, section: str, fields: Mapping[str, Any], *, version: int, **options: Any) -> Any:
        """Save one section of a draft."""
        return services.save_section(
            record_id=record.pk,
            section=section,
            key=None,
            fields=fields,
            version=version,
            **{"actor": self.supervisor, "at": NOON, **options},
        )


def type_answer(
    record: Record, typed: Mapping[str, Mapping[str, Any]], *, actor: Actor, at: datetime, sends_back: bool = False
) -> str:
    """Save these sections of a supervisee's answer as the page does; the digest under which it then signs."""
    versions = dict(record.draft_sections.values_list("section", "version"))
    sections = [TypedSection(name, None, versions.get(name, 0), fields) for name, fields in typed.items()]
    with suppress(NotAllowed):
        services.save_draft(record_id=record.pk, sections=sections, actor=actor, at=at)
    answer = [*selectors.own_sections_shown(record), *selectors.reasons_asked(record)]
    saved = selectors.saved_answer(record, [selectors.return_asked(record)] if sends_back else answer)
    return selectors.shown_with(selectors.shown_for_countersigning(record), saved)


def fresh(record: Record) -> Record:
    """The record as it stands in the database."""
    return Record.objects.get(pk=record.pk)


def person_id(record: Record) -> UUID:
    """Whom a record is about."""
    return record.subject_id
