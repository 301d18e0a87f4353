"""Diary entries as lists and the engine need them: of two people, and of each member of a group."""

import json
from collections.abc import Collection
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.urls import reverse

from policies.rules.kinds import COMBINED, GROUP, INDIVIDUAL
from records.pdf_wording import late_in_words

SESSION_STATUS = {"planned": "booked", "held": "held", "cancelled": "cancelled", "did_not_attend": "did_not_attend"}


class SessionRow(NamedTuple):
    """A diary entry as lists need it: a team's years of them are read for each page, and models are slow.

    ``by_supervisee``: whether it was the supervisee who cancelled, or did not come. ``exceptional``: whether the reason
    of a cancellation was; None where nobody was asked. ``format``: a row of a group is that of one member,
    ``did_not_attend`` where this one was absent; its supervisor is the facilitator.
    """

    key: str
    supervisee_id: UUID
    supervisor_id: UUID
    on: date
    starts: time
    ends: time
    status: str
    booked_at: datetime
    closed_at: datetime | None
    record_key: str | None
    record_state: str | None
    cut_short: bool = False
    minutes_lost: int = 0
    by_supervisee: bool = False
    exceptional: bool | None = None
    kind: str = COMBINED
    format: str = INDIVIDUAL
    late: str | None = None

    @property
    def pk(self) -> UUID:
        """The entry's own key."""
        return UUID(self.key)

    @property
    def record_id(self) -> UUID | None:
        """The key of its record."""
        return UUID(self.record_key) if self.record_key else None

    @property
    def minutes(self) -> int:
        """How long it is planned to last, or lasted."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute

    @property
    def undisturbed_minutes(self) -> int:
        """What counts towards the policy's length: the minutes held, less those lost to interruptions."""
        return max(self.minutes - self.minutes_lost, 0)

    @property
    def shown_status(self) -> str:
        """The status as pages say it: a session that was cut short is held, and says so."""
        return "cut_short" if self.cut_short else SESSION_STATUS[self.status]

    @property
    def group_status(self) -> str:
        """The same for somebody in a group: present or absent."""
        return {"held": "present", "did_not_attend": "absent"}.get(self.status) or self.shown_status

    @property
    def late_words(self) -> str:
        """How long after the session its record was entered, where that was a later day, as it was signed."""
        words = late_in_words(json.loads(self.late)) if self.late else []
        return words[0][1] if words else ""

    @property
    def is_group(self) -> bool:
        """Whether it was supervision in a group."""
        return self.format == GROUP

    @property
    def url(self) -> str:
        """Its page."""
        if self.is_group:
            return reverse("supervision:group-detail", args=[self.key])
        return reverse("supervision:session-detail", args=[self.key])

    @property
    def is_planned(self) -> bool:
        """Whether nothing has become of it yet."""
        return self.status == "planned"

    @property
    def is_held(self) -> bool:
        """Whether it happened."""
        return self.status == "held"


# Written out since home and team ask it with every page; what the state says is SupervisionSession.with_record_state's,
# with refusals told apart as records.rules.standing_of does, by the answer and not by what was added later
SESSION_ROWS = """
SELECT id::text, supervisee_id::text, supervisor_id::text, "on", starts, ends, status, booked_at, closed_at,
    record_id::text,
    CASE WHEN record_id IS NOT NULL THEN COALESCE(
        (SELECT CASE
            WHEN state_after = 'sealed' AND meaning = 'decline' THEN 'declined'
            WHEN state_after = 'sealed' AND meaning = 'seen_not_agreed' THEN 'not_agreed'
            WHEN state_after = 'sealed' AND meaning = 'closure' THEN 'closed_unsigned'
            ELSE state_after END
        FROM records_part WHERE record_id = session.record_id AND kind NOT IN ('addendum', 'response')
        ORDER BY seq DESC LIMIT 1), 'draft'
    ) END,
    status = 'held' AND cut_short_reason <> '', minutes_lost,
    COALESCE(cancelled_by_id, missed_by_id) IS NOT DISTINCT FROM supervisee_id, exceptional, kind,
    'individual'{late}
FROM supervision_supervisionsession AS session WHERE supervisee_id = ANY(%(people)s)
UNION ALL
SELECT session.id::text, member.person_id::text, facilitator_id::text, "on", starts, ends,
    CASE WHEN status <> 'held' OR present THEN status WHEN present IS NULL THEN 'planned' ELSE 'did_not_attend' END,
    GREATEST(booked_at, added_at), COALESCE(recorded_at, closed_at), NULL, NULL, FALSE, 0, TRUE, NULL::boolean, kind,
    'group'{no_late}
FROM supervision_groupmember AS member JOIN supervision_groupsession AS session ON session.id = session_id
LEFT JOIN LATERAL (
    SELECT present, recorded_at FROM supervision_groupattendance
    WHERE member_id = member.id AND recorded_at <= %(known_at)s ORDER BY recorded_at DESC, id DESC LIMIT 1
) AS last ON TRUE
WHERE member.person_id = ANY(%(people)s) AND (removed_at IS NULL OR removed_at > %(known_at)s)
ORDER BY 4, 5
"""


# How late a record was entered, as its last text says: asked for where rows show it, as it is read from the signed bytes
LATE = """,
    (SELECT convert_from(body, 'UTF8')::jsonb -> 'late' FROM records_part
    WHERE record_id = session.record_id AND kind = 'text' ORDER BY seq DESC LIMIT 1)"""


def session_rows(
    *, people: Collection[UUID], with_late: bool = False, known_at: datetime | None = None
) -> list[SessionRow]:
    """The sessions of people whose diary the caller may read, in order of time, each with its record's state.

    Those in groups among them, as far as each person was invited; ``known_at``: who was there as entered by then.
    """
    known = {str(person): person for person in people}

    def uuid_of(key: str) -> UUID:
        # The same few people over and over: made once, as making them costs as much as reading the rows
        return known.get(key) or known.setdefault(key, UUID(key))

    with connection.cursor() as cursor:
        cursor.execute(
            SESSION_ROWS.format(late=LATE if with_late else "", no_late=", NULL" if with_late else ""),
            {"people": list(people), "known_at": known_at or "infinity"},
        )
        return [
            SessionRow(key, uuid_of(supervisee), uuid_of(supervisor), *rest)
            for key, supervisee, supervisor, *rest in cursor.fetchall()
        ]
