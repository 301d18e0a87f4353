"""The page on which a supervisor corrects the facts of a session whose record is sealed."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404
from records import access as records_access
from records.models import Record
from records.rules import State
from records.selectors import CORRECTION_SECTION, addendum_statement, shown_for_adding
from records.views import add_to_record
from supervision import forms, selectors, services
from supervision.models import SupervisionSession


@require_http_methods(["GET", "POST"])
def record_correct(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    records_access.check_can_correct(request.actor, record)
    session = selectors.session_of(record=record, actor=request.actor)
    if session is None or record.get_state() is not State.SEALED:
        return redirect("records:record-addendum", record_id=record_id)
    form = forms.CorrectSession(
        request.POST or None,
        initial={"shown": shown_for_adding(record, corrects=True), **_as_it_stands(session), **_asked_for(request)},
        statement=addendum_statement(record, corrects=True),
    )
    return add_to_record(request, record, form=form, section=CORRECTION_SECTION, service=services.correct_session)


def _as_it_stands(session: SupervisionSession) -> dict[str, object]:
    return {name: getattr(session, name) for name in ("on", "starts", "ends", "mode")}


def _asked_for(request: Request) -> dict[str, object]:
    """What was chosen before one proved who one is: it comes back in the address."""
    found: dict[str, object] = {name: request.GET[name] for name in ("starts", "ends", "mode") if name in request.GET}
    try:
        found["on"] = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return found
    return found
