"""One line for each active substance: brand and generics together, forty renewals folded, sources kept. Pure.

From entries and a date to lines. It sorts and shows what documents say; it never judges a dose, never looks for
interactions, never decides what someone should take. What the person says of her own treatment stands beside what
the documents say, and never replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from hygie.formats.dosage import Dosage
from hygie.formats.dosage.vocabulary import plain
from hygie.formats.drugs import Catalogue, shipped
from hygie.formats.said import Said, say
from hygie.record.medications import KINDS as KINDS
from hygie.record.medications import Act, Event, Memory, event
from hygie.record.types import Item, State

LATELY: Final = 92  # days: a prescription that names no duration is taken as running this long, not longer
LISTED: Final = 366  # days: a list of treatments (letter, summary) speaks for a year
GRACE: Final = 14  # days: people renew a little late
GONE: Final = 92  # days after the end of the last prescription: no longer current
BROKEN: Final = 366  # days without anything: what came before is another treatment
_MASSES: Final = {"g": Decimal(1_000_000), "mg": Decimal(1_000), "µg": Decimal(1)}


class Status(StrEnum):
    """Where a treatment stands, as far as documents say. The line carries the reason in words."""

    CURRENT = "current"
    AS_NEEDED = "as-needed"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DoseStep:
    """A daily amount that did not change. last None: it still runs."""

    first: date
    last: date | None
    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Change:
    """The day a dose or a rhythm was first written otherwise."""

    day: date
    before: str
    after: str
    by: str


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What the person herself says: she takes it, or no longer."""

    taking: bool
    day: date | None
    words: str
    item: Item = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One treatment. names: as boxes and prescriptions call it, the latest first.

    reason: why this status (`formats.said`). prescriptions: how many were folded (the same one by two routes counts once).
    unconfirmed: all of it was read from texts and waits for someone's eye. differs: two prescriptions that run now say
    different things. by_person: nothing but the person's own words.
    """

    key: str
    label: str
    names: tuple[str, ...]
    status: Status
    reason: str
    dosage: Dosage | None = field(repr=False)
    words: str
    written: str
    since: date | None
    by: str
    last_prescribed: date | None
    last_dispensed: date | None
    prescriptions: int
    events: tuple[Event, ...] = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    doses: tuple[DoseStep, ...] = field(repr=False)
    own: OwnWord | None = None
    atc: str | None = None
    substances: tuple[str, ...] = ()
    unconfirmed: bool = False
    differs: bool = False
    by_person: bool = False

    @property
    def renewals(self) -> int:
        return max(0, self.prescriptions - 1)


_ORDER: Final = (Status.CURRENT, Status.AS_NEEDED, Status.UNKNOWN, Status.STOPPED)


def lines(items: Iterable[Item], *, on: date, catalogue: Catalogue | None = None) -> tuple[Line, ...]:
    """The treatments in these entries as they stand that day: current, as needed, uncertain, stopped; then by name."""
    known = catalogue or shipped()
    groups: dict[str, list[Event]] = {}
    memory = Memory()
    for item in items:
        if (found := event(item, known, memory)) is not None:
            groups.setdefault(found.product.key, []).append(found)
    made = [_line(key, events, on) for key, events in groups.items()]
    return tuple(sorted(made, key=lambda line: (_ORDER.index(line.status), plain(line.label))))


def doses(line: Line) -> list[tuple[date, date | None, Decimal, str]]:
    """The steps of the daily dose: from, to (None: it still runs), amount, unit. Units are never mixed into one.

    Only what is certain: a period whose dose is not certain is a gap. Source of a mass: the name of the product.
    """
    return [(step.first, step.last, step.amount, step.unit) for step in line.doses]


def _line(key: str, found: Sequence[Event], on: date) -> Line:
    events = sorted(found, key=lambda one: (one.day or date.min, one.item.received), reverse=True)
    said = [one for one in events if not _own(one)]
    own = next((one for one in events if _own(one)), None)
    shown = said or events
    latest = shown[0]
    # What was read from a text and nobody confirmed stands in the history; it never overrules what is certain.
    trusted = [one for one in shown if one.item.certain] or shown
    dosed = next((one for one in trusted if one.dosage and not one.ended), None)
    written, reason = _status(trusted, on) if said else _own_status(events[0], on)
    status = written
    if said and own and (still := _still(own, latest, dosed, written, on)):
        status, dosed = still, own if own.dosage else dosed
    prescribed = [one for one in said if one.act is Act.PRESCRIBED]
    return Line(
        key=key,
        label=latest.product.label,
        names=tuple(dict.fromkeys(one.product.name for one in shown if one.product.name)),
        status=status,
        reason=reason,
        dosage=dosed.dosage if dosed else None,
        words=dosed.words if dosed else "",
        written=dosed.dosage.text if dosed and dosed.dosage else "",
        since=_since(shown),
        by=next((one.by for one in (*prescribed, *shown) if one.by), ""),
        last_prescribed=next((one.day for one in prescribed if one.day), None),
        last_dispensed=next((one.day for one in said if one.act is Act.DISPENSED and one.day), None),
        prescriptions=len({(one.day, one.product.name, one.words) for one in prescribed}),
        events=tuple(events),
        changes=_changes(said),
        doses=_steps(said or events, written, on),
        own=_own_word(own),
        atc=next((one.product.atc for one in shown if one.product.atc), None),
        substances=latest.product.substances,
        unconfirmed=all(one.item.state is State.SUGGESTED for one in shown),
        differs=_differs(prescribed, on),
        by_person=not said,
    )


def _own(one: Event) -> bool:
    return one.item.by_patient or one.item.state is State.OWN


def _own_word(one: Event | None) -> OwnWord | None:
    return OwnWord(not one.ended, one.day, one.words, one.item) if one else None


def _still(own: Event, latest: Event, dosed: Event | None, written: Status, on: date) -> Status | None:
    """What documents let run out, and the person said since, within a year, that she takes. None: they decide alone.

    What someone noted as stopped is uncertain then, never current: both words stand.
    """
    if written in (Status.CURRENT, Status.AS_NEEDED) or own.ended or own.day is None or own.day > on:
        return None
    if own.day < (latest.day or date.min) or (on - own.day).days > LISTED:
        return None
    if latest.ended:
        return Status.UNKNOWN
    told = own if own.dosage else dosed
    return Status.AS_NEEDED if told and told.dosage and told.dosage.as_needed else Status.CURRENT


def _own_status(latest: Event, on: date) -> tuple[Status, Said]:
    """A treatment that only the person speaks of."""
    if latest.ended or (latest.until and latest.until < on):
        return Status.STOPPED, say("Vous avez indiqué ne plus le prendre.")
    if latest.dosage and latest.dosage.as_needed:
        return Status.AS_NEEDED, say("Ajouté par vous, à prendre si besoin.")
    return Status.CURRENT, say("Ajouté par vous.")


def _status(events: Sequence[Event], on: date) -> tuple[Status, Said]:
    """Where it stands by what is written; the latest word wins."""
    past = [one for one in events if one.day is None or one.day <= on] or list(events)
    latest = past[0]
    if latest.day is None:
        return Status.UNKNOWN, say("Aucune date dans le document.")
    if latest.ended and latest.item.resource.get("status") == "completed":
        if latest.until:
            return Status.STOPPED, say("Terminé le {day}.", day=latest.until)
        return Status.STOPPED, say("Noté terminé le {day}.", day=latest.day)
    if latest.ended:
        why = f" ({latest.why_ended})" if latest.why_ended else ""
        if latest.by:
            return Status.STOPPED, say("Noté arrêté le {day} par {by}{why}.", day=latest.day, by=latest.by, why=why)
        return Status.STOPPED, say("Noté arrêté le {day}{why}.", day=latest.day, why=why)
    running = next((one for one in past if one.dosage), latest)
    active = Status.AS_NEEDED if running.dosage and running.dosage.as_needed else Status.CURRENT
    ends = [(one.until, one.course) for one in past if one.until and not one.ended and _of_now(one, latest)]
    if ends:
        until, course = max(ends)
        if until >= on:
            if latest.act is Act.PRESCRIBED:
                return active, say("Ordonnance jusqu’au {day}.", day=until)
            return active, say("Prévu jusqu’au {day}.", day=until)
        if course:
            return Status.STOPPED, say("Traitement prévu jusqu’au {day}.", day=until)
        if on - until <= timedelta(days=GRACE):
            return active, say("La dernière ordonnance allait jusqu’au {day}.", day=until)
        if on - until <= timedelta(days=GONE):
            return Status.UNKNOWN, say("La dernière ordonnance allait jusqu’au {day} ; aucune depuis.", day=until)
        return Status.STOPPED, say("Aucune ordonnance connue depuis le {day}.", day=until)
    lapse, day = (on - latest.day).days, latest.day
    if latest.act is Act.GIVEN:
        return Status.STOPPED, say("Administré le {day}.", day=day)
    if lapse <= (LISTED if latest.act is Act.STATED else LATELY):
        if latest.act is Act.STATED:
            return active, say("Noté en cours le {day}.", day=day)
        if latest.act is Act.PRESCRIBED:
            return active, say("Prescrit le {day}, sans durée indiquée.", day=day)
        return active, say("Délivré le {day}, sans durée indiquée.", day=day)
    if lapse <= 2 * LISTED:
        if latest.act is Act.STATED:
            return Status.UNKNOWN, say("Noté en cours le {day} ; rien depuis.", day=day)
        if latest.act is Act.PRESCRIBED:
            return Status.UNKNOWN, say("Prescrit le {day} ; rien depuis.", day=day)
        return Status.UNKNOWN, say("Délivré le {day} ; rien depuis.", day=day)
    return Status.STOPPED, say("Rien depuis le {day}.", day=day)


def _of_now(one: Event, latest: Event) -> bool:
    """An earlier prescription that was to run longer still counts, unless a later one replaced it the same way."""
    return one is latest or one.act is not latest.act or one.day == latest.day


def _since(events: Sequence[Event]) -> date | None:
    """The first day of the unbroken run that leads to the latest entry."""
    first: date | None = None
    for one in events:
        if one.day is None:
            continue
        if first is not None and first - max(one.day, one.until or one.day) > timedelta(days=BROKEN):
            break
        begun = one.started if one.started and one.started < one.day else one.day
        first = begun if first is None else min(first, begun)
    return first


def _how(one: Event) -> Said:
    """Dose and rhythm in words, strength included: what is compared to see a change."""
    strength = " ".join(one.product.strength) + " : " if one.product.strength else ""
    english = getattr(one.words, "english", "")
    return Said(f"{strength.replace('.', ',')}{one.words}", english=f"{strength}{english}" if english else "")


def _same_way(one: Event) -> object:
    """What two prescriptions must share to say the same thing: the certain daily dose, else the words."""
    daily = one.daily
    if daily is None:
        return _how(one).casefold()
    if daily.unit in _MASSES:
        return daily.amount * _MASSES[daily.unit]
    return daily.amount, daily.unit


def _changes(events: Sequence[Event]) -> tuple[Change, ...]:
    """Each time a prescription, taken in order, says another dose or rhythm than the one before. The latest first."""
    told = [
        one for one in events if one.dosage and one.day and one.act in (Act.PRESCRIBED, Act.STATED) and not one.ended
    ]
    found = []
    for after, before in pairwise(told):
        if after.day and after.day != before.day and _same_way(after) != _same_way(before):
            found.append(Change(after.day, _how(before), _how(after), after.by))
    return tuple(found)


def _differs(prescribed: Sequence[Event], on: date) -> bool:
    """Two prescribers whose prescriptions both run that day, and do not say the same."""
    latest: dict[str, Event] = {}
    for one in prescribed:
        latest.setdefault(one.by, one)
    running = [one for one in latest.values() if one.by and one.dosage and one.day and one.day <= on and _runs(one, on)]
    return len({_same_way(one) for one in running}) > 1


def _runs(one: Event, on: date) -> bool:
    return not one.ended and one.until is not None and one.until >= on


def _steps(events: Sequence[Event], status: Status, on: date) -> tuple[DoseStep, ...]:
    """Daily amounts over time. On one day, one document's products add up; another document's word replaces it."""
    days: dict[date, dict[object, list[Event]]] = {}
    for one in reversed(events):
        if one.day and one.day <= on and one.act is not Act.GIVEN and (one.dosage or one.ended):
            days.setdefault(one.day, {}).setdefault(
                one.item.source.document_id if one.item.source else one.item.id, []
            ).append(one)
    points: list[tuple[date, tuple[Decimal, str] | None, date | None]] = []
    for day, documents in sorted(days.items()):
        told = next(reversed(documents.values()))
        ends = [one.until for one in told if one.until]
        points.append((day, _added(told), max(ends) if ends else None))
    runs = status in (Status.CURRENT, Status.AS_NEEDED)
    steps: list[DoseStep] = []
    for at, (day, amount, until) in enumerate(points):
        following = points[at + 1][0] if at + 1 < len(points) else None
        if amount is None:
            continue
        last = _last(day, until, following, runs=runs)
        before = steps[-1] if steps else None
        joined = before is not None and before.last is not None and (day - before.last).days <= 1
        if before and joined and (before.amount, before.unit) == amount:
            steps[-1] = DoseStep(before.first, last, *amount)
        else:
            steps.append(DoseStep(day, last, *amount))
    return _one_mass(steps)


def _last(day: date, until: date | None, following: date | None, *, runs: bool) -> date | None:
    """The last day of a dose: the eve of the next word, unless nothing covered the time between."""
    covered = (until or day + timedelta(days=LATELY)) + timedelta(days=GRACE)
    if following is not None:
        if following <= covered:
            return following - timedelta(days=1)
        return until or day + timedelta(days=LATELY)
    return None if runs else until or day


def _added(told: Sequence[Event]) -> tuple[Decimal, str] | None:
    """The daily amount of all products that one document gives for this substance; None if one is uncertain."""
    different = {(one.product.name, one.words): one for one in told if not one.ended}
    amounts = [one.daily for one in different.values()]
    if not amounts or any(amount is None for amount in amounts):
        return None
    units = {amount.unit for amount in amounts if amount}
    if len(units) == 1:
        return sum((amount.amount for amount in amounts if amount), Decimal(0)), units.pop()
    if units <= set(_MASSES):
        return sum((amount.amount * _MASSES[amount.unit] for amount in amounts if amount), Decimal(0)), "µg"
    return None


def _one_mass(steps: Sequence[DoseStep]) -> tuple[DoseStep, ...]:
    """Masses of one treatment in one unit, the smallest that its texts use; other units are left apart."""
    used = {step.unit for step in steps} & set(_MASSES)
    if len(used) < 2:
        return tuple(steps)
    to = min(used, key=lambda unit: _MASSES[unit])
    return tuple(
        DoseStep(step.first, step.last, step.amount * _MASSES[step.unit] / _MASSES[to], to)
        if step.unit in used
        else step
        for step in steps
    )
