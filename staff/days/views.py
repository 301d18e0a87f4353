"""Pages of somebody's days: an absence, and the days of the week."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff import access
from staff.days import forms, services
from staff.models import Absence, StaffMember
from staff.selectors import working_days_of


@require_http_methods(["GET", "POST"])
def absence_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    kinds = access.absence_kinds(request.actor, person)
    access.check_can_enter_absence(request.actor, person, kind=kinds[0] if kinds else "")

    form = forms.AbsenceForm(
        request.POST or None,
        kinds=kinds,
        is_new=True,
        initial={"kind": kinds[0] if len(kinds) == 1 else None, "starts_on": request.today},
    )
    if saved(form, services.add_absence, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(
            request, "The absence is entered. Sessions that fall into it stay booked until they are moved."
        )
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/absence.html", {"person": person, "form": form, "is_new": True})


@require_http_methods(["GET", "POST"])
def absence_change(request: Request, absence_id: UUID) -> HttpResponse:
    absence = get_visible_or_404(Absence.objects.select_related("person"), request.actor, pk=absence_id)
    access.check_can_enter_absence(request.actor, absence.person, kind=absence.kind)

    if forms.REMOVE in request.POST:
        services.remove_absence(absence_id=absence.pk, actor=request.actor, at=request.at)
        messages.success(request, "The absence is taken back.")
        return redirect("staff:person-detail", person_id=absence.person_id)
    initial = {name: getattr(absence, name) for name in ("kind", "starts_on", "last_day", "expected_to")}
    kinds = access.absence_kinds(request.actor, absence.person)
    form = forms.AbsenceForm(request.POST or None, kinds=kinds, is_new=False, initial=initial)
    if saved(form, services.change_absence, absence_id=absence.pk, actor=request.actor, at=request.at):
        messages.success(request, "The absence is changed.")
        return redirect("staff:person-detail", person_id=absence.person_id)
    return render(request, "staff/absence.html", {"person": absence.person, "form": form, "is_new": False})


@require_http_methods(["GET", "POST"])
def working_days(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_set_working_days(request.actor, person)

    present = working_days_of(person.pk, on=request.today)
    initial = {"weekdays": present or range(5), "starts_on": request.today}
    form = forms.WorkingDays(request.POST or None, initial=initial)
    if saved(form, services.set_working_days, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The working days are saved. Dates that are proposed from now on keep to them.")
        return redirect("staff:person-detail", person_id=person.pk)
    return render(request, "staff/working_days.html", {"person": person, "form": form})
