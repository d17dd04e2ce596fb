"""The syntax of HL7 v2 (ER7): segments, fields, repetitions, components, escapes. Lossless: `write(parse(data)) == data`.

Fields are kept as written, escapes included; `Segment` takes them apart when asked. Delimiters are those the message
declares, any character. Lines end with CR, LF or both; a line that is no segment belongs to the field before it.
Source: HL7 v2.5.1 chapter 2, sections 2.5 to 2.7; character sets: table 0211.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from hygie.base.errors import Invalid
from hygie.formats import charset

MAX_MESSAGE: Final = 64 * 1024 * 1024  # bytes
MAX_SEGMENTS: Final = 20_000
MAX_FIELDS: Final = 1_000  # in one segment

CHARSETS: Final = {
    "ASCII": "ascii", "8859/1": "iso-8859-1", "8859/15": "iso-8859-15", "UNICODE UTF-8": "utf-8", "UTF-8": "utf-8",
    "UNICODE UTF-16": "utf-16", "UNICODE": "utf-16", "8859/2": "iso-8859-2", "ISO-8859-1": "iso-8859-1",
    "ISO-8859-15": "iso-8859-15", "WINDOWS-1252": "cp1252", "CP1252": "cp1252",
}  # fmt: skip
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{2}")
_ESCAPED: Final = {"H": "", "N": ""}
_BREAKS: Final = {".br": "\n", ".sp": "\n", ".ce": "\n", ".in": "", ".ti": "", ".sk": " ", ".fi": "", ".nf": ""}


@dataclass(frozen=True, slots=True)
class Separators:
    """The characters that MSH-1 and MSH-2 declare. truncation: the fifth of MSH-2, from version 2.7 on."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"
    truncation: str = ""

    @property
    def declared(self) -> str:
        """MSH-2."""
        return f"{self.component}{self.repetition}{self.escape}{self.sub}{self.truncation}"


USUAL: Final = Separators()


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. `fields[0]` is the first after the name (for MSH, MSH-2 onwards: see `get`). end: as written."""

    name: str
    fields: tuple[str, ...]
    separators: Separators = USUAL
    end: str = "\r"
    charset: str = "utf-8"

    def raw(self, number: int) -> str:
        """Field `number`, from 1, as written; "" when absent."""
        if self.name in ("MSH", "FHS", "BHS"):
            if number == 1:
                return self.separators.field
            number -= 1
        return self.fields[number - 1] if 0 < number <= len(self.fields) else ""

    def repetitions(self, number: int) -> list[str]:
        """The repetitions of a field, as written; none for an empty field."""
        raw = self.raw(number)
        return raw.split(self.separators.repetition) if raw else []

    def components(self, number: int, repetition: int = 0) -> list[str]:
        """The components of one repetition, unescaped (subcomponents still joined by their delimiter)."""
        found = self.repetitions(number)
        return self.split(found[repetition]) if repetition < len(found) else []

    def split(self, written: str) -> list[str]:
        """Components of one repetition, each unescaped."""
        return [self.words(one) for one in written.split(self.separators.component)]

    def subs(self, written: str) -> list[str]:
        """Subcomponents of one component as written, each unescaped."""
        return [self.words(one) for one in written.split(self.separators.sub)]

    def get(self, number: int, component: int = 1, repetition: int = 0) -> str:
        """One component (its first subcomponent), unescaped and stripped; "" when absent or explicitly null."""
        found = self.repetitions(number)
        if repetition >= len(found):
            return ""
        parts = found[repetition].split(self.separators.component)
        if component > len(parts):
            return ""
        text = self.words(parts[component - 1].split(self.separators.sub)[0]).strip()
        return "" if text == '""' else text

    def text(self, number: int) -> str:
        """A whole field as words: repetitions on lines, components set apart by spaces; "" when explicitly null."""
        if self.raw(number).strip() == '""':
            return ""
        lines = [" ".join(part for part in self.split(one) if part) for one in self.repetitions(number)]
        return "\n".join(lines).strip()

    def words(self, written: str) -> str:
        return unescape(written, self.separators, self.charset)


@dataclass(frozen=True, slots=True)
class Er7:
    """One message as written. certain: False when its characters had to be guessed. trailing: after the last segment."""

    segments: tuple[Segment, ...]
    separators: Separators = USUAL
    charset: str = "utf-8"
    certain: bool = True
    bom: bytes = field(default=b"", repr=False)
    before: str = ""

    def of(self, name: str) -> Iterator[Segment]:
        return (segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment | None:
        return next(self.of(name), None)


def parse(data: bytes) -> Er7:
    """One message. Invalid: "hl7-…", in French, at the segment; sizes are bounded before anything else."""
    if len(data) > MAX_MESSAGE:
        raise Invalid(f"Ce message dépasse {MAX_MESSAGE >> 20} Mo.", code="hl7-too-large")
    read = charset.read(data, declared=_declared(data))
    text = read.words
    start = len(text) - len(text.lstrip("\x0b\r\n \t"))
    body = text[start:]
    if not body.startswith("MSH"):
        raise Invalid("Un message HL7 commence par un segment MSH.", code="hl7-no-msh", at="MSH")
    separators = _separators(body)
    segments: list[Segment] = []
    for line, end in _lines(body, separators):
        segments.append(_segment(line, end, separators, read.charset))
        if len(segments) > MAX_SEGMENTS:
            raise Invalid(f"Ce message compte plus de {MAX_SEGMENTS} segments.", code="hl7-too-many-segments")
    if any(segment.name == "MSH" for segment in segments[1:]):
        raise Invalid("Ce fichier contient plusieurs messages : un seul est attendu ici.", code="hl7-several-messages")
    return Er7(tuple(segments), separators, read.charset, read.certain, read.bom, text[:start])


def write(message: Er7) -> bytes:
    """The bytes of a message, its ends of line and its encoding as they are in it."""
    body = "".join(_written(segment) + segment.end for segment in message.segments)
    return message.bom + (message.before + body).encode(message.charset)


def split(data: bytes) -> list[bytes]:
    """The messages of one file, batch envelopes (FHS, BHS, BTS, FTS) left out. A file without MSH gives itself."""
    starts = [found.start() for found in re.finditer(rb"(?:(?<=[\r\n\x0b\x1c])|^)MSH(?=[^A-Za-z0-9\s])", data)]
    if len(starts) < 2 and not re.match(rb"\s*[FB]HS\|", data):
        return [data]
    if not starts:
        return [data]
    parts = [data[start:end] for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]
    return [re.sub(rb"(?:[\r\n]+)(?:BTS|FTS|BHS|FHS)\|[^\r\n]*", b"", part).rstrip(b"\x1c") for part in parts]


def escape(text: str, separators: Separators = USUAL) -> str:
    """Words made safe inside a field. Line ends become `.br`; other control characters are written in hexadecimal."""
    mark = separators.escape
    special = {
        mark: "E", separators.field: "F", separators.component: "S", separators.sub: "T", separators.repetition: "R"
    }  # fmt: skip
    out = []
    for char in text.replace("\r\n", "\n"):
        if char in special:
            out.append(f"{mark}{special[char]}{mark}")
        elif char in "\r\n":
            out.append(f"{mark}.br{mark}")
        elif ord(char) < 32:
            out.append(f"{mark}X{ord(char):02X}{mark}")
        else:
            out.append(char)
    return "".join(out)


def unescape(written: str, separators: Separators = USUAL, encoding: str = "utf-8") -> str:
    """The words that a field says. A sequence that is none of the standard's stays as it is written."""
    mark = separators.escape
    if not mark or mark not in written:
        return written
    plain = {
        "F": separators.field, "S": separators.component, "T": separators.sub, "R": separators.repetition, "E": mark
    } | _ESCAPED  # fmt: skip
    out, at = [], 0
    while (start := written.find(mark, at)) >= 0:
        end = written.find(mark, start + 1)
        if end < 0:
            break
        out.append(written[at:start])
        code = written[start + 1 : end]
        said = plain.get(code)
        if said is None:
            said = _special(code, encoding)
        if said is None:  # not an escape: keep the mark and look at what follows it again
            out.append(mark)
            at = start + 1
            continue
        out.append(said)
        at = end + 1
    out.append(written[at:])
    return "".join(out)


def _special(code: str, encoding: str) -> str | None:
    if code[:3] in _BREAKS:
        return _BREAKS[code[:3]]
    if code[:1] == "X" and len(code) > 1 and len(code) % 2 == 1 and re.fullmatch(r"[0-9A-Fa-f]+", code[1:]):
        return bytes.fromhex(code[1:]).decode(encoding, "replace")
    if code[:1] in "CMZ" and re.fullmatch(r"[CMZ][0-9A-Fa-f]{2,6}", code):
        return ""  # a change of character set or a private command: nothing to read
    return None


def _declared(data: bytes) -> str | None:
    """MSH-18, read before the characters are known."""
    start = data.find(b"MSH", 0, 64)
    if start < 0 or len(data) < start + 4:
        return None
    line = re.split(rb"[\r\n]", data[start : start + 4096], maxsplit=1)[0]
    fields = line.split(line[3:4]) if line[3:4] else []
    if len(fields) < 18:
        return None
    said = re.split(rb"[~^]", fields[17])[0].decode("ascii", "replace").strip().upper()
    return CHARSETS.get(said)


def _separators(body: str) -> Separators:
    mark = body[3:4]
    marks = body[4:].split(mark, 1)[0].splitlines()[0] if mark and body[4:].split(mark, 1)[0] else ""
    chosen = mark + marks
    if not 2 <= len(marks) <= 5 or len(set(chosen)) != len(chosen) or any(c.isalnum() or c.isspace() for c in chosen):
        raise Invalid("Les séparateurs annoncés en tête du message sont illisibles.", code="hl7-separators", at="MSH.2")
    return Separators(mark, *marks)


def _lines(body: str, separators: Separators) -> Iterator[tuple[str, str]]:
    """(segment, the ends of line that follow it). A line which does not begin like a segment stays in the one before."""
    pieces = re.split(r"([\r\n\x1c]+)", body)
    held = [pieces[0]]
    for at in range(1, len(pieces), 2):
        end, following = pieces[at], pieces[at + 1]
        if not following and at + 2 >= len(pieces):
            yield "".join(held), end
            return
        if _NAME.match(following) and (len(following) == 3 or following[3] == separators.field):
            yield "".join(held), end
            held = [following]
        else:
            held += [end, following]
    yield "".join(held), ""


def _segment(line: str, end: str, separators: Separators, encoding: str) -> Segment:
    name, *fields = line.split(separators.field)
    if len(fields) > MAX_FIELDS:
        raise Invalid(f"Un segment compte plus de {MAX_FIELDS} champs.", code="hl7-too-many-fields", at=name[:3])
    return Segment(name, tuple(fields), separators, end, encoding)


def _written(segment: Segment) -> str:
    return segment.separators.field.join((segment.name, *segment.fields))
