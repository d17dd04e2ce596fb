"""What a vaccine protects from, in our own French words, by its ATC code or by a disease that its name says. Pure.

Source: ATC/DDD index of the WHO, group J07, read 22/11/2026 (https://atcddd.fhi.no/atc_ddd_index/?code=J07); what a letter
of the table does not know is not told.
"""

from __future__ import annotations

import re
from typing import Final

from hygie.formats.analytes import plain

_OF_CODE: Final[dict[str, tuple[str, ...]]] = {  # the longest beginning wins
    "J07AC": ("charbon",),
    "J07AE": ("choléra",),
    "J07AF": ("diphtérie",),
    "J07AG": ("Haemophilus influenzae b",),
    "J07AH": ("méningocoque",),
    "J07AH07": ("méningocoque C",),
    "J07AH08": ("méningocoques ACWY",),
    "J07AH09": ("méningocoque B",),
    "J07AJ": ("coqueluche",),
    "J07AL": ("pneumocoque",),
    "J07AM": ("tétanos",),
    "J07AM51": ("diphtérie", "tétanos"),
    "J07AN": ("tuberculose",),
    "J07AP": ("fièvre typhoïde",),
    "J07BA": ("encéphalite",),
    "J07BA01": ("encéphalite à tiques",),
    "J07BA02": ("encéphalite japonaise",),
    "J07BB": ("grippe",),
    "J07BC": ("hépatite virale",),
    "J07BC01": ("hépatite B",),
    "J07BC02": ("hépatite A",),
    "J07BC20": ("hépatites A et B",),
    "J07BD": ("rougeole",),
    "J07BD52": ("rougeole", "oreillons", "rubéole"),
    "J07BD54": ("rougeole", "oreillons", "rubéole", "varicelle"),
    "J07BE": ("oreillons",),
    "J07BF": ("poliomyélite",),
    "J07BG": ("rage",),
    "J07BH": ("rotavirus",),
    "J07BJ": ("rubéole",),
    "J07BK": ("varicelle ou zona",),
    "J07BK01": ("varicelle",),
    "J07BK02": ("zona",),
    "J07BK03": ("zona",),
    "J07BL": ("fièvre jaune",),
    "J07BM": ("papillomavirus",),
    "J07BN": ("Covid-19",),
    "J07BX04": ("dengue",),
    "J07BX05": ("virus respiratoire syncytial",),
    "J07CA01": ("diphtérie", "tétanos", "poliomyélite"),
    "J07CA02": ("diphtérie", "tétanos", "coqueluche", "poliomyélite"),
    "J07CA06": ("diphtérie", "tétanos", "coqueluche", "poliomyélite", "Haemophilus influenzae b"),
    "J07CA09": ("diphtérie", "tétanos", "coqueluche", "poliomyélite", "Haemophilus influenzae b", "hépatite B"),
    "J07CA12": ("diphtérie", "tétanos", "coqueluche", "poliomyélite", "hépatite B"),
}
_OF_WORDS: Final = (
    ("diphterie", "diphtérie"), ("tetanos", "tétanos"), ("coqueluche", "coqueluche"), ("polio", "poliomyélite"),
    ("haemophilus|hib", "Haemophilus influenzae b"), ("hepatite b", "hépatite B"), ("hepatite a", "hépatite A"),
    ("meningo", "méningocoque"), ("pneumo", "pneumocoque"), ("rougeole", "rougeole"), ("oreillons", "oreillons"),
    ("rubeole", "rubéole"), ("varicelle", "varicelle"), ("zona", "zona"), ("papillomavirus|hpv", "papillomavirus"),
    ("grippe", "grippe"), ("covid", "Covid-19"), ("bcg|tuberculose", "tuberculose"), ("rage", "rage"),
    ("rotavirus", "rotavirus"), ("fievre jaune", "fièvre jaune"), ("typhoide", "fièvre typhoïde"),
)  # fmt: skip
_ACRONYMS: Final = (
    ("dtcap|dtcp", ("diphtérie", "tétanos", "coqueluche", "poliomyélite")),
    ("dtp", ("diphtérie", "tétanos", "poliomyélite")),
    ("ror", ("rougeole", "oreillons", "rubéole")),
)


DISEASES: Final = tuple(
    dict.fromkeys(
        one
        for told in (*_OF_CODE.values(), *(said for _, said in _ACRONYMS), tuple(said for _, said in _OF_WORDS))
        for one in told
    )
)
"""Every word that this module ever says, for the catalogues of faces."""


def against(name: str, atc: str | None = None) -> tuple[str, ...]:
    """What it protects from; nothing when neither the code nor the name tells. No word of `name` is ever given back."""
    for length in range(len(atc or ""), 4, -1):
        if found := _OF_CODE.get(str(atc)[:length]):
            return found
    said = plain(name)
    for acronym, diseases in _ACRONYMS:
        if re.search(rf"\b(?:{acronym})\b", said):
            return diseases
    return tuple(disease for mark, disease in _OF_WORDS if re.search(rf"\b(?:{mark})", said))
