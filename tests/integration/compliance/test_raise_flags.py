"""Flags: once for each due date, for good; replayed for a night that has passed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from cases.models import Episode
from compliance import rules, services
from compliance.models import Escalation, Flag, FlagQuerySet
from notifications.models import Notice
from outbox.models import Job
from staff.models import StaffMember, SupervisionRelationship
from supervision.models import SupervisionSession
from tests.cases_kit import child_with
from tests.diary_kit import held
from tests.org import Org

NIGHT = date(2026, 11, 9)
TWO = datetime(2026, 11, 9, 2, tzinfo=UTC)


@pytest.fixture
def worker(shropshire: Org) -> StaffMember:
    """The worker had a session every month until August; September and October were missed."""
    for month in [*((2025, month) for month in range(4, 13)), *((2026, month) for month in range(1, 9))]:
        held(shropshire.worker, shropshire.supervisor, on=date(*month, 14))
    return shropshire.worker


def night(*people: StaffMember, on: date = NIGHT, at: datetime | None = None) -> int:
    at = at or datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    before = flags().count()
    services.assess(rules.PEOPLE, keys=[person.pk for person in people], on=on, at=at)
    return flags().count() - before


def flags() -> FlagQuerySet:
    """Those about supervision: nobody here has a contract, and that is flagged, too."""
    return Flag.objects.about_supervision()


@pytest.mark.req("R041")
def test_the_second_month_missed_in_a_row_is_flagged_at_its_end_and_the_first_is_not(worker: StaffMember) -> None:
    assert night(worker, on=date(2026, 10, 1)) == 0, "September alone was missed"
    assert night(worker, on=date(2026, 10, 31)) == 0, "October is not over"

    assert night(worker, on=date(2026, 11, 1)) == 1

    flag = flags().get()
    assert (flag.subject, flag.rule, flag.atom) == (worker, "individual-monthly", "gap")
    assert (flag.due_on, flag.raised_on) == (date(2026, 10, 31), date(2026, 11, 1))
    assert flag.raised_at == datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert "shropshire-2017" in flag.policy
    assert "September" in flag.why or "October" in flag.why


def test_running_a_night_twice_changes_nothing(worker: StaffMember) -> None:
    night(worker)
    before = list(flags().values()), list(Notice.objects.values()), Job.objects.count()

    assert night(worker) == 0

    assert (list(flags().values()), list(Notice.objects.values()), Job.objects.count()) == before


def test_the_next_night_does_not_flag_the_same_due_date_again(worker: StaffMember) -> None:
    night(worker)

    assert night(worker, on=NIGHT + timedelta(days=1)) == 0

    assert flags().get().raised_on == NIGHT


def test_a_month_more_is_flagged_again_only_where_the_engine_gives_another_due_date(worker: StaffMember) -> None:
    night(worker)

    night(worker, on=date(2026, 12, 1))

    dates = list(flags().values_list("due_on", flat=True))
    assert len(dates) == len(set(dates))


def test_a_flag_stays_when_the_session_is_held_and_says_since_when_nothing_is_asked(
    worker: StaffMember, org: Org
) -> None:
    night(worker)
    held(worker, org.supervisor, on=date(2026, 11, 10))

    night(worker, on=date(2026, 11, 11))

    flag = flags().get()
    assert (flag.raised_on, flag.cleared_on) == (NIGHT, date(2026, 11, 11))
    assert not flags().standing().exists()


def test_nobody_is_flagged_who_is_not_overdue(worker: StaffMember, org: Org) -> None:
    held(worker, org.supervisor, on=date(2026, 10, 20))

    assert night(worker, org.head, org.sysadmin) == 0


def test_only_the_one_who_is_overdue_is_flagged(worker: StaffMember, org: Org) -> None:
    colleague = org.outsider
    for month in range(4, 13):
        held(colleague, org.head, on=date(2025, month, 14))
    for month in range(1, 11):
        held(colleague, org.head, on=date(2026, month, 14))

    night(worker, colleague)

    assert list(flags().values_list("subject", flat=True)) == [worker.pk]


def test_the_database_refuses_a_second_flag_for_a_due_date(worker: StaffMember) -> None:
    night(worker)
    flag = flags().get()
    flag.pk, flag._state.adding = None, True

    with pytest.raises(IntegrityError, match="flag_once_for_each_due_date"), transaction.atomic():
        Flag.objects.bulk_create([Flag(**{name: getattr(flag, name) for name in (
            "subject", "rule", "atom", "due_on", "raised_on", "raised_at", "policy", "why")})])  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_flag SET due_on = due_on - 1",
        "UPDATE compliance_flag SET why = ''",
        "DELETE FROM compliance_flag",
    ],
)
def test_the_program_can_neither_move_nor_remove_a_flag(worker: StaffMember, statement: str) -> None:
    night(worker)

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert flags().count() == 1


# Nights that have passed


def test_a_past_night_gives_the_answer_of_its_day(worker: StaffMember, org: Org) -> None:
    late_entry = datetime(2026, 11, 20, 12, tzinfo=UTC)
    held(worker, org.supervisor, on=date(2026, 10, 20), entered_at=late_entry)

    assert night(worker, on=date(2026, 11, 30), at=datetime(2026, 11, 30, 2, tzinfo=UTC)) == 0, "known by now"
    assert night(worker, on=NIGHT, at=datetime(2026, 11, 30, 12, tzinfo=UTC)) == 1, "not known that night"

    flag = flags().get()
    assert flag.raised_on == NIGHT
    assert flag.raised_at == datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert flag.cleared_on == date(2026, 11, 30), "what is known today asks for nothing"


def test_a_past_night_after_a_session_that_came_later_still_flags(worker: StaffMember, org: Org) -> None:
    held(worker, org.supervisor, on=date(2026, 11, 12))

    assert night(worker, on=NIGHT, at=datetime(2026, 11, 30, 12, tzinfo=UTC)) == 1


def test_a_missed_night_done_later_equals_the_night_done_in_time(worker: StaffMember) -> None:
    night(worker)
    in_time = list(flags().values("subject", "rule", "atom", "due_on", "raised_on", "why"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM compliance_flag WHERE kind = 'worker'")
        assert cursor.fetchone() == (1,)

    assert night(worker, at=datetime(2026, 11, 20, 12, tzinfo=UTC)) == 0
    assert list(flags().values("subject", "rule", "atom", "due_on", "raised_on", "why")) == in_time


# Telling


def notices() -> set[tuple[str, str]]:
    told = Notice.objects.filter(kind=Notice.Kind.SESSION_OVERDUE)
    return set(told.values_list("person__name", "kind"))


def test_the_supervisee_and_the_supervisor_are_told_and_nobody_else(worker: StaffMember) -> None:
    night(worker)

    assert notices() == {("Amara Obi", "session_overdue"), ("Priya Nair", "session_overdue")}
    assert not Job.objects.filter(task="notifications.tasks.send_mail").exists(), "the morning's digest counts it"


def test_a_supervisor_of_several_is_told_once_a_night(worker: StaffMember, org: Org) -> None:
    SupervisionRelationship.objects.create(
        supervisee=org.outsider, supervisor=org.supervisor, starts_on=date(2025, 4, 1), recorded_at=TWO
    )

    night(worker)
    night(org.outsider)

    told = Notice.objects.filter(kind=Notice.Kind.SESSION_OVERDUE)
    assert told.filter(person=org.supervisor).count() == 1
    assert told.count() == 3


def test_a_successor_is_told_and_the_former_supervisor_is_not(worker: StaffMember, org: Org) -> None:
    SupervisionRelationship.objects.filter(supervisee=worker).update(ends_on=NIGHT)
    SupervisionRelationship.objects.create(supervisee=worker, supervisor=org.outsider, starts_on=NIGHT, recorded_at=TWO)

    night(worker)

    assert notices() == {("Amara Obi", "session_overdue"), ("Oscar Reed", "session_overdue")}


def test_a_night_made_up_a_week_late_tells_nobody(worker: StaffMember) -> None:
    night(worker, at=TWO + timedelta(days=7))

    assert flags().count() == 1
    assert not Notice.objects.exists()


def test_what_has_been_settled_since_is_flagged_and_nobody_is_told(worker: StaffMember, org: Org) -> None:
    held(worker, org.supervisor, on=date(2026, 11, 10))

    night(worker, at=TWO + timedelta(days=2))

    assert flags().count() == 1
    assert not notices()


def test_a_session_that_was_entered_by_mistake_and_taken_back_leaves_the_flag_standing(worker: StaffMember) -> None:
    night(worker)
    supervisor = SupervisionRelationship.objects.get(supervisee=worker).supervisor
    mistake = held(worker, supervisor, on=date(2026, 11, 9))
    night(worker, on=date(2026, 11, 10))
    assert not flags().standing().exists()

    SupervisionSession.objects.filter(pk=mistake.pk).update(closed_at=None, status="planned")
    night(worker, on=date(2026, 11, 11))

    assert flags().standing().count() == flags().count() == 1
    assert Escalation.objects.filter(flag=flags().get()).exists()


def test_a_case_that_was_closed_by_mistake_leaves_the_flag_of_the_child_standing(shropshire: Org) -> None:
    child = child_with(shropshire.worker, opened_on=date(2026, 4, 1), discussed=(date(2026, 8, 3),))

    def night_of_child(on: date) -> None:
        at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        services.assess(rules.CHILDREN, keys=[child.pk], on=on, at=at)

    night_of_child(NIGHT)
    raised = Flag.objects.count()
    Episode.objects.update(ends_on=date(2026, 11, 10), end_recorded_at=TWO)
    night_of_child(date(2026, 11, 10))
    assert not Flag.objects.standing().exists()

    Episode.objects.update(ends_on=None, end_recorded_at=None)
    night_of_child(date(2026, 11, 11))

    assert Flag.objects.standing().count() == Flag.objects.count() == raised
