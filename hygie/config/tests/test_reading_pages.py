"""What is asked by GET changes nothing: the database itself refuses, and no page of a face is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, Channel, RecordState
from hygie.base.reading import only_reading
from hygie.people.types import Actor
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record
from hygie.tests.world import World, deposited
from hygie.workspace.opening import for_a_professional, open_patient

FACES = ("portal", "workspace", "desk")
NOBODYS = {"portal:welcome", "portal:language", "portal:gallery"}  # for whoever comes; they touch no database
WAYS_IN = {"portal:authorize", "workspace:arrive"}  # from an application, to its own door: they begin something


@for_a_person
def careless(request: HttpRequest) -> HttpResponse:
    """A page that changes something without being asked to."""
    grant = open_mine(request, Action.SET_ACCESS)
    access.set_state(grant, state=RecordState.CLOSED, at=timezone.now())
    return HttpResponse("changed")


def asked(view: Callable[..., HttpResponse], actor: Actor, method: str = "get", **named: Any) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/")
    request.actor = actor
    return view(request, **named)


def state(world: World) -> RecordState:
    return asks.settings(world.zoe.opens(Action.SET_ACCESS)).state


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_that_writes_when_it_is_read_fails_and_its_journal_line_stays(method: str) -> None:
    world = World()
    before = asks.journal(world.zoe.opens(Action.READ_JOURNAL))
    with pytest.raises(InternalError):
        asked(careless, world.zoe.actor, method)
    assert state(world) is RecordState.OPEN
    lines = asks.journal(world.zoe.opens(Action.READ_JOURNAL))
    assert [line.action for line in lines[: len(lines) - len(before)]].count(Action.SET_ACCESS) == 2


def test_the_same_page_may_change_it_when_it_is_asked_to() -> None:
    world = World()
    with pytest.raises(InternalError):
        asked(careless, world.zoe.actor)
    assert asked(careless, world.zoe.actor, "post").content == b"changed"
    assert state(world) is RecordState.CLOSED


def test_a_look_is_written_down_and_a_document_is_noted_as_opened_all_the_same() -> None:
    world = World()
    receipt = deposited(world.labo_seine, world.amina)

    @for_a_professional
    def look(request: HttpRequest, patient_id: Any) -> HttpResponse:
        grant = open_patient(request, patient_id, Action.READ, document_id=receipt.id)
        return HttpResponse(record.content(grant, document_id=receipt.id).data)

    assert b"TSH" in asked(look, world.dr_diallo, patient_id=world.amina.id).content

    @for_a_person
    def mine(request: HttpRequest) -> HttpResponse:
        grant = open_mine(request, Action.READ, document_id=receipt.id, channel=Channel.VIEW)
        return HttpResponse(record.content(grant, document_id=receipt.id).data)

    assert record.documents(world.amina.opens(Action.LIST), limit=1)[0].new
    asked(mine, world.amina.actor)
    assert not record.documents(world.amina.opens(Action.LIST), limit=1)[0].new


def test_a_connection_is_put_back_whatever_happens_in_the_page() -> None:
    with pytest.raises(ZeroDivisionError), only_reading():
        raise ZeroDivisionError
    with connection.cursor() as sql:
        sql.execute("SHOW default_transaction_read_only")
        assert sql.fetchone() == ("off",)


def test_every_page_of_a_face_only_reads_when_it_is_read() -> None:
    def walk(patterns: list[Any], face: str) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        for one in patterns:
            if isinstance(one, URLResolver):
                found += walk(one.url_patterns, one.namespace or face)
            elif isinstance(one, URLPattern) and face in FACES:
                found.append((f"{face}:{one.name}", one.callback))
        return found

    pages = walk(get_resolver().url_patterns, "")
    assert {name.partition(":")[0] for name, _ in pages} == set(FACES)
    assert [name for name, view in pages if not hasattr(view, "only_reads") and name not in NOBODYS | WAYS_IN] == []
