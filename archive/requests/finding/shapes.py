"""One thing that was found, and a table's row in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Model

from archive.requests.rules.marks import paragraphs
from core.clock import LONDON
from core.fields import ContentField
from core.templatetags.countersign import medium_date, moment
from documents.models import StoredFile
from staff.models import StaffMember, Team

# Keys and counters, which say nothing to anybody
OF_THE_PROGRAM = frozenset(
    {"version", "position", "press", "lock", "seq", "recorded_at", "owner_name"}
    | {"part_seq", "section", "function", "sensitivity", "reminders", "reminded_stage"}
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that hangs on something, and what it is called; ``stored`` None: it is not kept here any more."""

    name: str
    stored: StoredFile | None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: what it is called, where it stands, and what it says, label and paragraph."""

    group: str
    title: str
    source: str
    key: str
    passages: Sequence[tuple[str, str]]
    dated_on: date | None = None
    is_draft: bool = False
    files: Sequence[FoundFile] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A place where something may stand: what progress calls it, and how it is looked through."""

    words: str
    look: Callable[[], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table: in which group they stand and what each is called; ``on``: the field that dates them."""

    group: str
    title: str
    rows: models.QuerySet[Any]
    on: str = ""

    def look(self) -> Iterator[Found]:
        """Each row as something found, the oldest first, whatever fields it has."""
        people = [field.name for field in self.rows.model._meta.concrete_fields if _names_somebody(field)]
        for row in self.rows.select_related(*people).order_by(self.on or "pk", "pk").iterator(chunk_size=500):
            yield Found(
                group=self.group,
                title=self.title,
                source=row._meta.label_lower,
                key=str(row.pk),
                passages=list(in_words(row)),
                dated_on=day_of(getattr(row, self.on)) if self.on else None,
                files=_files(row),
            )


def in_words(row: Model) -> Iterator[tuple[str, str]]:
    """A row as paragraphs: what is dates, choices and people in one, and each paragraph that somebody typed by itself."""
    facts, typed = [], []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.name) if _is_shown(field) else None
        if value in (None, "", []):
            continue
        label = str(field.verbose_name).capitalize()
        if isinstance(field, ContentField):
            typed += [(label, paragraph) for paragraph in paragraphs(value)]
        else:
            facts.append(f"{label}: {_value(row, field, value)}")
    if facts:
        yield "", "; ".join(facts)
    yield from typed


def day_of(value: date | datetime | None) -> date | None:
    """The day, here, of a date or of a moment."""
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value


def _names_somebody(field: Any) -> bool:
    return field.is_relation and field.related_model in (StaffMember, Team, StoredFile)


def _is_shown(field: Any) -> bool:
    if field.primary_key or field.name in OF_THE_PROGRAM or isinstance(field, models.UUIDField):
        return False
    return not field.is_relation or field.related_model in (StaffMember, Team)


def _value(row: Model, field: Any, value: Any) -> str:
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment(value)
        case date():
            return medium_date(value)
        case time():
            return f"{value:%H:%M}"
        case list():
            return ", ".join(map(str, value))
    return str(value)


def _files(row: Model) -> list[FoundFile]:
    stored = [
        getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.is_relation and field.related_model is StoredFile
    ]
    name = getattr(row, "name", "") or "File"
    return [FoundFile(str(name), file) for file in stored if file is not None]


def strings_in(value: object) -> Iterator[str]:
    """Everything that was typed, wherever it stands in what a draft holds; no keys."""
    if isinstance(value, str):
        yield from (text for text in paragraphs(value) if not _is_key(text))
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_in(each)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
