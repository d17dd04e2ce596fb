"""The strict identity traits, out of a CDA patient."""

from __future__ import annotations

from hygie.formats import valuesets
from hygie.formats.cda import times
from hygie.formats.cda.types import Id, Name, Patient, PatientIdentity

_SEX = {"F": "female", "M": "male"}
_USED = ("CL", "SP")  # SP in documents older than the current rules


def identity(patient: Patient) -> PatientIdentity:
    """Traits as the document gives them: BR qualifies birth, CL use; the given name without qualifier is the full list.

    Nothing is invented: a trait that is absent stays empty, and the caller decides what that means.
    """
    name = patient.names[0] if patient.names else Name()
    birth_family = " ".join(name.find("family", "BR")) or " ".join(name.find("family"))
    first = " ".join(name.find("given", "BR"))
    given = _list(" ".join(name.find("given")), first)
    used_family = next((found for found in (" ".join(name.find("family", mark)) for mark in _USED) if found), None)
    used_given = next((found for found in (" ".join(name.find("given", mark)) for mark in _USED) if found), None)
    place = patient.birth_place
    return PatientIdentity(
        ids=patient.ids,
        birth_family=birth_family,
        given_names=given,
        first_given=first or (given[0] if given else ""),
        birth_date=times.iso_date(patient.birth_time),
        sex=_SEX.get((patient.sex.code if patient.sex else None) or "", "unknown"),
        birth_place=(place.find("county") if place else None) or None,
        birth_place_name=(place.find("city") if place else None) or patient.birth_place_name,
        used_family=used_family,
        used_given=used_given,
    )


def ins(patient: Patient) -> Id | None:
    """The matricule and the OID of its authority, as found; None when the document carries only local numbers."""
    return next((id for id in patient.ids if id.root in valuesets.INS_OIDS and id.extension), None)


def _list(written: str, first: str) -> tuple[str, ...]:
    """« JEAN PIERRE PAUL » with the first given name « JEAN PIERRE » is two names, not three."""
    if first and (written == first or written.startswith(first + " ")):
        return (first, *written[len(first) :].split())
    return tuple(written.split()) or ((first,) if first else ())
