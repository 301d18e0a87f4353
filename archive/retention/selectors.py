"""What the table says, what is held, how each class of a leaver's file stands, and what is to be purged."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from archive.models import Certificate, Disposal, Hold, RetentionRule
from archive.retention import rules
from archive.retention.rules import DataClass, Held
from core.actor import Actor
from policies.rules.durations import add_months
from records import canonical, sealing
from records.models import Action, Part, Record, RecordGone
from records.rules import State
from staff.models import Custody, Post, StaffMember, Team
from supervision.models import EnteredOnChildRecord

# Rows of the longest list on one page; the oldest come first
MOST = 200


def rules_in_force() -> dict[str, RetentionRule]:
    """Of each class the last rule that was confirmed; a class without one is not there."""
    found: dict[str, RetentionRule] = {}
    confirmed = RetentionRule.objects.filter(answer__confirmed=True).select_related("set_by", "answer__by")
    for rule in confirmed.order_by("answer__at", "answer__pk"):
        found[rule.data_class] = rule
    return {key: rule for key, rule in found.items() if rule.outcome != RetentionRule.Outcome.NO_RULE}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One class of the table: the rule that holds, and the one that waits for a second person."""

    data_class: DataClass
    rule: RetentionRule | None
    waiting: RetentionRule | None
    former: tuple[RetentionRule, ...]

    @property
    def words(self) -> str:
        """What becomes of the class."""
        return words_of(self.rule)


def words_of(rule: RetentionRule | None) -> str:
    """What a rule says, in a line."""
    if rule is None or rule.outcome == RetentionRule.Outcome.NO_RULE:
        return "No rule set: kept"
    if rule.outcome == RetentionRule.Outcome.FOR_GOOD:
        return "Kept for good"
    return f"{rules.period_words(rule.months or 0)} after: {rule.get_trigger_display()}"


def table(actor: Actor) -> list[RuleRow]:
    """Every class with its rule, in one order; one query for all versions."""
    versions = RetentionRule.objects.visible_to(actor).select_related("set_by", "answer__by").order_by("-set_at", "-pk")
    of: dict[str, list[RetentionRule]] = {}
    for version in versions:
        of.setdefault(version.data_class, []).append(version)
    holding = rules_in_force()
    return [
        RuleRow(
            data_class=one,
            rule=holding.get(one),
            waiting=next((each for each in of.get(one, []) if not hasattr(each, "answer")), None),
            former=tuple(each for each in of.get(one, []) if hasattr(each, "answer")),
        )
        for one in DataClass
    ]


# -- Holds


def standing_holds() -> QuerySet[Hold]:
    """The holds that nobody has lifted, the oldest first."""
    return Hold.objects.filter(lift=None).select_related("person", "team", "placed_by").order_by("placed_at", "pk")


def held(*, person_id: UUID | None = None, record_ids: Iterable[UUID] = (), data_class: str = "") -> Hold | None:
    """The first hold that stands on a person's file, on one of these records or on the class, as the database itself says."""
    people = [person_id] if person_id else []
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_hold_of(%s::uuid[], %s, %s::uuid[])", [people, data_class, list(record_ids)])
        (hold_id,) = cursor.fetchone()
    return Hold.objects.select_related("person", "team", "placed_by").get(pk=hold_id) if hold_id else None


@dataclass(frozen=True, slots=True)
class Holding:
    """The holds that stand, and the teams of some people, at hand for a list."""

    holds: tuple[Hold, ...]
    teams: Mapping[UUID, frozenset[UUID]]

    def on(self, *, people: Collection[UUID], data_class: str, records: Collection[UUID]) -> Hold | None:
        """The first that covers it; the same as ``held`` finds."""
        teams = frozenset().union(*(self.teams.get(person, frozenset()) for person in people))
        for hold in self.holds:
            covers = Held(hold.scope, hold.record_id, hold.person_id, hold.team_id, hold.data_class).covers
            if covers(people=people, teams=teams, data_class=data_class, records=records):
                return hold
        return None


def holding(people: Collection[UUID]) -> Holding:
    """The holds that stand, with the teams in which these people ever were; two queries at most."""
    holds = tuple(standing_holds())
    if not any(hold.team_id for hold in holds):
        return Holding(holds, {})
    rows = Post.objects.filter(person__in=people).order_by("person").values_list("person", "team")
    return Holding(
        holds, {key: frozenset(team for _, team in found) for key, found in groupby(rows, lambda row: row[0])}
    )


# -- Files of leavers


@dataclass(frozen=True, slots=True)
class Standing:
    """How one class of a leaver's file stands on a day."""

    custody: Custody
    data_class: DataClass
    rule: RetentionRule | None
    due_on: date | None
    hold: Hold | None
    certificate: Certificate | None
    decision: Disposal | None

    @property
    def kept_until(self) -> date | None:
        """Until when a reviewer keeps it longer."""
        return self.decision.until if self.decision and self.decision.kind == Disposal.Kind.KEEP else None

    @property
    def proposed(self) -> Disposal | None:
        """The destruction that waits for a second person."""
        if self.decision is None or self.decision.kind != Disposal.Kind.DESTROY or hasattr(self.decision, "answer"):
            return None
        return self.decision

    def is_to_review(self, on: date) -> bool:
        """Whether its time is over, and nobody has decided to keep it beyond that day."""
        if self.certificate or self.due_on is None or self.due_on > on:
            return False
        return self.kept_until is None or self.kept_until <= on


def standings(custodies: Sequence[Custody]) -> list[Standing]:
    """Every class of these files, in at most eight queries however many there are."""
    people = [custody.person_id for custody in custodies]
    holds_now, holding_now = rules_in_force(), holding(people)
    sealed = _sealed(people)
    records = _records(people) if any(hold.record_id for hold in holding_now.holds) else {}
    certificates = {(one.person_id, one.data_class): one for one in Certificate.objects.filter(person_id__in=people)}
    decisions = {
        (one.person_id, one.data_class): one
        for one in Disposal.objects.filter(person__in=people)
        .select_related("answer__by", "decided_by", "rule")
        .order_by("decided_at", "pk")
    }
    found = []
    for custody in custodies:
        for one in rules.OF_A_FILE:
            rule, key = holds_now.get(one), (custody.person_id, one.value)
            found.append(
                Standing(
                    custody=custody,
                    data_class=one,
                    rule=rule,
                    due_on=_due_on(rule, custody.starts_on, sealed.get(key)),
                    hold=holding_now.on(
                        people=[custody.person_id], data_class=one, records=records.get(key, frozenset())
                    ),
                    certificate=certificates.get(key),
                    decision=decisions.get(key),
                )
            )
    return found


def _due_on(rule: RetentionRule | None, left_on: date, sealed_on: date | None) -> date | None:
    if rule is None or rule.months is None:
        return None
    return rules.due_on(trigger=rule.trigger, months=rule.months, left_on=left_on, sealed_on=sealed_on)


_CLASS_OF = {kind: one.value for one, kinds in rules.KINDS.items() for kind in kinds}


def _sealed(people: Collection[UUID]) -> dict[tuple[UUID, str], date]:
    """Of each person and class the day, in UTC, of the last signature."""
    rows = Part.objects.filter(record__subject__in=people).values_list("record__subject", "record__kind")
    found: dict[tuple[UUID, str], date] = {}
    for person, kind, at in rows.annotate(last=Max("signed_at")).order_by():
        if kind in _CLASS_OF and person:
            key = (person, _CLASS_OF[kind])
            found[key] = max(found.get(key, date.min), at.date())
    return found


def _records(people: Collection[UUID]) -> dict[tuple[UUID, str], frozenset[UUID]]:
    found: dict[tuple[UUID, str], set[UUID]] = {}
    for person, kind, record in Record.objects.filter(subject__in=people).values_list("subject", "kind", "pk"):
        if kind in _CLASS_OF and person:
            found.setdefault((person, _CLASS_OF[kind]), set()).add(record)
    return {key: frozenset(records) for key, records in found.items()}


def standing_of(person_id: UUID) -> list[Standing]:
    """Every class of one leaver's file; nothing for somebody whose file the archive does not hold."""
    return standings(list(Custody.objects.filter(person=person_id).select_related("person")))


def review_list(*, actor: Actor, on: date) -> list[Standing]:
    """What has reached its date by the rules, the oldest file first; files of ``MOST`` people at once."""
    months = [rule.months for rule in rules_in_force().values() if rule.months and rule.trigger != "entered"]
    if not months:
        return []
    custodies = Custody.objects.filter(starts_on__lte=add_months(on, -min(months))).exclude(person_id=actor.staff_id)
    gone = Certificate.objects.filter(person_id=OuterRef("person_id")).order_by()
    left = custodies.exclude(
        Exists(gone.filter(data_class=DataClass.MATTERS)) & Exists(gone.filter(data_class="folder"))
    )
    rows = standings(list(left.select_related("person").order_by("starts_on", "pk")[:MOST]))
    return [row for row in rows if row.is_to_review(on)]


# -- Purge


def to_purge(*, on: date, before: date | None = None) -> QuerySet[Record]:
    """Entries and decisions whose local text the rule purges on a day, or would until ``before``; held ones are among them.

    Complete, entered on the child's record long enough ago, nothing added since, no action open.
    """
    rule = rules_in_force().get(DataClass.CASE_TEXT)
    if rule is None or rule.months is None:
        return Record.objects.none()
    parts = Part.objects.filter(record=OuterRef("pk"))
    return (
        Record.objects.filter(
            kind__in=rules.PURGED_KINDS, entered__entered_on__lte=add_months(before or on, -rule.months)
        )
        .filter(Exists(parts.filter(state_after=State.SEALED)))
        .exclude(Exists(parts.filter(signed_at__gt=OuterRef("entered__recorded_at"))))
        .exclude(Exists(Action.objects.filter(record=OuterRef("pk"), status=Action.Status.OPEN)))
        .exclude(Exists(RecordGone.objects.filter(record=OuterRef("pk"))))
        .select_related("child", "entered")
        .order_by("entered__entered_on", "pk")
    )


def entered_of(record: Record) -> EnteredOnChildRecord | None:
    """That a record is on the child's record, and by whom."""
    return EnteredOnChildRecord.objects.filter(record=record).select_related("entered_by").first()


def certificates(actor: Actor) -> QuerySet[Certificate]:
    """All that is certified, the last first."""
    return Certificate.objects.visible_to(actor).order_by("-number").defer("body", "signature")


def waiting_for_second(actor: Actor) -> QuerySet[Disposal]:
    """Destructions that somebody else decided on, and that wait for a second person."""
    open_ones = Disposal.objects.visible_to(actor).filter(kind=Disposal.Kind.DESTROY, answer=None)
    return open_ones.exclude(Q(decided_by_id=actor.staff_id) | Q(decided_by=F("person")))


# -- For the pages


def custody_of(person_id: UUID) -> Custody | None:
    """That the archive holds a person's file, with the person; None where it does not."""
    return Custody.objects.filter(person=person_id).select_related("person").first()


def team_choices(actor: Actor) -> list[tuple[str, str]]:
    """Every team by name, for a hold."""
    return [(str(key), name) for key, name in Team.objects.order_by("name").values_list("pk", "name")]


def holds_with_lifts(actor: Actor) -> QuerySet[Hold]:
    """Every hold, those that stand first."""
    rows = Hold.objects.visible_to(actor).select_related("person", "team", "placed_by", "lift__by")
    return rows.order_by(F("lift__at").desc(nulls_first=True), "-placed_at")


def purge_soon(*, on: date, days: int = 30) -> dict[str, object]:
    """What is purged in the next days: how many entries, and the first of them."""
    soon = to_purge(on=on, before=on + timedelta(days=days))
    return {"number": soon.count(), "first": soon[:20], "rule": rules_in_force().get(DataClass.CASE_TEXT), "days": days}


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """What a certificate says, with the names of those who are still known."""

    body: Mapping[str, Any]
    person: str
    decided_by: str
    approved_by: str
    is_genuine: bool


def certificate_shown(certificate: Certificate) -> CertificateShown:
    """What its bytes say, checked against the organisation's attestation."""
    raw = bytes(certificate.body)
    body = json.loads(raw)
    keys = [body[name] for name in ("person", "decided_by", "approved_by")]
    names = dict(StaffMember.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name"))
    person, first, second = (names.get(UUID(key), "") if key else "" for key in keys)
    signed = sealing.is_attested(canonical.digest(raw), bytes(certificate.signature), certificate.key_id)
    return CertificateShown(body, person, first, second, signed)
