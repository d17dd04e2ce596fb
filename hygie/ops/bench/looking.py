"""What a professional waits for: the summary, the useful page, a search, a card; on a long record, one caller.

The record is one person's over ten years: letters, prescriptions and reports of several authors, 60 analytes, what
came since the last visit. Everything goes through the doors and, for the page, the whole of Django.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click

from hygie.base import collector
from hygie.formats import analytes
from hygie.formats.entries import AS_PRINTED, Entry, Found
from hygie.ops.bench import ground
from hygie.ops.bench.timing import interpreter, timed
from hygie.people.types import Actor, AuthLevel

GROWTH = (10, 1_000, 10_000, 20_000)
QUESTIONS = ("ferritine", "douleur genou", "creatinnine", "courrier cardiologue", "ordonnance levothyrox")
CARD = "/cds-services/hygie-patient-view"
GOALS = {"summary": 50.0, "page": 50.0, "search": 100.0, "card": 100.0}
_KINDS = (
    ("Bilan sanguin", "10", "11502-2", "Dr Fanta Seck", "Labo Seine"), ("Ordonnance", "42", "57833-6", "Dr Awa Diallo", "Cabinet du Canal"),
    ("Courrier de cardiologie", "11", "11488-4", "Dr Luc Perrin", "Centre du Pont"), ("Radiographie du genou", "31", "18748-4", "Dr Ana Costa", "Imagerie du Port"),
)  # fmt: skip
_MEDICINES = ("LEVOTHYROX 75 µg", "RAMIPRIL 5 mg", "METFORMINE 850 mg", "ATORVASTATINE 20 mg", "ALLOPURINOL 100 mg")
_SENTENCE = "Je revois ce jour cette personne pour une douleur du genou et le suivi de la tension. "


@click.command("summary", short_help="Mesurer la synthèse et la page du médecin.")
@click.option("--documents", default=2000, help="Documents du dossier.")
@click.option("--entries", default=10_000, help="Résultats du dossier.")
@click.option("--times", default=100, help="Fois que chaque chose est demandée.")
@click.option("--growth/--no-growth", default=False, help="Aussi de 10 à 20 000 résultats.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), default=None, help="Écrire aussi les chiffres ici.")
def summary(**asked: Any) -> None:
    """La synthèse vivante, et la page que le médecin ouvre, dans le serveur."""
    _bench(("summary", "page"), **asked)


@click.command("search", short_help="Mesurer la recherche dans un dossier.")
@click.option("--documents", default=2000, help="Documents du dossier.")
@click.option("--entries", default=10_000, help="Résultats du dossier.")
@click.option("--times", default=100, help="Fois que chaque question est posée.")
@click.option("--growth/--no-growth", default=False, help="Aussi de 10 à 20 000 résultats.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), default=None, help="Écrire aussi les chiffres ici.")
def search(**asked: Any) -> None:
    """Cinq questions : un mot, deux mots, une faute, un genre de document, un médicament."""
    _bench(("search",), **asked)


@click.command("cards", short_help="Mesurer la carte CDS Hooks.")
@click.option("--documents", default=2000, help="Documents du dossier.")
@click.option("--entries", default=10_000, help="Résultats du dossier.")
@click.option("--times", default=100, help="Fois que la carte est demandée.")
@click.option("--growth/--no-growth", default=False, help="Aussi de 10 à 20 000 résultats.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), default=None, help="Écrire aussi les chiffres ici.")
def cards(**asked: Any) -> None:
    """L'appel entier : signature vérifiée, personne retrouvée, dossier ouvert, journal écrit, nouveautés."""
    _bench(("card",), **asked)


def _bench(
    parts: tuple[str, ...], *, documents: int, entries: int, times: int, growth: bool, as_json: Path | None
) -> None:
    told: dict[str, Any] = {"load": os.getloadavg()[0], "documents": documents, "interpreter": interpreter()}
    click.echo(
        "machine: load {load:.1f}, Python {interpreter[python]}, a fixed piece of it {interpreter[work_ms]:.1f} ms".format(
            **told
        )
    )
    with ground.ground():
        person, doctor = _cast()
        sender, _ = ground.laboratory()
        ids = documents_of(person, sender, documents)
        for count in GROWTH if growth else (entries,):
            fill(person.id, ids, count)
            ground.look_again()
            told[f"{count} entries"] = found = run(person, doctor, parts, times=times)
            _print(count, found)
    if as_json:
        as_json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _print(count: int, found: dict[str, dict[str, float]]) -> None:
    for name, took in found.items():
        goal = GOALS.get(name.split(":")[0])
        verdict = "" if goal is None else f"  (p95 goal {goal:.0f} ms: {'met' if took['p95_ms'] < goal else 'MISSED'})"
        click.echo(
            f"{count:>6} entries  {name:<30} p50 {took['p50_ms']:6.1f}  p95 {took['p95_ms']:6.1f}"
            f"  worked {took['work_ms']:6.1f} ms{verdict}"
        )


def run(person: ground.Someone, doctor: Actor, parts: tuple[str, ...], *, times: int) -> dict[str, dict[str, float]]:
    """Milliseconds for each part. As in a web process, what is loaded for good is out of the collector's way."""
    from hygie.access import actions as access
    from hygie.access.types import Action, Channel, Purpose, Request
    from hygie.record import queries

    def asking(at: datetime) -> Request:
        return Request(doctor, person.id, Purpose.CARE, Action.LIST, at, channel=Channel.LIST)

    now = datetime.now(UTC)
    since = now - timedelta(days=30)
    access.open_record(asking(since))
    grant = access.open_record(asking(now))
    collector.settle()
    told: dict[str, dict[str, float]] = {}
    if "summary" in parts:
        told["summary"] = timed(lambda: queries.summary(grant, since=since), times=times)
    if "page" in parts:
        ask = browser(doctor)
        address = f"/pro/patients/{person.id}/"
        if (answer := ask(address)).status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        told["page"] = timed(lambda: ask(address), times=times)
    if "search" in parts:
        for words in QUESTIONS:
            told[f"search: {words}"] = timed(lambda words=words: queries.search(grant, words=words), times=times)  # type: ignore[misc]
    if "card" in parts:
        told["card"] = timed(calling(person, doctor, times + 1), times=times)
    return told


def calling(person: ground.Someone, doctor: Actor, times: int) -> Callable[[], object]:
    """Asks for the card as the practice's software does, through Django's handler: each call with a signature of its own,
    made before the clock starts, since the practice's machine makes it. RuntimeError for an answer without a card.
    """
    import jwt
    from django.test import Client

    from hygie.formats.fhir import building
    from hygie.formats.fhir.types import Subject
    from hygie.ops.demo.software import new_key, public
    from hygie.people import actions as people

    key, traits = new_key(), person.traits
    assert doctor.organisation_id is not None
    client_id = str(people.register_client(
        name="Logiciel du cabinet", organisation_id=doctor.organisation_id, scopes=["launch"], jwks={"keys": [public(key)]}
    ))  # fmt: skip
    body = json.dumps({
        "hook": "patient-view", "hookInstance": "1", "context": {"userId": f"Practitioner/{doctor.rpps}", "patientId": "1"},
        "prefetch": {"patient": building.patient(Subject(
            matricule=person.ins.matricule, oid=person.ins.oid, birth_family=traits.birth_family,
            given_names=traits.given_names, birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
        ))},
    })  # fmt: skip
    signing, now, client = jwt.PyJWK(key, "ES256").key, datetime.now(UTC), Client(headers={"host": "localhost"})
    proofs = iter([
        jwt.encode(
            {"iss": client_id, "aud": os.environ["HYGIE_PUBLIC_URL"] + CARD, "iat": now, "exp": now + timedelta(seconds=290),
             "jti": str(uuid4())},
            signing, "ES256", headers={"kid": key["kid"]},
        )
        for _ in range(times)
    ])  # fmt: skip

    def call() -> object:
        answer = client.post(
            CARD, body, content_type="application/json", headers={"Authorization": f"Bearer {next(proofs)}"}
        )
        if answer.status_code != 200 or not answer.json()["cards"]:
            raise RuntimeError(f"{CARD} answered {answer.status_code} {answer.content[:200]!r}")
        return answer

    return call


def browser(doctor: Actor) -> Any:
    """Asks an address as this doctor, through Django's handler and every middleware, session included."""
    from django.conf import settings
    from django.test import Client

    from hygie.people import queries as known
    from hygie.people.models import Account
    from hygie.people.signing_in import account_of
    from hygie.people.types import Kind

    now = datetime.now(UTC)
    account: Account = account_of(
        "https://bench.invalid", str(doctor.id), kind=Kind.PROFESSIONAL, at=now, professional_id=doctor.id
    )
    hat = known.professional(doctor.id).hats[0].id
    client = Client(headers={"host": "localhost"})
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session.update({"since": now.timestamp(), "seen": now.timestamp(), "auth": int(AuthLevel.STRONG), "hat": str(hat)})
    session.save()
    return client.get


def _cast() -> tuple[ground.Someone, Actor]:
    """A person, and her doctor, let in."""
    from hygie.access import actions as access
    from hygie.access.types import Action, Purpose, Request
    from hygie.people import actions as people
    from hygie.people import queries as known
    from hygie.people.types import Hat

    person = ground.people_for(1)[0]
    hat = Hat(profession="10", specialty=None, organisation=known.organisation(
        people.register_organisation(name="Cabinet du Canal", kind="practice")))  # fmt: skip
    one = people.register_professional(rpps="10100000017", family="Diallo", given="Awa", civility="Dr", hats=[hat])
    doctor = known.professional_actor(known.professional(one), hat, auth=AuthLevel.STRONG)
    now = datetime.now(UTC)
    grant = access.open_record(Request(person.actor, person.id, Purpose.SELF, Action.SET_ACCESS, now))
    access.set_care_team_consent(grant, given=True, at=now)
    access.add_to_circle(grant, professional_id=doctor.id, at=now)
    return person, doctor


def documents_of(person: ground.Someone, sender: Actor, count: int) -> list[UUID]:
    """So many filed documents of ten years; one in forty came within the month."""
    from hygie.record import depositing, filing
    from hygie.record.types import Author, Metadata, NewDocument

    draw, now, ids = random.Random(11), datetime.now(UTC), list[UUID]()
    for first in range(0, count, 64):
        items = []
        for number in range(first, min(count, first + 64)):
            title, class_code, type_code, author, place = _KINDS[number % len(_KINDS)]
            fresh = number % 40 == 0
            day = now - timedelta(days=draw.randrange(28 if fresh else 3650), hours=draw.randrange(12))
            metadata = Metadata(
                title=f"{title} du {day:%d/%m/%Y}", class_code=class_code, type_code=type_code, media_type="text/plain",
                unique_id=f"urn:uuid:{uuid4()}", created=day, service_start=day, authors=(Author(author, organisation=place),),
            )  # fmt: skip
            items.append(depositing.Incoming(
                actor=sender, received=now if fresh else now - timedelta(days=60), source="fhir", submission_id=str(uuid4()),
                ins=person.ins, traits=person.traits, document=NewDocument(metadata, (_SENTENCE * 20).encode()),
            ))  # fmt: skip
        for receipt in depositing.deposit_round(items):
            if isinstance(receipt, Exception):
                raise receipt
            ids.append(receipt.id)
    for first in range(0, count, 64):
        filing.file_together([(person.id, one) for one in ids[first : first + 64]])
    return ids


def fill(patient_id: UUID, documents: list[UUID], entries: int) -> None:
    """What these documents say: results in one of two, prescriptions in another; and a letter's words."""
    from hygie.record import extracting, laying

    draw, today = random.Random(7), datetime.now(UTC).date()
    known = [one for one in analytes.ALL if not one.qualitative and one.unit.low and one.unit.high][:60]
    grant = extracting._open(patient_id, None)
    reports = [number for number in range(len(documents)) if number % len(_KINDS) in (0, 2)]
    for number, document_id in enumerate(documents):
        day = today - timedelta(days=draw.randrange(3650))
        resources: list[dict[str, Any]] = []
        if number % len(_KINDS) == 1 and number < entries:
            resources.append(prescription(_MEDICINES[number // 4 % len(_MEDICINES)], day))
        if number in reports or len(documents) == 1:
            at = reports.index(number)
            share = entries * (at + 1) // len(reports) - entries * at // len(reports)
            resources += [result(draw, known, day) for _ in range(share)]
        if number == 3:
            resources += [condition(text) for text in ("Hypothyroïdie", "Hypertension artérielle", "Gonarthrose")]
        found = tuple(Entry(one, f"component[2]/section[1]/entry[{place}]") for place, one in enumerate(resources))
        words = " ".join(str(next(iter(one.get("code", {"text": ""}).values()))) for one in resources[:30])
        text = f"{_SENTENCE * 8} {words} ferritine levothyrox" if number % 9 == 0 else f"{_SENTENCE * 8} {words}"
        extracting.keep(grant, document_id, Found("cda", "1", found, (), text), media="text/xml")
    laying.lay_if_worth_it(grant, loose=1)


def result(draw: random.Random, known: list[analytes.Analyte], day: date) -> dict[str, Any]:
    one = draw.choice(known)
    assert one.unit.low is not None and one.unit.high is not None
    low, high = float(one.unit.low), float(one.unit.high)
    value, unit = (
        round(draw.uniform(low * 0.8, high * 1.15), 2),
        one.unit.printed[0] if one.unit.printed else one.unit.ucum,
    )
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": f"{day}T08:10:00+02:00",
        "code": {"coding": [{"system": "http://loinc.org", "code": one.loinc, "display": one.label}], "text": one.label},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": one.unit.ucum},
        "referenceRange": [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}, "text": f"{low} - {high}"}],
        "performer": [{"display": "Labo Seine"}], "extension": [{"url": AS_PRINTED, "valueString": f"{value} {unit}".replace(".", ",")}],
    }  # fmt: skip


def prescription(name: str, day: date) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": day.isoformat(),
        "medicationCodeableConcept": {"text": f"{name}, comprimé"}, "requester": {"display": "Dr Awa Diallo"},
        "dosageInstruction": [{"text": "1 comprimé le matin, QSP 3 mois"}],
    }  # fmt: skip


def condition(text: str) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"text": text}, "recordedDate": "2019-03-04"}
