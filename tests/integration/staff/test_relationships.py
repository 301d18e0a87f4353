"""Several supervisors, each with a part: added, changed, ended; what nobody is for is reported."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from core.errors import NotAllowed, RuleBroken
from records.models import Record
from staff.models import StaffMember, SupervisionRelationship
from staff.relationships import rules, selectors, services
from tests.org import Org, SignIn, put_under
from trail.models import Entry

TODAY = date(2026, 11, 9)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


def add(org: Org, **more: object) -> SupervisionRelationship:
    arguments: dict[str, object] = {
        "person_id": org.worker.pk,
        "kind": "professional",
        "to_id": org.outsider.pk,
        "starts_on": TODAY,
        "elements": ["practice", "professional_development"],
        "actor": org.actor(org.team_manager),
        "at": NOW,
    }
    return services.add_supervisor(**(arguments | more))  # type: ignore[arg-type]


def by_line(org: Org) -> SupervisionRelationship:
    return org.worker.supervision_received.get(kind="line_management")


def divide(org: Org, *elements: str) -> None:
    services.change_relationship(
        relationship_id=by_line(org).pk, elements=elements, actor=org.actor(org.team_manager), at=NOW
    )


def left_out(org: Org, *, on: date = TODAY) -> list[str]:
    found = selectors.left_out_elements(people=StaffMember.objects.all(), on=on)
    return [f"{row.name}: {row.elements}" for row in found]


# The rule


def test_a_relationship_that_names_nothing_is_for_everything() -> None:
    asked = rules.needed(["combined", "practice"])

    assert asked == {"personal", "case", "practice"}
    assert rules.left_out(asked, [[], ["practice"]]) == []
    assert rules.left_out(asked, [["personal"], ["practice"]]) == ["Case supervision"]
    assert rules.left_out(asked, [["personal", "case"], ["practice"]]) == []
    assert rules.left_out(asked, []) == [], "who has nobody at all is reported as such"


# Adding and dividing


@pytest.mark.req("R268", "R275")
def test_a_professional_supervisor_stands_beside_the_one_by_line_management(shropshire: Org) -> None:
    added = add(shropshire)

    assert set(shropshire.worker.supervision_received.live(TODAY)) == {added, by_line(shropshire)}
    assert shropshire.worker.pk in shropshire.actor(shropshire.outsider).supervises
    assert shropshire.worker.pk in shropshire.actor(shropshire.supervisor).supervises
    assert Entry.objects.get(verb="supervisor.added").about_id == shropshire.worker.pk
    assert left_out(shropshire) == [], "line management is for everything until somebody says otherwise"


@pytest.mark.req("R275")
def test_an_element_that_the_policy_asks_for_and_nobody_has_is_reported(shropshire: Org) -> None:
    add(shropshire)
    divide(shropshire, "personal")

    assert left_out(shropshire) == ["Amara Obi: Case supervision"]

    divide(shropshire, "personal", "case")
    assert left_out(shropshire) == []


def test_cover_takes_no_part_in_that(shropshire: Org) -> None:
    divide(shropshire, "personal")
    SupervisionRelationship.objects.create(
        supervisee=shropshire.worker, supervisor=shropshire.outsider, kind="cover", starts_on=TODAY, recorded_at=NOW
    )

    assert left_out(shropshire) == ["Amara Obi: Case supervision"]


def test_both_see_what_is_recorded(shropshire: Org) -> None:
    add(shropshire)

    seen = [Record.objects.visible_to(shropshire.actor(who)) for who in (shropshire.supervisor, shropshire.outsider)]

    assert list(seen[0]) == list(seen[1])


def test_one_of_the_same_kind_follows_the_other_and_one_is_ended(shropshire: Org) -> None:
    first = add(shropshire, starts_on=date(2026, 11, 10))
    second = add(shropshire, to_id=shropshire.head.pk, starts_on=date(2026, 12, 1))
    services.change_relationship(
        relationship_id=second.pk,
        elements=[],
        last_day=date(2026, 12, 31),
        actor=shropshire.actor(shropshire.team_manager),
        at=NOW,
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ends_on, second.ends_on, second.elements) == (date(2026, 12, 1), date(2027, 1, 1), [])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "cover"}, "kind"),
        ({"elements": ["leadership"]}, "elements"),
        ({"starts_on": date(2026, 11, 8)}, "starts_on"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(shropshire: Org, more: dict[str, object], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        add(shropshire, **more)

    assert refused.value.field == field


def test_nobody_gives_themselves_a_file_or_supervises_back(shropshire: Org) -> None:
    with pytest.raises(RuleBroken, match="nobody gives this to themselves"):
        add(shropshire, to_id=shropshire.team_manager.pk)
    put_under(shropshire.outsider, shropshire.worker, supervises=True)
    with pytest.raises(RuleBroken, match="supervise each other"):
        add(shropshire)


@pytest.mark.parametrize("who", ["worker", "outsider", "hr", "sysadmin"])
def test_nobody_else_adds_or_changes(shropshire: Org, who: str) -> None:
    with pytest.raises(NotAllowed):
        add(shropshire, actor=shropshire.actor(getattr(shropshire, who)))


def test_line_management_ends_by_a_change_of_supervisor_alone(shropshire: Org) -> None:
    with pytest.raises(RuleBroken, match="Change the supervisor"):
        services.change_relationship(
            relationship_id=by_line(shropshire).pk,
            elements=[],
            last_day=TODAY,
            actor=shropshire.actor(shropshire.team_manager),
            at=NOW,
        )


# Pages


@pytest.mark.req("R275")
def test_the_person_page_and_the_report_name_what_is_left_out(shropshire: Org, sign_in: SignIn) -> None:
    with time_machine.travel(NOW, tick=False):
        browser = sign_in(shropshire.team_manager)
        added = browser.post(
            reverse("staff:supervisor-add", args=[shropshire.worker.pk]),
            {
                "kind": "professional",
                "to_id": str(shropshire.outsider.pk),
                "elements": ["practice"],
                "starts_on_0": "9",
                "starts_on_1": "11",
                "starts_on_2": "2026",
            },
            follow=True,
        ).content.decode()
        page = browser.post(
            reverse("staff:relationship-change", args=[by_line(shropshire).pk]), {"elements": ["personal"]}, follow=True
        ).content.decode()
        report = browser.get(reverse("compliance:cover-gaps")).content.decode()
        above = sign_in(shropshire.outsider).get(reverse("compliance:cover-gaps")).content.decode()

    assert "Oscar Reed supervises Amara Obi, too, from 9 November 2026." in added
    assert "Practice supervision" in page
    assert "Nobody supervises Amara Obi in: Case supervision." in page
    assert "Amara Obi</a>: Case supervision" in report
    assert "Amara Obi</a>: Case supervision" in above, "both supervisors read it"
