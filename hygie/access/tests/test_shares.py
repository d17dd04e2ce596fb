"""Shares by a link, and codes given on arriving: what they open, for how long, and what they never open."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Model
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hygie.access import actions, queries
from hygie.access.models import Arrival, Share, Viewing, Way
from hygie.access.types import Action, Entered, Grant, Purpose, Request
from hygie.base.errors import HygieError, Invalid, NotFound, Refused
from hygie.record import actions as record
from hygie.record import queries as recorded
from hygie.tests.durability.sizes import size
from hygie.tests.world import NOW, Person, World, a_report, care, deposited


def given(person: Person, **said: object) -> UUID:
    values = {"until": NOW + timedelta(days=7), "label": "Vacances", "at": NOW} | said
    return actions.share(person.opens(Action.SET_ACCESS), **values)  # type: ignore[arg-type]


def link_of(person: Person, share_id: UUID):
    return queries.link(person.opens(Action.LIST), share_id=share_id)


def enters(person: Person, share_id: UUID, *, passcode: str = "", name: str = "Dr Smith, Porto", at=NOW) -> Entered:
    return actions.enter_share(
        way="page", token=link_of(person, share_id).page, recipient=name, passcode=passcode, at=at
    )


def looks(inside: Entered, action: Action = Action.LIST, document_id: UUID | None = None, at=NOW) -> Grant:
    asked = Request(inside.actor, inside.patient_id, Purpose.SHARE, action, at, object_id=document_id)
    return record.open_to_read(asked) if action is Action.READ else actions.open_record(asked)


def report(world: World, title: str) -> UUID:
    return deposited(world.labo_seine, world.amina, a_report(title)).id


def hide(person: Person, document_id: UUID) -> None:
    grant = record.open_to_correct(person.asks(Action.SET_VISIBILITY, object_id=document_id))
    record.set_visibility(grant, document_id=document_id, add=["MASQUE_PS"], at=NOW)


def test_a_link_reads_the_chosen_document_and_nothing_else(world: World):
    chosen, other = report(world, "Bilan"), report(world, "Secret")
    inside = enters(world.amina, given(world.amina, documents=[chosen]))
    grant = looks(inside)
    assert [one.id for one in recorded.documents(grant)] == [chosen]
    assert recorded.content(looks(inside, Action.READ, chosen), document_id=chosen).data.startswith(b"TSH")
    with pytest.raises(NotFound):
        recorded.content(looks(inside, Action.READ, other), document_id=other)
    elsewhere = Request(inside.actor, world.zoe.id, Purpose.SHARE, Action.LIST, NOW)  # right link, wrong person
    with pytest.raises(NotFound):
        actions.open_record(elsewhere)
    with pytest.raises(NotFound):
        actions.open_record(Request(inside.actor, world.amina.id, Purpose.CARE, Action.LIST, NOW))


def test_what_she_hides_later_leaves_the_share_and_so_do_its_entries(world: World):
    chosen = report(world, "Bilan")
    inside = enters(world.amina, given(world.amina, documents=[chosen], summary=True))
    assert recorded.documents(looks(inside))
    hide(world.amina, chosen)
    assert recorded.documents(looks(inside)) == []
    with pytest.raises(NotFound):
        recorded.content(looks(inside, Action.READ, chosen), document_id=chosen)


def test_ending_a_share_ends_it_for_who_has_it_open(world: World):
    share_id = given(world.amina, summary=True)
    inside, held = enters(world.amina, share_id), link_of(world.amina, share_id)
    looks(inside)
    actions.end_share(world.amina.opens(Action.SET_ACCESS), share_id=share_id, at=NOW)
    for again in (
        lambda: looks(inside),
        lambda: actions.enter_share(way="page", token=held.page, recipient="X", at=NOW),
        lambda: actions.enter_share(way="manifest", token=held.manifest, recipient="X", at=NOW),
    ):
        with pytest.raises(NotFound):
            again()


def test_openings_are_counted_named_and_limited_and_one_lasts_an_hour(world: World):
    share_id = given(world.amina, summary=True, most=1)
    inside = enters(world.amina, share_id, name="  Dr Smith ")
    with pytest.raises(NotFound):
        enters(world.amina, share_id)
    looks(inside, at=NOW + timedelta(minutes=59))
    with pytest.raises(HygieError):
        looks(inside, at=NOW + timedelta(minutes=61))
    [share] = queries.shares(world.amina.opens(Action.SET_ACCESS))
    assert (share.opened, share.live(NOW)) == (1, False)
    assert [(one.name, one.way) for one in share.viewings] == [("Dr Smith", "page")]
    lines = queries.journal(world.amina.opens(Action.READ_JOURNAL))
    mine = [one for one in lines if one.actor_kind == "reader"]
    assert mine and {one.actor_id for one in mine} == {share_id} and mine[0].actor_name == "Dr Smith"


def test_a_wrong_passcode_is_counted_for_life_and_written_down(world: World):
    share_id = given(world.amina, summary=True, passcode="tilleul 7")
    held = link_of(world.amina, share_id)

    def tries(said: str) -> Entered:
        return actions.enter_share(way="manifest", token=held.manifest, recipient="X", passcode=said, at=NOW)

    wrong = tries("chêne")
    assert wrong.left == 9
    with pytest.raises(Refused, match="mot de passe"):
        looks(wrong)
    assert tries("Tilleul  7").left is None
    for _ in range(9):
        tries("frêne")
    with pytest.raises(NotFound):
        tries("tilleul 7")
    lines = queries.journal(world.amina.opens(Action.READ_JOURNAL))
    assert "share-passcode" in {one.rule for one in lines}


def test_a_note_waits_for_the_person_and_is_nowhere_in_her_record(world: World):
    inside = enters(world.amina, given(world.amina, summary=True))
    before = recorded.documents(world.amina.opens(Action.LIST))
    actions.leave_note(looks(inside), note="Tension à revoir.", at=NOW)
    assert recorded.documents(world.amina.opens(Action.LIST)) == before
    [share] = queries.shares(world.amina.opens(Action.SET_ACCESS))
    assert share.viewings[0].note == "Tension à revoir."
    with pytest.raises(Refused):
        actions.leave_note(world.amina.opens(Action.LIST), note="x", at=NOW)


def test_no_secret_and_no_name_of_a_share_is_kept(world: World):
    share_id = given(world.amina, summary=True, passcode="tilleul 7", spoken=True, label="Canari-label")
    held = link_of(world.amina, share_id)
    inside = actions.enter_share(way="code", token=held.code, recipient="Canari-lecteur", passcode="tilleul 7", at=NOW)
    actions.leave_note(looks(inside), note="Canari-mot", at=NOW)
    kept = b"".join(_bytes(model) for model in (Share, Viewing, Way, Arrival))
    secrets = (held.page, held.manifest, held.code, "tilleul", "Canari")
    assert share_id.bytes.hex().encode() in kept.replace(b"-", b"") and held.key
    assert not [one for one in secrets if one.encode() in kept]
    assert held.key not in kept


def _bytes(model: type[Model]) -> bytes:
    with connection.cursor() as sql:
        sql.execute("BEGIN")
        sql.execute(
            "SELECT set_config('hygie.gate', (SELECT '{' || string_agg(id::text, ',') || '}' FROM patient_patient), true)"
        )
        sql.execute(f"SELECT t::text FROM {model._meta.db_table} t")
        found = "\n".join(row[0] for row in sql.fetchall())
        sql.execute("COMMIT")
    # bytea is written in hexadecimal: what it holds stands beside it
    parts = [bytes.fromhex(one.split('"')[0]) for one in found.split("\\\\x")[1:]]
    return found.encode() + b"".join(parts)


@pytest.mark.parametrize(
    "wrong",
    [{"summary": False}, {"until": NOW}, {"until": NOW + timedelta(days=400)}, {"most": 0}, {"passcode": "abc"}],
)
def test_a_share_that_makes_no_sense_is_not_made(world: World, wrong):
    with pytest.raises(Invalid):
        given(world.amina, **({"summary": True} | wrong))


def test_a_link_is_among_those_who_can_see(world: World):
    chosen, other = report(world, "Bilan"), report(world, "Autre")
    given(world.amina, documents=[chosen])
    seen = [
        "share"
        in {one.kind for one in queries.explain(world.amina.opens(Action.LIST), found.facts, document_id=found.id)}
        for found in recorded.documents(world.amina.opens(Action.LIST))
        if found.id in (chosen, other)
    ]
    assert sorted(seen) == [False, True]


# On arriving.


def code_of(person: Person, **said: object):
    values = {"born": person.traits.birth_date, "lasts": timedelta(days=1), "at": NOW} | said
    return actions.arrival_code(person.opens(Action.SET_ACCESS), **values)  # type: ignore[arg-type]


def agrees(person: Person) -> None:
    actions.set_care_team_consent(person.opens(Action.SET_ACCESS), given=True, at=NOW)


def test_a_code_opens_the_record_to_the_practice_once_and_for_the_time_she_chose(world: World):
    agrees(world.zoe)
    code = code_of(world.zoe)
    grant = actions.check_in(world.dr_roux, code=code.code, born="1979-11-02", at=NOW)
    assert grant.patient_id == world.zoe.id
    actions.open_record(care(world.dr_roux, world.zoe))
    for again in ({"code": code.code, "born": "1979-11-02"}, {"token": code.token}):
        with pytest.raises(Refused, match="ne correspond pas"):
            actions.check_in(world.dr_diallo, **again, at=NOW)
    [member] = queries.settings(world.zoe.opens(Action.SET_ACCESS)).circle
    assert (member.kind, member.until) == ("organisation", NOW + timedelta(days=1))
    assert "arrival-code" in {one.rule for one in queries.journal(world.zoe.opens(Action.READ_JOURNAL))}


def test_a_code_needs_her_birth_date_ten_minutes_her_agreement_and_no_block(world: World):
    code = code_of(world.zoe)
    for wrong in ({"code": code.code, "born": "1979-11-03"}, {"token": "x" * 43}):
        with pytest.raises(Refused):
            actions.check_in(world.dr_roux, **wrong, at=NOW)
    with pytest.raises(Refused):
        actions.check_in(world.dr_roux, token=code.token, at=NOW + timedelta(minutes=11))
    with pytest.raises(NotFound):  # she has not agreed, or takes it back
        actions.check_in(world.dr_roux, token=code.token, at=NOW)
    agrees(world.zoe)
    actions.block(world.zoe.opens(Action.SET_ACCESS), professional_id=world.dr_roux.id, at=NOW)
    with pytest.raises(NotFound):
        actions.check_in(world.dr_roux, token=code_of(world.zoe).token, at=NOW)
    with pytest.raises(HygieError):
        actions.open_record(care(world.dr_roux, world.zoe))


def test_a_structure_that_tries_codes_is_stopped(world: World):
    agrees(world.zoe)
    for _ in range(20):
        with pytest.raises(Refused, match="ne correspond pas"):
            actions.check_in(world.dr_roux, code=f"{uuid4().int % 10**6:06d}", born="1911-01-01", at=NOW)
    with pytest.raises(Refused, match="Trop de codes"):
        actions.check_in(world.dr_roux, token=code_of(world.zoe).token, at=NOW)


def test_a_document_is_kept_from_one_member_of_the_circle_alone(world: World):
    chosen = report(world, "Bilan")
    world.lets_in(world.amina, world.dr_roux)
    members = queries.settings(world.amina.opens(Action.SET_ACCESS)).circle
    diallo = next(one for one in members if "Diallo" in one.name)
    actions.keep_from(world.amina.opens(Action.SET_ACCESS), member_id=diallo.id, document_id=chosen, kept=True, at=NOW)
    assert chosen not in [one.id for one in recorded.documents(actions.open_record(care(world.dr_diallo, world.amina)))]
    assert chosen in [one.id for one in recorded.documents(actions.open_record(care(world.dr_roux, world.amina)))]
    urgent = Request(
        world.dr_diallo, world.amina.id, Purpose.EMERGENCY, Action.LIST, NOW, reason="Malaise dans la rue, seule"
    )
    assert chosen not in [one.id for one in recorded.documents(actions.open_record(urgent))]
    actions.limit_member(
        world.amina.opens(Action.SET_ACCESS), member_id=diallo.id, until=None, classes=frozenset({"42"}), at=NOW
    )
    assert recorded.documents(actions.open_record(care(world.dr_diallo, world.amina))) == []


class Sharing(RuleBasedStateMachine):
    """Whatever the order of making, opening, hiding, showing and ending: a reader sees what is shared, alive and shown."""

    @initialize()
    def begins(self) -> None:
        self.world = World()
        self.papers = [report(self.world, f"Papier {number}") for number in range(2)]
        self.hidden: set[UUID] = set()
        self.given: dict[UUID, set[UUID]] = {}
        self.inside: list[Entered] = []

    @rule(which=st.sets(st.integers(0, 1), min_size=1))
    def shares(self, which: set[int]) -> None:
        papers = {self.papers[one] for one in which}
        self.given[given(self.world.amina, documents=papers)] = papers

    @rule(data=st.data())
    def opens(self, data: st.DataObject) -> None:
        if self.given:
            self.inside.append(enters(self.world.amina, data.draw(st.sampled_from(list(self.given)))))

    @rule(data=st.data())
    def ends(self, data: st.DataObject) -> None:
        if self.given:
            share_id = data.draw(st.sampled_from(list(self.given)))
            actions.end_share(self.world.amina.opens(Action.SET_ACCESS), share_id=share_id, at=NOW)
            del self.given[share_id]

    @rule(which=st.integers(0, 1))
    def turns(self, which: int) -> None:
        paper = self.papers[which]
        grant = record.open_to_correct(self.world.amina.asks(Action.SET_VISIBILITY, object_id=paper))
        change = {"remove": ["MASQUE_PS"]} if paper in self.hidden else {"add": ["MASQUE_PS"]}
        record.set_visibility(grant, document_id=paper, at=NOW, **change)
        self.hidden ^= {paper}

    @invariant()
    def readers_see_what_is_theirs_to_see(self) -> None:
        for inside in getattr(self, "inside", ()):
            try:
                seen = {one.id for one in recorded.documents(looks(inside))}
            except NotFound:
                seen = set()
            assert seen == self.given.get(inside.share_id, set()) - self.hidden


@pytest.mark.usefixtures("database")
class TestSharing(Sharing.TestCase):
    settings = settings(max_examples=size(6, 150), stateful_step_count=8, deadline=None)
