"""Which analyte a printed name means. Names that could mean two things mean none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from hygie.formats import analytes
from hygie.formats.analytes import Analyte, plain

# Other names met on reports; those of the table come first.
_MORE: Final = {
    "hematies": ("numeration des hematies", "numeration rouge", "erythrocytes"),
    "hemoglobine": ("hemoglobine totale",),
    "leucocytes": ("numeration des leucocytes", "numeration leucocytaire"),
    "plaquettes": ("numeration des plaquettes", "numeration plaquettaire"),
    "neutrophiles": ("poly neutrophiles", "pn neutrophiles", "granulocytes neutrophiles", "polynucleaires neutro"),
    "eosinophiles": ("eosinophiles", "poly eosinophiles", "pn eosinophiles", "granulocytes eosinophiles"),
    "basophiles": ("basophiles", "poly basophiles", "pn basophiles", "granulocytes basophiles"),
    "vs": ("vitesse de sedimentation", "vs 1ere heure", "vs 1re heure", "vitesse de sedimentation 1ere heure",
           "vitesse de sedimentation a 1 heure"),
    "tp": ("taux de prothrombine tp",),
    "tca": ("tca", "temps de cephaline activee"),
    "glucose": ("glucose", "glycemie"),
    "glucose_jeun": ("glucose a jeun", "glycemie veineuse a jeun", "glucose a jeun plasma"),
    "hba1c": ("hemoglobine glyquee a1c", "hemoglobine a1c", "hb a1c", "hemoglobine glyquee hba1c", "hba 1c"),
    "creatinine": ("creatinine serique", "creatinine sang", "creatinine plasmatique"),
    "dfg": ("debit de filtration glomerulaire", "dfg estime", "dfg ckd epi", "estimation du dfg", "clairance ckd epi",
            "debit de filtration glomerulaire ckd epi", "dfg selon ckd epi", "debit filtration glomerulaire"),
    "chlore": ("chlore", "chlorure"),
    "proteines": ("protides totaux", "proteines", "protides"),
    "asat": ("transaminases sgot", "transaminases tgo", "transaminases asat", "tgo asat", "asat sgot"),
    "alat": ("transaminases sgpt", "transaminases tgp", "transaminases alat", "tgp alat", "alat sgpt"),
    "ggt": ("gamma glutamyltransferase", "gamma glutamyl transpeptidase", "gamma g t"),
    "pal": ("phosphatase alcaline",),
    "fer": ("fer", "sideremie"),
    "crp": ("crp ultrasensible", "c reactive proteine", "proteine c reactive"),
    "cholesterol_total": ("cholesterol",),
    "hdl": ("cholesterol hdl", "hdl cholesterol", "cholesterol h d l"),
    "ldl": ("cholesterol ldl", "ldl cholesterol", "cholesterol l d l"),
    "non_hdl": ("cholesterol non hdl", "non hdl cholesterol"),
    "tsh": ("tsh ultra sensible", "tsh us", "hormone thyreotrope", "thyreostimuline tsh"),
    "t4l": ("t4l", "t4 libre ft4", "thyroxine libre t4l", "t4 libre"),
    "t3l": ("t3l", "t3 libre ft3", "triiodothyronine libre"),
    "vitamine_d": ("vitamine d 25 oh", "25 hydroxy vitamine d", "vitamine d 25 oh d2 d3", "25 oh vitamine d2 d3",
                   "25 hydroxyvitamine d", "vitamine d totale"),
    "vitamine_b12": ("vit b12",),
    "folates": ("folates", "vitamine b9 folates", "acide folique vitamine b9"),
    "psa": ("psa", "psa totale", "antigene specifique de la prostate"),
    "hcg": ("beta hcg", "b hcg", "hcg totale"),
    "albuminurie_ratio": ("rapport albumine creatinine urinaire", "rapport albuminurie creatininurie",
                          "albuminurie creatininurie", "albumine creatinine", "rapport albumine creatinine"),
    "ecbu_culture": ("culture", "culture ecbu", "uroculture"),
    "ag_hbs": ("antigene hbs", "ag hbs"),
    "ac_hbs": ("anticorps anti hbs", "ac anti hbs"),
    "ac_hbc": ("anticorps anti hbc", "ac anti hbc", "anticorps anti hbc totaux"),
    "ac_vhc": ("anticorps anti vhc", "serologie vhc", "hepatite c"),
    "vih": ("serologie vih", "vih 1 et 2", "depistage vih", "vih"),
    "groupe_sanguin": ("groupe sanguin", "groupe abo rhesus", "groupe sanguin abo", "groupe abo", "groupage abo"),
}  # fmt: skip
# Too short or too common to name an analyte anywhere but at the start of its own row, in its own section.
_TOO_SHORT: Final = frozenset(
    {"k", "na", "cl", "ca", "mg", "fe", "pa", "bt", "bc", "cs", "ct", "tg", "ht", "hb", "gr", "gb"}
)
_WEAK: Final = frozenset({
    "dosage", "taux", "serique", "seriques", "plasmatique", "sanguin", "sanguine", "sang", "estime", "estimee", "calcule",
    "calculee", "totaux", "total", "totale", "ultra", "sensible", "ultrasensible", "enzymatique", "de", "du", "des",
    "la", "le", "d", "l", "methode", "immunoturbidimetrie", "mesure", "us", "selon", "formule",
})  # fmt: skip
_URINE: Final = re.compile(r"\burin|\becbu\b|cytobacteriolog")
_SOUGHT: Final = re.compile(r"\blcr\b|selles|ponction|liquide|ascite|sperm")
_PERCENT: Final = re.compile(r"% [^;]*?(?:LOINC )?(\d{4,5}-\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """analyte: None when unknown. sure: 0 to 1, how alike the printed and the known name are."""

    analyte: Analyte | None
    sure: float


def _index() -> dict[str, str]:
    seen: dict[str, set[str]] = {}
    for analyte in analytes.ALL:
        for name in (*analyte.names, *_MORE.get(analyte.id, ())):
            seen.setdefault(plain(name), set()).add(analyte.id)
    # glycémie alone is the plain one, not the fasting one
    return {name: next(iter(ids)) for name, ids in seen.items() if len(ids) == 1 and name}


_NAMES: Final = _index()
_SQUEEZED: Final = {name.replace(" ", ""): id_ for name, id_ in _NAMES.items() if len(name.replace(" ", "")) >= 3}
_ALIKE: Final = str.maketrans("lio", "110")  # letters that recognition takes for digits, and back
_BLURRED: Final = {name.translate(_ALIKE): id_ for name, id_ in _SQUEEZED.items()}
_URINARY: Final = {"leucocytes": "ecbu_leucocytes", "hematies": "ecbu_hematies"}


@lru_cache(maxsize=4096)
def match(label: str, section: str = "", *, scanned: bool = False) -> Name:
    """The analyte that a printed name means, in its section. scanned: letters may be misread."""
    where = plain(section)
    found = _matched(label, scanned)
    if found.analyte is None:
        return found
    if _URINE.search(where) or re.search(r"urin(?!ai?re? de 24)", plain(label)):
        if found.analyte.id in _URINARY:
            return Name(analytes.BY_ID[_URINARY[found.analyte.id]], found.sure)
        if found.analyte.specimen != "urine":
            return Name(None, 0.0)
    if _SOUGHT.search(where) or _SOUGHT.search(plain(label)):
        return Name(None, 0.0)
    return found


def percent_code(analyte: Analyte) -> str | None:
    """LOINC of the same cells as a share of leucocytes, where the table notes it."""
    found = _PERCENT.search(analyte.note)
    return found[1] if found else None


def _matched(label: str, scanned: bool) -> Name:
    bare = re.sub(r"\([^)]*\)?|\[[^\]]*\]?", " ", label)
    inside = [part for found in re.findall(r"\(([^)]*)\)?", label) for part in re.split(r"[/,;]", found)]
    for text, sure in ((label, 1.0), (bare, 1.0)):
        if name := _NAMES.get(plain(text)):
            return Name(analytes.BY_ID[name], sure)
    squeezed = plain(bare).replace(" ", "")
    if len(squeezed) >= 3 and (name := _SQUEEZED.get(squeezed)):
        return Name(analytes.BY_ID[name], 0.97)
    if scanned and len(squeezed) >= 3 and (name := _BLURRED.get(squeezed.translate(_ALIKE))):
        return Name(analytes.BY_ID[name], 0.93)
    if name := _NAMES.get(_kernel(bare)):
        return Name(analytes.BY_ID[name], 0.97)
    for part in inside:
        name = _NAMES.get(plain(part))
        if name and plain(part) not in _TOO_SHORT and len(plain(part)) > 1 and _kin(bare, name):
            return Name(analytes.BY_ID[name], 0.95)
    for part in re.split(r"\s[-/]\s|\s:\s|,\s", bare):
        name = _NAMES.get(plain(part))
        if name and len(plain(part)) > 3 and part.strip() != bare.strip() and _kin(bare, name):
            return Name(analytes.BY_ID[name], 0.92)
    written = plain(bare)
    if len(written) >= (5 if scanned else 7):
        best = process.extractOne(written, _NAMES.keys(), scorer=fuzz.ratio, score_cutoff=84 if scanned else 92)
        if best and len(best[0]) >= 5 and _same_numbers(written, best[0]):
            return Name(analytes.BY_ID[_NAMES[best[0]]], 0.9 * best[1] / 100)
    return Name(None, 0.0)


def _kernel(text: str) -> str:
    words = [word for word in plain(text).split() if word not in _WEAK]
    return " ".join(words)


def _kin(bare: str, name: str) -> bool:
    """Whether the words outside the brackets do not contradict the known name inside them."""
    other = _NAMES.get(_kernel(bare)) or _NAMES.get(plain(bare))
    return other is None or other == name


def _same_numbers(one: str, other: str) -> bool:
    """T3 is not T4 and B9 is not B12, however alike; nor is a conjugated bilirubin a total one."""
    digits = re.findall(r"\d+", one), re.findall(r"\d+", other)
    return digits[0] == digits[1] and not ({"hdl", "ldl"} & (set(one.split()) ^ set(other.split())))
