"""Contents of sections in words."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from records.corrections import Change
from records.findings import ANSWERS, CONFIRM, OVERRULE
from records.pdf_wording.shapes import (
    ActionLine,
    Answered,
    PageAddendum,
    PageEarlier,
    PageField,
    PageSection,
    PageSignature,
    Paragraph,
)
from records.pdf_wording.words import (
    DEPTHS,
    FACT_LABELS,
    INTERVAL,
    ISO_DATE,
    LONDON,
    MEANINGS,
    METHODS,
    MODES,
    REFUSALS,
    STEERING,
    UNBROKEN,
    date_in_words,
    interval_in_words,
    length_in_words,
    local_datetime_in_words,
    moment_in_words,
    reads_right_to_left,
    short_number,
    size_in_words,
)
from records.rules import ADDED, ATTACHMENTS, CLOSURE, MASKED, REASON, Meaning, PartKind, VerifiedPart
from records.wording import REASON_ELSEWHERE, credential_in_words, is_reason_elsewhere


class Wording:
    """Turns stored values into words; ``unprintable`` are letters that no font has, printed as their code."""

    def __init__(self, unprintable: Collection[str] = ()) -> None:
        letters = "".join(map(re.escape, sorted(unprintable)))
        self._marked = re.compile(f"{STEERING.pattern}|[{letters}]") if letters else STEERING

    def line(self, text: object) -> str:
        """One line of text with every letter visible."""
        return self._marked.sub(lambda match: f"[U+{ord(match[0]):04X}]", str(text))

    def paragraphs(self, text: str) -> list[Paragraph]:
        """Typed text, parted where the writer left an empty line; nothing is left out but the empty lines."""
        shown = UNBROKEN.sub(r"\g<0>\n", self.line(text.replace("\r\n", "\n").replace("\r", "\n")))
        parts = re.split(r"\n(?:[ \t]*\n)+", shown)
        return [Paragraph(part, rtl=reads_right_to_left(part)) for part in parts if part.strip()]

    def digest(self, digest: str) -> str:
        """A digest in groups of eight, which a person can compare."""
        kind, _, value = digest.partition(":")
        groups = " ".join(value[start : start + 8] for start in range(0, len(value), 8))
        return f"{kind.upper().replace('SHA256', 'SHA-256')}: {groups}"

    def fact(self, name: str, value: object) -> tuple[str, str]:
        """A fact of the body, label and value in words."""
        label = FACT_LABELS.get(name) or name.removesuffix("_on").replace("_", " ").capitalize()
        if name == "minutes" and isinstance(value, int):
            return label, length_in_words(value)
        if name == "mode":
            return label, MODES.get(str(value)) or self.line(value).replace("_", " ").capitalize()
        if name in ("depth", "format") and isinstance(value, str):
            words = self.line(value).replace("_", " ")
            return label, f"{words[:1].upper()}{words[1:]}"
        return label, self.value(value)

    def facts(
        self, facts: Mapping[str, Any] | None, *, changes: Mapping[str, Sequence[Change]] | None = None
    ) -> list[tuple[str, str]]:
        """The facts that were filled in, the date first; after each that was corrected, what stood there before."""
        order = {name: place for place, name in enumerate(FACT_LABELS)}
        named = sorted((facts or {}).items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
        found = []
        for name, value in named:
            before = [self.change(name, change) for change in (changes or {}).get(name, ())]
            if before or value not in (None, "", []):
                label, words = self.fact(name, value)
                found.append((label, f"{words} ({'; '.join(before)})" if before else words))
        return found

    def change(self, name: str, change: Change) -> str:
        """What a fact was before it was corrected, when that was, and by whom."""
        _, was = self.fact(name, change.was) if change.was not in (None, "", []) else ("", "left empty")
        on = datetime.fromisoformat(change.signed_at).astimezone(LONDON).date()
        return f"was {was}, corrected on {date_in_words(on, weekday=False)} by {self.line(change.by)}"

    def value(self, value: object) -> str:
        """Any stored value in words; what has no words of its own is shown as it is stored."""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, str):
            if ISO_DATE.fullmatch(value):
                return date_in_words(date.fromisoformat(value))
            if INTERVAL.fullmatch(value) and len(value) > 1:
                return interval_in_words(value)
            return self.line(value)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list):
            return "; ".join(self.value(item) for item in value)
        if isinstance(value, dict) and {"name", "role"} <= set(value):
            return self.person(value)
        return self.line(json.dumps(value, ensure_ascii=False, sort_keys=True))

    def person(self, person: Mapping[str, Any]) -> str:
        """A person's name and role."""
        return self.line(", ".join(filter(None, (person.get("name"), person.get("role")))))

    def action(self, action: Mapping[str, Any]) -> ActionLine:
        """One agreed action; whoever and whenever stay empty where nobody entered them."""
        by, priority, standard = (action.get(name) for name in ("by", "priority", "standard"))
        more = [f"Priority: {priority}."] if priority else []
        more += [f"Done well means: {standard}"] if standard else []
        return ActionLine(
            what=[*self.paragraphs(str(action.get("what") or "")), *self.paragraphs("\n".join(more))],
            who=self.line(action.get("who") or "Nobody named"),
            by=date_in_words(date.fromisoformat(by)) if by else "No date",
        )

    def field(self, field: Mapping[str, Any]) -> PageField:
        """One question and its answer, by the type under which it was signed."""
        label, kind, value = self.line(field.get("label") or ""), field.get("type"), field.get("value")
        if value in (None, "", [], {}):
            return PageField(label)
        if kind == "evidence" and isinstance(value, dict):
            return PageField(label, answered=self.answered(value))
        match value:
            case list() if kind == "actions":
                return PageField(label, actions=[self.action(action) for action in value])
            case list() if kind == "files":
                return PageField(label, items=[Paragraph(self.file(file)) for file in value])
            case list() if kind in ROWS_IN_WORDS:
                return PageField(label, items=[self._item(ROWS_IN_WORDS[kind](row)) for row in value])
            case list():
                return PageField(label, items=[self._item(item) for item in value])
            case str() if kind not in IN_WORDS:
                return PageField(label, text=self.paragraphs(value))
        return PageField(label, text=[Paragraph(IN_WORDS.get(str(kind), Wording.value)(self, value))])

    def answered(self, value: Mapping[str, Any]) -> Answered:
        """A question that the program answered first, with what the auditor says of it."""
        finding, confirmed = value["finding"], value.get("confirmed")
        answer = found_in_words(value.get("answer") or "", other="Not answered")
        said = {CONFIRM: " (confirmed)", OVERRULE: " (overruled)"}.get(str(confirmed), "")
        return Answered(
            found=found_in_words(finding["answer"], other="Not known"),
            summary=self.paragraphs(finding["summary"]),
            lines=[self._item(line) for line in finding["lines"]],
            answer=f"{answer}{said}",
            because="Because" if confirmed == OVERRULE else "Comment",
            reason=self.paragraphs(value.get("reason") or ""),
        )

    def _item(self, item: object) -> Paragraph:
        text = self.line(item) if isinstance(item, str) else self.value(item)
        return Paragraph(text, rtl=reads_right_to_left(text))

    def file(self, file: Mapping[str, Any]) -> str:
        """A file that belongs to the record: its name, size and digest."""
        digest = self.digest(str(file.get("sha256") or ""))
        where = "kept with the record in Countersign"
        return self.line(f"{file.get('name')} ({size_in_words(file.get('size'))}, {where}). {digest}")

    def yes_or_no(self, value: str) -> str:
        """An answer to a question that has two."""
        return {"yes": "Yes", "no": "No"}.get(value) or self.line(value)

    def sections(self, part: VerifiedPart) -> list[PageSection]:
        """The part's sections in the order in which they were signed."""
        return [self.section(row, part.contents.get((row["id"], row["key"]))) for row in part.body["sections"]]

    def section(self, row: Mapping[str, Any], content: Mapping[str, Any] | None) -> PageSection:
        """One section; a single question under the same words as the heading does not repeat them."""
        heading = self.line(row["heading"])
        if content is None:
            return PageSection(heading, None, readers_of(row))
        fields = [self.field(field) for field in content["fields"]]
        if len(fields) == 1 and fields[0].label == heading:
            only = fields[0]
            fields = [replace(only, label="")]
        return PageSection(heading, fields, readers_of(row))

    def signature(self, part: VerifiedPart) -> PageSignature:
        """The signature that closes a part, with the comments or the reason typed with it."""
        signature = part.body["signature"]
        meaning, auth = Meaning(signature["meaning"]), signature.get("auth") or {}
        at = datetime.fromisoformat(signature["signed_at"])
        typed = [] if part.body["kind"] in (PartKind.TEXT, *ADDED) else self.typed(part)
        method = str(auth.get("method") or "")
        days = auth.get("credential_changed_within_days")
        return PageSignature(
            seq=part.body["seq"],
            words=words_for(part),
            signer=self.line(signature["signer"]["name"]),
            role=self.line(signature["signer"].get("role") or ""),
            statement=self.paragraphs(signature["statement"]),
            typed=typed,
            local_time=moment_in_words(at),
            utc_time=signature["signed_at"],
            method=self.line(" and ".join(METHODS.get(name, name) for name in method.split("+"))).capitalize(),
            credential_note=self.line(credential_in_words(days, name=signature["signer"]["name"])),
            digest=self.digest(part.digest),
            refused=meaning in REFUSALS,
            is_short=sum(len(paragraph.text) for paragraph in typed_text(typed)) < 900,
        )

    def typed(self, part: VerifiedPart) -> list[PageSection]:
        """Comments and reasons: the sections of a part that is no text. Empty comments are left out.

        A reason alone follows the words "because" and needs no heading.
        """
        rows = self.sections(part)
        if has_reason_alone(part) and rows[0].fields:
            only = rows[0].fields[0]
            return [PageSection("", [PageField("", text=only.text, items=only.items)])]
        if is_reason_elsewhere(part.body):
            return [PageSection("", [PageField("", text=self.paragraphs(REASON_ELSEWHERE))])]
        return [row for row in rows if row.fields is None or typed_text([row])]

    def addendum(self, part: VerifiedPart) -> PageAddendum:
        """An addendum with what it corrects and its own signature."""
        body = part.body
        corrects = body.get("corrects")
        signer, at = body["signature"]["signer"], datetime.fromisoformat(body["signature"]["signed_at"])
        return PageAddendum(
            heading=f"{'Correction' if corrects else ADDED_AS[PartKind(body['kind'])]} by {self.line(signer['name'])}",
            when=date_in_words(at.astimezone(LONDON).date()),
            corrects=f"Corrects part {corrects['seq']} of record {short_number(corrects['record'])}."
            if corrects
            else "",
            facts=self.facts(body.get("facts")) if corrects else [],
            sections=self.sections(part),
            signature=self.signature(part),
        )

    def earlier(self, part: VerifiedPart) -> PageEarlier:
        """A part of an earlier version: a return with its reason, anything else by its digest alone."""
        is_return = part.body["kind"] == PartKind.RETURN
        signature = part.body["signature"]
        who = self.line(signature["signer"]["name"])
        at = moment_in_words(datetime.fromisoformat(signature["signed_at"]))
        words = {
            PartKind.TEXT: f"Earlier text, signed by {who}",
            PartKind.RETURN: f"Returned for correction by {who}{', because' if has_reason_alone(part) else ''}",
        }.get(PartKind(part.body["kind"]), f"{words_for(part)}: {who}")
        return PageEarlier(
            seq=part.body["seq"],
            words=words,
            local_time=at,
            typed=self.typed(part) if is_return else [],
            digest=self.digest(part.digest),
        )


# Types whose stored value is not what the reader should read
IN_WORDS: Mapping[str, Callable[[Wording, Any], str]] = {
    "yes_no": Wording.yes_or_no,
    "date": Wording.value,
    "interval": Wording.value,
    "datetime": lambda _, value: local_datetime_in_words(value),
    "file": Wording.file,
}


# What is added to a sealed record, by its kind
ADDED_AS = {PartKind.ADDENDUM: "Addendum", PartKind.RESPONSE: "Response"}


def found_in_words(answer: str, *, other: str) -> str:
    """An answer to a question of an audit in words."""
    return ANSWERS.get(answer, other)


def attendee_in_words(row: Mapping[str, Any]) -> str:
    """Somebody of a group session: who, as what, there or not, and what was noted."""
    who = ", ".join(filter(None, (row.get("name"), row.get("role"))))
    note = f" ({row['note']})" if row.get("note") else ""
    return f"{who}: {'present' if row.get('present') else 'not present'}{note}"


def child_in_words(row: Mapping[str, Any]) -> str:
    """A child who was spoken of, by reference alone."""
    return ", ".join(filter(None, (row.get("reference"), DEPTHS.get(str(row.get("depth"))))))


# Rows that the room gave which opened the form, a line each
ROWS_IN_WORDS: Mapping[object, Callable[[Mapping[str, Any]], str]] = {
    "attendees": attendee_in_words,
    "children": child_in_words,
}


def readers_of(row: Mapping[str, Any]) -> str:
    """Who may read a section, in the words of the record's page; nothing where everybody may who may read the record."""
    level = row["sensitivity"]
    if level not in MASKED:
        return ""
    return "The two people only" if row["id"] == ATTACHMENTS else f"{level.capitalize()}: the two people only"


def words_for(part: VerifiedPart) -> str:
    """The meaning of a signature in words."""
    meaning = Meaning(part.body["signature"]["meaning"])
    if part.body["kind"] == PartKind.ADDENDUM and meaning is Meaning.AUTHOR:
        return "Wrote and signed this addition"
    if meaning is Meaning.AGREE and (part.body.get("template") or {}).get("id", "").startswith("contract"):
        return "Agrees to this contract"
    if part.body["kind"] == PartKind.RESPONSE:
        return {Meaning.AGREE: "Has read this audit and agrees"}.get(
            meaning, "Has read this audit and does not agree with all of it"
        )
    words = MEANINGS[meaning]
    return words if has_reason_alone(part) else words.removesuffix(", because")


def has_reason_alone(part: VerifiedPart) -> bool:
    """Whether the reason is all that was typed with a signature, so that it can follow the word "because"."""
    return [row["id"] for row in part.body["sections"]] in ([REASON], [CLOSURE])


def typed_text(sections: Iterable[PageSection]) -> list[Paragraph]:
    """All typed text of some sections, to see whether there is any and how long it is."""
    found: list[Paragraph] = []
    for section in sections:
        for field in section.fields or ():
            found += [*field.text, *field.items]
            for action in field.actions:
                found += action.what
    return found
