"""The real OpenID provider, started once. Imports wait until Django is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hygie.base import config


@pytest.fixture(scope="session")
def known() -> Any:
    from hygie.config.tests.world import Known

    return Known()


@pytest.fixture(scope="session")
def cast_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the provider leaves who one may sign in as."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def provider(known: Any, cast_folder: Path) -> Iterator[Any]:
    from hygie.config.tests.world import carer, civil, practice
    from hygie.ops import demo_oidc
    from hygie.ops.tests.running import free_port

    lilas, clinique = practice("Cabinet des Lilas", known.lilas), practice("Clinique du Port", known.clinique, "SA01")
    with demo_oidc.start(
        port=free_port(),
        people=[civil("amina", known.amina, "eidas2"), civil("nadia", known.nadia)],
        professionals=[
            carer("diallo", known.diallo, "Diallo", lilas, clinique),
            carer("roux", known.roux, "Roux", clinique),
        ],
        origins=[config.get("HYGIE_PUBLIC_URL")],
        folder=cast_folder / "demo",
    ) as running:
        yield running


@pytest.fixture
def trusting(provider: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hygie trusts the provider."""
    for name, value in provider.settings().items():
        monkeypatch.setitem(os.environ, name, value)


@pytest.fixture
def browser(trusting: None) -> Any:
    from hygie.config.tests.world import Browser

    return Browser()
