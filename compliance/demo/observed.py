"""An observation that was done, one that waits for consent, and an audit that was judged a second time. By the services."""

from datetime import date, datetime, time, timedelta

from audits.models import Audit, Observation
from audits.moderating import services as moderating
from audits.observing import services
from audits.observing.feedback import services as feedback
from audits.observing.feedback.selectors import feedback_context, feedback_to_sign
from audits.observing.selectors import observations_in_full
from compliance.demo import people
from compliance.demo.audits import EVIDENCE
from compliance.demo.authority import Authority, local
from core.actor import Actor, Role
from core.clock import date_of
from records import selectors as records
from records.models import Record
from records.rules import Meaning
from records.services import countersign, save_section
from staff.challenge import Challenge
from staff.models import StaffMember
from staff.selectors import actor_for

TWO = time(14)
SEEN_BEFORE, ASKED_BEFORE = timedelta(days=38), timedelta(days=52)
SEEN_IN = timedelta(days=9)
ASKED_AFTER, JUDGED_AFTER = timedelta(days=7), timedelta(days=16)
WRITTEN = {
    "activity": {
        "activity": "A home visit",
        "seen": "She said at the door why we were two, and asked whether that was all right. Most of the talking was theirs.",
    },
    "findings": {
        "strengths": "Patient with silence. Came back to what the mother had said half an hour before.",
        "to_develop": "The plan was agreed in the last five minutes. Leave it more room.",
    },
    "feedback": {
        "feedback_given": "We spoke in the car and again two days later: what went well, and the end of the visit."
    },
}
JUDGEMENT = "Requires improvement"
WORDS = "Sessions are regular and kindly kept. Decisions are written down, but for half of them not what led there."


def tell(authority: Authority, *, at: datetime, today: date) -> int:
    """Write them; how many there are."""
    manager, done, asked = (authority.members[name].row for name in (people.GARETH, people.OBSERVED, people.ASKED))
    _done(manager, done, today=today)
    actor = actor_for(manager, on=today)
    services.plan_practice(
        observed_id=asked.pk, activity="A family group meeting", on=today + SEEN_IN, child_id=None, actor=actor, at=at
    )
    return 2 + _judged_again(authority, today=today)


def _done(manager: StaffMember, worker: StaffMember, *, today: date) -> None:
    """Planned, agreed to, held, written, and signed by both."""
    asked_on, on = today - ASKED_BEFORE, today - SEEN_BEFORE
    made = services.plan_practice(
        observed_id=worker.pk,
        activity="A home visit",
        on=on,
        child_id=None,
        actor=actor_for(manager, on=asked_on),
        at=local(asked_on, TWO),
    )
    agreed_on = asked_on + timedelta(days=1)
    services.answer(
        observation_id=made.pk,
        agreed=True,
        words="Please come a little before me.",
        actor=actor_for(worker, on=agreed_on),
        at=local(agreed_on, TWO),
    )
    observer, now = actor_for(manager, on=on), local(on, TWO) + timedelta(hours=2)
    held = feedback.hold(observation_id=made.pk, on=on, actor=observer, at=now)
    _write(held, actor=observer, at=now)
    feedback.sign_feedback(
        observation_id=held.pk,
        shown=_shown(held, on),
        challenge=_challenge(now),
        evidence=EVIDENCE,
        actor=observer,
        at=now,
    )
    _countersign(held, worker, on=on + timedelta(days=2))


def _write(observation: Observation, *, actor: Actor, at: datetime) -> None:
    record = Record.objects.get(observation=observation)
    for section, fields in WRITTEN.items():
        begun = record.draft_sections.filter(section=section).values_list("version", flat=True).first()
        save_section(
            record_id=record.pk, section=section, key=None, fields=fields, version=begun or 0, actor=actor, at=at
        )


def _shown(observation: Observation, on: date) -> str:
    full = observations_in_full().get(pk=observation.pk)
    record = Record.objects.with_parts().get(observation=full)
    return feedback_to_sign(record, feedback_context(observation=full, record=record, on=on)).shown


def _countersign(observation: Observation, worker: StaffMember, *, on: date) -> None:
    record, at = Record.objects.with_parts().get(observation=observation), local(on, TWO)
    asked = [*records.own_sections_shown(record), *records.reasons_asked(record)]
    shown = records.shown_with(records.shown_for_countersigning(record), records.saved_answer(record, asked))
    countersign(
        record_id=record.pk,
        shown=shown,
        meaning=Meaning.AGREE,
        challenge=_challenge(at),
        evidence=EVIDENCE,
        actor=actor_for(worker, on=on),
        at=at,
    )


def _challenge(at: datetime) -> Challenge:
    return Challenge(method="demo", auth_time=at - timedelta(minutes=1))


def _judged_again(authority: Authority, *, today: date) -> int:
    """The service manager's last signed audit, by the other service manager; none while there is not one that is old enough."""
    auditor, other, psw = (
        authority.members[name].row for name in (people.SERVICE_MANAGER, people.OTHER_SERVICE_MANAGER, people.PRINCIPAL)
    )
    audits = Audit.objects.standing().with_done_at().filter(auditor=auditor)
    signed = [(date_of(audit.done_at), audit) for audit in audits if audit.done_at]
    old = [(on, audit) for on, audit in signed if on < today - JUDGED_AFTER]
    if not old:
        return 0
    signed_on, audit = max(old, key=lambda each: each[0])
    asked_on, judged_on = signed_on + ASKED_AFTER, signed_on + JUDGED_AFTER
    made = moderating.ask_for_moderation(
        audit_id=audit.pk,
        to_id=other.pk,
        due_on=judged_on + timedelta(days=5),
        actor=actor_for(psw, on=asked_on, hat=Role.PRINCIPAL_SOCIAL_WORKER),
        at=local(asked_on, TWO),
    )
    moderating.judge(
        moderation_id=made.pk,
        judgement=JUDGEMENT,
        words=WORDS,
        actor=actor_for(other, on=judged_on),
        at=local(judged_on, TWO),
    )
    return 1
