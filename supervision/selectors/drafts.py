"""The page of drafts: what waits to be written and to be answered, with the day of the session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.actor import Actor
from records import selectors as records
from records.rules import State
from records.selectors import DraftRow
from supervision.models import DecisionDraft, SupervisionSession
from supervision.selectors.decisions import own_decisions


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """``to_write``: text of one's own to finish. ``to_answer``: signed by the other and waiting. ``to_prepare``: the
    other's drafts, in which one may write already. ``waiting``: one's own that wait for the other. Each row with the
    day of its session, where it is the record of one. ``decisions``: about children, begun and not signed."""

    to_write: Sequence[tuple[DraftRow, date | None]]
    to_answer: Sequence[tuple[DraftRow, date | None]]
    to_prepare: Sequence[tuple[DraftRow, date | None]]
    waiting: Sequence[tuple[DraftRow, date | None]]
    decisions: Sequence[DecisionDraft] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of any kind."""
        return not (self.to_write or self.to_answer or self.to_prepare or self.waiting or self.decisions)


def drafts_page(*, actor: Actor) -> DraftsPage:
    """The actor's drafts, the oldest first; in four queries."""
    rows = records.drafts_of(actor=actor)
    sessions = SupervisionSession.objects.filter(record__in=[row.record.pk for row in rows])
    days = dict(sessions.values_list("record_id", "on"))
    dated = [(row, days.get(row.record.pk)) for row in rows]

    def those(*, is_author: bool, awaiting: bool) -> list[tuple[DraftRow, date | None]]:
        return [
            (row, day) for row, day in dated if row.is_author is is_author and (row.state is State.AWAITING) is awaiting
        ]

    return DraftsPage(
        to_write=those(is_author=True, awaiting=False),
        to_answer=those(is_author=False, awaiting=True),
        to_prepare=those(is_author=False, awaiting=False),
        waiting=those(is_author=True, awaiting=True),
        decisions=own_decisions(actor=actor),
    )
