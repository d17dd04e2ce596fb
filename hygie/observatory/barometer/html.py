"""The report as one HTML file: no script, nothing fetched; a page of paper for each finding.

A mark of significance is italic, a sign, and words for a screen reader. Every drawing stands beside its table. Sentences
go through `spoken`, which a page in another language gives; what people were asked stays French, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hygie.formats.said import say
from hygie.observatory.barometer.findings import Bar, Change, Facing, Group, Groups, Page
from hygie.observatory.barometer.numbers import count, percent, percents, points
from hygie.observatory.barometer.report import MARKS, Report
from hygie.observatory.barometer.tables import ABOVE, SAME, Cell, Head, Table
from hygie.ui import bars as drawings
from hygie.ui.stylesheet import HERE
from hygie.ui.typography import escape

SHEETS: Final = ("tokens", "base", "panel", "table", "disclosure", "notice", "bars", "print")
Spoken = Callable[[str], str]
_READ: Final = {1: say("hausse établie"), -1: say("baisse établie"), 0: say("écart non établi")}
_SIGNS: Final = {
    ABOVE: ("▲", say("nettement plus que les autres")),
    -1: ("▼", say("nettement moins que les autres")),
}


def page(report: Report, spoken: Spoken = str, *, language: str = "fr") -> str:
    """The whole file, in UTF-8."""
    return "".join(_parts(report, spoken, language))


def _parts(report: Report, spoken: Spoken, language: str) -> Iterator[str]:
    about = report.about
    yield (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(spoken(about.title))}</title>\n<style>{_style()}</style>\n</head>\n"
        f'<body class="report">\n<a class="skip" href="#contenu">{escape(spoken(say("Aller au contenu")))}</a>\n'
        '<main class="report-body" id="contenu">\n'
    )
    yield f'<header class="report-head"><h1>{escape(spoken(about.title))}</h1>'
    if about.label:
        yield f'<p class="report-label"><strong>{escape(spoken(about.label))}</strong></p>'
    head = say(
        "{size} réponses. {population}. Recueil : {fieldwork}. Rapport du {made}.",
        size=count(report.size), population=report.population, fieldwork=about.fieldwork, made=about.made,
    )  # fmt: skip
    yield f'<p>{escape(spoken(head))}</p><nav aria-label="{escape(spoken(say("Sommaire")))}"><ol>'
    for one in report.pages:
        yield f'<li><a href="#{escape(one.id)}">{escape(spoken(one.sentence))}</a></li>'
    last: list[tuple[str, str]] = [("tableaux", say("Tous les tableaux")), ("methode", say("Méthode"))]
    if report.changes:
        last.insert(0, ("vagues", changes_sentence(report.changes, report.before_name)))
    yield "".join(f'<li><a href="#{name}">{escape(spoken(words))}</a></li>' for name, words in last)
    yield "</ol></nav></header>\n"
    for one in report.pages:
        yield finding(one, spoken, label=about.label)
    if report.changes:
        yield changes(report.changes, report.before_name, spoken, label=about.label)
    if report.verbatims:
        yield from _verbatims(report, spoken)
    in_brackets = say("Entre parenthèses : le nombre de personnes.")
    yield (
        f'<section id="tableaux"><h2>{escape(spoken(say("Tous les tableaux")))}</h2>'
        f"<p>{escape(spoken(MARKS))} {escape(spoken(in_brackets))}</p>"
    )
    for table in report.tables:
        summary = f'<summary lang="fr">{escape(table.title)}</summary>'
        yield f"<details>{summary}{full_table(table, spoken)}</details>\n"
    yield f'</section>\n<section id="methode" class="report-page"><h2>{escape(spoken(say("Méthode")))}</h2>'
    for title, sentences in report.method:
        said = "".join(f"<li>{escape(spoken(one))}</li>" for one in sentences)
        yield f"<h3>{escape(spoken(title))}</h3><ul>{said}</ul>"
    yield "</section>\n</main>\n</body>\n</html>\n"


def finding(one: Page, spoken: Spoken = str, *, label: str = "", elsewhere: str | None = None, level: int = 2) -> str:
    """One finding: sentence, drawing, figures, groups, base, cautions.

    elsewhere: HTML that stands in for the groups (a way to them). level: of its heading.
    """
    parts = [f'<section class="report-page" id="{escape(one.id)}"><h{level}>{escape(spoken(one.sentence))}</h{level}>']
    parts.append(f'<p class="muted" lang="fr">« {escape(one.question)} »</p>')
    if one.facing:
        parts.append(facing(one.facing, spoken))
    parts += [bars(one.bars, spoken), short_table(one, spoken)]
    if one.groups:
        parts.append(groups(one.groups, spoken, opened=level == 1) if elsewhere is None else elsewhere)
    parts.append(f'<p class="small muted">{escape(spoken(one.base))}</p>')
    if one.cautions:
        said = "".join(f"<li>{escape(spoken(told))}</li>" for told in one.cautions)
        warned = escape(spoken(say("Avec prudence")))
        parts.append(f'<div class="caution"><strong>{warned}</strong><ul>{said}</ul></div>')
    return "".join([*parts, _foot(label, spoken), "</section>\n"])


def bars(rows: Sequence[Bar], spoken: Spoken = str) -> str:
    """Bars from 0 to 100 %; the table says the same."""
    drawn = [
        drawings.Bar(
            one.label, one.share, spoken(percents(one.share)), one.low, one.high,
            before=one.change.before if one.change else None, strong=one.strong,
        )
        for one in rows
    ]  # fmt: skip
    before = any(one.change for one in rows)
    legend = (
        say("Trait fin : intervalle à 95 %. Losange : vague précédente.")
        if before
        else say("Trait fin : intervalle à 95 %.")
    )
    return drawings.shares(drawn, legend=spoken(legend))


def facing(two: Facing, spoken: Spoken = str) -> str:
    """Two figures of different bases, side by side; why they share no axis is said."""
    apart = say("Deux bases différentes : ces deux chiffres ne se dessinent pas sur le même axe.")
    source = spoken(say("source : {source}", source=two.source))
    return (
        f'<dl class="facing"><div><dt>{escape(spoken(say("Déclaré")))}</dt><dd>'
        f"<strong>{escape(spoken(percents(two.declared)))}</strong> {escape(spoken(two.declared_base))}</dd></div>"
        f"<div><dt>{escape(spoken(say('Mesuré')))}</dt><dd><strong>{escape(spoken(percents(two.measured)))}</strong> "
        f"{escape(spoken(two.measured_base))} ({escape(source)})</dd></div></dl>"
        f'<p class="small muted">{escape(spoken(apart))}</p>'
    )


def short_table(one: Page, spoken: Spoken = str) -> str:
    """The figures of the drawing: share and interval."""
    share, interval, answer = (spoken(said) for said in (say("Part"), say("Intervalle à 95 %"), say("Réponse")))
    rows = "".join(
        f'<tr><th scope="row" lang="fr">{escape(bar.label)}</th>'
        f'<td class="number" data-label="{escape(share)}">{escape(spoken(percents(bar.share)))}</td>'
        f'<td class="number" data-label="{escape(interval)}">{escape(spoken(_interval(bar.low, bar.high)))}</td></tr>'
        for bar in one.bars
    )
    size = spoken(say("en % ({size} personnes)", size=count(one.table.size)))
    caption = f'<span lang="fr">{escape(one.table.title)}</span>, {escape(size)}'
    return _table(caption, (answer, share, interval), rows)


def groups(one: Groups, spoken: Spoken = str, *, opened: bool = False) -> str:
    """One answer by sex, age, work, region, town: share, mark, interval, base."""
    share, interval, base = (spoken(said) for said in (say("Part"), say("Intervalle à 95 %"), say("Personnes")))
    rows = []
    for name, title in one.variables:
        inside = [group for group in one.groups if group.head.variable == name]
        rows.append(f'<tr data-sum><th scope="rowgroup" colspan="4" lang="fr">{escape(title)}</th></tr>')
        rows += [_group(group, (share, interval, base), spoken) for group in inside]
    summary = spoken(say("Selon les groupes"))
    caption = f'<span lang="fr">{escape(one.title)} : « {escape(one.label)} »</span>. {escape(spoken(MARKS))}'
    table = _table(caption, (spoken(say("Groupe")), share, interval, base), "".join(rows))
    return f"<details{' open' if opened else ''}><summary>{escape(summary)}</summary>{table}</details>"


def _group(one: Group, labels: tuple[str, str, str], spoken: Spoken) -> str:
    weak = f' <span class="weak">{escape(spoken(say("moins de 30 : rien à conclure")))}</span>' if one.head.weak else ""
    share, interval, base = labels
    said = cell(Cell(one.share, one.low, one.high, one.mark), spoken, label=share)
    between = "–" if one.share is None else escape(spoken(_interval(one.low, one.high)))
    return (
        f'<tr><th scope="row"><span lang="fr">{escape(one.head.label)}</span>{weak}</th>{said}'
        f'<td class="number" data-label="{escape(interval)}">{between}</td>'
        f'<td class="number" data-label="{escape(base)}">{escape(spoken(count(one.head.base)))}</td></tr>'
    )


def changes_sentence(found: Sequence[Change], name: str) -> str:
    """What two waves say together, in one sentence."""
    up, down = sum(one.mark > 0 for one in found), sum(one.mark < 0 for one in found)
    if up == len(found):
        return say("Depuis {name}, les {n} usages comparés ont tous nettement augmenté.", name=name, n=up)
    if not up and not down:
        return say("Depuis {name}, aucun des {n} usages comparés n’a nettement changé.", name=name, n=len(found))
    return say(
        "Depuis {name}, sur {n} usages comparés, {up} ont nettement augmenté et {down} nettement baissé.",
        name=name, n=len(found), up=up, down=down,
    )  # fmt: skip


def changes(found: Sequence[Change], name: str, spoken: Spoken = str, *, label: str = "") -> str:
    """Two waves compared: shares, the gap with its interval, and whether it is established."""
    drawn = [
        drawings.Bar(one.label, one.now, spoken(percents(one.now)), before=one.before) for one in found
    ]  # a diamond for the earlier wave
    words = (
        say("Réponse"), name, say("Maintenant"), say("Écart, en points"), say("Intervalle à 95 %"), say("Lecture"),
    )  # fmt: skip
    heads = tuple(spoken(one) for one in words)
    rows = []
    for one in found:
        said = (percents(one.before), percents(one.now), _gap(one), _between(one.low, one.high))
        numbers = "".join(
            f'<td class="number" data-label="{escape(head)}">{escape(spoken(value))}</td>'
            for head, value in zip(heads[1:5], said, strict=True)
        )
        rows.append(
            f'<tr><th scope="row" lang="fr">{escape(one.label)}</th>{numbers}'
            f'<td data-label="{escape(heads[5])}">{escape(spoken(_READ[one.mark]))}</td></tr>'
        )
    legend = spoken(say("Losange : {name}.", name=name))
    return (
        f'<section class="report-page" id="vagues"><h2>{escape(spoken(changes_sentence(found, name)))}</h2>'
        f"{drawings.shares(drawn, legend=legend)}{_table(escape(spoken(say('Deux vagues comparées'))), heads, ''.join(rows))}"
        f"{_foot(label, spoken)}</section>\n"
    )


def _table(caption: str, heads: Sequence[str], rows: str) -> str:
    """caption: as HTML. The first column is words, the four after it are numbers."""
    kinds = ("", *(' class="number"',) * 4, "")
    head = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for kind, name in zip(kinds, heads, strict=False))
    return (
        f'<div class="table" data-cards><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def full_table(table: Table, spoken: Spoken = str) -> str:
    """Everyone, then every group, marks and bases printed."""
    cells = "".join(
        f'<th scope="col"><span lang="fr">{escape(head.label)}</span>{_base(head, spoken)}</th>' for head in table.heads
    )
    rows = "".join(
        f'<tr{" data-sum" if row.sum else ""}><th scope="row" lang="fr">{escape(row.label)}</th>'
        f"{''.join(cell(one, spoken) for one in row.cells)}</tr>"
        for row in table.rows
    )
    asked = say("Question posée à {whom}.", whom=table.base) if table.base else say("Question posée à tous.")
    return (
        f'<div class="table wide" tabindex="0" role="group" aria-label="{escape(table.title)}"><table>'
        f'<caption><span lang="fr">{escape(table.text)}</span> ({escape(spoken(asked))})</caption>'
        f'<thead><tr><th scope="col">{escape(spoken(say("Réponse")))}</th>{cells}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _base(head: Head, spoken: Spoken) -> str:
    weak = f' <span class="weak">{escape(spoken(say("moins de 30 : rien à conclure")))}</span>' if head.weak else ""
    return f' <span class="base">({escape(spoken(count(head.base)))})</span>{weak}'


def cell(one: Cell, spoken: Spoken = str, *, label: str = "") -> str:
    """A percentage; where the group differs, italic, with a sign that is also said. label: of the column, on a phone."""
    labelled = f' data-label="{escape(label)}"' if label else ""
    if one.share is None:
        return f'<td class="number"{labelled}>–</td>'
    share = escape(spoken(percents(one.share))) if label else percent(one.share)
    if one.mark == SAME:
        return f'<td class="number"{labelled}>{share}</td>'
    sign, said = _SIGNS[one.mark]
    return (
        f'<td class="number"{labelled}><em>{share} <span aria-hidden="true">{sign}</span>'
        f'<span class="visually-hidden"> {escape(spoken(said))}</span></em></td>'
    )


def _interval(low: float, high: float) -> str:
    return say("{low} à {high} %", low=points(low), high=points(high))


def _between(low: float, high: float) -> str:
    return say("{low} à {high}", low=points(low), high=points(high))


def _gap(one: Change) -> str:
    return f"{'+' if one.gap >= 0 else '-'}{percent(abs(one.gap))}"


def _foot(label: str, spoken: Spoken) -> str:
    return f'<p class="small muted report-foot">{escape(spoken(label))}</p>' if label else ""


def _verbatims(report: Report, spoken: Spoken) -> Iterator[str]:
    chosen = say("Choisies pour ce qu’elles font comprendre. Elles ne sont ni comptées ni représentatives.")
    yield (
        f'<section class="report-page" id="paroles"><h2>{escape(spoken(say("Paroles")))}</h2>'
        f"<p>{escape(spoken(chosen))}</p>"
    )
    for theme, words in report.verbatims:
        said = f"<blockquote>{escape(words)}</blockquote><figcaption>{escape(theme)}</figcaption>"
        yield f'<figure class="verbatim" lang="fr">{said}</figure>'
    yield "</section>\n"


def _style() -> str:
    sheets = "\n".join((HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    return re.sub(r"@font-face \{[^}]*\}\n*", "", sheets)  # nothing is fetched: the reader's own fonts
