"""A body refused on the way is still let in to nothing, so that whoever sends it hears why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from hygie.config.front import Application, in_front_of
from hygie.interop.fhir_api import deposit


class Sending:
    """A client that sends so many bytes and then waits for its answer; `left` has not been read yet."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, most: int = -1) -> bytes:
        assert 0 <= most <= self.left, "beyond the end, both would wait for ever"
        piece = most
        self.left -= piece
        return b" " * piece


def refusing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("413 Content Too Large", [])
    return [b"too large"]


def reading(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Reads all, as whoever takes a file in."""
    assert len(environ["wsgi.input"].read()) == int(environ["CONTENT_LENGTH"])
    return refusing(environ, start_response)


def asked(path: str, size: int, django: Application = refusing, **others: str) -> tuple[str, int]:
    """The status of the answer, and how much of the body was left unread when it came."""
    sending, statuses = Sending(size), list[str]()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(size), "wsgi.input": sending}
    list(in_front_of(django)(environ | others, lambda status, headers, exc_info=None: statuses.append(status[:3])))
    return statuses[-1], sending.left


@pytest.mark.parametrize("path", ["/fhir/DocumentReference", "/documents/ajouter/"])
def test_who_sends_too_much_hears_it(path: str) -> None:
    assert asked(path, deposit.MAX_BODY + 1) == ("413", 0)


def test_who_waits_to_be_told_to_go_on_sends_nothing() -> None:
    size = deposit.MAX_BODY + 1
    assert asked("/fhir", size, HTTP_EXPECT="100-continue") == ("413", size)


def test_nobody_is_listened_to_for_ever() -> None:
    _, left = asked("/fhir", 10 * deposit.MAX_BODY)
    assert left == 6 * deposit.MAX_BODY


@pytest.mark.parametrize(("path", "status"), [("/documents/ajouter/", "413"), ("/fhir", "401")])
def test_what_was_read_whole_is_not_waited_for_beyond_its_end(path: str, status: str) -> None:
    assert asked(path, 100_000, reading) == (status, 0)
