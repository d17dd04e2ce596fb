"""The words of French dosages: numbers, units, moments, periods. Patterns match text that `plain` made."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from hygie.formats.accents import without_accents
from hygie.formats.dosage.types import Moment, Period

_FRACTIONS: Final = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}


def plain(text: str) -> str:
    """Lower case, without accents, one space between words, fractions in digits."""
    for sign, written in _FRACTIONS.items():
        text = text.replace(sign, f" {written} ")
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("µ", "u").replace("μ", "u").replace("’", "'")
    text = text.replace("–", "-").replace("—", "-").replace("×", "x").replace("\u2212", "-")
    text = without_accents(text).lower()
    text = re.sub(r"(?<=\d)[   ](?=\d{3}(?!\d))", "", text)  # « 1 000 mg », « 50 000 UI »
    return re.sub(r"\s+", " ", text).strip()


NUMBER_WORDS: Final = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "douze": 12, "quatorze": 14, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "soixante": 60,
}  # fmt: skip
_WORD: Final = "|".join(NUMBER_WORDS)
# whole numbers only, never a part of one; « 1.000 » may be one or a thousand: it is not read
_DIGITS: Final = r"(?<!\d)(?<!\d[.,])(?![1-9]\d{0,2}[.,]\d{3}(?!\d))\d{1,7}(?:[.,]\d{1,4})?(?!\d|[.,]\d)"

# One number: 2, 2,5, 1/2, 1 1/2, 1 et demi, un demi, une demie, 1 cp et demi is read by the dose itself.
NUMBER: Final = (
    rf"(?:(?:{_DIGITS}|\b(?:{_WORD})) et demie?\b|\d{{1,3}} ?\+? ?[123]/[234](?![\d/])|[123]/[2348](?![\d/])"
    rf"|\b(?:un |une |1 )?demie?s?\b-?|\b(?:un |1 )quart\b(?: de)?|{_DIGITS}|\b(?:{_WORD})\b)"
)


def spread(name: str) -> str:
    """A number or a range of them, in the groups `name` and `name_high`."""
    return rf"(?P<{name}>{NUMBER})(?: ?(?:a|ou|-) ?(?P<{name}_high>{NUMBER}))?"


def number(written: str) -> Decimal:
    """The value of what NUMBER matched. ValueError otherwise."""
    written = written.strip().rstrip("-").strip()
    if halved := re.fullmatch(r"(.+) et demie?", written):
        return number(halved[1]) + Decimal("0.5")
    if mixed := re.fullmatch(r"(\d+) ?\+? ?(\d)/(\d)", written):
        return Decimal(mixed[1]) + Decimal(mixed[2]) / Decimal(mixed[3])
    if fraction := re.fullmatch(r"(\d)/(\d)", written):
        return Decimal(fraction[1]) / Decimal(fraction[2])
    if re.fullmatch(r"(?:un |une |1 )?demie?s?", written):
        return Decimal("0.5")
    if re.fullmatch(r"(?:un |1 )quart(?: de)?", written):
        return Decimal("0.25")
    if written in NUMBER_WORDS:
        return Decimal(NUMBER_WORDS[written])
    if re.fullmatch(_DIGITS, written):
        return Decimal(written.replace(",", "."))
    raise ValueError(written)


# Canonical unit (as shown, singular) -> how prescriptions write it, in plain text.
UNITS: Final[dict[str, str]] = {
    "comprimé": r"comprimes?|cprs?|cps?|cpm|comps?\.?",
    "gélule": r"gelules?|gel\b|gels\b|glu?les?",
    "capsule": r"capsules?|caps?\b",
    "sachet": r"sachets?(?:[- ]doses?)?|sach?s?\b\.?",
    "ampoule": r"ampoules?|amps?\b\.?",
    "goutte": r"gouttes?|gttes?|gtts?|gtes?\b",
    "cuillère à café": r"cuill?eres? a cafe|cuill?\.? a cafe|c\.? ?a ?\.?c\.?\b|cac\b",
    "cuillère à soupe": r"cuill?eres? a soupe|cuill?\.? a soupe|c\.? ?a ?\.?s\.?\b|cas\b",
    "cuillère-mesure": r"cuill?eres?[- ]mesures?|mesurettes?|mesures?|cuill?eres?",
    "dose-poids": r"doses?[- ](?:poids|kg)|doses? de? ?\d+ ?kg",
    "bouffée": r"bouffees?|inhalations?|inhal\.?|aspirations?",
    "pulvérisation": r"pulverisations?|pulv\.?|sprays?|pschitt?s?",
    "patch": r"patchs?|patches|dispositifs?(?: transdermiques?)?|timbres?",
    "suppositoire": r"suppositoires?|suppos?\b\.?",
    "ovule": r"ovules?",
    "application": r"applications?|appli?\b\.?|applis\b",
    "injection": r"injections?|inj\b\.?|piqures?",
    "seringue": r"seringues?(?: preremplies?)?",
    "unidose": r"unidoses?|dosettes?|pipettes?|recipients? unidoses?",
    "pastille": r"pastilles?",
    "lyophilisat": r"lyophilisats?|lyocs?",
    "film": r"films?(?: orodispersibles?)?",
    "bain de bouche": r"bains? de bouche",
    "granule": r"granules?",
    "flacon": r"flacons?|fl\b\.?",
    "tube": r"tubes?",
    "noisette": r"noisettes?",
    "pansement": r"pansements?",
    "lavage": r"lavages?|instillations?",
    "dose": r"doses?",
    "mg/kg": r"mg ?/ ?kg",
    "UI": r"ui\b|u\.i\.?|unites?(?: internationales?)?|u\b",
    "µg": r"ug|mcg|microgrammes?|microg|gammas?",
    "mg": r"mg|milligrammes?",
    "g": r"g\b|grammes?|gr\b",
    "mL": r"ml|millilitres?",
    "mmol": r"mmol",
}
MASS: Final = frozenset({"µg", "mg", "g", "UI", "mL", "mmol"})
WITHIN: Final = ("mg", "g", "µg")  # masses that convert into each other
_ALL_UNITS: Final = "|".join(f"(?:{pattern})" for pattern in UNITS.values())
UNIT: Final = rf"(?:{_ALL_UNITS})(?![a-z])"
_EACH: Final = tuple((name, re.compile(pattern)) for name, pattern in UNITS.items())


def unit(written: str) -> str | None:
    """The canonical unit of what UNIT matched."""
    written = written.strip()
    for name, pattern in _EACH:
        if pattern.fullmatch(written) or pattern.fullmatch(written.rstrip(".")):
            return name
    return None


# Moments, longest first: the first pattern that matches at a place wins.
MOMENTS: Final[tuple[tuple[Moment, str], ...]] = (
    (Moment.FASTING, r"a jeun"),
    (Moment.WAKING, r"(?:au|des le) (?:reveil|lever)|reveil\b|lever\b"),
    (Moment.BEFORE_MEALS, r"(?:\d+ ?(?:minutes?|min|mn|h|heures?) )?avant (?:(?:les?|chaque|chacun des)\b ?)?(?:\w+ )?(?:principaux )?repas"),
    (Moment.AFTER_MEALS, r"apres (?:(?:les?|chaque)\b ?)?(?:\w+ )?(?:principaux )?repas"),
    (Moment.WITH_MEALS, r"(?:au milieu des|au milieu du|pendant les|pendant le|au cours des|au cours du|au moment des|lors des|avec les|aux|a chaque|a chacun des|au debut des|en debut de) ?(?:\w+ )?(?:principaux )?repas"),
    (Moment.MORNING, r"(?:(?:\d+ ?(?:minutes?|min|mn|h|heures?) )?(?:avant|apres|pendant|avec|au|le) )?(?:le )?petit[- ]dejeuner|(?:tous les |chaque |le |au )?matins?\b"),
    (Moment.AFTERNOON, r"(?:l'|dans l')?apres[- ]midi|(?:au )?gouter\b"),
    (Moment.NOON, r"(?:(?:avant|apres|pendant|avec|au|le) )?(?:le )?dejeuner|(?:le |a |chaque |tous les )?midis?\b"),
    (Moment.BEDTIME, r"(?:le soir )?(?:au|avant le|avant de se) couche?r|coucher\b"),
    (Moment.EVENING, r"(?:(?:avant|apres|pendant|avec|au|le) )?(?:le )?diner|(?:tous les |chaque |le |au )?soirs?\b"),
    (Moment.NIGHT, r"(?:la |chaque )?nuit\b"),
)  # fmt: skip
MOMENT: Final = "|".join(f"(?:{pattern})" for _, pattern in MOMENTS)


def moment(written: str) -> Moment | None:
    for name, pattern in MOMENTS:
        if re.fullmatch(pattern, written.strip()):
            return name
    return None


PERIODS: Final[dict[Period, str]] = {
    Period.HOUR: r"heures?|h\b|hrs?\b",
    Period.DAY: r"jours?|journees?|j\b|jrs?\b",
    Period.WEEK: r"semaines?|sem\b\.?",
    Period.MONTH: r"mois\b",
    Period.YEAR: r"ans?\b|annees?",
}
LONG: Final = "|".join(f"(?:{PERIODS[p]})" for p in (Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR))


def period(written: str) -> Period:
    for name, pattern in PERIODS.items():
        if re.fullmatch(pattern, written.strip()):
            return name
    raise ValueError(written)


WEEKDAYS: Final = {"lundi": "mon", "mardi": "tue", "mercredi": "wed", "jeudi": "thu", "vendredi": "fri",
                   "samedi": "sat", "dimanche": "sun"}  # fmt: skip
SHORT_DAYS: Final = {code: name for name, code in WEEKDAYS.items()}
ROUTES: Final = {
    "orale": r"(?:par )?voie orale|per os\b|p\.?o\.?\b|par la bouche|a avaler",
    "sublinguale": r"(?:par )?voie sublinguale|sous la langue|sublingual",
    "cutanée": r"(?:par )?voie cutanee|sur la peau",
    "sous-cutanée": r"(?:(?:en|par) injection |(?:en |par )?voie )?sous[- ]cutanee|\bs\.?c\.?\b",
    "intramusculaire": r"(?:(?:en|par) injection |(?:en |par )?voie )?intra[- ]?musculaire|\bi\.?m\.?\b",
    "intraveineuse": r"(?:(?:en|par) injection |(?:en |par )?voie )?intra[- ]?veineuse|\bi\.?v\.?\b",
    "rectale": r"(?:par )?voie rectale|intra[- ]rectal",
    "vaginale": r"(?:par )?voie vaginale",
    "nasale": r"(?:par )?voie nasale|dans chaque narine|dans (?:les|la|une) narines?|intra[- ]nasal",
    "ophtalmique": r"dans (?:chaque|les deux|les 2|l') ?(?:oeil|yeux)(?: (?:droit|gauche))?|(?:par )?voie (?:ophtalmique|oculaire)|en instillation",
    "auriculaire": r"dans (?:chaque|les deux|l') ?oreilles?|(?:par )?voie auriculaire",
    "inhalée": r"(?:par )?voie inhalee|en inhalation|en nebulisation",
}
