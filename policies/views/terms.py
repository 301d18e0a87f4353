"""What an authority calls things: changed by a draft of the policy's next version."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import saved
from policies import access, forms, selectors, services


@require_http_methods(["GET", "POST"])
def terms_edit(request: Request) -> HttpResponse:
    access.check_can_draft(request.actor)
    adoption = selectors.last_adopted()
    if adoption is None:
        raise Http404
    policy = selectors.policy_of(adoption.policy)
    form = forms.EditTerms(request.POST or None, version=adoption.policy, policy=policy, today=request.today)
    if draft := saved(form, services.draft_policy, actor=request.actor, at=request.at):
        messages.success(request, "The words are kept in a draft of the policy. Somebody else can publish it.")
        return redirect("policies:draft-detail", draft_id=draft.pk)
    return render(request, "policies/terms_edit.html", {"form": form, "adoption": adoption})
