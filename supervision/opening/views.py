"""Pages of going live: files of opening dates, who has none, one date by hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cases import access as case_access
from cases.models import Child
from cases.rules import reference_label
from cases.selectors import holding_of
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from core.templatetags.countersign import counted
from policies.selectors import policy_in_force
from staff import access as staff_access
from staff.models import StaffMember
from supervision.models import OpeningFile
from supervision.opening import access, files, forms, selectors, services


@require_http_methods(["GET", "POST"])
def opening_dates(request: Request) -> HttpResponse:
    access.check_can_import(request.actor)

    data, brought = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.BringFile(data, brought, reference_label=reference_label(policy_in_force(request.today)))
    if file := saved(form, services.take_in, actor=request.actor, at=request.at):
        return redirect("supervision:opening-file", file_id=file.pk)
    context = {
        "form": form,
        "recent": selectors.recent_files(actor=request.actor),
        "without": selectors.number_without(on=request.today),
    }
    return render(request, "supervision/opening/dates.html", context)


@require_http_methods(["GET", "POST"])
def opening_file(request: Request, file_id: UUID) -> HttpResponse:
    access.check_can_import(request.actor)
    file = get_visible_or_404(OpeningFile.objects.select_related("uploaded_by"), request.actor, pk=file_id)

    form = forms.ApplyFile(request.POST or None)
    done = saved(form, services.apply, file_id=file.pk, actor=request.actor, at=request.at)
    if done:
        left = done.numbers["faulty"]
        still = f" {counted(left, 'row is', 'rows are')} faulty, and left to be mended." if left else ""
        messages.success(request, f"{counted(len(done.to_enter), 'date is', 'dates are')} entered.{still}")
        return redirect("supervision:opening-file", file_id=file.pk)
    found = selectors.dry_run(file, actor=request.actor)
    context = {
        "file": file,
        "form": form if not file.applied_at and found.to_enter else None,
        "found": found,
        "page": found.page(request.GET.get("page", "1")),
        "fields": selectors.FIELDS[OpeningFile.About(file.about)],
    }
    return render(request, "supervision/opening/file.html", context)


@require_safe
def opening_file_faults(request: Request, file_id: UUID) -> HttpResponse:
    access.check_can_import(request.actor)
    file = get_visible_or_404(OpeningFile.objects, request.actor, pk=file_id)

    faulty = selectors.dry_run(file, actor=request.actor).of("faulty")
    headings = selectors.FIELDS[OpeningFile.About(file.about)]
    content = files.faulty_file(headings, [(row.line, row.fault) for row in faulty if row.fault])
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="faulty-rows.csv"'
    return response


@require_safe
def opening_missing(request: Request, about: str) -> HttpResponse:
    access.check_can_import(request.actor)
    if about not in OpeningFile.About.values:
        raise Http404

    found = selectors.without_opening_date(
        about=OpeningFile.About(about), on=request.today, number=request.GET.get("page", "1")
    )
    return render(request, "supervision/opening/missing.html", {"found": found, "page": found.page})


@require_http_methods(["GET", "POST"])
def person_opening(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    staff_access.check_can_set_standing(request.actor, person)

    found = selectors.entered(person_id=person.pk)
    form = forms.OneDate(request.POST or None, initial={"on": found[0].on if found else None})
    if saved(form, services.set_person_opened, person_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "The opening date is saved.")
        return redirect("staff:person-detail", person_id=person.pk)
    context: dict[str, Any] = {"form": form, "found": found, "name": person.name, "person": person}
    return render(request, "supervision/opening/one.html", context)


@require_http_methods(["GET", "POST"])
def child_opening(request: Request, child_id: UUID) -> HttpResponse:
    child = get_visible_or_404(Child.objects, request.actor, pk=child_id)
    held = holding_of(child_id=child.pk, on=request.today)
    case_access.check_can_change_child(request.actor, held.holdings, held=held.without_worker)

    found = selectors.entered(child_id=child.pk)
    form = forms.OneDate(request.POST or None, initial={"on": found[0].on if found else None})
    if saved(form, services.set_child_opened, child_id=child.pk, actor=request.actor, at=request.at):
        messages.success(request, "The opening date is saved.")
        return redirect("supervision:child-detail", child_id=child.pk)
    context: dict[str, Any] = {"form": form, "found": found, "name": child.reference, "child": child}
    return render(request, "supervision/opening/one.html", context)
