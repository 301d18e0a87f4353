"""Pages of what happened to a child: enter it, and take it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases.models import Child
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from supervision.models import ChildEvent
from supervision.oversight import forms, selectors, services


@require_http_methods(["GET", "POST"])
def child_event(request: Request, child_id: UUID) -> HttpResponse:
    child = get_visible_or_404(Child.objects, request.actor, pk=child_id)
    services.check_can_enter_event(actor=request.actor, child_id=child.pk)
    asked = selectors.triggers_on(request.today)
    named = asked if asked and asked.entered else None

    form = forms.Happened(request.POST or None, asked=named, initial={"on": request.today}) if named else None
    if form and saved(form, services.enter_event, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is entered. A decision of that day or later answers it.")
        return redirect("supervision:child-detail", child_id=child.pk)
    events = selectors.events_of(child=child, actor=request.actor)
    return render(request, "supervision/oversight/event.html", {"child": child, "form": form, "events": events})


@require_http_methods(["POST"])
def child_event_withdraw(request: Request, event_id: UUID) -> HttpResponse:
    event = get_visible_or_404(ChildEvent.objects, request.actor, pk=event_id)
    services.check_can_enter_event(actor=request.actor, child_id=event.child_id)
    services.withdraw_event(event_id=event.pk, actor=request.actor, at=request.at)
    messages.success(request, "It is taken back.")
    return redirect("supervision:child-detail", child_id=event.child_id)
