"""Every setting, read from `HEADWATER_*`. With none set, Headwater runs.

docs/operate/settings.md lists them for operators. What staff may change is a row, not a setting.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from headwater.config.environment import flag, number, secret, text

# One thread for the sums: two take many times longer under load (METHODS.md).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(text("DATA", "data")).absolute()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds addresses and letters


def _kept_secret(name: str) -> str:
    """A key made once and kept beside the data, readable by its owner alone."""
    path = DATA_DIR / name
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8")


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "headwater.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("HEADWATER_DATABASE_URL must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _queue(url: str) -> dict[str, Any]:
    kinds = {"": "huey.SqliteHuey", "postgresql": "huey.PostgresHuey", "redis": "huey.RedisHuey"}
    scheme = urlsplit(url).scheme
    if scheme not in kinds:
        raise SystemExit("HEADWATER_QUEUE_URL must begin with postgresql:// or redis://")
    connection = {
        "": {"filename": str(DATA_DIR / "queue.sqlite3")},
        "postgresql": {"dsn": url},
        "redis": {"url": url},
    }[scheme]
    return {
        "huey_class": kinds[scheme],
        "name": "headwater",
        "immediate": False,
        "connection": connection,
        "consumer": {"workers": number("WORKERS", 2), "worker_type": "thread"},
    }


VERSION = "0.1.0"
SECRET_KEY = secret("SECRET_KEY") or _kept_secret("secret_key")
DEBUG = flag("DEBUG")
ALLOWED_HOSTS = text("HOSTS", "127.0.0.1,localhost,[::1]").split(",")
PUBLIC_URL = text("PUBLIC_URL")
LOCAL_URL = text("LOCAL_URL", "http://127.0.0.1:8000")  # where `serve` answers on this machine
DEMO = flag("DEMO")
SMTP_URL = secret("SMTP_URL")
SHARED_DIR = text("SHARED")

_secure = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_FAILURE_VIEW = "headwater.portal.errors.stale_form"
X_FRAME_OPTIONS = "DENY"

ROOMS = [
    "ui", "people", "ledger", "jobs", "partners", "safeguards", "mail", "listening", "library",
    "discussions", "events", "capacity", "programme", "recognition", "sharing", "newsletters",
    "evaluation", "portal", "studio", "api", "cli",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "huey.contrib.djhuey",
    *[f"headwater.{room}" for room in ROOMS],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "headwater.ui.front_door.FrontDoor",
    "headwater.people.middleware.Answers",
]
ROOT_URLCONF = "headwater.config.urls"
WSGI_APPLICATION = "headwater.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "headwater.people.context.house",
                "headwater.portal.context.nav",
                "headwater.studio.context.nav",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASES = {"default": _database(secret("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    if not text("CACHE_URL")
    else {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": text("CACHE_URL")}
}
HUEY = _queue(text("QUEUE_URL"))

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "headwater.people.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True

EMAIL_BACKEND = "headwater.mail.backend.PostOffice"

# Links are redirected to https alone, and only within domains that staff approved (sharing).
FORMS_URLFIELD_ASSUME_HTTPS = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

ASSETS_DIR = DATA_DIR / "assets"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ASSETS_DIR]
for folder in (ASSETS_DIR, STATIC_ROOT):
    folder.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA_DIR / "files"
SPOOL_DIR = DATA_DIR / "spool"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "WARNING").upper()},
    # A refusal is an answer, not news; and the path of a personal link is nobody's business.
    "loggers": {"django.request": {"level": "ERROR"}},
}
