"""From a checked policy file to the ``Policy`` that the engine reads: gaps filled, every rule with its own terms."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from policies import schema
from policies.audit_words import defaults_in_words
from policies.bank_holidays import bank_holidays
from policies.rules import escalation
from policies.rules.calendars import Per, Within, WorkingCalendar
from policies.rules.cover import DEFAULT_COVER_AFTER
from policies.rules.durations import Duration
from policies.rules.policy import (
    DEFAULT_DUE_SOON_DAYS,
    DEFAULT_FIRST_AFTER_RETURN,
    DEFAULT_MIN_AVAILABLE_WORKING_DAYS,
    DEFAULT_REDUCED_BY,
    DEFAULT_SUSPENDED_AFTER,
    Ambiguity,
    AnchorPlus,
    Atom,
    AtomType,
    CaseRule,
    Category,
    OnEvent,
    Phase,
    Policy,
    Rule,
    Severity,
    ShortSession,
    Terms,
    accepted,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What is read into values of their own; everything else is kept as a block
_READ = frozenset(
    {
        *("schema", "id", "authority", "title", "version", "source", "effective", "inherits", "ambiguities"),
        *("calendar", "labels", "worker_categories", "supervision_rules", "case_rules"),
    }
)


def build(shape: schema.PolicyShape, document: dict[str, Any], parent: Policy | None) -> Policy:
    """The policy in ``shape`` (of the raw ``document``), with what it leaves out taken from its parent."""
    source = f"{shape.id}, version {shape.version}"
    rules = _rules(shape, parent, source)
    absence = _absence(shape, parent)
    blocks = {key: value for key, value in document.items() if key not in _READ}
    return Policy(
        id=shape.id,
        authority=shape.authority,
        version=shape.version,
        title=shape.title,
        sources=tuple(shape.source),
        effective_from=_day(shape.effective.from_),
        effective_to=_day(shape.effective.to),
        review_by=_day(shape.effective.review_by),
        inherits=shape.inherits,
        calendar=_calendar(shape.calendar),
        bank_holidays=shape.calendar.bank_holidays,
        categories=tuple(Category(**each.model_dump()) for each in shape.worker_categories),
        rules=rules + (_inherited(shape, rules, parent) if parent else ()),
        case_rules=tuple(_case_rule(each) for each in shape.case_rules),
        suspended_after=_within(absence.obligation_suspended_after) or DEFAULT_SUSPENDED_AFTER,
        first_after_return=_within(absence.first_after_return) or DEFAULT_FIRST_AFTER_RETURN,
        ambiguities=tuple(_ambiguity(each) for each in shape.ambiguities),
        labels=_labels(shape, parent),
        deadlines=_deadlines(shape),
        blocks={**(parent.blocks if parent else {}), **blocks},
        product_defaults=(*_product_defaults(shape, absence), *_audit_defaults(shape, parent)),
        sources_in_words={**parent.sources_in_words, parent.source: parent.in_words} if parent else {},
    )


def build_interval(interval: schema.IntervalShape | None, default_id: str) -> tuple[Atom, ...]:
    """The atoms of an interval; a lone one without an id takes ``default_id``. No interval: no figure."""
    if interval is None:
        return (Atom(id=default_id, type=AtomType.AS_REQUIRED),)
    if isinstance(interval, schema.AtomShape):
        return (_atom(interval, interval.id or default_id),)
    names = Counter(each.id for each in interval.all_of if each.id)
    atoms = []
    for each in interval.all_of:
        name = each.id or (default_id if len(interval.all_of) == 1 else each.type)
        if not each.id:
            names[name] += 1
            name = name if names[name] == 1 else f"{name}-{names[name]}"
        atoms.append(_atom(each, name))
    return tuple(atoms)


def _rules(shape: schema.PolicyShape, parent: Policy | None, source: str) -> tuple[Rule, ...]:
    plain = {each.id: _terms(each, shape.supervision_rules) for each in shape.supervision_rules}
    named = {
        each.id: Phase(None, None, build_interval(each.interval, each.id), plain[each.id])
        for each in shape.supervision_rules
        if each.phases is None
    }
    if parent:
        named = {rule.id: rule.phases[0] for rule in parent.rules if not rule.is_phased} | named
    return tuple(_rule(each, plain[each.id], named, source) for each in shape.supervision_rules)


def _rule(shape: schema.RuleShape, terms: Terms, named: dict[str, Phase], source: str) -> Rule:
    phases = tuple(_phase(each, terms, named) for each in shape.phases) if shape.phases else (named[shape.id],)
    scope = shape.applies_to
    return Rule(
        id=shape.id,
        kind=shape.kind,
        phases=phases,
        categories=frozenset(scope.categories) if scope.categories else None,
        services=frozenset(scope.services),
        not_services=frozenset(scope.not_services),
        obligation=shape.obligation,
        label=shape.label,
        first_within=_within(shape.first_within),
        uninterrupted=bool(shape.uninterrupted),
        additional_to=tuple(shape.additional_to),
        increase_triggers=tuple(shape.increase_triggers),
        led_by=shape.led_by,
        note=shape.note,
        source=source,
    )


def _phase(shape: schema.PhaseShape, terms: Terms, named: dict[str, Phase]) -> Phase:
    until = _until(shape.until)
    if shape.use_rule:
        used = named[shape.use_rule]
        atoms = tuple(replace(atom, id=shape.id) if atom.id == shape.use_rule else atom for atom in used.atoms)
        return Phase(
            shape.id, until, atoms, used.terms, shape.label, uses_rule=shape.use_rule, reduced_by=_reduced_by(shape)
        )
    if shape.min_minutes is not None:
        terms = replace(terms, min_minutes=shape.min_minutes)
    atoms = build_interval(shape.interval, shape.id)
    return Phase(shape.id, until, atoms, terms, shape.label, reduced_by=_reduced_by(shape))


def _reduced_by(shape: schema.PhaseShape) -> str:
    """The event by which a phase may end before its time; "" where it may not."""
    if isinstance(shape.reducible, dict):
        return str(shape.reducible.get("requires") or DEFAULT_REDUCED_BY)
    return DEFAULT_REDUCED_BY if shape.reducible else ""


def _terms(shape: schema.RuleShape, rules: Iterable[schema.RuleShape]) -> Terms:
    """What satisfies a rule; sessions of a rule that is ``additional_to`` it never do.

    Where both accept the very same sessions nothing could tell them apart, and they satisfy both.
    """
    accepts = accepted(shape.kind, shape.counts)
    for other in rules:
        if shape.id in other.additional_to:
            theirs = frozenset((other.kind, form) for form in other.counts)
            if not (other.kind == shape.kind and set(other.counts) >= set(shape.counts)):
                accepts -= theirs
    return Terms(accepts, shape.min_minutes, ShortSession(shape.short_session))


def _inherited(shape: schema.PolicyShape, own: Sequence[Rule], parent: Policy) -> tuple[Rule, ...]:
    """The parent's worker-clock rules for the declared categories that have none here (policy-model 2.2, c)."""
    covered: set[str] = set()
    for rule in own:
        if rule.is_worker_clock:
            covered |= rule.categories if rule.categories is not None else {each.id for each in shape.worker_categories}
    gaps = frozenset(each.id for each in shape.worker_categories) - covered
    return tuple(
        replace(rule, categories=filled, inherited=True)
        for rule in parent.rules
        if rule.is_worker_clock
        and (filled := gaps & (rule.categories if rule.categories is not None else frozenset(_category_ids(parent))))
    )


def _category_ids(policy: Policy) -> list[str]:
    return [category.id for category in policy.categories]


def _atom(shape: schema.AtomShape, name: str) -> Atom:
    return Atom(
        id=name,
        type=AtomType(shape.type),
        severity=Severity(shape.severity),
        every=_duration(shape.every),
        limit=_duration(shape.limit),
        count=shape.count or 1,
        per=Per(shape.per) if shape.per else None,
        size=_duration(shape.size),
        max=shape.max or 0,
        min_available_working_days=shape.min_available_working_days or DEFAULT_MIN_AVAILABLE_WORKING_DAYS,
        qualifying_minutes_only=bool(shape.qualifying_minutes_only),
        note=shape.note,
    )


def _case_rule(shape: schema.CaseRuleShape) -> CaseRule:
    scope, coverage = shape.applies_to, shape.coverage or schema.CoverageShape()
    plan_types = frozenset(scope.plan_types or ())
    rotation = shape.in_depth_rotation
    return CaseRule(
        id=shape.id,
        atoms=build_interval(shape.interval, shape.id),
        label=shape.label,
        plan_types=plan_types if plan_types and "any" not in plan_types else None,
        categories=frozenset(scope.categories) if scope.categories else None,
        services=frozenset(scope.services),
        clock=shape.clock,
        on_transfer=shape.on_transfer,
        on_reopen=shape.on_reopen,
        satisfied_by=frozenset(shape.satisfied_by),
        per_case_override=shape.per_case_override,
        each_session=coverage.each_session,
        min_depth=coverage.min_depth,
        allocated_days_before_session=coverage.allocated_days_before_session,
        in_depth_every=_duration(rotation.every) if rotation else None,
        in_depth_every_sessions=rotation.every_sessions if rotation else None,
        note=shape.note,
    )


def _calendar(shape: schema.CalendarShape) -> WorkingCalendar:
    month, day = (int(part) for part in shape.supervision_year_start.split("-"))
    closed = frozenset(date.fromisoformat(each) for each in shape.closure_days)
    return WorkingCalendar(
        working_weekdays=frozenset(WEEKDAYS.index(each) for each in shape.working_days),
        days_off=bank_holidays(shape.bank_holidays) | closed,
        year_starts=(month, day),
        due_soon_days=DEFAULT_DUE_SOON_DAYS if shape.due_soon_days is None else shape.due_soon_days,
        rolls_back=shape.book_by_roll == "previous_working_day",
    )


def _absence(shape: schema.PolicyShape, parent: Policy | None) -> schema.AbsenceShape:
    theirs = parent.blocks.get("absence", {}) if parent else {}
    return shape.absence or schema.AbsenceShape.model_validate(theirs)


def _product_defaults(shape: schema.PolicyShape, absence: schema.AbsenceShape) -> Iterable[str]:
    """What this product fills in because the policy is silent, in sentences."""
    if absence.obligation_suspended_after is None:
        yield f"An absence of {DEFAULT_SUSPENDED_AFTER.in_words} or more suspends supervision from its first day."
    if absence.first_after_return is None:
        yield f"The first session after a long absence is due within {DEFAULT_FIRST_AFTER_RETURN.in_words}."
    if absence.supervisor_cover is None:
        yield (
            f"A supervisor who is away for more than a {DEFAULT_COVER_AFTER.in_words} needs cover for each supervisee, "
            "named by the supervisor’s line manager."
        )
    if shape.calendar.due_soon_days is None:
        yield f"“Due soon” begins {DEFAULT_DUE_SOON_DAYS} days before a due date."
    if not any(isinstance(each, schema.OverdueStepShape) for each in shape.escalation or ()):
        yield f"What is overdue is brought to {escalation.in_words(escalation.DEFAULT_STEPS)}."
    if any(atom.min_available_working_days is None for atom in _window_atoms(shape)):
        yield (
            f"A month or other window with fewer than {DEFAULT_MIN_AVAILABLE_WORKING_DAYS} available working days "
            "is exempt, unless a session happened in it."
        )


def _audit_defaults(shape: schema.PolicyShape, parent: Policy | None) -> Iterable[str]:
    """The same of audits, in which the parent's block stands where this policy has none."""
    theirs = parent.blocks.get("audit", {}) if parent else {}
    said = shape.audit.model_fields_set if shape.audit else set(theirs)
    return defaults_in_words(said=frozenset(said))


def _window_atoms(shape: schema.PolicyShape) -> Iterable[schema.AtomShape]:
    intervals = [rule.interval for rule in shape.supervision_rules]
    intervals += [phase.interval for rule in shape.supervision_rules for phase in rule.phases or ()]
    for interval in intervals:
        if interval is not None:
            atoms = interval.all_of if isinstance(interval, schema.AllOf) else [interval]
            yield from (atom for atom in atoms if atom.type in ("window", "scheduled", "max_consecutive_missed"))


def _until(shape: schema.UntilShape | None) -> AnchorPlus | OnEvent | None:
    if shape is None:
        return None
    if isinstance(shape, schema.EventShape):
        prompt_at = _anchor(shape.prompt_at) if shape.prompt_at else None
        return OnEvent(shape.event, prompt_at, advances_at_prompt=shape.if_not_recorded == "advance_at_prompt")
    return _anchor(shape)


def _anchor(shape: schema.AnchorShape) -> AnchorPlus:
    return AnchorPlus(shape.anchor, tuple(Duration.parse(each) for each in shape.plus))


def _ambiguity(shape: schema.AmbiguityShape) -> Ambiguity:
    alternatives = tuple(str(each) for each in shape.alternatives)
    return Ambiguity(shape.id, shape.text, shape.chosen, alternatives, shape.needs_decision_by)


def _labels(shape: schema.PolicyShape, parent: Policy | None) -> dict[str, str]:
    if shape.labels is None:
        return dict(parent.labels) if parent else {}
    return {key: str(value) for key, value in shape.labels.items()}


def _deadlines(shape: schema.PolicyShape) -> dict[str, Within]:
    """By what is recorded, how soon it has to be entered; what has no deadline is not in it."""
    found = {
        what: _within(entry.deadline)
        for what, entry in shape.recording.items()
        if isinstance(entry, schema.RecordingShape)
    }
    return {what: within for what, within in found.items() if within}


def _within(shape: schema.WithinShape | None) -> Within | None:
    return Within(**shape.model_dump()) if shape else None


def _duration(text: str | None) -> Duration | None:
    return Duration.parse(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
