"""A care leaver's request for data: every entry and decision about them, and nothing of a worker's or of a sibling's."""

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from archive.models import DataRequest, Passage, RequestItem
from archive.requests.bundle import reads_of
from core.actor import Role
from core.errors import NotAllowed
from records.models import Record
from staff.models import SightGrant
from supervision.models import Discussion
from tests.cases_kit import discuss
from tests.decisions_kit import RATIONALE, decide, draft_of
from tests.entries_kit import EntriesKit
from tests.org import Org, add_person
from tests.records_kit import NOON, WELLBEING, WORKLOAD
from tests.requests_kit import Asking, passage_with
from trail import services as trail


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path / "state"


@pytest.fixture
def asking(shropshire: Org) -> Asking:
    return Asking(shropshire)


@pytest.mark.scenario(19, "b")
def test_every_entry_and_decision_no_workers_section_and_no_siblings_text(asking: Asking) -> None:
    """One session with two siblings, a decision of each, and the worker's own record: the bundle of one of them."""
    org, kit = asking.org, EntriesKit(asking.org)
    own, sibling = kit.child("SH-2041"), kit.child("SH-2042")
    record = kit.draft()
    entries = [
        kit.entry(own, situation="Moved to the aunt in May. SH-2042 stayed.", family="The family meets weekly."),
        kit.entry(sibling, situation="Sibling Thimblewood stays at home.", family="The family meets weekly."),
    ]
    kit.sign_with(record, entries)
    decide(own, org.team_manager)
    decide(sibling, org.team_manager, decision={"rationale": "Because of Thimblewood."})
    draft_of(own, org.team_manager, decision={"question": "May SH-2041 travel?", "rationale": "Not known yet."})
    draft_of(sibling, org.team_manager, decision={"question": "May Thimblewood travel?"})
    discuss(own, org.worker, on=date(2026, 10, 5))

    asked = asking.approve(asking.register(org.actor(org.psw), child=own), by=org.actor(org.team_manager))
    asking.gathered_of(asked)

    assert passage_with(asked, RATIONALE)
    assert passage_with(asked, "The family meets weekly.")
    assert passage_with(asked, "May SH-2041 travel?").item.is_draft
    moved = passage_with(asked, "Moved to the aunt")
    assert [moved.text[start:end] for start, end, why in moved.marks if why == "child"] == ["SH-2042"]
    titles = set(RequestItem.objects.filter(request=asked).values_list("title", flat=True))
    assert {"Discussion", "Case open", "Worker", "Who read what, when and why"} <= titles
    asking.decide(moved, "redact", typed="SH-2042")
    asking.give_rest(asked)
    everything = b"\n".join(data for name, data in asking.read(asking.bundle(asked)).items() if "pdf" not in name)
    assert b"Moved to the aunt" in everything
    for never in (WORKLOAD, WELLBEING, "Thimblewood", "SH-2042", "A good month."):
        assert never.encode() not in everything
    # The control: all of it is there to be found
    assert Record.objects.filter(child=sibling).exists()
    assert Discussion.objects.filter(child=own).exists()


def test_a_leader_in_the_line_approves_a_childs_request_and_hr_does_not_see_it(asking: Asking) -> None:
    org, kit = asking.org, EntriesKit(asking.org)
    child = kit.child("SH-2041")
    elsewhere = add_person("Mara Low", team=org.other_team, job_title="Team manager", role=Role.TEAM_MANAGER)
    director = add_person("Dora High", team=org.team, job_title="Director", role=Role.DIRECTOR)

    asked = asking.register(org.actor(org.outsider), child=child)

    for actor in (asking.hr, org.actor(elsewhere), org.actor(org.worker), org.actor(org.supervisor)):
        assert not DataRequest.objects.visible_to(actor).exists()
    for leader in (org.team_manager, org.head, director):
        assert DataRequest.objects.visible_to(org.actor(leader)).get() == asked
    with pytest.raises(NotAllowed, match="approved by HR"):
        asking.approve(asked, by=org.actor(org.outsider), handler_id=org.psw.pk)  # who noted it leads nobody
    asking.approve(asked, by=org.actor(director))
    assert SightGrant.objects.get().child_id == child.pk
    assert Record.objects.visible_to(asking.handler).count() == Record.objects.filter(child=child, parts__seq=1).count()


def test_who_read_about_a_child_is_in_its_bundle(asking: Asking) -> None:
    org, kit = asking.org, EntriesKit(asking.org)
    own, sibling = kit.child("SH-2041"), kit.child("SH-2042")
    entry, other = decide(own, org.team_manager), decide(sibling, org.team_manager)
    asked = asking.register(org.actor(org.psw), child=own)

    trail.record(actor=org.actor(org.head), verb="record.read", target=entry, at=NOON)
    trail.record(actor=org.actor(org.head), verb="record.read", target=other, at=NOON)

    assert [read.target_id for read in reads_of(asked)] == [str(entry.pk)]
    assert not Passage.objects.exists()
