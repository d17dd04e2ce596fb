"""Blood that makes sense: a body, its measures on a day, and the report with what was found before.

Values hold together (a red cell count agrees with haemoglobin and volume, the filtration rate with creatinine, age and
sex, LDL with the other lipids, fasting glucose with HbA1c) and drift slowly from one report to the next.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from hygie.formats.cda import times
from hygie.formats.cda.lab_report import Chapter, Panel, Previous, Quantity, Result
from hygie.ops.demo.analytes import ANALYTES, PANELS, Analyte

_RECALLED = 2  # earlier values printed beside a result


@dataclass(frozen=True, slots=True)
class Memory:
    """What a body had measured before, and where its chance stood."""

    past: dict[str, list[tuple[str, Decimal]]]
    chance: tuple[object, ...]


@dataclass(slots=True)
class Body:
    """Someone's usual values, in the units of ANALYTES. `now` holds those that a story sets for a day."""

    sex: str
    born: int  # year
    dice: random.Random
    usual: dict[str, float] = field(default_factory=dict)
    past: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        woman = self.sex == "female"
        throw = self.dice.gauss
        self.usual = {
            "hemoglobine": throw(13.4 if woman else 15.0, 0.5), "vgm": throw(89, 2.5), "ccmh": throw(33.8, 0.5),
            "leucocytes": throw(6.4, 0.9), "plaquettes": throw(255, 35), "glucose": throw(0.89, 0.06),
            "creatinine": throw(7.2 if woman else 9.2, 0.7), "cholesterol": throw(1.76, 0.09), "triglycerides": throw(0.95, 0.15),
            "hdl": throw(0.58 if woman else 0.49, 0.06), "sodium": throw(140, 1.2), "potassium": throw(4.2, 0.2),
            "chlore": throw(103, 1.2), "asat": throw(22, 4), "alat": throw(21, 5), "ggt": throw(20 if woman else 28, 5),
            "pal": throw(70, 12), "bilirubine": throw(6, 1.5), "crp": abs(throw(1.5, 0.8)), "tsh": throw(1.9, 0.5),
            "t4l": throw(10.8, 0.8), "ferritine": throw(62 if woman else 140, 18), "fer": throw(1.0, 0.12),
            "transferrine": throw(2.6, 0.2), "vitamine_d": throw(26, 5), "acide_urique": throw(42 if woman else 55, 5),
            "psa": abs(throw(1.1, 0.4)), "inr": 1.0, "ntprobnp": abs(throw(60, 20)), "albuminurie": abs(throw(8, 3)),
            "anti_tpo": abs(throw(10, 3)), "hcg": 1.0,
        }  # fmt: skip

    def memory(self) -> Memory:
        return Memory({name: list(values) for name, values in self.past.items()}, self.dice.getstate())

    def recall(self, memory: Memory) -> None:
        """Go back to that moment."""
        self.past = {name: list(values) for name, values in memory.past.items()}
        self.dice.setstate(memory.chance)

    def measure(self, at: datetime, now: dict[str, float]) -> dict[str, float]:
        """Everything there is to know of this body on a day; `now` overrides and remains unwavering."""
        values = {name: value * self.dice.gauss(1, 0.035) for name, value in self.usual.items()}
        values["sodium"] = self.usual["sodium"] * self.dice.gauss(1, 0.006)
        values["chlore"] = self.usual["chlore"] * self.dice.gauss(1, 0.008)
        values["vgm"] = self.usual["vgm"] * self.dice.gauss(1, 0.008)
        values["ccmh"] = self.usual["ccmh"] * self.dice.gauss(1, 0.008)
        if "hba1c" in now and "glucose" not in now:
            # Mean glucose from HbA1c (ADAG 2008: 28.7 x A1c - 46.7 mg/dL); fasting is somewhat below the mean.
            values["glucose"] = (28.7 * now["hba1c"] - 46.7) / 100 * self.dice.gauss(0.93, 0.04)
        values |= now
        values.setdefault("hba1c", (values["glucose"] * 100 + 46.7 + 14) / 28.7)
        self._blood(values)
        # Friedewald 1972, in g/L; the rate of filtration by CKD-EPI 2009, creatinine in mg/dL.
        values["ldl"] = max(0.2, values["cholesterol"] - values["hdl"] - values["triglycerides"] / 5)
        values["dfg"] = _ckd_epi(values["creatinine"] / 10, max(18, at.year - self.born), self.sex)
        values.setdefault("uree", 0.3 * (values["creatinine"] / 8.5) ** 0.8)
        return values

    def _blood(self, values: dict[str, float]) -> None:
        values["hematocrite"] = values["hemoglobine"] / values["ccmh"] * 100
        values["hematies"] = values["hematocrite"] * 10 / values["vgm"]
        values["tcmh"] = values["hemoglobine"] * 10 / values["hematies"]
        shares = {
            "lymphocytes": self.dice.uniform(0.26, 0.36), "monocytes": self.dice.uniform(0.06, 0.09),
            "eosinophiles": self.dice.uniform(0.01, 0.04), "basophiles": self.dice.uniform(0.003, 0.008),
        }  # fmt: skip
        if values["leucocytes"] > 10.5:  # an infection: more neutrophils than usual
            shares["lymphocytes"] *= 0.55
        for name, share in shares.items():
            values[name] = values["leucocytes"] * share
        values["neutrophiles"] = values["leucocytes"] * (1 - sum(shares.values()))

    def report(
        self, at: datetime, *panels: str, note: dict[str, str] | None = None, **now: float
    ) -> tuple[Chapter, ...]:
        """The chapters of a report of that day, in the order of the laboratory; what it finds is remembered."""
        values, notes = self.measure(at, now), note or {}
        chapters: dict[tuple[str, str], dict[tuple[str, str], list[Result]]] = {}
        for name in panels:
            code, label, chapter, analytes = PANELS[name]
            found = [self._result(one, values[one], at, notes.get(one)) for one in analytes]
            chapters.setdefault(chapter, {}).setdefault((code, label), []).extend(found)
        return tuple(
            Chapter(code, label, tuple(Panel(*named, tuple(results)) for named, results in inside.items()))
            for (code, label), inside in chapters.items()
        )

    def _result(self, name: str, value: float, at: datetime, note: str | None) -> Result:
        analyte = ANALYTES[name]
        exact = _round(value, analyte)
        low, high = analyte.interval(self.sex)
        told = times.hl7(at)
        before = self.past.setdefault(name, [])
        previous = tuple(Previous(Quantity(one, analyte.unit), when) for when, one in before[-_RECALLED:][::-1])
        before.append((told, exact))
        meaning = "L" if low is not None and exact < low else "H" if high is not None and exact > high else "N"
        return Result(
            analyte.code, analyte.label, Quantity(exact, analyte.unit), told, low, high, None, meaning, analyte.method,
            note, "completed", previous,
        )  # fmt: skip


def _round(value: float, analyte: Analyte) -> Decimal:
    return Decimal(str(round(max(value, 0.0), analyte.digits))).quantize(Decimal(1).scaleb(-analyte.digits))


def _ckd_epi(creatinine: float, age: int, sex: str) -> float:
    """mL/min/1.73 m2. creatinine: mg/dL. Source: Levey et al., Ann Intern Med 2009;150:604-612, without ethnicity."""
    k, alpha, factor = (0.7, -0.329, 1.018) if sex == "female" else (0.9, -0.411, 1.0)
    ratio = creatinine / k
    return float(141 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.209 * 0.993**age * factor)


def words(
    code: str, label: str, value: str, at: datetime, *, reference: str | None = None, note: str | None = None
) -> Result:
    """A result in words: « Négatif »."""
    return Result(code, label, value, times.hl7(at), reference=reference, note=note)
