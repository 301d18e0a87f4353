"""The demo's settings for a site that is being broken: mail goes to a server that may be down, the sweeper is quick."""

import os

from config.settings.demo import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("PROVE_MAIL_PORT", "9"))
EMAIL_TIMEOUT = 2
OUTBOX_PATIENCE = float(os.environ.get("PROVE_PATIENCE", "30"))
CELERY_BEAT_SCHEDULE = {"outbox-sweep": {"task": "outbox.tasks.sweep", "schedule": min(OUTBOX_PATIENCE, 20.0)}}
