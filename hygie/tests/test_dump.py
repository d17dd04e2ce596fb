"""A stolen disk, dump, backup or log tells nothing: no canary, no matricule, in any disguise.

What this module does leaves its traces; `conftest` looks again at the end of everything, over what all tests left.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hygie.tests.crawl import addresses
from hygie.tests.crawl.clear import in_clear
from hygie.tests.crawl.outside import administrator, dump, files
from hygie.tests.crawl.town import Town
from hygie.tests.crawl.walk import Walk, logs_and_mails
from hygie.tests.world import MATRICULES, World, canary


@pytest.mark.parametrize("disguise", [
    str.encode, lambda w: w.upper().encode(), lambda w: w.encode("utf-16-le"), lambda w: w.encode().hex().encode(),
    lambda w: _base64(w), lambda w: _base64("a" + w), lambda w: _base64("ab" + w), lambda w: _base64("a" + w).hex().encode(),
], ids=["plain", "capitals", "utf-16", "hex", "base64", "base64 +1", "base64 +2", "base64 in hex"])  # fmt: skip
def test_what_is_in_clear_is_found(disguise: Any):
    assert in_clear([b"xyz" * 10 + disguise(f"{canary()}, sa tension") + b"xyz"])
    assert not in_clear([b"xyz" * 10 + disguise("Un cannari, sa tension") + b"1234567890123"])


def _base64(text: str) -> bytes:
    import base64

    return base64.b64encode(text.encode())


@pytest.mark.parametrize("written", [lambda n: n.encode(), lambda n: n.encode().hex().encode()], ids=["plain", "hex"])
def test_a_matricule_in_clear_is_found(written: Any):
    ins = World.matricule("1988-05-04", "female")
    assert in_clear([b"abc" + written(ins.matricule) + b"z"])


@pytest.fixture(scope="module")
def lived_in(database: None) -> Town:
    """A town where everyone has been everywhere a little: documents, journals, cases, sessions, refusals."""
    town = Town()
    with logs_and_mails(town):
        for actor in ("amina", "roux", "operator"):
            for route in addresses.ROUTES:
                Walk(actor).through(town, islice(addresses.asks(route, town, actor, most=1), 2))
    return town


def test_a_dump_of_the_database_shows_nobody(lived_in: Town, cluster: Any):
    pieces = list(dump(cluster))
    assert str(lived_in.amina.id).encode() in b"".join(pieces)  # it is whole: random ids are in it, in clear
    assert lived_in.amina.person.ins.matricule[:13] in MATRICULES
    assert in_clear(pieces) == []


def test_the_disk_of_the_database_shows_nobody(lived_in: Town, cluster: Any):
    """Tables, indexes, the write-ahead log, the server's own log: what a thief of the disk has."""
    with psycopg.connect(administrator(cluster), autocommit=True) as sql:
        sql.execute("CHECKPOINT")
    looked = [path for path, data in files(cluster.home) if not _found(path, data)]
    assert any("pg_wal" in path.parts for path in looked) and any("base" in path.parts for path in looked)


def _found(path: Path, data: bytes) -> bool:
    faults = in_clear([data])
    assert faults == [], path
    return bool(faults)


def test_an_object_store_shows_nobody(s3_blobs: Any):
    town = Town()
    held = [(path, data) for path, data in files(s3_blobs.folder)]
    assert sum(len(data) for _, data in held) > 20_000  # their documents are there
    for path, data in held:
        assert in_clear([data]) == [], path
    told, leaks = town.told("amina", addresses.Ask("GET", f"/documents/{town.amina.documents['report']}/original/"))
    assert (told.status, leaks) == (200, [])
    assert town.amina.words["report content"].encode() in told.body  # and they come back
