"""Invented laboratory reports: what is printed, and therefore what must be read. Same seed, same report."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hygie.formats import analytes
from hygie.formats.analytes import Analyte

# How laboratories write names: the table's own, and other spellings met on reports.
SPELLINGS: Final = {
    "hematies": ("Hématies", "HEMATIES", "Globules rouges"),
    "hemoglobine": ("Hémoglobine", "HEMOGLOBINE"),
    "hematocrite": ("Hématocrite", "HEMATOCRITE"),
    "vgm": ("V.G.M.", "VGM", "Volume globulaire moyen"),
    "tcmh": ("T.C.M.H.", "TCMH"),
    "ccmh": ("C.C.M.H.", "CCMH"),
    "leucocytes": ("Leucocytes", "LEUCOCYTES", "Globules blancs"),
    "neutrophiles": ("Polynucléaires neutrophiles", "Neutrophiles", "Poly. neutrophiles"),
    "eosinophiles": ("Polynucléaires éosinophiles", "Eosinophiles", "Poly. éosinophiles"),
    "basophiles": ("Polynucléaires basophiles", "Basophiles", "Poly. basophiles"),
    "lymphocytes": ("Lymphocytes", "LYMPHOCYTES"),
    "monocytes": ("Monocytes", "MONOCYTES"),
    "plaquettes": ("Plaquettes", "PLAQUETTES"),
    "vs": ("Vitesse de sédimentation (1re heure)", "VS 1ère heure"),
    "glucose_jeun": ("Glycémie à jeun", "GLYCEMIE A JEUN", "Glucose à jeun"),
    "hba1c": ("Hémoglobine glyquée (HbA1c)", "HbA1c", "HEMOGLOBINE GLYQUEE A1C"),
    "creatinine": ("Créatinine", "CREATININE (enzymatique)", "Créatininémie"),
    "dfg": ("DFG estimé (CKD-EPI)", "Débit de filtration glomérulaire (CKD-EPI)"),
    "uree": ("Urée", "UREE"),
    "acide_urique": ("Acide urique", "ACIDE URIQUE"),
    "sodium": ("Sodium", "SODIUM", "Natrémie"),
    "potassium": ("Potassium", "POTASSIUM", "Kaliémie"),
    "chlore": ("Chlorures", "CHLORE"),
    "calcium": ("Calcium", "CALCIUM", "Calcémie"),
    "proteines": ("Protéines totales", "PROTIDES TOTAUX"),
    "albumine": ("Albumine", "ALBUMINE"),
    "bilirubine_totale": ("Bilirubine totale", "BILIRUBINE TOTALE"),
    "asat": ("ASAT (TGO)", "Transaminases SGOT (ASAT)", "A.S.A.T."),
    "alat": ("ALAT (TGP)", "Transaminases SGPT (ALAT)", "A.L.A.T."),
    "ggt": ("Gamma GT", "GAMMA-GT", "Gamma glutamyl transférase"),
    "pal": ("Phosphatases alcalines", "PHOSPHATASES ALCALINES"),
    "crp": ("CRP", "Protéine C réactive (CRP)", "C.R.P."),
    "ferritine": ("Ferritine", "FERRITINE"),
    "fer": ("Fer sérique", "FER SERIQUE"),
    "cholesterol_total": ("Cholestérol total", "CHOLESTEROL TOTAL"),
    "hdl": ("Cholestérol HDL", "HDL-cholestérol", "CHOLESTEROL H.D.L."),
    "ldl": ("Cholestérol LDL", "LDL-cholestérol (calculé)", "CHOLESTEROL L.D.L."),
    "triglycerides": ("Triglycérides", "TRIGLYCERIDES"),
    "tsh": ("TSH", "T.S.H. ultra-sensible", "Thyréostimuline (TSH)"),
    "t4l": ("T4 libre", "T4 LIBRE (FT4)", "Thyroxine libre (T4L)"),
    "vitamine_d": ("25-OH vitamine D", "Vitamine D (25-OH D2 + D3)"),
    "vitamine_b12": ("Vitamine B12", "VITAMINE B12"),
    "folates": ("Folates sériques", "Acide folique (vitamine B9)"),
    "psa": ("PSA total", "P.S.A. total"),
    "tp": ("Taux de prothrombine", "TP"),
    "inr": ("INR", "I.N.R."),
    "fibrinogene": ("Fibrinogène", "FIBRINOGENE"),
    "albuminurie_ratio": ("Rapport albumine / créatinine urinaire", "Albuminurie / créatininurie"),
}

SECTIONS: Final = (
    ("HEMATOLOGIE", ("hematies", "hemoglobine", "hematocrite", "vgm", "tcmh", "ccmh", "leucocytes", "neutrophiles",
                     "eosinophiles", "basophiles", "lymphocytes", "monocytes", "plaquettes", "vs")),
    ("HEMOSTASE", ("tp", "inr", "fibrinogene")),
    ("BIOCHIMIE SANGUINE", ("glucose_jeun", "hba1c", "creatinine", "dfg", "uree", "acide_urique", "sodium", "potassium",
                            "chlore", "calcium", "proteines", "albumine", "bilirubine_totale", "asat", "alat", "ggt",
                            "pal", "crp", "ferritine", "fer", "cholesterol_total", "hdl", "ldl", "triglycerides")),
    ("HORMONOLOGIE - VITAMINES", ("tsh", "t4l", "vitamine_d", "vitamine_b12", "folates", "psa")),
    ("BIOCHIMIE URINAIRE", ("albuminurie_ratio",)),
)  # fmt: skip
WORDS: Final = (
    ("ag_hbs", "Antigène HBs", "Négatif"), ("ac_vhc", "Sérologie hépatite C", "Négatif"),
    ("ac_hbc", "Anticorps anti-HBc totaux", "Négatif"), ("ecbu_culture", "Culture", "Absence de germe"),
)  # fmt: skip
PER_MM3: Final = ("leucocytes", "neutrophiles", "eosinophiles", "basophiles", "lymphocytes", "monocytes", "plaquettes")


@dataclass(frozen=True, slots=True)
class Interval:
    low: str | None
    high: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row. value, second and bounds as printed, comma and all; unit as printed; ucum for the truth.

    flag: "", "H" or "B": outside the interval. previous: newest first, in the unit of the value.
    other_sex: the interval of the other sex, when the laboratory prints both.
    """

    analyte: Analyte
    label: str
    value: str
    unit: str = ""
    ucum: str = ""
    comparator: str = ""
    interval: Interval = Interval(None, None)
    other_sex: Interval | None = None
    flag: str = ""
    second: str = ""
    second_unit: str = ""
    second_ucum: str = ""
    second_interval: Interval = Interval(None, None)
    previous: tuple[tuple[date, str], ...] = ()
    second_previous: tuple[str, ...] = ()
    method: str = ""

    @property
    def words(self) -> bool:
        return not self.ucum


@dataclass(frozen=True, slots=True)
class Report:
    laboratory: str
    address: str
    biologist: str
    patient: str
    sex: str  # H or F
    born: date
    sampled: date
    previous_days: tuple[date, ...]
    prescriber: str
    number: str
    sections: tuple[tuple[str, tuple[Line, ...]], ...] = field(repr=False)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for _, lines in self.sections for line in lines)


def report(seed: int, *, rows: int = 26, per_mm3: bool = False, words: bool = True) -> Report:
    """A report of about so many rows. per_mm3: blood cells counted per mm³."""
    draw = random.Random(seed)
    sampled = date(2024, 1, 8) + timedelta(days=draw.randrange(800))
    days = tuple(sorted((sampled - timedelta(days=draw.randrange(60, 900)) for _ in range(2)), reverse=True))
    sex = draw.choice("HF")
    share = rows / sum(len(names) for _, names in SECTIONS)
    sections = []
    for title, names in SECTIONS:
        kept = [name for name in names if draw.random() < share]
        lines = tuple(_line(draw, analytes.BY_ID[name], sex, days, per_mm3 and name in PER_MM3) for name in kept)
        if lines:
            sections.append((title, lines))
    if words:
        said = draw.sample(WORDS, 2)
        sections.append(("SEROLOGIE", tuple(Line(analytes.BY_ID[name], label, value) for name, label, value in said)))
    women, men = ("Amina BENALI", "Zoé LAMBERT", "Claire PETIT"), ("Paul MARTIN", "Karim HADDAD", "Louis NGUYEN")
    return Report(
        laboratory=draw.choice(
            ("Laboratoire de la Seine", "LABORATOIRE DE BIOLOGIE MEDICALE DES TILLEULS", "Labo Seine")
        ),
        address=draw.choice(("12 rue des Lilas 75011 PARIS", "3 place du Marché 44000 NANTES")),
        biologist=draw.choice(("Dr Hélène FAURE", "Dr Marc OLIVIER")),
        patient=draw.choice(women if sex == "F" else men),
        sex=sex,
        born=date(1940, 1, 1) + timedelta(days=draw.randrange(20_000)),
        sampled=sampled,
        previous_days=days,
        prescriber=draw.choice(("Dr Awa DIALLO", "Dr Jean ROUX")),
        number=f"{sampled:%y%m%d}{draw.randrange(1000, 9999)}",
        sections=tuple(sections),
    )


def shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def single(line: Line) -> Line:
    """The same row in one unit only."""
    return replace(line, second="", second_unit="", second_ucum="", second_interval=Interval(None, None))


def _decimals(size: Decimal) -> int:
    return 2 if size < 10 else 1 if size < 100 else 0


def written(number: Decimal, decimals: int) -> str:
    """French digits: a comma, a space between thousands."""
    whole, _, part = f"{number:.{decimals}f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", " ", whole) if len(whole) > 4 else whole
    return grouped + ("," + part if part else "")


def _line(draw: random.Random, analyte: Analyte, sex: str, days: tuple[date, ...], per_mm3: bool) -> Line:
    low, high, others = _bounds(analyte, sex)
    scale = Decimal(1000) if per_mm3 else Decimal(1)
    top = high if high is not None else (low or Decimal(1)) * Decimal("1.6")
    bottom = low if low is not None else Decimal(0)
    decimals = 0 if per_mm3 else _decimals(top)
    if analyte.id in ("inr", "tsh", "fer"):
        decimals = 2

    def value_near(middle: Decimal, spread: float) -> Decimal:
        return max(middle * Decimal(str(round(draw.uniform(1 - spread, 1 + spread), 4))), Decimal("0.1") ** decimals)

    place = draw.random()
    if place < 0.72:
        value = bottom + (top - bottom) * Decimal(str(round(draw.uniform(0.1, 0.9), 3)))
    elif place < 0.88 or low is None or low == 0:
        value = top * Decimal(str(round(draw.uniform(1.08, 1.9), 3)))
    else:
        value = bottom * Decimal(str(round(draw.uniform(0.6, 0.93), 3)))
    most = analyte.plausible[1]
    value = min(value, most * Decimal("0.9")) if most else value
    printed = written(value * scale, decimals)
    number = number_of(printed)
    comparator = ""
    if analyte.id == "dfg" and number > 90:
        comparator, printed, number = ">", "90", Decimal(90)
    elif analyte.id in ("crp", "tsh") and draw.random() < 0.15:
        comparator, printed = "<", {"crp": "0,6", "tsh": "0,01"}[analyte.id]
        number = number_of(printed)
    interval = Interval(*(written(b * scale, decimals) if b is not None and b > 0 else None for b in (low, high)))
    flag = "B" if low and number < low * scale else "H" if high is not None and number > high * scale else ""
    olds = tuple(written(value_near(number, 0.2), decimals) for _ in days)
    unit = analyte.second if per_mm3 and analyte.second else analyte.unit
    line = Line(
        analyte=analyte,
        label=draw.choice(SPELLINGS.get(analyte.id, (analyte.label,))),
        value=printed,
        unit="" if unit.ucum == "{INR}" else unit.printed[0],
        ucum=unit.ucum,
        comparator=comparator,
        interval=interval,
        other_sex=Interval(*(written(b, decimals) if b else None for b in others)) if others and not per_mm3 else None,
        flag=flag,
        previous=tuple(zip(days, olds, strict=True)),
        method=draw.choice(("", "", "(Colorimétrie, Cobas)", "(Electrochimiluminescence Roche)")),
    )
    if analyte.second is None or analyte.factor is None or analyte.second.ucum in ("/uL", "L/L", "g/L") or comparator:
        return line
    factor = analyte.factor

    def molar(text: str | None) -> str | None:
        if text is None:
            return None
        converted = number_of(text) * factor
        return written(converted, _decimals(converted))

    return replace(
        line,
        second=molar(printed) or "",
        second_unit=analyte.second.printed[0],
        second_ucum=analyte.second.ucum,
        second_interval=Interval(molar(interval.low), molar(interval.high)),
        second_previous=tuple(molar(old) or "" for old in olds),
    )


def number_of(printed: str) -> Decimal:
    return Decimal(printed.replace(" ", "").replace(",", "."))


def _bounds(
    analyte: Analyte, sex: str
) -> tuple[Decimal | None, Decimal | None, tuple[Decimal | None, Decimal | None] | None]:
    """Low and high for this sex, and those of the other sex when the table has both."""
    men = (analyte.unit.low, analyte.unit.high)
    said = re.search(r"femme (?:< )?([\d.]+)(?:-([\d.]+))?", analyte.note)
    if analyte.unit.high is None and analyte.unit.low is None:
        return Decimal(0), Decimal(10), None
    if "homme" not in analyte.id and said:
        women = (Decimal(said[1]), Decimal(said[2])) if said[2] else (None, Decimal(said[1]))
        return (*men, women) if sex == "H" else (*women, men)
    return (*men, None)
