"""The page of a year's plan."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits import access
from audits.timetable import selectors
from audits.timetable.rules import day_asked_for
from audits.timetable.selectors import Asked
from core.http import Request
from policies.rules.audits import WHAT

WHAT_WORDS = {
    "supervision_file": "Audits of supervision files",
    "observation_of_supervision": "Observations of supervision",
    "direct_observation_of_practice": "Direct observations of practice",
}
STANDS_WORDS = {"to_do": "To do", "short": "Short"}


@require_safe
def plan(request: Request) -> HttpResponse:
    access.check_can_read_plan(request.actor)
    what, stands = request.GET.get("what", ""), request.GET.get("stands", "")
    asked = Asked(
        year=day_asked_for(request.GET.get("year", ""), today=request.today) or request.today,
        what=what if what in WHAT else "",
        stands=stands if stands in STANDS_WORDS else "",
    )
    found = selectors.plan(actor=request.actor, asked=asked, on=request.today)
    choices = {"what_choices": WHAT_WORDS.items(), "stands_choices": STANDS_WORDS.items()}
    return render(request, "audits/plan.html", {"plan": found, "today": request.today, **choices})
