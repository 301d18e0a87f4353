"""Drafts of the policy: proposing a version, reading what it changes, publishing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, may, saved, uuid_or_none
from policies import access, forms, presenters, selectors, services
from policies.difference import difference, lines_between
from policies.models import PolicyDraft
from policies.rules import words


@require_safe
def drafts(request: Request) -> HttpResponse:
    access.check_can_read_drafts(request.actor)
    context = {"drafts": selectors.drafts(actor=request.actor), "may_draft": may(access.check_can_draft, request.actor)}
    return render(request, "policies/drafts.html", context)


@require_http_methods(["GET", "POST"])
def draft_add(request: Request) -> HttpResponse:
    access.check_can_draft(request.actor)
    replaced = _draft_named(request)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.DraftPolicy(data, files, initial=_begin_with(request, replaced))
    draft = saved(
        form,
        services.draft_policy,
        replaces=replaced.pk if replaced else None,
        actor=request.actor,
        at=request.at,
    )
    if draft:
        messages.success(request, "The policy has no fault and is kept as a draft. Somebody else can publish it.")
        return redirect("policies:draft-detail", draft_id=draft.pk)
    return render(request, "policies/draft_add.html", {"form": form, "replaced": replaced})


@require_safe
def draft_detail(request: Request, draft_id: UUID) -> HttpResponse:
    draft = get_visible_or_404(PolicyDraft.objects.select_related("parent", "published_as"), request.actor, pk=draft_id)
    policy = selectors.policy_of_draft(draft)
    adoption = selectors.adoption_in_force(max(draft.starts_on, request.today))
    context: dict[str, Any] = {
        "draft": draft,
        "policy": policy,
        "reading": presenters.read_out(policy),
        "forms": presenters.read_forms(policy, selectors.forms_in_use(policy)),
        "same_version": selectors.drafts_of_same_version(draft, actor=request.actor) if draft.is_open else [],
        "to_begin": bool(adoption and adoption.starts_on > request.today),
        "not_built_on": bool(adoption and draft.is_open and adoption.policy_id != draft.built_on_id),
        "may_publish": draft.is_open and may(access.check_can_publish, request.actor, draft),
        "may_draft": draft.is_open and may(access.check_can_draft, request.actor),
    }
    if adoption:
        present = selectors.policy_of(adoption.policy)
        before, after = selectors.written_out(adoption.policy.document), selectors.written_out(draft.document)
        context |= {"present": adoption, "parts": difference(present, policy), "lines": lines_between(before, after)}
    return render(request, "policies/draft_detail.html", context)


@require_http_methods(["GET", "POST"])
def draft_publish(request: Request, draft_id: UUID) -> HttpResponse:
    draft = get_visible_or_404(PolicyDraft.objects, request.actor, pk=draft_id)
    access.check_can_publish(request.actor, draft)
    if not draft.is_open:
        closed = draft.get_status_display().lower()
        messages.info(request, f"This draft was {closed} already by {draft.closed_by_name}.")
        return redirect("policies:draft-detail", draft_id=draft.pk)
    form = forms.PublishDraft(request.POST or None, initial={"starts_on": max(draft.starts_on, request.today)})
    if adoption := saved(form, services.publish_draft, draft_id=draft.pk, actor=request.actor, at=request.at):
        messages.success(request, f"Published. {adoption.policy.in_words} holds from {words.day(adoption.starts_on)}.")
        return redirect("policies:versions")
    return render(request, "policies/draft_publish.html", {"draft": draft, "form": form})


@require_POST
def draft_discard(request: Request, draft_id: UUID) -> HttpResponse:
    draft = get_visible_or_404(PolicyDraft.objects, request.actor, pk=draft_id)
    access.check_can_discard(request.actor)
    try:
        services.discard_draft(draft_id=draft.pk, actor=request.actor, at=request.at)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The draft is discarded. It can still be read.")
    return redirect("policies:drafts")


def _draft_named(request: Request) -> PolicyDraft | None:
    """The open draft that is to be changed, where the address names one."""
    key = uuid_or_none(request.GET.get("draft"))
    draft: PolicyDraft | None = get_visible_or_404(PolicyDraft.objects, request.actor, pk=key) if key else None
    return draft if draft and draft.is_open else None


def _begin_with(request: Request, replaced: PolicyDraft | None) -> dict[str, Any]:
    if request.method == "POST":
        return {}
    if replaced:
        return {"text": replaced.text, "starts_on": replaced.starts_on}
    adoption = selectors.last_adopted() if request.GET.get("from") == "present" else None
    return {"text": selectors.text_of(adoption.policy)} if adoption else {}
