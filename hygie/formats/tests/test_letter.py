"""Letters: the address in the window, the words whole, the same bytes twice."""

from __future__ import annotations

import pypdfium2

from hygie.formats.letter import letter

TO = ("Amina B.", "3 rue des Lilas", "", "75012 Paris")
MM = 72 / 25.4


def test_the_address_stands_in_the_window_and_the_code_is_large():
    pdf = letter(to=TO, title="Votre code", paragraphs=("Bonjour,", "Voici le code. " * 30), large="123 456")
    assert pdf == letter(to=TO, title="Votre code", paragraphs=("Bonjour,", "Voici le code. " * 30), large="123 456")
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    page = document[0].get_textpage()
    words = page.get_text_bounded()
    assert " ".join(words.split()).count("Voici le code.") == 30
    assert "123 456" in words
    height = document[0].get_height()
    window = page.get_text_bounded(left=100 * MM, right=190 * MM, top=height - 43 * MM, bottom=height - 80 * MM)
    assert window.split() == " ".join(TO).split()
