"""The nights at the ends of the last months, so that boards have a past: how everybody stood, as was known then."""

from datetime import date, datetime, time

from compliance import rules, selectors
from compliance.boards import services as boards
from compliance.boards.rules import MONTHS, ends_of_months
from compliance.demo import people
from compliance.demo.rhythm import month_before
from compliance.models import Night
from compliance.reports import services as reports
from compliance.reports.rules import end_of, months_before
from compliance.services.intervals import keep
from core.actor import Role
from core.clock import LONDON
from staff.models import StaffMember
from staff.selectors import actor_for


def nights(today: date) -> list[date]:
    """The last nights of the months before this one, as many as a board shows.

    None before April of the second year: supervision years begin then, and of the one in which the demo's history begins
    everybody has missed most.
    """
    second_year = month_before(today, people.MONTHS - 12)
    april = date(second_year.year + (second_year > date(second_year.year, 4, 1)), 4, 1)
    return [end for end in ends_of_months(today, MONTHS - 1) if end > april]


def two_of(night: date) -> datetime:
    """Two o'clock of a night."""
    return datetime.combine(night, time(2), LONDON)


def stood(night: date) -> None:
    """Keep how everybody and every child stood in a night, and nothing else of it: nobody is flagged or told."""
    at = two_of(night)
    for kind, keys in (
        (rules.PEOPLE, selectors.people_to_assess(on=night)),
        (rules.CHILDREN, selectors.children_to_assess(on=night)),
    ):
        looked = selectors.look_at(kind, keys=keys, on=night, known_at=at)
        keep(kind, keys=keys, standings=looked.standings, on=night, at=at)


def figures(today: date, *, at: datetime) -> None:
    """That the nights were, and what they come to; once all of them have looked."""
    Night.objects.bulk_create(Night(on=night, started_at=two_of(night), people=0) for night in nights(today))
    boards.keep_figures(at=at)


def report(today: date, *, at: datetime) -> None:
    """The report of the month before, as the principal social worker asked for it."""
    principal = StaffMember.objects.get(name=people.PRINCIPAL)
    actor = actor_for(principal, on=today, hat=Role.PRINCIPAL_SOCIAL_WORKER)
    [month] = months_before(today, 1)
    asked = reports.ask_for_report(month=month, known_on=end_of(month), actor=actor, at=at)
    reports.build_report(report_id=asked.pk, at=at)
