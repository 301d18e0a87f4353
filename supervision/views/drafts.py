"""Pages of drafts: the list of one's own, and a record begun anew for a session that has none."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404
from supervision import access, selectors, services
from supervision.models import SupervisionSession


@require_safe
def drafts(request: Request) -> HttpResponse:
    page = selectors.drafts_page(actor=request.actor)
    expires_after = settings.UNTOUCHED_DRAFTS_EXPIRE_AFTER_DAYS
    context = {"page": page, "today": request.today, "expires_after": expires_after}
    return render(request, "supervision/drafts.html", context)


@require_http_methods(["POST"])
def session_record_open(request: Request, session_id: UUID) -> HttpResponse:
    session = get_visible_or_404(SupervisionSession.objects, request.actor, pk=session_id)
    access.check_can_change_session(request.actor, session)
    try:
        record = services.open_session_record(session_id=session_id, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("supervision:session-detail", session_id=session_id)
    return redirect("supervision:record-write", record_id=record.pk)
