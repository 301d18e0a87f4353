"""Pages of what was shared of supervision, and of processes elsewhere."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import get_visible_or_404, saved, uuid_or_none
from staff.models import StaffMember
from supervision import access, forms, selectors, services
from supervision.models import Disclosure


@require_safe
def shared(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    page = services.read_shared(person=person, actor=request.actor, at=request.at)
    return render(request, "supervision/shared.html", {"page": page})


@require_http_methods(["GET", "POST"])
def disclosure_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)

    form = forms.LogDisclosure(request.POST or None, categories=selectors.categories_to_share(on=request.today))
    incident_id = uuid_or_none(request.GET.get("incident"))
    entered = saved(
        form,
        services.log_disclosure,
        supervisee_id=person.pk,
        incident_id=incident_id,
        actor=request.actor,
        at=request.at,
    )
    if entered:
        messages.success(request, "It is in the log.")
        return redirect("supervision:shared", person_id=person.pk)
    context = {"person": person, "form": form, "is_incident": incident_id is not None}
    return render(request, "supervision/disclosure_add.html", context)


@require_http_methods(["GET", "POST"])
def incident_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_is_party(request.actor, person.pk)

    form = forms.AddIncident(request.POST or None)
    if saved(form, services.add_incident, supervisee_id=person.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is entered. Only the two of you see it.")
        return redirect("supervision:shared", person_id=person.pk)
    return render(request, "supervision/incident_add.html", {"person": person, "form": form})


@require_http_methods(["POST"])
def disclosure_agree(request: Request, disclosure_id: UUID) -> HttpResponse:
    disclosure = get_visible_or_404(Disclosure.objects, request.actor, pk=disclosure_id)
    access.check_can_agree_to_share(request.actor, disclosure)
    agrees = request.POST.get("agrees") == "yes"
    return _done(
        request,
        disclosure,
        lambda: services.answer_disclosure(
            disclosure_id=disclosure.pk, agrees=agrees, actor=request.actor, at=request.at
        ),
        "You agreed that it is shared." if agrees else "You did not agree: it is not shared.",
    )


@require_http_methods(["POST"])
def disclosure_told(request: Request, disclosure_id: UUID) -> HttpResponse:
    disclosure = get_visible_or_404(Disclosure.objects.select_related("supervisee"), request.actor, pk=disclosure_id)
    access.check_can_supervise(request.actor, disclosure.supervisee)
    return _done(
        request,
        disclosure,
        lambda: services.note_told(disclosure_id=disclosure.pk, actor=request.actor, at=request.at),
        f"{disclosure.supervisee.name} sees it from now on.",
    )


def _done(request: Request, disclosure: Disclosure, act: Callable[[], Any], sentence: str) -> HttpResponse:
    try:
        act()
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("supervision:shared", person_id=disclosure.supervisee_id)


@require_http_methods(["GET", "POST"])
def disclosure_shared(request: Request, disclosure_id: UUID) -> HttpResponse:
    return _add(
        request,
        disclosure_id,
        form=forms.NoteShared(request.POST or None),
        service=services.note_shared,
        heading="Enter when it was shared",
    )


@require_http_methods(["GET", "POST"])
def disclosure_correct(request: Request, disclosure_id: UUID) -> HttpResponse:
    return _add(
        request,
        disclosure_id,
        form=forms.CorrectDisclosure(request.POST or None),
        service=services.correct_disclosure,
        heading="Correct an entry of the log",
    )


def _add(
    request: Request, disclosure_id: UUID, *, form: Any, service: Callable[..., Any], heading: str
) -> HttpResponse:
    disclosure = get_visible_or_404(Disclosure.objects.select_related("supervisee"), request.actor, pk=disclosure_id)
    access.check_can_supervise(request.actor, disclosure.supervisee)

    if saved(form, service, disclosure_id=disclosure.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is added to the log.")
        return redirect("supervision:shared", person_id=disclosure.supervisee_id)
    services.read_shared(person=disclosure.supervisee, actor=request.actor, at=request.at)
    context = {"disclosure": disclosure, "form": form, "heading": heading}
    return render(request, "supervision/disclosure_add_to.html", context)


@require_http_methods(["GET", "POST"])
def reference_add(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_supervise(request.actor, person)

    replaces_id = uuid_or_none(request.GET.get("replaces"))
    page = services.read_shared(person=person, actor=request.actor, at=request.at)
    replaced = next((one for one in page.references if one.pk == replaces_id), None)
    begun = (
        {name: getattr(replaced, name) for name in ("kind", "number", "note", "starts_on", "ends_on")}
        if replaced
        else {}
    )
    form = forms.AddReference(request.POST or None, initial=begun)
    entered = saved(
        form,
        services.add_reference,
        supervisee_id=person.pk,
        replaces_id=replaces_id,
        actor=request.actor,
        at=request.at,
    )
    if entered:
        messages.success(request, "It is entered.")
        return redirect("supervision:shared", person_id=person.pk)
    return render(request, "supervision/reference_add.html", {"person": person, "form": form, "replaced": replaced})
