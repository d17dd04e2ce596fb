"""Entering by one's own ways, in a real browser with a virtual authenticator: keys made, kept and lost for real."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from hygie.people import actions, queries
from hygie.people.tests.test_ways import a_phone
from hygie.portal.tests import stage
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.jobs import do, forget
from hygie.tests.world import NOW, Person, World


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    """Under the name that the keys are made for."""
    with stage.running() as address, pytest.MonkeyPatch.context() as patch:
        named = address.replace("127.0.0.1", "localhost")
        patch.setitem(os.environ, "HYGIE_PUBLIC_URL", named)
        yield named


@pytest.fixture
def visit(site: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(**options: Any) -> Page:
        width, height = PHONE
        context = chromium.new_context(
            base_url=site, locale="fr-FR", viewport={"width": width, "height": height}, **options
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def a_device(page: Page) -> tuple[CDPSession, str]:
    """A telephone that keeps keys and recognises its owner."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    return cdp, made["authenticatorId"]


def someone() -> tuple[Person, UUID]:
    person = World().amina
    return person, actions.open_account(patient_id=person.id, at=NOW)


def enter_by_number(page: Page, number: str, code: str) -> None:
    page.get_by_label("Votre numéro d’entrée").fill(number)
    page.get_by_label("Un code", exact=True).fill(code)
    page.get_by_role("button", name="Entrer", exact=True).click()


def entered(page: Page) -> None:
    """Her cookie is there: what is asked for next is asked for by her."""
    expect(page.get_by_role("button", name="Quitter", exact=True)).to_be_visible()


def leave(page: Page) -> None:
    button = page.get_by_role("button", name="Quitter", exact=True)
    button.click()
    expect(button).to_have_count(0)


def whole(page: Page, where: str) -> None:
    found = barriers(page)
    assert found == [], (where, found)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], (where, wide)


def test_she_makes_a_key_of_her_telephone_enters_with_it_loses_it_and_comes_back(visit, tmp_path, monkeypatch):
    """The whole of it: a card and a message let her in and choose, the key takes over, is lost, and nothing is."""
    monkeypatch.setenv("HYGIE_TEXT_URL", f"file:{tmp_path}/text")
    monkeypatch.setenv("HYGIE_MAIL_URL", f"file:{tmp_path}/mail")
    _, account = someone()
    card, number = actions.new_card(account, name="Carte de codes", at=NOW), a_phone()
    forget("people.send_code")
    asked = actions.ask_for_code("prove", "text", number, address="2001:db8::1", at=NOW)
    do("people.send_code")
    actions.add_phone(account, asked=asked, code=_latest(tmp_path / "text"), name="", at=NOW)

    page = visit(bypass_csp=True)
    cdp, device = a_device(page)
    page.goto("/connexion/?next=/compte/entrees/")
    whole(page, "start")
    page.get_by_role("link", name="Un numéro et un code").click()
    whole(page, "number")
    enter_by_number(page, card.number, card.codes[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos façons d’entrer")
    expect(page.get_by_role("link", name="Confirmer")).to_be_visible()  # the card alone is not enough to change them
    page.goto("/compte/avis/")  # nor to choose where one is told: she is asked for another, and comes back
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmez que c’est bien vous")
    page.goto("/compte/entrees/confirmer/?next=/compte/entrees/")
    whole(page, "prove")
    page.get_by_role("link", name="Avec un code par message").click()
    page.get_by_label("Votre numéro de mobile").fill(number)
    page.get_by_role("button", name="M’envoyer un code").click()
    expect(page.get_by_label("Le code reçu")).to_be_visible()
    whole(page, "code")
    do("people.send_code")
    page.get_by_label("Le code reçu").fill(_latest(tmp_path / "text"))
    page.get_by_role("button", name="Entrer", exact=True).click()
    expect(page.get_by_role("button", name="Utiliser cet appareil")).to_be_visible()
    page.wait_for_load_state()  # this button asks the device by a script
    page.get_by_role("button", name="Utiliser cet appareil").click()
    expect(page.get_by_text("C’est fait : la prochaine fois, cet appareil vous fera entrer.")).to_be_visible()
    whole(page, "ways")

    leave(page)
    page.goto("/connexion/?next=/compte/entrees/")
    page.get_by_role("button", name="Cet appareil").click()  # one tap
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos façons d’entrer")
    [key] = [one for one in queries.ways(account) if one.kind == "passkey"]
    assert key.last_used is not None
    page.get_by_role("button", name="Ajouter l’application").click()
    whole(page, "app")
    page.goto("/compte/entrees/")
    page.get_by_role("button", name="Refaire ma carte").click()
    expect(page.locator(".codes code")).to_have_count(20)
    fresh = page.locator(".codes-number").inner_text(), page.locator(".codes code").all_inner_texts()
    whole(page, "card")
    page.goto("/compte/avis/")
    page.get_by_role("link", name="Par courriel").click()
    whole(page, "notice-add")
    page.get_by_label("Votre adresse électronique").fill(f"amina.{account.hex[-8:]}@exemple.fr")
    page.get_by_role("button", name="M’envoyer un code").click()
    expect(page.get_by_label("Le code reçu")).to_be_visible()
    do("people.send_code")
    [mail] = (tmp_path / "mail").iterdir()
    page.get_by_label("Le code reçu").fill(mail.read_text().partition("code : ")[2][:7])
    page.get_by_role("button", name="C’est ce code").click()
    expect(page.get_by_role("heading", name="a…@exemple.fr")).to_be_visible()
    for size, addresses in (
        (PHONE, ("/compte/avis/", "/compte/appareils/")),
        (DESK, ("/compte/avis/", "/compte/entrees/")),
    ):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for address in addresses:
            page.goto(address)
            whole(page, f"{address.strip('/').replace('/', '-')}-{size[0]}")

    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})  # somebody else's finger
    leave(page)
    page.goto("/connexion/")
    page.get_by_role("button", name="Cet appareil").click()
    expect(page.get_by_text("Rien n’a été confirmé.")).to_be_visible()

    thief = visit()
    thief.goto("/connexion/numero/")
    enter_by_number(thief, card.number, card.codes[1])  # the card of before
    expect(thief.get_by_text("ne vont pas ensemble")).to_be_visible()

    lost = visit()  # the telephone is lost with its key; the number is on a new one, the card was at home
    lost.goto(f"/connexion/numero/?next=/compte/entrees/{key.id}/")
    enter_by_number(lost, fresh[0], fresh[1][0])
    entered(lost)
    lost.goto("/connexion/message/?next=/compte/entrees/")
    lost.get_by_label("Votre numéro de mobile").fill(number)
    lost.get_by_role("button", name="M’envoyer un code").click()
    expect(lost.get_by_label("Le code reçu")).to_be_visible()
    do("people.send_code")
    lost.get_by_label("Le code reçu").fill(_latest(tmp_path / "text"))
    lost.get_by_role("button", name="Entrer", exact=True).click()
    entered(lost)
    lost.goto(f"/compte/entrees/{key.id}/")
    lost.get_by_role("button", name="Oui, la retirer").click()
    expect(lost.get_by_text("C’est fait : plus personne n’entre ainsi.")).to_be_visible()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.goto("/connexion/")
    page.get_by_role("button", name="Cet appareil").click()
    expect(page.get_by_text("Cet appareil n'a pas été reconnu.")).to_be_visible()


def _latest(folder: Any) -> str:
    return str(max(folder.iterdir(), key=lambda one: one.name).read_text().split("est ")[1][:7])


def test_without_script_a_card_lets_in_and_the_device_that_needs_one_is_not_offered(visit):
    _, account = someone()
    card = actions.new_card(account, name="Carte de codes", at=NOW)
    page = visit(java_script_enabled=False)
    page.goto("/connexion/")
    expect(page.locator("[data-passkey] button")).to_be_hidden()
    page.get_by_role("link", name="Un numéro et un code").click()
    enter_by_number(page, card.number, card.codes[0])
    entered(page)
    page.goto("/compte/appareils/")
    expect(page.get_by_text("cet appareil-ci")).to_be_visible()


def test_a_session_ended_elsewhere_ends_here_and_its_cookie_opens_nothing_any_more(visit):
    _, account = someone()
    card = actions.new_card(account, name="Carte de codes", at=NOW)
    here, there = visit(), visit()
    for number, page in enumerate((here, there)):
        page.goto("/connexion/numero/")
        enter_by_number(page, card.number, card.codes[number])
        entered(page)
    cookie = next(one for one in there.context.cookies() if one["name"] == "sessionid")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    here.goto("/compte/appareils/")
    here.get_by_role("button", name="Fermer partout ailleurs").click()
    expect(here.get_by_text("il n’y a plus que cet appareil")).to_be_visible()
    there.goto("/compte/appareils/")
    assert "/connexion/" in there.url
    kept = here.context.cookies()
    leave(here)
    here.context.add_cookies(kept)  # a copy of the cookie comes back
    here.goto("/compte/appareils/")
    assert "/connexion/" in here.url
