"""A policy read out in plain English."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policies.audit_words import audits_in_words
from policies.oversight_words import notes_in_words, triggers_in_words
from policies.rules import words
from policies.rules.calendars import Per
from policies.rules.folders import FolderTerms
from policies.rules.forms import FormInUse, forms_named
from policies.rules.labels import from_slug, label_of
from policies.rules.policy import (
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
)
from policies.rules.tags import capabilities_of, purposes_of
from policies.rules.workload import Workload, figure_in_words

KINDS = {
    "combined": "Personal and case supervision in one",
    "personal": "Personal supervision",
    "case": "Case supervision",
    "management": "Management supervision",
    "practice": "Practice supervision",
    "reflective_group": "Reflective group supervision",
}
OBLIGATIONS = {"must": "Has to have it", "should": "Should have it", "may": "May have it", "none": "Not required"}
DUTIES = {"must": "", "should": ", recommended", "may": ", optional"}
SEVERITIES = {
    Severity.BREACH: "Otherwise a breach.",
    Severity.WARNING: "Otherwise a warning.",
    Severity.INFO: "For information only.",
}
WINDOWS = {
    Per.CALENDAR_MONTH: "calendar month",
    Per.CALENDAR_QUARTER: "calendar quarter",
    Per.CALENDAR_YEAR: "calendar year",
    Per.SUPERVISION_YEAR: "supervision year",
}
PURPOSES = {
    "contract": "Contracts",
    "record": "Records of one-to-one sessions",
    "group": "Records of group sessions",
    "case": "What was said of a child",
    "decision": "Decisions about a child",
    "audit": "Audits of supervision files",
    "observation_of_supervision": "Observations of supervision",
    "observation_of_practice": "Observations of practice",
    "handover": "Hand-over briefs",
}
AMBIGUITY = re.compile(r"\bAMB-\d+\b")
KINDS_OF_WORKER = {"case_holding": "Holds cases", "registered": "Registered"}
UNITS = {Per.CALENDAR_MONTH: "month", Per.CALENDAR_QUARTER: "quarter"}


@dataclass(frozen=True, slots=True)
class ReadCondition:
    """One atom as a sentence, and what it is when it is not kept."""

    sentence: str
    severity: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadPhase:
    """A phase: how long it lasts, and its conditions."""

    name: str
    lasts: str
    conditions: tuple[ReadCondition, ...]
    sessions: str


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule: whom it binds, to what."""

    id: str
    label: str
    kind: str
    binds: str
    phases: tuple[ReadPhase, ...]
    inherited_from: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadCategory:
    """A kind of worker, and the rules that bind it. ``supervised_by``: the role that the policy names, if it does."""

    label: str
    obligation: str
    rules: tuple[tuple[str, str], ...]  # id, label
    note: str = ""
    supervised_by: str = ""


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form and what it is for. ``note``: where the policy does not name it, or names one that is not here."""

    purpose: str
    whom: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """Everything that the policy's page says of the rules."""

    categories: tuple[ReadCategory, ...]
    rules: tuple[ReadRule, ...]
    case_rules: tuple[ReadRule, ...]
    ambiguities: tuple[Ambiguity, ...]
    product_defaults: tuple[str, ...]
    year_starts: str
    may_audit: str = ""
    notes: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    workload: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    audits: tuple[str, ...] = ()


def read_out(policy: Policy) -> ReadPolicy:
    """The policy's rules in sentences."""
    labels = {category.id: category.label for category in policy.categories}
    auditors = (policy.blocks.get("confidentiality") or {}).get("audit_and_inspect")
    month = words.MONTHS[policy.calendar.year_starts[0] - 1]
    return ReadPolicy(
        categories=tuple(_category(category, policy) for category in policy.categories),
        rules=tuple(_rule(rule, labels) for rule in policy.rules),
        case_rules=tuple(_case_rule(rule) for rule in policy.case_rules),
        ambiguities=tuple(replace(each, text=_sentence(each.text)) for each in policy.ambiguities),
        product_defaults=policy.product_defaults,
        year_starts=f"{policy.calendar.year_starts[1]} {month}",
        may_audit=_names(auditors) if auditors else "",
        notes=tuple(notes_in_words(policy, labels)),
        triggers=tuple(triggers_in_words(policy)),
        workload=tuple(_workload(policy.workload, labels)),
        tags=tuple(_tags(policy, labels)),
        folder=tuple(_folder(policy.folder)),
        audits=tuple(audits_in_words(policy)),
    )


def read_forms(policy: Policy, forms: Sequence[FormInUse]) -> list[ReadForm]:
    """Which forms are in use, and for whom."""
    labels = {category.id: category.label for category in policy.categories}
    for_some = {each.purpose for each in forms if any(one.categories for one in forms_named(policy, each.purpose))}
    return [
        ReadForm(
            PURPOSES[form.purpose],
            "; ".join(label for category, label in labels.items() if category in form.named.categories)
            if form.named.categories
            else f"Everybody{' else' if form.purpose in for_some else ''}",
            form.title or form.named.slug,
            _form_note(form),
        )
        for form in forms
    ]


def _form_note(form: FormInUse) -> str:
    if form.is_default:
        return "The policy names no form here that this product has. This one is the product’s own."
    return "" if form.title else "The policy names this form; it is not here, so another is used."


def condition_in_words(atom: Atom) -> str:
    """One atom as a sentence."""
    sessions = words.number_of(atom.count, "session")
    per = f"each {WINDOWS[atom.per]}" if atom.per in WINDOWS else f"any {atom.size.in_words if atom.size else ''}"
    match atom.type:
        case AtomType.ROLLING:
            limit = f"; overdue only after {atom.limit.in_words}" if atom.limit else ""
            return f"A session every {atom.every.in_words if atom.every else ''}{limit}."
        case AtomType.WINDOW:
            full = ", of the full length" if atom.qualifying_minutes_only else ""
            return f"At least {sessions} in {per}{full}."
        case AtomType.SCHEDULED:
            return f"{sessions} in the diary in {per}."
        case AtomType.MAX_CONSECUTIVE_MISSED:
            unit = UNITS.get(atom.per or Per.ANCHORED, "window")
            return f"No more than {words.number_of(atom.max, unit)} in a row without a session."
        case AtomType.ALTERNATION:
            group = words.number_of(atom.max, "group session")
            return f"No more than {group} in a row without an individual one."
    return "As required: the policy gives no figure."


def _rule(rule: Rule, labels: dict[str, str]) -> ReadRule:
    return ReadRule(
        id=rule.id,
        label=label_of(rule),
        kind=KINDS[rule.kind] + DUTIES[rule.obligation],
        binds=_binds(rule, labels),
        phases=tuple(_phase(phase, rule, first=place == 0) for place, phase in enumerate(rule.phases)),
        inherited_from=rule.source if rule.inherited else "",
        note=_sentence(rule.note),
    )


def _binds(rule: Rule, labels: dict[str, str]) -> str:
    if rule.categories is None:
        whom = "Everybody"
    else:
        whom = "; ".join(label for category, label in labels.items() if category in rule.categories)
    if rule.services:
        whom += f", in {_names(rule.services)}"
    if rule.not_services:
        whom += f", except in {_names(rule.not_services)}"
    return whom


def _phase(phase: Phase, rule: Rule, *, first: bool) -> ReadPhase:
    return ReadPhase(
        name=(phase.label or from_slug(phase.id)) if phase.id else "",
        lasts=_until(phase, first=first) if phase.id else "",
        conditions=tuple(_condition(atom) for atom in phase.atoms),
        sessions=_sessions(phase, uninterrupted=rule.uninterrupted),
    )


def _until(phase: Phase, *, first: bool) -> str:
    since = "from the start" if first else "from then on"
    match phase.until:
        case None:
            return since
        case OnEvent(event=event, prompt_at=prompt_at):
            asked = f", which is asked for {_after(prompt_at)}" if prompt_at else ""
            return f"{since}, until “{event.replace('_', ' ')}” is recorded{asked}"
        case until:
            return f"{since}, until {_after(until)}"


def _after(until: AnchorPlus) -> str:
    durations = words.listed([duration.in_words for duration in until.plus])
    return f"{durations} after the {until.anchor.replace('_', ' ')}".replace("asye", "ASYE")


def _sessions(phase: Phase, *, uninterrupted: bool) -> str:
    formats = {form for _, form in phase.terms.accepts}
    which = "Individual and group sessions" if len(formats) > 1 else f"{min(formats).capitalize()} sessions"
    minutes = phase.terms.min_minutes
    length = f" of at least {minutes} {'uninterrupted ' if uninterrupted else ''}minutes" if minutes else ""
    short = {
        ShortSession.COUNTS_FOR_GAP_ONLY: " A shorter one only ends a gap.",
        ShortSession.COUNTS: " A shorter one counts too.",
        ShortSession.DOES_NOT_COUNT: "",
    }[phase.terms.short_session]
    return f"{which}{length} count.{short if minutes else ''}"


def _condition(atom: Atom) -> ReadCondition:
    severity = "" if atom.type == AtomType.AS_REQUIRED else SEVERITIES[atom.severity]
    return ReadCondition(condition_in_words(atom), severity, _sentence(atom.note))


def _case_rule(rule: CaseRule) -> ReadRule:
    plan_types = "; ".join(sorted(from_slug(each) for each in rule.plan_types)) if rule.plan_types else "Every child"
    conditions = list(_case_conditions(rule))
    phase = ReadPhase("", "", tuple(conditions), "")
    return ReadRule(
        rule.id, rule.label or from_slug(rule.id), "Discussion of each child", plan_types, (phase,), "", rule.note
    )


def _case_conditions(rule: CaseRule) -> Iterator[ReadCondition]:
    for atom in rule.atoms:
        if atom.type == AtomType.AS_REQUIRED and rule.each_session:
            continue
        read = _condition(atom)
        yield replace(
            read, sentence=read.sentence.replace("A session", "A discussion").replace("session", "discussion")
        )
    if rule.each_session:
        depth = "at least briefly" if rule.min_depth == "brief" else "in depth"
        yield ReadCondition(f"Every open child in each session, {depth}.", "")
    if rule.in_depth_every:
        yield ReadCondition(f"A discussion in depth every {rule.in_depth_every.in_words}.", SEVERITIES[Severity.BREACH])
    if rule.in_depth_every_sessions:
        one = f"One in every {rule.in_depth_every_sessions} discussions in depth."
        yield ReadCondition(one, SEVERITIES[Severity.BREACH])


def _category(category: Category, policy: Policy) -> ReadCategory:
    bound = tuple(
        (rule.id, label_of(rule)) for rule in policy.rules if rule.categories is None or category.id in rule.categories
    )
    return ReadCategory(
        category.label,
        OBLIGATIONS[category.obligation],
        bound,
        _note(category.note, policy),
        supervised_by=from_slug(category.supervised_by) if category.supervised_by else "",
    )


def _workload(workload: Workload, labels: Mapping[str, str]) -> Iterator[str]:
    """How many children somebody is meant to hold, as sentences; none where the policy says nothing of it."""
    if workload.guide:
        yield f"No more than {workload.guide} children with a worker, wherever possible."
    for each in workload.guides:
        whom = words.listed([labels.get(name, from_slug(name)) for name in sorted(each.categories)])
        until = ""
        if each.plus:
            plus = words.listed([duration.in_words for duration in each.plus])
            until = f", until {plus} after the {each.anchor.replace('_', ' ')}".replace("asye", "ASYE")
        yield f"{whom}: no more than {each.figure} wherever possible{until}."
    if workload.guide or workload.guides:
        who = f" Who looks at it: {from_slug(workload.review_by).lower()}." if workload.review_by else ""
        yield f"This is a guide: above it a reason and a plan are asked for, and nothing is ever refused.{who}"
    for plan_type, weight in sorted(workload.weights.items()):
        yield f"{from_slug(plan_type)}: a child counts {figure_in_words(weight)}."
    if workload.weights:
        yield "Every other child counts 1. A child with several of these counts as the heaviest of them."
    if workload.guide or workload.guides or workload.weights:
        how = "is parted between them" if workload.is_shared else "counts whole with each of them"
        yield f"A child whom several workers hold together {how}."


def _tags(policy: Policy, labels: Mapping[str, str]) -> Iterator[str]:
    """What sessions and discussions can be tagged with, as sentences."""
    if purposes := purposes_of(policy):
        yield f"A session says what it is for: {'; '.join(tag.label for tag in purposes)}."
    if capabilities := capabilities_of(policy):
        named = sorted(capabilities.categories or ())
        whom = f" with {words.listed([labels.get(name, from_slug(name)) for name in named])}" if named else ""
        shown = "; ".join(tag.label for tag in capabilities.tags)
        yield f"A discussion{whom} can say which capabilities it shows ({capabilities.name}): {shown}."


def _folder(terms: FolderTerms) -> Iterator[str]:
    """What the supervision folder keeps and who reads it, as sentences."""
    if terms.keeps_attendance:
        yield "What attendance was about is kept, for the worker and the supervisor alone."
    else:
        yield "Of attendance, kinds and days are kept, and nothing of what they were about."
    if terms.next_up_reads:
        yield f"The supervisor’s manager reads what is about {words.listed(sorted(terms.next_up_reads))}, too."
    else:
        yield "The supervisor’s manager reads nothing of what is about health or conduct."


def _note(note: str, policy: Policy) -> str:
    """A note of the file with the names that only the file knows put into words."""
    labels = {category.id: category.label for category in policy.categories}
    labels |= {rule.id: label_of(rule) for rule in policy.rules}
    for name, label in labels.items():
        note = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", f"“{label}”", note)
    return _sentence(AMBIGUITY.sub("see where the policy can be read in two ways, below", note))


def _names(slugs: Iterable[str]) -> str:
    return words.listed([from_slug(slug) for slug in sorted(slugs)])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
