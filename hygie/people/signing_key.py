"""The key that signs identity tokens: made once, sealed under the root key, its public part told to all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection, transaction
from django.utils import timezone
from jwcrypto import jwk

from hygie.base import rootkey, sealing
from hygie.base.ids import uuid7
from hygie.people.models import SigningKey

_LOCK = 7_042_019_551  # so that two processes do not make two keys


def private() -> jwk.JWK:
    """The newest key, private part included."""
    row = _newest()
    return _opened(row.id.hex, bytes(row.sealed))


def public() -> dict[str, Any]:
    """Every key's public part, as a JWK set."""
    _newest()
    return {"keys": list(SigningKey.objects.order_by("-created").values_list("public", flat=True))}


@lru_cache(maxsize=2)
def _opened(key_id: str, sealed: bytes) -> jwk.JWK:
    return jwk.JWK.from_pem(rootkey.ours().unwrap(sealed, sealing.aad("key", "signing", key_id)))


def _newest() -> SigningKey:
    row = SigningKey.objects.order_by("-created").first()
    return row if row is not None else _make()


def _make() -> SigningKey:
    with transaction.atomic():
        with connection.cursor() as sql:
            sql.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        row = SigningKey.objects.order_by("-created").first()
        if row is not None:
            return row
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key = jwk.JWK.from_pem(pem)
        shown = orjson.loads(key.export_public()) | {"kid": key.thumbprint(), "use": "sig", "alg": "RS256"}
        key_id = uuid7()
        return SigningKey.objects.create(
            id=key_id, sealed=rootkey.ours().wrap(pem, sealing.aad("key", "signing", key_id.hex)), public=shown,
            created=timezone.now(),
        )  # fmt: skip
