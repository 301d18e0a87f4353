"""The program as it is."""

from config.celery import app
from config.wsgi import application

__all__ = ["app", "application"]
