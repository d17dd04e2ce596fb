"""A file that a person adds herself, as a document: what she says of it, and what Hygie proposes where she said nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from hygie.formats import valuesets
from hygie.formats.upload import Inspection
from hygie.record.types import Author, Metadata, NewDocument

OTHER: Final = "EXPPAT_2"
BILL: Final = "REMB"  # JDV_J07: bills, statements of reimbursement
_KIND_OF_SHELF: Final = {
    "prescriptions": "DOCPAT02",
    "analyses": "DOCPAT05",
    "imaging": "DOCPAT04",
    "reports": "DOCPAT03",
    "prevention": "DOCPAT06",
    "certificates": "DOCPAT07",
    "summary": "DOCPAT01",
    "wishes": "EXPPAT_1",
    "administrative": "DOCPAT09",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What she said of her files. kind: a type of JDV_J07, or "" to have one proposed. titles: each kind in her words,
    for a file that says nothing of itself."""

    kind: str = ""
    title: str = ""
    day: date | None = None
    hidden: bool = False
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)


def kind_of_shelf(shelf: str) -> str:
    """The type in a person's words for one of the shelves of her documents."""
    return _KIND_OF_SHELF.get(shelf, OTHER)


def is_a_bill(looked: Inspection, said: Said) -> bool:
    """A bill or a statement, as far as one can tell: kept from professionals; only she sends it on."""
    return not said.kind and bool(looked.proposal.confidence) and looked.proposal.type_code == BILL


def own_document(
    author: str, data: bytes, looked: Inspection, said: Said, *, unique_id: str, created: datetime
) -> NewDocument:
    """The document to deposit."""
    proposal = looked.proposal
    kind = said.kind or _proposed_kind(looked)
    day = said.day or proposal.date
    return written(
        author, data, title=said.title or proposal.title or said.titles[kind], kind=kind, media_type=looked.media_type,
        day=noon(day) if day else None, file_name=looked.file_name, unique_id=unique_id, created=created,
        visibility=frozenset({"N", "MASQUE_PS"} if said.hidden or is_a_bill(looked, said) else {"N"}),
    )  # fmt: skip


def written(
    author: str, data: bytes, *, title: str, kind: str, media_type: str, day: datetime | None, file_name: str | None,
    visibility: frozenset[str], unique_id: str, created: datetime, replaces: str | None = None,
) -> NewDocument:  # fmt: skip
    """A document in a person's own words and name."""
    return NewDocument(
        metadata=Metadata(
            title=title,
            class_code=valuesets.class_of(kind) or "90",
            type_code=kind,
            type_system=valuesets.type_system(kind),
            media_type=media_type,
            unique_id=unique_id,
            created=created,
            service_start=day,
            authors=(Author(name=author),),
            practice_setting="EXP_PATIENT",
            file_name=file_name,
        ),
        content=data,
        visibility=visibility,
        replaces=replaces,
    )


def noon(day: date) -> datetime:
    """Noon UTC: the same calendar day in every French time zone but the farthest."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _proposed_kind(looked: Inspection) -> str:
    shelf = valuesets.category_of(looked.proposal.class_code, looked.proposal.type_code)
    return kind_of_shelf(shelf.id) if looked.proposal.confidence else OTHER
