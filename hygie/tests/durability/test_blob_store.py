"""The object store goes away, hangs, or breaks in the middle: nothing is acknowledged that is not in it, nobody waits
for ever, and it all goes on by itself when it is back."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from hygie.access.types import Action
from hygie.base import blobs, sealing
from hygie.interop.fhir_api import mapping
from hygie.record import queries as record
from hygie.tests.durability.depositors import Book, Depositors, Labo, Letter, audit, letter
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.proxy import Proxy, Road
from hygie.tests.durability.sizes import size
from hygie.tests.world import World, deposited

ROUNDS = size(1, 12)
AT_ONCE = 24  # more than the threads of one worker: some wait for their turn
LONGEST = 30.0  # seconds anyone may wait for an answer, whatever happens beyond


@pytest.fixture
def proxy(s3_blobs: Any) -> Iterator[Proxy]:
    road = Proxy(s3_blobs.s3)
    yield road
    road.close()


def through(proxy: Proxy, url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.port}/", f":{proxy.port}/")


def kept(one: Letter) -> bool:
    listed = record.documents(one.person.opens(Action.LIST), status=None, archived=None)
    return one.key in {document.metadata.unique_id for document in listed}


def send_all(labo: Labo, port: int, letters: list[Letter], book: Book) -> list[Any]:
    for one in letters:
        book.tries(one)
    with ThreadPoolExecutor(len(letters)) as pool:
        answers = list(pool.map(lambda one: labo.post(port, one), letters))
    for one, answer in zip(letters, answers, strict=True):
        book.note(one, answer)
    return answers


def until_kept(labo: Labo, port: int, letters: list[Letter], book: Book) -> dict[str, UUID]:
    """Sent, and sent again as they are told to: a store that flushes may take longer than a deposit waits. Their ids."""
    deadline, left = time.monotonic() + 120, letters
    while left:
        assert time.monotonic() < deadline, "not back by itself"
        answers = zip(left, send_all(labo, port, left, book), strict=True)
        left = [one for one, answer in answers if answer.status == 503 and answer.retry_after]
    return {one.key: book.acknowledged[one.key][1] for one in letters}


@pytest.mark.parametrize("road", [Road.CLOSED, Road.STUCK, Road.HALF, Road.MUTE])
def test_a_broken_road_to_the_store_is_a_delay(place: Installation, s3_blobs: Any, proxy: Proxy, road: Road) -> None:
    labo, book = Labo(), Book()
    waits: list[float] = []
    back: list[float] = []
    with Web(place, workers=1, HYGIE_BLOBS_URL=through(proxy, s3_blobs.url)) as web:
        first = letter(labo.people[0])
        taken = until_kept(labo, web.port, [first], book)[first.key]
        for _ in range(ROUNDS):
            proxy.turn(road)
            letters = [letter(random.choice(labo.people)) for _ in range(AT_ONCE)]
            answers = send_all(labo, web.port, letters, book)
            assert Counter(one.status for one in answers) == {503: AT_ONCE}, [one.text for one in answers][:3]
            assert all(one.retry_after for one in answers)
            waits += [one.seconds for one in answers]
            assert not any(kept(one) for one in random.sample(letters, 4))
            began = time.monotonic()
            where = f"/fhir/Binary/{mapping.fhir_id(first.person.id, taken)}"
            status, _, retry_after = labo.get(web.port, where)
            assert (status, bool(retry_after)) == (503, True)
            waits.append(time.monotonic() - began)
            proxy.turn(Road.OPEN)
            began = time.monotonic()
            while labo.get(web.port, where)[0] != 200:
                assert time.monotonic() - began < 120, "not back by itself"
                time.sleep(0.1)
            back.append(time.monotonic() - began)
            until_kept(labo, web.port, letters, book)
    assert max(waits) < LONGEST
    documents = audit(book, labo.people)
    print(f"{road}: {proxy.faults} faults, {documents} documents, waited at most {max(waits):.1f} s, "
          f"back in at most {max(back):.1f} s")  # fmt: skip
    assert documents == len(book.sent) == len(book.acknowledged)


def test_what_was_acknowledged_survives_kills_of_the_store(place: Installation, s3_blobs: Any) -> None:
    labo = Labo()
    with Web(place, HYGIE_BLOBS_URL=s3_blobs.url) as web, Depositors(labo, web.port, count=4) as book:
        for _ in range(size(1, 10)):
            time.sleep(random.uniform(1.0, 2.0))
            s3_blobs.kill()
            time.sleep(random.uniform(0.5, 1.5))
            before = book.statuses[201]
            s3_blobs.start()
            began = time.monotonic()
            while book.statuses[201] < before + 4:
                assert time.monotonic() - began < 120
                time.sleep(0.05)
    assert book.statuses[503] > 0, "the store was not missed: this proved nothing"
    documents = audit(book, labo.people)
    print(f"{documents} documents, {dict(book.statuses)}, slowest {book.slowest:.1f} s")
    assert book.unasked == []
    assert book.statuses[500] == 0


def test_a_blob_cut_short_is_never_shown_as_the_document(place: Installation, s3_blobs: Any) -> None:
    """Whatever the store gives back is opened with its seal, or not at all."""
    world = World()
    receipt = deposited(world.labo_seine, world.amina)
    store = blobs.store()
    assert store is not None
    whole = store.get(str(receipt.id))
    for broken in (whole[:-1], whole[:5], b""):
        store.delete(str(receipt.id))
        store.put(str(receipt.id), broken)
        grant = world.amina.opens(Action.READ, object_id=receipt.id)
        with pytest.raises(sealing.BadSeal):
            record.content(grant, document_id=receipt.id)
