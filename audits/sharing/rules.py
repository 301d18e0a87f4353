"""What may be shared: pure checks."""

from datetime import datetime

from core.errors import RuleBroken


def check_may_share(*, is_signed: bool, given_up_at: datetime | None) -> None:
    """Nothing is shared before it is signed. Raises RuleBroken."""
    if given_up_at is not None or not is_signed:
        raise RuleBroken("This audit is not signed yet. It can be shared once it is.")
