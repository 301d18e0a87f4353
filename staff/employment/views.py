"""The page of how somebody is engaged, and of what prepared a supervisor."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff import access
from staff.employment import forms, services
from staff.employment.selectors import employment_of
from staff.models import StaffMember


@require_http_methods(["GET", "POST"])
def employment(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_change_employment(request.actor, person)

    present = employment_of(person.pk, on=request.today)
    initial = {
        "engagement": present.engagement,
        "policy_read_on": present.policy_read_on,
        "trained_on": present.trained_on,
    }
    form = forms.Employment(request.POST or None, initial=initial)
    if saved(form, services.set_employment, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is saved. What the policy asks of supervision stays the same.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/employment.html", {"person": person, "form": form})
