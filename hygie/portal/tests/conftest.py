"""Imports stand inside the fixtures: this file is read before Django is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def world() -> Any:
    from hygie.tests.world import World

    return World()


@pytest.fixture
def browse() -> Iterator[Callable[..., Any]]:
    """`browse(actor)`: a client of the application, signed in as that actor; `browse()`: nobody."""
    from django.test import Client, override_settings
    from django.utils import translation

    from hygie.portal.tests import stage

    def sign_in(actor: Any = None) -> Client:
        client = Client(headers={"accept-language": "fr"})
        if actor is not None:
            client.cookies[stage.COOKIE] = stage.enter(actor)
        return client

    with override_settings(MIDDLEWARE=stage.middleware()):
        yield sign_in
    translation.deactivate()  # what comes next speaks French again
