"""What may stand between two people: pure checks."""

from uuid import UUID

from core.errors import RuleBroken


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


def check_makes_no_loop(*, manager_is_below: bool) -> None:
    """A line of management has a top. Raises RuleBroken when the manager is somewhere below the person."""
    if manager_is_below:
        raise RuleBroken(
            "That person is below this one in the line of management. Choose another manager.", field="manager_id"
        )
