"""Sealed documents in a real S3 store."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from uuid import uuid4

import pytest
from obstore.exceptions import BaseError

from hygie.base import blobs
from hygie.base.errors import Unavailable
from hygie.tests.seaweed import Seaweed

DEADLINE = blobs.DEADLINE  # of a deposit; the tests of this file have more time


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


def test_racers_on_one_name_leave_one_content_whole_and_nobody_else_waits_for_them(seaweed, store):
    key, racing = str(uuid4()), _as_patient_as_a_deposit(seaweed.url)
    contents = [bytes([number]) * 50_000 for number in range(8)]

    def race(content: bytes) -> bool:
        try:
            racing.put(key, content)
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(race, contents))
    kept = within(60, lambda: store.get(key))
    assert kept in contents
    # The server may hold a racer back beyond any patience, the first one too: who was told yes is the one that is kept.
    assert [content for content, yes in zip(contents, told, strict=True) if yes] in ([kept], [])
    other = str(uuid4())
    store.put(other, b"sealed")
    assert store.get(other) == b"sealed"


def _as_patient_as_a_deposit(url):
    """`store`, the fixture, waits for as long as it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blobs, "DEADLINE", DEADLINE)
        return blobs.S3Blobs(url)


class _Slow:
    """A bucket that answers all names but one, on which it gives up once `until` is set."""

    def __init__(self, bucket, slow, until, begun):
        self.bucket, self.slow, self.until, self.begun = bucket, slow, until, begun

    def put(self, key, data, **how):
        if key == self.slow:
            self.begun.set()
            assert self.until.wait(60)
            raise BaseError("no answer in time")
        return self.bucket.put(key, data, **how)

    def get(self, key):
        return self.bucket.get(key)


def test_one_call_without_an_answer_turns_nobody_away_while_others_are_answered(s3_blobs):
    slow, meanwhile, begun, answered = str(uuid4()), str(uuid4()), Event(), Event()
    store = blobs.S3Blobs(s3_blobs.url)
    store._bucket = _Slow(store._bucket, slow, answered, begun)
    with ThreadPoolExecutor(1) as hand:
        late = hand.submit(store.put, slow, b"sealed")
        assert begun.wait(60)
        store.put(meanwhile, b"sealed")
        answered.set()
        with pytest.raises(Unavailable):
            late.result()
    assert store.get(meanwhile) == b"sealed"


def test_a_store_that_answers_nobody_is_not_asked_again_for_a_moment(s3_blobs, monkeypatch):
    slow, at_once, clock = str(uuid4()), Event(), [100.0]
    at_once.set()
    monkeypatch.setattr(blobs, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    store = blobs.S3Blobs(s3_blobs.url)
    store._bucket = _Slow(store._bucket, slow, at_once, Event())
    for later, code in ((0, "blob-not-kept"), (blobs.PAUSE * 0.9, "blob-store-away")):
        clock[0] += later
        with pytest.raises(Unavailable) as refusal:
            store.put(slow, b"sealed")
        assert refusal.value.code == code
    clock[0] += blobs.PAUSE
    store.put(str(uuid4()), b"sealed")


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
            assert within(60, lambda: store.get(key)) == b"kept before"
        finally:
            server.kill()
