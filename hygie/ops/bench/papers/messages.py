"""The same invented reports as structured messages: CDA, HL7 v2 and HPRIM Médecins."""

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


MESSAGES: Final[Mapping[str, Callable[[int], Paper]]] = MappingProxyType({"CDA": cda, "HL7 v2": hl7})
