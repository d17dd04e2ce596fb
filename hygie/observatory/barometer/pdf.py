"""The report as a tagged PDF: one finding a page, then the method. Every drawing stands inside the table that says its figures.

The same report gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from hygie.formats import printing
from hygie.formats.said import say
from hygie.observatory.barometer.findings import Bar, Change, Facing, Group, Groups, Page
from hygie.observatory.barometer.html import changes_sentence
from hygie.observatory.barometer.numbers import count, percent, percents, points
from hygie.observatory.barometer.report import WAVES, Report

Spoken = Callable[[str], str]


def document(report: Report, spoken: Spoken = str, *, language: str = "fr-FR") -> bytes:
    """The PDF file."""
    about = report.about
    facts = (
        (count(report.size), say("réponses")),
        (say("Population"), report.population),
        (say("Recueil"), about.fieldwork),
        (say("Rapport"), about.made),
    )  # fmt: skip
    return printing.pdf(
        "barometer", title=spoken(about.title), language=language, label=spoken(about.label),
        facts=[(spoken(name), spoken(words)) for name, words in facts],
        listed=spoken(say("En {n} résultats", n=len(report.pages))),
        findings=[_finding(one, report, number, spoken) for number, one in enumerate(report.pages, 1)],
        changes=_changes(report.changes, report.before_name, spoken) if report.changes else None,
        said={
            "kicker": spoken(say("Paroles")), "sentence": spoken(say("Ce que des personnes ont dit")),
            "chosen": spoken(say("Choisies pour ce qu’elles font comprendre. Elles ne sont ni comptées ni représentatives.")),
            "all": [(words, theme) for theme, words in report.verbatims],
        },
        method={
            "kicker": spoken(say("Méthode")), "sentence": spoken(say("Comment ces chiffres ont été faits")),
            "all": [(spoken(title), [spoken(one) for one in sentences]) for title, sentences in report.method],
        },
    )  # fmt: skip


def _finding(one: Page, report: Report, number: int, spoken: Spoken) -> dict[str, Any]:
    name = report.before_name
    before = any(bar.change for bar in one.bars)
    heads = [say("Réponse"), say("Part"), say("Intervalle à 95 %"), *([say("Vague précédente")] if before else [])]
    legend = say("Trait fin : intervalle à 95 %. Losange : vague précédente.") if before else say("Trait fin : intervalle à 95 %.")  # fmt: skip
    return {
        "kicker": spoken(say("Résultat {number} sur {all}", number=number, all=len(report.pages))),
        "sentence": spoken(one.sentence), "question": one.question, "base": spoken(one.base),
        "facing": _facing(one.facing, spoken) if one.facing else None,
        "heads": [spoken(head) for head in heads], "bars": [_bar(bar, name, spoken) for bar in one.bars],
        "strong": any(bar.strong for bar in one.bars), "legend": spoken(legend),
        "groups": _groups(one.groups, spoken) if one.groups else None,
        "caution": spoken(say("Avec prudence")), "cautions": " ".join(spoken(told) for told in one.cautions),
    }  # fmt: skip


def _bar(one: Bar, name: str, spoken: Spoken) -> dict[str, Any]:
    return {
        "label": one.label, "share": one.share, "low": one.low, "high": one.high, "strong": one.strong,
        "said": spoken(percents(one.share)),
        "interval": spoken(say("{low} à {high} %", low=points(one.low), high=points(one.high))),
        "before": one.change.before if one.change else None, "change": spoken(one.change.said(name)) if one.change else "",
    }  # fmt: skip


def _facing(two: Facing, spoken: Spoken) -> dict[str, Any]:
    """Declared against measured, each with its base: two boxes, no axis."""
    source = spoken(say("source : {source}", source=two.source))
    return {
        "boxes": [
            (spoken(say("Déclaré")), spoken(percents(two.declared)), spoken(two.declared_base)),
            (spoken(say("Mesuré")), spoken(percents(two.measured)), f"{spoken(two.measured_base)} ({source})"),
        ],
        "apart": spoken(say("Deux bases différentes : ces deux chiffres ne se dessinent pas sur le même axe.")),
    }  # fmt: skip


def _groups(one: Groups, spoken: Spoken) -> dict[str, Any]:
    low, high = _scale(one.groups)
    legend = say(
        "Point : part du groupe, avec son intervalle à 95 %. Ligne : ensemble ({whole} %). Italique et triangle : nettement "
        "au-dessus ou au-dessous des autres. Entre parenthèses : personnes.",
        whole=percent(one.whole),
    )  # fmt: skip
    return {
        "heading": spoken(say("Selon les groupes. {title} : « {answer} »", title=one.title, answer=one.label)),
        "heads": [spoken(say("Personnes")), spoken(say("Part"))], "low": low, "high": high, "whole": one.whole,
        "marks": [spoken(say("nettement plus que les autres")), spoken(say("nettement moins que les autres"))],
        "scale": f"{spoken(percents(low))} – {spoken(percents(high))}", "legend": spoken(legend),
        "blocks": [
            {"title": title, "rows": [_group(group, spoken) for group in one.groups if group.head.variable == name]}
            for name, title in one.variables
        ],
    }  # fmt: skip


def _group(one: Group, spoken: Spoken) -> dict[str, Any]:
    return {
        "label": one.head.label, "base": f"({spoken(count(one.head.base))})", "share": one.share, "low": one.low,
        "high": one.high, "weak": one.head.weak, "mark": one.mark,
        "said": "" if one.share is None else spoken(percents(one.share)),
    }  # fmt: skip


def _changes(rows: Sequence[Change], name: str, spoken: Spoken) -> dict[str, Any]:
    heads = (say("Réponse"), name, say("Maintenant"), say("Écart, en points (intervalle à 95 %)"))
    return {
        "kicker": spoken(say("Deux vagues comparées")), "sentence": spoken(changes_sentence(rows, name)),
        "heads": [spoken(head) for head in heads], "waves": spoken(WAVES),
        "legend": spoken(say("Losange : {name}. Point : cette vague. En gras : écart établi.", name=name)),
        "rows": [
            {
                "label": one.label, "before": one.before, "now": one.now, "mark": one.mark,
                "said": (spoken(percents(one.before)), spoken(percents(one.now)), spoken(_gap(one))),
            }
            for one in rows
        ],
    }  # fmt: skip


def _gap(one: Change) -> str:
    sign = "+" if one.gap >= 0 else "-"
    return say("{sign}{gap} ({low} à {high})", sign=sign, gap=percent(abs(one.gap)), low=points(one.low), high=points(one.high))  # fmt: skip


def _scale(found: Sequence[Group]) -> tuple[float, float]:
    """Tens of percents around every group that is not weak."""
    firm = [one for one in found if one.share is not None and not one.head.weak] or [
        one for one in found if one.share is not None
    ]
    low = math.floor(10 * min((one.low for one in firm), default=0.0)) / 10
    high = math.ceil(10 * max((one.high for one in firm), default=1.0)) / 10
    return low, max(high, low + 0.1)
