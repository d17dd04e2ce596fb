"""What a process that reads a hostile file can do to the rest of the machine: nothing, and it is tried."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import pytest

from hygie.base import errors
from hygie.formats import preview
from hygie.formats.pdf import text_pdf
from hygie.formats.preview.sandbox import AT_ONCE, ENVIRONMENT, SANDBOX, Sandbox
from hygie.formats.preview.worker import LENGTHS
from hygie.formats.tests import hostile

LETTER = text_pdf("Lettre", ["Bonjour Amina."])


def test_code_behind_the_walls_is_refused_everything_it_tries() -> None:
    isolation = preview.isolation()
    assert isolation.breaches == ()
    assert {
        "open a socket",
        "read a file",
        "write a file",
        "run a program",
        "start a process",
        "kill its parent",
        "allocate 300 MB",
        "see its environment",
    } <= isolation.refused.keys()


@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="the filter knows two processors")
def test_the_system_call_filter_is_on() -> None:
    isolation = preview.isolation()
    assert isolation.calls_filtered
    assert isolation.refused["open a socket"] == "EPERM"


def test_without_the_filter_no_descriptor_can_be_had_all_the_same() -> None:
    tried = run(
        "from hygie.formats.preview import walls\n"
        "walls._filter_calls = lambda **_: False\n"
        "assert not walls.raise_walls(memory=1 << 28, cpu_seconds=5, threads=False)\n"
        "import os, socket\n"
        "for attempt in (socket.socket, lambda: os.open('/etc/hostname', 0), lambda: os.dup(0), os.pipe):\n"
        "    try:\n"
        "        attempt()\n"
        "        os.write(0, b'opened ')\n"
        "    except OSError as error:\n"
        "        os.write(0, error.__class__.__name__.encode() + b' ')\n"
    )
    assert tried == "OSError OSError OSError OSError "


def test_where_namespaces_are_forbidden_the_other_walls_hold() -> None:
    tried = run(
        "import os\n"
        "from hygie.formats.preview import walls, worker\n"
        "os.environ.clear()\n"
        "walls.raise_walls(memory=1 << 28, cpu_seconds=5, threads=True)\n"
        "os.write(0, repr([name for name, by in worker.probe(os.getppid()).items() if not by]).encode())\n"
    )
    assert tried == "[]"


def run(code: str) -> str:
    """What a fresh interpreter writes on its descriptor 0, the only one left behind the walls."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = subprocess.Popen([sys.executable, "-I", "-c", code], stdin=theirs.fileno())
        written = b"".join(iter(lambda: ours.recv(4096), b""))
    assert process.wait(timeout=120) == 0
    return written.decode()


def test_the_worker_holds_no_secret_and_no_descriptor_of_the_service() -> None:
    environment = Path(f"/proc/{SANDBOX.pid()}/environ").read_text()
    assert {entry for entry in environment.split("\0") if entry} == {f"{k}={v}" for k, v in ENVIRONMENT.items()}
    opened = [os.readlink(f"/proc/{SANDBOX.pid()}/fd/{fd}") for fd in os.listdir(f"/proc/{SANDBOX.pid()}/fd")]
    assert [name for name in opened if not name.startswith(("socket:", "/dev/null"))] == []


def test_a_worker_that_dies_is_replaced_without_anyone_noticing() -> None:
    own = Sandbox()
    asked = {"operation": "count", "media_type": "application/pdf"}
    try:
        assert own.ask(asked, LETTER).header == {"pages": 1}
        for _ in range(3):
            first = own.pid()
            os.kill(first, signal.SIGKILL)
            assert own.ask(asked, LETTER).header == {"pages": 1}
            assert own.pid() != first
    finally:
        own.close()


def test_a_worker_that_takes_its_time_to_die_is_waited_for_and_accuses_no_file() -> None:
    own = Sandbox()
    own._control, theirs = socket.socketpair()
    own._process = subprocess.Popen(["sleep", "0.3"])  # on a busy machine one is seen dead long after it let go
    theirs.close()
    try:
        assert own.ask({"operation": "count", "media_type": "application/pdf"}, LETTER).header == {"pages": 1}
    finally:
        own.close()


def test_many_threads_share_one_worker() -> None:
    service = SANDBOX.pid()
    with ThreadPoolExecutor(4 * AT_ONCE) as threads:
        pages = list(threads.map(lambda _: preview.page(LETTER, "application/pdf", 1, width=300), range(60)))
    assert len({page.data for page in pages}) == 1
    assert SANDBOX.pid() == service


def test_a_file_that_never_ends_is_given_up_and_others_are_served_meanwhile() -> None:
    endless = next(file.data for file in hostile.crafted() if file.name == "pdf_drawing: tiles without number")
    with ThreadPoolExecutor(2) as threads:
        stuck = threads.submit(preview.page, endless, "application/pdf", 1, width=800)
        time.sleep(0.2)
        assert preview.page_count(LETTER, "application/pdf") == 1
        assert not stuck.done()
        with pytest.raises(errors.Invalid) as refusal:
            stuck.result()
    assert refusal.value.code == "unreadable-file"


def test_the_worker_ends_with_the_process_that_started_it() -> None:
    code = (
        "import os\n"
        "from hygie.formats.preview.sandbox import SANDBOX\n"
        "print(SANDBOX.pid(), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    worker = int(done.stdout)
    for _ in range(600):
        if not alive(worker):
            break
        time.sleep(0.1)
    assert not alive(worker)


def test_a_worker_outlives_the_thread_that_happened_to_start_it() -> None:
    own = Sandbox()
    try:
        with ThreadPoolExecutor(1) as thread:
            started = thread.submit(own.pid).result()
        time.sleep(0.3)
        assert own.pid() == started
    finally:
        own.close()


def test_a_fork_of_the_service_has_a_worker_of_its_own() -> None:
    told = run(
        "import os\n"
        "from hygie.formats.preview.sandbox import SANDBOX\n"
        "first = SANDBOX.pid()\n"
        "if os.fork() == 0:\n"
        "    second = SANDBOX.pid()\n"
        "    SANDBOX.close()\n"
        "    os.write(0, b'another ' if second != first else b'shared ')\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "os.write(0, b'kept' if SANDBOX.pid() == first else b'lost')\n"
    )
    assert told == "another kept"


@pytest.mark.parametrize("program", ["/bin/false", "/no/such/program"])
def test_a_machine_that_cannot_start_the_worker_says_so_and_accuses_no_file(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with pytest.raises(errors.Unavailable) as refusal:
        Sandbox().ask({"operation": "count", "media_type": "application/pdf"}, LETTER)
    assert refusal.value.code == "preview-unavailable"
    assert refusal.value.retry_after


LIES = {
    "nothing": b"",
    "half a length": b"\0\0",
    "lengths beyond reason": b"\xff" * 8,
    "less than announced": LENGTHS.pack(2, 1000) + b"{}",
    "not JSON": LENGTHS.pack(5, 0) + b"hello",
    "JSON of 20,000 levels": LENGTHS.pack(20_000, 0) + b"[" * 20_000,
    "a list": LENGTHS.pack(2, 0) + b"[]",
    "an unknown reason": LENGTHS.pack(15, 0) + b'{"error":"<b>"}',
}


@pytest.mark.parametrize("lie", LIES)
def test_a_child_that_lies_only_loses_its_own_file(lie: str) -> None:
    with LyingSandbox(LIES[lie]) as own, pytest.raises(errors.Invalid) as refusal:
        own.ask({"operation": "count", "media_type": "application/pdf"}, LETTER)
    assert refusal.value.code == "unreadable-file"
    assert "<b>" not in refusal.value.public


class LyingSandbox(Sandbox):
    """Its worker is alive and its children have been taken over."""

    def __init__(self, lie: bytes) -> None:
        super().__init__()
        self.lie = lie

    def __enter__(self) -> Self:
        self._control, self.theirs = socket.socketpair()
        self._process = subprocess.Popen(["sleep", "60"])
        self.liar = threading.Thread(target=self.answer)
        self.liar.start()
        return self

    def answer(self) -> None:
        _, descriptors, _, _ = socket.recv_fds(self.theirs, 1, 1)
        with socket.socket(fileno=descriptors[0]) as job:
            job.recv(1 << 20)
            job.sendall(self.lie)

    def __exit__(self, *_: object) -> None:
        self.liar.join(10)
        self._process.kill()
        self.theirs.close()
        self.close()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
