"""One section of a draft as a form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms_gds.helper import FormHelper
from django import forms

from documents.receiving import TakenIn
from policies.templates import Field, Section
from records import prompts, rules, values
from records.forms.evidence import (
    evidence_fields,
    evidence_initial,
    evidence_names,
    evidence_question,
    evidence_typed,
)
from records.forms.fields import Files, form_fields, shown_date
from records.forms.rows import ActionRows, FindPeople, action_rows
from records.models import DraftSection
from records.selectors import DraftPart
from records.values import Given, TypedSection


@dataclass(frozen=True, slots=True)
class Condition:
    """On what a section depends: the input, its value, and the same in words for those without scripts."""

    name: str
    equals: str
    words: str


def condition_of(section: Section, sections: Iterable[Section], given: Given) -> Condition | None:
    """What has to be answered so that a section is part of the text; nothing where it always is."""
    if section.when is None:
        return None
    wanted = section.when
    deciding = ((other, item) for other in sections for item in other.fields if item.id == wanted.field)
    other, item = next(deciding, (None, None))
    if other is None or item is None:
        return None
    label = dict(values.options_of(other, item, given)).get(wanted.equals, wanted.equals)
    return Condition(f"{other.id}-{item.id}", wanted.equals, f"Only where “{item.label}” is “{label}”.")


class SectionForm(forms.Form):
    """One section of a draft: its fields by the template, its rows of actions, and the version that was read."""

    def __init__(
        self,
        part: DraftPart,
        *,
        given: Given,
        people: Sequence[tuple[str, str]],
        find_people: FindPeople,
        data: Any = None,
        files: Any = None,
    ) -> None:
        self.section = part.section
        self.part = part
        self.given = given = given.within(part.section.id, part.key if part.section.repeat else None)
        self.people = people
        self.find_people = find_people
        self.version = part.version
        self.conflict: Mapping[str, Any] | None = None
        self.condition: Condition | None = None
        self.of_a_group = False
        self.between = ""
        self.rows: dict[str, ActionRows] = {}
        self.chosen: dict[str, list[TakenIn]] = {}
        prefix = part.name
        is_posted = data is not None and f"{prefix}-version" in data and part.editable
        initial = self._initial(part.values or {})
        super().__init__(data if is_posted else None, files if is_posted else None, prefix=prefix, initial=initial)
        if is_posted:
            self.version = posted_version(data.get(f"{prefix}-version"))
        for item in self.items:
            self.fields.update(
                evidence_fields(item) if item.type == "evidence" else form_fields(part.section, item, given=given)
            )
            if item.type == "actions":
                saved = (part.values or {}).get(item.id, [])
                self.rows[item.id] = self._rows(f"{prefix}-{item.id}", data=data if is_posted else None, saved=saved)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _rows(self, prefix: str, *, data: Any, saved: Sequence[Mapping[str, Any]]) -> ActionRows:
        return action_rows(prefix, data=data, initial=saved, people=self.people, find_people=self.find_people)

    @property
    def items(self) -> list[Field]:
        """The fields that stand on the form."""
        return [item for item in self.section.fields if values.is_asked(self.section, item, self.given)]

    @property
    def name(self) -> str:
        return self.section.heading

    @property
    def privacy(self) -> str:
        """A mark where not everybody who may read the record reads the section."""
        if self.section.sensitivity not in rules.MASKED:
            return ""
        if self.of_a_group:
            return "Those who lead the group only"
        who = self.between or "the two of you"
        if self.section.id == rules.ATTACHMENTS:
            return f"{who[0].upper()}{who[1:]} only"
        return f"{self.section.sensitivity.capitalize()}: {who} only"

    @property
    def readers(self) -> str:
        """Who will read it once it is signed, where that is not everybody with sight of the record."""
        readers = prompts.READERS_OF_A_GROUP if self.of_a_group else prompts.readers(self.between)
        return readers if self.privacy else ""

    @property
    def prompts(self) -> Sequence[str]:
        """What one may ask oneself while writing; no answer is asked for."""
        return prompts.of(self.section) if self.part.editable else ()

    @property
    def words(self) -> int:
        """How many words stand in it, as saved."""
        return values.words_in(self.section, self.part.values or {})

    @property
    def has_files(self) -> bool:
        """Whether files can be attached to it here."""
        return any(item.type in values.FILES for item in self.items)

    @property
    def is_bare(self) -> bool:
        """Whether nothing can be read or written in it here: all of it is yet to be given, by the diary or the policy."""
        return not self.part.editable and all(
            item.type == "computed" and (self.section.id, item.id) not in self.given.computed for item in self.items
        )

    @property
    def is_unsaved(self) -> bool:
        """Whether the page holds something that the server does not."""
        return self.is_bound and (self.conflict is not None or not self.is_valid())

    def _initial(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        initial: dict[str, Any] = {}
        for item in self.section.fields:
            value = saved.get(item.id)
            match item.type:
                case "date":
                    initial[item.id] = shown_date(value)
                case "datetime":
                    initial[item.id] = shown_date(value)
                    initial[f"{item.id}_time"] = value[11:16] if value else ""
                case "person":
                    initial[item.id] = person_words(value) if value else ""
                case "evidence":
                    initial |= evidence_initial(item, value, values.found_for(self.section, item, self.given))
                case _:
                    initial[item.id] = value
        return initial

    def is_valid(self) -> bool:
        rows = [rows.is_valid() for rows in self.rows.values() if rows.is_bound]
        return super().is_valid() and all(rows)

    def clean(self) -> dict[str, Any]:
        for item in self.items:
            if item.type == "person" and (text := self.cleaned_data.get(item.id)):
                self._find(item, text)
            if item.type == "datetime":
                self._join(item)
            if item.type in values.FILES:
                self._take_in(item)
        return self.cleaned_data

    def _take_in(self, item: Field) -> None:
        field = self.fields[item.id]
        assert isinstance(field, Files)  # noqa: S101
        self.chosen[item.id], refused = field.take_in(self.cleaned_data.get(item.id) or [])
        for sentence in refused:
            self.add_error(item.id, sentence)

    def _find(self, item: Field, text: str) -> None:
        found = self.find_people(text)
        if len(found) == 1:
            self.cleaned_data[item.id] = found[0].as_value()
            return
        if found:
            names = "; ".join(person_words(person.as_value()) for person in found[:5])
            self.add_error(item.id, f"Several people are called that. Type one of these: {names}.")
        else:
            self.add_error(item.id, "Nobody in the directory is called that. Type the name as it stands there.")

    def _join(self, item: Field) -> None:
        day, clock = self.cleaned_data.get(item.id), self.cleaned_data.get(f"{item.id}_time")
        wrong = item.id in self.errors or f"{item.id}_time" in self.errors
        if day and not clock and not wrong:
            self.add_error(f"{item.id}_time", "Enter a time like 14:30.")
        elif clock and not day and not wrong:
            self.add_error(item.id, "Enter a date like 12/1/2027.")
        self.cleaned_data[item.id] = f"{day}T{clock}" if day and clock else None

    def typed(self) -> TypedSection:
        """What was typed, as values; what is wrong is left as it was saved, so that nothing saved is lost."""
        kept = self.part.values or {}
        items = self.items
        not_asked = {item.id for item in self.section.fields} - {item.id for item in items}
        fields: dict[str, Any] = {name: value for name, value in kept.items() if name in not_asked}
        for item in items:
            if item.type in values.GIVEN:
                continue
            wrong = item.id in self.errors or f"{item.id}_time" in self.errors
            if item.type == "evidence":
                is_kept = any(name in self.errors for name in evidence_names(item))
                as_saved = kept.get(item.id, values.empty(item))
                fields[item.id] = as_saved if is_kept else evidence_typed(item, self.cleaned_data)
            elif item.type == "actions":
                rows = self.rows[item.id]
                fields[item.id] = rows.typed() if rows.is_bound and rows.is_valid() else kept.get(item.id, [])
            elif item.type in values.FILES or wrong:
                fields[item.id] = kept.get(item.id, values.empty(item))
            else:
                typed = self.cleaned_data.get(item.id)
                fields[item.id] = typed if values.is_filled(typed) else values.empty(item)
        return TypedSection(section=self.section.id, key=self.part.key, version=self.version, values=fields)

    def error_list(self) -> Iterator[dict[str, str]]:
        """Every error with the id of the input to land on."""
        for name, messages in self.errors.items():
            target = self[name].id_for_label or self[name].auto_id
            yield from ({"id": target, "text": f"{self.name}: {text}"} for text in messages)
        for rows in self.rows.values():
            for form in rows.forms:
                for name in filter(form.errors.__contains__, form.fields):
                    messages = form.errors[name]
                    yield from ({"id": form[name].auto_id, "text": f"{self.name}: {text}"} for text in messages)
            for text in rows.non_form_errors():
                yield {"id": f"{rows.prefix}-rows", "text": f"{self.name}: {text}"}

    @property
    def too_long(self) -> str:
        """What is to be said of a text that is too long to be kept; nothing where none is."""
        self.is_valid()
        filled = [(form[name].label, errors) for form in self._filled() for name, errors in form.errors.items()]
        found = [
            f"{label}: {text}"
            for label, errors in filled
            for error in errors.as_data()
            if error.code == "too_long"
            for text in error.messages
        ]
        return " ".join(found)

    def _filled(self) -> Iterator[forms.Form]:
        yield self
        for rows in self.rows.values():
            yield from rows.forms

    def questions(self) -> Iterator[dict[str, Any]]:
        """What stands on the form, in order: fixed words, inputs, rows."""
        for item in self.items:
            if item.type in values.GIVEN:
                value = values.value_of(self.section, item, {}, given=self.given)
                yield {"type": item.type, "id": item.id, "label": item.label, "value": value}
            elif item.type == "actions":
                yield {"type": "actions", "label": item.label, "rows": self.rows[item.id]}
            elif item.type == "datetime":
                yield {"type": "datetime", "label": item.label, "inputs": [self[item.id], self[f"{item.id}_time"]]}
            elif item.type in values.FILES:
                yield self._files_question(item)
            elif item.type == "evidence":
                finding = values.found_for(self.section, item, self.given)
                yield evidence_question(self, item, finding=finding, saved=(self.part.values or {}).get(item.id))
            else:
                yield {"type": item.type, "label": item.label, "inputs": [self[item.id]]}

    def _files_question(self, item: Field) -> dict[str, Any]:
        attached = values.files_in((self.part.values or {}).get(item.id))
        prefix = f"{self.section.id}/{item.id}"
        return {
            "type": "files",
            "section": self.section.id,
            "label": item.label,
            "inputs": [self[item.id]],
            "files": [{**file, "remove": f"{prefix}/{file['sha256']}"} for file in attached],
            "is_full": len(attached) >= (values.MOST_FILES if item.type == "files" else 1),
        }

    def answers(self) -> list[dict[str, Any]]:
        """The section as it was saved, for one who reads it."""
        content = values.content_of(self.section, self.part.values or {}, given=self.given)
        return content["fields"]

    def holds(self, field_id: str) -> bool:
        """Whether a field of the template has a place on the form."""
        return field_id in self.fields or field_id in self.rows

    def add_problem(self, field_id: str, sentence: str) -> None:
        """Show a sentence beside a field; the section's name, which stands above it, is left out."""
        words = sentence.removeprefix(f"{self.name}: ")
        words = f"{words[0].upper()}{words[1:]}"
        if rows := self.rows.get(field_id):
            rows.forms[0].add_error("what", words)
        else:
            self.add_error(field_id, words)

    def add_row(self, asked: str) -> None:
        """One more empty row of actions, for those without scripts; ``asked`` is the prefix of the rows."""
        for name, rows in self.rows.items():
            if rows.prefix == asked and rows.is_bound:
                data = dict(self.data.items())
                data[f"{asked}-TOTAL_FORMS"] = str(min(rows.total_form_count() + 1, values.MOST_ACTIONS))
                saved = (self.part.values or {}).get(name, [])
                self.rows[name] = self._rows(asked, data=data, saved=saved)

    def show_conflict(self, present: DraftSection) -> None:
        """Show beside what was typed what somebody else saved; saving again then replaces that."""
        self.version = present.version
        content = values.content_of(self.section, present.values, given=self.given)
        self.conflict = {
            "by": present.updated_by.name if present.updated_by_id else "",
            "at": present.updated_at,
            "fields": content["fields"],
        }


def posted_version(text: str | None) -> int:
    """The version that a form was read under; what is no number is no version that exists."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else -1


def person_words(value: Mapping[str, str]) -> str:
    """A person as one picks them: "Helen Marsh, Service manager"."""
    return ", ".join(filter(None, (value["name"], value["role"])))
