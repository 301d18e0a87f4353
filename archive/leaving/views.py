"""Pages of leaving: who leaves, the list of one leaving, its last day, completing, who came back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.leaving import access, forms, selectors, services
from archive.models import Leaving
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved, uuid_or_none
from core.templatetags.countersign import counted, long_date

LEAVINGS_A_PAGE = 25
STANDS = {"open": "Not completed", "completed": "Completed"}


@require_safe
def leaving_list(request: Request) -> HttpResponse:
    access.check_is_hr(request.actor)

    search, stands = request.GET.get("q", "")[:100], request.GET.get("stands", "open")
    found = selectors.leavings(actor=request.actor, search=search, stands=stands if stands in STANDS else "open")
    page = Paginator(found, LEAVINGS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "search": search, "stands": stands, "choices": STANDS.items(), "today": request.today}
    return render(request, "archive/leaving_list.html", context)


@require_http_methods(["GET", "POST"])
def leaving_set(request: Request) -> HttpResponse:
    access.check_is_hr(request.actor)

    person_id = uuid_or_none(request.GET.get("person", ""))
    if person_id and (standing := selectors.leaving_of(person_id, actor=request.actor)):
        return redirect("archive:leaving-detail", leaving_id=standing.pk)
    initial = {"person_id": person_id or ""}
    form = forms.SetLastDay(request.POST or None, actor=request.actor, initial=initial)
    leaving = saved(form, services.set_last_day, actor=request.actor, at=request.at)
    if leaving:
        messages.success(request, f"{long_date(leaving.last_day)} is set as the last day of {leaving.person.name}.")
        return redirect("archive:leaving-detail", leaving_id=leaving.pk)
    return render(request, "archive/leaving_set.html", {"form": form})


@require_http_methods(["GET", "POST"])
def leaving_detail(request: Request, leaving_id: UUID) -> HttpResponse:
    actor = request.actor
    leaving = get_visible_or_404(Leaving.objects.with_people(), actor, pk=leaving_id)

    form = forms.AddItem(request.POST or None)
    if saved(form, services.add_item, leaving_id=leaving.pk, actor=actor, at=request.at):
        messages.success(request, "It is on the list.")
        return redirect("archive:leaving-detail", leaving_id=leaving.pk)
    context = {
        "leaving": leaving,
        "checklist": selectors.checklist_of(leaving, on=request.today, actor=actor),
        "form": form,
        "is_over": leaving.last_day < request.today,
        "is_own": leaving.person_id == actor.staff_id,
        "may_confirm": may(access.check_can_confirm, actor, leaving) and not leaving.completed_at,
        "may_set": may(access.check_can_set, actor, leaving.person),
    }
    return render(request, "archive/leaving_detail.html", context)


@require_http_methods(["GET", "POST"])
def leaving_change(request: Request, leaving_id: UUID) -> HttpResponse:
    leaving = get_visible_or_404(Leaving.objects.with_people(), request.actor, pk=leaving_id)
    access.check_can_set(request.actor, leaving.person)

    initial = {"last_day": leaving.last_day, "finisher_id": leaving.person.finisher_id}
    form = forms.ChangeLastDay(request.POST or None, actor=request.actor, initial=initial)
    if saved(form, services.change_last_day, leaving_id=leaving.pk, actor=request.actor, at=request.at):
        messages.success(request, "The last day is changed.")
        return redirect("archive:leaving-detail", leaving_id=leaving.pk)
    return render(request, "archive/leaving_change.html", {"leaving": leaving, "form": form, "today": request.today})


@require_POST
def leaving_cancel(request: Request, leaving_id: UUID) -> HttpResponse:
    leaving = get_visible_or_404(Leaving.objects, request.actor, pk=leaving_id)
    try:
        services.cancel_leaving(leaving_id=leaving.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("archive:leaving-detail", leaving_id=leaving.pk)
    messages.success(request, "The leaving is called off. What would have ended goes on.")
    return redirect("archive:leaving-list")


@require_POST
def leaving_confirm(request: Request, leaving_id: UUID, key: str) -> HttpResponse:
    leaving = get_visible_or_404(Leaving.objects, request.actor, pk=leaving_id)
    is_done = request.POST.get("done") != "no"
    try:
        services.confirm(leaving_id=leaving.pk, key=key, is_done=is_done, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is confirmed." if is_done else "The confirmation is taken back.")
    return redirect("archive:leaving-detail", leaving_id=leaving.pk)


@require_POST
def leaving_call_off(request: Request, leaving_id: UUID) -> HttpResponse:
    leaving = get_visible_or_404(Leaving.objects, request.actor, pk=leaving_id)
    try:
        number = services.call_off(leaving_id=leaving.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{counted(number, 'session is', 'sessions are')} called off.")
    return redirect("archive:leaving-detail", leaving_id=leaving.pk)


@require_POST
def leaving_complete(request: Request, leaving_id: UUID) -> HttpResponse:
    leaving = get_visible_or_404(Leaving.objects, request.actor, pk=leaving_id)
    try:
        done = services.complete_leaving(leaving_id=leaving.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        when = "now" if done.last_day < request.today else f"when {long_date(done.last_day)} is over"
        messages.success(request, f"The leaving is completed. The file goes to the archive {when}.")
    return redirect("archive:leaving-detail", leaving_id=leaving.pk)


@require_http_methods(["GET", "POST"])
def leaving_link(request: Request, leaving_id: UUID) -> HttpResponse:
    leaving = get_visible_or_404(Leaving.objects.with_people(), request.actor, pk=leaving_id)
    access.check_can_set(request.actor, leaving.person)

    people = selectors.returners(actor=request.actor, leaving=leaving).order_by("name", "pk")
    form = forms.LinkReturner(request.POST or None, people=people)
    if saved(form, services.link_returner, leaving_id=leaving.pk, actor=request.actor, at=request.at):
        messages.success(request, "The two files are linked. HR alone sees that.")
        return redirect("archive:leaving-detail", leaving_id=leaving.pk)
    return render(request, "archive/leaving_link.html", {"leaving": leaving, "form": form, "people": people})
