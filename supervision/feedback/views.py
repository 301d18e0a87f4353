"""Pages of feedback: one's own about a session, a supervisor's batches, the trend."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import Request
from core.shortcuts import get_visible_or_404, uuid_or_none
from supervision.feedback import access, forms, selectors, services
from supervision.models import SupervisionSession


@require_http_methods(["GET", "POST"])
def session_feedback(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(
        SupervisionSession.objects.with_people().with_record_state(), request.actor, pk=session_id
    )
    access.check_can_answer(request.actor, session)

    own = selectors.own_feedback(session=session, actor=request.actor)
    form = forms.GiveFeedback(request.POST or None, given=own.scores)
    if form.is_valid() and own.last_day is None:
        form.add_error(None, services.TOO_LATE)
    elif form.is_valid():
        services.give_feedback(session_id=session.pk, **form.cleaned_data, actor=request.actor)
        messages.success(request, "Thank you. Nobody is told that you answered.")
        return redirect("supervision:session-detail", session_id=session.pk)
    asked = getattr(request.user, "is_asked_for_feedback", True)
    context = {"session": session, "own": own, "form": form, "asked": asked}
    return render(request, "supervision/feedback/give.html", context)


@require_POST
def feedback_wish(request: Request) -> HttpResponse:
    asked = request.POST.get("asked") == "1"
    services.wish_to_be_asked(asked=asked, actor=request.actor)
    said = "Your home page asks again how sessions were." if asked else "Your home page will not ask again."
    messages.success(request, f"{said} You can always say so from a session’s own page.")
    return redirect("compliance:home")


@require_safe
def feedback(request: Request) -> HttpResponse:
    batches = selectors.own_batches(actor=request.actor)
    return render(request, "supervision/feedback/batches.html", {"batches": batches[::-1]})


@require_safe
def feedback_trend(request: Request) -> HttpResponse:
    access.check_can_read_trend(request.actor)
    quarters = selectors.trend(actor=request.actor, until=request.today)
    page = selectors.trend_page(quarters, service_id=uuid_or_none(request.GET.get("service", "")))
    return render(request, "supervision/feedback/trend.html", {"page": page})
