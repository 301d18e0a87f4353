"""What was shared of supervision: its category, advice, agreement of both, and whether the supervisee is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from staff.models import SupervisionRelationship
from supervision import selectors, services
from supervision.models import Disclosure, DisclosureEntry, Reference
from supervision.rules.matters import Advice
from tests.org import RECORDED, Org
from tests.records_kit import NOON
from trail.models import Entry

TODAY = NOON.date()


def log(org: Org, **options: Any) -> Disclosure:
    return services.log_disclosure(
        **{
            "supervisee_id": org.worker.pk,
            "what": "That visits are made alone at night.",
            "category": "staff_safety",
            "shared_with": "Tom Mills, team manager",
            "shared_on": TODAY,
            "advice": Advice(),
            "not_told_because": "",
            "actor": org.actor(org.supervisor),
            "at": NOON,
            **options,
        }
    )


def seen(org: Org, person: Any) -> list[Disclosure]:
    return list(Disclosure.objects.visible_to(org.actor(person)))


@pytest.mark.req("R100")
def test_an_entry_says_what_why_with_whom_when_and_by_whom(shropshire: Org) -> None:
    disclosure = log(shropshire)

    assert (disclosure.category, disclosure.shared_with, disclosure.shared_on, disclosure.made_by_id) == (
        "staff_safety",
        "Tom Mills, team manager",
        TODAY,
        shropshire.supervisor.pk,
    )
    slugs = [slug for slug, _ in selectors.categories_to_share(on=TODAY)]
    assert len(slugs) == 9
    assert slugs[-1] == "by_agreement"
    with pytest.raises(RuleBroken, match="Choose one of the categories"):
        log(shropshire, category="gossip")


@pytest.mark.req("R100")
@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"what": ""}, "what"),
        ({"shared_with": " "}, "shared_with"),
        ({"shared_on": None}, "shared_on"),
        ({"shared_on": date(2026, 12, 1)}, "shared_on"),
        ({"category": "by_agreement"}, "shared_on"),
        ({"category": "by_agreement", "shared_on": None, "not_told_because": "x"}, "not_told_because"),
        ({"advice": Advice(source="Tom Mills")}, "advice_on"),
        ({"advice": Advice(source="Tom Mills", on=TODAY)}, "advice_outcome"),
    ],
)
def test_it_says_what_is_missing(shropshire: Org, options: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        log(shropshire, **options)
    assert refusal.value.field == field


@pytest.mark.req("R102")
def test_advice_that_was_sought_is_kept_with_its_outcome(shropshire: Org) -> None:
    disclosure = log(shropshire, advice=Advice("Tom Mills", TODAY, "Share it, and tell Amara."))

    assert (disclosure.advice_from, disclosure.advice_on, disclosure.advice_outcome) == (
        "Tom Mills",
        TODAY,
        "Share it, and tell Amara.",
    )


# The agreement of both


@pytest.mark.req("R101")
def test_what_needs_agreement_is_shared_only_once_both_have_agreed(shropshire: Org) -> None:
    org = shropshire
    disclosure = log(org, category="by_agreement", shared_on=None)
    shared: dict[str, Any] = {
        "disclosure_id": disclosure.pk,
        "on": TODAY,
        "actor": org.actor(org.supervisor),
        "at": NOON,
    }
    assert disclosure.status == "to_agree"
    with pytest.raises(RuleBroken, match="only once both of you have agreed"):
        services.note_shared(**shared)
    with pytest.raises(NotAllowed):
        services.answer_disclosure(disclosure_id=disclosure.pk, agrees=True, actor=org.actor(org.supervisor), at=NOON)

    services.answer_disclosure(disclosure_id=disclosure.pk, agrees=True, actor=org.actor(org.worker), at=NOON)
    services.note_shared(**shared)

    assert Disclosure.objects.get().status == "shared"
    assert list(disclosure.entries.values_list("kind", "author_id")) == [
        ("agreed", org.worker.pk),
        ("shared", org.supervisor.pk),
    ]


@pytest.mark.req("R101")
def test_what_was_not_agreed_to_stays_unshared(shropshire: Org) -> None:
    org = shropshire
    disclosure = log(org, category="by_agreement", shared_on=None)
    answer: dict[str, Any] = {"disclosure_id": disclosure.pk, "actor": org.actor(org.worker), "at": NOON}
    services.answer_disclosure(**answer, agrees=False)

    with pytest.raises(RuleBroken, match="answered already"):
        services.answer_disclosure(**answer, agrees=True)
    with pytest.raises(RuleBroken, match="only once both"):
        services.note_shared(disclosure_id=disclosure.pk, on=TODAY, actor=org.actor(org.supervisor), at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisclosureEntry.objects.create(disclosure=disclosure, kind="agreed", author=org.worker, at=NOON)


def test_the_answer_is_told_to_the_supervisor_of_the_day(shropshire: Org) -> None:
    org = shropshire
    disclosure = log(org, category="by_agreement", shared_on=None)
    change = TODAY + timedelta(days=1)
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=change)
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.outsider, starts_on=change, recorded_at=RECORDED
    )
    Job.objects.all().delete()

    services.answer_disclosure(
        disclosure_id=disclosure.pk, agrees=True, actor=org.actor(org.worker, on=change), at=NOON
    )

    assert [job.arguments["person_id"] for job in Job.objects.all()] == [str(org.outsider.pk)]


# Telling the supervisee


@pytest.mark.req("R164")
def test_the_supervisee_is_told(shropshire: Org) -> None:
    disclosure = log(shropshire)

    job = Job.objects.get(arguments__kind="disclosure_made")
    assert job.arguments["person_id"] == str(shropshire.worker.pk)
    assert "night" not in str(job.arguments)
    assert seen(shropshire, shropshire.worker) == [disclosure]


@pytest.mark.req("R164")
def test_not_telling_needs_a_reason_and_keeps_it_from_them_until_they_are_told(shropshire: Org) -> None:
    org = shropshire
    disclosure = log(org, not_told_because="The police asked for it.")
    assert seen(org, org.worker) == []
    assert seen(org, org.supervisor) == seen(org, org.team_manager) == [disclosure]
    assert not Job.objects.exists()

    services.note_told(disclosure_id=disclosure.pk, actor=org.actor(org.supervisor), at=NOON)

    assert seen(org, org.worker) == [disclosure]
    with pytest.raises(RuleBroken, match="told already"):
        services.note_told(disclosure_id=disclosure.pk, actor=org.actor(org.supervisor), at=NOON)


def test_nobody_else_sees_the_log(shropshire: Org) -> None:
    org = shropshire
    log(org)

    assert [seen(org, person) for person in (org.head, org.outsider, org.psw, org.hr, org.sysadmin)] == [[]] * 5


def test_a_mistake_is_put_right_beside_the_entry(shropshire: Org) -> None:
    org = shropshire
    disclosure = log(org)
    services.correct_disclosure(
        disclosure_id=disclosure.pk, text="It was on the 8th.", actor=org.actor(org.supervisor), at=NOON
    )

    assert disclosure.entries.get().text == "It was on the 8th."
    with pytest.raises(Exception, match="denied|append"), transaction.atomic():
        Disclosure.objects.update(what="x")
    with pytest.raises(NotAllowed):
        services.correct_disclosure(disclosure_id=disclosure.pk, text="x", actor=org.actor(org.team_manager), at=NOON)


def test_reading_the_log_is_noted_whether_or_not_anything_is_in_it(shropshire: Org) -> None:
    org = shropshire
    for person in (org.team_manager, org.supervisor, org.worker):
        services.read_shared(person=org.worker, actor=org.actor(person), at=NOON)

    assert sorted(Entry.objects.filter(verb="disclosure_log.read").values_list("via", flat=True)) == [
        "next up",
        "supervisor",
    ]


# Processes elsewhere, and support


def enter(org: Org, **options: Any) -> Reference:
    return services.add_reference(
        **{
            "supervisee_id": org.worker.pk,
            "kind": "complaint",
            "number": "CMP-2026-114",
            "note": "",
            "starts_on": TODAY,
            "ends_on": None,
            "replaces_id": None,
            "actor": org.actor(org.supervisor),
            "at": NOON,
            **options,
        }
    )


@pytest.mark.req("R024", "R090", "R092", "R162")
@pytest.mark.parametrize("kind", ["complaint", "compliment", "capability", "disciplinary", "practice"])
def test_a_process_elsewhere_is_entered_by_reference_and_dates_alone(shropshire: Org, kind: str) -> None:
    assert enter(shropshire, kind=kind).number == "CMP-2026-114"
    with pytest.raises(RuleBroken, match="stays out of supervision"):
        enter(shropshire, kind=kind, note="He said that she said.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Reference.objects.create(
            supervisee=shropshire.worker,
            kind=kind,
            note="x",
            starts_on=TODAY,
            made_by=shropshire.supervisor,
            made_at=NOON,
        )


@pytest.mark.req("R029", "R166")
def test_occupational_health_and_support_have_their_date_and_are_for_the_two_alone(shropshire: Org) -> None:
    org = shropshire
    made = enter(org, kind="oh_made", number="")
    support = enter(org, kind="support", number="", note="A talk after the hearing. It helped.")
    compliment = enter(org, kind="compliment")

    def shown(person: Any) -> set[Reference]:
        return set(Reference.objects.visible_to(org.actor(person)))

    assert shown(org.worker) == shown(org.supervisor) == {made, support, compliment}
    assert shown(org.team_manager) == {compliment}
    assert shown(org.head) == shown(org.hr) == set()


def test_an_entry_is_ended_by_another_and_the_first_stays(shropshire: Org) -> None:
    org = shropshire
    first = enter(org)
    second = enter(org, ends_on=TODAY, replaces_id=first.pk)

    page = selectors.shared_page(person=org.worker, actor=org.actor(org.supervisor))
    assert (page.references, Reference.objects.count()) == ([second], 2)
    with pytest.raises(RuleBroken, match="put right already"):
        enter(org, replaces_id=first.pk)
