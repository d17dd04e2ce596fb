"""What leaves a record as one file: the summary as FHIR or CDA, the results as HPRIM. Pure, from values to bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import orjson

from hygie.formats import sniff, synopsis
from hygie.formats.cda import compose, writer
from hygie.formats.cda import summary as cda
from hygie.formats.fhir import ips
from hygie.formats.hprim import export as hprim
from hygie.formats.hprim.identity import identity as said
from hygie.formats.synopsis import Synopsis
from hygie.people.types import PROFESSION_NAMES, Organisation, Professional
from hygie.record.types import Content, Item


class Form(StrEnum):
    """The file that is asked for."""

    FHIR = "fhir"
    CDA = "cda"
    HPRIM = "hprim"


_ENDINGS: Final = {Form.FHIR: "json", Form.CDA: "xml", Form.HPRIM: "hpr"}
_TYPES: Final = {Form.FHIR: "application/fhir+json", Form.CDA: sniff.CDA, Form.HPRIM: sniff.HPRIM}


@dataclass(frozen=True, slots=True)
class Issuer:
    """The professional who takes the file away, and where she works. profession: TRE_G15 ("10"); specialty: "SM26"."""

    professional: Professional
    organisation: Organisation | None
    profession: str
    specialty: str | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps the record, and so the files it gives. finess: None where there is none."""

    name: str
    finess: str | None = None

    @property
    def structure(self) -> compose.Structure:
        return compose.Structure(self.name, finess=self.finess, setting="AMBULATOIRE")


def summary(found: Synopsis, form: Form, *, issuer: Issuer | None, keeper: Keeper) -> Content:
    """issuer: None when the person takes her own summary with her. HPRIM has no summary: ValueError."""
    if form is Form.FHIR:
        data = orjson.dumps(ips.document(found))
    elif form is Form.CDA:
        data = writer.write(
            cda.by_the_person(found, keeper=keeper.structure)
            if issuer is None
            else cda.document(found, author=_author(issuer, keeper))
        )
    else:
        raise ValueError("HPRIM carries results, not a summary")
    return _content(data, form, "resume-de-sante", found.written)


def results(found: Synopsis, items: Iterable[Item], *, recipient: str, keeper: Keeper) -> Content:
    """Every certain laboratory result as HPRIM Médecins letters, one for each day, the latest first."""
    wanted = [one.resource for one in items if one.certain and synopsis.chapter_of(one.resource) is synopsis.RESULTS]
    subject = found.subject
    patient = said(
        family=subject.used_family or subject.birth_family or "", given=" ".join(subject.given_names),
        birth_date=subject.birth_date or "", sex=subject.sex or "unknown", number=subject.matricule,
    )  # fmt: skip
    data = hprim.export(wanted, patient=patient, sender=keeper.name, recipient=recipient)
    return _content(data, Form.HPRIM, "resultats", found.written)


def _author(issuer: Issuer, keeper: Keeper) -> compose.Professional:
    place, who = issuer.organisation, issuer.professional
    structure = compose.Structure(place.name, finess=place.finess, city=place.city) if place else keeper.structure
    title = {"dr": "DR", "pr": "PR", "mme": "MME", "m.": "M", "m": "M"}.get((who.civility or "").lower(), "M")
    label = PROFESSION_NAMES.get(issuer.profession, "Professionnel")
    code = "/".join(filter(None, (f"G15_{issuer.profession}", issuer.specialty)))
    return compose.Professional(who.family, who.given, who.rpps, code, label, title, structure)


def _content(data: bytes, form: Form, name: str, on: datetime) -> Content:
    """A name that says what it is and the day, and of whom nothing: it lands in download folders."""
    return Content(data, _TYPES[form], f"{name}-{on:%Y-%m-%d}.{_ENDINGS[form]}")
