"""Pages before a group meets and while it does: what members put forward, and the steps with their time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from supervision import access, forms, services
from supervision.models import GroupItem, GroupSession
from supervision.rules.group_records import DUTIES
from supervision.selectors import group_records as selectors


@require_http_methods(["GET", "POST"])
def group_put_forward(request: Request, group_id: UUID) -> HttpResponse:
    group = get_visible_or_404(GroupSession.objects.with_people(), request.actor, pk=group_id)
    access.check_can_put_forward(request.actor, group, members=group.invited_people())
    if not group.is_planned:
        messages.info(request, "This group has met already, or was called off.")
        return redirect("supervision:group-detail", group_id=group.pk)
    form = forms.PutForward(request.POST or None, children=selectors.own_children(request.actor))
    if saved(form, services.put_forward, group_id=group.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is put forward. You can take it back until the group meets.")
        return redirect("supervision:group-detail", group_id=group.pk)
    return render(request, "supervision/group_put_forward.html", {"group": group, "form": form})


@require_http_methods(["POST"])
def group_take_back(request: Request, item_id: UUID) -> HttpResponse:
    item = get_visible_or_404(GroupItem.objects, request.actor, pk=item_id)
    try:
        services.take_back_item(item_id=item.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is taken back.")
    return redirect("supervision:group-detail", group_id=item.session_id)


@require_http_methods(["GET"])
def group_steps(request: Request, group_id: UUID) -> HttpResponse:
    group = get_visible_or_404(GroupSession.objects.with_people(), request.actor, pk=group_id)
    access.check_can_put_forward(request.actor, group, members=group.invited_people())
    page = selectors.steps_page(group=group, on=request.today)
    return render(request, "supervision/group_steps.html", {"group": group, "page": page, "duties": DUTIES})
