"""Pages on which children's facts are changed. The list of children and a child's own page are supervision's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases import access, forms, rules, selectors, services
from cases.models import Child
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from policies.selectors import policy_in_force


@require_http_methods(["GET", "POST"])
def child_add(request: Request) -> HttpResponse:
    access.check_can_open(request.actor)

    policy = policy_in_force(request.today)
    form = forms.OpenCase(
        request.POST or None,
        label=rules.reference_label(policy),
        plan_types=selectors.plan_types_in_use(policy=policy, on=request.today),
        holders=selectors.holders_to_choose(actor=request.actor, with_oneself=True),
        initial={"starts_on": request.today},
    )
    if child := saved(form, services.open_episode, actor=request.actor, at=request.at):
        messages.success(request, f"The case {child.reference} is open.")
        return redirect("supervision:child-detail", child_id=child.pk)
    return render(request, "cases/child_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
def child_allocate(request: Request, child_id: UUID) -> HttpResponse:
    child = _child(request, child_id)

    form = forms.Allocate(
        request.POST or None,
        holders=selectors.holders_to_choose(actor=request.actor),
        me=request.actor.staff_id if may(access.check_can_hold, request.actor) else None,
        initial={"starts_on": request.today},
    )
    if saved(form, services.allocate, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is saved. The day on which the child is due for discussion stays the child’s.")
        return _to(request, child)
    return render(request, "cases/child_change.html", _page(child, form, "Who works with this child"))


@require_http_methods(["GET", "POST"])
def child_plan_types(request: Request, child_id: UUID) -> HttpResponse:
    child = _child(request, child_id)

    held = child.plan_types.live(request.today).values_list("plan_type", flat=True)
    form = forms.PlanTypes(
        request.POST or None,
        plan_types=selectors.plan_types_in_use(policy=policy_in_force(request.today), on=request.today),
        initial={"plan_types": list(held), "starts_on": request.today},
    )
    if saved(form, services.set_plan_types, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "The plan or status is saved.")
        return _to(request, child)
    return render(request, "cases/child_change.html", _page(child, form, "Plan or status"))


@require_http_methods(["GET", "POST"])
def child_interval(request: Request, child_id: UUID) -> HttpResponse:
    child = _child(request, child_id)

    form = forms.OwnInterval(request.POST or None)
    if saved(form, services.set_override, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "This child has an interval of its own from today on.")
        return _to(request, child)
    return render(request, "cases/child_change.html", _page(child, form, "An interval of its own"))


@require_http_methods(["POST"])
def child_interval_end(request: Request, child_id: UUID) -> HttpResponse:
    child = _child(request, child_id)

    services.end_override(child_id=child.pk, actor=request.actor, at=request.at)
    messages.success(request, "The interval of the policy holds for this child again.")
    return _to(request, child)


@require_http_methods(["GET", "POST"])
def child_close(request: Request, child_id: UUID) -> HttpResponse:
    child = _child(request, child_id)

    form = forms.CloseCase(request.POST or None, initial={"ends_on": request.today})
    if saved(form, services.close_episode, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, f"The case {child.reference} is closed. What was due before that day stays late.")
        return redirect("supervision:child-list")
    return render(request, "cases/child_change.html", _page(child, form, "Close the case"))


def _child(request: Request, child_id: UUID) -> Child:
    child: Child = get_visible_or_404(Child.objects, request.actor, pk=child_id)
    held = selectors.holding_of(child_id=child.pk, on=request.today)
    access.check_can_change_child(request.actor, held.holdings, held=held.without_worker)
    return child


def _to(request: Request, child: Child) -> HttpResponse:
    """The child's page; the list where the child went out of sight by the change."""
    if selectors.is_in_sight(actor=request.actor, child_id=child.pk):
        return redirect("supervision:child-detail", child_id=child.pk)
    return redirect("supervision:child-list")


def _page(child: Child, form: Any, title: str) -> dict[str, Any]:
    return {"child": child, "form": form, "title": title}
