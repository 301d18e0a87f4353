"""The policy in force, every version, and how passages are read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import may, saved
from policies import access, forms, presenters, selectors, services
from policies.models import PolicyVersion
from policies.rules import words


@require_safe
def policy_detail(request: Request) -> HttpResponse:
    adoption = selectors.adoption_in_force(request.today)
    context = {
        "adoption": adoption,
        "to_come": selectors.adoptions_to_come(on=request.today),
        "may_read_drafts": may(access.check_can_read_drafts, request.actor),
        "may_draft": may(access.check_can_draft, request.actor),
    }
    if adoption:
        context |= _read(request, adoption.policy)
    return render(request, "policies/policy_detail.html", context)


@require_safe
def versions(request: Request) -> HttpResponse:
    rows = selectors.versions(on=request.today)
    context = {
        "held": [row for row in rows if row.adoption],
        "loaded": [row for row in rows if not row.adoption],
        "may_read_drafts": may(access.check_can_read_drafts, request.actor),
    }
    return render(request, "policies/versions.html", context)


@require_safe
def version_detail(request: Request, version_id: UUID) -> HttpResponse:
    version = _version_or_404(version_id)
    adoptions = selectors.adoptions_of(version=version)
    context = {
        "version": version,
        "adoptions": adoptions,
        "may_withdraw": any(each.starts_on > request.today for each in adoptions)
        and may(access.check_can_withdraw, request.actor),
        **_read(request, version),
    }
    return render(request, "policies/version_detail.html", context)


@require_http_methods(["GET", "POST"])
def version_withdraw(request: Request, version_id: UUID) -> HttpResponse:
    version = _version_or_404(version_id)
    access.check_can_withdraw(request.actor)
    if request.method == "POST":
        try:
            adoption = services.withdraw(version_id=version.pk, actor=request.actor, at=request.at)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            begins = words.day(adoption.starts_on)
            messages.success(request, f"Withdrawn. {version.in_words} does not begin on {begins}.")
        return redirect("policies:versions")
    coming = next((each for each in selectors.adoptions_of(version=version) if each.starts_on > request.today), None)
    return render(request, "policies/version_withdraw.html", {"version": version, "coming": coming})


@require_http_methods(["GET", "POST"])
def reading_decide(request: Request, version_id: UUID, ambiguity: str) -> HttpResponse:
    version = _version_or_404(version_id)
    access.check_can_decide_readings(request.actor)
    reading = next((each for each in selectors.readings_of(version=version) if each.passage.id == ambiguity), None)
    if reading is None:
        raise Http404

    form = forms.DecideReading(request.POST or None, passage=reading.passage)
    decided = saved(
        form,
        services.decide_reading,
        version_id=version.pk,
        ambiguity=ambiguity,
        actor=request.actor,
        at=request.at,
    )
    if decided:
        messages.success(request, "The decision is recorded, with your name and the date.")
        return redirect(
            f"{request.path}#decisions" if decided.chosen != reading.passage.chosen else "policies:policy-detail"
        )
    return render(request, "policies/reading_decide.html", {"version": version, "reading": reading, "form": form})


def _version_or_404(version_id: UUID) -> PolicyVersion:
    version = selectors.version_of(version_id=version_id)
    if version is None:
        raise Http404
    return version


def _read(request: Request, version: PolicyVersion) -> dict[str, Any]:
    """What the reading of a version shows."""
    policy = selectors.policy_of(version)
    return {
        "version": version,
        "policy": policy,
        "reading": presenters.read_out(policy),
        "readings": selectors.readings_of(version=version),
        "forms": presenters.read_forms(policy, selectors.forms_in_use(policy)),
        "may_decide": may(access.check_can_decide_readings, request.actor),
    }
