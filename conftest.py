"""The ground tests stand on: a real PostgreSQL, started once per process, migrated by its owner and used by
the application role. Tests commit for real and nothing is flushed: each makes people with fresh random ids.

Tests of the pure rooms need none of it and do not start it. The network beyond this machine is closed.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest_plugins = ["hygie.tests.browser"]

ROOT = Path(__file__).parent
PURE = {ROOT / "hygie" / "formats"} | {
    ROOT / "hygie" / "access" / "tests" / f"test_{name}.py"
    for name in ("matrix", "policy", "policy_laws", "policy_matrix", "sentences", "explanation")
}
LOOPBACK = ("127.", "::1", "localhost")


# Two cores run everything at once: a slow example is not a wrong one. The long proofs look at more of them, each time at
# others; otherwise the same ones each time, so that what fails is what was changed.
hypothesis.settings.register_profile(
    "here",
    deadline=None,
    derandomize="HYGIE_TORTURE" not in os.environ,
    max_examples=1000 if os.environ.get("HYGIE_TORTURE") else 100,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("here")
if "HYGIE_TORTURE" not in os.environ:
    # Hypothesis draws from the constants of every module of ours that is loaded: which ones are depends on what this
    # process ran before, and "the same ones each time" would not be.
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = providers.Constants


class _Ground:
    """The folder, the cluster and Django, each brought up when first needed."""

    folder: Path | None = None
    cluster: Any = None
    started = False

    def prepare(self) -> None:
        """Set the environment, then Django: settings read it once. Starts nothing."""
        if self.folder is not None:
            return
        from hygie.base.rootkey import FileRootKey
        from hygie.ops.postgres import Cluster

        # Under /tmp itself: as root, PostgreSQL runs as another account, which must be able to walk there.
        self.folder = Path(tempfile.mkdtemp(prefix="hygie-test-", dir="/tmp"))
        self.folder.chmod(0o711)
        (self.folder / "static").mkdir()
        self.cluster = Cluster(self.folder / "postgres")
        addresses = self.cluster.addresses()
        FileRootKey.create(self.folder / "keys" / "root.key")
        for name in [name for name in os.environ if name.startswith("HYGIE_") and name != "HYGIE_TORTURE"]:
            del os.environ[name]
        os.environ |= {
            "HYGIE_MODE": "test",
            "HYGIE_DATA": str(self.folder),
            "HYGIE_KEYS_URL": f"file:{self.folder}/keys/root.key",
            "HYGIE_SECRET_KEY": "a-secret-for-tests-only-" + "x" * 40,
            "HYGIE_DATABASE_URL": addresses.app,
            "HYGIE_DATABASE_OWNER_URL": addresses.owner,
            "DJANGO_SETTINGS_MODULE": "hygie.config.settings",
        }
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()

    def start(self) -> None:
        """Start the cluster and migrate it. It stops with this process, however this process ends."""
        from hygie.ops import database

        self.started = True
        self.cluster.start(with_parent=True)
        database.migrate()
        database.check()

    def stop(self) -> None:
        if self.folder is None:
            return
        from django.db import connections

        connections.close_all()
        if self.started:
            self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


_ground = _Ground()


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Django is ready before a test module imports a model."""
    if module_path.name != "__init__.py" and not PURE.intersection([module_path, *module_path.parents]):
        _ground.prepare()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The cast of each test has the same names and numbers each time, whatever ran before (`hygie.tests.world.DICE`)."""
    if not PURE.intersection([item.path, *item.path.parents]):
        from hygie.tests.world import DICE

        DICE.seed(item.nodeid)


@pytest.fixture(scope="session")
def database() -> None:
    """A migrated PostgreSQL behind Django's two aliases."""
    _ground.start()


@pytest.fixture
def world(database: None) -> Any:
    """A cast of their own (`hygie.tests.world.World`): fresh people, each with a name and number of her own."""
    from hygie.tests.world import World

    return World()


@pytest.fixture(scope="session")
def cluster(database: None) -> Any:
    """The server under the tests (`hygie.ops.postgres.Cluster`), for those that look at it from outside."""
    return _ground.cluster


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_left_in_clear() -> Iterator[None]:
    """After everything, a thief's look: the dump and every file of this process's database, blobs and logs included."""
    yield
    if not _ground.started:
        return
    from hygie.tests.crawl import outside
    from hygie.tests.crawl.clear import in_clear

    if faults := in_clear(outside.dump(_ground.cluster)):
        raise AssertionError(f"the dump of the database shows {faults[:5]}")
    for path, data in outside.files(_ground.folder):
        if faults := in_clear([data]):
            raise AssertionError(f"{path} shows {faults[:5]}")


@pytest.fixture(autouse=True)
def _on_the_ground(request: pytest.FixtureRequest) -> None:
    if not PURE.intersection([request.path, *request.path.parents]):
        request.getfixturevalue("database")


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Any]:
    """A real S3 server (`hygie.tests.seaweed`), started for the tests that ask for it."""
    from hygie.tests.seaweed import Seaweed

    with tempfile.TemporaryDirectory(prefix="hygie-s3-", dir="/tmp") as folder:
        server = Seaweed(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()


@pytest.fixture
def s3_blobs(seaweed: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """This test keeps sealed documents in the S3 server instead of PostgreSQL, and waits for it as long as it takes: each
    write is flushed, and the disk of a busy machine may take more than the seconds that a deposit would wait.
    """
    from hygie.base import blobs

    monkeypatch.setattr(blobs, "DEADLINE", 60)
    monkeypatch.setenv("HYGIE_BLOBS_URL", seaweed.url)
    return seaweed


def pytest_unconfigure() -> None:
    _ground.stop()


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Connecting anywhere but to this machine fails the test, even where an OSError would be swallowed."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(host: object) -> None:
        if not str(host).startswith(LOOPBACK):
            raise AssertionError(f"tests do not leave this machine: {host}")

    def guarded(call: Any) -> Any:
        def connecting(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX:
                refuse(address[0])
            return call(self, address)

        return connecting

    def resolving(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse("localhost" if host is None else host.decode() if isinstance(host, bytes) else host)
        return getaddrinfo(host, *args, **kwargs)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", resolving)
    yield
    patch.undo()
