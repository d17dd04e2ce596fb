"""The database as whoever holds its disk sees it: its administrator's address, a dump, its files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hygie.ops.postgres import ADMIN, Cluster


def administrator(cluster: Cluster) -> str:
    """An address under which nothing is filtered. The product never uses it after the roles are made."""
    return cluster._address(ADMIN, cluster._passwords())


def dump(cluster: Cluster) -> Iterator[bytes]:
    """`pg_dump` of everything, in pieces that overlap by a little more than a canary may take."""
    command = [str(cluster._bin / "pg_dump"), "--inserts", administrator(cluster)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}) as dumping:
        assert dumping.stdout is not None
        before = b""
        while piece := dumping.stdout.read(4 * 1024 * 1024):
            yield before + piece
            before = piece[-512:]
    assert dumping.returncode == 0


def files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below, sealed documents, tables, logs and the write-ahead log alike."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with suppress(FileNotFoundError):  # a database at work puts files away
                yield path, path.read_bytes()
