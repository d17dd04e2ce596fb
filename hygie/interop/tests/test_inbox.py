"""The drop folder: each file is taken whole, kept or refused with words, and never lost nor kept twice."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from uuid import UUID

import pytest

from hygie.access.types import Action
from hygie.base.errors import Conflict, Unavailable
from hygie.formats import sniff
from hygie.formats.tests import messages
from hygie.interop.inbox import folder
from hygie.interop.inbox.folder import DONE, REFUSED, WORKING, Inbox
from hygie.interop.inbox.handing import Fate, hand_in
from hygie.interop.tests.clients import Software
from hygie.interop.tests.test_hl7v2_mllp import about, documents, who
from hygie.people import actions as people
from hygie.record import queries
from hygie.tests.world import NOW, Person, World

RIGHTS = ("system/DocumentReference.cu",)
PDF = b"%PDF-1.4 compte rendu"


@pytest.fixture
def labo(world: World) -> Software:
    return Software(world, scopes=RIGHTS)


@pytest.fixture
def inbox(tmp_path: Path, labo: Software):
    (tmp_path / f"labo-seine_{labo.id}").mkdir()
    made = Inbox(tmp_path, settled=0.0)
    made.open()
    yield made
    made.close()


def place(inbox: Inbox) -> Path:  # the labo's subfolder
    return next(inbox.root.glob("labo-seine_*"))


def drop(inbox: Inbox, name: str, data: bytes) -> None:
    """Write a file and let it settle."""
    (place(inbox) / name).write_bytes(data)


def looked(inbox: Inbox) -> int:
    """Two looks: one sees the file, the next takes it."""
    return inbox.look() + inbox.look()


def names(inbox: Inbox, where: str) -> list[str]:
    return sorted(one.name for one in (place(inbox) / where).iterdir())


def letter(person: Person, *, block: str = messages.LAB, **changes: str) -> bytes:
    traits = person.traits
    said = {
        "BENALI": traits.birth_family, "AMINA": traits.given_names[0], "279035121518989": person.ins.matricule,
        "28/03/1979": "/".join(reversed(traits.birth_date.split("-"))), **changes,
    }  # fmt: skip
    text = messages.LETTER
    for before, after in said.items():
        text = text.replace(before, after)
    return messages.letter(text=text, block=block)


def sidecar(person: Person, **changes: object) -> bytes:
    traits = person.traits
    return json.dumps({
        "matricule": person.ins.matricule, "oid": person.ins.oid, "birth_family": traits.birth_family,
        "given_names": list(traits.given_names), "birth_date": traits.birth_date, "sex": traits.sex,
        "birth_place": traits.birth_place, "type_code": "18748-4", "title": "Radio du genou", "date": "2026-03-12",
        "author": "Dr Roux", **changes,
    }).encode()  # fmt: skip


def test_each_kind_of_file_becomes_a_document_of_hers(world: World, inbox: Inbox):
    drop(inbox, "a.hpr", letter(world.amina))
    drop(inbox, "b.hl7", messages.results(who(world.amina)))
    drop(inbox, "c.xml", about(world.amina))
    drop(inbox, "d.pdf", PDF)
    drop(inbox, "d.json", sidecar(world.amina))
    assert looked(inbox) == 4
    assert names(inbox, DONE) == ["a.hpr", "b.hl7", "c.xml", "d.json", "d.pdf"]
    assert names(inbox, REFUSED) == names(inbox, WORKING) == []
    found = {one.metadata.media_type: one for one in documents(world.amina)}
    assert set(found) == {sniff.HPRIM, sniff.HL7_V2, sniff.CDA, sniff.PDF}
    assert (found[sniff.HPRIM].metadata.type_code, found[sniff.HPRIM].metadata.authors[0].name) == (
        "11502-2",
        "Labo Seine",
    )
    assert (found[sniff.PDF].metadata.title, found[sniff.PDF].source) == ("Radio du genou", "inbox")
    grant = world.amina.opens(Action.READ, object_id=found[sniff.HPRIM].id)
    assert queries.content(grant, document_id=found[sniff.HPRIM].id).data == letter(world.amina)


def test_the_letters_of_one_file_go_each_to_its_person(world: World, inbox: Inbox):
    both = letter(world.amina).replace(b"****FINFICHIER****\r\n", b"") + letter(world.zoe)
    drop(inbox, "lot.hpr", both)
    looked(inbox)
    assert names(inbox, DONE) == ["lot.hpr"]
    [hers], [zoes] = documents(world.amina), documents(world.zoe)
    for person, one, other in ((world.amina, hers, world.zoe), (world.zoe, zoes, world.amina)):
        data = queries.content(person.opens(Action.READ, object_id=one.id), document_id=one.id).data
        assert person.canaries[0].encode() in data and other.canaries[0].encode() not in data


def test_the_same_file_again_is_harmless(world: World, inbox: Inbox):
    for _ in range(2):
        drop(inbox, "a.hpr", letter(world.amina))
        drop(inbox, "b.hl7", messages.results(who(world.amina)))
        drop(inbox, "d.pdf", PDF)
        drop(inbox, "d.json", sidecar(world.amina))
        looked(inbox)
    assert len(documents(world.amina)) == 3
    assert {"a.hpr", "a-2.hpr", "d.pdf", "d-2.pdf", "d-2.json"} <= set(names(inbox, DONE))


def test_a_file_of_several_messages_says_the_fate_of_each(world: World, inbox: Inbox):
    good = messages.results(who(world.amina), filler="L1")
    bad = messages.message(messages.msh("ADT^A01^ADT_A01"), messages.AMINA.pid)
    drop(inbox, "lot.hl7", good + bad)
    looked(inbox)
    assert names(inbox, REFUSED) == ["lot.hl7", "lot.hl7.raison.txt"]
    told = (place(inbox) / REFUSED / "lot.hl7.raison.txt").read_text()
    assert "Message 1 : reçu et conservé." in told and "Message 2 : Hygie reçoit des résultats" in told
    assert len(documents(world.amina)) == 1


@pytest.mark.parametrize(("name", "data", "told"), [
    ("a.exe", b"MZ\x90", "type de fichier"),
    ("a.xml", b"<ClinicalDocument", "."),
    ("a.hl7", b"MSH|^~\\&|A|B", "quel type"),
    ("a.hpr", messages.letter(text=messages.LETTER.replace("279035121518989", "")), "numéro de sécurité sociale"),
    ("vide.pdf", b"", "type de fichier"),
    ("a.json", b"{}", "."),
])  # fmt: skip
def test_what_is_refused_stays_with_its_reason(inbox: Inbox, name: str, data: bytes, told: str):
    inbox.waits = 0.0
    drop(inbox, name, data)
    looked(inbox)
    assert names(inbox, REFUSED) == [name, f"{name}.raison.txt"]
    reason = (place(inbox) / REFUSED / f"{name}.raison.txt").read_text()
    assert told in reason and "BENALI" not in reason
    assert (place(inbox) / REFUSED / name).read_bytes() == data


@pytest.mark.parametrize(("changes", "at"), [
    ({"sex": None}, "sex"), ({"surprise": "x"}, "surprise"), ({"given_names": "Amina"}, "given_names"),
    ({"type_code": "rien"}, "type_code"), ({"visibility": ["VISIBLE"]}, "visibility"), ({"date": "hier"}, "date"),
    ({"matricule": "12"}, "matricule"),
])  # fmt: skip
def test_a_sidecar_that_errs_is_told_where(world: World, labo: Software, changes: dict[str, object], at: str):
    fate = hand_in(labo.id, PDF, sidecar=sidecar(world.amina, **changes), now=NOW)
    assert not fate.kept and f"(à : {at})" in fate.words
    assert documents(world.amina) == []


def test_a_pdf_waits_for_its_sidecar_and_then_no_longer(world: World, inbox: Inbox):
    drop(inbox, "seul.pdf", PDF)
    assert looked(inbox) == 0
    drop(inbox, "seul.json", sidecar(world.amina))
    assert looked(inbox) == 1
    assert len(documents(world.amina)) == 1
    drop(inbox, "tard.pdf", PDF + b"2")
    inbox.waits = 0.0
    looked(inbox)
    assert names(inbox, REFUSED) == ["tard.pdf", "tard.pdf.raison.txt"]


def test_a_file_still_being_written_is_left_alone(world: World, inbox: Inbox):
    data = messages.results(who(world.amina))
    with (place(inbox) / "lent.hl7").open("wb") as writing:
        for start in range(0, len(data), 400):
            writing.write(data[start : start + 400])
            writing.flush()
            assert inbox.look() == 0
    drop(inbox, "autre.hl7.part", data)
    assert looked(inbox) == 1
    assert names(inbox, DONE) == ["lent.hl7"]
    assert (place(inbox) / "autre.hl7.part").exists()
    careful = Inbox(inbox.root, settled=60.0)
    drop(inbox, "frais.hl7", data)
    assert careful.look() + careful.look() == 0


def test_a_stop_at_any_moment_loses_nothing(world: World, inbox: Inbox):
    def dies(*_: object) -> Fate:
        raise KeyboardInterrupt

    drop(inbox, "a.hl7", messages.results(who(world.amina)))
    drop(inbox, "d.pdf", PDF)
    drop(inbox, "d.json", sidecar(world.amina))
    inbox.hand = dies
    with pytest.raises(KeyboardInterrupt):
        looked(inbox)
    assert len(names(inbox, WORKING)) == 3
    (place(inbox) / WORKING / "d.json").rename(place(inbox) / "d.json")  # the stop came between the two renames
    again = Inbox(inbox.root, settled=0.0)
    assert again.look() == 2
    assert names(again, DONE) == ["a.hl7", "d.json", "d.pdf"]
    assert len(documents(world.amina)) == 2


def test_what_cannot_be_kept_now_is_kept_later(world: World, inbox: Inbox):
    def away(*_: object) -> Fate:
        raise Unavailable("Plus tard.", code="busy")

    inbox.hand = away
    drop(inbox, "a.hl7", messages.results(who(world.amina)))
    with pytest.raises(Unavailable):
        looked(inbox)
    assert names(inbox, WORKING) == ["a.hl7"]
    inbox.hand = folder.deposited
    assert inbox.look() == 1
    assert len(documents(world.amina)) == 1


def test_someone_unknown_is_set_aside_and_the_sender_reads_it(world: World, labo: Software, inbox: Inbox):
    stranger = world.person("Inès")
    drop(inbox, "a.hpr", letter(stranger, **{stranger.traits.birth_family: "AUTRE"}))
    looked(inbox)
    assert names(inbox, DONE) == ["a.hpr", "a.hpr.note.txt"]
    assert "mis de côté" in (place(inbox) / DONE / "a.hpr.note.txt").read_text()
    assert documents(stranger) == []
    assert len(queries.quarantine(labo.actor)) == 1


def test_right_role_wrong_patient_a_letter_never_goes_by_half_an_identity(world: World, inbox: Inbox):
    mixed = letter(world.zoe).replace(world.zoe.ins.matricule.encode(), world.amina.ins.matricule.encode())
    drop(inbox, "a.hpr", mixed)
    drop(inbox, "b.pdf", PDF)
    drop(inbox, "b.json", sidecar(world.amina, birth_family=world.zoe.traits.birth_family))
    looked(inbox)
    assert documents(world.amina) == documents(world.zoe) == []


def test_only_folders_of_live_clients_give(world: World, labo: Software, inbox: Inbox):
    people.revoke_client(labo.id, at=NOW)
    drop(inbox, "a.hl7", messages.results(who(world.amina)))
    (inbox.root / "n'importe quoi").mkdir()
    (inbox.root / "n'importe quoi" / "b.hl7").write_bytes(messages.results(who(world.amina)))
    looked(inbox)
    assert "n'est pas enregistré" in (place(inbox) / REFUSED / "a.hl7.raison.txt").read_text()
    assert (inbox.root / "n'importe quoi" / "b.hl7").exists()
    assert documents(world.amina) == []


def test_links_are_never_followed(world: World, inbox: Inbox, tmp_path_factory: pytest.TempPathFactory):
    outside = tmp_path_factory.mktemp("outside") / "secret.hl7"
    outside.write_bytes(messages.results(who(world.amina)))
    (place(inbox) / "lien.hl7").symlink_to(outside)
    (inbox.root / str(UUID(int=1))).symlink_to(outside.parent)
    assert looked(inbox) == 0
    assert outside.exists() and documents(world.amina) == []


def test_what_is_done_goes_after_its_days_and_what_is_refused_stays(world: World, inbox: Inbox):
    drop(inbox, "a.hl7", messages.results(who(world.amina)))
    drop(inbox, "b.exe", b"MZ\x90")
    looked(inbox)
    old = time.time() - folder.KEPT - 60
    for where, name in ((DONE, "a.hl7"), (REFUSED, "b.exe")):
        os.utime(place(inbox) / where / name, (old, old))
    inbox.look()
    assert names(inbox, DONE) == [] and names(inbox, REFUSED) == ["b.exe", "b.exe.raison.txt"]


def test_one_process_watches_a_folder(inbox: Inbox):
    with pytest.raises(Conflict):
        Inbox(inbox.root).open()
