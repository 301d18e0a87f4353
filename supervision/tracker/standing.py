"""How one child stands on a day, as trackers and reports say it: kept, since the same children are asked about all day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cases.rules import plan_type_words
from policies.rules.answers import ChildAssessment, Row
from supervision.rules.discussions import OVERSIGHT, inherited_on
from supervision.selectors.children import ChildQuestion, answer_child
from supervision.tracker import rules
from supervision.tracker.rules import Asked, Mark


# Compared by what it is, not by what is in it: so that what is drawn of it can be kept, too
@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What is known of a child and does not depend on who looks. ``first``: the row that asks first."""

    question: ChildQuestion
    assessment: ChildAssessment
    first: Row | None
    is_overdue: bool
    asked: Sequence[Asked]
    plan_types: Sequence[str]
    last: date | None
    last_in_depth: date | None
    inherited_on: date | None
    marks: Sequence[Mark]

    @property
    def due_on(self) -> date | None:
        """The date that asks first."""
        return self.first.due_on if self.first else None


@lru_cache(maxsize=4_096)
def standing_of(question: ChildQuestion) -> Standing:
    """How the child stands."""
    child, on = question.child, question.on
    answer = answer_child(question)
    first, since = answer.asks_first(), rules.case_since(child, on) or on
    own = [each.on for each in child.discussions if each.on >= since and each.own_text and each.format != OVERSIGHT]
    return Standing(
        question=question,
        assessment=answer,
        first=first,
        is_overdue=answer.longest_overdue() is not None,
        asked=rules.asked_of(answer.rules, question.timeline.on(on)),
        plan_types=[
            plan_type_words(each.plan_type) for each in child.plan_types if each.ends_on is None or each.ends_on > on
        ],
        last=max(own, default=None),
        last_in_depth=rules.last_in_depth(child, on),
        inherited_on=inherited_on(child, on),
        marks=rules.due_marks(answer.rules, first.due_on if first else None, on=on),
    )
