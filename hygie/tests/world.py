"""The cast, built through the doors: Amina, her doctor Dr Diallo, Dr Roux who is not, Labo Seine, Zoé.

Nothing is flushed between tests, so each call makes fresh people with random ids. Every person carries a canary:
a secret string in her name and in her documents, which must never be seen by whoever may not see her.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID, uuid4

from django.db import connection

from hygie.access import actions as access
from hygie.access.types import Action, Channel, DocumentFacts, Grant, Purpose, RecordState, Request
from hygie.people import actions as people
from hygie.people import ins as ins_rules
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, Hat, IdentityStatus, Ins, Kind, Organisation, Traits
from hygie.record import actions as record
from hygie.record.types import Author, Deposit, Metadata, NewDocument, Receipt

NOW = datetime.now(UTC).replace(microsecond=0)  # the second wall reads the clock of the database: tests live today


DICE = random.SystemRandom() if "HYGIE_TORTURE" in os.environ else random.Random()
"""By which the cast gets names and numbers: thrown anew for each test by its name (see `conftest.py`), so that a test
meets the same ones each time and what fails is what was changed. The long proofs meet others."""

MATRICULES: set[str] = set()  # all that this process invented: none may ever be found in clear


def canary() -> str:
    """A name nobody else has: letters only, so that it survives every normalisation."""
    return "Canari" + "".join(DICE.choice("bcdfghjklmnpqrstvwxz") for _ in range(14))


@dataclass(slots=True)
class Person:
    """Someone with a space: her identity, and the actor she is when signed in."""

    id: UUID
    traits: Traits
    ins: Ins
    actor: Actor
    canaries: list[str] = field(default_factory=list)

    def asks(self, action: Action, **more: object) -> Request:
        return Request(actor=self.actor, patient_id=self.id, purpose=Purpose.SELF, action=action, at=NOW, **more)  # type: ignore[arg-type]

    def opens(self, action: Action, **more: object) -> Grant:
        return access.open_record(self.asks(action, **more))


class World:
    """One small world. Members are made when first asked for."""

    def person(self, given: str, family: str = "", *, born: str = "1988-05-04", sex: str = "female",
               state: RecordState = RecordState.OPEN) -> Person:  # fmt: skip
        mark = canary()
        traits = Traits(
            birth_family=f"{family or given}{mark}", given_names=(given,), birth_date=born, sex=sex, birth_place="75112"
        )
        ins = self.matricule(born, sex)
        patient_id = people.register_patient(traits=traits, ins=ins, status=IdentityStatus.QUALIFIED, at=NOW)
        access.create_record(patient_id=patient_id, state=state, at=NOW)
        actor = Actor(kind=Kind.PERSON, id=uuid4(), name=given, auth=AuthLevel.STRONG, patient_id=patient_id)
        return Person(patient_id, traits, ins, actor, [mark])

    @staticmethod
    def matricule(born: str, sex: str) -> Ins:
        first = ""
        while not first or first in MATRICULES:  # thousands are born in one month here: now and then two were one
            first = f"{1 if sex == 'male' else 2}{born[2:4]}{born[5:7]}{DICE.randrange(10**8):08d}"
        MATRICULES.add(first)
        return Ins(first + ins_rules.key_of(first), ins_rules.NIR_TEST)

    @cached_property
    def amina(self) -> Person:
        """Her record is open to her care team, where Dr Diallo is."""
        amina = self.person("Amina", "Benali")
        self.lets_in(amina, self.dr_diallo)
        return amina

    @cached_property
    def zoe(self) -> Person:
        """Zoé, who helps her mother; here, simply someone else with a space of her own."""
        return self.person("Zoé", "Martin", born="1979-11-02")

    @cached_property
    def practice(self) -> Organisation:
        return self.organisation("Cabinet du Canal", "practice")

    @cached_property
    def labo_seine(self) -> Actor:
        return self.software("Labo Seine", "laboratory")

    @cached_property
    def dr_diallo(self) -> Actor:
        return self.doctor("Diallo", self.practice)

    @cached_property
    def dr_roux(self) -> Actor:
        return self.doctor("Roux", self.organisation("Cabinet des Lilas", "practice"))

    @cached_property
    def operator(self) -> Actor:
        return Actor(kind=Kind.OPERATOR, id=uuid4(), name="Opérateur", auth=AuthLevel.STRONG)

    def organisation(self, name: str, kind: str) -> Organisation:
        return known.organisation(people.register_organisation(name=name, kind=kind))

    def software(self, name: str, kind: str) -> Actor:
        structure = self.organisation(name, kind)
        one = uuid4()
        return Actor(
            kind=Kind.SOFTWARE, id=one, client_id=one, name=name, auth=AuthLevel.STRONG, organisation_id=structure.id,
            organisation=structure.name,
        )  # fmt: skip

    def doctor(self, family: str, structure: Organisation, profession: str = "10") -> Actor:
        hat = Hat(profession=profession, specialty=None, organisation=structure)
        one = people.register_professional(
            rpps=f"{DICE.randrange(10**11):011d}", family=family, given="Awa", civility="Dr", hats=[hat]
        )
        return known.professional_actor(known.professional(one), hat, auth=AuthLevel.STRONG)

    @staticmethod
    def searched_in_vain(by: Actor, times: int, *, at: datetime) -> None:
        """The structure of this actor found nobody so many times in this minute."""
        with connection.cursor() as sql:
            sql.execute(
                "INSERT INTO people_misses (subject, minute, count) VALUES (%s, date_trunc('minute', %s::timestamptz), %s)",
                [by.organisation_id or by.id, at, times],
            )

    def lets_in(self, person: Person, professional: Actor, **limits: object) -> None:
        grant = person.opens(Action.SET_ACCESS)
        access.set_care_team_consent(grant, given=True, at=NOW)
        access.add_to_circle(grant, professional_id=professional.id, at=NOW, **limits)  # type: ignore[arg-type]


def care(actor: Actor, person: Person, action: Action = Action.LIST, **more: object) -> Request:
    """The question a professional asks when she opens a record to care."""
    return Request(actor=actor, patient_id=person.id, purpose=Purpose.CARE, action=action, at=NOW,
                   channel=more.pop("channel", Channel.VIEW), **more)  # type: ignore[arg-type]  # fmt: skip


def a_report(title: str = "Analyse de sang", *, type_code: str = "11502-2", class_code: str = "10",
             content: bytes | None = None, uid: str | None = None, visibility: frozenset[str] = frozenset({"N"}),
             replaces: str | None = None, **metadata: object) -> NewDocument:  # fmt: skip
    """A laboratory report of one line."""
    values: dict[str, object] = {
        "title": title, "class_code": class_code, "type_code": type_code, "media_type": "text/plain",
        "unique_id": uid or f"urn:uuid:{uuid4()}", "created": NOW, "service_start": NOW,
        "authors": (Author(name="Labo Seine"),), **metadata,
    }  # fmt: skip
    return NewDocument(
        metadata=Metadata(**values),  # type: ignore[arg-type]
        content=content if content is not None else f"TSH 2,1 mUI/L {canary()}".encode(),
        visibility=visibility, replaces=replaces,
    )  # fmt: skip


def deposited(sender: Actor, person: Person, document: NewDocument | None = None, **said: object) -> Receipt:
    """A deposit about this person, through the record's door."""
    document = document or a_report()
    deposit = Deposit(
        document=document, ins=person.ins, traits=person.traits, received=NOW,
        submission_id=document.metadata.unique_id,
    )  # fmt: skip
    return record.deposit(actor=sender, deposit=replace(deposit, **said))  # type: ignore[arg-type]


def read_by_machine(person: Person, *receipts: Receipt) -> None:
    """The job that reads what new documents say, done now."""
    from hygie.record import tasks

    tasks.read([[str(person.id), str(receipt.id)] for receipt in receipts])


__all__ = ["NOW", "DocumentFacts", "Person", "World", "a_report", "canary", "care", "deposited", "read_by_machine"]
