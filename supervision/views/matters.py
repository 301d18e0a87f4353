"""Pages of what is put to a manager, and of concerns about one's own supervision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff.models import StaffMember
from supervision import access, forms, selectors, services
from supervision.models import Concern, Matter


@require_safe
def matters(request: Request) -> HttpResponse:
    page = services.read_matters(actor=request.actor, at=request.at)
    return render(request, "supervision/matters.html", {"page": page})


@require_http_methods(["GET", "POST"])
def matter_refer(request: Request, person_id: UUID) -> HttpResponse:
    return _refer(request, person_id, kind=Matter.Kind.DISAGREEMENT, form=forms.ReferMatter)


@require_http_methods(["GET", "POST"])
def matter_escalate(request: Request, person_id: UUID) -> HttpResponse:
    return _refer(request, person_id, kind=Matter.Kind.ESCALATION, form=forms.Escalate)


def _refer(request: Request, person_id: UUID, *, kind: Matter.Kind, form: type[forms.ReferMatter]) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_is_party(request.actor, person.pk)

    sessions = selectors.sessions_to_name(person_id=person.pk, on=request.today)
    filled = form(request.POST or None, actor=request.actor, sessions=sessions)
    matter = saved(
        filled,
        services.refer_disagreement if kind is Matter.Kind.DISAGREEMENT else services.take_upward,
        supervisee_id=person.pk,
        actor=request.actor,
        at=request.at,
    )
    if matter:
        messages.success(request, f"This is with {matter.referred_to.name} now.")
        return redirect("supervision:matter-detail", matter_id=matter.pk)
    context = {"person": person, "form": filled, "kind": kind, "is_self": person.pk == request.actor.staff_id}
    if kind is Matter.Kind.DISAGREEMENT:
        supervisor_id = selectors.supervisor_for(person_id=person.pk, actor=request.actor)
        context["named"] = (
            selectors.named_manager(person_id=person.pk, supervisor_id=supervisor_id, on=request.today)
            if supervisor_id
            else None
        )
    return render(request, "supervision/matter_refer.html", context)


@require_safe
def matter_detail(request: Request, matter_id: UUID) -> HttpResponse:
    matter = get_visible_or_404(Matter.objects.with_people(), request.actor, pk=matter_id)
    page = services.read_matter(matter=matter, actor=request.actor, at=request.at)
    return render(request, "supervision/matter_detail.html", {"matter": matter, "page": page})


@require_http_methods(["GET", "POST"])
def matter_view(request: Request, matter_id: UUID) -> HttpResponse:
    return _write(
        request,
        matter_id,
        check=access.check_can_give_view,
        form=forms.AddView,
        service=services.add_view,
        done="Your view is added.",
    )


@require_http_methods(["GET", "POST"])
def matter_decide(request: Request, matter_id: UUID) -> HttpResponse:
    return _write(
        request,
        matter_id,
        check=access.check_can_answer_matter,
        form=forms.DecideMatter,
        service=services.decide_matter,
        done="Your answer is recorded. The two of them can read it.",
    )


@require_http_methods(["GET", "POST"])
def matter_close(request: Request, matter_id: UUID) -> HttpResponse:
    return _write(
        request,
        matter_id,
        check=access.check_can_close_matter,
        form=forms.CloseMatter,
        service=services.close_matter,
        done="It is closed.",
    )


def _write(
    request: Request,
    matter_id: UUID,
    *,
    check: Callable[[Any, Matter], None],
    form: type[forms.Written],
    service: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """A page on which one adds something to a matter; what is there already stands above."""
    matter = get_visible_or_404(Matter.objects.with_people(), request.actor, pk=matter_id)
    check(request.actor, matter)

    filled = form(request.POST or None)
    if saved(filled, service, matter_id=matter.pk, actor=request.actor, at=request.at):
        messages.success(request, done)
        return redirect("supervision:matter-detail", matter_id=matter.pk)
    page = services.read_matter(matter=matter, actor=request.actor, at=request.at)
    return render(request, "supervision/matter_write.html", {"matter": matter, "page": page, "form": filled})


# Concerns


@require_safe
def concerns(request: Request) -> HttpResponse:
    page = services.read_concerns(actor=request.actor, at=request.at)
    return render(request, "supervision/concerns.html", {"page": page})


@require_http_methods(["GET", "POST"])
def concern_raise(request: Request) -> HttpResponse:
    routes = selectors.concern_routes(actor=request.actor)
    form = forms.RaiseConcern(request.POST or None, routes=routes)
    concern = saved(form, services.raise_concern, actor=request.actor, at=request.at)
    if concern:
        messages.success(request, "It is sent. Your supervisor cannot see that it exists.")
        return redirect("supervision:concern-detail", concern_id=concern.pk)
    return render(request, "supervision/concern_raise.html", {"form": form, "routes": routes})


@require_http_methods(["GET", "POST"])
def concern_detail(request: Request, concern_id: UUID) -> HttpResponse:
    concern = get_visible_or_404(Concern.objects.with_people(), request.actor, pk=concern_id)
    form = forms.AddToConcern(request.POST or None)
    if saved(form, services.add_to_concern, concern_id=concern.pk, actor=request.actor, at=request.at):
        messages.success(request, "It is added.")
        return redirect("supervision:concern-detail", concern_id=concern.pk)
    entries = services.read_concern(concern=concern, actor=request.actor, at=request.at)
    context = {"concern": concern, "entries": entries, "form": form}
    return render(request, "supervision/concern_detail.html", context)
