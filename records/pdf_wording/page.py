"""A chain of parts as one page."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from records.canonical import canonical
from records.corrections import FactsNow, facts_now
from records.pdf_wording.shapes import Attached, RecordPage
from records.pdf_wording.wording import Wording
from records.pdf_wording.words import (
    FACT_LABELS,
    LONDON,
    MASKED_LABEL,
    NOTHING_SIGNED,
    REFUSALS,
    STEERING,
    counted,
    date_in_words,
    late_in_words,
    short_number,
)
from records.rules import Meaning, PartKind, Relation, VerifiedPart

LETTERS_IN_A_LINE = 90


LINES_ON_A_PAGE = 40


def build_page(
    parts: Sequence[VerifiedPart], *, organisation: str, policy: str = "", unprintable: Collection[str] = ()
) -> RecordPage:
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
    template = body.get("template") or {}
    return RecordPage(
        organisation=say.line(organisation),
        title=title,
        # Of a group it says who was there further down
        document_title=", ".join([title, *([] if is_of_a_group(body) else [subjects[0][0]]), *when]),
        subjects=subjects,
        state=state_in_words(since),
        is_agreed=all(Meaning(part.body["signature"]["meaning"]) not in REFUSALS for part in since),
        facts=say.facts(now.facts, changes=now.changes) + entered(parts, now) + issued(text),
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
        policy=policy_line(body, policy, say),
        form=f"{title}, version {template.get('version')} ({say.line(template.get('id'))})" if template else "",
        created=datetime.fromisoformat(head.body["signature"]["signed_at"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        parts=len(parts),
    )


def is_of_a_group(body: Mapping[str, Any]) -> bool:
    """Whether a part is about everybody who was at a group; an audit or observation may be about several, too."""
    return len(body["subjects"]) > 1 and not {Relation.AUDITOR, Relation.OBSERVER} & set(body["required"])


def response_in_words(part: VerifiedPart) -> list[str]:
    """What the supervisor answered to an audit; nothing of what else was added."""
    if part.body["kind"] != PartKind.RESPONSE:
        return []
    signature = part.body["signature"]
    agrees = "agrees" if signature["meaning"] == Meaning.AGREE else "does not agree with all of it"
    return [f"{signature['signer']['name']} has responded, and {agrees}."]


def state_in_words(since: Sequence[VerifiedPart]) -> str:
    """Who signed the present text with which meaning, in a sentence or two."""
    signed: list[str] = []
    others: list[str] = []
    waiting = set(since[0].body["required"])
    for part in since:
        signature = part.body["signature"]
        name, meaning = signature["signer"]["name"], Meaning(signature["meaning"])
        if part.body["kind"] in (PartKind.ADDENDUM, PartKind.RESPONSE):
            others += response_in_words(part)
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
    wanted = [
        f"The signature of the {' and the '.join(sorted(waiting)).replace('_', ' ').replace('observed', 'person observed').replace('successor', 'new supervisor')} is still missing."
    ]
    words = " ".join([*by, *others, *(wanted if waiting else [])])
    return STEERING.sub("", words)


def entered(parts: Sequence[VerifiedPart], now: FactsNow) -> list[tuple[str, str]]:
    """How long after the session its record was first signed; where its day was corrected since, reckoned from that."""
    texts = [part for part in parts if part.body["kind"] == PartKind.TEXT]
    signed_with = late_in_words(texts[-1].body.get("late") or {}) if texts else []
    held_on = now.facts.get("held_on")
    if "held_on" not in now.changes or not held_on:
        return signed_with
    signed_at = datetime.fromisoformat(texts[0].body["signature"]["signed_at"]).astimezone(LONDON)
    days = (signed_at.date() - date.fromisoformat(held_on)).days
    was = signed_with[0][1] if signed_with else "on the same day"
    words = f"{counted(days, 'day')} after" if days > 0 else "on the same day"
    return [("Entered", f"{words} (it said {was} until the date was corrected)")]


def policy_line(body: Mapping[str, Any], words: str, say: Wording) -> str:
    """The policy under which a text was signed: as the authority calls it, with the id that stands in the signed bytes."""
    policy = body.get("policy") or {}
    if not policy:
        return ""
    name = f"{words} ({policy.get('id')})" if words else str(policy.get("id"))
    return say.line(f"{name}, version {policy.get('version')}")


def is_masked(parts: Sequence[VerifiedPart]) -> bool:
    """Whether something of a record is withheld from this copy."""
    return any(content is None for part in parts for content in part.contents.values())


def issued(text: VerifiedPart) -> list[tuple[str, str]]:
    """The day from which the supervisee had the text: that of its signature (R214). Of a draft, and of a child, there is none."""
    if text.body["kind"] != PartKind.TEXT or "supervisee" not in text.body["required"]:
        return []
    if text.body["subjects"][0].get("kind") == "child":
        return []
    at = datetime.fromisoformat(text.body["signature"]["signed_at"]).astimezone(LONDON)
    return [(FACT_LABELS["issued_on"], date_in_words(at.date()))]


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
