"""Pages of agreed actions: all of them, one, and what becomes of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.actor import Actor
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved
from core.templatetags.countersign import long_date
from records import access, forms, selectors, services
from records.models import Action, Record
from records.rules import State


@require_safe
def actions(request: Request) -> HttpResponse:
    wanted = forms.ActionsFilter(request.GET).wanted()
    number = request.GET.get("page", "1")
    page = services.read_actions(wanted=wanted, actor=request.actor, number=number, at=request.at)
    return render(request, "records/actions.html", {"page": page, "today": request.today})


@require_safe
def action_detail(request: Request, action_id: UUID) -> HttpResponse:
    action = _action(request, action_id)
    is_alone = access.sees_action_alone(request.actor, action)
    context = {
        "action": action,
        "row": selectors.action_row(
            action,
            actor=request.actor,
            on=request.today,
            left_behind=selectors.is_left_behind(action, actor=request.actor),
        ),
        "shows_steps": not is_alone,
        "steps": [] if is_alone else selectors.steps_of(action),
        "reads_record": not is_alone and selectors.reads_record_of(action, actor=request.actor),
        "today": request.today,
    }
    return render(request, "records/action_detail.html", context)


@require_http_methods(["GET", "POST"])
def action_close(request: Request, action_id: UUID) -> HttpResponse:
    action = _action(request, action_id)
    access.check_can_close_action(request.actor, action)
    form = forms.CloseAction(request.POST or None)
    closed = saved(form, services.close_action, action_id=action.pk, actor=request.actor, at=request.at)
    if closed:
        messages.success(request, "The action is closed. If that was a slip, open it again.")
        return redirect("records:action-detail", action_id=action.pk)
    return _form(request, action, form, "records/action_close.html")


@require_http_methods(["POST"])
def action_reopen(request: Request, action_id: UUID) -> HttpResponse:
    action = get_visible_or_404(Action.objects.with_people(), request.actor, pk=action_id)
    access.check_can_close_action(request.actor, action)
    try:
        services.reopen_action(action_id=action.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The action is open again.")
    return redirect("records:action-detail", action_id=action.pk)


@require_http_methods(["GET", "POST"])
def action_move(request: Request, action_id: UUID) -> HttpResponse:
    return _change(
        request,
        action_id,
        form=lambda: forms.MoveAction(request.POST or None),
        service=services.move_action,
        template="records/action_move.html",
        done=lambda action: f"The new date is {long_date(action.due_on)}.",
    )


@require_http_methods(["GET", "POST"])
def action_reassign(request: Request, action_id: UUID) -> HttpResponse:
    return _change(
        request,
        action_id,
        check=_check_can_give_on,
        form=lambda: forms.ReassignAction(request.POST or None, actor=request.actor),
        service=services.reassign_action,
        template="records/action_reassign.html",
        done=lambda action: f"{action.owner_name} has the action now.",
    )


@require_http_methods(["POST"])
def action_take_on(request: Request, action_id: UUID) -> HttpResponse:
    action = get_visible_or_404(Action.objects.with_people(), request.actor, pk=action_id)
    _check_can_give_on(request.actor, action)
    try:
        services.take_on_action(action_id=action.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The action is yours now.")
    return redirect("records:action-detail", action_id=action.pk)


@require_http_methods(["GET", "POST"])
def actions_review(request: Request, record_id: UUID) -> HttpResponse:
    record = get_visible_or_404(Record.objects.with_parts(), request.actor, pk=record_id)
    access.check_can_sign_text(request.actor, record)
    if record.get_state() not in (State.DRAFT, State.RETURNED):
        messages.info(request, "This record is signed. Its open actions are on the page of all actions.")
        return redirect("records:record-detail", record_id=record_id)

    found = services.read_carried_in(record=record, actor=request.actor, at=request.at)
    form = forms.ReviewActions([row.action.pk for row in found], data=request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            count = services.review_actions(
                record_id=record.pk, outcomes=form.outcomes(), actor=request.actor, at=request.at
            )
        except RuleBroken as error:
            refusal = form.add_refusal(str(error), error.field)
        else:
            messages.success(request, f"Saved for {count} action{'' if count == 1 else 's'}.")
            return redirect("supervision:record-write", record_id=record_id)
    error_list = [{"id": "", "text": refusal}] if refusal else []
    context = {
        "record": record,
        "rows": [(row, form.forms[row.action.pk]) for row in found],
        "error_list": error_list + (form.error_list if request.method == "POST" else []),
        "today": request.today,
    }
    return render(request, "records/actions_review.html", context)


@require_safe
def people_options(request: Request) -> HttpResponse:
    """Colleagues whom an action can be given to, as one types a name in a row."""
    words = request.GET.get("q", "")[:100]
    found = selectors.people_to_name(words, actor=request.actor)
    return render(request, "records/_people_options.html", {"people": found})


def _action(request: Request, action_id: UUID) -> Action:
    """The action with its people, the reading of its words noted first."""
    action: Action = get_visible_or_404(
        Action.objects.with_people().with_delay_explained(), request.actor, pk=action_id
    )
    services.read_action(action=action, actor=request.actor, at=request.at)
    return action


def _check_can_give_on(actor: Actor, action: Action) -> None:
    access.check_can_give_on(actor, action, left_behind=selectors.is_left_behind(action, actor=actor))


def _change(
    request: Request,
    action_id: UUID,
    *,
    check: Callable[[Actor, Action], None] = access.check_can_change_action,
    form: Callable[[], Any],
    service: Callable[..., Action],
    template: str,
    done: Callable[[Action], str],
) -> HttpResponse:
    """A page with one form that changes an action, and leads back to it."""
    action = _action(request, action_id)
    check(request.actor, action)
    if not action.is_open:
        messages.info(request, "This action is closed. Open it again first.")
        return redirect("records:action-detail", action_id=action.pk)
    filled = form()
    changed = saved(filled, service, action_id=action.pk, actor=request.actor, at=request.at)
    if changed:
        messages.success(request, done(changed))
        return redirect("records:action-detail", action_id=action.pk)
    return _form(request, action, filled, template)


def _form(request: Request, action: Action, form: Any, template: str) -> HttpResponse:
    may_change = may(access.check_can_change_action, request.actor, action)
    return render(request, template, {"action": action, "form": form, "may_change": may_change, "today": request.today})
