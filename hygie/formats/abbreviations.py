"""What doctors type in a search box, and the words that documents use for it. Pure.

From `data/abbreviations_fr.yaml`, which carries its source and its date. A search aid: nothing is concluded from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Group:
    """typed: say one thing, any for any other. means: what each of these may stand for, one word or several together.

    results: ids of the analytes whose values answer, for a panel (« NFS »).
    """

    typed: tuple[str, ...]
    means: tuple[str, ...]
    results: tuple[str, ...]


@cache
def groups() -> tuple[Group, ...]:
    raw = yaml.safe_load(files("hygie.formats").joinpath("data/abbreviations_fr.yaml").read_text(encoding="utf-8"))
    return tuple(Group(*(tuple(row.get(name, ())) for name in ("typed", "means", "results"))) for row in raw["groups"])
