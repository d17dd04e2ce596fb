"""Verifying what an OpenID provider signed. Asymmetric algorithms only; issuer, audience, nonce and dates checked.

Source: OpenID Connect Core 1.0, section 3.1.3.7. The signature is checked although the token came over TLS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

ALGORITHMS = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_LEEWAY = 30  # seconds of difference between two clocks


class NotTrusted(Exception):
    """This token proves nothing. The message is for the log of an operator; it holds no claim."""


def verified(
    token: str, *, keys: Mapping[str, Any], issuer: str, audience: str, nonce: str | None, expires: bool = True
) -> dict[str, Any]:
    """The claims of `token`, or NotTrusted.

    `keys` is the provider's JWKS, fetched from the address in its own metadata: whatever address or key the token
    itself carries (jku, jwk, x5u, x5c) is ignored. `nonce` None: not an ID token (a signed userinfo).
    """
    try:
        header = jwt.get_unverified_header(token)
        key = _key(header, keys)
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[header["alg"]], issuer=issuer, audience=audience, leeway=_LEEWAY,
            options={"require": ["iss", "aud", "sub", *(["exp", "iat"] if expires else [])]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise NotTrusted(type(fault).__name__) from fault
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != audience:
        raise NotTrusted("azp")
    if nonce is not None and claims.get("nonce") != nonce:
        raise NotTrusted("nonce")
    return claims


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise NotTrusted("algorithm")
    fitting = [
        one
        for one in keys["keys"]
        if (kid is None or one.get("kid") == kid)
        and one.get("kty") == ("EC" if algorithm in _CURVES else "RSA")
        and one.get("crv") == _CURVES.get(algorithm)
        and one.get("use", "sig") == "sig"
        and one.get("alg", algorithm) == algorithm
    ]
    if len(fitting) != 1:
        raise NotTrusted("key")
    return jwt.PyJWK(fitting[0], algorithm).key
