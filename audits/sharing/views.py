"""Pages of sharing: press to share a signed audit; the audits of one's own file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits.models import Audit
from audits.sharing import selectors, services
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404


@require_POST
def audit_share(request: Request, audit_id: UUID) -> HttpResponse:
    audit = get_visible_or_404(Audit.objects.select_related("file_of"), request.actor, pk=audit_id)
    try:
        services.share_now(audit_id=audit.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{audit.file_of.name} can read this audit now, and is told.")
    return redirect("audits:audit-detail", audit_id=audit.pk)


@require_safe
def own_file_audits(request: Request) -> HttpResponse:
    shown = {
        "rows": selectors.audits_of_own_file(actor=request.actor),
        "supervision": selectors.audits_of_own_supervision(actor=request.actor),
    }
    return render(request, "audits/own_file_audits.html", shown)
