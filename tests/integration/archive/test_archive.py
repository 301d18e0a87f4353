"""HR's archive: found by name, number and date; opened for a purpose and a day; read by that alone."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from archive.bags import services as bags
from archive.files import rules, selectors, services
from archive.models import ArchivedFile, Bag
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from records.models import Record
from staff.models import PersonalSheet, SightGrant
from supervision.models import SupervisionSession
from tests.bags_kit import AFTER, LAST_DAY, TODAY, archivist, fill, frozen, made
from tests.folder_kit import paper
from tests.org import Org, add_person
from trail.models import Entry

pytestmark = pytest.mark.usefixtures("own_files")


def found(org: Org, words: str = "", **wanted: object) -> list[str]:
    options: dict[str, Any] = {"team": "", "left_from": None, "left_to": None, **wanted}
    return [file.name for file in selectors.files_found(actor=archivist(org), words=words, **options)]


@pytest.fixture
def leavers(org: Org) -> None:
    """Three who have left, on three days, of two teams."""
    paper(org.worker, "registration", date(2026, 10, 1), reference="SW 98/7654")
    PersonalSheet.objects.create(
        person=org.worker, employee_number="E-0042", post_number="P/77", completed_on=LAST_DAY, checked_on=LAST_DAY
    )
    frozen(org.worker)
    for name, team, days in (("Zoë Müller-Łuczak", org.other_team, 10), ("Sinéad O’Brien", org.team, 400)):
        person = add_person(name, team=team, job_title="Social worker")
        frozen(person, last_day=LAST_DAY - timedelta(days=days))


@pytest.mark.req("R140")
@pytest.mark.usefixtures("leavers")
class TestFinding:
    @pytest.mark.parametrize(
        ("words", "name"),
        [
            ("amara", "Amara Obi"),
            ("OBI ama", "Amara Obi"),
            ("sw987654", "Amara Obi"),
            ("98/7654", "Amara Obi"),
            ("e-0042", "Amara Obi"),
            ("p/77", "Amara Obi"),
            ("zoe luczak", "Zoë Müller-Łuczak"),
            ("Zoë MÜLLER", "Zoë Müller-Łuczak"),
            ("sinead obrien", None),
            ("sinéad brien", "Sinéad O’Brien"),
        ],
    )
    def test_by_name_with_or_without_accents_and_by_number(self, words: str, name: str | None, org: Org) -> None:
        assert found(org, words) == ([name] if name else [])

    def test_by_the_days_between_which_somebody_left(self, org: Org) -> None:
        assert found(org, left_from=LAST_DAY - timedelta(days=10)) == ["Amara Obi", "Zoë Müller-Łuczak"]
        assert found(org, left_to=LAST_DAY - timedelta(days=10)) == ["Sinéad O’Brien", "Zoë Müller-Łuczak"]
        assert found(org, left_from=LAST_DAY, left_to=LAST_DAY) == ["Amara Obi"]

    def test_by_team(self, org: Org) -> None:
        assert found(org, team=org.other_team.name[:-1].lower()) == ["Zoë Müller-Łuczak"]

    def test_by_the_reference_of_the_file(self, org: Org) -> None:
        file = ArchivedFile.objects.get(person=org.worker)

        assert found(org, file.reference.lower()) == ["Amara Obi"]

    @pytest.mark.parametrize("hat", [None, Role.PRINCIPAL_SOCIAL_WORKER, Role.SYSTEM_ADMINISTRATOR])
    def test_without_the_hat_nobody_finds_anything(self, hat: Role | None, org: Org) -> None:
        assert not ArchivedFile.objects.visible_to(archivist(org, hat=hat)).exists()
        assert not Bag.objects.visible_to(archivist(org, hat=hat)).exists()


def test_folding_is_the_same_on_both_sides() -> None:
    assert rules.words_sought("  Łukasz ÅSE\tnaïve ") == ["lukasz", "ase", "naive"]
    assert rules.words_of("Straße", "A 1") == "strasse a 1 a1"


# Opening


def reads(org: Org, *, on: date = TODAY, hat: Role | None = Role.HR) -> set[object]:
    actor = org.actor(org.hr, on=on, hat=hat)
    records = Record.objects.visible_to(actor).values_list("pk", flat=True)
    return {*records, *SupervisionSession.objects.visible_to(actor).values_list("pk", flat=True)}


@pytest.mark.req("R140", "R106")
def test_opened_for_a_purpose_it_is_read_whole_for_the_day_and_with_the_hat_on(org: Org) -> None:
    signed = {record.pk for record in fill(org)}
    frozen(org.worker)
    assert reads(org) == set(), "without opening, HR reads nothing"

    grant = services.open_file(person_id=org.worker.pk, purpose="A claim, ref 12", actor=archivist(org), at=AFTER)

    assert reads(org) == signed, "records and the entries on children"
    assert set(Record.objects.readable_in_full_by(archivist(org)).values_list("pk", flat=True)) == signed
    assert reads(org, hat=None) == set()
    assert reads(org, hat=Role.PRINCIPAL_SOCIAL_WORKER) == set()
    assert reads(org, on=TODAY + timedelta(days=1)) == set(), "the day after, it is closed"
    assert (grant.purpose, grant.basis, grant.given_by) == ("A claim, ref 12", SightGrant.Basis.ARCHIVE, None)
    entry = Entry.objects.get(verb="archived_file.read")
    assert (entry.actor_id, entry.about_id, entry.detail) == (org.hr.pk, org.worker.pk, {"grant": str(grant.pk)})


@pytest.mark.req("R140")
def test_only_what_the_archive_holds_is_opened(org: Org) -> None:
    fill(org)
    with pytest.raises(ArchivedFile.DoesNotExist):
        services.open_file(person_id=org.worker.pk, purpose="Curious", actor=archivist(org), at=AFTER)

    frozen(org.worker)

    early = org.actor(org.hr, on=LAST_DAY, hat=Role.HR)
    with pytest.raises(NotAllowed, match="does not hold"):
        services.open_file(person_id=org.worker.pk, purpose="Curious", actor=early, at=AFTER)
    assert not SightGrant.objects.exists()
    assert reads(org) == set()


def test_nobody_opens_a_file_about_themselves(org: Org) -> None:
    frozen(org.hr)

    with pytest.raises(NotAllowed, match="about you"):
        services.open_file(person_id=org.hr.pk, purpose="Mine", actor=archivist(org), at=AFTER)


# Bags


def test_a_bag_is_asked_for_and_taken_along_by_who_opened_the_file(org: Org) -> None:
    fill(org)
    frozen(org.worker)
    bag = made(org.worker)
    unopened = archivist(org)
    with pytest.raises(NotAllowed, match="Open this file first"):
        bags.read_bag(bag=bag, actor=unopened, at=AFTER)
    with pytest.raises(NotAllowed, match="Open this file first"):
        bags.ask_for_bag(person_id=org.worker.pk, purpose="Again", press=uuid4(), actor=unopened, at=AFTER)

    opened = archivist(org, opened=org.worker)

    with bags.read_bag(bag=bag, actor=opened, at=AFTER) as file:
        assert file.read(4) == b"PK\x03\x04"
    entry = Entry.objects.get(verb="bag.downloaded")
    assert (entry.actor_id, entry.about_id, entry.detail["manifest"]) == (org.hr.pk, org.worker.pk, bag.manifest)
    again = bags.ask_for_bag(person_id=org.worker.pk, purpose="Again", press=uuid4(), actor=opened, at=AFTER)
    assert (again.asked_by_id, again.purpose) == (org.hr.pk, "Again")


def test_a_bag_is_kept_for_its_days_and_the_digest_of_its_manifest_for_good(org: Org) -> None:
    fill(org)
    frozen(org.worker)
    bag = made(org.worker)
    assert bag.stored
    assert bag.expires_at

    assert bags.remove_old_bags(at=bag.expires_at - timedelta(seconds=1)) == 0
    assert bags.remove_old_bags(at=bag.expires_at) == 1
    assert bags.remove_old_bags(at=bag.expires_at) == 0

    gone = Bag.objects.get()
    assert (gone.stored, gone.manifest) == (None, bag.manifest)
    assert not bag.stored.path.exists()
    with pytest.raises(RuleBroken, match="Ask for a new one"):
        bags.read_bag(bag=gone, actor=archivist(org, opened=org.worker), at=bag.expires_at)


def test_of_somebody_whom_the_archive_does_not_hold_there_is_no_bag(org: Org) -> None:
    with pytest.raises(RuleBroken, match="does not hold"):
        bags.ask_for_bag(person_id=org.worker.pk, purpose="Leaver", press=uuid4(), actor=None, at=AFTER)
