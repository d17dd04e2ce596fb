"""Identities: sealed, found by exact digests together, merged and separated without a trace."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.base.sealing import BadSeal
from hygie.base.walls import scope
from hygie.people import actions, ins, queries, sealed
from hygie.people.models import LOOKUP_TABLES, PATIENT_TABLES, Identity
from hygie.people.tests import cast
from hygie.people.types import Actor, AuthLevel, Hat, IdentityStatus, Ins, Kind, Traits

NOW = cast.NOW


def identity(patient_id: UUID) -> Any:
    with scope(patient_id):
        return queries.identity(patient_id)


def test_an_identity_comes_back_whole() -> None:
    hers, number, who = cast.amina(used_family="Durand", used_given="Mina")
    found = identity(hers)
    assert (found.traits, found.ins, found.status, found.display_name) == (
        who,
        number,
        IdentityStatus.QUALIFIED,
        "Mina Durand",
    )


def test_without_a_scope_nobody_exists() -> None:
    hers, _, _ = cast.amina()
    theirs, _, _ = cast.amina()
    with pytest.raises(NotFound):
        queries.identity(hers)
    with scope(theirs), pytest.raises(NotFound):
        queries.identity(hers)


def test_a_scope_closes_with_its_block() -> None:
    hers, _, _ = cast.amina()
    with transaction.atomic():
        with scope(hers):
            queries.identity(hers)
        with pytest.raises(NotFound):
            queries.identity(hers)


def test_whose_key_was_destroyed_is_not_known_here() -> None:
    hers, _, _ = cast.amina()
    with transaction.atomic():
        with scope(hers):
            assert Identity.objects.filter(patient_id=hers).update(identity_key=None) == 1
            with pytest.raises(NotFound):
                queries.identity(hers)
        transaction.set_rollback(True)  # other tests look at everyone


def test_nothing_of_an_identity_is_in_clear() -> None:
    hers, number, who = cast.amina()
    with scope(hers), connection.cursor() as sql:
        dump = ""
        for table in (*PATIENT_TABLES, *LOOKUP_TABLES, "patient_patient"):
            sql.execute(f"SELECT t::text FROM {table} t")
            dump += "\n".join(row[0] for row in sql.fetchall())
    assert str(hers) in dump  # we did look
    for secret in (who.birth_family, "Amina", who.birth_date, number.matricule):
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_every_table_with_a_person_in_it_is_behind_the_wall_or_holds_digests_only() -> None:
    with connection.cursor() as sql:
        sql.execute(
            """SELECT c.relname, c.relforcerowsecurity FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
               WHERE a.attname IN ('patient_id', 'merged', 'kept') AND c.relkind = 'r' AND c.relname LIKE 'people\\_%'"""
        )
        tables = dict(sql.fetchall())
    assert {name for name, forced in tables.items() if forced} == set(PATIENT_TABLES)
    assert {name for name, forced in tables.items() if not forced} == set(LOOKUP_TABLES)


def test_an_older_identity_put_back_or_another_s_does_not_open() -> None:
    hers, _, who = cast.amina()
    other, _, _ = cast.amina()
    with scope(hers, other):
        old = Identity.objects.get(patient_id=hers)
    actions.update_identity(hers, at=NOW, traits=replace(who, used_family="Durand"))
    with scope(hers, other):
        new, theirs = Identity.objects.get(patient_id=hers), Identity.objects.get(patient_id=other)
    for column, value in (("sealed", old.sealed), ("sealed", theirs.sealed), ("identity_key", theirs.identity_key)):
        before = getattr(new, column)
        setattr(new, column, value)
        with pytest.raises(BadSeal):
            sealed.unseal(new)
        setattr(new, column, before)
    assert sealed.unseal(new).traits.used_family == "Durand"


def test_two_spaces_never_hold_the_same_matricule() -> None:
    _, number, _ = cast.amina()
    with pytest.raises(Conflict) as refusal:
        actions.register_patient(traits=cast.traits(), ins=number, status=IdentityStatus.QUALIFIED, at=NOW)
    assert refusal.value.code == "ins-taken"


@pytest.mark.parametrize("status", IdentityStatus)
def test_a_matricule_and_its_status_go_together(status: IdentityStatus) -> None:
    number, who = cast.new_ins(), cast.traits()
    carries = status in (IdentityStatus.QUALIFIED, IdentityStatus.RETRIEVED)
    with pytest.raises(Invalid):
        actions.register_patient(traits=who, ins=None if carries else number, status=status, at=NOW)
    actions.register_patient(traits=who, ins=number if carries else None, status=status, at=NOW)
    assert (queries.match([(number, who)]) != [None]) == (status is IdentityStatus.QUALIFIED)


def test_production_refuses_test_matricules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGIE_MODE", "production")
    with pytest.raises(Invalid) as refusal:
        actions.register_patient(traits=cast.traits(), ins=cast.new_ins(), status=IdentityStatus.QUALIFIED, at=NOW)
    assert refusal.value.code == "ins-test-oid"


def test_a_new_matricule_makes_the_old_one_former_and_both_lead_to_her() -> None:
    hers, old, who = cast.amina()
    new = cast.new_ins()
    actions.update_identity(hers, at=NOW, ins=new)
    assert (identity(hers).ins, identity(hers).former) == (new, (old,))
    assert queries.match([(old, who), (new, who), (old, cast.traits())]) == [hers, hers, None]


def test_a_recycled_matricule_leads_to_whoever_has_these_traits() -> None:
    hers, old, who = cast.amina()
    actions.update_identity(hers, at=NOW, ins=cast.new_ins())
    other = cast.traits()
    theirs = actions.register_patient(traits=other, ins=old, status=IdentityStatus.QUALIFIED, at=NOW)
    assert queries.match([(old, who), (old, other)]) == [hers, theirs]


def test_a_corrected_trait_replaces_the_old_one_in_the_lookup() -> None:
    hers, number, who = cast.amina()
    corrected = replace(who, birth_date="1979-03-29")
    actions.update_identity(hers, at=NOW, traits=corrected)
    assert queries.match([(number, who), (number, corrected)]) == [None, hers]


def test_a_doubtful_identity_is_provisional_and_receives_nothing_more() -> None:
    hers, number, who = cast.amina()
    with pytest.raises(Invalid):
        actions.update_identity(hers, at=NOW, doubtful=True)
    actions.update_identity(hers, at=NOW, doubtful=True, status=IdentityStatus.PROVISIONAL)
    assert queries.match([(number, who)]) == [None]
    assert identity(hers).former == (number,)
    actions.update_identity(hers, at=NOW, doubtful=False, status=IdentityStatus.QUALIFIED, ins=number)
    assert queries.match([(number, who)]) == [hers]


def test_a_batch_answers_each_in_its_place() -> None:
    people = [cast.amina() for _ in range(5)]
    pairs = [(number, who) for _, number, who in people]
    mixed = [(number, people[(n + 1) % 5][2]) for n, (_, number, _) in enumerate(people)]
    assert queries.match(pairs + mixed) == [hers for hers, _, _ in people] + [None] * 5
    assert queries.match([]) == []


def nearly(rng: random.Random, number: Ins, who: Traits) -> tuple[Ins, Traits]:
    """The same person, but for one thing: what a typing error, a twin, a neighbour or a stale file would send."""
    digits = number.matricule
    place = rng.randrange(13)
    wrong = digits[:place] + str((int(digits[place]) + rng.randrange(1, 10)) % 10) + digits[place + 1 : 13]
    letter = rng.randrange(len(who.birth_family))
    typo = (
        who.birth_family[:letter] + chr(65 + (ord(who.birth_family[letter]) - 64) % 26) + who.birth_family[letter + 1 :]
    )
    year, month, day = who.birth_date.split("-")
    return rng.choice([
        lambda: (Ins(wrong + ins.key_of(wrong), number.oid), who),  # another's matricule, key right
        lambda: (Ins(wrong + digits[13:], number.oid), who),
        lambda: (Ins(digits, rng.choice([ins.NIR, ins.NIA, ins.NIR_DEMO])), who),
        lambda: (number, replace(who, birth_family=typo)),
        lambda: (number, replace(who, birth_family=who.birth_family[:-1])),
        lambda: (number, replace(who, birth_family=f"{who.birth_family} EPOUSE")),
        lambda: (number, replace(who, given_names=("Nadia", *who.given_names[1:]))),  # her twin
        lambda: (number, replace(who, given_names=tuple(reversed(who.given_names)))),
        lambda: (number, replace(who, given_names=(*who.given_names, "Zoé"))),
        lambda: (number, replace(who, given_names=who.given_names[1:])),
        lambda: (number, replace(who, birth_family=who.given_names[0], given_names=(who.birth_family,))),
        lambda: (number, replace(who, birth_date=f"{year}-{day}-{month}")),
        lambda: (number, replace(who, birth_date=f"{int(year) + rng.choice([-100, -10, -1, 1, 10])}-{month}-{day}")),
        lambda: (number, replace(who, birth_date=f"{year}-{month}-{int(day) % 28 + 1:02d}")),
        lambda: (number, replace(who, sex="male")),
        lambda: (number, replace(who, sex="unknown")),
        lambda: (number, replace(who, birth_place=f"{rng.randrange(1, 96):02d}999")),
    ])()  # fmt: skip


def test_a_near_miss_is_attached_to_nobody() -> None:
    """Ten thousand in torture: HYGIE_TORTURE=1."""
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    family = cast.name()
    people = [
        cast.amina(birth_family=rng.choice([family, cast.name()]), given_names=("Amina", "Leïla")) for _ in range(20)
    ]
    pairs = [nearly(rng, *rng.choice(people)[1:]) for _ in range(10_000 if os.environ.get("HYGIE_TORTURE") else 1_000)]
    pairs += [(one[1], two[2]) for one in people for two in people if one is not two and one[2] != two[2]]
    found: list[UUID | None] = []
    for start in range(0, len(pairs), 250):
        found += queries.match(pairs[start : start + 250])
    assert [pair for pair, hers in zip(pairs, found, strict=True) if hers is not None] == [], f"seed {seed}"
    assert queries.match([(number, who) for _, number, who in people]) == [hers for hers, _, _ in people]


def rows_of(*patients: UUID) -> list[str]:
    """Every row about these persons in the room, as the database holds it."""
    with scope(*patients), connection.cursor() as sql:
        found = []
        for table, column in (("people_identity", "patient_id"), ("people_inslookup", "patient_id"),
                              ("people_traitslookup", "patient_id"), ("people_account", "patient_id"),
                              ("people_redirect", "merged"), ("people_redirect", "kept"), ("patient_patient", "id")):  # fmt: skip
            sql.execute(f"SELECT t::text FROM {table} t WHERE {column} = ANY(%s) ORDER BY 1", [list(patients)])
            found += [f"{table} {row[0]}" for row in sql.fetchall()]
    return found


def test_a_merge_leads_to_the_person_kept_and_undoing_it_gives_back_the_same_bytes() -> None:
    (kept, a, amina), (merged, b, double) = cast.amina(), cast.amina()
    before = rows_of(kept, merged)
    done = actions.merge(kept=kept, merged=merged, at=NOW, by=uuid4())
    assert queries.match([(a, amina), (b, double), (b, amina)]) == [kept, kept, None]
    assert (queries.resolve(merged), queries.merged_into(kept)) == (kept, (merged,))
    with pytest.raises(Conflict):
        actions.update_identity(merged, at=NOW, homonym=True)
    actions.unmerge(merge_id=done, at=NOW, by=uuid4())
    assert rows_of(kept, merged) == before
    assert queries.match([(a, amina), (b, double)]) == [kept, merged]
    with pytest.raises(Conflict):
        actions.unmerge(merge_id=done, at=NOW, by=uuid4())


def test_merges_follow_one_another_and_undo_in_any_order() -> None:
    rng = random.Random()
    people = [cast.amina()[0] for _ in range(5)]
    before = rows_of(*people)
    done = [actions.merge(kept=people[n + 1], merged=people[n], at=NOW, by=uuid4()) for n in range(4)]
    assert [queries.resolve(one) for one in people] == [people[-1]] * 5
    links = set(range(4))
    for n in rng.sample(range(4), 4):
        actions.unmerge(merge_id=done[n], at=NOW, by=uuid4())
        links.remove(n)
        for start in range(5):
            end = start
            while end in links:
                end += 1
            assert queries.resolve(people[start]) == people[end]
    assert rows_of(*people) == before


def test_a_merge_that_cannot_be_is_refused() -> None:
    one, other, third = (cast.amina()[0] for _ in range(3))
    actions.merge(kept=one, merged=other, at=NOW, by=uuid4())
    for kept, merged in ((one, other), (other, one), (third, other), (other, third)):
        with pytest.raises(Conflict):
            actions.merge(kept=kept, merged=merged, at=NOW, by=uuid4())
    for kept, merged in ((one, uuid4()), (one, one)):
        with pytest.raises(NotFound):
            actions.merge(kept=kept, merged=merged, at=NOW, by=uuid4())


def doctor() -> Actor:
    place = queries.organisation(cast.labo_seine())
    return Actor(kind=Kind.PROFESSIONAL, id=uuid4(), name="Dr Diallo", auth=AuthLevel.STRONG, organisation_id=place.id)


def test_a_search_finds_with_both_and_says_the_same_for_absent_and_mismatched() -> None:
    hers, number, who = cast.amina()
    asking = doctor()
    assert queries.find(ins=number, traits=who, by=asking, at=NOW) == hers
    assert queries.find(ins=cast.new_ins(), traits=who, by=asking, at=NOW) is None
    assert queries.find(ins=number, traits=cast.traits(), by=asking, at=NOW) is None


def test_absent_and_mismatched_are_the_same_work() -> None:
    _, number, who = cast.amina()
    asking, seen = doctor(), []
    for pair in ((number, who), (cast.new_ins(), who), (number, cast.traits())):
        with CaptureQueriesContext(connection) as queried:
            queries.find(ins=pair[0], traits=pair[1], by=asking, at=NOW)
        seen.append([one["sql"].split("VALUES")[0][:40] for one in queried])
    assert seen[0] == seen[1] == seen[2]


def test_a_structure_may_miss_sixty_times_an_hour_and_then_learns_nothing() -> None:
    hers, number, who = cast.amina()
    asking, colleague = doctor(), doctor()
    same_place = replace(colleague, organisation_id=asking.organisation_id)
    for n in range(60):
        by = asking if n % 2 else same_place
        assert queries.find(ins=number, traits=cast.traits(), by=by, at=NOW + timedelta(seconds=n)) is None
    for ask in ((number, who), (number, cast.traits())):
        with pytest.raises(Refused) as refusal:
            queries.find(ins=ask[0], traits=ask[1], by=asking, at=NOW + timedelta(minutes=59))
        assert refusal.value.code == "budget"
        assert refusal.value.retry_after is not None
        assert 0 < refusal.value.retry_after <= 3660
    assert queries.find(ins=number, traits=who, by=colleague, at=NOW) == hers  # another structure
    assert queries.find(ins=number, traits=who, by=asking, at=NOW + timedelta(minutes=62)) == hers


def test_hits_cost_nothing() -> None:
    hers, number, who = cast.amina()
    asking = doctor()
    for _ in range(70):
        assert queries.find(ins=number, traits=who, by=asking, at=NOW) == hers


def test_only_professionals_software_and_operators_for_whoever_calls_may_search() -> None:
    _, number, who = cast.amina()
    for kind in set(Kind) - {Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.OPERATOR}:
        with pytest.raises(Refused):
            queries.find(ins=number, traits=who, by=Actor(kind=kind, id=uuid4(), name="x"), at=NOW)


def test_strict_traits_pair_one_sure_person_and_nobody_in_doubt() -> None:
    hers, _, who = cast.amina()
    assert queries.by_strict_traits(who) == hers
    assert queries.by_strict_traits(replace(who, birth_place=None)) is None
    assert queries.by_strict_traits(replace(who, given_names=who.given_names[:1])) is None
    actions.update_identity(hers, at=NOW, homonym=True)
    assert queries.by_strict_traits(who) is None
    actions.update_identity(hers, at=NOW, homonym=False)
    actions.register_patient(traits=who, status=IdentityStatus.VALIDATED, at=NOW)  # another with the same traits
    assert queries.by_strict_traits(who) is None


def test_a_professional_keeps_her_id_when_the_directory_changes() -> None:
    seine = queries.organisation(cast.labo_seine())
    number = cast.rpps()
    first = actions.register_professional(rpps=number, family="Roux", given="Paul", hats=[Hat("10", None, seine)])
    worn = queries.professional(first).hats[0].id
    again = actions.register_professional(
        rpps=number, family="Roux", given="Paul", civility="Dr", hats=[Hat("10", None, seine), Hat("10", "SM26", None)]
    )
    found = queries.professional_by_rpps(f"8{number}")
    assert found is not None
    assert (again, found.id, found.display_name, found.hats[0].id, len(found.hats)) == (
        first,
        first,
        "Dr Roux",
        worn,
        2,
    )
    actions.register_professional(rpps=number, family="Roux", given="Paul", civility="Dr", hats=[])
    assert queries.professional(first).hats == ()
