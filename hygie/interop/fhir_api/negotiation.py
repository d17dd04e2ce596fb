"""What is sent and what is wanted back. JSON here; XML is answered politely."""

from __future__ import annotations

from collections.abc import Mapping

from hygie.base.errors import Invalid, Unsupported

_JSON = frozenset({"application/fhir+json", "application/json", "text/json"})
JSON_PATCH = "application/json-patch+json"


def media_type(headers: Mapping[str, str], *others: str) -> str:
    """The type of the body, which must be JSON or one of `others`. Unsupported (415) otherwise."""
    written = headers.get("content-type", "")
    kind, *parameters = (part.strip().lower() for part in written.split(";"))
    if kind not in _JSON and kind not in others:
        raise Unsupported(
            "Envoyez du JSON : Content-Type: application/fhir+json. Le XML n'est pas encore accepté.", code="media-type"
        )
    charsets = [part.partition("=")[2].strip('"') for part in parameters if part.startswith("charset=")]
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise Unsupported("Le texte doit être en UTF-8.", code="media-type")
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Unsupported("Un corps compressé n'est pas accepté.", code="media-type")
    return kind


def wants_json(headers: Mapping[str, str], wished: str | None = None) -> None:
    """Unsupported (406) when the caller accepts no JSON. `wished` is the `_format` parameter, which wins."""
    if wished is not None:
        if wished in ("json", *_JSON):
            return
        raise _not_acceptable()
    accepted = accepts(headers)
    if accepted and not any(kind in ("*/*", "application/*", *_JSON) for kind in accepted):
        raise _not_acceptable()


def accepts(headers: Mapping[str, str]) -> list[str]:
    """The media types of the Accept header, those of quality 0 left out."""
    found = []
    for part in headers.get("accept", "").split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind and not any(parameter.replace(" ", "") in ("q=0", "q=0.0", "q=0.00") for parameter in parameters):
            found.append(kind)
    return found


def prefers(headers: Mapping[str, str]) -> str | None:
    """`minimal`, `representation` or `OperationOutcome`, as the Prefer header asks."""
    for part in headers.get("prefer", "").replace(";", ",").split(","):
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "return":
            return value.strip().strip('"')
    return None


def version_wanted(headers: Mapping[str, str]) -> int | None:
    """The version of `If-Match: W/"3"`; None when the header is absent."""
    written = headers.get("if-match")
    if written is None:
        return None
    number = written.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid('If-Match s\'écrit W/"numéro de version".', code="if-match", at="If-Match")
    return int(number)


def _not_acceptable() -> Unsupported:
    return Unsupported(
        "Les réponses sont en JSON : Accept: application/fhir+json. Le XML n'est pas encore disponible.",
        code="not-acceptable",
    )
