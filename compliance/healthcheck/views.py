"""Pages of the survey: all of them, one with its results, answering, opening, publishing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from compliance.healthcheck import access, forms, selectors, services
from compliance.healthcheck.rules import standards_of
from compliance.models import Survey
from core import sheets
from core.errors import RuleBroken
from core.http import Request
from core.shortcuts import add_refusal, get_visible_or_404, may, saved


@require_safe
def health_checks(request: Request) -> HttpResponse:
    context = {
        "surveys": selectors.surveys(actor=request.actor),
        "leads": may(access.check_can_lead, request.actor),
        "today": request.today,
    }
    return render(request, "compliance/healthcheck/list.html", context)


@require_http_methods(["GET", "POST"])
def health_check_open(request: Request) -> HttpResponse:
    access.check_can_lead(request.actor)

    form = forms.OpenSurvey(request.POST or None)
    if survey := saved(form, services.open_survey, actor=request.actor, at=request.at):
        messages.success(request, "The survey is open, and everybody gets a notice.")
        return redirect("compliance:health-check", survey_id=survey.pk)
    return render(request, "compliance/healthcheck/open.html", {"form": form})


@require_safe
def health_check(request: Request, survey_id: UUID) -> HttpResponseBase:
    survey = get_visible_or_404(Survey.objects, request.actor, pk=survey_id)
    context = {"survey": survey, "today": request.today, "leads": may(access.check_can_lead, request.actor)}
    if request.today < survey.ends_on:
        context["answered"] = selectors.has_answered(survey, actor=request.actor)
    if may(access.check_can_read_results, request.actor, survey, on=request.today):
        context["results"] = found = selectors.results(survey, actor=request.actor)
        if request.GET.get("as") in sheets.TYPES:
            table = selectors.results_table(survey, found)
            return sheets.as_response([table], ["survey", survey.starts_on.isoformat()], request.GET["as"])
    return render(request, "compliance/healthcheck/detail.html", context)


@require_http_methods(["GET", "POST"])
def health_check_answer(request: Request, survey_id: UUID) -> HttpResponse:
    survey = get_visible_or_404(Survey.objects, request.actor, pk=survey_id)
    if why := services.why_nothing_is_kept(survey, actor=request.actor):
        if request.method == "POST":
            messages.info(request, why)
        return redirect("compliance:health-check", survey_id=survey.pk)

    form = forms.AnswerSurvey(request.POST or None, standards=standards_of(survey.standards))
    if form.is_valid():
        try:
            services.answer_survey(survey_id=survey.pk, answers=form.cleaned_data, actor=request.actor)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Thank you. Your answers are counted, and are kept nowhere as yours.")
            return redirect("compliance:health-check", survey_id=survey.pk)
    return render(request, "compliance/healthcheck/answer.html", {"survey": survey, "form": form})


@require_http_methods(["GET", "POST"])
def health_check_publish(request: Request, survey_id: UUID) -> HttpResponse:
    survey = get_visible_or_404(Survey.objects, request.actor, pk=survey_id)
    access.check_can_lead(request.actor)
    access.check_can_read_results(request.actor, survey, on=request.today)

    form = forms.PublishSurvey(request.POST or None)
    if saved(form, services.publish_survey, survey_id=survey.pk, actor=request.actor, at=request.at):
        messages.success(request, "The results are published, and everybody gets a notice.")
        return redirect("compliance:health-check", survey_id=survey.pk)
    return render(request, "compliance/healthcheck/publish.html", {"survey": survey, "form": form})
