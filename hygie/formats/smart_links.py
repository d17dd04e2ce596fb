"""SMART Health Links: the link itself, and the sealed files behind it. Pure.

Source: HL7 SMART Health Cards and Links 1.0.0 (STU 1), « Links specification »; RFC 7516 (JWE compact, `dir`, A256GCM).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from jwcrypto import jwe, jwk
from jwcrypto.common import base64url_decode, base64url_encode

FHIR: Final = "application/fhir+json"
SCHEME: Final = "shlink:/"
LABEL: Final = 80
"""Characters of a label, at most."""
_URL: Final = 128
_KEY: Final = 32  # bytes


@dataclass(frozen=True, slots=True)
class Link:
    """url: of the manifest, or of the one file (`U`); key: 32 bytes; expires: Unix seconds; flags: among L, P, U."""

    url: str
    key: bytes = field(repr=False)
    flags: str = ""
    label: str = ""
    expires: int | None = None


def written(link: Link, *, viewer: str = "") -> str:
    """The link as text. viewer: the address of a page that opens it, put before a `#` (never sent to a server).

    ValueError for what the specification forbids: a passcode on a direct file, an address too long.
    """
    if len(link.url) > _URL or len(link.key) != _KEY or len(link.label) > LABEL:
        raise ValueError("an address, a key or a label of the wrong length")
    if {"P", "U"} <= set(link.flags) or not set(link.flags) <= set("LPU"):
        raise ValueError("flags that do not go together")
    said: dict[str, Any] = {"url": link.url, "key": base64url_encode(link.key)}
    if link.expires is not None:
        said["exp"] = link.expires
    if link.flags:
        said["flag"] = "".join(sorted(link.flags))
    if link.label:
        said["label"] = link.label
    bare = SCHEME + base64url_encode(orjson.dumps(said))
    return f"{viewer}#{bare}" if viewer else bare


def read(text: str) -> Link:
    """A link, with or without a viewer's address before it. ValueError when it is none; what is unknown is ignored."""
    _, found, packed = text.rpartition(SCHEME)
    try:
        said = orjson.loads(base64url_decode(packed))
        link = Link(
            str(said["url"]), base64url_decode(said["key"]), str(said.get("flag", "")), str(said.get("label", "")),
            said.get("exp"),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as fault:
        raise ValueError("not a SMART Health Link") from fault
    if not found or len(link.key) != _KEY:
        raise ValueError("not a SMART Health Link")
    return link


def sealed(key: bytes, content: bytes, media: str = FHIR) -> str:
    """A file as the link's key alone opens it: compact JWE, a nonce of its own."""
    made = jwe.JWE(content, orjson.dumps({"alg": "dir", "enc": "A256GCM", "cty": media}).decode())
    made.add_recipient(_jwk(key))
    return str(made.serialize(compact=True))


def opened(key: bytes, file: str) -> tuple[bytes, str]:
    """The content, and its media type. ValueError for another key, an altered file, another algorithm."""
    found = jwe.JWE(algs=["dir", "A256GCM"])
    try:
        found.deserialize(file, _jwk(key))
    except (jwe.InvalidJWEData, jwe.InvalidJWEOperation) as fault:
        raise ValueError("this file does not open with this key") from fault
    return bytes(found.payload), str(found.jose_header.get("cty", ""))


def manifest(files: list[dict[str, Any]]) -> dict[str, Any]:
    """files: `contentType` with `embedded` or `location`, and what else is known of each."""
    return {"files": [{"fhirVersion": "4.0.1", **one} for one in files]}


def _jwk(key: bytes) -> jwk.JWK:
    return jwk.JWK(kty="oct", k=base64url_encode(key))


def flags(*, passcode: bool, files: int, lasting: bool) -> str:
    """L: it may be asked again later, and change; P: it asks a passcode; U: it is one file, at once."""
    return "".join(one for one, true in (("L", lasting), ("P", passcode), ("U", files == 1 and not passcode)) if true)
