"""Django settings, all read from the environment through `hygie.base.config`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from hygie.base import config, logs

PACKAGE = Path(__file__).resolve().parent.parent
MODE = config.mode()
DEBUG = False
SECRET_KEY = config.get("HYGIE_SECRET_KEY") or "not-set"
PUBLIC_URL = config.get("HYGIE_PUBLIC_URL")
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oauth2_provider",
    "hygie.ui",
    "hygie.people.patient",
    "hygie.people",
    "hygie.access",
    "hygie.record",
    "hygie.observatory",
    "hygie.messages",
    "hygie.portal",
    "hygie.workspace",
    "hygie.ops.desk",
]

MIDDLEWARE = [
    "hygie.config.middleware.Envelope",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "hygie.portal.tongues.Whole",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hygie.config.actors.Actors",
    "hygie.portal.whom.ForAnother",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hygie.ui.problems.Problems",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "hygie.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["hygie.ui.templatetags.hygie_addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hygie.config.context.mode",
                "hygie.config.context.help_line",
                "hygie.portal.whom.acting",
                "hygie.portal.reading.reading",
                "hygie.portal.quitting.quick_exit",
                "hygie.portal.helping.help_page",
            ],
        },
    },
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=20000 -c plan_cache_mode=force_generic_plan",
            # Only what asks for it is prepared (base.sql): Django's own default, None, would refuse even that.
            "prepare_threshold": 1_000_000,
        },
    }


DATABASES = {
    "default": _database(config.get("HYGIE_DATABASE_URL")),
    "owner": _database(config.get("HYGIE_DATABASE_OWNER_URL") or config.get("HYGIE_DATABASE_URL")),
}
ATOMIC_REQUESTS = False  # a refusal must stay written when its request fails
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
OAUTH2_PROVIDER_APPLICATION_MODEL = "people.SoftwareClient"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "hygie.config.oauth.Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 300,
    "ID_TOKEN_EXPIRE_SECONDS": 300,
    "OIDC_ENABLED": True,  # identity tokens for SMART (openid fhirUser); the key is ours (people.signing_key)
    "OIDC_ISS_ENDPOINT": config.get("HYGIE_PUBLIC_URL"),
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # a token is kept by its SHA-256 alone
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
}

HYGIE_HANDLERS = "hygie.config.handlers.HANDLERS"  # who hears of what happened (hygie.base.events)

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(config.get("HYGIE_DATA")).resolve() / "static"
WHITENOISE_USE_FINDERS = MODE == "test"
if MODE != "test":  # names carry a hash, so that browsers may keep them for ever
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

DATA_UPLOAD_MAX_MEMORY_SIZE = 2**21
FILE_UPLOAD_HANDLERS = ["hygie.ui.uploads.Memory"]  # no clear file ever touches a disk
DATA_UPLOAD_MAX_NUMBER_FILES = 60
CSRF_FAILURE_VIEW = "hygie.ui.problems.expired"
# Sign-in: through OpenID providers only (config/signin.py). No local password, no e-mail, no sign-up form.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SOCIALACCOUNT_ADAPTER = "hygie.config.signin.Adapter"
SOCIALACCOUNT_ONLY = True
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
LOGIN_URL = "signin"
SESSION_ENGINE = "hygie.base.sessions"
SESSION_COOKIE_AGE = 30 * 60  # without a request; config/actors.py holds the longest
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
if SESSION_COOKIE_SECURE:  # a browser takes these names from this host alone, over TLS (RFC 6265bis, 4.1.3.2)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send `Origin: null` with our own forms, which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0

LOGGING = logs.dictionary(config.get("HYGIE_LOG_LEVEL"))
