"""What a person drops at once: files, a folder in a ZIP, a mail she saved; opened out into files. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import IO, Final

from hygie.base.errors import HygieError, Invalid
from hygie.formats import mailfile, zips
from hygie.record.carrying import MANIFEST
from hygie.record.types import TOO_BIG

File = tuple[str, bytes]
Look = tuple[str, Callable[[], list[File]]]
"""A name, and what gives the files that are behind it; Invalid says why there is none."""

_OFFICE: Final = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})
_ZIP: Final = b"PK\3\4"
_MOST_FILES: Final = 20_000
_MOST_BYTES: Final = 4 * 1000 * 1000 * 1000
_MOST_EACH: Final = 64 * 1000 * 1000


def opened_files(given: Iterable[File]) -> tuple[list[File], list[tuple[str, str]]]:
    """Every file of a few, and (name, why) of what could not be opened. One level deep: a ZIP in a ZIP stays a file."""
    files: list[File] = []
    faults: list[tuple[str, str]] = []
    for name, data in given:
        try:
            if data[:4] == _ZIP:
                with zips.Incoming(BytesIO(data)) as archive:
                    for _name, found in list(_looks(name, BytesIO(data), archive)):
                        files += found()
            else:
                files += _mail(name, data)
        except HygieError as fault:
            faults.append((name, fault.public))
    return files, faults


def looks(name: str, file: IO[bytes], *, fault: str = "", skip: int = 0) -> Iterator[Look]:
    """What is behind one file of any size, piece by piece: each file of a folder in a ZIP, else the file itself.

    fault: why it came without its content. skip: what was looked at already.
    """
    if fault:
        if not skip:
            yield name, _refusing(Invalid(fault, code="too-large"))
        return
    file.seek(0)
    if file.read(4) != _ZIP:
        if not skip:
            yield name, lambda: _mail(name, _whole(file))
        return
    try:
        archive = zips.Incoming(file, most_entries=_MOST_FILES, most_bytes=_MOST_BYTES, most_each=_MOST_EACH)
    except Invalid as wrong:
        if not skip:
            yield name, _refusing(wrong)
        return
    with archive:
        for number, look in enumerate(_looks(name, file, archive)):
            if number >= skip:
                yield look


def count_files(name: str, file: IO[bytes]) -> int:
    """How many `looks` this file gives. Nothing in it is unpacked."""
    return sum(1 for _look in looks(name, file))


def is_taken_away(file: IO[bytes]) -> bool:
    """Whether this file is a space that somebody took away."""
    file.seek(0)
    if file.read(4) != _ZIP:
        return False
    try:
        with zips.Incoming(file, most_entries=_MOST_FILES, most_bytes=_MOST_BYTES, most_each=_MOST_EACH) as archive:
            return MANIFEST in archive.names
    except Invalid:
        return False


def _looks(name: str, file: IO[bytes], archive: zips.Incoming) -> Iterator[Look]:
    if MANIFEST in archive.names:
        fault = Invalid(
            "C’est un espace que vous aviez emporté : rapportez-le depuis « Mon compte ».", code="bring-instead"
        )
        yield name, _refusing(fault)
    elif _OFFICE.intersection(archive.names):
        yield name, lambda: [(name, _whole(file))]  # a word processor's own file: what is said of it is said elsewhere
    else:
        for one in archive.names:
            last = one.rpartition("/")[2]
            if not last.startswith((".", "__")):
                yield last, lambda one=one, last=last: _mail(last, archive.read(one))  # type: ignore[misc]


def _refusing(fault: Invalid) -> Callable[[], list[File]]:
    def refuse() -> list[File]:
        raise fault

    return refuse


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    pieces = bytearray()
    while piece := file.read(1 << 20):
        pieces += piece
        if len(pieces) > _MOST_EACH:
            raise Invalid(TOO_BIG, code="too-large")
    return bytes(pieces)


def _mail(name: str, data: bytes) -> list[File]:
    return mailfile.files(data) if mailfile.is_mail(data) else [(name, data)]
