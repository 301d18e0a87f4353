"""Pages of observations, from the plan to both signatures; of second judgements, sharing and learning."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audits.models import Moderation, Observation
from audits.sharing.selectors import audits_of_own_file
from tests.moderating_kit import signed_audit
from tests.observing_kit import ObservingKit
from tests.org import Org, SignIn
from tests.records_kit import NOON, load_templates

DAY = {"on_0": "9", "on_1": "11", "on_2": "2026"}


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def kit(shropshire: Org) -> ObservingKit:
    load_templates()
    return ObservingKit(shropshire)


def at(name: str, key: Any, **more: Any) -> str:
    return reverse(f"audits:{name}", args=[key, *more.values()])


def post(client: Client, address: str, **data: str) -> Any:
    return client.post(address, {"sent": "1", **data}, follow=True)


@pytest.mark.req("R305", "R161")
def test_an_observation_goes_from_its_plan_to_both_signatures(kit: ObservingKit, sign_in: SignIn) -> None:
    supervisor, worker = sign_in(kit.org.supervisor), sign_in(kit.org.worker)
    planned = post(supervisor, at("observation-plan-practice", kit.org.worker.pk), activity="A home visit", **DAY)
    assert b"Waits for agreement" in planned.content
    one = Observation.objects.get()
    assert b"Say whether you agree to be observed" in worker.get("/").content
    early = post(supervisor, at("observation-hold", one.pk), **DAY)
    assert b"has not said" in early.content

    post(worker, at("observation-answer", one.pk), agreed="yes", words="Park at the back.")
    detail = supervisor.get(at("observation-detail", one.pk)).content.decode()
    assert "Park at the back." in detail
    assert "It was held" in detail
    day = supervisor.get(at("observation-hold", one.pk)).content.decode()
    assert [f'name="on_{number}" value="{part}"' in day for number, part in enumerate(DAY.values())] == [True] * 3
    held = post(supervisor, at("observation-hold", one.pk), **DAY)
    assert "Nobody else reads this until you sign it" in held.content.decode()
    one.refresh_from_db()
    incomplete = post(supervisor, at("observation-write", one.pk), sign="1")
    assert b"Put this right before you sign" in incomplete.content
    kit.written(one)
    check = supervisor.get(at("observation-sign", one.pk))
    signed = post(supervisor, at("observation-sign", one.pk), shown=check.context["text"].shown)

    assert "Amara Obi can now read and sign it" in signed.content.decode()
    page = worker.get(reverse("records:record-countersign", args=[one.record_id]))
    assert page.status_code == 200
    assert "You gave the child time." in page.content.decode()
    again = supervisor.get(at("observation-sign", one.pk), follow=True)
    assert "You have signed this already" in again.content.decode()


def test_nobody_is_asked_whether_it_was_held_before_its_day(kit: ObservingKit, sign_in: SignIn) -> None:
    one = kit.agree(kit.practice(on=kit.on + timedelta(days=2)))
    supervisor = sign_in(kit.org.supervisor)

    detail = supervisor.get(at("observation-detail", one.pk)).content.decode()

    assert "It was held" not in detail
    assert "Move it" in detail


@pytest.mark.parametrize(
    ("form", "data", "sentence"),
    [
        ("observation-plan-practice", DAY, "Say what will be observed."),
        ("observation-plan-practice", {"activity": "A visit"}, "Enter the day, month and year."),
        ("observation-plan-practice", {"activity": "A visit", **DAY, "on_0": "1"}, "today or a later day"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    kit: ObservingKit, sign_in: SignIn, form: str, data: dict[str, str], sentence: str
) -> None:
    page = post(sign_in(kit.org.supervisor), at(form, kit.org.worker.pk), **data).content.decode()

    assert sentence in page
    assert data.get("activity", "") in page


def test_it_is_moved_and_given_up_on_pages(kit: ObservingKit, sign_in: SignIn) -> None:
    client, one = sign_in(kit.org.supervisor), kit.practice()
    moved = post(client, at("observation-move", one.pk), reason="The visit moved.", on_0="12", on_1="11", on_2="2026")
    assert "The visit moved." in moved.content.decode()
    bare = post(client, at("observation-give-up", one.pk))
    assert "Say why it is given up." in bare.content.decode()

    gone = post(client, at("observation-give-up", one.pk), reason="The family moved away.")

    assert "The family moved away." in gone.content.decode()


def test_lists_show_what_is_whose(kit: ObservingKit, sign_in: SignIn) -> None:
    kit.supervision()
    kit.done(kit.practice())

    for who, words in (
        ("team_manager", "Those that you hold"),
        ("worker", "You are asked whether you agree"),
        ("supervisor", "Whom you can observe"),
        ("head", "Of people below you in the line"),
    ):
        page = sign_in(getattr(kit.org, who)).get(reverse("audits:observations")).content.decode()
        assert words in page, who
    own = sign_in(kit.org.worker).get(at("person-observations", kit.org.worker.pk)).content.decode()
    assert "Monday 9 November 2026" in own


@pytest.mark.req("R284")
def test_a_signed_audit_is_shared_by_a_press_and_listed(kit: ObservingKit, sign_in: SignIn) -> None:
    org = kit.org
    audit = signed_audit(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, on=date(2026, 11, 2))
    auditor = sign_in(org.team_manager)
    assert b"Share it now" in auditor.get(at("audit-detail", audit.pk)).content

    for _ in range(2):
        page = post(auditor, at("audit-share", audit.pk))
    assert "can read this audit since" in page.content.decode()

    assert [each.auditor for each in audits_of_own_file(actor=kit.actor(org.worker))] == ["Tom Mills"]
    listed = reverse("audits:own-file-audits")
    assert b"Tom Mills" in sign_in(org.worker).get(listed).content
    of_the_supervisor = sign_in(org.supervisor).get(listed).content.decode()
    assert "Audits of how you supervise" in of_the_supervisor
    assert reverse("records:record-detail", args=[audit.record_id]) in of_the_supervisor
    assert "Audits of how you supervise" not in sign_in(org.outsider).get(listed).content.decode()


def test_nothing_is_shared_before_it_is_signed(kit: ObservingKit, sign_in: SignIn) -> None:
    org = kit.org
    audit = signed_audit(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, on=date(2026, 11, 2))
    audit.record = audit.opened_at = None
    audit.save(update_fields=["record", "opened_at"])

    assert "not signed yet" in post(sign_in(org.team_manager), at("audit-share", audit.pk)).content.decode()


def test_a_second_judgement_on_pages(kit: ObservingKit, sign_in: SignIn) -> None:
    org = kit.org
    audit = signed_audit(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, on=date(2026, 11, 2))
    asks = sign_in(org.head)
    assert b"Ask somebody" in asks.get(reverse("audits:moderations")).content
    wrong = post(
        asks, at("audit-moderate", audit.pk), to_id=str(org.worker.pk), due_on_0="20", due_on_1="11", due_on_2="2026"
    )
    assert "own supervision" in wrong.content.decode()
    data = {"to_id": str(org.outsider.pk), "due_on_0": "20", "due_on_1": "11", "due_on_2": "2026"}
    post(asks, at("audit-moderate", audit.pk), **data)
    made = Moderation.objects.get()
    moderator = sign_in(org.outsider)
    assert b"Judge an audited supervision file a second time" in moderator.get("/").content
    blind = moderator.get(at("moderation-detail", made.pk)).content.decode()
    assert "What the file holds" in blind
    assert "Careful work." not in blind

    both = post(moderator, at("moderation-detail", made.pk), judgement="Inadequate", words="Gaps.").content.decode()

    assert "Careful work." in both
    assert "They differ." in both


def test_learning_is_a_page_for_those_above(kit: ObservingKit, sign_in: SignIn) -> None:
    for query in ("", "?year=2026&service=x", "?year=abc"):
        page = sign_in(kit.org.head).get(reverse("audits:learning") + query)
        assert page.status_code == 200
    assert "Too few files were judged twice" in page.content.decode()


def test_actions_are_listed_under_their_headings(kit: ObservingKit, sign_in: SignIn) -> None:
    row = {"what": "Leave silence", "who": "Amara Obi", "who_id": str(kit.org.worker.pk), "by": "2026-12-01"}
    kit.done(kit.practice(), actions=[row])
    client = sign_in(kit.org.supervisor)

    shown = {
        show: client.get(f"{reverse('audits:audit-actions')}?show={show}").content.decode()
        for show in ("open", "late", "x")
    }

    assert "Leave silence" in shown["open"]
    assert "Leave silence" in shown["x"]
    assert "Leave silence" not in shown["late"]
