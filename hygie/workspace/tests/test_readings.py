"""What was read from a paper, beside the paper, for a professional who cares for its person: confirmed or set aside."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from hygie.access.types import Action
from hygie.formats.pdf import text_pdf
from hygie.record import queries
from hygie.record.types import Item, State
from hygie.tests.world import World, a_report, deposited, read_by_machine


@pytest.fixture
def reading(world: World) -> Item:
    lines = ["Dr Awa Diallo", "Le 12/03/2026", "Doliprane 1000 mg, 1 comprimé 3 fois par jour, 5 jours"]
    paper = a_report("Ordonnance", type_code="57833-6", class_code="42", content=text_pdf("Ordonnance", lines))
    paper = replace(paper, metadata=replace(paper.metadata, media_type="application/pdf"))
    read_by_machine(world.amina, deposited(world.labo_seine, world.amina, paper))
    (item,) = queries.suggestions(world.amina.opens(Action.LIST))
    return item


def address(world: World, item: Item, end: str = "") -> str:
    assert item.source is not None
    return f"/pro/patients/{world.amina.id}/documents/{item.source.document_id}/{end}"


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def test_the_paper_stands_beside_the_reading_and_her_doctor_confirms_it_in_one_click(
    browse, world: World, reading: Item
):
    doctor, one = browse(world.dr_diallo), f"lu/{reading.id}/"
    page = text(doctor.get(address(world, reading)))
    assert "Lu sur ce document, à vérifier" in page and address(world, reading, one + "papier/") in page
    shown = doctor.get(address(world, reading, one + "papier/"))
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    drawn = Image.open(BytesIO(shown.content)).convert("L")
    assert drawn.height < 200 and min(drawn.tobytes()) < 60, "a strip with ink on it"
    for said, state in (("oui", State.CONFIRMED), ("reprendre", State.SUGGESTED), ("non", State.REJECTED)):
        answer = doctor.post(address(world, reading, one), {"reponse": said})
        assert answer.headers["Location"].endswith("#lu")
        assert queries.entry(world.amina.opens(Action.LIST), entry_id=reading.id).state is state
    assert f"écarté par {world.dr_diallo.name}" in text(doctor.get(address(world, reading)))
    assert doctor.post(address(world, reading, one), {"reponse": "peut-être"}).status_code == 404


def test_right_role_wrong_patient_and_ways_that_only_read(browse, world: World, reading: Item):
    world.lets_in(world.zoe, world.dr_diallo)
    here, wrong = address(world, reading, f"lu/{reading.id}/"), f"/pro/patients/{world.zoe.id}/documents/"
    assert reading.source is not None
    wrong += f"{reading.source.document_id}/lu/{reading.id}/"
    other = deposited(world.labo_seine, world.amina, a_report("Autre"))
    elsewhere = f"/pro/patients/{world.amina.id}/documents/{other.id}/lu/{reading.id}/"
    # An answer is asked for one document: of another of the same record, which she may read, it is refused as such.
    for actor, place, said in (
        (world.dr_diallo, wrong, 404),
        (world.dr_roux, here, 404),
        (world.dr_diallo, elsewhere, 403),
    ):
        assert browse(actor).get(place + "papier/").status_code == 404
        assert browse(actor).post(place, {"reponse": "oui"}).status_code == said
    for way in ("?acces=urgence", "?acces=depot"):
        assert browse(world.dr_diallo).post(here + way, {"reponse": "oui"}).status_code == 404
    assert queries.entry(world.amina.opens(Action.LIST), entry_id=reading.id).state is State.SUGGESTED
