"""One entry about a medicine, whatever its FHIR resource, as one fact: which product, how much, when, by whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from hygie.formats import concepts, dosage
from hygie.formats.dosage import Daily, Dosage
from hygie.formats.drugs import Catalogue, Product
from hygie.formats.entries import ABSENT, day_of, printed
from hygie.formats.said import Said
from hygie.record.types import Item, State

KINDS: Final = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
_NOT_MEANT: Final = frozenset({"entered-in-error", "draft", "unknown-error", "declined", "intended"})
_ENDED: Final = frozenset({"stopped", "cancelled", "not-taken", "not-done", "on-hold"})
_DAYS: Final = {"d": 1, "day": 1, "j": 1, "jour": 1, "jours": 1, "wk": 7, "mo": 30, "a": 365}
MAX_DAYS: Final = 3 * 365  # a longer supply is a slip of a keyboard


class Act(StrEnum):
    """What was done: written on a prescription, handed over, given, or stated (a letter, a list, the person)."""

    PRESCRIBED = "prescribed"
    DISPENSED = "dispensed"
    GIVEN = "given"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. until: the last day it covers, when it says so; course: it was meant to end then (« pendant 5 jours »).

    ended: the source itself says stopped, suspended, cancelled or not taken. by: who wrote it, as shown.
    """

    item: Item = field(repr=False)
    act: Act
    day: date | None
    product: Product
    dosage: Dosage | None
    by: str
    until: date | None = None
    course: bool = False
    ended: bool = False
    why_ended: str | None = None
    started: date | None = None  # when the source says that it began earlier
    words: str = ""  # how it is taken: a plain sentence, or the text as written
    daily: Daily | None = None  # when certain; in mass when the name of the product says what one unit holds


_MEASURES: Final = frozenset({"mg", "g", "µg", "UI", "mL", "mmol"})
_WHOLE_UNITS: Final = frozenset(
    {"comprimé", "gélule", "capsule", "sachet", "ampoule", "suppositoire", "lyophilisat", "film"}
)


class Memory:
    """What the same words gave a moment ago: forty renewals are read once, and « 1 comprimé le matin » once for all that
    is taken so. Lives as long as one reading, never longer.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Product, Dosage | None, str, Daily | None]] = {}
        self._said: dict[str, tuple[Dosage | None, str]] = {}

    def taken(
        self, resource: dict[str, Any], name: str, codes: list[str], catalogue: Catalogue
    ) -> tuple[Product, Dosage | None, str, Daily | None]:
        """The product, how it is taken, the same as a plain sentence, and how much a day when that is certain."""
        how = repr((_dosages(resource), resource.get("extension")))
        mark = repr((name, codes)) + how
        found = self._known.get(mark)
        if found is None:
            if how not in self._said:
                self._said[how] = _said(resource)
            product, (said, words) = catalogue.identify(name, codes), self._said[how]
            found = self._known[mark] = product, said, words, _daily(product, said) if said else None
        return found


def event(item: Item, catalogue: Catalogue, memory: Memory | None = None) -> Event | None:
    """The fact in an entry; None for an entry of another kind, one that nobody means, or « aucun traitement »."""
    if item.kind not in KINDS or item.state is State.REJECTED:
        return None
    resource = item.resource
    if resource.get("status") in _NOT_MEANT:
        return None
    name, codes, absent = named(resource)
    if absent or not (name or codes):
        return None
    product, said, words, daily = (memory or Memory()).taken(resource, name, codes, catalogue)
    day = (
        (_day(resource.get("dateAsserted")) if item.kind == "MedicationStatement" else None)
        or day_of(resource)
        or item.day
    )
    until, course = _until(resource, item.kind, day, said)
    return Event(
        item=item,
        act=_ACTS[item.kind],
        day=day,
        product=product,
        dosage=said,
        by=_author(item),
        until=until,
        course=course,
        ended=resource.get("status") in _ENDED
        or (resource.get("status") == "completed" and item.kind == "MedicationStatement"),
        why_ended=concepts.words(_first(resource.get("statusReason"))) or None,
        started=_started(resource),
        words=words,
        daily=daily,
    )


def _said(resource: dict[str, Any]) -> tuple[Dosage | None, str]:
    said = dosage.from_fhir(_dosages(resource))
    if said is None and (words := printed(resource)):
        said = dosage.read(words)
    return said, Said(dosage.sentence(said), english=dosage.in_english(said)) if said else ""


def _daily(product: Product, said: Dosage) -> Daily | None:
    found = dosage.daily(said)
    if found is None or found.unit in _MEASURES:
        return found
    holds = product.strength
    if holds is None and (told := said.strength) and told.unit:
        holds = (str(told.low), told.unit)
    if holds is None or found.unit not in _WHOLE_UNITS:
        return found
    return Daily(found.amount * Decimal(holds[0]), holds[1])


def none_known(item: Item) -> bool:
    """Whether an entry says that there is no medicine at all."""
    return item.kind == "MedicationStatement" and item.state is not State.REJECTED and named(item.resource)[2]


_ACTS: Final = {
    "MedicationRequest": Act.PRESCRIBED,
    "MedicationDispense": Act.DISPENSED,
    "MedicationAdministration": Act.GIVEN,
    "MedicationStatement": Act.STATED,
}


def named(resource: dict[str, Any]) -> tuple[str, list[str], bool]:
    """Name and codes of the medicine, wherever the resource keeps them; and whether it is a coded absence."""
    concept = resource.get("medicationCodeableConcept")
    shown = ""
    if not isinstance(concept, dict):
        reference = resource.get("medicationReference") or {}
        shown = str(reference.get("display") or "")
        wanted = str(reference.get("reference") or "").lstrip("#")
        held = [one for one in resource.get("contained", ()) if one.get("resourceType") == "Medication"]
        medication = next((one for one in held if one.get("id") == wanted), held[0] if len(held) == 1 else {})
        concept = medication.get("code") or {}
    codings = [one for one in concept.get("coding", ()) if isinstance(one, dict)]
    absent = any(one.get("system") == ABSENT for one in codings)
    display = next((str(one["display"]) for one in codings if one.get("display")), "")
    return (
        str(concept.get("text") or shown or display).strip(),
        [str(c["code"]) for c in codings if c.get("code")],
        absent,
    )


def _dosages(resource: dict[str, Any]) -> list[dict[str, Any]]:
    given = resource.get("dosageInstruction") or resource.get("dosage") or []
    if isinstance(given, dict):  # an administration has one, of another shape
        dose = given.get("dose")
        return [{"text": given.get("text", ""), **({"doseAndRate": [{"doseQuantity": dose}]} if dose else {})}]
    return [one for one in given if isinstance(one, dict)]


def _until(resource: dict[str, Any], kind: str, day: date | None, said: Dosage | None) -> tuple[date | None, bool]:
    """The last day covered, and whether the treatment was meant to end then."""
    steps = said.steps if said else ()
    if steps and steps[-1].until:
        return steps[-1].until, True
    period = resource.get("effectivePeriod") or {}
    if kind == "MedicationStatement" and (end := _day(period.get("end"))):
        return end, True
    ends = [
        _day((((one.get("timing") or {}).get("repeat") or {}).get("boundsPeriod") or {}).get("end"))
        for one in _dosages(resource)
    ]
    if any(ends):
        end = max(end for end in ends if end)
        return end, day is not None and (end - day).days <= _COURSE
    if day is None:
        return None, False
    asked = resource.get("dispenseRequest") or {}
    times = asked.get("numberOfRepeatsAllowed")
    again = times if isinstance(times, int) and 0 < times <= 12 else (said.renewals or 0) if said else 0
    supply = _days(asked.get("expectedSupplyDuration")) or _days(resource.get("daysSupply"))
    if supply is None and said and said.supply:
        supply = _whole(said.supply.days)
    if supply is not None and 0 < supply * (again + 1) <= MAX_DAYS:
        return day + timedelta(days=supply * (again + 1) - 1), False
    lasting = [step.lasting.days if step.lasting else None for step in steps]
    if steps and all(each is not None for each in lasting):
        total = _whole(sum((each for each in lasting if each is not None), Decimal(0)))
        if total and total <= MAX_DAYS:
            # « pendant 3 mois » is how prescriptions of every day are written: only a short stay is meant to end
            return day + timedelta(days=total * (again + 1) - 1), total <= _COURSE and not again
    if kind == "MedicationRequest" and (end := _day((asked.get("validityPeriod") or {}).get("end"))):
        return end, False
    return None, False


_COURSE: Final = 21  # days; longer ones are often renewed


def _days(quantity: Any) -> int | None:
    if not isinstance(quantity, dict) or not isinstance(quantity.get("value"), (int, float)):
        return None
    unit = _DAYS.get(str(quantity.get("code") or quantity.get("unit") or "d"))
    return round(quantity["value"] * unit) if unit else None


def _whole(value: Decimal | None) -> int | None:
    return int(value) if value is not None else None


def _day(written: Any) -> date | None:
    return day_of({"date": written}) if isinstance(written, str) else None


def _started(resource: dict[str, Any]) -> date | None:
    return _day((resource.get("effectivePeriod") or {}).get("start"))


def _author(item: Item) -> str:
    resource = item.resource
    for key in ("requester", "informationSource", "recorder"):
        if shown := (resource.get(key) or {}).get("display"):
            return str(shown)
    for performer in resource.get("performer") or ():
        if shown := (performer.get("actor") or performer).get("display"):
            return str(shown)
    return item.source.author if item.source else ""


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
