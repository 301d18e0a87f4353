"""Saying that records about children are on the child's record, and giving them out for the case system."""

import io
import zipfile
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.actor import Actor
from core.clock import date_of
from core.errors import NotAllowed, RuleBroken
from core.sheets import csv_lines, file_name
from policies.selectors import timeline_on
from records import selectors as records
from records.canonical import ChainBroken
from records.models import Record
from records.pdf_wording import plain_text, short_number
from records.rules import Kind, State
from records.values import cleaned_line
from supervision.entering import selectors
from supervision.entering.rules import FOR_CHILD_RECORD, assess_entering, check_entered_on
from supervision.models import EnteredOnChildRecord
from trail import services as trail

HEADERS = ("Reference", "Of", "What", "Written by", "Written on", "Text", "PDF")
NOTHING = "Choose at least one that still waits."


@transaction.atomic
def mark_entered(
    *,
    record_ids: Collection[UUID],
    entered_on: date,
    actor: Actor,
    at: datetime,
    reference: str = "",
    form: str = "",
) -> list[EnteredOnChildRecord]:
    """Say, once and for good, that signed records are on the child's record: all of them or none.

    ``reference``: their number there; ``form``: the form there that they went to, else what each is called here.
    Raises DoesNotExist, NotAllowed or RuleBroken.
    """
    found = Record.objects.visible_to(actor).filter(pk__in=set(record_ids), kind__in=FOR_CHILD_RECORD)
    locked = list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not locked:
        raise Record.DoesNotExist
    known = {record.pk: record for record in selectors.for_child_record(actor).filter(pk__in=[r.pk for r in locked])}
    if len(known) != len(set(record_ids)):
        raise RuleBroken("One of these is not signed, or is not for the child’s record.")
    if set(known) - selectors.may_mark(list(known.values()), actor=actor):
        raise NotAllowed("Only who wrote it, the child’s worker and the worker’s supervisor can say this.")
    if done := EnteredOnChildRecord.objects.filter(record__in=locked).select_related("entered_by").first():
        raise RuleBroken(f"{done.entered_by.name} has said so already: entered on {done.entered_on:%-d %B %Y}.")
    policies = timeline_on(actor.on)
    made = []
    for record in known.values():
        if record.state == State.RETURNED:
            raise RuleBroken(f"{record.title} went back for correction. It is entered once it is signed again.")
        check_entered_on(entered_on, held_on=record.held_on, today=actor.on)
        due = record.held_on and assess_entering(
            policies, record.kind, held_on=record.held_on, entered_on=entered_on, on=actor.on
        )
        made.append(
            EnteredOnChildRecord(
                record_id=record.pk,
                entered_by_id=actor.staff_id,
                entered_on=entered_on,
                reference=cleaned_line(reference, most=100),
                form=cleaned_line(form, most=100) or record.title[:100],
                due_on=due.due_on if due else None,
                recorded_at=at,
            )
        )
    EnteredOnChildRecord.objects.bulk_create(made)
    for record in known.values():
        verb = f"{'decision' if record.kind == Kind.DECISION else 'entry'}.entered"
        trail.record(actor=actor, verb=verb, target=record, at=at, entered_on=entered_on.isoformat())
    return made


@transaction.atomic
def export_chosen(*, record_ids: Collection[UUID], actor: Actor, at: datetime) -> bytes:
    """The chosen records that wait as one ZIP: a table of them, each as text, and as PDF where one is made.

    Each is noted in the trail as given out for the case system. Each file holds one child's record and nothing of any
    other. Raises RuleBroken where nothing is chosen that waits, or one is not as it was signed.
    """
    chosen = selectors.chosen(record_ids=record_ids, actor=actor)
    if not chosen:
        raise RuleBroken(NOTHING)
    try:
        texts = texts_of(chosen)
    except ChainBroken as error:
        raise RuleBroken(f"{error.sentence} Leave it out of the file, and tell your administrator.") from error
    printed = records.printed_of(list(Record.objects.filter(pk__in=[each.pk for each in chosen]).with_parts()))
    for record in chosen:
        trail.record(
            actor=actor,
            verb="record.exported",
            target=record,
            via=records.via_of(record, actor=actor),
            at=at,
            purpose="for the child’s record in the case system",
        )
    return _zipped(chosen, texts, {key: records.document_bytes(document) for key, document in printed.items()})


def texts_of(chosen: Sequence[Record]) -> dict[UUID, str]:
    """Each of the records as plain text. Raises ChainBroken."""
    verified = records.verified_together(chosen)
    return {key: plain_text(parts, organisation=settings.ORGANISATION_NAME) for key, parts in verified.items()}


def _zipped(chosen: Sequence[Record], texts: dict[UUID, str], pdfs: dict[UUID, bytes]) -> bytes:
    rows, made = [], io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in chosen:
            held_on, written = getattr(record, "held_on", None), getattr(record, "written_at", None)
            words = (str(record.about), held_on.isoformat() if held_on else "", short_number(record.pk))
            pdf = f"pdf/{file_name(*words, ending='pdf')}" if record.pk in pdfs else ""
            archive.writestr(f"text/{file_name(*words, ending='txt')}", texts[record.pk])
            if pdf:
                archive.writestr(pdf, pdfs[record.pk])
            written_on = date_of(written) if written else None
            rows.append((record.about, held_on, record.title, record.author.name, written_on, texts[record.pk], pdf))
        archive.writestr("entries.csv", "".join(csv_lines(HEADERS, rows)))
    return made.getvalue()
