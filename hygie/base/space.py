"""Room on the disk: deposits stop before it is full, so that what is here can still be read, and every look written.

A database full to the last byte can do neither. Only the disk of an embedded PostgreSQL is ours to watch.
"""

from __future__ import annotations

import os

from hygie.base import config
from hygie.base.errors import Unavailable


def refuse_if_scarce() -> None:
    """Unavailable when less than HYGIE_RESERVE is free where the embedded PostgreSQL lives."""
    try:
        disk = os.statvfs(f"{config.get('HYGIE_DATA')}/postgres")
    except OSError:
        return  # the database is elsewhere
    if disk.f_bavail * disk.f_frsize < int(config.get("HYGIE_RESERVE")) << 20:
        raise Unavailable(
            "Il n'y a plus assez de place ici : rien n'a été conservé. Réessayez plus tard.", code="disk-full",
            retry_after=60,
        )  # fmt: skip
