"""What an HPRIM message says: each result with its place, and the words of its text for search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hygie.base.errors import Invalid
from hygie.formats import charset
from hygie.formats.entries import Entry, Found, Unread
from hygie.formats.fhir import systems
from hygie.formats.hl7v2 import message as hl7
from hygie.formats.hprim import medecins, sante
from hygie.formats.hprim.identity import Identity, identity
from hygie.formats.hprim.medecins import Letter, ResultLine
from hygie.formats.result_row import Coding, Row, entry, is_loinc

READER: Final = "hprim"
VERSION: Final = "2"

STATUSES: Final = {
    "": "final", "F": "final", "V": "final", "U": "final", "P": "preliminary", "R": "preliminary", "I": "preliminary",
    "S": "preliminary", "C": "corrected", "M": "corrected",
}  # fmt: skip
_WITHDRAWN: Final = "Ce résultat est retiré par celui qui l'a envoyé."
_NO_VALUE: Final = "Cette ligne ne porte pas de valeur."


def is_sante(data: bytes) -> bool:
    """Whether this is HPRIM Santé rather than HPRIM Médecins."""
    words = charset.read(data[:4096]).words.lstrip("\ufeff\r\n \t")
    return len(words) > 6 and words[0] == "H" and words[6] == words[1] and not words[1].isalnum()


def extract(data: bytes) -> Found:
    """Every result of a file about one person. Invalid, "hprim-two-patients", when it speaks of several."""
    return _sante(sante.parse(data)) if is_sante(data) else _medecins(medecins.parse(data))


def identity_of(letter: Letter) -> Identity:
    """The identity that a letter's header says."""
    header = letter.header
    return identity(
        family=header.family, given=header.given, birth_date=header.birth_date, number=header.number
    )  # fmt: skip


def one_person(found: Sequence[Identity]) -> None:
    """Invalid when a file mixes persons: its values must never be given to one of them."""
    if len({(one.family.upper(), one.given_names, one.birth_date) for one in found}) > 1:
        raise Invalid("Ce fichier parle de plusieurs personnes : séparez-les.", code="hprim-two-patients")


# ---- Médecins


def _medecins(file: medecins.File) -> Found:
    one_person([identity_of(letter) for letter in file.letters])
    entries: list[Entry] = []
    unread: list[Unread] = []
    text: list[str] = []
    for letter in file.letters:
        text += [letter.header.sender_name, letter.text]
        _letter(letter, file, entries, unread, text)
    if file.trailing:
        unread.append(Unread("après la fin", "Des lignes suivent la fin du fichier."))
        text.append(file.trailing)
    return Found(READER, VERSION, tuple(entries), tuple(unread), "\n".join(filter(None, text)))


def _letter(letter: Letter, file: medecins.File, entries: list[Entry], unread: list[Unread], text: list[str]) -> None:
    section: str | None = None
    for number, line, comments in rows(letter):
        place = f"ligne {number}"
        if line is None:
            text += comments
            section = section or (comments[0] if comments else None)
            continue
        words = " ".join(filter(None, (line.label, line.value, line.unit, line.low, line.high, *line.second)))
        text += [words, *comments]
        if line.status.upper() in ("D", "X", "W"):
            unread.append(Unread(place, _WITHDRAWN))
        elif line.status.upper() not in STATUSES:
            unread.append(Unread(place, "L'état de ce résultat n'est pas connu de Hygie."))
        elif line.value or line.second[0]:
            made = entry(
                row(letter, line, comments), place=place, readable=file.certain, words=words, section=section
            )  # fmt: skip
            entries.append(made)
        elif line.code or line.unit:
            unread.append(Unread(place, _NO_VALUE))
        else:
            section = line.label
    unread += [
        Unread(f"ligne {number}", "Cette ligne n'est pas d'un type que Hygie connaît.") for number, _ in letter.others
    ]
    if letter.lines and letter.header.day and letter.header.date is None:
        unread.append(Unread(f"ligne {letter.first_line + 9}", "La date de ces résultats ne se lit pas."))
    if not letter.lines and letter.text.strip():
        unread.append(
            Unread(f"ligne {letter.first_line + 12}", "Le texte de cette lettre se lit, sans valeurs séparées.")
        )


def rows(letter: Letter) -> list[tuple[int, ResultLine | None, tuple[str, ...]]]:
    """The results of a letter with the comments that follow each; comments before any result stand alone (None)."""
    found: list[tuple[int, ResultLine | None, list[str]]] = []
    for at, line in enumerate(letter.lines):
        number = letter.numbers[at] if at < len(letter.numbers) else at + 1
        if isinstance(line, ResultLine):
            found.append((number, line, []))
        elif found:
            found[-1][2].append(line.text)
        else:
            found.append((number, None, [line.text]))
    return [(number, line, tuple(filter(None, said))) for number, line, said in found]


def row(letter: Letter, line: ResultLine, comments: tuple[str, ...]) -> Row:
    """One RES line as a row of results: the second value when the first is empty."""
    value, unit, low, high, second = line.value, line.unit, line.low, line.high, line.second
    if not value:
        (value, unit, low, high), second = second, ("", "", "", "")
    day = letter.header.date
    return Row(
        label=line.label or line.code,
        codings=coding(line.code),
        value=value,
        unit=unit,
        numeric=line.kind.upper() == "N",
        low=low,
        high=high,
        flag=line.flag,
        status=STATUSES[line.status.upper()],
        when=day.isoformat() if day else None,
        performer=letter.header.sender_name,
        comments=comments,
        second=second if any(second) else None,
    )


def coding(code: str, label: str = "") -> tuple[Coding, ...]:
    """The code of a result: LOINC by its form and its key, else the laboratory's own."""
    return (Coding(code, label, systems.LOINC if is_loinc(code) else None),) if code else ()


# ---- Santé


def _sante(file: sante.File) -> Found:
    one_person([patient.identity for patient in file.patients])
    entries: list[Entry] = []
    unread: list[Unread] = []
    text: list[str] = [file.sender]
    for patient in file.patients:
        text += patient.comments
        unread += [Unread(f"ligne {line}", f"Hygie ne lit pas le segment {name}.") for line, name in patient.unread]
        for request in patient.requests:
            text += request.comments
            for one in request.observations:
                _observation(file, request, one, entries, unread, text)
    return Found(READER, VERSION, tuple(entries), tuple(unread), "\n".join(filter(None, text)))


def _observation(
    file: sante.File, request: sante.Request, one: sante.Observation, entries: list[Entry], unread: list[Unread],
    text: list[str],
) -> None:  # fmt: skip
    place = f"ligne {one.line}"
    label, value = one.get(3, 2) or one.get(3), one.segment.text(5)
    words = " ".join(filter(None, (label, value, one.get(6), one.segment.text(7))))
    text += [words, *one.comments]
    kind, status = one.get(2).upper(), one.get(11).upper()
    if kind == "FIC":
        unread.append(Unread(place, "Ce résultat est dans un autre fichier, qui n'est pas joint."))
    elif status in ("D", "X", "W"):
        unread.append(Unread(place, _WITHDRAWN))
    elif status not in STATUSES:
        unread.append(Unread(place, "L'état de ce résultat n'est pas connu de Hygie."))
    elif not value and not one.comments:
        unread.append(Unread(place, _NO_VALUE))
    else:
        made = entry(
            sante_row(file, request, one), place=place, readable=file.certain, words=words,
            section=", ".join(request.tests[:3]),
        )  # fmt: skip
        entries.append(made)


def sante_row(file: sante.File, request: sante.Request, one: sante.Observation) -> Row:
    """One OBX of HPRIM Santé as a row of results."""
    label, kind = one.get(3, 2) or one.get(3), one.get(2).upper()
    coded = None
    value = one.segment.text(5)
    if kind in ("CE", "CNA", "CM") and one.get(5) and one.get(5, 2):
        coded = Coding(one.get(5), one.get(5, 2))
    return Row(
        label=label,
        codings=coding(one.get(3), one.get(3, 2)) + coding(one.get(3, 4), one.get(3, 5)),
        value="" if coded else value,
        unit=one.get(6),
        numeric=kind in ("NM", "SN"),
        coded=coded,
        interval=one.segment.text(7),
        flag=one.get(8),
        status=STATUSES[one.get(11).upper()],
        when=hl7.iso(one.get(14)) or hl7.iso(request.when),
        performer=file.sender,
        comments=one.comments,
    )
