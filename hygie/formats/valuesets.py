"""Codes of the French sharing rules: classes, types, formats, confidentiality, settings.

Everything comes from `data/document_types.yaml`, which names its sources and its date. Functions never fail on an
unknown code: value sets change several times a year, and a document must not be refused for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml


@dataclass(frozen=True, slots=True)
class Category:
    """One of the eleven shelves people see. `id` is stable and goes in URLs."""

    id: str
    label: str
    classes: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """class_code is None for types that the sharing rules file nowhere."""

    code: str
    label: str
    class_code: str | None


_DATA: Final[dict[str, Any]] = yaml.safe_load(
    files("hygie.formats").joinpath("data/document_types.yaml").read_text(encoding="utf-8")
)

CLASSES: Final[Mapping[str, str]] = MappingProxyType(_DATA["classes"])
CLASS_WORDS: Final[Mapping[str, str]] = MappingProxyType(_DATA["class_words"])
"""The classes as a person chooses among them; the standard's own names are for professionals and machines."""
TYPES: Final[Mapping[str, DocumentType]] = MappingProxyType(
    {str(code): DocumentType(str(code), label, class_code) for code, (class_code, label) in _DATA["types"].items()}
)
CATEGORIES: Final[tuple[Category, ...]] = tuple(
    Category(row["id"], row["label"], frozenset(row["classes"]), frozenset(row["types"])) for row in _DATA["categories"]
)
CONFIDENTIALITY: Final[Mapping[str, str]] = MappingProxyType(_DATA["confidentiality"])
PRACTICE_SETTINGS: Final[Mapping[str, str]] = MappingProxyType(_DATA["practice_settings"])
FACILITY_TYPES: Final[Mapping[str, str]] = MappingProxyType(_DATA["facility_types"])
OIDS: Final[Mapping[str, str]] = MappingProxyType(_DATA["oids"])
INS_OIDS: Final[frozenset[str]] = frozenset(oid for name, oid in OIDS.items() if name.startswith("ins_"))

LOINC: Final = "2.16.840.1.113883.6.1"
TRE_A05: Final = "1.2.250.1.213.1.1.4.12"  # document types that LOINC lacks

_ALIASES: Final[Mapping[str, str]] = MappingProxyType(_DATA["confidentiality_aliases"])
_FORMATS: Final[Mapping[str, str]] = MappingProxyType(_DATA["formats"])
_BODY_FORMATS: Final[Mapping[str, str]] = MappingProxyType(_DATA["body_formats"])
_OTHER: Final = CATEGORIES[-1]
_BY_TYPE: Final = {code: category for category in CATEGORIES for code in category.types}
_BY_CLASS: Final = {code: category for category in CATEGORIES for code in category.classes}


def class_of(type_code: str) -> str | None:
    """The class of a document type (ASS_X16), None when the type is unknown or has no class."""
    known = TYPES.get(type_code)
    return known.class_code if known else None


def type_label(type_code: str, said: str | None = None) -> str:
    """A plain French name for a type; what the document itself says when the code is unknown."""
    known = TYPES.get(type_code)
    return known.label if known else said or "Document de santé"


def type_system(type_code: str) -> str:
    """The OID of the code system that owns a document type."""
    return LOINC if type_code[:1].isdigit() else TRE_A05


def class_label(class_code: str) -> str:
    return CLASSES.get(class_code, "Autre document")


def category_of(class_code: str, type_code: str | None = None) -> Category:
    """The shelf people find a document on. Unknown codes go to « Autres documents », never nowhere."""
    return _BY_TYPE.get(type_code or "") or _BY_CLASS.get(class_code) or _OTHER


def category(id: str) -> Category | None:
    return next((row for row in CATEGORIES if row.id == id), None)


def confidentiality(codes: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The known confidentiality codes, aliases resolved, and those left unknown.

    A visibility code does not say a level: N is added when no level is there. Unknown codes are returned, never
    dropped, so that the caller refuses rather than shows too much.
    """
    known: set[str] = set()
    unknown: list[str] = []
    for code in codes:
        name = _ALIASES.get(code, code)
        if name in CONFIDENTIALITY:
            known.add(name)
        else:
            unknown.append(code)
    if not known & {"N", "R", "V"}:
        known.add("N")
    return frozenset(known), tuple(unknown)


def format_of(template_ids: Iterable[str], body_media_type: str | None = None) -> str | None:
    """formatCode: from the media type of a level-1 body, otherwise from the most precise template that has one."""
    if body_media_type is not None:
        return _BODY_FORMATS.get(body_media_type)
    found = [_FORMATS[template] for template in template_ids if template in _FORMATS]
    return found[-1] if found else None
