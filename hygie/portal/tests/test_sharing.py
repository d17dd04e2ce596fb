"""Qui voit quoi: every choice takes effect at the next request, and has a way back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hygie.access import queries
from hygie.access.actions import open_record
from hygie.access.types import Action, Purpose
from hygie.base.errors import HygieError
from hygie.people import queries as people
from hygie.tests.kin import a_parent, born
from hygie.tests.world import NOW, World, a_report, care, deposited


def opens(doctor, person) -> bool:
    try:
        open_record(care(doctor, person))
    except HygieError:
        return False
    return True


def settings(person):
    return queries.settings(person.opens(Action.SET_ACCESS))


def test_taking_back_her_agreement_closes_the_door_at_once_and_giving_it_opens_it(browse, world: World):
    client = browse(world.amina.actor)
    assert opens(world.dr_diallo, world.amina)
    body = client.post("/qui-voit-quoi/accord/", {"accord": "non"}, follow=True).content.decode()
    assert "Annuler" in body
    assert not opens(world.dr_diallo, world.amina)
    client.post("/qui-voit-quoi/accord/", {"accord": "oui"})
    assert opens(world.dr_diallo, world.amina)


def test_a_professional_is_named_before_she_is_let_in(browse, world: World):
    roux = people.professional(world.dr_roux.id)
    client = browse(world.amina.actor)
    body = client.post("/qui-voit-quoi/cercle/", {"rpps": roux.rpps}).content.decode()
    assert "Est-ce bien cette personne" in body
    assert "Dr Roux" in body
    assert not opens(world.dr_roux, world.amina)
    client.post("/qui-voit-quoi/cercle/", {"rpps": roux.rpps, "sur": "oui"})
    assert opens(world.dr_roux, world.amina)


@pytest.mark.parametrize(
    ("rpps", "said"),
    [("123", "11 chiffres"), ("abcdefghijk", "que des chiffres"), ("00000000000", "Aucun professionnel")],
)
def test_a_wrong_number_is_explained_beside_its_field(browse, world: World, rpps, said):
    answer = browse(world.amina.actor).post("/qui-voit-quoi/cercle/", {"rpps": rpps})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_whoever_is_taken_out_of_the_circle_sees_nothing_more(browse, world: World):
    (member,) = settings(world.amina).circle
    browse(world.amina.actor).post(f"/qui-voit-quoi/cercle/{member.id}/retirer/")
    assert not opens(world.dr_diallo, world.amina)


def pressed(answer) -> dict[str, str]:
    """What the button « Annuler » of this page posts, and where."""
    form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>((?:(?!</form>).)*)Annuler', answer.content.decode(), re.S)
    assert form, "no way back"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    return {"path": form[1], "data": fields}


def test_a_removal_is_undone_with_the_same_limits(browse, world: World):
    world.amina  # noqa: B018  (lets Dr Diallo in)
    until = NOW + timedelta(days=30)
    world.lets_in(world.amina, world.dr_diallo, until=until, classes=frozenset({"10"}))
    (member,) = settings(world.amina).circle
    client = browse(world.amina.actor)
    answer = client.post(f"/qui-voit-quoi/cercle/{member.id}/retirer/", follow=True)
    assert not opens(world.dr_diallo, world.amina)
    answer = client.post(**pressed(answer), follow=True)
    assert settings(world.amina).circle == (member,)
    assert opens(world.dr_diallo, world.amina)
    client.post(**pressed(answer))
    assert not opens(world.dr_diallo, world.amina)


def test_a_removal_is_not_undone_over_what_she_decided_since_nor_by_anyone_else(browse, world: World):
    (member,) = settings(world.amina).circle
    client, address = browse(world.amina.actor), f"/qui-voit-quoi/cercle/{member.id}/retirer/"
    client.post(address)
    assert browse(world.zoe.actor).post(address, {"retablir": "oui"}).status_code == 404
    assert not opens(world.dr_diallo, world.amina)
    world.lets_in(world.amina, world.dr_diallo, classes=frozenset({"42"}))
    assert client.post(address, {"retablir": "oui"}).status_code == 404
    (now,) = settings(world.amina).circle
    assert now.classes == {"42"}


def test_lifting_a_block_is_undone_as_it_was(browse, world: World):
    client = browse(world.amina.actor)
    given = {"genre": "professional", "qui": str(world.dr_diallo.id), "quoi": "tout"}
    client.post("/qui-voit-quoi/blocages/", given, follow=True)
    (one,) = settings(world.amina).blocks
    answer = client.post(f"/qui-voit-quoi/blocages/{one.id}/lever/", follow=True)
    assert opens(world.dr_diallo, world.amina)
    assert browse(world.zoe.actor).post(**pressed(answer)).status_code == 404
    answer = client.post(**pressed(answer), follow=True)
    assert settings(world.amina).blocks == (one,)
    assert not opens(world.dr_diallo, world.amina)
    client.post(**pressed(answer))
    assert opens(world.dr_diallo, world.amina)


def test_nobody_takes_a_member_out_of_somebody_elses_circle(browse, world: World):
    (member,) = settings(world.amina).circle
    assert browse(world.zoe.actor).post(f"/qui-voit-quoi/cercle/{member.id}/retirer/").status_code == 404
    assert opens(world.dr_diallo, world.amina)


def test_a_blocked_doctor_sees_nothing_and_the_block_can_be_lifted(browse, world: World):
    client = browse(world.amina.actor)
    client.post("/qui-voit-quoi/blocages/", {"genre": "professional", "qui": str(world.dr_diallo.id)})
    assert not opens(world.dr_diallo, world.amina)
    (one,) = settings(world.amina).blocks
    assert one.name in client.get("/qui-voit-quoi/").content.decode()
    client.post(f"/qui-voit-quoi/blocages/{one.id}/lever/")
    assert opens(world.dr_diallo, world.amina)


def test_a_block_on_nobody_is_refused_kindly(browse, world: World):
    assert browse(world.amina.actor).post("/qui-voit-quoi/blocages/", {"qui": "x"}).status_code == 404


def test_her_emergency_switch_is_obeyed(browse, world: World):
    def emergency() -> bool:
        asked = replace(
            care(world.dr_roux, world.amina), purpose=Purpose.EMERGENCY, reason="Personne inconsciente aux urgences"
        )
        try:
            open_record(asked)
        except HygieError:
            return False
        return True

    client = browse(world.amina.actor)
    client.post("/qui-voit-quoi/urgence/", {"masques": "oui"})
    assert not emergency()
    assert not settings(world.amina).emergency_hidden, "nothing is shown in an emergency that is not allowed"
    client.post("/qui-voit-quoi/urgence/", {"urgence": "oui"})
    assert emergency()


def test_refusing_deposits_keeps_laboratories_out_and_not_herself(browse, world: World):
    client = browse(world.amina.actor)
    client.post("/qui-voit-quoi/depots/", {"refuser": "oui"})
    with pytest.raises(HygieError):
        deposited(world.labo_seine, world.amina, a_report())
    client.post("/qui-voit-quoi/depots/", {"refuser": "non"})
    assert deposited(world.labo_seine, world.amina, a_report()).outcome == "stored"


def test_the_page_says_in_one_sentence_who_can_come_in(browse, world: World):
    assert (
        "1 personne ou établissement peut ouvrir" in browse(world.amina.actor).get("/qui-voit-quoi/").content.decode()
    )
    assert "vous êtes la seule personne" in browse(world.zoe.actor).get("/qui-voit-quoi/").content.decode()


def test_no_choice_is_made_by_following_a_link(browse, world: World):
    client = browse(world.amina.actor)
    for address in ("accord", "urgence", "depots", "blocages"):
        assert client.get(f"/qui-voit-quoi/{address}/").status_code == 405
    assert opens(world.dr_diallo, world.amina)


def test_the_count_on_top_is_of_everyone_below_her_family_too(browse, world: World):
    """A girl who reads « 1 personne » while her mother comes in too was not told the truth."""
    girl, said = world.person("Lina", born=born(14)), "Aujourd’hui, 1 personne"
    alone = "vous êtes la seule personne"
    assert alone in browse(girl.actor).get("/qui-voit-quoi/").content.decode()
    a_parent(world, girl, world.zoe)
    assert said in browse(girl.actor).get("/qui-voit-quoi/").content.decode()
    assert alone in browse(world.zoe.actor).get("/qui-voit-quoi/").content.decode()  # right role, wrong record


def test_any_document_may_be_kept_from_one_professional_found_by_a_word_and_told_by_its_day(browse, world: World):
    older = deposited(world.labo_seine, world.amina, a_report("Échographie du foie")).id
    for number in range(31):
        deposited(world.labo_seine, world.amina, a_report(f"Bilan {number}"))
    member = settings(world.amina).circle[0]
    client, address = browse(world.amina.actor), f"/qui-voit-quoi/cercle/{member.id}/"
    assert str(older) not in client.get(address).content.decode()
    body = client.get(address, {"mots": "echographie"}).content.decode()
    assert str(older) in body
    assert re.search(r"Échographie du foie, \d", body)
    client.post(f"{address}documents/", {"document": str(older)})
    assert older in settings(world.amina).circle[0].without
    assert browse(world.zoe.actor).get(address, {"mots": "echographie"}).status_code == 404  # right role, wrong patient
