"""The living summary: what matters, ranked, with the reason for each line; and what is new, with repeats folded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from hygie.access.types import Action, Visibility
from hygie.formats import analytes
from hygie.formats.entries import ABSENT
from hygie.record import actions, queries
from hygie.record.chapters import Chapter
from hygie.record.held import Held
from hygie.record.news import news, to_compare
from hygie.record.summary import HIDDEN, Summary, summary
from hygie.record.tests.test_results import a_source, an_item, tsh
from hygie.record.types import Author, Document, Item, Metadata, State
from hygie.tests.world import NOW, World, a_report, care, deposited, read_by_machine

ON = date(2026, 3, 20)
OPENED = date(2024, 5, 2)
EARLY = datetime(2026, 1, 1, tzinfo=UTC)


def thing(kind: str, text: str, day: str = "2026-01-10", *, where: str = "code", **more: Any) -> Item:
    state, received = more.pop("state", State.STATED), more.pop("received", EARLY)
    resource = {"resourceType": kind, where: {"text": text}} | more
    return Item(
        id=uuid4(), kind=kind, day=date.fromisoformat(day), resource=resource, state=state, received=received,
        source=None if state is State.OWN else a_source("Dr Diallo"), by_patient=state is State.OWN, code=text,
    )  # fmt: skip


def a_document(
    title: str, type_code: str = "11502-2", *, day: datetime = NOW, received: datetime = NOW, **more: Any
) -> Document:
    author = more.pop("author", "Labo Seine")
    metadata = Metadata(
        title=title, class_code="10", type_code=type_code, media_type="text/xml", unique_id=str(uuid4()), created=day,
        service_start=day, authors=(Author(author),), description=more.pop("description", None),
    )  # fmt: skip
    return Document(
        id=more.pop("id", uuid4()), patient_id=UUID(int=7), metadata=metadata, status="current", visibility=frozenset({"N"}),
        archived=False, version=1, received=received, updated=received, size=1, sha256=b"", depositor_id=UUID(int=8),
        depositor=author, organisation_id=None, by_patient=False, source="fhir", **more,
    )  # fmt: skip


def a_summary(items: list[Item], documents: list[Document] | None = None, **more: Any) -> Summary:
    return summary(items, documents or [], on=ON, opened=OPENED, **more)


def texts(found: Summary, chapter: Chapter) -> list[str]:
    return [line.text for line in found.section(chapter).lines]


def test_someone_with_nothing_has_one_line_that_says_so_and_since_when():
    found = a_summary([])
    assert found.sentence == "Aucun document ni aucune information de santé depuis l’ouverture, le 2 mai 2024."
    assert not any(section.lines for section in found.sections)


def test_one_document_is_enough_for_that_line_to_go():
    assert a_summary([], [a_document("Bilan")]).sentence == ""


def test_active_problems_stand_before_past_ones_and_what_was_ruled_out_stands_nowhere():
    past = thing("Condition", "Appendicite", clinicalStatus={"coding": [{"code": "resolved"}]})
    active = thing("Condition", "Hypothyroïdie", clinicalStatus={"coding": [{"code": "active"}]}, onsetDateTime="2019")
    out = thing("Condition", "Diabète", verificationStatus={"coding": [{"code": "refuted"}]})
    found = a_summary([past, active, out])
    assert texts(found, Chapter.PROBLEMS) == ["Hypothyroïdie", "Appendicite"]
    first, second = found.section(Chapter.PROBLEMS).lines
    assert (first.detail, first.why, second.why) == ("depuis 2019", "problème en cours", "antécédent")


def test_the_same_problem_said_by_five_letters_is_one_line():
    five = [thing("Condition", "Hypothyroïdie", f"202{year}-01-10") for year in range(1, 6)]
    [line] = a_summary(five).section(Chapter.PROBLEMS).lines
    assert len(line.items) == 5 and line.day == date(2025, 1, 10)


def test_a_grave_allergy_comes_first_with_its_reaction():
    mild = thing("AllergyIntolerance", "Pollen")
    grave = thing(
        "AllergyIntolerance", "Pénicilline", criticality="high", reaction=[{"manifestation": [{"text": "œdème"}]}]
    )  # fmt: skip
    found = a_summary([mild, grave]).section(Chapter.ALERTS)
    assert [line.text for line in found.lines] == ["Pénicilline", "Pollen"]
    assert found.lines[0].marked and found.lines[0].detail == "œdème"


def test_none_known_is_said_with_who_and_when_and_only_while_nothing_is_known():
    none = thing("AllergyIntolerance", "Aucune allergie connue", state=State.OWN, code={
        "coding": [{"system": ABSENT, "code": "no-known-allergies"}], "text": "Aucune allergie connue"})  # fmt: skip
    told = a_summary([none]).section(Chapter.ALERTS)
    assert told.none_known is not None and told.none_known.by_patient and told.none_known.day == date(2026, 1, 10)
    assert a_summary([none, thing("AllergyIntolerance", "Pollen")]).section(Chapter.ALERTS).none_known is None


def test_forty_renewals_of_one_medicine_are_one_line():
    forty = [
        thing("MedicationRequest", "Lévothyrox 75 µg", f"{2022 + n // 12}-{1 + n % 12:02}-01", where="medicationCodeableConcept",
              status="active", dosageInstruction=[{"text": "1 comprimé le matin"}]) for n in range(40)
    ] + [thing("MedicationRequest", "Lévothyrox 75 µg", "2026-03-01", where="medicationCodeableConcept", status="active",
               dosageInstruction=[{"text": "1 comprimé le matin pendant 3 mois"}])]  # fmt: skip
    [line] = a_summary(forty).section(Chapter.TREATMENTS).lines
    assert "traitement en cours" in line.why and line.key


def test_a_result_out_of_its_interval_that_moved_stands_first_with_its_change():
    creatinine = [
        an_item("14682-9", 105, "µmol/L", "2025-12-18", label="Créatinine", low=62, high=106),
        an_item("14682-9", 142, "µmol/L", "2026-03-18", label="Créatinine", low=62, high=106),
    ]
    found = a_summary([*creatinine, tsh(2.1, "2026-03-12"), tsh(2.2, "2026-01-12"), tsh(2.0, "2025-11-12")])
    first, second = found.section(Chapter.RESULTS).lines
    assert (first.text, first.detail, first.trend, first.marked) == (
        "Créatinine",
        "142 µmol/L",
        "+35 % en 3 mois",
        True,
    )
    assert first.interval and first.values == (105.0, 142.0)
    assert second.text == "TSH" and second.why == "suivi : 3 valeurs"


def test_a_value_waiting_for_an_eye_is_shown_as_such():
    [line] = a_summary([tsh(9.8, "2026-03-12", state=State.SUGGESTED)]).section(Chapter.RESULTS).lines
    assert line.unsure


def test_the_doctor_s_synthesis_stands_on_top_and_earlier_ones_are_counted():
    old = a_document(
        "Synthèse", "SYNTH", day=datetime(2025, 2, 1, tzinfo=UTC), author="Dr Diallo", description="Avant."
    )
    night = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)  # the 19th in France already
    new = a_document("Synthèse", "SYNTH", day=night, author="Dr Diallo", description="Hypothyroïdie équilibrée.")
    told = a_summary([], [new, old]).synthesis
    assert told is not None
    assert (told.text, told.author, told.earlier) == ("Hypothyroïdie équilibrée.", "Dr Diallo", 1)
    assert told.day == date(2026, 3, 19)


def test_hidden_things_are_said_the_same_whether_there_are_any_or_not_and_never_to_the_person():
    assert a_summary([]).hidden == HIDDEN == a_summary([tsh(2.1, "2026-03-12")]).hidden
    assert a_summary([], professional=False).hidden == ""


# -- what is new


def test_news_is_exactly_what_came_since_the_visit():
    old, new = a_document("Avant", received=NOW - timedelta(days=9)), a_document("Après", received=NOW)
    found = news([new, old], [], since=NOW - timedelta(days=2))
    assert [one.document.id for one in found.shown] == [new.id] and found.every == {new.id}
    assert news([new, old], [], since=None).shown == ()


def test_the_same_report_by_two_roads_is_shown_once_and_counted():
    one = a_document("Bilan", received=NOW)
    two = replace(a_document("Bilan", received=NOW + timedelta(hours=1)), source="mssante")
    found = news([two, one], [], since=NOW - timedelta(days=2))
    assert [new.document.id for new in found.shown] == [one.id] and [d.id for d in found.repeats] == [two.id]


def test_a_report_dated_to_the_day_is_of_that_day_in_france_and_folds_with_its_copy_that_bears_an_hour():
    midnight = datetime(2026, 3, 11, 23, tzinfo=UTC)  # how « 2026-03-12 » is kept
    dated = a_document("Bilan", day=midnight, received=NOW)
    copy = a_document("Bilan", day=midnight + timedelta(hours=10), received=NOW + timedelta(hours=1))
    of_the_eve = a_document("Bilan", day=midnight - timedelta(hours=10), received=NOW + timedelta(hours=2))
    found = news([copy, dated, of_the_eve], [], since=NOW - timedelta(days=2))
    assert {new.document.id for new in found.shown} == {dated.id, of_the_eve.id}
    assert [one.id for one in found.repeats] == [copy.id]
    came_before = news([copy, dated], [], since=NOW + timedelta(minutes=30))
    assert [one.id for one in came_before.repeats] == [copy.id]
    assert set(to_compare([copy, dated, of_the_eve], since=NOW + timedelta(minutes=30))) >= {copy.id, dated.id}
    assert Held.of([copy, dated, of_the_eve]).on_days([date(2026, 3, 12)]) == [copy, dated]
    assert a_summary([], [copy, dated]).oldest == date(2026, 3, 12)


LETTER = (
    "Cher confrère, je vous remercie de m’avoir adressé Madame Benali pour une douleur du genou gauche à l’effort. "
    "L’examen retrouve un genou sec, stable, sans blocage. L’échographie montre une lame de liquide. Je propose dix "
    "séances de kinésithérapie et un nouvel avis dans 3 mois. Ibuprofène 200 mg si besoin."
)


def test_a_letter_that_says_nearly_the_same_by_another_road_is_folded_and_another_dose_is_not():
    known = a_document("Lettre", "11488-4", received=NOW - timedelta(days=9))
    again = a_document("Compte rendu de consultation", "11490-0", received=NOW, author="Dr Costa, rhumatologue")
    other = a_document("Lettre corrigée", "11488-4", received=NOW, author="Dr Costa")
    documents, since = [other, again, known], NOW - timedelta(days=2)
    said = {
        known.id: LETTER, again.id: LETTER.replace("Cher confrère, je", "Chère consœur, je") + " Bien à vous.",
        other.id: LETTER.replace("200 mg", "400 mg"),
    }  # fmt: skip
    assert set(to_compare(documents, since=since)) == set(said)
    found = news(documents, [], since=since, texts=said)
    assert [one.document.id for one in found.shown] == [other.id]
    assert [one.id for one in found.repeats] == [again.id]
    assert to_compare([known], since=since) == to_compare(documents, since=None) == ()


def test_a_near_copy_is_folded_through_the_door_too(world: World):
    amina = world.amina
    first = deposited(
        world.labo_seine, amina, a_report("Lettre", content=LETTER.encode()), received=NOW - timedelta(days=9)
    )
    again = a_report("Compte rendu", type_code="11490-0", content=f"{LETTER} Bien à vous.".encode())
    read_by_machine(amina, first, deposited(world.labo_seine, amina, again))
    found = queries.summary(amina.opens(Action.LIST), since=NOW - timedelta(days=2)).news
    assert (found.shown, len(found.repeats)) == ((), 1)


def test_two_papers_of_one_day_and_author_that_say_other_things_in_coded_words_parts_or_doses_are_both_shown():
    def pressure(high: int) -> dict[str, Any]:
        parts = [{"code": {"text": "Systolique"}, "valueQuantity": {"value": high, "unit": "mmHg"}}]
        return {"kind": "Observation", "text": "Tension", "component": parts}

    def serology(word: str) -> dict[str, Any]:
        return {"kind": "Observation", "text": "VIH", "valueCodeableConcept": {"text": word}}

    def dose(how: str) -> dict[str, Any]:
        told = {"kind": "MedicationRequest", "text": "Bisoprolol", "where": "medicationCodeableConcept"}
        return told | {"dosageInstruction": [{"text": how}]}

    for one, other in (
        (pressure(118), pressure(182)), (serology("négatif"), serology("positif")), (dose("1 le matin"), dose("2 le matin")),
    ):  # fmt: skip
        papers = [a_document("Papier", "57833-6", received=NOW + timedelta(hours=n)) for n in range(3)]
        items = [
            replace(thing(**said, received=paper.received), source=replace(a_source(), document_id=paper.id))
            for paper, said in zip(papers, (one, other, one), strict=True)
        ]
        found = news(papers[::-1], items, since=NOW - timedelta(days=2))
        assert {each.document.id for each in found.shown} == {papers[0].id, papers[1].id}
        assert [each.id for each in found.repeats] == [papers[2].id]


def test_a_renewal_is_folded_and_a_changed_dose_is_not():
    def asked(document: Document, how: str) -> Item:
        item = thing("MedicationRequest", "Bisoprolol", where="medicationCodeableConcept", dosageInstruction=[{"text": how}],
                     received=document.received)  # fmt: skip
        return replace(item, source=replace(a_source(), document_id=document.id))

    first = a_document("Ordonnance", "57833-6", day=NOW - timedelta(days=60), received=NOW - timedelta(days=60))
    again = a_document("Ordonnance", "57833-6", day=NOW - timedelta(days=1), received=NOW - timedelta(days=1))
    changed = a_document("Ordonnance", "57833-6", day=NOW, received=NOW)
    items = [asked(first, "1 le matin"), asked(again, "1 le matin"), asked(changed, "2 le matin")]
    found = news([changed, again, first], items, since=NOW - timedelta(days=30))
    assert [one.document.id for one in found.shown] == [changed.id]
    assert [one.id for one in found.renewals] == [again.id]


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 3), st.integers(0, 2)), max_size=25), st.integers(-20, 20)
)
def test_whatever_came_is_shown_or_folded_never_lost_and_never_invented(came: list[tuple[int, int, int]], visit: int):
    documents = [
        a_document(
            f"Titre {title}", ("11502-2", "57833-6", "11490-0")[kind], day=NOW, received=NOW + timedelta(hours=hours)
        )
        for hours, title, kind in came
    ]
    since = NOW + timedelta(hours=visit)
    found = news(documents, [], since=since)
    told = [*(one.document.id for one in found.shown), *(one.id for one in (*found.renewals, *found.repeats))]
    assert len(told) == len(set(told))
    assert set(told) == {one.id for one in documents if one.received > since} == found.every


# -- through the door


def test_a_doctor_s_summary_holds_nothing_of_what_was_hidden_from_her(world: World):
    secret = deposited(world.labo_seine, world.amina, a_report("Bilan caché"))
    deposited(world.labo_seine, world.amina, a_report("Bilan ouvert"))
    grant = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=secret.id))
    actions.set_visibility(grant, document_id=secret.id, add={Visibility.HIDDEN_FROM_PROFESSIONALS}, at=NOW)
    seen = queries.summary(queries_grant(world), since=NOW - timedelta(days=1))
    assert [one.document.metadata.title for one in seen.news.shown] == ["Bilan ouvert"]
    assert seen.documents == 1 and seen.hidden == HIDDEN


def queries_grant(world: World):
    from hygie.access.actions import open_record

    return open_record(care(world.dr_diallo, world.amina))


def test_her_own_summary_says_nothing_of_hiding(world: World):
    deposited(world.labo_seine, world.amina)
    assert queries.summary(world.amina.opens(Action.LIST)).hidden == ""


def test_what_a_blood_count_prints_along_comes_after_what_is_asked_for_by_itself():
    days = ("2025-09-12", "2025-12-12", "2026-03-12")
    along = analytes.BY_ID["ccmh"]
    items = [an_item(along.loinc, 33.0 + n / 10, "g/dL", day, label=along.label) for n, day in enumerate(days)]
    items += [tsh(2.0 + n / 10, day) for n, day in enumerate(days)]
    lines = a_summary(items).section(Chapter.RESULTS).lines
    assert [line.key for line in lines] == ["tsh", "ccmh"]
    outside = [an_item(along.loinc, 39.0, "g/dL", "2026-03-14", label=along.label, low=32.0, high=36.0)]
    assert a_summary(items + outside).section(Chapter.RESULTS).lines[0].key == "ccmh"


def test_what_goes_with_a_treatment_that_runs_stands_before_what_is_a_little_out_of_its_interval():
    cholesterol = [
        an_item("2093-3", value, "g/L", day, low=0, high=2, label="Cholestérol total")
        for value, day in ((2.2, "2025-09-01"), (2.08, "2026-03-01"))
    ]
    treated = thing("MedicationRequest", "Lévothyrox 75 µg", "2026-03-01", where="medicationCodeableConcept",
                    status="active", intent="order")  # fmt: skip
    followed = [tsh(2.0, "2025-09-01"), tsh(2.1, "2026-03-01")]
    assert texts(a_summary([*cholesterol, *followed, treated]), Chapter.RESULTS) == ["TSH", "Cholestérol total"]
    assert texts(a_summary([*cholesterol, *followed]), Chapter.RESULTS)[0] == "Cholestérol total"


def test_one_author_under_two_spellings_is_one_and_letters_are_told_from_results():
    written = [a_document("Avis", "11488-4", author="Dr Bonnet"), a_document("Bilan", author="Labo Seine")]
    lines = {line.text: line.marked for line in a_summary([], written).section(Chapter.CIRCLE).lines}
    assert lines == {"Dr Bonnet": True, "Labo Seine": False}
    numbered = [replace(one, metadata=replace(one.metadata, authors=(Author(name, rpps="899"),)))
                for one, name in zip(written, ("Dr Bonnet", "Dr Anne Bonnet"), strict=True)]  # fmt: skip
    [line] = a_summary([], numbered).section(Chapter.CIRCLE).lines
    assert (line.text, line.marked) == ("Dr Anne Bonnet", True)
