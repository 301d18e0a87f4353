"""Paragraph by paragraph and file by file: what a person decides. What the program marked is a suggestion."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from archive.models import DataRequest, Passage
from archive.requests import access
from archive.requests.rules.marks import Why, places_of
from archive.requests.rules.redacting import merged
from core.actor import Actor
from core.errors import RuleBroken, Stale
from documents.receiving import TakenIn
from documents.selectors import read_brought
from documents.services import keep_brought
from trail import services as trail

CHANGED = "This was decided in another window after you opened it. Look at it again; nothing was overwritten."
NOT_THERE = "These words do not stand in the paragraph: {words}. Type them as they stand there."


@transaction.atomic
def decide(
    *,
    passage_id: UUID,
    version: int,
    decision: str,
    ticked: Sequence[tuple[int, int]],
    typed: str,
    reason: str,
    words: str,
    actor: Actor,
    at: datetime,
) -> Passage:
    """Give a passage, withhold it, or take words out of it: the ticked ones, and each place of those typed (one a line).

    Raises NotAllowed, RuleBroken (no reason, no words, words that are not there) or Stale.
    """
    passage = _locked(passage_id, actor)
    if passage.version != version:
        raise Stale(CHANGED)
    spans = _spans(passage, ticked, typed) if decision == Passage.Decision.REDACT else []
    if decision != Passage.Decision.DISCLOSE and not reason:
        raise RuleBroken("Say why it is withheld.", field="reason")
    if reason == Passage.Reason.OTHER and not words:
        raise RuleBroken("Say in words which other reason it is.", field="words")
    is_given = decision == Passage.Decision.DISCLOSE
    passage.replacement = None
    _write(
        passage,
        decision=decision,
        spans=spans,
        reason="" if is_given else reason,
        words="" if is_given else words,
        actor=actor,
        at=at,
    )
    return passage


def _spans(passage: Passage, ticked: Sequence[tuple[int, int]], typed: str) -> list[list[int]]:
    if passage.label == "File" and passage.stored_id:
        raise RuleBroken("A file is given or withheld as a whole, or a redacted copy is put in its place.")
    spans = [tuple(span) for span in ticked]
    for line in filter(None, map(str.strip, typed.splitlines())):
        found = places_of(line, passage.text)
        if not found:
            raise RuleBroken(NOT_THERE.format(words=line), field="typed")
        spans += found
    kept = merged(spans, length=len(passage.text))
    if not kept:
        raise RuleBroken("Tick the words to take out, or type them.", field="typed")
    return [list(span) for span in kept]


@transaction.atomic
def disclose_page(*, request_id: UUID, shown: Mapping[UUID, int], with_staff: bool, actor: Actor, at: datetime) -> int:
    """Give every passage of a page that nobody decided about and in which nothing is marked; how many.

    ``shown``: the passages that stood on the page, and their versions; one that was decided meanwhile stays as it is.
    ``with_staff``: those, too, in which nothing is marked but names of members of staff, whose names are not normally
    withheld. A file is never given this way.
    """
    request = DataRequest.objects.handled_by(actor).select_for_update(of=("self",), no_key=True).get(pk=request_id)
    access.check_can_handle(actor, request)
    rows = Passage.objects.visible_to(actor).filter(item__request=request, pk__in=shown).undecided()
    given = [
        passage
        for passage in rows
        if passage.version == shown[passage.pk]
        and passage.stored_id is None
        and _is_plain(passage.marks, besides={Why.STAFF.value} if with_staff else set())
    ]
    for passage in given:
        passage.decision, passage.decided_by_id, passage.decided_at = Passage.Decision.DISCLOSE, actor.staff_id, at
        passage.version += 1
    Passage.objects.bulk_update(given, ["decision", "decided_by", "decided_at", "version"], batch_size=100)
    if given:
        trail.record(
            actor=actor,
            verb="data_request.page_given",
            target=request,
            about=request.person_id,
            at=at,
            passages=[str(passage.pk) for passage in given],
        )
    return len(given)


def _is_plain(marks: Sequence[Sequence[object]], *, besides: Collection[str]) -> bool:
    return all(mark[2] in besides for mark in marks)


@transaction.atomic
def put_copy_in_place(
    *, passage_id: UUID, version: int, copy: TakenIn, reason: str, words: str, actor: Actor, at: datetime
) -> Passage:
    """A copy of a file from which things were taken out goes out in its place, under a name of the program's own.

    Raises NotAllowed, RuleBroken or Stale.
    """
    passage = _locked(passage_id, actor)
    if passage.version != version:
        raise Stale(CHANGED)
    if passage.stored_id is None:
        raise RuleBroken("This is no file.")
    passage.replacement = keep_brought(copy, actor=actor, at=at)
    _write(passage, decision=Passage.Decision.WITHHOLD, spans=[], reason=reason, words=words, actor=actor, at=at)
    return passage


def read_file(*, passage_id: UUID, actor: Actor, at: datetime) -> bytes:
    """The bytes of a file that is to be decided about, noted in the trail first. Raises RuleBroken where it is not there."""
    passage = Passage.objects.visible_to(actor).select_related("item__request", "stored").get(pk=passage_id)
    if passage.stored is None:
        raise RuleBroken("The bytes of this file are not kept here any more.")
    request = passage.item.request
    trail.record(
        actor=actor, verb="data_request.file_read", target=passage, about=request.person_id, at=at, request=request.pk
    )
    return read_brought(passage.stored)


def read_passages(request: DataRequest, passages: Sequence[Passage], *, actor: Actor, at: datetime) -> None:
    """Write that the handler reads these passages, before they are shown."""
    trail.record(
        actor=actor,
        verb="data_request.content_read",
        target=request,
        about=request.person_id,
        at=at,
        first=str(passages[0].pk) if passages else "",
        passages=len(passages),
    )


def _locked(passage_id: UUID, actor: Actor) -> Passage:
    found = Passage.objects.visible_to(actor).select_related("item").get(pk=passage_id)
    request = (
        DataRequest.objects.handled_by(actor).select_for_update(of=("self",), no_key=True).get(pk=found.item.request_id)
    )
    access.check_can_handle(actor, request)
    passage: Passage = (
        Passage.objects.select_for_update(of=("self",), no_key=True).select_related("item__request").get(pk=passage_id)
    )
    return passage


def _write(
    passage: Passage,
    *,
    decision: str,
    spans: list[list[int]],
    reason: str,
    words: str,
    actor: Actor,
    at: datetime,
) -> None:
    passage.decision, passage.spans, passage.reason, passage.words = decision, spans, reason, words
    passage.decided_by_id, passage.decided_at = actor.staff_id, at
    passage.version += 1
    passage.save(
        update_fields=["decision", "spans", "reason", "words", "replacement", "decided_by", "decided_at", "version"]
    )
    request = passage.item.request
    trail.record(
        actor=actor,
        verb="data_request.decided",
        target=passage,
        about=request.person_id,
        at=at,
        decision=str(decision),
        reason=reason,
        version=passage.version,
        request=request.pk,
    )
