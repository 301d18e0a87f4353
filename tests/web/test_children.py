"""The pages about children: the list, one child, what is changed of it, and what was discussed in a session."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from cases.models import Allocation, Child, Override
from staff.models import Absence
from supervision.models.discussions import Discussion
from tests.cases_kit import at, child_with, discuss
from tests.diary_kit import held
from tests.org import add_person, put_under

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shropshire")]

LIST = reverse("supervision:child-list")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def child(org):
    return child_with(
        org.worker, reference="P2001", plan_type="looked_after", discussed=(date(2026, 5, 4), date(2026, 8, 3))
    )


def day(name, on):
    return {f"{name}_0": on.day, f"{name}_1": on.month, f"{name}_2": on.year}


def page(child, what="detail"):
    room = "supervision" if what == "detail" else "cases"
    return reverse(f"{room}:child-{what}", args=[child.pk])


def test_a_supervisor_sees_the_children_of_supervisees_the_longest_due_first(org, child, sign_in):
    child_with(org.worker, reference="P2002", discussed=(date(2026, 7, 1),))
    child_with(org.outsider, reference="P2003")

    text = sign_in(org.supervisor).get(LIST).content.decode()

    assert text.index("P2002") < text.index("P2001")
    assert "P2003" not in text
    assert "Child’s P number" in text
    assert "Looked after" in text
    assert org.worker.name in text


def test_a_worker_sees_the_own_children_and_no_button_to_add(org, child, sign_in):
    answer = sign_in(org.worker).get(LIST)

    assert "P2001" in answer.content.decode()
    assert reverse("cases:child-add") not in answer.content.decode()


def test_shows_when_it_is_due_with_its_why(org, child, sign_in):
    text = sign_in(org.supervisor).get(page(child)).content.decode()

    assert "3 October 2026" in text
    assert "Overdue" in text
    assert "Why" in text


def test_the_list_is_filtered_by_its_address(org, child, sign_in):
    child_with(org.team_manager, reference="P2004", without_worker=True, discussed=(date(2026, 11, 2),))
    client = sign_in(org.team_manager)

    everything = client.get(LIST).content.decode()
    waiting = client.get(LIST, {"status": "without_worker"}).content.decode()
    of_worker = client.get(LIST, {"holder": str(org.worker.pk)}).content.decode()
    nonsense = client.get(LIST, {"status": "x", "holder": "y", "page": "z"}).content.decode()

    def shown(text):
        return [reference for reference in ("P2001", "P2004") if reference in text]

    assert shown(everything) == ["P2001", "P2004"]
    assert shown(waiting) == ["P2004"]
    assert shown(of_worker) == ["P2001"]
    assert shown(nonsense) == ["P2001", "P2004"]


def test_a_child_of_somebody_who_is_away_is_marked_and_stands_against_the_manager(org, child, sign_in):
    Absence.objects.create(
        person=org.worker, kind="sickness", starts_on=date(2026, 9, 1), recorded_at=at(date(2026, 9, 1))
    )

    text = sign_in(org.supervisor).get(page(child)).content.decode()

    assert "Held without a worker: away" in text
    assert f"It stands against {org.supervisor.name}." in text


@pytest.mark.parametrize("typed", ["P2001", " p2001 "])
def test_finds_a_child_by_its_exact_reference(org, child, sign_in, typed):
    answer = sign_in(org.supervisor).post(reverse("supervision:child-find"), {"reference": typed})

    assert answer.url == page(child)


@pytest.mark.parametrize(("who", "typed"), [("outsider", "P2001"), ("supervisor", "P200"), ("supervisor", "")])
def test_finds_nothing_outside_ones_sight_or_by_a_part(org, child, sign_in, who, typed):
    client = sign_in(getattr(org, who))

    answer = client.post(reverse("supervision:child-find"), {"reference": typed}, follow=True)

    assert "None of the children whom you can see has this reference" in answer.content.decode()


def added(client, org, **changed):
    typed = {
        "reference": "P3001",
        "initials": "",
        "plan_types": ["child_in_need"],
        "holder_id": str(org.worker.pk),
        "in_error": "new",
        "reason": "",
    }
    return client.post(reverse("cases:child-add"), typed | day("starts_on", date(2026, 11, 2)) | changed)


def test_a_supervisor_adds_a_child(org, sign_in):
    answer = added(sign_in(org.supervisor), org)

    child = Child.objects.get(reference="P3001")
    assert answer.url == page(child)
    assert Allocation.objects.get(child=child).holder == org.worker


def test_a_name_is_refused_beside_its_field_and_nothing_typed_is_lost(org, sign_in):
    answer = added(sign_in(org.supervisor), org, reference="Amy Shaw", initials="AS")
    text = answer.content.decode()

    assert "This looks like a name" in text
    assert 'value="Amy Shaw"' in text
    assert 'value="AS"' in text
    assert not Child.objects.exists()


def test_a_child_is_given_to_another_worker(org, child, sign_in):
    second = add_person("Ben Amin", team=org.team, job_title="Social worker")
    put_under(second, org.supervisor)
    client = sign_in(org.supervisor)
    typed = {"way": "transferred", "to_id": ""} | day("starts_on", date(2026, 11, 9))

    refused = client.post(page(child, "allocate"), typed)
    given = client.post(page(child, "allocate"), typed | {"to_id": str(second.pk)})

    assert "Choose the worker." in refused.content.decode()
    assert given.url == page(child)
    assert Allocation.objects.get(child=child, ends_on=None).holder == second
    text = client.get(page(child)).content.decode()
    assert "Transferred to Ben Amin" in text
    assert f"No longer with {org.worker.name}" in text


def test_a_manager_holds_a_child_without_a_worker(org, child, sign_in):
    typed = {"way": "held_without_worker", "to_id": ""} | day("starts_on", date(2026, 11, 9))

    sign_in(org.supervisor).post(page(child, "allocate"), typed)

    held = Allocation.objects.get(child=child, ends_on=None)
    assert (held.holder, held.without_worker) == (org.supervisor, True)


def test_plan_types_are_changed(org, child, sign_in):
    typed = {"plan_types": ["child_protection_plan"]} | day("starts_on", date(2026, 11, 9))

    sign_in(org.supervisor).post(page(child, "plan-types"), typed)

    assert list(child.plan_types.filter(ends_on=None).values_list("plan_type", flat=True)) == ["child_protection_plan"]


def test_an_interval_of_its_own_is_set_shown_and_ended(org, child, sign_in):
    client = sign_in(org.supervisor)
    typed = {"every": "P2W", "reason": "Three moves in a month."} | day("review_on", date(2027, 1, 4))

    client.post(page(child, "interval"), typed)
    shown = client.get(page(child)).content.decode()
    client.post(page(child, "interval-end"))

    assert "Every 2 weeks" in shown
    assert "Three moves in a month." in shown
    assert not Override.objects.live(date(2026, 11, 9)).exists()


def test_a_case_is_closed_and_goes_out_of_sight(org, child, sign_in):
    client = sign_in(org.supervisor)

    answer = client.post(page(child, "close"), day("ends_on", date(2026, 11, 9)), follow=True)

    assert "is closed" in answer.content.decode()
    assert client.get(page(child)).status_code == 404


@pytest.mark.parametrize("what", ["allocate", "plan-types", "interval", "close"])
@pytest.mark.parametrize(("who", "status"), [("worker", 403), ("team_manager", 403), ("outsider", 404)])
def test_only_the_supervisor_of_the_holder_changes_a_child(org, child, sign_in, what, who, status):
    assert sign_in(getattr(org, who)).get(page(child, what)).status_code == status


@pytest.fixture
def session(org, child):
    return held(org.worker, org.supervisor, on=date(2026, 11, 9))


def marked(client, session, **typed):
    return client.post(reverse("supervision:session-children", args=[session.pk]), typed)


def test_says_which_children_were_discussed(org, child, session, sign_in):
    other = child_with(org.worker, reference="P2005")
    client = sign_in(org.supervisor)
    assert (
        reverse("supervision:session-children", args=[session.pk])
        in client.get(reverse("supervision:session-detail", args=[session.pk])).content.decode()
    )

    refused = marked(client, session, **{f"depth-{child.pk}": "in_depth", f"depth-{other.pk}": "not_discussed"})
    text = refused.content.decode()

    assert "Say why P2005 was not discussed." in text
    assert not Discussion.objects.filter(session=session).exists()

    typed = {f"depth-{child.pk}": "in_depth", f"depth-{other.pk}": "not_discussed", f"reason-{other.pk}": "No time."}
    marked(client, session, **typed)

    rows = Discussion.objects.filter(session=session).order_by("child__reference")
    assert list(rows.values_list("child", "depth", "reason")) == [
        (child.pk, "in_depth", ""),
        (other.pk, "not_discussed", "No time."),
    ]


def test_the_child_least_lately_discussed_in_depth_heads_the_page(org, child, session, sign_in):
    brief = child_with(org.worker, reference="P2006", discussed=(date(2026, 2, 2),))
    discuss(brief, org.worker, on=date(2026, 10, 5), depth="brief")

    text = sign_in(org.supervisor).get(reverse("supervision:session-children", args=[session.pk])).content.decode()

    assert text.index("P2006") < text.index("P2001")


@pytest.mark.parametrize("number", [2, 60])
def test_the_list_asks_the_same_few_queries_whatever_the_number(org, sign_in, number, django_assert_max_num_queries):
    for _ in range(number):
        child_with(org.worker, discussed=(date(2026, 9, 1),))
    client = sign_in(org.supervisor)
    client.get(LIST)

    with django_assert_max_num_queries(10):
        client.get(LIST)


def test_a_childs_page_asks_few_queries(org, child, sign_in, django_assert_max_num_queries):
    client = sign_in(org.supervisor)
    client.get(page(child))

    with django_assert_max_num_queries(12):
        client.get(page(child))


def test_the_team_and_the_person_say_how_many_children_there_are_and_how_many_are_overdue(org, child, sign_in):
    child_with(org.worker, discussed=(date(2026, 8, 3), date(2026, 11, 2)))
    client = sign_in(org.supervisor)

    team = client.get(reverse("supervision:team")).content.decode()
    person = client.get(reverse("supervision:person-detail", args=[org.worker.pk])).content.decode()
    above = sign_in(org.head).get(reverse("supervision:person-detail", args=[org.worker.pk])).content.decode()

    assert "1 overdue" in team
    assert "2 children</a>, 1 overdue for discussion" in person
    assert f"{LIST}?holder={org.worker.pk}" in person
    assert f"{LIST}?holder={org.worker.pk}" not in above
