"""What a policy file must get right beyond its shape (policy-model 2.5, validation).

These checks read the raw data and step over what is not there, so that they report beside the faults of shape.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.errors import RuleBroken
from policies.faults import quoted
from policies.rules.audits import LINE
from policies.rules.durations import Duration
from policies.rules.terms import LONGEST, TERMS

Found = tuple[tuple[str | int, ...], str]  # path and sentence

NEEDED = {
    "rolling": ("every",),
    "window": ("count", "per"),
    "scheduled": ("count", "per"),
    "max_consecutive_missed": ("per", "max"),
    "alternation": ("max",),
    "as_required": (),
}
_NO_END = "rolling"
LONGEST_PATTERN = 100
MOST_VARY = 4
# One letter, figure or sign, or a class of them, with how many of it; one group of either-or around such, not repeated
_ONE = r"(?:\\[d./-]|\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?|[./_-])+\]|[A-Za-z0-9./_-])(?:\{\d{1,2}(?:,\d{1,2})?\}|\?)?"
_PATTERN = re.compile(rf"\^?(?:{_ONE}|\((?:\?:)?(?:{_ONE})+(?:\|(?:{_ONE})+)*\)\??)+\$?")
# Where there may be more of something or less: each such place multiplies how long it takes to say no
_VARIES = re.compile(r"\{\d+,|\?(?!:)")
# The largest number that every program reads alike
MOST = 2**53 - 1
# Where "null" is an answer; elsewhere in these blocks it is a value forgotten
NULLABLE = frozenset(
    {
        *("from", "to", "review_by", "min_minutes", "uninterrupted", "until", "first_within", "in_depth_rotation"),
        *("case_holding", "registered", "supervised_by"),
    }
)
# Blocks in which "null" says that the policy sets no figure
_WITHOUT_FIGURE = {"audit": frozenset({"count"}), "observation": frozenset({"frequency"})}
_TYPED = (
    "effective",
    "calendar",
    "worker_categories",
    "supervision_rules",
    "case_rules",
    "ambiguities",
    "workload",
    "tags",
)


def find_faults(data: dict[str, Any], parent: dict[str, Any]) -> Iterator[Found]:
    """Path and sentence of everything that is wrong beyond the shape. ``parent``: the raw parent, empty without one."""
    yield from find_ids_used_twice(data, ())
    yield from _effective(data)
    yield from _reference_format(data.get("labels"))
    for name in _TYPED:
        yield from _nulls(data.get(name), (name,))
    categories = _ids(data, "worker_categories")
    yield from _words(data.get("labels"))
    yield from _workload(data.get("workload"), categories)
    yield from _tags(data.get("tags"), categories)
    for name, nullable in _WITHOUT_FIGURE.items():
        yield from _nulls(data.get(name), (name,), nullable)
    yield from _audit(data.get("audit"))
    rules = _ids(data, "supervision_rules") | _ids(parent, "supervision_rules")
    with_interval = _with_interval(data) | (_with_interval(parent) - _ids(data, "supervision_rules"))
    for name in ("supervision_rules", "case_rules"):
        for index, rule in _mappings(data.get(name)):
            path = (name, index)
            yield from _scope(rule, path, categories)
            yield from find_interval_faults(rule.get("interval"), (*path, "interval"))
            if name == "supervision_rules":
                yield from _rule(rule, path, rules, with_interval)


def _words(labels: Any) -> Iterator[Found]:
    """What things are called stands in headings, in forms and in tables, so it is short."""
    for term in TERMS if isinstance(labels, dict) else ():
        text = labels.get(term.name)
        if isinstance(text, str) and len(text) > LONGEST:
            yield ("labels", term.name), f"{quoted(text)} is longer than {LONGEST} characters"


def _workload(workload: Any, categories: set[str]) -> Iterator[Found]:
    """A guide is for a kind of worker that there is; a plan type has one weight."""
    block = workload if isinstance(workload, dict) else {}
    for index, guide in _mappings(block.get("guides")):
        for place, category in enumerate(_list(guide.get("categories"))):
            if isinstance(category, str) and category not in categories:
                sentence = f"{quoted(category)} is not a worker category of this policy"
                yield ("workload", "guides", index, "categories", place), sentence
    weighed: set[str] = set()
    for index, weight in _mappings(block.get("weights")):
        for place, plan_type in enumerate(_list(weight.get("plan_types"))):
            if isinstance(plan_type, str) and plan_type in weighed:
                sentence = f"{quoted(plan_type)} has a weight already"
                yield ("workload", "weights", index, "plan_types", place), sentence
            weighed.add(plan_type if isinstance(plan_type, str) else "")


def _tags(tags: Any, categories: set[str]) -> Iterator[Found]:
    """Capabilities are asked of a kind of worker that there is."""
    block = tags.get("capabilities") if isinstance(tags, dict) else None
    for place, category in enumerate(_list(block.get("categories")) if isinstance(block, dict) else ()):
        if isinstance(category, str) and category not in categories:
            sentence = f"{quoted(category)} is not a worker category of this policy"
            yield ("tags", "capabilities", "categories", place), sentence


def _audit(audit: Any) -> Iterator[Found]:
    """Everybody examines those below, and each duty stands once."""
    seen = set()
    for index, duty in _mappings(audit.get("timetable") if isinstance(audit, dict) else None):
        by, what, of = (duty.get(key) for key in ("by", "what", "of"))
        path = ("audit", "timetable", index)
        if by in LINE and of in LINE and LINE.index(by) >= LINE.index(of):
            yield (*path, "of"), f"{quoted(of)} does not stand below {quoted(by)}, who would examine it"
        if all(isinstance(each, str) for each in (by, what, of)):
            if (by, what, of) in seen:
                yield path, f"{quoted(by)} has {quoted(what)} of {quoted(of)} as a duty already"
            seen.add((by, what, of))


def _reference_format(labels: Any) -> Iterator[Found]:
    """A pattern against which everybody's typing is held must always answer, and at once."""
    if not isinstance(labels, dict) or "child_reference_format" not in labels:
        return
    pattern = labels["child_reference_format"]
    path = ("labels", "child_reference_format")
    if not isinstance(pattern, str) or not find_reference_pattern(pattern):
        yield (
            path,
            f"{quoted(pattern)} is not a pattern of references: write letters and figures as they are, [0-9], [A-Z] and "
            "the like for one of several, {6} or {6,8} after one for how many (a range four times at most), and ( | ) for one of two, as in P[0-9]{6}",
        )


def find_reference_pattern(pattern: str) -> bool:
    """Whether a pattern is made of the few parts that are read: nothing in it repeats without end or within another."""
    if len(pattern) > LONGEST_PATTERN or not _PATTERN.fullmatch(pattern) or len(_VARIES.findall(pattern)) > MOST_VARY:
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def find_unkept(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Found]:
    """What YAML can say and JSON, in which a policy is kept, cannot."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield path, f"{quoted(key)} is not text: write keys in quotes"
            yield from find_unkept(inner, (*path, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_unkept(inner, (*path, index))
    elif not _can_be_kept(value):
        yield path, f"{quoted(ascii(value))} cannot be kept: write it as plain text, in quotes"


def _can_be_kept(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or (isinstance(value, bool | int | float) and abs(value) <= MOST)


def _rule(
    rule: dict[str, Any], path: tuple[str | int, ...], rules: set[str], with_interval: set[str]
) -> Iterator[Found]:
    for index, other in enumerate(_list(rule.get("additional_to"))):
        if isinstance(other, str) and other not in rules:
            yield (*path, "additional_to", index), f"{quoted(other)} is not a rule of this policy"
    if rule.get("interval") is not None and rule.get("phases") is not None:
        yield (*path, "phases"), '"phases" and "interval" stand side by side; a rule has one or the other'
    phases = _mappings(rule.get("phases"))
    for place, (index, phase) in enumerate(phases, start=1):
        here = (*path, "phases", index)
        yield from find_interval_faults(phase.get("interval"), (*here, "interval"))
        yield from _phase(phase, here, rules, with_interval)
        yield from _open_end(phase, here, is_last=place == len(phases))


def _open_end(phase: dict[str, Any], path: tuple[str | int, ...], *, is_last: bool) -> Iterator[Found]:
    if "until" not in phase:
        return
    if is_last and phase["until"] is not None:
        yield (*path, "until"), f'the last phase, {quoted(phase.get("id"))}, has to be open-ended ("until": null)'
    if not is_last and phase["until"] is None:
        yield (*path, "until"), f"{quoted(phase.get('id'))} is open-ended, but other phases follow it"


def _phase(
    phase: dict[str, Any], path: tuple[str | int, ...], rules: set[str], with_interval: set[str]
) -> Iterator[Found]:
    used, has_interval = phase.get("use_rule"), phase.get("interval") is not None
    if used is None:
        if not has_interval:
            yield path, f'{quoted(phase.get("id"))} has neither "interval" nor "use_rule"'
        return
    if has_interval:
        yield (*path, "use_rule"), '"use_rule" and "interval" stand side by side; a phase has one or the other'
    if not isinstance(used, str):
        return
    if used not in rules:
        yield (*path, "use_rule"), f"{quoted(used)} is not a rule of this policy"
    elif used not in with_interval:
        yield (*path, "use_rule"), f"{quoted(used)} has no interval of its own that could be used"


def _scope(rule: dict[str, Any], path: tuple[str | int, ...], categories: set[str]) -> Iterator[Found]:
    scope = rule.get("applies_to")
    for index, category in enumerate(_list(scope.get("categories")) if isinstance(scope, dict) else []):
        if isinstance(category, str) and category not in categories:
            sentence = f"{quoted(category)} is not a worker category of this policy"
            yield (*path, "applies_to", "categories", index), sentence


def find_interval_faults(interval: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    """What an interval's atoms lack for being computed."""
    if not isinstance(interval, dict):
        return
    if "all_of" in interval:
        for index, atom in _mappings(interval["all_of"]):
            yield from _atom(atom, (*path, "all_of", index))
    else:
        yield from _atom(interval, path)


def _atom(atom: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Found]:
    kind, per = atom.get("type"), atom.get("per")
    if not isinstance(kind, str) or kind not in NEEDED:
        return
    needed = NEEDED[kind] + (("size",) if per in ("rolling", "anchored") else ())
    for key in needed:
        if key not in atom:
            yield (*path, key), f"{quoted(key)} is missing: {quoted(kind)} cannot be computed without it"
    if per == _NO_END and kind in ("scheduled", "max_consecutive_missed"):
        yield (*path, "per"), f'"rolling" windows have no end of their own: {quoted(kind)} needs another "per"'
    every, limit = _duration(atom.get("every")), _duration(atom.get("limit"))
    if every and limit and not limit.always_longer_than(every):
        yield (*path, "limit"), f'{quoted(str(limit))} is not longer than "every", {quoted(str(every))}'


def _effective(data: dict[str, Any]) -> Iterator[Found]:
    effective = data.get("effective")
    if isinstance(effective, dict):
        starts_on, ends_on = effective.get("from"), effective.get("to")
        if isinstance(starts_on, str) and isinstance(ends_on, str) and ends_on <= starts_on:
            yield ("effective", "to"), f'{quoted(ends_on)} is not after "from", {quoted(starts_on)}'


def _nulls(value: Any, path: tuple[str | int, ...], nullable: frozenset[str] = NULLABLE) -> Iterator[Found]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is None and key not in nullable:
                yield (*path, str(key)), f"{quoted(key)} has no value"
            yield from _nulls(inner, (*path, str(key)), nullable)
    for index, inner in enumerate(_list(value)):
        yield from _nulls(inner, (*path, index), nullable)


def find_ids_used_twice(value: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    """Entries of one list, anywhere below, that share an id."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from find_ids_used_twice(inner, (*path, str(key)))
    elif isinstance(value, list):
        ids = [(index, each.get("id")) for index, each in _mappings(value)]
        times = Counter(each for _, each in ids if isinstance(each, str))
        seen = set()
        for index, each in ids:
            if isinstance(each, str) and times[each] > 1 and each in seen:
                yield (*path, index, "id"), f"{quoted(each)} is the id of more than one entry"
            seen.add(each if isinstance(each, str) else None)
        for index, inner in enumerate(value):
            yield from find_ids_used_twice(inner, (*path, index))


def _with_interval(data: dict[str, Any]) -> set[str]:
    rules = [rule for _, rule in _mappings(data.get("supervision_rules")) if rule.get("interval") is not None]
    return {rule["id"] for rule in rules if isinstance(rule.get("id"), str)}


def _ids(data: dict[str, Any], name: str) -> set[str]:
    return {each["id"] for _, each in _mappings(data.get(name)) if isinstance(each.get("id"), str)}


def _mappings(value: Any) -> list[tuple[int, dict[str, Any]]]:
    return [(index, each) for index, each in enumerate(_list(value)) if isinstance(each, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _duration(value: Any) -> Duration | None:
    try:
        return Duration.parse(value) if isinstance(value, str) else None
    except RuleBroken:
        return None
