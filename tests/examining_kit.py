"""Audits and observations for tests: opened, written, signed and answered through the services of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.actor import Actor
from policies import selectors as policies
from records import rules, selectors, services
from records.findings import Finding
from records.models import Part, Record
from records.rules import AlsoAbout, Kind, LateEntry, Meaning
from records.values import Given, Place, TypedSection
from tests.org import Org
from tests.records_kit import EVIDENCE, NOON, Kit, load_templates, type_answer

CHILD = "0192f7a0-0000-7000-8000-000000000001"
FOUND_NO = Finding("no", "The contract was never signed by both.", ("Contract of 1 May 2026: signed by Priya Nair",))
FOUND: Mapping[str, Finding] = {
    "contract_in_place": FOUND_NO,
    "records_signed_by_both": Finding("yes", "All 11 records are signed by both."),
    "registration": Finding("yes", "SW123456, looked up on 3 March 2026."),
    "business_insurance": Finding("not_applicable", "Never drives for work."),
    "personal_information_sheet": Finding("unknown", "Nobody has entered one."),
    "learning_log": Finding("yes", "Seven entries."),
    "appraisal": Finding("yes", "Held on 2 April 2026."),
    "regularity": Finding("no", "One gap of 61 days.", ("12 March to 12 May 2026: 61 days. Sick leave.",)),
}
OVERRULED = {"confirmed": "overrule", "answer": "yes", "reason": "The paper contract is in the file room."}
JUDGED = "Requires improvement"
FACTS = {"held_on": "2026-11-09"}


def given(**options: Any) -> Given:
    """What the room of audits would know of a file: what was found, and one child."""
    evidence: dict[Place, Finding] = {("section_1", name): finding for name, finding in FOUND.items()}
    computed: dict[Place, str] = {
        ("setting", "supervisee"): "Amara Obi",
        ("section_3", CHILD, "discussions"): "12 May 2026, in depth",
    }
    return Given(**{"evidence": evidence, "computed": computed, "repeated": {"section_3": [(CHILD, "C-1")]}, **options})


def confirmed(finding: Finding) -> dict[str, str]:
    """What is saved of a question whose finding was confirmed, or answered where nothing is known."""
    known = {"confirmed": "confirm", "answer": finding.answer, "reason": ""}
    return known if finding.is_known else {"confirmed": "", "answer": "yes", "reason": ""}


def written(**section_1: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What an auditor has typed into the tool, by name of the section: all of it confirmed but the contract."""
    themes = ("reflection", "workload", "development", "wellbeing", "function_balance")
    return {
        "section_1": {
            **{name: confirmed(finding) for name, finding in FOUND.items()},
            "contract_in_place": dict(OVERRULED),
            **section_1,
        },
        "section_2": dict.fromkeys(themes, "yes") | {"reflection_evidence": "12 May: what the anger does."},
        f"section_3-{CHILD}": {"reflection": "Why the plan did not move was asked twice."},
        "judgement": {"judgement": JUDGED, "comment": "Regular but for one gap."},
        "actions": {
            "found": "The gap had no cover.",
            "actions": [{"what": "Name a cover", "who": "Priya Nair", "who_id": None, "by": "2026-12-09"}],
        },
    }


@dataclass
class Examining:
    """An auditor, the supervisor whose supervision is audited, and everything that a test does not care about."""

    org: Org
    given: Given = field(default_factory=given)

    @property
    def auditor(self) -> Actor:
        return self.org.actor(self.org.team_manager)

    @property
    def supervisor(self) -> Actor:
        return self.org.actor(self.org.supervisor)

    @property
    def also(self) -> Sequence[AlsoAbout]:
        """Whose file it is, and the child of section 3 by reference."""
        worker = AlsoAbout(self.org.worker.pk, "worker", self.org.worker.name, "Whose file it is")
        return (worker, AlsoAbout(UUID(CHILD), "child", "C-1", "Child of section 3"))

    def audit(self, *, template: str = "audit_tool_file", **options: Any) -> Record:
        """A draft of an audit of the supervisor's supervision, in which nothing is written."""
        return self._open(Kind.AUDIT, template, **options)

    def observation(self, *, template: str = "observation_of_supervision", **options: Any) -> Record:
        """A draft of an observation of the supervisor."""
        return self._open(Kind.OBSERVATION, template, **options)

    def _open(self, kind: Kind, template: str, **options: Any) -> Record:
        load_templates()
        form = policies.record_template(template)
        return services.open_examination(
            **{
                "kind": kind,
                "subject_id": self.org.supervisor.pk,
                "template": form,
                "policy_slug": "shropshire-2017",
                "policy_version": "3",
                "title": form.title,
                "actor": self.auditor,
                "at": NOON - timedelta(hours=2),
                **options,
            }
        )

    def write(self, record: Record, sections: Mapping[str, Mapping[str, Any]], *, actor: Actor | None = None) -> Any:
        """Save sections of a draft over what stands there; one that is repeated by its name with the key."""
        versions = {(row.section, row.key): row.version for row in record.draft_sections.all()}
        typed = []
        for name, fields in sections.items():
            section, _, key = name.partition("-")
            typed.append(TypedSection(section, key or None, versions.get((section, key or None), 0), fields))
        return services.save_draft(record_id=record.pk, sections=typed, actor=actor or self.auditor, at=NOON)

    def text(self, record: Record) -> selectors.TextToSign:
        """What the page of the signature shows."""
        fresh = Record.objects.get(pk=record.pk)
        return selectors.text_to_sign(record=fresh, **self._text_of(record))

    def _text_of(self, record: Record) -> dict[str, Any]:
        is_audit = record.kind == Kind.AUDIT
        return {
            "facts": FACTS,
            "late": LateEntry(),
            "given": self.given if is_audit else Given(),
            "also": self.also if is_audit else (),
        }

    def sign(self, record: Record, *, at: datetime = NOON, actor: Actor | None = None, **options: Any) -> Part:
        """The auditor or observer signs what stands in the draft."""
        options.setdefault("shown", self.text(record).shown)
        return services.sign_text(
            record_id=record.pk,
            **{
                **self._text_of(record),
                "challenge": Kit(self.org).challenge(at),
                "evidence": EVIDENCE,
                "actor": actor or self.auditor,
                "at": at,
                **options,
            },
        )

    def signed(self, **options: Any) -> Record:
        """An audit that the auditor has signed."""
        record = self.audit(**options)
        self.write(record, written())
        self.sign(record)
        return record

    def awaiting(self) -> Record:
        """An observation that the observer has signed."""
        record = self.observation()
        self.write(
            record,
            {
                "session": {"what": "An hour on two families, then the worker's week."},
                "findings": {"strengths": "Asks before telling."},
                "feedback": {"feedback_given": "Leave more silence."},
            },
        )
        self.sign(record)
        return record

    def countersign(self, record: Record, *, comments: str = "Fair.", meaning: Meaning = Meaning.AGREE) -> Part:
        """Whoever was observed answers the observation, with comments."""
        at = NOON + timedelta(hours=1)
        shown = type_answer(record, {rules.COMMENTS: {"text": comments}}, actor=self.supervisor, at=at)
        return services.countersign(
            record_id=record.pk,
            shown=shown,
            meaning=meaning,
            challenge=Kit(self.org).challenge(at),
            evidence=EVIDENCE,
            actor=self.supervisor,
            at=at,
        )

    def say(self, record: Record, words: str) -> str:
        """The supervisor types a response; the digest under which its page then signs."""
        row = selectors.own_row(record, rules.RESPONSE, self.supervisor)
        typed = TypedSection(
            rules.RESPONSE, selectors.own_key(self.supervisor), row.version if row else 0, {"text": words}
        )
        services.save_own(record_id=record.pk, sections=[typed], actor=self.supervisor, at=NOON)
        fresh = Record.objects.get(pk=record.pk)
        own = selectors.own_typed(fresh, rules.RESPONSE, self.supervisor)
        return selectors.shown_with(selectors.shown_for_responding(fresh), own)

    def respond(
        self,
        record: Record,
        *,
        meaning: Meaning = Meaning.SEEN_NOT_AGREED,
        words: str = "The gap had a cover.",
        actor: Actor | None = None,
        **options: Any,
    ) -> Part:
        """The supervisor responds to a signed audit."""
        at = NOON + timedelta(hours=1)
        if "shown" not in options:
            options["shown"] = self.say(record, words)
        return services.respond(
            record_id=record.pk,
            **{
                "meaning": meaning,
                "challenge": Kit(self.org).challenge(at),
                "evidence": EVIDENCE,
                "actor": actor or self.supervisor,
                "at": at,
                **options,
            },
        )
