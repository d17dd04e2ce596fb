"""The words of an emergency card in eight languages: its labels, and coded terms. Pure.

A term is known by a code (ICD-10, ATC, SNOMED CT) or by its very French words; anything else stands as it was written, since a
guess is worse than a foreign word. Words come from `data/emergency_words.yaml`, which carries its source and its date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from hygie.formats.accents import without_accents
from hygie.formats.said import Said

_SINCE: Final = "depuis {onset}"  # of a problem (record.chapters)
RIGHT_TO_LEFT: Final = frozenset({"ar"})
_SYSTEMS: Final = {
    "icd10": ("icd-10", "cim-10", "2.16.840.1.113883.6.3"),
    "atc": ("atc", "2.16.840.1.113883.6.73"),
    "snomed": ("snomed.info/sct", "2.16.840.1.113883.6.96"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """languages: code -> its own name. labels and terms: id -> language -> words."""

    languages: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    terms: Mapping[str, Mapping[str, str]]
    source: str
    as_of: date
    review_needed: bool
    by_code: Mapping[tuple[str, str], str] = field(repr=False)
    by_words: Mapping[str, str] = field(repr=False)


@lru_cache(maxsize=1)
def words() -> Words:
    raw: dict[str, Any] = yaml.safe_load(
        files("hygie.formats").joinpath("data/emergency_words.yaml").read_text(encoding="utf-8")
    )
    languages: dict[str, str] = raw["languages"]
    by_code: dict[tuple[str, str], str] = {}
    by_words: dict[str, str] = {}
    terms: dict[str, dict[str, str]] = {}
    for row in raw["terms"]:
        name, codes, rest = (part.strip() for part in row.split(";", 2))
        aliases, _, said = rest.rpartition(";")
        terms[name] = _each(said, languages)
        for code in codes.split():
            system, _, value = code.partition(":")
            by_code[system, value] = name
        for alias in (*aliases.split(","), terms[name]["fr"]):
            if plain := _plain(alias):
                by_words[plain] = name
    labels = {name: _each(said, languages) for name, said in raw["labels"].items()}
    meta = raw["meta"]
    return Words(
        languages,
        labels,
        terms,
        meta["source"],
        date.fromisoformat(meta["as_of"]),
        meta["review_needed"],
        by_code,
        by_words,
    )


def _each(said: str, languages: Mapping[str, str]) -> dict[str, str]:
    return dict(zip(languages, (one.strip() for one in said.split("|")), strict=True))


def detail(written: str, language: str) -> tuple[str, bool]:
    """What stands after a term, and whether it is in this language; otherwise it is as it was written, in French."""
    if language == "fr" or not written:
        return written, True
    if isinstance(written, Said) and written.pattern == _SINCE:
        return f"{label('since', language)} {written.values['onset']}", True
    if language == "en" and isinstance(written, Said) and written.english:
        return written.english, True
    return written, False


def label(name: str, language: str) -> str:
    return words().labels[name][language]


def term(written: str, codings: Iterable[Mapping[str, Any]] = ()) -> str | None:
    """The term that these codes, or these very words, are; None when none is known. A code wins over words.

    ICD-10 and ATC codes are known by their beginning, the longest first: E10.9 is of E10.
    """
    known = words()
    for coding in codings:
        system, code = _system(str(coding.get("system", ""))), str(coding.get("code", "")).replace(".", "").upper()
        if system is None:
            continue
        least = len(code) if system == "snomed" else 3
        for length in range(len(code), least - 1, -1):
            if found := known.by_code.get((system, code[:length])):
                return found
    return known.by_words.get(_plain(written))


def said(written: str, language: str, codings: Iterable[Mapping[str, Any]] = ()) -> tuple[str, bool]:
    """The words in this language, and whether they are a known term's; as they were written when none is."""
    found = term(written, codings)
    return (words().terms[found][language], True) if found else (written, False)


def _system(written: str) -> str | None:
    lowered = written.lower()
    return next((name for name, marks in _SYSTEMS.items() if any(mark in lowered for mark in marks)), None)


def _plain(written: str) -> str:
    bare = without_accents(written.casefold())
    return " ".join(bare.replace("’", "'").replace("œ", "oe").split())
