"""What people type into a template's fields, made into values: cleaned, checked, empty or not, shown or not. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from policies.templates import Field, Section, Template
from records import findings
from records.findings import Finding
from records.shapes import INTERVAL as INTERVAL
from records.shapes import MORE_OF_ACTIONS, MOST_CHARACTERS
from records.shapes import MOST_ACTIONS as MOST_ACTIONS
from records.shapes import MOST_FILES as MOST_FILES
from records.shapes import TooLong as TooLong
from records.shapes import Unclear as Unclear
from records.shapes import check_shape as check_shape
from records.shapes import empty as empty

MOST_IN_A_LINE = 500

# A place in a record: section id, its key where it is repeated, field id
Place = tuple[str, ...]

# Rows that the room which opens the form knows: who was there, which children were spoken of
GIVEN_ROWS = frozenset({"attendees", "children"})
GIVEN = frozenset({"clause", "computed"}) | GIVEN_ROWS
# What is attached and not typed: ``file`` holds one, ``files`` several, each as {name, size, sha256}
FILES = frozenset({"file", "files"})
TEXTS = frozenset({"long_text", "short_text", "gap_comment"})

# Word's soft line break and page break; everything else that steers a machine goes
BREAKS = re.compile("\r\n|\r|\x0b|\x0c|\u2028|\u2029|\x85")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

INTERVALS = (
    ("P1W", "Every week"),
    ("P2W", "Every 2 weeks"),
    ("P3W", "Every 3 weeks"),
    ("P4W", "Every 4 weeks"),
    ("P1M", "Every month"),
    ("P6W", "Every 6 weeks"),
    ("P2M", "Every 2 months"),
    ("P3M", "Every 3 months"),
)

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
DATE_IN_FIGURES = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d+)")
DATE_IN_WORDS = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.?,? (\d+)")
DATE_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
TIME_TYPED = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?")


@dataclass(frozen=True, slots=True)
class Given:
    """What the room that opens a form knows, and this room does not. Places are (section id, field id), in a section
    that is repeated (section id, key, field id).

    ``computed``: words of read-only fields. ``asked``: the gap comments that are asked for, and so required.
    ``rows``: what ``attendees`` and ``children`` fields hold, in the shapes of ``ROW_KEYS``; one that is not among them
    does not stand on the form.
    ``dated``: the actions of which each needs a date.
    ``options``: choices (value, label) of a field where they depend on the person or the policy.
    ``people``: (id, name) of those whom an action may be given to by name.
    ``evidence``: what was found of an ``evidence`` field. ``repeated``: for what a section is repeated, each as (key,
    what it is called), by section id; one that is not among them does not stand on the form.
    """

    computed: Mapping[Place, str] = field(default_factory=dict)
    rows: Mapping[Place, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    asked: Collection[Place] = frozenset()
    dated: Collection[Place] = frozenset()
    options: Mapping[Place, Sequence[tuple[str, str]]] = field(default_factory=dict)
    people: Sequence[tuple[str, str]] = ()
    evidence: Mapping[Place, Finding] = field(default_factory=dict)
    repeated: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def within(self, section_id: str, key: str | None) -> "Given":
        """The same for one of the times that a section is repeated: its places without the key."""
        if key is None:
            return self

        def own(places: Mapping[Place, Any]) -> dict[Place, Any]:
            return {
                (section_id, place[-1]): value for place, value in places.items() if place[:-1] == (section_id, key)
            }

        return replace(
            self,
            computed=own(self.computed),
            rows=own(self.rows),
            options=own(self.options),
            evidence=own(self.evidence),
            asked=list(own(dict.fromkeys(self.asked))),
            dated=list(own(dict.fromkeys(self.dated))),
        )


def occurrences(
    sections: Sequence[Section], repeated: Mapping[str, Sequence[tuple[str, str]]]
) -> list[tuple[Section, str | None]]:
    """The sections as they stand on the form: one that is repeated once for each, under what that is called."""
    found: list[tuple[Section, str | None]] = []
    for section in sections:
        if section.repeat is None:
            found.append((section, None))
            continue
        named = repeated.get(section.id, ())
        found += [(replace(section, heading=f"{section.heading}: {label}"), key) for key, label in named]
    return found


def name_of(section_id: str, key: str | None) -> str:
    """By which name a section stands on the page, and in what is to be put right: with its key where it is repeated."""
    return f"{section_id}-{key}" if key else section_id


@dataclass(frozen=True, slots=True)
class TypedSection:
    """A section as somebody typed it over the version that they had read (0: nothing was there yet)."""

    section: str
    key: str | None
    version: int
    values: Mapping[str, Any]

    def as_arguments(self) -> dict[str, Any]:
        """The same as ``records.services.save_section`` takes it."""
        return {"section": self.section, "key": self.key, "version": self.version, "fields": self.values}


def tidy(text: str) -> str:
    """Typed or pasted text as it is kept: NFC, line ends as newlines, no control characters; every letter stays."""
    return unicodedata.normalize("NFC", CONTROLS.sub("", BREAKS.sub("\n", text)))


def cleaned_text(text: str, *, most: int = MOST_CHARACTERS) -> str:
    """Text of at most ``most`` characters, white space at its ends removed. Raises Unclear with both numbers."""
    tidied = tidy(text).strip()
    if len(tidied) > most:
        raise TooLong(
            f"This is {len(tidied):,} characters long and the most that can be kept is {most:,}. "
            "Shorten it; what you typed is still here."
        )
    return tidied


def cleaned_line(text: str, *, most: int = MOST_IN_A_LINE) -> str:
    """Text on one line. Raises Unclear."""
    return cleaned_text(" ".join(tidy(text).split()), most=most)


def cleaned_date(text: str) -> str | None:
    """A date as people type it, as YYYY-MM-DD. Raises Unclear for what is no date, or a day that does not exist."""
    typed = " ".join(tidy(text).split())
    if not typed:
        return None
    if match := DATE_ISO.fullmatch(typed):
        year, month, day = (int(number) for number in match.groups())
    elif match := DATE_IN_FIGURES.fullmatch(typed):
        day, month, year = (int(number) for number in match.groups())
    elif match := DATE_IN_WORDS.fullmatch(typed.lower()):
        names = [number for number, name in enumerate(MONTHS, start=1) if name.startswith(match[2])]
        day, month, year = int(match[1]), names[0] if names else 0, int(match[3])
    else:
        raise Unclear("Enter a date like 12/1/2027.")
    if not 1900 <= year <= 2200:
        raise Unclear("Enter the year with four figures, like 12/1/2027.")
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise Unclear(f"{cleaned_line(typed, most=100)} is not a day that exists. Check it.") from error


def cleaned_time(text: str) -> str | None:
    """A time of day as people type it ("14:30", "2.30pm", "9"), as HH:MM. Raises Unclear."""
    typed = " ".join(tidy(text).split()).lower()
    if not typed:
        return None
    match = TIME_TYPED.fullmatch(typed)
    if not match:
        raise Unclear("Enter a time like 14:30.")
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half:
        if not 1 <= hour <= 12:
            raise Unclear("Enter a time like 2:30pm.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute).strftime("%H:%M")
    except ValueError as error:
        raise Unclear("There is no such time. Enter a time like 14:30.") from error


def cleaned_number(text: str) -> int | str | None:
    """A number as people type it: an integer, or a decimal kept as text. Raises Unclear."""
    typed = tidy(text).strip().replace(",", "")
    if not typed:
        return None
    try:
        number = Decimal(typed)
    except InvalidOperation as error:
        raise Unclear("Enter a number, in figures.") from error
    if not number.is_finite() or abs(number) >= 10**12:
        raise Unclear("Enter a number, in figures.")
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")


def options_of(section: Section, item: Field, given: Given) -> list[tuple[str, str]]:
    """The choices (value, label) of a field."""
    if (section.id, item.id) in given.options:
        return list(given.options[section.id, item.id])
    if item.type == "interval":
        return list(INTERVALS)
    if item.type == "yes_no":
        return [("yes", "Yes"), ("no", "No")]
    return [(option, option) for option in item.options]


def is_asked(section: Section, item: Field, given: Given) -> bool:
    """Whether a field stands on the form: a gap comment only when it is asked for, given rows where they are given."""
    if item.type in GIVEN_ROWS:
        return (section.id, item.id) in given.rows
    return item.type != "gap_comment" or (section.id, item.id) in given.asked


def cleaned_action(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """One agreed action from what, who (with who_id where that is somebody of the directory) and by; None without any.

    Priority and standard stand in it where they are given, and are left out where not, as in what was signed before.
    """
    if not any(row.get(name) for name in ("what", "who", "by", *MORE_OF_ACTIONS)):
        return None
    more = {name: row[name] for name in MORE_OF_ACTIONS if row.get(name)}
    who, by = row.get("who") or "", row.get("by") or None
    return {"what": row.get("what") or "", "who": who, "who_id": row.get("who_id"), "by": by, **more}


def files_in(value: Any) -> list[dict[str, Any]]:
    """The files of a field, whether it holds one or several."""
    return [value] if isinstance(value, dict) else list(value or [])


def files_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All files of a section's content, in order."""
    return [file for item in content["fields"] if item["type"] in FILES for file in files_in(item["value"])]


def is_shown(section: Section, values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a section stands on the form: always, or when the field that it depends on has its value."""
    if section.when is None:
        return True
    return any(
        written.get(section.when.field) in (section.when.equals, [section.when.equals]) for written in values.values()
    )


# What each row of these fields says, and nothing else: a child's name and story have no place in somebody's record
ROW_KEYS: Mapping[str, tuple[str, ...]] = {
    "attendees": ("person_id", "name", "role", "present", "note"),
    "children": ("child_id", "reference", "depth"),
}


def given_row(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of attendees or children as it is signed: whether somebody was present as yes or no, the rest as text."""
    said = {name: row.get(name) for name in ROW_KEYS[kind]}
    return {
        name: bool(value) if name == "present" else tidy(str(value)) if value is not None else None
        for name, value in said.items()
    }


def value_of(section: Section, item: Field, values: Mapping[str, Any], *, given: Given) -> Any:
    """What stands in a field: its fixed text, what was computed, or what was typed."""
    if item.type in GIVEN_ROWS:
        return [given_row(item.type, row) for row in given.rows.get((section.id, item.id), ())]
    if item.type == "clause":
        return tidy(item.text)
    if item.type == "computed":
        return tidy(given.computed.get((section.id, item.id), ""))
    if item.type == "evidence":
        return findings.signed_value(found_for(section, item, given), values.get(item.id) or {})
    return values.get(item.id, empty(item))


def found_for(section: Section, item: Field, given: Given) -> Finding:
    """What was found of an ``evidence`` field."""
    found = given.evidence.get((section.id, item.id), findings.NOTHING_KNOWN)
    return replace(found, summary=tidy(found.summary), lines=tuple(map(tidy, found.lines)))


def content_of(section: Section, values: Mapping[str, Any], *, given: Given) -> dict[str, Any]:
    """A section's content as it was shown: id, label, type and value of each field that stood on the form."""
    return {
        "fields": [
            {
                "id": item.id,
                "label": item.label,
                "type": item.type,
                "value": value_of(section, item, values, given=given),
            }
            for item in section.fields
            if is_asked(section, item, given)
        ]
    }


def is_filled(value: Any) -> bool:
    """Whether anything was entered."""
    if isinstance(value, dict):
        return any(value.values())
    return value not in (None, "", [])


def words_in(section: Section, values: Mapping[str, Any]) -> int:
    """How many words somebody typed into a section: in texts and rows, not in choices, dates or names."""
    texts = [values.get(item.id) or "" for item in section.fields if item.type in TEXTS]
    rows = [row["what"] for item in section.fields if item.type == "actions" for row in values.get(item.id) or ()]
    return sum(len(text.split()) for text in (*texts, *rows))


def missing(section: Section, values: Mapping[str, Any], *, given: Given) -> list[tuple[str, str]]:
    """What must be filled in before signing: (field id, sentence). Drafts are saved without any of it."""
    found = []
    asked = [item for item in section.fields if item.type not in GIVEN and is_asked(section, item, given)]
    for item in asked:
        needed = item.required or item.type == "gap_comment"
        if item.type == "evidence":
            problem = findings.problem(item, found_for(section, item, given), values.get(item.id) or {})
            found += [(problem[0], f"{section.heading}: {problem[1]}")] if problem else []
        elif needed and not is_filled(values.get(item.id)):
            found.append((item.id, f"{section.heading}: fill in “{item.label}”."))
        if item.type == "actions" and not all(row.get("who") for row in values.get(item.id) or ()):
            found.append((item.id, f"{section.heading}: say who does each action."))
        if (section.id, item.id) in given.dated and not all(row.get("by") for row in values.get(item.id) or ()):
            found.append((item.id, f"{section.heading}: say by when each action is to be done."))
    if section.required_to_sign and asked and not any(is_filled(values.get(item.id)) for item in asked):
        found = found or [(asked[0].id, f"{section.heading}: write something here before you sign.")]
    return found


def left_out(section: Section, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands in a section that would not be signed, since what it depends on was answered otherwise."""
    filled = [item for item in section.fields if is_filled(values.get(item.id))]
    sentence = (
        f"{section.heading}: this would be left out of the record. Empty it, or change the answer on which it depends."
    )
    return [(item.id, sentence) for item in filled[:1]]


def actions_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All actions of a section's content, in order."""
    return [action for item in content["fields"] if item["type"] == "actions" for action in item["value"]]


def sections_of(template: Template, *, writers: Collection[str]) -> list[Section]:
    """The template's sections that these writers write, in order."""
    return [section for section in template.sections if section.written_by in writers]
