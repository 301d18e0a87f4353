"""Who reads why somebody is overdue, and who has not signed in yet: the refusals, with their sentences."""

import pytest

from compliance import access, selectors
from core.actor import Role
from core.errors import NotAllowed
from tests.org import Org


@pytest.mark.parametrize("who", ["worker", "supervisor", "team_manager"])
def test_the_worker_and_the_two_next_managers_may_read_why(org: Org, who: str) -> None:
    access.check_can_read_why(org.actor(getattr(org, who)), org.worker.pk)


@pytest.mark.parametrize(
    ("who", "hat"),
    [
        ("head", None),
        ("outsider", None),
        ("psw", Role.PRINCIPAL_SOCIAL_WORKER),
        ("hr", Role.HR),
        ("sysadmin", Role.SYSTEM_ADMINISTRATOR),
    ],
)
def test_nobody_else_may(org: Org, who: str, hat: Role | None) -> None:
    with pytest.raises(NotAllowed, match="since when"):
        access.check_can_read_why(org.actor(getattr(org, who), hat=hat), org.worker.pk)


def test_who_has_not_signed_in_is_for_the_administrators_hat(org: Org) -> None:
    page = selectors.invited_page(
        actor=org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR), on=org.actor(org.sysadmin).on, number="1"
    )
    assert page.paginator.count == 8

    for actor in (org.actor(org.sysadmin), org.actor(org.hr, hat=Role.HR)):
        with pytest.raises(NotAllowed, match="Only a system administrator"):
            selectors.invited_page(actor=actor, on=actor.on, number="1")
