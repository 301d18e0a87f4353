"""Pages of a request: the list, noting one, where it stands, who handles it, its clock and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.models import DataRequest
from archive.requests import access, forms, selectors, services
from archive.requests.services import registering
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from core.templatetags.countersign import long_date


@require_safe
def data_request_list(request: Request) -> HttpResponse:
    access.check_can_register(request.actor)
    rows = selectors.request_rows(actor=request.actor)
    context = {
        "rows": rows,
        "closed": selectors.request_rows(actor=request.actor, open_ones=False),
        "own": next((row for row in rows if row.request.person_id == request.actor.staff_id), None),
    }
    return render(request, "archive/requests/list.html", context)


@require_POST
def data_request_own(request: Request) -> HttpResponse:
    asked = services.ask_for_own_data(actor=request.actor, at=request.at)
    messages.success(request, "You have asked for your data. The clock runs from today.")
    return redirect("archive:data-request", request_id=asked.pk)


@require_http_methods(["GET", "POST"])
def data_request_new(request: Request) -> HttpResponse:
    access.check_can_register(request.actor)

    form = forms.Register(request.POST or None, actor=request.actor)
    if asked := saved(form, services.register, actor=request.actor, at=request.at):
        messages.success(request, "The request is noted. Whoever approves it has been told.")
        return redirect("archive:data-request", request_id=asked.pk)
    return render(request, "archive/requests/new.html", {"form": form})


@require_safe
def data_request(request: Request, request_id: UUID) -> HttpResponse:
    actor = request.actor
    asked = get_visible_or_404(DataRequest.objects.with_people().prefetch_related("events__by"), actor, pk=request_id)
    runs = selectors.runs(actor, asked)
    registering.note_read(asked, actor=actor, at=request.at)
    context: dict[str, Any] = {
        "asked": asked,
        "clock": selectors.clock_of(asked, on=request.today),
        "is_own": asked.person_id == actor.staff_id,
        "runs": runs,
        "is_handler": may(access.check_can_handle, actor, asked) and asked.closed_at is None,
        "may_approve": asked.closed_at is None and may(access.check_can_approve, actor, asked),
        "may_keep_clock": asked.closed_at is None and may(access.check_can_keep_clock, actor, asked),
        "may_close": asked.closed_at is None and may(access.check_can_close, actor, asked),
    }
    if runs:
        progress, bundle = selectors.progress_of(asked), selectors.latest_bundle(asked)
        context |= {
            "progress": progress,
            "is_gathering": selectors.is_gathering(asked),
            "bundle": bundle,
            "is_there": bundle is not None and bundle.is_there(request.at),
            "is_outdated": selectors.is_outdated(bundle, progress, asked),
            "is_bundling": bundle is not None and selectors.is_bundling(bundle),
            "checks": selectors.checklist(asked, progress=progress, bundle=bundle),
            "press": uuid4(),
        }
    return render(request, "archive/requests/detail.html", context)


@require_http_methods(["GET", "POST"])
def data_request_approve(request: Request, request_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects.with_people(), request.actor, pk=request_id)
    access.check_can_approve(request.actor, asked)

    initial = {"scope": asked.scope, "handler_id": asked.handler_id}
    form = forms.Approve(request.POST or None, actor=request.actor, initial=initial)
    if approved := saved(form, services.approve, request_id=asked.pk, actor=request.actor, at=request.at):
        messages.success(request, f"{approved.handler.name} handles it, and reads the file until it is closed.")
        return redirect("archive:data-request", request_id=asked.pk)
    return render(request, "archive/requests/approve.html", {"asked": asked, "form": form})


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is entered of a request: its form, who may, what it does, and its words."""

    form: type[forms.OnADay]
    check: Callable[..., None]
    service: Callable[..., Any]
    heading: str
    done: str


ACTS = {
    "identity": Act(
        forms.CheckIdentity,
        access.check_can_keep_clock,
        services.check_identity,
        "How was it checked who asked?",
        "It is entered how it was checked who asked.",
    ),
    "stop": Act(
        forms.StopClock, access.check_can_keep_clock, services.stop_clock, "Stop the clock", "The clock waits."
    ),
    "start": Act(
        forms.StartClock,
        access.check_can_keep_clock,
        services.start_clock,
        "Let the clock run",
        "The clock runs again.",
    ),
    "extend": Act(forms.Extend, access.check_can_keep_clock, services.extend, "More time", "The time is added."),
    "close": Act(forms.Close, access.check_can_close, services.close, "Close the request", "The request is closed."),
}


@require_http_methods(["GET", "POST"])
def data_request_event(request: Request, request_id: UUID, act: str) -> HttpResponse:
    asked = get_visible_or_404(
        DataRequest.objects.with_people().prefetch_related("events"), request.actor, pk=request_id
    )
    if act not in ACTS:
        raise Http404
    wanted = ACTS[act]
    wanted.check(request.actor, asked)

    form = wanted.form(request.POST or None, initial={"on": request.today})
    if saved(form, wanted.service, request_id=asked.pk, actor=request.actor, at=request.at):
        messages.success(request, wanted.done)
        return redirect("archive:data-request", request_id=asked.pk)
    clock = selectors.clock_of(asked, on=request.today)
    until = long_date(clock.due_on) if clock.due_on else ""
    context = {"asked": asked, "form": form, "heading": wanted.heading, "act": act, "until": until}
    return render(request, "archive/requests/event.html", context)


@require_POST
def data_request_gather(request: Request, request_id: UUID) -> HttpResponse:
    asked = get_visible_or_404(DataRequest.objects, request.actor, pk=request_id)
    access.check_can_handle(request.actor, asked)

    services.ask_to_gather(request_id=asked.pk, actor=request.actor, at=request.at)
    messages.success(request, "Everything is looked through now. A notice tells you when it is done.")
    return redirect("archive:data-request", request_id=asked.pk)
