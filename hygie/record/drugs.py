"""The public database of medicines in this installation: replaced whole, looked up by code or name. Nobody's data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hygie.base import sql
from hygie.formats.drugs import Base, Catalogue, Drug, Edition, Pack, names, shipped
from hygie.formats.drugs.catalogue import Named, brands_of, merged, phrases
from hygie.record.medications import named
from hygie.record.types import Item

_LOCK = 0x6472756773  # one import at a time


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did. again: the same files as those at hand, so nothing was written. ambiguous: first words of
    names that do not always mean the same substances, and so mean nothing alone."""

    edition: Edition
    again: bool
    ambiguous: int = 0


def replace_drugs(*, base: Base, day: date, digest: bytes, at: datetime) -> Loaded:
    """Replace the medicines known here by these, in one transaction: whoever reads sees the old ones or the new ones.

    digest: of the files; the same digest again writes nothing. day: the state of the base, as its publisher dates it.
    """
    edition = Edition(day, len(base.drugs), len(base.packs), extract=False)
    brands, ambiguous = brands_of(base.drugs)
    with transaction.atomic():
        cursor = sql.cursor()
        cursor.execute("SELECT pg_advisory_xact_lock(%b)", [_LOCK])
        if cursor.execute("SELECT 1 FROM record_drugedition WHERE digest = %b AND day = %b", [digest, day]).fetchone():
            return Loaded(edition, again=True, ambiguous=ambiguous)
        for table in ("record_drug", "record_pack", "record_drugname", "record_drugedition"):
            cursor.execute(f"DELETE FROM {table}".encode())
        with cursor.copy(
            "COPY record_drug (cis, name, form, brand, substances, atc, generic_group, generic) FROM STDIN"
        ) as copy:
            for drug in base.drugs:
                substances = list(drug.substances)
                copy.write_row(
                    (drug.cis, drug.name, drug.form, drug.brand, substances, drug.atc, drug.group, drug.generic)
                )
        with cursor.copy("COPY record_pack (cip13, cip7, cis, label) FROM STDIN") as copy:
            for pack in base.packs:
                copy.write_row((pack.cip13, pack.cip7, pack.cis, pack.label))
        with cursor.copy("COPY record_drugname (words, substances) FROM STDIN") as copy:
            for words, (held, _) in brands.items():
                copy.write_row((words, list(held)))
        cursor.execute(
            "INSERT INTO record_drugedition (id, day, imported, digest, drugs, packs) VALUES (1, %b, %b, %b, %b, %b)",
            [day, at, digest, edition.drugs, edition.packs],
        )
    return Loaded(edition, again=False, ambiguous=ambiguous)


def drugs_edition() -> Edition:
    """Which state of the public database is at hand; the extract shipped with Hygie before any import."""
    row = sql.cursor().execute("SELECT day, drugs, packs FROM record_drugedition", prepare=True).fetchone()
    return Edition(row[0], row[1], row[2], extract=False) if row else shipped().edition


def catalogue(*, called: Iterable[str] = (), codes: Iterable[str] = ()) -> Catalogue:
    """What is known here of these names and codes (CIS, CIP), over what Hygie ships. At most four short statements."""
    at_hand = drugs_edition()
    if at_hand.extract:
        return shipped()
    cursor = sql.cursor()
    asked = set(codes)
    boxes = {code if len(code) == 13 else names.cip13_of(code) for code in asked if len(code) in (7, 13)} - {None}
    packs = []
    if boxes:
        rows = cursor.execute(
            "SELECT cip13, cip7, cis, label FROM record_pack WHERE cip13 = ANY(%b)",
            [sorted(str(b) for b in boxes)],
            prepare=True,
        )
        packs = [Pack(*row) for row in rows]
    wanted = sorted({code for code in asked if len(code) == 8} | {pack.cis for pack in packs})
    drugs = []
    if wanted:
        found = cursor.execute(
            "SELECT cis, name, form, brand, substances, atc, generic_group, generic FROM record_drug WHERE cis = ANY(%b)",
            [wanted], prepare=True,
        )  # fmt: skip
        drugs = [Drug(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6], row[7]) for row in found]
    brands: dict[str, Named] = {}
    if words := sorted({phrase for name in called for phrase in phrases(name)}):
        known = cursor.execute(
            "SELECT words, substances FROM record_drugname WHERE words = ANY(%b)", [words], prepare=True
        )
        brands = {row[0]: (tuple(row[1]), None) for row in known}
    return merged(at_hand, drugs, packs, brands)


def catalogue_of(items: Iterable[Item]) -> Catalogue:
    """What is known here of the medicines in these entries."""
    said = [named(item.resource) for item in items]
    return catalogue(called={name for name, _, _ in said}, codes={code for _, codes, _ in said for code in codes})
