"""What the printed record says: from verified parts to plain values for the page. Reads no clock and no database."""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from records.canonical import canonical
from records.corrections import Change, facts_now
from records.rules import CLOSURE, REASON, Meaning, PartKind, VerifiedPart
from records.wording import credential_in_words

LONDON = ZoneInfo("Europe/London")

MEANINGS: Mapping[Meaning, str] = {
    Meaning.AUTHOR: "Signed as author",
    Meaning.AGREE: "Agrees this is an accurate record",
    Meaning.SEEN_NOT_AGREED: "Has seen it and does not agree",
    Meaning.DECLINE: "Declined to sign, because",
    Meaning.RETURN: "Returned for correction, because",
    Meaning.CLOSURE: "Not countersigned, because",
}
MASKED_LABEL = "Masked copy: sections about health or conduct are withheld"
NOTHING_SIGNED = "Nobody signed a text of this record. What was being drafted is no part of it, and is kept unread."
REFUSALS = frozenset({Meaning.SEEN_NOT_AGREED, Meaning.DECLINE, Meaning.RETURN, Meaning.CLOSURE})
METHODS = {
    "demo": "demonstration only: chosen from a list, nothing was proved",
    "password": "password",
    "totp": "one-time code",
    "recovery_code": "recovery code",
    "passkey": "passkey",
}
MODES = {"in_person": "In person", "video": "By video", "phone": "By telephone"}
FACT_LABELS = {
    "held_on": "Date",
    "starts": "Began",
    "ends": "Ended",
    "minutes": "Length",
    "mode": "How",
    "last_held_on": "Session before",
    "every": "How often",
    "format": "Format",
    "starts_on": "From",
    "review_on": "To be reviewed by",
    "named_manager": "Manager for disagreements",
    "issued_on": "Issued to the supervisee",
}
LETTERS_IN_A_LINE, LINES_ON_A_PAGE = 90, 40
INTERVAL = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

# Characters that steer the printer and not the reader: controls, and overrides that make text read otherwise than it is
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")

# Laying out a line takes time with the square of what it could hold, so text without a space or a line end for very
# long is cut into lines: between words where there are any, and never between a letter and its accents
UNBROKEN = re.compile(
    "\\S{500}[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]*(?=\\S)|[^\n]{8000}[^\n ]* (?=\\S)"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of typed text, and which way it is read."""

    text: str
    rtl: bool = False


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One agreed action: what, who, by when."""

    what: Sequence[Paragraph]
    who: str
    by: str


@dataclass(frozen=True, slots=True)
class PageField:
    """One question and its answer; exactly one of text, items, actions is filled, or none when nothing was entered."""

    label: str
    text: Sequence[Paragraph] = ()
    items: Sequence[Paragraph] = ()
    actions: Sequence[ActionLine] = ()


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section under its heading; ``fields`` is None where it is withheld from this copy."""

    heading: str
    fields: Sequence[PageField] | None


@dataclass(frozen=True, slots=True)
class PageSignature:
    """Who signed what, as what, how and when."""

    seq: int
    words: str
    signer: str
    role: str
    statement: Sequence[Paragraph]
    typed: Sequence[PageSection]
    local_time: str
    utc_time: str
    method: str
    credential_note: str
    digest: str
    refused: bool
    is_short: bool


@dataclass(frozen=True, slots=True)
class PageAddendum:
    """Something signed and added later, with what it corrects."""

    heading: str
    when: str
    corrects: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[PageSection]
    signature: PageSignature


@dataclass(frozen=True, slots=True)
class PageEarlier:
    """A part of an earlier version, by its digest; a return with its reason."""

    seq: int
    words: str
    local_time: str
    typed: Sequence[PageSection]
    digest: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything that stands on the printed record."""

    organisation: str
    title: str
    document_title: str
    subjects: Sequence[tuple[str, str]]
    state: str
    is_agreed: bool
    facts: Sequence[tuple[str, str]]
    sections: Sequence[PageSection]
    signatures: Sequence[PageSignature]
    addenda: Sequence[PageAddendum]
    earlier: Sequence[PageEarlier]
    bound: Sequence[tuple[str, str]]
    has_withheld: bool
    masked_label: str
    unsigned: str
    number: str
    short_number: str
    head: str
    short_head: str
    policy: str
    form: str
    created: str
    parts: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF; ``relationship`` is one of PDF/A-3's words for what it is to the page."""

    name: str
    data: bytes
    description: str
    relationship: str


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
            by=date_in_words(date.fromisoformat(by)) if by else "No date set",
        )

    def field(self, field: Mapping[str, Any]) -> PageField:
        """One question and its answer, by the type under which it was signed."""
        label, kind, value = self.line(field.get("label") or ""), field.get("type"), field.get("value")
        if value in (None, "", [], {}):
            return PageField(label)
        match value:
            case list() if kind == "actions":
                return PageField(label, actions=[self.action(action) for action in value])
            case list() if kind == "files":
                return PageField(label, items=[Paragraph(self.file(file)) for file in value])
            case list():
                return PageField(label, items=[self._item(item) for item in value])
            case str() if kind not in IN_WORDS:
                return PageField(label, text=self.paragraphs(value))
        return PageField(label, text=[Paragraph(IN_WORDS.get(str(kind), Wording.value)(self, value))])

    def _item(self, item: object) -> Paragraph:
        text = self.line(item) if isinstance(item, str) else self.value(item)
        return Paragraph(text, rtl=reads_right_to_left(text))

    def file(self, file: Mapping[str, Any]) -> str:
        """A file that belongs to the record: its name, size and digest."""
        digest = self.digest(str(file.get("sha256") or ""))
        return self.line(f"{file.get('name')} ({size_in_words(file.get('size'))}). {digest}")

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
            return PageSection(heading, None)
        fields = [self.field(field) for field in content["fields"]]
        if len(fields) == 1 and fields[0].label == heading:
            only = fields[0]
            fields = [PageField("", text=only.text, items=only.items, actions=only.actions)]
        return PageSection(heading, fields)

    def signature(self, part: VerifiedPart) -> PageSignature:
        """The signature that closes a part, with the comments or the reason typed with it."""
        signature = part.body["signature"]
        meaning, auth = Meaning(signature["meaning"]), signature.get("auth") or {}
        at = datetime.fromisoformat(signature["signed_at"])
        typed = [] if part.body["kind"] in (PartKind.TEXT, PartKind.ADDENDUM) else self.typed(part)
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
        return [row for row in rows if row.fields is None or typed_text([row])]

    def addendum(self, part: VerifiedPart) -> PageAddendum:
        """An addendum with what it corrects and its own signature."""
        body = part.body
        corrects = body.get("corrects")
        signer, at = body["signature"]["signer"], datetime.fromisoformat(body["signature"]["signed_at"])
        return PageAddendum(
            heading=f"{'Correction' if corrects else 'Addendum'} by {self.line(signer['name'])}",
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
            PartKind.RETURN: f"Returned for correction by {who}, because",
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


def build_page(parts: Sequence[VerifiedPart], *, organisation: str, unprintable: Collection[str] = ()) -> RecordPage:
    """The printed record of a chain of verified parts in order, as plain values.

    The last text with its signatures is the record; what was added after it stands as additions, and earlier texts
    and returns are listed by their digests. ``unprintable`` are letters to be shown as their code.
    """
    say = Wording(unprintable)
    start = max((place for place, part in enumerate(parts) if part.body["kind"] == PartKind.TEXT), default=0)
    text, since = parts[start], parts[start:]
    signing = [part for part in since if part.body["kind"] not in (PartKind.ADDENDUM, PartKind.RESPONSE)]
    added = [part for part in since if part.body["kind"] in (PartKind.ADDENDUM, PartKind.RESPONSE)]
    body, head = text.body, parts[-1]
    has_text = body["kind"] == PartKind.TEXT
    title = say.line(body["title"])
    subjects = [(say.line(who["label"]), say.line(who.get("role") or "")) for who in body["subjects"]]
    now = facts_now([part.body for part in parts])
    held_on = now.facts.get("held_on")
    when = [date_in_words(date.fromisoformat(held_on), weekday=False)] if held_on else []
    policy, template = body.get("policy") or {}, body.get("template") or {}
    return RecordPage(
        organisation=say.line(organisation),
        title=title,
        document_title=", ".join([title, *(name for name, _ in subjects), *when]),
        subjects=subjects,
        state=state_in_words(since),
        is_agreed=all(Meaning(part.body["signature"]["meaning"]) not in REFUSALS for part in signing),
        facts=say.facts(now.facts, changes=now.changes) + late_in_words(body.get("late") or {}) + issued(text),
        sections=say.sections(text) if has_text else [],
        signatures=[say.signature(part) for part in signing],
        addenda=[say.addendum(part) for part in added],
        earlier=[say.earlier(part) for part in parts[:start]],
        bound=[
            (say.line(row["kind"]).replace("_", " ").capitalize(), say.digest(row["digest"])) for row in body["bound"]
        ],
        has_withheld=any(content is None for part in since for content in part.contents.values()),
        masked_label=MASKED_LABEL if is_masked(parts) else "",
        unsigned="" if has_text else NOTHING_SIGNED,
        number=" ".join(str(UUID(body["record"])).split("-")),
        short_number=short_number(body["record"]),
        head=say.digest(head.digest),
        short_head=head.digest.partition(":")[2][:12],
        policy=say.line(f"{policy.get('id')}, version {policy.get('version')}") if policy else "",
        form=say.line(f"{template.get('id')}, version {template.get('version')}") if template else "",
        created=datetime.fromisoformat(head.body["signature"]["signed_at"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        parts=len(parts),
    )


def words_for(part: VerifiedPart) -> str:
    """The meaning of a signature in words."""
    meaning = Meaning(part.body["signature"]["meaning"])
    if part.body["kind"] == PartKind.ADDENDUM and meaning is Meaning.AUTHOR:
        return "Signed as author of this addition"
    if meaning is Meaning.AGREE and (part.body.get("template") or {}).get("id", "").startswith("contract"):
        return "Agrees to this contract"
    words = MEANINGS[meaning]
    return words if has_reason_alone(part) else words.removesuffix(", because")


def has_reason_alone(part: VerifiedPart) -> bool:
    """Whether the reason is all that was typed with a signature, so that it can follow the word "because"."""
    return [row["id"] for row in part.body["sections"]] in ([REASON], [CLOSURE])


def state_in_words(since: Sequence[VerifiedPart]) -> str:
    """Who signed the present text with which meaning, in a sentence or two."""
    signed: list[str] = []
    others: list[str] = []
    waiting = set(since[0].body["required"])
    for part in since:
        signature = part.body["signature"]
        name, meaning = signature["signer"]["name"], Meaning(signature["meaning"])
        if part.body["kind"] in (PartKind.ADDENDUM, PartKind.RESPONSE):
            continue
        waiting.discard(signature["relation"])
        match meaning:
            case Meaning.AUTHOR | Meaning.AGREE:
                signed.append(name)
            case Meaning.SEEN_NOT_AGREED:
                others.append(f"{name} has seen it and does not agree.")
            case Meaning.DECLINE:
                others.append(f"{name} declined to sign.")
            case Meaning.RETURN:
                others.append(f"{name} returned it for correction.")
            case Meaning.CLOSURE:
                others.append(f"Not countersigned: {name} closed it without the missing signature.")
                waiting = set()
    by = [f"Signed by {' and '.join(filter(None, (', '.join(signed[:-1]), signed[-1])))}."] if signed else []
    wanted = [f"The signature of the {' and the '.join(sorted(waiting)).replace('_', ' ')} is still missing."]
    words = " ".join([*by, *others, *(wanted if waiting else [])])
    return STEERING.sub("", words)


def is_masked(parts: Sequence[VerifiedPart]) -> bool:
    """Whether something of a record is withheld from this copy."""
    return any(content is None for part in parts for content in part.contents.values())


def issued(text: VerifiedPart) -> list[tuple[str, str]]:
    """The day from which the supervisee had the text: that of its signature (R214). Of a draft there is none."""
    if text.body["kind"] != PartKind.TEXT or "supervisee" not in text.body["required"]:
        return []
    at = datetime.fromisoformat(text.body["signature"]["signed_at"]).astimezone(LONDON)
    return [(FACT_LABELS["issued_on"], date_in_words(at.date()))]


def late_in_words(late: Mapping[str, int]) -> list[tuple[str, str]]:
    """How long after the session the record was entered, when it was not the same day."""
    days, working = late.get("calendar_days") or 0, late.get("working_days") or 0
    if not days:
        return []
    return [("Entered", f"{counted(days, 'day')} ({counted(working, 'working day')}) after")]


def short_number(record: str | UUID) -> str:
    """Ten characters that tell one record from another when people speak of it: the end of its UUID."""
    end = UUID(str(record)).hex[-10:].upper()
    return f"{end[:5]}-{end[5:]}"


def reads_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is Hebrew, Arabic or the like (Unicode Annex 9, P2 and P3)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def counted(number: int, thing: str) -> str:
    """A number and its thing in the right form: 1 day, 2 days."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def length_in_words(minutes: int) -> str:
    """90 minutes as "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [counted(hours, "hour")] if hours else []
    return " ".join([*parts, *([counted(rest, "minute")] if rest or not hours else [])])


def interval_in_words(interval: str) -> str:
    """An ISO 8601 interval of whole years, months, weeks or days: "P1M" as "Every month"."""
    match = INTERVAL.fullmatch(interval)
    numbers = match.groups() if match else ()
    named = zip(numbers, ("year", "month", "week", "day"), strict=False)
    words = " and ".join(counted(int(number), thing) for number, thing in named if number)
    return f"Every {words.removeprefix('1 ')}" if words else interval


def date_in_words(on: date, *, weekday: bool = True) -> str:
    """A date as people write it: Tuesday 12 January 2027."""
    return f"{on:%A} {on.day} {on:%B %Y}" if weekday else f"{on.day} {on:%B %Y}"


def local_datetime_in_words(value: str) -> str:
    """A local date and time, "2026-11-09T15:00", as people write it."""
    at = datetime.fromisoformat(value)
    return f"{date_in_words(at.date())} at {at:%H:%M}"


def moment_in_words(at: datetime) -> str:
    """A moment in London's time, with the zone's name of that day."""
    local = at.astimezone(LONDON)
    return f"{date_in_words(local.date())} at {local:%H:%M:%S} ({local.tzname()}, London)"


def size_in_words(size: object) -> str:
    """A number of bytes as people read it."""
    if not isinstance(size, int):
        return "size not stated"
    return (
        counted(size, "byte")
        if size < 1024
        else f"{size / 1024:.0f} KB"
        if size < 1024**2
        else f"{size / 1024**2:.1f} MB"
    )


def typed_text(sections: Iterable[PageSection]) -> list[Paragraph]:
    """All typed text of some sections, to see whether there is any and how long it is."""
    found: list[Paragraph] = []
    for section in sections:
        for field in section.fields or ():
            found += [*field.text, *field.items]
            for action in field.actions:
                found += action.what
    return found


def attachments(parts: Sequence[VerifiedPart]) -> list[Attached]:
    """What the file carries besides the page, so that it proves itself: each part's body and attestation as signed,
    and each section that is printed with its salt. A section that is withheld is there by its digest in the body alone.
    """
    found = []
    for part in parts:
        name = f"part-{part.body['seq']}"
        found.append(Attached(f"{name}.json", part.raw, "The signed bytes of the part", "Source"))
        found.append(Attached(f"{name}.attestation", part.attestation, "The organisation's signature of it", "Data"))
        for (section, key), salt in part.salts.items():
            data = {"content": part.contents[section, key], "salt": salt.hex()}
            file = ".".join(filter(None, (name, section, key, "json")))
            found.append(Attached(file, canonical(data), "A section of the part, with its salt", "Source"))
    return sorted(found, key=lambda attached: attached.name)  # a PDF's tree of names is sorted


def count_pages(parts: Sequence[VerifiedPart]) -> int:
    """About how many pages the typed text takes, reckoned before any of it is laid out."""
    return sum(_lines(content) for part in parts for content in part.contents.values()) // LINES_ON_A_PAGE


def _lines(value: object) -> int:
    if isinstance(value, str):
        return sum(1 + len(line) // LETTERS_IN_A_LINE for line in value.split("\n") if line.strip())
    if isinstance(value, dict):
        return sum(map(_lines, value.values()))
    return sum(map(_lines, value)) if isinstance(value, list) else 0
