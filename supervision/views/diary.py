"""Pages of the diary: the diary itself, one session; book, move, hold."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff.models import StaffMember
from supervision import access, forms, selectors, services
from supervision.feedback.selectors import is_offered
from supervision.models import SupervisionSession


@require_http_methods(["GET"])
def diary(request: Request) -> HttpResponse:
    wanted = forms.DiaryFilter(request.GET).wanted(today=request.today)
    page = selectors.diary_page(actor=request.actor, on=request.today, wanted=wanted)
    return render(request, "supervision/diary.html", {"page": page, "today": request.today, "wanted": wanted})


@require_http_methods(["GET"])
def session_detail(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(
        SupervisionSession.objects.with_people().with_record_state(), request.actor, pk=session_id
    )
    page = services.read_session(session=session, actor=request.actor, at=request.at)
    matters = selectors.matters_of(actor=request.actor, person_id=session.supervisee_id, session_id=session.pk)
    context = {
        "session": session,
        "page": page,
        "matters": matters,
        "asks_feedback": is_offered(session, actor=request.actor),
        "today": request.today,
        "replacements": session.get_replacements() if page.sees_details else [],
    }
    return render(request, "supervision/session_detail.html", context)


@require_http_methods(["GET", "POST"])
def session_book(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)

    initial = selectors.suggested_times(person=person, on=request.today)
    kinds = selectors.kinds_of(person_id=person.pk, on=request.today)
    form = forms.BookSession(request.POST or None, initial=initial, kinds=kinds)
    if form.is_valid() and not form.warned(_warnings(request, form, person=person, kind=form.kind_meant)):
        session = saved(form, services.book_session, supervisee_id=person.pk, actor=request.actor, at=request.at)
        if session:
            messages.success(request, f"Supervision with {person.name} is booked.")
            return redirect("supervision:session-detail", session_id=session.pk)
    row = selectors.team_rows(people=[person.pk], on=request.today)[0]
    context = {"person": person, "row": row, "today": request.today, "form": form}
    return render(request, "supervision/session_book.html", context)


def _warnings(request: Request, form: forms.SessionTimes, **options: Any) -> list[str]:
    return selectors.warnings_about(form.cleaned_data["times"], actor=request.actor, **options)


@require_http_methods(["GET", "POST"])
def session_move(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)

    initial = {"on": session.on, "starts": session.starts, "ends": session.ends}
    form = forms.MoveSession(request.POST or None, initial=initial)
    person = session.supervisee
    may_move = form.is_valid() and not form.warned(_warnings(request, form, person=person, session=session))
    if may_move and saved(form, services.move_session, session_id=session.pk, actor=request.actor, at=request.at):
        messages.success(request, "The session is moved. The date by which supervision is due stays the same.")
        return redirect("supervision:session-detail", session_id=session.pk)
    rest = selectors.rest_of_series(session=session).count() - 1
    return render(request, "supervision/session_move.html", {"session": session, "form": form, "rest": rest})


@require_http_methods(["GET", "POST"])
def session_hold(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects.with_people(), request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)
    initial = {name: getattr(session, name) for name in ("on", "starts", "ends", "mode", "place", "kind")}
    return _hold(request, person=session.supervisee, session=session, initial=initial)


@require_http_methods(["GET", "POST"])
def session_log(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)
    return _hold(request, person=person, session=None, initial={"on": request.today})


def _hold(
    request: Request, *, person: StaffMember, session: SupervisionSession | None, initial: dict[str, Any]
) -> HttpResponse:
    kinds = selectors.kinds_of(person_id=person.pk, on=request.today)
    form = forms.HoldSession(request.POST or None, today=request.today, initial=initial, kinds=kinds)
    asks = form.is_valid() and form.warned(selectors.hours_asked_about(form.cleaned_data["times"]))
    held = not asks and saved(
        form,
        services.hold_session,
        supervisee_id=person.pk,
        session_id=session.pk if session else None,
        actor=request.actor,
        at=request.at,
    )
    if held:
        return redirect("supervision:record-write", record_id=held.record_id)
    return render(request, "supervision/session_hold.html", {"person": person, "session": session, "form": form})
