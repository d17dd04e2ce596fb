"""The help line is the operator's: her number on every page, or no word of calling."""

from __future__ import annotations

import pytest
from django.test import Client

PAGES = ("/", "/connexion/", "/nowhere/")


def body(address: str) -> str:
    return Client(headers={"accept-language": "fr"}).get(address).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_without_a_number_no_page_speaks_of_calling(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.delenv("HYGIE_HELP_LINE", raising=False)
    assert "tel:" not in body(address)
    assert "ppelez" not in body(address) and "34 22" not in body(address)


@pytest.mark.parametrize("address", PAGES)
def test_the_number_and_its_hours_are_shown_as_the_operator_wrote_them(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HYGIE_HELP_LINE", "+33 1 02 03 <04> 05")
    monkeypatch.setenv("HYGIE_HELP_HOURS", "Tous les jours & nuits")
    shown = body(address)
    assert 'href="tel:+33102030405"' in shown
    assert "+33 1 02 03 &lt;04&gt; 05" in shown and "Tous les jours &amp; nuits." in shown
