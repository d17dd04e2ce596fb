"""Characters nobody announced: read right, or in doubt; never wrong and sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.formats import charset

FRENCH = "Créatinine 71 µmol/L, contrôlée à 8 h ; température 37,2 °C. Très élevé. Élément « noté » — 4 g/m²"
PARTS = (
    "créatinine", "fièvre à 39 °C", "reçu", "12 µmol/L", "où", "août", "DÉCÉDÉ", "Noël", "hôpital", "m²", "À jeun",
    "élevé", "N° 4", "CÔTÉ", "naïf", "dû", "bêta", "ÉLÉMENT", "« non »",
)  # fmt: skip


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_french_is_read_right_whatever_wrote_it(encoding):
    words = FRENCH.replace("—", "-").replace("²", "2") if encoding in ("iso-8859-1", "mac_roman") else FRENCH
    read = charset.read(words.encode(encoding))
    assert read.words == words
    assert read.certain
    assert read.encode() == words.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "cp1252", "mac_roman", "utf-16"])
@given(parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=8))
def test_a_reading_that_is_sure_is_right(encoding, parts):
    words = " ".join(parts).replace("²", "2")
    read = charset.read(words.encode(encoding))
    assert read.words == words or not read.certain


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_and_give_themselves_back(data):
    read = charset.read(data)
    assert read.encode() == data


def test_what_two_encodings_explain_is_in_doubt():
    assert not charset.read(b"Fran\x87ais").certain  # « ç » for one, « á » for another
    assert charset.read(b"Mar\x82e").certain  # no other reading of this byte stands between these letters


def test_words_already_spoilt_before_they_came_are_in_doubt():
    assert not charset.read("CrÃ©atinine".encode()).certain
    assert not charset.read("12 Âµmol/L".encode()).certain


def test_what_a_message_declares_is_followed_unless_its_bytes_say_otherwise():
    assert charset.read("élevé".encode("iso-8859-15"), declared="iso-8859-15").charset == "iso-8859-15"
    read = charset.read("élevé".encode(), declared="iso-8859-1")
    assert (read.words, read.charset) == ("élevé", "utf-8")
    read = charset.read("élevé".encode("iso-8859-1"), declared="utf-8")
    assert (read.words, read.certain) == ("élevé", True)
