"""Settings of the suite: the demo's, with quick password hashing and mail in memory."""

from config.settings.demo import *  # noqa: F403
from config.settings.demo import DATABASES, TEMPLATES

SECRET_KEY = "only-for-the-suite"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES = {name: {**values, "CONN_MAX_AGE": 0} for name, values in DATABASES.items()}
# Not to look through all static files for each client that a test makes
WHITENOISE_AUTOREFRESH = True
# The measure of covered templates needs it; without, each line of a template is a warning
TEMPLATES[0]["OPTIONS"]["debug"] = True  # type: ignore[index]
