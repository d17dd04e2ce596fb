"""Every paper that Hygie makes, read by an independent checker of PDF/UA-1: `make proofs`.

Run in an environment of its own (the dependency group `proofs`). A paper that breaks a rule ends it with a failure.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from hygie.formats import wallet
from hygie.formats.emergency_words import words
from hygie.formats.letter import letter
from hygie.formats.pdf import text_pdf
from hygie.formats.tests.test_printing import a_card
from hygie.ops import letters
from hygie.ops.barometer import barometer


def papers() -> Iterator[tuple[str, bytes]]:
    """(name, file): short and long, with names that are long or hold letters that nobody draws."""
    lines = ("Madame Amina Benali", "3 rue des Lilas", "75012 Paris")
    yield "letter", letter(to=lines, title="Votre code", paragraphs=("Bonjour,", "mot " * 900), large="123 456")
    yield "letter, odd letters", letter(to=("Zoé 😀 中",), title="Votre code", paragraphs=())
    one = letters.Letter(
        address=(*lines, "M" * 38), code="123456789012", until=date(2027, 1, 1), opens=date(2026, 12, 1)
    )
    yield "invitations", letters.pdf([one, one], on=date(2026, 11, 22), site="https://hygie.example", help_line="34 22")
    table = [["Analyse", "Résultat"]] + [["Hémoglobine", "12,5 g/dL"]] * 90
    yield "sheet", text_pdf("Compte rendu", ["Chère consœur,", "# Bilan", table], sender=lines, footer="Démonstration")
    for language in words().languages:
        if language != "fr":
            for allergies in (2, 45):
                yield f"card, {language}, {allergies} lines", wallet.pdf(a_card(language, allergies=allergies))
    with TemporaryDirectory() as folder:
        for language in ("fr", "en"):
            run = CliRunner().invoke(
                barometer, ["demo", "--out", folder, "--language", language], catch_exceptions=False
            )
            assert run.exit_code == 0, run.output
            yield f"barometer, {language}", (Path(folder) / "report.pdf").read_bytes()


def main() -> None:
    import page

    failed = 0
    for name, content in papers():
        report = page.validate_pdf_bytes(content, profile="ua1")
        failed += not report.is_compliant
        sys.stdout.write(f"{name}: {report.rules.passed} of {report.rules.total} rules, {len(content)} bytes\n")
        for one in report.failures:
            sys.stdout.write(f"    {one.rule_id} {one.message}\n")
    sys.stdout.write(f"PDF/UA-1 by page-validation {version('page-validation')}: {failed} papers at fault\n")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
