"""The practice's software of the demonstration: registered for Dr Diallo's practice, and told who its patients are.

Its files are its own, as in any practice: what it knows of a patient was typed at the practice's desk. One of them has
no space here, and one has a space that Dr Diallo may not open: Hygie answers both in the same way.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from hygie.base import config
from hygie.formats.fhir import building
from hygie.formats.fhir.types import Subject
from hygie.ops.demo import ports, state
from hygie.ops.demo.days import Calendar
from hygie.ops.demo.members import EVERYONE, PARIS, Member
from hygie.ops.demo.places import CARERS, PLACES
from hygie.ops.demo.software import new_key, public
from hygie.ops.demo_cabinet.told import Patient, Told
from hygie.people import actions as people
from hygie.people import queries as known

SCOPES = ("launch", "system/DocumentReference.rs")
DOCTOR = "diallo"
# Who waits today: the hour, why, in how many days the next appointment is, and what the practice has noted.
_ROOM: tuple[tuple[str, str, str, int, tuple[str, ...]], ...] = (
    ("amina-benali", "09:00", "Suivi de la thyroïde", 90, ("Fatiguée depuis le dernier changement de dose.", "Genou droit : va mieux.")),
    ("fatou-martin", "09:15", "Renouvellement", 30, ("Vient avec sa fille Zoé.",)),
    ("marcel-lefevre", "09:30", "Essoufflement", 14, ("Passage aux urgences cette semaine, pas de courrier reçu.",)),
    ("sami-haddad", "09:45", "Toux", 60, ("Asthme connu.",)),
    ("philippe-durand", "10:00", "Suivi du diabète", 45, ("Demande le résultat de sa prise de sang.",)),
    ("thomas-mercier", "10:15", "Certificat de sport", 365, ("Reprend la course à pied.",)),
    ("sophie-garnier", "10:30", "Résultats", 7, ("Vient avec son mari.",)),
    ("paul-girard", "10:45", "Première consultation", 0, ("Nouveau patient : n’a pas encore choisi son médecin dans Hygie.",)),
    ("jeanne-aubry", "11:00", "Vaccination", 180, ("N’a jamais parlé d’un espace de santé.",)),
)  # fmt: skip
_NOWHERE = Member("jeanne-aubry", ("Jeanne",), "Aubry", "female", 48, (2, 19), PARIS, "n’a pas d’espace")


def prepare() -> tuple[Path, str]:
    """Register the software once, and write what it is told (0600). The file to start it with, and its address.

    Conflict when the port that was set is taken by another program.
    """
    before, calendar = state.cabinet(), state.read().calendar
    key: dict[str, Any] = before.get("key") or new_key()
    client_id = str(before.get("client_id") or _registered(key))
    doctor, place = CARERS[DOCTOR], PLACES[CARERS[DOCTOR].place]
    told = Told(
        port=ports.free_for("HYGIE_CABINET_PORT", before=before.get("port"), after=2, whose="le logiciel de cabinet"), hygie=config.get("HYGIE_PUBLIC_URL"), practice=place.name, doctor=doctor.name,
        rpps=doctor.rpps, client_id=client_id, key=key, patients=tuple(waiting(calendar)),
    )  # fmt: skip
    return state.tell_cabinet(asdict(told)), told.home


def waiting(calendar: Calendar) -> list[Patient]:
    """Today's patients, as the practice knows them."""
    members = {one.sub: one for one in (*EVERYONE, _NOWHERE)}
    return [
        _patient(members[sub], calendar, hour, reason, days, notes) for sub, hour, reason, days, notes in _ROOM
    ]  # fmt: skip


def _patient(one: Member, calendar: Calendar, hour: str, reason: str, days: int, notes: tuple[str, ...]) -> Patient:
    ins, traits, born = one.ins(calendar), one.traits(calendar), one.born(calendar)
    resource = building.patient(Subject(
        matricule=ins.matricule, oid=ins.oid, birth_family=traits.birth_family, given_names=traits.given_names,
        birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
    ))  # fmt: skip
    next_time = f"{calendar.today + timedelta(days=days):%d/%m/%Y}" if days else "Aucun"
    return Patient(
        key=one.sub, name=one.name, born=f"{born:%d/%m/%Y} ({one.age} ans)", ins=ins.matricule, hour=hour,
        reason=reason, next=next_time, notes=notes, resource=resource,
    )  # fmt: skip


def _registered(key: dict[str, Any]) -> str:
    organisation = known.organisation_by_finess(PLACES[CARERS[DOCTOR].place].finess)
    assert organisation is not None  # the population is loaded before
    client_id = people.register_client(
        name="Logiciel de cabinet de démonstration",
        organisation_id=organisation.id,
        scopes=SCOPES,
        jwks={"keys": [public(key)]},
    )
    return str(client_id)
