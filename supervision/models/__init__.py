"""Models of supervision, a module for each thing."""

from supervision.models.diary import SessionMove, SupervisionSession, SupervisionSessionQuerySet

__all__ = ["SessionMove", "SupervisionSession", "SupervisionSessionQuerySet"]
