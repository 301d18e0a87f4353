"""What a policy says of notes about a child between sessions, and of what demands a decision, in sentences."""

from collections.abc import Iterator, Mapping

from policies.rules.oversight import WORKER, asks_significance, note_types, triggers
from policies.rules.policy import Policy


def notes_in_words(policy: Policy, labels: Mapping[str, str]) -> Iterator[str]:
    """Each kind of note, with what the policy asks of it. ``labels``: of categories of worker."""
    for note in note_types(policy):
        more = [f"{note.when[:1].lower()}{note.when[1:]}"] if note.when else []
        if note.recorded_by:
            writers = ["the child’s worker" if each == WORKER else labels.get(each, each) for each in note.recorded_by]
            more.append(f"may be written by {' or by '.join(sorted(writers))}, too")
        if note.needs_agreement:
            unless = ", except in an emergency" if note.emergency_excepted else ""
            more.append(f"the line manager agrees first{unless}")
        if asks_significance(policy):
            more.append("for the child’s record where it was significant")
        yield f"{note.label}{': ' if more else ''}{'; '.join(more)}."


def triggers_in_words(policy: Policy) -> Iterator[str]:
    """Each thing after which a decision is wanted, and how soon."""
    for trigger in triggers(policy):
        within = f", within {trigger.within.in_words}" if trigger.within else ""
        seen = " This program sees it by itself." if trigger.is_transfer else ""
        yield f"{trigger.label}{within}.{seen}"
