"""One line for each substance, from what documents say: pure, given a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from hygie.record import treatments
from hygie.record.medications import none_known
from hygie.record.treatments import Status
from hygie.record.types import Item, Source, State

ON = date(2026, 3, 20)
DIALLO, ROUX = "Dr Diallo", "Dr Roux"


def item(kind: str, resource: dict[str, Any], day: date, *, by: str = DIALLO, own: bool = False, state: State | None = None,
         document: UUID | None = None) -> Item:  # fmt: skip
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    source = None if own else Source(document or uuid4(), "Ordonnance", by, at, "42", "57833-6")
    return Item(
        id=uuid4(), kind=kind, day=day, resource={"resourceType": kind, **resource}, state=state or (State.OWN if own else State.STATED),
        received=at, source=source, by_patient=own,
    )  # fmt: skip


def prescribed(name: str, text: str, day: date, *, by: str = DIALLO, atc: str | None = None, days: int | None = None,
               document: UUID | None = None, state: State | None = None, **more: Any) -> Item:  # fmt: skip
    coding = [{"system": "http://www.whocc.no/atc", "code": atc}] if atc else []
    resource: dict[str, Any] = {
        "status": "active", "intent": "order", "authoredOn": day.isoformat(), "requester": {"display": by},
        "medicationCodeableConcept": {"coding": coding, "text": name}, "dosageInstruction": [{"text": text}],
    }  # fmt: skip
    if days:
        resource["dispenseRequest"] = {"expectedSupplyDuration": {"value": days, "code": "d"}}
    return item("MedicationRequest", resource | more, day, by=by, document=document, state=state)


def stated(name: str, day: date, status: str = "active", *, own: bool = False, **more: Any) -> Item:
    resource = {"status": status, "dateAsserted": day.isoformat(), "medicationCodeableConcept": {"text": name}}
    return item("MedicationStatement", resource | more, day, own=own)


def one(*items: Item, on: date = ON) -> treatments.Line:
    (line,) = treatments.lines(items, on=on)
    return line


TEN = (
    ("APIXABAN 2,5 mg, comprimé", "1 comprimé matin et soir"), ("BISOPROLOL 2,5 mg, comprimé", "1 comprimé le matin"),
    ("FUROSÉMIDE 40 mg, comprimé", "1 comprimé le matin"), ("RAMIPRIL 5 mg, comprimé", "1 comprimé le matin"),
    ("ATORVASTATINE 20 mg, comprimé", "1 comprimé le soir"), ("TAMSULOSINE LP 0,4 mg, comprimé", "1 comprimé après le petit déjeuner"),
    ("ÉSOMÉPRAZOLE 20 mg, comprimé", "1 comprimé le matin"), ("ALLOPURINOL 100 mg, comprimé", "1 comprimé par jour"),
    ("PARACÉTAMOL 1 g, comprimé", "1 comprimé si douleur, 3 par jour au plus"), ("MACROGOL 4000, poudre en sachet", "1 sachet le matin si besoin"),
)  # fmt: skip


def test_ten_medicines_renewed_forty_times_are_ten_lines():
    days = [ON - timedelta(days=10 + 28 * n) for n in range(40)]
    items = [prescribed(name, text, day, days=28) for day in days for name, text in TEN]
    lines = treatments.lines(items, on=ON)
    assert len(lines) == 10
    assert {line.status for line in lines} == {Status.CURRENT, Status.AS_NEEDED}
    assert {line.label for line in lines if line.status is Status.AS_NEEDED} == {"Macrogol", "Paracétamol"}
    for line in lines:
        assert (line.prescriptions, line.renewals, len(line.events)) == (40, 39, 40)
        assert (line.since, line.last_prescribed, line.by) == (days[-1], days[0], DIALLO)
        assert line.changes == ()
    furosemide = next(line for line in lines if line.label == "Furosémide")
    assert treatments.doses(furosemide) == [(days[-1], None, Decimal(40), "mg")]


def test_a_brand_and_its_generics_are_one_line():
    line = one(
        prescribed("DOLIPRANE 1000 mg, comprimé", "1 cp 3 fois par jour", date(2026, 3, 1), days=28),
        prescribed("PARACETAMOL BIOGARAN 1 g", "1 cp 3 fois par jour", date(2026, 2, 1), days=28),
        prescribed("Efferalgan", "1 cp 3 fois par jour", date(2026, 1, 4), atc="N02BE01", days=28),
    )
    assert line.label == "Paracétamol"
    assert line.names == ("DOLIPRANE 1000 mg, comprimé", "PARACETAMOL BIOGARAN 1 g", "Efferalgan")


def test_one_substance_in_two_places_of_the_body_is_two_lines():
    lines = treatments.lines(
        [
            prescribed("KÉTOPROFÈNE 2,5 %, gel", "1 application matin et soir", ON),
            prescribed("PROFENID 100 mg", "1 cp le soir", ON),
        ],
        on=ON,
    )
    assert {line.label for line in lines} == {"Kétoprofène (sur la peau)", "Kétoprofène"}


def test_an_association_is_not_its_parts():
    lines = treatments.lines(
        [prescribed("EXFORGE 10 mg/160 mg", "1 cp/j", ON), prescribed("AMLOR 5 mg", "1 gélule/j", ON)], on=ON
    )
    assert {line.label for line in lines} == {"Amlodipine", "Amlodipine et valsartan"}


def test_a_change_of_dose_makes_steps_and_is_told_once():
    line = one(
        prescribed("LÉVOTHYROXINE 100 µg, comprimé", "1 cp le matin", date(2025, 9, 1), days=90),
        prescribed("LEVOTHYROX 100 microgrammes", "1 comprimé le matin à jeun", date(2025, 12, 1), days=90),
        prescribed("LEVOTHYROX 75 microgrammes", "1 cp le matin à jeun", date(2026, 1, 20), days=90, by=ROUX),
    )
    assert treatments.doses(line) == [
        (date(2025, 9, 1), date(2026, 1, 19), Decimal(100), "µg"),
        (date(2026, 1, 20), None, Decimal(75), "µg"),
    ]
    (change,) = line.changes
    assert (change.day, change.by) == (date(2026, 1, 20), ROUX)
    assert "100 µg" in change.before and "75 µg" in change.after


def test_two_strengths_on_one_prescription_add_up():
    document = uuid4()
    line = one(
        prescribed("LÉVOTHYROXINE 75 µg, comprimé", "1 cp le matin", date(2026, 3, 1), days=90, document=document),
        prescribed("LÉVOTHYROXINE 25 µg, comprimé", "1/2 cp le matin", date(2026, 3, 1), days=90, document=document),
    )
    assert treatments.doses(line) == [(date(2026, 3, 1), None, Decimal("87.5"), "µg")]


def test_tablets_and_milligrams_are_never_mixed():
    line = one(
        prescribed("Coumadine", "1 cp le soir", date(2026, 1, 1), days=28),
        prescribed("Coumadine", "5 mg le soir", date(2026, 1, 29), days=90),
    )
    assert [(step[2], step[3]) for step in treatments.doses(line)] == [(Decimal(1), "comprimé"), (Decimal(5), "mg")]


def test_a_gram_and_milligrams_are_one_scale():
    line = one(
        prescribed("METFORMINE 1 g, comprimé", "1 cp matin et soir", date(2026, 1, 1), days=28),
        prescribed("METFORMINE 850 mg, comprimé", "1 cp matin et soir", date(2026, 1, 29), days=90),
    )
    assert [(step[2], step[3]) for step in treatments.doses(line)] == [(Decimal(2000), "mg"), (Decimal(1700), "mg")]


def test_a_dose_that_is_not_certain_makes_no_step():
    assert treatments.doses(one(prescribed("PREVISCAN 20 mg", "selon INR", date(2026, 3, 1), days=28))) == []
    assert treatments.doses(one(prescribed("DOLIPRANE 1 g", "1 cp si douleur", date(2026, 3, 1), days=28))) == []


@pytest.mark.parametrize(("days_ago", "days", "status"), [
    (10, 28, Status.CURRENT), (35, 28, Status.CURRENT), (60, 28, Status.UNKNOWN), (200, 28, Status.STOPPED),
    (20, None, Status.CURRENT), (200, None, Status.UNKNOWN), (900, None, Status.STOPPED),
])  # fmt: skip
def test_time_alone_tells_where_a_prescription_stands_and_says_why(days_ago: int, days: int | None, status: Status):
    line = one(prescribed("RAMIPRIL 5 mg", "1 cp le matin", ON - timedelta(days=days_ago), days=days))
    assert line.status is status
    assert line.reason.endswith(".") and any(letter.isdigit() for letter in line.reason)


def test_a_short_course_is_over_when_its_days_are():
    line = one(prescribed("AMOXICILLINE 1 g", "1 cp matin et soir pendant 6 jours", date(2026, 3, 1)))
    assert (line.status, line.reason) == (Status.STOPPED, "Traitement prévu jusqu’au 6 mars 2026.")
    assert treatments.doses(line) == [(date(2026, 3, 1), date(2026, 3, 6), Decimal(2), "g")]
    assert (
        one(prescribed("AMOXICILLINE 1 g", "1 cp matin et soir pendant 6 jours", date(2026, 3, 18))).status
        is Status.CURRENT
    )


def test_renewals_written_on_the_prescription_lengthen_it():
    assert (
        one(prescribed("RAMIPRIL 5 mg", "1 cp le matin, QSP 1 mois, AR 5", date(2025, 11, 1))).status is Status.CURRENT
    )
    assert one(prescribed("RAMIPRIL 5 mg", "1 cp le matin, QSP 1 mois", date(2025, 11, 1))).status is Status.STOPPED


def test_a_stop_written_down_is_believed_until_someone_prescribes_again():
    before = prescribed("SERTRALINE 50 mg", "1 gélule le matin", date(2026, 1, 5), days=90)
    stop = item("MedicationStatement", {"status": "stopped", "dateAsserted": "2026-02-10", "informationSource": {"display": ROUX},
                "medicationCodeableConcept": {"text": "ZOLOFT 50 mg"}, "statusReason": [{"text": "mal supporté"}]}, date(2026, 2, 10))  # fmt: skip
    line = one(before, stop)
    assert (line.status, line.reason) == (Status.STOPPED, "Noté arrêté le 10 février 2026 par Dr Roux (mal supporté).")
    assert treatments.doses(line)[-1][1] == date(2026, 2, 9)
    again = prescribed("SERTRALINE 50 mg", "1 gélule le matin", date(2026, 3, 10), days=90)
    assert one(before, stop, again).status is Status.CURRENT


def test_a_list_in_a_letter_speaks_for_its_day_not_for_the_day_the_treatment_began():
    line = one(
        stated(
            "PLAVIX 75 mg",
            date(2025, 12, 1),
            effectivePeriod={"start": "2019-08-11"},
            informationSource={"display": ROUX},
        )
    )
    assert (line.status, line.since) == (Status.CURRENT, date(2019, 8, 11))
    assert line.reason == "Noté en cours le 1er décembre 2025."
    over = one(
        stated(
            "PLAVIX 75 mg", date(2025, 12, 1), "completed", effectivePeriod={"start": "2019-08-11", "end": "2020-01-02"}
        )
    )
    assert (over.status, over.reason) == (Status.STOPPED, "Terminé le 2 janvier 2020.")


def test_what_the_pharmacist_hands_over_counts_and_is_dated():
    given = item("MedicationDispense", {"status": "completed", "whenHandedOver": "2026-03-15T10:00:00+01:00", "daysSupply": {"value": 30},
                 "medicationCodeableConcept": {"coding": [{"code": "3400937335652"}]}}, date(2026, 3, 15))  # fmt: skip
    line = one(prescribed("TRIATEC 10 mg", "1 cp le soir", date(2025, 12, 20), days=84), given)
    assert (line.label, line.status, line.last_dispensed) == ("Ramipril", Status.CURRENT, date(2026, 3, 15))
    assert "RAMIPRIL ALMUS 10 mg, comprimé sécable" in line.names


def test_the_persons_word_stands_beside_and_changes_nothing():
    said = prescribed("ATORVASTATINE 20 mg", "1 cp le soir", date(2026, 3, 1), days=90)
    line = one(said, stated("TAHOR 20", date(2026, 3, 15), "not-taken", own=True))
    assert line.status is Status.CURRENT and treatments.doses(line)[-1][1] is None
    assert line.own is not None and not line.own.taking and line.own.day == date(2026, 3, 15)
    assert line.names == ("ATORVASTATINE 20 mg",) and line.by == DIALLO and not line.by_person
    later = one(
        said,
        stated("TAHOR 20", date(2026, 3, 15), "not-taken", own=True),
        stated("TAHOR 20", date(2026, 3, 17), own=True),
    )
    assert later.own is not None and later.own.taking


def test_what_ran_out_is_taken_when_she_says_so_since_and_what_was_stopped_is_to_be_checked():
    over = prescribed("DOLIPRANE 1000 mg", "1 cp si douleur", date(2025, 3, 1), days=5)
    said = [
        stated("Doliprane 1000 mg", day, own=True) for day in (date(2026, 3, 10), date(2025, 2, 1), date(2024, 1, 1))
    ]
    assert one(over).status is Status.STOPPED
    line = one(over, said[0])
    assert (line.status, line.reason, line.by) == (Status.AS_NEEDED, one(over).reason, DIALLO) and not line.by_person
    assert all(one(over, word).status is Status.STOPPED for word in said[1:])
    noted = stated("DOLIPRANE 1000 mg", date(2026, 3, 2), "stopped")
    assert one(over, noted).status is Status.STOPPED and one(over, noted, said[0]).status is Status.UNKNOWN


def test_what_only_the_person_says_makes_a_line_of_hers():
    line = one(stated("Vitamine D en gouttes", date(2026, 3, 1), own=True, dosage=[{"text": "3 gouttes par jour"}]))
    assert (line.status, line.reason, line.by_person) == (Status.CURRENT, "Ajouté par vous.", True)
    gone = one(stated("Vitamine D en gouttes", date(2026, 3, 1), "stopped", own=True))
    assert gone.status is Status.STOPPED


def test_an_unknown_name_still_makes_one_line():
    line = one(
        prescribed("MACHINOL 3 mg, comprimé", "1 cp/j", date(2026, 3, 1)),
        prescribed("Machinol 3mg cp", "1 cp/j", date(2026, 3, 2)),
    )
    assert (line.prescriptions, line.substances) == (2, ())
    assert line.label == "Machinol 3mg cp"


def test_two_prescribers_who_say_different_doses_are_marked():
    mine = prescribed("BISOPROLOL 2,5 mg", "1 cp le matin", date(2026, 3, 1), days=90)
    assert one(mine, prescribed("BISOPROLOL 5 mg", "1 cp le matin", date(2026, 3, 8), by=ROUX, days=90)).differs
    assert not one(mine, prescribed("BISOPROLOL 5 mg", "1/2 cp le matin", date(2026, 3, 8), by=ROUX, days=90)).differs
    assert not one(mine, prescribed("BISOPROLOL 5 mg", "1 cp le matin", date(2025, 3, 8), by=ROUX, days=90)).differs


def test_the_same_prescription_by_two_routes_counts_once():
    first = prescribed("RAMIPRIL 5 mg", "1 cp le matin", date(2026, 3, 1), days=28)
    assert one(first, replace(first, id=uuid4())).prescriptions == 1


def test_a_misreading_set_aside_is_nowhere_and_a_suggestion_says_so():
    wrong = prescribed("RAMIPRIL 50 mg", "1 cp le matin", date(2026, 3, 1), state=State.REJECTED)
    assert treatments.lines([wrong], on=ON) == ()
    assert one(prescribed("RAMIPRIL 5 mg", "1 cp le matin", date(2026, 3, 1), state=State.SUGGESTED)).unconfirmed
    mistaken = prescribed("RAMIPRIL 5 mg", "1 cp le matin", date(2026, 3, 1), status="entered-in-error")
    assert treatments.lines([mistaken], on=ON) == ()


def test_none_known_is_no_treatment():
    absent = item("MedicationStatement", {"status": "active", "medicationCodeableConcept": {"coding": [
        {"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "no-known-medications"}]}}, ON)  # fmt: skip
    assert none_known(absent)
    assert treatments.lines([absent], on=ON) == ()


def test_a_structure_that_its_text_contradicts_counts_for_nothing():
    coded = {"text": "1 cp/j", "timing": {"repeat": {"frequency": 1, "period": 6, "periodUnit": "h"}},
             "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "comprimé"}}]}  # fmt: skip
    line = one(prescribed("COUMADINE 5mg", "", date(2026, 3, 1), days=90, dosageInstruction=[coded]))
    assert (line.words, treatments.doses(line)) == ("1 cp/j", [])


def test_the_future_changes_nothing_today():
    line = one(prescribed("RAMIPRIL 5 mg", "1 cp le matin", date(2026, 3, 1), days=28),
               prescribed("RAMIPRIL 10 mg", "1 cp le matin", date(2026, 4, 1), days=28))  # fmt: skip
    assert line.status is Status.CURRENT
    assert treatments.doses(line) == [(date(2026, 3, 1), None, Decimal(5), "mg")]


def test_a_suggestion_stands_in_the_history_and_ends_nothing_that_is_certain():
    sure = prescribed("LÉVOTHYROXINE 75 µg, comprimé", "1 comprimé le matin", ON - timedelta(days=100), days=180)
    read = prescribed(
        "LÉVOTHYROXINE 50 µg, comprimé", "2 le soir", ON - timedelta(days=95), state=State.SUGGESTED, by=ROUX
    )
    line = one(sure, read)
    assert (line.status, line.reason) == (Status.CURRENT, one(sure).reason)
    assert line.words == one(sure).words
    assert len(line.events) == 2
    alone = one(read)
    assert alone.unconfirmed
    confirmed = one(sure, replace(read, state=State.CONFIRMED))
    assert confirmed.words != line.words
