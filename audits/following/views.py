"""The page of actions that came of audits and observations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.following import selectors
from audits.following.selectors import Show
from core.http import Request


@require_safe
def audit_actions(request: Request) -> HttpResponse:
    wanted = request.GET.get("show", "")
    show = Show(wanted) if wanted in [each.value for each in Show] else Show.OPEN
    page = selectors.actions_page(actor=request.actor, show=show, number=request.GET.get("page", "1"))
    return render(request, "audits/actions.html", {"page": page, "today": request.today})
