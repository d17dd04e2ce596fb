"""Ma santé, results: what was measured, in words, numbers and curves; hers only; never a verdict."""

from __future__ import annotations

import re

import pytest

from hygie.access.types import Action
from hygie.portal.tests.health import filed, observation, thyroid
from hygie.record import queries
from hygie.record.curves import mark
from hygie.record.results import series
from hygie.tests.world import World


def text(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " ").replace("\xa0", " "))


@pytest.fixture
def followed(world: World):
    """Amina, with the story of her thyroid, and one analysis of the blood."""
    thyroid(world, world.amina)
    filed(world, world.amina, observation("2160-0", "Créatinine", 7.9, "mg/L", "2026-03-12", low=5.5, high=10))
    return world.amina


def address(person, key: str) -> str:
    return f"/ma-sante/resultats/{mark(person.id, key)}/"


def test_a_space_with_nothing_says_what_will_come(browse, world: World):
    body = text(browse(world.amina.actor).get("/ma-sante/resultats/"))
    assert "Aucun résultat" in body
    assert "Rien à comparer" in text(browse(world.amina.actor).get("/ma-sante/comparer/"))


def test_the_list_says_each_latest_value_with_its_trend_and_what_it_is(browse, followed):
    body = text(browse(followed.actor).get("/ma-sante/resultats/"))
    assert "2,1 mUI/L</strong>, en hausse, dans l’intervalle du laboratoire" in body
    assert "L’hormone par laquelle le cerveau commande la thyroïde" in body
    assert "62" in body
    assert (
        body.index("Chimie du sang") < body.index("Hormones et vitamines") < body.index("Mesures prises au quotidien")
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?mots=tsh", {"TSH"}), ("?mots=reins", {"Créatinine"}), ("?mots=THYROIDE", {"TSH"}), ("?famille=mesures", {"Fréquence"}),
        ("?mots=introuvable", set()), ("?famille=nowhere", set()),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_plain_words(browse, followed, query, found):
    body = text(browse(followed.actor).get(f"/ma-sante/resultats/{query}"))
    shown = {name for name in ("TSH", "Créatinine", "Fréquence") if re.search(rf"<h3><a [^>]*>{name}", body)}
    assert shown == found
    assert ("Rien ne correspond" in body) == (not found)


def test_one_result_has_its_sentence_curve_table_words_documents_and_viewers(browse, followed):
    body = text(browse(followed.actor).get(address(followed, "tsh")))
    assert "TSH 2,1 mUI/L le 12 mars 2026, en hausse, dans l’intervalle du laboratoire." in body
    assert body.count('class="dot"') == 4
    assert body.count("<tr>") == 5
    assert "pas encore relu par un professionnel" in body
    assert body.count("Bilan du 2026-03-12") >= 3
    assert "Qui peut voir ce résultat" in body
    assert "Diallo" in body
    assert "Du 20 septembre 2025 au 28 septembre 2025 : hôpital" in body


def test_in_english_an_analysis_has_its_english_name_and_what_it_is(browse, followed):
    client, english = browse(followed.actor), {"accept-language": "en"}
    body = text(client.get("/ma-sante/resultats/?mots=kidneys", headers=english))
    assert (
        "Creatinine" in body and "A waste of the muscles that the kidneys remove" in body and "Créatinine" not in body
    )
    body = text(client.get(address(followed, "tsh"), headers=english))
    assert "The hormone by which the brain commands the thyroid" in body and "L’hormone" not in body


def test_a_period_and_a_unit_are_chosen_by_links(browse, followed):
    client = browse(followed.actor)
    assert "Aucune valeur" not in text(client.get(address(followed, "tsh") + "?periode=3"))
    body = text(client.get(address(followed, "creatinine") + "?unite=umol/L"))
    assert "69,8 µmol/L" in body
    assert "7,9 mg/L" in body
    assert client.get(address(followed, "creatinine") + "?unite=<script>&periode=x&valeurs=y").status_code == 200


def test_what_cannot_be_converted_is_shown_apart_and_counted(browse, world: World):
    filed(
        world, world.amina, observation("3016-3", "TSH", 2.1, "mUI/L", "2026-03-12"),
        observation("3016-3", "TSH", 2.4, "bols", "2026-02-12"), observation("3016-3", "TSH", "Tube cassé", "", "2026-01-12"),
    )  # fmt: skip
    client = browse(world.amina.actor)
    assert "2 valeurs à part" in text(client.get("/ma-sante/resultats/"))
    body = text(client.get(address(world.amina, "tsh")))
    assert "2 valeurs à part" in body
    assert "Tube cassé" in body
    assert "dans une unité qui ne se convertit pas" in body


def test_the_woman_of_the_thyroid_sees_dose_and_heart_on_one_axis_without_choosing_anything(browse, followed):
    body = text(browse(followed.actor).get("/ma-sante/comparer/"))
    figure = body[body.index("<figure") : body.index("</figure>")]
    assert figure.index("TSH") < figure.index("Lévothyroxine") < figure.index("Fréquence cardiaque au repos")
    assert "15 juin 2025 : Lévothyroxine, 100 µg par jour" in figure
    assert "hôpital" in figure
    assert "Ma thyroïde" in body


def test_what_is_compared_is_chosen_by_the_address_and_bounded(browse, followed):
    client = browse(followed.actor)
    tsh, creatinine = mark(followed.id, "tsh"), mark(followed.id, "creatinine")
    body = text(client.get(f"/ma-sante/comparer/?s={tsh}&s={creatinine}&s=unknown&s=%3Cscript%3E"))
    figure = body[body.index("<figure") : body.index("</figure>")]
    assert 'data-lane="TSH"' in figure
    assert 'data-lane="Créatinine"' in figure
    assert "Lévothyroxine" not in figure


def test_blood_pressure_is_one_line_and_its_page_draws_both_numbers(browse, world: World):
    both = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg", "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", 128), ("8462-4", 76))
    ]
    pressure = observation("85354-9", "Tension", "", "", "2026-03-12") | {"component": both}
    pressure.pop("valueString")
    filed(world, world.amina, pressure, title="Consultation")
    client = browse(world.amina.actor)
    body = text(client.get("/ma-sante/resultats/"))
    assert "128 / 76 mmHg" in body
    assert body.count("<h3>") == 1
    page = text(client.get(address(world.amina, "tension_haute")))
    assert page.count("data-lane=") == 2
    assert "76 mmHg" in page


def test_nobody_elses_results_are_reached_by_an_address(browse, followed, world: World):
    hers = address(followed, "tsh")
    assert browse(world.zoe.actor).get(hers).status_code == 404
    assert browse(world.zoe.actor).get(address(world.zoe, "tsh")).status_code == 404
    assert browse(world.dr_diallo).get(hers).status_code == 404
    assert browse().get(hers).status_code == 302
    assert not re.search(r"\bTSH\b", text(browse(world.zoe.actor).get("/ma-sante/resultats/")))


def test_an_address_tells_nothing_of_what_it_shows_and_differs_from_person_to_person(world: World):
    assert re.fullmatch(r"[0-9a-f]{16}", mark(world.amina.id, "vih"))
    assert mark(world.amina.id, "vih") != mark(world.zoe.id, "vih")


def test_the_page_reads_exactly_what_the_pure_series_say(browse, followed):
    found = series(queries.entries(followed.opens(Action.LIST), kinds={"Observation"}))
    assert {one.key: len(one.points) for one in found} == {"tsh": 4, "creatinine": 1, "frequence_repos": 6}


def test_hostile_names_and_units_stay_words(browse, world: World):
    hostile = '"><script>1</script>'
    filed(
        world,
        world.amina,
        observation("99999-1", hostile, 2.1, hostile, "2026-03-12"),
        observation("99999-1", hostile, 3.1, hostile, "2026-04-12"),
    )
    client = browse(world.amina.actor)
    body = text(client.get("/ma-sante/resultats/"))
    assert "<script>1" not in body
    inside = re.search(r'href="(/ma-sante/resultats/[0-9a-f]{16}/)"', body)
    assert inside is not None
    assert "<script>1" not in text(client.get(inside[1]))
    assert "<script>1" not in text(client.get("/ma-sante/comparer/"))
