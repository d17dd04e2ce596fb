"""The drop folder at work: files taken once they are whole, one after the other, each moved to its fate.

    HYGIE_INBOX/<client_id>/            where that software writes (or <a name>_<client_id>)
                            working/    being handed in; looked at first after a stop, whatever its cause
                            done/       kept; emptied after seven days: these are health data in clear
                            refused/    nothing was kept; beside each file, why, in <name>.raison.txt

A file is taken by a rename, so it is never read while it is written nor handed in by two; a file handed in twice is
one deposit. Whoever may write in a subfolder speaks as that client: its rights on the disk are its password.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
import signal
import stat
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from hygie.base import config, logs
from hygie.base.errors import Conflict, HygieError, Invalid, Unavailable
from hygie.interop.inbox import handing
from hygie.interop.inbox.handing import Fate

EVERY = 2.0  # seconds between two looks
SETTLED = 2.0  # seconds without a change after which a file is whole
WAITS = 600.0  # seconds a file waits for the sidecar that describes it
KEPT = 7 * 86_400.0  # seconds a file stays in done/
WORKING, DONE, REFUSED = "working", "done", "refused"
_CLIENT = re.compile(r"(?:.*_)?([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})", re.IGNORECASE)
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".ok", ".lock", ".swp", "~")
_SIDECAR = ".json"

Hand = Callable[[UUID, bytes, bytes | None], Fate]


class Inbox:
    """One watched folder. `hand` gives each file its fate; the default deposits it."""

    def __init__(self, root: Path, *, hand: Hand | None = None, settled: float = SETTLED, waits: float = WAITS) -> None:
        self.root, self.hand = root, hand or deposited
        self.settled, self.waits = settled, waits
        self._seen: dict[Path, tuple[int, int]] = {}
        self._strange: set[str] = set()

    def open(self) -> None:
        """Check the folder and take it for this process alone. Unavailable or Conflict, with what to do."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.root / ".hygie.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise Unavailable(f"HYGIE_INBOX : {self.root} ne s'ouvre pas ({fault.strerror}).", code="inbox") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Conflict(f"{self.root} est déjà surveillé par un autre processus.", code="inbox-watched") from None

    def close(self) -> None:
        os.close(self._lock)

    def look(self) -> int:
        """One look at every subfolder; how many files met their fate. Unavailable: look again later."""
        count = 0
        for folder in sorted(self.root.iterdir()):
            if folder.name.startswith(".") or not _is(folder, stat.S_ISDIR):
                continue
            named = _CLIENT.fullmatch(folder.name)
            if named is None:
                if folder.name not in self._strange:
                    self._strange.add(folder.name)
                    logs.event("inbox-folder-of-nobody", level=logging.WARNING)
                continue
            count += self._client(folder, UUID(named[1]))
        return count

    def _client(self, folder: Path, client_id: UUID) -> int:
        for name in (WORKING, DONE, REFUSED):
            (folder / name).mkdir(exist_ok=True)
        count = 0
        for file in [*self._left(folder), *self._whole(folder)]:
            self._one(folder, client_id, file)
            count += 1
        self._sweep(folder / DONE)
        return count

    def _left(self, folder: Path) -> list[Path]:
        """What an earlier run had taken and not finished."""
        return [file for file in _files(folder / WORKING) if not _is_sidecar(file)]

    def _whole(self, folder: Path) -> list[Path]:
        """The files that nobody writes any more, the oldest first, taken into working/."""
        now = time.time()
        taken: list[Path] = []
        present = _files(folder)
        names = {file.name for file in present}
        for file in present:
            if file.name.lower().endswith(_UNFINISHED) or not self._still(file, now):
                continue
            if _is_sidecar(file) and self._awaited(file, names, now):
                continue  # it goes with its document
            beside = file.with_suffix(_SIDECAR)
            if not _is_sidecar(file) and beside.name in names:
                if not self._still(beside, now):
                    continue
            elif not _is_sidecar(file) and now - _changed(file) < self.waits and _says_nothing(file):
                continue  # a PDF whose sidecar is still to come
            where = _free(folder / WORKING / file.name)
            with contextlib.suppress(FileNotFoundError):
                file.rename(where)
                if not _is_sidecar(file) and beside.name in names:
                    beside.rename(where.with_suffix(_SIDECAR))
                taken.append(where)
        self._seen = {file: seen for file, seen in self._seen.items() if file.exists()}
        return taken

    def _still(self, file: Path, now: float) -> bool:
        """Whether size and time are those of the last look, and old enough."""
        try:
            found = file.lstat()
        except FileNotFoundError:
            return False
        mark = (found.st_size, found.st_mtime_ns)
        before, self._seen[file] = self._seen.get(file), mark
        return before == mark and not 0 <= now - found.st_mtime < self.settled

    def _awaited(self, file: Path, names: set[str], now: float) -> bool:
        alone = not any(Path(name).stem == file.stem and not name.endswith(_SIDECAR) for name in names)
        return not alone or now - _changed(file) < self.waits

    def _one(self, folder: Path, client_id: UUID, file: Path) -> None:
        beside = file.with_suffix(_SIDECAR)
        if not beside.exists() and (folder / beside.name).exists() and not _is_sidecar(file):
            (folder / beside.name).rename(beside)  # a stop came between the two renames
        try:
            fate = self._fate(client_id, file, beside)
        except Unavailable:
            raise
        except OSError as fault:
            logs.event("inbox-file-unreadable", level=logging.ERROR, error=fault)
            fate = Fate(False, "Ce fichier ne peut pas être lu : vérifiez ses droits.")
        target = _free(folder / (DONE if fate.kept else REFUSED) / file.name)
        if fate.words:
            note = target.with_name(target.name + (".note.txt" if fate.kept else ".raison.txt"))
            note.write_text(f"{fate.words}\n", encoding="utf-8")
        if beside.exists() and beside != file:
            beside.rename(target.with_suffix(_SIDECAR))
        file.rename(target)
        os.utime(target)  # the days in done/ count from here
        logs.event("inbox-file", rule="kept" if fate.kept else "refused")

    def _fate(self, client_id: UUID, file: Path, beside: Path) -> Fate:
        if _is_sidecar(file):
            return Fate(False, "Ce fichier .json décrit un document qui n'est pas venu.")
        if file.lstat().st_size > handing.MAX_FILE:
            return Fate(False, f"Un fichier fait au plus {handing.MAX_FILE >> 20} Mo.")
        sidecar = _read(beside) if beside.exists() and beside != file else None
        return self.hand(client_id, _read(file), sidecar)

    @staticmethod
    def _sweep(done: Path) -> None:
        before = time.time() - KEPT
        for file in _files(done):
            if _changed(file) < before:
                file.unlink(missing_ok=True)


def deposited(client_id: UUID, data: bytes, sidecar: bytes | None) -> Fate:
    """Hand one file in, with a database connection that is given back."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        return handing.hand_in(client_id, data, sidecar=sidecar, now=datetime.now(UTC), request_id=uuid4().hex)
    finally:
        close_old_connections()


def run() -> None:
    """Watch HYGIE_INBOX until SIGTERM or SIGINT, finishing the file in hand."""
    logs.install(config.get("HYGIE_LOG_LEVEL"))
    if not config.get("HYGIE_INBOX"):
        raise Invalid("HYGIE_INBOX est vide : donnez le dossier à surveiller.", code="no-inbox")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    inbox = Inbox(Path(config.get("HYGIE_INBOX")))
    inbox.open()
    try:
        while not stop.is_set():
            wait = EVERY
            try:
                inbox.look()
            except Unavailable as fault:
                logs.event("inbox-waits", level=logging.WARNING, error=fault)
                wait = float(fault.retry_after or 10)
            except (OSError, HygieError) as fault:
                logs.event("inbox-look-failed", level=logging.ERROR, error=fault)
                wait = 10.0
            stop.wait(wait)
    finally:
        inbox.close()


def _files(folder: Path) -> list[Path]:
    """Plain files, the oldest first: never a link, which could name anything on the disk."""
    found = [one for one in folder.iterdir() if not one.name.startswith(".") and _is(one, stat.S_ISREG)]
    return sorted(found, key=lambda one: (_changed(one), one.name))


def _is(path: Path, kind: Callable[[int], bool]) -> bool:
    try:
        return kind(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _changed(file: Path) -> float:
    try:
        return file.lstat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_sidecar(file: Path) -> bool:
    return file.suffix.lower() == _SIDECAR


def _says_nothing(file: Path) -> bool:
    """Whether this file needs a sidecar to be understood."""
    try:
        return handing.needs_sidecar(_read(file)) if file.lstat().st_size <= handing.MAX_FILE else False
    except OSError:
        return False


def _read(file: Path) -> bytes:
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as opened:
        return opened.read(handing.MAX_FILE + 1)


def _free(path: Path) -> Path:
    """This path, or the first beside it that nobody has."""
    number, found = 2, path
    while found.exists() or (found.suffix.lower() != _SIDECAR and found.with_suffix(_SIDECAR).exists()):
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return found
