"""Writes to a supervision folder: entered, seen, withdrawn; the sheet; the home contact; the learning log."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from staff.folder import learning, services
from staff.models import ContactOpening, FolderItem, HomeContact, LearningEntry, PersonalSheet, StaffMember
from tests.folder_kit import learned, paper
from tests.org import Org
from trail.models import Entry

WORDS = dict.fromkeys(("work_mobile", "car_registration", "car_make", "buddy_name", "buddy_phone"), "")
WORDS |= dict.fromkeys(("post_number", "employee_number", "hours_worked", "contract_type"), "")
WORDS |= dict.fromkeys(services.HOME, "")


def add(org: Org, by: StaffMember, at: datetime, **changes: Any) -> FolderItem:
    fields: dict[str, Any] = {"kind": "registration", "outcome": "registered", "dated_on": date(2026, 1, 5)} | changes
    return services.add_item(person_id=org.worker.pk, actor=org.actor(by), at=at, **fields)


def verbs() -> list[str]:
    return list(Entry.objects.exclude(verb="policy.adopted").order_by("pk").values_list("verb", flat=True))


@pytest.mark.req("R131", "R229")
def test_a_number_is_kept_as_it_was_typed_and_the_supervisor_has_not_seen_it(org: Org, noon: datetime) -> None:
    item = add(org, org.worker, noon, reference="SW000123", valid_to=date(2026, 11, 30))

    item.refresh_from_db()
    assert (item.reference, item.seen_at, item.recorded_by_id) == ("SW000123", None, org.worker.pk)
    assert verbs() == ["folder.added"]


@pytest.mark.req("R231", "R292")
def test_what_the_supervisor_enters_counts_as_seen(org: Org, noon: datetime) -> None:
    item = add(org, org.supervisor, noon, kind="insurance", outcome="certificate")

    assert (item.seen_by_id, item.seen_at) == (org.supervisor.pk, noon)


@pytest.mark.parametrize("who", ["team_manager", "head", "outsider", "hr", "psw"])
def test_nobody_else_adds(org: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only this person and the supervisor"):
        add(org, getattr(org, who), noon)


@pytest.mark.parametrize(
    ("changes", "words", "beside"),
    [
        ({"dated_on": date(2026, 11, 10)}, "has not come yet", "dated_on"),
        ({"valid_to": date(2026, 1, 4)}, "cannot end before", "valid_to"),
        ({"valid_to": date(2037, 1, 1)}, "ten years ahead", "valid_to"),
        (
            {"kind": "insurance", "outcome": "no_driving", "valid_to": date(2027, 1, 1)},
            "needs no insurance",
            "valid_to",
        ),
    ],
)
def test_days_that_cannot_be_are_refused(
    org: Org, noon: datetime, changes: dict[str, Any], words: str, beside: str
) -> None:
    with pytest.raises(RuleBroken, match=words) as refusal:
        add(org, org.worker, noon, **changes)

    assert refusal.value.field == beside


def test_the_supervisor_says_once_that_it_was_seen(org: Org, noon: datetime) -> None:
    item = add(org, org.worker, noon)
    supervisor = org.actor(org.supervisor)

    services.mark_seen(item_id=item.pk, actor=supervisor, at=noon)

    item.refresh_from_db()
    assert item.seen_by_id == org.supervisor.pk
    assert verbs()[-1] == "folder.seen"
    with pytest.raises(NotAllowed, match="already"):
        services.mark_seen(item_id=item.pk, actor=supervisor, at=noon)
    with pytest.raises(NotAllowed, match="Only the supervisor"):
        services.mark_seen(item_id=item.pk, actor=org.actor(org.worker), at=noon)


@pytest.mark.req("R139")
def test_a_wrong_one_is_withdrawn_with_a_reason_and_the_one_before_stands_again(org: Org, noon: datetime) -> None:
    before = add(org, org.worker, noon)
    wrong = add(org, org.worker, noon, dated_on=date(2026, 6, 5))

    services.withdraw_item(item_id=wrong.pk, reason="It was a colleague’s.", actor=org.actor(org.supervisor), at=noon)

    wrong.refresh_from_db()
    assert (wrong.withdrawn_by_id, wrong.withdrawn_because) == (org.supervisor.pk, "It was a colleague’s.")
    assert FolderItem.objects.latest_of_each().get() == before
    with pytest.raises(NotAllowed, match="does not stand"):
        services.withdraw_item(item_id=wrong.pk, reason="Again", actor=org.actor(org.worker), at=noon)
    with pytest.raises(NotAllowed, match="already"):
        services.mark_seen(item_id=wrong.pk, actor=org.actor(org.supervisor), at=noon)


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "certificate"},
        {"valid_to": date(2025, 1, 1)},
        {"kind": "dbs", "outcome": "", "valid_to": date(2027, 1, 1)},
        {"withdrawn_because": "No day and nobody."},
    ],
    ids=["an outcome of another kind", "ends before it began", "a DBS check that ends", "withdrawn by nobody"],
)
def test_the_database_refuses_what_cannot_be(org: Org, changes: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"kind": "registration", "dated_on": date(2026, 1, 5)} | changes

    with pytest.raises(IntegrityError), transaction.atomic():
        paper(org.worker, **fields)


def test_the_database_lets_nobody_see_their_own_paper(org: Org) -> None:
    item = paper(org.worker, "registration", date(2026, 1, 5))

    with pytest.raises(IntegrityError), transaction.atomic():
        FolderItem.objects.filter(pk=item.pk).update(seen_by=org.worker)


@pytest.mark.parametrize("change", [{"outcome": "suspended"}, {"reference": "SW1"}, {"dated_on": date(2026, 2, 2)}])
def test_the_program_has_no_right_to_change_what_was_entered(org: Org, change: dict[str, Any]) -> None:
    item = paper(org.worker, "registration", date(2026, 1, 5))

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        FolderItem.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        item.delete()


# The sheet and the home contact


@pytest.mark.req("R225", "R226", "R227", "R228", "R232")
def test_the_sheet_is_kept_up_by_its_person_and_its_first_day_stays(org: Org, noon: datetime) -> None:
    first, later = org.actor(org.worker, on=date(2026, 3, 2)), org.actor(org.worker)

    services.save_sheet(person_id=org.worker.pk, actor=first, at=noon, **WORDS | {"kin_name": "Grace Obi"})
    services.save_sheet(person_id=org.worker.pk, actor=later, at=noon, **WORDS | {"car_registration": "AB12 CDE"})

    sheet, home = PersonalSheet.objects.get(), HomeContact.objects.get()
    assert (sheet.completed_on, sheet.checked_on, sheet.car_registration) == (
        date(2026, 3, 2),
        date(2026, 11, 9),
        "AB12 CDE",
    )
    assert home.kin_name == ""


def test_nobody_changes_another_persons_sheet(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed, match="their own personal sheet"):
        services.save_sheet(person_id=org.worker.pk, actor=org.actor(org.supervisor), at=noon, **WORDS)
    with pytest.raises(NotAllowed, match="their own personal sheet"):
        services.own_sheet(person=org.worker, actor=org.actor(org.supervisor))


@pytest.mark.req("R228")
@pytest.mark.parametrize("who", ["supervisor", "team_manager", "head"])
def test_next_of_kin_opens_with_a_reason_that_stays_and_the_worker_is_told(org: Org, noon: datetime, who: str) -> None:
    HomeContact.objects.create(person=org.worker, kin_name="Grace Obi")
    opener = org.actor(getattr(org, who))

    contact = services.open_contact(person_id=org.worker.pk, reason="Not back from a visit.", actor=opener, at=noon)

    opening = ContactOpening.objects.get()
    noted = Entry.objects.get(verb="next_of_kin.read")
    job = Job.objects.get(task="notifications.tasks.notify")
    assert contact is not None
    assert contact.kin_name == "Grace Obi"
    assert opening.reason == "Not back from a visit."
    assert (noted.actor_id, noted.about_id, noted.target_id) == (opener.staff_id, org.worker.pk, str(opening.pk))
    assert job.arguments["person_id"] == str(org.worker.pk)
    assert job.arguments["kind"] == "contact_opened"
    assert "visit" not in str(job.arguments)


def test_it_is_noted_even_where_nothing_is_entered(org: Org, noon: datetime) -> None:
    contact = services.open_contact(
        person_id=org.worker.pk, reason="Not back.", actor=org.actor(org.supervisor), at=noon
    )

    assert contact is None
    assert ContactOpening.objects.count() == 1


@pytest.mark.parametrize("who", ["worker", "outsider", "psw", "sysadmin"])
def test_nobody_else_opens_it(org: Org, noon: datetime, who: str) -> None:
    with pytest.raises(NotAllowed, match="can open this"):
        services.open_contact(person_id=org.worker.pk, reason="Why not", actor=org.actor(getattr(org, who)), at=noon)

    assert not ContactOpening.objects.exists()


def test_hr_reads_it_without_a_reason_and_it_is_noted(org: Org, noon: datetime) -> None:
    HomeContact.objects.create(person=org.worker, kin_name="Grace Obi")

    contact = services.read_contact(person=org.worker, actor=org.actor(org.hr, hat=Role.HR), at=noon)

    assert contact is not None
    assert Entry.objects.get().verb == "next_of_kin.read"


# Reading


@pytest.mark.parametrize(
    ("who", "hat", "is_whole", "noted"),
    [
        ("worker", None, True, []),
        ("supervisor", None, True, ["folder.read"]),
        ("team_manager", None, True, ["folder.read"]),
        ("hr", Role.HR, True, ["folder.read"]),
        ("head", None, False, ["folder.dates_read"]),
        ("psw", Role.PRINCIPAL_SOCIAL_WORKER, False, ["folder.dates_read"]),
    ],
)
def test_reading_a_folder_is_noted_and_those_above_read_the_dates_alone(
    shropshire: Org, noon: datetime, who: str, hat: Role | None, is_whole: bool, noted: list[str]
) -> None:
    org = shropshire
    paper(org.worker, "registration", date(2026, 1, 5), date(2026, 11, 30))

    page = services.read_folder(person=org.worker, actor=org.actor(getattr(org, who), hat=hat), at=noon)

    registration = page.cards[0]
    assert page.is_whole is is_whole
    assert (registration.item is not None) is is_whole
    assert registration.valid_to == date(2026, 11, 30)
    assert verbs() == noted


def test_a_colleague_reads_nothing(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.read_folder(person=org.worker, actor=org.actor(org.outsider), at=noon)


# Learning


def enter(org: Org, at: datetime, by: StaffMember | None = None, **changes: Any) -> LearningEntry:
    fields: dict[str, Any] = {"done_on": date(2026, 5, 5), "hours": Decimal("1.5"), "activity": "A day on neglect"}
    return learning.add_learning(person_id=org.worker.pk, actor=org.actor(by or org.worker), at=at, **fields | changes)


@pytest.mark.req("R136", "R194", "R195", "R196", "R197")
def test_learning_is_entered_with_day_duration_details_and_what_it_added(org: Org, noon: datetime) -> None:
    entry = enter(org, noon, provider="The university", reflection="I ask earlier.")

    entry.refresh_from_db()
    assert (entry.done_on, entry.hours, entry.provider) == (date(2026, 5, 5), Decimal("1.50"), "The university")
    assert entry.reflection == "I ask earlier."
    assert entry.seen_at is None
    assert verbs() == ["learning.added"]


def test_what_the_supervisor_adds_counts_as_seen(org: Org, noon: datetime) -> None:
    assert enter(org, noon, by=org.supervisor).seen_by_id == org.supervisor.pk


@pytest.mark.req("R303")
def test_its_impact_is_written_later_and_the_version_before_stays(org: Org, noon: datetime) -> None:
    before = enter(org, noon)

    after = learning.change_learning(
        entry_id=before.pk,
        actor=org.actor(org.worker),
        at=noon,
        done_on=before.done_on,
        hours=before.hours,
        activity=before.activity,
        impact="Two plans changed.",
        looked_back_on=date(2026, 11, 1),
    )

    before.refresh_from_db()
    assert (after.replaces_id, after.impact) == (before.pk, "Two plans changed.")
    assert before.withdrawn_at == noon
    assert list(LearningEntry.objects.standing()) == [after]
    with pytest.raises(NotAllowed, match="does not stand"):
        learning.change_learning(
            entry_id=before.pk, actor=org.actor(org.worker), at=noon, done_on=before.done_on, hours=1, activity="Again"
        )


@pytest.mark.parametrize(
    ("changes", "beside"),
    [
        ({"done_on": date(2026, 11, 10)}, "done_on"),
        ({"looked_back_on": date(2026, 5, 4)}, "looked_back_on"),
        ({"looked_back_on": date(2026, 11, 10)}, "looked_back_on"),
    ],
)
def test_days_of_learning_that_cannot_be_are_refused(
    org: Org, noon: datetime, changes: dict[str, Any], beside: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        enter(org, noon, **changes)

    assert refusal.value.field == beside


def test_the_supervisor_marks_learning_as_seen_and_changes_no_word_of_it(org: Org, noon: datetime) -> None:
    entry = learned(org.worker, date(2026, 5, 5))
    supervisor = org.actor(org.supervisor)

    learning.mark_learning_seen(entry_id=entry.pk, actor=supervisor, at=noon)

    entry.refresh_from_db()
    assert entry.seen_by_id == org.supervisor.pk
    with pytest.raises(NotAllowed, match="changes its words"):
        learning.change_learning(
            entry_id=entry.pk, actor=supervisor, at=noon, done_on=entry.done_on, hours=1, activity="Other"
        )


def test_learning_is_withdrawn_with_a_reason(org: Org, noon: datetime) -> None:
    entry = learned(org.worker, date(2026, 5, 5))

    learning.withdraw_learning(entry_id=entry.pk, reason="Entered twice.", actor=org.actor(org.worker), at=noon)

    entry.refresh_from_db()
    assert entry.withdrawn_because == "Entered twice."
    assert not LearningEntry.objects.standing().exists()


@pytest.mark.req("R197")
def test_the_log_goes_along_in_the_order_of_the_regulators_questions(org: Org, noon: datetime) -> None:
    learned(
        org.worker,
        date(2026, 6, 6),
        "2",
        peer_reflection="Ben saw it otherwise.",
        domains=["skills_and_interventions", "knowledge"],
    )
    learned(org.worker, date(2026, 5, 5), "1.5", provider="The university", reflection="Earlier.", impact="Two plans.")

    rows = list(learning.take_learning(person=org.worker, actor=org.actor(org.worker), at=noon))

    assert rows == [
        (date(2026, 5, 5), "1.5", "A day on neglect (The university)", "Earlier.", "Two plans.", None, "", ""),
        (
            date(2026, 6, 6),
            "2",
            "A day on neglect",
            "",
            "",
            None,
            "Ben saw it otherwise.",
            "Knowledge; Skills and interventions",
        ),
    ]
    assert len(rows[0]) == len(learning.QUESTIONS)
    assert verbs() == ["learning_log.downloaded"]
    with pytest.raises(NotAllowed):
        learning.take_learning(person=org.worker, actor=org.actor(org.supervisor), at=noon)
