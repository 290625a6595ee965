"""Everything an installation can say, read from the environment; what is not said is safe.

`make demo` writes what it chose into `DATA_DIR/demo.env`, so that `manage.py` beside it finds its servers. That
file counts only where the environment names no SECRET_KEY, so never in production.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.http.request import validate_host

from config.engines import Engines
from config.environment import (
    BROKER_SCHEMES,
    DATABASE_SCHEMES,
    MAIL_SCHEMES,
    Environment,
    is_host,
    is_mailbox,
    is_secret,
)

VERSION = "0.1.0"
BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
if not env("SECRET_KEY", default=""):
    environ.Env.read_env(DATA_DIR / "demo.env") if (DATA_DIR / "demo.env").exists() else None

# Who we are
DEBUG = False
DEMO = env.flag("DEMO")
RELAXED = DEMO or env.flag("TESTING")
SECRET_KEY = env("SECRET_KEY", default=secrets.token_urlsafe(50) if RELAXED else "")
SITE_URL = env("SITE_URL", default="http://localhost:8000" if RELAXED else "").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if RELAXED else [])
METRICS_TOKEN = env("METRICS_TOKEN", default="")
NETWORK_NAME = env("NETWORK_NAME", default="Zukunftslernort Oberlausitz")
HELP_PHONE = env("HELP_PHONE", default="03583 000 000" if DEMO else "")
# Mail domains whose people need no school's word, like that of a school authority; in the demo its own cast.
TRUSTED_MAIL_DOMAINS = env.list("TRUSTED_MAIL_DOMAINS", default=["demo.example"] if DEMO else [])
LEGAL_DIR = Path(env("LEGAL_DIR", default=str(DATA_DIR / "legal")))
ADMIN_NEEDS_SECOND_FACTOR = not DEMO
HEARTBEAT_FILE = env("HEARTBEAT_FILE", default="")

# How long, how often
OUTBOX_TICK_SECONDS = env.number("OUTBOX_TICK_SECONDS", 5, 0.1, 300)
OUTBOX_LEASE_SECONDS = env.number("OUTBOX_LEASE_SECONDS", 120, 0.5, 3_600)
OUTBOX_RETRY_BASE_SECONDS = env.number("OUTBOX_RETRY_BASE_SECONDS", 60, 0.01, 3_600)
LOCK_TIMEOUT_MS = env.whole("LOCK_TIMEOUT_MS", 5_000, 1, 600_000)
STATEMENT_TIMEOUT_MS = env.whole("STATEMENT_TIMEOUT_MS", 15_000, 0, 3_600_000)  # 0: no limit, for migrations
IDLE_TIMEOUT_MS = 30_000

# Application
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
# An address is unique, whatever its case, by a constraint that this check does not read.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "config",
    "booking",
    "workshops",
    "schools",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    # Headers first, so that no answer leaves without them: not a redirect, not a refusal, not a mistake of ours.
    "config.headers.bodiless",
    "config.headers.untold",
    "config.headers.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.api.problems.ProblemMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.sizes.RequestSizeMiddleware",
    "config.errors.storable",
    "config.errors.not_allowed",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.second_factor.SecondFactorMiddleware",
    "accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "booking.context.navigation",
            ],
        },
    }
]

FORM_RENDERER = "config.forms.FormRenderer"

# Database, cache, sessions: all in PostgreSQL, for a sign-in must not die with the broker
ENGINES = Engines(DATA_DIR)
DATABASES: dict[str, Any] = {
    "default": env.db_url_config(env.address("DATABASE_URL", ENGINES.database_url, DATABASE_SCHEMES))
}
_database = DATABASES["default"]
_options = _database.setdefault("OPTIONS", {})
_database["HOST"] = _options.pop("host", "") or _database["HOST"]
_options["connect_timeout"] = 5
_options["prepare_threshold"] = 5  # of what accounts.prepared asks; all other statements are whole when they are sent
_options["options"] = (
    f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
)
_database["CONN_MAX_AGE"] = 60
_database["CONN_HEALTH_CHECKS"] = True
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# Celery: a trigger that may fail at any time
CELERY_BROKER_URL = env.address("REDIS_URL", ENGINES.redis_url, BROKER_SCHEMES)
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever; the library gives up after 100
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"  # a crontab in local time skips or doubles an hour when the clocks change
CELERY_BEAT_SCHEDULE = {
    "send what is due": {
        "task": "booking.tasks.send_due",
        "schedule": OUTBOX_TICK_SECONDS,
        "options": {"expires": max(OUTBOX_TICK_SECONDS, 1)},
    },
    "decide what time decides": {
        "task": "booking.tasks.decide_due",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget what is due to be forgotten": {
        "task": "booking.tasks.erase_expired",
        "schedule": 3_600.0,
        "options": {"expires": 3_600},
    },
}

# Mail; only booking/messages/delivery.py sends
_mail = env.email_url_config(env.address("EMAIL_URL", "smtp://localhost:25", MAIL_SCHEMES))
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 10, 0.1, 120)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="booking@demo.example" if RELAXED else "")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The host part of calendar UIDs and Message-IDs: set once, then never again, for calendars recognise events by it.
UID_HOST = env("UID_HOST", default="lernort.invalid" if RELAXED else "")
SIGN_IN_MAIL_SENDER = "booking.messages.outbox.send_sign_in_code"
SIGNED_IN_RECOGNISER = "booking.houses.recognising.recognise"
SCHOOLS_FOLLOWER = "booking.houses.places.follow_schools"

# Language and time
LANGUAGE_CODE = "de"
# Each by its own name: who looks for Polish reads Polish. What Upper Sorbian lacks is read in German.
LANGUAGES = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("pl", "Polski"),
    ("cs", "Čeština"),
    ("hsb", "Hornjoserbšćina"),
]
LOCALE_PATHS = [BASE_DIR / "config" / "locale", BASE_DIR / "config" / "formats"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if DEMO  # compressing takes longer than the rest of the start
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "jpg", "jpeg", "webp", "avif", "gz", "br", "woff2", "map")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # of all that is not a file
MOST_REQUEST_BYTES = 32_000_000

# Sign-in: a code by mail, then perhaps a second factor
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms.RequestCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", 0, 0, 9)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "activate_totp": "config.second_factor.AppForm",
    "add_webauthn": "config.second_factor.PasskeyForm",
    "login_webauthn": "config.second_factor.PasskeyLoginForm",
    "authenticate_webauthn": "config.second_factor.PasskeyProofForm",
    "reauthenticate_webauthn": "config.second_factor.SecondPasskeyProofForm",
}
MFA_TOTP_ISSUER = NETWORK_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = RELAXED

# Transport and headers
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# API
TOKEN_REQUESTS_A_MINUTE = env.whole(  # of one person; 0: no limit
    "TOKEN_REQUESTS_A_MINUTE", 0 if RELAXED else 300, 0, 1_000_000
)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "config.api.pages.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Booking workshops",
    "DESCRIPTION": (
        "Workshops, dates, bookings and reports, by the same rules as on the pages. A token sees and does what its"
        " person may, within its scope. Texts come in the language of `Accept-Language`. Answers of 400 and more are"
        " problem documents (RFC 9457). Writes take an `Idempotency-Key`."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ChangeKindEnum": "booking.models.Change.Kind",
        "FeedKindEnum": "booking.models.Feed.Kind",
        "LanguageEnum": "workshops.vocabulary.SpokenLanguage",
        "SchoolTypeEnum": "schools.models.School.Kind",
        "SlotStateEnum": "workshops.models.Slot.State",
        "SlotStateToChooseEnum": "booking.api.slots.STATES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Nothing that is secret or personal is logged: no bodies, no query strings, no addresses of people
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.one_of("LOG_LEVEL", "INFO", "DEBUG", "INFO", "WARNING", "ERROR")},
    "loggers": {
        # What a client does wrong is answered, and is nothing for the operator.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "django.server": {"handlers": [], "propagate": True},
    },
}


def _weak() -> list[str]:
    """What an installation must say before it may start."""
    host = SITE_URL.removeprefix("https://").partition(":")[0]
    said = {
        "SECRET_KEY (50 characters or more, known to nobody)": is_secret(SECRET_KEY, 50),
        "ALLOWED_HOSTS (the names of this site, no *)": bool(ALLOWED_HOSTS) and "*" not in ALLOWED_HOSTS,
        "SITE_URL (https:// and a host, nothing behind it)": HTTPS and is_host(host),
        "ALLOWED_HOSTS (the host of SITE_URL among them)": not host or validate_host(host, ALLOWED_HOSTS),
        "DATABASE_URL (postgres://…)": bool(env("DATABASE_URL", default="")),
        "REDIS_URL (redis://…)": bool(env("REDIS_URL", default="")),
        "EMAIL_URL (smtp+tls://…)": bool(env("EMAIL_URL", default="")),
        "DEFAULT_FROM_EMAIL (a mailbox that people may answer to)": is_mailbox(DEFAULT_FROM_EMAIL),
        "UID_HOST (a host name of yours, once and for ever)": is_host(UID_HOST),
        "TRUSTED_PROXIES (how many proxies stand in front: 1 behind Caddy)": bool(env("TRUSTED_PROXIES", default="")),
        "METRICS_TOKEN (32 characters or more, or nothing)": not METRICS_TOKEN or is_secret(METRICS_TOKEN, 32),
    }
    return [name for name, good in said.items() if not good]


env.complain_about([] if RELAXED else _weak(), "(To only try it, run `make demo`.)")
