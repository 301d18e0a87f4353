"""The Celery application."""

import os
import sys

from celery import Celery
from celery.signals import beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured

from core import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def check_startup(**_: object) -> None:
    """The worker and the schedule refuse what the web server refuses; Celery swallows any other exception here."""
    try:
        startup.check()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
