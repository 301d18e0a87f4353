"""The page of sessions that a former supervisor booked."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.templatetags.countersign import counted
from supervision import access, selectors, services
from supervision.forms.handover import TakeOver


@require_http_methods(["GET", "POST"])
def sessions_take_over(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(selectors.OpenFiles(), request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)

    sessions = list(selectors.sessions_to_take_over(person_id=person.pk, actor=request.actor).with_people())
    initial = {"sessions": [str(session.pk) for session in sessions]}
    form = TakeOver(request.POST or None, sessions=sessions, initial=initial)
    taken = saved(form, services.take_over_sessions, supervisee_id=person.pk, actor=request.actor, at=request.at)
    if taken:
        messages.success(request, f"{counted(len(taken), 'session is', 'sessions are')} in your diary now.")
        return redirect("supervision:person-detail", person_id=person.pk)
    context = {"person": person, "sessions": sessions, "form": form}
    return render(request, "supervision/sessions_take_over.html", context)
