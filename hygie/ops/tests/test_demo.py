"""The people of the demonstration, brought in through a real server: interrupted once, gone on, and whole."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from socketserver import ThreadingMixIn
from typing import Any
from uuid import UUID, uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from hygie.access import actions as access
from hygie.access import queries as asked
from hygie.access.types import Action, Channel, Grant, Purpose, RecordState, Request, TieKind
from hygie.base.errors import NotFound
from hygie.config.front import in_front_of
from hygie.ops import demo
from hygie.ops.demo import claims, depositing, state
from hygie.ops.demo.members import EVERYONE
from hygie.ops.demo.places import CARERS, PLACES
from hygie.ops.demo_cabinet import told as cabinet
from hygie.ops.demo_notebook import told as notebook
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import queries as record

ONLY = frozenset({
    "amina-benali", "paul-girard", "louise-bernard", "olivier-dubois", "thomas-mercier", "sophie-garnier", "julie-faure",
    "camille-rousseau", "marcel-lefevre", "hugo-simon", "sandrine-colin",
})  # fmt: skip
MEMBERS = {one.sub: one for one in EVERYONE if one.sub in ONLY}
OPERATOR = Actor(Kind.OPERATOR, UUID(int=7), "Opérateur", AuthLevel.STRONG)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


def _without_leftovers(application: Any) -> Any:
    """Each request has a thread of its own here: its connection to the database ends with it."""

    def answering(environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return list(application(environ, start_response))
        finally:
            connection.close()

    return answering


@contextmanager
def server() -> Iterator[str]:
    """The whole application, thin door included, on a loopback port."""
    application = _without_leftovers(in_front_of(get_wsgi_application()))
    running = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join(10)
        running.server_close()


class _Everything(logging.Handler):
    """Whatever anybody logs, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.__dict__}")


class Loaded:
    """What came of the load: its lines, its logs, and everyone as she signs in."""

    def __init__(self, said: list[str], logged: list[str], issuer: str, earlier: frozenset[UUID]) -> None:
        self.said, self.logged, self.issuer, self.earlier = said, logged, issuer, earlier
        self.calendar = state.read().calendar

    def person(self, sub: str) -> Actor:
        said = claims.person(MEMBERS[sub], self.calendar)
        signed_in = people.sign_in_person(issuer=self.issuer, claims=said, at=datetime.now(UTC))
        assert signed_in.paired
        return known.actor_of_account(signed_in.account_id, None, auth=AuthLevel.STRONG)

    def grant(self, sub: str, action: Action = Action.LIST) -> Grant:
        actor = self.person(sub)
        assert actor.patient_id is not None
        return access.open_record(Request(actor, actor.patient_id, Purpose.SELF, action, datetime.now(UTC)))

    def carer(self, key: str) -> Actor:
        who = known.professional_by_rpps(CARERS[key].rpps)
        assert who is not None
        return known.professional_actor(who, who.hats[0], auth=AuthLevel.STRONG)

    def care(self, key: str, sub: str) -> Grant:
        patient_id = self.person(sub).patient_id
        assert patient_id is not None
        asking = Request(
            self.carer(key), patient_id, Purpose.CARE, Action.LIST, datetime.now(UTC), channel=Channel.LIST
        )
        return access.open_record(asking)


class _Interrupted(BaseException):
    pass


def _there_already() -> frozenset[UUID]:
    """What tests before this one left in the same records: the pages of our documentation speak of the same people."""
    now, calendar, found = datetime.now(UTC), state.read().calendar, set()
    for member in MEMBERS.values():
        if patient_id := known.holder(member.ins(calendar)):
            herself = Actor(Kind.PERSON, uuid4(), member.name, AuthLevel.STRONG, patient_id=patient_id)
            grant = access.open_record(Request(herself, patient_id, Purpose.SELF, Action.LIST, now))
            found |= {one.id for one in record.documents(grant)}
    return frozenset(found)


@pytest.fixture(scope="module")
def loaded(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "documents sur" in line and sum("documents sur" in one for one in said) == 2:
            raise _Interrupted

    earlier = _there_already()
    everything, patch, root = _Everything(), pytest.MonkeyPatch(), logging.getLogger()
    level = root.level
    with server() as url:
        patch.setenv("HYGIE_DATA", str(tmp_path_factory.mktemp("demo")))
        patch.setenv("HYGIE_PUBLIC_URL", url)
        root.addHandler(everything)
        root.setLevel(logging.DEBUG)
        try:
            with pytest.raises(_Interrupted):
                demo.load(url=url, say=say, only=ONLY)
            demo.load(url=url, say=say, only=ONLY)
        finally:
            root.setLevel(level)
            root.removeHandler(everything)
        yield Loaded(said, everything.lines, f"{url}/people", earlier)
    patch.undo()


def _rows() -> dict[str, int]:
    """How much there is in the tables that a load fills, whoever it belongs to."""
    tables = (
        "access_journalentry", "record_submission", "people_softwareclient", "people_professional", "people_organisation",
        "people_activity", "people_account", "people_patient_patient", "access_case", "record_quarantine",
    )  # fmt: skip
    with connection.cursor() as sql:
        existing = set(connection.introspection.table_names())
        counts = {}
        for table in sorted(existing.intersection(tables)):
            sql.execute(f"SELECT count(*) FROM {table}")
            counts[table] = sql.fetchone()[0]
    assert len(counts) >= 8
    return counts


def test_an_interrupted_load_goes_on_and_everyone_has_her_papers_once(loaded):
    for sub, member in MEMBERS.items():
        told = depositing.told(member, loaded.calendar)
        replaced = {paper.replaces for paper in told}
        expected = sorted(
            paper.title for paper in told if paper.name not in replaced and "INVISIBLE_PATIENT" not in paper.visibility
        )
        kept = record.documents(loaded.grant(sub))
        sent = [one for one in kept if not one.by_patient and one.source == "fhir" and one.id not in loaded.earlier]
        assert sorted(one.metadata.title for one in sent) == expected, sub
    assert any("documents sur" in line for line in loaded.said)


def test_a_second_load_changes_nothing_and_says_whom_one_may_be(loaded):
    before, said = _rows(), []
    demo.load(url="http://127.0.0.1:9", say=said.append, only=ONLY)  # nobody listens there: nothing is asked
    assert _rows() == before
    assert any(line.strip().startswith("Amina Benali") for line in said)
    assert any("opératrice" in line for line in said)


def test_no_private_key_is_left_once_everything_is_there(loaded):
    assert state.read().software == {}


def test_the_practice_s_software_is_registered_once_for_the_practice_and_its_key_is_for_its_owner_alone(loaded):
    file, address = demo.practice()
    first = cabinet.read(file)
    assert (file.stat().st_mode & 0o777, first.home, first.hygie) == (
        0o600,
        address,
        loaded.issuer.removesuffix("/people"),
    )
    again = cabinet.read(demo.practice()[0])
    assert (again.client_id, again.key, again.port) == (first.client_id, first.key, first.port)
    [mine] = [one.client for one in known.clients() if str(one.client.id) == first.client_id]
    assert (mine.organisation.name, sorted(mine.scopes)) == (
        PLACES["tilleuls"].name,
        ["launch", "system/DocumentReference.rs"],
    )
    assert {"amina-benali", "jeanne-aubry"} <= {one.key for one in first.patients}


def test_the_application_of_another_is_registered_once_without_a_key_and_for_two_narrow_scopes(loaded):
    file, address = demo.application()
    first = notebook.read(file)
    again = notebook.read(demo.application()[0])
    assert (first.home, again) == (address, first)
    known_as = known.application(first.client_id)
    assert known_as is not None and known_as.public
    assert all("category=" in one for one in known_as.scopes if one.startswith("patient/"))


def test_her_doctor_finds_her_synthesis_and_what_came_since_she_looked(loaded):
    grant = loaded.care("diallo", "amina-benali")
    since = asked.last_visit(grant)
    assert since is not None
    told = record.summary(grant, since=since)
    assert told.synthesis is not None and "lévothyroxine" in told.synthesis.text
    assert told.synthesis.author == loaded.carer("diallo").name
    assert [one.by for one in record.pins(loaded.care("diallo", "amina-benali"))] == [loaded.carer("diallo").name]
    assert 0 < len(told.news.every) < told.documents / 4
    assert "Synthèse médicale" not in {one.document.metadata.title for one in told.news.shown}


def test_someone_with_nothing_has_an_open_and_empty_space(loaded):
    assert record.documents(loaded.grant("paul-girard"), archived=None, status=None) == []
    settings = asked.settings(loaded.grant("paul-girard", Action.SET_ACCESS))
    assert (settings.state, settings.care_team_consent, settings.circle) == (RecordState.OPEN, False, ())


def test_someone_of_age_since_three_days_is_told_whose_right_ended_and_she_finds_nothing(loaded):
    told = asked.came_of_age(loaded.grant("hugo-simon"))
    assert told is not None
    assert told.parents == ("Sandrine Colin",)
    assert asked.helped(loaded.person("sandrine-colin"), at=datetime.now(UTC)) == []


def test_someone_asleep_has_documents_that_wait_and_shows_them_to_nobody(loaded):
    assert asked.settings(loaded.grant("louise-bernard", Action.SET_ACCESS)).state is RecordState.SLEEPING
    assert len(record.documents(loaded.grant("louise-bernard"))) > 10
    with pytest.raises(NotFound):
        loaded.care("diallo", "louise-bernard")


def test_a_visitor_finds_a_mandate_to_work_under_and_an_invitation_to_open(loaded):
    paul, marcel = loaded.person("paul-girard"), loaded.person("marcel-lefevre").patient_id
    assert marcel is not None
    asked_for = Request(paul, marcel, Purpose.FOR_ANOTHER, Action.LIST, datetime.now(UTC))
    grant = access.open_record(asked_for)
    assert grant.tie is not None and grant.tie.kind is TieKind.DESK and record.documents(grant)
    told = state.offers()["invitation"]
    born = date(*(int(part) for part in reversed(told["born"].split("/"))))
    found = access.redeem_invitation(code=told["code"], born=born, origin="127.0.0.1", at=datetime.now(UTC))
    assert found.patient_id == loaded.person("louise-bernard").patient_id and found.state == "live"


def test_her_doctor_comes_in_and_a_doctor_who_is_not_hers_does_not(loaded):
    assert len(record.documents(loaded.care("diallo", "amina-benali"))) > 30
    with pytest.raises(NotFound):
        loaded.care("roux", "amina-benali")


def test_whoever_opposes_deposits_receives_none_and_reads_the_refusal_in_his_journal(loaded):
    assert asked.settings(loaded.grant("olivier-dubois", Action.SET_ACCESS)).deposit_opposed
    lines = asked.journal(loaded.grant("olivier-dubois", Action.READ_JOURNAL))
    assert [line.allowed for line in lines if line.rule == "deposits-opposed"] == [False]


def test_what_thomas_hid_is_his_to_see_and_not_his_doctor_s_colleague_s(loaded):
    hidden = {one.id for one in record.documents(loaded.grant("thomas-mercier")) if "MASQUE_PS" in one.visibility}
    assert len(hidden) >= 5
    assert hidden.isdisjoint(one.id for one in record.documents(loaded.care("diallo", "thomas-mercier")))


def test_camille_has_blocked_dr_roux(loaded):
    [block] = asked.settings(loaded.grant("camille-rousseau", Action.SET_ACCESS)).blocks
    assert (block.name, block.reading, block.deposit) == ("Dr Roux", True, True)


def test_a_result_not_announced_is_seen_by_who_will_announce_it_and_not_yet_by_sophie(loaded):
    hers = {one.metadata.type_code for one in record.documents(loaded.grant("sophie-garnier"))}
    assert "60568-3" not in hers
    assert "60568-3" in {one.metadata.type_code for one in record.documents(loaded.care("lopez", "sophie-garnier"))}


def test_a_corrected_report_stands_in_place_of_the_first(loaded):
    grant = loaded.grant("amina-benali")
    [corrected] = [one for one in record.documents(grant) if "corrigé" in one.metadata.title]
    [now, before] = record.versions(grant, document_id=corrected.id)
    assert (now.status, before.status) == ("current", "superseded")


def test_her_own_papers_are_hers(loaded):
    own = [one for one in record.documents(loaded.grant("amina-benali")) if one.by_patient]
    assert {one.metadata.media_type for one in own} == {"image/jpeg", "application/pdf", "application/fhir+json"}
    assert {one.depositor_id for one in own} == {loaded.person("amina-benali").id}


def test_a_deposit_with_another_birth_date_waits_for_an_operator(loaded):
    julie = MEMBERS["julie-faure"]
    waiting = [one for one in record.quarantine(OPERATOR) if one.said_ins == julie.ins(loaded.calendar)]
    assert [one.organisation for one in waiting] == [PLACES["seine"].name]
    assert waiting[0].said_traits.birth_date != julie.traits(loaded.calendar).birth_date


def test_an_emergency_and_a_report_wait_for_an_operator(loaded):
    patients = {loaded.person(sub).patient_id: sub for sub in ("marcel-lefevre", "amina-benali")}
    found = {(one.kind, patients[one.patient_id]) for one in asked.cases(OPERATOR) if one.patient_id in patients}
    assert found == {("emergency", "marcel-lefevre"), ("report", "amina-benali")}


def test_the_first_sign_in_of_a_professional_changes_nothing_of_her_registration(loaded):
    before = {key: known.professional_by_rpps(one.rpps) for key, one in CARERS.items()}
    rows = _rows()
    for said in demo.professionals():
        signed_in = people.sign_in_professional(issuer=f"{loaded.issuer}/pro", claims=said, at=datetime.now(UTC))
        assert [one.id for one in known.hats_of_account(signed_in.account_id)] == [
            one.id for one in before[said["sub"]].hats
        ]
        assert known.operates(signed_in.account_id) == CARERS[said["sub"]].operates
    assert {key: known.professional_by_rpps(one.rpps) for key, one in CARERS.items()} == before
    assert _rows() == rows | {"people_account": rows["people_account"] + len(demo.professionals())}


def test_no_name_matricule_or_title_of_anyone_is_in_any_log(loaded):
    logged = "\n".join(loaded.logged).lower()
    assert "request" in logged
    words = {"thyroïd", "épuisement", "microbiopsie"}
    for member in MEMBERS.values():
        words |= {
            member.family.lower(),
            member.given[0].lower(),
            member.sub,
            member.ins(loaded.calendar).matricule[:13],
        }
    words |= {carer.family.lower() for carer in CARERS.values()}
    assert [word for word in sorted(words) if word in logged] == []
