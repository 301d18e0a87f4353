"""Pages on which it is said which children belong together. They are shown on a child's page, which is supervision's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases import rules
from cases.siblings import forms, services
from cases.views import child_to_change, page_of_child
from core.http import Request
from core.shortcuts import saved
from policies.selectors import policy_in_force


@require_http_methods(["GET", "POST"])
def sibling_add(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    label = rules.reference_label(policy_in_force(request.today))
    form = forms.AddSibling(request.POST or None, label=label, initial={"starts_on": request.today})
    if saved(form, services.add_sibling, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "The brothers and sisters are saved.")
        return redirect("supervision:child-detail", child_id=child.pk)
    return render(request, "cases/child_change.html", page_of_child(child, form, "Add a brother or sister"))


@require_http_methods(["GET", "POST"])
def siblings_leave(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    form = forms.LeaveSiblings(request.POST or None, initial={"ends_on": request.today})
    if saved(form, services.leave_siblings, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "This child belongs to them no more from that day on. What was before stays known.")
        return redirect("supervision:child-detail", child_id=child.pk)
    title = "Take this child out of its brothers and sisters"
    return render(request, "cases/child_change.html", page_of_child(child, form, title))
