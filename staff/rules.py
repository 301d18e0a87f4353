"""What may stand between two people: pure checks."""

from datetime import date, datetime, timedelta
from uuid import UUID

from core.errors import RuleBroken

# However busy somebody is: after so long they sign in again
LONGEST_SIGN_IN = timedelta(hours=12)


def sign_in_ends_at(*, began_at: datetime, active_at: datetime, idle: timedelta) -> datetime:
    """The moment from which a sign-in is over: so long after the person last did something, or began (R103)."""
    return min(active_at + idle, began_at + LONGEST_SIGN_IN)


def check_may_supervise(*, supervisor_id: UUID, supervisee_id: UUID, given_back: bool) -> None:
    """Nobody supervises themselves, directly or by a swap with a peer (sight: rules that cut across).

    ``given_back``: whether the supervisee supervises the intended supervisor then or later.
    Raises RuleBroken.
    """
    if supervisor_id == supervisee_id:
        raise RuleBroken("Nobody can supervise themselves. Choose another person.", field="to_id")
    if given_back:
        raise RuleBroken("These two people would supervise each other. Choose another supervisor.", field="to_id")


def check_may_manage(*, manager_id: UUID, person_id: UUID) -> None:
    """Nobody is their own line manager. Raises RuleBroken."""
    if manager_id == person_id:
        raise RuleBroken("Nobody can manage themselves. Choose another person.", field="manager_id")


def check_gives_not_to_oneself(*, to_id: UUID, actor_id: UUID, is_line_manager: bool, field: str) -> None:
    """Nobody grants themselves sight (sight: rules that cut across), but a line manager may supervise those managed.

    Raises RuleBroken.
    """
    if to_id == actor_id and not is_line_manager:
        raise RuleBroken("Somebody else must choose you: nobody gives this to themselves.", field=field)


def check_begins_no_earlier(*, starts_on: date, today: date, is_first: bool) -> None:
    """What was is not rewritten: only somebody's first line or supervision may begin in the past. Raises RuleBroken."""
    if starts_on < today and not is_first:
        raise RuleBroken("This cannot begin in the past. Choose today or a later day.", field="starts_on")


def check_makes_no_loop(*, manager_is_below: bool) -> None:
    """A line of management has a top. Raises RuleBroken when the manager is somewhere below the person."""
    if manager_is_below:
        raise RuleBroken(
            "That person is below this one in the line of management. Choose another manager.", field="manager_id"
        )
