"""The policy's page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.http import Request
from policies import presenters, selectors


@require_safe
def policy_detail(request: Request) -> HttpResponse:
    adoption = selectors.adoption_in_force(request.today)
    policy = selectors.policy_version(adoption.policy_id) if adoption else None
    context = {
        "adoption": adoption,
        "policy": policy,
        "reading": presenters.read_out(policy) if policy else None,
        "forms": presenters.read_forms(policy, selectors.forms_in_use(policy)) if policy else [],
    }
    return render(request, "policies/policy_detail.html", context)
