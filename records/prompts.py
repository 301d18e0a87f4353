"""What stands beside a form to think with: the four functions, and questions that nobody has to answer. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.templates import Section

# R010; an authority may call them otherwise
FUNCTIONS: Mapping[str, str] = {
    "management": "Management",
    "performance_and_development": "Performance and development",
    "support_and_motivation": "Support and motivation",
    "mediation": "Mediation",
}

READERS = (
    "Once it is signed, only {who} can read this section. Anyone else who may read the record sees that there "
    "is a section, and not what it says."
)

READERS_OF_A_GROUP = (
    "Once it is signed, only whoever wrote the record and the facilitator can read this section. Anyone else who may read "
    "the record sees that there is a section, and not what it says."
)

# R016 for the first, R033 for the third
BY_FUNCTION: Mapping[str, Sequence[str]] = {
    "management": (
        "What is different for the child or the family because of this work?",
        "What has to be finished first, and what can wait?",
    ),
    "performance_and_development": (
        "What went well, and what made it go well?",
        "What would be worth learning before the next session?",
    ),
    "support_and_motivation": (
        "How is the work felt outside of work?",
        "Is anything about equality, fairness or being treated differently to be talked about?",
    ),
    "mediation": (
        "What should the organisation hear from this work?",
        "What has the organisation decided that should be explained?",
    ),
}

# R011: four functions, four groups with a stake, four stages of reflection
STAKES = ("children and families", "the worker", "the organisation", "partner agencies")
STAGES = ("What happened?", "What did it feel like?", "What does it mean?", "What is to be done now?")


def readers(between: str = "") -> str:
    """Who reads a section on health or conduct; ``between`` whom it is, by name where more than two could be meant."""
    return READERS.format(who=between or "the two of you")


@dataclass(frozen=True, slots=True)
class FunctionShare:
    """How much was written under one function: words, and their share of all in hundredths."""

    function: str
    label: str
    words: int
    share: int
    has_place: bool


def of(section: Section) -> Sequence[str]:
    """The questions that go with a section's function; none where it has no function."""
    return BY_FUNCTION.get(section.function or "", ())


def label_of(function: str) -> str:
    """The name of a function, for people."""
    return FUNCTIONS[function]


def shares(sections: Iterable[tuple[str, int]]) -> list[FunctionShare]:
    """How words are spread over the four functions, from (function or nothing, words) of each section.

    A function for which the form has no section says so: nobody is asked for what there is no place for.
    """
    counted = list(sections)
    words = {name: sum(count for function, count in counted if function == name) for name in FUNCTIONS}
    places = {function for function, _ in counted}
    all_words = sum(words.values())
    return [
        FunctionShare(
            name, label, words[name], round(100 * words[name] / all_words) if all_words else 0, name in places
        )
        for name, label in FUNCTIONS.items()
    ]
