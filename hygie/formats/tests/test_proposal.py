"""What a document seems to be: right when it is plain, silent when it is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.formats import valuesets
from hygie.formats.proposal import UNKNOWN_CLASS, UNKNOWN_TYPE, propose

TODAY = date(2026, 6, 1)
VACCINATION = "87273-9"  # JDV_J07

ANALYSES = """Labo Seine
12 quai de la Seine, 75000 Paris
COMPTE RENDU D'EXAMENS DE BIOLOGIE MÉDICALE
Patiente : DIALLO Amina   née le 04/07/1986
Prescripteur : Dr Diallo    Prélevé le 12/03/2026 à 08:10
Dossier validé par le biologiste
Hémoglobine   12,5 g/dL   Valeurs de référence : 12,0 à 16,0
Antériorité 02/01/2025 : 12,9
Édité le 13/03/2026
"""
ORDONNANCE = """Docteur Diallo, médecin généraliste
Nantes, le 5 février 2026
Ordonnance
Lévothyroxine 75 µg : 1 comprimé par jour pendant 3 mois, à renouveler, non substituable
"""
LIAISON = """Hôpital de la Rivière
LETTRE DE LIAISON À LA SORTIE
Date d'entrée : 28/02/2026     Date de sortie : 03 mars 2026
Motif d’hospitalisation : chute. Traitement de sortie : paracétamol.
"""
IMAGERIE = """Centre d'imagerie du Port
Échographie thyroïdienne
Examen du 9 avril 2026
Indication : contrôle. Technique : sonde de 12 MHz. Conclusion : nodule stable. Dr Roux, radiologue
"""
VACCINS = "Certificat de vaccination\nAmina, née le 4 juillet 1986\nRappel DTP, n° de lot A123, le 10.10.25\n"
DEVIS = "Facture\nHonoraires : 50 €\nBase de remboursement 26,50 €  Tiers payant : non\n"


@pytest.mark.parametrize(
    ("text", "type_code", "class_code", "title", "day"),
    [
        (ANALYSES, "11502-2", "10", "Compte rendu d'examens de biologie médicale", date(2026, 3, 12)),
        (ORDONNANCE, "57833-6", "42", "Ordonnance", date(2026, 2, 5)),
        (LIAISON, "11490-0", "10", "Lettre de liaison à la sortie", date(2026, 3, 3)),
        (IMAGERIE, "18748-4", "31", "Centre d'imagerie du Port", date(2026, 4, 9)),
        (VACCINS, "87273-9", "52", "Certificat de vaccination", date(2025, 10, 10)),
        (DEVIS, "REMB", "60", "Facture", None),
    ],
)
def test_a_plain_document_is_recognised(text: str, type_code: str, class_code: str, title: str, day: date) -> None:
    seen = propose(text, "scan0001.pdf", on=TODAY)
    assert (seen.type_code, seen.class_code, seen.title, seen.date) == (type_code, class_code, title, day)
    assert 0.6 <= seen.confidence <= 1


@pytest.mark.parametrize("word", ["Aurore", "Mme Terrori", "xzdtpvk"])
def test_a_vaccine_is_a_word_and_not_some_letters_of_another(word: str) -> None:
    plain = "HÉMATOLOGIE\nHémoglobine      13,2 g/dL   (12,0 - 16,0)\n"
    assert propose(plain + word) == propose(plain)
    assert propose(f"Rappel de vaccin : {word}").confidence == propose("Rappel de vaccin : ").confidence


@pytest.mark.parametrize("vaccine", ["ROR", "DTP", "dTPca"])
def test_a_vaccine_named_by_its_letters_is_a_clue(vaccine: str) -> None:
    assert propose(f"{vaccine}, injection du 12/03/2024, n° de lot : AB12").type_code == VACCINATION


def test_doubt_is_left_to_the_person() -> None:
    for text in ("", "Bonjour", "glycémie", "ordonnance compte rendu de consultation facture certificat médical"):
        seen = propose(text, on=TODAY)
        assert (seen.class_code, seen.type_code, seen.confidence) == (UNKNOWN_CLASS, UNKNOWN_TYPE, 0)


def test_a_birth_date_is_never_the_date_of_a_document() -> None:
    assert propose("Née le 4 juillet 1986\nRevue le 04/07/1986", on=TODAY).date is None
    assert propose("Date de naissance : 04/07/1986. Vue le 2 mai 2026.", on=TODAY).date == date(2026, 5, 2)


def test_a_date_still_to_come_is_not_proposed() -> None:
    assert propose("Prochain contrôle le 12/09/2026, vu le 12/05/2026", on=TODAY).date == date(2026, 5, 12)
    assert propose("Contrôle le 12/09/2026", on=TODAY).date is None


def test_a_short_year_is_read_in_the_past() -> None:
    assert propose("Fait le 03/02/26", on=TODAY).date == date(2026, 2, 3)
    assert propose("Fait le 03/02/98", on=TODAY).date == date(1998, 2, 3)


def test_impossible_dates_are_not_dates() -> None:
    assert propose("31/02/2026 45/12/2025 00/00/2024 12/13/2025 1/2/3/2024", on=TODAY).date is None


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        ("ordonnance_dr_diallo.pdf", "ordonnance dr diallo"),
        ("Radio genou.jpeg", "Radio genou"),
        ("IMG_20260312_101500.jpg", ""),
        ("scan0001.pdf", ""),
        ("DSC01234.JPG", ""),
        ("document (3).pdf", ""),
        ("Scanner.pdf", "Scanner"),
        ("../../etc/Bilan sanguin.pdf", "Bilan sanguin"),
        ("", ""),
    ],
)
def test_a_name_given_by_a_person_is_a_title_and_one_given_by_a_camera_is_not(file_name: str, title: str) -> None:
    assert propose("", file_name, on=TODAY).title == title


def test_a_photo_is_recognised_by_its_name_alone() -> None:
    seen = propose("", "Carnet de vaccination 2026-03-12.jpg", on=TODAY)
    assert (seen.type_code, seen.date) == ("87273-9", date(2026, 3, 12))


def test_what_is_proposed_always_has_a_shelf() -> None:
    from hygie.formats.proposal import _TYPES

    assert len(_TYPES) >= 25
    for row in _TYPES:
        assert row.class_code in valuesets.CLASSES
        assert valuesets.category_of(row.class_code, row.code).label
    assert UNKNOWN_TYPE in valuesets.TYPES


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.text(max_size=60), st.none() | st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_text_gets_a_proposal_that_can_be_stored(text: str, file_name: str, on: date | None) -> None:
    seen = propose(text, file_name, on=on)
    assert seen.class_code in valuesets.CLASSES
    assert len(seen.title) <= 120
    assert seen.confidence == 0 or 0.6 <= seen.confidence <= 1
    assert seen.date is None or on is None or seen.date <= on
