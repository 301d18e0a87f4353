"""Whose month somebody reads: the doors of the boards."""

from datetime import date
from uuid import UUID

from compliance.boards import access as boards
from compliance.boards.nights import BoardNight
from compliance.reports.rules import end_of, known_at
from core.actor import Actor, Role
from core.errors import NotAllowed

check_can_open = boards.check_can_open
sees_everybody = boards.sees_everybody
ReportTeams, ReportServices = boards.BoardTeams, boards.BoardServices


def people_of(actor: Actor, *, month: date) -> list[UUID] | None:
    """Of whom a month's report is for somebody: of the people of their line; None for whoever sees everybody."""
    end = end_of(month)
    night = BoardNight(end, known_at(end))
    people = boards.scope_for(actor, night, at=known_at(end)).people
    return None if people is None else sorted(people)


def check_can_bring_groups(actor: Actor) -> None:
    """Groups for views on equality are HR's to bring, with that hat on. Raises NotAllowed."""
    if actor.hat is not Role.HR:
        raise NotAllowed(
            "Only HR brings the groups that figures are compared by. Put that hat on first, if it is yours."
        )
