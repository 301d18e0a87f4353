"""Settings of a real authority. Refuses to start when something that protects people is missing."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    ALLOWED_HOSTS,
    ORGANISATION_NAME,
    SEAL_CERTIFICATE_FILE,
    SEAL_KEY_FILE,
    SECRET_KEY,
    SESSION_IDLE_MINUTES,
    STATE_DIR,
)

DEBUG = False

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or "demo" in SECRET_KEY or "change" in SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to 50 or more random characters of your own.")
if os.environ.get("DEBUG", "") not in ("", "0", "false", "False"):
    raise ImproperlyConfigured("DEBUG cannot be switched on in production. Remove it from the environment.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names that this service answers to, separated by commas.")
if not SEAL_KEY_FILE or not SEAL_CERTIFICATE_FILE:
    raise ImproperlyConfigured("Set SEAL_KEY_FILE and SEAL_CERTIFICATE_FILE: records are sealed with your certificate.")
if not ORGANISATION_NAME:
    raise ImproperlyConfigured("Set ORGANISATION_NAME to the name of your authority, as it shall stand on records.")
if not os.environ.get("EMAIL_HOST") or not os.environ.get("DEFAULT_FROM_EMAIL"):
    raise ImproperlyConfigured("Set EMAIL_HOST and DEFAULT_FROM_EMAIL: people are invited, and told of work, by mail.")
if not 15 <= SESSION_IDLE_MINUTES <= 30:
    raise ImproperlyConfigured("Set SESSION_IDLE_MINUTES to a number from 15 to 30, or leave it out: 20 holds then.")
for name in ("DATABASE_URL", "REDIS_URL"):
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"Set {name}.")

STARTUP_CHECKS = ["core.startup.refuse_a_powerful_role", "records.sealing.refuse_an_unfit_key"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", STATE_DIR / "static"))

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthy/$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
# How many proxies stand in front, so that limits and the log see the address of the person and not the proxy's
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "1"))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
