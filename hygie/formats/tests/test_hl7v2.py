"""HL7 v2: nothing lost between bytes and values, and each row of results as its laboratory wrote it."""

from __future__ import annotations

import re
import string
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.base.errors import HygieError, Invalid
from hygie.formats import display, extraction, sniff
from hygie.formats.cda import writer
from hygie.formats.entries import Certainty, printed
from hygie.formats.hl7v2 import acknowledgement, carried, er7, message
from hygie.formats.hl7v2.carried import Asked
from hygie.formats.tests import messages, samples

CDA = writer.write(samples.letter())
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


def one(found, label):
    return next(entry for entry in found.entries if entry.resource["code"]["text"] == label)


# ---- syntax


@given(words=LETTERS)
def test_escaped_words_come_back(words):
    assert er7.unescape(er7.escape(words)) == words
    assert not set("|^~&\r\n") & set(er7.escape(words))


@given(
    fields=st.lists(
        st.text(st.sampled_from([*string.ascii_letters, *"0123456789 éè-./^&~\\", "µ"]), max_size=20), max_size=8
    ),
    end=st.sampled_from(["\r", "\n", "\r\n"]),
    marks=st.sampled_from(["|^~\\&", "|^~\\&#", "#!~*@", "|^˜\\&"]),
)
def test_what_is_written_is_read_again(fields, end, marks):
    separators = er7.Separators(marks[0], *marks[1:])
    safe = tuple(field.replace(separators.field, "") for field in fields)
    whole = er7.Er7(
        (
            er7.Segment("MSH", (separators.declared, "A", "B"), separators, end),
            er7.Segment("OBX", safe, separators, end),
            er7.Segment("NTE", ("1", "", "x"), separators, end),
        ),
        separators,
    )
    assert er7.parse(er7.write(whole)) == whole
    assert er7.write(er7.parse(er7.write(whole))) == er7.write(whole)


def test_a_line_that_is_no_segment_stays_in_the_field_before_it():
    read = message.read(
        messages.message(messages.msh(), "OBR|1", "OBX|1|TX|C^Conclusion||Première ligne", "et la suite")
    )
    assert read.results[0].segment.raw(5) == "Première ligne\ret la suite"


def test_unknown_escapes_stay_and_known_ones_speak():
    assert er7.unescape(r"a\F\b\S\c\T\d\R\e\E\f") == r"a|b^c&d~e\f"
    assert er7.unescape(r"C:\temp\x") == r"C:\temp\x"
    assert er7.unescape(r"\H\gras\N\ \X41C3A9\ \.br\fin") == "gras Aé \nfin"


def test_a_file_of_several_messages_is_cut_and_its_envelope_left():
    first, second = messages.results(), messages.document(CDA)
    batch = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + first + second + b"BTS|2\rFTS|1\r"
    assert [er7.parse(part).first("MSH") is not None for part in er7.split(batch)] == [True, True]
    assert er7.split(first) == [first]
    assert sniff.sniff(batch) == sniff.HL7_V2
    with pytest.raises(Invalid):
        er7.parse(first + second)


@pytest.mark.parametrize(("declared", "encoding"), [
    ("UNICODE UTF-8", "utf-8"), ("8859/1", "iso-8859-1"), ("8859/15", "iso-8859-15"), ("", "iso-8859-1"),
    ("", "utf-8"), ("UNICODE UTF-8", "iso-8859-1"), ("8859/1", "utf-8"), ("", "cp1252"),
])  # fmt: skip
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_character_set_and_ending_gives_the_same_results(declared, encoding, end):
    data = messages.results(charset=declared, encoding=encoding, end=end)
    assert sniff.sniff(data) == sniff.HL7_V2
    found = extraction.extract(data)
    assert found == extraction.extract(messages.results())
    assert er7.write(er7.parse(data)) == data


def test_a_row_of_guessed_characters_waits_for_an_eye_and_plain_ones_do_not():
    data = (
        messages.results(charset="", encoding="iso-8859-1")
        .replace(b"F\xe9", b"F\xe9")
        .replace(b"Ferritine", b"F\x81rr")
    )
    found = extraction.extract(data)
    assert one(found, "TSH").certainty is Certainty.STATED
    assert {e.certainty for e in found.entries if not str(e.resource).isascii()} == {Certainty.SUGGESTED}


# ---- results


def test_each_kind_of_result_keeps_its_value_unit_interval_date_and_code():
    found = extraction.extract(messages.results())
    assert [entry.place for entry in found.entries] == [f"OBX[{n}]" for n in (1, 2, 3, 4, 5, 6, 7, 10)]
    tsh = one(found, "TSH").resource
    assert tsh["valueQuantity"] == {
        "value": 2.1, "unit": "mUI/L", "system": "http://unitsofmeasure.org", "code": "m[IU]/L"
    }  # fmt: skip
    assert printed(tsh) == "2,10 mUI/L"
    assert tsh["code"]["coding"][0] == {"system": "http://loinc.org", "code": "3016-3", "display": "TSH"}
    assert (tsh["effectiveDateTime"], tsh["issued"]) == ("2026-03-12T08:15:00+01:00", "2026-03-12T17:00:00+01:00")
    assert (tsh["referenceRange"][0]["low"]["value"], tsh["referenceRange"][0]["text"]) == (0.4, "0,40 - 4,00")
    ferritin = one(found, "Ferritine").resource
    assert (ferritin["valueQuantity"]["comparator"], ferritin["valueQuantity"]["value"]) == ("<", 5)
    assert ferritin["note"] == [{"text": "Résultat contrôlé"}]
    assert ferritin["interpretation"][0]["coding"][0]["code"] == "L"
    assert one(found, "Glucose urinaire").resource["valueString"] == "Négatif"
    assert one(found, "Antigène HBs").resource["valueCodeableConcept"]["text"] == "Négatif"
    assert one(found, "Conclusion").resource["valueString"] == "Bilan & suivi\nsans particularité"
    assert one(found, "Créatinine").resource["status"] == "corrected"
    assert one(found, "Hémoglobine").resource["status"] == "preliminary"
    assert one(found, "Anticorps antinucléaires").resource["valueString"] == "1/160"
    assert one(found, "TSH").section == "Bilan sanguin"
    assert "Ferritine" in found.text


def test_what_gives_no_result_is_listed_with_its_reason():
    found = extraction.extract(messages.results())
    assert [(unread.place, "retiré" in unread.reason) for unread in found.unread] == [
        ("OBX[8]", False),
        ("OBX[9]", True),
    ]


@pytest.mark.parametrize(("row", "says"), [
    ("OBX|1|SN|2276-4^Ferritine^LN||=^12|ug/L||||F", 12),
    ("OBX|1|CE|883-9^ABO^LN||A^Groupe A^L~P^Rhésus positif^L||||||F", "Groupe A\nRhésus positif"),
    ("OBX|1|TM|X^Heure du prélèvement^L||0815||||||F", "0815"),
    ("OBX|1|ST|X^Lot^L||007||||||F", "007"),
    ("OBX|1|ST|X^Score^L||0,5||||||F", 0.5),
])  # fmt: skip
def test_a_value_is_what_it_says_and_no_more(row, says):
    [found] = extraction.extract(messages.results(rows=(row,))).entries
    value = found.resource.get("valueQuantity", {}).get("value", found.resource.get("valueString"))
    assert value == says


def test_an_explicit_null_is_no_value():
    found = extraction.extract(messages.results(rows=('OBX|1|NM|2160-0^Créatinine^LN||""|umol/L|45-84||||F',)))
    assert (found.entries, [one.place for one in found.unread]) == ((), ["OBX[1]"])


def test_a_unit_that_contradicts_its_own_code_waits_for_an_eye():
    rows = tuple(f"OBX|1|NM|2276-4^Ferritine^LN||12|{unit}^µg/L^UCUM|||||F" for unit in ("ug/L", "mg/L"))
    found = extraction.extract(messages.results(rows=rows)).entries
    assert [one.certainty for one in found] == [Certainty.STATED, Certainty.SUGGESTED]


def test_a_document_inside_is_read_by_its_own_reader():
    found = extraction.extract(messages.report(CDA))
    inner = extraction.extract(CDA)
    assert [entry.resource for entry in found.entries] == [entry.resource for entry in inner.entries]
    assert len(found.unread) == len(inner.unread)
    assert all(unread.place.startswith("OBX[1] > ") for unread in found.unread)


def test_consents_said_at_the_hospital_are_read():
    data = messages.message(
        messages.msh("ADT^A01^ADT_A01"), messages.AMINA.pid, "PV1|1|I",
        "ZFA|ACTIF|20260311|||||||IO|20260311101500|INC|20260311", "ZFD|||Y|N|INSI|20211201",
    )  # fmt: skip
    read = message.read(data)
    assert read.patient is not None and read.patient.collected_by == "INSI"
    opposed, consulted = extraction.extract(data).entries
    assert opposed.resource["provision"] == {"type": "deny"} and consulted.resource["provision"] == {"type": "deny"}
    assert opposed.resource["dateTime"] == "2026-03-11T10:15:00+01:00"
    assert not extraction.extract(data.replace(b"|IO|", b"|NA|").replace(b"|INC|", b"|NA|")).entries


def test_two_patients_in_one_message_are_refused():
    with pytest.raises(Invalid) as fault:
        message.read(messages.message(messages.msh(), messages.AMINA.pid, messages.AMINA.pid))
    assert fault.value.code == "hl7-two-patients"


# ---- what is carried, and asked


def test_the_flags_hide_and_a_doubtful_one_hides_too():
    def seen(**flags: str) -> set[str]:
        return set(carried.flags(message.read(messages.report(CDA, flags=flags))).visibility)

    assert seen(MASQUE_PS="N", INVISIBLE_PATIENT="N", DESTDMP="Y") == set()
    assert seen(MASQUE_PS="Y") == {"MASQUE_PS"}
    assert seen(INVISIBLE_PATIENT="Y") == {"INVISIBLE_PATIENT"}
    assert seen(INVISIBLE_REP_LEGAUX="Y") == {"INVISIBLE_REPRESENTANTS_LEGAUX"}
    assert seen(INVISIBLE_REPRESENTANTS_LEGAUX="Y") == {"INVISIBLE_REPRESENTANTS_LEGAUX"}
    assert seen(CONNEXION_SECRETE="Y") == {"INVISIBLE_REPRESENTANTS_LEGAUX"}
    assert seen(DESTDMP="N") == {"MASQUE_PS"}
    assert seen(MASQUE_PS="?") == {"MASQUE_PS"}


@pytest.mark.parametrize(("data", "asked"), [
    (messages.document(CDA), Asked.NEW),
    (messages.document(CDA, event="T10"), Asked.REPLACE),
    (messages.document(CDA, event="T04"), Asked.DELETE),
    (messages.report(CDA), Asked.NEW),
    (messages.report(CDA, orc="RO"), Asked.REPLACE),
    (messages.report(CDA, status="C"), Asked.REPLACE),
    (messages.report(CDA, orc="CA"), Asked.DELETE),
    (messages.report(CDA, orc="SC", status="D"), Asked.DELETE),
    (messages.results(), Asked.NEW),
    (messages.results(status="C"), Asked.REPLACE),
    (messages.results(orc="CA"), Asked.DELETE),
])  # fmt: skip
def test_what_is_asked_is_understood(data, asked):
    assert carried.asked(message.read(data)) is asked


@pytest.mark.parametrize("way", ["Base64", "Hex"])
def test_a_file_comes_out_of_its_encoding(way):
    read = message.read(messages.message(messages.msh(), "OBR|1", messages.ed(b"%PDF-1.4 x", kind="AP^PDF", way=way)))
    [found] = carried.documents(read)
    assert (found.media_type, found.data, found.place) == (sniff.PDF, b"%PDF-1.4 x", "OBX[1]")


@pytest.mark.parametrize(
    "value", ["", "^TEXT^XML^Base64^", "^TEXT^XML^Base64^@@@", "^TEXT^XML^Hex^zz", "x", "^a^b^Other^eA=="]
)
def test_a_file_that_does_not_open_is_a_fault_with_its_place(value):
    read = message.read(messages.message(messages.msh(), "OBR|1", f"OBX|1|ED|1^x||{value}||||||F"))
    with pytest.raises(Invalid) as fault:
        carried.documents(read)
    assert fault.value.at == "OBX[1].5"


# ---- the answer


def test_an_answer_names_the_message_and_says_what_to_do():
    at = datetime(2026, 3, 12, 17, 31, tzinfo=UTC)
    header = message.read(messages.results(control="A|1".replace("|", "\\F\\"))).header
    said = acknowledgement.Verdict("AE", "Il manque l'INS.", "ins-missing", "101", "903", at="PID^1^3")
    answer = message.read(acknowledgement.write(header, said, at=at)).er7
    msh, msa, err = answer.segments
    assert (msh.get(3), msh.get(5), msh.get(9), msh.get(9, 2), msh.get(12)) == ("HYGIE", "SIL", "ACK", "R01", "2.5")
    assert (msa.get(1), msa.get(2), msa.get(3)) == ("AE", "A|1", "Il manque l'INS.")
    assert (err.get(2), err.get(2, 3), err.get(3), err.get(4), err.get(5)) == ("PID", "3", "101", "E", "903")
    assert (err.get(7), err.get(8)) == ("ins-missing", "Il manque l'INS.")
    assert acknowledgement.write(header, said, at=at) == acknowledgement.write(header, said, at=at)
    assert message.read(acknowledgement.write(None, said, at=at)).header.type == "ACK"


# ---- the page


def test_the_page_of_a_message_is_ours_and_says_every_result():
    shown = display.display(messages.results(), sniff.HL7_V2, attachment_url=lambda n: f"/piece/{n}").words
    for words in ("TSH", "2,10 mUI/L", "0,40 - 4,00", "signalé bas", "Résultat contrôlé", "retiré par celui"):
        assert words in shown
    assert "MSH" not in shown and "BENALI" not in shown and "279035121518989" not in shown
    hostile = messages.results(rows=("OBX|1|ST|X^<script>alert(1)</script>||<img src\\E\\=x>||||||F",))
    assert "<script" not in display.display(hostile, sniff.HL7_V2).words
    assert "<img" not in display.display(hostile, sniff.HL7_V2).words


def test_a_file_in_a_message_is_offered_for_download():
    data = messages.report(b"%PDF-1.4 x", kind="AP^PDF", more=(messages.RESULTS[0],))
    shown = display.display(data, sniff.HL7_V2, attachment_url=lambda n: f"/piece/{n}")
    assert '<a href="/piece/0">Copie du document (PDF)</a>' in shown.words
    assert display.attachment(data, sniff.HL7_V2, 0) == (sniff.PDF, b"%PDF-1.4 x")


def test_a_page_of_guessed_characters_says_so_first():
    data = messages.results(charset="", encoding="iso-8859-1").replace(b"Ferritine", b"F\x81rr")
    assert display.display(data, sniff.HL7_V2).words.startswith('<section class="cda-section"><p>Ce message ne dit pas')


# ---- hostile


SEEDS = [messages.results(), messages.document(CDA)[:3000], messages.report(b"%PDF-1.4", kind="AP^PDF")]


@given(seed=st.sampled_from(SEEDS), at=st.integers(0, 3000), cut=st.integers(0, 40), put=st.binary(max_size=12))
def test_a_broken_message_is_read_or_refused_and_never_worse(seed, at, cut, put):
    data = seed[:at] + put + seed[at + cut :]
    for attempt in (
        extraction.extract,
        lambda d: display.display(d, sniff.HL7_V2),
        lambda d: carried.documents(message.read(d)),
    ):
        try:
            attempt(data)
        except HygieError as fault:
            told = fault.public
        else:
            told = "nothing"
        assert told and "BENALI" not in told


@given(data=st.binary(max_size=300))
def test_any_bytes_after_a_header_are_read_or_refused(data):
    with suppress(HygieError):
        extraction.extract(b"MSH|^~\\&|A|B\r" + data, media_type=sniff.HL7_V2)


def test_size_is_bounded():
    with pytest.raises(Invalid):
        er7.parse(b"MSH|^~\\&|A\r" + b"OBX|1\r" * (er7.MAX_SEGMENTS + 1))
    with pytest.raises(Invalid):
        er7.parse(b"MSH|^~\\&|A\rOBX" + b"|" * (er7.MAX_FIELDS + 1))
    with pytest.raises(Invalid):
        er7.parse(b"MSH|^~\\&|" + b"x" * er7.MAX_MESSAGE)
    again = replace(er7.parse(messages.results()), before="")
    assert re.match(rb"MSH", er7.write(again))
