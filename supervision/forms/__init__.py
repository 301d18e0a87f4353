"""Forms of supervision, a module for each thing."""

from supervision.forms.diary import BookSession, CancelSession, HoldSession, MoveSession, SessionTimes, clock_field

__all__ = ["BookSession", "CancelSession", "HoldSession", "MoveSession", "SessionTimes", "clock_field"]
