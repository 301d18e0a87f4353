"""Setting and confirming rules, placing and lifting holds, deciding what is kept longer or destroyed."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from archive.models import Certificate, Disposal, DisposalAnswer, Hold, HoldLift, RetentionRule, RuleAnswer
from archive.retention import access, destroying, rules, selectors
from archive.retention.rules import DataClass
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from records.models import Record
from staff.models import Custody, StaffMember, Team
from trail import services as trail

ANSWERED = "Somebody answered this already."


@transaction.atomic
def set_rule(
    *,
    data_class: str,
    outcome: str,
    trigger: str,
    months: int | None,
    reason: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> RetentionRule:
    """A new version of the rule of one class; it holds once a second person has confirmed it.

    Raises NotAllowed, or RuleBroken: one waits already, or the time cannot run from that.
    """
    access.check_can_decide(actor)
    _one_at_a_time()
    one = DataClass(data_class)
    if RetentionRule.objects.filter(data_class=one, answer=None).exists():
        raise RuleBroken("A rule for this class waits for a second person already.")
    if outcome == RetentionRule.Outcome.AFTER:
        if trigger not in rules.triggers_of(one):
            raise RuleBroken("The time of this class cannot run from that.", field="trigger")
        if not months or months > rules.LONGEST:
            raise RuleBroken("Enter how long it is kept: from one month to 100 years.", field="months")
    is_after = outcome == RetentionRule.Outcome.AFTER
    rule = RetentionRule.objects.create(
        data_class=one,
        outcome=outcome,
        trigger=trigger if is_after else "",
        months=months if is_after else None,
        reason=reason,
        source=source,
        set_by_id=actor.staff_id,
        set_at=at,
    )
    trail.record(actor=actor, verb="retention.rule_set", target=rule, at=at, data_class=one.value, months=rule.months)
    return rule


@transaction.atomic
def answer_rule(*, rule_id: UUID, confirmed: bool, words: str, actor: Actor, at: datetime) -> RuleAnswer:
    """Confirm a rule as the second person, or say no. Raises NotAllowed, or RuleBroken where it was answered."""
    _one_at_a_time()
    rule = RetentionRule.objects.visible_to(actor).get(pk=rule_id)
    access.check_is_second(actor, first=rule.set_by_id)
    if RuleAnswer.objects.filter(rule=rule).exists():
        raise RuleBroken(ANSWERED)
    answer = RuleAnswer.objects.create(rule=rule, confirmed=confirmed, words=words, by_id=actor.staff_id, at=at)
    verb = "retention.rule_confirmed" if confirmed else "retention.rule_refused"
    trail.record(actor=actor, verb=verb, target=rule, at=at, data_class=rule.data_class, months=rule.months)
    return answer


@transaction.atomic
def place_hold(
    *,
    scope: str,
    reason: str,
    actor: Actor,
    at: datetime,
    record_id: UUID | None = None,
    person_id: UUID | None = None,
    team_id: UUID | None = None,
    data_class: str = "",
) -> Hold:
    """Keep something whatever the table says. What is being destroyed at this moment is waited for.

    Raises NotAllowed, or RuleBroken where there is no such thing.
    """
    access.check_can_hold(actor)
    named = {"record_id": record_id, "person_id": person_id, "team_id": team_id, "data_class": data_class}
    wanted = {"record": "record_id", "person": "person_id", "team": "team_id", "class": "data_class"}.get(scope)
    if wanted and not named[wanted]:
        raise RuleBroken("Say what is held.", field=wanted)
    _check_there_is(record_id=record_id, person_id=person_id, team_id=team_id)
    hold = Hold.objects.create(
        scope=scope,
        reason=reason,
        placed_by_id=actor.staff_id,
        placed_at=at,
        **{name: value for name, value in named.items() if name == wanted},
    )
    trail.record(actor=actor, verb="retention.hold_placed", target=hold, about=hold.person_id, at=at, scope=scope)
    return hold


def _check_there_is(*, record_id: UUID | None, person_id: UUID | None, team_id: UUID | None) -> None:
    for field, rows, key in (
        ("record_id", Record.objects.all(), record_id),
        ("person_id", StaffMember.objects.all(), person_id),
        ("team_id", Team.objects.all(), team_id),
    ):
        if key and not rows.filter(pk=key).exists():
            raise RuleBroken("There is none with this number.", field=field)


@transaction.atomic
def lift_hold(*, hold_id: UUID, reason: str, actor: Actor, at: datetime) -> HoldLift:
    """End a hold, as somebody other than who placed it. Raises NotAllowed, or RuleBroken where it was lifted."""
    _one_at_a_time()
    hold = Hold.objects.visible_to(actor).get(pk=hold_id)
    access.check_is_second(actor, first=hold.placed_by_id, about=hold.person_id)
    if HoldLift.objects.filter(hold=hold).exists():
        raise RuleBroken("This hold was lifted already.")
    lift = HoldLift.objects.create(hold=hold, reason=reason, by_id=actor.staff_id, at=at)
    trail.record(actor=actor, verb="retention.hold_lifted", target=hold, about=hold.person_id, at=at)
    return lift


@transaction.atomic
def decide(
    *, person_id: UUID, data_class: str, kind: str, until: date | None, reason: str, actor: Actor, at: datetime
) -> Disposal:
    """Keep one class of a leaver's file longer, or ask a second person to destroy it.

    Raises NotAllowed, or RuleBroken: its time is not over, it is held, gone, or waits for a second person.
    """
    access.check_can_decide(actor, about=person_id)
    on, standing = date_of(at), _standing(person_id, data_class)
    if standing.rule is None or not standing.is_to_review(on):
        raise RuleBroken("This is not on the list of what has reached its date.")
    if standing.proposed:
        raise RuleBroken("A destruction of this waits for a second person already.")
    if kind == Disposal.Kind.KEEP and (until is None or until <= on):
        raise RuleBroken("Enter the day until which it is kept, after today.", field="until")
    if kind == Disposal.Kind.DESTROY and standing.hold:
        raise RuleBroken("A hold stands on this, so nothing of it is destroyed.")
    disposal = Disposal.objects.create(
        person_id=person_id,
        data_class=data_class,
        kind=kind,
        rule=standing.rule,
        until=until if kind == Disposal.Kind.KEEP else None,
        reason=reason,
        decided_by_id=actor.staff_id,
        decided_at=at,
    )
    verb = "retention.kept_longer" if kind == Disposal.Kind.KEEP else "retention.destruction_asked"
    trail.record(actor=actor, verb=verb, target=disposal, about=person_id, at=at, data_class=data_class)
    return disposal


def _standing(person_id: UUID, data_class: str) -> selectors.Standing:
    """How the class stands, with the person's row locked, so that two never decide at once."""
    StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    found = [one for one in selectors.standing_of(person_id) if one.data_class == data_class]
    if not found:
        raise RuleBroken("Nothing is destroyed of somebody whose file the archive does not hold.")
    return found[0]


@transaction.atomic
def answer_disposal(*, disposal_id: UUID, approved: bool, words: str, actor: Actor, at: datetime) -> Certificate | None:
    """Approve a destruction as the second person, upon which it is done and certified at once; or say no.

    Raises NotAllowed, or RuleBroken: answered already, held, or its time by the rule is not over.
    """
    disposal = Disposal.objects.visible_to(actor).select_related("rule").get(pk=disposal_id)
    access.check_is_second(actor, first=disposal.decided_by_id, about=disposal.person_id)
    StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=disposal.person_id)
    if DisposalAnswer.objects.filter(disposal=disposal).exists() or disposal.kind != Disposal.Kind.DESTROY:
        raise RuleBroken(ANSWERED)
    DisposalAnswer.objects.create(disposal=disposal, approved=approved, words=words, by_id=actor.staff_id, at=at)
    if not approved:
        trail.record(
            actor=actor, verb="retention.destruction_refused", target=disposal, about=disposal.person_id, at=at
        )
        return None
    return destroying.destroy(disposal=disposal, actor=actor, at=at)


def _one_at_a_time() -> None:
    """Answers to rules and holds one after another; the rows themselves cannot be locked, since nobody changes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('archive_retention'))")


@transaction.atomic
def read_standings(*, custody: Custody, actor: Actor, at: datetime) -> list[selectors.Standing]:
    """How each class of a leaver's file stands, with what was said of it; noted in the trail first."""
    access.check_can_see(actor)
    trail.record(actor=actor, verb="retention.read", target=custody, about=custody.person_id, at=at)
    return selectors.standings([custody])
