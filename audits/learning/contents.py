"""What signed audits say, read in bulk: the judgement, the answers, the themes. Their chains are checked on their own pages."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from audits.learning.rules import THEMES
from records.models import Part, PartContent
from records.rules import EVIDENCE, MASKED, PartKind

# By what a judgement and the words to it are known in a form, whatever it is called
JUDGEMENT, COMMENT = "judgement", "comment"


@dataclass(slots=True)
class SignedAnswer:
    """An answer to a question of yes or no. ``found``: what the program had found, where it had; else empty."""

    question: str
    label: str
    answer: str
    found: str = ""

    @property
    def is_overruled(self) -> bool:
        """Whether the auditor gave another answer than the program had found."""
        return self.found in ("yes", "no", "not_applicable") and bool(self.answer) and self.answer != self.found


@dataclass(slots=True)
class SignedAudit:
    """What one signed audit says: the judgement of the folder, the words to it, and the answers in order."""

    judgement: str = ""
    comment: str = ""
    answers: list[SignedAnswer] = field(default_factory=list)

    @property
    def themes(self) -> list[tuple[str, str]]:
        """Each of the five themes that was answered, with "yes" or "no"."""
        return [(each.question, each.answer) for each in self.answers if each.question in THEMES and each.answer]


def signed_audits(*, records: Collection[UUID], known_at: datetime | None = None) -> dict[UUID, SignedAudit]:
    """What the last text of each of some records says, sections on health and conduct left out; in one query.

    ``known_at``: the last text of those that were signed by then.
    """
    texts = Part.objects.filter(record=OuterRef("part__record"), kind=PartKind.TEXT).order_by()
    if known_at is not None:
        texts = texts.filter(signed_at__lte=known_at)
    newest = texts.values("record").annotate(last=Max("seq")).values("last")
    rows = (
        PartContent.objects.filter(part__record__in=records, part__kind=PartKind.TEXT, part__seq=Subquery(newest))
        .exclude(section=EVIDENCE)
        .exclude(sensitivity__in=sorted(MASKED))
        .order_by("part", "pk")
    )
    found: dict[UUID, SignedAudit] = {}
    for record_id, section, content in rows.values_list("part__record_id", "section", "content"):
        audit = found.setdefault(record_id, SignedAudit())
        for item in json.loads(content)["fields"]:
            _take(audit, section, item)
    return found


def _take(audit: SignedAudit, section: str, item: Mapping[str, Any]) -> None:
    kind, value = item["type"], item["value"]
    if kind == JUDGEMENT and not audit.judgement:
        audit.judgement = str(value or "")
    elif section == JUDGEMENT and item["id"] == COMMENT:
        audit.comment = str(value or "")
    elif kind == "yes_no" and value in ("yes", "no"):
        audit.answers.append(SignedAnswer(f"{section}/{item['id']}", item["label"], str(value)))
    elif kind == "evidence" and isinstance(value, dict):
        answer, was = str(value.get("answer") or ""), str((value.get("finding") or {}).get("answer") or "")
        audit.answers.append(SignedAnswer(f"{section}/{item['id']}", item["label"], answer, was))
