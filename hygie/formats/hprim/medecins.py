"""HPRIM Médecins 3.0: twelve lines of header, a free text, and the block ****LAB**** of results. Reader and writer.

One file may hold several letters, for several persons, each closed by ****FIN****; ****FINFICHIER**** closes the file.
Nobody says how the characters are written: they are guessed, and the doubt is kept (`formats.charset`).
Source: recommandation « H.PR.I.M. Médecins » version 3.0 (March 1997), https://bluegyn.com, article 387.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeAlias

from hygie.base.errors import Invalid
from hygie.formats import charset as charsets

MAX_FILE: Final = 25 * 1024 * 1024  # bytes
MAX_LETTERS: Final = 500
LAB: Final = "****LAB****"
END: Final = "****FIN****"
END_OF_FILE: Final = "****FINFICHIER****"
_HEADER: Final = 12
_DATE: Final = re.compile(r"(\d\d)[/.-](\d\d)[/.-](\d{4})|(\d\d)(\d\d)(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Header:
    """The twelve lines, as written (spaces around left out). number: the social security number; birth, day: dd/mm/yyyy."""

    patient_code: str = ""
    family: str = ""
    given: str = ""
    address: str = ""
    address_more: str = ""
    city: str = ""
    birth: str = ""
    number: str = ""
    file_number: str = ""
    day: str = ""
    sender: str = ""
    recipient: str = ""

    @property
    def birth_date(self) -> str:
        """ISO, "" when the line is no date."""
        found = day_of(self.birth)
        return found.isoformat() if found else ""

    @property
    def date(self) -> date | None:
        """The day of the file, which is that of its results."""
        return day_of(self.day)

    @property
    def sender_name(self) -> str:
        """Line 11 without the code that begins it."""
        return _named(self.sender)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One RES line, as written. kind: N (number), A (letters)…; flag: L, H, LL, HH, N; status: F, P, C…

    second: the same result in another unit (value, unit, low, high).
    """

    label: str = ""
    code: str = ""
    kind: str = ""
    value: str = ""
    unit: str = ""
    low: str = ""
    high: str = ""
    flag: str = ""
    status: str = ""
    second: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Comment:
    """One TEX line."""

    text: str


Line: TypeAlias = ResultLine | Comment


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. place: where it begins in the file. data: its own bytes, to be kept as a document of its own.

    others: lines of the block that are neither RES nor TEX, with their number.
    """

    header: Header
    text: str = ""
    lines: tuple[Line, ...] = ()
    others: tuple[tuple[int, str], ...] = field(default=(), compare=False)
    numbers: tuple[int, ...] = field(default=(), compare=False, repr=False)
    first_line: int = field(default=1, compare=False)
    data: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """trailing: words after the end that belong to no letter; certain: False when the characters were guessed."""

    letters: tuple[Letter, ...]
    charset: str = field(default="iso-8859-1", compare=False)
    certain: bool = field(default=True, compare=False)
    trailing: str = field(default="", compare=False)


def parse(data: bytes, *, charset: str | None = None) -> File:
    """The letters of a file. charset: what is known of its characters, else guessed. Invalid ("hprim-…") otherwise."""
    if len(data) > MAX_FILE:
        raise Invalid(f"Ce fichier dépasse {MAX_FILE >> 20} Mo.", code="hprim-too-large")
    if charset is not None:
        try:
            read = charsets.Text(data.decode(charset), charset, True)
        except (UnicodeError, LookupError):
            raise Invalid("Ce fichier n'est pas écrit comme annoncé.", code="hprim-charset") from None
    else:
        read = charsets.read(data)
    pieces = re.split(r"(\r\n|\r|\n)", read.words)
    lines, ends = pieces[0::2], [*pieces[1::2], ""]
    letters: list[Letter] = []
    at = 0
    while (end := _end(lines, at)) is not None:
        start = _start(lines, at, end)
        if start is not None:
            body = lines[start:end]
            raw = "".join(line + mark for line, mark in zip(lines[start : end + 1], ends[start : end + 1], strict=True))
            letters.append(_letter(body, start, read.encode(raw)))
            if len(letters) > MAX_LETTERS:
                raise Invalid(f"Ce fichier compte plus de {MAX_LETTERS} lettres.", code="hprim-too-many-letters")
        at = end + 1
    if not letters:
        raise Invalid("Ce fichier n'a pas les douze lignes d'en-tête attendues.", code="hprim-header", at="ligne 1")
    rest = [line for line in lines[at:] if line.strip() and line.strip() != END_OF_FILE]
    if len(letters) == 1 and not rest:
        letters[0] = replace(letters[0], data=data)
    return File(tuple(letters), read.charset, read.certain, "\n".join(rest))


def write(letters: Iterable[Letter], *, charset: str | None = None) -> bytes:
    """A file, with CRLF endings: `parse(write(letters)).letters == tuple(letters)` for letters that `tidy` leaves alone.

    charset: by default ISO-8859-1 when it is enough, else cp1252, else UTF-8 with its mark.
    """
    lines: list[str] = []
    for one in letters:
        letter = tidy(one)
        lines += [*_header_lines(letter.header), *(letter.text.split("\n") if letter.text else ())]
        if letter.lines:
            lines += [LAB, *map(_result_line, letter.lines)]
        lines.append(END)
    text = "".join(f"{line}\r\n" for line in [*lines, END_OF_FILE])
    for chosen in (charset,) if charset else ("iso-8859-1", "cp1252", "utf-8-sig"):
        try:
            return text.encode(chosen)
        except UnicodeEncodeError:
            continue
    raise Invalid("Ces mots ne s'écrivent pas dans l'encodage demandé.", code="hprim-charset")


def tidy(letter: Letter) -> Letter:
    """The letter as the format can hold it: no line end in a field, no bar in a result, no line that looks like a mark."""
    header = Header(*(_no_mark(_one_line(value)) for value in _header_lines(letter.header)))
    text = re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", letter.text)
    text = "\n".join(map(_no_mark, text.split("\n")))
    lines: list[Line] = []
    for line in letter.lines:
        if isinstance(line, Comment):
            lines.append(Comment(_field(line.text)))
            continue
        plain = [_field(value) for value in _values(line)]
        lines.append(_result(plain))
    return Letter(header, text, tuple(lines))


def day_of(written: str) -> date | None:
    """A French date, dd/mm/yyyy or ddmmyyyy; None for anything else (a year of two digits is not guessed)."""
    found = _DATE.fullmatch(written.strip())
    if found is None:
        return None
    day, month, year = found.groups()[:3] if found[1] else found.groups()[3:]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _end(lines: Sequence[str], at: int) -> int | None:
    """The line that closes the letter begun at `at`: its ****FIN****, or the end of the file."""
    for number in range(at, len(lines)):
        mark = lines[number].strip()
        if mark == END or (mark == END_OF_FILE and any(line.strip() for line in lines[at:number])):
            return number
    left = lines[at:]
    open_block = any(line.strip() == LAB for line in left)
    return len(lines) - 1 if open_block else None


def _start(lines: Sequence[str], at: int, end: int) -> int | None:
    """Where the header begins: the line six before a birth date, else here. None when twelve lines are not there."""
    for start in range(at, min(at + 5, end)):
        if start + 6 < end and day_of(lines[start + 6]) is not None:
            return start if end - start >= _HEADER else None
        if lines[start].strip():
            break
    return at if end - at >= _HEADER else None


def _letter(body: Sequence[str], start: int, data: bytes) -> Letter:
    header = Header(*(line.strip() for line in body[:_HEADER]))
    rest = list(body[_HEADER:])
    mark = next((number for number, line in enumerate(rest) if line.strip() == LAB), len(rest))
    lines: list[Line] = []
    numbers: list[int] = []
    others: list[tuple[int, str]] = []
    for number, line in enumerate(rest[mark + 1 :], start + _HEADER + mark + 2):
        kind, *parts = [part.strip() for part in line.split("|")]
        if kind == "RES":
            plain = [*parts, *[""] * 13][:13]
            lines.append(_result(plain))
            numbers.append(number)
        elif kind == "TEX":
            lines.append(Comment("|".join(parts).rstrip("|")))
            numbers.append(number)
        elif line.strip():
            others.append((number, line.strip()))
    return Letter(
        header, "\n".join(rest[:mark]), tuple(lines), tuple(others), tuple(numbers), start + 1, data
    )  # fmt: skip


def _result(plain: Sequence[str]) -> ResultLine:
    label, code, kind, value, unit, low, high, flag, status, *second = plain
    return ResultLine(
        label, code, kind, value, unit, low, high, flag, status, (second[0], second[1], second[2], second[3])
    )


def _header_lines(header: Header) -> list[str]:
    return [
        header.patient_code, header.family, header.given, header.address, header.address_more, header.city,
        header.birth, header.number, header.file_number, header.day, header.sender, header.recipient,
    ]  # fmt: skip


def _values(line: ResultLine) -> list[str]:
    return [
        line.label, line.code, line.kind, line.value, line.unit, line.low, line.high, line.flag, line.status,
        *line.second,
    ]  # fmt: skip


def _result_line(line: Line) -> str:
    if isinstance(line, Comment):
        return f"TEX|{line.text}|"
    return "|".join(("RES", *_values(line), ""))


def _no_mark(line: str) -> str:
    """A line that would end a letter, begin its results or close the file, made a line like another."""
    return f"- {line}" if line.strip() in (LAB, END, END_OF_FILE) else line


def _one_line(text: str) -> str:
    return " ".join(text.split()) if re.search(r"[\r\n]", text) else text.strip()


def _field(text: str) -> str:
    return " ".join(text.replace("|", "/").split("\n")).replace("\r", " ").strip()


def _named(line: str) -> str:
    code, _, name = line.partition(" ")
    return name.strip() if name.strip() and any(c.isdigit() for c in code) else line
