"""What observations, second judgements and the actions of one's own audits ask of somebody."""

from collections.abc import Iterator

from django.urls import reverse

from audits.following.selectors import Waiting
from compliance.needs.shapes import Need, Urgency
from core.templatetags.countersign import counted, long_date


def examined_needs(waiting: Waiting) -> Iterator[Need]:
    """Say whether one agrees to be observed; judge an audited file again; look after actions that are late."""
    for observation_id, on in waiting.observations:
        yield Need(
            urgency=Urgency.WAITING,
            title="Say whether you agree to be observed",
            path=reverse("audits:observation-detail", args=[observation_id]),
            action_label="Read and answer",
            hint=f"Planned for {long_date(on)}.",
            due_on=on,
        )
    for moderation_id, due_on in waiting.moderations:
        yield Need(
            urgency=Urgency.WAITING,
            title="Judge an audited supervision file a second time",
            path=reverse("audits:moderation-detail", args=[moderation_id]),
            action_label="Read the file",
            hint=f"By {long_date(due_on)}.",
            due_on=due_on,
        )
    if waiting.late_actions:
        number = len(waiting.late_actions)
        yield Need(
            urgency=Urgency.OVERDUE,
            title=f"{counted(number, 'action', 'actions')} of your audits and observations {'is' if number == 1 else 'are'} late",
            path=f"{reverse('audits:audit-actions')}?show=late",
            action_label="See which",
            hint="Whoever owns them was reminded. Ask what stands in the way.",
            due_on=waiting.late_actions[0],
            status="overdue",
        )
