"""Six laboratories and how each of them sets out its reports. The reader was written looking at these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from hygie.ops.bench.papers.reports import Interval, Line, Report, report, shown
from hygie.ops.bench.papers.sheet import Paper, Sheet, Truth, truth


def columns(seed: int) -> Paper:
    """Five columns, a star before what is outside, the earlier value under its date in the header."""
    said = report(seed)
    old = said.previous_days[0]

    def head(sheet: Sheet, page: int) -> None:
        for at, words in enumerate(
            (said.laboratory, said.address, "Tél. 01 42 00 00 00", f"Biologiste : {said.biologist}")
        ):
            sheet.text(12, words, "Helvetica-Bold" if at == 0 else "Helvetica", 12 if at == 0 else 9, y=15 + 5 * at)
        who = f"{'Mme' if said.sex == 'F' else 'M.'} {said.patient}"
        sheet.text(120, who, "Helvetica-Bold", 10, y=20)
        sheet.text(
            120,
            f"{'Née' if said.sex == 'F' else 'Né'} le {shown(said.born)}   Sexe : {said.sex.replace('H', 'M')}",
            "Helvetica",
            9,
            y=25,
        )
        sheet.text(120, f"Prescripteur : {said.prescriber}", "Helvetica", 9, y=30)
        sheet.text(
            12,
            f"Dossier n° {said.number} - Prélevé le {shown(said.sampled)} à 08h15 - Édité le {shown(said.sampled)}",
            "Helvetica",
            9,
            y=42,
        )
        sheet.box(12, 46, 198, 52)
        for x, words, right in (
            (14, "Analyse", False),
            (98, "Résultat", True),
            (102, "Unité", False),
            (128, "Valeurs de référence", False),
            (194, shown(old), True),
        ):
            sheet.text(x, words, "Helvetica-Bold", 9, right=right, y=50.3)
        sheet.text(194, f"Page {page}", "Helvetica", 8, right=True, y=288)
        sheet.text(
            12,
            "Seul le compte rendu validé par le biologiste fait foi. Accréditation COFRAC n° 8-1234, portée sur www.example.fr",
            "Helvetica",
            7,
            y=288,
        )

    sheet, truths = Sheet(head, top=58), list[Truth]()
    for title, lines in said.sections:
        sheet.down(2, keep=14)
        sheet.centred(105, title, "Helvetica-Bold", 11)
        sheet.down(7)
        for line in lines:
            sheet.text(14, line.label, "Helvetica", 9.5)
            sheet.text(
                98,
                line.comparator + (" " if line.comparator else "") + line.value,
                "Helvetica-Bold" if line.flag else "Helvetica",
                9.5,
                right=True,
            )
            if line.flag:
                sheet.text(76, "*", "Helvetica-Bold", 10)
            sheet.text(102, line.unit, "Helvetica", 9.5)
            sheet.text(128, _range(line.interval, " - ", "<", ">"), "Helvetica", 9.5)
            if line.previous:
                sheet.text(194, line.previous[0][1], "Helvetica", 9.5, right=True)
            truths.append(truth(line, said.sampled, previous=1))
            sheet.down(5)
    sheet.down(6)
    sheet.text(12, f"Validé par {said.biologist}, biologiste médical", "Helvetica", 9)
    return sheet.paper("columns", truths)


def leaders(seed: int) -> Paper:
    """A typewriter with dots to the value, the other unit on the next line (« soit »), history at the end of the row."""
    said = report(seed, rows=22)

    def head(sheet: Sheet, page: int) -> None:
        for at, words in enumerate((
            said.laboratory.upper(), said.address, "",
            f"Patient : {said.patient}   Sexe : {'Féminin' if said.sex == 'F' else 'Masculin'}   Date de naissance : {shown(said.born)}",
            f"Médecin prescripteur : {said.prescriber}",
            f"Date de prélèvement : {shown(said.sampled)}    Dossier : {said.number}    Page : {page}/2",
        )):  # fmt: skip
            sheet.text(12, words, "Courier", 9, y=14 + 4.5 * at)
        sheet.text(118, "Valeurs usuelles", "Courier-Bold", 8.5, y=45)
        sheet.text(162, "Antériorités", "Courier-Bold", 8.5, y=45)

    sheet, truths = Sheet(head, top=52), list[Truth]()
    for title, lines in said.sections:
        sheet.down(3, keep=16)
        sheet.text(12, title, "Courier-Bold", 10)
        sheet.rule(right=90)
        sheet.down(6)
        for line in lines:
            name = line.label[:33] + " "
            sheet.text(12, name + "." * (36 - len(name)) + ":", "Courier", 8.5)
            sheet.text(81, f"{line.comparator}{line.value} {line.unit}".strip(), "Courier-Bold", 8.5)
            if line.interval.low or line.interval.high:
                sheet.text(118, f"({_range(line.interval, ' à ', 'inférieur à', 'supérieur à')})", "Courier", 8.5)
            if line.previous:
                on, value = line.previous[0]
                sheet.text(162, f"{shown(on)}: {value}", "Courier", 8.5)
            if line.second:
                sheet.down(4)
                sheet.text(75, f"soit {line.second} {line.second_unit}", "Courier", 8.5)
                sheet.text(
                    118, f"({_range(line.second_interval, ' à ', 'inférieur à', 'supérieur à')})", "Courier", 8.5
                )
            elif line.method:
                sheet.down(4)
                sheet.text(14, line.method, "Courier", 7)
            truths.append(truth(line, said.sampled, second=True, previous=1))
            sheet.down(5, keep=9)
    sheet.down(4)
    sheet.text(12, f"Résultats validés par {said.biologist}", "Courier", 9)
    return sheet.paper("leaders", truths)


def two_units(seed: int) -> Paper:
    """Mass and molar values side by side, each with its interval, two earlier reports on the right."""
    said = report(seed, rows=24)
    newer, older = said.previous_days

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(105 - 40, said.laboratory, "Times-Bold", 14, y=16)
        sheet.text(65, said.address, "Times-Roman", 10, y=21)
        sheet.text(
            12,
            f"{'Madame' if said.sex == 'F' else 'Monsieur'} {said.patient} né(e) le {shown(said.born)}",
            "Times-Bold",
            11,
            y=32,
        )
        sheet.text(
            12,
            f"Demande {said.number} du {shown(said.sampled)}, prescrite par {said.prescriber}",
            "Times-Roman",
            10,
            y=37,
        )
        sheet.text(12, f"Prélèvement du {shown(said.sampled)} à 7 h 50 au laboratoire", "Times-Roman", 10, y=42)
        for x, words in (
            (12, "Examens"),
            (64, "Résultats"),
            (92, "Intervalle de réf."),
            (120, "Résultats S.I."),
            (148, "Intervalle de réf."),
        ):
            sheet.text(x, words, "Times-Bold", 9, y=50)
        sheet.text(172, "Antériorités", "Times-Bold", 9, y=47)
        sheet.text(172, f"{newer:%d/%m/%y}", "Times-Roman", 8, y=51)
        sheet.text(187, f"{older:%d/%m/%y}", "Times-Roman", 8, y=51)
        sheet.text(100, f"{page}", "Times-Roman", 8, y=290)

    sheet, truths = Sheet(head, top=57), list[Truth]()
    for title, lines in said.sections:
        sheet.down(2, keep=14)
        sheet.text(12, title.title(), "Times-BoldItalic", 12)
        sheet.rule()
        sheet.down(6.5)
        for line in lines:
            sheet.text(12, line.label, "Times-Roman", 9 if len(line.label) < 34 else 8)
            sheet.text(
                64,
                f"{line.comparator} {line.value} {line.unit}".strip(),
                "Times-Bold" if line.flag else "Times-Roman",
                9,
            )
            sheet.text(92, _range(line.interval, "–", "<", ">"), "Times-Roman", 9)
            if line.second:
                sheet.text(120, f"{line.second} {line.second_unit}", "Times-Roman", 9)
                sheet.text(148, _range(line.second_interval, "–", "<", ">"), "Times-Roman", 9)
            for x, (_, value) in zip((172, 187), line.previous, strict=False):
                sheet.text(x, value, "Times-Italic", 9)
            truths.append(truth(line, said.sampled, second=True, previous=2))
            sheet.down(5)
    return sheet.paper("two_units", truths)


def flags(seed: int) -> Paper:
    """Letters H and B after the value, intervals in brackets, the other unit in small type below, grey section bands."""
    said = report(seed, rows=24)

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(12, said.laboratory, "Sans-Bold", 13, y=15)
        sheet.text(12, f"{said.address} - Biologistes : {said.biologist}", "Sans", 8, y=20)
        sheet.box(110, 24, 198, 44)
        sheet.text(113, f"{said.patient}", "Sans-Bold", 10, y=30)
        sheet.text(113, f"DDN : {shown(said.born)}  Sexe : {said.sex.replace('H', 'M')}", "Sans", 8, y=35)
        sheet.text(113, f"Dossier {said.number}", "Sans", 8, y=40)
        sheet.text(12, f"Prélevé le : {shown(said.sampled)} 08:05", "Sans", 8, y=30)
        sheet.text(12, f"Prescrit par : {said.prescriber}", "Sans", 8, y=35)
        sheet.text(12, "Compte rendu d'examens de biologie médicale", "Sans-Bold", 9, y=42)
        sheet.text(150, f"Page {page}", "Sans", 7, y=290)

    sheet, truths = Sheet(head, top=52), list[Truth]()
    for title, lines in said.sections:
        sheet.down(1, keep=18)
        sheet.box(12, sheet.y - 4, 198, sheet.y + 1.5, grey=0.85)
        sheet.text(14, title, "Sans-Bold", 9)
        sheet.text(196, "Normales", "Sans", 7, right=True)
        sheet.down(7)
        for line in lines:
            sheet.text(14, line.label, "Sans", 8.5)
            end = sheet.text(95, f"{line.comparator}{line.value}", "Sans-Bold", 9)
            if line.flag:
                sheet.text(end + 2, line.flag, "Sans-Bold", 8)
            sheet.text(122, line.unit, "Sans", 8.5)
            if line.interval.low or line.interval.high:
                sheet.text(196, f"[{_range(line.interval, ' - ', '<', '>')}]", "Sans", 8.5, right=True)
            if line.second:
                sheet.down(4)
                sheet.text(95, line.second, "Sans", 7.5)
                sheet.text(122, line.second_unit, "Sans", 7.5)
                sheet.text(196, f"[{_range(line.second_interval, ' - ', '<', '>')}]", "Sans", 7.5, right=True)
            if line.previous:
                sheet.down(3.6)
                on, value = line.previous[0]
                sheet.text(20, f"Antériorité du {shown(on)} : {value} {line.unit}", "Sans", 7)
            truths.append(truth(line, said.sampled, second=True, previous=1))
            sheet.down(5.2, keep=12)
    sheet.down(3)
    sheet.text(12, "(*) Résultat rendu sous réserve : sérum hémolysé.", "Sans", 8)
    return sheet.paper("flags", truths)


def both_sexes(seed: int) -> Paper:
    """Bounds in words, an interval for men and one for women, arrows, references below the row."""
    said = report(seed, rows=22)

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(12, "SELAS BIO-RIVES", "Narrow-Bold", 14, y=16)
        sheet.text(12, f"{said.laboratory}, {said.address}", "Narrow", 10, y=22)
        sheet.text(120, f"{'MME' if said.sex == 'F' else 'MR'} {said.patient}", "Narrow-Bold", 11, y=30)
        sheet.text(
            120, f"née le {shown(said.born)}" if said.sex == "F" else f"né le {shown(said.born)}", "Narrow", 10, y=35
        )
        sheet.text(12, f"Examen prélevé le {shown(said.sampled)} par nos soins", "Narrow", 10, y=36)
        sheet.text(12, f"Demandé par : {said.prescriber}", "Narrow", 10, y=41)
        sheet.text(180, f"{page}", "Narrow", 9, y=290)

    sheet, truths = Sheet(head, top=52), list[Truth]()
    for title, lines in said.sections:
        sheet.down(2, keep=16)
        sheet.text(12, f"- {title} -", "Narrow-Bold", 12)
        sheet.down(7)
        for line in lines:
            sheet.text(16, line.label, "Narrow-Bold", 10.5)
            end = sheet.text(100, f"{line.comparator} {line.value} {line.unit}".strip(), "Narrow", 10.5)
            if line.flag:
                sheet.text(end + 2, {"H": "↑", "B": "↓"}[line.flag], "Sans", 9)
            if line.other_sex:
                mine, other = (
                    _range(line.interval, " à ", "Inf. à", "Sup. à"),
                    _range(line.other_sex, " à ", "Inf. à", "Sup. à"),
                )
                men, women = (mine, other) if said.sex == "H" else (other, mine)
                sheet.down(4.5)
                sheet.text(20, f"Valeurs de référence : Hommes {men} / Femmes {women}", "Narrow", 9)
            elif line.interval.low or line.interval.high:
                sheet.text(150, _range(line.interval, " à ", "Inf. à", "Sup. à"), "Narrow", 10)
            truths.append(truth(line, said.sampled))
            sheet.down(5.4, keep=11)
    return sheet.paper("both_sexes", truths)


def thousands(seed: int) -> Paper:
    """Cells per mm³ with spaced thousands, percentages beside them, the earlier value and its date in brackets."""
    said = report(seed, rows=24, per_mm3=True)

    def head(sheet: Sheet, page: int) -> None:
        sheet.text(198, said.laboratory, "Serif-Bold", 12, right=True, y=15)
        sheet.text(198, said.address, "Serif", 8, right=True, y=20)
        sheet.text(12, f"Patient(e) : {said.patient} ({said.sex})", "Serif", 9, y=26)
        sheet.text(12, f"Né(e) le : {shown(said.born)}", "Serif", 9, y=31)
        sheet.text(12, f"Prescripteur : {said.prescriber}", "Serif", 9, y=36)
        sheet.text(
            12,
            f"Date du prélèvement : {shown(said.sampled)} 07:40   Enregistré le {shown(said.sampled)}",
            "Serif",
            9,
            y=41,
        )
        for x, words in ((12, "ANALYSE"), (82, "RESULTAT"), (122, "NORMES"), (162, "ANTERIEUR")):
            sheet.text(x, words, "Serif-Bold", 8, y=49)
        sheet.text(100, f"page {page}", "Serif", 7, y=291)

    sheet, truths = Sheet(head, top=56), list[Truth]()
    counts = {
        "neutrophiles": "55,2",
        "eosinophiles": "2,1",
        "basophiles": "0,4",
        "lymphocytes": "33,0",
        "monocytes": "7,3",
    }
    for title, lines in said.sections:
        sheet.down(2, keep=14)
        sheet.text(12, title, "Serif-Bold", 10)
        sheet.rule(right=60)
        sheet.down(6)
        for line in lines:
            sheet.text(12, line.label, "Serif", 8)
            if line.analyte.id in counts:
                sheet.text(66, f"{counts[line.analyte.id]} %", "Serif", 8)
            end = sheet.text(
                82, f"{line.comparator}{line.value} {line.unit}".strip(), "Serif-Bold" if line.flag else "Serif", 8
            )
            if line.flag:
                sheet.text(end + 1.5, "+" if line.flag == "H" else "-", "Serif-Bold", 8)
            sheet.text(122, _range(line.interval, " - ", "< ", "> "), "Serif", 8)
            if line.previous:
                on, value = line.previous[0]
                sheet.text(162, f"{value} ({shown(on)})", "Serif", 8)
            truths.append(truth(line, said.sampled, previous=1))
            sheet.down(4.8)
            if line.method:
                sheet.text(16, line.method, "Serif", 6.5)
                sheet.down(3.8)
    return sheet.paper("thousands", truths)


def _range(interval: Interval, between: str, below: str, above: str) -> str:
    if interval.low and interval.high:
        return f"{interval.low}{between}{interval.high}"
    if interval.high:
        return f"{below} {interval.high}"
    return f"{above} {interval.low}" if interval.low else ""


LAYOUTS: Final[Mapping[str, Callable[[int], Paper]]] = MappingProxyType(
    {draw.__name__: draw for draw in (columns, leaders, two_units, flags, both_sexes, thousands)}
)

__all__ = ["LAYOUTS", "Line", "Report"]
