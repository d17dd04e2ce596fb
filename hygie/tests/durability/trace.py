"""What the kernel saw, in order: strace on several processes at once, and the one deposit after the other in it.

A kill leaves the page cache in place, so it cannot see a missing flush; the order of the system calls can.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    "pwrite64,pwritev,write,writev,sendto,sendmsg,recvfrom,recvmsg,read,readv,fsync,fdatasync,rename,renameat,renameat2"
)
_LINE = re.compile(r"^(\d+) +(.*)$")
_RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
_RESULT = re.compile(r"\)\s*= (-?\d+)")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call. `began` and `ended` are places in the one order of all that was seen."""

    pid: int
    name: str
    said: str
    began: int
    ended: int
    result: int


def why_not() -> str | None:
    """Why nothing can be traced here; None when it can."""
    program = shutil.which("strace")
    if program is None:
        return "strace is not installed"
    done = subprocess.run([program, "-f", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return None if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()[-120:]}"


@contextmanager
def tracing(pids: Sequence[int], to: Path) -> Iterator[None]:
    """Everything these processes and their threads and future children do, until the block is left."""
    attach = [word for pid in pids for word in ("-p", str(pid))]
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-y", "-s", "600", "-e", f"trace={CALLS}", "-o", str(to), *attach],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not all(_traced(pid) for pid in pids):
            assert tracer.poll() is None and time.monotonic() < deadline, "strace did not attach"
            time.sleep(0.05)
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=120)


def _traced(pid: int) -> bool:
    """With all its threads: they are taken one by one."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended
            if "TracerPid:\t0\n" in (task / "status").read_text():
                return False
    return True


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += tree(int(child))
    return found


def calls(file: Path) -> list[Call]:
    """Every call, by the order in which it ended."""
    done: list[Call] = []
    begun: dict[int, tuple[str, int]] = {}
    for number, line in enumerate(file.read_text(errors="replace").splitlines()):
        match = _LINE.match(line)
        if match is None:
            continue
        pid, text = int(match[1]), match[2]
        began = number
        if text.endswith("<unfinished ...>"):
            begun[pid] = (text.removesuffix("<unfinished ...>"), number)
            continue
        if resumed := _RESUMED.match(text):
            start, began = begun.pop(pid, ("", number))
            text = start + resumed[2]
        result = _RESULT.search(text)
        name = text.split("(", 1)[0]
        if result and name.isidentifier():
            done.append(Call(pid, name, text, began, number, int(result[1])))
    return done
