"""What the head of a document says: whose, by whom, asked by whom, of which day. As printed; nothing is attached by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hygie.formats import proposal
from hygie.formats.paper.rows import Row

_DATE: Final = r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?((?:19|20)\d\d|\d\d)(?!\d)"
_SAMPLED: Final = re.compile(
    r"pr[ée]l[éeèê]v[a-zé()]*[^\d]{0,45}?" + _DATE + r"(?:\D{0,6}?(\d{1,2})\s?[h:]\s?(\d\d)?)?", re.I
)
_RECORDED: Final = re.compile(
    r"(?:dossier|demande|examens?|enregistr[ée]+|re[çc]u[es]*|r[ée]ception|[ée]dit[ée]+|valid[ée]+|du compte rendu)\b"
    r"[^/]{0,40}?\b(?:du|le|:)\s*" + _DATE, re.I)  # fmt: skip
_BORN: Final = re.compile(r"(?:\bn[ée]+\s?(?:\(e\)|e)?\s*le|ddn|naissance)\s*:?\s*" + _DATE, re.I)
_SEX: Final = re.compile(r"\bsexe\s*:?\s*([FMH])", re.I)
_LADY: Final = re.compile(r"\b(?:Mme|MME|Madame|MADAME|Mlle|Mademoiselle)\b|\bNée le\b|\bnée le\b")
_GENTLEMAN: Final = re.compile(r"(?<![.\w])(?:M\.|Mr|MR|Monsieur|MONSIEUR)(?=\s)|\bNé le\b|\bné le\b")
_NAME: Final = r"(?:[A-ZÉÈÀÂÊÎÔÛÇ][\w'’éèêëàâîïôöûüç-]*[ ]?){1,5}"
_PATIENT: Final = re.compile(
    rf"(?:\b[Pp]atiente?(?:\(e\))?\s*:|\b(?:Nom|NOM)\s*:|\b(?:[Cc]oncern(?:e|ant))\s*:?|\b(?:Mme|MME|Mr|MR|Madame|Monsieur|Mlle)\b|\bM\.)"
    rf"\s*(?:M\.|Mme|Madame|Monsieur)?\s*({_NAME})"
)
_DOCTOR: Final = re.compile(
    rf"\b((?:Dr|DR|Pr|PR|Docteur|DOCTEUR|Professeur)\b\.?\s+{_NAME}|(?:[Ss]age-[Ff]emme)\s+{_NAME})"
)
_ASKED: Final = re.compile(
    r"(?:prescripteur|prescrite?s?\s+par|demand[ée]+e?s?\s+par|[àa] la demande d[eu]|adress[ée]e?\s+par)\s*:?\s*$", re.I
)
_COPIED: Final = re.compile(
    r"(?:cher|ch[èe]re|copie|cc|m[ée]decin traitant|adress[ée]e?\s+[àa]|destinataire|[àa] l'attention d[eu]|biologistes?)\W*(?:le\s)?$",
    re.I,
)
_RPPS: Final = re.compile(r"(?:\bRPPS\b\D{0,6})(\d{11})\b|(?<!\d)(1[01]\d{9})(?!\d)")
_LABORATORY: Final = re.compile(r"\blabo(?:ratoires?)?\b|\bbiologie\b|\blbm\b|\bselas\b|\bbio[- ]\w+", re.I)
_NOT_A_NAME: Final = re.compile(
    r"compte.rendu|examens? de|accr[ée]dit|cofrac|valid[ée]|[ée]dit[ée]|pr[ée]l[èe]v|tel|t[ée]l[.:]", re.I
)
_RESERVED: Final = re.compile(r"rendus?\s+sous\s+r[ée]serve|sous r[ée]serve d", re.I)
_HEAD: Final = 16  # rows


@dataclass(frozen=True, slots=True)
class Letterhead:
    """laboratory, author, prescriber, patient: as printed, "" when absent. sex: H, F or "".

    day: of the sample for a report (with its time, ISO 8601, when printed), of the writing otherwise. sampled: whether
    the day is the sample's. reserved: the laboratory says that results are given with reservations.
    """

    proposal: proposal.Proposal
    laboratory: str = ""
    author: str = ""
    rpps: str = ""
    prescriber: str = ""
    patient: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)
    sex: str = ""
    day: str | None = None
    sampled: bool = False
    reserved: bool = False


def read(rows: Sequence[Row], text: str) -> Letterhead:
    """rows: of the whole document, in order; text: the same as words."""
    lines = [row.text.replace("\t", "   ") for row in rows]
    head = "\n".join(lines[: _HEAD + 14])
    whole = "\n".join(lines)
    proposed = proposal.propose(text)
    sampled = sampling(head) or sampling(whole)
    born = _first(_BORN, whole)
    day, certain = (sampled, True) if sampled else (None, False)
    if day is None:
        written = proposed.date or _first(_RECORDED, head)
        day = written.isoformat() if written and written != born else None
    author, rpps = _author(rows)
    return Letterhead(
        proposal=proposed,
        laboratory=_laboratory(rows),
        author=author,
        rpps=rpps,
        prescriber=_prescriber(whole),
        patient=_patient(rows),
        born=born,
        sex=_sex(head),
        day=day,
        sampled=certain,
        reserved=bool(_RESERVED.search(whole)),
    )


def sampling(text: str) -> str | None:
    """The day of the sample that a text prints, with its time when there is one: « 2026-03-12T08:15 »; None without."""
    for found in _SAMPLED.finditer(text):
        day = _date(found)
        if day is None:
            continue
        if found[4] and found[5] and int(found[4]) < 24 and int(found[5]) < 60:
            return f"{day.isoformat()}T{int(found[4]):02}:{found[5]}"
        return day.isoformat()
    return None


def _date(found: re.Match[str]) -> date | None:
    day, month, year = int(found[1]), int(found[2]), int(found[3])
    try:
        return date(year if year > 99 else 2000 + year if year < 70 else 1900 + year, month, day)
    except ValueError:
        return None


def day_in(text: str) -> date | None:
    """The first day that a text prints in figures."""
    return _first(re.compile(_DATE), text)


def _first(pattern: re.Pattern[str], text: str) -> date | None:
    return next((day for found in pattern.finditer(text) if (day := _date(found))), None)


def _sex(head: str) -> str:
    if said := _SEX.search(head):
        return "F" if said[1] in "Ff" else "H"
    if said := re.search(r"(?:patiente?|nom)[^\n]{0,60}\(([FHM])\)", head, re.I):
        return "F" if said[1] in "Ff" else "H"
    lady, gentleman = _LADY.search(head), _GENTLEMAN.search(head)
    if bool(lady) == bool(gentleman):
        return ""
    return "F" if lady else "H"


def _cells(rows: Sequence[Row]) -> list[str]:
    return [cell.strip() for row in rows for cell in row.text.split("\t")]


def _laboratory(rows: Sequence[Row]) -> str:
    cells = [cell for cell in _cells(rows[:_HEAD]) if 4 <= len(cell) <= 90 and not _NOT_A_NAME.search(cell)]
    named = [cell for cell in cells if _LABORATORY.search(cell)]
    best = next((cell for cell in named if re.search(r"labo", cell, re.I)), named[0] if named else "")
    return re.split(r",| - |\s{3,}", best)[0].strip()


def _patient(rows: Sequence[Row]) -> str:
    for cell in _cells(rows[: _HEAD + 6]):
        if found := _PATIENT.search(cell):
            name = re.split(r"\b(?:N[ée]+e?|Sexe|Date|DDN|Dossier)\b", found[1])[0].strip()
            if len(name) > 3:
                return name
    return ""


def _prescriber(whole: str) -> str:
    for found in _DOCTOR.finditer(whole):
        if _ASKED.search(whole[max(0, found.start() - 40) : found.start()]):
            return " ".join(found[1].split("\n")[0].split())
    return ""


def _author(rows: Sequence[Row]) -> tuple[str, str]:
    """The first doctor named who neither asked for it nor receives it, and the RPPS number printed near."""
    cells = _cells(rows)
    for at, cell in enumerate(cells):
        for found in _DOCTOR.finditer(cell):
            before = " ".join([*cells[max(0, at - 1) : at], cell[: found.start()]])[-40:]
            if _ASKED.search(before) or _COPIED.search(before):
                continue
            near = " ".join(cells[max(0, at - 2) : at + 8])
            number = _RPPS.search(near)
            return " ".join(found[1].split()), (number[1] or number[2]) if number else ""
    return "", ""
