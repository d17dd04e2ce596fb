"""What leaves the house for people's own pockets: e-mails, text messages, letters. Words come from the caller.

HYGIE_MAIL_URL, HYGIE_TEXT_URL and HYGIE_POST_URL name where each leaves; `file:/folder` keeps them there for a
demonstration, a test, or the operator's printer. Unavailable when none is set, or when it does not answer: the job that
sends is tried again. What says « later » in HTTP or SMTP is Unavailable too; what says « never » is Invalid.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMessage, get_connection

from hygie.base import config, gateway
from hygie.base.errors import Invalid, Unavailable
from hygie.base.ids import uuid7

_SETTINGS = {"mail": "HYGIE_MAIL_URL", "text": "HYGIE_TEXT_URL", "letter": "HYGIE_POST_URL"}
_PATIENCE = 20  # seconds


def open_ways() -> tuple[str, ...]:
    """What this installation can send: among mail, text, letter."""
    return tuple(name for name, setting in _SETTINGS.items() if config.get(setting))


def mail(address: str, *, subject: str, words: str, headers: Mapping[str, str] | None = None) -> None:
    """One e-mail, plain text. The same Message-ID in `headers` lets a mailbox drop what comes twice."""
    url = urlsplit(config.get("HYGIE_MAIL_URL"))
    message = EmailMessage(
        subject=subject, body=words, from_email=config.get("HYGIE_MAIL_FROM"), to=[address], headers=dict(headers or {})
    )
    if url.scheme == "file":
        _put("mail", _folder("HYGIE_MAIL_URL"), "eml", message.message().as_bytes())
        return
    if url.scheme not in ("smtp", "smtps"):
        raise _not_set("mail")
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host=url.hostname, port=url.port or 587,
        username=unquote(url.username or ""), password=unquote(url.password or ""), timeout=_PATIENCE,
        use_tls=url.scheme == "smtp" and bool(url.username), use_ssl=url.scheme == "smtps",
    )  # fmt: skip
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as fault:
        if all(code >= 500 for code, _ in fault.recipients.values()):  # RFC 5321, 4.2.1: never
            raise Invalid("Cette adresse refuse nos courriels.", code="mail-refused") from None  # it holds the address
        raise Unavailable("Le courriel n'a pas pu partir.", code="mail-not-sent") from None
    except (OSError, SMTPException) as fault:
        raise Unavailable("Le courriel n'a pas pu partir.", code="mail-not-sent") from fault
    finally:
        with suppress(OSError):  # a line on which nobody was let in is left open otherwise
            connection.close()


def text(number: str, words: str, *, once: str = "") -> None:
    """One text message to an international number. `once`: what lets a gateway drop what it already sent."""
    if urlsplit(config.get("HYGIE_TEXT_URL")).scheme in ("http", "https"):
        gateway.post(number, words, once=once)
        return
    _put("text", _folder("HYGIE_TEXT_URL"), "txt", f"{number}\n{words}\n".encode())


def letter(pdf: bytes) -> None:
    """One letter, ready to be printed and posted."""
    _put("letter", _folder("HYGIE_POST_URL"), "pdf", pdf)


def _folder(setting: str) -> Path:
    scheme, _, path = config.get(setting).partition(":")
    if scheme != "file":
        raise _not_set(next(name for name, one in _SETTINGS.items() if one == setting))
    return Path(path.removeprefix("//"))


def _put(kind: str, folder: Path, suffix: str, data: bytes) -> None:
    """Whole or not at all, and readable by this account alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = folder / f"{kind}-{uuid7()}.{suffix}"
        with os.fdopen(os.open(name.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        name.with_suffix(".part").rename(name)
    except OSError as fault:
        raise Unavailable("Le message n'a pas pu être rangé.", code=f"{kind}-not-kept") from fault


def _not_set(kind: str) -> Unavailable:
    return Unavailable("Ce service n'envoie pas encore de tels messages.", code=f"{kind}-not-set")
