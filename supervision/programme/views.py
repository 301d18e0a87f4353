"""Pages of a programme: its phases, a review recorded, an agreement joined, an entry corrected."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from supervision import access, selectors
from supervision.models import RecordedEvent
from supervision.programme import forms, services
from supervision.programme.rules import event_words
from supervision.programme.selectors import programme_page


@require_http_methods(["GET", "POST"])
def programme(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(selectors.OpenFiles(), request.actor, pk=person_id)
    if request.method == "POST":
        access.check_is_supervisor(request.actor, person.pk)

    page = programme_page(person_id=person.pk, actor=request.actor)
    form = forms.RecordEvent(request.POST or None, recordable=page.recordable)
    if saved(form, services.record_event, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, f"It is recorded, and {person.name} is told.")
        return redirect("supervision:programme", person_id=person.pk)
    context = {"person": person, "page": page, "form": form if page.recordable else None}
    return render(request, "supervision/programme/detail.html", context)


@require_POST
def programme_agree(request: Request, event_id: UUID) -> HttpResponse:
    event = get_visible_or_404(RecordedEvent.objects, request.actor, pk=event_id)
    try:
        services.agree_event(event_id=event.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You have both recorded this day, so it counts from now on.")
    return redirect("supervision:programme", person_id=event.person_id)


@require_http_methods(["GET", "POST"])
def programme_correct(request: Request, event_id: UUID) -> HttpResponse:
    event = get_visible_or_404(RecordedEvent.objects.select_related("person"), request.actor, pk=event_id)
    access.check_is_supervisor(request.actor, event.person_id)

    form = forms.CorrectEvent(request.POST or None, initial={"on": event.on})
    if saved(form, services.correct_event, event_id=event.pk, actor=request.actor, at=request.at):
        messages.success(request, f"It is corrected, and {event.person.name} is told.")
        return redirect("supervision:programme", person_id=event.person_id)
    context = {"event": event, "person": event.person, "words": event_words(event.event), "form": form}
    return render(request, "supervision/programme/correct.html", context)
