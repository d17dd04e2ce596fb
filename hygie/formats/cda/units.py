"""How French reports print a unit of UCUM, for people to read. An unlisted unit is printed as it is."""

from __future__ import annotations

from typing import Final

PRINTED: Final = {
    "10*9/L": "G/L",
    "10*12/L": "T/L",
    "m[IU]/L": "mUI/L",
    "[IU]/L": "UI/L",
    "[IU]/mL": "UI/mL",
    "U/L": "UI/L",
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "ug/mL": "µg/mL",
    "/uL": "/µL",
    "10*3/uL": "10³/µL",
    "mL/min/{1.73_m2}": "mL/min/1,73 m²",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "kg/m2": "kg/m²",
    "deg": "°",
    "[diop]": "δ",
    "mo": "mois",
    "wk": "semaines",
    "a": "ans",
    "{pack}/a": "paquets-années",
    "{drink}/d": "verres/jour",
    "{times}/wk": "fois/semaine",
    "{tablet}": "comprimé",
    "{tbl}": "comprimé",
    "{score}": "",
    "{count}": "",
    "{ratio}": "",
    "[pH]": "",
}
# What is printed, back to UCUM, for results that a source writes as words (« <1.0 mg/L »).
UCUM: Final = {printed: ucum for ucum, printed in reversed(PRINTED.items()) if printed}
