"""The analytes of French laboratories: names, LOINC codes, units as printed, factors between mass and molar units.

Facts come from `data/lab_analytes_fr.csv`, which names its sources and dates; LOINC and UCUM are used under their
licences (see the notices of the project). The indicative intervals are never shown in place of the laboratory's own;
`plausible` bounds guard a reading against a lost comma, they are no medical limits.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from hygie.formats.accents import without_accents


@dataclass(frozen=True, slots=True)
class Unit:
    """ucum: "" when the result is words. printed: spellings of the same unit. low, high: indicative adult interval."""

    ucum: str
    printed: tuple[str, ...]
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Analyte:
    """factor: value in `unit` x factor = value in `second`; None when there is no fixed factor (HbA1c is affine).

    plausible: bounds in `unit`. qualitative: its result is words (« négatif »).
    """

    id: str
    group: str
    label: str
    names: tuple[str, ...]
    specimen: str
    loinc: str
    loinc_alt: str | None
    unit: Unit
    second: Unit | None
    factor: Decimal | None
    plausible: tuple[Decimal | None, Decimal | None]
    note: str

    @property
    def qualitative(self) -> bool:
        return not self.unit.ucum

    @property
    def units(self) -> tuple[Unit, ...]:
        return (self.unit, self.second) if self.second else (self.unit,)


def _decimal(written: str) -> Decimal | None:
    return Decimal(written) if written else None


def _unit(row: Mapping[str, str], prefix: str, bounds: str) -> Unit:
    spellings = tuple(filter(None, row[f"{prefix}_print_fr"].split("|")))
    return Unit(row[f"{prefix}_ucum"], spellings, _decimal(row[f"{bounds}_low"]), _decimal(row[f"{bounds}_high"]))


def _analyte(row: Mapping[str, str]) -> Analyte:
    return Analyte(
        id=row["id"],
        group=row["group"],
        label=row["label_fr"],
        names=(row["label_fr"], *filter(None, row["abbreviations"].split("|"))),
        specimen=row["specimen"],
        loinc=row["loinc"],
        loinc_alt=row["loinc_alt"] or None,
        unit=_unit(row, "unit", "ref"),
        second=_unit(row, "unit2", "ref2") if row["unit2_ucum"] else None,
        factor=_decimal(row["factor_unit_to_unit2"]),
        plausible=(_decimal(row["plausible_min"]), _decimal(row["plausible_max"])),
        note=row["note"],
    )


_SOURCE: Final = files("hygie.formats").joinpath("data/lab_analytes_fr.csv").read_text(encoding="utf-8")

ALL: Final[tuple[Analyte, ...]] = tuple(_analyte(row) for row in csv.DictReader(_SOURCE.splitlines()))
BY_ID: Final[Mapping[str, Analyte]] = MappingProxyType({analyte.id: analyte for analyte in ALL})
# The alternative code may have another unit, method or specimen: it names the analyte, never the unit.
BY_LOINC: Final[Mapping[str, Analyte]] = MappingProxyType(
    {analyte.loinc_alt: analyte for analyte in ALL if analyte.loinc_alt}
    | {analyte.loinc: analyte for analyte in ALL if analyte.loinc}
)


def plain(name: str) -> str:
    """A name as it is compared: lower case, no accents, no punctuation, single spaces."""
    known = _PLAIN.get(name)
    return _plain(name) if known is None else known


def _plain(name: str) -> str:
    letters = name.lower()
    if not letters.isascii():
        letters = without_accents(letters.replace("œ", "oe").replace("γ", "gamma ")).lower()
    letters = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", letters)  # V.G.M. -> vgm
    return " ".join(re.sub(r"[^a-z0-9%+]+", " ", letters).split())


_PLAIN: Final = {one.label: _plain(one.label) for one in ALL}  # a list is sorted by it at each visit
