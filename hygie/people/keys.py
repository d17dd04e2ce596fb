"""Public keys and scopes of software clients: what may be registered. Pure but for the key parser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import jwt

from hygie.base.errors import Invalid
from hygie.formats.fhir import scopes as fhir_scopes
from hygie.formats.fhir import systems

ALGORITHMS = ("ES384", "RS384", "ES256", "RS256")
_FITS = {"ES256": ("EC", "P-256"), "ES384": ("EC", "P-384"), "RS256": ("RSA", None), "RS384": ("RSA", None)}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# What is shown in smart-configuration; any combination of rights may be registered.
SHOWN = ("system/DocumentReference.c", "system/DocumentReference.crus", "system/List.rs", "system/Binary.r")
# What an application may be let do in one space, by the person or by the professional who opens it.
SHOWN_TO_APPS = (
    "launch", "launch/patient", "openid", "fhirUser", "online_access", "offline_access", "patient/*.rs", "user/*.rs",
    "patient/Observation.rs", "patient/MedicationStatement.rs", "patient/DocumentReference.rs",
    f"patient/Observation.rs?category={fhir_scopes.OBSERVATION_CATEGORY}|laboratory",
    f"patient/Observation.rs?category={fhir_scopes.OBSERVATION_CATEGORY}|vital-signs",
    f"patient/DocumentReference.rs?category={systems.CLASS}|10",
)  # fmt: skip


def check(jwks: dict[str, Any]) -> None:
    """Invalid unless this is a set of public keys, each with an id of its own, at least one that we accept."""
    held = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(held, list) or not held or not all(isinstance(one, dict) for one in held):
        raise Invalid('Le fichier de clés doit contenir {"keys": [...]}.', code="jwks-form", at="keys")
    if any(_PRIVATE & one.keys() for one in held):
        raise Invalid("Ce fichier contient une clé privée : n'envoyez que la partie publique.", code="jwks-private")
    kids = [one.get("kid") for one in held]
    if not all(isinstance(kid, str) and kid for kid in kids) or len(set(kids)) != len(kids):
        raise Invalid("Chaque clé doit porter un « kid » qui lui est propre.", code="jwks-kid", at="kid")
    for one in held:
        if not any(public(one, algorithm) for algorithm in ALGORITHMS):
            raise Invalid(
                "Clés acceptées : EC P-256 ou P-384, RSA de 2048 bits et plus.", code="jwks-key", at=one["kid"]
            )


def public(jwk: dict[str, Any], algorithm: str) -> Any | None:
    """The public key in `jwk` if it may serve with `algorithm`, else None. Nothing is ever fetched."""
    if algorithm not in _FITS or jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        return None
    kind, curve = _FITS[algorithm]
    if jwk.get("kty") != kind or (curve and jwk.get("crv") != curve):
        return None
    try:
        key = jwt.PyJWK({name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key if kind != "RSA" or key.key_size >= 2048 else None


def check_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The same, or Invalid if one is not a scope that Hygie knows."""
    wanted = frozenset(scopes)
    for one in wanted:
        if not fhir_scopes.known(one):
            raise Invalid(
                f"« {one} » n'est pas un droit connu. Exemple : system/DocumentReference.c",
                code="scope-form",
                at="scope",
            )
    if not wanted:
        raise Invalid(
            "Il faut au moins un droit, par exemple system/DocumentReference.c", code="scope-none", at="scope"
        )
    return wanted


def check_redirect(address: str) -> str:
    """The same, or Invalid: https, or http on this very machine; no fragment, no user, no space."""
    parts = urlsplit(address)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    sound = parts.scheme == "https" or (parts.scheme == "http" and local)
    if not sound or not parts.hostname or parts.fragment or parts.username or re.search(r"\s", address):
        raise Invalid(f"« {address} » ne peut pas servir d'adresse de retour.", code="redirect-form", at="redirect_uri")
    return address
