"""The command, from the invented wave to its report."""

from __future__ import annotations

import pypdfium2
from click.testing import CliRunner

from hygie.formats.tests.aloud import accessible
from hygie.ops.barometer import barometer


def test_the_demonstration_writes_a_report_and_says_that_it_is_one(tmp_path):
    run = CliRunner()
    made = run.invoke(barometer, ["demo", "--out", str(tmp_path)], catch_exceptions=False)
    assert made.exit_code == 0 and "tableaux 100 %" in made.stderr
    pages = accessible((tmp_path / "report.pdf").read_bytes(), title="Baromètre du numérique en santé : démonstration")
    shares = next(one for one in pages[1].all() if one.kind == "Table")
    assert [one.said().strip() for one in shares.all() if one.kind == "TH"][:2] == ["Réponse", "Part"]
    assert "nettement moins que les autres" in pages[1].said()
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as document:
        words = document[1].get_textpage().get_text_range().replace("\u00a0", " ")
        assert (
            "90 % des adultes ont déjà utilisé" in words and "Vague de démonstration" in words and len(document) >= 15
        )
    shown = run.invoke(barometer, ["table", str(tmp_path / "wave-2023.csv"), "--question", "brake", "--by", "age"])
    assert "Ensemble (2" in shown.stdout and "n'est pas établi" in shown.stdout and "moins de 30" in shown.stdout
    weighed = run.invoke(barometer, ["weight", str(tmp_path / "wave-2023.csv"), "--out", str(tmp_path / "w.csv")])
    assert "effet de plan : 1.0" in weighed.stdout and len((tmp_path / "w.csv").read_text().splitlines()) == 2033
