"""Who a document is about: the one part of a message on which no reading is lenient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hygie.formats import valuesets
from hygie.formats.accents import without_accents
from hygie.formats.fhir import systems
from hygie.formats.fhir.faults import invalid
from hygie.formats.fhir.types import Subject

if TYPE_CHECKING:
    from hygie.formats.fhir.document_reference import Reading

Resource = dict[str, Any]
_MATRICULE = re.compile(r"\d{5}(?:\d\d|2[AB])\d{8}", re.ASCII)
_CONDITIONAL = "Patient?identifier="
_MISMATCH = "Ce message désigne deux personnes différentes : rien n'a été conservé."


def read_subject(
    doc: Resource, contained: Mapping[str, Resource], patients: Mapping[str, Resource], reading: Reading
) -> Subject:
    """The person, from `subject` and `context.sourcePatientInfo` taken together.

    Every matricule of the message must be the same ("identity-mismatch" otherwise). Raises Invalid when there is
    none, when it is not one, or when its authority is not one of the INS.
    """
    at = f"{reading.at}.subject"
    reference = doc.get("subject")
    if not reference:
        raise invalid(at, "Il manque la personne concernée (subject).", code="identity-missing")
    source = (doc.get("context") or {}).get("sourcePatientInfo") or {}
    holders = [
        (holder, place)
        for link, place in ((reference, at), (source, f"{reading.at}.context.sourcePatientInfo"))
        if (holder := _held(link, contained, patients)) is not None
    ]
    if source and not source.get("reference", "").startswith("#") and not source.get("identifier"):
        reading.want("context.sourcePatientInfo", "La personne source est attendue dans « contained ».")
    said = [*_of_link(reference, at), *_of_link(source, f"{reading.at}.context.sourcePatientInfo")]
    for holder, place in holders:
        said += [(oid, value, place) for oid, value in _identifiers(holder.get("identifier"))]
    if not said:
        raise invalid(
            at,
            "Il manque le matricule INS de la personne (système urn:oid:1.2.250.1.213.1.4.8 ou .9).",
            code="identity-missing",
        )
    oid, matricule, _ = said[0]
    for other_oid, other, place in said[1:]:
        if (other_oid, other) != (oid, matricule):
            raise invalid(place, _MISMATCH, code="identity-mismatch")
    if not _MATRICULE.fullmatch(matricule):
        raise invalid(at, "Ce matricule INS n'a pas la bonne forme (15 caractères).", code="identity-malformed")
    traits = [(_traits(holder), place) for holder, place in holders]
    merged: dict[str, Any] = {}
    for found, place in traits:
        for key, value in found.items():
            if merged.setdefault(key, value) != value:
                raise invalid(place, _MISMATCH, code="identity-mismatch")
    subject = Subject(
        matricule=matricule, oid=oid, **merged,
        named=tuple(_elsewhere((reference, source), {**patients, **contained})),
    )  # fmt: skip
    if not subject.has_traits:
        reading.want(
            "context.sourcePatientInfo",
            "Il manque les traits de la personne : nom et prénoms de naissance, date de naissance, sexe.",
        )
    return subject


def read_patient(patient: Any, *, at: str) -> Subject:
    """The person that a FHIR Patient describes: one matricule, and the strict traits.

    Raises Invalid with the place, as `read_subject` does, and for what is not a Patient.
    """
    if not isinstance(patient, dict) or patient.get("resourceType") != "Patient":
        raise invalid(at, "Une ressource Patient est attendue ici.", code="fhir-structure")
    try:
        said = set(_identifiers(patient.get("identifier")))
        traits = _traits(patient)
    except (TypeError, AttributeError, KeyError, IndexError) as fault:
        raise invalid(at, "Cette ressource Patient n'a pas la bonne forme.", code="fhir-structure") from fault
    if len(said) != 1:
        text = _MISMATCH if said else "Il manque le matricule INS de la personne."
        raise invalid(at, text, code="identity-mismatch" if said else "identity-missing")
    oid, matricule = said.pop()
    if not _MATRICULE.fullmatch(matricule):
        raise invalid(at, "Ce matricule INS n'a pas la bonne forme (15 caractères).", code="identity-malformed")
    return Subject(matricule=matricule, oid=oid, **traits)


def conditional(reference: str) -> str:
    """« oid|matricule » of a conditional reference that names one; "" for any other reference."""
    system, bar, value = reference.removeprefix(_CONDITIONAL).replace("%7C", "|").partition("|")
    oid = system.removeprefix("urn:oid:")
    return f"{oid}|{value}" if reference.startswith(_CONDITIONAL) and bar and oid in valuesets.INS_OIDS else ""


def number_of(patient: Resource) -> str:
    """« oid|matricule » of a Patient, "" when it says none or two."""
    said = set(_identifiers(patient.get("identifier")))
    return "|".join(said.pop()) if len(said) == 1 else ""


def family_of(patient: Resource) -> str:
    """The birth name of a Patient, without accents nor case, "" when it is not sure."""
    return without_accents(str(_traits(patient).get("birth_family") or "")).upper().strip()


def _held(link: Resource, contained: Mapping[str, Resource], patients: Mapping[str, Resource]) -> Resource | None:
    reference = link.get("reference") or ""
    holder = contained.get(reference) or patients.get(reference)
    return holder if holder is not None and holder.get("resourceType") == "Patient" else None


def _elsewhere(links: Iterable[Resource], here: Mapping[str, Resource]) -> Iterator[str]:
    """The references that name a Patient outside of the message."""
    for link in links:
        reference = link.get("reference")
        if isinstance(reference, str) and reference not in here and not reference.startswith(("#", _CONDITIONAL)):
            yield reference


def _of_link(link: Resource, at: str) -> Iterator[tuple[str, str, str]]:
    """The matricules that a reference itself says: a conditional reference, or a logical one."""
    reference = link.get("reference")
    if isinstance(reference, str) and reference.startswith(_CONDITIONAL):
        system, bar, value = reference.removeprefix(_CONDITIONAL).replace("%7C", "|").partition("|")
        oid = system.removeprefix("urn:oid:")
        if not bar or oid not in valuesets.INS_OIDS:
            raise invalid(at, "Cette référence ne désigne pas un matricule INS.", code="identity-missing")
        yield oid, value, at
    yield from ((oid, value, at) for oid, value in _identifiers([link.get("identifier") or {}]))


def _identifiers(identifiers: list[Resource] | None) -> Iterator[tuple[str, str]]:
    for identifier in identifiers or ():
        oid = str(identifier.get("system") or "").removeprefix("urn:oid:")
        if oid in valuesets.INS_OIDS and isinstance(value := identifier.get("value"), str):
            yield oid, value


def _traits(patient: Resource) -> dict[str, Any]:
    """What a Patient says of the strict traits (FRCorePatientINS); what is silent is left out."""
    found: dict[str, Any] = {}
    names: list[Resource] = patient.get("name") or []
    official = next((name for name in names if name.get("use") == "official"), None)
    used = next((name for name in names if name.get("use") in ("usual", "nickname")), None)
    birth = official or (names[0] if len(names) == 1 else None)
    if birth:
        if birth.get("family"):
            found["birth_family"] = birth["family"]
        given = _birth_given(birth)
        if given:
            found["given_names"] = given
    if used:
        if used.get("family"):
            found["used_family"] = used["family"]
        if used.get("given"):
            found["used_given"] = used["given"][0]
    if patient.get("birthDate"):
        found["birth_date"] = patient["birthDate"]
    if patient.get("gender"):
        found["sex"] = patient["gender"] if patient["gender"] in ("female", "male") else "unknown"
    if place := _birth_place(patient):
        found["birth_place"] = place
    return found


def _birth_given(name: Resource) -> tuple[str, ...]:
    """The whole list of birth given names when it is said, else those of the name."""
    for extension in name.get("extension") or ():
        if extension.get("url") == systems.BIRTH_GIVEN and isinstance(text := extension.get("valueString"), str):
            return tuple(text.split())
    return tuple(word for given in name.get("given") or () if isinstance(given, str) for word in given.split())


def _birth_place(patient: Resource) -> str | None:
    for extension in patient.get("extension") or ():
        if extension.get("url") == systems.BIRTH_PLACE:
            for inner in (extension.get("valueAddress") or {}).get("extension") or ():
                if inner.get("url") == systems.INSEE:
                    code = (inner.get("valueCoding") or {}).get("code")
                    return code if isinstance(code, str) else None
    return None
