"""The data folder, and the commands that meet in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hygie.ops.folder import DataFolder


def test_commands_that_begin_at_the_same_moment_find_the_folder_theirs_to_write(tmp_path: Path):
    def begin(_number: int) -> None:
        DataFolder(tmp_path / "data").open()

    with ThreadPoolExecutor(8) as together:
        list(together.map(begin, range(200)))
    assert sorted(one.name for one in (tmp_path / "data").iterdir()) == ["VERSION", "keys", "logs"]
