"""Three years of someone's papers, told by stories.

A story is a function of a `Life`: it adds papers, each with a name of its own and a date counted back from today.
Blood tests are only asked for: `papers()` draws them in order of time, so that each report recalls the earlier ones,
whichever story asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from hygie.formats.cda.lab_report import Chapter
from hygie.formats.cda.treatments import Dose, Line
from hygie.ops.demo.days import SPAN, Calendar, dice
from hygie.ops.demo.laboratory import Body, Memory
from hygie.ops.demo.medicines import AGAINST, MEDICINES, VACCINES
from hygie.ops.demo.members import Member
from hygie.ops.demo.papers import Injected, Known, Letter, Ordered, Page, Paper, Results, number

Story = Callable[["Life"], None]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Take:
    """One line of a prescription. days: how long; advice: a word to the person."""

    medicine: str
    dosage: str
    days: int = 90
    renewals: int = 0
    advice: str | None = None
    long_term: bool = False
    substitution: bool = True


@dataclass(slots=True)
class _Drawn:
    """A blood test to come."""

    paper: Paper
    panels: tuple[str, ...]
    now: dict[str, float]
    notes: dict[str, str]
    more: tuple[Chapter, ...]


@dataclass(slots=True)
class Life:
    """`today`: the calendar; `dice`: this person's own chance."""

    who: Member
    calendar: Calendar
    _papers: list[Paper] = field(default_factory=list)
    _drawn: list[_Drawn] = field(default_factory=list)

    @property
    def dice(self) -> Random:
        """Fresh for each story that asks: what one draws changes nothing for another."""
        return dice(self.who.sub, len(self._papers), len(self._drawn))

    @property
    def woman(self) -> bool:
        return self.who.sex == "female"

    @property
    def title(self) -> str:
        """« Mme Benali », « M. Petit »; the first name of a child."""
        if self.who.age < 16:
            return self.who.given[0]
        return f"{'Mme' if self.woman else 'M.'} {self.who.used_family or self.who.family}"

    def age_at(self, days: int) -> int:
        day, born = self.calendar.back(days), self.who.born(self.calendar)
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def _at(self, days: int, name: str, any_day: bool = False) -> datetime:
        chance = dice(self.who.sub, name)
        hour, minute = chance.randint(8, 17), chance.choice((0, 10, 15, 20, 30, 40, 45))
        return self.calendar.any_day(days, hour, minute) if any_day else self.calendar.at(days, hour, minute)

    def add(self, paper: Paper) -> None:
        """Nothing after yesterday, nothing before birth or before three years ago."""
        born = self.who.born(self.calendar)
        if paper.at.date() < self.calendar.today and paper.at.date() >= max(born, self.calendar.back(SPAN + 10)):
            self._papers.append(paper)

    def paper(
        self, name: str, by: str, days: int, type_code: str, title: str, body: Letter | Page | Ordered | Injected | Known, *,
        any_day: bool = False, stay: int = 0, **more: object,
    ) -> None:  # fmt: skip
        """`stay`: days in hospital, ending that day."""
        at = self._at(days, name, any_day)
        if stay:
            more |= {"act_end": at, "encounter": "IMP"}
            at -= timedelta(days=stay)
        self.add(Paper(name, by, at, type_code, title, body, **more))  # type: ignore[arg-type]

    def letter(
        self, name: str, by: str, days: int, title: str, *, type_code: str = "11488-4", **sections: str | Sequence[str]
    ) -> None:
        """A letter in sections; keyword `examen_clinique` is « Examen clinique »."""
        told = tuple(
            (_TITLES[key], (text,) if isinstance(text, str) else tuple(text)) for key, text in sections.items()
        )
        self.paper(name, by, days, type_code, title, Letter(told))

    def page(
        self, name: str, by: str, days: int, type_code: str, title: str, *blocks: str | Rows, wrapped: bool = True,
        any_day: bool = False, stay: int = 0, **more: object,
    ) -> None:  # fmt: skip
        """A printed page."""
        self.paper(name, by, days, type_code, title, Page(blocks, wrapped), any_day=any_day, stay=stay, **more)

    def lab(
        self, days: int, *panels: str, title: str, name: str | None = None, prescriber: str | None = None,
        notes: dict[str, str] | None = None, more: tuple[Chapter, ...] = (), visibility: frozenset[str] = frozenset({"N"}),
        replaces: str | None = None, version: int = 1, **now: float,
    ) -> None:  # fmt: skip
        """Blood drawn that morning; `now` sets values of that day."""
        name = name or f"lab-{panels[0] if panels else 'culture'}-{days}"
        at = self.calendar.at(days, 7, dice(self.who.sub, name).randint(20, 59))
        if version > 1:
            at = self.calendar.at(days, 8, 5)
        paper = Paper(
            name, "saurin", at, "11502-2", title, Results(()), prescriber=prescriber or self.who.doctor,
            visibility=visibility, replaces=replaces, version=version, delay=timedelta(hours=5, minutes=30),
        )  # fmt: skip
        self._drawn.append(_Drawn(paper, panels, dict(now), notes or {}, more))

    def prescribe(self, name: str, by: str, days: int, *takes: Take, title: str = "", **more: object) -> None:
        at = self._at(days, name)
        if not title:
            named = " et ".join((MEDICINES[take.medicine].atc_label or "").lower() for take in takes)
            title = f"Ordonnance : {named}" if len(takes) < 3 else "Ordonnance de médicaments"
        lines = tuple(
            Line(
                number=number(self.who.sub, f"{name}/{n}"), medicine=MEDICINES[take.medicine], dosage=take.dosage,
                start=f"{at:%Y%m%d}", end=f"{at + timedelta(days=take.days):%Y%m%d}", renewals=take.renewals,
                substitution=take.substitution, long_term=take.long_term, advice=take.advice,
            )
            for n, take in enumerate(takes)
        )  # fmt: skip
        self.paper(name, by, days, "57833-6", title, Ordered(lines), **more)  # type: ignore[arg-type]

    def vaccinate(
        self,
        by: str,
        days: int,
        *vaccines: str,
        rank: int | None = None,
        title: str | None = None,
        name: str | None = None,
    ) -> None:
        name = name or f"vaccin-{vaccines[0]}-{days}"
        at, chance = self._at(days, name), dice(self.who.sub, name, "lot")
        child = self.age_at(days) < 2
        sites = ("Cuisse gauche", "Cuisse droite") if child else ("Deltoïde gauche", "Deltoïde droit")
        doses = tuple(
            Dose(
                number=number(self.who.sub, f"{name}/{n}"), vaccine=VACCINES[one], on=f"{at:%Y%m%d}", rank=rank,
                lot=f"{chance.choice('ABEFKLTX')}{chance.choice('CDHMPRU')}{chance.randint(1000, 9999)}", site=sites[n % 2],
                comment=None,
            )
            for n, one in enumerate(vaccines)
        )  # fmt: skip
        title = title or f"Vaccination : {' et '.join(AGAINST[one] for one in vaccines)}"
        self.paper(name, by, days, "87273-9", title, Injected(doses))

    def papers(self) -> list[Paper]:
        """All of them, the oldest first, blood tests drawn."""
        body = Body(self.who.sex, self.who.born(self.calendar).year, dice(self.who.sub, "body"))
        body.usual |= self.who.usual
        drawn = []
        before: dict[str, Memory] = {}
        for one in sorted(self._drawn, key=lambda one: (one.paper.at, one.paper.version)):
            if one.paper.replaces in before:  # the same tube, told again: what it does not correct stays the same
                body.recall(before[one.paper.replaces])
            before[one.paper.name] = body.memory()
            chapters = body.report(one.paper.at, *one.panels, note=one.notes, **one.now) + one.more
            drawn.append(replace(one.paper, body=Results(chapters)))
        for paper in drawn:
            self.add(paper)
        names = [paper.name for paper in self._papers]
        assert len(set(names)) == len(names), (
            f"two papers of the same name: {sorted({n for n in names if names.count(n) > 1})}"
        )
        return sorted(self._papers, key=lambda paper: (paper.at, paper.version, paper.name))


_TITLES = {
    "motif": "Motif", "antecedents": "Antécédents", "histoire": "Histoire", "examen_clinique": "Examen clinique",
    "examens": "Examens complémentaires", "conclusion": "Conclusion", "conduite": "Conduite à tenir",
    "traitement": "Traitement", "evolution": "Évolution", "technique": "Technique", "resultats": "Résultats",
    "indication": "Indication",
}  # fmt: skip
