"""Who holds the child that a record is about: asked once of each row that was fetched, however many checks want it."""

from datetime import date

from cases.rules import Held
from cases.selectors import Holder, held_without_a_worker, holders_of
from records.models import Record


def holders_of_child(record: Record, *, on: date) -> list[Holder]:
    """Who holds the child on a day, the longest first; nobody where the record is about none."""
    known: dict[date, list[Holder]] = vars(record).setdefault("holders_known", {})
    if record.child_id and on not in known:
        known[on] = holders_of(children=[record.child_id], on=on).get(record.child_id, [])
    return known.get(on, [])


def held_for_want_of_a_worker(record: Record, *, on: date) -> Held | None:
    """What holds while nobody works with the child."""
    known: dict[date, Held | None] = vars(record).setdefault("held_known", {})
    if record.child_id and on not in known:
        holders = {record.child_id: holders_of_child(record, on=on)}
        known[on] = held_without_a_worker(children=[record.child_id], on=on, holders=holders).get(record.child_id)
    return known.get(on)
