from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client, override_settings

from hygie.people.types import Actor
from hygie.portal.tests import stage
from hygie.tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browse() -> Iterator[Callable[..., Client]]:
    """`browse(actor)`: a client of the application, signed in as that actor; `browse()`: nobody."""

    def sign_in(actor: Actor | None = None) -> Client:
        client = Client(headers={"accept-language": "fr"})
        if actor is not None:
            client.cookies[stage.COOKIE] = stage.enter(actor)
        return client

    with override_settings(MIDDLEWARE=stage.middleware()):
        yield sign_in
