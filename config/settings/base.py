"""Settings that hold everywhere. Secrets and addresses come from the environment."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(os.environ.get("STATE_DIR", BASE_DIR / "var"))

DEBUG = False
DEMO = False
# Whom the demo's chooser puts first: what each shows, by e-mail address
DEMO_START: dict[str, str] = {}
SECRET_KEY = os.environ.get("SECRET_KEY", "")
# By which what supervisees say of their sessions is kept apart from who said it; SECRET_KEY serves where it is empty
FEEDBACK_KEY = os.environ.get("FEEDBACK_KEY", "")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]


def database(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL address; a socket folder may stand in ``?host=``."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": options.pop("port", "") or parts.port or "",
        "OPTIONS": options,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {
    "default": database(os.environ.get("DATABASE_URL", "postgres:///countersign")),
    "owner": {
        **database(os.environ.get("DATABASE_OWNER_URL", os.environ.get("DATABASE_URL", "postgres:///countersign"))),
        "TEST": {"MIRROR": "default"},
    },
}
# What is looked up with the account on every page, in the same query: dotted names of functions that give expressions
ACCOUNT_ANNOTATIONS = {
    "unread_notices": "notifications.selectors.unread_notices",
    "is_asked_for_feedback": "supervision.feedback.selectors.is_asked",
    "waiting_survey": "compliance.healthcheck.selectors.waiting_survey",
    "waiting_in_audits": "audits.following.selectors.waiting_in_audits",
    "what_comes": "compliance.selectors.coming.what_comes",
    "may_have_requests": "archive.requests.selectors.may_have_requests",
}
# What the web server, the worker and the schedule check before they start: dotted names of functions
STARTUP_CHECKS: list[str] = []
# What ``protect_tables`` keeps, or with --check looks at, besides privileges: dotted names of functions
PROTECTIONS = ["archive.retention.protection.protect"]
# What ``verify_records`` checks besides the records themselves: dotted names of functions that give sentences
EVIDENCE_CHECKS = ["archive.retention.verification.faults"]
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")

INSTALLED_APPS = [
    "core",
    "outbox",
    "trail",
    "policies",
    "documents",
    "staff",
    "cases",
    "records",
    "notifications",
    "supervision",
    "audits",
    "archive",
    "compliance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_forms_gds",
    "csp",
    "django_htmx",
    "django_linear_migrations",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staff.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.middleware.ActorMiddleware",
    "trail.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "compliance.context_processors.navigation",
                "policies.context_processors.terms",
            ],
            # Ours says with each form who it was shown to
            "builtins": ["staff.templatetags.form_of"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT: Path | None = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Who a person is, and how they sign in
AUTH_USER_MODEL = "staff.Account"
AUTHENTICATION_BACKENDS = ["staff.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "staff.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Strict for one account (key: the address typed), wide for one network address: a whole council leaves by one
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,5/300s/key",
    "reset_password": "200/m/ip,5/m/key",
    "reset_password_from_key": "200/m/ip",
    "signup": "200/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "staff.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# A passkey is asked for with the device's own lock: a key that was left in a computer signs nothing by a touch
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Countersign"
# Addresses are given by administrators and proven by the invitation, so there is none to verify before a second factor
MFA_ALLOW_UNVERIFIED_EMAIL = True

SESSION_ENGINE = "staff.sign_ins"
SESSION_COOKIE_AGE = 12 * 60 * 60
# Minutes without anything done, after which one is signed out: 15 to 30
SESSION_IDLE_MINUTES = int(os.environ.get("SESSION_IDLE_MINUTES", "20"))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "staff.views.csrf_failure"

# Typed text is long: eight sections of the longest answer, and a margin
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Background work: the outbox remembers, the broker only carries
# For how many days at once somebody with a need to know is given sight, at most: the council's figure
NEED_TO_KNOW_MOST_DAYS = int(os.environ.get("NEED_TO_KNOW_MOST_DAYS", "28"))

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Seconds: a task is told to stop, and ended ten seconds later. The longest, a long record's PDF, takes about one
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 130
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Europe/London"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Seconds before a job that nobody has done is handed over again; twice as long after each try, up to twenty times
OUTBOX_PATIENCE = 30.0
CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": {"task": "outbox.tasks.sweep", "schedule": 20.0},
    # Every night at two; the hours after are for a machine that was off at two, and find the night begun otherwise
    "nightly-flags": {"task": "compliance.tasks.start_night", "schedule": crontab(hour="2-23", minute=0)},
    # Once a night's work is done; until then, and on most days later, there is nothing to do
    "figures-for-boards": {"task": "compliance.tasks.keep_figures", "schedule": crontab(minute="5-59/10")},
    "old-sign-ins": {"task": "staff.tasks.forget_sign_ins", "schedule": crontab(hour=1, minute=20)},
    # When the day has come on which a supervisor is away for longer than the policy lets supervisees be without one
    "cover-for-supervisors": {"task": "staff.tasks.ask_for_cover", "schedule": crontab(hour="5-18", minute=20)},
    # Once a last day is over; whenever the machine runs again, where it was off then
    "leavings": {"task": "archive.tasks.watch_leavings", "schedule": crontab(minute=10)},
    # Early in the morning; the hours after are for a machine that was off then, and find everybody told otherwise
    "what-ends-in-folders": {"task": "staff.tasks.tell_of_expiry", "schedule": crontab(hour="5-18", minute=35)},
    # Whoever was lawfully not told that their records are read, and is to be told from today
    "needs-to-tell": {"task": "archive.tasks.tell_of_needs", "schedule": crontab(hour="5-18", minute=50)},
    # Twice, so that a machine that was off in the morning tells at noon; nobody is told of the same thing again
    "audits-to-arrange": {"task": "audits.tasks.chase_audits", "schedule": crontab(hour="6,12", minute=45)},
    # Local text that is on the child's record, where the authority has such a rule: as much as a run does, until none is left
    "purge": {"task": "archive.tasks.purge_due", "schedule": crontab(hour="3-5", minute="*/10")},
    "old-exports": {"task": "records.tasks.remove_old_exports", "schedule": crontab(hour=1, minute=40)},
    "old-bags": {"task": "archive.tasks.remove_old_bags", "schedule": crontab(hour=1, minute=45)},
    # Of files that wait still, whatever became of the work that was asked for when they were brought
    "files-that-wait": {"task": "documents.tasks.settle_waiting", "schedule": crontab(minute="2-59/10")},
    "old-data-bundles": {"task": "archive.tasks.remove_old_data_bundles", "schedule": crontab(hour=1, minute=50)},
    "untouched-drafts": {"task": "supervision.tasks.expire_drafts", "schedule": crontab(hour=3, minute=20)},
    "reminders-of-actions": {"task": "records.tasks.remind_of_actions", "schedule": crontab(hour="6-18", minute=10)},
    # People choose the time of their digest; whoever has had the day's is not asked about again
    "digests": {"task": "compliance.tasks.start_digests", "schedule": crontab(minute="*/15")},
    # Calendar entries that quiet hours, the day's number or a mail server that was down kept back
    "calendar-mails": {"task": "supervision.tasks.send_waiting_invitations", "schedule": crontab(minute="*/5")},
}

# The service of ClamAV that scans what people bring: tcp://host:3310 or unix:///path. Without it nothing that is brought
# can be opened until a system administrator chooses to keep files unscanned
CLAMD_URL = os.environ.get("CLAMD_URL", "")
# After so many days a draft that nobody ever typed into is given up
UNTOUCHED_DRAFTS_EXPIRE_AFTER_DAYS = 30
# How often digests remind of one overdue thing; after that it stays on the home page alone
MOST_REMINDERS = 3
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "countersign@localhost")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
EMAIL_TIMEOUT = 10
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")

ORGANISATION_NAME = os.environ.get("ORGANISATION_NAME", "")
SEAL_KEY_FILE = os.environ.get("SEAL_KEY_FILE", "")
SEAL_CERTIFICATE_FILE = os.environ.get("SEAL_CERTIFICATE_FILE", "")
# A folder with the certificates (PEM) of the keys before the present one: what they attested is still checked with them
SEAL_FORMER_CERTIFICATES = os.environ.get("SEAL_FORMER_CERTIFICATES", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
