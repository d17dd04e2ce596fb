"""The data folder: what Hygie keeps on this machine, and the environment that follows from it.

    VERSION         layout of the folder; a newer one than ours is refused
    keys/           root.key and secret.key, 0600 (unless HYGIE_KEYS_URL and HYGIE_SECRET_KEY say otherwise)
    postgres/       the embedded PostgreSQL, and postgres.json its passwords (unless HYGIE_DATABASE_URL)
    static/ logs/   made again at each start
    MODE            what this folder is for; commands adopt it when HYGIE_MODE is not set
    run.lock        held by the one `hygie up` of this folder; run.json names what it started, and its address

Errors: Unavailable, Unsupported and Conflict, each with what to do.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hygie.base import config, rootkey
from hygie.base.errors import Conflict, Unavailable, Unsupported
from hygie.ops.postgres import Cluster

LAYOUT = 1
_RUN = "HYGIE_RUN"  # in the environment of everything that one `hygie up` starts


class DataFolder:
    """One data folder. `path` is absolute."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: int | None = None

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.path / "postgres")

    def open(self) -> None:
        """Make the folder if needed; check that it is ours to write and not of a newer version."""
        try:
            # Others may walk through, not look: as root, PostgreSQL's own account must reach its subfolder.
            self.path.mkdir(parents=True, exist_ok=True, mode=0o711)
            probe = self.path / ".probe"
            with probe.open("wb") as file:
                file.write(b"\0" * 4096)
                file.flush()
                os.fsync(file.fileno())
            probe.unlink(missing_ok=True)  # commands that begin at the same moment try the same file
            if os.geteuid() == 0:
                self.path.chmod(self.path.stat().st_mode | 0o011)
            for name in ("keys", "logs"):
                (self.path / name).mkdir(exist_ok=True, mode=0o700)
        except OSError as fault:
            raise Unavailable(
                f"Impossible d'écrire dans {self.path} ({fault.strerror}). "
                "Vérifiez la place et les droits, ou choisissez un autre dossier avec --data.",
                code="data-folder-not-writable",
            ) from None
        self._check_layout()

    def _check_layout(self) -> None:
        file = self.path / "VERSION"
        if not file.exists():
            draft = self.path / f".version-{secrets.token_hex(8)}"
            draft.write_text(f"{LAYOUT}\n")
            draft.replace(file)  # whole or not there: an empty one would be taken for a newer version's
            return
        found = file.read_text().strip()
        if not found.isdigit() or int(found) > LAYOUT:
            raise Unsupported(
                f"Le dossier {self.path} vient d'une version plus récente de Hygie (format {found}, ici {LAYOUT}). "
                "Installez cette version, ou choisissez un autre dossier avec --data.",
                code="data-folder-newer",
            )

    # -- one `hygie up` at a time

    def lock(self) -> None:
        """Become the one that runs here, and end what a killed predecessor left behind.

        The lock is the kernel's: it falls with the process that holds it, however that process ends.
        """
        lock = os.open(self.path / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            who = self._said_run().get("pid", "?")
            raise Conflict(
                f"Hygie tourne déjà sur {self.path} (processus {who}). Arrêtez-le d'abord (Ctrl-C, ou kill {who}).",
                code="already-running",
            ) from None
        self._lock = lock
        if left := self._said_run().get("run"):
            _end_all(str(left))
        run = secrets.token_hex(16)
        os.environ[_RUN] = run
        said = {"pid": os.getpid(), "run": run, "url": config.get("HYGIE_PUBLIC_URL")}
        (self.path / "run.json").write_text(json.dumps(said))

    def release(self) -> None:
        """Stop the embedded PostgreSQL if it runs and give the lock back; nothing for who does not hold it."""
        if self._lock is not None:
            cluster = self.cluster
            if cluster.found_running():
                cluster.stop()
            (self.path / "run.json").unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def _said_run(self) -> dict[str, object]:
        try:
            return dict(json.loads((self.path / "run.json").read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    # -- the environment

    def provide_keys(self) -> None:
        """Fill HYGIE_DATA, HYGIE_KEYS_URL and HYGIE_SECRET_KEY, making the two keys the first time."""
        self._adopt_mode()
        os.environ["HYGIE_DATA"] = str(self.path)
        if not config.get("HYGIE_KEYS_URL"):
            file = self.path / "keys" / "root.key"
            if not file.exists():
                self._refuse_to_orphan(file)
                rootkey.FileRootKey.create(file)
            os.environ["HYGIE_KEYS_URL"] = f"file:{file}"
        rootkey.ours()
        if not config.get("HYGIE_SECRET_KEY"):
            file = self.path / "keys" / "secret.key"
            if not file.exists():
                rootkey.write_closed(file, secrets.token_urlsafe(48))
            rootkey.refuse_if_readable(file)
            os.environ["HYGIE_SECRET_KEY"] = file.read_text().strip()
        if len(config.get("HYGIE_SECRET_KEY")) < config.SHORTEST_SECRET:
            raise Unavailable(
                f"La clé des sessions (HYGIE_SECRET_KEY, ou {self.path / 'keys' / 'secret.key'}) est vide ou trop courte : "
                f"il faut {config.SHORTEST_SECRET} caractères. Effacez ce fichier : une autre sera faite, et chacun se reconnectera.",
                code="secret-key-short",
            )

    def _adopt_mode(self) -> None:
        file = self.path / "MODE"
        if not file.exists():
            file.write_text(config.mode() + "\n")
        kept = file.read_text().strip()
        if os.environ.setdefault("HYGIE_MODE", kept) != kept:
            raise Conflict(
                f"Le dossier {self.path} sert au mode « {kept} » et ne peut pas servir au mode « {config.mode()} ». "
                f"Donnez un autre dossier avec --data, ou reprenez HYGIE_MODE={kept}.",
                code="another-mode",
            )

    def _refuse_to_orphan(self, file: Path) -> None:
        """A new root key beside old data would make everything unreadable in silence."""
        if (self.path / "postgres" / "cluster").exists():
            raise Unavailable(
                f"La clé {file} a disparu alors que ce dossier contient des données : sans elle, rien ne s'ouvre. "
                "Restaurez-la depuis sa sauvegarde.",
                code="root-key-lost",
            )

    def provide_database(self) -> Cluster | None:
        """Fill the two addresses; start the embedded PostgreSQL if none was given, and return it."""
        os.environ["DJANGO_SETTINGS_MODULE"] = "hygie.config.settings"
        if config.get("HYGIE_DATABASE_URL"):
            return None
        cluster = self.cluster
        addresses = cluster.start()
        os.environ["HYGIE_DATABASE_URL"], os.environ["HYGIE_DATABASE_OWNER_URL"] = addresses.app, addresses.owner
        return cluster

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Keys, database and Django at hand for one command; the database is left running only if it was."""
        import django

        self.open()
        self.provide_keys()
        if not os.environ.get("HYGIE_PUBLIC_URL") and (url := self._said_run().get("url")):
            os.environ["HYGIE_PUBLIC_URL"] = str(url)  # a `hygie up` runs here: software is told its address
        ours = not config.get("HYGIE_DATABASE_URL") and not self.cluster.found_running()
        cluster = self.provide_database()
        try:
            django.setup()
            from hygie.ops import database

            database.check_key()
            yield
        finally:
            if cluster is not None and ours:
                from django.db import connections

                connections.close_all()
                cluster.stop()


def _end_all(run: str) -> None:
    """End every process whose environment carries this run: it can only be what that `hygie up` started."""
    for sent, patience in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 4.0)):
        deadline = time.monotonic() + patience
        for pid in _of_run(run):
            try:
                os.kill(pid, sent)
            except ProcessLookupError:
                continue
        while _of_run(run):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            return


def _of_run(run: str) -> list[int]:
    mark = f"{_RUN}={run}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:  # gone, or not ours
            continue
    return [pid for pid in found if pid != os.getpid()]
