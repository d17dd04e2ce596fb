"""HL7 v2 through a real socket: what is answered AA is there, what is not is said, and nobody reaches another's record."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hygie.access import actions as access
from hygie.access.types import Action, RecordState
from hygie.base import errors
from hygie.formats import sniff
from hygie.formats.cda import compose, writer
from hygie.formats.cda import identity as cda_identity
from hygie.formats.cda import reader as cda
from hygie.formats.cda.narrative import Narrative, Paragraph
from hygie.formats.cda.types import Section
from hygie.formats.hl7v2 import carried, message
from hygie.formats.tests import messages, samples
from hygie.formats.tests.messages import Who
from hygie.interop.hl7v2 import verdicts
from hygie.interop.hl7v2.listeners import Listener
from hygie.interop.hl7v2.server import END, START, Server
from hygie.interop.tests.clients import Software
from hygie.people import actions as people
from hygie.record import actions, queries
from hygie.tests.world import NOW, Person, World, care

RIGHTS = ("system/DocumentReference.cu",)
CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "hl7v2"


class Line:
    """A sender on the other end of a port."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=60)
        self.held = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(START + data + END)

    def answer(self) -> bytes:
        while END not in self.held:
            more = self.socket.recv(65536)
            assert more, "the line was closed without an answer"
            self.held += more
        one, _, self.held = self.held.partition(END)
        assert one[:1] == START
        return one[1:]

    def says(self, data: bytes) -> message.Message:
        self.send(data)
        return message.read(self.answer())


def code(answer: message.Message) -> str:
    return next(answer.er7.of("MSA")).get(1)


def words(answer: message.Message) -> str:
    found = answer.er7.first("ERR")
    return found.get(8) if found else ""


@contextlib.contextmanager
def listening(*software: Software, **options: object) -> Iterator[list[Callable[[], Line]]]:
    """The server, in a loop of its own, on free ports: how to call each."""
    loop = asyncio.new_event_loop()
    server = Server([Listener("127.0.0.1", 0, one.id) for one in software], **options)  # type: ignore[arg-type]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(60)
    called: list[Line] = []

    def caller(address: tuple[str, int]) -> Callable[[], Line]:
        def call() -> Line:
            called.append(Line(address))
            return called[-1]

        return call

    try:
        yield [caller(address) for address in server.addresses()]
    finally:
        for one in called:
            one.socket.close()
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


def who(person: Person) -> Who:
    traits = person.traits
    return Who(
        person.ins.matricule, person.ins.oid, traits.birth_family, traits.given_names,
        traits.birth_date.replace("-", ""), "F" if traits.sex == "female" else "M", traits.birth_place,
    )  # fmt: skip


def about(
    person: Person, *, number: UUID | None = None, replaces: UUID | None = None, text: str = "tout va bien"
) -> bytes:
    """A CDA letter about this person."""
    traits = person.traits
    origin = samples.origin(
        number=number or uuid4(), replaces=replaces, author=samples.DR_DIALLO,
        person=compose.Person(
            birth_family=traits.birth_family, given_names=traits.given_names, birth_date=traits.birth_date,
            sex=traits.sex, birth_place=traits.birth_place, ins=(person.ins.matricule, person.ins.oid),
        ),
    )  # fmt: skip
    section = Section(title="Conclusion", text=Narrative((Paragraph((text,)),)))
    return writer.write(compose.letter(origin, type_code="11488-4", title="Lettre", sections=(section,)))


def documents(person: Person) -> list[queries.Document]:
    return queries.documents(person.opens(Action.LIST))


@pytest.fixture
def labo(world: World) -> Software:
    return Software(world, scopes=RIGHTS)


@pytest.fixture
def line(labo: Software) -> Iterator[Line]:
    with listening(labo) as [call]:
        yield call()


def test_each_error_has_its_acknowledgement():
    assert set(verdicts.ACKNOWLEDGEMENTS) == set(errors.ALL)


def test_a_message_of_results_becomes_a_document_of_hers(world: World, line: Line):
    answer = line.says(messages.results(who(world.amina), control="A1"))
    assert (code(answer), next(answer.er7.of("MSA")).get(2), words(answer)) == ("AA", "A1", "")
    [document] = documents(world.amina)
    assert (document.metadata.media_type, document.metadata.type_code) == (sniff.HL7_V2, "11502-2")
    assert (document.metadata.title, document.depositor, document.source) == ("Bilan sanguin", "Labo Seine", "hl7v2")
    grant = world.amina.opens(Action.READ, object_id=document.id)
    assert queries.content(grant, document_id=document.id).data == messages.results(who(world.amina), control="A1")
    assert document.day.date().isoformat() == "2026-03-12"


def test_a_document_inside_is_deposited_as_itself(world: World, line: Line):
    letter = about(world.amina)
    assert code(line.says(messages.document(letter, who(world.amina)))) == "AA"
    [document] = documents(world.amina)
    assert (document.metadata.media_type, document.metadata.title) == (sniff.CDA, "Lettre")
    grant = world.amina.opens(Action.READ, object_id=document.id)
    assert queries.content(grant, document_id=document.id).data == letter


def test_a_pdf_inside_is_deposited_with_what_the_message_says_of_it(world: World, line: Line):
    uid = f"1.2.250.9.{uuid4().int % 10**12}"
    data = messages.document(b"%PDF-1.4 x", who(world.amina), kind="AP^PDF", uid=uid)
    assert code(line.says(data)) == "AA"
    [document] = documents(world.amina)
    assert (document.metadata.media_type, document.metadata.type_code) == (sniff.PDF, "18748-4")
    assert document.metadata.unique_id == f"urn:oid:{uid}"
    assert document.metadata.authors[0].name == "Awa DIALLO"
    newer = messages.document(
        b"%PDF-1.4 y", who(world.amina), kind="AP^PDF", uid=f"{uid}.2", parent=uid, event="T10", status="C"
    )
    assert code(line.says(newer)) == "AA"
    assert [one.metadata.unique_id for one in documents(world.amina)] == [f"urn:oid:{uid}.2"]


def test_results_and_a_pdf_stay_together_in_the_message(world: World, line: Line):
    data = messages.report(b"%PDF-1.4 x", who(world.amina), kind="AP^PDF", more=(messages.RESULTS[0],))
    assert code(line.says(data)) == "AA"
    [document] = documents(world.amina)
    assert document.metadata.media_type == sniff.HL7_V2


def test_the_same_message_again_has_the_same_answer_and_nothing_twice(world: World, line: Line):
    for data in (
        messages.results(who(world.amina)),
        messages.document(about(world.amina), who(world.amina)),
        messages.document(b"%PDF-1.4 z", who(world.amina), kind="AP^PDF", uid=f"1.2.250.9.{uuid4().int % 10**12}"),
    ):
        before = len(documents(world.amina))
        line.send(data)
        first = line.answer()
        line.send(data)
        assert line.answer() == first
        assert len(documents(world.amina)) == before + 1


def test_two_messages_on_the_line_at_once_are_both_answered(world: World, line: Line):
    first, second = (messages.results(who(world.amina), filler=one, control=one) for one in ("P1", "P2"))
    line.socket.sendall(START + first + END + b"\r\n" + START + second + END)
    answers = [message.read(line.answer()) for _ in range(2)]
    assert [next(one.er7.of("MSA")).get(2) for one in answers] == ["P1", "P2"]
    assert len(documents(world.amina)) == 2


def test_a_replacement_supersedes_and_a_deletion_withdraws(world: World, line: Line):
    one, two = uuid4(), uuid4()
    line.says(messages.document(about(world.amina, number=one), who(world.amina)))
    answer = line.says(messages.document(about(world.amina, number=two, replaces=one), who(world.amina), event="T10"))
    assert code(answer) == "AA"
    [current] = documents(world.amina)
    assert current.metadata.unique_id == compose.oid(two).urn
    gone = messages.document(about(world.amina, number=two, replaces=one), who(world.amina), event="T04", status="D")
    assert code(line.says(gone)) == "AA"
    [current] = documents(world.amina)
    assert current.metadata.unique_id == compose.oid(one).urn  # what was replaced is current again
    assert code(line.says(gone)) == "AA"  # done already is done


def test_results_are_corrected_completed_and_withdrawn_by_their_laboratory_number(world: World, line: Line):
    amina = who(world.amina)
    row = messages.RESULTS[0]
    assert code(line.says(messages.results(amina, rows=(row,), filler="N7"))) == "AA"
    complement = messages.results(amina, rows=(messages.RESULTS[1],), filler="N7", control="M2")
    assert code(line.says(complement)) == "AA"
    assert len(documents(world.amina)) == 2  # a complement stands beside: nothing that came before is lost
    corrected = messages.results(amina, rows=(row.replace("2,10", "2,40"),), filler="N7", control="M3", status="C")
    assert code(line.says(corrected)) == "AA"
    assert code(line.says(corrected)) == "AA"
    assert len(documents(world.amina)) == 2
    newest = messages.results(amina, rows=(row.replace("2,10", "2,50"),), filler="N7", control="M4", orc="RO")
    assert code(line.says(newest)) == "AA"
    contents = {
        queries.content(world.amina.opens(Action.READ, object_id=one.id), document_id=one.id).data
        for one in documents(world.amina)
    }
    assert contents == {complement, newest}


def test_a_result_alone_is_withdrawn_by_its_number(world: World, line: Line):
    amina = who(world.amina)
    line.says(messages.results(amina, filler="N8"))
    gone = messages.results(amina, filler="N8", orc="CA", control="M9")
    assert code(line.says(gone)) == "AA"
    assert documents(world.amina) == []
    assert code(line.says(gone)) == "AA"


@pytest.mark.parametrize("status", ["D", "W"])
def test_rows_all_taken_back_withdraw_the_report_be_they_deleted_or_of_somebody_else(
    world: World, line: Line, status: str
):
    amina, row = who(world.amina), messages.RESULTS[0]
    line.says(messages.results(amina, rows=(row,), filler="N9"))
    wrong = row.replace("|F|||", f"|{status}|||")
    assert code(line.says(messages.results(amina, rows=(wrong,), filler="N9", control="M2"))) == "AA"
    assert documents(world.amina) == []


@pytest.mark.parametrize("status", ["C", "D", "W"])
def test_a_row_corrected_alone_is_refused_rather_than_kept_beside_the_wrong_one(world: World, line: Line, status: str):
    amina, (tsh, other) = who(world.amina), (messages.RESULTS[0], messages.RESULTS[3])
    assert code(line.says(messages.results(amina, rows=(tsh, other), filler="N10"))) == "AA"
    corrected = (tsh.replace("2,10", "2,40").replace("|F|||", f"|{status}|||"), other)
    answer = line.says(messages.results(amina, rows=corrected, filler="N10", control="M2"))
    [error] = answer.er7.of("ERR")
    assert (code(answer), error.get(2)) == ("AE", "OBX[1].11")
    assert "entier" in words(answer)
    assert len(documents(world.amina)) == 1
    whole = messages.results(amina, rows=corrected, filler="N10", control="M3", status="C")
    assert code(line.says(whole)) == "AA"  # the same, said of the whole report
    [document] = documents(world.amina)
    kept = queries.content(world.amina.opens(Action.READ, object_id=document.id), document_id=document.id)
    assert kept.data == whole


def test_flags_hide_as_they_say(world: World, line: Line):
    data = messages.document(about(world.amina), who(world.amina), flags={"MASQUE_PS": "Y", "CONNEXION_SECRETE": "Y"})
    assert code(line.says(data)) == "AA"
    [document] = documents(world.amina)
    assert document.visibility == {"N", "MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX"}
    line.says(messages.document(about(world.amina), who(world.amina), flags={"INVISIBLE_PATIENT": "Y"}))
    assert len(documents(world.amina)) == 1


def test_the_same_document_with_other_flags_is_only_seen_otherwise(world: World, line: Line):
    letter, amina = about(world.amina), who(world.amina)
    line.says(messages.document(letter, amina, flags={"INVISIBLE_PATIENT": "Y"}))
    assert documents(world.amina) == []
    change = {"INVISIBLE_PATIENT": "N", "INVISIBLE_REP_LEGAUX": "Y", "MODIF_CONF_CODE": "Y"}
    answer = line.says(messages.document(letter, amina, event="T10", status="C", flags=change))
    assert (code(answer), words(answer)) == ("AA", "")
    [document] = documents(world.amina)
    assert document.visibility == {"N", "INVISIBLE_REPRESENTANTS_LEGAUX"}
    grant = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=document.id))
    actions.set_visibility(grant, document_id=document.id, add={"MASQUE_PS"}, at=NOW)
    line.says(messages.document(letter, amina, event="T10", status="C", flags=change))
    assert "MASQUE_PS" in documents(world.amina)[0].visibility  # what she hid stays hidden


def test_someone_unknown_is_set_aside_and_the_sender_is_told(world: World, labo: Software, line: Line):
    stranger = Who(world.matricule("1970-01-01", "female").matricule, family="INCONNUE", birth="19700101")
    data = messages.results(stranger)
    answer = line.says(data)
    err = answer.er7.first("ERR")
    assert code(answer) == "AA" and err is not None
    assert (err.get(4), err.get(5)) == ("W", "902")
    assert "mis de côté" in words(answer) and "INCONNUE" not in words(answer)
    [waiting] = queries.quarantine(labo.actor)
    assert waiting.size == len(data)
    line.send(data)
    assert message.read(line.answer()).er7.segments[1:] == answer.er7.segments[1:]


def test_right_role_wrong_patient_nothing_reaches_another_record(world: World, labo: Software, line: Line):
    amina, zoe = world.amina, world.zoe
    number = uuid4()
    line.says(messages.document(about(amina, number=number), who(amina)))
    line.says(messages.results(who(amina), filler="W1"))
    # the envelope says Zoé, the document says Amina
    answer = line.says(messages.document(about(amina), who(zoe)))
    assert (code(answer), next(answer.er7.of("ERR")).get(5)) == ("AE", "904")
    # Amina's matricule with Zoé's traits: of nobody
    mixed = Who(amina.ins.matricule, amina.ins.oid, zoe.traits.birth_family, zoe.traits.given_names,
                zoe.traits.birth_date.replace("-", ""))  # fmt: skip
    assert "mis de côté" in words(line.says(messages.results(mixed, filler="W2")))
    # withdrawing and correcting Amina's in the name of Zoé
    gone = messages.document(about(zoe, number=number), who(zoe), event="T04", status="D")
    assert code(line.says(gone)) == "AE"
    assert code(line.says(messages.results(who(zoe), filler="W1", orc="CA"))) == "AE"
    corrected = messages.results(who(zoe), filler="W1", control="M2", status="C")
    assert code(line.says(corrected)) == "AE"
    assert len(documents(amina)) == 2 and documents(zoe) == []


def test_right_role_wrong_patient_a_letter_inside_that_names_somebody_else_is_refused(world: World, line: Line):
    letter = messages.LETTER.replace("BENALI", "ROUX").replace("AMINA", "PAUL").replace("28/03/1979", "01/01/1950")
    for rows in ((), messages.RESULTS[:1]):
        data = messages.report(messages.letter(letter), who(world.amina), kind="AP^HPRIM", more=rows)
        answer = line.says(data)
        [error] = answer.er7.of("ERR")
        assert (code(answer), error.get(2)) == ("AE", "OBX[1].5")
        assert documents(world.amina) == []
    own = world.amina.traits
    hers = messages.LETTER.replace("BENALI", own.birth_family).replace("AMINA", own.given_names[0])
    hers = hers.replace("28/03/1979", "/".join(reversed(own.birth_date.split("-")))).replace("279035121518989", "")
    assert code(line.says(messages.report(messages.letter(hers), who(world.amina), kind="AP^HPRIM"))) == "AA"


def test_a_sender_touches_only_what_it_deposited(world: World, labo: Software):
    number = uuid4()
    other = Software(world, "Autre labo", scopes=RIGHTS)
    with listening(labo, other) as [mine, theirs]:
        mine().says(messages.document(about(world.amina, number=number), who(world.amina)))
        gone = messages.document(about(world.amina, number=number), who(world.amina), event="T04", status="D")
        answer = theirs().says(gone)
        assert (code(answer), next(answer.er7.of("ERR")).get(5)) == ("AE", "901")
        taking = about(world.amina, replaces=number)
        answer = theirs().says(messages.document(taking, who(world.amina), event="T10"))
        assert (code(answer), next(answer.er7.of("ERR")).get(5)) == ("AE", "901")
    assert len(documents(world.amina)) == 1


def test_a_revoked_client_is_refused_at_once_and_rights_are_asked(world: World, labo: Software, line: Line):
    reader = Software(world, "Lecteur", scopes=("system/DocumentReference.rs",))
    with listening(reader) as [call]:
        assert code(call().says(messages.results(who(world.amina)))) == "AR"
    assert code(line.says(messages.results(who(world.amina)))) == "AA"
    people.revoke_client(labo.id, at=NOW)
    assert code(line.says(messages.results(who(world.amina), filler="later"))) == "AR"
    assert len(documents(world.amina)) == 1


@pytest.mark.parametrize(("data", "expected"), [
    (b"nothing like a message", ("AR", "100")),
    (b"MSH|^~\\&|A|B", ("AR", "101")),
    (messages.message(messages.msh("ADT^A01^ADT_A01"), messages.AMINA.pid), ("AR", "200")),
    (messages.message(messages.msh("MDM^T01^MDM_T01"), messages.AMINA.pid), ("AR", "201")),
    (messages.message(messages.msh(version="3.0"), messages.AMINA.pid), ("AR", "203")),
    (messages.message(messages.msh()), ("AE", "100")),
    (messages.message(messages.msh(), messages.AMINA.pid, "OBR|1"), ("AE", "101")),
    (messages.message(messages.msh(), messages.AMINA.pid, messages.AMINA.pid), ("AE", "102")),
    (messages.message(messages.msh(), "PID|||12^^^LABO^PI||A^B||19790328|F", messages.RESULTS[0]), ("AE", "101")),
    (messages.report(b"Ceci n'est pas un CDA"), ("AE", "102")),
    (messages.report(b"PK\x03\x04", kind="AP^ZIP"), ("AE", "102")),
    (messages.report(b"<ClinicalDocument"), ("AE", "102")),
    (messages.results(messages.Who(matricule="12")), ("AE", "102")),
    (messages.document(b"%PDF-1.4", kind="AP^PDF", event="T10"), ("AE", "101")),
    (messages.results(filler="never-seen", orc="CA"), ("AE", "204")),
])  # fmt: skip
def test_each_fault_has_its_answer_in_french(line: Line, data: bytes, expected: tuple[str, str]):
    answer = line.says(data)
    assert (code(answer), next(answer.er7.of("ERR")).get(3)) == expected
    assert words(answer).endswith((".", "?")) and "BENALI" not in words(answer)


def test_an_acknowledgement_is_never_answered(world: World, line: Line):
    line.send(messages.message(messages.msh("ACK^R01^ACK"), "MSA|AA|1"))
    assert code(line.says(messages.results(who(world.amina)))) == "AA"


def test_a_space_that_may_not_receive_says_no(world: World, line: Line):
    closed = world.person("Nadia", state=RecordState.OPPOSED)
    answer = line.says(messages.results(who(closed)))
    assert code(answer) == "AE" and words(answer)


def test_broken_frames_end_the_line_and_lose_nothing(world: World, labo: Software):
    data = messages.results(who(world.amina))
    with listening(labo, within=0.3) as [call]:
        half = call()
        half.socket.sendall(START + data[:100])
        assert half.socket.recv(10) == b""  # too slow: closed, unanswered, to be sent again
    with listening(labo, largest=200_000) as [call]:
        bare = call()
        bare.socket.sendall(data)
        assert bare.socket.recv(10) == b""
        heavy = call()
        with contextlib.suppress(OSError):
            heavy.socket.sendall(START + b"MSH|^~\\&|" + b"x" * 400_000 + END)
        assert code(message.read(heavy.answer())) == "AE"
        assert code(call().says(data)) == "AA"
    assert len(documents(world.amina)) == 1


def test_many_senders_at_once_are_all_answered(world: World, labo: Software):
    people_of = [world.person(f"Personne{n}") for n in range(4)]
    with listening(labo) as [call]:
        answers: list[str] = []

        def sends(person: Person) -> None:
            one = call()
            for n in range(3):
                answers.append(code(one.says(messages.results(who(person), filler=f"F{n}", control=f"C{n}"))))

        threads = [threading.Thread(target=sends, args=(person,)) for person in people_of]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert answers == ["AA"] * 12
    assert [len(documents(person)) for person in people_of] == [3] * 4


# ---- the field's own messages

REAL = sorted(CORPUS.glob("*")) if CORPUS.is_dir() else []


@pytest.mark.skipif(not REAL, reason="the corpus of real messages is not on this machine")
def test_real_messages_have_the_answers_they_should(world: World, labo: Software):
    """Real CDA inside: accepted, for a person of ours or set aside; a placeholder where a CDA is announced: AE; ADT: AR."""
    with listening(labo) as [call]:
        line, seen = call(), {"AA": 0, "AE": 0, "AR": 0}
        for path in REAL:
            data = path.read_bytes()
            read = message.read(data)
            if read.header.type == "ACK":
                continue
            answer = line.says(data)
            seen[code(answer)] += 1
            real = b"Base64^PD94" in data or b"Base64^PENsaW5" in data
            deletes = b"T04" in data[:200] or b"ORC|CA" in data or b"||||||D|" in data
            if read.header.type == "ADT":
                assert code(answer) == "AR"
            elif not real:
                assert code(answer) == "AE", path.name
            elif not deletes and code(answer) == "AA":
                assert "mis de côté" in words(answer)
        assert seen["AR"] == 4
        assert sum(seen.values()) == len(REAL) - sum(1 for path in REAL if b"||ACK^" in path.read_bytes())


def told_of(person: Person, data: bytes) -> bytes:
    """A real message, told of someone of ours: her identity in the envelope and in the CDA it carries."""
    read = message.read(data)
    [document] = carried.documents(read)
    patient = cda.read_header(document.data).patient
    said, number = cda_identity.identity(patient), cda_identity.ins(patient)
    assert number is not None and number.extension is not None
    traits = person.traits
    hers = {
        number.extension: person.ins.matricule, number.root: person.ins.oid, said.birth_family: traits.birth_family,
        said.given_names[0]: traits.given_names[0], said.birth_place: traits.birth_place,
        said.birth_date.replace("-", ""): traits.birth_date.replace("-", ""),
    }  # fmt: skip

    def rewritten(text: bytes) -> bytes:
        for old, new in hers.items():
            text = text.replace(old.encode(), new.encode())
        return text

    inside = re.search(rb"Base64\^(PENsaW5[A-Za-z0-9+/=]+|PD94[A-Za-z0-9+/=]+)", data)
    assert inside is not None
    before, after = data[: inside.start(1)], data[inside.end(1) :]
    return rewritten(before) + base64.b64encode(rewritten(document.data)) + rewritten(after)


@pytest.mark.skipif(not REAL, reason="the corpus of real messages is not on this machine")
def test_a_real_document_goes_its_whole_way(world: World, labo: Software):
    """New, replaced, withdrawn: the radiology report of the examples, told of Amina."""
    found = {event: next(p for p in REAL if f"_V2.1__MDM__{name}" in p.name) for event, name in
             (("T02", "Transmission"), ("T10", "Remplacement"), ("T04", "Suppression"))}  # fmt: skip
    told, left = {}, []
    with listening(labo) as [call]:
        line = call()
        for event, path in found.items():
            told[event] = line.says(told_of(world.amina, path.read_bytes()))
            seen = queries.documents(access.open_record(care(world.dr_diallo, world.amina)))
            left.append((len(documents(world.amina)), len(seen)))
    assert {event: code(answer) for event, answer in told.items()} == dict.fromkeys(found, "AA")
    assert {event: words(answer) for event, answer in told.items()} == dict.fromkeys(found, "")
    # What she and her doctor see: the first is not yet shown to her, its replacement is; withdrawn, the first is back.
    assert left == [(0, 1), (1, 1), (0, 1)]


def test_the_day_of_the_answer_is_that_of_the_first(world: World, line: Line):
    before = datetime.now(UTC)
    answer = line.says(messages.results(who(world.amina), filler="day"))
    sent = message.moment(answer.header.sent)
    assert sent is not None and abs((sent - before).total_seconds()) < 60
