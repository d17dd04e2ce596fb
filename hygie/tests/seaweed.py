"""A real S3 server for tests: SeaweedFS, from the wheel, on loopback, telemetry off and every write flushed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from obstore.store import S3Store

from hygie.ops.postgres import die_with_parent

BUCKET = "documents"


class Seaweed:
    """One server in `folder`. `kill` is kill -9; `start` after it serves what was kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = shutil.which("weed", path=str(Path(sys.executable).parent)) or "weed"
        self.key, self.secret = secrets.token_hex(8), secrets.token_hex(16)
        self.master, self.volume, self.filer, self.s3 = _ports(4)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"s3://{self.key}:{self.secret}@127.0.0.1:{self.s3}/{BUCKET}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def command(self) -> list[str]:
        return [
            self.program, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.folder}",
            "-master.telemetry=false", f"-master.port={self.master}", "-master.volumeSizeLimitMB=64",
            f"-volume.port={self.volume}", "-volume.max=8", "-filer", f"-filer.port={self.filer}",
            "-s3", f"-s3.port={self.s3}", "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={self.folder / 's3.json'}",
        ]  # fmt: skip

    def start(self) -> None:
        first = not (self.folder / "s3.json").exists()
        identity = {
            "name": "hygie",
            "credentials": [{"accessKey": self.key, "secretKey": self.secret}],
            "actions": ["Read", "Write", "List"],
        }
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        # By default names live in a LevelDB that is never flushed: a power cut would lose the way to a flushed content.
        (self.folder / "filer.toml").write_text(
            f'[leveldb2]\nenabled = false\n[sqlite]\nenabled = true\ndbFile = "{self.folder}/filer.db"\n'
        )
        with (self.folder / "weed.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        self._wait()
        if first:
            self._shell(
                f"s3.bucket.create -name {BUCKET}",
                f"fs.configure -locationPrefix=/buckets/{BUCKET}/ -fsync=true -apply",
            )
            self._first_write()

    def configuration(self) -> dict[str, Any]:
        """What the filer says of the bucket's path."""
        said = self._shell("fs.configure")
        (found,) = json.loads(said[said.index("{") : said.rindex("}") + 1])["locations"]
        return dict(found)

    def _wait(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.s3}/", timeout=2).close()
                return
            except urllib.error.HTTPError as refusal:
                refusal.close()  # it answers: that is all we ask
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"SeaweedFS does not answer: {(self.folder / 'weed.log').read_text()[-2000:]}")

    def _first_write(self) -> None:
        """The first content of a bucket waits for its volumes to be made: on a busy disk, longer than we wait for a store."""
        bucket = S3Store(
            BUCKET, endpoint=f"http://127.0.0.1:{self.s3}", access_key_id=self.key, secret_access_key=self.secret,
            region="us-east-1", virtual_hosted_style_request=False, client_options={"allow_http": True, "timeout": "30s"},
        )  # fmt: skip
        bucket.put("first", b"here", use_multipart=False)
        bucket.delete("first")

    def _shell(self, *lines: str) -> str:
        said, deadline = "", time.monotonic() + 180
        made = f"error: bucket {BUCKET} already exists"  # by a shell that we did not wait for
        while time.monotonic() < deadline:
            try:
                said = subprocess.run(
                    [self.program, "shell", f"-master=127.0.0.1:{self.master}", f"-filer=127.0.0.1:{self.filer}"],
                    input="\n".join([*lines, "exit", ""]),
                    cwd=self.folder,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    timeout=20,
                ).stdout
            except subprocess.TimeoutExpired:
                continue  # without a master the shell waits for ever; it may take a moment to be elected
            if "error" not in said.replace(made, "").lower():
                return said
            time.sleep(0.5)
        raise AssertionError(f"weed shell: {said}")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _ports(count: int) -> list[int]:
    """So many free ports whose gRPC neighbours (10,000 above) are free too, below those the kernel lends to clients.

    All are held until the last is found, and another process that looks at the same time looks elsewhere.
    """
    found: list[int] = []
    with contextlib.ExitStack() as held:
        for _ in range(400):
            port = 10_100 + secrets.randbelow(100) * 100 + os.getpid() % 100
            probe, neighbour = held.enter_context(socket.socket()), held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
                neighbour.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            found.append(port)
            if len(found) == count:
                return found
    raise AssertionError("not enough pairs of free ports")
