"""Verified parts made by hand, for tests and measurements of what is printed and sealed. No database."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from records.canonical import canonical, digest, section_digest
from records.rules import VerifiedPart

RECORD = "01940000-0000-7000-8000-0000ab12cd34"
PEOPLE = {
    "supervisor": {"id": "01940000-0000-7000-8000-000000000001", "name": "Priya Nair", "role": "Team manager"},
    "supervisee": {"id": "01940000-0000-7000-8000-000000000002", "name": "Amara Obi", "role": "Social worker"},
}
STATEMENTS = {
    "author": "I sign this as the record of our supervision on 9 November 2026.",
    "agree": "I agree that this is an accurate record of our supervision on 9 November 2026.",
    "seen_not_agreed": "I have seen this record of our supervision on 9 November 2026 and I do not agree with it.",
    "decline": "I decline to sign this record of our supervision on 9 November 2026.",
    "return": "I return this record of our supervision on 9 November 2026 for correction.",
    "closure": "I close this record without the missing signature.",
}

SECTION_IDS = {"Comments": "_comments", "Reason": "_reason"}


def field(label: str, value: object, *, type: str = "long_text") -> dict[str, Any]:
    """One field of a section's content."""
    return {"id": label.lower().replace(" ", "_"), "label": label, "type": type, "value": value}


def section(heading: str, *fields: Mapping[str, Any], withheld: bool = False) -> tuple[str, dict[str, Any] | None]:
    """A heading and its content."""
    return heading, None if withheld else {"fields": list(fields)}


class Chain:
    """Adds parts to one record, each with the digest of the one before."""

    def __init__(self, **body: Any) -> None:
        self.parts: list[VerifiedPart] = []
        self._body = {
            "title": "Supervision record",
            "subjects": [{**PEOPLE["supervisee"], "kind": "worker", "label": PEOPLE["supervisee"]["name"]}],
            "facts": {"held_on": "2026-11-09", "minutes": 90, "mode": "in_person"},
            **body,
        }

    def add(
        self,
        kind: str,
        *sections: tuple[str, dict[str, Any] | None],
        by: str = "supervisor",
        meaning: str = "author",
        **body: Any,
    ) -> "Chain":
        """One more part, signed an hour after the last."""
        seq = len(self.parts) + 1
        rows: list[dict[str, Any]] = []
        salts: dict[tuple[str, str | None], bytes] = {}
        contents: dict[tuple[str, str | None], dict[str, Any] | None] = {}
        for heading, content in sections:
            name = SECTION_IDS.get(heading) or heading.lower().replace(" ", "_")
            salt = sha256(f"{seq} {name}".encode()).digest()
            rows.append(
                {
                    "id": name,
                    "key": None,
                    "heading": heading,
                    "sensitivity": "shared",
                    "digest": section_digest(salt, canonical(content)),
                }
            )
            contents[name, None] = content
            if content is not None:
                salts[name, None] = salt
        made = {
            "schema": "countersign-part/1",
            "record": RECORD,
            "kind": kind,
            "seq": seq,
            "prev": self.parts[-1].digest if self.parts else None,
            "act": "01940000-0000-7000-8000-00000000aaaa",
            "required": ["supervisor", "supervisee"],
            "policy": {"id": "shropshire-2017", "version": "3"},
            "template": {"id": "worker_record_app2", "version": 1},
            "sections": rows,
            "bound": [],
            "corrects": None,
            "late": {"calendar_days": 0, "working_days": 0},
            "signature": {
                "signer": PEOPLE[by],
                "relation": by,
                "meaning": meaning,
                "statement": STATEMENTS[meaning],
                "signed_at": f"2026-11-09T{14 + seq:02d}:04:05.123456Z",
                "auth": {"method": "password+totp", "auth_time": "2026-11-09T15:03:00.000000Z"},
                "evidence": "sha256:" + "0" * 64,
            },
            **self._body,
            **body,
        }
        raw = canonical(made)
        self.parts.append(VerifiedPart(digest(raw), raw, made, contents, attestation=b"\x01" * 384, salts=salts))
        return self


def session_record(*, words: int = 260, sections: int = 7) -> Sequence[VerifiedPart]:
    """A usual session: up to seven sections, agreed actions, two signatures."""
    headings = (
        "Workload management",
        "Performance and practice",
        "Professional development and training",
        "Health, safety and wellbeing",
        "Team and organisational issues",
        "Equality, diversity and inclusion",
        "Any other business",
    )
    chain = Chain()
    written = []
    for number, heading in enumerate(headings[:sections]):
        actions = [
            {"what": f"{ACTIONS[number % 3]}", "who": "Amara Obi", "who_id": None, "by": "2026-11-23"},
            {"what": f"{ACTIONS[(number + 1) % 3]}", "who": "Priya Nair", "who_id": None, "by": None},
        ]
        text = " ".join(TALK.split()[: words // 2]) + "\n\n" + " ".join(TALK.split()[words // 3 : words - words // 6])
        written.append(
            section(
                heading,
                field("Issues discussed", text),
                field("Agreed actions", actions[: 1 + number % 2], type="actions"),
            )
        )
    chain.add("text", *written)
    comments = section("Comments", field("Comments", "Thank you. I would like to come back to the rota next month."))
    chain.add("countersignature", comments, by="supervisee", meaning="agree")
    return chain.parts


ACTIONS = (
    "Finish the chronology for family B and send it to the team manager",
    "Book the Signs of Safety refresher for January",
    "Ask the business support officer about the duty rota",
)
TALK = (
    "Amara described a heavy fortnight: two court statements, an unplanned placement move and duty on both Fridays. "
    "We went through the caseload by weight. It stands at 17 against a guide of 16, and one family is ready to step "
    "down to early help once the review has met. Amara feels the number is manageable if the statement for family C "
    "is moved by a week; the court has agreed. We spoke about what makes a visit good when the parent does not want "
    "to open the door, and Amara told of a way of asking that she had learned in training and now uses. I said how "
    "well the last two case notes read: clear, kind, and honest about what we do not know. We agreed to look at the "
    "chronology for family B together, because the third year is thin, and to ask the school for its own. Amara "
    "asked whether the duty rota could be published earlier. I will raise it with the business support officer and "
    "say what came of it. The quality of the plan for D was audited in October as good, with one point to mend: the "
    "child's own words are missing from section three. Amara has already seen D again and has written them in. "
)
