"""A large file in sealed pieces reads like the file it was, wherever one looks in it."""

from __future__ import annotations

import os
import random

import pytest

from hygie.base.spool import CHUNK, SealedSpool

WHOLE = random.Random(7).randbytes(2 * CHUNK + 12_345)


@pytest.fixture(scope="module")
def spool():
    made = SealedSpool()
    for at in range(0, len(WHOLE), 100_000):
        made.put(WHOLE[at : at + 100_000])
    made.done()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("at", "length"),
    [
        (0, 10),
        (CHUNK - 5, 10),
        (CHUNK, 10),
        (2 * CHUNK - 1, 2),
        (2 * CHUNK + 12_340, 100),
        (3 * CHUNK, 5),
        (0, len(WHOLE)),
    ],
)
def test_what_is_read_anywhere_is_what_was_put_there(spool, at, length):
    spool.seek(at)
    read = bytearray()
    while len(read) < length and (piece := spool.read(length - len(read))):
        read += piece
    assert bytes(read) == WHOLE[at : at + length]


def test_it_is_sought_from_its_end_and_never_before_its_beginning(spool):
    assert spool.seek(-5, os.SEEK_END) == len(WHOLE) - 5
    assert spool.read(100) == WHOLE[-5:]
    with pytest.raises(OSError, match="before the beginning"):
        spool.seek(-1)
