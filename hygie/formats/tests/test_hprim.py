"""HPRIM Médecins and HPRIM Santé: every result, whatever the encoding; one person a document; and back again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.base.errors import HygieError, Invalid
from hygie.formats import display, extraction, sniff
from hygie.formats.entries import Certainty, printed
from hygie.formats.hprim import export, extract, medecins, sante
from hygie.formats.hprim.identity import Identity, identity, social_number
from hygie.formats.hprim.medecins import Comment, Header, Letter, ResultLine
from hygie.formats.tests import messages

AMINA = Identity("BENALI", ("AMINA",), "1979-03-28", "female", "279035121518989")
ENCODINGS = ("iso-8859-1", "cp1252", "mac_roman", "utf-8", "utf-8-sig", "utf-16", "cp850")


def one(found, label):
    return next(entry.resource for entry in found.entries if entry.resource["code"]["text"] == label)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r"])
def test_a_letter_gives_the_same_results_whatever_wrote_it(encoding, breaks):
    data = messages.letter(encoding=encoding, breaks=breaks)
    assert sniff.sniff(data) == sniff.HPRIM
    found = extraction.extract(data)
    assert found.entries == extraction.extract(messages.letter()).entries
    assert {entry.certainty for entry in found.entries} == {Certainty.STATED}
    [letter] = medecins.parse(data).letters
    assert letter.data == data


def test_each_row_keeps_its_value_unit_interval_date_and_code():
    found = extraction.extract(messages.letter())
    assert [entry.place for entry in found.entries] == [f"ligne {n}" for n in (19, 20, 22, 24, 25)]
    haemoglobin = one(found, "Hémoglobine")
    assert haemoglobin["valueQuantity"]["value"] == 9.8 and haemoglobin["valueQuantity"]["unit"] == "g/dL"
    assert printed(haemoglobin) == "9,8 g/dL"
    assert haemoglobin["component"][0]["valueQuantity"]["value"] == 98
    assert haemoglobin["referenceRange"][0]["low"]["value"] == 12
    assert haemoglobin["effectiveDateTime"] == "2026-03-12"
    assert haemoglobin["performer"] == [{"display": "Labo Seine"}]
    assert haemoglobin["code"]["coding"][0]["system"] == "http://loinc.org"
    ferritin = one(found, "Ferritine")
    assert (ferritin["valueQuantity"]["comparator"], ferritin["valueQuantity"]["value"]) == ("<", 5)
    assert ferritin["note"] == [{"text": "Résultat contrôlé"}]
    assert one(found, "Antigène HBs")["valueString"] == "Négatif"
    assert "system" not in one(found, "Créatinine")["code"]["coding"][0]
    assert [entry.section for entry in found.entries] == ["HÉMATOLOGIE"] * 2 + ["BIOCHIMIE"] * 3
    assert [unread.place for unread in found.unread] == ["ligne 26", "ligne 27"]
    assert "Chère consoeur" in found.text


def test_a_day_that_is_not_read_is_said_and_an_interval_in_one_field_is_one():
    block = "****LAB****\nRES|Urée|UREE|N|0,30|g/L|0,15-0,45|||F|\nRES|DFG|DFG|N|84|mL/min|> 60|||F|\nRES|Lot|LOT|A|007|||||F|\n"
    found = extract.extract(messages.letter(messages.LETTER.replace("12/03/2026", "12 mars"), block))
    assert [part.place for part in found.unread] == ["ligne 10"]
    [bounds] = one(found, "Urée")["referenceRange"]
    assert (bounds["low"]["value"], bounds["high"]["value"], bounds["text"]) == (0.15, 0.45, "0,15-0,45")
    assert one(found, "DFG")["referenceRange"][0]["text"] == "> 60"
    assert one(found, "Lot")["valueString"] == "007"


def test_a_letter_without_a_block_says_that_its_text_gave_no_value():
    found = extraction.extract(messages.letter(block=""))
    assert (found.entries, [unread.place for unread in found.unread]) == ((), ["ligne 13"])


def test_an_empty_first_line_does_not_shift_the_header():
    data = messages.letter(text=messages.LETTER.replace("0000000042", ""))
    [letter] = medecins.parse(data).letters
    assert (letter.header.patient_code, letter.header.family, letter.header.birth_date) == ("", "BENALI", "1979-03-28")
    assert sniff.sniff(data) == sniff.HPRIM


def two() -> bytes:
    other = messages.LETTER.replace("BENALI", "MARTIN").replace("AMINA", "ZOE").replace("28/03/1979", "02/11/1979")
    return messages.letter(end="****FIN****\n") + messages.letter(text=other)


def test_several_letters_in_one_file_are_cut_each_with_its_own_bytes():
    first, second = medecins.parse(two()).letters
    assert (first.header.family, second.header.family) == ("BENALI", "MARTIN")
    assert first.data + second.data + b"****FINFICHIER****\r\n" == two()
    assert medecins.parse(second.data).letters == (second,)


def test_a_file_about_two_people_is_never_given_to_one_of_them():
    with pytest.raises(Invalid) as fault:
        extraction.extract(two())
    assert fault.value.code == "hprim-two-patients"
    assert display.display(two(), sniff.HPRIM).words == ""


def test_the_number_counts_only_when_it_is_surely_hers():
    assert extract.identity_of(medecins.parse(messages.letter()).letters[0]) == AMINA
    for number in ("279035121518988", "12", "", "180035121518951"):
        said = identity(family="BENALI", given="AMINA", birth_date="1979-03-28", number=number)
        assert (said.number, said.sex) == ("", "unknown")
    assert social_number("2 79 03 51 215 189") == "279035121518989"
    assert identity(family="A", given="B", birth_date="2015-03-28", number="279035121518989").number == ""  # a parent's
    assert "BENALI" not in repr(AMINA)


FIELD = st.text(
    st.characters(codec="iso-8859-1", exclude_categories=("Cc", "Zs", "Cs"), exclude_characters="|"), max_size=12
)
LINE = st.one_of(
    st.builds(ResultLine, *[FIELD] * 9, st.tuples(FIELD, FIELD, FIELD, FIELD)),
    st.builds(Comment, FIELD),
)
LETTER = st.builds(
    Letter,
    st.builds(
        Header, FIELD, FIELD, FIELD, FIELD, FIELD, FIELD, st.dates(date(1900, 1, 1)).map("{:%d/%m/%Y}".format),
        FIELD, FIELD, FIELD, FIELD, FIELD,
    ),
    st.lists(FIELD, min_size=2, max_size=4).map("\n".join),
    st.lists(LINE, max_size=5).map(tuple),
)  # fmt: skip


@given(letters=st.lists(LETTER, min_size=1, max_size=3).map(tuple))
def test_what_is_written_is_read_again(letters):
    tidy = tuple(map(medecins.tidy, letters))
    assert medecins.parse(medecins.write(letters, charset="iso-8859-1"), charset="iso-8859-1").letters == tidy
    assert medecins.parse(medecins.write(letters, charset="utf-16"), charset="utf-16").letters == tidy


@given(words=st.text(max_size=60) | st.sampled_from(["****FIN****", " ****LAB****", "****FINFICHIER****"]))
def test_no_word_can_close_a_letter_or_forge_a_result(words):
    [letter] = medecins.parse(
        medecins.write(
            [
                Letter(
                    Header(family=words, birth="01/01/1990"),
                    words,
                    (Comment(words), ResultLine(label=words, value="1")),
                )
            ],
            charset="utf-8",
        ),
        charset="utf-8",
    ).letters
    assert len(letter.lines) == 2


def test_the_results_of_a_record_leave_as_letters_and_come_back_equal():
    sent = extraction.extract(messages.letter())
    data = export.export(
        [entry.resource for entry in sent.entries], patient=AMINA, sender="Espace de santé de la personne"
    )
    assert data.decode("iso-8859-1") and sniff.sniff(data) == sniff.HPRIM
    back = extraction.extract(data)
    keep = ("valueQuantity", "valueString", "referenceRange", "effectiveDateTime", "component", "extension", "note")
    for before, after in zip(sent.entries, back.entries, strict=True):
        assert {k: before.resource.get(k) for k in keep} == {k: after.resource.get(k) for k in keep}
        assert before.resource["code"] == after.resource["code"]
    assert extract.identity_of(medecins.parse(data).letters[0]) == AMINA


def test_results_of_two_days_leave_as_two_letters_the_latest_first():
    found = [entry.resource for entry in extraction.extract(messages.results()).entries]
    older = [resource | {"effectiveDateTime": "2025-01-02"} for resource in found]
    first, second = medecins.parse(export.export(older + found, patient=AMINA, sender="Hygie")).letters
    assert (first.header.day, second.header.day) == ("12/03/2026", "02/01/2025")
    assert len([line for line in first.lines if isinstance(line, ResultLine)]) == len(found)
    assert "0,40 - 4,00" in first.text or "0,4 - 4" in first.text


# ---- Santé


@pytest.mark.parametrize("encoding", ["iso-8859-1", "cp1252", "mac_roman", "utf-8", "utf-16"])
@pytest.mark.parametrize("breaks", ["\r\n", "\r", "\n"])
def test_hprim_sante_gives_its_results(encoding, breaks):
    data = messages.sante(encoding=encoding, breaks=breaks)
    assert sniff.sniff(data) == sniff.HPRIM
    found = extraction.extract(data)
    assert [entry.place for entry in found.entries] == ["ligne 5", "ligne 8", "ligne 9"]
    haemoglobin = one(found, "Hémoglobine")
    assert haemoglobin["valueQuantity"]["value"] == 9.8
    assert haemoglobin["effectiveDateTime"] == "2026-03-12T11:00:00+01:00"
    assert haemoglobin["note"] == [{"text": "Anémie microcytaire"}]
    assert [coding["code"] for coding in haemoglobin["code"]["coding"]] == ["718-7", "HB"]
    assert one(found, "Ferritine")["effectiveDateTime"] == "2026-03-12T08:00:00+01:00"
    assert one(found, "Antigène HBs")["valueCodeableConcept"]["text"] == "Négatif"
    assert [unread.place for unread in found.unread] == ["ligne 10", "ligne 11"]


def test_hprim_sante_names_a_woman_by_her_birth_name_and_cuts_people_apart():
    [patient] = sante.parse(messages.sante()).patients
    assert patient.identity == Identity("TRAORE", ("AMINA",), "1979-03-28", "female", "279035121518989", "BENALI")
    body = messages.SANTE.split("\n", 1)
    other = body[1].replace("TRAORE", "MARTIN").replace("279035121518989", "").replace("AMINA", "ZOE")
    both = body[0] + "\n" + body[1].replace("L|1\n", "") + other
    first, second = sante.parse(messages.sante(both)).patients
    assert (first.identity.family, second.identity.family) == ("TRAORE", "MARTIN")
    assert b"TRAORE" not in second.data and len(extraction.extract(second.data).entries) == 3
    with pytest.raises(Invalid):
        extraction.extract(messages.sante(both))


def test_the_page_of_a_letter_shows_results_and_words_and_no_identity():
    shown = display.display(messages.letter(), sniff.HPRIM).words
    for words in (
        "9,8 g/dL",
        "soit 98 g/L",
        "12,0 – 16,0",
        "signalé bas",
        "non indiqué",
        "retiré par",
        "Chère consoeur",
    ):
        assert words in shown
    assert "BENALI" not in shown and "****" not in shown and "|" not in shown
    assert "Anémie microcytaire" in display.display(messages.sante(), sniff.HPRIM).words


# ---- hostile


@given(
    seed=st.sampled_from([messages.letter(), messages.sante(), two()]), at=st.integers(0, 900), cut=st.integers(0, 60),
    put=st.binary(max_size=12),
)  # fmt: skip
def test_a_broken_file_is_read_or_refused_and_never_worse(seed, at, cut, put):
    data = seed[:at] + put + seed[at + cut :]
    for attempt in (lambda d: extraction.extract(d, media_type=sniff.HPRIM), lambda d: display.display(d, sniff.HPRIM)):
        try:
            attempt(data)
        except HygieError as fault:
            told = fault.public
        else:
            told = "nothing"
        assert told and "BENALI" not in told
