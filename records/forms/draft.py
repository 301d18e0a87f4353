"""A draft as a form: all its sections."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from core.errors import RuleBroken
from core.shortcuts import add_refusal
from documents.receiving import TakenIn
from records import prompts, rules, values
from records.forms.rows import FindPeople
from records.forms.section import SectionForm, condition_of
from records.models import Record
from records.rules import WrittenBy
from records.selectors import Draft, DraftPart, people_of_group
from records.services import Incomplete
from records.values import Given, TypedSection


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
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.draft = draft
        record = draft.record
        given = given or Given()
        self.people = list(given.people) or parties(record)
        every = [
            SectionForm(part, given=given, people=self.people, find_people=find_people, data=data, files=files)
            for part in draft.parts
            if part.values is not None
        ]
        self.sections = [section for section in every if not section.is_bare]
        known = [part.section for part in draft.parts]
        for section in self.sections:
            section.condition = condition_of(section.section, known, given)
            section.of_a_group = bool(record.group)
            # Whoever looks at somebody's practice is a third beside those two who meet
            section.between = (
                " and ".join(name for _, name in parties(record)) if record.kind in rules.EXAMINING else ""
            )
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

    def chosen(self) -> Iterator[tuple[str, str, list[TakenIn]]]:
        """The files that were chosen and can be kept: (section, field, files)."""
        for section in self.posted:
            for field_id, files in section.chosen.items():
                if files:
                    yield section.section.id, field_id, files

    @property
    def has_either(self) -> bool:
        """Whether both people write any of its sections."""
        return any(part.section.written_by == WrittenBy.EITHER for part in self.draft.parts)

    @property
    def functions(self) -> list[prompts.FunctionShare]:
        """How much of what was saved lies under each of the four functions."""
        return prompts.shares([(one.section.function or "", one.words) for one in self.sections])

    def add_refusal_of_files(self, section_id: str, field_id: str, sentence: str) -> None:
        """Show beside a field why its files were not attached."""
        next(one for one in self.posted if one.section.id == section_id).add_error(field_id, sentence)

    def show_files(self, part: DraftPart | None) -> None:
        """Take in what is attached to a section now, and its version."""
        for section in self.posted:
            if part and section.section.id == part.section.id:
                section.part, section.version = part, part.version

    def show_problems(self, problems: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """Show beside its field what has to be put right before signing; gives back what has no place on this page.

        Of a section that is repeated, under its name with the key.
        """
        elsewhere = []
        for section_id, field_id, sentence in problems:
            at = next((one for one in self.posted if one.part.name == section_id and one.holds(field_id)), None)
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
    """The two people of a record (id, name), whom an action can be given to by name; of one about a child, its author;
    of one of a group, everybody who was there.
    """
    if record.group:
        return people_of_group(record)
    subject = [(str(record.subject.pk), record.subject.name)] if record.subject else []
    return [*subject, (str(record.author_id), record.author.name)]


def autosaved(
    part: DraftPart, *, people: Sequence[tuple[str, str]], find_people: FindPeople, data: QueryDict
) -> SectionForm:
    """One section that the page saves by itself. What its room would give is taken as it comes, and checked at signing."""
    prefix, section = part.name, part.section.id
    posted = data.copy()
    posted[f"{prefix}-version"] = data.get("version", "")
    gaps = {(section, item.id) for item in part.section.fields if item.type == "gap_comment"}
    options: dict[values.Place, Sequence[tuple[str, str]]] = {}
    for item in part.section.fields:
        chosen = data.get(f"{prefix}-{item.id}", "")
        if item.type == "interval" and values.INTERVAL.fullmatch(chosen):
            options[section, item.id] = [*values.INTERVALS, (chosen, chosen)]
    given = Given(asked={place for place in gaps if f"{prefix}-{place[1]}" in data}, options=options)
    form = SectionForm(part, given=given, people=people, find_people=find_people, data=posted)
    form.is_valid()
    return form
