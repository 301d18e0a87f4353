"""Rules, holds, disposals and a certificate, for the sweep of every page."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from archive.models import Disposal
from archive.retention import services
from archive.retention.rules import DataClass
from core.actor import Actor, Role
from core.clock import date_of, now
from staff.models import Custody
from tests.org import Org, add_person


def retained_things(org: Org, named: Callable[..., Any]) -> Mapping[str, Any]:
    """What addresses of retention name; another of HR did first whatever wants a second person."""
    at = now()
    other = add_person("Nora Quill", team=org.other_team, job_title="HR adviser", role=Role.HR)
    first, second = (org.actor(one, on=date_of(at), hat=Role.HR) for one in (other, org.hr))
    leavers = [add_person(name, team=org.other_team, job_title="Social worker") for name in ("Leo Marsh", "Lia Marsh")]
    for leaver in leavers:
        Custody.objects.create(person=leaver, starts_on=date_of(at) - timedelta(days=400), recorded_at=at)
    for data_class in (DataClass.LEARNING, DataClass.DIARY):
        rule = _rule(data_class, first, at)
        services.answer_rule(rule_id=rule.pk, confirmed=True, words="", actor=second, at=at)
    hold = services.place_hold(scope="class", data_class="matters", reason="An inquiry.", actor=first, at=at)
    waiting = _destruction(leavers[0].pk, DataClass.LEARNING, first, at)
    gone = _destruction(leavers[1].pk, DataClass.LEARNING, first, at)
    certificate = services.answer_disposal(disposal_id=gone.pk, approved=True, words="", actor=second, at=at)
    assert certificate
    of_file = {"person_id": leavers[0].pk}
    answer = {"answer": "no", "words": ""}
    proposed = {"outcome": "for_good", "reason": "The sweep", "source": ""}
    placed = {"scope": "everything", "reason": "The sweep"}
    return {
        "class of the retention table": named(kwargs={"data_class": "contracts"}, data=proposed),
        "rule that waits for a second person": named(
            kwargs={"rule_id": _rule(DataClass.FOLDER, first, at).pk}, data=answer
        ),
        "something to hold": named(data=placed),
        "hold that somebody else placed": named(kwargs={"hold_id": hold.pk}, data={"reason": "The sweep"}),
        "kept file of a leaver": named(kwargs=of_file, data={"reason": "The sweep"}),
        "class of a kept file": named(
            kwargs={**of_file, "data_class": "diary"}, data={"kind": "destroy", "reason": "The sweep"}
        ),
        "destruction that waits for a second person": named(kwargs={"disposal_id": waiting.pk}, data=answer),
        "certificate of a destruction": named(kwargs={"certificate_id": certificate.pk}),
    }


def _rule(data_class: DataClass, actor: Actor, at: Any) -> Any:
    return services.set_rule(
        data_class=data_class,
        outcome="after",
        trigger="left",
        months=6,
        reason="As the schedule says.",
        source="",
        actor=actor,
        at=at,
    )


def _destruction(person_id: Any, data_class: DataClass, actor: Actor, at: Any) -> Disposal:
    return services.decide(
        person_id=person_id,
        data_class=data_class,
        kind="destroy",
        until=None,
        reason="Its time is over.",
        actor=actor,
        at=at,
    )
