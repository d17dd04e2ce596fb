"""Series of results: one analyte, one unit, in time; nothing lost, nothing become something else, no verdict."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.formats.analytes import ALL, BY_ID
from hygie.formats.entries import AS_PRINTED
from hygie.formats.fhir.systems import LOINC
from hygie.record import observed, trends
from hygie.record.observed import Place
from hygie.record.results import Series, not_converted, series
from hygie.record.types import Item, Source, State

SEINE = UUID(int=1)


def a_source(author: str = "Labo Seine", number: int = 1) -> Source:
    return Source(UUID(int=number), "Analyse de sang", author, datetime(2026, 3, 12, 8, tzinfo=UTC), "10", "11502-2")


def an_item(
    code: str, value: Any, unit: str | None = None, day: str = "2026-03-12", *, label: str = "", state: State = State.STATED,
    low: float | None = None, high: float | None = None, ucum: str | None = None, comparator: str | None = None,
    printed: str = "", source: Source | None = None, more: dict[str, Any] | None = None, number: int | None = None,
) -> Item:  # fmt: skip
    """An entry as readers give it. value: a number, or words."""
    resource: dict[str, Any] = {"resourceType": "Observation", "status": "final", "effectiveDateTime": day}
    resource["code"] = {"coding": [{"system": LOINC, "code": code, "display": label}] if code else [], "text": label}
    if isinstance(value, str):
        resource["valueString"] = value
    else:
        resource["valueQuantity"] = {"value": value, "unit": unit} | ({"code": ucum} if ucum else {})
        if comparator:
            resource["valueQuantity"]["comparator"] = comparator
    if printed:
        resource["extension"] = [{"url": AS_PRINTED, "valueString": printed}]
    if low is not None or high is not None:
        bounds = {
            side: {"value": bound, "unit": unit} for side, bound in (("low", low), ("high", high)) if bound is not None
        }
        resource["referenceRange"] = [bounds]
    resource |= more or {}
    return Item(
        id=UUID(int=number) if number is not None else uuid4(), kind="Observation", day=date.fromisoformat(day[:10]), resource=resource,
        state=state, received=datetime(2026, 3, 13, tzinfo=UTC), source=source or a_source(),
    )  # fmt: skip


def only(items: list[Item], **wanted: Any) -> Series:
    found = series(items, **wanted)
    assert [one.key for one in found] == [found[0].key]
    return found[0]


def tsh(value: float, day: str, **more: Any) -> Item:
    return an_item("3016-3", value, "mUI/L", day, label="TSH", low=0.4, high=4.0, **more)


THREE = [tsh(6.8, "2025-09-10"), tsh(4.3, "2026-01-15"), tsh(2.1, "2026-03-12")]


def test_an_analyte_makes_one_series_in_order_of_time():
    found = only(THREE[::-1])
    assert (found.key, found.label, found.family, found.unit_printed) == ("tsh", "TSH", "endocrino", "mUI/L")
    assert [one.value for one in found.points] == [Decimal("6.8"), Decimal("4.3"), Decimal("2.1")]
    assert [one.place for one in found.points] == [Place.ABOVE, Place.ABOVE, Place.WITHIN]
    assert found.latest is found.points[-1]


def test_a_measure_of_someone_else_joins_no_series():
    mother = an_item("8302-2", 172, "cm", more={"focus": [{"display": "Mère"}]})
    assert series([mother]) == []


def test_the_sentence_says_value_day_trend_and_interval_and_nothing_else():
    assert trends.sentence(only(THREE)) == "TSH 2,1 mUI/L le 12 mars 2026, en baisse, dans l’intervalle du laboratoire"


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (THREE[:1], "TSH 6,8 mUI/L le 10 septembre 2025, au-dessus de l’intervalle du laboratoire"),
        ([tsh(2.0, "2026-01-01"), tsh(2.05, "2026-02-01")], "TSH 2,05 mUI/L le 1er février 2026, stable, dans l’intervalle du laboratoire"),
        ([tsh(2.0, "2023-01-01"), tsh(3, "2026-02-02")], "TSH 3 mUI/L le 2 février 2026, en hausse depuis le 1er janvier 2023, dans l’intervalle du laboratoire"),
        ([tsh(2.0, "2026-01-01"), tsh(0.01, "2026-02-02", comparator="<", printed="< 0,01")], "TSH < 0,01 mUI/L le 2 février 2026, au-dessous de l’intervalle du laboratoire"),
        ([tsh(2.0, "2026-01-01", state=State.SUGGESTED)], "TSH 2,0 mUI/L le 1er janvier 2026, lu sur une image ou un texte, à vérifier"),
        ([tsh(2100, "2026-01-01")], "TSH 2\u202f100 mUI/L le 1er janvier 2026, valeur inhabituelle, à vérifier sur le document"),
        ([an_item("3016-3", 2.1, "mUI/L", label="TSH")], "TSH 2,1 mUI/L le 12 mars 2026"),
    ],
)  # fmt: skip
def test_sentences(items, said):
    assert trends.sentence(only(items)) == said


def test_no_sentence_holds_a_verdict():
    for analyte in ALL:
        items = [an_item(analyte.loinc, 10**n, analyte.unit.ucum, f"2026-0{n}-01", low=20, high=30) for n in (1, 2)]
        for one in series(items):
            told = trends.sentence(one).casefold().replace(one.label.casefold(), "")
            for word in ("normal", "anormal", "trop", "bon", "mauvais", "inqui", "devez", "carence", "danger", "grave"):
                assert word not in told


def test_mass_and_molar_values_stand_on_one_curve_in_the_unit_last_printed():
    found = only(
        [
            an_item("2160-0", 12.0, "mg/L", "2026-01-02"),
            an_item("14682-9", 142, "µmol/L", "2026-03-12", low=62, high=106),
        ]
    )
    assert found.key == "creatinine"
    assert found.unit == "umol/L"
    assert [round(one.value) for one in found.points] == [106, 142]
    assert found.points[0].printed == "12,0 mg/L"
    assert trends.change_sentence(found, trends.change(found)) == "créatinine 142 µmol/L, +34 % en 2 mois"
    assert only([an_item("2160-0", 12.0, "mg/L", "2026-01-02")], unit_of={"creatinine": "umol/L"}).unit == "umol/L"


def test_the_change_is_counted_from_the_beginning_of_the_window():
    values = ((105, "2025-12-15"), (118, "2026-02-01"), (142, "2026-03-12"))
    found = only([an_item("14682-9", value, "µmol/L", day, label="Créatinine") for value, day in values])
    assert trends.change_sentence(found, trends.change(found)) == "créatinine 142 µmol/L, +35 % en 3 mois"
    assert [moved.percent for _one, moved in trends.changes([found])] == [35]


def test_a_small_move_inside_the_interval_and_a_blood_count_s_own_noise_are_not_told():
    def moved(loinc: str, before: float, after: float, low: float, high: float) -> bool:
        days = ((before, "2026-01-02"), (after, "2026-02-01"))
        found = only([an_item(loinc, value, "G/L", day, low=low, high=high) for value, day in days])
        return bool(trends.changes([found]))

    assert not moved("711-2", 0.06, 0.21, 0, 0.5)  # eosinophils, +250 % and nothing happened
    assert moved("711-2", 0.3, 0.9, 0, 0.5)
    assert not moved("777-3", 160, 200, 150, 400) and moved("777-3", 160, 320, 150, 400)
    assert moved("777-3", 200, 120, 150, 400)


def test_hba1c_is_one_series_in_percent_and_in_mmol_per_mol_even_under_the_code_of_mean_glucose():
    items = [
        an_item("59261-8", 48, "mmol/mol", "2025-01-02"),
        an_item("27353-2", 7.0, "%", "2025-06-02"),
        an_item("4548-4", 6.8, "%", "2026-01-02"),
    ]
    found = only(items)
    assert found.key == "hba1c"
    assert [round(one.value, 1) for one in found.points] == [Decimal("6.5"), Decimal("7.0"), Decimal("6.8")]
    assert series([an_item("27353-2", 154, "mg/dL")])[0].analyte is None


def test_the_two_forms_of_d_dimers_are_two_series():
    found = series(
        [
            an_item("48065-7", 400, "µg/L"),
            an_item("48066-5", 200, "µg/L"),
            an_item("48065-7", 210, "ng/mL DDU", "2026-04-01"),
        ]
    )
    assert {one.key: [round(p.value) for p in one.points] for one in found} == {
        "ddimeres": [400],
        "ddimeres~DDU": [200, 210],
    }


def test_what_cannot_be_converted_is_counted_and_stands_apart():
    found = series(
        [
            *THREE,
            an_item("3016-3", 2.2, None, "2026-04-02", label="TSH"),
            an_item("3016-3", "Hémolysé", None, "2026-05-02", label="TSH"),
        ]
    )
    assert [len(one.points) for one in found] == [3]
    assert not_converted(found) == 2
    assert [(one.printed, one.reason) for one in found[0].apart] == [
        ("2,2", "sans unité lisible"),
        ("Hémolysé", "en mots"),
    ]
    assert found[0].latest.printed == "2,1 mUI/L"


def test_a_unit_of_another_kind_makes_its_own_series_beside():
    found = series([an_item("2888-6", 0.1, "g/L"), an_item("2889-4", 0.12, "g/24 h")])
    assert [(one.analyte, one.other, len(one.points)) for one in found] == [
        ("proteinurie", "", 1),
        ("proteinurie", "g/24 h", 1),
    ]


def test_unknown_analytes_still_make_a_series_by_code_and_unit():
    items = [
        an_item("99999-1", 4, "ng/mL", "2026-01-01", label="Chose"), an_item("99999-1", 5, "µg/L", "2026-02-01", label="Chose"),
        an_item("99999-1", 9, "UI/mL", "2026-02-01", label="Chose"), an_item("", 3, "bols", label="Petites cuillères"),
    ]  # fmt: skip
    found = series(items)
    assert sorted((one.label, len(one.points), one.unit_printed) for one in found) == [
        ("Chose", 1, "UI/mL"), ("Chose", 2, "µg/L"), ("Petites cuillères", 1, "bols")
    ]  # fmt: skip
    assert {one.family for one in found} == {"autres"}
    assert len({one.key for one in found}) == 3


def test_the_same_result_by_two_routes_is_one_point_that_names_both():
    pdf = a_source(number=2)
    found = only([tsh(2.1, "2026-03-12T08:10:00+01:00"), tsh(2.1, "2026-03-12", state=State.SUGGESTED, source=pdf)])
    assert [(one.certain, one.also) for one in found.points] == [(True, (pdf,))]
    assert len(only([tsh(2.1, "2026-03-12"), tsh(2.2, "2026-03-12")]).points) == 2
    assert len(only([tsh(2.1, "2026-03-12T08:10:00+01:00"), tsh(2.1, "2026-03-12T18:10:00+01:00")]).points) == 2
    assert len(only([an_item("2345-7", 1.0, "g/L"), an_item("2345-7", 5.55, "mmol/L")]).points) == 1


def test_a_suggestion_is_drawn_but_never_speaks():
    found = only([*THREE, tsh(9.9, "2026-04-12", state=State.SUGGESTED)])
    assert found.latest.printed == "2,1 mUI/L"
    assert not found.points[-1].certain
    assert "2,1" in trends.sentence(found)


def test_what_was_rejected_or_entered_in_error_is_nowhere():
    assert (
        series(
            [tsh(2.1, "2026-03-12", state=State.REJECTED), tsh(2.0, "2026-03-13", more={"status": "entered-in-error"})]
        )
        == []
    )


def test_methods_that_differ_are_not_compared():
    roux = a_source("Labo Loire", 3)
    two = [an_item("2731-8", 40, "ng/L", "2026-01-01"), an_item("2731-8", 60, "ng/L", "2026-02-01", source=roux)]
    assert trends.trend(only(two)) is None
    assert trends.change(only(two)) is None
    assert trends.trend(only([two[0], an_item("2731-8", 60, "ng/L", "2026-02-01")])).way is trends.Way.UP
    named = [
        an_item("2731-8", value, "ng/L", day, more={"method": {"text": method}})
        for value, day, method in ((40, "2026-01-01", "ECLIA"), (60, "2026-02-01", "ECLIA"), (80, "2026-03-01", "CLIA"))
    ]
    assert trends.trend(only(named[:2])).way is trends.Way.UP
    assert trends.trend(only(named[1:])) is None


@pytest.mark.parametrize(
    ("value", "comparator", "low", "high", "place"),
    [
        (0.01, "<", 0.4, 4.0, Place.BELOW), (90, ">", 60, None, Place.WITHIN), (5, "<", 2, 20, Place.UNKNOWN), (3, "<", None, 5, Place.WITHIN),
        (3, "<", 0, 5, Place.WITHIN), (100, ">", 60, 90, Place.ABOVE), (70, ">", 60, 90, Place.UNKNOWN), (4.0, None, 0.4, 4.0, Place.WITHIN),
        (4.01, None, 0.4, 4.0, Place.ABOVE), (0.39, None, 0.4, None, Place.BELOW), (1, None, None, None, Place.UNKNOWN),
    ],
)  # fmt: skip
def test_a_value_stands_in_its_own_printed_interval(value, comparator, low, high, place):
    found = only([an_item("3016-3", value, "mUI/L", comparator=comparator, low=low, high=high)])
    assert found.points[0].place is place


def test_each_point_keeps_the_interval_of_its_own_laboratory():
    loire = a_source("Labo Loire", 3)
    found = only(
        [tsh(3.0, "2026-01-01"), an_item("3016-3", 3.0, "µUI/mL", "2026-02-01", low=0.27, high=2.5, source=loire)]
    )
    assert [(str(one.high), one.place) for one in found.points] == [("4.0", Place.WITHIN), ("2.5", Place.ABOVE)]
    assert found.laboratories == ("Labo Seine", "Labo Loire")


def test_words_and_titres_make_a_series_of_words():
    found = only(
        [
            an_item("5196-1", "Négatif", label="Antigène HBs"),
            an_item("5196-1", "Positif", day="2026-05-01", label="Antigène HBs"),
        ]
    )
    assert [one.printed for one in found.words] == ["Négatif", "Positif"]
    assert found.apart == ()
    assert trends.sentence(found) == "Antigène HBs Positif le 1er mai 2026"


def test_measures_are_series_too_and_blood_pressure_is_two():
    pressure = {
        "component": [
            {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": {"value": value, "unit": "mmHg", "code": "mm[Hg]"}}
            for code, value in (("8480-6", 128), ("8462-4", 76))
        ]
    }  # fmt: skip
    whole = an_item("85354-9", "x", label="Tension", more=pressure)
    whole.resource.pop("valueString")
    items = [
        whole,
        an_item("29463-7", 62.4, "kg"),
        an_item("41950-7", 8200, "pas/jour", ucum="1/(24.h)"),
        an_item("8867-4", 58, "bpm"),
    ]
    found = {one.key: one for one in series(items)}
    assert {key: str(one.latest.value) for key, one in found.items()} == {
        "tension_haute": "128", "tension_basse": "76", "poids": "62.4", "pas": "8200", "frequence": "58"
    }  # fmt: skip
    assert {one.family for one in found.values()} == {"mesures"}
    assert [one.latest.value for one in series([an_item("2339-0", 100, "mg/dL")])] == [Decimal("1.0")]


def test_a_few_series_or_the_newest_values_are_read_alone():
    items = [*THREE, an_item("718-7", 13.1, "g/dL"), an_item("718-7", 13.4, "g/dL", "2026-01-02")]
    newest_first = sorted(items, key=lambda one: one.day, reverse=True)
    assert [one.key for one in series(items, only=("tsh",))] == ["tsh"]
    found = {one.key: [str(point.value) for point in one.points] for one in series(newest_first, newest=1)}
    assert found == {"tsh": ["2.1"], "hemoglobine": ["13.1"]}


VALUES = st.decimals(min_value="0.01", max_value="1000", places=2, allow_nan=False)
DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2026, 11, 1))
ROWS = st.lists(
    st.tuples(st.sampled_from([one for one in ALL if not one.qualitative]), st.integers(0, 1), VALUES, DAYS),
    max_size=40,
)


@given(ROWS)
def test_no_value_is_lost_and_none_changes_analyte(rows):
    items, expected = [], set()
    for at, (analyte, which, value, day) in enumerate(rows):
        unit = (analyte.units[which % len(analyte.units)]).ucum
        items.append(
            an_item(
                analyte.loinc,
                float(value),
                unit,
                day.isoformat(),
                label=analyte.label,
                number=at,
                source=a_source(number=at),
            )
        )
        expected.add((at, analyte.id))
    found = series(items)
    told = {}
    for one in found:
        for point in (*one.points, *one.apart):
            told[point.item_id.int] = one.analyte
            for twin in point.also:
                told[twin.document_id.int] = one.analyte
    assert set(told.items()) == expected
    for one in found:
        assert list(one.points) == sorted(one.points, key=lambda point: point.day)
        in_own_unit = [point for point in one.points if point.unit == one.unit]
        assert all(point.value == Decimal(str(point.value)) for point in in_own_unit)


QUANTITIES = st.fixed_dictionaries(
    {"value": st.one_of(VALUES.map(float), st.integers(-5, 9), st.text(max_size=5), st.none())},
    optional={"unit": st.sampled_from(["g/L", "%", "x"]), "code": st.sampled_from(["g/L", "mmol/L"]),
              "comparator": st.sampled_from(["<", ">=", "~"])},
)  # fmt: skip
SAID = st.fixed_dictionaries({}, optional={
    "valueQuantity": QUANTITIES, "valueString": st.one_of(st.sampled_from(["< 5 g/L", "Négatif", "1/80"]), st.text(max_size=9)),
    "valueBoolean": st.booleans(), "valueRange": st.just({"low": {"value": 1}, "high": {"value": 2}}),
    "code": st.sampled_from([{"coding": [{"system": LOINC, "code": "3016-3"}]}, {"text": "TSH"}, {"coding": [{"code": "GLU"}]}]),
    "referenceRange": st.lists(st.fixed_dictionaries({}, optional={
        "low": QUANTITIES, "high": QUANTITIES, "text": st.sampled_from(["0,4 – 4", "négatif"])}), max_size=2),
    "interpretation": st.just([{"coding": [{"code": "H"}]}]), "note": st.just([{"text": "à jeun"}]),
    "method": st.just({"text": "ECLIA"}), "performer": st.just([{"display": "Labo Seine"}]),
    "effectiveDateTime": st.sampled_from(["2026-03-12", "2026-03-12T08:10:00+02:00", "2026-03-12T08:10:00Z", "hier"]),
})  # fmt: skip


@given(SAID, st.lists(SAID, max_size=3))
def test_what_a_sheet_keeps_of_a_result_is_what_is_read_in_it(said, parts):
    resource = said | {"component": parts}
    values, prints, known = observed.values(resource, observed.Prints()), [], observed.Laid()
    kept = orjson.dumps(
        observed.packed(values, lambda one: prints.append(observed.packed_print(one)) or len(prints) - 1)
    )
    assert observed.unpacked(orjson.loads(kept), prints, known) == values


@given(st.lists(st.tuples(VALUES, DAYS), min_size=2, max_size=20, unique_by=lambda row: row[1]))
def test_a_change_of_unit_keeps_every_order(rows):
    items = [an_item("2160-0", float(value), "mg/L", day.isoformat()) for value, day in rows]
    one, other = only(items), only(items, unit_of={"creatinine": BY_ID["creatinine"].second.ucum})
    assert [p.item_id for p in sorted(one.points, key=lambda p: (p.value, p.day))] == [
        p.item_id for p in sorted(other.points, key=lambda p: (p.value, p.day))
    ]
    first, second = trends.trend(one), trends.trend(other)
    assert (first and first.way) == (second and second.way)


@given(VALUES, VALUES, st.integers(1, 3000))
def test_a_trend_never_contradicts_its_numbers(before, after, days):
    day = date(2015, 1, 1)
    found = only([tsh(float(before), day.isoformat()), tsh(float(after), (day + timedelta(days)).isoformat())])
    told = trends.trend(found)
    if told is None:
        assert any(point.doubtful for point in found.points)
    elif told.way is not trends.Way.STEADY:
        assert (told.way is trends.Way.UP) == (after > before)
