"""A session with children for tests: held, marked, written about and signed through the services that the pages use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.urls import reverse

from cases.models import Child, Sibling, SiblingGroup
from records import selectors as record_selectors
from records.models import Part, Record
from records.rules import FAMILY
from records.values import TypedSection
from supervision import selectors, services
from supervision.models import CaseEntry, Discussion, SupervisionSession
from supervision.rules import Times
from supervision.rules.discussions import Mark
from supervision.selectors import family_version
from supervision.services import EntrySaved
from tests.cases_kit import child_with
from tests.integration.scenarios.kit import challenge, countersign
from tests.org import Org
from tests.records_kit import EVIDENCE, load_templates

MONDAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
OPENED = date(2026, 1, 5)


def siblings(*children: Child) -> None:
    """Let these be the children of one family."""
    group = SiblingGroup.objects.create()
    for child in children:
        known = {"starts_on": OPENED, "recorded_at": datetime(2026, 1, 5, 9, tzinfo=UTC)}
        Sibling.objects.create(group=group, child=child, **known)


@dataclass
class SessionWithChildren:
    """The supervisor's session with the worker on a Monday, and its children by reference."""

    org: Org
    on: date = MONDAY
    at: datetime = NOON
    hour: int = 10
    children: dict[str, Child] = field(default_factory=dict)
    session: SupervisionSession = field(init=False)

    def __post_init__(self) -> None:
        load_templates()
        self.session = services.hold_session(
            supervisee_id=self.org.worker.pk,
            session_id=None,
            times=Times(on=self.on, starts=time(self.hour), ends=time(self.hour + 1, 30)),
            mode="in_person",
            place="",
            actor=self.actor,
            at=self.at,
        )

    @property
    def actor(self) -> Any:
        return self.org.actor(self.org.supervisor, on=self.at.date())

    @property
    def record(self) -> Record:
        assert self.session.record_id
        return Record.objects.get(pk=self.session.record_id)

    def address(self, reference: str) -> str:
        """Where the entry of a child is written."""
        return reverse("supervision:session-child", args=[self.session.pk, self.children[reference].pk])

    def child(self, reference: str, **options: Any) -> Child:
        """A child of the worker's."""
        options.setdefault("opened_on", OPENED)
        self.children[reference] = child_with(self.org.worker, reference=reference, **options)
        return self.children[reference]

    def mark(self, **marks: str | Mark) -> None:
        """Say how each was discussed, by reference; the others are left open."""
        services.mark_discussions(
            session_id=self.session.pk,
            marks={
                self.children[reference].pk: mark if isinstance(mark, Mark) else Mark(mark)
                for reference, mark in marks.items()
            },
            actor=self.actor,
            at=self.at,
        )

    def write(self, reference: str, section: str, *, version: int | None = None, **fields: Any) -> EntrySaved:
        """Save one section of a child's entry, over what stands there."""
        if version is None:
            entry = self.entry(reference)
            row = entry.draft_sections.filter(section=section).first() if entry else None
            version = row.version if row else 0
        typed = TypedSection(section=section, key=None, version=version, values=fields)
        return services.save_entry(
            session_id=self.session.pk,
            child_id=self.children[reference].pk,
            sections=[typed],
            actor=self.actor,
            at=self.at,
        )

    def write_family(self, reference: str, text: str, *, over: str = "") -> EntrySaved:
        """Save the text about a family from the page of one of its children, over the text that was read."""
        return self.write(reference, FAMILY, version=family_version(over), text=text)

    def entry(self, reference: str) -> Record | None:
        """The entry of a child in this session."""
        found = CaseEntry.objects.filter(session=self.session, child=self.children[reference]).first()
        return Record.objects.get(pk=found.record_id) if found else None

    def typed(self, reference: str) -> Mapping[str, Mapping[str, Any]]:
        """What is typed in the entry of a child."""
        entry = self.entry(reference)
        return {row.section: row.values for row in entry.draft_sections.all()} if entry else {}

    def discussion(self, reference: str) -> Discussion:
        """What is said of a child now."""
        found: Discussion = self.session.discussions.get(child=self.children[reference])
        return found

    def text(self) -> record_selectors.TextToSign:
        """What the page before the signature shows."""
        record = self.record
        context = selectors.signing_context(record=record, on=self.at.date())
        return record_selectors.text_to_sign(
            record=record, facts=context.facts, late=context.late, given=context.given, entries=context.entries
        )

    def sign(self) -> Part:
        """The supervisor signs the record and all its entries."""
        return services.sign_record(
            record_id=self.record.pk,
            shown=self.text().shown,
            challenge=challenge(self.at),
            evidence=EVIDENCE,
            actor=self.actor,
            at=self.at,
        )

    def countersign(self) -> Part:
        """The worker signs with the supervisor."""
        return countersign(self.org, self.record, at=self.at)


def words_of(record: Record) -> str:
    """Everything that stands in a record's parts."""
    return "\n".join(text for part in record.parts.all() for text in part.contents.values_list("content", flat=True))
