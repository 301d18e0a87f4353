"""A leaver's file in the archive, and its bag, for the sweep of every page."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from archive.bags.services import ask_for_bag
from archive.files.services import open_file, take_over
from archive.models import Bag
from core.actor import Role
from core.clock import date_of, now
from documents.services import store
from staff.models import Custody, SightGrant, StaffMember
from tests.org import Org, add_person


def archived_things(org: Org, named: Callable[..., Any]) -> Mapping[str, Any]:
    """What addresses of the archive name."""
    at = now()
    leaver = add_person("Leah Verity", team=org.team, job_title="Social worker")
    last_day = date_of(at) - timedelta(days=30)
    Custody.objects.create(person=leaver, starts_on=last_day + timedelta(days=1), recorded_at=at)
    take_over(person_id=leaver.pk, last_day=last_day, at=at)
    bag = ask_for_bag(person_id=leaver.pk, purpose="Leaver", press=uuid4(), actor=None, at=at)
    Bag.objects.filter(pk=bag.pk).update(
        stored=store(b"PK a bag", media_type="application/zip", at=at),
        ready_at=at,
        expires_at=at + timedelta(days=30),
        manifest=f"sha256:{'0' * 64}",
    )

    def opened(person: StaffMember | None) -> None:
        if person == org.hr and not SightGrant.objects.filter(person=person, file_of=leaver).exists():
            actor = org.actor(org.hr, on=date_of(at), hat=Role.HR)
            open_file(person_id=leaver.pk, purpose="The sweep", actor=actor, at=at)

    ask = {"press": str(uuid4()), "purpose": "The sweep"}
    return {
        "file of a leaver": named(kwargs={"person_id": leaver.pk}, data={"kind": "other", "purpose": "The sweep"}),
        "file of a leaver that HR opened": named(kwargs={"person_id": leaver.pk}, data=ask, before=opened),
        "bag of a leaver that HR opened": named(kwargs={"bag_id": bag.pk}, before=opened),
    }
