"""Tout emporter, et revenir: byte for byte on originals, entry for entry on data, proof for proof on the journal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from hygie.access.types import Action
from hygie.base.errors import Unavailable
from hygie.formats.cda import writer
from hygie.formats.tests import samples
from hygie.portal.tests import stage
from hygie.record import actions as record_actions
from hygie.record import queries as record
from hygie.tests import jobs
from hygie.tests.world import NOW, Person, World, a_report, deposited, read_by_machine

ALLERGY = {"resourceType": "AllergyIntolerance", "code": {"text": "Pénicilline"}}


def as_person(person: Person) -> Client:
    client = Client()
    client.cookies[stage.COOKIE] = stage.enter(person.actor)
    return client


@pytest.fixture(autouse=True)
def _on_stage() -> Iterator[None]:
    with override_settings(MIDDLEWARE=stage.middleware()):
        yield


def taken(person: Person) -> bytes:
    answer = as_person(person).post("/compte/emporter/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def brought(person: Person, data: bytes) -> str:
    """The page that says what became of it, once the worker has done its part."""
    client = as_person(person)
    answer = client.post("/compte/rapporter/", {"archive": SimpleUploadedFile("h.zip", data)})
    if answer.status_code == 302:
        jobs.do("record.bring", patient_id=person.id)
        answer = client.get(answer.headers["Location"])
    return answer.content.decode()


@pytest.fixture(scope="module")
def world(database: None) -> World:
    return World()


@pytest.fixture(scope="module")
def amina(world: World) -> Person:
    """A structured report, a picture of one, a letter that replaced another, one put away and hidden, her own words."""
    report = a_report("Bilan thyroïdien", content=writer.write(samples.lab()), media_type="text/xml")
    only_pdf = a_report("Courrier", content=writer.write(samples.level_one()), media_type="text/xml")
    letter = a_report("Lettre de sortie", type_code="11490-0", class_code="11")
    later = a_report(
        "Lettre de sortie corrigée", type_code="11490-0", class_code="11", replaces=letter.metadata.unique_id
    )
    secret = a_report("Consultation", visibility=frozenset({"N", "MASQUE_PS"}))
    unannounced = a_report("Pas encore annoncé", visibility=frozenset({"N", "INVISIBLE_PATIENT"}))
    receipts = [deposited(world.labo_seine, world.amina, one) for one in (report, only_pdf, letter, later, secret)]
    deposited(world.labo_seine, world.amina, unannounced)
    read_by_machine(world.amina, *receipts)
    record_actions.add_entry(world.amina.opens(Action.DECLARE), resource=ALLERGY, at=NOW)
    grant = record_actions.open_to_correct(world.amina.asks(Action.ARCHIVE, object_id=receipts[4].id))
    record_actions.archive(grant, document_id=receipts[4].id, archived=True, at=NOW)
    return world.amina


@pytest.fixture(scope="module")
def archive(amina: Person) -> bytes:
    with override_settings(MIDDLEWARE=stage.middleware()):
        return taken(amina)


def contents(person: Person) -> dict[str, tuple[str, str, frozenset[str], bool, str | None]]:
    """What a space holds, by unique id, through the doors."""
    held = record.takeaway(person.opens(Action.EXPORT), keeper="ici")
    unique = {one.id: one.metadata.unique_id for one in held.documents}
    return {
        one.metadata.unique_id: (
            one.sha256.hex(), one.status, one.visibility, one.archived, unique.get(one.replaces) if one.replaces else None,
        )
        for one in held.documents
    }  # fmt: skip


def said(person: Person) -> list[str]:
    found = record.entries(person.opens(Action.LIST))
    return sorted(json.dumps([one.resource, str(one.day), one.section], sort_keys=True) for one in found)


def test_what_comes_out_is_every_byte_and_nothing_that_she_may_not_see(amina: Person, archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        manifest = json.loads(opened.read("donnees/hygie.json"))
        originals = {row["sha256"]: opened.read(row["path"]) for row in manifest["documents"]}
        bundle = json.loads(opened.read("donnees/dossier.fhir.json"))
        whole = b"".join(opened.read(name) for name in opened.namelist())
        pages = {name: opened.read(name).decode() for name in opened.namelist() if name.endswith(".html")}
    import hashlib

    assert len(originals) == 5
    assert all(hashlib.sha256(data).hexdigest() == said for said, data in originals.items())
    kinds = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert kinds.count("DocumentReference") == 5
    assert kinds.count("AllergyIntolerance") == 1
    assert kinds.count("Observation") >= 3
    assert "Pas encore annoncé".encode() not in whole
    assert "Pénicilline" in pages["sante.html"]
    assert "Bilan thyroïdien" in pages["documents.html"]
    assert "Labo Seine" in pages["journal.html"]
    assert all(
        "http" not in page.replace("http-equiv", "")
        for name, page in pages.items()
        if "/" not in name and name != "index.html"
    )


def test_a_paper_dated_to_the_day_keeps_that_day_in_its_name_and_on_its_page(database: None) -> None:
    world = World()
    midnight = datetime(2026, 3, 11, 23, tzinfo=UTC)  # how « 2026-03-12 » is kept
    deposited(world.labo_seine, world.amina, a_report("Radiographie", service_start=midnight))
    with zipfile.ZipFile(io.BytesIO(taken(world.amina))) as opened:
        (path,) = (name for name in opened.namelist() if "radiographie" in name and not name.endswith(".html"))
        page = opened.read("documents.html").decode().replace("\xa0", " ")
    assert path.startswith("documents/2026/2026-03-12_")
    assert "12 mars 2026" in page and "11 mars 2026" not in page


def test_its_journal_proves_itself_without_us_and_every_tampering_shows(archive: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for name in ("journal.ndjson", "empreinte.json", "verifier.py"):
            (tmp_path / name).write_bytes(opened.read(f"journal/{name}"))

    def verified() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-I", str(tmp_path / "verifier.py")], capture_output=True, text=True)

    assert (verified().returncode, verified().stdout.startswith("Le journal est entier")) == (0, True)
    lines = (tmp_path / "journal.ndjson").read_bytes().splitlines(keepends=True)
    assert len(lines) > 10
    later = json.dumps(json.loads(lines[3]) | {"moment": json.loads(lines[3])["moment"] + 1}).encode() + b"\n"
    for tampered in (
        lines[:-1], lines[1:], [*lines[:2], *lines[3:]], [lines[0], lines[2], lines[1], *lines[3:]],
        [*lines[:3], later, *lines[4:]], [],
    ):  # fmt: skip
        (tmp_path / "journal.ndjson").write_bytes(b"".join(tampered))
        assert verified().returncode == 1


def test_it_comes_back_elsewhere_byte_for_byte_and_entry_for_entry(world: World, amina: Person, archive: bytes) -> None:
    from dataclasses import replace

    elsewhere = world.person("Amina")
    her_own = replace(amina.traits)  # the same civil status, another space: as in another installation
    from hygie.people import actions as people
    from hygie.people.types import IdentityStatus

    people.update_identity(elsewhere.id, traits=her_own, ins=None, status=IdentityStatus.VALIDATED, at=NOW)
    page = brought(elsewhere, archive)
    assert "5 documents sont revenus" in page
    back = record.documents(elsewhere.opens(Action.LIST), status=None, archived=None)
    read_by_machine(elsewhere, *back)  # type: ignore[arg-type]  # they have ids, as receipts do
    assert contents(elsewhere) == contents(amina)
    assert said(elsewhere) == said(amina)
    told = {one.metadata.brought.depositor for one in back if one.metadata.brought}
    assert told == {"Labo Seine"}
    assert {one.by_patient for one in back} == {True}
    listed = as_person(elsewhere).get("/documents/").content.decode()
    assert "Apporté par vous depuis http://localhost:8600, où Labo Seine l’avait déposé" in listed
    again = brought(elsewhere, archive)
    assert "Tout était déjà là" in again and "5 documents y étaient déjà" in again and "0 document" not in again
    assert "Annuler : tout retirer" not in again and "relit maintenant" not in again, "nothing came, nothing is undone"
    assert len(record.documents(elsewhere.opens(Action.LIST), status=None, archived=None)) == 5


def test_an_import_is_cut_goes_on_says_how_far_it_is_and_is_undone_whole(
    world: World, amina: Person, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hygie.people import actions as people
    from hygie.people.types import IdentityStatus

    elsewhere = world.person("Amina")
    mine = deposited(world.labo_seine, elsewhere)
    people.update_identity(elsewhere.id, traits=amina.traits, ins=None, status=IdentityStatus.VALIDATED, at=NOW)
    client = as_person(elsewhere)
    at = client.post("/compte/rapporter/", {"archive": SimpleUploadedFile("h.zip", archive)}).headers["Location"]
    assert "0 sur 5" in client.get(at).content.decode()
    monkeypatch.setattr("hygie.record.bringing.TOGETHER", 2)
    with monkeypatch.context() as full:
        full.setenv("HYGIE_RESERVE", "1000000000")  # more than any disk has
        with pytest.raises(Unavailable):
            jobs.do("record.bring", patient_id=elsewhere.id)
    page = client.get(at).content.decode()
    assert "0 sur 5" in page and "Actualiser" in page
    assert as_person(world.zoe).get(at).status_code == 404
    assert as_person(world.zoe).post(at, {"quoi": "annuler"}).status_code == 404
    jobs.do("record.bring", patient_id=elsewhere.id)
    assert "5 documents sont revenus" in client.get(at).content.decode()
    assert len(record.documents(elsewhere.opens(Action.LIST), status=None, archived=None)) == 6
    client.post(at, {"quoi": "annuler"})
    jobs.do("record.bring", patient_id=elsewhere.id)
    page = client.get(at).content.decode()
    assert "C’est annulé" in page
    [left] = record.documents(elsewhere.opens(Action.LIST), status=None, archived=None)
    assert left.id == mine.id and said(elsewhere) == []


def test_what_is_not_hers_or_was_changed_does_not_come_in(world: World, amina: Person, archive: bytes) -> None:
    assert "celle d’une autre personne" in brought(world.zoe, archive)  # right file, wrong person
    assert record.documents(world.zoe.opens(Action.LIST)) == []
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened, zipfile.ZipFile(out, "w") as changed:
        for name in opened.namelist():
            data = opened.read(name)
            changed.writestr(name, data + b" " if name.startswith("documents/") and name.endswith(".txt") else data)
    assert "a été changé depuis qu’il a quitté" in brought(amina, out.getvalue())
    assert "n’est pas une archive" in brought(amina, _zip({"donnees/hygie.json": b"{}"}))
    assert "abîmée" in brought(amina, b"PK not a zip")
    assert "Ce n’est pas un fichier .zip" in brought(amina, b"%PDF-1.7 a letter"), (
        "nothing is broken: it is another file"
    )
    assert "dangereux" in brought(amina, _zip({"../hygie.json": b"{}"}))


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def test_a_professional_takes_nothing_away(world: World) -> None:
    client = Client()
    client.cookies[stage.COOKIE] = stage.enter(world.dr_diallo)
    assert client.post("/compte/emporter/").status_code == 404
    assert Client().post("/compte/emporter/").status_code == 302
