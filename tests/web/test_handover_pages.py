"""A change of supervisor in the browser: what goes over, the brief, and what each of the three is asked."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from policies import services as policies
from records.models import Record
from records.rules import State
from staff.models import ManagementLine
from supervision.models import HandoverBrief
from tests import handover_kit as kit
from tests.handover_kit import FIRST_WEEKS
from tests.integration.scenarios import kit as sessions
from tests.org import RECORDED, Org, SignIn
from tests.records_kit import fresh, load_templates
from trail.models import Entry

DECIDED = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 25, 12, tzinfo=UTC)
MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def planned(org: Org) -> Org:
    """Y supervises from 1 December on; X has an action to do."""
    load_templates()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    at = datetime(2026, 11, 9, 15, tzinfo=UTC)
    record = sessions.hold(org, on=at.date(), at=at)
    rows = [
        {"what": what, "who": person.name, "who_id": str(person.pk), "by": "2026-12-20"}
        for what, person in (("Ask for a placement", org.supervisor), ("Visit on Thursday", org.worker))
    ]
    sessions.write(org, record, "workload", by=org.supervisor, at=at, discussed="Eleven.", actions=rows)
    sessions.sign(org, record, at=at)
    sessions.countersign(org, record, at=at)
    kit.plan(org, at=DECIDED)
    return org


def address(org: Org) -> str:
    return reverse("supervision:handover-detail", args=[org.worker.pk])


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.scenario(5, "c")
@pytest.mark.req("R105")
def test_whoever_sets_it_sees_what_goes_over(org: Org, sign_in: SignIn) -> None:
    load_templates()
    policies.adopt(slug="shropshire-2017", starts_on=date(2017, 6, 1), at=RECORDED)
    ManagementLine.objects.filter(person=org.worker).update(manager=org.team_manager)
    filled = {"to_id": str(org.outsider.pk), "starts_on_0": "1", "starts_on_1": "12", "starts_on_2": "2026"}

    with time_machine.travel(DECIDED, tick=False):
        answer = sign_in(org.team_manager).post(
            reverse("staff:supervisor-change", args=[org.worker.pk]), filled, follow=True
        )

    assert answer.redirect_chain[-1][0] == address(org)
    shown = answer.content.decode()
    for said in (
        "Priya Nair supervises until Monday 30 November 2026",
        "What goes over",
        "The change leaves this day as it is",
    ):
        assert said in shown


@pytest.mark.scenario(5, "c")
def test_what_the_former_was_to_do_is_given_on_in_one_form_by_the_manager(planned: Org, sign_in: SignIn) -> None:
    action = planned.worker.records_about.get().actions.get(what="Ask for a placement")
    other = planned.worker.records_about.get().actions.get(what="Visit on Thursday")
    with time_machine.travel(WRITTEN, tick=False):
        manager = sign_in(planned.team_manager)
        shown = page(manager, address(planned))
        assert "Ask for a placement" in shown
        assert str(other.pk) not in shown
        none = manager.post(address(planned), {"owner_id": str(planned.worker.pk)}).content.decode()
        assert "Choose at least one action." in none
        done = manager.post(
            address(planned), {"actions": [str(action.pk)], "owner_id": str(planned.worker.pk)}, follow=True
        )

    action.refresh_from_db()
    assert action.owner == planned.worker
    assert "1 action is given on" in done.content.decode()


@pytest.mark.scenario(5, "c")
def test_it_is_written_checked_signed_and_countersigned_on_the_pages(planned: Org, sign_in: SignIn) -> None:
    with time_machine.travel(WRITTEN, tick=False):
        former = sign_in(planned.supervisor)
        assert "Write the hand-over brief about Amara Obi for Oscar Reed" in page(former, "/")
        opened = former.post(reverse("supervision:handover-open", args=[planned.worker.pk]), follow=True)
        write = opened.redirect_chain[-1][0]
        assert "Monday 9 November 2026, 90 minutes." in opened.content.decode()
        versions = {f"{part.section.id}-version": "0" for part in opened.context["draft"].draft.parts}
        missing = former.post(write, {**versions, "sign": "1"}).content.decode()
        assert "There is a problem" in missing
        record = HandoverBrief.objects.get().record
        kept = {f"{row.section}-version": str(row.version) for row in record.draft_sections.all()}
        checked = former.post(
            write, {**versions, **kept, "standing-first_weeks": FIRST_WEEKS, "sign": "1"}, follow=True
        )
        sign = checked.redirect_chain[-1][0]
        assert sign == reverse("supervision:handover-sign", args=[record.pk])
        done = former.post(sign, {"shown": checked.context["text"].shown}, follow=True).content.decode()
        assert "Signed. Oscar Reed reads and signs it from their first day on." in done
        assert FIRST_WEEKS in page(sign_in(planned.worker), reverse("records:record-detail", args=[record.pk]))
        assert sign_in(planned.outsider).get(reverse("records:record-detail", args=[record.pk])).status_code == 404

    assert fresh(record).get_state() is State.AWAITING
    with time_machine.travel(MORNING, tick=False):
        successor = sign_in(planned.outsider)
        assert "Read and sign the hand-over brief about Amara Obi" in page(successor, "/")
        assert "Hand-over brief" in page(successor, reverse("supervision:drafts"))
        asked = successor.get(reverse("records:record-countersign", args=[record.pk]))
        assert "send it back" not in asked.content.decode()
        kit.countersign(planned, record.pk, at=MORNING)
        assert "Signed and complete" in page(successor, address(planned))
        paths = [
            reverse(name, args=[record.pk])
            for name in ("records:record-detail", "records:record-pdf", "supervision:handover-write")
        ]
        gone = sign_in(planned.supervisor)
        assert [gone.get(path).status_code for path in [*paths, address(planned)]] == [404] * 4
        assert Entry.objects.filter(verb="refused", actor_id=planned.supervisor.pk).count() == 4


def test_each_of_the_three_is_told_on_the_home_page(planned: Org, sign_in: SignIn) -> None:
    with time_machine.travel(WRITTEN, tick=False):
        homes = {
            name: page(sign_in(getattr(planned, name)), "/") for name in ("supervisor", "worker", "outsider", "hr")
        }

    assert "Write the hand-over brief about Amara Obi" in homes["supervisor"]
    assert "Oscar Reed supervises you from Tuesday 1 December 2026" in homes["worker"]
    assert "You supervise Amara Obi from Tuesday 1 December 2026" in homes["outsider"]
    assert "1 December 2026" not in homes["hr"]


def test_reading_what_goes_over_is_noted_and_asks_few_queries(
    planned: Org, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(WRITTEN, tick=False):
        manager = sign_in(planned.team_manager)
        manager.get(address(planned))
        with django_assert_max_num_queries(24):
            manager.get(address(planned))

    assert Entry.objects.filter(verb="handover.read", about_id=planned.worker.pk).exists()


def test_without_a_change_there_is_no_such_page(shropshire: Org, sign_in: SignIn) -> None:
    assert sign_in(shropshire.worker).get(address(shropshire)).status_code == 404


def test_the_former_is_reminded_of_nothing_and_opens_no_action(planned: Org, sign_in: SignIn) -> None:
    record: Record = planned.worker.records_about.get()
    action = record.actions.get(what="Ask for a placement")
    listed = f"{reverse('records:actions')}?{urlencode({'whose': 'mine'})}"
    with time_machine.travel(WRITTEN, tick=False):
        assert "Ask for a placement" in page(sign_in(planned.supervisor), listed)

    with time_machine.travel(MORNING, tick=False):
        client = sign_in(planned.supervisor)
        assert client.get(reverse("records:action-detail", args=[action.pk])).status_code == 404
        assert "Ask for a placement" not in page(client, listed)
