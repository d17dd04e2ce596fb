"""At the desk, for somebody who calls: identified first, everything written with the case, two persons for what stays."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, RecordState, TieKind
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import AuthLevel, IdentityStatus
from hygie.record import queries as record
from hygie.tests.world import NOW, Person, World, a_report, care, deposited

NUMBER = "D-2026-0147"


def identity(person: Person, **changed: str) -> dict[str, str]:
    traits = person.traits
    return {
        "number": NUMBER, "matricule": person.ins.matricule, "authority": person.ins.oid, "family": traits.birth_family,
        "given": traits.given_names[0], "born": traits.birth_date, "sex": traits.sex,
    } | changed  # fmt: skip


def identified(client, person: Person) -> str:
    answer = client.post("/operateur/appel/", identity(person))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def written(person: Person) -> list[str]:
    lines = asks.journal(person.opens(Action.READ_JOURNAL), limit=500)
    return [line.reason for line in lines if line.action == Action.ON_BEHALF][::-1]


def test_a_caller_is_identified_by_all_together_or_not_at_all_and_budgeted(browse, world: World):
    world.searched_in_vain(world.operator, 55, at=NOW)
    client = browse(world.operator)
    nobody = "Aucun espace n’a ce matricule et ces traits ensemble"
    for wrong in (
        {"born": "1988-05-05"},
        {"family": "Autre"},
        {"matricule": world.matricule("1988-05-04", "female").matricule},
    ):
        assert nobody in client.post("/operateur/appel/", identity(world.amina, **wrong)).content.decode()
    assert client.post("/operateur/appel/", identity(world.amina, number="Madame Benali")).status_code == 422
    assert written(world.amina) == []
    page = client.get(identified(client, world.amina)).content.decode()
    assert NUMBER in page
    for secret in (world.amina.canaries[0], world.amina.ins.matricule, "Amina"):
        assert secret not in page
    wrong = replace(world.amina.traits, birth_date="1988-05-05")
    for _ in range(2):  # with the three above, it makes sixty
        assert access.identify_caller(world.operator, ins=world.amina.ins, traits=wrong, number=NUMBER, at=NOW) is None
    with pytest.raises(Refused, match="Trop de recherches"):
        access.identify_caller(world.operator, ins=world.amina.ins, traits=world.amina.traits, number=NUMBER, at=NOW)


def test_a_man_without_any_sign_in_signs_a_mandate_and_a_helper_works_by_the_clock(browse, world: World):
    man, beside = world.person("Marcel"), world.amina
    kept = deposited(world.labo_seine, man)
    client, helper = browse(world.operator), browse(world.zoe.actor)
    address = identified(client, man)
    said = {"name": "Zoé, France services", "level": "see", "lasts": "30"}
    assert client.post(f"{address}mandat/", said).status_code == 422  # he is not said to be there
    sheet = client.post(f"{address}mandat/", said | {"present": "on"}).content.decode()
    assert man.ins.matricule not in sheet and man.canaries[0] not in sheet
    code = re.search(r'codes-number">([0-9A-Z ]+)<', sheet)[1].replace(" ", "")
    assert "Un mandat attend son conseiller" in client.get(address).content.decode()
    helper.post("/famille/code/", {"code": code, "oui": "oui"})
    assert "Un conseiller y travaille" in client.get(address).content.decode()
    theirs = f"/pour/{man.id}/documents/"
    assert str(kept.id) in helper.get(theirs).content.decode()
    assert helper.get(f"/pour/{beside.id}/documents/").status_code == 404
    assert f"{NUMBER} (mandat signé pour un conseiller)" in written(man)
    client.post(f"{address}agir/", {"quoi": "arreter-mandat"})
    assert helper.get(theirs).status_code == 404
    grant = access.act_for(world.operator, call_id=UUID(address.split("/")[-2]), what="", at=timezone.now())
    with pytest.raises(Invalid, match="deux heures"):
        access.entrust(
            grant,
            name="Zoé",
            relation="other",
            level="see",
            until=timezone.now() + timedelta(days=1),
            kind=TieKind.DESK,
            at=timezone.now(),
        )
    with pytest.raises(Refused):  # at a desk, nobody else is let in for good
        access.entrust(grant, name="Zoé", relation="other", level="see", at=timezone.now())


def test_what_she_asks_is_done_and_each_act_bears_the_case(browse, world: World):
    prescription = deposited(
        world.labo_seine, world.amina, a_report("Ordonnance", type_code="57833-6", class_code="42")
    )
    deposited(world.labo_seine, world.amina)
    client = browse(world.operator)
    address = identified(client, world.amina)

    def does(**said: str) -> None:
        assert client.post(f"{address}agir/", said).status_code == 302, said

    does(quoi="masquer", categorie="42")
    seen = record.documents(access.open_record(care(world.dr_diallo, world.amina)))
    assert prescription.id not in {one.id for one in seen}
    assert len(seen) == 1
    does(quoi="bloquer", numero=str(known.professional(world.dr_diallo.id).rpps))
    with pytest.raises(NotFound):
        access.open_record(care(world.dr_diallo, world.amina))
    number = str(known.professional(world.dr_diallo.id).rpps)
    does(quoi="debloquer", numero=number)
    assert len(record.documents(access.open_record(care(world.dr_diallo, world.amina)))) == 1
    assert client.post(f"{address}agir/", {"quoi": "debloquer", "numero": number}).status_code == 422
    does(quoi="bloquer", numero=number)
    does(quoi="couper-urgence")
    does(quoi="refuser-depots")
    with pytest.raises(Refused):
        deposited(world.labo_seine, world.amina)
    printed = client.get(f"{address}journal/").content.decode()
    assert "Labo Seine" in printed
    assert "Ordonnance" not in printed.replace("une ordonnance", "")
    does(quoi="fermer")
    assert asks.settings(world.amina.opens(Action.SET_ACCESS)).state is RecordState.CLOSED
    assert client.post(f"{address}agir/", {"quoi": "lire"}).status_code == 400
    said = written(world.amina)
    assert all(one.startswith(f"{NUMBER} (") for one in said)
    for what in (
        "documents masqués",
        "blocage d’un professionnel",
        "blocage levé",
        "urgence coupée",
        "refus des dépôts",
        "fermeture de l’espace",
        "impression du journal",
    ):
        assert f"{NUMBER} ({what})" in said
    told = browse(world.amina.actor).get("/qui-voit-quoi/journal/").content.decode()
    assert f"Dossier {NUMBER} (fermeture de l’espace)." in told


def test_a_call_is_of_one_operator_and_one_person_and_ends(browse, world: World):
    client = browse(world.operator)
    address = identified(client, world.amina)
    other = replace(world.operator, id=uuid4())
    for actor, answer in (
        (other, 404),
        (world.dr_diallo, 404),
        (world.amina.actor, 404),
        (replace(world.operator, auth=AuthLevel.SINGLE), 403),
    ):
        assert browse(actor).get(address).status_code == answer
    assert browse(world.operator).get(f"/operateur/appel/{uuid4()}/").status_code == 404
    call = address.rstrip("/").rpartition("/")[2]
    from uuid import UUID

    with pytest.raises(NotFound):
        access.act_for(world.operator, call_id=UUID(call), what="état", at=NOW + timedelta(hours=2))
    grant = access.act_for(world.operator, call_id=UUID(call), what="état", at=NOW)
    for look in (lambda: record.documents(grant), lambda: asks.settings(grant), lambda: record.entries(grant)):
        with pytest.raises(Refused):
            look()


def test_what_cannot_be_undone_takes_two(browse, world: World):
    twin = world.person("Amina")
    people.update_identity(twin.id, status=IdentityStatus.QUALIFIED, at=NOW)
    deposited(world.labo_seine, twin)
    colleague = replace(world.operator, id=uuid4())
    first = browse(world.operator)
    hers, other = identified(first, world.amina), identified(first, twin)
    assert "Proposer de réunir" in first.get(hers).content.decode()
    assert (
        first.post(f"{hers}proposer/", {"quoi": "merge", "autre": other.rstrip("/").rpartition("/")[2]}).status_code
        == 302
    )
    assert first.post(f"{hers}proposer/", {"quoi": "erase"}).status_code == 302
    mine = [one for one in asks.proposals(world.operator, at=NOW) if one.patient_id == world.amina.id]
    assert [one.kind for one in mine] == ["merge", "erase"]
    assert asks.erasure(world.amina.opens(Action.SET_ACCESS)) is None
    for one in mine:
        assert first.post(f"/operateur/a-deux/{one.id}/", {"reponse": "oui"}).status_code == 403
    merge, erase = mine
    second = browse(colleague)
    assert second.post(f"/operateur/a-deux/{merge.id}/", {"reponse": "oui"}).status_code == 302
    assert known.match([(twin.ins, twin.traits)]) == [world.amina.id]
    assert second.post(f"/operateur/a-deux/{merge.id}/", {"reponse": "separer"}).status_code == 302
    assert known.match([(twin.ins, twin.traits)]) == [twin.id]
    assert second.post(f"/operateur/a-deux/{merge.id}/", {"reponse": "separer"}).status_code == 404
    assert second.post(f"/operateur/a-deux/{erase.id}/", {"reponse": "oui"}).status_code == 302
    pending = asks.erasure(world.amina.opens(Action.SET_ACCESS))
    assert pending is not None
    assert pending.asked_for
    assert f"{NUMBER} (confirmé à deux)" in written(world.amina)
    with pytest.raises((Conflict, NotFound)):
        access.settle_proposal(colleague, proposal_id=erase.id, agreed=True, at=NOW)
