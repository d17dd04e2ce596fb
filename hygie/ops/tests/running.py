"""`hygie` commands run for real, in folders of their own, with nothing of the tests' environment."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
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


_GIVEN: deque[int] = deque(maxlen=12)


def free_port() -> int:
    """One below those that the kernel lends to clients, not just given, that no other process of the tests looks at."""
    for _ in range(1000):
        port = 30_200 + secrets.randbelow(25) * 100 + os.getpid() % 100
        if port in _GIVEN:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _GIVEN.append(port)
        return port
    raise AssertionError("no free port")


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
        timeout=300,
    )


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def program(module: str, told: Path, *, port: int) -> Iterator[None]:
    """One of the demonstration's programs, started as `hygie up --demo` starts it, until the block ends. It writes nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(told)], cwd=REPOSITORY, env=environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        wait_for(lambda: _answers(port) or process.poll() is not None)
        yield
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=60)
        assert out == b"", "it speaks of people: its addresses name patients"


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

    def wait_until_ready(self, patience: float = 300.0) -> float:
        """Seconds from the start to the line that gives the address."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.said("Hygie est prête"):
                return time.monotonic() - self.began
            time.sleep(0.02)
        raise AssertionError("not ready:\n" + "\n".join(self.lines))

    def send(self, signal_number: int) -> None:
        self.process.send_signal(signal_number)

    def wait(self, patience: float = 180.0) -> int:
        code = self.process.wait(patience)
        self._reader.join(60)
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


def wait_for(truth: object, patience: float = 180.0) -> None:
    """Wait until `truth()` holds."""
    deadline = time.monotonic() + patience
    while not truth():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
