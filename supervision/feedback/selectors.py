"""Reading feedback: one's own answer, a supervisor's batches, the trend. Answers and people meet here, in memory alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable

from core.actor import Actor
from core.clock import date_of
from core.shortcuts import keys_in_one
from core.smallnumbers import kept_back
from records.rules import State
from staff.models import Post, Service
from supervision.feedback import access, rules
from supervision.feedback.keys import answer_key
from supervision.feedback.rules import Answer, Batch, Figure, Scores
from supervision.models import FeedbackWish, SessionFeedback, SupervisionSession
from supervision.selectors import SessionRow

QUARTERS = 8
UNSIGNED = (None, State.DRAFT)


@dataclass(frozen=True, slots=True)
class OwnFeedback:
    """Where somebody's answer about a session stands: what was answered, and until when it may be given or changed.

    ``last_day``: the last one on which it may be; None where it may not be, now or any more.
    """

    scores: Scores | None
    last_day: date | None

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """Each question with one's own answer, in words."""
        if self.scores is None:
            return []
        return [(words, rules.WORDS[getattr(self.scores, name)]) for name, words in rules.QUESTIONS.items()]


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months, half-open: the figure of everybody and of each service; None where too few answered."""

    starts_on: date
    ends_on: date
    overall: Figure | None
    by_service: Mapping[UUID, Figure | None]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One quarter as a page shows it."""

    quarter: Quarter
    figure: Figure | None

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        return self.quarter.ends_on - timedelta(days=1)

    @property
    def cells(self) -> list[tuple[str, int | None]]:
        """Each question, with how many of a hundred said "much" or "very much"."""
        shares = self.figure.shares if self.figure else {}
        return [(question, shares.get(name)) for name, question in rules.QUESTIONS.items()]


@dataclass(frozen=True, slots=True)
class TrendPage:
    """The trend of one service, or of everybody where ``service`` is None; and which services there are."""

    services: Sequence[Service]
    service: Service | None
    rows: Sequence[TrendRow]

    @property
    def questions(self) -> Sequence[str]:
        """The headings of the columns."""
        return list(rules.QUESTIONS.values())


def is_asked() -> Combinable:
    """An expression on accounts: whether the account's person may be asked how a session was."""
    return ~Exists(FeedbackWish.objects.filter(person=OuterRef("person_id"), asked=False))


def own_feedback(*, session: SupervisionSession, actor: Actor) -> OwnFeedback:
    """One's own answer about a session (with ``record_state``), and until when it may be given. Raises NotAllowed."""
    access.check_can_answer(actor, session)
    key = answer_key(session_id=session.pk, person_id=actor.staff_id)
    row = SessionFeedback.objects.filter(pk=key).values_list(*Scores._fields).first()
    scores = Scores(*row) if row else None
    return OwnFeedback(scores, last_day(session, given=bool(scores), on=actor.on))


def last_day(session: SupervisionSession, *, given: bool, on: date) -> date | None:
    """The last day on which an answer about a session (with ``record_state``) may be given, or a given one changed."""
    if not session.is_held or session.closed_at is None:
        return None
    closed_on = date_of(session.closed_at)
    if given:
        return (
            closed_on + rules.CHANGE_DAYS - timedelta(days=1) if rules.may_change(closed_on=closed_on, on=on) else None
        )
    signed = session.record_state not in UNSIGNED
    begins = rules.may_begin(held_on=session.on, closed_on=closed_on, signed=signed, on=on)
    return closed_on + rules.FIRST_ANSWER_DAYS - timedelta(days=1) if begins else None


def is_offered(session: SupervisionSession | SessionRow, *, actor: Actor) -> bool:
    """Whether the page of a session (with ``record_state``) leads its supervisee to the questions; without a query."""
    if session.supervisee_id != actor.staff_id or not session.is_held or session.closed_at is None:
        return False
    closed_on, signed = date_of(session.closed_at), session.record_state not in UNSIGNED
    return rules.is_offered(held_on=session.on, closed_on=closed_on, signed=signed, on=actor.on)


def own_batches(*, actor: Actor) -> list[Batch]:
    """What was said of the sessions that the actor gave, in batches, the oldest first; in two queries."""
    sessions = SupervisionSession.objects.held().filter(supervisor=actor.staff_id)
    return rules.batches(_answers(sessions.values_list("pk", "supervisee_id", "closed_at")), on=actor.on)


def trend(*, actor: Actor, until: date, quarters: int = QUARTERS) -> list[Quarter]:
    """The last finished quarters as they stood on a day, the oldest first, in two queries. Raises NotAllowed.

    A quarter is finished once no answer about its sessions can change, so any past day can be asked again. By the service
    of the supervisee on the day of the session. Services with too few answers are kept back, and others with them where a
    subtraction would tell theirs.
    """
    access.check_can_read_trend(actor)
    return trend_of_everybody(until=until, quarters=quarters)


def trend_of_everybody(*, until: date, quarters: int = QUARTERS) -> list[Quarter]:
    """The same for what is worked out in the background, and read by the principal social worker alone."""
    spans = list(rules.finished_quarters(until=until, number=quarters))
    answers = _answers(_of_services(spans[0][0], spans[-1][1]))
    found: dict[tuple[date, date], list[Answer]] = defaultdict(list)
    for answer in answers:
        found[next(span for span in spans if span[0] <= answer.closed_on < span[1])].append(answer)
    return [_quarter(span, found[span]) for span in spans]


def trend_page(quarters: Sequence[Quarter], *, service_id: UUID | None) -> TrendPage:
    """Quarters for a page, the latest first: of one service, or of everybody; in one query for the services' names."""
    keys = {key for quarter in quarters for key in quarter.by_service}
    services = list(Service.objects.filter(pk__in=keys).order_by("name"))
    service = next((each for each in services if each.pk == service_id), None)
    rows = [
        (quarter, quarter.by_service.get(service.pk) if service else quarter.overall) for quarter in reversed(quarters)
    ]
    return TrendPage(services, service, [TrendRow(*row) for row in rows])


def _of_services(first: date, end: date) -> Iterable[tuple[Any, ...]]:
    """Sessions that were closed in some days, each with the service of its supervisee on its own day.

    A day more on either side: the days of London are not those of UTC.
    """
    around = Q(closed_at__date__gte=first - timedelta(days=1), closed_at__date__lte=end)
    post = Post.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("on")), person=OuterRef("supervisee"), starts_on__lte=OuterRef("on")
    )
    rows = SupervisionSession.objects.held().filter(around)
    rows = rows.annotate(service=Subquery(post.order_by("-starts_on").values("team__service")[:1]))
    found: Iterable[tuple[Any, ...]] = rows.values_list("pk", "supervisee_id", "closed_at", "service")
    return (row for row in found if first <= date_of(row[2]) < end)


def _answers(sessions: Iterable[tuple[Any, ...]]) -> list[Answer]:
    """The answers about sessions of (session, supervisee, closed at, service); in one query more than finding those."""
    by_key = {answer_key(session_id=row[0], person_id=row[1]): row for row in sessions}
    if not by_key:
        return []
    wanted = SessionFeedback.objects.extra(where=["id = ANY(%s::uuid[])"], params=[keys_in_one(by_key)])
    found = []
    for key, *scores in wanted.values_list("pk", *Scores._fields):
        session_id, person_id, closed_at, *service = by_key[key]
        found.append(Answer(session_id, person_id, date_of(closed_at), Scores(*scores), *service))
    return found


def _quarter(span: tuple[date, date], answers: Sequence[Answer]) -> Quarter:
    # Those of people without a post, too: they are in the figure of all, and would come out of it otherwise
    by_service: dict[UUID | None, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_service[answer.service_id].append(answer)
    sizes = {key: len(rows) for key, rows in by_service.items()}
    unfit = [key for key, rows in by_service.items() if not rules.fit(each.person_id for each in rows)]
    back = kept_back(sizes, unfit=unfit)
    figures = {key: None if key in back else rules.figure(rows) for key, rows in by_service.items() if key}
    return Quarter(*span, rules.figure(answers), figures)
