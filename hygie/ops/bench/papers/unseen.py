"""More laboratories, drawn after the reader was written: what it does with a layout that nobody showed it.

At first sight, `history_first` was read whole, `cards` at 58 % and `plain_text` at about 60 % (titles in capitals, a line
of history taken for a header): two general faults, mended since.
"""

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
        sheet.text(
            15,
            f"Patient : {'Mme' if said.sex == 'F' else 'M.'} {said.patient}, {'née' if said.sex == 'F' else 'né'} le {shown(said.born)}",
            "Helvetica",
            10,
            y=34,
        )
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
        sheet.text(
            14,
            f"Nom : {said.patient}    Sexe : {said.sex.replace('H', 'M')}    Né(e) le {shown(said.born)}",
            "Serif",
            9,
            y=28,
        )
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
                sheet.text(
                    160,
                    f"({_range(line.interval, ' à ', '≤', '≥')}{' ' + line.unit if len(line.unit) < 8 and line.unit else ''})",
                    "Serif",
                    8,
                )
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
            lines.append(
                f"{line.label[:30]:<31}{mark} {(line.comparator + line.value):>9} {line.unit:<16}{bounds:<20}".rstrip()
            )
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


# --- drawn last, when the reader was finished. At first sight: 235 of 235 rows of the text layers; 219 of 256 rows of the
# scans (85.5 %, none wrong and certain), because of the ruled cells of `boxed`: ruled lines are erased since.


def boxed(seed: int) -> Paper:
    """Ruled cells; the bounds in two columns of their own; flags written out; earlier value with its date below in one cell."""
    said = report(seed + 1100, rows=20)

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(12, "LBM CENTRE-VILLE", "Sans-Bold", 13, y=15)
        sheet.text(12, f"{said.address}   Tél 02 40 00 00 00", "Sans", 8, y=20)
        sheet.text(110, f"{'Madame' if said.sex == 'F' else 'Monsieur'} {said.patient}", "Sans-Bold", 10, y=26)
        sheet.text(110, f"Date de naissance : {shown(said.born)}", "Sans", 8, y=31)
        sheet.text(12, f"Prescription du {said.prescriber}", "Sans", 8, y=31)
        sheet.text(12, f"Échantillon prélevé le {shown(said.sampled)} à 9h05 par le laboratoire", "Sans", 8, y=36)
        sheet.box(12, 42, 198, 48)
        for x, words in ((14, "Examen"), (84, "Résultat"), (106, "Unité"), (136, "Référence"), (168, "Antériorité")):
            sheet.text(x, words, "Sans-Bold", 8, y=46)
        sheet.text(12, f"Page {page} sur 2", "Sans", 7, y=291)

    sheet, truths = Sheet(head, top=54), list[Truth]()
    for title, lines in said.sections:
        sheet.down(1, keep=14)
        sheet.text(14, title, "Sans-Bold", 8.5)
        sheet.down(6)
        for line in lines:
            sheet.box(12, sheet.y - 3.6, 198, sheet.y + 1.8)
            sheet.text(14, line.label, "Sans", 8 if len(line.label) < 34 else 6.8)
            sheet.text(
                98, f"{line.comparator} {line.value}".strip(), "Sans-Bold" if line.flag else "Sans", 8.5, right=True
            )
            if line.flag:
                sheet.text(100, line.flag, "Sans-Bold", 8)
            sheet.text(106, line.unit, "Sans", 7.5)
            sheet.text(136, _range(line.interval, " à ", "<", ">"), "Sans", 8)
            if line.previous:
                on, value = line.previous[0]
                sheet.text(168, f"{value} ({on:%d/%m/%y})", "Sans", 8)
            truths.append(truth(line, said.sampled, previous=1))
            sheet.down(5.4)
    return sheet.paper("boxed", truths)


def sentences(seed: int) -> Paper:
    """A small laboratory's word processor: colon after the name, « N : » before the interval, history in words."""
    said = report(seed + 1300, rows=16)

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(20, "Laboratoire d'analyses médicales du Marché", "Times-Bold", 14, y=18)
        sheet.text(20, said.address, "Times-Roman", 10, y=24)
        sheet.text(
            20,
            f"{said.prescriber} a prescrit ces examens pour {'Mme' if said.sex == 'F' else 'M.'} {said.patient},",
            "Times-Roman",
            11,
            y=36,
        )
        sheet.text(
            20,
            f"{'née' if said.sex == 'F' else 'né'} le {shown(said.born)}. Prélèvement effectué le {shown(said.sampled)}.",
            "Times-Roman",
            11,
            y=41,
        )
        sheet.text(105, f"- {page} -", "Times-Roman", 9, y=288)

    sheet, truths = Sheet(head, top=54), list[Truth]()
    for title, lines in said.sections:
        sheet.down(2, keep=18)
        sheet.text(20, title.capitalize(), "Times-BoldItalic", 12)
        sheet.down(7)
        for line in lines:
            words = f"{line.label} : {line.comparator} {line.value} {line.unit}".replace(":  ", ": ").strip()
            end = sheet.text(24, words, "Times-Roman", 11)
            if line.second:
                end = sheet.text(end + 1.2, f"soit {line.second} {line.second_unit}", "Times-Roman", 11)
            if line.flag:
                end = sheet.text(end + 2, "*", "Times-Bold", 12)
            if line.interval.low or line.interval.high:
                sheet.text(end + 4, f"(N : {_range(line.interval, ' à ', 'inf. à', 'sup. à')})", "Times-Roman", 10)
            truths.append(truth(line, said.sampled, second=True))
            sheet.down(5.6, keep=8)
    return sheet.paper("sentences", truths)


FRESH: Final[Mapping[str, Callable[[int], Paper]]] = MappingProxyType(
    {draw.__name__: draw for draw in (boxed, sentences)}
)
