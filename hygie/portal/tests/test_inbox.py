"""What a person drops at once: a folder in a ZIP, a mail, bills; each file once, proposed, and taken back as easily."""

from __future__ import annotations

import io
import struct
import zipfile
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hygie.base.errors import Invalid
from hygie.formats import mailfile, zips
from hygie.portal.tests.test_adding import PRESCRIPTION, hers, photo
from hygie.tests.world import World, care

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
