"""Keys of one record, unwrapped for the life of one grant. Made by the gate alone, after its journal line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from hygie.base import erased, rootkey, sealing
from hygie.base.errors import NotFound


def wrap(patient_id: UUID, kind: str, key: bytes) -> bytes:
    return rootkey.ours().wrap(key, sealing.aad("key", kind, patient_id))


def wrapper() -> Callable[[UUID | str, str, bytes], bytes]:
    """`wrap` for many: the root key is looked up once. An id may come as its text."""
    root = rootkey.ours().wrap
    return lambda patient_id, kind, key: root(key, sealing.aad("key", kind, patient_id))


def unwrap(patient_id: UUID, kind: str, wrapped: bytes) -> bytes:
    """The key of a person, unless she was erased: a backup that brings her keys back brings nothing back. NotFound then."""
    if patient_id in erased.register():
        raise NotFound("Cet espace n’existe pas.", code="no-such-record")
    return rootkey.ours().unwrap(wrapped, sealing.aad("key", kind, patient_id))


def review_key() -> bytes:
    """Seals the words of cases between a person or a professional and the operators."""
    return rootkey.ours().digest("access/review", b"v1")


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a grant can open. A deposit's keyring holds the public half only: it seals and opens nothing."""

    patient_id: UUID
    public: bytes = field(repr=False)
    _record_key: bytes | None = field(default=None, repr=False)

    def seal_document_key(self, document_id: UUID, key: bytes) -> bytes:
        return sealing.seal_to(self.public, key, sealing.aad("dek", self.patient_id, document_id))

    def open_document_key(self, document_id: UUID, sealed: bytes) -> bytes:
        """The document's key; BadSeal if it was moved or altered; a deposit's keyring cannot."""
        if self._record_key is None:
            raise PermissionError("this grant reads nothing")
        return sealing.open_from(self._record_key, sealed, sealing.aad("dek", self.patient_id, document_id))

    def opener(self) -> Callable[[UUID, bytes], bytes]:
        """`open_document_key` for many documents of this record: what they share is prepared once."""
        if self._record_key is None:
            raise PermissionError("this grant reads nothing")
        opened = sealing.opener_from(self._record_key)
        return lambda document_id, sealed: opened(sealed, sealing.aad("dek", self.patient_id, document_id))

    def index_key(self) -> bytes:
        """The symmetric key of index rows: lists and summaries unseal in microseconds."""
        if self._record_key is None:
            raise PermissionError("this grant reads nothing")
        return sealing.derive(self._record_key, "hygie/index/v1")
