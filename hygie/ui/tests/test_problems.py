"""An error on a page: the right status, what happened, that nothing is lost, what to do, whom to call."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from hygie.base import errors
from hygie.ui import problems


def a_request():
    request = RequestFactory().get("/")
    request.actor = None
    return request


def test_the_six_errors_have_a_page_and_nothing_else_does():
    assert set(problems.PAGES) == set(errors.ALL)


def test_no_two_errors_share_a_status():
    assert len({problem.status for problem in problems.PAGES.values()}) == len(errors.ALL)


@pytest.mark.parametrize("kind", errors.ALL)
def test_an_error_page_says_what_happened_and_how_to_go_on(kind, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HYGIE_HELP_LINE", "34\u00a022")
    answer = problems.page_for(kind("Le bon mot, exprès.", code="some-code"), a_request())
    body = answer.content.decode()
    assert answer.status_code == problems.PAGES[kind].status
    assert "Le bon mot, exprès." in body
    assert "Rien n’est perdu" in body
    assert "34\u00a022" in body
    assert "some-code" not in body


def test_an_unavailable_page_says_when_to_come_back():
    answer = problems.page_for(errors.Unavailable("Un instant.", code="busy", retry_after=30), a_request())
    assert answer.headers["Retry-After"] == "30"


def test_what_is_refused_for_a_while_is_not_forbidden():
    told = errors.Refused("Trop de recherches.", code="budget", retry_after=600)
    answer = problems.page_for(told, a_request())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Trop de recherches." in answer.content.decode()


def test_an_error_page_escapes_what_it_is_told():
    answer = problems.page_for(errors.Invalid("<script>1</script>", code="x"), a_request())
    assert b"<script>1" not in answer.content


def test_an_unknown_exception_is_left_to_the_server():
    assert problems.Problems(lambda request: None).process_exception(a_request(), ValueError("x")) is None
