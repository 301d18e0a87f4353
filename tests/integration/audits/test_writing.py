"""An audit is opened, written with what the file proves, and signed with what is known on that day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audits.findings.selectors import examine
from audits.models import Audit
from audits.writing import selectors, services
from audits.writing.selectors import AuditContext
from cases.models import Child
from core.actor import Actor
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from policies import services as policies
from records.models import Part, PartContent, Record
from records.rules import Kind, Meaning, PartKind, State
from records.services import Incomplete, read_record, save_section
from staff.challenge import Challenge
from staff.grants.services import Opened, give_sight
from staff.models import CategoryHeld, SightGrant, SupervisionRelationship
from tests import audits_kit, cases_kit, decisions_kit
from tests.audited_file_kit import AUDITED_ON, AuditedFile
from tests.integration.policies.kit import changed
from tests.org import Org
from tests.policies_kit import shipped
from tests.records_kit import EVIDENCE, load_templates
from trail.models import Entry

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONFIRMED = ("contract_in_place", "records_signed_by_both")


class Auditing:
    """An audit of the file of the worker by the manager of their supervisor, through the services."""

    def __init__(self, org: Org) -> None:
        load_templates()
        self.org, self.file = org, AuditedFile(org)
        self.audit = audits_kit.planned(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor)

    @property
    def auditor(self) -> Actor:
        return self.org.actor(self.org.team_manager, on=AUDITED_ON)

    def open(self, actor: Actor | None = None) -> Audit:
        self.audit = services.open_audit(audit_id=self.audit.pk, actor=actor or self.auditor, at=AT)
        return self.audit

    @property
    def record(self) -> Record:
        return Record.objects.with_parts().get(pk=self.audit.record_id)

    def context(self) -> AuditContext:
        examined = examine(audit=Audit.objects.to_examine().get(pk=self.audit.pk), on=AUDITED_ON, actor=self.auditor)
        return selectors.audit_context(audit=self.audit, record=self.record, examined=examined)

    def save(self, section: str, fields: dict[str, Any], *, key: str | None = None, version: int = 0) -> None:
        save_section(
            record_id=self.record.pk,
            section=section,
            key=key,
            fields=fields,
            version=version,
            actor=self.auditor,
            at=AT,
        )

    def fill(self, **said: Any) -> None:
        """Confirm what was found, and judge; ``said``: of a question of section 1 what else is said."""
        found = self.context().examined.found
        confirmed = {
            name: {"confirmed": "confirm", "answer": finding.answer, "reason": ""} for name, finding in found.items()
        }
        for name, finding in found.items():
            if not finding.is_known:
                confirmed[name] = {"confirmed": "", "answer": "no", "reason": ""}
        self.save("section_1", {**confirmed, **said})
        themes = ("reflection", "workload", "development", "wellbeing", "function_balance")
        self.save("section_2", dict.fromkeys(themes, "yes"))
        self.save("judgement", {"judgement": "Good", "comment": "Clear, and the worker is heard."})
        action = {
            "what": "Keep the log",
            "who": "Priya Nair",
            "who_id": str(self.org.supervisor.pk),
            "by": "2026-12-18",
        }
        self.save("actions", {"actions": [action]})

    def sign(self, *, shown: str | None = None, found: str | None = None, actor: Actor | None = None) -> Part:
        context = self.context()
        text = selectors.audit_to_sign(self.record, context)
        return services.sign_audit(
            audit_id=self.audit.pk,
            shown=text.shown if shown is None else shown,
            found=context.found if found is None else found,
            challenge=Challenge(method="password", auth_time=AT - timedelta(minutes=1)),
            evidence=EVIDENCE,
            actor=actor or self.auditor,
            at=AT,
        )

    def content(self, section: str, key: str | None = None) -> dict[str, Any]:
        """What was signed in a section, by field."""
        row = PartContent.objects.get(part__record=self.record, part__seq=1, section=section, key=key)
        return {item["id"]: item["value"] for item in json.loads(row.content)["fields"]}


@pytest.fixture
def auditing(shropshire: Org) -> Auditing:
    return Auditing(shropshire)


@pytest.mark.req("R233", "R254")
def test_an_audit_is_opened_by_its_auditor_and_locks_what_was_drawn(auditing: Auditing) -> None:
    audit = auditing.open()

    assert (audit.opened_at, audit.record.kind, audit.record.subject_id) == (AT, Kind.AUDIT, auditing.org.supervisor.pk)
    opened = Entry.objects.get(verb="audit.opened")
    assert (opened.about_id, opened.via) == (auditing.org.worker.pk, "next up")
    assert auditing.open().record_id == audit.record_id


@pytest.mark.scenario(20, "b")
@pytest.mark.req("R233")
@pytest.mark.parametrize("who", ["supervisor", "worker", "head", "outsider"])
def test_nobody_else_opens_or_signs_it(auditing: Auditing, who: str) -> None:
    actor = auditing.org.actor(getattr(auditing.org, who), on=AUDITED_ON)
    with pytest.raises((NotAllowed, Audit.DoesNotExist)):
        auditing.open(actor)
    auditing.open()
    auditing.fill()

    with pytest.raises((NotAllowed, Audit.DoesNotExist)):
        auditing.sign(actor=actor)


def test_whoever_lost_sight_of_the_file_does_not_open_it(auditing: Auditing) -> None:
    SupervisionRelationship.objects.filter(supervisee=auditing.org.worker).update(ends_on=AUDITED_ON)

    with pytest.raises(NotAllowed, match="You can no longer read the supervision file of Amara Obi"):
        auditing.open()


@pytest.mark.scenario(20, "d")
@pytest.mark.req("R257", "R258", "R256")
def test_each_drawn_child_stands_with_what_was_said_in_the_six_months_before(auditing: Auditing) -> None:
    worker, outsider = auditing.org.worker, auditing.org.outsider
    days = (date(2026, 5, 19), date(2026, 5, 20), date(2026, 8, 3), date(2026, 11, 20), date(2026, 11, 21))
    child = cases_kit.child_with(worker, reference="P77", discussed=days)
    cases_kit.discuss(child, outsider, on=date(2026, 9, 1), depth="brief", own_text=False)
    cases_kit.discuss(child, worker, on=date(2026, 10, 1), depth="not_discussed", reason="No time.")
    decisions_kit.decide(child, auditing.org.supervisor)
    auditing.open()

    given = auditing.context().given

    assert given.repeated == {"section_3": [(str(child.pk), "P77")]}
    assert given.computed["section_3", str(child.pk), "discussions"] == (
        "20 May 2026: in depth\n3 August 2026: in depth\n"
        "1 September 2026: briefly, in text shared with siblings alone, in the supervision of another worker\n"
        "20 November 2026: in depth"
    )
    assert given.computed["section_3", str(child.pk), "decisions"] == "9 November 2026: Management decision"


@pytest.mark.scenario(20, "f")
@pytest.mark.req("R234")
def test_a_worker_who_holds_no_cases_has_no_section_3(auditing: Auditing) -> None:
    CategoryHeld.objects.filter(person=auditing.org.worker).update(category="support_non_case_holding")
    cases_kit.child_with(auditing.org.worker)
    auditing.open()
    auditing.fill()

    auditing.sign()

    assert not Child.objects.filter(pk__in=auditing.audit.children.values("child")).exists()
    assert not PartContent.objects.filter(part__record=auditing.record, section="section_3").exists()


@pytest.mark.scenario(16, "c")
@pytest.mark.req("R250", "R245", "R246", "R247", "R248")
def test_the_passages_of_the_workers_file_stand_by_theme_without_what_is_about_health(auditing: Auditing) -> None:
    session = auditing.file.session(date(2026, 11, 2))
    auditing.open()

    looked = {each.theme: each for each in auditing.context().examined.looked}

    assert [passage.text for passage in looked["workload"].passages] == [
        "Eleven children. The court statement for B is late."
    ]
    assert [passage.text for passage in looked["wellbeing"].passages] == [None]
    assert looked["wellbeing"].passages[0].url.endswith(f"{session.record_id}/")
    assert looked["development"].passages == []
    assert looked["reflection"].has_place is False


@pytest.mark.scenario(16, "c")
@pytest.mark.parametrize("health", ["read", "masked"])
def test_health_is_read_where_the_policy_lets_auditors_read_it(auditing: Auditing, tmp_path: Path, health: str) -> None:
    auditing.file.session(date(2026, 11, 2))
    block = {**shipped("shropshire-2017").document["audit"], "health_content": health}
    (tmp_path / "shropshire.yaml").write_text(changed(audit=block))
    policies.load_packs(at=AT + timedelta(days=60), folder=tmp_path)
    policies.adopt(slug="shropshire-2017", starts_on=date(2026, 11, 1), at=AT)

    (session,) = auditing.file.facts().sessions

    assert session.reading is not None
    assert (session.reading.parts[0].contents["wellbeing", None] is not None) is (health == "read")


@pytest.mark.req("R236", "R251", "R252", "R253", "R254")
def test_what_was_found_and_what_the_auditor_says_stand_both_in_what_is_signed(auditing: Auditing) -> None:
    auditing.open()
    overruled = {"confirmed": "overrule", "answer": "yes", "reason": "It is in the paper file of 2024."}
    auditing.fill(contract_in_place=overruled)

    part = auditing.sign()

    said = auditing.content("section_1")["contract_in_place"]
    assert (said["confirmed"], said["answer"], said["reason"]) == (
        "overrule",
        "yes",
        "It is in the paper file of 2024.",
    )
    assert said["finding"]["answer"] == "no"
    assert said["finding"]["summary"] == "There is no contract between Priya Nair and Amara Obi."
    assert auditing.content("judgement")["judgement"] == "Good"
    assert part.facts == {"held_on": "2026-11-20", "period_from": "2025-11-21", "period_to": "2026-11-20"}
    assert auditing.record.get_state() is State.SEALED


def test_an_overruling_without_a_reason_is_not_signed(auditing: Auditing) -> None:
    auditing.open()
    auditing.fill(contract_in_place={"confirmed": "overrule", "answer": "yes", "reason": ""})

    with pytest.raises(Incomplete, match="say why you overrule"):
        auditing.sign()


@pytest.mark.scenario(20, "c")
def test_what_is_found_otherwise_since_the_page_was_shown_is_named_and_nothing_is_signed(auditing: Auditing) -> None:
    auditing.open()
    auditing.fill()
    context = auditing.context()
    text = selectors.audit_to_sign(auditing.record, context)
    auditing.file.contract(Meaning.AGREE)

    with pytest.raises(Stale, match="What is known of “1.1 Is there a supervision contract in place.” changed"):
        auditing.sign(shown=text.shown, found=context.found)

    assert not Part.objects.filter(record=auditing.record).exists()


def test_what_was_confirmed_and_is_found_otherwise_by_now_is_asked_again(auditing: Auditing) -> None:
    auditing.open()
    auditing.fill()
    auditing.file.contract(Meaning.AGREE)

    problems = selectors.audit_to_sign(auditing.record, auditing.context()).problems

    assert [(section, field) for section, field, _ in problems] == [("section_1", "contract_in_place")]
    assert "has changed since you confirmed it" in problems[0][2]


@pytest.mark.req("R254")
def test_once_signed_sight_that_was_given_ends_the_worker_may_read_it_and_the_supervisor_is_asked(
    auditing: Auditing,
) -> None:
    org = auditing.org
    grant = give_sight(
        person_id=org.team_manager.pk,
        opens=Opened(file_of_id=org.worker.pk),
        basis=SightGrant.Basis.AUDIT,
        given_for=auditing.audit.pk,
        purpose="An audit",
        starts_on=AUDITED_ON,
        ends_on=AUDITED_ON + timedelta(days=30),
        actor=org.actor(org.head, on=AUDITED_ON),
        at=AT,
    )
    auditing.open()
    auditing.fill()

    auditing.sign()

    grant.refresh_from_db()
    assert grant.ended_at == AT
    assert auditing.record in Record.objects.visible_to(org.actor(org.worker, on=AUDITED_ON))
    asked = Job.objects.filter(task="notifications.tasks.notify", arguments__person_id=str(org.supervisor.pk))
    assert [job.arguments["kind"] for job in asked] == ["answer_wanted"]
    assert asked[0].arguments["path"].endswith(f"{auditing.record.pk}/respond/")


@pytest.mark.req("R254")
def test_every_look_into_the_file_is_in_the_trail_of_the_worker(auditing: Auditing) -> None:
    auditing.open()

    services.look_into_file(audit=Audit.objects.to_examine().get(pk=auditing.audit.pk), actor=auditing.auditor, at=AT)

    looks = Entry.objects.reads().about(auditing.org.worker.pk)
    assert [(entry.verb, entry.actor_name, entry.via) for entry in looks] == [
        ("audit.file_read", "Tom Mills", "next up")
    ]


@pytest.mark.req("R254")
def test_who_reads_the_signed_audit_is_in_the_trail_of_the_worker_too(auditing: Auditing) -> None:
    auditing.open()
    auditing.fill()
    auditing.sign()
    supervisor = auditing.org.actor(auditing.org.supervisor, on=AUDITED_ON)

    read_record(record=auditing.record, actor=supervisor, at=AT)

    reads = Entry.objects.reads().filter(target_id=str(auditing.record.pk), verb__endswith=".read")
    assert {(entry.verb, entry.about_id, entry.actor_name) for entry in reads} == {
        ("record.read", auditing.org.supervisor.pk, "Priya Nair"),
        ("audit.read", auditing.org.worker.pk, "Priya Nair"),
    }


def test_nobody_looks_into_a_file_before_the_audit_is_open(auditing: Auditing) -> None:
    with pytest.raises(NotAllowed, match="Open the audit first"):
        services.look_into_file(
            audit=Audit.objects.to_examine().get(pk=auditing.audit.pk), actor=auditing.auditor, at=AT
        )

    assert not Entry.objects.filter(verb="audit.file_read").exists()


def test_the_time_since_the_last_audit_of_the_file_is_looked_at(auditing: Auditing) -> None:
    before = audits_kit.planned(
        auditor=auditing.org.head, file_of=auditing.org.worker, supervisor=auditing.org.supervisor
    )
    audits_kit.signed(before, on=date(2026, 6, 1))

    period = auditing.context().examined.period if auditing.open() else None

    assert period is not None
    assert (period.starts_on, period.since_audit) == (date(2026, 6, 2), True)


def test_nothing_is_signed_twice_and_nothing_that_is_not_open(auditing: Auditing) -> None:
    with pytest.raises(RuleBroken, match="not open yet"):
        services.sign_audit(
            audit_id=auditing.audit.pk,
            shown="",
            found="",
            challenge=None,
            evidence=EVIDENCE,
            actor=auditing.auditor,
            at=AT,
        )
    auditing.open()
    auditing.fill()
    auditing.sign()

    with pytest.raises(RuleBroken):
        auditing.sign()

    assert Part.objects.filter(record=auditing.record, kind=PartKind.TEXT).count() == 1
