"""HPRIM Santé 2.1 to 2.5: segments H, P, OBR, OBX, C, A, L, with the delimiters that H declares.

A line « A| » goes on with the one before; a comment C belongs to what it follows. Field numbers are those of
« H.PR.I.M. Santé » less one (its first field is the name of the segment).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hygie.base.errors import Invalid
from hygie.formats import charset as charsets
from hygie.formats.cda import times
from hygie.formats.hl7v2.er7 import MAX_FIELDS, MAX_SEGMENTS, Segment, Separators
from hygie.formats.hprim.identity import Identity, identity, social_number

MAX_FILE: Final = 25 * 1024 * 1024  # bytes
_SEX: Final = {"F": "female", "M": "male"}
_NAMES: Final = frozenset({"H", "P", "AP", "AC", "OBR", "OBX", "C", "A", "L", "FAC", "ACT", "REG", "ERR"})


@dataclass(frozen=True, slots=True)
class Observation:
    """One OBX and the comments after it. line: its number in the file."""

    segment: Segment = field(repr=False)
    line: int
    comments: tuple[str, ...] = ()

    def get(self, number: int, component: int = 1) -> str:
        return self.segment.get(number, component)


@dataclass(frozen=True, slots=True)
class Request:
    """One OBR. tests: what was asked, as written."""

    when: str = ""
    prescriber: str = ""
    tests: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()


@dataclass(slots=True)
class _Asking:
    """An OBR while what follows it is read."""

    obr: Segment | None
    comments: list[str] = field(default_factory=list)
    observations: list[tuple[Segment, int, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Patient:
    """One P and all that follows it. data: the bytes of a file that speaks of this person alone."""

    identity: Identity
    requests: tuple[Request, ...]
    comments: tuple[str, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()  # (line, name of the segment)
    data: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class File:
    """sender, recipient: names; kind: ORU…; version: H2.1; sent: HL7 time; certain: False when characters were guessed."""

    sender: str
    recipient: str
    kind: str
    version: str
    sent: str
    patients: tuple[Patient, ...]
    charset: str = "iso-8859-1"
    certain: bool = True


def parse(data: bytes) -> File:
    """Invalid ("hprim-…") for what is no HPRIM Santé file."""
    if len(data) > MAX_FILE:
        raise Invalid(f"Ce fichier dépasse {MAX_FILE >> 20} Mo.", code="hprim-too-large")
    read = charsets.read(data)
    text = read.words.lstrip("\r\n \t")
    separators = _separators(text)
    numbered = _segments(text, separators, read.charset)
    head = numbered[0][1]
    groups: list[list[tuple[int, Segment]]] = []
    for line, segment in numbered[1:]:
        if segment.name == "P":
            groups.append([])
        if groups and segment.name != "L":
            groups[-1].append((line, segment))
    if not groups:
        raise Invalid("Ce fichier ne nomme personne.", code="hprim-no-patient", at="P")
    patients = tuple(_patient(group, head, alone=len(groups) == 1, read=read, data=data) for group in groups)
    return File(
        sender=head.get(4, 2) or head.get(4), recipient=head.get(9, 2) or head.get(9), kind=head.get(6),
        version=head.get(12), sent=head.get(13), patients=patients, charset=read.charset, certain=read.certain,
    )  # fmt: skip


def _separators(text: str) -> Separators:
    marks = text[1:6]
    if (
        not text.startswith("H")
        or len(marks) < 5
        or len(set(marks)) < 5
        or any(c.isalnum() or c.isspace() for c in marks)
    ):
        raise Invalid("Les séparateurs annoncés en tête du fichier sont illisibles.", code="hprim-separators", at="H")
    return Separators(marks[0], marks[1], marks[2], marks[3], marks[4])


def _segments(text: str, separators: Separators, encoding: str) -> list[tuple[int, Segment]]:
    joined: list[tuple[int, list[str]]] = []
    mark = separators.field
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        name = line.split(mark, 1)[0]
        if name == "A" and mark in line and joined:
            joined[-1][1].append(line.split(mark, 1)[1])
        elif name in _NAMES and (mark in line or line == name):
            joined.append((number, [line]))
            if len(joined) > MAX_SEGMENTS:
                raise Invalid(f"Ce fichier compte plus de {MAX_SEGMENTS} segments.", code="hprim-too-many-segments")
        elif line.strip() and joined:
            joined[-1][1].append("\n" + line)
    found = []
    for number, parts in joined:
        name, *fields = "".join(parts).split(mark)
        if len(fields) > MAX_FIELDS:
            raise Invalid(f"Un segment compte plus de {MAX_FIELDS} champs.", code="hprim-too-many-fields", at=name)
        found.append((number, Segment(name, tuple(fields), separators, "\r\n", encoding)))
    return found


def _patient(
    group: list[tuple[int, Segment]], head: Segment, *, alone: bool, read: charsets.Text, data: bytes
) -> Patient:
    person = group[0][1]
    requests: list[_Asking] = []
    comments: list[str] = []
    unread: list[tuple[int, str]] = []
    number = _number(segment for _, segment in group if segment.name in ("P", "AP"))
    for line, segment in group[1:]:
        if segment.name == "OBR":
            requests.append(_Asking(segment))
        elif segment.name == "OBX":
            if not requests:
                requests.append(_Asking(None))
            requests[-1].observations.append((segment, line, []))
        elif segment.name == "C":
            said = segment.text(3)
            if requests and requests[-1].observations:
                requests[-1].observations[-1][2].append(said)
            else:
                (requests[-1].comments if requests else comments).append(said)
        elif segment.name not in ("AP", "AC"):
            unread.append((line, segment.name))
    return Patient(
        identity=_identity(person, number),
        requests=tuple(_request(one) for one in requests),
        comments=tuple(filter(None, comments)),
        unread=tuple(unread),
        data=data if alone else _rewritten(head, group, read),
    )


def _identity(person: Segment, number: str) -> Identity:
    family, birth_family = person.get(5), person.get(6)
    return identity(
        family=birth_family or family, given=person.get(5, 2), birth_date=times.iso_date(person.get(7)),
        sex=_SEX.get(person.get(8), "unknown"), number=number, used_family=family if birth_family else None,
    )  # fmt: skip


def _number(segments: Iterable[Segment]) -> str:
    """The social security number stands in different fields from one laboratory to another: it is known by its key."""
    for segment in segments:
        for at in range(2, len(segment.fields) + 1):
            for part in segment.components(at):
                if (found := social_number(part)) and len(re.sub(r"\D", "", part)) >= 14:
                    return found
    return ""


def _request(one: _Asking) -> Request:
    obr = one.obr
    observations = tuple(
        Observation(segment, line, tuple(filter(None, said))) for segment, line, said in one.observations
    )
    comments = tuple(filter(None, one.comments))
    if obr is None:
        return Request(comments=comments, observations=observations)
    tests = tuple(
        obr.get(4, 2, number) or obr.get(4, 1, number) for number in range(len(obr.repetitions(4)))
    )  # fmt: skip
    return Request(
        when=obr.get(7), prescriber=obr.get(16, 2) or obr.get(16), tests=tuple(filter(None, tests)), comments=comments,
        observations=observations,
    )  # fmt: skip


def _rewritten(head: Segment, group: list[tuple[int, Segment]], read: charsets.Text) -> bytes:
    mark = head.separators.field
    lines = [mark.join((segment.name, *segment.fields)) for segment in (head, *(found for _, found in group))]
    return read.encode("".join(f"{line}\r\n" for line in [*lines, f"L{mark}1"]))
