"""A mail that somebody saved (.eml): the files it carries. Pure; what they are is for others to say.

Source: RFC 5322, RFC 2045 to 2049, read by the standard library, which never fetches anything. Nothing of a mail is shown.
"""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Final

from hygie.base.errors import Invalid

MOST_PARTS: Final = 200
_HEADERS: Final = re.compile(rb"\A(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}")
_LOGO: Final = 30_000  # bytes: a picture shown inside the text, smaller than any scanned page


def is_mail(data: bytes) -> bool:
    """Whether this begins with the headers of a mail: a sender, and how its parts are written."""
    found = _HEADERS.match(data[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if found is None:
        return False
    names = {line.partition(b":")[0].lower() for line in found[0].splitlines() if line[:1] not in b" \t"}
    return b"from" in names and bool(names & {b"mime-version", b"content-type", b"received"})


def files(data: bytes) -> list[tuple[str, bytes]]:
    """(name, content) of each file joined to the mail, those of forwarded mails included; its own words when it has none.

    Invalid: a mail that does not read, of too many parts, or that carries nothing at all.
    """
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        parts = []
        for number, part in enumerate(message.walk()):
            if number >= MOST_PARTS:
                raise Invalid("Ce message contient trop de pièces jointes.", code="mail-too-many")
            parts.append(part)
        found = [one for part in parts if (one := _file(part)) is not None] or _words(message)
    except Invalid:
        raise
    except Exception:  # broken encodings and headers raise anything: all mean the same here
        raise Invalid(
            "Ce message ne se lit pas. Enregistrez ses pièces jointes, puis ajoutez-les.", code="mail-unreadable"
        ) from None
    if not found:
        raise Invalid("Ce message ne porte aucune pièce jointe.", code="mail-empty")
    return found


def _file(part: EmailMessage) -> tuple[str, bytes] | None:
    if part.is_multipart():
        return None
    name = part.get_filename() or ""
    kind = part.get_content_maintype()
    if part.get_content_disposition() != "attachment" and not name and kind == "text":
        return None
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return None
    if kind == "image" and part.get("Content-ID") and len(content) < _LOGO:
        return None  # a signature's logo
    return name[:120] or f"piece-jointe.{part.get_content_subtype()[:8]}", content


def _words(message: EmailMessage) -> list[tuple[str, bytes]]:
    body = message.get_body(preferencelist=("plain",))
    text = body.get_content() if body is not None else ""
    subject = str(message.get("Subject", ""))[:100] or "message"
    return [(f"{subject}.txt", text.strip().encode())] if isinstance(text, str) and text.strip() else []
