"""Where a bench runs: a temporary data folder, a real PostgreSQL, the real web server, people made through the doors."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from hygie.people.types import Actor, AuthLevel, IdentityStatus, Ins, Kind, Traits


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the bench."""

    id: UUID
    ins: Ins
    traits: Traits

    @property
    def actor(self) -> Actor:
        return Actor(kind=Kind.PERSON, id=self.id, name="Amina", auth=AuthLevel.STRONG, patient_id=self.id)


@contextlib.contextmanager
def ground() -> Iterator[Path]:
    """A fresh installation for the length of the block, and nothing left of it afterwards."""
    from hygie.base.rootkey import FileRootKey
    from hygie.ops.postgres import Cluster

    folder = Path(tempfile.mkdtemp(prefix="hygie-bench-", dir="/tmp"))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another account, which must be able to walk there
    cluster = Cluster(folder / "postgres")
    try:
        addresses = cluster.start(with_parent=True)
        FileRootKey.create(folder / "keys" / "root.key")
        os.environ |= {  # not the mode of tests, in which the database watches each page that only reads (base.reading)
            "HYGIE_MODE": "demo", "HYGIE_DATA": str(folder), "HYGIE_KEYS_URL": f"file:{folder}/keys/root.key",
            "HYGIE_SECRET_KEY": secrets.token_hex(32), "HYGIE_DATABASE_URL": addresses.app,
            "HYGIE_DATABASE_OWNER_URL": addresses.owner, "DJANGO_SETTINGS_MODULE": "hygie.config.settings",
            "HYGIE_LOG_LEVEL": os.environ.get("HYGIE_LOG_LEVEL", "WARNING"), "HYGIE_PORT": str(_free_port()),
        }  # fmt: skip
        os.environ["HYGIE_PUBLIC_URL"] = f"http://127.0.0.1:{os.environ['HYGIE_PORT']}"
        import django

        django.setup()
        from django.core.management import call_command

        from hygie.ops import database

        database.migrate()
        database.check()
        call_command("collectstatic", interactive=False, verbosity=0)  # pages name their files by what they hold
        yield folder
        from django.db import connections

        connections.close_all()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def web(*, workers: int = 2, threads: int = 16) -> Iterator[subprocess.Popen[bytes]]:
    """The real web server, answering."""
    os.environ |= {"HYGIE_WORKERS": str(workers), "HYGIE_THREADS": str(threads)}
    server = subprocess.Popen([sys.executable, "-m", "hygie.ops.web"], stdout=subprocess.DEVNULL)
    try:
        _wait(int(os.environ["HYGIE_PORT"]))
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


@contextlib.contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """The background worker that files what comes in, as it runs beside the web server. Reading it is another's work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hygie.ops.cli", "worker", "--queue", "file"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_worker()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def look_again() -> None:
    """As autovacuum does within a minute: plans made for an empty table end."""
    from hygie.ops import database

    database.look_again()


def postmaster(folder: Path) -> int:
    """The process that holds all of PostgreSQL's."""
    found = sorted(folder.glob("postgres/**/postmaster.pid"))
    return int(found[0].read_text().split()[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError):
            there = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            there.request("GET", "/fhir/metadata")
            if there.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server does not answer")


def _wait_for_worker() -> None:
    """Until it has said that it is there: what its start costs is no part of what a document costs."""
    from django.db import connection

    for _ in range(300):
        with connection.cursor() as sql:
            sql.execute("SELECT 1 FROM procrastinate_workers")
            if sql.fetchone() is not None:
                return
        time.sleep(0.1)
    raise RuntimeError("the worker does not begin")


def people_for(count: int) -> list[Someone]:
    """So many people, each with an open record."""
    from hygie.access import actions as access
    from hygie.access.types import RecordState
    from hygie.people import actions as people
    from hygie.people import ins as rules

    made = []
    for number in range(count):
        first = f"28805{secrets.randbelow(19) + 75:02d}{number:06d}"
        ins = Ins(first + rules.key_of(first), rules.NIR_TEST)
        traits = Traits(f"Essai{number}", ("Amina",), "1988-05-04", "female", "75112")
        now = datetime.now(UTC)
        patient_id = people.register_patient(traits=traits, ins=ins, status=IdentityStatus.QUALIFIED, at=now)
        access.create_record(patient_id=patient_id, state=RecordState.OPEN, at=now)
        made.append(Someone(patient_id, ins, traits))
    return made


def laboratory() -> tuple[Actor, str]:
    """A software client of a laboratory, and a token that lives five minutes."""
    import orjson
    from cryptography.hazmat.primitives.asymmetric import ec
    from jwt.algorithms import ECAlgorithm

    from hygie.people import actions as people

    place = people.register_organisation(name="Labo Seine", kind="laboratory")
    public: dict[str, Any] = orjson.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))
    client = people.register_client(
        name="Labo Seine", organisation_id=place, scopes=["system/DocumentReference.crus"],
        jwks={"keys": [public | {"kid": "k1", "use": "sig"}]},
    )  # fmt: skip
    actor = Actor(kind=Kind.SOFTWARE, id=client, client_id=client, name="Labo Seine", auth=AuthLevel.STRONG,
                  organisation_id=place, organisation="Labo Seine")  # fmt: skip
    return actor, token_for(client)


def token_for(client: UUID) -> str:
    from oauth2_provider.models import get_access_token_model, get_application_model

    token = secrets.token_urlsafe(32)
    get_access_token_model().objects.create(
        token=token, application=get_application_model().objects.get(id=client),
        scope="system/DocumentReference.crus", expires=datetime.now(UTC) + timedelta(minutes=5),
    )  # fmt: skip
    return token


def unique() -> str:
    return f"urn:uuid:{uuid4()}"


def sha1(content: bytes) -> bytes:
    return hashlib.sha1(content, usedforsecurity=False).digest()
