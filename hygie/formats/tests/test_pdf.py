"""Small PDFs of text: readable, in French, and the same every time."""

from __future__ import annotations

from hygie.formats import preview
from hygie.formats.pdf import text_pdf

TABLE = [["Analyse", "Résultat", "Unité"], ["Hémoglobine", "12,5", "g/dL"], ["TSH", "2,1", "mUI/L"]]


def test_a_letter_can_be_read_back_with_its_accents() -> None:
    letter = text_pdf("Compte rendu d’examens", ["Chère consœur,\nbonjour", "# Bilan", TABLE], sender=["Labo Seine"])
    text = preview.text(letter, "application/pdf")
    for words in ("Labo Seine", "Compte rendu d’examens", "Chère consœur,\nbonjour", "Bilan", "Hémoglobine 12,5 g/dL"):
        assert words in text
    assert len(letter) < 25_000


def test_the_same_words_give_the_same_bytes() -> None:
    made = {text_pdf("Lettre", ["Bonjour", TABLE], footer="Dossier 1") for _ in range(3)}
    assert len(made) == 1
    assert all(b"CreationDate" not in one and b"ModDate" not in one for one in made)  # the same tomorrow


def test_markup_in_a_text_is_only_text() -> None:
    wicked = "<b>gras</b> & <img src='http://127.0.0.1:9/x'/> <para> &lt;"
    assert wicked in preview.text(text_pdf(wicked, [wicked, [["<i>"], ["</table>"]]]), "application/pdf")


def test_long_letters_run_over_several_pages() -> None:
    letter = text_pdf("Longue", [f"Paragraphe {n}. " + "mot " * 80 for n in range(60)] + [TABLE[:1] + TABLE[1:] * 60])
    pages = preview.text(letter, "application/pdf").split("\f")
    assert len(pages) > 5
    assert all(f"Page {n}" in page for n, page in enumerate(pages, 1))


def test_an_empty_letter_is_still_a_page() -> None:
    assert preview.page_count(text_pdf("", []), "application/pdf") == 1
