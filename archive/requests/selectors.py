"""Requests for data as pages show them: where the clock stands, what is decided, what is left to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q
from django.db.models.expressions import Combinable

from archive.models import DataRequest, Passage, RequestBundle, RequestEvent, RequestItem
from archive.models.requests import may_be_decided_by
from archive.requests.finding.worker import asked_by_hand
from archive.requests.rules.clock import Clock, Stop, clock
from archive.requests.rules.marks import Why
from archive.requests.rules.redacting import left_of, stays_elsewhere
from core.actor import Actor
from outbox.models import Job
from policies.bank_holidays import bank_holidays, bank_holidays_of
from policies.selectors import policy_in_force

GATHERING = "archive.tasks.gather_data"
BUNDLING = "archive.tasks.make_data_bundle"
DIVISION = "england-and-wales"
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list, and its clock; ``waits``: for somebody to approve who handles it."""

    request: DataRequest
    clock: Clock
    waits: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has decided: passages in all, undecided, undecided with something marked, withheld or redacted."""

    total: int
    undecided: int
    marked: int
    withheld: int
    decided_at: datetime | None

    @property
    def decided(self) -> int:
        """How many are decided."""
        return self.total - self.undecided


def days_off(on: date) -> frozenset[date]:
    """The bank holidays by which a clock rolls on: those of the policy in force, else of England and Wales."""
    policy = policy_in_force(on)
    return bank_holidays_of(policy) if policy else bank_holidays(DIVISION)


def clock_of(request: DataRequest, *, on: date, holidays: frozenset[date] | None = None) -> Clock:
    """Where a request's clock stands on a day; that of a closed one on the day that it was closed. Needs its events."""
    events = list(request.events.all())
    return clock(
        request.received_on,
        months=sum(event.months for event in events),
        stops=stops_of(events),
        days_off=days_off(on) if holidays is None else holidays,
        on=request.closed_on or on,
    )


def stops_of(events: Iterable[RequestEvent]) -> list[Stop]:
    """When the clock waited, from what was entered, in order; the last one perhaps still."""
    stops: list[Stop] = []
    for event in events:
        if event.kind == RequestEvent.Kind.STOPPED:
            stops.append(Stop(event.on, None))
        elif event.kind == RequestEvent.Kind.STARTED and stops:
            stops[-1] = Stop(stops[-1].starts_on, event.on)
    return stops


def request_rows(*, actor: Actor, open_ones: bool = True) -> list[RequestRow]:
    """Requests that the actor knows of, the most pressing first; those that are closed, the latest first."""
    found = DataRequest.objects.visible_to(actor).with_people().prefetch_related("events")
    wanted = found.open() if open_ones else found.exclude(closed_at=None)
    holidays = days_off(actor.on)
    rows = [
        RequestRow(each, clock_of(each, on=actor.on, holidays=holidays), each.approved_at is None) for each in wanted
    ]
    if open_ones:
        return sorted(rows, key=lambda row: (row.clock.days_left, row.request.received_on))
    return sorted(rows, key=lambda row: (row.request.closed_on or actor.on, row.request.registered_at), reverse=True)


def may_have_requests() -> Combinable:
    """Of an account, in its own query: whether a request may wait for its person, so that home need not ask."""
    waiting = Q(handler=OuterRef("person")) | Q(child__isnull=False, approved_at=None)
    return Exists(DataRequest.objects.open().filter(waiting))


def rows_at_home(*, actor: Actor) -> list[RequestRow]:
    """Open requests that wait for the actor: to be approved, or to be answered; in two queries, one where there are none."""
    waiting = may_be_decided_by(actor) & Q(approved_at=None) & ~Q(registered_by=actor.staff_id)
    asked = (
        DataRequest.objects.open()
        .filter(Q(handler=actor.staff_id) | waiting)
        .exclude(person__isnull=False, person=actor.staff_id)
    )
    found = list(asked.with_people().prefetch_related("events"))
    if not found:
        return []
    holidays = days_off(actor.on)
    return [
        RequestRow(each, clock_of(each, on=actor.on, holidays=holidays), each.approved_at is None) for each in found
    ]


def runs(actor: Actor, request: DataRequest) -> bool:
    """Whether the actor reads how a request is answered, and not only where it stands."""
    return DataRequest.objects.run_by(actor).filter(pk=request.pk).exists()


def progress_of(request: DataRequest) -> Progress:
    """How far the decisions are, in one query."""
    kept = Q(decision__in=(Passage.Decision.REDACT, Passage.Decision.WITHHOLD))
    found = Passage.objects.filter(item__request=request).aggregate(
        total=Count("pk"),
        undecided=Count("pk", filter=Q(decision="")),
        marked=Count("pk", filter=Q(decision="") & ~Q(marks=[])),
        withheld=Count("pk", filter=kept),
        decided_at=Max("decided_at"),
    )
    return Progress(**found)


# -- What a person decides about


@dataclass(frozen=True, slots=True)
class Piece:
    """Some letters of a passage as the page shows them: plain, found by the program, or taken out by a person."""

    text: str
    why: str = ""
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark to tick: its place in the text, the words and what they look like."""

    value: str
    words: str
    why: str


def pieces_of(passage: Passage) -> list[Piece]:
    """A passage cut where something was found or is taken out."""
    found = [(start, end, Why(why).label, False) for start, end, why in passage.marks]
    out = [(start, end, "", True) for start, end in passage.spans]
    edges = sorted({0, len(passage.text), *(edge for start, end, _, _ in (*found, *out) for edge in (start, end))})
    pieces = []
    for start, end in zip(edges, edges[1:], strict=False):
        over = [each for each in (*found, *out) if each[0] <= start and end <= each[1]]
        why = next((each[2] for each in over if each[2]), "")
        pieces.append(Piece(passage.text[start:end], why, any(each[3] for each in over)))
    return pieces


def marks_of(passage: Passage) -> list[MarkRow]:
    """What was found in a passage, to tick."""
    return [MarkRow(f"{start}-{end}", passage.text[start:end], Why(why).label) for start, end, why in passage.marks]


def passages_of(request: DataRequest, *, actor: Actor, undecided: bool = False) -> Any:
    """The handler's passages in the order of the bundle: to be paged by the caller."""
    found = Passage.objects.visible_to(actor).filter(item__request=request)
    found = found.undecided() if undecided else found
    return found.select_related("item", "stored", "replacement").order_by("item__place", "place")


def items_with_passages(request: DataRequest) -> Any:
    """All that was found, in order, with its passages; a batch at a time."""
    passages = Passage.objects.select_related("stored", "replacement").order_by("place")
    return (
        RequestItem.objects.filter(request=request)
        .order_by("place")
        .prefetch_related(Prefetch("passages", queryset=passages))
    )


def still_standing(request: DataRequest) -> list[str]:
    """Words that were taken out of one passage and still stand in another that goes out: for the handler to look at again."""
    words: set[str] = set()
    kept: list[str] = []
    rows = Passage.objects.filter(item__request=request).only("text", "decision", "spans", "reason")
    for passage in rows.iterator(chunk_size=2_000):
        if passage.decision == Passage.Decision.REDACT:
            words |= {passage.text[start:end].strip() for start, end in passage.spans}
        if passage.decision != Passage.Decision.WITHHOLD:
            kept.append(
                left_of(
                    passage.text, decision=passage.decision or "disclose", spans=passage.spans, reason=passage.reason
                )
            )
    return stays_elsewhere((word for word in words if word), kept)


@dataclass(frozen=True, slots=True)
class WithheldRow:
    """One passage that is withheld, or of which words are: where, how much and why; never the text."""

    passage: Passage

    @property
    def what(self) -> str:
        """How much of it."""
        return "Words of it" if self.passage.decision == Passage.Decision.REDACT else "All of it"


def withheld_rows(request: DataRequest) -> list[WithheldRow]:
    """What was withheld and why, in the order of the bundle."""
    kept = Passage.objects.filter(
        item__request=request, decision__in=(Passage.Decision.REDACT, Passage.Decision.WITHHOLD)
    )
    found = kept.select_related("item", "decided_by").defer("text").order_by("item__place", "place")
    return [WithheldRow(passage) for passage in found]


# -- Background work, and what is left to do


def latest_bundle(request: DataRequest) -> RequestBundle | None:
    """The bundle that was asked for last."""
    return RequestBundle.objects.filter(request=request).select_related("stored").order_by("-asked_at", "-pk").first()


def is_gathering(request: DataRequest) -> bool:
    """Whether somebody looks through the places at this moment."""
    asked = request.gathering_asked_at is not None and (
        request.gathered_at is None or request.gathered_at < request.gathering_asked_at
    )
    return asked and _is_under_way(GATHERING, {"request_id": str(request.pk)})


def is_bundling(bundle: RequestBundle) -> bool:
    """Whether a bundle that is not ready is being made."""
    return bundle.ready_at is None and _is_under_way(BUNDLING, {"bundle_id": str(bundle.pk)})


def _is_under_way(task: str, arguments: dict[str, str]) -> bool:
    return Job.objects.filter(task=task, arguments=arguments, done_at=None, gave_up_at=None).exists()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to be done before a request is answered; ``is_done`` None: nobody can tell but a person."""

    words: str
    is_done: bool | None


def is_identified(request: DataRequest) -> bool:
    """Whether somebody entered how it was checked who asked. Needs the request's events."""
    return any(event.kind == RequestEvent.Kind.IDENTITY for event in request.events.all())


def is_outdated(bundle: RequestBundle | None, progress: Progress, request: DataRequest) -> bool:
    """Whether something was decided or found after a bundle was asked for."""
    later = [moment for moment in (progress.decided_at, request.gathered_at) if moment]
    return bundle is not None and any(moment > bundle.asked_at for moment in later)


def checklist(request: DataRequest, *, progress: Progress, bundle: RequestBundle | None) -> Sequence[Check]:
    """What is to be done before the data are given. The same sentence about concerns stands there for everybody."""
    found = [
        Check("It was checked who asked", is_identified(request)),
        Check("Everything was looked through", request.gathered_at is not None),
        Check("Each paragraph and file is decided about", progress.total > 0 and not progress.undecided),
        Check(
            "The bundle was made from these decisions, and downloaded",
            bundle is not None and bundle.downloaded_at is not None and not is_outdated(bundle, progress, request),
        ),
    ]
    if request.person is not None:
        for name, number in asked_by_hand(request.person):
            words = (
                f"{name} keeps {number} note{'' if number == 1 else 's'} of their own for sessions with this worker."
            )
            found.append(Check(f"{words} Nobody else reads them: ask {name} for what is about the worker.", None))
        found.append(
            Check(
                "Confidential concerns about supervision are not looked through: their recipient alone may know of one. "
                "Ask HR to consider whether there is anything of that kind that has to be given.",
                None,
            )
        )
    return found
