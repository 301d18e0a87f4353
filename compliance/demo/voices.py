"""What the demo's people said of their sessions, and in the survey of last spring; nobody's answers are anybody's."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from compliance.demo.chains import insert
from compliance.demo.rhythm import dice_of, month_before
from compliance.healthcheck.rules import nothing, standards_of, with_answers
from compliance.healthcheck.selectors import standards_document
from compliance.models import Survey, SurveyTaken, SurveyTally
from core.actor import Role
from core.clock import LONDON
from staff.models import Account, Post, RoleHeld
from supervision.feedback.keys import answer_key
from supervision.models import SessionFeedback, SupervisionSession

MONTHS_OF_ANSWERS, WHO_ANSWERS = 15, 0.6
USUALLY = (1, 2, 3, 3, 4, 4, 4, 5, 5)
SURVEY_MONTHS_AGO, SURVEY_DAYS = 5, 28
# Lower where the eight standards are harder to keep
HARDER = {"workload", "workforce"}
PLAN = """Two rooms on the second floor are kept for supervision from next month, and can be booked by everybody.

The assistant director reads the caseload board with the service managers every fortnight, and says what happens next when a team is above the guide.

Half a day a month is kept free for learning. Line managers put it into the diary together with the sessions of the year."""


def tell(*, today: date) -> int:
    """Feedback about the sessions of the last months, and one published survey; how many said something of a session."""
    said = _feedback(month_before(today, MONTHS_OF_ANSWERS))
    _survey(month_before(today, SURVEY_MONTHS_AGO))
    return said


def _feedback(since: date) -> int:
    dice = dice_of("feedback")
    sessions = SupervisionSession.objects.held().filter(on__gte=since).order_by("on", "pk")
    rows = [
        SessionFeedback(id=answer_key(session_id=session_id, person_id=person_id), **_scores(dice))
        for session_id, person_id in sessions.values_list("pk", "supervisee_id")
        if dice.random() < WHO_ANSWERS
    ]
    insert(rows)
    return len(rows)


def _scores(dice: Random) -> dict[str, int]:
    return {name: dice.choice(USUALLY) for name in ("space", "challenge", "useful")}


def _survey(starts_on: date) -> None:
    """Open for four weeks, then published by the principal social worker."""
    leads = RoleHeld.objects.filter(role=Role.PRINCIPAL_SOCIAL_WORKER).values_list("person", flat=True).first()
    if leads is None:
        return
    ends_on = starts_on + timedelta(days=SURVEY_DAYS)
    document = standards_document()
    survey = Survey.objects.create(
        starts_on=starts_on,
        ends_on=ends_on,
        standards=document,
        opened_by_id=leads,
        opened_at=_noon(starts_on),
        plan=PLAN,
        published_by_id=leads,
        published_at=_noon(ends_on + timedelta(days=14)),
    )
    dice = dice_of("survey")
    people = Account.objects.filter(is_active=True, person__employed_from__lte=starts_on).order_by("person__name")
    took = [person for person in people.values_list("person", flat=True) if dice.random() < WHO_ANSWERS]
    insert([SurveyTaken(survey=survey, person_id=person) for person in took])
    posts = Post.objects.live(starts_on).filter(person__in=took)
    service_of = dict(posts.values_list("person", "team__service"))
    counts: dict[UUID | None, dict[str, list[int]]] = defaultdict(lambda: nothing(standards_of(document)))
    number: dict[UUID | None, int] = defaultdict(int)
    for person in took:
        place = service_of.get(person)
        counts[place] = with_answers(counts[place], _answers(dice, counts[place]))
        number[place] += 1
    insert([SurveyTally(survey=survey, service_id=key, people=number[key], counts=counts[key]) for key in counts])


def _answers(dice: Random, keys: dict[str, list[int]]) -> dict[str, int]:
    found = {}
    for key in keys:
        answer = dice.choice((0, *USUALLY))
        found[key] = max(answer - 1, 1) if answer and key.split("_")[0] in HARDER else answer
    return found


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LONDON)
