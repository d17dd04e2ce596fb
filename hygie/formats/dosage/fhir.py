"""A dosage as FHIR R4 `Dosage`, and back. The text as written is always in `text`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from hygie.formats import concepts
from hygie.formats.dosage.daily import daily
from hygie.formats.dosage.reading import read
from hygie.formats.dosage.types import DAYS_IN, Amount, Dosage, Frequency, Lapse, Moment, Period, Step, Take

UCUM: Final = "http://unitsofmeasure.org"
_UCUM: Final = {"mg": "mg", "g": "g", "µg": "ug", "mL": "mL", "UI": "[iU]", "mmol": "mmol"}
_FROM_UCUM: Final = {code: unit for unit, code in _UCUM.items()}


def to_fhir(said: Dosage) -> list[dict[str, Any]]:
    """One `Dosage` for each take of each stage; a text that was not understood gives its text alone."""
    if not said.understood:
        return [{"text": said.text}]
    written: list[dict[str, Any]] = []
    for number, step in enumerate(said.steps, 1):
        for take in step.takes or (Take(None),):
            one: dict[str, Any] = {"sequence": number, "text": said.text}
            if timing := _timing(step, take):
                one["timing"] = timing
            if step.as_needed:
                if step.reason:
                    one["asNeededCodeableConcept"] = {"text": step.reason}
                else:
                    one["asNeededBoolean"] = True
            if said.route:
                one["route"] = {"text": said.route}
            if take.amount is not None:
                one["doseAndRate"] = [_dose(take.amount)]
            elif step.total is not None:
                rate = {
                    "numerator": _quantity(step.total.low, step.total.unit),
                    "denominator": _in_days(step.total_per),
                }
                one["doseAndRate"] = [{"rateRatio": rate}]
            if step.maximum is not None:
                most = _quantity(step.maximum.low, step.maximum.unit)
                one["maxDosePerPeriod"] = {"numerator": most, "denominator": _in_days(Period.DAY)}
            written.append(one)
    return written or [{"text": said.text}]


def _dosage_text(one: dict[str, Any]) -> str:
    """The words of the dosage, without the advice to the person that some sources print after it and give again apart."""
    advice = str(one.get("patientInstruction") or "").strip()
    text = str(one["text"]).strip()
    return text.removesuffix(advice).strip() or text


def from_fhir(dosages: Sequence[dict[str, Any]]) -> Dosage | None:
    """What a source's `dosageInstruction` says: its structure when it has one, else its text read; None when empty."""
    given = [one for one in dosages if isinstance(one, dict)]
    texts = list(dict.fromkeys(_dosage_text(one) for one in given if one.get("text")))
    text = " ; ".join(texts)
    structured = [one for one in given if one.get("timing") or one.get("doseAndRate")]
    if not structured:
        return read(text) if text else None
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in structured:
        groups.setdefault(int(one.get("sequence") or 1), []).append(one)
    try:
        steps = tuple(_step(group) for _, group in sorted(groups.items()))
    except (ArithmeticError, ValueError, TypeError, KeyError):
        return read(text) if text else None
    told = read(text) if text else None
    route = next((str(one["route"]["text"]) for one in given if (one.get("route") or {}).get("text")), None)
    if told is not None and told.understood and not all(_says_how_much(step) for step in steps):
        return told
    steps = _agreed(steps, told)
    return Dosage(
        text=text,
        steps=steps,
        renewals=told.renewals if told else None,
        supply=told.supply if told else None,
        substitutable=told.substitutable if told else None,
        route=route or (told.route if told else None),
        strength=told.strength if told else None,
    )


def _says_how_much(step: Step) -> bool:
    return bool(step.takes) and all(take.amount is not None for take in step.takes)


def _agreed(steps: tuple[Step, ...], told: Dosage | None) -> tuple[Step, ...]:
    """A structure that its own text contradicts is in doubt: sources give « 1 cp/j » beside « every 6 hours »."""
    if told is None or len(steps) != 1 or len(told.steps) != 1:
        return steps
    said, coded = daily(told), daily(steps[0])
    if said is None or coded is None or said == coded or said.unit != coded.unit:
        return steps
    return (replace(steps[0], doubt="le texte dit autre chose"),)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _quantity(value: Decimal, unit: str | None) -> dict[str, Any]:
    quantity: dict[str, Any] = {"value": _number(value)}
    if unit:
        quantity["unit"] = unit
    if unit in _UCUM:
        quantity |= {"system": UCUM, "code": _UCUM[unit]}
    return quantity


def _in_days(period: Period) -> dict[str, Any]:
    return {"value": DAYS_IN[period], "unit": "jour", "system": UCUM, "code": "d"}


def _dose(amount: Amount) -> dict[str, Any]:
    if amount.high is None:
        return {"doseQuantity": _quantity(amount.low, amount.unit)}
    return {"doseRange": {"low": _quantity(amount.low, amount.unit), "high": _quantity(amount.high, amount.unit)}}


def _timing(step: Step, take: Take) -> dict[str, Any]:
    repeat: dict[str, Any] = {}
    often = step.frequency or step.cycle
    if often is not None:
        repeat |= {"frequency": _number(often.count), "period": _number(often.period), "periodUnit": often.unit.value}
        if often.count_high is not None:
            repeat["frequencyMax"] = _number(often.count_high)
        if often.period_high is not None:
            repeat["periodMax"] = _number(often.period_high)
    elif take.meals is not None:  # « aux 3 repas »: so many times a day
        repeat |= {"frequency": _number(take.meals), "period": 1, "periodUnit": "d"}
    if take.moments:
        repeat["when"] = [moment.value for moment in take.moments]
    elif take.clock:
        repeat["timeOfDay"] = [f"{clock}:00" for clock in take.clock]
    if step.weekdays:
        repeat["dayOfWeek"] = list(step.weekdays)
    if step.since or step.until:
        bounds = {"start": step.since, "end": step.until}
        repeat["boundsPeriod"] = {name: day.isoformat() for name, day in bounds.items() if day}
    elif step.lasting is not None:
        unit = step.lasting.unit.value
        low = {"value": _number(step.lasting.count), "system": UCUM, "code": unit, "unit": unit}
        if step.lasting.high is None:
            repeat["boundsDuration"] = low
        else:
            repeat["boundsRange"] = {"low": low, "high": low | {"value": _number(step.lasting.high)}}
    return {"repeat": repeat} if repeat else {}


def _step(group: list[dict[str, Any]]) -> Step:
    first = (group[0].get("timing") or {}).get("repeat") or {}
    frequency = cycle = None
    if first.get("period") and first.get("periodUnit") in {p.value for p in Period}:
        high = first.get("frequencyMax")
        farthest = first.get("periodMax")
        often = Frequency(
            Decimal(str(first.get("frequency", 1))),
            Decimal(str(first["period"])),
            Period(first["periodUnit"]),
            Decimal(str(high)) if high else None,
            Decimal(str(farthest)) if farthest else None,
        )
        # moments name takes within a day: beside them, or for whole days, the period says on which days
        several_days = often.unit is not Period.HOUR and (often.period > 1 or often.unit is not Period.DAY)
        frequency, cycle = (None, often) if several_days else (often, None)
    bounds = first.get("boundsDuration") or {}
    lasting = None
    if bounds.get("value") and bounds.get("code") in {p.value for p in Period}:
        lasting = Lapse(Decimal(str(bounds["value"])), Period(bounds["code"]))
    needed = [one for one in group if one.get("asNeededBoolean") or one.get("asNeededCodeableConcept")]
    reason = next(
        (
            concepts.words(one["asNeededCodeableConcept"]) or None
            for one in needed
            if one.get("asNeededCodeableConcept")
        ),
        None,
    )
    most = (group[0].get("maxDosePerPeriod") or {}).get("numerator") or {}
    return Step(
        takes=tuple(_take(one) for one in group),
        frequency=frequency,
        cycle=cycle,
        weekdays=tuple(str(day) for day in first.get("dayOfWeek", ())),
        as_needed=bool(needed),
        reason=reason,
        maximum=Amount(Decimal(str(most["value"])), _unit(most)) if "value" in most else None,
        lasting=lasting,
    )


def _take(one: dict[str, Any]) -> Take:
    repeat = (one.get("timing") or {}).get("repeat") or {}
    known = {moment.value for moment in Moment}
    moments = tuple(_moment(code, known) for code in repeat.get("when", ()))
    clock = tuple(str(time)[:5] for time in repeat.get("timeOfDay", ()))
    amount = None
    for dose in one.get("doseAndRate") or ():
        if "value" in (quantity := dose.get("doseQuantity") or {}):
            amount = Amount(Decimal(str(quantity["value"])), _unit(quantity))
        elif limits := dose.get("doseRange"):
            low, high = limits.get("low") or {}, limits.get("high") or {}
            if "value" in low:
                top = Decimal(str(high["value"])) if "value" in high else None
                amount = Amount(Decimal(str(low["value"])), _unit(low), top)
    return Take(amount, tuple(dict.fromkeys(m for m in moments if m)), clock)


_NEAR: Final = {"CM": Moment.MORNING, "CD": Moment.NOON, "CV": Moment.EVENING, "PCM": Moment.MORNING, "ACD": Moment.NOON,
                "PCD": Moment.NOON, "ACV": Moment.EVENING, "PCV": Moment.EVENING}  # fmt: skip


def _moment(code: object, known: set[str]) -> Moment:
    if code in known:
        return Moment(str(code))
    if code in _NEAR:
        return _NEAR[str(code)]
    raise ValueError(code)


def _unit(quantity: dict[str, Any]) -> str | None:
    """Its unit in our words when it is one of them, else as the source writes it."""
    from hygie.formats.dosage.vocabulary import plain, unit

    if quantity.get("code") in _FROM_UCUM:
        return _FROM_UCUM[quantity["code"]]
    said = quantity.get("unit")
    if str(said).startswith("{"):
        return None  # UCUM's way to say that there is none
    return (unit(plain(str(said))) or str(said)) if said else None
