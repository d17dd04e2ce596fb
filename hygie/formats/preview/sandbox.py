"""Hands hostile bytes to a walled child process and believes nothing that comes back unchecked.

`ask` never raises anything but the errors of Hygie, whatever the file does to its reader: a child that crashes, lies,
eats memory or never ends is the file's fault (Invalid); a machine that cannot start a child is ours (Unavailable).
Safe in a process of many threads: this process is never forked; `worker` is started afresh, at the first question,
and again if it dies or if this process turns out to be a fork of the one that started it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from hygie.base import errors
from hygie.formats.preview.worker import LENGTHS, WALL_SECONDS

AT_ONCE = 4  # children of one web process at the same time: bounds its memory to 4 x 256 MB
START_SECONDS = 30
MAX_ANSWER = 64 << 20
ENVIRONMENT = {"HOME": "/", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}  # all of it: nothing of the service's own

UNREADABLE = "Ce fichier ne peut pas être affiché : il est abîmé ou d’un format inhabituel. Vous pouvez le télécharger."
REASONS = {
    "unreadable-file": UNREADABLE,
    "encrypted-file": (
        "Ce PDF est protégé par un mot de passe : Hygie ne peut pas l’afficher. Ouvrez-le avec son mot de passe, "
        "enregistrez-le sans protection (par exemple avec « Imprimer en PDF »), puis ajoutez cette nouvelle copie."
    ),
    "too-large-to-display": (
        "Cette image est trop grande pour être affichée. Vous pouvez la télécharger, "
        "ou ajouter une copie de plus petite taille."
    ),
    "no-such-page": "Ce document n’a pas cette page.",
}
BUSY = "L’affichage des documents est momentanément indisponible. Réessayez dans un instant."


@dataclass(frozen=True, slots=True)
class Answer:
    header: dict[str, Any]
    blob: bytes


class _Lost(Exception):
    """The child went away without a whole answer."""


class Sandbox:
    """One worker process and the doors to it; started lazily, replaced when dead."""

    def __init__(self) -> None:
        self.network_gone = False
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def ask(self, header: dict[str, Any], data: bytes) -> Answer:
        """What the walled child answers about these bytes.

        Invalid when the file cannot be displayed (its code says why), Unavailable when no child could be had.
        """
        if not self._places.acquire(timeout=WALL_SECONDS):
            raise errors.Unavailable(BUSY, code="preview-busy", retry_after=5)
        try:
            for _ in range(2):  # once more when the worker itself died under us: the file is not at fault
                process, control = self._running()
                with contextlib.suppress(_Lost):
                    return _checked(_exchange(control, header, data))
                if _alive(process, control):
                    raise errors.Invalid(UNREADABLE, code="unreadable-file")
            raise errors.Unavailable(BUSY, code="preview-unavailable", retry_after=5)
        finally:
            self._places.release()

    def close(self) -> None:
        """End the worker and whatever it is doing."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                try:
                    self._process.wait(timeout=3)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._process = self._control = None

    def pid(self) -> int:
        """The worker's process id, started if need be."""
        return self._running()[0].pid

    def _running(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        with self._lock:
            if self._process is not None and self._control is not None and self._process.poll() is None:
                return self._process, self._control
            if self._control is not None:
                self._control.close()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with theirs:
                try:
                    process = subprocess.Popen(
                        [sys.executable, "-I", "-m", "hygie.formats.preview.worker"],
                        stdin=theirs.fileno(),
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        cwd="/",
                        env=ENVIRONMENT,
                        start_new_session=True,  # Ctrl-C in the terminal is for the service; this one ends with it
                    )
                except OSError as error:
                    ours.close()
                    raise errors.Unavailable(BUSY, code="preview-unavailable", retry_after=30) from error
            ours.settimeout(START_SECONDS)
            ready = b""
            with contextlib.suppress(OSError):
                ready = ours.recv(1)
            if not ready:
                ours.close()
                process.kill()
                process.wait()
                raise errors.Unavailable(BUSY, code="preview-unavailable", retry_after=30)
            self._process, self._control, self.network_gone = process, ours, ready == b"+"
            return process, ours

    def forget(self) -> None:
        """In a fork of the process that started it: the worker is not ours. Leave it to its parent."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0  # not our child: nothing to wait for
        self.__init__()  # type: ignore[misc]


def _exchange(control: socket.socket, header: dict[str, Any], data: bytes) -> Answer:
    """One question and its answer, each whole, before the deadline; _Lost otherwise."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with ours:
        try:
            with theirs:
                socket.send_fds(control, [b"j"], [theirs.fileno()])
            deadline = time.monotonic() + WALL_SECONDS + 2
            encoded = json.dumps(header).encode()
            ours.settimeout(WALL_SECONDS + 2)
            ours.sendall(LENGTHS.pack(len(encoded), len(data)) + encoded)
            ours.sendall(data)
            header_length, blob_length = LENGTHS.unpack(_exactly(ours, LENGTHS.size, deadline))
            if header_length > 65_536 or blob_length > MAX_ANSWER:
                raise _Lost
            answer = json.loads(_exactly(ours, header_length, deadline))
            blob = _exactly(ours, blob_length, deadline)
        except (OSError, ValueError, RecursionError) as error:
            raise _Lost from error
    if not isinstance(answer, dict):
        raise _Lost
    return Answer(answer, blob)


def _exactly(source: socket.socket, length: int, deadline: float) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        source.settimeout(max(0.01, deadline - time.monotonic()))
        part = source.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise _Lost
        parts += part
    return bytes(parts)


def _checked(answer: Answer) -> Answer:
    error = answer.header.get("error")
    if error is None:
        return answer
    code = error if error in REASONS else "unreadable-file"
    raise errors.Invalid(REASONS[code], code=code)


def _alive(process: subprocess.Popen[bytes], control: socket.socket) -> bool:
    """Whether the worker outlived its child. One that is dying lets go of its line first: its end is then waited for."""
    with contextlib.suppress(OSError, ValueError):  # a line that another thread closed was of a worker that is no more
        line = select.poll()
        line.register(control, 0)  # says only that the other end is closed
        if not line.poll(0):
            return process.poll() is None
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=START_SECONDS)
    return process.poll() is None


SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
os.register_at_fork(after_in_child=SANDBOX.forget)
