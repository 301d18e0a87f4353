"""Hats on and off, and the notes that reading leaves."""

from datetime import datetime

import pytest

from core.actor import Role
from core.errors import NotAllowed
from staff import services
from tests.org import Org
from trail import services as trail
from trail.models import Entry


def test_a_hat_goes_on_and_off_and_the_trail_hears_of_both(org: Org, noon: datetime) -> None:
    wearing = services.put_on_hat(hat=Role.HR, actor=org.actor(org.hr), at=noon)
    bare = services.put_on_hat(hat=None, actor=wearing, at=noon)

    assert (wearing.hat, bare.hat) == (Role.HR, None)
    entries = Entry.objects.filter(actor_id=org.hr.pk).order_by("pk").values_list("verb", "actor_role")
    assert list(entries) == [("hat.on", "HR"), ("hat.off", "HR adviser")]


@pytest.mark.parametrize("hat", [Role.HR, Role.SYSTEM_ADMINISTRATOR, Role.SERVICE_MANAGER])
def test_a_hat_of_somebody_else_and_a_role_that_is_no_hat_are_refused(org: Org, noon: datetime, hat: Role) -> None:
    with pytest.raises(NotAllowed, match="not yours"):
        services.put_on_hat(hat=hat, actor=org.actor(org.head), at=noon)


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head"])
def test_reading_somebodys_relations_is_noted_before_they_are_given(org: Org, noon: datetime, who: str) -> None:
    reader = getattr(org, who)

    relations = services.read_relations(person=org.worker, actor=org.actor(reader), at=noon)

    assert [row.supervisor.name for row in relations.supervision] == ["Priya Nair"]
    assert Entry.objects.get(verb="person.read").actor_id == reader.pk


def test_reading_ones_own_is_not_noted(org: Org, noon: datetime) -> None:
    services.read_relations(person=org.worker, actor=org.actor(org.worker), at=noon)

    assert not Entry.objects.exists()


@pytest.mark.parametrize(("who", "hat"), [("outsider", None), ("sysadmin", Role.SYSTEM_ADMINISTRATOR), ("hr", None)])
def test_relations_are_refused_to_others(org: Org, noon: datetime, who: str, hat: Role | None) -> None:
    with pytest.raises(NotAllowed):
        services.read_relations(person=org.worker, actor=org.actor(getattr(org, who), hat=hat), at=noon)


def test_one_reads_who_else_has_read_ones_file_the_latest_first(org: Org, noon: datetime) -> None:
    for verb, reader in (
        ("record.read", org.supervisor),
        ("record.downloaded", org.team_manager),
        ("record.draft_read", org.supervisor),
        ("record.read", org.worker),
        ("supervisor.changed", org.team_manager),
    ):
        trail.record(actor=org.actor(reader), verb=verb, about=org.worker.pk, at=noon)
    trail.record(actor=org.actor(org.supervisor), verb="record.read", about=org.outsider.pk, at=noon)

    reads = services.read_reads(person=org.worker, actor=org.actor(org.worker), at=noon)

    assert [(entry.actor_name, entry.words) for entry in reads] == [
        ("Priya Nair", "Read a draft"),
        ("Tom Mills", "Took a copy of a record"),
        ("Priya Nair", "Read a record"),
    ]


def test_hr_reads_who_has_read_a_file_and_that_is_a_read_itself(org: Org, noon: datetime) -> None:
    reads = services.read_reads(person=org.worker, actor=org.actor(org.hr, hat=Role.HR), at=noon)

    assert [entry.actor_name for entry in reads] == ["Hanna Roy"]


@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head", "outsider", "hr", "psw", "sysadmin"])
def test_nobody_else_reads_who_has_read_a_file(org: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.read_reads(person=org.worker, actor=org.actor(getattr(org, who)), at=noon)
