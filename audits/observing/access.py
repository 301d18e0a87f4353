"""Who may plan, agree to, hold and write an observation."""

from audits.models import Observation
from core.actor import Actor
from core.errors import NotAllowed
from staff.models import StaffMember


def check_can_observe(actor: Actor, person: StaffMember) -> None:
    """Plan an observation of somebody: who supervises or manages them; so never oneself. Raises NotAllowed."""
    if person.pk == actor.staff_id:
        raise NotAllowed("Nobody observes themselves. Your supervisor can plan this.")
    if person.pk not in actor.supervises | actor.manages:
        raise NotAllowed(f"Only who supervises or manages {person.name} plans an observation of them.")


def check_observes(actor: Actor, observation: Observation) -> None:
    """Move, hold, give up, write: who observes, while they supervise or manage the observed. Raises NotAllowed."""
    if observation.observer_id != actor.staff_id:
        raise NotAllowed("Only the person who observes can do this.")
    if observation.observed_id not in actor.supervises | actor.manages:
        raise NotAllowed("You no longer supervise or manage this person. Whoever does now can plan another one.")


def check_is_asked(actor: Actor, observation: Observation) -> None:
    """Say whether one agrees: each for themselves. Raises NotAllowed."""
    if actor.staff_id not in (observation.observed_id, observation.practitioner_id):
        raise NotAllowed("Only those who are observed say whether they agree.")


def check_speaks_with_family(actor: Actor, observation: Observation) -> None:
    """Pass on what a family said: the worker who works with them. Raises NotAllowed."""
    if observation.kind != Observation.Kind.PRACTICE or observation.observed_id != actor.staff_id:
        raise NotAllowed("Only the worker who is observed asks the family, and notes what they said.")


def check_can_link_session(actor: Actor, observation: Observation) -> None:
    """Say in which session it is spoken of: the two people of it. Raises NotAllowed."""
    if actor.staff_id not in (observation.observer_id, observation.observed_id):
        raise NotAllowed("Only the two people of this observation say when they speak of it.")
    if observation.kind != Observation.Kind.PRACTICE:
        raise NotAllowed("This observation is of a session already.")


def check_can_read_of(actor: Actor, person: StaffMember) -> None:
    """When somebody was last observed: oneself, and those of one's own line. Raises NotAllowed."""
    line = actor.supervises | actor.manages | actor.next_up_for | actor.above_for
    if person.pk != actor.staff_id and person.pk not in line:
        raise NotAllowed(f"Only {person.name} and their own line see this.")
