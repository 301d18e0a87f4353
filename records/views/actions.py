"""Pages of records: actions."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404
from records import access, forms, presenters, services
from records.models import Action


@require_http_methods(["GET", "POST"])
def action_close(request: Request, action_id: UUID) -> HttpResponse:
    action = get_visible_or_404(Action.objects.select_related("record__subject", "owner"), request.actor, pk=action_id)
    access.check_can_close_action(request.actor, action)
    services.read_action(action=action, actor=request.actor, at=request.at)
    form = forms.CloseAction(request.POST or None)
    if form.is_valid():
        try:
            services.close_action(action_id=action_id, **form.cleaned_data, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The action is closed.")
            return redirect(presenters.back_from_action(action, reader=request.actor))
    return render(request, "records/action_close.html", {"action": action, "form": form})
