"""Documents of our own for tests: the cast, and what they send one another."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from hygie.formats.cda import compose
from hygie.formats.cda.lab_report import Chapter, Panel, Previous, Quantity, Result, lab_report
from hygie.formats.cda.narrative import Narrative, Paragraph
from hygie.formats.cda.treatments import Dose, Line, Medicine, prescription, vaccination
from hygie.formats.cda.types import CdaDocument, Code, Section

PARIS = timezone(timedelta(hours=2))
AT = datetime(2026, 7, 30, 9, 15, tzinfo=PARIS)
AMINA = compose.Person(
    birth_family="BENALI",
    given_names=("AMINA", "LEÏLA"),
    birth_date="1979-03-28",
    sex="female",
    birth_place="51215",
    birth_place_name="DOMPREMY",
    ins=("279035121518989", "1.2.250.1.213.1.4.10"),
    used_family="MOREL",
    used_given="AMINA",
    street="4 rue des Lilas",
    postcode="75011",
    city="Paris",
)
LABO_SEINE = compose.Structure(
    "Labo Seine", "750999991", "AMBULATOIRE", "SA25", "0140000001", "2 quai de Seine", "75019", "Paris"
)
CABINET = compose.Structure(
    "Cabinet Diallo", "750999992", "AMBULATOIRE", "SA07", "0140000002", "9 rue Verte", "75011", "Paris"
)
BIOLOGIST = compose.Professional(
    "SAURIN", "Paul", "10099999901", "G15_10/SM03", "Médecin - Biologie médicale", structure=LABO_SEINE
)
DR_DIALLO = compose.Professional("DIALLO", "Awa", "10099999902", structure=CABINET)
NUMBER = UUID("0190f3c2-5a1e-7d11-9c5e-0a6b1c2d3e4f")


def origin(**changes: object) -> compose.Origin:
    known = {
        "number": NUMBER,
        "person": AMINA,
        "author": BIOLOGIST,
        "created": AT,
        "act_start": AT - timedelta(hours=3),
        "prescriber": DR_DIALLO,
        "family_doctor": DR_DIALLO,
    }
    return compose.Origin(**(known | changes))  # type: ignore[arg-type]


def thyroid() -> tuple[Chapter, ...]:
    before = (Previous(Quantity(Decimal("6.80"), "m[IU]/L"), "20260130081000+0100"),)
    tsh = Result(
        "3016-3",
        "TSH",
        Quantity(Decimal("1.950"), "m[IU]/L"),
        "20260730061500+0200",
        Decimal("0.270"),
        Decimal("4.200"),
        None,
        "N",
        "ECL",
        None,
        "completed",
        before,
    )
    ft4 = Result(
        "3024-7",
        "T4 libre",
        Quantity(Decimal("7.67"), "pg/mL"),
        "20260730061500+0200",
        Decimal("9.30"),
        Decimal("17.00"),
        None,
        "L",
        note="À contrôler dans six semaines",
    )
    antibodies = Result("8099-4", "Anticorps anti-TPO", "Négatif", "20260730061500+0200", reference="Négatif")
    return (Chapter("18719-5", "Biochimie", (Panel("18719-5", "Bilan thyroïdien", (tsh, ft4, antibodies)),)),)


def lab(**changes: object) -> CdaDocument:
    return lab_report(origin(**changes), thyroid())


def letter() -> CdaDocument:
    section = Section(
        title="Conclusion",
        code=Code("55110-1", "2.16.840.1.113883.6.1", "Conclusion", "LOINC"),
        text=Narrative((Paragraph(("Madame Morel va bien & reviendra dans <six> mois.",)),)),
    )
    return compose.letter(
        origin(author=DR_DIALLO), type_code="11488-4", title="Lettre de consultation", sections=(section,)
    )


def level_one(content: bytes = b"%PDF-1.7\n%%EOF\n", media_type: str = "application/pdf") -> CdaDocument:
    return compose.level_one(
        origin(author=DR_DIALLO), type_code="18748-4", title="Radiographie", content=content, media_type=media_type
    )


def ordered() -> CdaDocument:
    line = Line(
        UUID(int=7),
        Medicine("LEVOTHYROX 75 µg, comprimé", "69345678", "3400912345678", "H03AA01", "Lévothyroxine"),
        "1 comprimé le matin à jeun",
        "20260730",
        "20270130",
        5,
        False,
        True,
        "À distance du café",
    )
    return prescription(origin(author=DR_DIALLO), (line,))


def vaccinated() -> CdaDocument:
    dose = Dose(
        UUID(int=9),
        Medicine("REPEVAX, suspension injectable", "61234567", None, "J07CA02", "dTcaP"),
        "20260730",
        "A1234",
        4,
        "Deltoïde gauche",
        "Bien supporté",
    )
    return vaccination(origin(author=DR_DIALLO), (dose,))


def every() -> tuple[CdaDocument, ...]:
    return (lab(), letter(), level_one(), ordered(), vaccinated())
