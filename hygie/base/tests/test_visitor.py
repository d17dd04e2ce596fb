"""Whose tries are counted: the visitor's, never what he writes himself."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from hygie.base.visitor import address_of


@pytest.mark.parametrize(
    ("proxies", "said", "counted"),
    [
        ("0", "203.0.113.9", "192.0.2.1"),  # nobody stands in front: the header is the visitor's own invention
        ("1", "203.0.113.9", "203.0.113.9"),
        ("1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # he wrote the first; our proxy wrote the last
        ("2", "10.0.0.1, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        ("2", "203.0.113.9", "192.0.2.1"),  # a header too short was not written by two proxies
        ("1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),  # a household changes addresses as it likes
        ("1", "<script>", "unknown"),
        ("1", "", "192.0.2.1"),
    ],
)
def test_a_visitor_is_counted_where_he_cannot_lie(
    proxies: str, said: str, counted: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HYGIE_PROXIES", proxies)
    asked = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=said)
    assert address_of(asked) == counted
