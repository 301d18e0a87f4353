"""Drawing a file to audit and the children of section 3, from a stored seed."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audits import access
from audits.drawing import rules, selectors
from audits.drawing.rules import Item
from audits.models import Audit, AuditedChild, Draw
from audits.timetable import rules as timetable
from core.actor import Actor
from core.clock import date_of
from core.errors import RuleBroken
from core.models import new_ids
from staff.models import StaffMember
from trail import services as trail

SEED_BYTES = 16
WRITTEN_ABOUT = (
    "Something is written in section 3 about the children who were drawn. It would be lost with another draw: the auditor "
    "takes it out first."
)


@transaction.atomic
def draw_file(*, duty_id: str, starts_on: date | None, actor: Actor, at: datetime) -> Audit:
    """Draw at random whose file the actor audits for a duty in the period from a day on; without both, on top of it.

    Raises NotAllowed, or RuleBroken where nothing is left to draw for the period, or from nobody.
    """
    # Of two draws at once, the second sees the first
    StaffMember.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=actor.staff_id)
    access.check_can_draw(actor)
    on = date_of(at)
    standing = selectors.standing_to_draw_for(duty_id, starts_on, actor=actor, on=on) if duty_id else None
    pool = selectors.pool_of_files(actor=actor, of=standing.duty.of if standing else None, on=on)
    _check_pool(pool.items)
    [audit_id] = new_ids(1)
    draw = _draw(audit_id, of=Draw.Of.FILE, pool=pool.items, size=1, actor=actor, at=at)
    audit = Audit.objects.create(
        pk=audit_id,
        auditor_id=actor.staff_id,
        draw=draw,
        duty=standing.duty.id if standing else "",
        starts_on=standing.period[0] if standing else None,
        ends_on=standing.period[1] if standing else None,
        planned_by_id=actor.staff_id,
        planned_at=at,
        **_whose(draw, pool),
    )
    trail.record(actor=actor, verb="audit.drawn", target=audit, about=audit.file_of_id, at=at, draw=draw.pk)
    return audit


@transaction.atomic
def draw_again(*, audit_id: UUID, reason: str, actor: Actor, at: datetime) -> Audit:
    """Draw another file in the place of that of an audit. Both draws stay, with the reason.

    Files that were drawn for this audit before are left out. Raises NotAllowed, or RuleBroken without a reason, once the
    audit is opened, or where there is no other file.
    """
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_draw_again(actor, audit)
    check_not_begun(audit)
    rules.check_reason(reason)
    on = date_of(at)
    of = timetable.tier_in(audit.duty)
    pool = selectors.pool_of_files(actor=actor, of=of, on=on, leave_out=audit.pk)
    before = {key for draw in audit.draws.filter(of=Draw.Of.FILE) for key in draw.picked}
    others = [item for item in pool.items if item.id not in before]
    _check_pool(others, sentence="There is no other file to draw from. Give the audit up, if it cannot be this one.")
    draw = _draw(audit.pk, of=Draw.Of.FILE, pool=others, size=1, actor=actor, at=at, instead_of=audit.draw, why=reason)
    audit.children.all().delete()
    audit.draw = draw
    for name, value in _whose(draw, pool).items():
        setattr(audit, name, value)
    audit.save(update_fields=["draw", "file_of", "supervisor", "team"])
    trail.record(actor=actor, verb="audit.drawn_again", target=audit, about=audit.file_of_id, at=at, draw=draw.pk)
    return audit


@transaction.atomic
def draw_children(*, audit_id: UUID, actor: Actor, at: datetime, reason: str = "") -> list[AuditedChild]:
    """Draw at random the children of section 3, as many as the policy wants or as there are; none for who holds no cases.

    Those that the worker held in the policy's stretch before the audit's day, open or closed since. What is drawn stays:
    without a ``reason`` those there are come back; with one others are drawn in their place, while there are others, and
    both draws stay. Raises NotAllowed, or RuleBroken once the audit is signed, or once something is written about them.
    """
    audit = Audit.objects.locked(actor).get(pk=audit_id)
    access.check_can_change(actor, audit)
    check_stands(audit)
    latest = audit.draws.filter(of=Draw.Of.CHILDREN, replaced_by=None).order_by("-drawn_at").first()
    present = selectors.drawn_children(audit)
    if present and not reason:
        return present
    if selectors.is_written_about(audit, present):
        raise RuleBroken(WRITTEN_ABOUT, field="reason")
    found = selectors.pool_of_children(audit, on=date_of(at))
    if not found.items:
        return present
    before = {str(child.child_id) for child in present}
    others = [item for item in found.items if item.id not in before]
    pool = others if len(others) >= found.size else found.items
    instead_of = latest if present else None
    draw = _draw(
        audit.pk, of=Draw.Of.CHILDREN, pool=pool, size=found.size, actor=actor, at=at, instead_of=instead_of, why=reason
    )
    audit.children.all().delete()
    AuditedChild.objects.bulk_create(AuditedChild(audit=audit, child_id=UUID(key), draw=draw) for key in draw.picked)
    trail.record(actor=actor, verb="audit.children_drawn", target=audit, about=audit.file_of_id, at=at, draw=draw.pk)
    return selectors.drawn_children(audit)


def check_stands(audit: Audit) -> None:
    """What was given up, or is signed, does not change any more. Raises RuleBroken."""
    if audit.given_up_at:
        raise RuleBroken("This audit was given up already.")
    if audit.is_signed:
        raise RuleBroken("This audit is signed already.")


def check_not_begun(audit: Audit) -> None:
    """Whose file it is stands once the auditor has opened it, so that nobody looks first and draws then. Raises RuleBroken."""
    check_stands(audit)
    if audit.opened_at:
        raise RuleBroken("This audit is open already. What was drawn for it, and who does it, stays as it is.")


def _check_pool(items: Sequence[Item], *, sentence: str = "") -> None:
    if not items:
        raise RuleBroken(sentence or "There is nobody at present whose file you could draw.")


def _draw(
    audit_id: UUID,
    *,
    of: Draw.Of,
    pool: Sequence[Item],
    size: int,
    actor: Actor,
    at: datetime,
    instead_of: Draw | None = None,
    why: str = "",
) -> Draw:
    seed = secrets.token_hex(SEED_BYTES)
    return Draw.objects.create(
        for_audit_id=audit_id,
        of=of,
        seed=seed,
        pool=rules.stored(pool),
        picked=rules.draw(seed, pool, size),
        drawn_by_id=actor.staff_id,
        drawn_at=at,
        replaces=instead_of,
        reason=why,
    )


def _whose(draw: Draw, pool: selectors.Pool) -> dict[str, UUID | None]:
    file_of = UUID(draw.picked[0])
    return {"file_of_id": file_of, "supervisor_id": pool.supervisors[file_of], "team_id": pool.teams.get(file_of)}
