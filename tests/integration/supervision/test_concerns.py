"""A concern about one's supervision: it goes past the supervisor, for whom it does not exist on any page."""

import re
from collections import deque
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from core.actor import Role
from core.errors import RuleBroken
from notifications.models import Notice
from outbox.models import Job
from staff.models import ManagementLine, RoleHeld, SupervisionRelationship
from supervision import selectors, services
from supervision.models import Concern, ConcernEntry
from tests.org import BEGAN, RECORDED, Org, SignIn
from tests.records_kit import NOON, Kit
from trail.models import Entry

CANARY = "Zanzibar turnip: my sessions are cancelled every month"
NOW = datetime(2026, 11, 9, 13, tzinfo=UTC)


def raise_one(org: Org, route: str = "line_manager") -> Concern:
    return services.raise_concern(
        route=f"{route}/{org.supervisor.pk}", text=CANARY, actor=org.actor(org.worker), at=NOON
    )


def seen_by(org: Org, *, hats: bool = True) -> list[str]:
    people = (org.worker, org.supervisor, org.team_manager, org.head, org.outsider)
    found = [person.name for person in people if Concern.objects.visible_to(org.actor(person)).exists()]
    hatted = ((org.hr, Role.HR), (org.psw, Role.PRINCIPAL_SOCIAL_WORKER), (org.sysadmin, Role.SYSTEM_ADMINISTRATOR))
    return found + [
        person.name for person, hat in hatted if Concern.objects.visible_to(org.actor(person, hat=hat)).exists()
    ]


# Whom one can turn to


@pytest.mark.req("R098", "R173")
@pytest.mark.scenario(21, "d")
def test_it_goes_to_the_supervisors_line_manager_or_to_hr(shropshire: Org) -> None:
    routes = selectors.concern_routes(actor=shropshire.actor(shropshire.worker))

    assert [(one.route, one.about, one.recipient) for one in routes] == [
        ("line_manager", shropshire.supervisor, shropshire.team_manager),
        ("hr", shropshire.supervisor, None),
    ]
    assert selectors.concern_routes(actor=shropshire.actor(shropshire.outsider)) == []


def test_a_line_manager_who_supervises_the_same_person_is_no_way_past(shropshire: Org) -> None:
    org = shropshire
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.team_manager, kind="professional", starts_on=BEGAN, recorded_at=RECORDED
    )

    routes = selectors.concern_routes(actor=org.actor(org.worker))

    assert {(one.route, one.about.name, one.recipient and one.recipient.name) for one in routes} == {
        ("hr", "Priya Nair", None),
        ("hr", "Tom Mills", None),
        ("line_manager", "Tom Mills", "Helen Hart"),
    }


def test_a_way_that_is_not_there_is_refused(shropshire: Org) -> None:
    with pytest.raises(RuleBroken, match="Choose who is to read this"):
        services.raise_concern(
            route=f"line_manager/{shropshire.outsider.pk}",
            text=CANARY,
            actor=shropshire.actor(shropshire.worker),
            at=NOON,
        )
    with pytest.raises(RuleBroken, match="Write what worries you"):
        services.raise_concern(
            route=f"hr/{shropshire.supervisor.pk}", text=" ", actor=shropshire.actor(shropshire.worker), at=NOON
        )


# Who sees it


@pytest.mark.req("R098", "R173")
@pytest.mark.scenario(21, "d")
def test_whoever_it_was_put_to_sees_it_and_nobody_else(shropshire: Org) -> None:
    raise_one(shropshire)
    assert seen_by(shropshire) == ["Amara Obi", "Tom Mills"]


def test_one_put_to_hr_is_seen_with_that_hat_on_alone(shropshire: Org) -> None:
    raise_one(shropshire, "hr")

    assert seen_by(shropshire) == ["Amara Obi", "Hanna Roy"]
    assert not Concern.objects.visible_to(shropshire.actor(shropshire.hr)).exists()


def test_a_supervisor_with_the_hat_of_hr_does_not_see_one_about_their_own_supervision(shropshire: Org) -> None:
    org = shropshire
    RoleHeld.objects.create(person=org.supervisor, role=Role.HR, starts_on=BEGAN, recorded_at=RECORDED)
    concern = raise_one(org, "hr")

    assert not Concern.objects.visible_to(org.actor(org.supervisor, hat=Role.HR)).exists()
    assert Concern.objects.visible_to(org.actor(org.hr, hat=Role.HR)).get() == concern
    told = {job.arguments["person_id"] for job in Job.objects.filter(arguments__key__startswith=str(concern.pk))}
    assert told == {str(org.hr.pk)}


def test_a_recipient_who_comes_to_supervise_sees_it_no_more(shropshire: Org) -> None:
    org = shropshire
    raise_one(org)
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.team_manager, kind="cover", starts_on=date(2026, 11, 9), recorded_at=NOON
    )
    assert seen_by(org) == ["Amara Obi"]


def test_the_database_lets_it_go_to_nobody_whom_it_is_about(shropshire: Org) -> None:
    org = shropshire
    row = {"raised_by": org.worker, "about": org.supervisor, "raised_at": NOON, "text": "x"}
    for wrong in (
        {**row, "route": "line_manager", "recipient": org.supervisor},
        {**row, "route": "line_manager"},
        {**row, "route": "hr", "recipient": org.hr},
        {**row, "route": "hr", "text": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Concern.objects.create(**wrong)


def test_the_answer_is_added_and_nothing_is_changed(shropshire: Org) -> None:
    org = shropshire
    concern = raise_one(org)
    services.add_to_concern(
        concern_id=concern.pk, text="I will speak with you on Monday.", actor=org.actor(org.team_manager), at=NOON
    )

    told = Job.objects.filter(arguments__kind="matter_answered").get()
    assert told.arguments["person_id"] == str(org.worker.pk)
    assert [entry.author_id for entry in concern.entries.all()] == [org.team_manager.pk]
    with pytest.raises(Concern.DoesNotExist):
        services.add_to_concern(concern_id=concern.pk, text="x", actor=org.actor(org.supervisor), at=NOON)
    for change in (lambda: Concern.objects.update(text="x"), lambda: ConcernEntry.objects.all().delete()):
        with pytest.raises(Exception, match="denied|append"), transaction.atomic():
            change()


def test_the_trail_names_nobody_whom_it_is_about(shropshire: Org) -> None:
    org = shropshire
    concern = raise_one(org)
    services.read_concern(concern=concern, actor=org.actor(org.team_manager), at=NOON)

    entries = Entry.objects.filter(verb__startswith="concern")
    assert {(entry.verb, entry.about_id) for entry in entries} == {("concern.raised", None), ("concern.read", None)}
    assert CANARY not in str(list(Entry.objects.values()))


# The canary


LINK = re.compile(r'href="(/[^"#]*)"')
LEFT_OUT = ("/static/", "/account/", "/demo/", "/policy/", "/help/accessibility/", "/help/privacy/")
TRACES = ("Zanzibar", "turnip", "/concerns/0", "raised a concern")


def pages_of(client: Client, *begins: str, most: int = 40) -> dict[str, str]:
    """Every page that can be reached by links from where one begins, once for each address."""
    queue, found = deque(begins), dict[str, str]()
    while queue and len(found) < most:
        address = queue.popleft().replace("&amp;", "&")
        if address in found or address.startswith(LEFT_OUT):
            continue
        response = client.get(address, follow=True)
        is_text = "text/html" in response.headers.get("Content-Type", "")
        whole = b"".join(response) if response.streaming else response.content  # read to its end, files are closed
        found[address] = whole.decode() if is_text else ""
        queue.extend(LINK.findall(found[address]))
    return found


@pytest.mark.req("R098", "R173")
@pytest.mark.scenario(21, "d")
@pytest.mark.parametrize("route", ["line_manager", "hr"])
def test_no_page_of_the_supervisors_holds_a_trace_of_it(shropshire: Org, sign_in: SignIn, route: str) -> None:
    org = shropshire
    RoleHeld.objects.create(person=org.supervisor, role=Role.HR, starts_on=BEGAN, recorded_at=RECORDED)
    # The supervisor is next up of somebody else, too, and the worker's other records are there to read
    ManagementLine.objects.create(
        person=org.outsider, manager=org.supervisor, starts_on=BEGAN, confirmed_at=RECORDED, recorded_at=RECORDED
    )
    with time_machine.travel(NOW, tick=False):
        Kit(org).sealed()
        before = {
            hat: pages_of(sign_in(org.supervisor, hat=hat), "/", "/supervision/concerns/", "/supervision/matters/")
            for hat in (None, Role.HR)
        }
        concern = raise_one(org, route)
        own = f"/supervision/concerns/{concern.pk}/"
        Notice.objects.bulk_create(
            Notice(
                person_id=job.arguments["person_id"],
                kind=job.arguments["kind"],
                key=job.arguments["key"],
                path=job.arguments["path"],
                created_at=NOW,
            )
            for job in Job.objects.filter(task="notifications.tasks.notify")
            if "concern" in job.arguments["path"]
        )
        for hat, seen in before.items():
            client = sign_in(org.supervisor, hat=hat)
            after = pages_of(client, "/", "/supervision/concerns/", "/supervision/matters/")

            assert len(after) > (30 if hat is None else 8)
            assert set(after) == set(seen), "no link more, and none less"
            assert [address for address, page in after.items() if any(trace in page for trace in TRACES)] == []
            missing = client.get("/supervision/concerns/01a00000-0000-7000-8000-000000000000/")
            refused = client.get(own)
            assert refused.status_code == missing.status_code == 404
            assert _plain(refused.content) == _plain(missing.content)

        reader = sign_in(org.team_manager) if route == "line_manager" else sign_in(org.hr, hat=Role.HR)
        control = pages_of(reader, "/supervision/concerns/", most=40)
        assert any("Zanzibar" in page for page in control.values()), "control: the walk finds it where it is"


def test_the_worker_whose_file_it_is_finds_no_reading_of_it_in_the_list_of_reads(
    shropshire: Org, sign_in: SignIn
) -> None:
    org = shropshire
    with time_machine.travel(NOW, tick=False):
        concern = raise_one(org)
        sign_in(org.team_manager).get(f"/supervision/concerns/{concern.pk}/")
        page = sign_in(org.hr, hat=Role.HR).get(f"/people/{org.worker.pk}/reads/").content.decode()

    assert "oncern" not in re.sub(r'<a [^>]*href="/(?:supervision/concerns|help)[^<]*</a>', "", page)


def _plain(page: bytes) -> bytes:
    """A page without what differs at every request: tokens and nonces."""
    return re.sub(rb'(nonce|value|csrfmiddlewaretoken)="[^"]*"', b"", page)


def test_a_recipient_who_supervises_by_now_is_told_of_nothing_more(shropshire: Org) -> None:
    org, concern = shropshire, raise_one(shropshire)
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.team_manager, kind="cover", starts_on=BEGAN, recorded_at=RECORDED
    )
    before = Job.objects.count()

    services.add_to_concern(concern_id=concern.pk, text="It goes on.", actor=org.actor(org.worker), at=NOON)

    assert Job.objects.count() == before
