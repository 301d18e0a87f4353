"""An interval agreed with one worker: one more rule, which can only tighten (policy-model 2.5)."""

from datetime import date

from policies.rules import words
from policies.rules.calendars import DAY
from policies.rules.durations import Duration
from policies.rules.facts import Agreed
from policies.rules.frequency import is_looser, tightest
from policies.rules.policy import Atom, AtomType, Phase, Policy, Rule, Severity, Terms, accepted
from policies.rules.rolling import Due, Leg, binds, clock_due, run_clock
from policies.rules.timeline import Version
from policies.rules.worker import Stretch, Worker


def agreed_rule(policy: Policy, agreed: Agreed, atoms: tuple[Atom, ...], terms: Terms) -> Rule:
    """What is agreed, as a rule with what counts for it."""
    source = f"agreed from {words.day(agreed.starts_on)}, over and above {policy.source}"
    return Rule(id="agreed", kind="combined", phases=(Phase(None, None, atoms, terms),), source=source)


def stretch_of(worker: Worker, agreed: Agreed, rule: Rule) -> Stretch:
    """The days of what is agreed: from the day that it was, without an end."""
    return Stretch(rule.phases[0], agreed.starts_on, date.max, Version(worker.policy, rule))


def agreed_terms(worker: Worker) -> Terms:
    """What counts for it: as for the tightest of the rules that bind, else for any of them, else any supervision."""
    if found := tightest(worker):
        return found[1].phase.terms
    bound = [rule for rule in worker.policy.rules if rule.is_worker_clock and binds(worker, rule)]
    return worker.stretch(bound[0]).phase.terms if bound else Terms(accepted("personal", ("individual", "group")))


def agreed_due(worker: Worker, rule: Rule, atom: Atom, stretch: Stretch) -> Due:
    """When a session is due by a rolling interval that is agreed."""
    days = worker.found(stretch.phase.terms, atom).days
    return run_clock(
        worker,
        [Leg(stretch.starts_on, atom.every, atom.limit)],
        last=days[-1] if days else None,
        started_on=worker.started_on(rule),
        first_within=None,
        before=lambda: clock_due(worker, severity=Severity.BREACH),
    )


def agreed_before(worker: Worker, every: Duration, changed_on: date) -> Due:
    """What the agreed interval asked for on the day before the policy came to ask for as much.

    From then on it has no row of its own; yet its date stands, so that asking for more makes nothing due later.
    """
    agreed = worker.facts.agreed
    if agreed is None or agreed.starts_on >= changed_on:
        return Due()
    earlier = Worker(worker.policies, worker.facts, changed_on - DAY)
    found = tightest(earlier)
    atoms = tuple(
        atom
        for atom in agreed.atoms
        if atom.type == AtomType.ROLLING
        and atom.every
        and not is_looser(every, atom.every)
        and (found is None or is_looser(found[2], atom.every))
    )
    rule = agreed_rule(earlier.policy, agreed, atoms, agreed_terms(earlier))
    stretch = stretch_of(earlier, agreed, rule)
    dues = [agreed_due(earlier, rule, atom, stretch) for atom in atoms]
    return min((due for due in dues if due.due_on), key=lambda due: due.due_on or date.max, default=Due())
