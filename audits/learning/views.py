"""The page of what can be learned from audits, observations and records."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.learning import access, services
from core.http import Request

FIRST_YEAR = 2010


@require_safe
def learning(request: Request) -> HttpResponse:
    access.check_can_learn(request.actor)
    page = services.read_learning(
        actor=request.actor, year=_year(request), service=request.GET.get("service", ""), at=request.at
    )
    return render(request, "audits/learning.html", {"page": page, "years": _years(request.today)})


def _year(request: Request) -> date:
    """A day of the year that the address asks for; today where it asks for none, or for one that is not there."""
    asked = request.GET.get("year", "")
    if asked.isdecimal() and FIRST_YEAR <= int(asked) <= request.today.year:
        return min(date(int(asked), 12, 31), request.today)
    return request.today


def _years(today: date) -> list[int]:
    return [today.year - back for back in range(4)]
