"""Who can see this: the answers of `decide`, gathered; never a rule of its own."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hygie.access import policy
from hygie.access.explanation import Candidate, explain
from hygie.access.types import Action, DocumentFacts, Facts, Purpose, RecordState, Request, Viewer
from hygie.people.types import Actor, AuthLevel, Kind

AMINA_ID = UUID(int=1)
NOW = datetime(2026, 3, 20, 9, 12, tzinfo=UTC)
LABO_ID, HOSPITAL_ID = UUID(int=3), UUID(int=4)
AMINA = Actor(Kind.PERSON, UUID(int=10), "Amina", AuthLevel.SINGLE, patient_id=AMINA_ID)
DIALLO = Actor(Kind.PROFESSIONAL, UUID(int=12), "Dr Diallo", AuthLevel.STRONG, profession="10")
NURSE = Actor(Kind.PROFESSIONAL, UUID(int=14), "Mme Petit", AuthLevel.STRONG, profession="60")
HOSPITAL = Actor(
    Kind.PROFESSIONAL, HOSPITAL_ID, "Hôpital", AuthLevel.STRONG, profession="10", organisation_id=HOSPITAL_ID
)
REPORT = DocumentFacts("10", "11502-2", frozenset({"N"}), "current", UUID(int=16), LABO_ID)
MASKED = replace(REPORT, visibility=frozenset({"N", "MASQUE_PS"}))
UNANNOUNCED = replace(REPORT, visibility=frozenset({"N", "INVISIBLE_PATIENT"}))
PSYCHIATRY = replace(REPORT, class_code="11", type_code="68599-0")
BASE = Facts(state=RecordState.OPEN, care_team_consent=True)
IN = replace(BASE, in_circle=True)


def candidate(actor: Actor, facts: Facts = IN) -> Candidate:
    return Candidate(actor=actor, facts=facts, name=actor.name, detail="Paris", id=actor.id)


CIRCLE = (candidate(DIALLO), candidate(NURSE))


def viewers(
    document: DocumentFacts | None,
    *,
    circle: tuple[Candidate, ...] = CIRCLE,
    base: Facts = BASE,
    depositor: str | None = "Labo Seine",
    depositor_blocked: bool = False,
    owner: Actor = AMINA,
) -> list[Viewer]:
    return explain(
        owner=owner, base=base, candidates=circle, patient_id=AMINA_ID, document=document, at=NOW,
        depositor=depositor, depositor_blocked=depositor_blocked,
    )  # fmt: skip


def names(*args: object, **more: object) -> list[str]:
    return [viewer.name for viewer in viewers(*args, **more)]  # type: ignore[arg-type]


def test_a_report_is_seen_by_her_her_circle_the_laboratory_and_in_an_emergency() -> None:
    assert names(REPORT) == ["Vous", "Dr Diallo", "Mme Petit", "Labo Seine", "Un service d’urgence"]
    assert [viewer.kind for viewer in viewers(REPORT)] == [
        "person",
        "professional",
        "professional",
        "depositor",
        "emergency",
    ]


def test_the_record_has_no_depositor() -> None:
    assert names(None) == ["Vous", "Dr Diallo", "Mme Petit", "Un service d’urgence"]


def test_what_she_hid_is_seen_by_her_and_its_depositor() -> None:
    assert names(MASKED) == ["Vous", "Labo Seine"]
    assert names(MASKED, base=replace(BASE, emergency_hidden=True)) == ["Vous", "Labo Seine", "Un service d’urgence"]


def test_a_type_refused_to_a_profession_leaves_that_member_out() -> None:
    assert names(PSYCHIATRY) == ["Vous", "Dr Diallo", "Labo Seine", "Un service d’urgence"]


def test_what_is_not_announced_is_not_seen_by_her() -> None:
    assert "Vous" not in names(UNANNOUNCED)


def test_switches_blocks_and_consent_are_those_of_the_door() -> None:
    assert names(REPORT, base=replace(BASE, emergency_allowed=False))[-1] == "Labo Seine"
    assert "Labo Seine" not in names(REPORT, depositor_blocked=True)
    blocked = (candidate(DIALLO, replace(IN, blocked_reading=True)),)
    assert "Dr Diallo" not in names(REPORT, circle=blocked)
    before = (candidate(DIALLO, replace(IN, care_team_consent=False)),)
    assert "Dr Diallo" not in names(REPORT, circle=before)


def test_a_closed_record_is_hers_alone() -> None:
    closed = replace(BASE, state=RecordState.CLOSED)
    assert names(REPORT, base=closed, circle=(candidate(DIALLO, replace(IN, state=RecordState.CLOSED)),)) == ["Vous"]


def test_another_person_is_never_told_she_sees_it() -> None:
    assert "Vous" not in names(REPORT, owner=replace(AMINA, patient_id=UUID(int=2)))


def test_a_structure_says_which_professions_when_not_all_could() -> None:
    (_, hospital, *_) = viewers(PSYCHIATRY, circle=(candidate(HOSPITAL),))
    assert (hospital.kind, hospital.name) == ("organisation", "Hôpital")
    assert hospital.detail == "Paris (médecin, sage-femme, pharmacie)"


def test_the_depositor_already_in_the_circle_is_told_once() -> None:
    labo = replace(HOSPITAL, id=LABO_ID, organisation_id=LABO_ID, name="Labo Seine")
    assert names(REPORT, circle=(candidate(labo),)).count("Labo Seine") == 1


def test_dates_and_reasons_travel() -> None:
    until = datetime(2026, 6, 4, tzinfo=UTC)
    (_, diallo, *_) = viewers(REPORT, circle=(replace(CIRCLE[0], until=until, last_seen=NOW),))
    assert (diallo.until, diallo.last_seen, diallo.id) == (until, NOW, DIALLO.id)
    assert diallo.why == "Vous lui avez ouvert votre espace."
    assert all(viewer.why.endswith(".") for viewer in viewers(REPORT))


documents = st.builds(
    DocumentFacts,
    class_code=st.sampled_from(["10", "11", "31", "95"]),
    type_code=st.sampled_from([None, "11502-2", "68599-0", "ATTEST-RESID", "80788-3", "00000-0"]),
    visibility=st.frozensets(st.sampled_from(["N", "MASQUE_PS", "INVISIBLE_PATIENT"])),
    status=st.sampled_from(["current", "superseded", "entered-in-error"]),
    depositor_id=st.sampled_from([None, UUID(int=16), DIALLO.id, AMINA.id]),
    organisation_id=st.sampled_from([None, LABO_ID]),
)
facts = st.builds(
    Facts,
    state=st.sampled_from(RecordState),
    care_team_consent=st.booleans(),
    in_circle=st.booleans(),
    circle_classes=st.sampled_from([None, frozenset({"10"}), frozenset[str]()]),
    blocked_reading=st.booleans(),
    emergency_allowed=st.booleans(),
    emergency_hidden=st.booleans(),
)


@given(documents, facts, st.sampled_from(["10", "21", "40", "41", "50", "60", "70", "99"]))
def test_a_member_is_told_exactly_when_the_door_opens(document: DocumentFacts, base: Facts, profession: str) -> None:
    member = replace(DIALLO, profession=profession)
    told = names(document, circle=(candidate(member, base),), base=base)
    asked = replace(base, document=document)

    def opens(actor: Actor, purpose: Purpose, reason: str = "") -> bool:
        request = Request(actor, AMINA_ID, purpose, Action.READ, NOW, reason=reason)
        return policy.decide(request, asked).allowed

    assert ("Dr Diallo" in told) == any(
        opens(member, one) for one in (Purpose.CARE, Purpose.COORDINATION, Purpose.DEPOSIT)
    )
    assert ("Vous" in told) == opens(AMINA, Purpose.SELF)
    stranger = replace(DIALLO, id=UUID(int=99))
    unknown = replace(asked, in_circle=False, circle_classes=None, blocked_reading=False)
    in_emergency = Request(stranger, AMINA_ID, Purpose.EMERGENCY, Action.READ, NOW, reason="x" * 20)
    assert ("Un service d’urgence" in told) == policy.decide(
        in_emergency, replace(unknown, blocked_reading=base.blocked_reading)
    ).allowed
