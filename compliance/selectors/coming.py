"""What may come up on the home page, told with the account in its own query, so that home need not ask for what is not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from archive.models import Leaving
from staff.models import SupervisionRelationship


def what_comes() -> Combinable:
    """Of an account: the last day on which a supervision begins of its person, by it, or of those it supervises; and whether
    somebody leaves of whom it may know.
    """
    me = OuterRef("person_id")
    begins = SupervisionRelationship.objects.filter(
        Q(supervisee=me) | Q(supervisor=me) | Q(supervisee__supervision_received__supervisor=me)
    ).order_by("-starts_on")
    leaves = Leaving.objects.open().filter(
        Q(person=me)
        | Q(person__finisher=me)
        | Q(person__management_lines__manager=me)
        | Q(person__supervision_received__supervisor=me)
    )
    return JSONObject(begins_on=Subquery(begins.values("starts_on")[:1]), leaves=Exists(leaves))


@dataclass(frozen=True, slots=True)
class MayCome:
    """What may be there: a change of supervisor to come, a leaving."""

    changes: bool = True
    leavings: bool = True


def may_come(told: Mapping[str, object] | None, *, on: date) -> MayCome:
    """What the account's annotation says on a day; both may be where it says nothing."""
    if told is None:
        return MayCome()
    begins_on = told["begins_on"]
    return MayCome(changes=bool(begins_on) and date.fromisoformat(str(begins_on)) > on, leavings=bool(told["leaves"]))
