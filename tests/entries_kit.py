"""Entries about children for tests: drafts beside a worker's record, signed and answered with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cases.models import Child
from policies import selectors as policies
from records import rules, selectors, services
from records.models import Part, Record
from records.rules import LateEntry
from records.selectors import EntryText
from records.values import Given
from tests.cases_kit import child_with
from tests.records_kit import NOON, Kit, load_templates

OPENED = date(2026, 1, 5)


@dataclass
class EntriesKit(Kit):
    """The services of records, with entries about the worker's children."""

    def child(self, reference: str) -> Child:
        """A child of the worker's."""
        return child_with(self.org.worker, reference=reference, opened_on=OPENED)

    def entry(
        self,
        child: Child,
        *,
        situation: str = "",
        family: str = "",
        actions: list[dict[str, Any]] | None = None,
        **options: Any,
    ) -> Record:
        """A draft about a child, under the four headings."""
        load_templates()
        form = policies.record_template("case_entry_four_headings")
        own = {
            "situation": {"situation": situation or f"What happens for {child.reference} now."},
            "reflection": {"reflection": f"What {child.reference} shows us."},
            "actions": {"actions": actions or []},
        }
        told = {rules.FAMILY: {"text": family}} if family else {}
        return services.open_entry(
            **{
                "child_id": child.pk,
                "discussed_with_id": self.org.worker.pk,
                "template": form,
                "policy_slug": "shropshire-2017",
                "policy_version": "3",
                "title": form.title,
                "values": {**(own if situation or not family else {}), **told},
                "actor": self.supervisor,
                "at": NOON - timedelta(hours=1),
                **options,
            }
        )

    def text_of(self, entry: Record) -> EntryText:
        """An entry as the room above hands it over to be signed."""
        assert entry.child
        known: dict[tuple[str, ...], str] = {
            ("child", "child_reference"): entry.child.reference,
            ("child", "held_on"): "9 November 2026",
        }
        return EntryText(entry.pk, facts={"held_on": "2026-11-09"}, late=LateEntry(), given=Given(computed=known))

    def to_sign(self, record: Record, entries: list[Record]) -> selectors.TextToSign:
        """What the signature page shows of a record with its entries."""
        return selectors.text_to_sign(
            record=record,
            facts=self.facts,
            late=LateEntry(),
            given=self.given,
            entries=[self.text_of(entry) for entry in entries],
        )

    def sign_with(self, record: Record, entries: list[Record], *, at: datetime = NOON, **options: Any) -> Part:
        """The supervisor signs a record and its entries with one press."""
        options.setdefault("shown", self.to_sign(record, entries).shown)
        return self.sign(record, at=at, entries=[self.text_of(entry) for entry in entries], **options)

    def session(self, *references: str, **options: Any) -> tuple[Record, list[Record]]:
        """A draft of a record with an entry for each child."""
        return self.draft(), [self.entry(self.child(each), **options) for each in references or ("P1", "P2")]

    def awaiting_with(self, *references: str, **options: Any) -> tuple[Record, list[Record]]:
        """The same, signed by the supervisor."""
        record, entries = self.session(*references, **options)
        self.sign_with(record, entries)
        return record, entries

    def sealed_with(self, *references: str, **options: Any) -> tuple[Record, list[Record]]:
        """The same, signed by both."""
        record, entries = self.awaiting_with(*references, **options)
        self.countersign(record)
        return record, entries


def words_in(part: Part) -> str:
    """Everything that stands in a part's sections, as stored."""
    return "\n".join(part.contents.exclude(section=rules.EVIDENCE).values_list("content", flat=True))


def values_in(part: Part) -> Mapping[str, str]:
    """The stored content of each section of a part, by its id."""
    return dict(part.contents.values_list("section", "content"))
