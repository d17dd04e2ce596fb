"""What an analysis or a measure is, in plain words, with where the words come from.

Texts come from `data/glossary_fr.yaml`, which carries its source, dates and whether a professional has reviewed it:
whoever shows a text shows `note()` beside it while no one has. `data/glossary_en.yaml` says the same in English, and how
each thing is called there: both stand in a `Said`, which a page in English asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from hygie.formats.said import Said

NOT_REVIEWED: Final = "Texte de connaissance générale, pas encore relu par un professionnel de santé."
REVIEWED: Final = "Texte relu par un professionnel de santé."


@dataclass(frozen=True, slots=True)
class Term:
    """words: one or two sentences. source: as in the file. consulted: the day its page was read, None when none was.

    english: its name in English.
    """

    id: str
    words: Said
    english: str
    source: str
    as_of: date
    consulted: date | None
    review_needed: bool


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Term]:
    """Every term by the id of its analyte or measure. An entry may carry its own source in place of the file's."""
    raw, english = _data("glossary_fr.yaml"), _data("glossary_en.yaml")
    return MappingProxyType(
        {name: _term(name, entry, raw["meta"], *english[name]) for name, entry in raw["terms"].items()}
    )


def _data(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(files("hygie.formats").joinpath(f"data/{name}").read_text(encoding="utf-8"))
    return read


def _term(name: str, entry: str | dict[str, Any], meta: dict[str, Any], english: str, words: str) -> Term:
    said: dict[str, Any] = {"words": entry} if isinstance(entry, str) else entry
    consulted = said.get("consulted", meta["consulted"])
    return Term(
        id=name,
        words=Said(said["words"], english=words),
        english=english,
        source=said.get("source", meta["source"]),
        as_of=date.fromisoformat(said.get("as_of", meta["as_of"])),
        consulted=date.fromisoformat(consulted) if consulted else None,
        review_needed=bool(said.get("review_needed", meta["review_needed"])),
    )


def term(name: str | None) -> Term | None:
    return terms().get(name) if name else None


def named(label: str, name: str | None) -> Said:
    """The name of an analyte or a measure, which knows its English: `label`, as it stands, when there is none."""
    found = term(name)
    return Said(label, english=found.english if found else "")


def note(found: Term) -> str:
    """The line to show beside a text."""
    return NOT_REVIEWED if found.review_needed else REVIEWED
