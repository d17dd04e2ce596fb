"""What documents say: kept with its provenance, as visible as its document, in one transaction with it.

Each is asked of loose documents and of documents laid in a sheet: where they are copied must change no answer.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from django.db import transaction

from hygie.access import actions as access
from hygie.access.actions import inside
from hygie.access.types import Action, Grant, Purpose, Request
from hygie.base.errors import Invalid, NotFound, Unavailable
from hygie.formats import extraction
from hygie.formats.entries import Certainty, Entry, Found, Unread
from hygie.record import actions, extracting, laying, packing, queries, tasks
from hygie.record.results import series
from hygie.record.types import Receipt, State
from hygie.tests import jobs
from hygie.tests.world import NOW, Person, World, a_report, care, deposited


@pytest.fixture(params=["loose", "laid"])
def laid(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "laid")


def tsh(value: float = 2.1, day: str = "2026-03-12", code: str = "3016-3") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": day,
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": "TSH"}], "text": "TSH"},
        "valueQuantity": {"value": value, "unit": "mUI/L", "system": "http://unitsofmeasure.org", "code": "m[IU]/L"},
    }  # fmt: skip


def says(*entries: Entry, text: str = "TSH 2,1 mUI/L", unread: tuple[Unread, ...] = ()) -> Found:
    return Found("paper", "1", entries, unread, text)


def stated(resource: dict[str, Any], place: str = "OBX[1]") -> Entry:
    return Entry(resource, place)


def guessed(resource: dict[str, Any], place: str = "page 1, ligne 4") -> Entry:
    return Entry(resource, place, Certainty.SUGGESTED, 0.7, "TSH 2,1 mUl/L", "Hormones")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, Any]:
    """What the reader finds in each content, in place of today's readers: a `Found`, or the error it raises."""
    known: dict[bytes, Any] = {}

    def extract(data: bytes, *, media_type: str | None = None) -> Found:
        found = known.get(data, says())
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(extraction, "extract", extract)
    return known


def read(
    world: World, reads: dict[bytes, Any], found: Any, person: Person | None = None, *, laid: bool = False, **more: Any
) -> Receipt:
    """A document of the laboratory that says so, filed and read by the machine, perhaps laid in a sheet."""
    person = person or world.amina
    document = a_report(**more)
    reads[document.content] = found
    receipt = deposited(world.labo_seine, person, document)
    filed(person, receipt)
    extracting.read(person.id, [receipt.id])
    if laid:
        lay(person)
    return receipt


def filed(person: Person, receipt: Receipt) -> None:
    from hygie.record import tasks

    tasks.file.func(refs=[[str(person.id), str(receipt.id)]])


def lay(person: Person) -> None:
    assert laying.lay_if_worth_it(machine(person), loose=1) == 1


def lay_again(person: Person) -> None:
    with inside(machine(person)) as sql:
        sql.execute("DELETE FROM record_sheet WHERE patient_id = %b", [person.id])
    lay(person)


def machine(person: Person) -> Grant:
    return extracting._open(person.id, None)


def hers(person: Person) -> Grant:
    return person.opens(Action.LIST)


def cares(world: World) -> Grant:
    return access.open_record(care(world.dr_diallo, world.amina))


def values(grant: Grant, **asked: Any) -> list[float]:
    return [one.resource["valueQuantity"]["value"] for one in queries.entries(grant, **asked)]


def test_an_entry_is_told_with_the_place_it_was_read_from(world: World, reads: dict[bytes, Any], laid: bool) -> None:
    receipt = read(world, reads, says(guessed(tsh())), title="Bilan thyroïdien", laid=laid)
    (item,) = queries.entries(hers(world.amina))
    assert item.source is not None
    told = (item.source.document_id, item.source.title, item.source.author)
    assert told == (receipt.id, "Bilan thyroïdien", "Labo Seine")
    assert (item.kind, item.day, item.state) == ("Observation", date(2026, 3, 12), State.SUGGESTED)
    assert (item.place, item.section, item.words) == ("page 1, ligne 4", "Hormones", "TSH 2,1 mUl/L")
    assert (item.code, item.confidence, item.certain) == ("http://loinc.org|3016-3", 0.7, False)
    assert item.resource == tsh() and item.received == receipt.received and not item.by_patient
    assert queries.entry(hers(world.amina), entry_id=item.id) == item


def test_the_newest_day_comes_first_whatever_came_in_first(world: World, reads: dict[bytes, Any], laid: bool) -> None:
    read(world, reads, says(stated(tsh(1, "2026-01-02")), stated(tsh(3, "2026-03-02"))), laid=laid)
    read(world, reads, says(stated(tsh(2, "2026-02-02")), stated({"resourceType": "Condition", "code": {"text": "x"}})))
    grant = hers(world.amina)
    assert [one.day and one.day.month for one in queries.entries(grant)] == [3, 2, 1, None]
    assert values(grant, kinds=["Observation"]) == [3, 2, 1]
    assert values(grant, since=date(2026, 2, 1)) == [3, 2]
    assert values(grant, kinds=["Observation"], latest=1) == [3]
    assert queries.entries(grant, states=[State.SUGGESTED]) == []
    assert queries.entries(grant, received_since=NOW + timedelta(minutes=1)) == []


def test_the_same_list_loose_and_laid(world: World, reads: dict[bytes, Any]) -> None:
    for n in range(3):
        read(world, reads, says(stated(tsh(n)), guessed(tsh(n + 0.5, code="14920-3"), place=f"ligne {n}")))
    before, documents = queries.entries(hers(world.amina)), queries.documents(hers(world.amina))
    texts, curves = dict(queries.texts(hers(world.amina))), series(queries.entries(hers(world.amina), latest=2))
    lay(world.amina)
    after = queries.entries(hers(world.amina))
    assert sorted(before, key=lambda one: one.id) == sorted(after, key=lambda one: one.id)
    listed = queries.documents(hers(world.amina))
    # Asked before anything makes their metadata: what is compared afterwards makes them.
    told = [(one.late is not None, one.title, one.authors) for one in listed]
    assert told == [(True, one.metadata.title, one.metadata.authors) for one in documents]
    assert listed == documents and all(one.metadata.title and one.metadata.authors for one in documents)
    laid = queries.entries(hers(world.amina), latest=2)
    assert all(one.late is not None and one.late(one.number, "values") is not None for one in laid)
    assert series(laid) == curves and [len(one.points) for one in curves] == [2, 2]
    assert dict(queries.texts(hers(world.amina))) == texts and len(texts) == 3


def _as_formerly(packed: bytes) -> bytes:
    """Entries as sheets held them before their lines were counted, and before what observations say was read."""
    length, count = int.from_bytes(packed[:4], "big"), int.from_bytes(packed[4:8], "big")
    header, columns = orjson.loads(packed[8 : 8 + length]), packed[8 + length : 8 + length + 24 * count]
    lines = packed[8 + length + 24 * count :].split(b"\n")
    header["shared"] = [orjson.loads(one) for one in lines[header["shared"] :] if one]
    del header["ends"]
    header.pop("prints", None)
    first = orjson.dumps(header)
    return b"".join([len(first).to_bytes(4, "big"), packed[4:8], first, columns, b"\n".join(lines[:count])])


def test_a_sheet_laid_formerly_answers_alike(world: World, reads: dict[bytes, Any], monkeypatch: pytest.MonkeyPatch):
    for n in range(3):
        read(
            world,
            reads,
            says(stated(tsh(n)), guessed(tsh(n + 0.5, code="14920-3"), place=f"ligne {n}")),
            title=f"n° {n}",
        )

    def all_of_it() -> list[Any]:
        grant = hers(world.amina)
        every, latest = queries.entries(grant), queries.entries(grant, latest=1)
        documents = [(one.id, one.title, one.authors, one.metadata, one.sha256) for one in queries.documents(grant)]
        return [every, [one.resource for one in every], latest, series(latest), documents, dict(queries.texts(grant))]

    lay(world.amina)
    today = all_of_it()
    entries, listing = packing.pack_entries, packing.pack_listing

    def former_listing(bound: Any) -> bytes:
        header, _, lines = listing(bound).partition(b"\n")
        told = orjson.loads(header)
        for later in ("ends", "authors", "author"):
            del told[later]
        return orjson.dumps(told) + b"\n" + lines

    monkeypatch.setattr(packing, "pack_entries", lambda bound: tuple(map(_as_formerly, entries(bound))))
    monkeypatch.setattr(packing, "pack_listing", former_listing)
    lay_again(world.amina)
    assert all_of_it() == today


def test_an_entry_names_its_document_and_its_day_of_arrival_alike_whether_it_is_laid_or_not(
    world: World, reads: dict[bytes, Any]
) -> None:
    for n in range(3):
        read(world, reads, says(stated(tsh(n)), guessed(tsh(n + 0.5, code="14920-3"))), title=f"n° {n}")

    def named() -> list[Any]:
        return [(one.document, one.received) for one in queries.entries(hers(world.amina), latest=2)]

    loose = named()
    assert set(loose) <= {(one.id.bytes, one.received) for one in queries.documents(hers(world.amina))}
    lay(world.amina)
    assert sorted(named()) == sorted(loose)
    assert all(one.document == one.source.document_id.bytes for one in queries.entries(hers(world.amina)) if one.source)


@pytest.mark.parametrize("happened", ["nothing", "hidden", "withdrawn", "settled"])
def test_the_latest_of_each_code_are_the_first_of_all_that_may_be_seen(
    world: World, reads: dict[bytes, Any], happened: str
) -> None:
    """More of a code than the head of a sheet holds; then something becomes of the document that holds the newest."""
    receipts = [
        read(world, reads, says(guessed(tsh(n, f"2026-0{n}-02")), stated(tsh(n, f"2026-0{n}-02", code="14920-3"))))
        for n in range(1, 10)
    ]
    lay(world.amina)
    newest = receipts[-1].id
    if happened == "hidden":
        hiding = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=newest))
        actions.set_visibility(hiding, document_id=newest, add={"MASQUE_PS"}, at=NOW)
    elif happened == "withdrawn":
        back = Request(
            actor=world.labo_seine, patient_id=world.amina.id, purpose=Purpose.DEPOSIT, action=Action.WITHDRAW, at=NOW,
            object_id=newest,
        )  # fmt: skip
        actions.withdraw(actions.open_to_correct(back), document_id=newest, at=NOW)
    elif happened == "settled":
        suggestion = queries.suggestions(hers(world.amina))[0]
        settling = actions.open_to_correct(world.amina.asks(Action.SETTLE, object_id=newest))
        actions.settle(settling, entry_id=suggestion.id, accepted=False, at=NOW)
    for who in (hers(world.amina), cares(world)):
        everything = queries.entries(who)
        for most in (1, 3, 6, 7, 9):
            latest = queries.entries(who, latest=most)
            for code in ("http://loinc.org|3016-3", "http://loinc.org|14920-3"):
                assert [one for one in latest if one.code == code] == [one for one in everything if one.code == code][
                    :most
                ]


def test_right_doctor_wrong_patient(world: World, reads: dict[bytes, Any], laid: bool) -> None:
    read(world, reads, says(stated(tsh())), laid=laid)
    read(world, reads, says(stated(tsh())), person=world.zoe, laid=laid)
    assert len(queries.entries(cares(world))) == 1
    (theirs,) = queries.entries(hers(world.zoe))
    with pytest.raises(NotFound):
        queries.entry(cares(world), entry_id=theirs.id)
    assert theirs.source is not None and queries.unread(cares(world), document_id=theirs.source.document_id) == []
    with pytest.raises(NotFound):
        access.open_record(care(world.dr_roux, world.amina))


def test_the_wall_alone_keeps_entries_and_sheets_from_a_stranger(
    world: World, reads: dict[bytes, Any], monkeypatch: pytest.MonkeyPatch, laid: bool
) -> None:
    from hygie.access.types import Decision, Scope

    read(world, reads, says(stated(tsh())), laid=laid)
    everything = Scope(classes=None, hidden=True, unannounced=True)
    monkeypatch.setattr("hygie.access.policy.decide", lambda request, facts: Decision("no-rule", True, everything))
    stranger = access.open_record(care(world.dr_roux, world.amina))
    assert queries.entries(stranger) == [] and list(queries.texts(stranger)) == []
    with transaction.atomic():
        from hygie.base.sql import cursor

        for table in ("record_reading", "record_sheet", "record_statement"):
            assert cursor().execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,), table


def test_hiding_a_document_hides_its_entries_in_the_same_transaction(
    world: World, reads: dict[bytes, Any], laid: bool
) -> None:
    receipt = read(world, reads, says(guessed(tsh())), laid=laid)
    asked = world.amina.asks(Action.SET_VISIBILITY, object_id=receipt.id)
    grant = actions.open_to_correct(asked)
    doctor = cares(world)
    with transaction.atomic():
        actions.set_visibility(grant, document_id=receipt.id, add=["MASQUE_PS"], at=NOW)
        assert queries.entries(doctor) == [] and queries.documents(doctor) == []
        transaction.set_rollback(True)  # as if killed in between: neither is hidden
    assert len(queries.entries(cares(world))) == 1
    actions.set_visibility(grant, document_id=receipt.id, add=["MASQUE_PS"], at=NOW)
    assert queries.entries(cares(world)) == [] and queries.suggestions(cares(world)) == []
    assert list(queries.texts(cares(world))) == [] and queries.documents(cares(world)) == []
    (item,) = queries.entries(hers(world.amina))
    with pytest.raises(NotFound):
        queries.entry(cares(world), entry_id=item.id)
    actions.set_visibility(grant, document_id=receipt.id, remove=["MASQUE_PS"], at=NOW)
    assert len(queries.entries(cares(world))) == 1


def test_what_replaces_a_document_replaces_its_entries(world: World, reads: dict[bytes, Any], laid: bool) -> None:
    first = read(world, reads, says(stated(tsh(2.1))), uid="urn:oid:1.2.3", laid=laid)
    second = read(world, reads, says(stated(tsh(3.3))), replaces=str(first.id))
    assert values(hers(world.amina)) == [3.3]
    assert dict(queries.texts(hers(world.amina))).keys() == {second.id}
    assert len(queries.entries_of(hers(world.amina), document_id=first.id)) == 1  # on its own page it still says so
    back = Request(
        actor=world.labo_seine, patient_id=world.amina.id, purpose=Purpose.DEPOSIT, action=Action.WITHDRAW, at=NOW,
        object_id=second.id,
    )  # fmt: skip
    actions.withdraw(actions.open_to_correct(back), document_id=second.id, at=NOW)
    assert values(hers(world.amina)) == [2.1]  # what it replaced is current again
    actions.restore(actions.open_to_correct(back), document_id=second.id, at=NOW)
    assert values(hers(world.amina)) == [3.3]


def test_what_is_announced_later_is_there_later(world: World, reads: dict[bytes, Any], laid: bool) -> None:
    document = a_report(visibility=frozenset({"N", "INVISIBLE_PATIENT"}))
    from dataclasses import replace

    document = replace(document, announce_on=NOW.date() + timedelta(days=2))
    reads[document.content] = says(stated(tsh()))
    receipt = deposited(world.labo_seine, world.amina, document)
    filed(world.amina, receipt)
    extracting.read(world.amina.id, [receipt.id])
    if laid:
        lay(world.amina)
    assert queries.entries(hers(world.amina)) == []
    assert len(queries.entries(cares(world))) == 1  # her doctor knows, to announce it
    later = access.open_record(replace(world.amina.asks(Action.LIST), at=NOW + timedelta(days=3)))
    assert len(queries.entries(later)) == 1


def test_a_doctor_sees_the_entries_of_the_classes_shared_with_her(
    world: World, reads: dict[bytes, Any], laid: bool
) -> None:
    world.lets_in(world.zoe, world.dr_roux, classes=frozenset({"42"}))
    read(world, reads, says(stated(tsh())), person=world.zoe)
    read(world, reads, says(stated(tsh(9))), person=world.zoe, class_code="42", type_code="57828-6", laid=laid)
    assert values(access.open_record(care(world.dr_roux, world.zoe))) == [9]


def test_a_summary_says_how_many_documents_nobody_read_yet(world: World, reads: dict[bytes, Any], laid: bool) -> None:
    """It may say « nothing known » only of what was read; and it counts no document that its reader may not see."""
    read(world, reads, says(stated(tsh())), laid=laid)
    assert queries.summary(hers(world.amina)).waiting == 0
    seen, hidden = (
        deposited(world.labo_seine, world.amina, a_report(visibility=frozenset(codes)))
        for codes in ({"N"}, {"N", "MASQUE_PS"})
    )
    deposited(world.labo_seine, world.zoe, a_report())
    assert queries.summary(hers(world.amina)).waiting == 2
    assert queries.summary(cares(world)).waiting == 1
    assert queries.emergency_card(cares(world), wanted=["allergies"]).waiting == 1
    with pytest.raises(NotFound):
        access.open_record(care(world.dr_roux, world.amina))
    extracting.read(world.amina.id, [seen.id])
    assert queries.summary(cares(world)).waiting == 0 and queries.summary(hers(world.amina)).waiting == 1
    extracting.read(world.amina.id, [hidden.id])
    assert queries.summary(hers(world.amina)).waiting == 0


def test_what_was_set_aside_replaced_or_withdrawn_waits_for_nobody(world: World, reads: dict[bytes, Any]) -> None:
    read(world, reads, Invalid("Ce fichier est abîmé.", code="broken"))
    assert queries.summary(hers(world.amina)).waiting == 0
    first = deposited(world.labo_seine, world.amina, a_report(uid="urn:oid:1.2.9"))
    deposited(world.labo_seine, world.amina, a_report(replaces=str(first.id)))
    assert queries.summary(hers(world.amina)).waiting == 1
    withdrawn = deposited(world.labo_seine, world.amina, a_report())
    assert queries.summary(hers(world.amina)).waiting == 2
    back = Request(
        actor=world.labo_seine, patient_id=world.amina.id, purpose=Purpose.DEPOSIT, action=Action.WITHDRAW, at=NOW,
        object_id=withdrawn.id,
    )  # fmt: skip
    actions.withdraw(actions.open_to_correct(back), document_id=withdrawn.id, at=NOW)
    assert queries.summary(hers(world.amina)).waiting == 1


def test_what_could_not_be_read_is_said(world: World, reads: dict[bytes, Any]) -> None:
    part = Unread("page 2", "Cette page est trop pâle.")
    receipt = read(world, reads, says(unread=(part,)))
    assert queries.unread(hers(world.amina), document_id=receipt.id) == [part]


def test_a_poisonous_file_is_set_aside_and_holds_nobody_up(world: World, reads: dict[bytes, Any]) -> None:
    bad, good = a_report(), a_report()
    reads |= {bad.content: ZeroDivisionError("secret 42"), good.content: says(stated(tsh()))}
    ids = [deposited(world.labo_seine, world.amina, one).id for one in (bad, good)]
    assert extracting.read(world.amina.id, ids) == [ids[0]]
    assert len(queries.entries(hers(world.amina))) == 1
    (said,) = queries.unread(hers(world.amina), document_id=ids[0])
    assert "secret" not in said.reason and "lu automatiquement" in said.reason
    faulty = read(world, reads, Invalid("Ce fichier est abîmé.", code="broken"))
    assert [one.reason for one in queries.unread(hers(world.amina), document_id=faulty.id)] == ["Ce fichier est abîmé."]


def test_a_store_out_of_reach_sets_nothing_aside(world: World, reads: dict[bytes, Any]) -> None:
    document = a_report()
    reads[document.content] = Unavailable("Plus tard.", code="away", retry_after=1)
    receipt = deposited(world.labo_seine, world.amina, document)
    with pytest.raises(Unavailable):
        extracting.read(world.amina.id, [receipt.id])
    reads[document.content] = says(stated(tsh()))
    extracting.read(world.amina.id, [receipt.id])
    assert len(queries.entries(hers(world.amina))) == 1


def test_what_stops_several_together_is_told_to_the_operator_and_each_is_tried_alone(
    world: World, reads: dict[bytes, Any], caplog: pytest.LogCaptureFixture
) -> None:
    one, other = a_report(), a_report()
    reads |= {one.content: Unavailable("Plus tard.", code="away", retry_after=1), other.content: says(stated(tsh()))}
    refs = [[str(world.amina.id), str(deposited(world.labo_seine, world.amina, each).id)] for each in (one, other)]
    jobs.forget("record.read")
    tasks.read(refs)
    reads[one.content] = says(stated(tsh()))
    assert jobs.do("record.read") == 2 and len(queries.entries(hers(world.amina))) == 2
    (told,) = [line for line in caplog.records if line.msg == "tried-apart"]
    assert told.exc_info is not None and isinstance(told.exc_info[1], Unavailable)


def test_reading_twice_changes_nothing(world: World, reads: dict[bytes, Any]) -> None:
    receipt = read(world, reads, says(stated(tsh()), guessed(tsh(5))), laid=True)
    before = queries.entries(hers(world.amina))
    extracting.read(world.amina.id, [receipt.id])
    assert queries.entries(hers(world.amina)) == before
    extracting.read(world.amina.id, [receipt.id], again=True)
    assert queries.entries(hers(world.amina)) == before


def test_a_reader_that_grew_finds_more_and_keeps_the_ids(
    world: World, reads: dict[bytes, Any], laid: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_report()
    reads[document.content] = says(guessed(tsh(2.1), "ligne 4"), guessed(tsh(7), "ligne 5"))
    receipt = deposited(world.labo_seine, world.amina, document)
    filed(world.amina, receipt)
    extracting.read(world.amina.id, [receipt.id])
    if laid:
        lay(world.amina)
    known = {one.place: one.id for one in queries.entries(hers(world.amina))}
    reads[document.content] = says(guessed(tsh(2.2), "ligne 4"), guessed(tsh(8), "ligne 6"))
    monkeypatch.setattr(extraction, "edition", lambda media: "paper 99")
    monkeypatch.setattr(extraction, "editions", lambda: frozenset({"paper 99"}))
    assert extracting.read_again(world.amina.id) == 1
    assert extracting.read_again(world.amina.id) == 0
    now = {one.place: (one.id, one.resource["valueQuantity"]["value"]) for one in queries.entries(hers(world.amina))}
    assert now.keys() == {"ligne 4", "ligne 6"}
    assert now["ligne 4"] == (known["ligne 4"], 2.2)
    assert now["ligne 6"][0] not in known.values()


def test_documents_that_come_while_others_are_laid_are_all_there(world: World, reads: dict[bytes, Any]) -> None:
    for n in range(3):
        read(world, reads, says(stated(tsh(n))), laid=n == 1)
    assert sorted(values(hers(world.amina))) == [0, 1, 2]
    lay(world.amina)  # the half-filled sheet is laid again with the newcomer
    assert sorted(values(hers(world.amina))) == [0, 1, 2]
    assert len(queries.documents(hers(world.amina))) == 3


def test_a_list_says_what_is_new_and_nothing_else_of_the_reader(world: World, reads: dict[bytes, Any]) -> None:
    receipt = read(world, reads, says(), laid=True)
    assert [one.new for one in queries.documents(hers(world.amina))] == [True]
    queries.content(world.amina.opens(Action.READ, object_id=receipt.id), document_id=receipt.id)
    (seen,) = queries.documents(hers(world.amina))
    assert not seen.new and seen.metadata.title == "Analyse de sang" and len(seen.sha256) == 32
    assert queries.documents(hers(world.amina), unopened=True) == []


def test_a_new_version_asks_once_for_each_record_that_holds_a_document(
    world: World, reads: dict[bytes, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hygie.record import tasks

    read(world, reads, says(stated(tsh())))
    asked: list[str] = []
    monkeypatch.setattr(tasks, "read_again_later", lambda patient_id: asked.append(patient_id) or True)
    assert actions.read_again_everywhere() == len(asked) == len(set(asked))
    assert world.amina.id in asked and world.zoe.id not in asked


def test_to_be_asked_for_twice_is_to_be_read_again_once(world: World, reads: dict[bytes, Any]) -> None:
    from hygie.record import tasks

    read(world, reads, says(stated(tsh())))
    assert tasks.read_again_later(world.amina.id) is True
    assert tasks.read_again_later(world.amina.id) is False
