"""Medicines as the public database names them. Reference data: nothing here is about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Drug:
    """One medicine of the public database. substances: names as the base writes them, the active part preferred.

    brand: its first words, plain (`names.denomination`). atc: only some medicines have one in the base.
    group, generic: of the list of generics, when it is in it (generic False: the brand that the group copies).
    """

    cis: str
    name: str
    form: str = ""
    brand: str = ""
    substances: tuple[str, ...] = ()
    atc: str | None = None
    group: str | None = None
    generic: bool | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """One box. cip13 has a valid key and begins with 34009."""

    cip13: str
    cip7: str
    cis: str
    label: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Lines of one file left aside for one reason. orphan: a line about a medicine that the list does not hold."""

    file: str
    reason: str
    count: int
    first_line: int
    orphan: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """The public database, or an extract of it, as read. lines: how many each file holds."""

    drugs: tuple[Drug, ...]
    packs: tuple[Pack, ...]
    lines: dict[str, int]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the public database is at hand. extract: a few dozen medicines only, shipped with Hygie."""

    day: date
    drugs: int
    packs: int
    extract: bool
    source: str = "Base de données publique des médicaments (ANSM, HAS, UNCAM), Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True)
class Product:
    """What a name or a code of a medicine stands for.

    substances: plain keys, sorted; () when unknown. key: what makes two names one treatment: the substances and where
    they act, else the words themselves. label: the substance as people read it, else the name. strength: (value,
    unit) of one unit of it, when its name says one only. pack: the box, when a CIP named it.
    """

    key: str
    label: str
    name: str
    substances: tuple[str, ...] = ()
    atc: str | None = None
    cis: str | None = None
    generic: bool | None = None
    strength: tuple[str, str] | None = None
    pack: str | None = None
