"""Taking a leaver's file over into the archive, and opening one for the day."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from archive import access
from archive.files import rules
from archive.models import ArchivedFile
from core.actor import Actor
from staff.grants import services as grants
from staff.models import FolderItem, PersonalSheet, Post, SightGrant, StaffMember
from trail import services as trail


@transaction.atomic
def take_over(*, person_id: UUID, last_day: date, at: datetime) -> ArchivedFile:
    """Note what a frozen file is found by: name, numbers, last post, as they are now. Asked twice, it is noted once."""
    person = StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    existing = ArchivedFile.objects.filter(person_id=person_id).first()
    if existing:
        return existing
    registration = FolderItem.objects.standing().filter(person_id=person_id, kind=FolderItem.Kind.REGISTRATION)
    latest = registration.order_by("-dated_on", "-recorded_at").first()
    sheet = PersonalSheet.objects.filter(person_id=person_id).first()
    post = Post.objects.filter(person_id=person_id).select_related("team").order_by("-starts_on").first()
    numbers = [
        latest.reference if latest else "",
        sheet.employee_number if sheet else "",
        sheet.post_number if sheet else "",
    ]
    reference = rules.reference_of(person_id.hex)
    return ArchivedFile.objects.create(
        person=person,
        reference=reference,
        name=person.name,
        registration_number=numbers[0][:100],
        employee_number=numbers[1][:100],
        post_number=numbers[2][:100],
        job_title=post.job_title if post else "",
        team_name=post.team.name if post else "",
        last_day=last_day,
        words=rules.words_of(person.name, *numbers, reference),
        archived_at=at,
    )


@transaction.atomic
def open_file(*, person_id: UUID, purpose: str, actor: Actor, at: datetime) -> SightGrant:
    """Let HR read a file of the archive for the rest of the day, for a purpose. Raises NotAllowed."""
    file = ArchivedFile.objects.visible_to(actor).get(person_id=person_id)
    access.check_can_open(actor, person_id)
    grant = grants.open_archived(
        person_id=actor.staff_id,
        file_of_id=person_id,
        given_for=file.pk,
        purpose=purpose,
        starts_on=actor.on,
        ends_on=actor.on + timedelta(days=1),
        at=at,
    )
    trail.record(actor=actor, verb="archived_file.read", target=file, about=person_id, at=at, grant=grant.pk)
    return grant
