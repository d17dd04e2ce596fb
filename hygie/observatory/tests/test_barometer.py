"""The barometer from end to end: the published figures, a file and its faults, the report, and finding the same again."""

from __future__ import annotations

import base64
import csv
import json
import re
from collections import Counter

import duckdb
import pytest
from click.testing import CliRunner

from hygie.base.errors import Invalid
from hygie.observatory import actions, queries, surveying
from hygie.observatory.barometer import anonymity, answers, html, margins, package, questionnaire, synthetic
from hygie.observatory.barometer.numbers import percent
from hygie.observatory.barometer.published import published
from hygie.observatory.barometer.report import About, report
from hygie.observatory.barometer.tables import ABOVE, BELOW, Wave
from hygie.observatory.types import Survey
from hygie.ops.barometer import barometer

STANDARD = (questionnaire.HERE / "questionnaire.yaml").read_bytes()
ABOUT = About("Essai", "réponses inventées", "22 novembre 2026", synthetic.LABEL)
# Two people by number, as SPSS writes them: sex 1 and 2; the second did not say whether they ever made an appointment.
SPSS = (
    "JEZMMkAoIykgU1BTUyBEQVRBIEZJTEUgLSBodHRwczovL2dpdGh1Yi5jb20vV2l6YXJkTWFjL1JlYWRTdGF0IAIAAAACAAAAAAAAAAAAAAADAA"
    "AAAAAAAAAAWUAyMiBOb3YgMjYxMTowOTozMSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
    "ICAgICAgICAAAAACAAAAAAAAAAAAAAAAAAAAAggFAAIIBQBTRVggICAgIAIAAAAAAAAAAAAAAAAAAAACCAUAAggFAFVTRURfQk9PBwAAAAMAAA"
    "AEAAAACAAAABQAAAAAAAAAAAAAAP////8BAAAAAQAAAAIAAADp/QAABwAAAAQAAAAIAAAAAwAAAP///////+//////////73/+///////v/wcA"
    "AAAUAAAAAQAAAAUAAABVVEYtOAcAAAALAAAABAAAAAYAAAAAAAAACAAAAAEAAAAAAAAACAAAAAEAAAAHAAAADQAAAAEAAAAdAAAAU0VYPXNleA"
    "lVU0VEX0JPTz11c2VkX2Jvb2tpbmcHAAAAEAAAAAgAAAACAAAAAQAAAAAAAAADAAAAAAAAAOcDAAAAAAAAAAAAAAAA8D8AAAAAAADwPwAAAAAA"
    "AABA////////7/8AAAAAAAAAQAAAAAAAACJA"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return (folder, *actions.invent_wave(folder=folder))


@pytest.fixture(scope="module")
def wave(demo):
    asked = questionnaire.standard()
    return Wave(answers.read(demo[1].answers, asked), margins.read(questionnaire.HERE / "margins.yaml"))


@pytest.fixture(scope="module")
def made(wave, demo):
    before = answers.read(demo[2].answers, questionnaire.standard(), partial=True)
    return report(wave, ABOUT, before=Wave(before, wave.population))


def test_the_invented_wave_gives_every_published_figure_to_the_rounding(wave):
    weights = wave.weighting.weights
    told = {one.id: one.share(wave.answers, weights) for one in published().figures}
    assert {name: percent(share / 100) for name, share in told.items()} == {
        one.id: str(one.value) for one in published().figures
    }
    assert len(told) >= 37 and wave.answers.size == 2032


def test_the_points_of_2020_are_there_and_compared(made):
    bars = {bar.label: bar for bar in made.pages[0].bars}
    assert [percent(bar.change.before) for bar in bars.values() if bar.change] == ["70", "48", "32"]
    assert bars["Prendre un rendez-vous en ligne"].change.said("2020") == "70 % en 2020 : hausse de 8 points"
    assert [one.mark for one in made.changes] == [1, 1, 1] and made.changes[0].low > 0.04
    page = html.changes(made.changes, "2020").replace("\u00a0", " ")
    assert "Depuis 2020, les 3 usages comparés ont tous nettement augmenté" in page and "70 %" in page


def test_weak_figures_carry_their_caution(made):
    brakes = next(one for one in made.pages if one.id == "brakes")
    assert re.match(r"2\d\d personnes seulement : à ± [56],\d points près\.", brakes.cautions[0])
    assert brakes.cautions[1].startswith("L’ordre de") and brakes.cautions[1].endswith("n’est pas établi.")
    assert "celles et ceux qui s’en sont servis sans activer" in brakes.base
    assert any(head.weak and head.label == "Corse" for head in made.tables[0].heads)


def test_young_people_are_marked_above_and_a_screen_reader_hears_it(made):
    used = next(table for table in made.tables if table.name == "used")
    booking = used.row("used_booking")
    by_label = {head.label: cell.mark for head, cell in zip(used.heads, booking.cells, strict=True)}
    assert by_label["18 à 24 ans"] == ABOVE and by_label["65 ans et plus"] == BELOW and by_label["Une femme"] == 0
    page = html.page(made).replace("\u00a0", " ")
    assert (
        '<em>92 <span aria-hidden="true">▲</span><span class="visually-hidden"> nettement plus que les autres' in page
    )
    assert "ne se dessinent pas sur le même axe" in page and page.count(synthetic.LABEL) > 10
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page) and "<script" not in page and "url(" not in page


def test_a_statistician_takes_the_package_and_finds_the_same_in_one_command(wave, made, tmp_path, monkeypatch):
    package.write(tmp_path, wave, made.tables, ABOUT, questions=STANDARD)
    command = re.search(r"^    hygie barometer (.*)$", (tmp_path / "README.md").read_text(), re.M)
    assert command
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(barometer, command[1].split())
    assert done.exit_code == 0, done.output
    assert (tmp_path / "refait/data/tables.csv").read_bytes() == (tmp_path / "tables.csv").read_bytes()
    # By hand, from the two files alone: nothing of ours.
    with (tmp_path / "answers.csv").open() as opened, (tmp_path / "weights.csv").open() as weights:
        both = zip(csv.DictReader(opened), csv.DictReader(weights), strict=True)
        rows = [(row["mes"], float(weight["weight"])) for row, weight in both]
    known = sum(weight for code, weight in rows if code in ("used", "known"))
    assert round(100 * known / sum(weight for _, weight in rows)) == 82
    described = json.loads((tmp_path / "datapackage.json").read_text())
    assert {one["path"] for one in described["resources"]} == {
        one.name for one in tmp_path.iterdir() if one.suffix in (".csv", ".yaml")
    }


def test_the_report_is_said_in_english_and_what_people_were_asked_stays_french(made):
    english = html.page(made, surveying.in_language("en"), language="en").replace("\u00a0", " ")
    said = (
        "57% would if a doctor advised it",
        "95% interval",
        "With care",
        "Declared",
        "Two waves compared",
        "(1,007 people)",
    )
    assert not [words for words in said if words not in english]
    chrome = re.sub(
        r'<(\w+)[^>]* lang="fr">.*?</\1>|<style>.*?</style>|<div class="bars".*?</div></div>', "", english, flags=re.S
    )
    assert not re.findall(r"\b(personnes|Écart|Groupe|prudence|intervalle)\b", chrome)


def test_answers_that_would_name_people_are_kept_or_published_in_wider_categories(demo, wave, tmp_path):
    exposed = anonymity.exposure(wave.answers)
    profiles = Counter(zip(*(wave.answers.codes[name].tolist() for name in wave.breaks), strict=True))
    assert (exposed.alone, exposed.smallest, exposed.safe) == (sum(n == 1 for n in profiles.values()), 1, False)
    survey = demo[1]
    actions.write_report(survey=survey, about=ABOUT, folder=tmp_path / "kept")
    named = {path.name for path in (tmp_path / "kept" / "data").iterdir()}
    assert "tables.csv" in named and not {"answers.csv", "weights.csv"} & named
    assert "pourraient être reconnues" in (tmp_path / "kept" / "data" / "README.md").read_text()
    shown = queries.shown(folder=tmp_path / "kept", demo=False)  # the page is made, its answers cannot be taken
    assert shown and shown.report.size == 2032 and "answers.csv" not in shown.files
    actions.write_report(survey=survey, about=ABOUT, folder=tmp_path / "wide", publish="coarse")
    data = tmp_path / "wide" / "data"
    again = Survey(data / "answers.csv", data / "margins.yaml", data / "questionnaire.yaml")
    with (data / "answers.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    traits = [name for name in ("sex", "age", "csp", "region", "town") if name in rows[0]]
    assert len(traits) >= 3 and min(Counter(tuple(row[name] for name in traits) for row in rows).values()) >= 5
    assert len(rows) >= 0.98 * 2032
    assert f"{2032 - len(rows)} réponses aux profils les plus rares ont été retirées" in (tmp_path / "wide/report.html").read_text()  # fmt: skip
    found = [f"{one:.12g}" for one in queries.weights(survey=again).values]
    with (data / "weights.csv").open(newline="") as opened:
        assert [row["weight"] for row in csv.DictReader(opened)] == found  # and anyone finds the same again


def test_a_fault_is_told_by_line_and_column(demo, tmp_path):
    with demo[1].answers.open(newline="") as opened:
        heads, *rows = list(csv.reader(opened))
    rows = rows[:40]
    rows[2][heads.index("age")] = "trente"
    unused = next(at for at, row in enumerate(rows) if row[heads.index("mes")] == "unknown")
    rows[unused][heads.index("activated")] = "yes"
    path = tmp_path / "faulty.csv"
    with path.open("w", newline="") as opened:
        csv.writer(opened).writerows([heads, *rows, rows[0][:-1]])
    with pytest.raises(Invalid) as refused:
        answers.read(path, questionnaire.standard())
    said = refused.value.public
    assert "ligne 4, colonne age : « trente » n’est pas une réponse connue" in said
    assert f"ligne {unused + 2}, colonne activated : une réponse à une question qui ne se posait pas" in said
    assert f"ligne 42, colonne - : {len(heads) - 1} cases au lieu de {len(heads)}" in said


def test_missing_refused_and_not_asked_are_kept_apart(wave, demo):
    count = wave.answers.count
    assert (count("booklet", answers.REFUSED), count("booklet", answers.MISSING)) == (35, 15)
    assert count("brake", answers.NOT_ASKED) == 2032 - int((wave.answers.codes["activated"] == 1).sum())
    table = next(queries.tables(survey=demo[1], questions=["booklet"]))
    assert table.missing == 15 and table.size == 2032 - 15 and table.row("refused").label == "Ne souhaite pas répondre"


def test_a_file_of_spss_is_read_with_its_codebook(tmp_path):
    (tmp_path / "two.sav").write_bytes(base64.b64decode(SPSS))
    meanings = tmp_path / "codes.csv"
    meanings.write_text("column;value;code\nsex;1;woman\nsex;2;man\nused_booking;1;yes\nused_booking;9;refus\n")
    found = answers.read(
        tmp_path / "two.sav", questionnaire.standard(), codebook=answers.codebook(meanings), partial=True
    )
    assert found.codes["sex"].tolist() == [0, 1, 1]
    assert found.codes["used_booking"].tolist() == [0, answers.MISSING, answers.REFUSED]


def test_a_parquet_file_reads_as_its_csv_and_its_faults_are_told_by_line_and_column(demo, wave, tmp_path):
    with duckdb.connect(":memory:") as opened:
        opened.execute(
            f"CREATE TABLE wave AS SELECT * FROM read_csv('{demo[1].answers}', header = true, all_varchar = true)"
        )
        opened.execute(f"COPY wave TO '{tmp_path / 'wave.parquet'}' (FORMAT parquet)")
        opened.execute("UPDATE wave SET age = 'trente' WHERE rowid = 6")
        opened.execute(f"COPY wave TO '{tmp_path / 'faulty.parquet'}' (FORMAT parquet)")
    found = answers.read(tmp_path / "wave.parquet", questionnaire.standard())
    assert all((codes == wave.answers.codes[name]).all() for name, codes in found.codes.items())
    assert (found.count("booklet", answers.REFUSED), found.count("booklet", answers.MISSING)) == (35, 15)
    with pytest.raises(Invalid, match="ligne 8, colonne age : « trente »"):
        answers.read(tmp_path / "faulty.parquet", questionnaire.standard())


def test_another_questionnaire_has_a_page_for_each_of_its_questions(tmp_path):
    from hygie.ops.bench.barometer import _invent

    _invent(tmp_path, 300, 7)  # the profile and two questions
    own = Survey(tmp_path / "answers.csv", questionnaire=tmp_path / "questions.yaml", method="linear")
    actions.write_report(survey=own, about=ABOUT, folder=tmp_path / "own")
    page = (tmp_path / "own/report.html").read_text().replace("\u00a0", " ")
    assert re.search(r"Q1 : « Total favorable », \d+ %\.", page) and 'id="q2"' in page and 'id="services"' not in page
    assert (tmp_path / "own/report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one["questions"][-1].update(when={"later": ["yes"]}, base="tous"), "n’existe pas avant elle"),
        (lambda one: one["questions"][-1].update(id="sex"), "son nom est déjà pris"),
        (lambda one: one["questions"][-1].update(agree=["never-said"]), "code réservé ou inconnu"),
        (lambda one: one["questions"][-1].pop("text"), "ne se lit pas"),
    ],
)
def test_a_questionnaire_that_does_not_hold_together_is_refused(change, said):
    import yaml

    read = yaml.safe_load((questionnaire.HERE / "questionnaire.yaml").read_text())
    change(read)
    with pytest.raises(Invalid, match=said):
        questionnaire.parse(read)
