"""Processor time of a tree of processes, from /proc: what a figure costs, even on a machine that others use."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def of_tree(root: int) -> float:
    """Seconds of processor time used so far by this process and all its living descendants."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        # 13 and 14: its children that ended; 11 and 12: itself (proc(5), counted after the name)
        used[int(entry.name)] = sum(int(field) for field in fields[11:15]) / _TICK
    total, waiting = 0.0, [root]
    while waiting:
        one = waiting.pop()
        total += used.get(one, 0.0)
        waiting.extend(children.get(one, ()))
    return total
