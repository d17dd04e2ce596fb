"""The same invented reports as structured messages: CDA, HL7 v2, HPRIM Médecins and HPRIM Santé, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from hygie.formats.cda import compose, writer
from hygie.formats.cda.lab_report import Chapter, Panel, Quantity, Result, lab_report
from hygie.ops.bench.papers.reports import Line, Report, number_of, report
from hygie.ops.bench.papers.sheet import Paper, Truth, truth

_ZONE: Final = timezone(timedelta(hours=1))
_ENCODINGS: Final = ("iso-8859-1", "utf-8", "cp1252", "mac_roman")
_WORDED: Final = {"UI/L": "[IU]/L", "mm": "mm"}  # what they mean for one analyte is `formats.conversion`'s to know
_MEANING: Final = {"": "N", "H": "H", "B": "L"}


def cda(seed: int) -> Paper:
    """Our own CR-BIO, level 3. It carries no comparator: those rows are left out of it."""
    said = _plain(report(seed))
    lines = [line for line in said.lines if not line.comparator]
    laboratory = compose.Structure("Labo Seine", "750999991", facility="SA25")
    biologist = compose.Professional("SAURIN", "Paul", "10099999901", "G15_10/SM03", "Biologiste", structure=laboratory)
    at = datetime(said.sampled.year, said.sampled.month, said.sampled.day, 8, tzinfo=_ZONE)
    origin = compose.Origin(
        number=UUID(int=seed + 1),
        person=compose.Person("BENALI", ("AMINA",), "1979-03-28", "female", ins=("279035121518989", "1.2.250.1.213.1.4.10")),
        author=biologist, created=at, act_start=at,
    )  # fmt: skip
    results = tuple(_result(line, f"{said.sampled:%Y%m%d}081000+0100") for line in lines)
    document = lab_report(origin, (Chapter("18719-5", "Biochimie", (Panel("18719-5", "Bilan", results),)),))
    return Paper("cda", writer.write(document), tuple(_truth(line, said) for line in lines), 1)


def hl7(seed: int) -> Paper:
    """ORU^R01 of one order."""
    said = _plain(report(seed))
    day = f"{said.sampled:%Y%m%d}0810"
    rows = [
        f"MSH|^~\\&|LABO|SEINE|HYGIE|HYGIE|{day}00||ORU^R01^ORU_R01|{said.number}|P|2.5.1|||||FRA|UNICODE UTF-8",
        f"PID|1||{said.number}^^^LABO^PI||BENALI^AMINA^^^^^L||19790328|F",
        f"OBR|1||{said.number}|18719-5^Biochimie^LN|||{day}|||||||||||||||{day}||CH|F",
    ]
    for at, line in enumerate(said.lines, 1):
        coded = f"{line.analyte.loinc}^{line.label}^LN"
        if line.words:
            rows.append(f"OBX|{at}|ST|{coded}||{line.value}||||||F|||{day}")
            continue
        low, high = (f"{number_of(end)}" if end else "" for end in (line.interval.low, line.interval.high))
        bounds = f"{low}-{high}" if low and high else f"<{high}" if high else f">{low}" if low else ""
        kind, value = (
            ("SN", f"{line.comparator}^{number_of(line.value)}")
            if line.comparator
            else ("NM", f"{number_of(line.value)}")
        )
        unit = f"{line.ucum}^{line.unit}^UCUM" if line.ucum != "{INR}" else ""
        rows.append(f"OBX|{at}|{kind}|{coded}||{value}|{unit}|{bounds}|{_MEANING[line.flag]}|||F|||{day}")
    return Paper("hl7", ("\r".join(rows) + "\r").encode(), tuple(_truth(line, said) for line in said.lines), 1)


def hprim_medecins(seed: int) -> Paper:
    """A `.hpr` letter, in one of the encodings that practices receive."""
    said = _plain(report(seed))
    rows = [
        *(said.number, "BENALI", "AMINA", "4 rue des Lilas", "", "75011 PARIS", "28/03/1979", "279035121518989"),
        *(said.number, f"{said.sampled:%d/%m/%Y}", "LAB01 Labo Seine", "MED02 Dr Diallo"),
        *("", "Voici les résultats demandés.", "****LAB****"),
    ]
    for line in said.lines:
        low, high = line.interval.low or "", line.interval.high or ""
        flag = _MEANING[line.flag]
        if line.words:
            rows.append(f"RES|{line.label}|{line.analyte.loinc}|A|{line.value}||||N|F|||||")
        else:
            value = f"{line.comparator} {line.value}".strip()
            rows.append(f"RES|{line.label}|{line.analyte.loinc}|N|{value}|{line.unit}|{low}|{high}|{flag}|F|||||")
    rows += ["****FIN****", "****FINFICHIER****", ""]
    return Paper("hprim-medecins", _encoded(rows, seed), tuple(_worded(one, said) for one in said.lines), 1)


def hprim_sante(seed: int) -> Paper:
    """An ORU of HPRIM Santé 2.1, with the laboratory's own code before LOINC."""
    said = _plain(report(seed))
    day = f"{said.sampled:%Y%m%d}0810"
    rows = [
        rf"H|~^\&|{said.number}.HPR||LS~Labo Seine||ORU|||MED02~Dr Diallo||P|H2.1~L|{day}",
        f"P|1|42|{said.number}||BENALI~AMINA||19790328|F",
        f"OBR|1|E1|{said.number}|BIO~Bilan~L|R||{day}|||||||{day}||MED02~Dr Diallo|||||||||F",
    ]
    for at, line in enumerate(said.lines, 1):
        coded = f"L{at}~{line.label}~L~{line.analyte.loinc}~{line.label}~LN"
        if line.words:
            rows.append(f"OBX|{at}|ST|{coded}||{line.value}||||||F|||{day}")
            continue
        low, high = line.interval.low, line.interval.high
        bounds = f"{low} - {high}" if low and high else f"< {high}" if high else f"> {low}" if low else ""
        value = f"{line.comparator} {line.value}".strip()
        rows.append(f"OBX|{at}|NM|{coded}||{value}|{line.unit}|{bounds}|{_MEANING[line.flag]}|||F|||{day}")
    rows += ["L|1", ""]
    return Paper("hprim-sante", _encoded(rows, seed), tuple(_worded(one, said) for one in said.lines), 1)


def _encoded(rows: list[str], seed: int) -> bytes:
    """In the seed's encoding when it can write all of it, else in UTF-8, as a laboratory would have to."""
    words = "\r\n".join(rows)
    try:
        return words.encode(_ENCODINGS[seed % len(_ENCODINGS)])
    except UnicodeEncodeError:
        return words.encode()


def _worded(line: Line, said: Report) -> Truth:
    """The truth where the message carries a unit's word and no UCUM: the word is what must be read, no more."""
    told = truth(line, said.sampled)
    return replace(told, unit=_WORDED.get(line.unit, told.unit))


def _plain(said: Report) -> Report:
    return replace(
        said,
        sections=tuple((title, tuple(replace(line, previous=()) for line in lines)) for title, lines in said.sections),
    )


def _truth(line: Line, said: Report) -> Truth:
    return truth(line, said.sampled)


def _result(line: Line, at: str) -> Result:
    if line.words:
        return Result(line.analyte.loinc, line.label, line.value, at)
    low, high = (number_of(end) if end else None for end in (line.interval.low, line.interval.high))
    value = Quantity(Decimal(number_of(line.value)), line.ucum)
    return Result(line.analyte.loinc, line.label, value, at, low, high, None, _MEANING[line.flag])


MESSAGES: Final[Mapping[str, Callable[[int], Paper]]] = MappingProxyType(
    {"CDA": cda, "HL7 v2": hl7, "HPRIM Médecins": hprim_medecins, "HPRIM Santé": hprim_sante}
)
