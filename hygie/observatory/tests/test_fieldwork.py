"""The questionnaire: of nobody, resumable by a code, kind when a quota is full."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from hygie.base.errors import NotFound
from hygie.observatory import actions, queries
from hygie.observatory.barometer import answers, questionnaire
from hygie.observatory.models import Fieldwork, Sheet
from hygie.tests.browser import PHONE, barriers
from hygie.tests.world import NOW, World

TODAY = date(2026, 11, 22)
PROFILE = {"sex": "woman", "age": "35-49", "csp": "employee", "region": "bre", "town": "small"}


@pytest.fixture
def wave(database: None):
    """A wave of our own; another test's, if one was left open, is closed first."""
    actions.close_wave(on=TODAY)
    name = f"vague-{Fieldwork.objects.count() + 1}"
    actions.open_wave(name=name, wanted=400, on=TODAY)
    yield name
    actions.close_wave(on=TODAY)


def filled(code: str, **said: str) -> None:
    """The whole questionnaire, whatever is not said left out."""
    page: int | None = 0
    while page is not None:
        page = actions.answer(code=code, page=page, said=PROFILE | said).page


def test_a_sheet_says_nothing_of_who_and_forgets_its_code_when_done(wave):
    columns = {one.name for one in Sheet._meta.get_fields()}
    assert columns == {"id", "fieldwork", "digest", "state", "page", "answers", "begun_on"}
    code = actions.begin(on=TODAY)
    assert queries.look(code=f"{code[:4]}-{code[4:].lower()}").page == 0
    filled(code, mes="unknown")
    with pytest.raises(NotFound):
        queries.look(code=code)
    done = Sheet.objects.get(fieldwork__name=wave)
    assert (done.state, done.digest, done.id.version) == ("done", None, 4)
    with connection.cursor() as sql:
        sql.execute("SELECT 1 FROM pg_constraint WHERE contype = 'f' AND conrelid = 'observatory_sheet'::regclass")
        assert len(sql.fetchall()) == 1  # its wave, and nothing of anybody


def test_the_route_asks_only_what_concerns_her_and_a_change_takes_back_what_no_longer_does(wave, tmp_path):
    code = actions.begin(on=TODAY)
    filled_pages = [queries.look(code=code).questions]
    page: int | None = 0
    said = PROFILE | {"mes": "used", "activated": "no", "brake": "time", "used_booking": "yes", "trust": "refus"}
    while page is not None and not any(one.id == "rights" for one in queries.look(code=code, page=page).questions):
        page = actions.answer(code=code, page=page, said=said).page
        filled_pages.append(queries.look(code=code, page=page).questions)
    asked = {one.id for page in filled_pages for one in page}
    assert "brake" in asked and "advised" not in asked
    where = next(number for number in range(9) if "mes" in {q.id for q in _page(code, number)})
    actions.answer(code=code, page=where, said={"mes": "known"})
    assert "brake" not in Sheet.objects.get(fieldwork__name=wave).answers
    page = where + 1
    while page is not None:
        page = actions.answer(code=code, page=page, said=said | {"advised": "probably"}).page
    assert actions.export(name=wave, path=tmp_path / "wave.csv") == 1
    row = next(csv.DictReader((tmp_path / "wave.csv").read_text().splitlines()))
    assert (row["mes"], row["brake"], row["advised"], row["trust"]) == ("known", "", "probably", "refus")
    assert answers.read(tmp_path / "wave.csv", questionnaire.standard()).count("trust", answers.REFUSED) == 1


def _page(code: str, number: int):
    try:
        return queries.look(code=code, page=number).questions
    except NotFound:
        return ()


def test_a_full_quota_is_closed_kindly_and_nothing_is_kept(wave):
    cell = next(one for one in queries.quotas() if one.code == "cor")
    assert (cell.wanted, cell.held, cell.full) == (2, 0, False)
    for _ in range(3):
        filled(actions.begin(on=TODAY), region="cor", mes="unknown")
    assert next(one for one in queries.quotas() if one.code == "cor").full
    code = actions.begin(on=TODAY)
    done = actions.answer(code=code, page=0, said=PROFILE | {"region": "cor"})
    assert done.full and done.page is None
    assert Sheet.objects.filter(fieldwork__name=wave).count() == 3
    browser = Client()
    browser.post("/enquete/commencer/")
    answer = browser.post("/enquete/questions/0/", PROFILE | {"region": "cor"}, follow=True)
    assert "Assez de personnes de votre profil" in answer.content.decode()
    assert "Commencer" in browser.get("/enquete/questions/3/", follow=True).content.decode()


def test_the_operator_sees_quotas_fill_without_reading_anybodys_profile(browse, wave):
    operator = World().operator

    def page() -> str:
        return browse(operator).get("/operateur/enquete/").content.decode().replace("\u00a0", " ")

    sheet = {"fieldwork": Fieldwork.objects.get(name=wave), "state": "done", "answers": PROFILE, "begun_on": TODAY}
    Sheet.objects.bulk_create(Sheet(**sheet) for _ in range(9))
    before = page()
    assert "moins de 11 réponses reçues sur 400 voulues" in before and "Aucune case n’est fermée" in before
    filled(actions.begin(on=TODAY), mes="unknown")
    tables = re.compile("<tbody>.*?</tbody>", re.S)
    assert tables.findall(page()) == tables.findall(before)  # nobody is seen to finish
    assert len(tables.findall(before)) == 5
    Sheet.objects.bulk_create(Sheet(**sheet) for _ in range(90))
    after = page()
    assert "100 réponses reçues" in after and "fermée</span>" in after and "bientôt pleine" in after
    assert [(one.code, one.shown) for one in queries.quotas()][:3] == [("woman", 100), ("man", 0), ("18-24", 0)]


def test_nobody_fills_the_survey_with_sheets(wave, monkeypatch):
    still = SimpleNamespace(now=lambda: NOW, localdate=lambda: TODAY)  # however slow the machine, all come at once
    monkeypatch.setattr("hygie.portal.survey.timezone", still)
    browser = Client(REMOTE_ADDR="192.0.2.77")
    answers_given = [browser.post("/enquete/commencer/") for _ in range(7)]
    assert [one.status_code for one in answers_given][:5] == [302] * 5 and answers_given[-1].status_code == 429
    assert "Réessayez dans un instant" in answers_given[-1].content.decode()
    assert Sheet.objects.filter(fieldwork__name=wave).count() <= 6


def test_an_unfinished_sheet_is_erased_after_thirty_days(wave):
    code = actions.begin(on=TODAY - timedelta(days=31))
    actions.begin(on=TODAY)
    with pytest.raises(NotFound):
        queries.look(code=code)


def test_whoever_is_signed_in_is_not_asked_who_she_is(wave):
    """Her sheet is the same as a stranger's: not a byte of her."""
    from hygie.portal.tests import stage

    amina = World().amina
    client = Client()
    client.cookies[stage.COOKIE] = stage.enter(amina.actor)
    client.post("/enquete/commencer/")
    client.post("/enquete/questions/0/", PROFILE)
    with connection.cursor() as sql:
        sql.execute("SELECT s::text FROM observatory_sheet s")
        written = "\n".join(row[0] for row in sql.fetchall())
    assert "35-49" in written and str(amina.id) not in written and str(amina.actor.id) not in written


def test_the_questionnaire_is_filled_in_with_the_keyboard_without_script_on_a_phone(visit, wave):
    page = visit(size=PHONE, java_script_enabled=False)
    page.goto("/enquete/")
    page.get_by_role("button", name="Commencer").press("Enter")
    page.get_by_role("button", name="Continuer").press("Enter")  # nothing said: told what to mend
    expect(page.get_by_role("alert")).to_contain_text("5 choses sont à corriger")
    for code in PROFILE.values():
        page.locator(f"input[value='{code}']").press("Space")
    page.get_by_role("button", name="Continuer").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos usages")
    page.get_by_label("Prendre un rendez-vous en ligne").press("Space")
    code = page.get_by_text(re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$")).inner_text()
    other = visit(size=PHONE)  # another device, with the code alone
    other.goto("/enquete/")
    other.get_by_text("Reprendre avec un code").click()
    other.get_by_label("Votre code").fill(code)
    other.get_by_role("button", name="Reprendre").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Vos usages")
    on, done = other.get_by_role("button", name="Continuer"), other.get_by_text("Vos réponses sont enregistrées")
    for _ in range(30):
        expect(on.or_(done)).to_be_visible()
        if done.is_visible():
            break
        on.click()
    expect(done).to_be_visible()


def test_its_pages_are_free_of_barriers(visit, wave):
    page = visit(size=PHONE, bypass_csp=True)
    page.goto("/enquete/")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("button", name="Continuer")).to_be_visible()
    for address in (
        "/enquete/",
        "/enquete/questions/0/",
        "/enquete/papier/",
        "/barometre/",
        "/barometre/services/",
        "/observatoire/",
    ):
        page.goto(address)
        assert barriers(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address


def test_a_citizen_reads_a_figure_its_base_and_takes_the_files(database):
    page = Client().get("/barometre/").content.decode().replace("\u00a0", " ")
    assert "57 % le feraient sur le conseil d’un médecin" in page and "ne se sont jamais servis de l’espace" in page
    assert "réponses inventées" in page and "n’est pas établi" in page
    assert len(page) < 100_000 and "Depuis 2020, les 3 usages comparés" in page and "Mesuré" in page
    alone = Client().get("/barometre/advised/").content.decode()
    assert "<details open>" in alone and "Situation professionnelle" in alone and "Avec prudence" not in alone
    assert Client().get("/barometre/rien/").status_code == 404
    english = Client(headers={"accept-language": "en"}).get("/barometre/").content.decode()
    assert "57% would if a doctor advised it" in english and "Who answered" in english and "Declared" in english
    taken = Client().get("/barometre/fichiers/tables.csv/")
    assert taken["Content-Type"].startswith("text/csv") and taken.content.count(b"\n") > 500
    series = Client().get("/observatoire/").content.decode()
    assert "documents déposés en décembre 2023" in series  # a published figure, with its base
    assert Client().get("/barometre/fichiers/settings.py/").status_code == 404
