"""Whom a professional's software means: a FHIR Patient, matched by matricule and traits together, within its budget."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from hygie.base.errors import Invalid
from hygie.formats.fhir import subject
from hygie.interop.fhir_api import mapping
from hygie.people import queries as people
from hygie.people.types import Actor


def named(patient: Any, *, by: Actor, at: datetime, place: str = "patient") -> UUID | None:
    """Her space, or None: absent and mismatched look alike. Invalid when the Patient itself is faulty."""
    said = subject.read_patient(patient, at=place)
    traits = mapping.traits_of(said)
    if traits is None:
        raise Invalid(
            "Il manque les traits de la personne : nom et prénoms de naissance, date de naissance, sexe.",
            code="identity-missing", at=place,
        )  # fmt: skip
    return people.find(ins=mapping.ins_of(said), traits=traits, by=by, at=at)
