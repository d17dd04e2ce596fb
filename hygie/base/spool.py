"""A large file on its way in, kept on disk sealed: nothing a person sends is ever written in clear.

Written once from beginning to end, then read anywhere in it, as a ZIP needs. The key lives in this process alone and
goes with it; the file has no name, and goes with the object.
"""

from __future__ import annotations

import io
import os
import tempfile
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK: Final = 1 << 20
_TAG: Final = 16


class Pieces(io.RawIOBase):
    """A file to read anywhere in, held as sealed pieces of CHUNK bytes: one of them in clear, the last that was read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._at = 0
        self._open: tuple[int, bytes] = (-1, b"")

    def piece(self, number: int) -> bytes:
        """This piece in clear; OSError when it is gone. For whoever says where the pieces are."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning of the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        number, inside = divmod(self._at, CHUNK)
        if self._open[0] != number:
            self._open = number, self.piece(number)
        piece = self._open[1][inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


class SealedSpool(Pieces):
    """`put` pieces, then `done`; from then on a readable, seekable file."""

    def __init__(self) -> None:
        super().__init__(0)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with this object
        self._cipher = AESGCM(os.urandom(32))
        self._waiting = bytearray()
        self._chunks = 0

    def put(self, piece: bytes) -> None:
        self._waiting += piece
        self.size += len(piece)
        while len(self._waiting) >= CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]))
            del self._waiting[:CHUNK]

    def done(self) -> None:
        if self._waiting:
            self._seal(bytes(self._waiting))
            self._waiting.clear()
        self.seek(0)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _seal(self, chunk: bytes) -> None:
        self._file.write(self._cipher.encrypt(self._chunks.to_bytes(12, "big"), chunk, None))
        self._chunks += 1

    def piece(self, number: int) -> bytes:
        self._file.seek(number * (CHUNK + _TAG))
        sealed = self._file.read(CHUNK + _TAG)
        return self._cipher.decrypt(number.to_bytes(12, "big"), sealed, None)
