"""An HPRIM message as a page for people: its results in a table, its text; never the raw file, nor who it is about."""

from __future__ import annotations

from dataclasses import replace

from hygie.formats.cda.types import Section
from hygie.formats.hprim import extract, medecins, sante
from hygie.formats.hprim.medecins import Letter
from hygie.formats.result_page import Line, page, results, words


def to_html(data: bytes) -> str:
    """The page. Errors of the parsers, and of a file that mixes persons."""
    if extract.is_sante(data):
        file = sante.parse(data)
        extract.one_person([patient.identity for patient in file.patients])
        return page(_sante(file), readable=file.certain)
    letters = medecins.parse(data)
    extract.one_person([extract.identity_of(letter) for letter in letters.letters])
    return page([s for letter in letters.letters for s in _letter(letter)], readable=letters.certain)


def _letter(letter: Letter) -> list[Section]:
    lines: list[Line] = []
    notes: list[str] = []
    chapters: list[Section] = []
    title: str | None = "Résultats"
    for _, line, comments in extract.rows(letter):
        if line is None:
            notes += comments
            continue
        if not (line.value or line.second[0] or line.code or line.unit):
            if lines:
                chapters.append(results(title, lines, ()))
                lines = []
            title = line.label or title
            notes += comments
            continue
        interval = " – ".join(filter(None, (line.low, line.high)))
        if line.low and not line.high:
            interval = f"> {line.low}"
        elif line.high and not line.low:
            interval = f"< {line.high}"
        second = f"{line.second[0]} {line.second[1]}".strip()
        shown = Line(line.label or line.code, line.value, line.unit, interval, line.flag, comments, second)
        if line.status.upper() in ("D", "X", "W"):
            shown = Line(shown.label, "retiré par celui qui l’a envoyé")
        elif not line.value:
            shown = replace(shown, value="non indiqué", unit="")
        lines.append(shown)
    if lines or notes:
        chapters.append(results(title, lines, notes))
    if letter.text.strip():
        chapters.append(words("Texte de la lettre" if chapters else None, letter.text))
    return chapters


def _sante(file: sante.File) -> list[Section]:
    chapters = []
    for patient in file.patients:
        for request in patient.requests:
            lines = []
            for one in request.observations:
                value = one.segment.text(5)
                if one.get(2).upper() == "FIC":
                    value = "dans un autre fichier, non joint"
                elif one.get(2).upper() == "CE" and one.get(5, 2):
                    value = one.get(5, 2)
                lines.append(
                    Line(
                        one.get(3, 2) or one.get(3), value, one.get(6), one.segment.text(7), one.get(8), one.comments
                    )
                )  # fmt: skip
            chapters.append(results(", ".join(request.tests[:4]) or "Résultats", lines, request.comments))
        if patient.comments:
            chapters.append(words(None, "\n\n".join(patient.comments)))
    return chapters
