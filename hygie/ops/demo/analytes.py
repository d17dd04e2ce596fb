"""What the demonstration's laboratory measures: codes, units and reference intervals.

Source: the project's table of laboratory analytes (lab_analytes_fr.csv, as of 2026-02): LOINC as used in the examples of
the ANS and in public mappings; intervals are indicative, for adults, and are printed as this laboratory's own.
LOINC is copyright Regenstrief Institute, Inc., available at no cost under the license at http://loinc.org/license.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

BIOCHEMISTRY = ("18719-5", "Biochimie")
HAEMATOLOGY = ("18723-7", "Hématologie")
MICROBIOLOGY = ("18725-2", "Microbiologie")
SEROLOGY = ("18727-8", "Sérologie")


@dataclass(frozen=True, slots=True)
class Analyte:
    """unit: UCUM; digits: decimals printed; low, high: the interval; for women when it differs: low_f, high_f."""

    code: str
    label: str
    unit: str
    digits: int
    low: str | None = None
    high: str | None = None
    low_f: str | None = None
    high_f: str | None = None
    method: str | None = None

    def interval(self, sex: str) -> tuple[Decimal | None, Decimal | None]:
        low, high = (self.low_f or self.low, self.high_f or self.high) if sex == "female" else (self.low, self.high)
        return (Decimal(low) if low else None, Decimal(high) if high else None)


ANALYTES: dict[str, Analyte] = {
    "hematies": Analyte("789-8", "Hématies", "10*12/L", 2, "4.5", "5.8", "4.0", "5.3"),
    "hemoglobine": Analyte("718-7", "Hémoglobine", "g/dL", 1, "13.0", "17.0", "12.0", "16.0"),
    "hematocrite": Analyte("4544-3", "Hématocrite", "%", 1, "40", "50", "37", "47"),
    "vgm": Analyte("30428-7", "Volume globulaire moyen", "fL", 0, "80", "100"),
    "tcmh": Analyte("28539-5", "Teneur corpusculaire moyenne en Hb", "pg", 1, "27", "33"),
    "ccmh": Analyte("28540-3", "Concentration corpusculaire moyenne en Hb", "g/dL", 1, "32", "36"),
    "leucocytes": Analyte("6690-2", "Leucocytes", "10*9/L", 2, "4", "10"),
    "neutrophiles": Analyte("751-8", "Polynucléaires neutrophiles", "10*9/L", 2, "1.8", "7.5"),
    "eosinophiles": Analyte("711-2", "Polynucléaires éosinophiles", "10*9/L", 2, "0", "0.5"),
    "basophiles": Analyte("704-7", "Polynucléaires basophiles", "10*9/L", 2, "0", "0.1"),
    "lymphocytes": Analyte("731-0", "Lymphocytes", "10*9/L", 2, "1.0", "4.0"),
    "monocytes": Analyte("742-7", "Monocytes", "10*9/L", 2, "0.2", "1.0"),
    "plaquettes": Analyte("777-3", "Plaquettes", "10*9/L", 0, "150", "400"),
    "inr": Analyte("6301-6", "INR", "{INR}", 1, None, "1.2"),
    "glucose": Analyte("53049-3", "Glycémie à jeun", "g/L", 2, "0.7", "1.1", method="Hexokinase"),
    "hba1c": Analyte("4548-4", "Hémoglobine glyquée (HbA1c)", "%", 1, "4.0", "6.0", method="CLHP"),
    "creatinine": Analyte("2160-0", "Créatinine", "mg/L", 1, "7.0", "12.0", "5.5", "10.0", method="Enzymatique"),
    "dfg": Analyte("62238-1", "Débit de filtration glomérulaire estimé", "mL/min/{1.73_m2}", 0, "60", method="CKD-EPI 2009"),
    "uree": Analyte("3091-6", "Urée", "g/L", 2, "0.15", "0.50"),
    "acide_urique": Analyte("3084-1", "Acide urique", "mg/L", 0, "35", "72", "26", "60"),
    "sodium": Analyte("2951-2", "Sodium", "mmol/L", 0, "136", "145"),
    "potassium": Analyte("2823-3", "Potassium", "mmol/L", 1, "3.5", "5.0"),
    "chlore": Analyte("2075-0", "Chlorures", "mmol/L", 0, "98", "107"),
    "asat": Analyte("1920-8", "ASAT", "U/L", 0, None, "40"),
    "alat": Analyte("1742-6", "ALAT", "U/L", 0, None, "41"),
    "ggt": Analyte("2324-2", "Gamma-GT", "U/L", 0, None, "60", None, "40"),
    "pal": Analyte("6768-6", "Phosphatases alcalines", "U/L", 0, "40", "130"),
    "bilirubine": Analyte("1975-2", "Bilirubine totale", "mg/L", 1, "2", "12"),
    "crp": Analyte("1988-5", "Protéine C réactive", "mg/L", 1, None, "5", method="Immunoturbidimétrie"),
    "ferritine": Analyte("2276-4", "Ferritine", "ug/L", 0, "30", "400", "15", "150"),
    "fer": Analyte("2498-4", "Fer sérique", "mg/L", 2, "0.6", "1.6"),
    "transferrine": Analyte("3034-6", "Transferrine", "g/L", 2, "2.0", "3.6"),
    "cholesterol": Analyte("2093-3", "Cholestérol total", "g/L", 2, None, "2.00"),
    "hdl": Analyte("2085-9", "HDL-cholestérol", "g/L", 2, "0.40"),
    "ldl": Analyte("13457-7", "LDL-cholestérol", "g/L", 2, None, "1.60", method="Calculé (Friedewald)"),
    "triglycerides": Analyte("2571-8", "Triglycérides", "g/L", 2, None, "1.50"),
    "tsh": Analyte("3016-3", "TSH", "m[IU]/L", 2, "0.40", "4.00", method="Immunodosage ECLIA"),
    "t4l": Analyte("3024-7", "T4 libre", "ng/L", 1, "7.0", "14.8", method="Immunodosage ECLIA"),
    "anti_tpo": Analyte("8099-4", "Anticorps anti-TPO", "[IU]/mL", 0, None, "34"),
    "vitamine_d": Analyte("62292-8", "25-OH vitamine D", "ug/L", 0, "20", "60"),
    "psa": Analyte("2857-1", "PSA total", "ug/L", 2, None, "4.00"),
    "ntprobnp": Analyte("33762-6", "NT-proBNP", "ng/L", 0, None, "125"),
    "albuminurie": Analyte("9318-7", "Albuminurie / créatininurie", "mg/g", 0, None, "30"),
    "hcg": Analyte("19080-1", "Bêta-hCG", "[IU]/L", 0, None, "5"),
}  # fmt: skip

# Groups printed together: (LOINC of the panel, title, chapter, analytes).
PANELS: dict[str, tuple[str, str, tuple[str, str], tuple[str, ...]]] = {
    "nfs": ("58410-2", "Numération formule sanguine", HAEMATOLOGY,
            ("hematies", "hemoglobine", "hematocrite", "vgm", "tcmh", "ccmh", "leucocytes", "neutrophiles", "eosinophiles",
             "basophiles", "lymphocytes", "monocytes", "plaquettes")),
    "glycemie": ("18719-5", "Bilan glucidique", BIOCHEMISTRY, ("glucose",)),
    "diabete": ("18719-5", "Bilan glucidique", BIOCHEMISTRY, ("glucose", "hba1c")),
    "rein": ("18719-5", "Fonction rénale", BIOCHEMISTRY, ("creatinine", "dfg", "uree")),
    "rac": ("18719-5", "Chimie des urines", BIOCHEMISTRY, ("albuminurie",)),
    "iono": ("24326-1", "Ionogramme sanguin", BIOCHEMISTRY, ("sodium", "potassium", "chlore")),
    "lipides": ("24331-1", "Bilan lipidique", BIOCHEMISTRY, ("cholesterol", "hdl", "ldl", "triglycerides")),
    "foie": ("24325-3", "Bilan hépatique", BIOCHEMISTRY, ("asat", "alat", "ggt", "pal", "bilirubine")),
    "thyroide": ("18719-5", "Bilan thyroïdien", BIOCHEMISTRY, ("tsh", "t4l")),
    "tsh": ("18719-5", "Bilan thyroïdien", BIOCHEMISTRY, ("tsh",)),
    "anti_tpo": ("18719-5", "Auto-anticorps thyroïdiens", BIOCHEMISTRY, ("anti_tpo",)),
    "fer": ("18719-5", "Bilan martial", BIOCHEMISTRY, ("ferritine", "fer", "transferrine")),
    "ferritine": ("18719-5", "Bilan martial", BIOCHEMISTRY, ("ferritine",)),
    "crp": ("18719-5", "Protéines de l’inflammation", BIOCHEMISTRY, ("crp",)),
    "vitamine_d": ("18719-5", "Vitamines", BIOCHEMISTRY, ("vitamine_d",)),
    "urique": ("18719-5", "Acide urique", BIOCHEMISTRY, ("acide_urique",)),
    "psa": ("18719-5", "Marqueurs", BIOCHEMISTRY, ("psa",)),
    "inr": ("18723-7", "Hémostase", HAEMATOLOGY, ("inr",)),
    "coeur": ("18719-5", "Marqueurs cardiaques", BIOCHEMISTRY, ("ntprobnp",)),
    "grossesse": ("18719-5", "Hormonologie", BIOCHEMISTRY, ("hcg",)),
}  # fmt: skip
