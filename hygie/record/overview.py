"""Every analysis and measure of a record at a glance: one line each, said alike to the person and to a professional."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from hygie.formats import analytes, glossary
from hygie.record.curves import Small, mark, small, title
from hygie.record.observed import Place
from hygie.record.results import FAMILIES, Point, Series
from hygie.record.trends import change, moved_words, noticed, place_words, shown, trend, way_words
from hygie.ui import periods, words

NEWEST = 12  # entries of each code that a page of all results reads: enough for a tiny drawing once folded
_ASKED = ("acces", "famille", "mots")


@dataclass(frozen=True, slots=True)
class Overview:
    """What a page of all results lists. lines: by family; outside: how many last values stand outside their interval."""

    total: int
    lines: list[Line]
    asked: str
    family: str
    filters: list[periods.Choice]
    outside: int
    apart: int

    @property
    def families(self) -> list[tuple[str, list[Line]]]:
        """The lines by family, as (its name, its lines)."""
        groups: dict[str, list[Line]] = {}
        for one in self.lines:
            groups.setdefault(_(FAMILIES[one.family]), []).append(one)
        return list(groups.items())

    @property
    def newest_first(self) -> list[Line]:
        """The lines by day of their last value, the latest first; those of one day by family."""
        return sorted(self.lines, key=lambda one: one.latest.day, reverse=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One analysis or measure: its last value.

    way, place: trend and place in the interval, in words, "" for what is still to verify. moved: « +35 % en 3 mois »
    where the change is worth a word. meaning: the first sentence
    of the glossary. spoken: the plain words by which it is found. apart: values that could not be brought to its unit.
    """

    mark: str
    name: str
    family: str
    value: str
    way: str
    moved: str
    place: str
    out: bool
    meaning: str
    spoken: str
    latest: Point
    drawing: Small | None
    apart: int
    unsure: bool

    @property
    def told(self) -> str:
        return ", ".join(filter(None, (self.way, self.place)))

    @property
    def day(self) -> date:
        return self.latest.day


def overview(found: Sequence[Series], patient_id: UUID, query: Mapping[str, str]) -> Overview:
    """One line for each series that answers what the address asks (mots, famille); the two pressures are one line."""
    asked, family = query.get("mots", "").strip()[:80], query.get("famille", "")
    every = _lines(found, patient_id)
    wanted = analytes.plain(asked).split()
    spoken = [one for one in every if all(f" {word}" in f" {one.spoken}" for word in wanted)]  # each begins a word
    here = [name for name in FAMILIES if any(one.family == name for one in spoken)]

    def address(name: str) -> str:
        return periods.same_page(query, _ASKED, famille=name)

    return Overview(
        total=len(every),
        lines=[one for one in spoken if family in ("", one.family)],
        asked=asked,
        family=family if family in FAMILIES else "",
        filters=[
            (_("Tout"), address(""), not family),
            *((_(FAMILIES[name]), address(name), name == family) for name in here),
        ],
        outside=sum(one.out for one in every),
        apart=sum(one.apart for one in every),
    )


def _lines(found: Sequence[Series], patient_id: UUID) -> list[Line]:
    by_key = {one.key: one for one in found}
    lines = []
    for one in found:
        latest = one.latest or one.newest
        if latest is None or (one.key == "tension_basse" and "tension_haute" in by_key):
            continue
        value, name = shown(one, latest), title(one)
        other = by_key.get("tension_basse") if one.key == "tension_haute" else None
        if other and other.latest and other.latest.day == latest.day:
            value = f"{value.removesuffix(one.unit_printed).strip()} / {shown(other, other.latest)}"
            name = _("Tension artérielle")
        meaning, sure = glossary.term(one.analyte or one.measure), latest.certain and not latest.doubtful
        turned, moved = trend(one), change(one)
        lines.append(
            Line(
                mark=mark(patient_id, one.key),
                name=name,
                family=one.family,
                value=value,
                way=way_words(turned, say=_) if turned and sure else "",
                moved=moved_words(moved, say=_) if moved and sure and noticed(one, moved) else "",
                place=place_words(latest.place, say=_) if sure else "",
                out=sure and latest.place in (Place.ABOVE, Place.BELOW),
                meaning=words.spoken(meaning.words).split(". ")[0].rstrip(".") if meaning else "",
                spoken=_spoken(one, name, meaning),
                latest=latest,
                drawing=small(one),
                apart=len(one.apart),
                unsure=not sure,
            )
        )
    return lines


def _spoken(one: Series, name: str, meaning: glossary.Term | None) -> str:
    """The names of the analysis, its family and what it is: plain, each word once."""
    known = analytes.BY_ID.get(one.analyte or "")
    names = (
        name,
        one.label,
        *(known.names if known else ()),
        FAMILIES[one.family],
        *((meaning.words, meaning.english, meaning.words.english) if meaning else ()),
    )
    return " ".join(dict.fromkeys(analytes.plain(" ".join(names)).split()))
