"""CDS Hooks: a card when something is new, none otherwise, and nothing learnt by who has no right."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from jwt.algorithms import ECAlgorithm

from hygie.access import queries as access
from hygie.access.actions import open_record
from hygie.access.types import Action, Channel
from hygie.base import config
from hygie.formats.fhir import building
from hygie.interop.cds_hooks.cards import cards as made_cards
from hygie.interop.tests.clients import about
from hygie.people import actions as people
from hygie.people.types import Actor
from hygie.record.queries import summary
from hygie.tests.world import NOW, Person, World, a_report, care, deposited

PATH = "/cds-services/hygie-patient-view"


class Cabinet:
    """The practice's software, that signs its calls."""

    def __init__(self, doctor: Actor) -> None:
        self.key, self.doctor = ec.generate_private_key(ec.SECP384R1()), doctor
        public = orjson.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        assert doctor.organisation_id is not None
        self.id = str(people.register_client(
            name="Logiciel du cabinet", organisation_id=doctor.organisation_id, scopes=["system/DocumentReference.rs"],
            jwks={"keys": [public | {"kid": "k1", "use": "sig"}]},
        ))  # fmt: skip

    def proof(self, **changes: Any) -> str:
        said = {
            "iss": self.id, "aud": config.get("HYGIE_PUBLIC_URL") + PATH, "iat": int(time.time()),
            "exp": int(time.time()) + 200, "jti": secrets.token_urlsafe(12),
        } | changes  # fmt: skip
        return jwt.encode(said, changes.pop("key", self.key), "ES384", headers={"kid": "k1", "typ": "JWT"})

    def opens(self, person: Person, **changes: Any) -> Any:
        body = {
            "hook": "patient-view", "hookInstance": secrets.token_hex(8),
            "context": {"userId": f"Practitioner/{self.doctor.rpps}", "patientId": "local-42"},
            "prefetch": {"patient": building.patient(about(person).subject)},
        } | changes.pop("body", {})  # fmt: skip
        return Client().post(
            PATH, orjson.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {changes.pop('proof', None) or self.proof(**changes)}"},
        )  # fmt: skip


def cards(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.content
    found: list[Any] = answer.json()["cards"]
    return found


def visits(doctor: Actor, person: Person, ago: timedelta) -> None:
    open_record(replace(care(doctor, person, channel=Channel.LIST), at=NOW - ago))


def test_the_service_is_discovered_with_what_it_asks():
    [service] = Client().get("/cds-services").json()["services"]
    assert (service["hook"], service["id"]) == ("patient-view", "hygie-patient-view")
    assert service["prefetch"] == {"patient": "Patient/{{context.patientId}}"}


def test_at_a_first_visit_the_card_says_what_is_inside(world: World):
    deposited(world.labo_seine, world.amina)
    [card] = cards(Cabinet(world.dr_diallo).opens(world.amina))
    assert card["summary"].startswith("1 document") and card["indicator"] == "info"
    [link] = card["links"]
    assert link["type"] == "smart" and link["url"].endswith("/pro/arrivee/")


def test_an_empty_record_and_a_record_without_news_give_no_card(world: World):
    cabinet = Cabinet(world.dr_diallo)
    assert cards(cabinet.opens(world.amina)) == []
    deposited(world.labo_seine, world.amina, received=NOW - timedelta(hours=3))
    assert len(cards(cabinet.opens(world.amina))) == 1
    visits(world.dr_diallo, world.amina, timedelta(hours=2))
    assert cards(cabinet.opens(world.amina)) == []


def test_what_came_since_the_last_visit_makes_one_card(world: World):
    visits(world.dr_diallo, world.amina, timedelta(days=30))
    deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien"))
    [card] = cards(Cabinet(world.dr_diallo).opens(world.amina))
    assert card["summary"].startswith("1 nouveauté depuis le ") and len(card["summary"]) <= 140
    assert "Bilan thyroïdien" in card["detail"]


def test_a_card_after_a_visit_of_the_same_day_says_the_hour_and_after_another_the_day(world: World):
    doctor, amina = world.dr_diallo, world.amina
    deposited(world.labo_seine, amina, a_report("Bilan thyroïdien"))
    found = summary(open_record(care(doctor, amina)), since=NOW - timedelta(days=30))
    visit = datetime(2026, 3, 18, 13, 5, tzinfo=UTC)
    seen = replace(found, news=replace(found.news, since=visit))
    [same], [next_day] = (
        made_cards(replace(seen, on=on), home="https://x") for on in (date(2026, 3, 18), date(2026, 3, 19))
    )
    assert same["summary"].startswith("1 nouveauté depuis 14 h 05")
    assert next_day["summary"].startswith("1 nouveauté depuis le 18/03/2026")


def test_the_card_is_written_in_the_journal_and_counts_as_no_visit(world: World):
    deposited(world.labo_seine, world.amina)
    cabinet = Cabinet(world.dr_diallo)
    first = cards(cabinet.opens(world.amina))
    line = access.journal(world.amina.opens(Action.READ_JOURNAL))[1]
    assert (line.actor_name, line.channel, line.on_behalf_of) == ("Dr Diallo", Channel.MACHINE, cabinet.id)
    assert [one["summary"] for one in cards(cabinet.opens(world.amina))] == [one["summary"] for one in first]


def test_a_doctor_who_is_not_hers_a_wrong_name_and_nobody_are_one_answer(world: World):
    deposited(world.labo_seine, world.amina)
    assert cards(Cabinet(world.dr_roux).opens(world.amina)) == []
    nobody = world.person("Personne")
    nobody.traits = world.zoe.traits
    assert cards(Cabinet(world.dr_diallo).opens(nobody)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://autre.example/cds"},
        {"exp": 1},
        {"jti": None},
        {"iss": "inconnu"},
        {"exp": int(time.time()) + 9000},
    ],
)
def test_a_call_that_is_not_proved_is_refused(world: World, wrong: dict[str, Any]):
    assert Cabinet(world.dr_diallo).opens(world.amina, **wrong).status_code == 401


def test_a_proof_serves_once_and_another_s_key_proves_nothing(world: World):
    cabinet = Cabinet(world.dr_diallo)
    proof = cabinet.proof()
    assert cabinet.opens(world.amina, proof=proof).status_code == 200
    assert cabinet.opens(world.amina, proof=proof).status_code == 401
    stranger = ec.generate_private_key(ec.SECP384R1())
    said = jwt.decode(cabinet.proof(), options={"verify_signature": False})
    forged = jwt.encode(said, stranger, "ES384", headers={"kid": "k1"})
    assert cabinet.opens(world.amina, proof=forged).status_code == 401


def test_a_professional_of_another_structure_cannot_be_named(world: World):
    cabinet = Cabinet(world.dr_diallo)
    cabinet.doctor = world.dr_roux
    assert cabinet.opens(world.amina).status_code == 403


@pytest.mark.parametrize(
    "body", [{"hook": "order-sign"}, {"context": []}, {"prefetch": 3}, {"prefetch": {"patient": {"resourceType": "Patient"}}},
             {"context": {"userId": "Practitioner/abc"}}]
)  # fmt: skip
def test_a_faulty_call_says_what_is_missing(world: World, body: dict[str, Any]):
    answer = Cabinet(world.dr_diallo).opens(world.amina, body=body)
    assert answer.status_code == 400 and answer.json()["error"]
