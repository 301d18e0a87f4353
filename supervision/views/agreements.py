"""Pages of what is agreed beside a contract: an earlier review, less often than the policy asks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from staff.models import StaffMember
from supervision import access, forms, selectors, services
from supervision.models import FrequencyException


@require_http_methods(["GET", "POST"])
def review_ask(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_is_party(request.actor, person.pk)

    form = forms.AskForReview(request.POST or None)
    if saved(form, services.ask_for_review, supervisee_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The review is asked for. The contract holds until both of you sign a new version.")
        return redirect("supervision:person-detail", person_id=person.pk)
    contract = selectors.contracts_of(people=[person.pk], on=request.today).get(person.pk)
    return render(request, "supervision/review_ask.html", {"person": person, "form": form, "contract": contract})


@require_http_methods(["GET", "POST"])
def exception_ask(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_is_party(request.actor, person.pk)

    bounds = selectors.contract_bounds(person_id=person.pk, on=request.today)
    form = forms.AskForException(request.POST or None, bounds=bounds, initial={"starts_on": request.today})
    asked = saved(form, services.ask_for_exception, supervisee_id=person.pk, actor=request.actor, at=request.at)
    if asked:
        messages.success(request, "The exception is asked for. Until it is approved, nothing changes.")
        return redirect("supervision:exception-detail", exception_id=asked.pk)
    return render(request, "supervision/exception_ask.html", {"person": person, "form": form, "bounds": bounds})


@require_http_methods(["GET", "POST"])
def exception_detail(request: Request, exception_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(FrequencyException.objects.with_people(), request.actor, pk=exception_id)
    if request.method == "POST":
        access.check_can_decide_exception(request.actor, asked)

    form = forms.DecideException(request.POST or None)
    if saved(form, services.decide_exception, exception_id=asked.pk, actor=request.actor, at=request.at):
        messages.success(request, "Your decision is recorded. The two of them can read it.")
        return redirect("supervision:exception-detail", exception_id=asked.pk)
    services.read_exception(asked=asked, actor=request.actor, at=request.at)
    decides = not asked.decision and may(access.check_can_decide_exception, request.actor, asked)
    bounds = selectors.contract_bounds(person_id=asked.supervisee_id, on=request.today)
    context = {"asked": asked, "form": form, "decides": decides, "bounds": bounds, "today": request.today}
    return render(request, "supervision/exception_detail.html", context)
