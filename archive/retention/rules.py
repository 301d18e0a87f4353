"""Classes of what is kept, when their time is over, and what a hold covers: pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from policies.rules.durations import add_months


class DataClass(StrEnum):
    """The classes of what is kept of a person; the last, of children, is purged and not destroyed with a file."""

    CONTRACTS = "contracts"
    RECORDS = "records"
    EXAMINING = "examining"
    FOLDER = "folder"
    LEARNING = "learning"
    DIARY = "diary"
    MATTERS = "matters"
    CASE_TEXT = "case_text"

    @property
    def label(self) -> str:
        """The words for people."""
        return LABELS[self]


LABELS = {
    DataClass.CONTRACTS: "Supervision contracts",
    DataClass.RECORDS: "Records of supervision and hand-over briefs",
    DataClass.EXAMINING: "Audits and observations of practice",
    DataClass.FOLDER: "Papers of the supervision folder",
    DataClass.LEARNING: "Learning log",
    DataClass.DIARY: "Diary: preparations, agendas, reasons",
    DataClass.MATTERS: "Matters, concerns, disclosures and incidents",
    DataClass.CASE_TEXT: "Local text of entries and decisions about children",
}
OF_A_FILE = tuple(one for one in DataClass if one is not DataClass.CASE_TEXT)
# Kinds of record in each class
KINDS = {
    DataClass.CONTRACTS: ("contract",),
    DataClass.RECORDS: ("worker_record", "handover"),
    DataClass.EXAMINING: ("audit", "observation"),
}
PURGED_KINDS = ("case_entry", "decision")
LONGEST = 1200


def triggers_of(data_class: DataClass) -> tuple[str, ...]:
    """What the time of a class may run from."""
    if data_class is DataClass.CASE_TEXT:
        return ("entered",)
    return ("left", "sealed") if data_class in KINDS else ("left",)


def due_on(*, trigger: str, months: int, left_on: date, sealed_on: date | None) -> date:
    """The first day on which a class of a leaver's file may be destroyed; never before the file is the archive's."""
    begins = sealed_on if trigger == "sealed" and sealed_on else left_on
    return max(left_on, add_months(begins, months))


def purge_on(*, entered_on: date, months: int) -> date:
    """The first day on which the local text of an entry is purged."""
    return add_months(entered_on, months)


def period_words(months: int) -> str:
    """A period as people say it: years where it is whole years."""
    number, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return f"{number} {unit}" + ("" if number == 1 else "s")


@dataclass(frozen=True, slots=True)
class Held:
    """What a hold covers, without who placed it."""

    scope: str
    record_id: UUID | None = None
    person_id: UUID | None = None
    team_id: UUID | None = None
    data_class: str = ""

    def covers(
        self, *, people: Collection[UUID], teams: Collection[UUID], data_class: str, records: Collection[UUID]
    ) -> bool:
        """Whether what is of these people, of these teams, this class and these records is held."""
        return (
            self.scope == "everything"
            or (self.scope == "class" and self.data_class == data_class)
            or (self.scope == "person" and self.person_id in people)
            or (self.scope == "team" and self.team_id in teams)
            or (self.scope == "record" and self.record_id in records)
        )
