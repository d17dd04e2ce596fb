"""Several things of one record on one axis of time: results, measures, and the daily dose of a treatment.

For both faces: the person chooses among her results, a professional among those of a patient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from hygie.formats import readings
from hygie.record.curves import SHOWN, Row, drawing, lane, mark, rows, stays, title
from hygie.record.results import FAMILIES, Series, series
from hygie.record.treatments import DoseStep, Status
from hygie.record.treatments import Line as Treatment
from hygie.record.trends import sentence
from hygie.record.types import Item
from hygie.ui import periods, words
from hygie.ui.curve import Dot, Event, Lane

MOST = 5  # lanes
# What people often follow together; offered when at least two of them are in the record. No advice is meant.
_TOGETHER = {
    "thyroid": (("tsh", "t4l"), ("levothyroxine",), ("frequence_repos", "frequence", "poids")),
    "sugar": (("hba1c", "glucose_jeun"), ("metformine", "insuline"), ("poids",)),
    "kidney": (("creatinine", "dfg", "potassium"), (), ("tension_haute", "tension_basse")),
    "heart": (("ntprobnp",), ("furosemide",), ("poids", "frequence_repos", "frequence")),
    "pressure": ((), (), ("tension_haute", "tension_basse", "frequence_repos", "frequence")),
    "iron": (("ferritine", "hemoglobine"), (), ()),
    "lipids": (("ldl", "hdl", "triglycerides"), ("atorvastatine", "rosuvastatine", "simvastatine"), ()),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be drawn: a series or a treatment's doses."""

    mark: str
    name: str
    family: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Together:
    name: str
    what: str
    address: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    rows: list[Row]
    doses: list[tuple[DoseStep, str]]
    sentence: str


def beside(
    items: Sequence[Item], treatments: Sequence[Treatment], patient_id: UUID, query: QueryDict, *,
    names: Mapping[str, str], today: date,
) -> dict[str, Any]:  # fmt: skip
    """What a page of several things shows: the drawing, a table for each, and what else there is to choose from.

    items: observations and stays, the newest first. names: what this face calls each set of things often followed
    together; with nothing asked, the first that this record can draw is drawn.
    """
    # What there is to choose from needs a few values of each; what is drawn needs them all.
    listed = [one for one in series(items, newest=4) if one.points]
    taken = [one for one in treatments if one.doses]
    marks = {mark(patient_id, one.key): one for one in listed}
    doses_of = {mark(patient_id, f"treatment:{one.key}"): one for one in taken}
    sets = _sets(marks, doses_of, names)
    asked = list(dict.fromkeys(each for each in query.getlist("s") if each in marks or each in doses_of))
    if not asked and sets:
        asked = sets[0][1]
    over, asked = asked[MOST:], asked[:MOST]
    chosen = _whole(items, [marks[each] for each in asked if each in marks])
    doses = [doses_of[each] for each in asked if each in doses_of]
    # Results first, then doses, then what the body does.
    ordered = [
        *(lane(one) for one in chosen if one.measure is None),
        *(_doses(one, today) for one in doses),
        *(lane(one) for one in chosen if one.measure is not None),
    ]
    events = [*(event for one in doses for event in _changes(one)), *stays(items)]
    period, way = query.get("periode", ""), query.get("acces", "")

    def address(which: Sequence[str], **more: str) -> str:
        pairs = [*(("s", each) for each in which), ("acces", way), *more.items()]
        return "?" + urlencode([(name, value) for name, value in pairs if value])

    return {
        "choices": _choices(marks, doses_of, asked),
        "count": len(marks) + len(doses_of),
        "drawing": drawing(ordered, events=events, since=periods.since(period, today=today)) if ordered else None,
        "chosen": [one.name for one in ordered],
        "unchosen": not ordered,
        "over": len(over),
        "most": MOST,
        "periods": periods.offered(period, lambda value: address(asked, periode=value)),
        "together": [Together(name, ", ".join(_names(each, marks, doses_of)), address(each)) for name, each in sets],
        "tables": [
            *(Table(title(one), rows(one, one.points)[:SHOWN], [], sentence(one, say=_, day=words.in_full, name=title(one))) for one in chosen),
            *(Table(one.label, [], [(step, _amount(step)) for step in reversed(one.doses)], "") for one in doses),
        ],
    }  # fmt: skip


def _whole(items: Sequence[Item], chosen: Sequence[Series]) -> list[Series]:
    """The same series with all their values."""
    if not chosen:
        return []
    ids = [one.analyte or one.measure for one in chosen]
    only = None if None in ids else [one for one in ids if one]
    found = {one.key: one for one in series(items, only=only)}
    return [found.get(one.key, one) for one in chosen]


def _choices(
    marks: dict[str, Series], treatments: dict[str, Treatment], asked: Sequence[str]
) -> list[tuple[str, list[Choice]]]:
    groups: dict[str, list[Choice]] = {}
    for each, treatment in treatments.items():
        groups.setdefault(_("Traitements, dose par jour"), []).append(Choice(each, treatment.label, "", each in asked))
    for each, one in marks.items():
        groups.setdefault(_(FAMILIES[one.family]), []).append(Choice(each, title(one), one.family, each in asked))
    return list(groups.items())


def _sets(
    marks: dict[str, Series], treatments: dict[str, Treatment], named: Mapping[str, str]
) -> list[tuple[str, list[str]]]:
    """The sets that this record can draw, with a name and what they hold; two kinds of things at least."""
    by_id = {one.analyte or one.measure: each for each, one in marks.items() if not one.other}
    found = []
    for name, (results, substances, measured) in _TOGETHER.items():
        held = [by_id[one] for one in results if one in by_id]
        taken = [each for each, one in treatments.items() if set(one.substances) & set(substances)]
        body = [by_id[one] for one in measured if one in by_id]
        if "frequence_repos" in measured and "frequence_repos" in by_id and "frequence" in by_id:
            body.remove(by_id["frequence"])
        if len(held) + len(taken) + len(body) >= 2 and (held or taken or name == "pressure"):
            found.append((named[name], [*held, *taken, *body][:MOST]))
    return found


def _names(asked: Sequence[str], marks: dict[str, Series], treatments: dict[str, Treatment]) -> list[str]:
    return [title(marks[each]) if each in marks else treatments[each].label for each in asked]


def _doses(treatment: Treatment, today: date) -> Lane:
    """The daily dose as steps; zero from the day it stops until it begins again."""
    dots: list[Dot] = []
    steps = treatment.doses
    for at, step in enumerate(steps):
        dots.append(_dose_dot(step.first, float(step.amount), _amount(step)))
        following = steps[at + 1].first if at + 1 < len(steps) else None
        stopped = following is None and treatment.status not in (Status.CURRENT, Status.AS_NEEDED)
        gap = following is not None and step.last is not None and (following - step.last).days > 1
        if step.last is not None and step.last < today and (stopped or gap):
            dots.append(_dose_dot(step.last + timedelta(1), 0.0, _("plus de prescription connue")))
    unit = steps[-1].unit
    return Lane(treatment.label, _("%(unit)s par jour") % {"unit": unit}, dots, steps=True)


def _dose_dot(day: date, value: float, told: str) -> Dot:
    short = readings.french(readings.number(f"{value:.3f}"), digits=3) if value else "0"  # type: ignore[arg-type]
    return Dot(day, value, _("%(day)s : %(told)s") % {"day": words.in_full(day), "told": told}, short)


def _amount(step: DoseStep) -> str:
    return _("%(amount)s par jour") % {"amount": f"{readings.french(step.amount.normalize())} {step.unit}"}


def _changes(treatment: Treatment) -> list[Event]:
    """The day a dose was first written otherwise."""
    told = _("%(day)s : %(name)s, %(amount)s")
    return [
        Event(step.first, told % {"day": words.in_full(step.first), "name": treatment.label, "amount": _amount(step)})
        for before, step in zip(treatment.doses, treatment.doses[1:], strict=False)
        if (before.amount, before.unit) != (step.amount, step.unit)
    ]
