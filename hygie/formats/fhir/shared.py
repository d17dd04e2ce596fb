"""One document of a record as a FHIR Bundle that stands alone: what it is, who wrote it, and its bytes. Pure.

It names nobody: whoever was given it knows whose it is, and an identity number has no business in a shared file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pybase64

from hygie.formats.fhir import instants, systems


@dataclass(frozen=True, slots=True)
class Paper:
    """What is told of one document. type_code: LOINC, when it is one; type_label: in plain words."""

    id: UUID
    title: str
    type_label: str
    day: datetime
    media_type: str
    data: bytes = field(repr=False)
    authors: tuple[str, ...] = ()
    type_code: str = ""


def bundle(paper: Paper, *, at: datetime) -> dict[str, Any]:
    """A collection of one DocumentReference, its content inside."""
    kind: dict[str, Any] = {"text": paper.type_label}
    if paper.type_code:
        kind["coding"] = [{"system": systems.LOINC, "code": paper.type_code}]
    day = instants.written(paper.day)
    made: dict[str, Any] = {
        "resourceType": "DocumentReference", "id": str(paper.id), "status": "current", "type": kind, "date": day,
        "description": paper.title,
        "content": [{"attachment": {
            "contentType": paper.media_type, "data": pybase64.b64encode(paper.data).decode(), "title": paper.title,
            "creation": day,
        }}],
    }  # fmt: skip
    if authors := [{"display": name} for name in _once(paper.authors)]:
        made["author"] = authors
    return {
        "resourceType": "Bundle", "type": "collection", "timestamp": instants.written(at),
        "entry": [{"fullUrl": f"urn:uuid:{paper.id}", "resource": made}],
    }  # fmt: skip


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
