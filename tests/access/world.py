"""One of everything that an address can name, and the people who stand in each relation to the worker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.http import HttpResponse

from archive.models import Leaving
from audits.writing.services import open_audit
from cases import services as cases
from cases.caseload import services as caseload
from cases.importing.models import ImportRun
from compliance.healthcheck.selectors import standards_document
from compliance.models import Shortfall, Survey
from core.actor import Actor, Role
from documents.receiving import TakenIn
from documents.rules import digest_of
from documents.services import store
from notifications import services as notifications
from policies import services as policies
from policies.models import TemplateDraft
from records import services as records
from records.models import Action, OwnExport, Record, RenderedDocument
from records.rules import ATTACHMENTS, Kind
from staff import services as staff
from staff.models import Absence, Account, ManagementLine, StaffMember, SupervisionRelationship
from supervision import services as supervision
from supervision.models import ChildEvent, GroupSession, RecordedEvent, SupervisionSession
from supervision.opening import services as opening
from supervision.opening.rules import Line
from supervision.rules import GroupPlan, Times
from supervision.rules.matters import Advice
from tests import folder_kit, groups_kit
from tests.access.archived import archived_things
from tests.access.data_requests import data_request_things
from tests.access.examining import examining_things
from tests.access.handovers import handover_things
from tests.access.policies import policy_things
from tests.access.retained import retained_things
from tests.audits_kit import planned
from tests.cases_kit import child_with, discuss
from tests.decisions_kit import decide, draft_of
from tests.entries_kit import EntriesKit
from tests.examining_kit import Examining
from tests.needs_kit import NeedsKit
from tests.org import BEGAN, RECORDED, Org, add_person, make_org, put_under, sign_in_as
from tests.records_kit import NOON, Kit, load_templates

PASSWORD = "correct horse battery staple"
PASSKEY = 987654
# On the day of the sweep: what is asked for is not over by then
ASKED = datetime(2026, 11, 23, 9, tzinfo=UTC)
HATS = {"PSW": Role.PRINCIPAL_SOCIAL_WORKER, "HR": Role.HR, "sysadmin": Role.SYSTEM_ADMINISTRATOR}


@dataclass(frozen=True)
class Named:
    """What an address needs to name a thing, what to send with it, and what must happen first."""

    kwargs: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[StaffMember | None], None] = lambda _: None


@dataclass(frozen=True)
class World:
    """``things``: by the words of docs/permissions.md. ``sessions``: keys of signed-in sessions, by relation.

    ``answers``: what was asked already, by row and relation.
    """

    org: Org
    people: Mapping[str, StaffMember]
    sessions: Mapping[str, str]
    things: Mapping[str, Named]
    answers: dict[tuple[str, str], HttpResponse] = field(default_factory=dict)


def build() -> World:
    """The world of the sweep, in the database."""
    org = make_org()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    # Not the supervisor, so that each relation stands for itself
    line_manager = add_person("Mo Karim", team=org.team, job_title="Assistant team manager")
    put_under(line_manager, org.team_manager)
    ManagementLine.objects.filter(person=org.worker).update(manager=line_manager)
    people = {
        "self": org.worker,
        "supervisor": org.supervisor,
        "line manager": line_manager,
        "next up": org.team_manager,
        "above": org.head,
        "colleague": org.outsider,
        "PSW": org.psw,
        "HR": org.hr,
        "sysadmin": org.sysadmin,
    }
    for account in Account.objects.all():
        account.set_password(PASSWORD)
        account.save()
    sessions = {}
    for relation, person in people.items():
        client = sign_in_as(person, hat=HATS.get(relation))
        sessions[relation] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return World(org=org, people=people, sessions=sessions, things=make_things(org))


def audit_things(org: Org) -> dict[str, Named]:
    """An audit of the worker's file, of the supervisor's supervision, that the next up drew and nobody has opened."""
    audit = planned(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor)
    begun = planned(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor)
    opened = open_audit(audit_id=begun.pk, actor=Org.actor(org.team_manager), at=NOON)
    return {
        "audit of the worker's file": Named(kwargs={"audit_id": audit.pk}),
        "open audit of the worker's file": Named(kwargs={"audit_id": opened.pk}),
        "draw of an audit of the worker's file": Named(kwargs={"audit_id": audit.pk, "draw_id": audit.draw_id}),
    }


def make_batch(org: Org) -> Named:
    """The batch that the worker's number is in."""
    folder_kit.paper(org.worker, "registration", BEGAN)
    return Named(kwargs={"batch": 1})


def make_things(org: Org) -> dict[str, Named]:
    """Real rows for everything that docs/permissions.md names."""
    kit = Kit(org)
    sealed = kit.sealed()
    draft = make_draft(org)
    section = {"version": "0", "workload-discussed": "Eleven children.", "discussed": "Eleven children."}
    form = make_draft_of_a_form()
    leaving = make_leaving(org)
    return {
        **data_request_things(org, Named),
        "": Named(),
        **audit_things(org),
        **examining_things(org, named=Named),
        "form": Named(kwargs={"slug": "contract_1b"}),
        "version of a form": Named(kwargs={"slug": "contract_1b", "version": 1}),
        "draft of a form": Named(kwargs={"draft_id": form.pk}, data={"title": form.document["title"], "revision": "1"}),
        "section of a draft of a form": Named(kwargs={"draft_id": form.pk, "section_id": "workload"}),
        **policy_things(org, named=Named),
        "service of the worker": Named(kwargs={"service_id": org.service.pk}),
        "late workers of a board": Named(query={"what": "worker", "stands": "late"}),
        "month that has ended": Named(kwargs={"month": "2026-09"}),
        "signed records of a month": Named(kwargs={"month": "2026-09"}, query={"what": "signed"}),
        **archived_things(org, Named),
        "worker who leaves": Named(kwargs={"leaving_id": leaving}),
        "records of the worker": Named(query={"person": str(org.worker.pk)}),
        "request that somebody may read the worker's record": Named(
            kwargs={"need_id": make_need(org, sealed)}, data={"words": "It is over."}
        ),
        "something that a leaver returns": Named(kwargs={"leaving_id": leaving, "key": "equipment"}),
        "words typed": Named(query={"field": "to_id", "to_id_search": "priya"}),
        "worker": Named(kwargs={"person_id": org.worker.pk}),
        **retained_things(org, Named),
        "supervisor of the worker": Named(kwargs={"person_id": org.supervisor.pk}),
        "registration for the worker's folder": Named(kwargs={"person_id": org.worker.pk, "kind": "registration"}),
        "section of the worker's folder": Named(kwargs={"person_id": org.worker.pk, "section": 4}),
        "section with notes of the worker's folder": Named(kwargs={"person_id": org.worker.pk, "section": 8}),
        "document in the worker's folder": Named(
            kwargs={"document_id": folder_kit.document(org.worker, BEGAN, by=org.worker).pk}
        ),
        "note in the worker's folder": Named(
            kwargs={"note_id": folder_kit.note(org.worker, "essential_conversation", BEGAN, by=org.worker).pk}
        ),
        "first batch of registration numbers": make_batch(org),
        "answer of the register": Named(kwargs={"check_id": folder_kit.register_check(org.hr).pk}),
        "paper in the worker's folder": Named(kwargs={"item_id": folder_kit.paper(org.worker, "dbs", BEGAN).pk}),
        "entry of the worker's learning log": Named(kwargs={"entry_id": folder_kit.learned(org.worker, BEGAN).pk}),
        "category of the worker": Named(kwargs={"held_id": org.worker.categories.get().pk}),
        "file of opening dates": Named(kwargs={"file_id": make_opening_file(org)}),
        "people, of whom somebody has no opening date": Named(kwargs={"about": "people"}),
        "agreement about the worker's programme": Named(kwargs={"event_id": make_agreement(org)}),
        "supervision of the worker": Named(kwargs={"relationship_id": org.worker.supervision_received.get().pk}),
        "proposal that names the next up": Named(kwargs={"line_id": make_proposal(org)}),
        "leave of the worker": Named(kwargs={"absence_id": make_absence(org, "annual_leave", date(2027, 2, 1))}),
        "other absence of the worker": Named(kwargs={"absence_id": make_absence(org, "sickness", date(2027, 3, 1))}),
        "session cancelled today": Named(kwargs={"session_id": make_cancelled_session(org)}),
        "exception asked for by the supervisor": Named(kwargs={"exception_id": make_exception(org)}),
        "agenda item that the worker shared": Named(kwargs={"item_id": make_agenda_item(org, share=True)}),
        "agenda item that the worker keeps private": Named(kwargs={"item_id": make_agenda_item(org, share=False)}),
        "booked session": Named(kwargs={"session_id": make_booked_session(org)}),
        **handover_things(org, named=Named),
        "group of the worker": Named(kwargs={"group_id": make_group(org)}),
        "group of the worker that was held": Named(kwargs={"group_id": make_held_group(org).pk}),
        "group whose record is begun": Named(kwargs=make_recorded_group(org)),
        "child whom a group spoke of": Named(kwargs=make_recorded_group(org, children=True)),
        "child whose entry came back to a group": Named(kwargs=make_recorded_group(org, children=True, returned=True)),
        "what the worker put forward to a group": Named(kwargs={"item_id": make_group_item(org)}),
        "notes for a booked session": Named(
            kwargs={"session_id": make_booked_session(org)}, data={"notes": "Ask about leave.", "version": "0"}
        ),
        "worry about a child before a booked session": make_worry(org),
        "draft": Named(kwargs={"record_id": draft.pk}),
        "session without its record": Named(kwargs={"session_id": (unrecorded := make_unrecorded_session(org))}),
        "child of a session without its record": Named(
            kwargs={"session_id": unrecorded, "child_id": child_with(org.worker).pk}, data={"depth": "brief"}
        ),
        "section about a child of a session without its record": Named(
            kwargs={"session_id": unrecorded, "child_id": child_with(org.worker).pk, "section_id": "situation"},
            data={"version": "0", "situation-situation": "At home."},
        ),
        "child to tick in a session without its record": Named(
            kwargs={"session_id": unrecorded}, data={"child": str(child_with(org.worker).pk)}
        ),
        "handwritten note of a sealed record": Named(kwargs=make_note(kit)),
        "supervisor's section of a draft": Named(
            kwargs={"record_id": draft.pk, "section_id": "workload"}, data=section
        ),
        "section of a sealed record": Named(kwargs={"record_id": sealed.pk, "section_id": "workload"}, data=section),
        "signed record": Named(kwargs={"record_id": kit.awaiting().pk}),
        "sealed record": Named(kwargs={"record_id": with_document(sealed).pk}),
        "addendum to a sealed record": Named(
            kwargs={"record_id": sealed.pk, "section_id": "_addendum"}, data={"version": "0", "_addendum-text": "More."}
        ),
        "sealed record of a session": Named(kwargs={"record_id": make_recorded_session(kit).pk}),
        "draft by somebody who is gone": Named(kwargs={"record_id": (left := make_draft_left_behind(kit)).pk}),
        "closing of that draft": Named(
            kwargs={"record_id": left.pk, "section_id": "_closure"}, data={"version": "0", "_closure-text": "Gone."}
        ),
        "file of the worker's own records": Named(kwargs={"export_id": make_own_export(sealed)}),
        "signed contract": Named(kwargs={"record_id": make_contract(kit).pk}),
        "action of the worker": Named(kwargs={"action_id": action(sealed, sensitivity="shared")}),
        "action left behind": Named(kwargs={"action_id": make_action_left_behind(kit)}),
        "action about health": Named(kwargs={"action_id": action(sealed, sensitivity="health")}),
        "action given to a third person": Named(kwargs={"action_id": make_third_action(kit)}),
        "matter put to the service manager": Named(kwargs={"matter_id": make_matter(org)}),
        "concern put to the next up": Named(kwargs={"concern_id": make_concern(org, route="line_manager")}),
        "concern put to HR": Named(kwargs={"concern_id": make_concern(org, route="hr")}),
        "disclosure that needs agreement": Named(kwargs={"disclosure_id": make_disclosure(org)}),
        "disclosure kept from the worker": Named(
            kwargs={"disclosure_id": make_disclosure(org, not_told_because="The police asked for it.")}
        ),
        "survey that is open": Named(kwargs={"survey_id": make_survey(org, date(2026, 11, 2), date(2026, 11, 30))}),
        "survey that is over": Named(kwargs={"survey_id": make_survey(org, date(2026, 10, 1), date(2026, 10, 29))}),
        "survey that is published": Named(
            kwargs={"survey_id": make_survey(org, date(2025, 10, 1), date(2025, 10, 29), plan="More rooms.")}
        ),
        "dates that the supervisor cannot keep": Named(kwargs={"shortfall_id": make_shortfall(org)}),
        "child of the worker": Named(kwargs={"child_id": child_with(org.worker).pk}),
        "discussion of a child of the worker": Named(
            kwargs={"discussion_id": discuss(child_with(org.worker), org.worker, on=date(2026, 9, 7)).pk}
        ),
        "event of a child of the worker": Named(kwargs={"event_id": make_event(org)}),
        "child held without a worker by the next up": Named(
            kwargs={"child_id": child_with(org.team_manager, without_worker=True).pk}
        ),
        "import whose columns are to be mapped": Named(kwargs={"run_id": make_import(org, "brought")}),
        "import that was applied": Named(kwargs={"run_id": make_import(org, "applied")}),
        "draft of a decision": Named(
            kwargs={"draft_id": (begun := draft_of(child_with(org.worker), org.supervisor)).pk},
            data={"version": "1", "decision-version": "1", "save": "1", "reference": begun.values["reference"]},
        ),
        "decision about a child of the worker": Named(
            kwargs={"record_id": with_document(decide(child_with(org.worker), org.supervisor)).pk}
        ),
        **make_entries(org),
        **make_examined(org),
        "child with an interval of its own": Named(kwargs={"child_id": make_child_with_interval(org)}),
        "child with a weight of its own": Named(kwargs={"child_id": make_child_with_weight(org)}),
        "link of a mail": Named(kwargs=invitation(org)),
        "own second factor": Named(before=set_up_second_factor),
        "passkey of the worker": Named(kwargs={"pk": PASSKEY}, data={"name": "Mine"}, before=passkey_of(org.worker)),
        "notice to the worker": Named(kwargs={"notice_id": make_notice(org)}),
        "address of a calendar": Named(kwargs={"secret": make_calendar(org.worker)}),
        "stopped address of a calendar": Named(kwargs={"secret": make_calendar(org.head, stopped=True)}),
    }


def make_event(org: Org) -> UUID:
    """Something that happened to a child of the worker and demands a decision."""
    event = ChildEvent.objects.create(
        child=child_with(org.worker),
        trigger="section_47",
        label="A section 47 enquiry begins",
        on=date(2026, 11, 9),
        recorded_by=org.supervisor,
        recorded_at=NOON,
    )
    return event.pk


def make_examined(org: Org) -> dict[str, Named]:
    """Audits and observations of the supervisor by the next up: as a draft, and signed. The worker's file was audited."""
    examining = Examining(org)
    draft, signed = examining.audit(), examining.signed()
    return {
        "draft of an audit of the supervisor": Named(kwargs={"record_id": draft.pk}),
        "draft of an observation of the supervisor": Named(kwargs={"record_id": examining.observation().pk}),
        "section of a draft of an audit": Named(
            kwargs={"record_id": draft.pk, "section_id": "section_2"},
            data={"version": "0", "section_2-reflection_evidence": "12 May."},
        ),
        "signed audit of the supervisor": Named(kwargs={"record_id": with_document(signed).pk}),
        "response to an audit of the supervisor": Named(
            kwargs={"record_id": signed.pk, "section_id": "_response"}, data={"version": "0", "_response-text": "Seen."}
        ),
        "signed observation of the supervisor": Named(kwargs={"record_id": examining.awaiting().pk}),
    }


def make_entries(org: Org) -> dict[str, Named]:
    """Entries about children of the worker: as a draft, signed with the record of their session, and sealed."""
    kit = EntriesKit(org)
    _, (waiting,) = kit.awaiting_with("P9001")
    _, (sealed,) = kit.sealed_with("P9002")
    return {
        "draft of an entry about a child": Named(kwargs={"record_id": kit.entry(kit.child("P9003")).pk}),
        "signed entry about a child": Named(kwargs={"record_id": waiting.pk}),
        "sealed entry about a child": Named(kwargs={"record_id": with_document(sealed).pk}),
    }


def make_import(org: Org, state: str) -> UUID:
    """A file that the system administrator brought."""
    run = ImportRun.objects.create(
        file_name="children.csv",
        headers=["Reference", "Opened", "Worker"],
        by=org.sysadmin,
        on=date(2026, 11, 9),
        started_at=NOON,
        state=state,
    )
    return run.pk


def make_notice(org: Org) -> UUID:
    """Something that waits for the worker."""
    notice = notifications.notify(person_id=org.worker.pk, kind="record_sealed", key="1", path="/", at=NOON)
    return notice.pk


def make_calendar(person: StaffMember, *, stopped: bool = False) -> str:
    """The secret in the address of somebody's calendar."""
    actor = Org.actor(person)
    secret = notifications.make_feed(actor=actor, at=NOON)
    if stopped:
        notifications.stop_feed(actor=actor, at=NOON)
    return secret


def make_draft_of_a_form() -> TemplateDraft:
    """A form that another principal social worker changed."""
    role = Role.PRINCIPAL_SOCIAL_WORKER
    other = Actor(staff_id=uuid4(), name="Ravi Sen", on=date(2026, 11, 9), roles=frozenset({role}), hat=role)
    return policies.begin_template_draft(slug="worker_record_app2", actor=other, at=NOON)


def make_draft(org: Org) -> Record:
    """The draft that the supervisor opened by entering a session."""
    held = supervision.hold_session(
        supervisee_id=org.worker.pk,
        session_id=None,
        times=Times(on=date(2026, 11, 2), starts=time(10), ends=time(11, 30)),
        mode="in_person",
        place="",
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    assert held.record
    return held.record


def make_recorded_session(kit: Kit) -> Record:
    """A sealed record with the session that it is about."""
    record = kit.sealed()
    SupervisionSession.objects.create(
        supervisee=kit.org.worker,
        supervisor=kit.org.supervisor,
        on=date(2026, 11, 9),
        starts=time(10),
        ends=time(11, 30),
        status=SupervisionSession.Status.HELD,
        booked_at=NOON,
        closed_at=NOON,
        record=record,
    )
    return record


def make_draft_left_behind(kit: Kit) -> Record:
    """A draft by somebody who supervised once, and works here still."""
    former = add_person("Fay Moss", team=kit.org.other_team, job_title="Senior social worker")
    return Record.objects.create(
        kind=Kind.WORKER_RECORD,
        subject=kit.org.worker,
        author=former,
        template_slug="worker_record_app2",
        template_version=1,
        policy_slug="shropshire-2017",
        policy_version="3",
        title="Supervision record",
        created_at=NOON,
    )


def make_survey(org: Org, starts_on: date, ends_on: date, *, plan: str = "") -> UUID:
    """A survey of everybody; with a plan, its results are published."""
    published = {"plan": plan, "published_by": org.psw, "published_at": NOON} if plan else {}
    survey = Survey.objects.create(
        starts_on=starts_on,
        ends_on=ends_on,
        standards=standards_document(),
        opened_by=org.psw,
        opened_at=NOON,
        **published,
    )
    return survey.pk


def make_unrecorded_session(org: Org) -> UUID:
    """A session that was held, whose draft was given up because nobody typed into it."""
    session = SupervisionSession.objects.create(
        supervisee=org.worker,
        supervisor=org.supervisor,
        on=date(2026, 9, 7),
        starts=time(10),
        ends=time(11, 30),
        booked_at=NOON,
        closed_at=NOON,
        status=SupervisionSession.Status.HELD,
    )
    return session.pk


def make_note(kit: Kit) -> dict[str, Any]:
    """A note by hand that was signed with a record."""
    record = kit.draft()
    note = TakenIn("note.pdf", b"%PDF-1.7 by hand %%EOF", "application/pdf")
    records.attach_files(
        record_id=record.pk, section=ATTACHMENTS, field="files", files=[note], actor=kit.supervisor, at=NOON
    )
    kit.sign(record)
    kit.countersign(record)
    return {"record_id": record.pk, "sha256": digest_of(note.data).removeprefix("sha256:")}


def make_booked_session(org: Org) -> UUID:
    """A session in the diary."""
    session = SupervisionSession.objects.create(
        supervisee=org.worker,
        supervisor=org.supervisor,
        on=date(2026, 12, 7),
        starts=time(10),
        ends=time(11, 30),
        booked_at=NOON,
    )
    return session.pk


def make_group(org: Org, *, hour: int = 8) -> UUID:
    """A group that the supervisor leads and the worker is invited to."""
    [group] = supervision.book_groups(
        plan=GroupPlan("Reflective group", "combined", facilitator_id=org.supervisor.pk, guests="A school nurse"),
        dates=[Times(on=NOON.date(), starts=time(hour), ends=time(hour + 1))],
        members={org.worker.pk},
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    return group.pk


def make_held_group(org: Org) -> GroupSession:
    """A group of the worker and somebody else, who were both there."""
    load_templates()
    peer = add_person(f"Ben Cole {uuid4().hex[:6]}", team=org.team, job_title="Social worker")
    put_under(peer, org.supervisor)
    return groups_kit.held_at_once(org, org.worker, peer)


def make_recorded_group(org: Org, *, children: bool = False, returned: bool = False) -> dict[str, UUID]:
    """A group whose record the supervisor has begun; with the entry of a child, or one that the worker sent back."""
    group = make_held_group(org)
    if not children:
        groups_kit.opened(org, group)
        return {"group_id": group.pk}
    child = child_with(org.worker)
    groups_kit.mark(org, group, (child, org.worker))
    record = groups_kit.opened(org, group)
    entry = groups_kit.entry(org, group, child)
    if returned:
        groups_kit.write(org, record, groups_kit.GROUP_TEXT)
        groups_kit.sign(org, group)
        groups_kit.sent_back(entry, by=org.worker, org=org)
    return {"group_id": group.pk, "child_id": child.pk}


def make_group_item(org: Org) -> UUID:
    """An issue for a group that has not met yet."""
    actor = org.actor(org.worker)
    item = supervision.put_forward(
        group_id=make_group(org, hour=7), text="How to end a visit.", child_id=None, actor=actor, at=NOON
    )
    return item.pk


def make_exception(org: Org) -> UUID:
    """Supervision less often than the policy asks, which nobody has decided on."""
    asked = supervision.ask_for_exception(
        supervisee_id=org.worker.pk,
        every="P6W",
        minutes=None,
        reason="Works half a week until spring.",
        starts_on=date(2026, 11, 9),
        last_on=date(2027, 2, 26),
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    return asked.pk


def make_agenda_item(org: Org, *, share: bool) -> UUID:
    """Something that the worker wants to talk about."""
    item = supervision.add_item(
        supervisee_id=org.worker.pk,
        kind="workload",
        text="Two reports are due on one day.",
        share=share,
        actor=org.actor(org.worker),
        at=NOON,
    )
    return item.pk


def make_worry(org: Org) -> Named:
    """What the worker is about to say of one child before a session."""
    child = child_with(org.worker)
    keys = {"session_id": make_booked_session(org), "child_id": child.pk}
    return Named(kwargs=keys, data={f"worry-{child.pk}": "much", "version": "0"})


def make_cancelled_session(org: Org) -> UUID:
    """A session that was cancelled just now."""
    session = SupervisionSession.objects.create(
        supervisee=org.worker,
        supervisor=org.supervisor,
        on=date(2026, 12, 14),
        starts=time(10),
        ends=time(11, 30),
        booked_at=NOON,
        status="cancelled",
        closed_at=NOON,
        cancelled_by=org.supervisor,
        cancel_reason="Called to court",
    )
    return session.pk


def make_need(org: Org, record: Record) -> UUID:
    """That an inspector may read a record of the worker, asked for by the next up, and not answered."""
    asked = NeedsKit(org, promotes=False).ask([record], at=ASKED, actor=Org.actor(org.team_manager, on=ASKED.date()))
    return asked.pk


def make_leaving(org: Org) -> UUID:
    """Somebody of the worker's supervisor and line manager who leaves, long after any day on which the suite runs."""
    leaver = add_person("Lena Voss", team=org.team, job_title="Social worker")
    manager = ManagementLine.objects.get(person=org.worker).manager
    put_under(leaver, manager, supervises=False)
    SupervisionRelationship.objects.create(
        supervisee=leaver, supervisor=org.supervisor, starts_on=BEGAN, recorded_at=RECORDED
    )
    leaver.left_on, leaver.finisher = date(2099, 1, 2), org.team_manager
    leaver.save()
    known = {"set_by": org.hr, "set_at": NOON}
    return Leaving.objects.create(person=leaver, last_day=date(2099, 1, 1), **known).pk


def make_opening_file(org: Org) -> UUID:
    """A spreadsheet that the administrator brought, and did not enter yet."""
    admin = Org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR)
    lines = [Line(2, "amara.obi@example.org", "26/10/2026")]
    return opening.take_in(about="people", name="last.csv", lines=lines, actor=admin, at=NOON).pk


def make_agreement(org: Org) -> UUID:
    """A change of frequency that the supervisor recorded, and the worker not yet."""
    made = RecordedEvent.objects.create(
        person=org.worker,
        event="student_frequency_change_agreed",
        on=date(2026, 11, 2),
        recorded_by=org.supervisor,
        recorded_at=NOON,
    )
    return made.pk


def make_absence(org: Org, kind: str, starts_on: date) -> UUID:
    """Days on which the worker is away."""
    absence = Absence.objects.create(
        person=org.worker, kind=kind, starts_on=starts_on, ends_on=starts_on + timedelta(days=5), recorded_at=NOON
    )
    return absence.pk


def make_proposal(org: Org) -> UUID:
    """A line that waits for the next up."""
    line = staff.propose_line(
        person_id=org.worker.pk,
        manager_id=org.team_manager.pk,
        starts_on=date(2027, 1, 4),
        actor=org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR),
        at=NOON,
    )
    return line.pk


def make_contract(kit: Kit) -> Record:
    """A contract that the supervisor has signed."""
    manager = {"id": str(kit.org.team_manager.pk), "name": "Tom Mills", "role": "Team manager"}
    values = {
        "key_tasks": {"key_tasks": "Work with eleven families."},
        "meetings": {"format": "Individual", "frequency": "P1M", "minutes": 90},
        "disagreements": {"named_manager": manager},
        "review": {"review_on": "2027-11-09"},
    }
    record = kit.draft(kind=Kind.CONTRACT, template="contract_1a", values=values)
    kit.sign(record)
    return record


def make_own_export(record: Record) -> UUID:
    """The file that the worker asked for, as if it had been made, with one record in it."""
    asked = OwnExport.objects.create(
        person_id=record.subject_id,
        press=record.pk,
        asked_at=NOON,
        heads={str(record.pk): record.get_head_digest()},
        stored=store(b"PK own records", media_type="application/zip", at=NOON),
        ready_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )
    return asked.pk


def with_document(record: Record) -> Record:
    """The record with a stored PDF, as if it had been printed."""
    stored = store(b"%PDF-1.7", media_type="application/pdf", at=NOON)
    RenderedDocument.objects.create(
        record=record, head=record.get_head_digest(), stored=stored, made_at=NOON + timedelta(minutes=1)
    )
    return record


def action(record: Record, *, sensitivity: str) -> UUID:
    """One of the record's actions."""
    return Action.objects.filter(record=record, sensitivity=sensitivity)[0].pk


def make_third_action(kit: Kit) -> UUID:
    """An action of the worker's record that somebody else is to do, who has no other relation to the worker."""
    third = kit.org.psw
    row = {"what": "Find the chronology of 2019", "who": third.name, "who_id": str(third.pk), "by": "2026-12-20"}
    kit.sign(kit.draft(values={"workload": {"discussed": "The court statement.", "actions": [row]}}))
    return Action.objects.get(owner=third).pk


def make_action_left_behind(kit: Kit) -> UUID:
    """An action of the worker's record that somebody was to do who has left since."""
    gone = add_person("Gus Hale", team=kit.org.other_team, job_title="Social worker")
    row = {"what": "Close the file of 2018", "who": gone.name, "who_id": str(gone.pk), "by": "2026-12-21"}
    kit.sign(kit.draft(values={"workload": {"discussed": "The file of 2018.", "actions": [row]}}))
    StaffMember.objects.filter(pk=gone.pk).update(left_on=date(2026, 11, 1))
    return Action.objects.get(owner=gone).pk


def make_matter(org: Org) -> UUID:
    """A disagreement that the worker referred; the policy names the service manager."""
    matter = supervision.refer_disagreement(
        supervisee_id=org.worker.pk,
        subject="Whether the chronology can wait",
        view="The court statement comes first.",
        session_id=None,
        actor=org.actor(org.worker),
        at=NOON,
    )
    return matter.pk


def make_concern(org: Org, *, route: str) -> UUID:
    """A concern of the worker about the supervisor."""
    concern = supervision.raise_concern(
        route=f"{route}/{org.supervisor.pk}",
        text="Nobody asks about the operation.",
        actor=org.actor(org.worker),
        at=NOON,
    )
    return concern.pk


def make_disclosure(org: Org, *, not_told_because: str = "") -> UUID:
    """Something of the worker's supervision that was shared, or that both must agree to."""
    disclosure = supervision.log_disclosure(
        supervisee_id=org.worker.pk,
        what="That the operation went well.",
        category="staff_safety" if not_told_because else "by_agreement",
        shared_with="Tom Mills, team manager",
        shared_on=NOON.date() if not_told_because else None,
        advice=Advice(),
        not_told_because=not_told_because,
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    return disclosure.pk


def make_shortfall(org: Org) -> UUID:
    """That the supervisor told those above that the worker falls due before the next date."""
    shortfall = Shortfall.objects.create(
        told_by=org.supervisor, told_at=NOON, on=NOON.date(), reason="posts", plan="Cover."
    )
    shortfall.dates.create(person=org.worker, due_on=NOON.date())
    for lead in (org.team_manager, org.head):
        shortfall.leads.create(lead=lead)
    return shortfall.pk


def make_child_with_weight(org: Org) -> UUID:
    """A child of the worker that counts otherwise than the policy says."""
    child = child_with(org.worker)
    caseload.set_weight(child_id=child.pk, weight="2", reason="Three courts.", actor=org.actor(org.supervisor), at=NOON)
    return child.pk


def make_child_with_interval(org: Org) -> UUID:
    """A child of the worker that is to be discussed more often than the policy asks."""
    child = child_with(org.worker)
    cases.set_override(
        child_id=child.pk,
        every="P2W",
        reason="Three moves in a month.",
        review_on=date(2027, 1, 4),
        actor=org.actor(org.supervisor),
        at=NOON,
    )
    return child.pk


def invitation(org: Org) -> dict[str, str]:
    """What stands in the address of a mailed link."""
    path = staff.invitation_path(account_id=Account.objects.get(person=org.worker).pk)
    uid, key = path.rstrip("/").rpartition("/")[2].split("-", 1)
    return {"uidb36": uid, "key": key}


def set_up_second_factor(person: StaffMember | None) -> None:
    """For whoever asks: an authenticator app with recovery codes."""
    if person:
        account = Account.objects.get(person=person)
        TOTP.activate(account, generate_totp_secret())
        RecoveryCodes.activate(account)


def passkey_of(owner: StaffMember) -> Callable[[StaffMember | None], None]:
    """Whoever asks: somebody's passkey is there, under a known key."""

    def make(_: StaffMember | None) -> None:
        account = Account.objects.get(person=owner)
        data = {"name": "My passkey", "credential": {}}
        Authenticator.objects.create(pk=PASSKEY, user=account, type=Authenticator.Type.WEBAUTHN, data=data)

    return make
