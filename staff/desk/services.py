"""Writes of the registration desk: numbers that are taken along, answers that are read, and entered in the folders."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import RuleBroken
from core.models import new_ids
from core.spreadsheets import Cell
from staff.desk import access, rules, selectors
from staff.desk.rules import Asked
from staff.folder.rules import RENEWS_TOGETHER, WINDOW_CLOSES
from staff.models import Custody, FolderItem, RegistrationCheck
from trail import services as trail

Lines = Iterable[tuple[int, Sequence[Cell]]]


@transaction.atomic
def take_numbers(*, batch: int, actor: Actor, at: datetime) -> Sequence[Asked]:
    """The numbers of one batch, counted from 1, to ask the register for; noted of each person. Raises NotAllowed.

    Raises LookupError where there is no such batch.
    """
    access.check_can_keep_desk(actor)
    found = selectors.desk(actor=actor, on=actor.on).batches
    if not 1 <= batch <= len(found):
        raise LookupError("There is no such batch.")
    asked = found[batch - 1]
    people = [UUID(one.person_id) for one in asked]
    trail.record_for_each(actor=actor, verb="registration_number.downloaded", people=people, at=at)
    return asked


@transaction.atomic
def read_answer(
    *, headers: Sequence[str], lines: Lines, checked_on: date, actor: Actor, at: datetime
) -> RegistrationCheck:
    """Read an answer of the register against the numbers that people have; nothing is entered yet.

    Of those alone whose number is in it, or who were asked for in the same batch. Raises NotAllowed, or RuleBroken.
    """
    access.check_can_keep_desk(actor)
    if checked_on > actor.on:
        raise RuleBroken(
            "That day has not come yet. Enter the day on which you asked the register.", field="checked_on"
        )
    answers = rules.answers_of(headers, lines)
    if not answers:
        raise RuleBroken("No row of this file has a registration number.", field="file")
    desk = selectors.desk(actor=actor, on=actor.on)
    numbers = {rules.plain_number(answer.number) for answer in answers}
    batches = [batch for batch in desk.batches if any(rules.plain_number(one.number) in numbers for one in batch)]
    asked = [one for batch in batches for one in batch]
    found, strangers = rules.read_against(asked, answers)
    figures = {**Counter(row.outcome for row in found), "strangers": strangers}
    check = RegistrationCheck.objects.create(
        regulator=desk.regulator,
        checked_on=checked_on,
        rows=json.dumps([row.as_row() for row in found]),
        figures=figures,
        brought_by_id=actor.staff_id,
        brought_at=at,
    )
    trail.record(actor=actor, verb="registration_check.brought", target=check, at=at, figures=figures)
    return check


@transaction.atomic
def read_check(*, check: RegistrationCheck, actor: Actor, at: datetime) -> list[selectors.Group]:
    """What an answer came to, person by person; noted of each person. Raises NotAllowed."""
    access.check_can_keep_desk(actor)
    groups = selectors.groups_of(check)
    people = [UUID(row["person_id"]) for group in groups for row in group.rows]
    trail.record_for_each(actor=actor, verb="registration_check.read", people=people, at=at)
    return groups


@transaction.atomic
def enter_check(*, check_id: UUID, actor: Actor, at: datetime) -> RegistrationCheck:
    """Enter what the register says in the folders of those of whom it is clear; once. What stood there becomes history.

    Left out is whose file HR's archive took over since. Raises NotAllowed, or RuleBroken.
    """
    access.check_can_keep_desk(actor)
    check = RegistrationCheck.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=check_id)
    if check.entered_at:
        raise RuleBroken("This answer is entered already.")
    rows = [row for row in selectors.rows_of(check) if row["outcome"] in rules.ENTERED]
    if not rows:
        raise RuleBroken("There is nothing in this answer that can be entered.")
    frozen = set(map(str, Custody.objects.values_list("person_id", flat=True)))
    rows = [row for row in rows if row["person_id"] not in frozen]
    items = FolderItem.objects.bulk_create(
        FolderItem(
            pk=key,
            person_id=row["person_id"],
            kind=FolderItem.Kind.REGISTRATION,
            issuer=check.regulator,
            reference=row["number"],
            outcome=row["outcome"],
            dated_on=check.checked_on,
            valid_to=_last_day(row["outcome"], row["until"], check),
            recorded_by_id=actor.staff_id,
            recorded_at=at,
            seen_by_id=actor.staff_id if row["person_id"] != str(actor.staff_id) else None,
            seen_at=at if row["person_id"] != str(actor.staff_id) else None,
        )
        for key, row in zip(new_ids(len(rows)), rows, strict=True)
    )
    check.entered_by_id, check.entered_at = actor.staff_id, at
    check.save(update_fields=["entered_by", "entered_at"])
    added = [(item, item.person_id, {"kind": item.kind, "check": str(check.pk)}) for item in items]
    trail.record_acts(actor=actor, verb="folder.added", targets=added, at=at)
    return check


def _last_day(outcome: str, until: date | None, check: RegistrationCheck) -> date | None:
    """The last day of a registration: as the register says; of one that renews with all the others, the end of the window."""
    if outcome not in ("registered", "conditions"):
        return None
    if until is None and check.regulator == RENEWS_TOGETHER:
        closes = date(check.checked_on.year, *WINDOW_CLOSES)
        until = closes if check.checked_on <= closes else closes.replace(year=closes.year + 1)
    return until if until and until >= check.checked_on else None
