"""What is sealed of a document is short, and comes back whole, whenever it was written."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.record import sealed, shortening
from hygie.record.shortening import lengthened, shortened
from hygie.tests.world import a_report


@given(st.text().map(str.encode).filter(lambda told: not told.startswith(b"\x01")))
def test_what_was_made_short_comes_back_whole(told):
    assert lengthened(shortened(told)) == told
    assert lengthened(told) == told, "what was kept before anything was made short is read as it stands"


@pytest.mark.parametrize(
    "spoil", [lambda kept: kept[:-9], lambda kept: kept[:40] + b"\xff" * 40, lambda kept: kept[:1]]
)
def test_bytes_that_were_not_made_short_here_are_refused(spoil):
    with pytest.raises(ValueError, match=r"not made short|cut"):
        lengthened(spoil(shortened(b'{"m":{"title":"Bilan sanguin, fait le matin, et vu par Dr Diallo"}}' * 3)))


def test_the_words_in_common_never_change():
    """What is kept was made short with these very words: other words would need another first byte."""
    digest = hashlib.sha256(shortening._WORDS).hexdigest()
    assert digest == "5cf209fc3d6d1ea5f44c49b34f7282f4a4d0a6c5b34f7efa2271f6a844d38e57"


def test_metadata_are_sealed_short_and_read_back():
    metadata = a_report().metadata
    packed = sealed.pack(metadata, depositor="Labo Seine", sha256="00" * 32)
    known, beside = sealed.unpack(packed)
    assert (known, beside) == (metadata, {"depositor": "Labo Seine", "sha256": "00" * 32})
