"""Pages of the registration desk."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.sheets import CSV, as_response
from core.shortcuts import get_visible_or_404, saved
from staff.desk import access, forms, rules, selectors, services
from staff.models import RegistrationCheck


@require_http_methods(["GET", "POST"])
def registration_desk(request: Request) -> HttpResponse:
    access.check_can_keep_desk(request.actor)

    data, brought = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.BringAnswer(data, brought)
    if check := saved(form, services.read_answer, actor=request.actor, at=request.at):
        return redirect("staff:registration-check", check_id=check.pk)
    context = {
        "form": form,
        "desk": selectors.desk(actor=request.actor, on=request.today),
        "recent": selectors.recent_checks(request.actor),
        "at_once": rules.AT_ONCE,
    }
    return render(request, "staff/desk/desk.html", context)


@require_safe
def registration_numbers(request: Request, batch: int) -> HttpResponseBase:
    try:
        asked = services.take_numbers(batch=batch, actor=request.actor, at=request.at)
    except LookupError as error:
        raise Http404 from error
    rows = [[one.number] for one in asked]
    return as_response([("Numbers", ["Registration number"], rows)], ("registration numbers", str(batch)), CSV)


@require_safe
def registration_check(request: Request, check_id: UUID) -> HttpResponse:
    check = get_visible_or_404(
        RegistrationCheck.objects.select_related("brought_by", "entered_by"), request.actor, pk=check_id
    )
    groups = services.read_check(check=check, actor=request.actor, at=request.at)
    to_enter = sum(len(group.rows) for group in groups if group.outcome in rules.ENTERED)
    context = {"check": check, "groups": groups, "to_enter": to_enter, "strangers": check.figures["strangers"]}
    return render(request, "staff/desk/check.html", context)


@require_POST
def registration_enter(request: Request, check_id: UUID) -> HttpResponse:
    check = get_visible_or_404(RegistrationCheck.objects, request.actor, pk=check_id)
    try:
        services.enter_check(check_id=check.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is entered in the folders. What stood there before is kept as history.")
    return redirect("staff:registration-check", check_id=check.pk)
