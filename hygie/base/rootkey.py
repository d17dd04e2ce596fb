"""The root key: wraps the keys of each person, and keys the digests used for exact lookups.

`HYGIE_KEYS_URL` names where it lives. `file:/path` holds it here (0600); the same functions are what
a PKCS#11 token or a Vault transit engine would offer, so that a back end is one class more.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.base import config, sealing
from hygie.base.errors import Unavailable


class RootKey(Protocol):
    def wrap(self, key: bytes, place: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes, place: bytes) -> bytes: ...
    def digest(self, purpose: str, value: bytes) -> bytes: ...
    def digester(self, purpose: str) -> Callable[[bytes], bytes]: ...


WIDE = b"\x02"
"""Begins what is wrapped with 96 random bits for a nonce. Of `sealing`'s 56, two would meet with one chance in four among the
three keys of each of 65 million persons, all under this one key, and a nonce met twice gives away what authenticates. With
96, up to 2^32 values may be wrapped (NIST SP 800-38D, 8.3). What was wrapped before still opens."""


class FileRootKey:
    """A root key in a file readable by its owner alone: 32 bytes in hexadecimal."""

    def __init__(self, path: Path) -> None:
        try:
            refuse_if_readable(path)
        except FileNotFoundError:
            raise Unavailable(
                f"Le fichier de clé {path} n'existe pas. Créez-le avec « hygie up », ou donnez son chemin par HYGIE_KEYS_URL.",
                code="root-key-missing",
            ) from None
        try:
            root = bytes.fromhex(path.read_text().strip())
        except ValueError:
            root = b""
        if len(root) != 32:
            raise Unavailable(
                f"Le fichier de clé {path} est abîmé : restaurez-le depuis sa sauvegarde.", code="root-key-damaged"
            )
        self._wrapping = sealing.derive(root, "hygie/root/wrap/v1")
        self._cipher = AESGCM(sealing.derive(root, "hygie/root/wrap/v2"))
        self._pepper = sealing.derive(root, "hygie/root/digest/v1")

    @staticmethod
    def create(path: Path) -> None:
        """Write a new root key, 0600, flushed to disk; refuses to replace one."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_closed(path, sealing.new_key().hex() + "\n")

    def wrap(self, key: bytes, place: bytes) -> bytes:
        nonce = os.urandom(12)
        return WIDE + nonce + self._cipher.encrypt(nonce, key, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """What was wrapped for this place, or BadSeal."""
        wrapped = bytes(wrapped)
        if wrapped[:1] != WIDE:
            return sealing.unseal(self._wrapping, wrapped, place)
        try:
            return self._cipher.decrypt(wrapped[1:13], wrapped[13:], place)
        except (InvalidTag, ValueError) as fault:  # the second: cut short
            raise sealing.BadSeal("altered, moved, or another key") from fault

    def digest(self, purpose: str, value: bytes) -> bytes:
        """HMAC-SHA-256 under a pepper: an exact lookup that a stolen table does not reverse."""
        return hmac.digest(self._pepper, purpose.encode() + b"\0" + value, hashlib.sha256)

    def digester(self, purpose: str) -> Callable[[bytes], bytes]:
        """`digest` for many values: what they share is prepared once."""
        begun = hmac.new(self._pepper, purpose.encode() + b"\0", hashlib.sha256)

        def one(value: bytes) -> bytes:
            made = begun.copy()
            made.update(value)
            return made.digest()

        return one


def write_closed(path: Path, secret: str) -> None:
    """Put a secret in a new file, 0600, whole or not at all whenever this is cut. FileExistsError where there is one."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, it replaces nothing
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too: what is sealed under a key that vanished never opens
    finally:
        os.close(folder)


def refuse_if_readable(path: Path) -> None:
    """Raise Unavailable when others than its owner may read or change this file; FileNotFoundError when it is not there."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Unavailable(
            f"Le fichier de clé {path} est lisible par d'autres. Corrigez avec : chmod 600 {path}",
            code="root-key-readable",
        )


@lru_cache(maxsize=4)
def at(url: str) -> RootKey:
    """The root key that `url` names (`file:/path`)."""
    scheme, _, path = url.partition(":")
    if scheme != "file":
        raise Unavailable(
            f"HYGIE_KEYS_URL : « {scheme}: » n'est pas encore pris en charge, utilisez file:/chemin.",
            code="root-key-scheme",
        )
    return FileRootKey(Path(path.removeprefix("//")))


def ours() -> RootKey:
    """The root key of this installation: the one that HYGIE_KEYS_URL names."""
    return at(config.get("HYGIE_KEYS_URL"))
