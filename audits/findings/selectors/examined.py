"""Everything that stands beside an audit's form: findings, passages by theme, the drawn children."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from audits.findings import rules
from audits.findings.rules import Period, children, themes
from audits.findings.rules.children import ChildExamined
from audits.findings.rules.themes import THEMES, Looked, Passage
from audits.findings.selectors.children import children_examined
from audits.findings.selectors.file import FileFacts, SessionRecord, file_facts, last_text
from audits.models import Audit
from core.actor import Actor
from core.clock import date_of
from records import values
from records.findings import Finding
from records.selectors import function_balance, template_of
from records.selectors.balance import Balance


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of an audited file on a day. ``found``: the findings by name; ``balance``: of the four functions;
    ``is_shared``: whether the policy of the day lets the person whose file it is read the audit once it is signed.
    """

    on: date
    period: Period
    found: Mapping[str, Finding]
    sessions: Sequence[SessionRecord]
    looked: Sequence[Looked]
    balance: Balance
    children: Sequence[ChildExamined]
    is_shared: bool

    @property
    def computed(self) -> dict[str, str]:
        """The words over time of each theme, by its name."""
        said = {each.theme: themes.over_time(each) for each in self.looked}
        rows = [(row.label, row.in_half_year, row.in_year, row.has_place) for row in self.balance.rows]
        balanced = themes.balance_over_time(rows, half_year=self.balance.half_year, year=self.balance.year)
        return {**said, themes.BALANCE: balanced}


def examine(*, audit: Audit, on: date, actor: Actor) -> Examined:
    """What an audit's questions are answered from, on a day, as far as the auditor may know it; in eleven queries.

    The audit comes from ``Audit.objects.to_examine()``.
    """
    period = rules.period_of_audit(on, last_audit_on=date_of(audit.last_of_file_at) if audit.last_of_file_at else None)
    facts = file_facts(
        file_of=audit.file_of,
        supervisor=audit.supervisor,
        period=period,
        actor=actor,
        is_auditor=audit.auditor_id == actor.staff_id,
    )
    drawn = {UUID(row["id"]): row["reference"] for row in audit.drawn}
    return Examined(
        on=on,
        period=period,
        found=findings_of(facts, period=period),
        sessions=facts.sessions,
        looked=looked_at(facts.sessions),
        balance=function_balance(person_id=audit.file_of_id, on=on),
        children=children_examined(
            children=drawn, worker_id=audit.file_of_id, on=on, lookback=facts.terms.lookback, actor=actor
        ),
        is_shared=facts.terms.shares_with_supervisee,
    )


def findings_of(facts: FileFacts, *, period: Period) -> dict[str, Finding]:
    """The findings 1.1 to 1.8 by name, in their order."""
    on, folder = period.ends_on, facts.folder
    found = (
        rules.contract_in_place(facts.contract, on=on),
        rules.records_signed_by_both([each.facts for each in facts.sessions], period=period),
        rules.registration(folder.registration, needed=facts.is_registered, on=on),
        rules.business_insurance(folder.insurance, on=on),
        rules.personal_information_sheet(folder.personal_sheet, on=on),
        rules.learning_log(folder.learning),
        rules.appraisal(folder.appraisal, on=on),
        rules.regularity(facts.regularity, period=period),
    )
    return dict(zip(rules.NAMES, found, strict=True))


def looked_at(sessions: Sequence[SessionRecord]) -> list[Looked]:
    """The passages of the signed records by theme, each in order of time."""
    passages: dict[str, list[Passage]] = {theme: [] for theme in THEMES}
    signed = [each for each in sessions if each.reading and each.reading.parts]
    places = set()
    for each in signed:
        for theme, passage in _passages(each):
            places.add(theme)
            if passage.text is None or passage.text:
                passages[theme].append(passage)
    days = [each.session.on for each in signed]
    return [Looked(theme, found, days, theme in places) for theme, found in passages.items()]


def _passages(each: SessionRecord) -> list[tuple[str, Passage]]:
    """What a signed record has in the sections of each theme, empty ones too: a form has a place for it."""
    assert each.reading is not None  # noqa: S101  asked for by the caller
    text = last_text(each.reading)
    contents = text.contents if text else {}
    url = reverse("records:record-detail", args=[each.reading.record.pk])
    found = []
    for section in template_of(each.reading.record).sections:
        if (section.id, None) not in contents:
            continue
        content = contents[section.id, None]
        said = {item["id"]: item["value"] for item in content["fields"]} if content else {}
        for item in section.fields:
            if item.type in values.TEXTS and item.type != "gap_comment":
                words = None if content is None else str(said.get(item.id) or "").strip()
                passage = Passage(each.session.on, section.heading, words, url)
                found += [(theme, passage) for theme in themes.themes_of(section, item)]
    return found


def words_of(child: ChildExamined) -> dict[str, str]:
    """What is computed of a drawn child, by field."""
    return {"discussions": children.dates_in_words(child), "decisions": children.decisions_in_words(child)}
