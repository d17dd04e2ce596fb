"""A health summary as a document, before any format: its chapters, what each takes in, and the words of each line.

Pure. Chapters and LOINC codes are those of the IPS as France uses it (interop.md section 8; past illness is of the
international base, HL7 IPS 2.0). What belongs to none of them (a stay, a sample, a whole report) is not of a summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final
from uuid import UUID

from hygie.formats import concepts, measures, readings
from hygie.formats.concepts import is_absence, is_over, is_refuted
from hygie.formats.days import MONTHS, in_french
from hygie.formats.entries import day_of, printed
from hygie.formats.fhir.types import Subject

Resource = dict[str, Any]
_DONE: Final = frozenset({"entered-in-error", "cancelled", "revoked", "completed", "stopped", "draft"})
_MEDICINES: Final = frozenset(
    {"MedicationStatement", "MedicationRequest", "MedicationDispense", "MedicationAdministration"}
)

_words = partial(concepts.words, bare=True)  # in a narrative, a code without words stands for itself


@dataclass(frozen=True, slots=True)
class Chapter:
    """code: LOINC; display: its English name, as LOINC gives it; always: the document has it even when it is empty."""

    key: str
    code: str
    title: str
    display: str
    always: bool = False


PROBLEMS: Final = Chapter("problems", "11450-4", "Problèmes de santé en cours", "Problem list - Reported", True)
ALLERGIES: Final = Chapter(
    "allergies", "48765-2", "Allergies et intolérances", "Allergies and adverse reactions Document", True
)
TREATMENTS: Final = Chapter("treatments", "10160-0", "Traitements", "History of Medication use Narrative", True)
PROCEDURES: Final = Chapter("procedures", "47519-4", "Interventions", "History of Procedures Document", True)
DEVICES: Final = Chapter("devices", "46264-8", "Dispositifs médicaux", "History of medical device use", True)
PAST: Final = Chapter("past", "11348-0", "Antécédents", "History of Past illness Narrative")
FAMILY: Final = Chapter("family", "10157-6", "Antécédents familiaux", "History of family member diseases Narrative")
VACCINES: Final = Chapter("vaccines", "11369-6", "Vaccinations", "History of Immunization note")
RESULTS: Final = Chapter("results", "30954-2", "Résultats", "Relevant diagnostic tests/laboratory data note")
VITALS: Final = Chapter("vitals", "8716-3", "Mesures", "Vital signs note")
ALERTS: Final = Chapter("alerts", "44944-7", "Points de vigilance", "Deprecated Special risk situations Document")
WISHES: Final = Chapter("wishes", "42348-3", "Directives anticipées", "Advance healthcare directives")
SOCIAL: Final = Chapter("social", "29762-2", "Mode de vie", "Social history note")
PLAN: Final = Chapter("plan", "18776-5", "Soins prévus", "Plan of care note")
ALL: Final = (
    PROBLEMS, ALLERGIES, TREATMENTS, PROCEDURES, DEVICES, ALERTS, PAST, FAMILY, VACCINES, RESULTS, VITALS, WISHES, SOCIAL,
    PLAN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of the summary. resource: by the conventions of `entries`, certain and current; id: stable for good.

    by_patient: her own words. source: who wrote it, as shown.
    """

    id: UUID
    resource: Resource = field(repr=False)
    by_patient: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Synopsis:
    """All that a summary document is made of. number: of the space. written: aware. keeper: who keeps the record.

    waiting: how many suggestions were left out, because nobody has confirmed them yet.
    """

    number: UUID
    subject: Subject
    written: datetime
    pieces: tuple[Piece, ...]
    keeper: str = "Hygie"
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One line in plain French: what, how much or how, when."""

    what: str
    how: str = ""
    when: str = ""


def chaptered(pieces: Iterable[Piece]) -> list[tuple[Chapter, list[Piece]]]:
    """Every chapter that holds something, and those that are always there, in the order of the document.

    A coded absence (« aucune allergie connue ») stands only in a chapter that holds nothing else.
    """
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        if (chapter := chapter_of(piece.resource)) is not None:
            found.setdefault(chapter.key, []).append(piece)
    made = []
    for chapter in ALL:
        held = found.get(chapter.key, [])
        said = [one for one in held if not is_absence(one.resource)]
        if held or chapter.always:
            made.append((chapter, said or held[:1]))
    return made


def chapter_of(resource: Resource) -> Chapter | None:
    """The chapter that takes a resource in; None when a summary has no place for it."""
    kind = str(resource.get("resourceType"))
    if kind == "Condition":
        if is_absence(resource):
            return PROBLEMS
        if is_refuted(resource):
            return None
        return PAST if is_over(resource) else PROBLEMS
    if kind == "AllergyIntolerance":
        return None if is_refuted(resource) else ALLERGIES
    if kind in _MEDICINES:
        return TREATMENTS
    if kind == "Observation":
        return _observed(resource)
    if kind in ("CarePlan", "Goal", "ServiceRequest"):
        state = resource.get("status") or resource.get("lifecycleStatus")
        return None if state in _DONE else PLAN
    return _PLACES.get(kind)


_PLACES: Final = {
    "Procedure": PROCEDURES, "DeviceUseStatement": DEVICES, "FamilyMemberHistory": FAMILY, "Immunization": VACCINES,
    "Flag": ALERTS, "Consent": WISHES,
}  # fmt: skip


def _observed(resource: Resource) -> Chapter:
    said = {one.get("code") for concept in resource.get("category") or () for one in concept.get("coding") or ()}
    loinc = {one.get("code") for one in (resource.get("code") or {}).get("coding") or ()}
    if "laboratory" in said:
        return RESULTS
    if "vital-signs" in said or loinc & measures.BY_LOINC.keys():
        return VITALS
    return SOCIAL if "social-history" in said else RESULTS


# ---- words


def told(resource: Resource) -> Told:
    """A line of the narrative, in plain French, from what the resource says and nothing else."""
    kind = str(resource.get("resourceType"))
    what, how = _words(resource.get("code")), ""
    if kind in _MEDICINES:
        what = _words(resource.get("medicationCodeableConcept"))
        taken = resource.get("dosage") or resource.get("dosageInstruction") or ()
        taken = taken if isinstance(taken, list | tuple) else [taken]
        how = " ; ".join(str(one["text"]) for one in taken if isinstance(one, dict) and one.get("text"))
    elif kind == "Observation":
        how = _with_interval(resource)
    elif kind == "Condition":
        how = _lasting(resource)
    elif kind == "AllergyIntolerance":
        signs = [
            _words(one) for reaction in resource.get("reaction") or () for one in reaction.get("manifestation") or ()
        ]
        grave = resource.get("criticality") == "high"
        how = ", ".join(filter(None, [*signs, "signalée comme grave" if grave else ""]))
        what = what or ", ".join(filter(None, signs))
    elif kind == "Immunization":
        what = _words(resource.get("vaccineCode"))
        rank = next((one.get("doseNumberPositiveInt") for one in resource.get("protocolApplied") or ()), None)
        lot = resource.get("lotNumber")
        how = ", ".join(filter(None, [f"dose {rank}" if rank else "", f"lot {lot}" if lot else ""]))
    elif kind == "FamilyMemberHistory":
        what = _words(resource.get("relationship"))
        how = ", ".join(filter(None, (_words(one.get("code")) for one in resource.get("condition") or ())))
    elif kind == "DeviceUseStatement":
        device = next((_words(one.get("type")) for one in resource.get("contained") or ()), "")
        what = device or str((resource.get("device") or {}).get("display") or "")
        how = _words(resource.get("bodySite"))
    elif kind == "Procedure":
        how = _words(resource.get("bodySite"))
    elif kind == "Consent":
        what = _words(resource.get("category"))
        provision = resource.get("provision") or {}
        wanted = {"permit": "accepte", "deny": "refuse"}.get(str(provision.get("type")), "")
        how = " ".join(filter(None, [wanted, _words(provision.get("code"))]))
    elif kind == "Goal":
        what = _words(resource.get("description"))
    elif kind == "CarePlan":
        what = str(resource.get("title") or "") or _words(resource.get("category"))
        how = str(resource.get("description") or "")
    return Told(what or "sans intitulé", how, "" if is_absence(resource) else when(resource))


def when(resource: Resource) -> str:
    """« 12 mars 2026 », « mars 2019 », « 2019 »: as precise as the source; "" without a date."""
    day = day_of(resource)
    if day is None:
        return ""
    written = next((text for text in _texts(resource) if text.startswith(f"{day:%Y}")), "")
    return in_words(written[:10] if len(written) > 4 else written or day.isoformat())


def _texts(resource: Resource) -> list[str]:
    """The dates of a resource as written, at its top or one level down."""
    flat = [value for value in resource.values() if isinstance(value, str)]
    flat += [inner for value in resource.values() if isinstance(value, dict) for inner in value.values()
             if isinstance(inner, str)]  # fmt: skip
    return [text for text in flat if text[:4].isdigit() and (len(text) == 4 or text[4:5] == "-")]


def in_words(written: str) -> str:
    """A FHIR date in French; what is no date, as it is."""
    parts = written[:10].split("-")
    try:
        if len(parts) == 3:
            return in_french(date.fromisoformat(written[:10]))
        if len(parts) == 2:
            return f"{MONTHS[int(parts[1]) - 1]} {int(parts[0])}"
    except (ValueError, IndexError):
        pass
    return written


def _lasting(resource: Resource) -> str:
    start = resource.get("onsetDateTime") or (resource.get("onsetPeriod") or {}).get("start")
    end = resource.get("abatementDateTime") or (resource.get("abatementPeriod") or {}).get("end")
    parts = [f"début : {in_words(str(start))}" if start else "", f"fin : {in_words(str(end))}" if end else ""]
    return ", ".join(filter(None, parts))


def _with_interval(one: Resource) -> str:
    said = value(one)
    for part in one.get("component") or ():
        if inner := value(part):
            said += f"{' ; ' if said else ''}{_words(part.get('code'))} : {inner}"
    ranges = [found for box in one.get("referenceRange") or () if (found := _interval(box))]
    return f"{said} (intervalle du laboratoire : {' ; '.join(ranges)})" if said and ranges else said


def value(one: Resource) -> str:
    """What was measured or found, as printed where the source says so; "" without a value."""
    if said := printed(one):
        return said
    quantity = one.get("valueQuantity")
    if isinstance(quantity, dict) and "value" in quantity:
        parts = (quantity.get("comparator"), _number(quantity["value"]), quantity.get("unit") or quantity.get("code"))
        return " ".join(str(part) for part in parts if part)
    if "valueBoolean" in one:
        return "oui" if one["valueBoolean"] else "non"
    for name in ("valueString", "valueInteger", "valueTime"):
        if name in one:
            return str(one[name])
    if "valueDateTime" in one:
        return in_words(str(one["valueDateTime"])[:10])
    if ratio := one.get("valueRatio"):
        ends = ((ratio.get(end) or {}).get("value") for end in ("numerator", "denominator"))
        return "/".join(_number(end) for end in ends)
    if span := one.get("valueRange"):
        ends = ((span.get(end) or {}).get("value") for end in ("low", "high"))
        return " à ".join(_number(end) for end in ends if end is not None)
    return _words(one.get("valueCodeableConcept")) or _words(one.get("dataAbsentReason"))


def _interval(box: Resource) -> str:
    if text := box.get("text"):
        return str(text)
    low, high = ((box.get(end) or {}).get("value") for end in ("low", "high"))
    if low is not None and high is not None:
        return f"{_number(low)} à {_number(high)}"
    return f"≥ {_number(low)}" if low is not None else f"≤ {_number(high)}" if high is not None else ""


def _number(value: Any) -> str:
    try:
        return readings.french(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def lines(pieces: Sequence[Piece]) -> list[tuple[Piece, Told, str]]:
    """Each piece with its words, and where it comes from: « dit par la personne », or who wrote it."""
    return [(one, told(one.resource), "dit par la personne" if one.by_patient else one.source) for one in pieces]
