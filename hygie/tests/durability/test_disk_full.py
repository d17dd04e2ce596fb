"""A disk that fills up: deposits stop first, reading goes on; full to the last byte, nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hygie.interop.fhir_api import mapping
from hygie.tests.durability.depositors import Answer, Book, Labo, Letter, audit, letter
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.sizes import size

DISK = 260  # MB
RESERVE = 40  # MB


@pytest.fixture
def small_disk() -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    with tempfile.TemporaryDirectory(prefix="hygie-disk-", dir="/tmp") as folder:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=711", "tmpfs", folder], capture_output=True, text=True
        )
        if made.returncode != 0:
            pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.fixture
def cramped(small_disk: Path) -> Iterator[Installation]:
    place = Installation(small_disk)
    try:
        place.start()
        with place.entered():
            yield place
    finally:
        place.stop()


def big(labo: Labo) -> Letter:
    return letter(random.choice(labo.people), b"%PDF-1.4\n" + random.randbytes(1_500_000))


def post(labo: Labo, web: Web, one: Letter, book: Book) -> Answer:
    book.tries(one)
    answer = labo.post(web.port, one)
    book.note(one, answer)
    return answer


def fill(file: Path) -> None:
    """To the last byte."""
    with file.open("wb", buffering=0) as out:
        for step in (1 << 20, 4096):
            try:
                while True:
                    out.write(bytes(step))
            except OSError:
                continue


def test_a_full_disk_refuses_and_keeps(cramped: Installation) -> None:
    labo, book = Labo(people=2), Book()
    with Web(cramped, workers=1, HYGIE_RESERVE=str(RESERVE)) as web:
        answer = Answer(201, 0)
        while answer.status == 201:
            answer = post(labo, web, big(labo), book)
            assert len(book.sent) < 500
        assert (answer.status, bool(answer.retry_after)) == (503, True), answer.text
        assert "place" in answer.text
        taken = len(book.acknowledged)
        assert taken > 5
        assert audit(book, labo.people) == taken, "below the reserve everything is still read, and every look written"
        met: Counter[int] = Counter()
        looked: Counter[int] = Counter()
        for _ in range(size(2, 40)):
            fill(cramped.folder / "ballast")
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                met[post(labo, web, letter(labo.people[0]), book).status] += 1
                one, document_id = random.choice(list(book.acknowledged.values()))
                looked[labo.get(web.port, f"/fhir/Binary/{mapping.fhir_id(one.person.id, document_id)}")[0]] += 1
            (cramped.folder / "ballast").unlink()
            if not cramped.cluster.running():  # what `hygie up` does of itself
                cramped.cluster.start(with_parent=True)
            audit(book, labo.people)
        assert set(met) == {503}, met
        assert set(looked) <= {200, 503}, looked
    # More room: deposits go on by themselves.
    subprocess.run(["mount", "-o", f"remount,size={DISK * 2}m", str(cramped.folder)], check=True)
    with Web(cramped, workers=1, HYGIE_RESERVE=str(RESERVE)) as web:
        assert {post(labo, web, big(labo), book).status for _ in range(3)} == {201}
    documents = audit(book, labo.people)
    print(
        f"{taken} documents before the reserve; full: deposits {dict(met)}, looks {dict(looked)}; {documents} at the end"
    )
    assert documents == len(book.acknowledged) == taken + 3
