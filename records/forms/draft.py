"""A draft as a form: a section, and all of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from crispy_forms_gds.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from core.errors import RuleBroken
from core.shortcuts import add_refusal
from policies.templates import Field
from records import rules, values
from records.forms.fields import ActionRows, action_rows, form_fields, shown_date
from records.models import DraftSection, Record
from records.selectors import Draft, DraftPart, Person
from records.services import Incomplete
from records.values import Given, TypedSection

FindPeople = Callable[[str], Sequence[Person]]


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
    ) -> None:
        self.section = part.section
        self.part = part
        self.given = given
        self.people = people
        self.find_people = find_people
        self.version = part.version
        self.conflict: Mapping[str, Any] | None = None
        self.rows: dict[str, ActionRows] = {}
        prefix = part.section.id
        is_posted = data is not None and f"{prefix}-version" in data and part.editable
        super().__init__(data if is_posted else None, prefix=prefix, initial=self._initial(part.values or {}))
        if is_posted:
            self.version = posted_version(data.get(f"{prefix}-version"))
        for item in self.items:
            self.fields.update(form_fields(part.section, item, given=given))
            if item.type == "actions":
                saved = (part.values or {}).get(item.id, [])
                self.rows[item.id] = action_rows(f"{prefix}-{item.id}", data=data if is_posted else None, initial=saved)
        self.helper = FormHelper()
        self.helper.form_tag = False

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
        return f"{self.section.sensitivity.capitalize()}: the two of you only"

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
        return self.cleaned_data

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
            if item.type == "actions":
                rows = self.rows[item.id]
                fields[item.id] = (
                    rows.typed(people=self.people) if rows.is_bound and rows.is_valid() else kept.get(item.id, [])
                )
            elif wrong:
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
                yield {"type": item.type, "label": item.label, "value": value}
            elif item.type == "actions":
                yield {"type": "actions", "label": item.label, "rows": self.rows[item.id]}
            elif item.type == "datetime":
                yield {"type": "datetime", "label": item.label, "inputs": [self[item.id], self[f"{item.id}_time"]]}
            else:
                yield {"type": item.type, "label": item.label, "inputs": [self[item.id]]}

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
                self.rows[name] = action_rows(asked, data=data, initial=())

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


class DraftForm:
    """A whole draft as one form: a ``SectionForm`` for each section that the reader may write or read.

    ``error_list`` is what the page's error summary wants; ``typed()`` what ``services.save_draft`` takes.
    """

    def __init__(
        self,
        draft: Draft,
        *,
        find_people: FindPeople,
        given: Given | None = None,
        data: QueryDict | MultiValueDict[str, str] | None = None,
    ) -> None:
        self.draft = draft
        record = draft.record
        given = given or Given()
        self.people = list(given.people) or parties(record)
        self.sections = [
            SectionForm(part, given=given, people=self.people, find_people=find_people, data=data)
            for part in draft.parts
            if part.values is not None
        ]
        self.asked_row = data.get("add_row", "") if data is not None else ""

    @property
    def comments(self) -> list[SectionForm]:
        """The sections that are no reason."""
        return [section for section in self.sections if section.section.id != rules.REASON]

    @property
    def reason(self) -> SectionForm | None:
        """The section of the reason, where the page has one."""
        return next((section for section in self.sections if section.section.id == rules.REASON), None)

    @property
    def posted(self) -> list[SectionForm]:
        """The sections that came with the form."""
        return [section for section in self.sections if section.is_bound]

    def is_valid(self) -> bool:
        """Whether everything that was typed can be kept. An incomplete draft is valid."""
        each = [section.is_valid() for section in self.posted]
        return all(each)

    def typed(self) -> list[TypedSection]:
        """What was typed, section by section."""
        self.is_valid()
        return [section.typed() for section in self.posted]

    def show_problems(self, problems: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """Show beside its field what has to be put right before signing; gives back what has no place on this page."""
        elsewhere = []
        for section_id, field_id, sentence in problems:
            at = next((one for one in self.posted if one.section.id == section_id and one.holds(field_id)), None)
            if at:
                at.add_problem(field_id, sentence)
            else:
                elsewhere.append((section_id, field_id, sentence))
        return elsewhere

    def add_row(self) -> None:
        """The row more that was asked for without scripts."""
        for section in self.posted:
            section.add_row(self.asked_row)

    def show_result(self, result: Any) -> None:
        """Take in what ``services.save_draft`` answered: new versions, and what somebody else saved in between."""
        by_name = {(section.section.id, section.part.key): section for section in self.sections}
        for saved in result.saved:
            by_name[saved.section, saved.key].version = saved.version
        for present in result.conflicts:
            by_name[present.section, present.key].show_conflict(present)

    @property
    def has_conflict(self) -> bool:
        """Whether somebody else saved one of the sections in between."""
        return any(section.conflict for section in self.sections)

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Every error of every section, with the id of the input to land on."""
        conflicts = [
            {
                "id": f"section-{section.prefix}",
                "text": f"{section.name}: this section was saved elsewhere in the meantime. Look at both texts.",
            }
            for section in self.sections
            if section.conflict
        ]
        return conflicts + [error for section in self.posted for error in section.error_list()]

    @property
    def saved_at(self) -> Any:
        """When any of its sections was last saved."""
        return max((part.saved_at for part in self.draft.parts if part.saved_at), default=None)

    def add_refusal(self, refusal: RuleBroken, *, form: forms.Form) -> None:
        """Show a refusal where it belongs: beside the reason or what is missing, a field of ``form``, or at the top."""
        if isinstance(refusal, Incomplete):
            for _, _, sentence in self.show_problems(refusal.problems):
                form.add_error(None, sentence)
        elif refusal.field == "reason" and self.reason:
            self.reason.add_error("text", str(refusal))
        else:
            add_refusal(form, refusal)


def parties(record: Record) -> list[tuple[str, str]]:
    """The two people of a record (id, name), whom an action can be given to by name."""
    return [(str(record.subject_id), record.subject.name), (str(record.author_id), record.author.name)]


def autosaved(
    part: DraftPart, *, people: Sequence[tuple[str, str]], find_people: FindPeople, data: QueryDict
) -> SectionForm:
    """One section that the page saves by itself. What its room would give is taken as it comes, and checked at signing."""
    prefix = part.section.id
    posted = data.copy()
    posted[f"{prefix}-version"] = data.get("version", "")
    gaps = {(prefix, item.id) for item in part.section.fields if item.type == "gap_comment"}
    options = {}
    for item in part.section.fields:
        chosen = data.get(f"{prefix}-{item.id}", "")
        if item.type == "interval" and values.INTERVAL.fullmatch(chosen):
            options[prefix, item.id] = [*values.INTERVALS, (chosen, chosen)]
    given = Given(asked={place for place in gaps if f"{prefix}-{place[1]}" in data}, options=options)
    form = SectionForm(part, given=given, people=people, find_people=find_people, data=posted)
    form.is_valid()
    return form
