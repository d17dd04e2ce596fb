"""Signing in, through the real provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import override_settings

from hygie.config.tests.world import Browser, Known
from hygie.people import actions
from hygie.people.tests import cast
from hygie.people.types import Actor, AuthLevel, IdentityStatus, Kind


def actor(browser: Browser) -> Actor | None:
    """Who Hygie thinks this browser is, from any page."""
    found: Actor | None = browser.hygie.get("/").wsgi_request.actor  # type: ignore[attr-defined]
    return found


def test_a_person_signs_in_and_finds_her_own_space(browser: Browser, known: Known) -> None:
    number = cast.new_ins()
    hers = actions.register_patient(traits=known.amina, ins=number, status=IdentityStatus.QUALIFIED, at=cast.NOW)
    browser.sign_in("people", "amina")
    who = actor(browser)
    assert who is not None
    assert (who.kind, who.patient_id, who.auth) == (Kind.PERSON, hers, AuthLevel.STRONG)
    assert who.name.startswith("Amina ")


def test_a_person_without_a_sure_identity_is_told_what_is_missing(browser: Browser, known: Known) -> None:
    for _ in range(2):  # two spaces with her traits: nobody guesses
        actions.register_patient(traits=known.nadia, ins=cast.new_ins(), status=IdentityStatus.QUALIFIED, at=cast.NOW)
    answer = browser.sign_in("people", "nadia")
    assert answer["Location"] == "/connexion/espace/"
    assert "nous ne devinons jamais" in browser.hygie.get("/connexion/espace/").content.decode()
    assert actor(browser) is None


def test_a_professional_chooses_one_activity_for_her_session(browser: Browser, known: Known) -> None:
    answer = browser.sign_in("professionals", "diallo", "/documents/")
    assert answer["Location"] == "/connexion/activite/?next=%2Fdocuments%2F"
    assert actor(browser) is None
    page = browser.hygie.get(answer["Location"]).content.decode()
    assert "Cabinet des Lilas" in page
    assert "Clinique du Port" in page
    hats = {one.organisation.name: one for one in hats_of(browser)}
    chosen = browser.hygie.post("/connexion/activite/", {"hat": hats["Clinique du Port"].id, "next": "/documents/"})
    assert chosen["Location"] == "/connexion/?next=%2Fdocuments%2F"
    assert browser.hygie.get(chosen["Location"])["Location"] == "/documents/"
    who = actor(browser)
    assert who is not None
    assert (who.kind, who.name, who.rpps, who.auth) == (Kind.PROFESSIONAL, "Dr Diallo", known.diallo, AuthLevel.STRONG)
    assert (who.organisation, who.profession, who.specialty) == ("Clinique du Port", "10", "SM26")


def hats_of(browser: Browser) -> Any:
    from hygie.people import queries

    return queries.hats_of_account(browser.hygie.get("/").wsgi_request.user.pk)


def test_one_activity_is_chosen_by_itself_and_no_other_can_be_worn(browser: Browser, known: Known) -> None:
    browser.sign_in("professionals", "roux")
    who = actor(browser)
    assert who is not None
    assert who.organisation == "Clinique du Port"
    other = Browser()
    other.sign_in("professionals", "diallo")
    [lilas] = [one for one in hats_of(other) if one.organisation.name == "Cabinet des Lilas"]
    assert browser.hygie.post("/connexion/activite/", {"hat": lilas.id}).status_code == 400
    assert browser.hygie.post("/connexion/activite/", {"hat": "operator"}).status_code == 400
    assert actor(browser) == who


def test_an_operator_wears_that_hat_only_if_she_was_named(browser: Browser, known: Known) -> None:
    browser.sign_in("professionals", "roux")
    actions.set_operator(rpps=known.roux, operates=True)
    try:
        assert "Exploitation de Hygie" in browser.hygie.get("/connexion/activite/").content.decode()
        browser.hygie.post("/connexion/activite/", {"hat": "operator"})
        who = actor(browser)
        assert who is not None
        assert who.kind is Kind.OPERATOR
    finally:
        actions.set_operator(rpps=known.roux, operates=False)
    assert actor(browser) is None  # at the next request


def test_the_session_changes_its_key_at_sign_in_and_ends_at_sign_out(browser: Browser) -> None:
    address = browser.ask("professionals")
    before = browser.hygie.cookies["sessionid"].value
    browser.hygie.get(browser.answer(address, "roux"))
    inside = browser.hygie.cookies["sessionid"].value
    assert inside != before
    assert not Session.objects.filter(session_key=before).exists()
    browser.hygie.post("/deconnexion/")
    assert not Session.objects.filter(session_key=inside).exists()
    assert actor(browser) is None


def test_a_session_ends_when_nobody_is_there_and_in_any_case_after_twelve_hours(browser: Browser) -> None:
    for late in ({"seen": 31 * 60}, {"since": 12 * 3600 + 1}):
        browser.sign_in("professionals", "roux")
        session = browser.hygie.session
        for name, seconds in late.items():
            session[name] -= seconds
        session.save()
        assert actor(browser) is None


def test_signing_out_everywhere_ends_the_other_sessions(browser: Browser) -> None:
    browser.sign_in("professionals", "roux")
    elsewhere = Browser()
    elsewhere.sign_in("professionals", "roux")
    actions.sign_out_everywhere(browser.hygie.get("/").wsgi_request.user.pk)
    assert actor(browser) is None
    assert actor(elsewhere) is None


def test_what_a_provider_says_is_kept_nowhere_in_clear(browser: Browser, known: Known) -> None:
    browser.sign_in("people", "amina")
    with connection.cursor() as sql:
        for table in ("socialaccount_socialaccount", "socialaccount_socialtoken", "account_emailaddress"):
            sql.execute(f"SELECT count(*) FROM {table}")
            assert sql.fetchone() == (0,)
        sql.execute("SELECT people_account::text FROM people_account")
        rows = " ".join(row[0] for row in sql.fetchall())
    kept = str(dict(browser.hygie.session)) + rows
    assert known.amina.birth_family not in kept
    assert "amina" not in kept.lower()


def test_an_answer_nobody_asked_for_signs_nobody_in(browser: Browser) -> None:
    answer = browser.answer(browser.ask("professionals"), "roux")
    victim = Browser()
    assert victim.hygie.get(answer).status_code == 403  # the state is another session's
    assert actor(victim) is None
    assert browser.hygie.get(answer).status_code == 302
    assert browser.hygie.get(answer).status_code == 403  # and it serves once


def test_next_never_leads_outside(browser: Browser) -> None:
    browser.sign_in("professionals", "roux", "https://evil.example/")
    for outside in (
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
    ):
        after = browser.hygie.get("/connexion/", {"next": outside})["Location"]
        assert after.startswith("/")
        assert "evil" not in after


def test_the_page_lets_its_form_lead_to_the_providers_alone(browser: Browser, provider: Any) -> None:
    policy = browser.hygie.get("/connexion/")["Content-Security-Policy"]
    assert f"form-action 'self' http://localhost:{provider.port};" in policy


def test_there_is_no_one_click_door_outside_the_demonstration() -> None:
    from hygie.portal.signin import signin_urls

    for mode in ("production", "test"):
        assert "signin-as" not in {one.name for one in signin_urls(mode)}
    assert "signin-as" in {one.name for one in signin_urls("demo")}


def test_without_a_provider_there_is_no_door(browser: Browser, monkeypatch: Any) -> None:
    monkeypatch.delenv("HYGIE_OIDC_PEOPLE")
    assert browser.hygie.post("/connexion/people/").status_code == 404
    assert browser.hygie.post("/connexion/somebody/").status_code == 404
    assert "FranceConnect" not in browser.hygie.get("/connexion/").content.decode()


def test_in_the_demonstration_one_click_goes_through_the_real_provider(
    browser: Browser, provider: Any, cast_folder: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("HYGIE_MODE", "demo")
    monkeypatch.setenv("HYGIE_DATA", str(cast_folder))
    with override_settings(ROOT_URLCONF="hygie.config.tests.demo_urls"):
        page = browser.hygie.get("/connexion/").content.decode()
        assert "Dr Awa Roux" in page
        assert "Clinique du Port" in page
        assert "personnes et documents inventés" in page
        address = browser.hygie.post("/connexion/professionals/comme/", {"who": "roux"})["Location"]
        assert address.startswith(f"http://localhost:{provider.port}/professionals/auth?")
        browser.hygie.get(browser.answer(address))
        who = actor(browser)
    assert who is not None
    assert who.name == "Dr Roux"


def test_outside_the_demonstration_nobody_is_signed_in_by_a_hint(browser: Browser) -> None:
    """Even if the view were reached: the hint is not passed on."""
    with override_settings(ROOT_URLCONF="hygie.config.tests.demo_urls"):
        address = browser.hygie.post("/connexion/professionals/comme/", {"who": "roux"})["Location"]
    assert "login_hint" not in address
    assert "prompt" not in address
    assert browser.hygie.post("/connexion/professionals/comme/", {"who": "roux"}).status_code == 404
