"""What a person's own document seems to be: a proposal to confirm on screen, never a fact about her.

Clues and weights come from `data/document_type_clues.yaml`, which names its sources and dates: the sum of the weights
of the clues found decides, if it is large enough and well ahead of the next; otherwise the person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import islice
from typing import Any, Final

import yaml

from hygie.formats import valuesets
from hygie.formats.accents import without_accents

UNKNOWN_CLASS, UNKNOWN_TYPE = "90", "EXPPAT_2"  # a document of the person's, of no other kind
_READ = 60_000  # characters: what a document is shows on its first pages
_TITLE_LINES, _ENOUGH, _AHEAD = 25, 4, 1.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """class_code: TRE_A03; type_code: JDV_J07; date: of the act or the writing, when one is printed.

    confidence: 0 when the person must choose (the codes are then « autre document »), otherwise the share of the
    best type in the two best scores, from 0.6 to 1.
    """

    class_code: str
    type_code: str
    title: str
    date: date | None
    confidence: float


@dataclass(frozen=True, slots=True)
class _Type:
    id: str
    code: str
    class_code: str
    label: str
    titles: tuple[re.Pattern[str], ...]
    clues: tuple[tuple[int, re.Pattern[str]], ...]


def _load() -> tuple[int, tuple[_Type, ...]]:
    source = files("hygie.formats").joinpath("data/document_type_clues.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(source)
    weights: dict[str, int] = data["meta"]["weights"]
    types = []
    for row in data["types"]:
        code = str(row["xds_type"])
        clues = [
            (weights[kind], re.compile(clue)) for kind in ("strong", "weak", "negative") for clue in row.get(kind, ())
        ]
        types.append(
            _Type(
                id=row["id"],
                code=code,
                class_code=valuesets.class_of(code) or ("10" if row["category"] == "comptes_rendus" else UNKNOWN_CLASS),
                label=row["label_fr"],
                titles=tuple(re.compile(clue) for clue in row["title"]),
                clues=tuple(clues),
            )
        )
    return weights["title"], tuple(types)


_TITLE_WEIGHT, _TYPES = _load()


def propose(text: str, file_name: str = "", *, on: date | None = None) -> Proposal:
    """The kind, title and date a document seems to have, from its text layer and its file name. Never fails.

    on: today, so that no date of the future is proposed; a two-digit year is then read in the past too.
    """
    plain = _plain(text[:_READ])
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    named = _plain(_words(file_name))
    head = "\n".join([*lines[:_TITLE_LINES], named])
    scores = sorted(((_score(row, head, plain), -n) for n, row in enumerate(_TYPES)), reverse=True)
    (best, place), (second, _) = scores[:2]
    sure = best >= _ENOUGH and best >= _AHEAD * second
    kind = _TYPES[-place] if sure else None
    return Proposal(
        class_code=kind.class_code if kind else UNKNOWN_CLASS,
        type_code=kind.code if kind else UNKNOWN_TYPE,
        title=_title(text, kind) or _words(file_name) or (kind.label if kind else ""),
        date=_date(plain, lines, kind, on) or _date_of_name(named, on),
        confidence=round(best / (best + max(second, 0)), 2) if sure else 0.0,
    )


def _score(row: _Type, head: str, plain: str) -> int:
    score = _TITLE_WEIGHT * sum(1 for clue in row.titles if clue.search(head))
    return score + sum(weight for weight, clue in row.clues if clue.search(plain))


def _plain(text: str) -> str:
    """Lower case without accents or typographic variants: what the clues are written in."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    text = without_accents(text).lower()
    text = re.sub("[\u2018\u2019\u02bc]", "'", re.sub("[\u2010-\u2015\u2212]", "-", text))
    return re.sub(r"[^\S\n]+", " ", text.replace("\f", "\n"))


# --- title -----------------------------------------------------------------------------------------------------------


def _title(text: str, kind: _Type | None) -> str:
    """The printed line that named the document's kind, if it reads like a title."""
    if kind is None:
        return ""
    printed = [" ".join(line.split()) for line in text[:_READ].replace("\f", "\n").split("\n") if line.strip()]
    for line in printed[:_TITLE_LINES]:
        if 5 <= len(line) <= 80 and any(clue.search(_plain(line)) for clue in kind.titles):
            return line.capitalize() if line.isupper() else line
    return ""


def _words(file_name: str) -> str:
    """A file name as words; "" for the names that cameras, scanners and download folders give."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.split(r"[/\\]", file_name)[-1])
    words = " ".join(re.sub(r"[_+.]+|(?<=\D)-|-(?=\D)", " ", stem).split())
    told = re.sub(
        r"\b(img|dsc|pxl|scan|scanned|image|photo|document|doc|file|download|sans titre|copie)[\d_]*\b",
        "",
        words,
        flags=re.I,
    )
    return words[:120] if len(re.sub(r"[\W\d_]", "", told)) >= 3 else ""


# --- date ------------------------------------------------------------------------------------------------------------

_MONTHS: Final = {
    **dict.fromkeys(("jan", "janv", "janvier"), 1),
    **dict.fromkeys(("fev", "fevr", "fevrier"), 2),
    "mars": 3,
    **dict.fromkeys(("avr", "avril"), 4),
    "mai": 5,
    "juin": 6,
    **dict.fromkeys(("juil", "juillet"), 7),
    "aout": 8,
    **dict.fromkeys(("sept", "septembre"), 9),
    **dict.fromkeys(("oct", "octobre"), 10),
    **dict.fromkeys(("nov", "novembre"), 11),
    **dict.fromkeys(("dec", "decembre"), 12),
}
_DATE: Final = re.compile(
    r"(?<![\d/])(?:(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)"
    r"|(?P<d>\d{1,2})(?:er)?[/. -](?P<m>\d{1,2}|[a-z]{3,9})\.?[/. -](?P<y>(?:19|20)?\d\d))(?![\d/])"
)
_BIRTH: Final = re.compile(r"\b(?:nee? le|ne\(e\) le|nee?\(?e?\)? ?:|date de naissance|naissance|ddn)\b")
_WRITTEN: Final = re.compile(r"^[a-z' -]{2,40}, ?le (?P<day>.{6,20})")
_NEAR: Final = {
    "11502-2": re.compile(r"preleve(?:e|ment)?\b"),
    "60568-3": re.compile(r"preleve(?:e|ment)?\b"),
    "18748-4": re.compile(r"\bexamen (?:du|realise)|date (?:de l'|d')examen"),
    "11490-0": re.compile(r"date de sortie|\bsortie le|\bau (?=\d)"),
}
_WINDOW: Final = 40


def _date(plain: str, lines: list[str], kind: _Type | None, on: date | None) -> date | None:
    """« Nantes, le 12 mars 2024 », or else the date of the act, or else the latest that is not a birth date."""
    cues = (plain[cue.end() : cue.end() + _WINDOW] for cue in _BIRTH.finditer(plain))
    births = {day for near in cues for day in islice(_dates(near, on), 1)}

    def fit(day: date) -> bool:
        return day not in births and day.year >= 1950 and (on is None or day <= on)

    for line in lines[:15]:
        if (written := _WRITTEN.match(line)) and (days := [d for d in _dates(written["day"], on) if fit(d)]):
            return days[0]
    if kind is not None and kind.code in _NEAR:
        for cue in _NEAR[kind.code].finditer(plain):
            if days := [d for d in _dates(plain[cue.end() : cue.end() + _WINDOW], on) if fit(d)]:
                return days[0]
    return max(filter(fit, _dates(plain, on)), default=None)


def _dates(plain: str, on: date | None) -> Iterator[date]:
    for found in _DATE.finditer(plain):
        if found["y1"]:
            year, month, day = int(found["y1"]), int(found["m1"]), int(found["d1"])
        else:
            year, day = int(found["y"]), int(found["d"])
            month = int(found["m"]) if found["m"].isdigit() else _MONTHS.get(found["m"], 0)
            if year < 100:
                year += 2000 if year <= (on.year % 100 + 1 if on else 50) else 1900
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _date_of_name(named: str, on: date | None) -> date | None:
    spaced = re.sub(r"\b((?:19|20)\d\d)-?(\d\d)-?(\d\d)\b", r"\1-\2-\3", named)
    return next((day for day in _dates(spaced, on) if on is None or day <= on), None)
