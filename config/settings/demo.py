"""Settings of the demo authority: a chooser instead of passwords, mail kept in a folder."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, SECRET_KEY, STATE_DIR

DEMO = True
LOGIN_URL = "demo-sign-in"
SECRET_KEY = SECRET_KEY or "demo-only-not-a-secret-and-refused-in-production"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = STATE_DIR / "mail"
ORGANISATION_NAME = "Demo authority"
DEMO_START = {
    "priya.nair@demo-authority.example": "Books sessions, writes their records and signs them. Has a team of eight.",
    "amara.obi@demo-authority.example": "Reads what Priya wrote about her work, then signs it or sends it back.",
    "helen.garside@demo-authority.example": "Sees who in her service is overdue, and why. Supervises Priya.",
}
# Straight from static/, so that nothing has to be collected first
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
