"""Observations and second judgements that an address can name, for the world of the sweep."""

from collections.abc import Callable
from datetime import date
from typing import Any

from audits.moderating import services as moderating
from tests.moderating_kit import signed_audit
from tests.observing_kit import ObservingKit
from tests.org import Org, add_person
from tests.records_kit import NOON


def examining_things(org: Org, *, named: Callable[..., Any]) -> dict[str, Any]:
    """Observations of the worker by the supervisor: planned, agreed to, held; a signed audit of the worker's file by the
    next up, and a second judgement of another that somebody else gave.
    """
    kit = ObservingKit(org)
    planned, agreed = kit.practice(), kit.agree(kit.practice())
    held = kit.hold(kit.agree(kit.practice()))
    audits = [
        signed_audit(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, on=date(2026, 10, 5))
        for _ in range(2)
    ]
    return {
        "observation of the worker": named(kwargs={"observation_id": planned.pk}),
        "observation of the worker that was agreed to": named(
            kwargs={"observation_id": agreed.pk}, data={"on_0": "9", "on_1": "11", "on_2": "2026"}
        ),
        "observation of the worker that was held": named(kwargs={"observation_id": held.pk}),
        "record of an observation that was held": named(kwargs={"record_id": held.record_id}),
        "signed audit of the worker's file": named(kwargs={"audit_id": audits[0].pk}),
        "second judgement of an audit of the worker's file": named(
            kwargs={"moderation_id": second_judgement(org, audits[1].pk)},
            data={"judgement": "Good", "words": "Careful work."},
        ),
    }


def second_judgement(org: Org, audit_id: Any) -> Any:
    """Asked for by the manager of the next up, and given by somebody in none of the relations; the file is closed again."""
    moderator = add_person("Mona Vale", team=org.other_team, job_title="Team manager")
    asked = moderating.ask_for_moderation(
        audit_id=audit_id, to_id=moderator.pk, due_on=date(2026, 11, 20), actor=org.actor(org.head), at=NOON
    )
    actor = org.actor(moderator)
    moderating.judge(moderation_id=asked.pk, judgement="Good", words="Careful work.", actor=actor, at=NOON)
    return asked.pk
