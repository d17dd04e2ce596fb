"""Units and printed values: what French laboratories print is understood, and nothing becomes something else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.formats import analytes, conversion, readings, units
from hygie.formats.analytes import ALL, BY_ID

VALUES = st.decimals(min_value="0.001", max_value="100000", places=3, allow_nan=False)
PAIRS = [
    (analyte, of.ucum, to.ucum)
    for analyte in ALL
    for of in analyte.units
    for to in analyte.units
    if of is not to and conversion.convert(analyte, Decimal(1), of.ucum, to.ucum) is not None
]


@pytest.mark.parametrize(
    ("printed", "ucum"),
    [
        ("G/L", "10*9/L"), ("T/L", "10*12/L"), ("10^9/L", "10*9/L"), ("x10^9/L", "10*9/L"), ("10³/mm³", "10*3/mm3"),
        ("/mm3", "/mm3"), ("/mm³", "/mm3"), ("mUI/L", "m[IU]/L"), ("mU.I./L", None), ("µUI/mL", "u[IU]/mL"),
        ("µmol/L", "umol/L"), ("μmol/L", "umol/L"), ("umol/l", "umol/L"), ("g/dl", "g/dL"), ("g/100 mL", "g/dL"),
        ("UI/mL", "[IU]/mL"), ("U/L", "U/L"), ("UI/L", "[IU]/L"), ("%", "%"), ("mmol/mol", "mmol/mol"),
        ("mmol/mol Hb", "mmol/mol"), ("mL/min/1,73m2", "mL/min/{1.73_m2}"), ("mL/min/1.73 m²", "mL/min/{1.73_m2}"),
        ("ml/mn/1,73m²", "mL/min/{1.73_m2}"), ("mg/24h", "mg/(24.h)"), ("g/24 h", "g/(24.h)"), ("mEq/L", "meq/L"),
        ("µg/L FEU", "ug/L{FEU}"), ("ng/mL DDU", "ng/mL{DDU}"), ("mmHg", "mm[Hg]"), ("kg/m²", "kg/m2"), ("fL", "fL"),
        ("µ3", "fL"), ("sec", "s"), ("mm", "mm"), ("°C", "Cel"), ("mg/g", "mg/g"), ("", None), ("(sans unité)", None),
        ("bananes", None), ("m[IU]/L", "m[IU]/L"), ("1/(24.h)", "1/(24.h)"),
    ],
)  # fmt: skip
def test_a_printed_unit_is_understood_or_left_alone(printed, ucum):
    assert units.ucum(printed) == ucum


def test_every_unit_of_the_table_is_understood_and_prints_back_as_itself():
    for analyte in ALL:
        for unit in filter(lambda one: one.ucum, analyte.units):
            assert units.parse(unit.ucum) is not None, unit
            back = units.ucum(units.printed(unit.ucum))
            assert back is None or units.factor(back, unit.ucum) == 1, (unit, back)


def test_every_printed_spelling_of_the_table_means_its_unit():
    for analyte in ALL:
        for unit in filter(lambda one: one.ucum, analyte.units):
            for spelling in unit.printed:
                found = units.ucum(spelling)
                if spelling != "(sans unité)":
                    assert conversion.convert(analyte, Decimal(1), found, unit.ucum) is not None, (analyte.id, spelling)


@pytest.mark.parametrize(
    ("of", "to", "times"),
    [
        ("10*9/L", "/uL", "1000"), ("10*12/L", "10*6/mm3", "1"), ("/mm3", "10*9/L", "0.001"), ("ug/L", "ng/mL", "1"),
        ("m[IU]/L", "u[IU]/mL", "1"), ("g/L", "g/dL", "0.1"), ("mg/dL", "mg/L", "10"), ("mm[Hg]", "cm[Hg]", "0.1"),
        ("1/(24.h)", "/d", "1"), ("g/(24.h)", "g/d", "1"), ("ukat/L", "U/L", "60"),
    ],
)  # fmt: skip
def test_units_of_one_kind_convert_exactly(of, to, times):
    assert units.factor(of, to) == Decimal(times)
    assert units.factor(to, of) * Decimal(times) == 1


@pytest.mark.parametrize(
    ("of", "to"),
    [
        ("mmol/mol", "%"), ("mg/g", "%"), ("L/L", "%"), ("ug/L{FEU}", "ug/L{DDU}"), ("ug/L", "ug/L{FEU}"), ("U/L", "[IU]/L"),
        ("mL/min", "mL/min/{1.73_m2}"), ("g/L", "mmol/L"), ("g/L", "g/(24.h)"), ("meq/L", "mmol/L"),
    ],
)  # fmt: skip
def test_what_only_looks_alike_never_converts(of, to):
    assert units.parse(of) is not None
    assert units.parse(to) is not None
    assert units.factor(of, to) is None


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_a_unit(text):
    found = units.ucum(text)
    assert found is None or units.parse(found) is not None


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_value(text):
    read = readings.reading(text)
    assert [read.value is None, read.text is None, read.titre is None].count(False) == 1
    readings.interval(text)


@given(st.decimals(min_value=0, max_value=10**7, places=3, allow_nan=False, allow_infinity=False))
def test_a_number_written_in_french_reads_back(value):
    assert readings.number(readings.french(value)) == value


@pytest.mark.parametrize(
    ("text", "value", "comparator", "rest"),
    [
        ("2,1", "2.1", None, ""), ("< 0,01 mUI/L", "0.01", "<", "mUI/L"), ("≥ 90", "90", ">=", ""), ("1 250", "1250", None, ""),
        ("1\u202f250,5 ng/L", "1250.5", None, "ng/L"), ("1.250,5", "1250.5", None, ""), ("1.250", "1.250", None, ""),
        ("inférieur à 5", "5", "<", ""), ("5,71 *", "5.71", None, ""), ("> 1 000", "1000", ">", ""),
    ],
)  # fmt: skip
def test_a_printed_value_keeps_its_comparator(text, value, comparator, rest):
    found = readings.reading(text)
    assert (found.value, found.comparator, found.rest) == (Decimal(value), comparator, rest)


@pytest.mark.parametrize("text", ["Négatif", "+++", "12/8", "10-20", "3ème", "", "en cours", "A Rh positif", "2,1,5"])
def test_words_stay_words(text):
    assert readings.reading(text).text == text


def test_a_titre_is_a_titre():
    assert readings.reading("1/80").titre == 80


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0,40 – 4,00", "0.40", "4.00"), ("(4 à 10)", "4", "10"), ("< 2,00", None, "2.00"), ("> 60", "60", None),
        ("4,0 - 10,0 G/L", "4.0", "10.0"), ("N : 0,35 à 4,94", "0.35", "4.94"),
    ],
)  # fmt: skip
def test_a_printed_interval_is_read(text, low, high):
    found = readings.interval(text)
    assert found is not None
    assert (found.low, found.high) == tuple(None if one is None else Decimal(one) for one in (low, high))


@pytest.mark.parametrize("text", ["10 - 5", "Négatif", "selon l'âge", ""])
def test_an_interval_in_words_gives_no_numbers(text):
    assert readings.interval(text) is None


# ---- one analyte, one unit


@given(st.sampled_from(PAIRS), VALUES)
def test_a_value_brought_to_another_unit_comes_back(pair, value):
    analyte, of, to = pair
    there = conversion.convert(analyte, value, of, to)
    assert there is not None
    back = conversion.convert(analyte, there, to, of)
    assert back is not None
    assert abs(back - value) <= abs(value) * Decimal("1e-9") + Decimal("1e-9")


@given(st.sampled_from(PAIRS), VALUES, VALUES)
def test_conversion_keeps_the_order_of_values(pair, one, other):
    analyte, of, to = pair
    first, second = (conversion.convert(analyte, value, of, to) for value in (one, other))
    assert (one < other) == (first < second)


@given(st.sampled_from(ALL), st.sampled_from(sorted({one.ucum for a in ALL for one in a.units if one.ucum})), VALUES)
def test_a_code_never_becomes_another_analyte_whatever_its_unit(analyte, unit, value):
    found = conversion.identify((analyte.loinc,), unit=unit)
    assert found.analyte is analyte
    if not found.variant and not analyte.qualitative:
        assert conversion.convert(analyte, value, found.unit, analyte.unit.ucum) is not None


@pytest.mark.parametrize(
    ("analyte", "value", "of", "to", "expected"),
    [
        ("glucose", "1", "g/L", "mmol/L", "5.551"), ("creatinine", "12", "mg/L", "umol/L", "106.08"),
        ("creatinine", "1.2", "mg/dL", "umol/L", "106.08"), ("creatinine", "142", "umol/L", "mg/L", "16.0633"),
        ("fer", "100", "ug/dL", "mg/L", "1"), ("hemoglobine", "13.5", "g/dL", "g/L", "135"),
        ("asat", "30", "[IU]/L", "U/L", "30"), ("sodium", "140", "meq/L", "mmol/L", "140"), ("hematocrite", "0.42", "L/L", "%", "42"),
        ("hba1c", "6.5", "%", "mmol/mol", "47.53"), ("hba1c", "48", "mmol/mol", "%", "6.54304"), ("vs", "12", "mm", "mm/h", "12"),
        ("leucocytes", "6400", "/mm3", "10*9/L", "6.4"), ("ccmh", "33", "%", "g/dL", "33"), ("tsh", "2.1", "u[IU]/mL", "m[IU]/L", "2.1"),
        ("hcg", "25", "m[IU]/mL", "[IU]/L", "25"), ("ac_hbs", "12", "[IU]/L", "m[IU]/mL", "12"),
    ],
)  # fmt: skip
def test_values_convert_as_the_tables_say(analyte, value, of, to, expected):
    found = conversion.convert(BY_ID[analyte], Decimal(value), of, to)
    assert found is not None
    assert abs(found - Decimal(expected)) < Decimal("0.01")


def test_some_pairs_have_no_fixed_relation_and_say_so():
    assert conversion.convert(BY_ID["lipoproteine_a"], Decimal(1), "g/L", "nmol/L") is None
    assert conversion.convert(BY_ID["proteinurie"], Decimal(1), "g/L", "g/(24.h)") is None


def test_the_code_of_mean_glucose_is_hba1c_when_its_unit_says_so_and_only_then():
    assert conversion.identify(("27353-2",), unit="%").analyte is BY_ID["hba1c"]
    assert conversion.identify(("27353-2",), unit="mmol/mol").analyte is BY_ID["hba1c"]
    assert conversion.identify(("27353-2",), unit="mg/dL").analyte is None


def test_the_two_forms_of_d_dimers_never_share_a_curve():
    feu = conversion.identify(("48065-7",), unit="ug/L")
    ddu = conversion.identify(("48066-5",), unit="ug/L")
    said = conversion.identify(("48065-7",), unit="ng/mL{DDU}")
    assert feu.variant == ""
    assert ddu.variant == said.variant == "DDU"
    assert conversion.identify((), unit="ug/L", label="D-dimères").variant not in ("", "DDU")


def test_a_name_alone_identifies_only_when_one_analyte_bears_it_in_its_own_unit():
    assert conversion.identify((), unit=None, printed="mUI/L", label="T.S.H.us").analyte in (None, BY_ID["tsh"])
    assert conversion.identify((), unit=None, printed="mUI/L", label="TSH").analyte is BY_ID["tsh"]
    assert conversion.identify((), unit=None, printed="g/L", label="TSH").analyte is None
    assert analytes.plain("Leucocytes")
    assert conversion.identify(("9999-9",), unit="g/L", label="TSH").analyte is None


def test_a_value_far_beyond_anything_measured_is_told_apart():
    assert conversion.plausible(BY_ID["potassium"], Decimal("4.2"), "mmol/L")
    assert not conversion.plausible(BY_ID["potassium"], Decimal("42"), "mmol/L")
    assert not conversion.plausible(BY_ID["glucose"], Decimal("571"), "mmol/L")
