"""The demo authority under each policy that ships: it loads, its people have the policy's kinds, its records its forms."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from runner import prepare

from compliance.demo import people
from compliance.demo.fitting import FITS, PLACES
from compliance.demo.load import load
from compliance.models import Flag
from core.errors import RuleBroken
from policies.files import pack_ids
from policies.selectors import policy_in_force, record_template
from records.models import Record
from records.rules import Kind
from staff.models import CategoryHeld, StaffMember
from tests.org import sign_in_as
from trail.models import Entry

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Nobody of the demo is a student; and its office has no place in any other policy. Camden's reviewing officers may
# write notes, and of their own supervision its guide says nothing: the demo's officer goes by the row of social workers
NOT_THERE = {"student", "iro"}
A_YEAR = 365


def test_the_demo_fits_every_policy_that_ships() -> None:
    assert set(FITS) == set(pack_ids())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(set(FITS) - {"shropshire-2017"}))
def test_it_loads_and_opens_under_each_policy(slug: str, settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        load(at=NOW, say=lambda _: None, policy=slug)

        policy = policy_in_force(NOW.date())
        assert policy
        assert policy.id == slug
        held = set(CategoryHeld.objects.values_list("category", flat=True))
        assert held == {category.id for category in policy.categories} - NOT_THERE
        written = Record.objects.filter(kind=Kind.WORKER_RECORD)
        forms = set(written.values_list("template_slug", flat=True).distinct())
        assert forms
        assert forms <= set(PLACES)
        record = written.filter(subject__name=people.THOMAS).latest("created_at")
        assert record_template(record.template_slug).record_kind == record.kind
        groups = Flag.objects.standing().filter(rule="reflective-group")
        late = [flag.days_overdue(NOW.date()) for flag in groups if flag.kind == "worker"]
        assert max(late, default=0) < A_YEAR, "everybody had a group since the history began"
        client = sign_in_as(StaffMember.objects.get(name=people.PRIYA))
        for address in (
            reverse("compliance:home"),
            reverse("supervision:team"),
            reverse("supervision:diary") + "?view=month",
            reverse("policies:policy-detail"),
            reverse("supervision:person-detail", args=[record.subject_id]),
            reverse("records:record-detail", args=[record.pk]),
        ):
            assert client.get(address).status_code == 200, address


@pytest.mark.django_db
def test_a_policy_that_does_not_ship_is_refused() -> None:
    with pytest.raises(RuleBroken, match="The demo can go by baseline-lga-2020, camden-short-guide"):
        load(at=NOW, say=lambda _: None, policy="nowhere")


@pytest.mark.django_db
def test_a_database_made_for_another_policy_is_said_with_how_to_begin_anew() -> None:
    assert prepare._loaded_for() == ""
    assert "are no demo's" in prepare._sentence("", wanted="st-helens")
    Entry.objects.create(at=NOW, verb="demo.loaded", detail={"policy": "camden-short-guide"})

    sentence = prepare._sentence(prepare._loaded_for(), wanted="st-helens")

    assert "was loaded for camden-short-guide, and stays so" in sentence
    assert "remove the folder var/ and type bin/run --policy st-helens again" in sentence
