"""Every answer wears the same strict headers, and leaves one line that names no one."""

from __future__ import annotations

import json
import logging
from io import StringIO
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from hygie.base import logs
from hygie.config.middleware import Envelope, content_security_policy

CANARY = "2850578006084"


@pytest.fixture
def lines():
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.AllowListFormatter())
    root = logging.getLogger()
    level, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_an_answer_allows_nothing_but_our_own_files_and_stays_in_no_cache():
    answer = Client().get("/does-not-exist/")
    assert answer["Content-Security-Policy"] == content_security_policy()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    # Not "no-referrer": a browser would send "Origin: null" with our own forms, which the CSRF check refuses.
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_policy_starts_from_nothing_and_ends_every_way_out():
    policy = dict(part.strip().split(" ", 1) for part in content_security_policy().split(";"))
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("frame-ancestors") == "'none'"
    assert policy.pop("base-uri") == "'none'"
    assert set(policy.values()) == {"'self'"}
    assert "form-action" in policy


def test_only_the_page_that_asks_may_send_its_form_elsewhere():
    def signing_in(request):
        answer = HttpResponse()
        answer.csp_form_action = "https://fc.example"
        return answer

    answer = Envelope(signing_in)(RequestFactory().get("/"))
    assert "form-action 'self' https://fc.example;" in answer["Content-Security-Policy"]
    other = Envelope(lambda request: HttpResponse())(RequestFactory().get("/"))
    assert "form-action 'self';" in other["Content-Security-Policy"]


def test_the_line_of_a_request_has_no_path_no_query_no_header(lines):
    secret = {"User-Agent": CANARY, "Referer": f"http://x/{CANARY}", "X-Request-Id": CANARY}
    Client(headers=secret).get(f"/nowhere/{CANARY}/?identifier={CANARY}")
    text = json.dumps(lines())
    assert CANARY not in text
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert (line["route"], line["method"], line["status"]) == ("no-route", "GET", 404)
    assert set(line) == {"at", "level", "event", "route", "method", "status", "duration_ms", "request_id"}


def test_a_caller_may_name_its_request_by_a_uuid_and_nothing_else():
    name = str(uuid4())
    assert Client(headers={"X-Request-Id": name}).get("/nowhere/")["X-Request-Id"] == name
    for refused in (CANARY, "Amina Benali", "x" * 36, f"{name}0"):
        assert Client(headers={"X-Request-Id": refused}).get("/nowhere/")["X-Request-Id"] != refused
