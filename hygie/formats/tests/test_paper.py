"""What is read from paper: laboratory reports of many layouts, prescriptions, vaccination lines, letters."""

from __future__ import annotations

import re

import pytest

from hygie.base import errors
from hygie.formats import extraction, preview
from hygie.formats.entries import Certainty, Found, printed
from hygie.formats.paper import extract as paper
from hygie.formats.paper.resources import RECALLED, TRANSLATION
from hygie.formats.pdf import text_pdf
from hygie.ops.bench.papers import accuracy
from hygie.ops.bench.papers.layouts import LAYOUTS
from hygie.ops.bench.papers.messages import MESSAGES
from hygie.ops.bench.papers.unseen import FRESH, UNSEEN

HEAD = "LABORATOIRE DE LA SEINE\nPatient : Mme Amina BENALI  Sexe : F\nPrescripteur : Dr Awa DIALLO\nPrélevé le 12/03/2026 à 08h15\n\n"


def typed(*rows: str) -> Found:
    """A report as plain text: the same reading, and a text that fits in a test."""
    return extraction.extract((HEAD + "\n".join(("BIOCHIMIE", "", *rows))).encode())


def results(found: Found) -> dict[str, dict]:
    return {
        entry.resource["code"]["text"]: entry.resource
        for entry in found.entries
        if entry.kind == "Observation" and not any(each["url"] == RECALLED for each in entry.resource["extension"])
    }


@pytest.mark.parametrize("layout", [*LAYOUTS, *UNSEEN, *FRESH])
def test_a_text_layer_is_read_whatever_the_layout(layout: str) -> None:
    draw = {**LAYOUTS, **UNSEEN, **FRESH}[layout]
    told = accuracy.score(draw(31))
    told.add(accuracy.score(draw(32)))
    assert told.share >= 0.98, told.misses
    assert told.falsely == 0


@pytest.mark.parametrize("name", MESSAGES)
def test_structured_messages_lose_no_result(name: str) -> None:
    told = accuracy.score(MESSAGES[name](5))
    assert (told.right, told.invented) == (told.rows, 0), told.misses


def test_an_earlier_value_is_never_todays() -> None:
    for draw in LAYOUTS.values():
        sample = draw(41)
        day = sample.truths[0].day.isoformat()
        for entry in extraction.extract(sample.data).entries:
            if entry.kind != "Observation":
                continue
            recalled = any(each["url"] == RECALLED for each in entry.resource["extension"])
            assert (entry.resource["effectiveDateTime"] == day) is not recalled


def test_a_row_keeps_its_words_its_interval_and_its_other_unit() -> None:
    found = typed(
        "Glycémie à jeun ........ :  1,26 g/L  H   (0,70 à 1,10)    12/01/2025 : 1,02",
        "      soit 6,99 mmol/L   (3,89 à 6,11)",
    )
    resource = results(found)["Glycémie à jeun"]
    assert resource["code"]["coding"][0]["code"] == "53049-3"
    assert resource["effectiveDateTime"] == "2026-03-12"
    assert (resource["valueQuantity"]["value"], resource["valueQuantity"]["code"]) == (1.26, "g/L")
    assert printed(resource) == "1,26 g/L"
    assert resource["interpretation"][0]["coding"][0]["code"] == "H"
    assert [bounds["text"] for bounds in resource["referenceRange"]] == ["0,70 à 1,10", "3,89 à 6,11"]
    assert resource["performer"] == [{"display": "LABORATOIRE DE LA SEINE"}]
    other = next(each for each in resource["valueQuantity"]["extension"] if each["url"] == TRANSLATION)
    assert (other["valueQuantity"]["value"], other["valueQuantity"]["code"]) == (6.99, "mmol/L")


def certainty(*rows: str) -> tuple[Certainty, float]:
    entry = next(entry for entry in typed(*rows).entries if entry.kind == "Observation")
    return entry.certainty, entry.confidence


def test_two_units_an_interval_and_a_flag_that_agree_prove_a_value() -> None:
    sure, confidence = certainty(
        "Glycémie à jeun   1,26 g/L  H  (0,70 à 1,10)", "      soit 6,99 mmol/L   (3,89 à 6,11)"
    )
    assert sure is Certainty.CHECKED and confidence >= 0.97


@pytest.mark.parametrize(
    ("case", "rows"),
    [
        ("one unit only", ("Glycémie à jeun   0,95 g/L   (0,70 à 1,10)",)),
        ("no interval", ("Glycémie à jeun   0,95 g/L", "      soit 5,27 mmol/L")),
        ("the units disagree", ("Glycémie à jeun   0,95 g/L   (0,70 à 1,10)", "      soit 5,72 mmol/L   (3,89 à 6,11)")),
        ("a comma lost", ("Glycémie à jeun   95 g/L   (0,70 à 1,10)", "      soit 5,27 mmol/L   (3,89 à 6,11)")),
        ("both commas lost", ("Glycémie à jeun   126 g/L  H  (0,70 à 1,10)", "      soit 699 mmol/L   (3,89 à 6,11)")),
        ("outside without a flag", ("Glycémie à jeun   1,26 g/L   (0,70 à 1,10)", "      soit 6,99 mmol/L   (3,89 à 6,11)")),
        ("the flag says the contrary", ("Glycémie à jeun   1,26 g/L  B  (0,70 à 1,10)", "      soit 6,99 mmol/L   (3,89 à 6,11)")),
        ("an unknown name", ("Zébrine   0,95 g/L   (0,70 à 1,10)", "      soit 5,27 mmol/L   (3,89 à 6,11)")),
    ],
)  # fmt: skip
def test_without_both_proofs_a_value_only_waits_for_an_eye(case: str, rows: tuple[str, ...]) -> None:
    known = ("Urée   0,30 g/L   (0,15 à 0,50)",)
    entries = [entry for entry in typed(*known, *rows).entries if entry.kind == "Observation"]
    assert len(entries) == 2
    assert entries[1].certainty is Certainty.SUGGESTED, case


def test_what_speaks_against_a_value_lowers_its_confidence_and_changes_nothing_else() -> None:
    good = certainty("Calcium   95 mg/L   (88 à 105)")[1]
    found = typed("Calcium   950 mg/L   (88 à 105)")
    entry = next(entry for entry in found.entries if entry.kind == "Observation")
    assert entry.resource["valueQuantity"]["value"] == 950
    assert entry.confidence < good - 0.4


def test_intervals_of_both_sexes_are_kept_and_hers_comes_first() -> None:
    resource = results(
        typed("Hémoglobine   12,4 g/dL", "  Valeurs de référence : Hommes 13,0 à 17,0 / Femmes 12,0 à 16,0")
    )["Hémoglobine"]
    assert [(each["low"]["value"], each["appliesTo"][0]["text"]) for each in resource["referenceRange"]] == [
        (12.0, "Femme"), (13.0, "Homme"),
    ]  # fmt: skip


def test_words_comparators_and_thousands_are_kept_as_printed() -> None:
    found = results(typed("TSH   < 0,01 mUI/L   (0,40 - 4,00)", "Antigène HBs    Négatif", "Leucocytes   14 220 /mm3   (4 000 - 10 000)"))  # fmt: skip
    assert found["TSH"]["valueQuantity"]["comparator"] == "<"
    assert found["Antigène HBs"]["valueString"] == "Négatif"
    assert found["Leucocytes"]["valueQuantity"] | {"unit": ""} == {
        "value": 14220, "unit": "", "system": "http://unitsofmeasure.org", "code": "/uL",
    }  # fmt: skip
    assert found["Leucocytes"]["referenceRange"][0]["high"]["value"] == 10000


def test_the_same_name_in_urine_is_not_the_blood_analyte() -> None:
    text = (
        HEAD
        + "BIOCHIMIE\n\nCréatinine   9,1 mg/L   (5,5 - 10,0)\n\nBIOCHIMIE URINAIRE\n\nCréatinine   980 mg/L   (300 - 2000)\n"
    )
    entries = [e.resource for e in extraction.extract(text.encode()).entries if e.kind == "Observation"]
    assert [bool(each["code"].get("coding")) for each in entries] == [True, False]


def test_two_analyses_side_by_side_are_two_results_each_with_its_own_interval() -> None:
    found = typed(
        "Analyse   Résultat   Norme   Analyse   Résultat   Norme", "Sodium   140 mmol/L   136-145   Potassium   4,2 mmol/L   3,5-5,1",
        "Urée   0,32 g/L   0,15-0,45   Créatinine   7,9 mg/L   < 9,5", "Chlore   102   mmol/L   98-107   101   mmol/L",
    )  # fmt: skip
    read = {
        name: (one["valueQuantity"]["value"], [each["text"] for each in one.get("referenceRange", [])])
        for name, one in results(found).items()
    }
    assert read == {
        "Sodium": (140, ["136-145"]), "Potassium": (4.2, ["3,5-5,1"]), "Urée": (0.32, ["0,15-0,45"]),
        "Créatinine": (7.9, ["< 9,5"]), "Chlore": (102, ["98-107"]),
    }  # fmt: skip


def test_a_result_printed_below_its_name_is_read_or_listed_never_lost() -> None:
    found = typed(
        "TSH ultrasensible", "   (CMIA Abbott Alinity)", "   Résultat :   2,10   mUI/L", "   Intervalle :   0,35 - 4,94",
        "   Résultat antérieur : 3,05 (12/01/2026)", "", "Zébrine libre", "   Résultat :   12   ng/L", "",
        "Objectif de l’année", "   Résultat :   8   ng/L",
    )  # fmt: skip
    tsh = results(found)["TSH ultrasensible"]
    assert (tsh["valueQuantity"]["value"], tsh["referenceRange"][0]["text"]) == (2.1, "0,35 - 4,94")
    assert tsh["effectiveDateTime"] == "2026-03-12"
    assert results(found)["Zébrine libre"]["valueQuantity"]["value"] == 12
    assert [each.reason.split(" et ")[0] for each in found.unread] == ["Cette ligne ressemble à un résultat"]


def test_an_interval_before_its_value_stays_its_interval_and_an_earlier_column_keeps_its_day_and_its_unit() -> None:
    found = typed(
        "Analyse               Valeurs de référence       Résultat        Unité       Antériorité 02/01/2026",
        "Glycémie à jeun       0,74 à 1,06                1,12            g/L         0,98",
        "                      4,11 à 5,88                6,22            mmol/L      5,44",
        "CRP                   < 5,0                      < 1,0           mg/L        2,3",
    )  # fmt: skip
    crp = results(found)["CRP"]
    assert (printed(crp), crp["referenceRange"][0]["text"]) == ("< 1,0 mg/L", "< 5,0")
    earlier = [
        printed(one.resource) for one in found.entries
        if one.kind == "Observation" and one.resource["effectiveDateTime"] == "2026-01-02"
    ]  # fmt: skip
    assert earlier == ["0,98 g/L", "5,44 mmol/L", "2,3 mg/L"]


def test_a_mark_glued_to_its_value_is_a_mark_and_the_first_row_is_never_lost() -> None:
    found = typed(
        "Analyse   Valeurs de référence   Résultat   Unité",
        "Glycémie à jeun   0,74 à 1,06   1,12H   g/L",
        "Ferritine   15 à 150   8B   µg/L",
    )
    read = results(found)
    assert [(printed(one), one["interpretation"][0]["coding"][0]["code"]) for one in read.values()] == [
        ("1,12 g/L", "H"),
        ("8 µg/L", "L"),
    ]
    found = typed("Glycémie à jeun   0,74 à 1,06   1,1Z2   g/L", "Ferritine   8   µg/L", "Urée   0,30 g/L")
    assert [one.reason for one in found.unread] == ["Cette ligne ressemble à un résultat et n’a pas été comprise."]


def test_words_after_a_known_name_are_the_result_and_an_antibiogram_is_said_to_be_left() -> None:
    found = typed(
        "Groupe sanguin ABO : A", "Volume globulaire moyen (fL)   79,9   80 - 100", "EXAMEN CYTOBACTERIOLOGIQUE DES URINES",
        "Culture : Escherichia coli 10^6 UFC/mL", "Antibiogramme", "Amoxicilline    R   > 32",
    )  # fmt: skip
    read = results(found)
    assert read["Groupe sanguin ABO"]["valueString"] == "A"
    assert read["Volume globulaire moyen (fL)"]["valueQuantity"]["code"] == "fL"
    assert read["Culture"]["valueString"] == "Escherichia coli 10^6 UFC/mL"
    assert any("antibiogramme" in each.reason for each in found.unread)


def test_a_row_that_was_not_understood_is_listed() -> None:
    found = typed("Urée   0,30 g/L   (0,15 à 0,50)", "Indice de Zebra (selon page 12)   12,4 g/L   4,0 - 5,0")
    assert any("ressemble à un résultat" in each.reason for each in found.unread)


def test_the_place_is_where_the_words_stand_on_the_page() -> None:
    sample = LAYOUTS["columns"](51)
    entry = next(e for e in extraction.extract(sample.data).entries if e.kind == "Observation")
    said = re.fullmatch(r"page (\d+), ligne (\d+) \[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]", entry.place)
    assert said is not None
    left, top, right, bottom = (float(said[n]) for n in range(3, 7))
    inside = [
        word.text for word in preview.page_words(sample.data, int(said[1])).words
        if left - 0.001 <= word.left and word.right <= right + 0.001 and top - 0.001 <= word.top and word.bottom <= bottom + 0.001
    ]  # fmt: skip
    assert sorted(inside) == sorted((entry.words or "").split())


def test_what_a_pharmacy_handed_out_is_no_prescription() -> None:
    """It says who ordered, and orders nothing: read as an order, it would stand in the doctor's place."""
    slip = text_pdf(
        "Médicaments délivrés",
        ["Amina BENALI, née le 28/03/1979\nPantin, le 10/09/2026", "Délivrance du jour, sur ordonnance du Dr Diallo :",
         (("Médicament", "Quantité", "Posologie"), ("LÉVOTHYROXINE 75 µg", "3 boîtes de 30", "1 comprimé le matin à jeun")),
         "M. Miguel Costa\nPharmacien - RPPS 99900000078"],
        sender=["Pharmacie de la Gare", "1 place de la Gare", "93500 Pantin"],
    )  # fmt: skip
    [entry] = extraction.extract(slip).entries
    resource = entry.resource
    assert (resource["resourceType"], resource["status"]) == ("MedicationDispense", "completed")
    assert resource["medicationCodeableConcept"]["text"] == "LÉVOTHYROXINE 75 µg"
    assert (resource["whenHandedOver"], resource["note"]) == ("2026-09-10", [{"text": "3 boîtes de 30"}])
    assert "requester" not in resource
    assert entry.certainty is Certainty.SUGGESTED


def test_a_prescription_gives_its_medicines_with_their_words() -> None:
    letter = text_pdf(
        "Ordonnance",
        ["Paris, le 12 mars 2026", "Madame Amina BENALI, née le 04/05/1961",
         "LEVOTHYROX 75 µg, comprimé sécable\n1 comprimé le matin à jeun, pendant 3 mois\n"
         "DOLIPRANE 1000 mg : 1 cp toutes les 6 heures si douleur, max 4/j\n"
         "Kardégic 75 mg 1 sachet le midi, à renouveler 2 fois"],
        sender=["Docteur Awa DIALLO", "Médecin généraliste", "RPPS 10101010101"],
    )  # fmt: skip
    found = extraction.extract(letter)
    requests = [entry.resource for entry in found.entries]
    assert [each["medicationCodeableConcept"]["text"] for each in requests] == [
        "LEVOTHYROX 75 µg, comprimé sécable", "DOLIPRANE 1000 mg", "Kardégic 75 mg",
    ]  # fmt: skip
    assert [each["dosageInstruction"][0]["text"] for each in requests] == [
        "1 comprimé le matin à jeun, pendant 3 mois", "1 cp toutes les 6 heures si douleur, max 4/j",
        "1 sachet le midi, à renouveler 2 fois",
    ]  # fmt: skip
    assert {each["authoredOn"] for each in requests} == {"2026-03-12"}
    assert requests[0]["requester"]["identifier"]["value"] == "10101010101"
    assert {entry.certainty for entry in found.entries} == {Certainty.SUGGESTED}


def order(*lines: str) -> Found:
    """A prescription as plain text."""
    head = "ORDONNANCE\nDocteur Awa DIALLO\nPantin, le 12 octobre 2026\nMadame Amina BENALI, née le 28/03/1979\n"
    head += "Prescriptions relatives au traitement de l'affection de longue durée reconnue\n\n"
    return extraction.extract((head + "\n".join(lines)).encode())


def doses(found: Found) -> dict[str, str]:
    return {
        entry.resource["medicationCodeableConcept"]["text"]: entry.resource.get("dosageInstruction", [{"text": ""}])[0]["text"]
        for entry in found.entries
    }  # fmt: skip


@pytest.mark.parametrize("how", [
    "1/2 cp le matin", "1.5 cp le matin", "0-0-1-0 pendant 90 j", "0-0-1", "3/4 de comprimé le soir", "1,5 comprimé le soir",
])  # fmt: skip
def test_the_number_that_begins_a_dose_is_never_taken_for_the_number_of_a_line(how: str) -> None:
    assert doses(order("COVERSYL 10 mg", how)) == {"COVERSYL 10 mg": how}
    assert doses(order("1) COVERSYL 10 mg", f"- {how}")) == {"COVERSYL 10 mg": how}
    assert doses(order("1. COVERSYL 10 mg", f"   {how}")) == {"COVERSYL 10 mg": how}


def test_the_next_medicine_never_becomes_the_dose_of_the_one_before() -> None:
    found = order(
        "1) PREVISCAN 20 mg cp : 3/4 de comprimé le soir", "2) LANTUS SoloStar 100 U/mL : 18 unités SC le soir", "3) ELIQUIS 5mg 1cp x2/j",
        "4) L-THYROXIN 88 mcg 1/j", "5) Mystère : une prise le soir", "PARACETAMOL 500 mg 1 à 2 cp x 3/j si besoin",
    )  # fmt: skip
    assert doses(found) == {
        "PREVISCAN 20 mg cp": "3/4 de comprimé le soir", "LANTUS SoloStar 100 U/mL": "18 unités SC le soir", "ELIQUIS 5mg": "1cp x2/j",
        "L-THYROXIN 88 mcg": "1/j", "PARACETAMOL 500 mg": "1 à 2 cp x 3/j si besoin",
    }  # fmt: skip
    assert len(found.unread) == 1  # the fifth is listed, whatever it is
    found = order(
        "XARELTO 20 mg",
        "1 comprimé le soir",
        "NOVORAPID 1OO X/mL",
        "- 4 unités le matin",
        "PREVISCAN 20 mg cp 3/4 de comprimé le soir",
    )
    assert doses(found) == {"XARELTO 20 mg": "1 comprimé le soir", "PREVISCAN 20 mg cp": "3/4 de comprimé le soir"}
    assert len(found.unread) == 2  # a name that was misread, and its dose


def test_what_is_stopped_is_not_prescribed_and_what_is_to_be_done_is_no_dose() -> None:
    found = order(
        "Bas de contention classe 2", "METHOTREXATE 10 mg : 1 comprimé par semaine", "Arrêt du RAMIPRIL 5 mg", "Ne plus prendre : IBUPROFENE 400 mg",
        "Contrôle TSH dans 6 semaines",
    )  # fmt: skip
    assert doses(found) == {"METHOTREXATE 10 mg": "1 comprimé par semaine"}
    assert [("arrête" in one.reason) for one in found.unread] == [False, True, True, False]


def test_a_plain_vaccination_line_gives_day_name_and_batch() -> None:
    found = extraction.extract(text_pdf("Vaccinations", ["12/03/2024   Repevax   lot X1234A"]))
    resource = found.entries[0].resource
    assert (resource["occurrenceDateTime"], resource["vaccineCode"]["text"], resource["lotNumber"]) == (
        "2024-03-12", "Repevax", "X1234A",
    )  # fmt: skip


def test_a_letter_gives_no_value_by_guess_and_says_who_wrote_it() -> None:
    letter = text_pdf(
        "Compte rendu de consultation",
        ["Nantes, le 3 juin 2025", "Cher confrère, je vois Mme Zoé LAMBERT. TSH 2,1 mUI/L, T4 libre 12 ng/L, glycémie 0,98 g/L."],
        sender=["Professeur Marc OLIVIER"],
    )  # fmt: skip
    found = extraction.extract(letter)
    assert found.entries == () and found.unread and "glycémie" in found.text
    head = paper.describe(letter)
    assert (head.author, head.day, head.patient) == ("Professeur Marc OLIVIER", "2025-06-03", "Zoé LAMBERT")
    assert head.proposal.type_code == "11488-4"


def test_a_broken_file_is_refused_and_never_crashes_its_reader() -> None:
    with pytest.raises(errors.Invalid):
        paper.extract(b"%PDF-1.7\n" + b"\x00\xff" * 400)
