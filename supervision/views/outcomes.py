"""Pages of what became of a session: cancelled, somebody did not come, and putting right a wrong entry."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.templatetags.countersign import long_date, time_of
from supervision import access, forms, selectors, services
from supervision.models import SupervisionSession


@require_http_methods(["GET", "POST"])
def session_cancel(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)

    form = forms.CancelSession(
        request.POST or None,
        session=session,
        actor=request.actor,
        terms=services.cancellation_terms(request.actor),
        rebook=selectors.rebook_words(on=request.today),
    )
    if not _asks(request, session, form) and saved(
        form, services.cancel_session, session_id=session.pk, actor=request.actor, at=request.at
    ):
        return _done(request, session, form, what="The session is cancelled.")
    return render(request, "supervision/session_cancel.html", {"session": session, "form": form})


@require_http_methods(["GET", "POST"])
def session_not_attended(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)

    form = forms.NotAttended(
        request.POST or None,
        session=session,
        actor=request.actor,
        rebook=selectors.rebook_words(on=request.today),
    )
    if not _asks(request, session, form) and saved(
        form, services.note_not_attended, session_id=session.pk, actor=request.actor, at=request.at
    ):
        return _done(request, session, form, what="It is entered that the session did not take place.")
    return render(request, "supervision/session_not_attended.html", {"session": session, "form": form})


def _asks(request: Request, session: SupervisionSession, form: forms.CancelSession | forms.NotAttended) -> bool:
    """Whether something that speaks against the new date is yet to be read."""
    if not form.is_valid() or (new := form.meant()) is None:
        return False
    warnings = selectors.warnings_about(new, person=session.supervisee, actor=request.actor, session=session)
    return form.warned(warnings)


def _done(
    request: Request, session: SupervisionSession, form: forms.CancelSession | forms.NotAttended, *, what: str
) -> HttpResponse:
    same = "The date by which supervision is due stays the same"
    if new := form.cleaned_data["rebook"]:
        on = f"{long_date(new.on)} at {time_of(new.starts)}"
        messages.success(request, f"{what} Another date is booked: {on}. {same}.")
        return redirect("supervision:session-detail", session_id=session.pk)
    messages.success(request, f"{what} {same}: book another.")
    return redirect("supervision:session-book", person_id=session.supervisee_id)


@require_http_methods(["POST"])
def session_tell_leads(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)

    try:
        services.tell_leads(session_id=session.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The managers above you are told that no other date is found yet.")
    return redirect("supervision:session-detail", session_id=session.pk)


@require_http_methods(["GET", "POST"])
def session_undo(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)

    form = forms.Confirm(request.POST or None, submit="It was entered by mistake")
    replacements = session.get_replacements()
    if saved(form, services.undo_outcome, session_id=session.pk, actor=request.actor, at=request.at):
        messages.success(request, "The session is booked again. What was entered by mistake is kept, and shown.")
        return redirect("supervision:session-detail", session_id=session.pk)
    return render(
        request, "supervision/session_undo.html", {"session": session, "form": form, "replacements": replacements}
    )
