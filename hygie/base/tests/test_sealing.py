"""What is sealed opens only with its key, in its place, unaltered."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hygie.base import sealing
from hygie.base.sealing import BadSeal

KEY = sealing.new_key()
places = some.builds(sealing.aad, some.sampled_from(["content", "meta"]), some.uuids(), some.uuids())


@given(some.binary(max_size=200), places)
def test_what_was_sealed_comes_back(plain: bytes, place: bytes) -> None:
    assert sealing.unseal(KEY, sealing.seal(KEY, plain, place), place) == plain


@pytest.mark.parametrize(
    "size", [0, 1, sealing.CHUNK - 1, sealing.CHUNK, sealing.CHUNK + 1, 3 * sealing.CHUNK, 3 * sealing.CHUNK + 7]
)
def test_chunks_come_back_whole(size: int) -> None:
    plain = bytes(range(256)) * (size // 256 + 1)
    sealed = sealing.seal(KEY, plain[:size], b"here")
    assert sealing.unseal(KEY, sealed, b"here") == plain[:size]


@given(some.binary(min_size=1, max_size=64), places, places)
def test_a_seal_moved_elsewhere_does_not_open(plain: bytes, here: bytes, there: bytes) -> None:
    if here == there:
        return
    with pytest.raises(BadSeal):
        sealing.unseal(KEY, sealing.seal(KEY, plain, here), there)


@given(some.binary(min_size=1, max_size=64), some.data())
def test_one_altered_bit_is_noticed(plain: bytes, data: some.DataObject) -> None:
    sealed = bytearray(sealing.seal(KEY, plain, b"here"))
    bit = data.draw(some.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSeal):
        sealing.unseal(KEY, bytes(sealed), b"here")


def test_chunks_cannot_be_dropped_or_swapped() -> None:
    sealed = sealing.seal(KEY, b"a" * sealing.CHUNK + b"b" * sealing.CHUNK + b"c", b"here")
    step, head = sealing.CHUNK + sealing.TAG, sealed[:8]
    first, second, third = sealed[8 : 8 + step], sealed[8 + step : 8 + 2 * step], sealed[8 + 2 * step :]
    for forged in (
        head + first + second,
        head + second + first + third,
        head + first + third,
        head + first + first + third,
    ):
        with pytest.raises(BadSeal):
            sealing.unseal(KEY, forged, b"here")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadSeal):
        sealing.unseal(sealing.new_key(), sealing.seal(KEY, b"x", b"here"), b"here")


def test_the_public_half_seals_and_only_the_record_key_opens() -> None:
    record_key, document_key, place = sealing.new_key(), sealing.new_key(), sealing.aad("dek", uuid4(), uuid4())
    sealed = sealing.seal_to(sealing.public_of(record_key), document_key, place)
    assert sealing.open_from(record_key, sealed, place) == document_key
    with pytest.raises(BadSeal):
        sealing.open_from(sealing.new_key(), sealed, place)
    with pytest.raises(BadSeal):
        sealing.open_from(record_key, sealed, place + b"!")
