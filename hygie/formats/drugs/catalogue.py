"""What is known of the names and codes of medicines: looked up by CIS, CIP or name, in memory. Pure.

Works with nothing imported: the names of `substances_fr.yaml` and the extract shipped beside it. What no table knows
still has a key of its own: its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from hygie.formats.dosage.vocabulary import plain
from hygie.formats.drugs import bdpm, names
from hygie.formats.drugs.types import Base, Drug, Edition, Pack, Product

SHIPPED_DAY: Final = date(2026, 7, 24)
_ATC: Final = re.compile(r"[A-V]\d{2}[A-Z]{2}\d{2}")
_LONGEST: Final = 5  # words of a name
Named = tuple[tuple[str, ...], str | None]  # substances, ATC


@dataclass(frozen=True)
class Catalogue:
    """drugs by CIS, packs by CIP13, names by their plain words, classes by ATC code, shown: key -> as people read it."""

    edition: Edition
    drugs: Mapping[str, Drug] = field(default_factory=dict, repr=False)
    packs: Mapping[str, Pack] = field(default_factory=dict, repr=False)
    brands: Mapping[str, Named] = field(default_factory=dict, repr=False)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    shown: Mapping[str, str] = field(default_factory=dict, repr=False)

    def identify(self, name: str, codes: Iterable[str] = ()) -> Product:
        """What a medicine is, by its codes (CIS, CIP7, CIP13, ATC, in any order), else by its name, else itself."""
        pack, drug, atc = self._by_code(codes)
        name = name.strip() or (drug.name if drug else "")
        if drug is not None:
            keys = tuple(sorted({names.substance(one) for one in drug.substances}))
            if keys:
                return self._product(name, keys, atc or drug.atc, drug, pack)
        if atc and atc in self.classes:
            return self._product(name, self.classes[atc], atc, drug, pack)
        keys, of_name = self._by_name(name)
        if keys:
            return self._product(name, keys, atc or of_name, drug, pack)
        words = names.denomination(name) or plain(name)
        key = f"atc:{atc}" if atc else f"mots:{words}"
        return Product(key + _at(names.place(name, atc)), name, name, (), atc, drug.cis if drug else None,
                       strength=names.strength(name), pack=pack.label if pack else None)  # fmt: skip

    def box(self, cip13: str) -> Product | None:
        """The medicine in a box, by its code; None when this code is not known here."""
        return self.identify("", [cip13]) if cip13 in self.packs else None

    def find(self, words: str, *, limit: int = 8) -> list[str]:
        """Names that begin with these words, for someone who types; brands and substances, as people read them."""
        asked = plain(words)
        if len(asked) < 2:
            return []
        found = sorted(key for key in self.brands if key.startswith(asked))
        return [self.shown.get(key, key.capitalize()) for key in found[:limit]]

    def _by_code(self, codes: Iterable[str]) -> tuple[Pack | None, Drug | None, str | None]:
        pack = drug = atc = None
        for code in codes:
            code = code.strip()
            if _ATC.fullmatch(code):
                atc = atc or code
            elif cip13 := code if len(code) == 13 else names.cip13_of(code):
                pack = pack or self.packs.get(cip13)
            elif code in self.drugs:
                drug = drug or self.drugs[code]
        if pack is not None and drug is None:
            drug = self.drugs.get(pack.cis)
        return pack, drug, atc

    def _by_name(self, name: str) -> tuple[tuple[str, ...], str | None]:
        """All known names in the words of a denomination, longest first: « PARACETAMOL/CODEINE TEVA » holds two."""
        words = _words(name)
        found: set[str] = set()
        atc: str | None = None
        at = matched = 0
        while at < len(words):
            for length in range(min(_LONGEST, len(words) - at), 0, -1):
                key = " ".join(words[at : at + length])
                known = self.brands.get(key)
                if known is not None and not (found and key in names.SALTS):  # « losartan potassium » is one substance
                    found |= set(known[0])
                    atc, matched = known[1], matched + 1
                    at += length
                    break
            else:
                at += 1
        return tuple(sorted(found)), atc if matched == 1 else None

    def _product(
        self, name: str, keys: tuple[str, ...], atc: str | None, drug: Drug | None, pack: Pack | None
    ) -> Product:
        where = names.place(f"{name} {drug.form if drug else ''}", atc or self._usual(keys))
        label = _joined([self.shown.get(key, key) for key in keys])
        return Product(
            key=" + ".join(keys) + _at(where),
            label=label[:1].upper() + label[1:] + (f" ({_IN[where]})" if where in _IN else ""),
            name=name,
            substances=keys,
            atc=atc,
            cis=drug.cis if drug else None,
            generic=drug.generic if drug else None,
            strength=names.strength(name or (drug.name if drug else "")),
            pack=pack.label if pack else None,
        )

    def _usual(self, keys: tuple[str, ...]) -> str | None:
        """The class of a substance that the table gives one use only: salbutamol alone is inhaled."""
        classes = [code for code, holds in self.classes.items() if holds == keys]
        return classes[0] if len(classes) == 1 else None


_IN: Final = {"œil": "pour les yeux", "peau": "sur la peau", "nez": "dans le nez", "oreille": "dans l’oreille",
              "poumons": "à inhaler", "vagin": "par voie vaginale"}  # fmt: skip


def _at(where: str) -> str:
    return f" | {where}" if where else ""


def _joined(shown: list[str]) -> str:
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " et " + shown[-1]


def _words(name: str) -> list[str]:
    return names.denomination(name.replace("/", " ").replace("+", " ")).split()


def phrases(name: str) -> set[str]:
    """Every run of words of a name that a table may know."""
    words = _words(name)[:20]
    return {" ".join(words[at : at + n]) for at in range(len(words)) for n in range(1, _LONGEST + 1)}


def brands_of(drugs: Iterable[Drug]) -> tuple[dict[str, Named], int]:
    """First words of names -> substances, for names that always hold the same ones; and how many do not."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for drug in drugs:
        keys = tuple(sorted({names.substance(one) for one in drug.substances}))
        if keys and len(drug.brand) > 2:
            found.setdefault(drug.brand, set()).add(keys)
    sure: dict[str, Named] = {brand: (next(iter(held)), None) for brand, held in found.items() if len(held) == 1}
    return sure, len(found) - len(sure)


def merged(edition: Edition, drugs: Sequence[Drug], packs: Iterable[Pack], brands: Mapping[str, Named]) -> Catalogue:
    """What an imported base says, over the extract; the table of names that Hygie ships goes before names made of it."""
    own = shipped()
    return Catalogue(
        edition=edition,
        drugs={**own.drugs, **{one.cis: one for one in drugs}},
        packs={**own.packs, **{one.cip13: one for one in packs}},
        brands={**brands, **own.brands},
        classes=own.classes,
        shown={**shown_of(drugs), **own.shown},
    )


def shown_of(drugs: Iterable[Drug]) -> dict[str, str]:
    """How a substance is written, accents and all, where the base writes it without its salt."""
    written = {one for drug in drugs for one in drug.substances}
    return {plain(one): one.lower() for one in sorted(written) if names.substance(one) == plain(one)}


@cache
def shipped() -> Catalogue:
    """The names and the extract that come with Hygie."""
    base = _extract()
    table = yaml.safe_load(files("hygie.formats").joinpath("data/substances_fr.yaml").read_text(encoding="utf-8"))
    brands: dict[str, Named] = dict(brands_of(base.drugs)[0])
    classes: dict[str, tuple[str, ...]] = {}
    shown = shown_of(base.drugs)
    rows: list[Any] = table["rows"]
    for row in rows:
        held, atc, traded = (part.strip() for part in str(row).split(";"))
        parts = [part.strip() for part in held.split("+")]
        keys = tuple(sorted(plain(part) for part in parts))
        classes.setdefault(atc, keys)
        shown |= {plain(part): part for part in parts}
        for brand in (one.strip() for one in traded.split(",")):
            brands[names.denomination(brand)] = (keys, atc)
            shown.setdefault(plain(brand), brand)
        for part in parts:
            brands.setdefault(plain(part), ((plain(part),), None))
        if len(parts) == 1:
            brands[keys[0]] = (keys, None)
    edition = Edition(SHIPPED_DAY, len(base.drugs), len(base.packs), extract=True)
    return Catalogue(
        edition=edition,
        drugs={one.cis: one for one in base.drugs},
        packs={one.cip13: one for one in base.packs},
        brands=brands,
        classes=classes,
        shown=shown,
    )


def _extract() -> Base:
    folder = files("hygie.formats").joinpath("data/bdpm")
    kept = {kind: folder.joinpath(f"{kind}.txt") for kind in bdpm.FILES}
    return bdpm.read({kind: one.read_bytes().splitlines(keepends=True) for kind, one in kept.items() if one.is_file()})
