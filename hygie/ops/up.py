"""`hygie up`: everything in one process tree, from an empty folder to a page that answers.

This process starts the others, starts again one that dies, and stops them all on Ctrl-C or SIGTERM: web server
first, then worker, then database. Killed outright, it leaves nothing that the next start does not find: the
kernel tells its children, the database goes on alone, and whatever else carries the mark of that run is ended.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import importlib
import importlib.util
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import click

from hygie.base import config, logs
from hygie.base.errors import Conflict, HygieError, Unavailable
from hygie.ops import erasures, roads
from hygie.ops.folder import DataFolder
from hygie.ops.postgres import Cluster, die_with_parent

_WHY_NOT = {errno.EADDRINUSE: "il est déjà pris", errno.EACCES: "ce compte n'en a pas le droit"}
_TOO_OFTEN = 5  # deaths of one child in a minute after which starting it again helps nobody


class _Stop(BaseException):
    """Somebody asked us to stop."""


@dataclass(slots=True)
class Child:
    """A process that must be there, and is started again when it is not."""

    name: str
    command: list[str]
    log: Path | None
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    again_at: float = 0.0

    def start(self) -> None:
        with contextlib.ExitStack() as closing:
            out = closing.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 25.0) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self.sweep()
        self.process.wait()

    def sweep(self) -> None:
        """End what is left of the child's own group (workers of a server that was killed)."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def tend(self, now: float) -> None:
        """Start it again if it died, later and later; Unavailable when it dies too often."""
        if self.alive():
            return
        if self.again_at == 0.0:
            self.sweep()
            self.deaths = [death for death in self.deaths if now - death < 60] + [now]
            logs.event("child-died", level=logging.ERROR, job=self.name, count=len(self.deaths))
            if len(self.deaths) >= _TOO_OFTEN:
                raise Unavailable(
                    f"« {self.name} » s'arrête dès qu'il démarre. Voyez {self.log or 'les lignes ci-dessus'}.",
                    code="child-keeps-dying",
                )
            self.again_at = now + 0.2 * 2 ** len(self.deaths)
        if now >= self.again_at:
            self.again_at = 0.0
            self.start()


@dataclass(slots=True)
class _Database:
    """The embedded PostgreSQL, if it is ours: started again when it is gone, for as long as it takes.

    It recovers from a crash of one of its processes by itself, but not from the end of the first of them, nor from
    a disk too full to recover on: then room comes back one day, and so must it.
    """

    cluster: Cluster | None
    next_look: float = 0.0

    def tend(self, now: float) -> None:
        if self.cluster is None or now < self.next_look:
            return
        self.next_look = now + 1.0
        if self.cluster.gone():
            logs.event("child-died", level=logging.ERROR, job="postgresql")
            try:
                self.cluster.start()
            except HygieError as fault:
                logs.event("database-not-started", level=logging.ERROR, error=fault)
                self.next_look = time.monotonic() + 5.0


def up(*, data: Path, port: int | None, demo: bool) -> None:
    """Start everything and stay until asked to stop. Errors: those of `DataFolder`, `postgres` and `database`."""
    _settle_environment(port, demo)
    opened = roads.wanted()
    folder = DataFolder(data)
    children: list[Child] = []
    stopping = contextlib.ExitStack()
    _listen_for_stop()
    try:
        with _step("Dossier de données", str(folder.path)):
            folder.open()
            folder.lock()
        _refuse_a_taken_port()
        with _step("Clés"):
            folder.provide_keys()
            if demo:  # what would leave for people stays in the folder, to be looked at
                for name, kind in (
                    ("HYGIE_MAIL_URL", "mail"),
                    ("HYGIE_TEXT_URL", "text"),
                    ("HYGIE_POST_URL", "letters"),
                ):
                    os.environ[name] = os.environ.get(name) or f"file:{folder.path / 'sent' / kind}"
        with _step("PostgreSQL"):
            database = _Database(folder.provide_database())
        with _step("Base de données à jour, réglages vérifiés"):
            _settle_database()
        from django.db import connections

        with _step("Registre des effacements"):
            if again := erasures.settle():
                click.echo(f"    Sauvegarde ancienne : {again} personne(s) effacée(s) de nouveau.")
            connections.close_all()
        with _step("Fichiers des pages"):
            _collect_static()
        if demo and _population() is not None:
            with _step("Connexion de démonstration"):
                stopping.callback(_demo_sign_in(folder))
        with _step("Serveur web"):
            children.append(_start("web", ["-m", "hygie.ops.web"], folder))
            _wait_for_answer(children[-1])
        with _step("Travaux de fond"):
            children.append(_start("worker", ["-m", "hygie.ops.cli", "worker"], folder))
        for road in opened:
            with _step("Messages HL7 v2" if road == "mllp" else "Dossier de dépôt"):
                children.append(_start(road, ["-m", "hygie.ops.cli", road], folder))
        if demo and (population := _population()) is not None:
            population.load(url=config.get("HYGIE_PUBLIC_URL"), say=click.echo)
            told, address = population.practice()
            children.append(_start("cabinet", ["-m", "hygie.ops.demo_cabinet", str(told)], folder))
            click.echo(f"\nUn logiciel de cabinet, pour essayer : {address}/")
            told, address = population.application()
            children.append(_start("notebook", ["-m", "hygie.ops.demo_notebook", str(told)], folder))
            click.echo(f"Une application à laisser entrer, en tant qu’Amina : {address}/")
        click.echo(f"\nHygie est prête : {config.get('HYGIE_PUBLIC_URL')}/\nPour arrêter : Ctrl-C.")
        while True:
            for child in children:
                child.tend(time.monotonic())
            database.tend(time.monotonic())
            time.sleep(0.2)
    except _Stop:
        click.echo("\nArrêt…")
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in sorted(children, key=lambda child: child.name != "web"):
            child.stop()
        stopping.close()
        folder.release()
    click.echo("Tout est arrêté.")


def _settle_environment(port: int | None, demo: bool) -> None:
    if port is not None:
        os.environ["HYGIE_PORT"] = str(port)
    if not os.environ.get("HYGIE_PUBLIC_URL"):
        os.environ["HYGIE_PUBLIC_URL"] = f"http://localhost:{config.get('HYGIE_PORT')}"
    if demo:
        os.environ["HYGIE_MODE"] = "demo"
    for name in ("HYGIE_PORT", "HYGIE_WORKERS", "HYGIE_THREADS"):
        config.number(name)  # said now, in one sentence, not later in a child's log
    config.number("HYGIE_FHIR_RATE", least=0)
    config.keeper()


def _listen_for_stop() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


@contextlib.contextmanager
def _step(words: str, detail: str = "") -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    except BaseException:
        click.echo(f"  ✗ {words}")
        raise
    took = f"{time.monotonic() - began:.1f}".replace(".", ",")
    click.echo(f"  ✓ {words}{' : ' + detail if detail else ''} ({took} s)")


def _refuse_a_taken_port() -> None:
    host, port = config.get("HYGIE_BIND"), config.number("HYGIE_PORT")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise Conflict(
                f"Le port {port} ne peut pas être ouvert sur {host} ({_WHY_NOT.get(fault.errno or 0, str(fault.strerror))}). "
                "Choisissez-en un autre avec --port, ou arrêtez le programme qui l'occupe.",
                code="port-in-use",
            ) from None


def _settle_database() -> None:
    import django

    django.setup()
    from django.db import connections

    from hygie.ops import database

    database.check_durability("owner")
    database.check_not_newer()
    database.migrate()
    database.check()
    database.settle_mode(config.mode())
    database.settle_key()
    connections.close_all()


def _collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def _start(name: str, arguments: list[str], folder: DataFolder) -> Child:
    log = folder.path / "logs" / f"{name}.log" if config.get("HYGIE_LOG") != "-" else None
    if log is not None and log.exists() and log.stat().st_size > 50_000_000:
        log.replace(log.with_suffix(".log.1"))
    child = Child(name, [sys.executable, *arguments], log)
    child.start()
    return child


def _wait_for_answer(web: Child) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.get("HYGIE_BIND"), config.get("HYGIE_BIND"))  # noqa: S104
    deadline = time.monotonic() + 180  # a small machine that also does something else
    while time.monotonic() < deadline and web.alive():
        line = http.client.HTTPConnection(host, config.number("HYGIE_PORT"), timeout=5)
        try:
            line.request("GET", "/static/", headers={"Host": "localhost"})
            line.getresponse()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise Unavailable(
        f"Le serveur web ne répond pas. Voyez {web.log or 'les lignes ci-dessus'}.", code="web-not-answering"
    )


def _population() -> Any:
    """The people of the demonstration: `people()` and `professionals()` give their sign-in claims, `load(url=, say=)`
    deposits their documents through the doors, once, and `practice()` and `application()` register the software of
    others. None where it is not shipped.
    """
    if importlib.util.find_spec("hygie.ops.demo") is None:
        return None
    return importlib.import_module("hygie.ops.demo")


def _demo_sign_in(folder: DataFolder) -> Callable[[], None]:
    """Start the OpenID provider of the demonstration, trust it, and return how to stop it."""
    from hygie.ops import demo_oidc

    population = _population()
    # The provider's address is part of who its accounts are: it stays what it was at the first start, whatever --port.
    kept = folder.path / "demo" / "provider-port"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        kept.write_text(f"{config.number('HYGIE_PORT') + 1}\n")
    provider = demo_oidc.start(
        port=int(kept.read_text()),
        people=population.people(),
        professionals=population.professionals(),
        origins=[config.get("HYGIE_PUBLIC_URL")],
        folder=folder.path / "demo",
    )
    os.environ |= provider.settings()
    return provider.stop
