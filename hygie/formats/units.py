"""Units of measure as French laboratories print them, UCUM, and exact conversions between units of one kind.

`ucum("mUI/L")` gives "m[IU]/L"; `printed("m[IU]/L")` gives « mUI/L »; `factor("10*9/L", "/uL")` gives 1000.
Conversions here need no knowledge of the substance: mass to mole is the business of `formats.analytes`.

A unit is a product of powers. Numerator and denominator are kept apart on purpose: mmol/mol, mg/g and % are three
kinds, although all three are pure numbers, because one never stands for another on a laboratory report.
What stands in braces changes the kind when it changes the meaning ({FEU}, {DDU}, {1.73_m2}) and is left out when it
only names what is counted ({cells}). An international unit is arbitrary: it converts to nothing else.

Source: the UCUM specification, version 2.2, https://ucum.org/ucum (copyright Regenstrief Institute, Inc.; licence
https://ucum.org/license); spellings as printed by French laboratories: general knowledge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

_PREFIXES: Final = {
    "": 0, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15,
}  # fmt: skip

# Atom -> (metric, {base: power}, value in the base). Litres are cubes of decimetres, times are seconds.
_ATOMS: Final[dict[str, tuple[bool, dict[str, int], Fraction]]] = {
    "g": (True, {"g": 1}, Fraction(1)),
    "mol": (True, {"mol": 1}, Fraction(1)),
    "eq": (True, {"eq": 1}, Fraction(1)),
    "osm": (True, {"osm": 1}, Fraction(1)),
    "U": (True, {"U": 1}, Fraction(1)),  # catalytic activity
    "kat": (True, {"U": 1}, Fraction(60_000_000)),
    "[IU]": (True, {"IU": 1}, Fraction(1)),  # arbitrary
    "[iU]": (True, {"IU": 1}, Fraction(1)),
    "[arb'U]": (True, {"arb": 1}, Fraction(1)),
    "[CFU]": (True, {"CFU": 1}, Fraction(1)),
    "[GPL'U]": (False, {"GPL": 1}, Fraction(1)),
    "[MPL'U]": (False, {"MPL": 1}, Fraction(1)),
    "L": (True, {"m": 3}, Fraction("0.001")),
    "l": (True, {"m": 3}, Fraction("0.001")),
    "m": (True, {"m": 1}, Fraction(1)),
    "s": (True, {"s": 1}, Fraction(1)),
    "min": (False, {"s": 1}, Fraction(60)),
    "h": (False, {"s": 1}, Fraction(3600)),
    "d": (False, {"s": 1}, Fraction(86400)),
    "wk": (False, {"s": 1}, Fraction(604800)),
    "mo": (False, {"s": 1}, Fraction(2629800)),
    "a": (False, {"s": 1}, Fraction(31557600)),
    "%": (False, {}, Fraction("0.01")),
    "10*": (False, {}, Fraction(10)),
    "10^": (False, {}, Fraction(10)),
    "[pH]": (False, {"pH": 1}, Fraction(1)),
    "m[Hg]": (True, {"mHg": 1}, Fraction(1)),
    "Pa": (True, {"Pa": 1}, Fraction(1)),
    "Cel": (False, {"Cel": 1}, Fraction(1)),
    "[degF]": (False, {"degF": 1}, Fraction(1)),
    "K": (True, {"K": 1}, Fraction(1)),
    "cal": (True, {"cal": 1}, Fraction(1)),
    "J": (True, {"J": 1}, Fraction(1)),
    "W": (True, {"W": 1}, Fraction(1)),
    "Hz": (True, {"s": -1}, Fraction(1)),
    "deg": (False, {"deg": 1}, Fraction(1)),
    "[diop]": (False, {"diop": 1}, Fraction(1)),
    "[ppm]": (False, {"ppm": 1}, Fraction(1)),
    "[drp]": (False, {"drp": 1}, Fraction(1)),
    "[lb_av]": (False, {"g": 1}, Fraction("453.59237")),
    "[in_i]": (False, {"m": 1}, Fraction("0.0254")),
    "[ft_i]": (False, {"m": 1}, Fraction("0.3048")),
}
# Braces that only name what is counted.
_NAMES: Final = frozenset({
    "cells", "cell", "cellules", "count", "RBC", "WBC", "steps", "step", "beats", "beat", "pas", "batt", "score",
    "score_pts", "ratio", "INR", "events", "copies", "Copies", "breaths", "mvts", "CFU",
})  # fmt: skip

# What is printed (spaces removed, µ and ^ made one, case kept) -> UCUM, where rewriting letter by letter would not do.
_WORDS: Final = {
    "T/L": "10*12/L", "tera/L": "10*12/L", "10*12/L": "10*12/L", "M/mm3": "10*6/mm3", "10*6/mm3": "10*6/mm3",
    "millions/mm3": "10*6/mm3", "M/uL": "10*6/uL", "10*6/uL": "10*6/uL", "G/L": "10*9/L", "Giga/L": "10*9/L",
    "10*9/L": "10*9/L", "10*3/mm3": "10*3/mm3", "10*3/uL": "10*3/uL", "K/uL": "10*3/uL", "mille/mm3": "10*3/mm3",
    "10*4/mL": "10*4/mL", "/mm3": "/mm3", "/uL": "/uL", "/mL": "/mL", "elements/mm3": "/mm3", "elements/mL": "/mL",
    "éléments/mm3": "/mm3", "éléments/mL": "/mL", "cellules/mm3": "/mm3", "u3": "fL", "um3": "fL", "fl": "fL",
    "g/100mL": "g/dL", "g/100ml": "g/dL", "g%": "g/dL", "mg/100mL": "mg/dL", "mg%": "mg/dL", "pour cent": "%",
    "sec": "s", "sec.": "s", "secondes": "s", "seconde": "s", "mm1h": "mm/h", "mm/1h": "mm/h", "mm/1ereh": "mm/h",
    "mm1ereh": "mm/h", "mm/heure": "mm/h", "mL/mn": "mL/min", "ml/mn": "mL/min", "bpm": "/min", "batt/min": "/min",
    "battements/min": "/min", "puls/min": "/min", "/mn": "/min", "mvts/min": "/min", "cycles/min": "/min",
    "mmHg": "mm[Hg]", "cmHg": "cm[Hg]", "mmdeHg": "mm[Hg]", "°C": "Cel", "degC": "Cel", "°F": "[degF]",
    "kg/m2": "kg/m2", "IU/L": "[IU]/L", "U.I./L": "[IU]/L", "pas/j": "/d", "pas/jour": "/d", "pas": "{steps}",
    "INR": "{INR}", "ratio": "{ratio}", "UFC/mL": "[CFU]/mL", "CFU/mL": "[CFU]/mL", "cm": "cm", "kgs": "kg",
    "Kg": "kg", "KG": "kg", "kilos": "kg", "pH": "[pH]", "mmol/molHb": "mmol/mol", "mmol/moldHb": "mmol/mol",
    "mosm/kg": "mosm/kg", "UA/mL": "[arb'U]/mL", "AU/mL": "[arb'U]/mL", "copies/mL": "{copies}/mL",
}  # fmt: skip
# The other way, for people to read.
_PRINTED: Final = {
    "10*12/L": "T/L", "10*9/L": "G/L", "10*6/mm3": "M/mm³", "10*3/mm3": "10³/mm³", "10*3/uL": "10³/µL",
    "10*6/uL": "10⁶/µL", "/mm3": "/mm³", "kg/m2": "kg/m²", "mm[Hg]": "mmHg", "cm[Hg]": "cmHg", "Cel": "°C",
    "[degF]": "°F", "mL/min/{1.73_m2}": "mL/min/1,73 m²", "1/(24.h)": "par jour", "/d": "par jour",
    "/min": "par minute", "{steps}": "pas", "{steps}/d": "pas par jour", "/(24.h)": "par jour", "[pH]": "", "mo": "mois",
    "a": "ans", "wk": "semaines", "d": "jours",
}  # fmt: skip
_LETTERS: Final = str.maketrans({"\u03bc": "u", "\u00b5": "u", "²": "2", "³": "3"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a unit measures: powers above and below the line, and the meanings that braces add."""

    above: tuple[tuple[str, int], ...]
    below: tuple[tuple[str, int], ...]
    meanings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """`size` of one such unit, in the base of its kind."""

    kind: Kind
    size: Fraction


@lru_cache(maxsize=4096)
def ucum(text: str | None) -> str | None:
    """The UCUM spelling of a unit as printed, or None when it is not understood. "" and None give None.

    A unit that is already UCUM comes back as it is. « UI/L » becomes [IU]/L: whether an enzyme's UI means U is known
    only with its analyte.
    """
    if text is None:
        return None
    plain = _plain(text)
    if not plain:
        return None
    if plain in _WORDS:
        return _WORDS[plain]
    found = parse(plain)
    if found is not None and not re.search(r"(?<![A-Za-z\[])(?:[mµukn]?(?:UI|IU))", plain):
        return _litre(plain)
    rewritten = _rewritten(plain)
    return rewritten if rewritten and parse(rewritten) is not None else None


def _litre(plain: str) -> str:
    """Capital litres, as everyone reads them: « mmol/l » and « mmol/L » are one spelling."""
    return re.sub(r"(?<![a-z\[A-Z'])(d|c|m|u|n|p|f)?l(?![a-z_])", r"\1L", plain)


def _plain(text: str) -> str:
    """Without spaces, one µ, powers as 10*9; braces are kept word for word."""
    if re.fullmatch(r"\s*pour\s?cent\s*", text, re.IGNORECASE):
        return "%"
    text = re.sub(r"10([²³⁴⁵⁶⁹]|¹²)", lambda found: "10*" + str(found[1]).translate(_LOWERED), text)
    plain = re.sub(r"\s+", "", text.translate(_LETTERS)) if "{" not in text else text.strip()
    plain = re.sub(r"10\s*(?:\^|\*\*|E|exp|puissance)\s*(\d)", r"10*\1", plain)
    plain = re.sub(r"^[x×*](?=10\*)", "", plain)
    return "" if plain in ("-", "--", "(sansunité)", "sansunité", "(nounit)") else plain.strip(".;")


def _rewritten(plain: str) -> str | None:
    text = re.sub(r"(?<![A-Za-z\[])([mukn]?)(?:UI|IU)(?![A-Za-z\]])", r"\1[IU]", plain)
    text = re.sub(r"/(?:1[,.]73\s?m2?|1[,.]73m2|\(1[,.]73m2\))", "/{1.73_m2}", text)
    text = re.sub(r"/24\s?[hH](?:eures)?$", "/(24.h)", text)
    text = re.sub(r"/[jJ](?:our)?$", "/d", text)
    text = re.sub(r"/(?:mn|minute)(?=/|$)", "/min", text)
    text = re.sub(r"m?[EÉ]q(?=/|$)", lambda found: found[0][:-2] + "eq", text)
    text = re.sub(r"^[lL]/[lL]$", "L/L", text)
    text = re.sub(r"(?i)(?<=L)?\(?(FEU|DDU)\)?$", lambda found: "{" + found[1].upper() + "}", text)
    text = re.sub(r"(?i)/(mg|g|mmol)(?:decreat\w*|creat\w*)$", r"/\1", text)
    text = text.replace("Mol", "mol").replace("MOL", "mol")
    return _litre(text)


@lru_cache(maxsize=1024)
def parse(code: str) -> Unit | None:
    """A UCUM expression, or None when it is not one (of those that health records use)."""
    above: dict[str, int] = {}
    below: dict[str, int] = {}
    meanings: list[str] = []
    size = Fraction(1)
    if code in ("", "1"):
        return Unit(Kind((), ()), size)
    flat = _flattened(code)
    if flat is None:
        return None
    for term, sign in flat:
        shape = re.fullmatch(r"([^{}]*)(?:\{([^{}]*)\})?", term)
        if shape is None:
            return None
        body, note = shape.groups()
        if note is not None and note not in _NAMES:
            meanings.append(("/" if sign < 0 else "") + note)
        if not body:
            if note is None:
                return None
            continue
        atom = _term(body)
        if atom is None:
            return None
        powers, value, exponent = atom
        size *= value ** (exponent * sign)
        for base, power in powers.items():
            total = power * exponent * sign
            side = above if total > 0 else below
            side[base] = side.get(base, 0) + abs(total)
    return Unit(Kind(tuple(sorted(above.items())), tuple(sorted(below.items())), tuple(sorted(meanings))), size)


def _flattened(code: str) -> list[tuple[str, int]] | None:
    """Terms with the side they stand on: "1/(24.h)" -> ("1", 1), ("24", -1), ("h", -1). None when not well formed."""
    terms: list[tuple[str, int]] = []
    depth, sign, outer, word = 0, 1, 1, ""
    braced = False
    for letter in code + ".":
        if braced or letter == "{":
            braced = letter != "}"
            word += letter
        elif letter in "./":
            if word:
                terms.append((word, sign * outer))
            elif letter == "." and terms == []:
                return None
            word = ""
            sign = -1 if letter == "/" else 1
        elif letter == "(":
            if word or depth:
                return None
            depth, outer, sign = 1, sign, 1
        elif letter == ")":
            if not depth:
                return None
            terms.append((word, sign * outer))
            depth, outer, sign, word = 0, 1, 1, ""
        else:
            word += letter
    return None if depth or braced or word else terms


def _term(body: str) -> tuple[dict[str, int], Fraction, int] | None:
    """One simple unit: powers of its bases, its value, its exponent."""
    if re.fullmatch(r"\d+", body):
        return ({}, Fraction(int(body)), 1) if int(body) > 0 else None
    power = re.fullmatch(r"10[*^](-?\d{1,2})?", body)
    if power:
        return {}, Fraction(10), int(power[1] or 1)
    found = re.fullmatch(r"(.*?[^0-9-])(-?\d)?", body)
    if found is None:
        return None
    name, exponent = found[1], int(found[2] or 1)
    for prefix, tens in _PREFIXES.items():
        rest = name[len(prefix) :]
        if not name.startswith(prefix) or rest not in _ATOMS:
            continue
        metric, powers, value = _ATOMS[rest]
        if prefix and not metric:
            continue
        return powers, value * Fraction(10) ** tens, exponent
    return None


@lru_cache(maxsize=4096)
def factor(of: str, to: str) -> Decimal | None:
    """What multiplies a value in unit `of` to give it in unit `to`; None when they do not measure the same kind."""
    if of == to:
        return Decimal(1)
    first, second = parse(of), parse(to)
    if first is None or second is None or first.kind != second.kind:
        return None
    ratio = first.size / second.size
    return Decimal(ratio.numerator) / ratio.denominator


@lru_cache(maxsize=1024)
def contradict(code: str | None, written: str | None) -> bool:
    """Whether a source says two units of one value: « mg/L » for machines and « µg/L » for people, g and mol.

    False for what is not understood, and for units that people mix by habit (UI for U, mEq for mmol, mm for mm/h).
    """
    said = ucum(written)
    first, second = parse(code) if code else None, parse(said) if said else None
    if code is None or said is None or first is None or second is None:
        return False
    if first.kind == second.kind:
        return first.size != second.size
    bases = ({base for base, _ in one.above} & {"g", "mol"} for one in (first.kind, second.kind))
    return first.kind.below == second.kind.below and {"g", "mol"} == set().union(*bases)


def convert(value: Decimal, of: str, to: str) -> Decimal | None:
    """A value in another unit of the same kind; temperatures too. None when the units do not measure the same kind."""
    if (of, to) == ("[degF]", "Cel"):
        return (value - 32) * 5 / 9
    if (of, to) == ("Cel", "[degF]"):
        return value * 9 / 5 + 32
    by = factor(of, to)
    return None if by is None else value * by


@lru_cache(maxsize=1024)
def printed(code: str | None) -> str:
    """A UCUM unit as French laboratories print it. "" for a pure number; what is not known comes back unchanged."""
    if code is None or code in ("", "1"):
        return ""
    if code in _PRINTED:
        return _PRINTED[code]
    if re.fullmatch(r"\{(INR|ratio|score|score_pts)\}", code):
        return ""
    text = code.replace("[IU]", "UI").replace("[iU]", "UI").replace("[CFU]", "UFC").replace("(24.h)", "24 h")
    text = re.sub(r"(?<![A-Za-z])u(?=[gLlm]|mol|UI|katal|kat)", "µ", text)
    text = re.sub(r"\{1\.73_m2\}", "1,73 m²", text)
    text = re.sub(r"\{([^{}]*)\}", r" \1", text).replace("eq", "Eq")
    text = re.sub(r"10\*(\d+)", lambda found: "10" + str(found[1]).translate(_RAISED), text)
    text = re.sub(r"/d$", "/jour", text)
    return re.sub(r"(?<=m)([23])\b", lambda found: str(found[1]).translate(_RAISED), text).strip()


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
