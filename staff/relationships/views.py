"""Pages of further supervisors, and of what each supervisor is for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff import access
from staff.models import StaffMember, SupervisionRelationship
from staff.relationships import forms, services


@require_http_methods(["GET", "POST"])
def supervisor_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_change_supervisor(request.actor, person)

    form = forms.AddSupervisor(request.POST or None, actor=request.actor, initial={"starts_on": request.today})
    added = saved(form, services.add_supervisor, person_id=person.pk, actor=request.actor, at=request.at)
    if added:
        messages.success(
            request, f"{added.supervisor.name} supervises {person.name}, too, from {added.starts_on:%-d %B %Y}."
        )
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/supervisor_add.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def relationship_change(request: Request, relationship_id: UUID) -> HttpResponse:
    row = get_visible_or_404(
        SupervisionRelationship.objects.in_own_right().select_related("supervisee", "supervisor"),
        request.actor,
        pk=relationship_id,
    )
    access.check_can_change_supervisor(request.actor, row.supervisee)

    initial = {"elements": row.elements, "last_day": row.last_day}
    form = forms.ChangeRelationship(request.POST or None, relationship=row, initial=initial)
    if saved(form, services.change_relationship, relationship_id=row.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is saved.")
        return redirect("staff:person-detail", person_id=row.supervisee_id)
    return render(request, "staff/relationship_change.html", {"row": row, "form": form})
