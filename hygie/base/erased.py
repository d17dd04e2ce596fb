"""The register of erasures: who was erased, kept beside the root key and never with the database.

A backup of the database still holds the keys of whoever was erased since, and the root key would open them. This register
survives the restore: no key of a person written in it is ever unwrapped again, and `hygie up` erases that person once
more before it serves anything.

One line for each, appended and flushed before the erasure is committed. Each is sealed under the root key and bound to its
place in the file: it names nobody to a thief, and nobody who lacks the root key can have somebody erased by adding a line.
"""

from __future__ import annotations

import base64
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from hygie.base import config, rootkey, sealing
from hygie.base.errors import Unavailable

NAME: Final = "erased.register"


class Register:
    """The file of one installation. Read once, then only what was added to it, whoever added it."""

    def __init__(self, path: Path, root: rootkey.RootKey) -> None:
        self.path = path
        self._root = root
        self._lock = threading.Lock()
        self._read = 0  # bytes
        self._lines: list[dict[str, Any]] = []
        self._erased: dict[UUID, int] = {}

    def __contains__(self, patient_id: UUID) -> bool:
        """Whether this person was erased. Unavailable when the register cannot be read: then nothing opens."""
        self._catch_up()
        return patient_id in self._erased

    def all(self) -> list[tuple[UUID | None, dict[str, Any]]]:
        """Each line in its order: the person (None: one erased before the register began) and the receipt."""
        self._catch_up()
        with self._lock:
            return [(UUID(one["who"]) if one["who"] else None, one["receipt"]) for one in self._lines]

    def begin(self, receipts: list[dict[str, Any]]) -> None:
        """Write down the receipts of persons whom nobody can name any more."""
        self._append([(None, receipt) for receipt in receipts])

    def add(self, patient_id: UUID, receipt: dict[str, Any]) -> None:
        """Write it down for good; twice is once. On return it is on the disk. Unavailable when it could not be."""
        if patient_id not in self:
            self._append([(patient_id, receipt)])

    # -- the file

    def _append(self, entries: list[tuple[UUID | None, dict[str, Any]]]) -> None:
        try:
            with self._alone(os.O_RDWR | os.O_CREAT | os.O_APPEND) as file:
                kept = _whole(os.read(file, os.fstat(file).st_size))
                os.ftruncate(file, len(kept))  # a line cut short by a crash is one of an erasure that was not committed
                number = kept.count(b"\n")
                for at, (who, receipt) in enumerate(entries, number):
                    said = orjson.dumps({"who": str(who) if who else None, "receipt": receipt})
                    _write(file, base64.b64encode(self._root.wrap(said, _place(at))) + b"\n")
                os.fsync(file)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as fault:
            raise _unreachable(self.path, fault) from None

    def _catch_up(self) -> None:
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            size = 0
        except OSError as fault:
            raise _unreachable(self.path, fault) from None
        if size == self._read:
            return
        with self._lock:
            if size < self._read:
                raise Unavailable(
                    f"Le registre des effacements {self.path} a été raccourci pendant que Hygie tournait. "
                    "Rendez-lui son contenu, depuis sa copie la plus récente.",
                    code="register-cut",
                )
            with self._alone(os.O_RDONLY) as file:
                os.lseek(file, self._read, os.SEEK_SET)
                data = _whole(os.read(file, os.fstat(file).st_size))
            for line in data.splitlines():
                self._lines.append(self._opened(line, len(self._lines)))
                if who := self._lines[-1]["who"]:
                    self._erased[UUID(who)] = len(self._lines) - 1
            self._read += len(data)

    def _opened(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            found: dict[str, Any] = orjson.loads(self._root.unwrap(base64.b64decode(line), _place(number)))
        except (ValueError, sealing.BadSeal):
            raise Unavailable(
                f"Le registre des effacements {self.path} ne se lit pas à la ligne {number + 1} : il est abîmé, ou vient "
                "d’une autre installation. Restaurez-le depuis sa copie la plus récente.",
                code="register-damaged",
            ) from None
        return found

    @contextmanager
    def _alone(self, flags: int) -> Iterator[int]:
        file = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_SH if flags == os.O_RDONLY else fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _write(file: int, line: bytes) -> None:
    if os.write(file, line) != len(line):
        raise OSError(28, "disque plein")


def _whole(data: bytes) -> bytes:
    """The lines that are whole."""
    return data[: data.rfind(b"\n") + 1]


def _place(number: int) -> bytes:
    return sealing.aad("erased", number)


def _unreachable(path: Path, fault: OSError) -> Unavailable:
    return Unavailable(
        f"Le registre des effacements {path} ne peut pas être lu ou écrit ({fault.strerror}). Vérifiez la place et les "
        "droits de ce dossier, ou donnez un autre fichier par HYGIE_ERASED.",
        code="register-unreachable",
    )


def register() -> Register:
    """The register of this installation: the file that HYGIE_ERASED names, else beside the root key."""
    return _at(config.get("HYGIE_ERASED"), config.get("HYGIE_KEYS_URL"))


@lru_cache(maxsize=4)
def _at(named: str, keys: str) -> Register:
    path = Path(named) if named else Path(keys.partition(":")[2].removeprefix("//")).parent / NAME
    return Register(path, rootkey.at(keys))
