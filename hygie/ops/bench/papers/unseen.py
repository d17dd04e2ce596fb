"""Three more laboratories, drawn after the reader was written: what it does with a layout that nobody showed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from hygie.ops.bench.papers.layouts import _range
from hygie.ops.bench.papers.reports import report, shown
from hygie.ops.bench.papers.sheet import Paper, Sheet, Truth, truth


def cards(seed: int) -> Paper:
    """Each analyte has its name on a line of its own, its value below, then its reference and its history."""
    said = report(seed + 500, rows=16)

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(15, "BIOMED OUEST", "Helvetica-Bold", 16, y=18)
        sheet.text(15, f"Laboratoire de biologie médicale - {said.address}", "Helvetica", 9, y=24)
        sheet.text(15, f"Patient : {'Mme' if said.sex == 'F' else 'M.'} {said.patient}, {'née' if said.sex == 'F' else 'né'} le {shown(said.born)}", "Helvetica", 10, y=34)
        sheet.text(15, f"Date du prélèvement : {shown(said.sampled)}", "Helvetica", 10, y=39)
        sheet.text(15, f"À la demande du {said.prescriber}", "Helvetica", 10, y=44)
        sheet.text(195, f"{page}", "Helvetica", 8, right=True, y=290)

    sheet, truths = Sheet(head, top=54), list[Truth]()
    for title, lines in said.sections:
        sheet.down(2, keep=22)
        sheet.text(15, title.capitalize(), "Helvetica-Bold", 12)
        sheet.down(7)
        for line in lines:
            sheet.text(20, line.label, "Helvetica-Bold", 10)
            sheet.down(4.8)
            end = sheet.text(28, f"{line.comparator} {line.value} {line.unit}".strip(), "Helvetica", 10)
            if line.flag:
                end = sheet.text(end + 3, {"H": "H", "B": "B"}[line.flag], "Helvetica-Bold", 10)
            if line.second:
                sheet.text(75, f"soit {line.second} {line.second_unit}", "Helvetica", 10)
            if line.interval.low or line.interval.high:
                sheet.text(120, f"VR : {_range(line.interval, ' - ', '<', '>')}", "Helvetica", 9)
            if line.previous:
                on, value = line.previous[0]
                sheet.text(160, f"({value} le {shown(on)})", "Helvetica-Oblique", 9)
            truths.append(truth(line, said.sampled, second=True, previous=1))
            sheet.down(6.5, keep=14)
    return sheet.paper("cards", truths)


def history_first(seed: int) -> Paper:
    """The earlier value stands before today's; the interval comes last, in brackets, with its unit."""
    said = report(seed + 700, rows=24)
    old = said.previous_days[0]

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(105 - 30, said.laboratory, "Serif-Bold", 12, y=16)
        sheet.text(14, f"Nom : {said.patient}    Sexe : {said.sex.replace('H', 'M')}    Né(e) le {shown(said.born)}", "Serif", 9, y=28)
        sheet.text(14, f"Prescripteur : {said.prescriber}    Dossier {said.number}", "Serif", 9, y=33)
        sheet.text(14, f"Prélevé le {shown(said.sampled)} à 7h30    Reçu le {shown(said.sampled)}", "Serif", 9, y=38)
        for x, words in ((14, "Paramètre"), (92, f"{shown(old)}"), (122, "Résultat"), (150, "Intervalle de référence")):
            sheet.text(x, words, "Serif-Bold", 8.5, y=46)
        sheet.text(14, f"Page {page} - Document confidentiel", "Serif", 7, y=290)

    sheet, truths = Sheet(head, top=53), list[Truth]()
    for title, lines in said.sections:
        sheet.down(2, keep=14)
        sheet.text(14, title, "Serif-Bold", 9.5)
        sheet.down(6)
        for line in lines:
            sheet.text(16, line.label, "Serif", 8)
            if line.previous:
                sheet.text(108, line.previous[0][1], "Serif", 8, right=True)
            end = sheet.text(122, f"{line.comparator}{line.value}", "Serif-Bold" if line.flag else "Serif", 8.5)
            sheet.text(end + 1, line.unit, "Serif", 8)
            if line.interval.low or line.interval.high:
                sheet.text(160, f"({_range(line.interval, ' à ', '≤', '≥')}{' ' + line.unit if len(line.unit) < 8 and line.unit else ''})", "Serif", 8)
            truths.append(truth(line, said.sampled, previous=1))
            sheet.down(5)
    return sheet.paper("history_first", truths)


def plain_text(seed: int) -> Paper:
    """Sent as plain text: fixed columns, no letter of another font, the other unit below."""
    said = report(seed + 900, rows=20, per_mm3=bool(seed % 2))
    lines = [
        said.laboratory.upper(), said.address, "",
        f"{'MME' if said.sex == 'F' else 'MR'} {said.patient}  NEE LE {shown(said.born)}" if said.sex == "F" else f"MR {said.patient}  NE LE {shown(said.born)}",
        f"PRESCRIPTEUR : {said.prescriber}", f"PRELEVEMENT DU {shown(said.sampled)} A 08H10   DOSSIER {said.number}", "",
    ]  # fmt: skip
    truths = list[Truth]()
    for title, rows in said.sections:
        lines += ["", f"    {title}", ""]
        for line in rows:
            bounds = f"({_range(line.interval, ' - ', '<', '>')})" if line.interval.low or line.interval.high else ""
            mark = {"": " ", "H": "+", "B": "-"}[line.flag]
            lines.append(f"{line.label[:30]:<31}{mark} {(line.comparator + line.value):>9} {line.unit:<16}{bounds:<20}".rstrip())
            if line.second:
                other = f"({_range(line.second_interval, ' - ', '<', '>')})"
                lines.append(f"{'':<33}{line.second:>9} {line.second_unit:<16}{other}".rstrip())
            if line.previous:
                on, value = line.previous[0]
                lines.append(f"{'':<10}Résultat antérieur du {shown(on)} : {value}")
            truths.append(truth(line, said.sampled, second=True, previous=1))
    lines += ["", f"VALIDE PAR {said.biologist}"]
    return Paper("plain_text", "\n".join(lines).encode(), tuple(truths), 1)


UNSEEN: Final[Mapping[str, Callable[[int], Paper]]] = MappingProxyType(
    {draw.__name__: draw for draw in (cards, history_first, plain_text)}
)
