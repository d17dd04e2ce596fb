"""Papers: heard as well as seen, the same bytes twice, and made whatever a name holds."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from hygie.base.errors import Unavailable
from hygie.formats import printing, wallet
from hygie.formats.emergency_words import words
from hygie.formats.letter import letter
from hygie.formats.pdf import text_pdf
from hygie.formats.tests.aloud import accessible, heard

LINK = "https://hygie.example/partage/" + "a1B2" * 11 + "#cle=" + "c3D4" * 11


def a_card(language: str, *, allergies: int = 2, name: str = "Amina BENALI") -> wallet.Wallet:
    def both(said: dict[str, str]) -> wallet.Words:
        return (("fr", said["fr"]), ("fr", "\n" if language == "ar" else " / "), (language, said[language]))

    held = words()
    known = [both(dict(one)) for one in list(held.terms.values())[:allergies]]
    titles = {key: both(dict(held.labels[key])) for key in ("title", "born", "allergies", "contacts")}
    rows = (
        wallet.Row(titles["allergies"], tuple(known)),
        wallet.Row(titles["contacts"], ((("fr", "Zoé +33 6 00 00 00 00"),),)),
    )
    return wallet.Wallet(titles["title"], name, titles["born"], rows, "Au 22/11/2026.", LINK)


def test_a_letter_is_heard_in_the_order_it_is_read() -> None:
    made = letter(to=("Amina B.", "75012 Paris"), title="Votre code", paragraphs=("Est-ce vous ?",), large="123 456")
    [page] = accessible(made, title="Votre code")
    assert " ".join(page.said().split()) == "Hygie Amina B. 75012 Paris Votre code Est-ce vous ? 123 456"


def test_a_sheet_says_its_headings_and_the_heads_of_its_columns() -> None:
    made = text_pdf("Bilan : à lire", ["# Sang", [["Analyse", "Résultat"], ["TSH", "2,1 %"]]], sender=["Labo Seine"])
    [page] = accessible(made, title="Bilan : à lire")
    assert [one.said().strip() for one in page.all() if one.kind in ("H1", "H2", "TH")] == [
        "Bilan\u00a0: à lire", "Sang", "Analyse", "Résultat",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["de", "tr", "ar"])
def test_a_card_says_each_thing_once_and_its_square_in_words(language: str) -> None:
    title = "Carte d’urgence / " + words().labels["title"][language]
    made = wallet.pdf(a_card(language))
    assert made == wallet.pdf(a_card(language))
    [page] = accessible(made, title=title)
    said = page.said()
    assert said.count("amoxicilline") == 1, "the faces to cut out are ornaments: their words stand below"
    assert [one.alt for one in page.all() if one.kind == "Figure"] == [
        "Code à scanner : il ouvre la carte d’urgence, sans mot de passe."
    ]
    foreign = {one.language for one in page.all()} if language == "ar" else {language}
    assert language in foreign and (language != "ar" or any("\u0600" < one < "\u06ff" for one in said))


def test_a_card_too_full_for_its_faces_says_so_and_is_whole_below() -> None:
    full = a_card("es", allergies=45, name="Marie-Françoise BENALI DESROCHERS DE LA TOUR D’AUVERGNE")
    pages = heard(wallet.pdf(full))
    said = " ".join(page.said() for page in pages)
    assert all(line[0][1] in said for line in full.rows[0].lines)
    assert Image.open(BytesIO(wallet.screen(full))).size == wallet.SCREEN


def test_a_name_that_no_family_of_letters_draws_never_stops_a_paper() -> None:
    made = letter(to=("Zoé 😀 ŞĂØ", "中"), title="Votre code", paragraphs=())
    assert heard(made)[0].said().split() == ["Hygie", "Zoé", "\ufffd", "ŞĂØ", "\ufffd", "Votre", "code"]


def test_a_paper_that_could_not_be_heard_is_not_made(tmp_path, monkeypatch) -> None:
    (tmp_path / "bare.typ").write_text('#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), format: "svg")')
    monkeypatch.setattr(printing, "_HERE", tmp_path)
    with pytest.raises(Unavailable):
        printing.pdf("bare", title="Sans titre ni texte")
