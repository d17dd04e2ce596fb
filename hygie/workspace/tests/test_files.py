"""What a doctor takes away for her software: the summary as FHIR and CDA, the results as HPRIM; from what she may see."""

from __future__ import annotations

import pytest

from hygie.access import queries as asks
from hygie.access.types import Action, Visibility
from hygie.formats.cda import reader
from hygie.formats.cda.extract import extract as read_cda
from hygie.formats.fhir.extract import extract as read_fhir
from hygie.formats.hprim.extract import extract as read_hprim
from hygie.portal.tests.test_summary import rich
from hygie.record import actions
from hygie.tests.world import NOW, World


def address(world: World, form: str) -> str:
    return f"/pro/patients/{world.amina.id}/fichier/{form}/"


def test_three_files_read_back_what_the_record_says(browse, world: World):
    rich(world, world.amina)
    client = browse(world.dr_diallo)
    answers = {form: client.get(address(world, form)) for form in ("fhir", "cda", "hprim")}
    page = client.get(f"/pro/patients/{world.amina.id}/").content.decode()
    for form, answer in answers.items():
        assert address(world, form) in page
        assert answer.status_code == 200, form
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(read_fhir(answers["fhir"].content).entries) == len(read_cda(answers["cda"].content).entries) == 6
    assert "Diallo" in reader.read(answers["cda"].content).header.authors[0].name.title()
    values = [one.resource["valueQuantity"]["value"] for one in read_hprim(answers["hprim"].content).entries]
    assert values == [142, 106]


@pytest.mark.parametrize("form", ["fhir", "cda", "hprim"])
def test_a_doctor_who_is_not_hers_takes_nothing_away(browse, world: World, form: str):
    rich(world, world.amina)
    answer = browse(world.dr_roux).get(address(world, form))
    assert answer.status_code in (403, 404) and "Content-Disposition" not in answer.headers
    assert browse().get(address(world, form)).status_code == 302
    assert browse(world.amina.actor).get(address(world, form)).status_code == 404


def test_what_she_hid_is_in_no_file_and_the_look_is_in_her_journal(browse, world: World):
    rich(world, world.amina)
    from hygie.record import queries

    for document in queries.documents(world.amina.opens(Action.LIST)):
        grant = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=document.id))
        actions.set_visibility(grant, document_id=document.id, add={Visibility.HIDDEN_FROM_PROFESSIONALS}, at=NOW)
    client = browse(world.dr_diallo)
    assert read_fhir(client.get(address(world, "fhir")).content).entries == ()
    assert read_cda(client.get(address(world, "cda")).content).entries == ()
    assert b"nine" not in client.get(address(world, "hprim")).content
    lines, _ = asks.journal_page(world.amina.opens(Action.READ_JOURNAL), wanted=10, farthest=100)
    assert any("Diallo" in str(line) for line in lines)


def test_a_file_of_an_unknown_form_is_not_there(browse, world: World):
    assert browse(world.dr_diallo).get(address(world, "pdf")).status_code == 404
