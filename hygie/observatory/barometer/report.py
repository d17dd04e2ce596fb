"""A report: its findings, every table, and how it was made, in words. What HTML and PDF are written from.

Sentences are French and remember their English (`formats.said`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hygie.formats.said import say
from hygie.observatory.barometer.anonymity import exposure
from hygie.observatory.barometer.calibration import METHODS, TOLERANCE
from hygie.observatory.barometer.findings import Change, Page, changes, pages
from hygie.observatory.barometer.numbers import count, decimal, points
from hygie.observatory.barometer.published import published
from hygie.observatory.barometer.questionnaire import Questionnaire
from hygie.observatory.barometer.significance import RULES, Rule
from hygie.observatory.barometer.tables import Table, Wave, tables
from hygie.observatory.barometer.weighting import Collapse, Weighting

REFERENCES: Final = (
    say("Deming W. E., Stephan F. F., Annals of Mathematical Statistics 11, 1940, p. 427-444 : le redressement par marges."),
    say("Deville J.-C., Särndal C.-E., Journal of the American Statistical Association 87, 1992, p. 376-382 : calage et variance."),
    say("Kish L., Journal of Official Statistics 8, 1992, p. 183-200 : effet des poids sur la précision."),
    say("Wilson E. B., Journal of the American Statistical Association 22, 1927, p. 209-212 : intervalle d’une proportion."),
    say("Korn E. L., Graubard B. I., Survey Methodology 24, 1998, p. 193-201 : taille efficace d’une proportion."),
    say("Holm S., Scandinavian Journal of Statistics 6, 1979, p. 65-70 : comparaisons multiples."),
    say("Sweeney L., International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10, 2002, p. 557-570 : k-anonymat."),
)  # fmt: skip
MARKS: Final = say(
    "En italique, triangle vers le haut : nettement plus que chez les autres. En italique, triangle vers le bas : nettement moins."
)

WAVES: Final = say(
    "D’une vague à l’autre : chaque écart est jugé sur sa propre variance, calage compris dans les deux vagues, avec la même "
    "règle pour l’ensemble des écarts."
)


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a wave. label: a warning on every page (a demonstration…). made: the day, in words."""

    title: str
    fieldwork: str
    made: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """changes: what both waves asked, compared; empty without an earlier wave (before_name)."""

    about: About
    population: str
    size: int
    pages: tuple[Page, ...]
    tables: tuple[Table, ...]
    method: tuple[tuple[str, tuple[str, ...]], ...]
    verbatims: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    before_name: str = ""

    @property
    def people(self) -> str:
        return count(self.size)


def report(
    wave: Wave, about: About, *, breaks: Sequence[str] | None = None, rule: Rule = "holm", before: Wave | None = None,
    before_name: str = "2020", verbatims: Sequence[tuple[str, str]] = (), notes: Sequence[str] = (), progress: Callable[[int, int], None] | None = None,
) -> Report:  # fmt: skip
    """The whole report. verbatims: (theme, words), shown apart and never counted. notes: to be said of whom it counts."""
    every = tuple(tables(wave, breaks=breaks, rule=rule, progress=progress))
    changed = changes(wave, before, rule=rule) if before else ()
    found = pages(wave, every, changed)
    told = method(wave, about, rule, before, before_name, notes)
    return Report(
        about, wave.population.name, wave.answers.size, found, every, told, tuple(verbatims), changed, before_name
    )


def method(
    wave: Wave, about: About, rule: Rule, before: Wave | None, before_name: str, notes: Sequence[str] = ()
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Sections of plain sentences: who was asked, how they were weighted, how figures are read, what they cannot say."""
    size, model = wave.answers.size, published()
    people: list[str] = [
        say("{size} réponses. Recueil : {fieldwork}.", size=count(size), fieldwork=about.fieldwork),
        say(
            "Ne pas répondre et ne pas souhaiter répondre sont comptés à part : le premier sort de la base, le second y reste."
        ),
    ]
    if wave.population.example:
        people.append(
            say("Les marges utilisées sont des ordres de grandeur d’exemple, pas des statistiques officielles datées.")
        )
    exposed = exposure(wave.answers)
    people.append(
        say(
            "Anonymat : {alone} personnes sont seules à avoir leur profil (les questions de la première page réunies) ; le "
            "profil le plus rare en compte {smallest}.",
            alone=count(exposed.alone), smallest=count(exposed.smallest),
        )
    )  # fmt: skip
    if before is not None:
        people.append(_compared(before, about, before_name))
    reading = [
        MARKS,
        RULES[rule],
        say(
            "Intervalles de Wilson à 95 %, avec la taille efficace que donne la variance linéarisée après calage (résidus de la "
            "régression sur les marges)."
        ),
        say(
            "Sous 30 personnes, un groupe porte une alerte et n’est pas testé ; il ne l’est pas non plus là où l’on y attendrait "
            "moins de 5 réponses, ou moins de 5 autres."
        ),
    ]
    if before is not None:
        reading.append(WAVES)
    limits = [
        say(
            "À 50 % sur {size} réponses, un tirage au hasard donnerait ± {points} points.",
            size=count(size), points=points(1.96 * (0.25 / size) ** 0.5),
        ),
        say("Un recueil par quotas n’est pas un tirage au hasard : ces intervalles sont ceux qu’il aurait s’il en était un."),
        say("Un recueil en ligne ne touche pas les personnes sans internet."),
        say(
            "Ce que l’on déclare n’est pas toujours ce que l’on a fait : en 2023, 35 % se disaient activés, 15 % des assurés "
            "l’étaient."
        ),
        say(
            "Modèle suivi : « {survey} », publiée en janvier 2024 ({fieldwork}, {size} personnes).",
            survey=model.survey, fieldwork=model.fieldwork, size=count(model.size),
        ),
    ]  # fmt: skip
    asked = wave.answers.questionnaire
    sources = [
        say("{variable} : {source}.", variable=asked.question(one.variable).short, source=one.source)
        for one in wave.weighting.margins
    ]
    return (
        (say("Qui a répondu"), (*people, *notes)),
        (say("Redressement"), _weights(wave.weighting, wave.population.name, size, asked)),
        (say("Sources des marges"), tuple(sources)),
        (say("Lire les tableaux"), tuple(reading)),
        (say("Limites"), tuple(limits)),
        (say("Références"), REFERENCES),
    )


def _compared(before: Wave, about: About, name: str) -> str:
    size = count(before.answers.size)
    if about.label:
        return say(
            "Comparaison avec {name} : {size} réponses, taille inventée (celle de l’enquête de 2020 n’a pas été publiée).",
            name=name, size=size,
        )  # fmt: skip
    return say("Comparaison avec {name} : {size} réponses, pondérées de la même façon.", name=name, size=size)


def _weights(weighting: Weighting, population: str, size: int, asked: Questionnaire) -> tuple[str, ...]:
    spread, bounds = weighting.spread, weighting.bounds
    found = [
        say(
            "Les réponses sont redressées pour que leur répartition soit celle de la population ({population}) selon {n} "
            "variables, {method}.",
            population=population, n=len(weighting.margins), method=METHODS[weighting.method],
        ),
        say(
            "Chaque marge est respectée à mieux qu’un milliardième près ({rounds} tours de calcul).", rounds=weighting.rounds
        )
        if weighting.gap <= 10 * TOLERANCE
        else say("Plus grand écart restant aux marges : {gap} point.", gap=decimal(100 * weighting.gap, 6)),
        say(
            "Poids : de {min} à {max} ; la moitié sous {median} ; neuf sur dix entre {p5} et {p95}.",
            **{name: decimal(value) for name, value in spread.items()},
        ),
        say(
            "Effet de plan {effect} : ces {size} réponses valent {effective} réponses de poids égal.",
            effect=decimal(weighting.design_effect), size=count(size), effective=count(weighting.effective_size),
        ),
    ]  # fmt: skip
    if bounds is None:
        found.append(say("Poids laissés libres, aucun n’est borné."))
    else:
        found.append(
            say(
                "Poids bornés entre {low} et {high} fois la moyenne : {held} réponses sont à une borne, les marges sont "
                "respectées quand même.",
                low=decimal(bounds[0]), high=decimal(bounds[1]), held=count(weighting.trimmed),
            )
        )  # fmt: skip
    return (*found, *(_named(one, asked).said for one in weighting.collapses))


def _named(one: Collapse, asked: Questionnaire) -> Collapse:
    """The same, with the words of the questionnaire instead of its codes."""
    question = asked.question(one.variable)
    category, joined = (
        " + ".join(question.options[code] for code in codes.split(" + ")) for codes in (one.category, one.joined)
    )
    return replace(one, variable=question.short, category=category, joined=joined)
