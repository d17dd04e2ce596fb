"""How a document's metadata become bytes and back, and where each sealed value belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hygie.base import rootkey, sealing
from hygie.people.types import Ins, Traits
from hygie.record.shortening import lengthened, shortened
from hygie.record.types import Author, Brought, Lot, Metadata, Refiled

_DATES = ("created", "service_start")
_METADATA = tuple(field.name for field in fields(Metadata))
_KNOWN = frozenset(_METADATA)


def digest(purpose: str, *parts: bytes, under: rootkey.RootKey | None = None) -> bytes:
    """A keyed digest for an exact lookup; parts cannot run into each other. under: the root key, asked once for many."""
    joined = b"".join([len(part).to_bytes(4, "big") + part for part in parts])
    return (under or rootkey.ours()).digest("record/" + purpose, joined)


def place(kind: str, patient_id: UUID, document_id: UUID | str) -> bytes:
    """kind: `content`, `meta` or `listing`."""
    return sealing.aad(kind, patient_id, document_id)


def pack(metadata: Metadata, **more: Any) -> bytes:
    """Metadata and what else is sealed beside them (depositor, sha256, ...)."""
    values: dict[str, Any] = {}
    for name in _METADATA:  # not `asdict`: it copies deeply, ten times slower
        value = getattr(metadata, name)
        if value not in (None, "", ()):
            values[name] = value
    if metadata.fhir is not None:
        values["fhir"] = metadata.fhir.decode()
    return shortened(orjson.dumps({"m": values, **more}, default=_plain))


def unpack(packed: bytes) -> tuple[Metadata, dict[str, Any]]:
    values = unpacked(packed)
    return metadata_of(values.pop("m")), values


def unpacked(packed: bytes) -> dict[str, Any]:
    """What `pack` was given, the metadata under « m »."""
    values: dict[str, Any] = orjson.loads(lengthened(packed))
    return values


def unpack_listed(line: bytes) -> tuple[Metadata, str]:
    """The metadata and the sha256 (hex) of one line of a sheet (packing.pack_listing)."""
    values, sha256 = orjson.loads(line)
    return metadata_of(values), sha256


def metadata_of(values: dict[str, Any]) -> Metadata:
    """What `pack` wrote under « m »."""
    known = dict(values) if values.keys() <= _KNOWN else {key: value for key, value in values.items() if key in _KNOWN}
    for name in _DATES:
        if name in known:
            known[name] = datetime.fromisoformat(known[name])
    if "fhir" in known:
        known["fhir"] = known["fhir"].encode()
    if "lot" in known:
        known["lot"] = Lot(**known["lot"])
    if "brought" in known:
        told = known["brought"]
        known["brought"] = Brought(told["keeper"], told["depositor"], datetime.fromisoformat(told["at"]))
    if "refiled" in known:
        said = known["refiled"]
        known["refiled"] = Refiled(**said | {"at": datetime.fromisoformat(said["at"]), "by_id": UUID(said["by_id"])})
    known["authors"] = authors_of(known.get("authors", ()))
    return Metadata(**known)


def authors_of(values: Iterable[dict[str, Any]]) -> tuple[Author, ...]:
    return tuple(Author(**author) for author in values)


def pack_said(ins: Ins, traits: Traits) -> bytes:
    return orjson.dumps({"ins": [ins.matricule, ins.oid], "traits": asdict(traits)}, default=_plain)


def unpack_said(packed: bytes) -> tuple[Ins, Traits]:
    values = orjson.loads(packed)
    traits = values["traits"]
    return Ins(*values["ins"]), Traits(**{**traits, "given_names": tuple(traits["given_names"])})


def _plain(value: object) -> object:
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    raise TypeError(type(value).__name__)
