"""The report as one HTML file: no script, nothing fetched; a page of paper for each finding.

A mark of significance is italic, a sign, and words for a screen reader. Every drawing stands beside its table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape as escaped
from typing import Final

from hygie.observatory.barometer.findings import Bar, Facing, Page, percent, points
from hygie.observatory.barometer.report import MARKS, Report
from hygie.observatory.barometer.tables import ABOVE, SAME, Cell, Head, Table
from hygie.ui.stylesheet import HERE

SHEETS: Final = ("tokens", "base", "panel", "table", "disclosure", "notice", "bars", "print")
_SIGNS: Final = {ABOVE: ("▲", "nettement plus que les autres"), -1: ("▼", "nettement moins que les autres")}


def escape(words: str) -> str:
    """As HTML, in French typography: a percent, a colon and a question mark never begin a line."""
    return re.sub(r" (?=[%:;?!»])|(?<=«) ", "\u00a0", escaped(words))


def page(report: Report) -> str:
    """The whole file, in UTF-8."""
    return "".join(_parts(report))


def _parts(report: Report) -> Iterator[str]:
    about = report.about
    yield (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(about.title)}</title>\n<style>{_style()}</style>\n</head>\n"
        '<body class="report">\n<a class="skip" href="#contenu">Aller au contenu</a>\n<main class="report-body" id="contenu">\n'
    )
    yield f'<header class="report-head"><h1>{escape(about.title)}</h1>'
    if about.label:
        yield f'<p class="report-label"><strong>{escape(about.label)}</strong></p>'
    yield (
        f"<p>{report.size} réponses. {escape(report.population)}. Recueil : {escape(about.fieldwork)}. "
        f"Rapport du {escape(about.made)}.</p>"
        '<nav aria-label="Sommaire"><ol>'
    )
    for one in report.pages:
        yield f'<li><a href="#{escape(one.id)}">{escape(one.sentence)}</a></li>'
    yield '<li><a href="#tableaux">Tous les tableaux</a></li><li><a href="#methode">Méthode</a></li></ol></nav></header>\n'
    for one in report.pages:
        yield finding(one, label=about.label)
    if report.verbatims:
        yield from _verbatims(report)
    yield f'<section id="tableaux"><h2>Tous les tableaux</h2><p>{escape(MARKS)} Entre parenthèses : le nombre de personnes.</p>'
    for table in report.tables:
        yield f"<details><summary>{escape(table.title)}</summary>{full_table(table)}</details>\n"
    yield '</section>\n<section id="methode" class="report-page"><h2>Méthode</h2>'
    for title, sentences in report.method:
        yield f"<h3>{escape(title)}</h3><ul>" + "".join(f"<li>{escape(one)}</li>" for one in sentences) + "</ul>"
    yield "</section>\n</main>\n</body>\n</html>\n"


def finding(one: Page, *, label: str = "") -> str:
    """One finding: sentence, drawing, figures, base, cautions."""
    parts = [f'<section class="report-page" id="{escape(one.id)}"><h2>{escape(one.sentence)}</h2>']
    parts.append(f'<p class="muted">« {escape(one.question)} »</p>')
    if one.facing:
        parts.append(facing(one.facing))
    parts += [bars(one.bars), short_table(one), f'<p class="small muted">{escape(one.base)}</p>']
    if one.cautions:
        said = "".join(f"<li>{escape(told)}</li>" for told in one.cautions)
        parts.append(f'<div class="caution"><strong>Avec prudence</strong><ul>{said}</ul></div>')
    if label:
        parts.append(f'<p class="small muted report-foot">{escape(label)}</p>')
    parts.append("</section>\n")
    return "".join(parts)


def bars(rows: tuple[Bar, ...]) -> str:
    """Horizontal bars from 0 to 100 %; the thin line is the interval, the diamond the earlier wave. Hidden from screen
    readers: the table says the same."""
    before = any(one.before is not None for one in rows)
    legend = '<p class="bars-legend small muted">Trait fin : intervalle à 95 %.' + (
        " Losange : vague précédente." if before else ""
    )
    return f'<div class="bars" aria-hidden="true">{"".join(map(_bar, rows))}{legend}</p></div>'


def _bar(one: Bar) -> str:
    mark = ""
    if one.before is not None:
        mark = f'<svg class="bar-before" x="{_x(one.before)}" y="12" overflow="visible"><path d="M0-6L6 0L0 6L-6 0Z"/></svg>'
    return (
        f'<div class="bar"{" data-strong" if one.strong else ""}><span class="bar-label">{escape(one.label)}</span>'
        '<svg class="bar-drawing" width="100%" height="24" focusable="false">'
        f'<rect class="bar-ground" width="100%" height="16" y="4" rx="3"/>'
        f'<rect class="bar-share" width="{_x(one.share)}" height="16" y="4" rx="3"/>'
        f'<line class="bar-halo" x1="{_x(one.low)}" x2="{_x(one.high)}" y1="12" y2="12"/>'
        f'<line class="bar-interval" x1="{_x(one.low)}" x2="{_x(one.high)}" y1="12" y2="12"/>{mark}</svg>'
        f'<span class="bar-value">{percent(one.share)} %</span></div>'
    )


def _x(share: float) -> str:
    return f"{100 * share:.2f}%"


def facing(two: Facing) -> str:
    """Two figures of different bases, side by side; why they share no axis is said."""
    return (
        '<dl class="facing">'
        f"<div><dt>Déclaré</dt><dd><strong>{percent(two.declared)} %</strong> {escape(two.declared_base)}</dd></div>"
        f"<div><dt>Mesuré</dt><dd><strong>{percent(two.measured)} %</strong> {escape(two.measured_base)} "
        f"(source : {escape(two.source)})</dd></div></dl>"
        '<p class="small muted">Deux bases différentes : ces deux chiffres ne se dessinent pas sur le même axe.</p>'
    )


def short_table(one: Page) -> str:
    """The figures of the drawing: share, interval, and the earlier wave when there is one."""
    before = any(bar.told for bar in one.bars)
    heads = ["Réponse", "Part", "Intervalle à 95 %", *(["Vague précédente"] if before else [])]
    rows = []
    for bar in one.bars:
        cells = [
            f'<th scope="row">{escape(bar.label)}</th><td class="number" data-label="Part">{percent(bar.share)} %</td>'
            f'<td class="number" data-label="Intervalle à 95 %">{points(bar.low)} à {points(bar.high)} %</td>'
        ]
        if before:
            cells.append(f'<td data-label="Vague précédente">{escape(bar.told)}</td>' if bar.told else "<td></td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(f'<th scope="col"{_number(i)}>{name}</th>' for i, name in enumerate(heads))
    return (
        f'<div class="table" data-cards><table><caption>{escape(one.table.title)}, en % ({one.table.size} personnes)'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(place: int) -> str:
    return ' class="number"' if place in (1, 2) else ""


def full_table(table: Table) -> str:
    """Everyone, then every group, marks and bases printed."""
    groups: list[tuple[str, int]] = []
    for head in table.heads:
        if groups and groups[-1][0] == head.variable:
            groups[-1] = (head.variable, groups[-1][1] + 1)
        else:
            groups.append((head.variable, 1))
    cells = "".join(f'<th scope="col">{escape(head.label)}{_base(head)}</th>' for head in table.heads)
    rows = "".join(
        f'<tr{" data-sum" if row.sum else ""}><th scope="row">{escape(row.label)}</th>{"".join(map(cell, row.cells))}</tr>'
        for row in table.rows
    )
    asked = f"à {table.base}" if table.base else "à tous"
    return (
        f'<div class="table wide" tabindex="0" role="group" aria-label="{escape(table.title)}"><table><caption>{escape(table.text)} (Question posée {escape(asked)}.)</caption>'
        f'<thead><tr><th scope="col">Réponse</th>{cells}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _base(head: Head) -> str:
    weak = ' <span class="weak">moins de 30 : rien à conclure</span>' if head.weak else ""
    return f' <span class="base">({head.base})</span>{weak}'


def cell(one: Cell) -> str:
    """A percentage; where the group differs, italic, with a sign that is also said."""
    if one.share is None:
        return '<td class="number">–</td>'
    if one.mark == SAME:
        return f'<td class="number">{percent(one.share)}</td>'
    sign, said = _SIGNS[one.mark]
    return (
        f'<td class="number"><em>{percent(one.share)} <span aria-hidden="true">{sign}</span>'
        f'<span class="visually-hidden"> {said}</span></em></td>'
    )


def _verbatims(report: Report) -> Iterator[str]:
    yield (
        '<section class="report-page" id="paroles"><h2>Paroles</h2><p>Choisies pour ce qu’elles font comprendre. '
        "Elles ne sont ni comptées ni représentatives.</p>"
    )
    for theme, words in report.verbatims:
        yield f'<figure class="verbatim"><blockquote>{escape(words)}</blockquote><figcaption>{escape(theme)}</figcaption></figure>'
    yield "</section>\n"


def _style() -> str:
    sheets = "\n".join((HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    return re.sub(r"@font-face \{[^}]*\}\n*", "", sheets)  # nothing is fetched: the reader's own fonts
