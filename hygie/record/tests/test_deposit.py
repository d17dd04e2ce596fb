"""A document travels from a laboratory to its patient and her doctor, and nobody else ever sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action
from hygie.base.errors import Conflict, NotFound, Refused
from hygie.record import actions as record
from hygie.record import filing, queries
from hygie.record.types import Deposit, NewDocument, Receipt
from hygie.tests.world import NOW, World, a_report, care, deposited


def test_a_report_reaches_its_patient(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien", content=b"TSH 2,1"))
    [found] = queries.documents(world.amina.opens(Action.LIST))
    assert (found.id, found.metadata.title, found.depositor, found.new) == (
        receipt.id, "Bilan thyroïdien", "Labo Seine", True
    )  # fmt: skip
    grant = world.amina.opens(Action.READ, object_id=receipt.id)
    assert queries.content(grant, document_id=receipt.id).data == b"TSH 2,1"
    assert not queries.documents(world.amina.opens(Action.LIST))[0].new


def test_her_doctor_reads_it_and_a_doctor_who_is_not_hers_learns_nothing(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina)
    grant = access.open_record(care(world.dr_diallo, world.amina))
    assert [one.id for one in queries.documents(grant)] == [receipt.id]
    with pytest.raises(NotFound):
        access.open_record(care(world.dr_roux, world.amina))


def test_right_role_wrong_patient(world: World) -> None:
    """Dr Diallo's key to Amina's record opens no document of Zoé's."""
    hers = deposited(world.labo_seine, world.zoe)
    grant = access.open_record(care(world.dr_diallo, world.amina))
    with pytest.raises(NotFound):
        queries.document(grant, document_id=hers.id)
    forged = replace(grant, patient_id=world.zoe.id)
    assert queries.documents(forged) == []  # the second wall, whatever the grant says


def test_a_key_to_deposit_reads_nothing(world: World) -> None:
    grant = access.open_record(replace(world.amina.asks(Action.DEPOSIT)))
    assert grant.keyring is not None
    with pytest.raises(PermissionError):
        grant.keyring.index_key()
    with pytest.raises(Refused):
        queries.documents(grant)


def test_filing_changes_nothing_people_see(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina)
    before = queries.documents(world.amina.opens(Action.LIST))
    filing.file_one(world.amina.id, receipt.id)
    filing.file_one(world.amina.id, receipt.id)
    assert queries.documents(world.amina.opens(Action.LIST)) == before


def test_documents_are_filed_together_with_a_line_in_each_journal_and_one_that_cannot_be_holds_up_no_other(
    world: World,
) -> None:
    zoe, nobody = world.zoe, (uuid4(), uuid4())
    pairs = [(who.id, deposited(world.labo_seine, who).id) for who in (world.amina, zoe, world.amina)]
    stranger = (zoe.id, pairs[0][1])  # a right id, in the wrong record: there is nothing to file
    assert filing.file_together([*pairs, nobody, stranger]) == [nobody]
    for patient_id, document_id in pairs:
        who = world.amina if patient_id == world.amina.id else zoe
        with access.inside(who.opens(Action.LIST)) as sql:
            [[listing]] = sql.execute("SELECT listing FROM record_document WHERE id = %b", [document_id]).fetchall()
        assert listing is not None
        lines = asks.journal(who.opens(Action.READ_JOURNAL))
        assert [one.action for one in lines if one.object_id == document_id] == ["index", "deposit"]
    assert len(queries.documents(world.amina.opens(Action.LIST))) == 2


def test_the_same_again_gets_the_same_answer_and_is_stored_once(world: World) -> None:
    report = a_report()
    first = deposited(world.labo_seine, world.amina, report)
    again = deposited(world.labo_seine, world.amina, report)
    assert (again.id, again.outcome) == (first.id, "again")
    assert len(queries.documents(world.amina.opens(Action.LIST))) == 1


def test_the_same_number_with_another_content_is_a_conflict(world: World) -> None:
    report = a_report()
    deposited(world.labo_seine, world.amina, report)
    with pytest.raises(Conflict):
        deposited(world.labo_seine, world.amina, replace(report, content=b"other"))


def test_the_same_document_by_another_route_is_stored_once(world: World) -> None:
    report = a_report()
    first = deposited(world.labo_seine, world.amina, report)
    other = world.software("Messagerie", "other")
    assert deposited(other, world.amina, report).outcome == "known"
    assert [one.id for one in queries.documents(world.amina.opens(Action.LIST))] == [first.id]


def test_one_id_with_another_content_from_another_sender_is_set_aside(world: World) -> None:
    report = a_report()
    deposited(world.labo_seine, world.amina, report)
    receipt = deposited(world.software("Imposteur", "other"), world.amina, replace(report, content=b"forged"))
    assert receipt.outcome == "quarantined"
    assert len(queries.documents(world.amina.opens(Action.LIST))) == 1


def test_a_mismatched_identity_is_never_attached(world: World) -> None:
    wrong = replace(world.amina.traits, birth_date="1988-05-05")
    receipt = deposited(world.labo_seine, world.amina, traits=wrong)
    unknown = deposited(world.labo_seine, world.amina, ins=World.matricule("1990-01-01", "female"))
    assert receipt.outcome == unknown.outcome == "quarantined"
    assert queries.documents(world.amina.opens(Action.LIST)) == []
    told = {one.id: one.reason for one in queries.quarantine(world.labo_seine)}
    assert told == {receipt.id: "identity-not-matched", unknown.id: "identity-not-matched"}
    with pytest.raises(Refused):
        queries.quarantine(world.amina.actor)


def test_an_operator_attaches_what_was_set_aside_without_opening_it(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina, traits=replace(world.amina.traits, birth_date="1988-05-05"))
    assert world.amina.id in queries.candidates(world.operator, quarantine_id=receipt.id)
    done = record.resolve_quarantine(world.operator, quarantine_id=receipt.id, patient_id=world.amina.id, at=NOW)
    assert done is not None and done.outcome == "stored"
    [found] = queries.documents(world.amina.opens(Action.LIST))
    assert found.depositor == "Labo Seine"
    with pytest.raises(Conflict):
        record.resolve_quarantine(world.operator, quarantine_id=receipt.id, patient_id=world.zoe.id, at=NOW)
    with pytest.raises(Refused):
        record.resolve_quarantine(world.labo_seine, quarantine_id=receipt.id, patient_id=world.amina.id, at=NOW)


def test_what_waits_is_shown_however_much_was_settled_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SET_ASIDE", 2)
    wrong = replace(world.amina.traits, birth_date="1988-05-05")
    first, second, third = (deposited(world.labo_seine, world.amina, traits=wrong).id for _ in range(3))
    for settled in (first, second):
        record.resolve_quarantine(world.operator, quarantine_id=settled, patient_id=None, at=NOW)
    told = [one.id for one in queries.quarantine(world.labo_seine, waiting_only=False)]
    assert third in told and len(told) == 2
    assert [one.id for one in queries.quarantine(world.labo_seine)] == [third]


def test_a_person_who_opposed_deposits_receives_none_and_the_refusal_is_written(world: World) -> None:
    access.set_deposit_opposition(world.amina.opens(Action.SET_ACCESS), opposed=True, at=NOW)
    with pytest.raises(Refused):
        deposited(world.labo_seine, world.amina)
    line = asks.journal(world.amina.opens(Action.READ_JOURNAL))[1]
    assert (line.action, line.allowed, line.actor_name) == ("deposit", False, "Labo Seine")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_versions_end_in_the_same_state_in_whatever_order_they_come(world: World, order: tuple[int, ...]) -> None:
    uids = [f"urn:uuid:{uuid4()}" for _ in range(3)]
    chain = [a_report(f"v{n}", uid=uid, replaces=uids[n - 1] if n else None) for n, uid in enumerate(uids)]
    for n in order:
        deposited(world.labo_seine, world.amina, chain[n])
    grant = world.amina.opens(Action.LIST)
    [current] = queries.documents(grant)
    assert current.metadata.title == "v2"
    titles = [one.metadata.title for one in queries.versions(grant, document_id=current.id)]
    assert titles == ["v2", "v1", "v0"]


def test_nobody_replaces_the_document_of_another(world: World) -> None:
    report = a_report()
    deposited(world.labo_seine, world.amina, report)
    other = world.software("Autre labo", "laboratory")
    with pytest.raises(Refused):
        deposited(other, world.amina, a_report("faux", replaces=report.metadata.unique_id))
    [kept] = queries.documents(world.amina.opens(Action.LIST))
    assert kept.status == "current"


def test_hidden_means_hidden_from_her_doctor_and_not_from_her(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina)
    grant = record.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=receipt.id))
    hidden = record.set_visibility(grant, document_id=receipt.id, add={"MASQUE_PS"}, at=NOW)
    assert hidden.visibility == {"N", "MASQUE_PS"}
    assert queries.documents(access.open_record(care(world.dr_diallo, world.amina))) == []
    assert len(queries.documents(world.amina.opens(Action.LIST))) == 1
    back = record.set_visibility(grant, document_id=receipt.id, remove={"MASQUE_PS"}, at=NOW)
    assert back.visibility == {"N"}
    assert len(queries.documents(access.open_record(care(world.dr_diallo, world.amina)))) == 1


def test_a_restricted_level_survives_hiding(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina, a_report(visibility=frozenset({"R"})))
    grant = record.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=receipt.id))
    assert record.set_visibility(grant, document_id=receipt.id, add={"MASQUE_PS"}, at=NOW).visibility == {
        "R",
        "MASQUE_PS",
    }
    assert record.set_visibility(grant, document_id=receipt.id, remove={"MASQUE_PS"}, at=NOW).visibility == {"R"}


def test_the_person_withdraws_her_own_and_changes_her_mind(world: World) -> None:
    own = record.add(actor=world.amina.actor, patient_id=world.amina.id, at=NOW,
                     document=a_report("Mon courrier", type_code="EXPPAT_2", class_code="90"))  # fmt: skip
    grant = record.open_to_correct(world.amina.asks(Action.WITHDRAW, object_id=own.id))
    record.withdraw(grant, document_id=own.id, at=NOW)
    assert queries.documents(world.amina.opens(Action.LIST)) == []
    record.restore(grant, document_id=own.id, at=NOW)
    assert [one.id for one in queries.documents(world.amina.opens(Action.LIST))] == [own.id]


def test_every_deposit_has_its_line_and_the_chain_is_whole(world: World) -> None:
    for _ in range(3):
        deposited(world.labo_seine, world.amina)
    lines = asks.journal(world.amina.opens(Action.READ_JOURNAL))
    assert [line.action for line in lines[1:4]] == ["deposit"] * 3
    assert [line.seq for line in lines] == list(range(len(lines), 0, -1))
    assert asks.journal_is_whole(world.amina.id) is None


def a_submission(world: World, *reports: NewDocument) -> list[Deposit]:
    amina = world.amina
    return [Deposit(one, amina.ins, amina.traits, one.metadata.unique_id, NOW) for one in reports]


def test_a_submission_of_several_documents_is_kept_whole(world: World) -> None:
    receipts = record.deposit_all(
        actor=world.labo_seine, deposits=a_submission(world, a_report("un"), a_report("deux"))
    )
    assert {one.outcome for one in receipts} == {"stored"}
    assert len(queries.documents(world.amina.opens(Action.LIST))) == 2


def test_a_submission_with_one_fault_leaves_nothing_at_all(world: World) -> None:
    taken = a_report("premier")
    deposited(world.labo_seine, world.amina, taken)
    wrong = replace(taken, content=b"another content under the same id")
    with pytest.raises(Conflict):
        record.deposit_all(actor=world.labo_seine, deposits=a_submission(world, a_report("deux"), wrong))
    assert [one.metadata.title for one in queries.documents(world.amina.opens(Action.LIST))] == ["premier"]
    assert asks.journal_is_whole(world.amina.id) is None


def test_a_refused_submission_is_written_down(world: World) -> None:
    access.set_deposit_opposition(world.amina.opens(Action.SET_ACCESS), opposed=True, at=NOW)
    with pytest.raises(Refused):
        record.deposit_all(actor=world.labo_seine, deposits=a_submission(world, a_report(), a_report()))
    refused = [line for line in asks.journal(world.amina.opens(Action.READ_JOURNAL)) if not line.allowed]
    assert len(refused) == 2


def test_deposits_that_share_a_round_are_refused_or_kept_each_for_itself(world: World) -> None:
    """A retry, a refusal and a new document about one person, in one transaction: her chain stays whole."""
    from hygie.record import depositing

    first = a_report()
    deposited(world.labo_seine, world.amina, first)
    nurse = world.doctor("Petit", world.practice, profession="60")
    wanted = [(world.labo_seine, first), (nurse, a_report(type_code="unknown")), (world.labo_seine, a_report())]
    answers = depositing.deposit_round([
        depositing.Incoming(actor=actor, document=one, submission_id=one.metadata.unique_id, received=NOW, source="fhir",
                            ins=world.amina.ins, traits=world.amina.traits)
        for actor, one in wanted
    ])  # fmt: skip
    outcomes = [one.outcome if isinstance(one, Receipt) else type(one) for one in answers]
    assert outcomes == ["again", Refused, "stored"]
    assert asks.journal_is_whole(world.amina.id) is None


def test_what_is_not_announced_yet_is_not_announced_by_the_journal(world: World) -> None:
    deposited(world.labo_seine, world.amina, a_report(visibility=frozenset({"N", "INVISIBLE_PATIENT"})))
    assert queries.documents(world.amina.opens(Action.LIST)) == []
    [line] = [one for one in asks.journal(world.amina.opens(Action.READ_JOURNAL)) if one.action == "deposit"]
    assert line.category is None


def test_an_announcement_comes_by_itself_on_its_day(world: World) -> None:
    today = NOW.date()
    hidden = replace(a_report(visibility=frozenset({"N", "INVISIBLE_PATIENT"})), announce_on=today + timedelta(days=2))
    deposited(world.labo_seine, world.amina, hidden)
    later = replace(world.amina.asks(Action.LIST), at=NOW + timedelta(days=3))
    assert queries.documents(world.amina.opens(Action.LIST)) == []
    assert len(queries.documents(access.open_record(care(world.dr_diallo, world.amina)))) == 1
    assert len(queries.documents(access.open_record(later))) == 1


def test_the_first_few_of_a_list_are_found_behind_all_that_its_reader_may_not_see(world: World) -> None:
    amina, labo = world.amina, world.labo_seine
    seen = [
        deposited(labo, amina, a_report(f"Ancienne {n}", service_start=NOW - timedelta(days=900 + n))).id
        for n in range(3)
    ]
    for n in range(12):  # newer, and more than are read first
        deposited(
            labo, amina, a_report(visibility=frozenset({"N", "MASQUE_PS"}), service_start=NOW - timedelta(days=n))
        )
    hers = queries.documents(amina.opens(Action.LIST), limit=4)
    assert [one.metadata.service_start for one in hers] == [NOW - timedelta(days=n) for n in range(4)]
    doctors = access.open_record(care(world.dr_diallo, amina))
    assert [one.id for one in queries.documents(doctors, limit=2)] == seen[:2]
    assert [one.id for one in queries.documents(doctors, limit=9)] == seen
