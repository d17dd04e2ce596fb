"""The root key: what it wraps opens in its place alone, and what was wrapped before still opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from hygie.base import sealing
from hygie.base.errors import Unavailable
from hygie.base.rootkey import FileRootKey


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> FileRootKey:
    path = tmp_path_factory.mktemp("keys") / "root.key"
    FileRootKey.create(path)
    return FileRootKey(path)


def test_what_is_wrapped_opens_unaltered_in_its_place_alone(root: FileRootKey) -> None:
    place = b"key|record|amina"
    wrapped = root.wrap(b"k" * 32, place)
    assert root.unwrap(wrapped, place) == b"k" * 32
    assert wrapped != root.wrap(b"k" * 32, place)
    for other, where in (
        (wrapped, b"key|record|zoe"), (wrapped[:-1], place), (wrapped[:20], place), (wrapped[:5], place), (b"", place),
        (b"\x01" + wrapped[1:], place), (wrapped[:-1] + bytes([wrapped[-1] ^ 1]), place),
    ):  # fmt: skip
        with pytest.raises(sealing.BadSeal):
            root.unwrap(other, where)


def test_what_was_wrapped_under_the_one_key_still_opens(root: FileRootKey) -> None:
    before = sealing.seal(root._wrapping, b"k" * 32, b"key|record|amina")
    assert root.unwrap(before, b"key|record|amina") == b"k" * 32


def test_many_digests_are_those_of_one_by_one(root: FileRootKey) -> None:
    many = root.digester("people/ins")
    assert [many(one) for one in (b"", b"a", b"a" * 200)] == [
        root.digest("people/ins", one) for one in (b"", b"a", b"a" * 200)
    ]


def test_a_key_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    (tmp_path / "root.key.draft").write_text("cut in the middle")  # the machine stopped here: nothing was sealed yet
    FileRootKey.create(path)
    kept = path.read_text()
    with pytest.raises(FileExistsError):
        FileRootKey.create(path)
    assert path.read_text() == kept
    assert [one.name for one in tmp_path.iterdir()] == ["root.key"]
    path.chmod(0o640)
    with pytest.raises(Unavailable, match="chmod 600"):
        FileRootKey(path)
