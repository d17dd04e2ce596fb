"""Sealing: AES-256-GCM in chunks for content, HPKE to a person's public key for document keys.

A sealed value is `version (1) | nonce prefix (7) | chunk | chunk | ...`; each chunk is at most 1 MiB of
plaintext plus a 16-byte tag. The nonce of a chunk is `prefix | counter (4) | last (1)` (the STREAM
construction: a chunk cannot be dropped, repeated or moved unseen). `aad` binds a value to its place
(patient, object, version, field): a ciphertext moved elsewhere does not open.

Sources: NIST SP 800-38D; Hoang, Reyhanitabar, Rogaway, Vizar, "Online authenticated-encryption" (STREAM);
RFC 9180 (HPKE). Suite: DHKEM(X25519), HKDF-SHA256, AES-256-GCM.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

VERSION = b"\x01"
CHUNK = 1 << 20
TAG = 16
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class BadSeal(Exception):
    """The sealed value was altered, moved, or sealed under another key."""


def new_key() -> bytes:
    """Thirty-two random bytes."""
    return os.urandom(32)


def aad(*parts: UUID | str | int) -> bytes:
    """The place a sealed value belongs to, as unambiguous bytes."""
    return "|".join(map(str, parts)).encode()


def derive(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose, from a key. HKDF-Expand, SHA-256 (RFC 5869)."""
    return HKDFExpand(hashes.SHA256(), 32, purpose.encode()).derive(key)


def seal(key: bytes, plain: bytes, place: bytes) -> bytes:
    """Seal `plain` under `key`, bound to `place`. Adds 8 bytes and 16 per MiB begun."""
    return sealer(key)(plain, place)


def sealer(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """`seal` for many values under one key: the cipher is prepared once."""
    cipher = AESGCM(key)
    return lambda plain, place: _seal(cipher, plain, place)


def _seal(cipher: AESGCM, plain: bytes, place: bytes) -> bytes:
    prefix = os.urandom(7)
    if len(plain) <= CHUNK:
        return VERSION + prefix + cipher.encrypt(prefix + b"\0\0\0\0\1", plain, place)
    out = [VERSION, prefix]
    last = (len(plain) - 1) // CHUNK
    for number in range(last + 1):
        nonce = prefix + number.to_bytes(4, "big") + bytes([number == last])
        out.append(cipher.encrypt(nonce, plain[number * CHUNK : (number + 1) * CHUNK], place))
    return b"".join(out)


def unseal(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """The plaintext, or BadSeal."""
    return opener(key)(sealed, place)


def opener(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """`unseal` for many values under one key: the cipher is prepared once."""
    cipher = AESGCM(key)
    return lambda sealed, place: _open(cipher, bytes(sealed), place)


def _open(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    if sealed[:1] != VERSION or len(sealed) < 8 + TAG:
        raise BadSeal("not a sealed value")
    prefix, step = sealed[1:8], CHUNK + TAG
    last = (len(sealed) - 8 - 1) // step
    out = []
    try:
        for number in range(last + 1):
            nonce = prefix + number.to_bytes(4, "big") + bytes([number == last])
            out.append(cipher.decrypt(nonce, sealed[8 + number * step : 8 + (number + 1) * step], place))
    except InvalidTag as fault:
        raise BadSeal("altered, moved, or another key") from fault
    return out[0] if len(out) == 1 else b"".join(out)


def _private(record_key: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(derive(record_key, "hygie/hpke/v1"))


@lru_cache(maxsize=65536)
def _public(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def public_of(record_key: bytes) -> bytes:
    """The 32-byte public half that a deposit seals to; it opens nothing."""
    return _private(record_key).public_key().public_bytes_raw()


def seal_to(public: bytes, key: bytes, place: bytes) -> bytes:
    """Seal a 32-byte document key so that only the holder of the record key opens it (80 bytes)."""
    return _SUITE.encrypt(key, _public(bytes(public)), info=place)


def open_from(record_key: bytes, sealed: bytes, place: bytes) -> bytes:
    """The document key, or BadSeal."""
    return opener_from(record_key)(sealed, place)


def opener_from(record_key: bytes) -> Callable[[bytes, bytes], bytes]:
    """`open_from` for many document keys of one record: its private key is prepared once."""
    private = _private(record_key)
    return lambda sealed, place: _open_from(private, bytes(sealed), place)


def _open_from(private: X25519PrivateKey, sealed: bytes, place: bytes) -> bytes:
    try:
        return _SUITE.decrypt(sealed, private, info=place)
    except Exception as fault:  # the library raises InvalidTag or ValueError: both mean the same here
        raise BadSeal("altered, moved, or another key") from fault
