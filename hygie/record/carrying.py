"""Taking a record away, and bringing it back: what one archive says of its documents and of the person's own words.

    record -> Takeaway -> manifest (Hygie's own, complete) and Bundle (FHIR R4, for anybody else)
    manifest of a stranger -> checked, field by field -> documents as the person adds them, marked with where they come from

Pure. What comes back was in somebody's hands: it says who wrote and who deposited each document, and that is kept as
something said, beside the person's own name as the one who brought it. Nothing of it gives anybody a right.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from hygie.base.errors import Invalid
from hygie.formats import sniff, valuesets
from hygie.formats.fhir import building, instants
from hygie.formats.fhir.types import Author, Served, Subject
from hygie.people.types import Identity, Ins, Traits
from hygie.record import sealed, synopses
from hygie.record.referring import reference_of
from hygie.record.types import Brought, Document, Item, Metadata, NewDocument, State

FORMAT: Final = "hygie-archive"
EDITION: Final = 1
MANIFEST: Final = "donnees/hygie.json"

_ENDINGS: Final = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "image/heic": "heic",
    "image/gif": "gif", "text/plain": "txt", sniff.CDA: "xml", sniff.CDA_SELF_PRESENTABLE: "xml",
    sniff.FHIR_JSON: "json", sniff.HL7_V2: "hl7", sniff.HPRIM: "hpr",
}  # fmt: skip
_SECRET: Final = frozenset({"INVISIBLE_PATIENT"})
_VISIBILITY: Final = frozenset({"N", "R", "V", "MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX"})
_NOT_BROUGHT: Final = frozenset({"fhir", "lot", "refiled"})  # a sender's own words to another installation
_TEXTS: Final = frozenset({
    "title", "class_code", "type_code", "media_type", "unique_id", "type_system", "type_label", "format_code",
    "facility_type", "practice_setting", "language", "file_name", "description", "set_id",
})  # fmt: skip
_LONGEST: Final = 500
_ABOUT_PATIENT: Final = frozenset(
    {"Immunization", "AllergyIntolerance", "FamilyMemberHistory", "Device", "NutritionOrder", "Consent"}
)


@dataclass(frozen=True, slots=True)
class Takeaway:
    """What one reader takes away of one record: documents the latest first, entries the newest first, texts by document."""

    patient_id: UUID
    identity: Identity
    documents: tuple[Document, ...]
    items: tuple[Item, ...] = field(repr=False)
    texts: Mapping[UUID, str] = field(repr=False)
    at: datetime
    keeper: str  # the installation, as people know it: its address
    paths: Mapping[UUID, str] = field(repr=False)

    def manifest(self) -> bytes:
        """Everything that bringing back needs, the contents apart (they lie at `path`, proved by `sha256`)."""
        unique = {one.id: one.metadata.unique_id for one in self.documents}
        traits = {name: getattr(self.identity.traits, name) for name in _TRAITS}
        ins = self.identity.ins
        return orjson.dumps(
            {
                "format": FORMAT, "edition": EDITION, "from": self.keeper, "at": self.at.isoformat(),
                "person": {"traits": traits, "ins": [ins.matricule, ins.oid] if ins else None},
                "documents": [_row(one, self.paths[one.id], unique) for one in self.documents],
                "own": [
                    {"resource": one.resource, "received": one.received.isoformat()}
                    for one in self.items if one.state is State.OWN
                ],
            },
            option=orjson.OPT_INDENT_2,
        )  # fmt: skip

    def bundle(self) -> bytes:
        """A FHIR R4 Bundle (collection): the person, each document with the path of its file, each entry."""
        about = {"reference": f"urn:uuid:{self.patient_id}"}
        person = building.patient(synopses.subject(self.identity)) | {"id": str(self.patient_id)}
        resources = [(self.patient_id, person)]
        resources += [(one.id, _reference(one, self.paths[one.id], about)) for one in self.documents]
        resources += [(one.id, _entry(one, about)) for one in self.items]
        entries = [{"fullUrl": f"urn:uuid:{number}", "resource": resource} for number, resource in resources]
        made = {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": instants.written(self.at),
            "entry": entries,
        }
        return orjson.dumps(made)


_TRAITS: Final = tuple(one.name for one in fields(Traits))


def path_of(document: Document) -> str:
    """« documents/2026/2026-03-12 bilan-sanguin 1f2e3d4c.pdf »: what it is, its day, and its number against homonyms."""
    day = document.on
    plain = unicodedata.normalize("NFKD", document.metadata.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "document"
    ending = _ENDINGS.get(document.metadata.media_type, "bin")
    return f"documents/{day.year:04}/{day.isoformat()}_{words}_{document.id.hex[-12:]}.{ending}"


def _row(one: Document, path: str, unique: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "path": path, "sha256": one.sha256.hex(), "size": one.size, "status": one.status,
        "visibility": sorted(one.visibility), "archived": one.archived, "received": one.received.isoformat(),
        "depositor": one.depositor, "by_patient": one.by_patient,
        "replaces": unique.get(one.replaces) if one.replaces else None,
        "metadata": sealed.unpacked(sealed.pack(one.metadata))["m"],
    }  # fmt: skip


def _reference(one: Document, path: str, about: dict[str, Any]) -> dict[str, Any]:
    served = Served(
        id=str(one.id), version=one.version, updated=one.updated, status=one.status, visibility=one.visibility,
        archived=one.archived, size=one.size, replaces=str(one.replaces) if one.replaces else None,
    )  # fmt: skip
    made = building.build(reference_of(one, Subject(matricule="", oid="")), served)
    made["contained"] = [inner for inner in made.get("contained", ()) if inner.get("id") != "patient"]
    made.get("context", {}).pop("sourcePatientInfo", None)
    made["subject"] = about
    made["content"][0]["attachment"]["url"] = f"../{path}"
    return made


def _entry(one: Item, about: dict[str, Any]) -> dict[str, Any]:
    made = {**one.resource, "id": str(one.id), "meta": {"lastUpdated": instants.written(one.received)}}
    if one.source is not None:
        made["meta"]["source"] = f"urn:uuid:{one.source.document_id}"
    made["patient" if one.kind in _ABOUT_PATIENT else "subject"] = about
    return made


# ---- bringing back


@dataclass(frozen=True, slots=True)
class Carried:
    """One document that an archive announces. fault: why it cannot be brought, in words."""

    path: str
    title: str
    sha256: str
    document: NewDocument | None = field(default=None, repr=False)
    archived: bool = False
    fault: str = ""

    def with_content(self, data: bytes) -> NewDocument:
        """The document, once its bytes are there and are those that the archive names. Invalid otherwise."""
        assert self.document is not None
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Invalid("Ce fichier a été changé depuis qu’il a quitté l’espace.", code="archive-changed")
        return replace(self.document, content=data)


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive says of itself: where it was taken from, when, whose it is, and what is in it."""

    keeper: str
    at: datetime
    traits: Traits
    ins: Ins | None
    documents: tuple[Carried, ...] = field(repr=False)
    own: tuple[dict[str, Any], ...] = field(repr=False)


def archive(data: bytes) -> Archive:
    """Read a manifest that anybody may have written. Invalid when it is none of ours; a faulty document says why."""
    try:
        said = orjson.loads(data)
        if said["format"] != FORMAT or said["edition"] != EDITION:
            raise _not_ours()
        keeper, at = _text(said["from"], 200), _instant(said["at"])
        traits = Traits(**{name: _trait(name, said["person"]["traits"].get(name)) for name in _TRAITS})
        ins = said["person"]["ins"]
        rows, own = list(said["documents"]), [dict(one["resource"]) for one in said["own"]]
        return Archive(
            keeper=keeper, at=at, traits=traits, ins=Ins(_text(ins[0], 15), _text(ins[1], 60)) if ins else None,
            documents=tuple(_carried(row, keeper) for row in rows), own=tuple(own),
        )  # fmt: skip
    except Invalid:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise _not_ours() from None


def _carried(row: Any, keeper: str) -> Carried:
    path, title, sha256 = "", "", ""
    try:
        path, sha256 = _text(row["path"], 400), _text(row["sha256"], 64)
        values = {name: value for name, value in row["metadata"].items() if name not in _NOT_BROUGHT}
        title = _text(values["title"], _LONGEST)
        came_before = values.pop("brought", None)
        metadata = _metadata(values)
        if row["status"] not in ("current", "superseded"):
            raise ValueError("a withdrawn document is not carried")
        codes = frozenset(_text(one, 60) for one in row["visibility"])
        if codes & _SECRET or not codes <= _VISIBILITY:
            raise ValueError("visibility")
        brought = Brought(keeper, _text(row["depositor"], 200), _instant(row["received"]))
        if came_before is not None:
            brought = replace(brought, depositor=_text(came_before["depositor"], 200), at=_instant(came_before["at"]))
        replaces = row["replaces"]
        made = NewDocument(
            metadata=replace(metadata, brought=None if row["by_patient"] is True and came_before is None else brought),
            content=b"", visibility=codes or frozenset({"N"}), replaces=_text(replaces, 200) if replaces else None,
        )  # fmt: skip
        return Carried(path, title, sha256, made, archived=row["archived"] is True)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return Carried(path, title or path, sha256, fault="Sa description ne se lit pas.")


def _metadata(values: dict[str, Any]) -> Metadata:
    for name in values.keys() & _TEXTS:
        _text(values[name], _LONGEST)
    if not values["type_code"] or values["class_code"] not in valuesets.CLASSES:
        raise ValueError("codes")
    authors = [
        Author(**{name: _text(value, 200) for name, value in one.items() if value is not None})
        for one in values.get("authors", ())[:50]
    ]
    version = values.get("version")
    if version is not None and not (isinstance(version, int) and 0 <= version < 10**6):
        raise ValueError("version")
    start = values.get("service_start")
    return Metadata(
        **{name: values[name] for name in _TEXTS if name in values}, created=_instant(values["created"]),
        service_start=_instant(start) if start else None, authors=tuple(authors), version=version,
    )  # fmt: skip


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or any(unicodedata.category(c) == "Cc" for c in value):
        raise ValueError("text")
    return value


def _instant(value: Any) -> datetime:
    found = datetime.fromisoformat(_text(value, 40))
    if found.tzinfo is None or not 1850 <= found.year <= 2200:
        raise ValueError("instant")
    return found


def _trait(name: str, value: Any) -> Any:
    if name == "given_names":
        return tuple(_text(one, 100) for one in value)
    return None if value is None else _text(value, 200)


def _not_ours() -> Invalid:
    return Invalid("Ce fichier n’est pas une archive emportée d’un espace Hygie.", code="archive-not-ours")


def fresh(own: Iterable[dict[str, Any]], known: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the person said of herself that is not said here already."""
    here = {orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in known}
    return [one for one in own if orjson.dumps(one, option=orjson.OPT_SORT_KEYS) not in here]
