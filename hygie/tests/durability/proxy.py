"""A road to a store that can be cut, blocked or broken in the middle: a small loopback proxy."""

from __future__ import annotations

import contextlib
import socket
import threading
from enum import StrEnum


class Road(StrEnum):
    """What happens to those who come."""

    OPEN = "open"
    CLOSED = "closed"  # taken, and dropped at once
    STUCK = "stuck"  # taken, read, and never answered
    HALF = "half"  # half of the first message goes through, then the line is cut
    MUTE = "mute"  # the whole message goes through, and its answer never comes back


class Proxy:
    """Listens on `port` and leads to `target`, as `road` says at the time a message comes."""

    def __init__(self, target: int) -> None:
        self.road = Road.OPEN
        self.faults = 0
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._door.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._closing = False
        threading.Thread(target=self._welcome, daemon=True).start()

    def turn(self, road: Road) -> None:
        """From now on; lines already open are cut, so that everyone comes again."""
        self.road = road
        self._cut_all()

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._cut_all()

    def _cut_all(self) -> None:
        with self._guard:
            lines, self._open = self._open, set()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _welcome(self) -> None:
        while not self._closing:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(line,), daemon=True).start()

    def _lead(self, line: socket.socket) -> None:
        road = self.road
        self.faults += road is not Road.OPEN
        with line, contextlib.suppress(OSError):
            with self._guard:
                self._open.add(line)
            if road is Road.CLOSED:
                return
            if road is Road.STUCK:
                while line.recv(65536):
                    pass
                return
            with socket.create_connection(("127.0.0.1", self._target), timeout=60) as beyond:
                with self._guard:
                    self._open.add(beyond)
                back = threading.Thread(
                    target=_pour, args=(beyond, line if road is not Road.MUTE else None), daemon=True
                )
                back.start()
                if road is Road.HALF:
                    data = line.recv(65536)
                    beyond.sendall(data[: len(data) // 2])
                else:
                    _pour(line, beyond)
                with contextlib.suppress(OSError):
                    beyond.shutdown(socket.SHUT_WR)
                back.join(60)
                with self._guard:
                    self._open.discard(beyond)
        with self._guard:
            self._open.discard(line)


def _pour(from_: socket.socket, to: socket.socket | None) -> None:
    """All that comes, one way; `to` None swallows it."""
    with contextlib.suppress(OSError):
        while data := from_.recv(65536):
            if to is not None:
                to.sendall(data)
    if to is not None:
        with contextlib.suppress(OSError):
            to.shutdown(socket.SHUT_WR)
