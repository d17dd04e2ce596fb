"""The chapters of the living summary: from entries and documents to ranked lines, each with the reason why it stands.

Pure. A line says what a source says, in the source's words; it never concludes. Whoever reads it reaches the document
in one step. Lines are in order of use: what is current before what is past, what changed before what did not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from hygie.formats import analytes, concepts, valuesets
from hygie.formats.days import in_french
from hygie.formats.fhir.instants import PARIS
from hygie.formats.said import Said, later, say
from hygie.record import treatments, trends, watched
from hygie.record.held import Held
from hygie.record.observed import Place
from hygie.record.results import Series
from hygie.record.treatments import Status
from hygie.record.types import Document, Item, Source, State

RECENT_RESULT: Final = timedelta(days=550)  # a result older than this stands only if it was out of its interval
RECENT_ACT: Final = timedelta(days=5 * 366)
RECENT_CARE: Final = timedelta(days=2 * 366)
_NAMED: Final = 120  # documents whose authors are counted


class Chapter(StrEnum):
    """In the order of the page."""

    PROBLEMS = "problems"
    ALERTS = "alerts"
    TREATMENTS = "treatments"
    RESULTS = "results"
    VACCINES = "vaccines"
    STAYS = "stays"
    WISHES = "wishes"
    CIRCLE = "circle"


class Why(StrEnum):
    """Why a line stands there, in a professional's words; a page for the person has her own."""

    PROBLEM = "problème en cours"
    PAST = "antécédent"
    GRAVE = "allergie signalée comme grave"
    ALLERGY = "allergie ou intolérance"
    FLAG = "alerte"
    DEVICE = "dispositif porté"
    TAKEN = "traitement en cours"
    AS_NEEDED = "à prendre si besoin"
    STALE = "à vérifier : rien de récent"
    DOSE = "dernière dose connue"
    ACT = "acte ou intervention"


REASONS: Final = tuple(str(one) for one in Why)  # for the catalogues of faces

TITLES: Final[dict[Chapter, str]] = {
    Chapter.PROBLEMS: "Problèmes de santé",
    Chapter.ALERTS: "Alertes et allergies",
    Chapter.TREATMENTS: "Traitements en cours",
    Chapter.RESULTS: "Résultats qui comptent",
    Chapter.VACCINES: "Vaccins",
    Chapter.STAYS: "Séjours et interventions",
    Chapter.WISHES: "Volontés",
    Chapter.CIRCLE: "Qui soigne",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing. why: the reason it stands here, in French. key: the series or treatment it opens, "" when none.

    items: the entries it was made from. source: the document to open first. new: came in since the last visit.
    unsure: read from a text or an image, nobody has confirmed it. trend: what changed, in words. values: of a result,
    the last ones, oldest first (for the small drawing). resource: what an export carries.
    """

    text: str
    why: str
    detail: str = ""
    day: date | None = None
    trend: str = ""
    interval: str = ""
    key: str = ""
    marked: bool = False
    new: bool = False
    unsure: bool = False
    by_patient: bool = False
    items: tuple[UUID, ...] = ()
    source: Source | None = None
    values: tuple[float, ...] = ()
    resources: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Absence:
    """« None known », said by someone that day."""

    by: str
    by_patient: bool
    day: date | None


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter, its lines in order. more: lines of the same chapter left out of the page (past, old, repeated).

    silent: nothing is known of what the chapter asks first (allergies, operations…), and nobody said that there is none.
    no_device, device_silent: the same of what is worn or implanted, in the chapter that holds it beside the allergies.
    """

    chapter: Chapter
    title: str
    lines: tuple[Line, ...] = ()
    none_known: Absence | None = None
    more: int = 0
    silent: bool = False
    no_device: Absence | None = None
    device_silent: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What the chapters are made from. since: the reader's last visit; None: everything is equally old to him."""

    items: Sequence[Item]
    documents: Held
    on: date
    since: datetime | None = None
    series: Sequence[Series] = ()  # of these items
    taken: Sequence[treatments.Line] = ()  # of these items

    def of(self, *kinds: str) -> list[Item]:
        return [one for one in self.items if one.kind in kinds and one.state is not State.REJECTED]

    def is_new(self, items: Iterable[Item]) -> bool:
        return self.since is not None and any(one.received > self.since for one in items)


def problems(ground: Ground) -> Section:
    """Active problems first; past ones after; what a source ruled out is not a problem."""
    active: list[Line] = []
    past: list[Line] = []
    for same in _together(
        one
        for one in ground.of("Condition")
        if not concepts.is_refuted(one.resource) and not concepts.is_absence(one.resource)
    ):
        latest = same[0]
        resource = latest.resource
        over = concepts.is_over(resource)
        onset = _year(resource.get("onsetDateTime") or (resource.get("onsetPeriod") or {}).get("start"))
        line = _line(
            ground, same, text=concepts.words(resource.get("code")), detail=say("depuis {onset}", onset=onset) if onset else "",
            why=Why.PAST if over else Why.PROBLEM,
        )  # fmt: skip
        (past if over else active).append(line)
    return _section(Chapter.PROBLEMS, active + past[:4], ground.of("Condition"), more=len(past[4:]))


def alerts(ground: Ground) -> Section:
    """Allergies, the most serious first; devices in the body; what a source flags."""
    lines = []
    for same in _together(
        one
        for one in ground.of("AllergyIntolerance")
        if not concepts.is_refuted(one.resource) and not concepts.is_absence(one.resource)
    ):
        resource = same[0].resource
        reaction: dict[str, Any] = next(iter(resource.get("reaction") or ()), {})
        signs = ", ".join(filter(None, (concepts.words(one) for one in reaction.get("manifestation") or ())))
        grave = resource.get("criticality") == "high" or reaction.get("severity") == "severe"
        lines.append((not grave, _line(
            ground, same, text=concepts.words(resource.get("code")) or signs, detail=signs, marked=grave,
            why=Why.GRAVE if grave else Why.ALLERGY,
        )))  # fmt: skip
    for same in _together(ground.of("Flag")):
        lines.append(
            (True, _line(ground, same, text=concepts.words(same[0].resource.get("code")), why=Why.FLAG, marked=True))
        )
    for same in _together(
        one for one in ground.of("DeviceUseStatement", "Device") if not concepts.is_absence(one.resource)
    ):
        text = concepts.words(same[0].resource.get("type") or same[0].resource.get("code")) or _device(same[0].resource)
        if text:
            lines.append((True, _line(ground, same, text=text, why=Why.DEVICE)))
    made = _section(
        Chapter.ALERTS, [line for _, line in sorted(lines, key=lambda pair: pair[0])], ground.of("AllergyIntolerance"),
        answered=any(line.why in (Why.GRAVE, Why.ALLERGY) for _, line in lines),
    )  # fmt: skip
    worn = any(line.why == Why.DEVICE for _, line in lines)
    none = None if worn else _said_none(ground.of("DeviceUseStatement"))
    return replace(made, no_device=none, device_silent=not worn and none is None)


def medicines(ground: Ground) -> Section:
    """One line for each substance that runs, or may; stopped ones are counted."""
    shown, stopped = [], 0
    for one in ground.taken:
        if one.status is Status.STOPPED:
            stopped += 1
            continue
        own = [event.item for event in one.events]
        changed = next((change for change in one.changes if ground.on - change.day <= timedelta(days=183)), None)
        why: str = {
            Status.CURRENT: Why.TAKEN, Status.AS_NEEDED: Why.AS_NEEDED,
            Status.UNKNOWN: Why.STALE,
        }[one.status]  # fmt: skip
        if one.own:
            taking = say("{why} ; la personne dit le prendre", why=why)
            why = taking if one.own.taking else say("{why} ; la personne dit ne plus le prendre", why=why)
        before = (
            say("dose changée le {day} (avant : {before})", day=changed.day, before=changed.before) if changed else ""
        )
        name = _medicine(one.names[0] if one.names else one.label)
        shown.append(_line(
            ground, own, text=name if one.label.casefold() in name.casefold() else f"{one.label} ({name})",
            detail=one.words, why=why, day=one.last_prescribed or one.last_dispensed, trend=before, key=one.key,
            marked=one.differs, unsure=one.unconfirmed, by_patient=one.by_person,
            resources=tuple(item.resource for item in own[:1]),
        ))  # fmt: skip
    return _section(Chapter.TREATMENTS, shown, ground.of(*treatments.KINDS), more=stopped)


def ranks(taken: Iterable[treatments.Line]) -> dict[str, int]:
    """The analytes that go with what is taken, each with its rank among them."""
    return watched.analytes(one.atc for one in taken if one.status is not Status.STOPPED)


def values(ground: Ground, *, most: int = 8) -> Section:
    """The latest results that matter: outside their own laboratory's interval, or changed, or asked for again and again."""
    found = [one for one in ground.series if one.measure is None]
    watched_now = ranks(ground.taken)
    ranked = sorted(((_weight(one, ground, watched_now), one) for one in found if one.newest), key=lambda pair: pair[0])
    kept = [one for weight, one in ranked if weight[0] < 4]
    return Section(
        Chapter.RESULTS, TITLES[Chapter.RESULTS],
        tuple(_result(one, ground) for one in kept[:most]), more=len(found) - len(kept[:most]),
    )  # fmt: skip


def _weight(one: Series, ground: Ground, ranks: Mapping[str, int]) -> tuple[int, bool, bool, int, int, bool, int, str]:
    """Smaller stands first: what goes with a treatment that runs, then what is asked for again and again. 4 and more: not
    on the page."""
    newest = one.latest or one.newest
    assert newest is not None
    age = (ground.on - newest.day).days
    moved = trends.change(one)
    out = newest.place in (Place.ABOVE, Place.BELOW)
    changed = trends.noticed(one, moved)
    old = age > RECENT_RESULT.days
    followed = len(one.points) >= 3
    if out and changed and not old:
        rank = 0
    elif out and not old:
        rank = 1
    elif changed and not old:
        rank = 2
    elif (followed and not old) or (out and age <= 2 * RECENT_RESULT.days):
        rank = 3
    else:
        rank = 4
    tied = ranks.get(one.analyte or "")
    if tied is not None and not old:
        rank = min(rank, 1)
    along = one.analyte in trends.COUNTED_ALONG
    return (
        rank, tied is None, tied is not None and not out, tied or 0, age // 31, along, -len(one.points),
        analytes.plain(one.label),
    )  # fmt: skip


def _result(one: Series, ground: Ground) -> Line:
    newest = one.latest or one.newest
    assert newest is not None
    moved, item = trends.change(one), newest.item
    out = newest.place in (Place.ABOVE, Place.BELOW)
    words: list[str] = []
    if moved is not None and trends.noticed(one, moved):
        sign = "+" if moved.percent > 0 else "−"
        change = f"{sign}{abs(moved.percent)} %"
        words.append(say("{change} en {span}", change=change, span=trends.span(moved.days, say=later)))
    elif (way := trends.trend(one)) is not None:
        words.append(trends.way_words(way, say=later))
    if out:
        why = trends.place_words(newest.place, say=later)
    elif words and "%" in words[0]:
        why = say("a changé")
    else:
        why = say("suivi : {n} valeurs", n=len(one.points))
    return Line(
        text=_short(one), detail=trends.shown(one, newest), why=why, day=newest.day, trend=words[0] if words else "",
        interval=_bare(newest.interval, one, newest.unit), key=one.key, marked=out, new=ground.is_new([item]),
        unsure=not newest.certain, items=(newest.item_id,), source=newest.source,
        values=tuple(float(point.value) for point in one.points[-8:] if point.value is not None and point.certain),
        resources=(item.resource,),
    )  # fmt: skip


_USUAL: Final = {
    "hba1c": "HbA1c", "albuminurie_ratio": "Microalbuminurie", "neutrophiles": "Neutrophiles",
    "eosinophiles": "Éosinophiles", "basophiles": "Basophiles",
}  # fmt: skip


def _short(one: Series) -> str:
    """Its name; the usual short one when the name is long (« DFG »). In English too, without what explains it."""
    known = analytes.BY_ID.get(one.analyte or "")
    name = one.label
    if one.analyte in _USUAL and not one.other:
        name = _USUAL[one.analyte]
    elif known is not None and len(name) > 24:
        name = min((name for name in (known.label, *known.names) if len(name) > 2), key=len)
    return Said(name, english=trends.english(one))


def _medicine(name: str) -> str:
    """« Allopurinol 100 mg » for « ALLOPURINOL 100 mg, comprimé »: the form stands in how it is taken."""
    short = re.split(r",\s+(?=\D)", name, maxsplit=1)[0].strip()
    words = [word.capitalize() if word.isupper() and len(word) > 3 else word for word in short.split()]
    return " ".join(words)


def _bare(interval: str, one: Series, unit: str | None) -> str:
    """The interval without the unit that stands beside it already."""
    for spelt in (one.unit_printed, unit or ""):
        if spelt and interval.endswith(spelt):
            return interval.removesuffix(spelt).rstrip()
    return interval


def vaccines(ground: Ground) -> Section:
    """The latest dose of each vaccine."""
    given = [one for one in ground.of("Immunization") if one.resource.get("status", "completed") == "completed"]
    lines = []
    for same in _together((one for one in given if not concepts.is_absence(one.resource)), where="vaccineCode"):
        doses = len({one.day for one in same})
        lines.append(_line(
            ground, same, text=_medicine(concepts.words(same[0].resource.get("vaccineCode"))), day=same[0].day,
            detail=say("{n} doses", n=doses) if doses > 1 else "", why=Why.DOSE,
        ))  # fmt: skip
    lines.sort(key=lambda line: line.day or date.min, reverse=True)
    return _section(Chapter.VACCINES, lines[:8], ground.of("Immunization"), more=len(lines[8:]))


_LETTERS: Final = {
    "11490-0": "lettre de sortie",
    "34112-3": "compte rendu de séjour",
    "34874-8": "compte rendu opératoire",
}


def stays(ground: Ground) -> Section:
    """Hospital stays, operations and procedures, the latest first."""
    lines: list[Line] = []
    acts = [one for one in ground.of("Procedure") if one.resource.get("status") not in ("not-done", "entered-in-error")]
    for same in _together(one for one in acts if not concepts.is_absence(one.resource)):
        lines.append(
            _line(ground, same, text=concepts.words(same[0].resource.get("code")), day=same[0].day, why=Why.ACT)
        )
    for document in ground.documents.of_types(_LETTERS):
        lines.append(_of_document(document, ground, why=_LETTERS[document.type_code]))
    lines.sort(key=lambda line: line.day or date.min, reverse=True)
    recent = [line for line in lines if line.day and ground.on - line.day <= RECENT_ACT]
    shown = (recent or lines)[:8]
    return _section(Chapter.STAYS, shown, ground.of("Procedure"), more=len(lines) - len(shown),
                    answered=any(line.why == Why.ACT for line in lines))  # fmt: skip


_WISHES: Final = {
    "EXPPAT_3": "directives anticipées",
    "EXPPAT_1": "volontés et droits",
    "42348-3": "directives anticipées",
}


def wishes(ground: Ground) -> Section:
    """What the person wrote for the day she cannot speak: where it is, never a summary of it."""
    lines = [
        _of_document(document, ground, why=_WISHES[document.type_code])
        for document in ground.documents.of_types(_WISHES)
    ]
    lines += [
        _line(
            ground,
            same,
            text=concepts.words(same[0].resource.get("category")) or "Consentement",
            why="volonté exprimée",
        )
        for same in _together(ground.of("Consent"), where="category")
    ]
    return Section(Chapter.WISHES, TITLES[Chapter.WISHES], tuple(lines[:6]), more=len(lines[6:]))


def circle(ground: Ground) -> Section:
    """Who wrote in this record lately: the names behind the latest documents, the most present first.

    key: the author's number, or the name when no document says it. marked: wrote letters, not only results or
    prescriptions.
    """
    met: dict[str, list[Document]] = {}
    for document in ground.documents[:_NAMED]:  # the latest first: each name opened costs
        if document.by_patient or ground.on - document.on > RECENT_CARE:
            continue
        for author in document.authors[:1]:
            met.setdefault(author.rpps or author.name, []).append(document)
    lines = []
    for key, written in met.items():
        author = written[0].authors[0]
        name = max((one.authors[0].name for one in written), key=len)
        letters = any(valuesets.category_of(one.class_code, one.type_code).id == "reports" for one in written)
        lines.append(Line(
            text=name, key=key, marked=letters, detail=" · ".join(filter(None, (_spoken(author.specialty), author.organisation))), day=max(one.on for one in written),
            why=say("{n} documents en deux ans", n=len(written)) if len(written) > 1 else say("1 document en deux ans"),
        ))  # fmt: skip
    lines.sort(key=lambda line: (-len(met[line.key]), line.text))
    return Section(Chapter.CIRCLE, TITLES[Chapter.CIRCLE], tuple(lines[:6]), more=len(lines[6:]))


ALL: Final = (problems, alerts, medicines, values, vaccines, stays, wishes, circle)


# ---- tools of the chapters


def _section(
    chapter: Chapter, lines: Sequence[Line], items: Iterable[Item], *, more: int = 0, answered: bool | None = None
) -> Section:  # fmt: skip
    """« None known » stands only where nothing is known, whoever said it. answered: by other lines than all of them."""
    answered = bool(lines) if answered is None else answered
    none = None if answered else _said_none(items)
    return Section(chapter, TITLES[chapter], tuple(lines), none, more, silent=not answered and none is None)


def _said_none(items: Iterable[Item]) -> Absence | None:
    """The latest « none known » among these."""
    said = max(
        (one for one in items if concepts.is_absence(one.resource)),
        key=lambda one: (one.day or date.min, one.received),
        default=None,
    )
    return Absence(_who(said), said.by_patient, said.day or said.received.astimezone(PARIS).date()) if said else None


def _together(items: Iterable[Item], *, where: str = "code") -> list[list[Item]]:
    """The same thing said several times, the latest first: same code of any system, or same words."""
    groups: list[list[Item]] = []
    known: dict[str, int] = {}
    ordered = sorted(items, key=lambda one: (one.day or date.min, one.received), reverse=True)
    for item in ordered:
        names = _names(item.resource.get(where) or item.resource.get("type") or {})
        at = next((known[name] for name in names if name in known), None)
        if at is None:
            at = len(groups)
            groups.append([])
        groups[at].append(item)
        known.update(dict.fromkeys(names, at))
    return groups


def _names(concept: Any) -> list[str]:
    said = concept if isinstance(concept, list) else [concept]
    found = [f"{one.get('system')}|{one['code']}" for c in said for one in c.get("coding") or () if one.get("code")]
    return [*found, *(analytes.plain(str(c["text"])) for c in said if c.get("text"))]


def _line(
    ground: Ground, same: Sequence[Item], *, text: str, why: str, detail: str = "", day: date | None = None,
    unsure: bool | None = None, by_patient: bool | None = None, resources: tuple[dict[str, Any], ...] | None = None,
    **more: Any,
) -> Line:  # fmt: skip
    latest = same[0]
    return Line(
        text=text or "sans intitulé", why=why, detail=detail, day=day or latest.day,
        new=ground.is_new(same) if len(same) == 1 or ground.since is None else ground.is_new(same[-1:]),
        unsure=not any(one.certain for one in same) if unsure is None else unsure,
        by_patient=all(one.by_patient for one in same) if by_patient is None else by_patient,
        items=tuple(one.id for one in same), source=next((one.source for one in same if one.source), None),
        resources=(latest.resource,) if resources is None else resources, **more,
    )  # fmt: skip


def _of_document(document: Document, ground: Ground, *, why: str) -> Line:
    author = document.metadata.authors[0].name if document.metadata.authors else document.depositor
    source = Source(
        document.id,
        document.metadata.title,
        author,
        document.day,
        document.metadata.class_code,
        document.metadata.type_code,
    )
    return Line(
        text=document.metadata.title, detail=author, why=why, day=document.on, source=source,
        new=ground.since is not None and document.received > ground.since, by_patient=document.by_patient,
    )  # fmt: skip


def _spoken(specialty: str | None) -> str:
    """A specialty in words; a bare code of the nomenclature (« SM26 ») says nothing to a reader."""
    return "" if not specialty or re.fullmatch(r"[A-Z]{1,4}\d{1,4}|\d+", specialty) else specialty


def _who(item: Item | None) -> str:
    if item is None or item.by_patient:
        return ""
    return item.source.author if item.source else ""


def _device(resource: dict[str, Any]) -> str:
    device = resource.get("device") or {}
    named = next((str(one.get("name")) for one in resource.get("deviceName") or () if one.get("name")), "")
    return str(device.get("display") or named or "")


def _year(written: Any) -> str:
    text = str(written or "")
    if len(text) >= 7:
        try:
            return in_french(date.fromisoformat(text[:10])) if len(text) >= 10 else f"{text[5:7]}/{text[:4]}"
        except ValueError:
            return ""
    return text
