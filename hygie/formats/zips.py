"""ZIP files: written as a stream, of any length; read as what a stranger sends. Pure.

Reading refuses, before anything is unpacked: more entries or bytes than asked for, entries that overlap, that are not
where they say, that are encrypted or compressed otherwise than by deflate, links, and names that leave the folder.
Python's own reader accepts overlapping entries (12 kB that give 500 MB): here they are refused.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

from hygie.base.errors import Invalid

MOST_ENTRIES: Final = 200
MOST_BYTES: Final = 64 * 1024 * 1024
"""What a file that anybody sends may hold, unpacked (safety.md, hostile-input limits)."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_READABLE: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK: Final = 1 << 16
_FAULTS: Final = (zipfile.BadZipFile, OSError, ValueError, EOFError, struct.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Part:
    """One file to write. content: its bytes, or pieces of them. squeezed: whether deflate is worth it."""

    name: str
    content: bytes | Iterable[bytes]
    squeezed: bool = True


class _Pipe(io.RawIOBase):
    """What is written comes out again, piece by piece. It cannot be sought: sizes follow the contents."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        out, self._pieces = b"".join(self._pieces), []
        return out


def stream(parts: Iterable[Part], *, at: datetime) -> Iterator[bytes]:
    """The bytes of a ZIP, as its parts come: never more than one piece of one part is held."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", allowZip64=True) as out:
        for part in parts:
            info = zipfile.ZipInfo(part.name, date_time=at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED if part.squeezed else zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            pieces = (part.content,) if isinstance(part.content, bytes) else part.content
            with out.open(info, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    if data := pipe.taken():
                        yield data
    yield pipe.taken()


class Incoming:
    """A ZIP from outside, looked over. Use as a context manager; Invalid says what is wrong with it."""

    def __init__(
        self,
        file: IO[bytes],
        *,
        most_entries: int = MOST_ENTRIES,
        most_bytes: int = MOST_BYTES,
        most_each: int = MOST_BYTES,
    ) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
        except _FAULTS:
            raise _unreadable() from None
        if len(infos) > most_entries:
            raise Invalid("Cette archive contient trop de fichiers.", code="zip-too-many")
        if sum(one.file_size for one in infos) > most_bytes or any(one.file_size > most_each for one in infos):
            raise Invalid("Cette archive est trop lourde une fois ouverte.", code="zip-too-large")
        for one in infos:
            _check(one)
        _apart(file, infos)
        self._infos = {one.filename: one for one in infos if not one.is_dir()}
        if len(self._infos) != sum(not one.is_dir() for one in infos):
            raise _unreadable()

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *fault: object) -> None:
        self._zip.close()

    @property
    def names(self) -> list[str]:
        """The files, in the order of the archive, by their path with « / »."""
        return list(self._infos)

    def read(self, name: str) -> bytes:
        """One file, never longer than it said. Invalid when it is not there, or does not unpack as it said."""
        info = self._infos.get(name)
        if info is None:
            raise Invalid("Il manque un fichier dans cette archive.", code="zip-missing", at=name[:120])
        try:
            with self._zip.open(info) as entry:
                out = bytearray()
                while piece := entry.read(_CHUNK):
                    out += piece
                    if len(out) > info.file_size:
                        raise _unreadable()
        except Invalid:
            raise
        except Exception:  # zlib's own error, a wrong checksum, a cut file: all mean the same here
            raise _unreadable() from None
        if len(out) != info.file_size:
            raise _unreadable()
        return bytes(out)


def _check(one: zipfile.ZipInfo) -> None:
    steps = one.filename.rstrip("/").split("/")
    strange = any(step in ("", ".", "..") for step in steps) or "\\" in one.filename or ":" in one.filename
    if strange or len(one.filename) > 400 or any(unicodedata.category(c) == "Cc" for c in one.filename):
        raise Invalid("Cette archive contient un nom de fichier dangereux.", code="zip-name")
    if one.flag_bits & 0x1:
        raise Invalid("Cette archive est protégée par un mot de passe : enlevez-le d’abord.", code="zip-encrypted")
    kind = stat.S_IFMT(one.external_attr >> 16)
    if one.compress_type not in _READABLE or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Invalid("Cette archive contient un fichier d’un genre inhabituel.", code="zip-kind")


def _apart(file: IO[bytes], infos: list[zipfile.ZipInfo]) -> None:
    """Each entry begins after the former ends, with the same name as the list says."""
    end = 0
    for one in sorted(infos, key=lambda info: info.header_offset):
        try:
            file.seek(one.header_offset)
            mark, *_, name_length, extra_length = _LOCAL.unpack(file.read(_LOCAL.size))
            name = file.read(name_length)
        except _FAULTS:
            raise _unreadable() from None
        encoding = "utf-8" if one.flag_bits & 0x800 else "cp437"
        if mark != b"PK\3\4" or name.decode(encoding, "replace") != one.orig_filename or one.header_offset < end:
            raise Invalid("Cette archive est piégée : elle n’a pas été ouverte.", code="zip-overlap")
        end = one.header_offset + _LOCAL.size + name_length + extra_length + one.compress_size


def _unreadable() -> Invalid:
    return Invalid("Cette archive est abîmée, ou d’un format inhabituel.", code="zip-unreadable")
