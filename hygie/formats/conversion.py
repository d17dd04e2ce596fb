"""From a code and a unit as received to one analyte and one unit, or to a plain « this cannot be converted ».

`identify` says which analyte a result belongs to, never by guess: a code whose unit belongs to another analyte is not
followed (LOINC 27353-2, « mean glucose », stands on HbA1c in some French examples). `convert` brings a value from any
printed unit to one of the analyte's units, with its own molar factor.

Source of the HbA1c equation: NGSP, master equation NGSP = 0.09148 x IFCC + 2.152, https://ngsp.org/ifcc.asp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from hygie.formats import analytes, units
from hygie.formats.analytes import BY_ID, BY_LOINC, Analyte

HBA1C: Final = "hba1c"
MEAN_GLUCOSE: Final = "27353-2"
# Other codes of the same analyte and property that the table names in its notes.
_MORE_CODES: Final[Mapping[str, str]] = MappingProxyType({"13457-7": "ldl", "4549-2": "hba1c", "17856-6": "hba1c"})
# The value depends on the laboratory's method: two laboratories' curves are not one curve without a word about it.
METHOD_DEPENDENT: Final = frozenset({
    "troponine_t_hs", "troponine_i_hs", "lipase", "ldh", "pth", "anti_tpo", "rubeole_igg", "psa", "hcg", "cortisol",
    "testosterone", "ddimeres", "vitamine_d", "ferritine", "dfg", "tca",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identified:
    """analyte: None when it is not in the table. unit: UCUM, None when not understood or absent.

    variant: "" when the value can stand on the analyte's curve; else the unit (or its meaning: DDU) that sets it apart.
    """

    analyte: Analyte | None
    unit: str | None
    variant: str = ""


def hba1c_percent(mmol_per_mol: Decimal) -> Decimal:
    """HbA1c from IFCC (mmol/mol) to NGSP (%), not rounded. Checked against: 48 -> 6.5, 53 -> 7.0."""
    return Decimal("0.09148") * mmol_per_mol + Decimal("2.152")


def hba1c_mmol_per_mol(percent: Decimal) -> Decimal:
    """HbA1c from NGSP (%) to IFCC (mmol/mol), not rounded. Checked against: 6.5 -> 48, 7.0 -> 53."""
    return (percent - Decimal("2.152")) / Decimal("0.09148")


def analyte_of(code: str) -> Analyte | None:
    """The analyte a LOINC code may speak of; its unit has the last word, see `identify`."""
    return BY_LOINC.get(code) or BY_ID.get(HBA1C if code == MEAN_GLUCOSE else _MORE_CODES.get(code, ""))


@lru_cache(maxsize=8192)
def identify(
    codes: tuple[str, ...], *, unit: str | None, printed: str | None = None, label: str = "", quantity: bool = True
) -> Identified:
    """codes: LOINC, most precise first. unit: UCUM or None; printed: as on the report; label: name as printed.

    With no LOINC code, a name that only one analyte bears identifies it, provided that the unit is one of its own.
    """
    understood = units.ucum(unit) or units.ucum(printed) or (unit if unit and units.parse(unit) else None)
    for code in codes:
        if code == MEAN_GLUCOSE and understood in ("%", "mmol/mol"):
            return Identified(BY_ID[HBA1C], understood)
        analyte = analyte_of(code) if code != MEAN_GLUCOSE else None
        if analyte is None:
            continue
        if analyte.id == "ddimeres":
            return _dimers(analyte, code, understood)
        if not quantity or analyte.qualitative:
            return Identified(analyte, understood)
        if understood is None and printed in (None, "") and "" in (units.printed(analyte.unit.ucum),):
            return Identified(analyte, analyte.unit.ucum)  # INR is printed without a unit
        if understood is None or same_kind(analyte, understood):
            return Identified(analyte, understood)
        return Identified(analyte, understood, variant=understood)
    named = _by_name().get(analytes.plain(label)) if not codes and label else None
    if named is not None and named.id == "ddimeres":
        return _dimers(named, "", understood)
    if named is not None and (not quantity or (understood is not None and same_kind(named, understood))):
        return Identified(named, understood)
    return Identified(None, understood)


def _dimers(analyte: Analyte, code: str, unit: str | None) -> Identified:
    """FEU and DDU differ by about two: never one curve. A unit that does not say takes the meaning of the code."""
    said = "DDU" if "DDU" in (unit or "") else "FEU" if "FEU" in (unit or "") else ""
    meaning = said or {"48065-7": "FEU", "48066-5": "DDU"}.get(code, "")
    if unit is not None and not said and meaning:
        unit = unit + "{" + meaning + "}"
    if meaning == "FEU" and (unit is None or units.factor(unit, analyte.unit.ucum) is not None):
        return Identified(analyte, unit)
    return Identified(analyte, unit, variant=meaning if meaning == "DDU" else unit or "?")


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, Analyte | None]:
    """Plain name -> the only analyte that bears it; None when several do (« leucocytes » of blood and of urine)."""
    found: dict[str, Analyte | None] = {}
    for analyte in analytes.ALL:
        for name in {analytes.plain(name) for name in analyte.names}:
            found[name] = None if name in found else analyte
    return MappingProxyType(found)


@lru_cache(maxsize=4096)
def _steps(analyte_id: str, of: str, to: str) -> Decimal | None:
    """What multiplies a value of this analyte in `of` to give it in `to`, HbA1c apart; None when nothing does."""
    analyte = BY_ID[analyte_id]
    direct = units.factor(of, to)
    if direct is not None:
        return direct
    of, to = _table_unit(analyte, of), _table_unit(analyte, to)
    direct = units.factor(of, to)
    if direct is not None or analyte.second is None or analyte.factor is None:
        return direct
    first, second = analyte.unit.ucum, analyte.second.ucum
    for start, end, by in ((first, second, analyte.factor), (second, first, 1 / analyte.factor)):
        before, after = units.factor(of, start), units.factor(end, to)
        if before is not None and after is not None:
            return before * by * after
    return None


def _table_unit(analyte: Analyte, unit: str) -> str:
    """The UCUM unit that a spelling means for this analyte: UI/L is U/L for an enzyme, mEq/L is mmol/L for sodium."""
    for one in analyte.units:
        for spelling in one.printed:
            meant = units.ucum(spelling)
            if meant is not None and units.factor(meant, one.ucum) is None and units.factor(unit, meant) == 1:
                return one.ucum
    return unit


def convert(analyte: Analyte, value: Decimal, of: str, to: str) -> Decimal | None:
    """A value of this analyte in another unit, not rounded; None when no fixed relation exists. Units are UCUM."""
    if analyte.id == HBA1C and {of, to} == {"%", "mmol/mol"}:
        return hba1c_percent(value) if to == "%" else hba1c_mmol_per_mol(value)
    by = _steps(analyte.id, of, to)
    return None if by is None else value * by


def same_kind(analyte: Analyte, unit: str) -> bool:
    """Whether a value in this unit can stand on the analyte's curve."""
    return unit == analyte.unit.ucum or convert(analyte, Decimal(1), unit, analyte.unit.ucum) is not None


def plausible(analyte: Analyte, value: Decimal, unit: str) -> bool:
    """Whether a reading lies within the guard bounds of the table (a lost comma, a wrong unit): no medical limit."""
    low, high = analyte.plausible
    brought = convert(analyte, value, unit, analyte.unit.ucum)
    if brought is None:
        return True
    return (low is None or brought >= low) and (high is None or brought <= high)
