"""The root key: a wrapping key of its own for each place, and what was wrapped before still opens."""

from __future__ import annotations

import pytest

from hygie.base import sealing
from hygie.base.rootkey import FileRootKey


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> FileRootKey:
    path = tmp_path_factory.mktemp("keys") / "root.key"
    FileRootKey.create(path)
    return FileRootKey(path)


def test_each_place_has_a_wrapping_key_of_its_own(root: FileRootKey) -> None:
    amina, zoe = b"key|record|amina", b"key|record|zoe"
    wrapped = root.wrap(b"k" * 32, amina)
    assert root.unwrap(wrapped, amina) == b"k" * 32
    assert root._of(amina) != root._of(zoe)
    with pytest.raises(sealing.BadSeal):
        root.unwrap(wrapped, zoe)
    with pytest.raises(sealing.BadSeal):
        root.unwrap(wrapped[1:], amina)  # said to be of the first kind


def test_what_was_wrapped_under_the_one_key_still_opens(root: FileRootKey) -> None:
    before = sealing.seal(root._wrapping, b"k" * 32, b"key|record|amina")
    assert root.unwrap(before, b"key|record|amina") == b"k" * 32


def test_many_digests_are_those_of_one_by_one(root: FileRootKey) -> None:
    many = root.digester("people/ins")
    assert [many(one) for one in (b"", b"a", b"a" * 200)] == [
        root.digest("people/ins", one) for one in (b"", b"a", b"a" * 200)
    ]
