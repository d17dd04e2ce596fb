"""Names of medicines and substances, brought to plain words. Pure."""

from __future__ import annotations

import re
from typing import Final

from hygie.formats.dosage.vocabulary import plain

# Words of a salt or of water, that do not change which substance it is.
_SALTS: Final = """
acetate arginine base benzoate besilate besylate bitartrate bromhydrate bromure calcique calcium chlorhydrate chlorure
citrate dichlorhydrate dihydrate dihydrates dihydratee dipropionate disodique dipotassique fumarate furoate gluconate
hemifumarate hemihydrate hemihydratee hydrate hydrogenosuccinate hydrogenofumarate hydrobromure lactate lysine magnesique
maleate malate medoxomil mesilate mesylate micronise micronisee monohydrate monohydratee nitrate oxalate palmitate
phosphate potassique potassium propionate sesquihydrate sesquihydrate sodique sodium succinate sulfate tartrate
tosilate tosylate trihydrate trihydratee trometamol valerate xinafoate anhydre tert butylamine axetil proxetil
"""
SALTS: Final = frozenset(_SALTS.split())
# Substances whose own name has such a word: kept whole.
_WHOLE: Final = frozenset({"sulfate ferreux", "chlorure de sodium", "chlorure de potassium", "bicarbonate de sodium"})
_SAME: Final = {"beta-estradiol": "estradiol", "hydrate phloroglucinol": "phloroglucinol"}
_FORMS: Final = (
    ("œil", r"collyre|ophtalm|gel oculaire"),
    ("nez", r"nasal"),
    ("oreille", r"auriculaire"),
    ("poumons", r"inhalation|inhale|nebulis|aerosol"),
    ("vagin", r"ovule|vaginal"),
    ("peau", r"\bgel\b(?! oral)|creme|pommade|lotion|cutane|mousse pour application|shampo+ing"),
)
_OF_ATC: Final = (("S01", "œil"), ("S02", "oreille"), ("D", "peau"), ("M02", "peau"), ("R01", "nez"), ("R03A", "poumons"),
                  ("R03B", "poumons"), ("G01", "vagin"))  # fmt: skip


def denomination(name: str) -> str:
    """The words that name it, before its dose and form: « RAMIPRIL ALMUS 10 mg, comprimé » is `ramipril almus`."""
    words = plain(name)
    words = re.split(r",| \d|^\d|\(|:", words, maxsplit=1)[0]
    return " ".join(re.findall(r"[a-z][a-z0-9'.-]*", words.replace("l.p.", "lp")))


def substance(name: str) -> str:
    """A substance without its salt: « CHLORHYDRATE DE METFORMINE », « METFORMINE (CHLORHYDRATE DE) » are `metformine`."""
    words = plain(name)
    if words in _WHOLE:
        return words
    words = re.sub(r"\(([^)]*)\)", r" \1 ", words)
    parts = re.findall(r"[a-z0-9][a-z0-9-]*", words.replace("d'", "de "))
    kept = [word for word in parts if word not in SALTS]
    while kept and kept[0] in ("de", "d"):
        kept.pop(0)
    while kept and kept[-1] in ("de", "d"):
        kept.pop()
    found = " ".join(kept) or words
    return _SAME.get(found, found)


def place(name: str, atc: str | None = None) -> str:
    """Where it acts, when that is one place of the body: « œil », « peau »…; "" otherwise."""
    words = plain(name)
    for where, pattern in _FORMS:
        if re.search(pattern, words):
            return where
    return next((where for prefix, where in _OF_ATC if atc and atc.startswith(prefix)), "")


_STRENGTH: Final = re.compile(
    r"(?P<value>\d+(?:[.,]\d+)?) ?(?P<unit>mg|ug|mcg|microgrammes?|g|grammes?|ui|u\.i\.)(?![a-z])(?P<over> ?/| ?pour)?"
)
_UNITS: Final = {"mg": "mg", "ug": "µg", "mcg": "µg", "g": "g", "ui": "UI", "u.i.": "UI"}


def strength(name: str) -> tuple[str, str] | None:
    """What one unit holds, when the name says one amount only: « 75 µg » is ("75", "µg"); None for « 5 mg/160 mg »."""
    words = plain(name)
    found = list(_STRENGTH.finditer(words))
    if len(found) != 1 or found[0]["over"] or re.search(r"\d ?/ ?\d", words):
        return None
    unit = found[0]["unit"]
    shown = _UNITS.get(unit) or ("µg" if unit.startswith("micro") else "g")
    return found[0]["value"].replace(",", "."), shown


def valid_cip13(code: str) -> bool:
    """Thirteen digits that begin with 34009, the last one being the EAN key."""
    if not re.fullmatch(r"34009\d{8}", code):
        return False
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(code[:12]))
    return (10 - total % 10) % 10 == int(code[12])


def cip13_of(cip7: str) -> str | None:
    """The 13-digit code of a box known by its older 7-digit one; None when it is not seven digits."""
    if not re.fullmatch(r"[2-9]\d{6}", cip7):
        return None
    first = "34009" + cip7
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(first))
    return first + str((10 - total % 10) % 10)
