"""How often a worker is to be supervised, in one figure: to compare what is agreed with what the policy asks."""

from policies.rules.calendars import Per
from policies.rules.durations import Duration
from policies.rules.policy import Atom, AtomType, Rule, Severity
from policies.rules.rolling import binds
from policies.rules.worker import Stretch, Worker

_WINDOW_SIZES = {
    Per.CALENDAR_MONTH: Duration(months=1),
    Per.CALENDAR_QUARTER: Duration(months=3),
    Per.CALENDAR_YEAR: Duration(months=12),
    Per.SUPERVISION_YEAR: Duration(months=12),
}
_TOLERANCE = 0.01


def is_looser(every: Duration, than: Duration) -> bool:
    """Whether an agreed interval asks for less than the policy does, taking months at their average length."""
    return every.nominal_days > than.nominal_days + _TOLERANCE


def tightest(worker: Worker) -> tuple[Rule, Stretch, Duration] | None:
    """The most demanding pace among the rules of the worker clock that bind the worker; information does not bind."""
    paces = [
        (rule, stretch, every)
        for rule in worker.policy.rules
        if rule.is_worker_clock and binds(worker, rule)
        for stretch in (worker.stretch(rule),)
        for atom in stretch.phase.atoms
        if atom.severity != Severity.INFO and (every := pace_of(atom))
    ]
    return min(paces, key=lambda pace: pace[2].nominal_days, default=None)


def pace_of(atom: Atom) -> Duration | None:
    """One session every so often, as the atom asks for it; None where it asks for no pace."""
    if atom.type == AtomType.ROLLING:
        return atom.every
    if atom.type != AtomType.WINDOW:
        return None
    size = atom.size or (_WINDOW_SIZES.get(atom.per) if atom.per else None)
    if size is None or atom.count == 1:
        return size
    return Duration(days=int(size.nominal_days / atom.count))
