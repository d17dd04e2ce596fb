"""How much of each proof runs: a slice with every `make test`, everything with HYGIE_TORTURE=1."""

from __future__ import annotations

import os

TORTURE = os.environ.get("HYGIE_TORTURE") == "1"


def size(part: int, whole: int) -> int:
    return whole if TORTURE else part
