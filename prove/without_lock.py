"""Control: nobody who signs waits for anybody. Started by the campaigns alone."""

from bench.signing_without_lock import application
from config.celery import app

__all__ = ["app", "application"]
