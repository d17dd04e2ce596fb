"""A report: its findings, every table, and how it was made, in words. What HTML and PDF are written from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hygie.observatory.barometer.calibration import METHODS
from hygie.observatory.barometer.findings import Page, pages, points
from hygie.observatory.barometer.published import published
from hygie.observatory.barometer.significance import RULES, Rule
from hygie.observatory.barometer.tables import Table, Wave, tables

REFERENCES: Final = (
    "Deming W. E., Stephan F. F., Annals of Mathematical Statistics 11, 1940, p. 427-444 : le redressement par marges.",
    "Deville J.-C., Särndal C.-E., Journal of the American Statistical Association 87, 1992, p. 376-382 : calage et variance.",
    "Kish L., Journal of Official Statistics 8, 1992, p. 183-200 : effet des poids sur la précision.",
    "Wilson E. B., Journal of the American Statistical Association 22, 1927, p. 209-212 : intervalle d’une proportion.",
    "Korn E. L., Graubard B. I., Survey Methodology 24, 1998, p. 193-201 : taille efficace d’une proportion.",
    "Holm S., Scandinavian Journal of Statistics 6, 1979, p. 65-70 : comparaisons multiples.",
)
MARKS: Final = "En italique avec ▲ : nettement plus que chez les autres. En italique avec ▼ : nettement moins."


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a wave. label: a warning on every page (a demonstration…). made: the day, in words."""

    title: str
    fieldwork: str
    made: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    about: About
    population: str
    size: int
    pages: tuple[Page, ...]
    tables: tuple[Table, ...]
    method: tuple[tuple[str, tuple[str, ...]], ...]
    verbatims: tuple[tuple[str, str], ...] = ()


def report(
    wave: Wave, about: About, *, breaks: Sequence[str] | None = None, rule: Rule = "holm", before: Wave | None = None,
    before_name: str = "2020", verbatims: Sequence[tuple[str, str]] = (), progress: Callable[[int, int], None] | None = None,
) -> Report:  # fmt: skip
    """The whole report. verbatims: (theme, words), shown apart and never counted."""
    every = tuple(tables(wave, breaks=breaks, rule=rule, progress=progress))
    found = pages(wave, every, before=before, before_name=before_name)
    told = method(wave, about, rule, before, before_name)
    return Report(about, wave.population.name, wave.answers.size, found, every, told, tuple(verbatims))


def method(
    wave: Wave, about: About, rule: Rule, before: Wave | None, before_name: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Sections of plain sentences: who was asked, how they were weighted, how figures are read, what they cannot say."""
    weighting, spread = wave.weighting, wave.weighting.spread
    bounds = weighting.bounds
    weights = [
        f"Les réponses sont redressées pour que leur répartition soit celle de la population ({wave.population.name}) "
        f"selon {len(weighting.margins)} variables, {METHODS[weighting.method]} ; {weighting.rounds} tours, écart restant "
        f"inférieur à {weighting.gap:.0e} en part.".replace("e-", " × 10 puissance -"),
        f"Poids : de {_number(spread['min'])} à {_number(spread['max'])} ; la moitié sous {_number(spread['median'])} ; "
        f"neuf sur dix entre {_number(spread['p5'])} et {_number(spread['p95'])}.",
        f"Effet de plan {_number(weighting.design_effect)} : ces {wave.answers.size} réponses valent {weighting.effective_size:.0f} "
        "réponses de poids égal.",
        "Poids laissés libres, aucun n’est borné."
        if bounds is None
        else f"Poids bornés entre {_number(bounds[0])} et {_number(bounds[1])} fois la moyenne : {weighting.trimmed} réponses "
        "sont à une borne, les marges sont respectées quand même.",
        *(one.said for one in weighting.collapses),
    ]
    people = [
        f"{wave.answers.size} réponses. Recueil : {about.fieldwork}.",
        "Ne pas répondre et ne pas souhaiter répondre sont comptés à part : le premier sort de la base, le second y reste.",
    ]
    if wave.population.example:
        people.append(
            "Les marges utilisées sont des ordres de grandeur d’exemple, pas des statistiques officielles datées."
        )
    if before is not None:
        people.append(
            f"Comparaison avec {before_name} : {before.answers.size} réponses"
            + (
                ", taille inventée (celle de l’enquête de 2020 n’a pas été publiée)."
                if about.label
                else ", pondérées de la même façon."
            )
        )
    reading = [
        MARKS,
        RULES[rule],
        "Intervalles de Wilson à 95 %, avec la taille efficace que donne la variance linéarisée après calage (résidus de la "
        "régression sur les marges).",
        "Sous 30 personnes, un groupe porte une alerte et n’est pas testé.",
    ]
    limits = [
        f"À 50 % sur {wave.answers.size} réponses, un tirage au hasard donnerait ± {points(1.96 * (0.25 / wave.answers.size) ** 0.5)} points.",
        "Un recueil par quotas n’est pas un tirage au hasard : ces intervalles sont ceux qu’il aurait s’il en était un.",
        "Un recueil en ligne ne touche pas les personnes sans internet.",
        "Ce que l’on déclare n’est pas toujours ce que l’on a fait : en 2023, 35 % se disaient activés, 15 % des assurés l’étaient.",
        f"Modèle suivi : « {published().survey} », publiée en janvier 2024 ({published().fieldwork}, {published().size} personnes).",
    ]
    sources = [f"{one.variable} : {one.source}." for one in weighting.margins]
    return (
        ("Qui a répondu", tuple(people)),
        ("Redressement", tuple(weights)),
        ("Sources des marges", tuple(sources)),
        ("Lire les tableaux", tuple(reading)),
        ("Limites", tuple(limits)),
        ("Références", REFERENCES),
    )


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
