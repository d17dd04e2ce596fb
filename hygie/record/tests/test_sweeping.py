"""What refused deposits leave in the object store is forgotten after a day; what a document claims never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from hygie.access import actions as access
from hygie.access.types import Action
from hygie.base import blobs
from hygie.base.errors import Refused
from hygie.record import actions, queries, tasks
from hygie.record.sweeping import sweep
from hygie.tests.world import NOW, World, deposited


def there(key: str) -> bool:
    store = blobs.store()
    assert store is not None
    return any(key in page for page in store.older_than(datetime.now(UTC) + timedelta(hours=1)))


@pytest.fixture
def store(s3_blobs: Any) -> blobs.BlobStore:
    """The store, with nothing of other tests in it."""
    found = blobs.store()
    assert found is not None
    for page in found.older_than(datetime.now(UTC) + timedelta(hours=1)):
        for key in page:
            found.delete(key)
    return found


def test_only_what_no_document_claims_is_swept_and_only_after_a_day(store: blobs.BlobStore) -> None:
    world = World()
    receipt = deposited(world.labo_seine, world.amina)
    orphan = str(uuid4())
    store.put(orphan, b"left by a deposit that was cut")
    store.put("not-ours.txt", b"somebody else's")
    sweep(at=datetime.now(UTC) + timedelta(hours=23))
    assert there(orphan)
    tasks.sweep(int((datetime.now(UTC) + timedelta(hours=25)).timestamp()))
    assert (there(orphan), there(str(receipt.id)), there("not-ours.txt")) == (False, True, True)
    grant = world.amina.opens(Action.READ, object_id=receipt.id)
    assert queries.content(grant, document_id=receipt.id).data


def test_a_refused_deposit_leaves_nothing_for_ever(store: blobs.BlobStore) -> None:
    world = World()
    deposited(world.labo_seine, world.zoe)
    access.set_deposit_opposition(world.amina.opens(Action.SET_ACCESS), opposed=True, at=NOW)
    for _ in range(3):
        with pytest.raises(Refused):
            deposited(world.labo_seine, world.amina)
    assert sweep(at=datetime.now(UTC) + timedelta(hours=25)) == 3


def test_a_store_of_which_nothing_is_known_is_left_alone(store: blobs.BlobStore) -> None:
    """Pointed at an empty database by mistake, the sweep must not empty the store."""
    keys = [str(uuid4()) for _ in range(3)]
    store.put_all(dict.fromkeys(keys, b"x"))
    assert sweep(at=datetime.now(UTC) + timedelta(hours=25)) == 0
    assert all(map(there, keys))
    for key in keys:
        store.delete(key)


def test_without_an_object_store_there_is_nothing_to_sweep() -> None:
    assert sweep(at=datetime.now(UTC) + timedelta(hours=25)) == 0


def test_an_erased_space_leaves_nothing_in_the_store_either(store: blobs.BlobStore) -> None:
    world = World()
    hers, beside = deposited(world.labo_seine, world.amina), deposited(world.labo_seine, world.zoe)
    access.ask_erasure(world.amina.opens(Action.SET_ACCESS), at=NOW)
    with connection.cursor() as sql:  # this one alone: the job would do what other tests asked for
        sql.execute("SELECT id FROM access_erasure WHERE patient_id = %s", [world.amina.id])
        [erasure] = sql.fetchone()
    actions.erase(erasure, at=NOW + timedelta(days=30))
    assert (there(str(hers.id)), there(str(beside.id))) == (False, True)
