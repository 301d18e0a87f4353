"""Opening a survey, answering it, publishing what came of it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from compliance.healthcheck import access, selectors
from compliance.healthcheck.rules import nothing, standards_of, with_answers
from compliance.models import Survey, SurveyTaken, SurveyTally
from core.actor import Actor
from core.errors import RuleBroken
from core.shortcuts import get_visible_or_404
from outbox.services import enqueue, enqueue_each
from staff.models import Service
from trail import services as trail


@transaction.atomic
def open_survey(*, last_day: date, actor: Actor, at: datetime) -> Survey:
    """Ask everybody from today until a day, with what the file of standards says now. Raises NotAllowed.

    Raises RuleBroken for a day that is over, and while another survey is open.
    """
    access.check_can_lead(actor)
    if last_day <= actor.on:
        raise RuleBroken("Choose a day that lies ahead.", field="last_day")
    document = selectors.standards_document()
    try:
        with transaction.atomic():
            survey = Survey.objects.create(
                starts_on=actor.on,
                ends_on=last_day + timedelta(days=1),
                standards=document,
                opened_by_id=actor.staff_id,
                opened_at=at,
            )
    except IntegrityError as error:
        raise RuleBroken("A survey is open on these days already.", field="last_day") from error
    counts = nothing(standards_of(document))
    places = [*Service.objects.values_list("pk", flat=True), None]
    SurveyTally.objects.bulk_create(SurveyTally(survey=survey, service_id=each, counts=counts) for each in places)
    trail.record(actor=actor, verb="survey.opened", target=survey, at=at, last_day=last_day.isoformat())
    enqueue("compliance.tasks.tell_of_survey", survey_id=survey.pk, key="open")
    return survey


def why_nothing_is_kept(survey: Survey, *, actor: Actor) -> str:
    """Why an answer of the actor's would change nothing, as a sentence; empty where it counts."""
    if not survey.starts_on <= actor.on < survey.ends_on:
        return "The survey is over. Nothing was kept."
    if selectors.has_answered(survey, actor=actor):
        return "You have answered this survey already. Nothing was changed."
    return ""


@transaction.atomic
def answer_survey(*, survey_id: UUID, answers: Mapping[str, int], actor: Actor) -> None:
    """Add one person's answers to the counts of their service, and note that this person has answered; once.

    The answers are nowhere kept as one person's, and the trail is silent. Raises RuleBroken when the survey is over, or
    answered already.
    """
    survey: Survey = get_visible_or_404(Survey.objects.select_for_update(no_key=True), actor, pk=survey_id)
    if refusal := why_nothing_is_kept(survey, actor=actor):
        raise RuleBroken(refusal)
    SurveyTaken.objects.create(survey=survey, person_id=actor.staff_id)
    place = selectors.service_of(actor.staff_id, on=actor.on)
    counts = nothing(standards_of(survey.standards))
    tally, _ = SurveyTally.objects.get_or_create(survey=survey, service_id=place, defaults={"counts": counts})  # type: ignore[misc]
    tally.people, tally.counts = tally.people + 1, with_answers(tally.counts, answers)
    tally.save(update_fields=["people", "counts"])


@transaction.atomic
def publish_survey(*, survey_id: UUID, plan: str, actor: Actor, at: datetime) -> Survey:
    """Let everybody read the results, and what is planned; pressed twice, once. Raises NotAllowed, also while it is open.

    Raises RuleBroken without a plan.
    """
    survey: Survey = get_visible_or_404(Survey.objects.select_for_update(no_key=True), actor, pk=survey_id)
    access.check_can_lead(actor)
    access.check_can_read_results(actor, survey, on=actor.on)
    if survey.published_at:
        raise RuleBroken("The results are published already.")
    if not plan.strip():
        raise RuleBroken("Say what is going to be done. Results without a plan are not published.", field="plan")
    survey.plan, survey.published_by_id, survey.published_at = plan.strip(), actor.staff_id, at
    survey.save(update_fields=["plan", "published_by", "published_at"])
    trail.record(actor=actor, verb="survey.published", target=survey, at=at)
    enqueue("compliance.tasks.tell_of_survey", survey_id=survey.pk, key="published")
    return survey


@transaction.atomic
def tell_of_survey(*, survey_id: UUID, key: str, on: date) -> int:
    """Give everybody a notice that a survey is open, or that its results are there; how many. Of its content not a word."""
    people = selectors.invited(on=on).values_list("person", flat=True)
    path = reverse("compliance:health-check", args=[survey_id])
    jobs = enqueue_each(
        "notifications.tasks.notify",
        [{"person_id": each, "kind": "survey", "key": f"{survey_id}/{key}", "path": path} for each in people],
    )
    return len(jobs)
