"""Pages of observations before their feedback is signed: the list, one, planning, answering, moving, giving up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.models import Observation
from audits.observing import access, forms, selectors, services
from audits.observing.feedback.views import observation_of
from core.http import Request
from core.shortcuts import get_visible_or_404, saved
from staff.models import StaffMember

SUPERVISION = Observation.Kind.SUPERVISION


@require_safe
def observations(request: Request) -> HttpResponse:
    page = selectors.observations_page(actor=request.actor)
    return render(request, "audits/observations.html", {"page": page, "today": request.today})


@require_safe
def person_observations(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_read_of(request.actor, person)
    page = selectors.observations_of(person=person, actor=request.actor)
    context = {"person": person, "page": page, "today": request.today}
    return render(request, "audits/person_observations.html", context)


@require_http_methods(["GET", "POST"])
def observation_plan_supervision(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_observe(request.actor, person)
    sessions = selectors.sessions_to_observe(person_id=person.pk, actor=request.actor)
    form = forms.PlanSupervision(request.POST or None, sessions=sessions)
    made = saved(form, services.plan_supervision, observed_id=person.pk, actor=request.actor, at=request.at)
    return _planned(request, person, made, form=form if sessions else None, kind=SUPERVISION)


@require_http_methods(["GET", "POST"])
def observation_plan_practice(request: Request, person_id: UUID) -> HttpResponse:
    person = get_visible_or_404(StaffMember.objects, request.actor, pk=person_id)
    access.check_can_observe(request.actor, person)
    children = selectors.children_to_name(person_id=person.pk, actor=request.actor)
    form = forms.PlanPractice(request.POST or None, children=children)
    made = saved(form, services.plan_practice, observed_id=person.pk, actor=request.actor, at=request.at)
    return _planned(request, person, made, form=form, kind=Observation.Kind.PRACTICE)


def _planned(
    request: Request, person: StaffMember, made: Observation | None, *, form: django_forms.Form | None, kind: str
) -> HttpResponse:
    if made:
        messages.success(request, "It is planned. Those who are observed are asked whether they agree.")
        return redirect("audits:observation-detail", observation_id=made.pk)
    return render(request, "audits/observation_plan.html", {"person": person, "form": form, "kind": kind})


@require_safe
def observation_detail(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    page = services.read_observation(observation=observation, actor=request.actor, at=request.at)
    context = {"observation": observation, "page": page, "today": request.today}
    return render(request, "audits/observation_detail.html", context)


@require_http_methods(["GET", "POST"])
def observation_answer(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    access.check_is_asked(request.actor, observation)
    return _act(
        request,
        observation,
        form=forms.Answer(request.POST or None),
        service=services.answer,
        heading="May this be observed?",
        done="Your answer is noted, and the observer is told. Until it is held you can change it.",
    )


@require_http_methods(["GET", "POST"])
def observation_family(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    access.check_speaks_with_family(request.actor, observation)
    return _act(
        request,
        observation,
        form=forms.FamilyAnswer(request.POST or None),
        service=services.note_family,
        heading="What did the family say?",
        done="It is noted, and the observer is told.",
    )


@require_http_methods(["GET", "POST"])
def observation_move(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    access.check_observes(request.actor, observation)
    form: django_forms.Form = forms.Move(request.POST or None)
    service: Callable[..., Any] = services.move
    if observation.kind == SUPERVISION:
        sessions = selectors.sessions_to_move_to(observation=observation, actor=request.actor)
        form, service = forms.MoveToSession(request.POST or None, sessions=sessions), services.move_to_session
    done = "It is moved, and those concerned are told."
    return _act(request, observation, form=form, service=service, heading="Move this observation", done=done)


@require_http_methods(["GET", "POST"])
def observation_give_up(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    access.check_observes(request.actor, observation)
    return _act(
        request,
        observation,
        form=forms.GiveUp(request.POST or None),
        service=services.give_up,
        heading="Give up this observation",
        done="It is given up, and those concerned are told.",
    )


@require_http_methods(["GET", "POST"])
def observation_speak(request: Request, observation_id: UUID) -> HttpResponse:
    observation = observation_of(request, observation_id)
    access.check_can_link_session(request.actor, observation)
    sessions = selectors.sessions_to_speak_in(observation=observation, actor=request.actor)
    initial = {"session_id": str(observation.session_id or "")}
    return _act(
        request,
        observation,
        form=forms.SpeakIn(request.POST or None, sessions=sessions, initial=initial),
        service=services.speak_in,
        heading="When do you speak of it?",
        done="It is saved.",
    )


def _act(
    request: Request,
    observation: Observation,
    *,
    form: django_forms.Form,
    service: Callable[..., Any],
    heading: str,
    done: str,
) -> HttpResponse:
    """One form that does one thing to an observation, and leads back to it."""
    if saved(form, service, observation_id=observation.pk, actor=request.actor, at=request.at):
        messages.success(request, done)
        return redirect("audits:observation-detail", observation_id=observation.pk)
    return _form_page(request, observation, form=form, heading=heading)


def _form_page(request: Request, observation: Observation, *, form: django_forms.Form, heading: str) -> HttpResponse:
    context = {"observation": observation, "form": form, "heading": heading}
    return render(request, "audits/observation_form.html", context)
