"""Who asks, as a value: made once a request, for one day, from dated relationships."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """Roles that an authority gives to people over time."""

    TEAM_MANAGER = "team_manager"
    SERVICE_MANAGER = "service_manager"
    ASSISTANT_DIRECTOR = "assistant_director"
    DIRECTOR = "director"
    PRINCIPAL_SOCIAL_WORKER = "principal_social_worker"
    HR = "hr"
    SYSTEM_ADMINISTRATOR = "system_administrator"

    @property
    def label(self) -> str:
        """The words for people."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.TEAM_MANAGER: "Team manager",
    Role.SERVICE_MANAGER: "Service manager",
    Role.ASSISTANT_DIRECTOR: "Assistant director",
    Role.DIRECTOR: "Director of children's services",
    Role.PRINCIPAL_SOCIAL_WORKER: "Principal social worker",
    Role.HR: "HR",
    Role.SYSTEM_ADMINISTRATOR: "System administrator",
}

# Roles of those who lead a team, a service or more of them
LEADING_ROLES = frozenset({Role.TEAM_MANAGER, Role.SERVICE_MANAGER, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})
# Roles that are put on one at a time, and shown on the page (sight: rules that cut across)
HATS = (Role.PRINCIPAL_SOCIAL_WORKER, Role.HR, Role.SYSTEM_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on a day, with what that person's relations are.

    ``supervises``: people with a live supervisory relationship to this person. ``next_up_for``: people whose
    supervisor's line manager this person is. ``above_for``: people lower in this person's line than that.
    ``manages``: people directly managed. ``hat``: the one role of ``HATS`` that is on, if any. ``limited``: those of
    ``supervises`` of whom this person sees nothing before a day, since it is cover; ``sees_from``: that day of each.
    ``granted_people``, ``granted_children``, ``granted_records``: whose file, and what else, a live grant of sight opens,
    read only; ``unmasked``: those of them of which health and conduct are shown, too; ``watermarked``: those opened for somebody
    with a need to know, on the page alone, under the reader's name; ``archived_people``: whose whole file, audits too, HR opened
    in the archive. ``finishes``: leavers whose last day is over, of whom this person finishes what is left. ``is_outside``: somebody of another organisation, who has no line, no reach and no directory.
    """

    staff_id: UUID
    name: str
    on: date
    job_title: str = ""
    roles: frozenset[Role] = frozenset()
    supervises: frozenset[UUID] = frozenset()
    manages: frozenset[UUID] = frozenset()
    next_up_for: frozenset[UUID] = frozenset()
    above_for: frozenset[UUID] = frozenset()
    hat: Role | None = None
    limited: frozenset[UUID] = frozenset()
    sees_from: Mapping[UUID, date] = field(default_factory=dict, hash=False)
    granted_people: frozenset[UUID] = frozenset()
    granted_children: frozenset[UUID] = frozenset()
    granted_records: frozenset[UUID] = frozenset()
    unmasked: frozenset[UUID] = frozenset()
    watermarked: frozenset[UUID] = frozenset()
    archived_people: frozenset[UUID] = frozenset()
    finishes: frozenset[UUID] = frozenset()
    is_outside: bool = False

    def supervises_on(self, person_id: UUID, day: date) -> bool:
        """Whether this person supervises somebody, and sees what is of that day."""
        return person_id in self.supervises and day >= self.sees_from.get(person_id, day)

    def relation_to(self, person_id: UUID) -> str:
        """The closest relation to a person, by name, for the trail: self, supervisor, next up, above, finishes, grant, or the hat."""
        if person_id == self.staff_id:
            return "self"
        for name, people in (
            ("supervisor", self.supervises),
            ("next up", self.next_up_for),
            ("line manager", self.manages),
            ("above", self.above_for),
            ("finishes", self.finishes),
            ("grant", self.granted_people),
        ):
            if person_id in people:
                return name
        return self.hat.value if self.hat else "colleague"

    def wearing(self, hat: Role | None) -> "Actor":
        """The same person with another hat on, or none; a hat that the person does not own stays off."""
        return replace(self, hat=hat if hat in self.roles and hat in HATS else None)

    def available_hats(self) -> Iterable[Role]:
        """The hats that this person may put on, in a fixed order."""
        return [hat for hat in HATS if hat in self.roles]
