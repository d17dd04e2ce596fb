"""What a process that reads a hostile file can do to the rest of the machine: nothing, and it is tried."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hygie.base import errors
from hygie.formats import preview
from hygie.formats.pdf import text_pdf
from hygie.formats.preview.sandbox import AT_ONCE, SANDBOX, Sandbox
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
    assert process.wait(timeout=20) == 0
    return written.decode()


def test_the_worker_holds_no_secret_and_no_descriptor_of_the_service() -> None:
    environment = Path(f"/proc/{SANDBOX.pid()}/environ").read_bytes()
    assert {entry.split(b"=")[0] for entry in environment.split(b"\0") if entry} <= {b"LANG", b"MALLOC_ARENA_MAX"}
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
    for _ in range(100):
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


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
