"""What needs somebody by a need to know, on the home pages."""

from datetime import date

from archive.needs.selectors import to_answer
from compliance.needs.know import answer_to_know_need, read_need
from compliance.needs.shapes import Need
from core.actor import Actor


def know_needs(actor: Actor, *, on: date) -> list[Need]:
    """Requests to answer, for those who may answer any, in one query; and that there is something to read."""
    found = [answer_to_know_need(need, on=on) for need in to_answer(actor=actor)]
    return [*found, read_need()] if actor.watermarked else found
