"""``assess``: how a worker stands on a day, from a policy and facts alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from policies.rules import words
from policies.rules.agreed import agreed_before, agreed_due, agreed_rule, agreed_terms, stretch_of
from policies.rules.answers import Assessment, Row, Status, earliest_due, worst_of
from policies.rules.calendars import Per
from policies.rules.durations import Duration
from policies.rules.facts import Facts
from policies.rules.frequency import is_looser, pace_of, tightest
from policies.rules.periods import holding, period
from policies.rules.policy import Atom, AtomType, Policy, Rule
from policies.rules.rolling import binds, return_due, rolling_row, row_from
from policies.rules.rows import row_for
from policies.rules.timeline import PolicyTimeline
from policies.rules.windows import alternation_row, consecutive_row, past_rows, window_rows
from policies.rules.worker import Stretch, Worker

RETURN = Atom(id="return", type=AtomType.ROLLING)


def assess(policy: Policy | PolicyTimeline, facts: Facts, on: date) -> Assessment:
    """How the worker stands on ``on``: a row for each condition that binds, the worst of them, the earliest due date.

    No clock, no database: the same policy, facts and day give the same answer for ever. Facts dated after ``on`` are
    ignored, bookings excepted. Under policies over time each day is judged by the one in force on it.
    """
    worker = Worker(policy, facts, on)
    rows = [row for rule in worker.policy.rules for row in _rule_rows(worker, rule)]
    rows += [row for rule in worker.former_rules() for row in _rule_rows(worker, rule)]
    rows += _agreed_rows(worker)
    rows += _return_row(worker)
    phase = _phase(worker)
    worst = worst_of(rows)
    if not rows and _nothing_owed(worker):
        worst = Status.NOT_REQUIRED
    _tell(worker)
    return Assessment(
        on=on,
        policy=worker.policy.id,
        policy_version=worker.policy.version,
        rules=tuple(rows),
        worst=worst,
        standing=worst_of(rows, standing=True) if rows else worst,
        due_on=earliest_due(rows),
        phase=phase.phase.id if phase else None,
        phase_ends_on=phase.ends_on if phase and phase.ends_on != date.max else None,
        messages=tuple(worker.messages),
    )


def _rule_rows(worker: Worker, rule: Rule) -> Iterator[Row]:
    """The rows of a rule: of the phase in force while it binds, and what stays of what is over."""
    applies = worker.applies(rule)
    bound = bool(applies) and holding(applies, worker.on) is not None
    if not bound and worker.is_excused(rule):
        yield from _rows_not_required(worker, rule)
    if not applies:
        return
    stretches = worker.timeline(rule)
    for place, stretch in reversed(tuple(enumerate(stretches))):
        in_force = bound and stretch.starts_on <= worker.on < stretch.ends_on
        for atom in stretch.phase.atoms:
            if in_force:
                yield from _atom_rows(worker, rule, atom, _with_earlier(stretches, place, atom))
            elif _is_window(atom) and stretch.starts_on <= worker.on and not _goes_on(stretches, place, atom):
                yield from past_rows(worker, stretch.version.rule, atom, _with_earlier(stretches, place, atom))


def _rows_not_required(worker: Worker, rule: Rule) -> Iterator[Row]:
    stretch = worker.stretch(rule)
    for atom in stretch.phase.atoms:
        why = "The policy does not require supervision of this worker’s category"
        yield row_for(worker, rule, atom, stretch, Status.NOT_REQUIRED, why)


def _with_earlier(stretches: Sequence[Stretch], place: int, atom: Atom) -> Stretch:
    """A phase with what it was under earlier policies, as far back as they asked for the very same."""
    stretch = stretches[place]
    while place and _goes_on(stretches, place - 1, atom):
        place -= 1
        stretch = replace(stretch, starts_on=stretches[place].starts_on)
    return stretch


def _goes_on(stretches: Sequence[Stretch], place: int, atom: Atom) -> bool:
    """Whether the next policy asks for the very same in the same phase: then it goes on without a break."""
    if place + 1 == len(stretches):
        return False
    one, other = stretches[place], stretches[place + 1]
    return (
        one.version.policy is not other.version.policy
        and (one.ends_on, one.phase.id, one.phase.terms) == (other.starts_on, other.phase.id, other.phase.terms)
        and one.version.policy.calendar.year_starts == other.version.policy.calendar.year_starts
        and atom in one.phase.atoms
        and atom in other.phase.atoms
    )


def _atom_rows(worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> Iterator[Row]:
    if atom.is_rolling:
        yield rolling_row(worker, rule, atom, stretch, own_before=agreed_before)
    elif atom.type == AtomType.MAX_CONSECUTIVE_MISSED:
        yield consecutive_row(worker, rule, atom, stretch)
    elif atom.type == AtomType.ALTERNATION:
        yield alternation_row(worker, rule, atom, stretch)
    elif atom.type == AtomType.AS_REQUIRED:
        why = f"The policy gives no figure{f': {atom.note}' if atom.note else ''}"
        yield row_for(worker, rule, atom, stretch, Status.NO_MINIMUM_SET, why)
    else:
        yield from window_rows(worker, rule, atom, stretch)


def _is_window(atom: Atom) -> bool:
    return atom.type in (AtomType.WINDOW, AtomType.SCHEDULED) and atom.per != Per.ROLLING


def _agreed_rows(worker: Worker) -> Iterator[Row]:
    """The interval agreed with the worker, as one more rule; it can only tighten (policy-model 2.5)."""
    agreed = worker.facts.agreed
    if agreed is None or agreed.starts_on > worker.on:
        return
    found = tightest(worker)
    atoms = tuple(atom for atom in agreed.atoms if _adds(worker, atom, found[2] if found else None))
    rule = agreed_rule(worker.policy, agreed, atoms, agreed_terms(worker))
    stretch = stretch_of(worker, agreed, rule)
    for atom in atoms:
        if atom.type == AtomType.ROLLING:
            yield row_from(worker, rule, atom, stretch, agreed_due(worker, rule, atom, stretch))
        else:
            yield from _atom_rows(worker, rule, atom, stretch)


def _adds(worker: Worker, atom: Atom, policy_pace: Duration | None) -> bool:
    """Whether an agreed atom asks for more than the policy. Asking for less is said, asking for the same is not."""
    every = pace_of(atom)
    if every is None:
        worker.say(f"What is agreed as “{atom.id}” ({atom.type}) gives no interval: it is ignored.")
    if every is None or policy_pace is None:
        return every is not None
    if is_looser(every, policy_pace):
        worker.say(
            f"The agreed interval, every {every.in_words}, asks for less than the policy does, "
            f"every {policy_pace.in_words}: it is ignored."
        )
    return is_looser(policy_pace, every)


def _return_row(worker: Worker) -> Iterator[Row]:
    """The first session after a long absence, where no rolling due date already asks for it (policy-model 2.5)."""
    if not worker.returns or worker.suspended_since:
        return
    bound = [
        (rule, worker.stretch(rule)) for rule in worker.policy.rules if rule.is_worker_clock and binds(worker, rule)
    ]
    if not bound or any(atom.type == AtomType.ROLLING for _, stretch in bound for atom in stretch.phase.atoms):
        return
    returned_on = worker.returns[-1]
    rule, stretch = bound[0]
    days = worker.found(stretch.phase.terms, RETURN).days
    started_on = worker.started_on(rule)
    if (days and days[-1] >= returned_on) or (started_on and started_on > returned_on):
        return
    asked = replace(rule, id=RETURN.id)
    yield row_from(worker, asked, RETURN, stretch, return_due(worker, returned_on))


def _phase(worker: Worker) -> Stretch | None:
    """The phase to name in the answer: of the first rule with phases that binds."""
    phased = (rule for rule in worker.policy.rules if rule.is_phased and binds(worker, rule))
    return next((worker.stretch(rule) for rule in phased), None)


def _categories_today(worker: Worker) -> list[str]:
    return [
        each.category for each in worker.facts.categories if holding((period(each.starts_on, each.ends_on),), worker.on)
    ]


def _nothing_owed(worker: Worker) -> bool:
    """Whether the policy says, of a category of today, that supervision is not required."""
    categories = [worker.policy.category(each) for each in _categories_today(worker)]
    return any(category and category.obligation == "none" for category in categories)


def _tell(worker: Worker) -> None:
    """Add what a reader of the answer should know about the facts."""
    today = _categories_today(worker)
    if not today:
        worker.say(f"No worker category is known for {words.day(worker.on)}.")
    for category in today:
        if worker.policy.category(category) is None:
            worker.say(f"“{category}” is not a worker category of {worker.policy.id}.")
    unmeasured = [words.day(session.on) for session in worker.held if session.minutes is None]
    if unmeasured:
        worker.say(f"No minutes are recorded for {words.listed(unmeasured)}; counted as long enough.")
