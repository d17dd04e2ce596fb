"""An installation of its own to hurt: cluster, web server, worker; nothing of the other tests' ground.

The test process looks into it through the doors, by pointing Django's two aliases at its cluster for a while.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connections

from hygie.base import together
from hygie.config.settings import _database
from hygie.ops import database
from hygie.ops.postgres import Cluster, die_with_parent
from hygie.ops.tests.running import free_port


class Installation:
    """One cluster in `folder`, with the root key of the session: the digests are the same, the tables are not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.chmod(0o711)
        (folder / "static").mkdir(exist_ok=True)
        self.cluster = Cluster(folder / "postgres")

    def start(self) -> None:
        self.cluster.start(with_parent=True)
        with self.entered():
            database.migrate()
            database.check()

    def stop(self) -> None:
        self.cluster.stop()

    def crash(self) -> None:
        """What a power cut leaves of PostgreSQL, its page cache apart: no checkpoint, no goodbye."""
        done = self.cluster._run("pg_ctl", "-D", self.cluster.data, "-m", "immediate", "-w", "stop")
        assert done.returncode == 0, done.stderr
        if self.cluster._child is not None:
            self.cluster._child.wait(60)
            self.cluster._child = None
        connections.close_all()
        together.dismiss_all()

    @property
    def environment(self) -> dict[str, str]:
        addresses = self.cluster.addresses()
        return {
            "HYGIE_DATABASE_URL": addresses.app,
            "HYGIE_DATABASE_OWNER_URL": addresses.owner,
            "HYGIE_DATA": str(self.folder),
        }

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """The doors of this process lead here for the length of the block, in every thread that connects in it."""
        here = self.environment
        before_settings = {alias: dict(connections.settings[alias]) for alias in ("default", "owner")}
        before_environment = {name: os.environ.get(name) for name in here}
        connections.close_all()
        together.dismiss_all()
        try:
            os.environ |= here
            for alias, name in (("default", "HYGIE_DATABASE_URL"), ("owner", "HYGIE_DATABASE_OWNER_URL")):
                connections.settings[alias].update(_where(here[name]))
            yield
        finally:
            connections.close_all()
            together.dismiss_all()
            for alias, before in before_settings.items():
                connections.settings[alias].update(before)
            for name, value in before_environment.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _where(url: str) -> dict[str, Any]:
    return {
        name: value for name, value in _database(url).items() if name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    }


class Web:
    """The real web server of an installation, started again when it is gone, as `hygie up` does."""

    def __init__(self, place: Installation, *, workers: int = 2, threads: int = 16, **more: str) -> None:
        self.port = free_port()
        self.log = place.folder / f"web-{self.port}.log"
        self.starts = 0
        self._environment = os.environ | place.environment | {
            "HYGIE_PORT": str(self.port), "HYGIE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "HYGIE_WORKERS": str(workers), "HYGIE_THREADS": str(threads), "HYGIE_LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore", **more,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Web:
        self.start()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hygie.ops.web"], env=self._environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def tend(self) -> None:
        """Start it again if it is gone."""
        assert self._process is not None
        if self._process.poll() is not None:
            self._end_group()
            self.start()

    def again(self) -> None:
        """Killed whole, and started again."""
        assert self._process is not None
        self._end_group()
        self._process.wait(60)
        self.start()

    def wait(self, patience: float = 120.0) -> None:
        """Until it answers. How fast it starts on a crowded machine is not what is proved with it."""
        deadline = time.monotonic() + patience
        while not self.answers():
            self.tend()
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            line.request("GET", "/fhir/metadata")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """The processes that do the work; the first of all only watches over them."""
        try:
            tasks = list(Path(f"/proc/{self.pid}/task").iterdir())
            children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        except OSError:
            return []
        return children

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            self._end_group()
            self._process.wait(60)

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


def work_once(place: Installation, **more: str) -> subprocess.CompletedProcess[str]:
    """The background worker, until there is nothing left to do."""
    return subprocess.run(
        [sys.executable, "-m", "hygie.ops.cli", "worker", "--once"], env=worker_environment(place) | more,
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip


def worker_environment(place: Installation) -> dict[str, str]:
    return os.environ | place.environment | {"PYTHONWARNINGS": "ignore", "HYGIE_LOG_LEVEL": "WARNING"}
