"""Ports of this machine for the demonstration's other programs."""

from __future__ import annotations

import socket

from hygie.base import config
from hygie.base.errors import Conflict


def free_for(setting: str, *, before: int | None, after: int, whose: str) -> int:
    """The port that `setting` sets; else that of last time, while it is free; else the next free one, `after` Hygie's own.

    Conflict when the port that was set is taken by another program, or when none is free. whose: for that sentence.
    """
    if config.get(setting):
        wanted = config.number(setting)
        if not _free(wanted):
            raise Conflict(f"{setting}={wanted} : ce port est déjà pris. Choisissez-en un autre.", code="port-in-use")
        return wanted
    first = config.number("HYGIE_PORT") + after
    for port in (*((before,) if before else ()), *range(first, first + 200)):
        if _free(port):
            return port
    raise Conflict(f"Aucun port n'est libre pour {whose} : voyez {setting}.", code="port-in-use")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
