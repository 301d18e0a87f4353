"""The command by which an authority begins to go by a policy."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from policies.models import Adoption
from tests.org import Org


def test_a_loaded_policy_comes_into_force(org: Org) -> None:
    call_command("load_policies", stdout=StringIO())
    said = StringIO()

    call_command("adopt_policy", "shropshire-2017", "--from", "2027-01-04", stdout=said)

    assert Adoption.objects.get().starts_on == date(2027, 1, 4)
    assert "is in force from 4 January 2027." in said.getvalue()


def test_one_that_is_not_loaded_is_refused_in_a_sentence(org: Org) -> None:
    with pytest.raises(CommandError, match="Load it first"):
        call_command("adopt_policy", "nowhere", "--from", "2027-01-04")
