"""Pages on which children's facts are changed. The list of children and a child's own page are supervision's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cases import access, forms, rules, selectors, services
from cases.caseload import services as caseload
from cases.caseload.forms import AllocateAskingWhy, AsksWhy, OpenCaseAskingWhy
from cases.caseload.selectors import Above, above_if_given
from cases.models import Child
from cases.rules import Way
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from policies.selectors import policy_in_force


@require_http_methods(["GET", "POST"])
def child_add(request: Request) -> HttpResponse:
    access.check_can_open(request.actor)

    policy = policy_in_force(request.today)
    form = OpenCaseAskingWhy(
        request.POST or None,
        today=request.today,
        label=rules.reference_label(policy),
        plan_types=selectors.plan_types_in_use(policy=policy, on=request.today),
        holders=selectors.holders_to_choose(actor=request.actor, with_oneself=True),
        initial={"starts_on": request.today},
    )
    above = None
    if form.is_valid():
        plans, to = form.cleaned_data["plan_types"], form.cleaned_data["holder_id"]
        above = asked_first(form, request, to, way=Way.TRANSFER, plan_types=plans)
    if not above and (child := saved(form, caseload.open_case, actor=request.actor, at=request.at)):
        messages.success(request, f"The case {child.reference} is open.")
        return redirect("supervision:child-detail", child_id=child.pk)
    return render(request, "cases/child_add.html", {"form": form, "above": above})


@require_http_methods(["GET", "POST"])
def child_allocate(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    form = AllocateAskingWhy(
        request.POST or None,
        today=request.today,
        holders=selectors.holders_to_choose(actor=request.actor),
        me=request.actor.staff_id if may(access.check_can_hold, request.actor) else None,
        initial={"starts_on": request.today},
    )
    above = None
    if form.is_valid():
        way, to = form.cleaned_data["way"], form.cleaned_data["to_id"]
        above = asked_first(form, request, to, way=way, child_id=child.pk)
    if not above and saved(form, caseload.allocate, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is saved. The day on which the child is due for discussion stays the child’s.")
        return _to(request, child)
    return render(
        request, "cases/child_change.html", {**page_of_child(child, form, "Who works with this child"), "above": above}
    )


@require_http_methods(["GET", "POST"])
def child_plan_types(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    held = child.plan_types.live(request.today).values_list("plan_type", flat=True)
    form = forms.PlanTypes(
        request.POST or None,
        plan_types=selectors.plan_types_in_use(policy=policy_in_force(request.today), on=request.today),
        initial={"plan_types": list(held), "starts_on": request.today},
    )
    if saved(form, services.set_plan_types, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "The plan or status is saved.")
        return _to(request, child)
    return render(request, "cases/child_change.html", page_of_child(child, form, "Plan or status"))


@require_http_methods(["GET", "POST"])
def child_interval(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    form = forms.OwnInterval(request.POST or None)
    if saved(form, services.set_override, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "This child has an interval of its own from today on.")
        return _to(request, child)
    return render(request, "cases/child_change.html", page_of_child(child, form, "An interval of its own"))


@require_http_methods(["POST"])
def child_interval_end(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    services.end_override(child_id=child.pk, actor=request.actor, at=request.at)
    messages.success(request, "The interval of the policy holds for this child again.")
    return _to(request, child)


@require_http_methods(["GET", "POST"])
def child_close(request: Request, child_id: UUID) -> HttpResponse:
    child = child_to_change(request, child_id)

    form = forms.CloseCase(request.POST or None, initial={"ends_on": request.today})
    if saved(form, services.close_episode, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, f"The case {child.reference} is closed. What was due before that day stays late.")
        return redirect("supervision:child-list")
    return render(request, "cases/child_change.html", page_of_child(child, form, "Close the case"))


def child_to_change(request: Request, child_id: UUID) -> Child:
    """A child whose facts the reader may change. Raises Http404, or NotAllowed."""
    child: Child = get_visible_or_404(Child.objects, request.actor, pk=child_id)
    held = selectors.holding_of(child_id=child.pk, on=request.today)
    access.check_can_change_child(request.actor, held.holdings, held=held.without_worker)
    return child


def asked_first(form: AsksWhy, request: Request, to: UUID, **given: Any) -> Above | None:
    """Who would hold more than the guide by what was typed; then the form asks why, once, and what was typed stays."""
    above = None if form.was_asked(to) else above_if_given(actor=request.actor, person_id=to, **given)
    if above:
        form.ask_why(to)
    return above


def _to(request: Request, child: Child) -> HttpResponse:
    """The child's page; the list where the child went out of sight by the change."""
    if selectors.is_in_sight(actor=request.actor, child_id=child.pk):
        return redirect("supervision:child-detail", child_id=child.pk)
    return redirect("supervision:child-list")


def page_of_child(child: Child, form: Any, title: str) -> dict[str, Any]:
    """What the page of one change shows."""
    return {"child": child, "form": form, "title": title}
