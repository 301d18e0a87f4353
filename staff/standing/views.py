"""Pages of categories over time and of key dates."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.form_fields import DayField
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff import access
from staff.models import CategoryHeld, StaffMember
from staff.standing import forms, selectors, services


@require_http_methods(["GET", "POST"])
def standing(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_set_standing(request.actor, person)

    choices = selectors.to_choose([request.today, _day_asked(request)])
    form = forms.GiveCategories(request.POST or None, choices=choices, initial={"starts_on": request.today})
    if saved(form, services.give_categories, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is saved. What the policy asks for is reckoned from that day on.")
        return redirect("staff:standing", person_id=person.pk)
    context = {"person": person, "form": form, "standing": selectors.standing_of(person.pk, on=request.today)}
    return render(request, "staff/standing.html", context)


@require_http_methods(["GET", "POST"])
def category_end(request: Request, held_id: UUID) -> HttpResponse:
    held = get_visible_or_404(CategoryHeld.objects.select_related("person"), request.actor, pk=held_id)
    access.check_can_set_standing(request.actor, held.person)

    form = forms.EndCategory(request.POST or None, initial={"last_day": held.last_day or request.today})
    if saved(form, services.end_category, held_id=held.pk, actor=request.actor, at=request.at):
        messages.success(request, "The last day in the category is saved.")
        return redirect("staff:standing", person_id=held.person_id)
    words = dict(selectors.to_choose([request.today])).get(held.category, held.category.replace("_", " "))
    educator = selectors.practice_educator(held.person_id, on=request.today)
    context = {"held": held, "person": held.person, "words": words, "form": form, "educator": educator}
    return render(request, "staff/category_end.html", context)


@require_http_methods(["GET", "POST"])
def key_dates(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_set_standing(request.actor, person)

    present = selectors.standing_of(person.pk, on=request.today).key_dates
    initial = {kind.value: day for kind, day in present.items()}
    form = forms.KeyDates(request.POST or None, initial=initial)
    if saved(form, services.set_key_dates, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The dates are saved.")
        return redirect("staff:standing", person_id=person.pk)
    return render(request, "staff/key_dates.html", {"person": person, "form": form})


def _day_asked(request: Request) -> date:
    """The day that the form names, whose policy has the categories; today where it names none."""
    try:
        typed = [request.POST.get(f"starts_on_{part}", "") for part in range(3)]
        return DayField(required=False).clean(typed) or request.today
    except ValidationError:
        return request.today
