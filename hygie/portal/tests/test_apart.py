"""A provider's sign-in that names no space surely: it says so, and a code or an operator who identified her pairs it."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from hygie.access.types import RecordState
from hygie.base.errors import Conflict, NotFound
from hygie.ops.tests.test_callers import identified, written
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import AuthLevel, SignedIn
from hygie.portal.tests.test_invitation import asleep, code_for
from hygie.tests.world import NOW, Person, World


def vouched(person: Person, *, sub: str = "", **changed: Any) -> SignedIn:
    """She comes by her provider, which has her birth place or her given names otherwise than the national base."""
    who = person.traits
    claims = {
        "sub": sub or secrets.token_hex(8), "given_name_array": [*who.given_names, "Rose"], "family_name": who.birth_family,
        "birthdate": who.birth_date, "gender": who.sex, "birthplace": "13055", "birthcountry": "99100",
    } | changed  # fmt: skip
    return people.sign_in_person(issuer="https://fc.test", claims=claims, at=NOW)


def browser(who: SignedIn) -> Client:
    client = Client(headers={"accept-language": "fr"})
    account = get_user_model()._default_manager.get(pk=who.account_id)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    now, session = time.time(), client.session
    session.update({"auth": int(AuthLevel.STRONG), "since": now, "seen": now})
    session.save()
    return client


def number_on(client: Client) -> str:
    found = re.search(r'codes-number">(\d{4} \d{4})<', client.get("/connexion/espace/").content.decode())
    assert found
    return found[1]


def test_a_code_pairs_the_sign_in_that_stayed_apart_and_she_comes_back_the_same_way(world: World) -> None:
    ines, sub = asleep(world), secrets.token_hex(8)
    apart = vouched(ines, sub=sub)
    assert not apart.paired
    client = browser(apart)
    assert client.get("/accueil/").status_code == 302  # nothing opens before
    assert number_on(client) == number_on(client)
    page = client.post("/invitation/", {"code": code_for(world, ines), "born": "04051988"})
    assert page["Location"] == "/invitation/attend/"
    assert vouched(ines, sub=sub) == SignedIn(apart.account_id, apart.kind, paired=True)
    assert known.apart_of(apart.account_id) is None


def test_somebody_else_s_sign_in_stays_apart_whatever_code_she_holds(world: World) -> None:
    """Right code, wrong person: a letter opened by a relative gives her no way in of her own."""
    ines, sub = asleep(world), secrets.token_hex(8)
    relative = vouched(world.zoe, sub=sub, family_name=ines.traits.birth_family)
    client = browser(relative)
    client.post("/invitation/", {"code": code_for(world, ines), "born": "04051988"})
    assert not vouched(world.zoe, sub=sub, family_name=ines.traits.birth_family).paired
    with pytest.raises(Conflict):
        people.pair_apart(account_id=relative.account_id, patient_id=ines.id, at=NOW)
    with pytest.raises(NotFound):
        people.pair_apart(reference="0" * 8, patient_id=ines.id, at=NOW)


def test_an_operator_pairs_by_the_number_once_she_is_identified(browse: Any, world: World) -> None:
    ines = world.person("Inès", state=RecordState.OPEN)
    apart, other = vouched(ines), vouched(world.zoe, family_name="Autre")
    hers, not_hers = number_on(browser(apart)), number_on(browser(other))
    desk = browse(world.operator)
    listed = desk.get("/operateur/connexions/").content.decode()
    assert hers in listed and ines.canaries[0] not in listed
    address = identified(desk, ines)
    for wrong, said in ((not_hers, "ne sont pas ceux de l’espace"), ("12", "Aucune connexion en attente")):
        answer = desk.post(f"{address}agir/", {"quoi": "relier", "connexion": wrong})
        assert answer.status_code == 422 and said in answer.content.decode()
    assert desk.post(f"{address}agir/", {"quoi": "relier", "connexion": hers}).status_code == 302
    assert known.apart_of(apart.account_id) is None
    assert hers not in desk.get("/operateur/connexions/").content.decode()
    assert any("connexion reliée à l’espace" in line for line in written(ines))
    assert browse(world.amina.actor).get("/operateur/connexions/").status_code == 404


def test_a_second_sign_in_of_hers_is_paired_once_she_enters_by_a_way_of_her_own_and_says_yes(world: World) -> None:
    """Her space has its ways already: names alone pair nothing, her card does, and nobody else's card does."""
    amina, sub = world.person("Inès", state=RecordState.OPEN), secrets.token_hex(8)
    own = people.open_account(patient_id=amina.id, at=NOW)
    card, zoes = (
        people.new_card(own, name="Ma carte", at=NOW),
        people.new_card(people.open_account(patient_id=world.zoe.id, at=NOW), name="Sa carte", at=NOW),
    )
    apart = vouched(amina, sub=sub)
    assert not apart.paired

    client = browser(apart)
    client.get("/connexion/espace/")
    stranger = client.post("/connexion/numero/", {"number": zoes.number, "code": zoes.codes[0]})
    assert client.get(stranger["Location"]).status_code == 302  # nothing is offered to somebody else
    client.post(stranger["Location"], {"relier": "oui"})
    assert not vouched(amina, sub=sub).paired

    client = browser(apart)
    asked = client.post("/connexion/numero/", {"number": card.number, "code": card.codes[0]})["Location"]
    assert "Relier FranceConnect" in client.get(asked).content.decode()
    assert not vouched(amina, sub=sub).paired  # she has not said yes
    assert client.post(asked, {"relier": "oui"}).status_code == 302
    assert vouched(amina, sub=sub) == SignedIn(own, apart.kind, paired=True)
    assert not vouched(amina).paired  # another sign-in with the same names
    [way] = [one for one in known.ways(own) if one.kind == "provider"]
    people.remove_way(own, way.id)
    assert not vouched(amina, sub=sub).paired


def test_her_five_traits_open_no_space_that_has_a_way_and_an_operator_who_identified_her_adds_theirs(
    browse: Any, world: World
) -> None:
    """Somebody born the same day in the same place under the same names is another person: her card says who, not her name."""
    ines, sub = world.person("Inès", state=RecordState.OPEN), secrets.token_hex(8)
    exact = {"given_name_array": list(ines.traits.given_names), "birthplace": ines.traits.birth_place}
    own = people.open_account(patient_id=ines.id, at=NOW)
    people.new_card(own, name="Ma carte", at=NOW)
    apart = vouched(ines, sub=sub, **exact)
    assert not apart.paired and apart.account_id != own
    desk, number = browse(world.operator), number_on(browser(apart))
    wrong = desk.post(f"{identified(desk, world.zoe)}agir/", {"quoi": "relier", "connexion": number})
    assert wrong.status_code == 422 and not vouched(ines, sub=sub, **exact).paired  # right operator, wrong patient
    assert desk.post(f"{identified(desk, ines)}agir/", {"quoi": "relier", "connexion": number}).status_code == 302
    assert vouched(ines, sub=sub, **exact) == SignedIn(own, apart.kind, paired=True)
    assert not vouched(ines, **exact).paired  # the next one of these names is asked too
    assert sorted(one.kind for one in known.ways(own)) == ["card", "provider"]
