"""A backup older than an erasure is put back: whoever was erased stays erased, by every door, before anything is served."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from hygie.access import actions as access
from hygie.access import queries
from hygie.access.types import Action
from hygie.base import erased
from hygie.base.errors import NotFound, Unavailable
from hygie.people import queries as people
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.tests.test_erasing import _pending, lived_in
from hygie.tests.crawl.outside import administrator
from hygie.tests.world import NOW, Person, World, care, deposited

SOON, LATER = NOW + timedelta(days=31), NOW + timedelta(days=60)


def told(cluster: Any, program: str, *arguments: str, data: bytes = b"") -> bytes:
    command = [str(cluster._bin / program), *arguments]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    return subprocess.run(command, input=data, capture_output=True, check=True, env=environment).stdout


@contextmanager
def put_back(cluster: Any, dumped: bytes) -> Iterator[str]:
    """The application on a database made of this dump, and nothing else; the administrator's address of it."""
    name = f"restored_{uuid4().hex}"
    there = psycopg.conninfo.make_conninfo(administrator(cluster), dbname=name)
    with psycopg.connect(administrator(cluster), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())  # ours
        told(cluster, "pg_restore", "--dbname", there, data=dumped)
        before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
        try:
            for alias in connections:
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = name
            yield there
        finally:
            for alias, usual in before.items():
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = usual
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def everything_about(there: str, person: Person) -> int:
    """Rows, in any table that says whose they are, that hold more than a hash."""
    with psycopg.connect(there) as sql:
        tables = sql.execute(
            """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'patient_id'
               WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"""
        ).fetchall()
        count = "SELECT count(*) FROM {} WHERE patient_id = %s"
        kept = {
            "access_record": " AND (record_key IS NOT NULL OR journal_key IS NOT NULL)",
            "access_journalentry": " AND length(body) <> 32",
        }
        return sum(
            sql.execute((count.format(name) + kept.get(name, "")).encode(), [person.id]).fetchone()[0]  # type: ignore[index]
            for (name,) in tables
        )


def test_a_backup_brings_nobody_back_who_was_erased_since(cluster: Any, database: None, tmp_path: Path) -> None:
    actions.erase_again(at=NOW)  # the register has begun
    world = World()
    amina, zoe = lived_in(world), world.zoe
    kept = deposited(world.labo_seine, zoe)
    dumped = told(cluster, "pg_dump", "--format=custom", administrator(cluster))
    number = access.ask_erasure(amina.opens(Action.SET_ACCESS), at=NOW).number
    actions.erase(_pending(amina), at=SOON)
    said = queries.receipt(number)
    assert said is not None and said.documents == 1

    with put_back(cluster, dumped) as there:
        assert everything_about(there, amina) > 5  # all of it is back, keys included
        for asked in (amina.asks(Action.LIST), amina.asks(Action.EXPORT), care(world.dr_diallo, amina)):
            with pytest.raises(NotFound):  # and yet nothing opens, even before anybody does anything
                access.open_record(asked)
        assert queries.receipt(number) is None

        assert actions.erase_again(at=LATER) == 1
        assert everything_about(there, amina) == 0
        assert people.holder(amina.ins) is None
        assert queries.receipt(number) == said
        assert actions.erase_again(at=LATER) == 0
        assert [one.id for one in record.documents(zoe.opens(Action.LIST))] == [kept.id]  # nobody else lost anything

        register = erased.register().path
        saved = register.read_bytes()
        try:
            register.write_bytes(b"".join(saved.splitlines(keepends=True)[:-1]))
            erased._at.cache_clear()
            with pytest.raises(Unavailable, match="plus ancien que la base"):
                actions.erase_again(at=LATER)
            register.unlink()
            erased._at.cache_clear()
            with pytest.raises(Unavailable, match="plus ancien que la base"):
                actions.erase_again(at=LATER)
        finally:
            register.write_bytes(saved)
            erased._at.cache_clear()


def test_the_register_names_nobody_and_takes_no_line_from_a_stranger(tmp_path: Path) -> None:
    world_root = erased.register()._root
    one, other = uuid4(), uuid4()
    register = erased.Register(tmp_path / "erased.register", world_root)
    register.add(one, {"number": "A"})
    register.add(one, {"number": "A"})
    assert one in register and other not in register
    register.add(other, {"number": "B"})
    again = erased.Register(register.path, world_root)
    assert other in again and [who for who, _receipt in again.all()] == [one, other]
    lines = register.path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 2 and str(one).encode() not in register.path.read_bytes()
    assert register.path.stat().st_mode & 0o077 == 0
    for forged in (lines[1] + lines[0], lines[0] + lines[0], b"QUJD\n"):
        register.path.write_bytes(forged)
        with pytest.raises(Unavailable, match="ne se lit pas"):
            assert one in erased.Register(register.path, world_root)
    register.path.write_bytes(lines[0] + lines[1][:20])  # cut by a crash: that erasure was not committed
    cut = erased.Register(register.path, world_root)
    assert one in cut and other not in cut
    cut.add(other, {"number": "B"})
    assert other in erased.Register(register.path, world_root)
