"""The files of the public database of medicines (BDPM), line by line. Pure.

Formats of 2026 (base-donnees-publique.medicaments.gouv.fr): tab separated, no header; CIS, COMPO, GENER and MITM in Windows-1252, CIP in UTF-8
with a trailing tab; lines end with CRLF or LF and some are empty; 4 to 23 % of the lines of secondary files are about
medicines that the list does not hold. A faulty line is counted with its reason, and never stops the reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Final

from hygie.base.errors import Invalid
from hygie.formats.drugs import names
from hygie.formats.drugs.types import Base, Drug, Pack, Rejected

LIST, PACKS, PARTS, GROUPS, MAJOR = "CIS_bdpm", "CIS_CIP_bdpm", "CIS_COMPO_bdpm", "CIS_GENER_bdpm", "CIS_MITM"
FILES: Final = (LIST, PACKS, PARTS, GROUPS, MAJOR)
MAX_LINE: Final = 200_000  # bytes; the longest real one is under 20,000
_COLUMNS: Final = {LIST: 4, PACKS: 7, PARTS: 8, GROUPS: 4, MAJOR: 2}
_ATC: Final = re.compile(r"[A-V]\d{2}[A-Z]{2}\d{2}")
_COLUMNS_WRONG, _CIS_WRONG, _CIP_WRONG = "nombre de colonnes inattendu", "code CIS invalide", "code CIP13 invalide"
_TWICE, _ORPHAN, _TOO_LONG = "déjà vu plus haut", "médicament absent de la liste", "ligne trop longue"
_NO_NAME, _NO_ATC = "sans nom", "code ATC invalide"


def kind_of(file_name: str) -> str | None:
    """Which of FILES a file is, by its name; None for another file (prices, opinions, shortages…)."""
    stem = PurePath(file_name).stem.lower()
    return next((kind for kind in FILES if stem in (kind.lower(), f"{kind.lower()}_bdpm")), None)


def read(files: Mapping[str, Iterable[bytes]]) -> Base:
    """The base in these files, each an iterable of its lines. Invalid when the list of medicines is missing or empty."""
    if LIST not in files:
        raise Invalid("Il manque la liste des médicaments (CIS_bdpm.txt).", code="no-drug-list")
    count = _Count()
    listed = _listed(count, files[LIST])
    if not listed:
        raise Invalid("La liste des médicaments ne contient aucune ligne lisible.", code="empty-drug-list")
    parts = _parts(count, listed, files.get(PARTS, ()))
    groups = _groups(count, listed, files.get(GROUPS, ()))
    classes = _classes(count, listed, files.get(MAJOR, ()))
    packs = _packs(count, listed, files.get(PACKS, ()))
    drugs = []
    for cis, (name, form) in listed.items():
        group, kind, of_group = groups.get(cis, (None, None, ()))
        drugs.append(
            Drug(
                cis=cis,
                name=name,
                form=form,
                brand=names.denomination(name),
                substances=parts.get(cis) or of_group,
                atc=classes.get(cis),
                group=group,
                generic=None if kind is None else kind != "0",
            )
        )
    return Base(tuple(drugs), tuple(packs), count.lines, count.rejected())


class _Count:
    """What was read and what was left aside, by file and reason."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._left: dict[tuple[str, str], list[int]] = {}

    def rows(self, kind: str, lines: Iterable[bytes]) -> Iterator[tuple[int, list[str], Callable[[str], None]]]:
        """Each line as its columns, with its number and the way to leave it aside."""
        self.lines[kind] = 0
        for number, raw in enumerate(lines, 1):
            raw = raw.replace(b"\x00", b"").strip(b"\r\n")
            if not raw.strip():
                continue
            self.lines[kind] += 1

            def left(reason: str, number: int = number) -> None:
                first = self._left.setdefault((kind, reason), [0, number])
                first[0] += 1

            if len(raw) > MAX_LINE:
                left(_TOO_LONG)
                continue
            columns = [column.strip() for column in _decoded(raw).split("\t")]
            if len(columns) < _COLUMNS[kind]:
                left(_COLUMNS_WRONG)
                continue
            yield number, columns, left

    def rejected(self) -> tuple[Rejected, ...]:
        return tuple(
            Rejected(kind, reason, count, first, orphan=reason == _ORPHAN)
            for (kind, reason), (count, first) in sorted(self._left.items())
        )


def _decoded(raw: bytes) -> str:
    """UTF-8 when it is, else Windows-1252; the few bytes it leaves undefined are kept as they are."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            return raw.decode("latin-1")


def _is_cis(code: str) -> bool:
    return len(code) == 8 and code.isascii() and code.isdigit()


def _listed(count: _Count, lines: Iterable[bytes]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for _, row, left in count.rows(LIST, lines):
        if not _is_cis(row[0]):
            left(_CIS_WRONG)
        elif not row[1]:
            left(_NO_NAME)
        elif row[0] in found:
            left(_TWICE)
        else:
            found[row[0]] = (row[1], row[2])
    return found


def _known(row: list[str], at: int, listed: Mapping[str, object], left: Callable[[str], None]) -> str | None:
    cis = row[at]
    if not _is_cis(cis):
        left(_CIS_WRONG)
        return None
    if cis not in listed:
        left(_ORPHAN)
        return None
    return cis


def _parts(count: _Count, listed: Mapping[str, object], lines: Iterable[bytes]) -> dict[str, tuple[str, ...]]:
    """Substances of each medicine: the active part (FT) when the base gives it, else the substance as it is (SA)."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for _, row, left in count.rows(PARTS, lines):
        if cis := _known(row, 0, listed, left):
            if not row[3]:
                left(_NO_NAME)
                continue
            linked = found.setdefault(cis, {}).setdefault(row[7], {})
            linked.setdefault(row[6] or "SA", []).append(row[3])
    return {
        cis: tuple(dict.fromkeys(name for kinds in links.values() for name in kinds.get("FT") or kinds.get("SA", [])))
        for cis, links in found.items()
    }


def _groups(
    count: _Count, listed: Mapping[str, object], lines: Iterable[bytes]
) -> dict[str, tuple[str | None, str | None, tuple[str, ...]]]:
    """Of each medicine: its group of generics, whether it is the brand, and the substances that the label names."""
    found: dict[str, tuple[str | None, str | None, tuple[str, ...]]] = {}
    for _, row, left in count.rows(GROUPS, lines):
        if cis := _known(row, 2, listed, left):
            if cis in found:
                left(_TWICE)
                continue
            label = re.split(r"\s-\s", row[1])[0]
            each = [re.split(r"\s\d", part)[0].strip() for part in re.split(r"\s\+\s", label)]
            found[cis] = (row[0], row[3], tuple(part for part in each if part))
    return found


def _classes(count: _Count, listed: Mapping[str, object], lines: Iterable[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, row, left in count.rows(MAJOR, lines):
        if cis := _known(row, 0, listed, left):
            if not _ATC.fullmatch(row[1]):
                left(_NO_ATC)
            else:
                found.setdefault(cis, row[1])
    return found


def _packs(count: _Count, listed: Mapping[str, object], lines: Iterable[bytes]) -> list[Pack]:
    found: dict[str, Pack] = {}
    for _, row, left in count.rows(PACKS, lines):
        if cis := _known(row, 0, listed, left):
            if not names.valid_cip13(row[6]):
                left(_CIP_WRONG)
            elif row[6] in found:
                left(_TWICE)
            else:
                found[row[6]] = Pack(row[6], row[1], cis, row[2])
    return list(found.values())
