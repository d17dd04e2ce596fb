"""What an analysis or a measure is, in plain words, with where the words come from.

Texts come from `data/glossary_fr.yaml`, which carries its source, dates and whether a professional has reviewed it:
whoever shows a text shows `note()` beside it while no one has.
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

NOT_REVIEWED: Final = "Texte de connaissance générale, pas encore relu par un professionnel de santé."
REVIEWED: Final = "Texte relu par un professionnel de santé."


@dataclass(frozen=True, slots=True)
class Term:
    """words: one or two sentences. source: as in the file. consulted: the day its page was read, None when none was."""

    id: str
    words: str
    source: str
    as_of: date
    consulted: date | None
    review_needed: bool


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Term]:
    """Every term by the id of its analyte or measure. An entry may carry its own source in place of the file's."""
    raw: dict[str, Any] = yaml.safe_load(
        files("hygie.formats").joinpath("data/glossary_fr.yaml").read_text(encoding="utf-8")
    )
    return MappingProxyType({name: _term(name, entry, raw["meta"]) for name, entry in raw["terms"].items()})


def _term(name: str, entry: str | dict[str, Any], meta: dict[str, Any]) -> Term:
    said: dict[str, Any] = {"words": entry} if isinstance(entry, str) else entry
    consulted = said.get("consulted", meta["consulted"])
    return Term(
        id=name,
        words=said["words"],
        source=said.get("source", meta["source"]),
        as_of=date.fromisoformat(said.get("as_of", meta["as_of"])),
        consulted=date.fromisoformat(consulted) if consulted else None,
        review_needed=bool(said.get("review_needed", meta["review_needed"])),
    )


def term(name: str | None) -> Term | None:
    return terms().get(name) if name else None


def note(found: Term) -> str:
    """The line to show beside a text."""
    return NOT_REVIEWED if found.review_needed else REVIEWED
