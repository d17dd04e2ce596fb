"""What a person drops at once: a folder in a ZIP, a mail, bills; each file once, proposed, and taken back as easily."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from hygie.access import actions as access
from hygie.access.types import Action, Level
from hygie.base.errors import Invalid
from hygie.formats import mailfile, zips
from hygie.portal.tests.test_adding import PRESCRIPTION, hers, photo
from hygie.tests import jobs
from hygie.tests.world import NOW, World, care

BILL = "FACTURE\nCabinet dentaire\nle 5 mai 2025\nMontant : 120 euros\nBase de remboursement, reste à charge, honoraires".encode()


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def mailed() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "cabinet@exemple.fr", "amina@exemple.fr", "Votre ordonnance"
    message.set_content("Bonjour, voici votre ordonnance.")
    message.add_attachment(PRESCRIPTION, maintype="text", subtype="plain", filename="ordonnance.txt")
    message.add_attachment(photo("blue"), maintype="image", subtype="jpeg", filename="../../carte.jpg")
    return bytes(message)


def at_night(night: datetime) -> None:
    from procrastinate.contrib.django import app

    app.tasks["record.sweep"](int(night.timestamp()))


def dropped(client, **files: bytes) -> str:
    given = [SimpleUploadedFile(name.replace("_", "."), data) for name, data in files.items()]
    return client.post("/documents/ajouter/", {"documents": given}).content.decode()


def test_a_folder_and_a_mail_are_opened_out_each_file_once_and_bills_apart(browse, world: World):
    client = browse(world.amina.actor)
    folder = packed({"2024/ordonnance.txt": PRESCRIPTION, "2025/facture.txt": BILL, "photos/main.jpg": photo("red")})
    page = dropped(client, tout_zip=folder, lettre_eml=mailed())
    held = {one.metadata.file_name: one for one in hers(world)}
    assert set(held) == {"ordonnance.txt", "facture.txt", "main.jpg", "carte.jpg"}
    assert page.count("Vous l’aviez déjà : il n’est gardé qu’une fois.") == 1  # in the folder, and in the mail
    assert "gardée à part" in page
    assert "MASQUE_PS" in held["facture.txt"].visibility
    from hygie.access.actions import open_record
    from hygie.record import queries as record

    seen = {one.metadata.file_name for one in record.documents(open_record(care(world.dr_diallo, world.amina)))}
    assert "facture.txt" not in seen


def test_what_was_all_there_already_is_not_said_to_be_added_and_there_is_nothing_to_undo(browse, world: World):
    client = browse(world.amina.actor)
    again = [dropped(client, a_txt=PRESCRIPTION, b_txt=BILL), dropped(client, a_txt=PRESCRIPTION, b_txt=BILL)]
    assert "2 documents ajoutés" in again[0] and "documents ajoutés</h1>" not in again[1]
    assert "Tout était déjà là" in again[1] and "2 étaient déjà là" in again[1] and "Tout retirer" not in again[1]
    assert "C’est ajouté" in (mixed := dropped(client, a_txt=PRESCRIPTION, c_txt=b"Note du 2 mars 2024"))
    assert "1 était déjà là" in mixed and "Tout retirer" in mixed
    notes = {f"{n}.txt": f"Note du {n} mai 2024, tout va bien.".encode() for n in range(1, 8)}
    pages = []
    for _ in range(2):
        given = [SimpleUploadedFile(name, data) for name, data in notes.items()]
        at = client.post("/documents/ajouter/", {"documents": given}).headers["Location"]
        jobs.do("record.bring", patient_id=world.amina.id)
        pages.append(client.get(at).content.decode())
    assert "7 documents ajoutés" in pages[0] and "Annuler : tout retirer" in pages[0]
    assert "Tout était déjà là" in pages[1] and "7 étaient déjà là" in pages[1]
    assert "Annuler : tout retirer" not in pages[1] and "0 document" not in pages[1]


def test_many_files_come_in_by_themselves_are_looked_over_and_taken_back_whole(browse, world: World):
    """Without script, all at once; with it, a few at a time: a page closed midway loses nothing of what was sent."""
    client = browse(world.amina.actor)
    beside = len(hers(world))
    notes = {f"{n}_txt": f"Note du {n} mars 2024, tout va bien.".encode() for n in range(1, 5)}
    given = [SimpleUploadedFile(name.replace("_", "."), data) for name, data in notes.items()]
    given += [
        SimpleUploadedFile(
            "dossier.zip", packed({"a/o.txt": PRESCRIPTION, "b/o.txt": PRESCRIPTION, "b/.x": b"1", "n.html": b"<b>"})
        )
    ]
    answer = client.post("/documents/ajouter/", {"documents": given, "hidden": "on"})
    at = answer.headers["Location"]
    assert "0 sur 7" in client.get(at).content.decode()
    assert "en cours, 0 sur 7" in client.get("/documents/ajouter/").content.decode()
    for stranger in (world.zoe.actor, world.dr_diallo):
        assert browse(stranger).get(at).status_code == 404
        assert browse(stranger).post(at, {"quoi": "annuler"}).status_code == 404
    jobs.do("record.bring", patient_id=world.amina.id)
    page = client.get(at).content.decode()
    assert (
        "5 documents ajoutés" in page
        and "1 était déjà là" in page
        and "n.html" in page
        and "Vous pouvez ajouter un PDF" in page
    )
    assert {tuple(sorted(one.visibility)) for one in hers(world)} == {("MASQUE_PS", "N")}
    assert "Ordonnances et soins" in page and page.count('name="retirer-') == 5

    sent = client.post(
        "/documents/ajouter/plusieurs/", {"documents": [SimpleUploadedFile("5.txt", b"Note du 5 mars 2024")]}
    ).json()
    jobs.do("record.bring", patient_id=world.amina.id)
    more = {"documents": [SimpleUploadedFile("6.txt", b"Note du 6 mars 2024")], "apport": sent["apport"]}
    assert browse(world.zoe.actor).post("/documents/ajouter/plusieurs/", more).status_code == 404
    more["documents"] = [SimpleUploadedFile("6.txt", b"Note du 6 mars 2024")]
    assert client.post("/documents/ajouter/plusieurs/", more).json() == sent
    assert len(hers(world)) == beside + 6  # the page is closed here: what was sent comes in all the same
    jobs.do("record.bring", patient_id=world.amina.id)
    assert len(hers(world)) == beside + 7

    one = next(d for d in hers(world) if d.metadata.file_name == "6.txt")
    said = {
        "document": str(one.id),
        f"title-{one.id}": "Corrigé",
        f"kind-{one.id}": "DOCPAT06",
        f"day-{one.id}": "2024-03-06",
    }
    client.post("/documents/ajouter/verifier/", said)
    client.post(sent["suite"], {"quoi": "annuler"})
    jobs.do("record.bring", patient_id=world.amina.id)
    assert "C’est annulé" in client.get(sent["suite"]).content.decode()
    assert len(hers(world)) == beside + 5


def test_an_earlier_space_or_a_folder_goes_its_way_whichever_page_it_is_given_to(browse, world: World):
    client = browse(world.amina.actor)
    away = b"".join(client.post("/compte/emporter/").streaming_content)
    answer = client.post("/documents/ajouter/", {"documents": [SimpleUploadedFile("h.zip", away)]})
    assert answer.headers["Location"].startswith("/compte/rapporter/")
    folder = SimpleUploadedFile("papiers.zip", packed({"o.txt": PRESCRIPTION}))
    at = client.post("/compte/rapporter/", {"archive": folder}).headers["Location"]
    jobs.do("record.bring", patient_id=world.amina.id)
    assert "Un document ajouté" in client.get(at).content.decode()


def test_a_helper_who_may_file_sends_many_for_her_and_one_who_may_only_see_sends_none(browse, world: World):
    """Right helper, wrong person; and an import is told, and undone, to whoever made it alone."""
    ties = {}
    for helper, level in ((world.zoe, Level.FILE), (world.person("Lou"), Level.SEE)):
        grant = world.amina.opens(Action.SET_ACCESS)
        tie, code = access.entrust(grant, name="Aide", relation="friend", level=level, at=NOW)
        access.accept_help(helper.actor, code=code, at=NOW)
        ties[helper.id] = (helper, tie)
    (zoe, tie), (lou, _tie) = ties.values()
    before, address = len(hers(world)), f"/pour/{world.amina.id}/documents/ajouter/"

    def papers() -> dict[str, list[SimpleUploadedFile]]:
        return {"documents": [SimpleUploadedFile(f"{n}.txt", f"Note du {n} mai 2024".encode()) for n in range(1, 8)]}

    assert browse(lou.actor).post(address, papers()).status_code == 403
    assert browse(world.person("Ana").actor).post(address, papers()).status_code == 404
    client = browse(zoe.actor)
    at = client.post(address, papers()).headers["Location"]
    assert at.startswith(f"/pour/{world.amina.id}/")
    jobs.do("record.bring", patient_id=world.amina.id)
    assert "7 documents ajoutés" in client.get(at).content.decode()
    assert len(hers(world)) == before + 7
    assert browse(world.amina.actor).get(at.replace(f"/pour/{world.amina.id}", "")).status_code == 404
    assert "tout retirer" not in client.get(at).content.decode()
    assert client.post(at, {"quoi": "annuler"}).status_code == 403
    assert len(hers(world)) == before + 7

    client.post(
        address, {"documents": [SimpleUploadedFile(f"{n}.txt", f"Note du {n} juin 2024".encode()) for n in range(1, 8)]}
    )
    access.end_tie(world.amina.opens(Action.SET_ACCESS), tie_id=tie, at=timezone.now())
    jobs.do("record.bring", patient_id=world.amina.id)  # her right is over: nothing comes in
    assert len(hers(world)) == before + 7


def test_what_stopped_is_swept_after_a_week_and_what_goes_on_is_kept(browse, world: World):
    def pieces() -> int:
        with transaction.atomic(), connection.cursor() as sql:
            sql.execute(f"SET LOCAL hygie.patients = '{{{world.amina.id}}}'")
            sql.execute("SET LOCAL hygie.reach = 'all'")
            sql.execute("SELECT count(*) FROM record_importpart WHERE patient_id = %s", [world.amina.id])
            return sql.fetchone()[0]

    client = browse(world.amina.actor)
    sent = client.post(
        "/documents/ajouter/plusieurs/", {"documents": [SimpleUploadedFile("5.txt", b"Note du 5 mars 2024")]}
    ).json()
    now = timezone.now()
    at_night(now + timedelta(days=6))
    assert pieces() == 2
    with transaction.atomic(), connection.cursor() as sql:  # it moved three days later
        sql.execute(f"SET LOCAL hygie.patients = '{{{world.amina.id}}}'")
        sql.execute("SET LOCAL hygie.reach = 'all'")
        sql.execute(
            "UPDATE record_import SET touched = %s WHERE patient_id = %s", [now + timedelta(days=3), world.amina.id]
        )
    at_night(now + timedelta(days=8))
    assert pieces() == 2
    at_night(now + timedelta(days=11))
    assert pieces() == 0
    page = client.get(sent["suite"]).content.decode()
    assert "s’est arrêté en route" in page and "Rien n’a été ajouté" in page and "Annuler" not in page
    jobs.do("record.bring", patient_id=world.amina.id)  # asked for before the sweep: nothing is left to do
    assert hers(world) == []


def test_one_page_settles_all_proposals_or_takes_all_back(browse, world: World):
    client = browse(world.amina.actor)
    dropped(client, a_txt=PRESCRIPTION, b_jpg=photo("green"), c_jpg=photo("black"))
    one, two, three = (
        next(d for d in hers(world) if d.metadata.file_name == name) for name in ("a.txt", "b.jpg", "c.jpg")
    )
    said = {"document": [str(one.id), str(two.id), str(three.id)]}
    for document in (one, two, three):
        day = document.day.date().isoformat()
        said |= {f"title-{document.id}": [document.metadata.title], f"kind-{document.id}": [document.type_code], f"day-{document.id}": [day]}  # fmt: skip
    said |= {f"title-{two.id}": ["Carnet de vaccins"], f"kind-{two.id}": ["DOCPAT06"], f"retirer-{three.id}": ["oui"]}
    assert client.post("/documents/ajouter/verifier/", said).status_code == 302
    now = {d.metadata.title: d for d in hers(world)}
    assert len(now) == 2
    assert now["Carnet de vaccins"].type_code == "DOCPAT06"
    assert one.id in {d.id for d in now.values()}  # untouched: no new version
    answer = client.post("/documents/ajouter/verifier/", {"document": [str(one.id)], "tout": "retirer"})
    assert answer.status_code == 302
    assert [d.metadata.title for d in hers(world)] == ["Carnet de vaccins"]


def test_a_title_written_beside_a_day_left_empty_is_kept(browse, world: World):
    client = browse(world.amina.actor)
    dropped(client, a_jpg=photo("green"))
    (one,) = hers(world)
    said = {"document": str(one.id), f"title-{one.id}": "Carnet de vaccins", f"kind-{one.id}": "DOCPAT06"}
    client.post("/documents/ajouter/verifier/", said | {f"day-{one.id}": ""})
    (now,) = hers(world)
    assert (now.metadata.title, now.type_code) == ("Carnet de vaccins", "DOCPAT06")
    assert now.day.date() == one.day.date()


def test_somebody_elses_documents_are_not_settled(browse, world: World):
    dropped(browse(world.amina.actor), a_txt=PRESCRIPTION)
    (one,) = hers(world)
    answer = browse(world.zoe.actor).post("/documents/ajouter/verifier/", {"document": str(one.id), "tout": "retirer"})
    assert answer.status_code == 404
    assert len(hers(world)) == 1


def _overlapping() -> bytes:
    """Two names for the same bytes: small on the wire, large once open."""
    data = bytearray(packed({"a.txt": b"a" * 5000, "b.txt": b"b" * 5000}))
    second = data.rindex(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(data)


def _bomb() -> bytes:
    return packed({f"{n}.txt": b"\0" * 8_000_000 for n in range(9)})


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_overlapping, "zip-overlap"), (_bomb, "zip-too-large"), (lambda: packed({"../../x": b"1"}), "zip-name"),
        (lambda: packed({"C:\\x": b"1"}), "zip-name"), (lambda: packed({f"{n}": b"1" for n in range(201)}), "zip-too-many"),
        (lambda: packed({"a": b"1" * 100})[:-10], "zip-unreadable"),
    ],
)  # fmt: skip
def test_a_trapped_archive_is_not_opened(make, why):
    with pytest.raises(Invalid) as refused, zips.Incoming(io.BytesIO(make())) as opened:
        [opened.read(name) for name in opened.names]
    assert refused.value.code == why


def test_a_trapped_archive_is_said_and_nothing_is_added(browse, world: World):
    page = dropped(
        browse(world.amina.actor), piege_zip=_overlapping(), notes_docx=packed({"[Content_Types].xml": b"<x/>"})
    )
    assert "piégée" in page
    assert "Vous pouvez ajouter un PDF" in page
    assert hers(world) == []


def test_a_mail_of_endless_parts_is_refused_and_one_without_files_gives_its_words():
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.fr", "Résultats"
    message.set_content("Tout va bien.")
    [(name, data)] = mailfile.files(bytes(message))
    assert (name, data) == ("Résultats.txt", b"Tout va bien.")
    for _ in range(mailfile.MOST_PARTS):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename="x.pdf")
    with pytest.raises(Invalid, match="trop de pièces"):
        mailfile.files(bytes(message))
    assert not mailfile.is_mail(PRESCRIPTION)
    assert mailfile.is_mail(mailed())
