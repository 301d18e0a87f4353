"""The page about a record's states, drawn by trying the rules themselves."""

from itertools import chain

from records import rules
from records.rules import PartHead, PartKind, Relation, State

BOTH = frozenset({Relation.SUPERVISOR, Relation.SUPERVISEE})
SIGNERS = {
    PartKind.TEXT: Relation.SUPERVISOR,
    PartKind.COUNTERSIGNATURE: Relation.SUPERVISEE,
    PartKind.RETURN: Relation.SUPERVISEE,
    PartKind.RESPONSE: Relation.SUPERVISOR,
    PartKind.CLOSURE: Relation.NEXT_UP,
    PartKind.ADDENDUM: Relation.SUPERVISOR,
}
WORDS = {
    PartKind.TEXT: "the author signs the text",
    PartKind.COUNTERSIGNATURE: "the last required person signs, with any meaning",
    PartKind.RETURN: "it is sent back, with a reason",
    PartKind.RESPONSE: "the supervisor responds to an audit, once",
    PartKind.CLOSURE: "closed as not countersigned, with a reason",
    PartKind.ADDENDUM: "an addendum is added",
}
# A part that is the only one required seals the record by itself
ONE_SIGNER = "the author signs the text, and nobody else is required"


def transitions() -> list[tuple[State, State, str]]:
    """Every step that the rules allow, from state to state, with its words; found by adding each kind of part."""
    found: dict[tuple[State, State, str], None] = {}
    reached: list[tuple[PartHead, ...]] = [()]
    seen: set[State] = set()
    for parts in reached:
        state = rules.state_of(parts)
        if state in seen:
            continue
        seen.add(state)
        for kind in PartKind:
            if kind not in rules.MAY_FOLLOW[state]:
                continue
            longer = (*parts, PartHead(kind=kind, relation=SIGNERS[kind], required=BOTH))
            found[state, rules.state_of(longer), WORDS[kind]] = None
            reached.append(longer)
            if kind is PartKind.TEXT:
                alone = PartHead(kind=kind, relation=Relation.SUPERVISOR, required=frozenset({Relation.SUPERVISOR}))
                found[state, rules.state_of((*parts, alone)), ONE_SIGNER] = None
    return sorted(found, key=lambda step: (list(State).index(step[0]), list(State).index(step[1]), step[2]))


def page() -> str:
    """The page as Markdown: a diagram, and the same as a table for those who do not see it."""
    steps = transitions()
    lines = [
        "# The states of a record",
        "",
        "Made from the rules by `manage.py record_states`; a test fails when it is out of date. A record's state is",
        "never stored as a decision: it is read off its signed parts, in order.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> draft",
        *(f"    {before} --> {after}: {words}" for before, after, words in steps),
        "```",
        "",
        "| from | what is added | to |",
        "| --- | --- | --- |",
        *(f"| {before} | {words} | {after} |" for before, after, words in steps),
        "",
        "* **draft**: nobody has signed. **awaiting**: the text is signed, and not yet by everybody whom it requires.",
        "* **returned**: the last part sends it back; a new text follows, and nothing is replaced.",
        "* **sealed**: since the last text, each required person has signed with any meaning, or it was closed. A record",
        "  that somebody declined is sealed with the decline in it; a declined contract is not in force.",
        "",
        "An entry about a child takes each of these steps with the record of its session, in the same act; only an",
        "addendum follows it by itself. Where that record is sealed with its text, as a group's is, the entry's worker",
        "answers it by itself.",
        "",
        "An audit is sealed with the auditor's text; the supervisor whose supervision it looked at then responds. An",
        "observation is signed by the observer and waits for whoever was observed, as any other record for its supervisee.",
    ]
    return "\n".join(chain(lines, [""]))
