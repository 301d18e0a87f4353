"""A record template that is being changed: steps of an edit, and what a new version may not lose. Pure."""

import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.checks import Found
from policies.faults import quoted
from policies.templates import SIGNERS

Document = dict[str, Any]

# What can be added on the page, and changed from one to the other
TEXT_TYPES = ("long_text", "short_text")
ADDABLE = (*TEXT_TYPES, "actions")
# What the product itself gives or reads; the others are only words and answers, and may go
KEPT_TYPES = frozenset(
    {"attendees", "children", "evidence", "gap_comment", "interval", "judgement", "person", "datetime"}
)
# Read by name: a contract's terms, and the next session that a record books
READ_BY_NAME = frozenset(
    {"key_tasks", "format", "frequency", "minutes", "review_on", "named_manager", "disagreement_procedure"}
    | {"next_session", "next_venue"}
)
WITHOUT_INPUT = frozenset({"clause", "computed", "attendees", "children", "actions"})
# What a section's form calls its own: an input of the same name would take its place on the page
TAKEN = frozenset(
    {
        "add_error",
        "add_initial_prefix",
        "add_prefix",
        "add_problem",
        "add_row",
        "answers",
        "as_div",
        "as_p",
        "as_table",
        "as_ul",
        "auto_id",
        "base_fields",
        "between",
        "bound_field_class",
        "changed_data",
        "chosen",
        "clean",
        "condition",
        "conflict",
        "data",
        "declared_fields",
        "default_renderer",
        "empty_permitted",
        "error_class",
        "error_list",
        "errors",
        "field_order",
        "fields",
        "files",
        "find_people",
        "full_clean",
        "get_context",
        "get_initial_for_field",
        "given",
        "has_changed",
        "has_error",
        "has_files",
        "helper",
        "hidden_fields",
        "holds",
        "initial",
        "is_bare",
        "is_bound",
        "is_multipart",
        "is_unsaved",
        "is_valid",
        "items",
        "label_suffix",
        "media",
        "name",
        "non_field_errors",
        "of_a_group",
        "order_fields",
        "part",
        "people",
        "prefix",
        "privacy",
        "prompts",
        "questions",
        "readers",
        "render",
        "renderer",
        "rows",
        "section",
        "show_conflict",
        "template_name",
        "template_name_div",
        "template_name_label",
        "template_name_p",
        "template_name_table",
        "template_name_ul",
        "too_long",
        "typed",
        "use_required_attribute",
        "version",
        "visible_fields",
        "words",
    }
)
MASKED = frozenset({"health", "conduct"})
DEFAULTS = {
    "hint": "",
    "sensitivity": "shared",
    "written_by": "supervisor",
    "required_to_sign": False,
    "required": False,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a form, in words."""

    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Unmasked:
    """A section that only the two people of a record read today. ``removed``: no such section is left."""

    id: str
    heading: str
    removed: bool = False


def is_removable(item: Mapping[str, Any]) -> bool:
    """Whether a field may go: nothing that the product gives, or reads by its name."""
    return item.get("type") not in KEPT_TYPES and item.get("id") not in READ_BY_NAME


def is_section_removable(section: Mapping[str, Any]) -> bool:
    """Whether a section may go with all that it holds."""
    return all(is_removable(item) for item in section.get("fields", ()))


def is_examining(document: Mapping[str, Any]) -> bool:
    """Whether it is a form of an audit or observation, which whoever examines writes alone."""
    return document.get("record_kind") in SIGNERS


def retitled(document: Document, *, title: str) -> Document:
    """The form under another title."""
    return {**document, "title": title}


def moved(document: Document, section_id: str, *, by: int) -> Document:
    """A section one place up (-1) or down (1); at the end of the form it stays where it is."""
    return {**document, "sections": _moved(document["sections"], section_id, by)}


def without_section(document: Document, section_id: str) -> Document:
    """The form without a section that may go."""
    kept = [one for one in document["sections"] if one.get("id") != section_id or not is_section_removable(one)]
    return {**document, "sections": kept}


def with_section(document: Document, *, heading: str) -> Document:
    """The form with one more section at its end, for one longer text."""
    taken = [str(one.get("id")) for one in document["sections"]]
    section = {
        "id": free_name(heading, taken=taken),
        "heading": heading,
        **({"written_by": "recorder"} if is_examining(document) else {}),
        "fields": [{"id": "discussed", "label": "What was discussed", "type": "long_text"}],
    }
    return {**document, "sections": [*document["sections"], section]}


def replaced(document: Document, section_id: str, section: Mapping[str, Any]) -> Document:
    """The form with a section in its new shape, in its old place."""
    return {
        **document,
        "sections": [dict(section) if one.get("id") == section_id else one for one in document["sections"]],
    }


def find_section(document: Document, section_id: str) -> Document | None:
    """A section by its id."""
    return next((one for one in document.get("sections", ()) if one.get("id") == section_id), None)


def with_values(mapping: Mapping[str, Any], **values: Any) -> Document:
    """A section or field with other values; what says no more than the format takes by itself is left out."""
    found = {**mapping, **values}
    return {name: value for name, value in found.items() if name not in DEFAULTS or value != DEFAULTS[name]}


def with_field(section: Mapping[str, Any], *, label: str, kind: str) -> Document:
    """A section with one more field at its end."""
    fields = list(section.get("fields", ()))
    name = free_name(label, taken=[str(one.get("id")) for one in fields])
    return {**section, "fields": [*fields, {"id": name, "label": label, "type": kind}]}


def field_moved(section: Mapping[str, Any], field_id: str, *, by: int) -> Document:
    """A section with a field one place up (-1) or down (1)."""
    return {**section, "fields": _moved(section["fields"], field_id, by)}


def without_field(section: Mapping[str, Any], field_id: str) -> Document:
    """A section without a field that may go; the last one stays."""
    kept = [one for one in section["fields"] if one.get("id") != field_id or not is_removable(one)]
    return {**section, "fields": kept or section["fields"]}


def numbered(document: Document, *, version: int) -> Document:
    """A copy of the form as a version of its own."""
    return {**copy.deepcopy(document), "version": version}


def free_name(words: str, *, taken: list[str]) -> str:
    """A name for a section or field that nobody has there yet, from its words: "Team and service" as team_and_service."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    name = name if name[:1].isalpha() else f"part_{name}".rstrip("_")
    number, found = 1, name
    while found in taken or found in TAKEN:
        number += 1
        found = f"{name}_{number}"
    return found


def find_lost(before: Document, after: Document) -> Iterator[Found]:
    """What a new version of a form may not lose or change: path and sentence. Both are whole documents."""
    for key in ("id", "record_kind", "signatures"):
        if before.get(key) != after.get(key):
            yield (key,), f"{quoted(after.get(key))} was {quoted(before.get(key))}, which a new version has to keep"
    repeats = {one["id"]: one.get("repeat") for one in after.get("sections", ())}
    for one in before.get("sections", ()):
        if one["id"] in repeats and repeats[one["id"]] != one.get("repeat"):
            yield ("sections",), f"{quoted(one.get('heading'))} was repeated otherwise, which a new version has to keep"
    there = {(section, item["id"]): (item["type"], item.get("finding")) for section, item in _fields(after)}
    for section, item in _fields(before):
        if is_removable(item):
            continue
        if there.get((section, item["id"])) != (item["type"], item.get("finding")):
            yield (
                ("sections",),
                f"{quoted(item.get('label'))} has to stay in the section {quoted(section)} under the name "
                f"{quoted(item['id'])}: the product needs it",
            )


def find_formless(document: Document) -> Iterator[Found]:
    """What the format knows and no form can show yet: path and sentence."""
    for place, section in enumerate(document.get("sections", ())):
        if section.get("repeat") and (document.get("record_kind"), section["repeat"]) != ("audit", {"for": "child"}):
            yield ("sections", place, "repeat"), "only a section of an audit can be repeated, for the children drawn"
        for index, item in enumerate(section.get("fields", ())):
            if item.get("id") in TAKEN and item.get("type") not in WITHOUT_INPUT:
                path = ("sections", place, "fields", index, "id")
                yield path, f"{quoted(item['id'])} is a name that the product uses itself; choose another"


def unmasked(before: Document, after: Document) -> list[Unmasked]:
    """The sections of health and conduct that others would read in the new version, or that are no longer there."""
    found = []
    for section in before.get("sections", ()):
        if section.get("sensitivity") not in MASKED:
            continue
        now = find_section(after, section["id"])
        if now is None:
            found.append(Unmasked(section["id"], section["heading"], removed=True))
        elif now.get("sensitivity") not in MASKED:
            found.append(Unmasked(section["id"], str(now.get("heading", ""))))
    return found


WORDS = {
    "heading": "heading",
    "label": "label",
    "hint": "hint",
    "sensitivity": "who reads it",
    "written_by": "who writes it",
    "required_to_sign": "needed before signing",
    "required": "has to be filled in",
    "type": "kind of answer",
    "options": "answers to choose from",
    "text": "fixed words",
    "function": "function",
    "when": "when it is shown",
}


def changes(before: Document, after: Document) -> list[Change]:
    """What differs between two versions, in the order of the new one."""
    found = [Change("The form", "has another title")] if before.get("title") != after.get("title") else []
    old = {one["id"]: one for one in before.get("sections", ())}
    new = {one["id"]: one for one in after.get("sections", ())}
    for name, section in new.items():
        if name not in old:
            found.append(Change(section["heading"], "is a new section"))
        else:
            found += [Change(section["heading"], words) for words in _section_changes(old[name], section)]
    found += [
        Change(section["heading"], "is no longer on the form") for name, section in old.items() if name not in new
    ]
    both = [name for name in old if name in new]
    if both != [name for name in new if name in old]:
        found.append(Change("The sections", "stand in another order"))
    return found


def _section_changes(before: Document, after: Document) -> Iterator[str]:
    for key in _differing(before, after):
        yield f"{WORDS[key]} changed"
    old, new = ({one["id"]: one for one in section.get("fields", ())} for section in (before, after))
    for name, item in new.items():
        if name not in old:
            yield f"“{item['label']}” is new"
        elif differing := _differing(old[name], item):
            yield f"“{item['label']}”: {', '.join(WORDS[key] for key in differing)} changed"
    yield from (f"“{item['label']}” is no longer asked" for name, item in old.items() if name not in new)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield "its fields stand in another order"


def _differing(before: Document, after: Document) -> list[str]:
    return [key for key in WORDS if before.get(key) != after.get(key)]


def _fields(document: Document) -> Iterator[tuple[str, Document]]:
    for section in document.get("sections", ()):
        for item in section.get("fields", ()):
            yield section["id"], item


def _moved(items: list[Document], name: str, by: int) -> list[Document]:
    found = list(items)
    place = next((index for index, one in enumerate(found) if one.get("id") == name), None)
    if place is not None and 0 <= place + by < len(found):
        found[place], found[place + by] = found[place + by], found[place]
    return found
