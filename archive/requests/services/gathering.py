"""Looking through every place where something stands, in the background, place by place."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from archive.models import DataRequest, Passage, RequestEvent, RequestItem
from archive.requests import access, selectors
from archive.requests.finding import child, worker
from archive.requests.finding.shapes import Found, Source
from archive.requests.rules.marks import Finder
from archive.requests.services.events import add_event, tell
from cases.models import Child
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from core.models import new_ids
from outbox.services import enqueue
from staff.models import StaffMember
from trail import services as trail

AT_ONCE = 200
READS = "trail.entries"
READS_TITLE = "Who read what, when and why"


@transaction.atomic
def ask_to_gather(*, request_id: UUID, actor: Actor, at: datetime) -> DataRequest:
    """Ask that everything is looked through, or looked through again for what is new; asked while it is, nothing happens.

    Raises NotAllowed.
    """
    request: DataRequest = (
        DataRequest.objects.handled_by(actor).select_for_update(of=("self",), no_key=True).get(pk=request_id)
    )
    access.check_can_handle(actor, request)
    if selectors.is_gathering(request):
        return request
    request.gathering_asked_at, request.gathered, request.to_gather = at, 0, len(_sources(request)) + 1
    request.save(update_fields=["gathering_asked_at", "gathered", "to_gather"])
    trail.record(actor=actor, verb="data_request.gathering_asked", target=request, about=request.person_id, at=at)
    enqueue("archive.tasks.gather_data", request_id=request.pk)
    return request


def gather(*, request_id: UUID, at: datetime) -> None:
    """Look through each place; what was found before is not found again, so that it may run twice. Raises RuleBroken."""
    request = DataRequest.objects.select_related("person", "child").get(pk=request_id)
    if request.closed_at is not None:
        raise RuleBroken("This request is closed, so nothing is looked through.")
    finder = finder_for(request)
    sources = _sources(request)
    for number, source in enumerate(sources, start=1):
        found = source.look()
        while batch := list(islice(found, AT_ONCE)):
            _keep(request.pk, batch, finder, at=at)
        DataRequest.objects.filter(pk=request.pk).update(gathered=number, to_gather=len(sources) + 1)
    with transaction.atomic():
        _keep(request.pk, [_reads()], finder, at=at)
        locked = DataRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        locked.gathered, locked.to_gather, locked.gathered_at = len(sources) + 1, len(sources) + 1, at
        locked.save(update_fields=["gathered", "to_gather", "gathered_at"])
        add_event(locked, RequestEvent.Kind.GATHERED, on=date_of(at), actor=None, at=at)
        if locked.handler_id:
            tell(locked, [locked.handler_id], about=f"gathered {at.isoformat()}")


def finder_for(request: DataRequest) -> Finder:
    """What is looked for in the paragraphs of a request: everybody's names but the own, other children's references."""
    own = [request.person.name] if request.person else []
    children = Child.objects.exclude(pk=request.child_id) if request.child_id else Child.objects.all()
    people = StaffMember.objects.exclude(pk=request.person_id) if request.person_id else StaffMember.objects.all()
    return Finder(
        names=people.values_list("name", flat=True),
        references=children.values_list("reference", flat=True),
        own_names=own,
    )


def _sources(request: DataRequest) -> list[Source]:
    if request.child is not None:
        return child.sources(request.child)
    return worker.sources(request.person) if request.person else []


def _reads() -> Found:
    words = "The list of who read what, when and why, as a table of its own in the bundle."
    return Found(group="Who has read it", title=READS_TITLE, source=READS, key="all", passages=[("", words)])


@transaction.atomic
def _keep(request_id: UUID, batch: Sequence[Found], finder: Finder, *, at: datetime) -> None:
    """Keep what was not found before, with its paragraphs and files, behind what is there."""
    DataRequest.objects.select_for_update(no_key=True).get(pk=request_id)
    there = RequestItem.objects.filter(request=request_id)
    known = set(there.filter(source_key__in={each.key for each in batch}).values_list("source", "source_key"))
    new = [each for each in batch if (each.source, each.key) not in known and (each.passages or each.files)]
    last = there.aggregate(last=Max("place"))["last"] or 0
    items = [
        RequestItem(
            id=key,
            request_id=request_id,
            place=place,
            group=each.group,
            title=each.title,
            dated_on=each.dated_on,
            is_draft=each.is_draft,
            source=each.source,
            source_key=each.key,
            gathered_at=at,
        )
        for place, (key, each) in enumerate(zip(new_ids(len(new)), new, strict=True), start=last + 1)
    ]
    RequestItem.objects.bulk_create(items)
    Passage.objects.bulk_create(
        passage for item, each in zip(items, new, strict=True) for passage in _passages(item, each, finder)
    )


def _passages(item: RequestItem, found: Found, finder: Finder) -> Iterable[Passage]:
    place = 0
    for place, (label, text) in enumerate(found.passages, start=1):
        marks = [[mark.start, mark.end, mark.why] for mark in finder.find(text)]
        yield Passage(item=item, place=place, label=label, text=text, marks=marks)
    for number, file in enumerate(found.files, start=place + 1):
        marks = [[mark.start, mark.end, mark.why] for mark in finder.find(file.name)]
        yield Passage(item=item, place=number, label="File", text=file.name, marks=marks, stored=file.stored)
