"""The ground of the durability proofs: an installation of their own, made once per process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # this file is read before Django's settings may be
    from hygie.tests.durability.installation import Installation


@pytest.fixture(scope="session")
def _installation(database: None) -> Iterator[Installation]:
    from hygie.tests.durability.installation import Installation

    with tempfile.TemporaryDirectory(prefix="hygie-hurt-", dir="/tmp") as folder:
        place = Installation(Path(folder))
        try:
            place.start()
            yield place
        finally:
            place.stop()


@pytest.fixture
def place(_installation: Installation) -> Iterator[Installation]:
    """An installation to hurt; the doors of this process lead into it."""
    with _installation.entered():
        yield _installation
