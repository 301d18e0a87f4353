"""Bank holidays and closure days that an administrator adds."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import may, saved
from policies import access, forms, selectors, services
from policies.models import DayOff
from policies.rules import words


@require_http_methods(["GET", "POST"])
def days_off(request: Request) -> HttpResponse:
    may_change = may(access.check_can_change_days_off, request.actor)
    if request.method == "POST":
        access.check_can_change_days_off(request.actor)
    form = forms.AddDayOff(request.POST or None) if may_change else None
    if form and (day := saved(form, services.add_day_off, actor=request.actor, at=request.at)):
        messages.success(request, f"{words.day(day.on)} is a day off for everybody.")
        return redirect("policies:days-off")
    coming, past = selectors.days_off(on=request.today)
    context = {"coming": coming, "past": past, "form": form, "today": request.today}
    return render(request, "policies/days_off.html", context)


@require_POST
def day_off_remove(request: Request, day_id: UUID) -> HttpResponse:
    access.check_can_change_days_off(request.actor)
    try:
        day = services.remove_day_off(day_id=day_id, actor=request.actor, at=request.at)
    except DayOff.DoesNotExist as error:
        raise Http404 from error
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{words.day(day.on)} is a day like any other again.")
    return redirect("policies:days-off")
