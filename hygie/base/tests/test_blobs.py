"""Sealed documents in a real S3 store."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from hygie.base import blobs
from hygie.base.errors import Unavailable
from hygie.tests.seaweed import Seaweed


@pytest.fixture
def store(s3_blobs):
    return blobs.store()


def test_without_an_address_sealed_documents_live_in_postgresql():
    assert blobs.store() is None


def test_what_was_put_is_read_back_to_the_byte(store):
    for size in (0, 1, 60_000, 6_000_000):
        key, data = str(uuid4()), os.urandom(size)
        store.put(key, data)
        assert store.get(key) == data


def test_the_same_put_twice_is_one_put_and_another_content_never_overwrites(store):
    key = str(uuid4())
    store.put(key, b"sealed")
    store.put(key, b"sealed")
    with pytest.raises(Unavailable) as refusal:
        store.put(key, b"other!")
    assert refusal.value.code == "blob-name-taken"
    assert store.get(key) == b"sealed"


def test_racers_on_one_name_leave_one_content_whole(store):
    key = str(uuid4())

    def race(number: int) -> bool:
        try:
            store.put(key, bytes([number]) * 50_000)
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))
    assert won.count(True) == 1
    assert store.get(key) == bytes([won.index(True)]) * 50_000


def test_several_at_once_are_all_there(store):
    many = {str(uuid4()): os.urandom(1000) for _ in range(40)}
    store.put_all(many)
    assert {key: store.get(key) for key in many} == many


def test_what_was_deleted_is_gone_and_deleting_again_is_nothing(store):
    key = str(uuid4())
    store.put(key, b"sealed")
    store.delete(key)
    store.delete(key)
    with pytest.raises(Unavailable) as refusal:
        store.get(key)
    assert refusal.value.code == "blob-missing"


def test_the_server_flushes_each_document_and_tells_nobody(s3_blobs):
    assert s3_blobs.configuration()["fsync"] is True
    assert "-master.telemetry=false" in s3_blobs.command


@pytest.mark.parametrize("url", ["s3://host/bucket", "s3://k:s@host", "file:///x", "s3://k@host/b"])
def test_an_address_that_names_no_store_is_refused_with_the_right_form(url, monkeypatch):
    monkeypatch.setenv("HYGIE_BLOBS_URL", url)
    with pytest.raises(Unavailable, match="s3://clé:secret@hôte:port/seau"):
        blobs.store()


def within(seconds, call):
    """The answer of `call`, tried again while it is Unavailable."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return call()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_a_store_that_is_gone_is_unavailable_before_the_deadline_and_back_without_a_hand(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="hygie-s3-", dir="/tmp") as folder:
        server = Seaweed(Path(folder))
        try:
            server.start()
            monkeypatch.setenv("HYGIE_BLOBS_URL", server.url)
            store = blobs.store()
            key = str(uuid4())
            store.put(key, b"kept before")
            server.kill()
            for call in (lambda: store.put(str(uuid4()), b"x"), lambda: store.get(key), lambda: store.delete(key)):
                began = time.monotonic()
                with pytest.raises(Unavailable) as refusal:
                    call()
                assert refusal.value.retry_after
                assert time.monotonic() - began < blobs.DEADLINE
            server.start()
            assert within(10, lambda: store.get(key)) == b"kept before"
        finally:
            server.kill()
