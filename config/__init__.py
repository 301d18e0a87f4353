"""Settings, addresses, Celery and the schedule of periodic jobs."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
