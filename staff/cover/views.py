"""Pages of cover: the supervisees of somebody who is away, each with their cover; naming it and ending it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff.cover import forms, rules, services
from staff.cover.selectors import Away
from staff.models import StaffMember


@require_http_methods(["GET", "POST"])
def cover(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    away = services.read_cover(supervisor=person, actor=request.actor, at=request.at)

    form = forms.NameCover(
        request.POST or None, actor=request.actor, supervisees=away.supervisees, initial=_initial(away, request)
    )
    named = saved(form, services.name_cover, supervisor_id=person.pk, actor=request.actor, at=request.at)
    if named:
        people = "1 person" if len(named) == 1 else f"{len(named)} people"
        messages.success(request, f"{named[0].supervisor.name} covers for {people}.")
        return redirect("staff:cover", person_id=person.pk)
    context = {
        "person": person,
        "away": away,
        "form": form if away.absence and away.supervisees else None,
        "is_due": away.is_due(request.today),
        "is_back": away.is_back(request.today),
        "today": request.today,
    }
    return render(request, "staff/cover.html", context)


@require_http_methods(["GET", "POST"])
def cover_end(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    away = services.read_cover(supervisor=person, actor=request.actor, at=request.at)

    back_on = away.absence.ends_on if away.absence else None
    initial = {
        "supervisees": [str(row.person_id) for row in away.covered],
        "last_day": rules.last_day_proposed(back_on=back_on, today=request.today),
    }
    form = forms.EndCover(request.POST or None, supervisees=away.covered, initial=initial)
    if saved(form, services.end_cover, supervisor_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The cover ends on that day, and so does what the cover sees.")
        return redirect("staff:cover", person_id=person.pk)
    return render(request, "staff/cover_end.html", {"person": person, "away": away, "form": form})


def _initial(away: Away, request: Request) -> dict[str, Any]:
    if not away.absence:
        return {}
    return {
        "supervisees": [str(row.person_id) for row in away.uncovered],
        "starts_on": max(request.today, away.absence.starts_on),
        "last_day": away.absence.ends_on - timedelta(days=1) if away.absence.ends_on else None,
        "sees_from": min(request.today, away.absence.starts_on),
    }
