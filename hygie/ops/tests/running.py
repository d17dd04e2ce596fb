"""`hygie` commands run for real, in folders of their own, with nothing of the tests' environment."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


@contextmanager
def folder() -> Iterator[Path]:
    """A fresh folder under /tmp that other accounts may walk through."""
    path = Path(tempfile.mkdtemp(prefix="hygie-up-", dir="/tmp"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        for pid, _command in _around(path):  # only after a failure: a test that passes leaves nobody
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HYGIE_", "DJANGO_", "PYTEST_"))}
    return kept | {"HYGIE_WORKERS": "1", "PYTHONWARNINGS": "ignore"} | more


def hygie(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "hygie.ops.cli", *map(str, arguments)],
        cwd=REPOSITORY,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=120,
    )


class Up:
    """A `hygie up` at work. `lines` is what it has said so far, on both streams."""

    def __init__(self, data: Path, *, port: int | None = None, before: tuple[str, ...] = (), **more: str) -> None:
        self.data = data
        self.port = port or free_port()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [
                *(before or (sys.executable,)),
                "-m",
                "hygie.ops.cli",
                "up",
                "--data",
                str(data),
                "--port",
                str(self.port),
            ],
            cwd=REPOSITORY,
            env=environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
        self.process.stdout.close()

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def wait_until_ready(self, patience: float = 120.0) -> float:
        """Seconds from the start to the line that gives the address."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.said("Hygie est prête"):
                return time.monotonic() - self.began
            time.sleep(0.02)
        raise AssertionError("not ready:\n" + "\n".join(self.lines))

    def send(self, signal_number: int) -> None:
        self.process.send_signal(signal_number)

    def wait(self, patience: float = 60.0) -> int:
        code = self.process.wait(patience)
        self._reader.join(10)
        return code


def processes_of(data: Path) -> list[str]:
    """The command lines of every process that works in `data`, or was started for it."""
    return [command for _pid, command in _around(data)]


def _around(data: Path) -> list[tuple[int, str]]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            here = str((process / "cwd").readlink())
            around = (process / "environ").read_bytes()
        except OSError:
            continue
        if int(process.name) == os.getpid() or not command:
            continue
        if (
            here.startswith(f"{data}/")
            or f"HYGIE_DATA={data}" in around.decode(errors="replace")
            or f"{data}/" in command
        ):
            found.append((int(process.name), command))
    return found


def wait_for(truth: object, patience: float = 60.0) -> None:
    """Wait until `truth()` holds."""
    deadline = time.monotonic() + patience
    while not truth():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
