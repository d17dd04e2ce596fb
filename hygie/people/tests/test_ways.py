"""Ways of entering: what opens, what does not, and how often one may try."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connection

from hygie.base.errors import Conflict, HygieError, Invalid, Refused
from hygie.people import actions, codes, queries
from hygie.people.types import AuthLevel, WayKind
from hygie.tests.world import NOW, Person, World


def an_account() -> tuple[Person, UUID]:
    person = World().amina
    return person, actions.open_account(patient_id=person.id, at=NOW)


def somewhere() -> str:
    """An address that nobody else tries from."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::"


def a_phone() -> str:
    return f"+336{secrets.randbelow(10**8):08d}"


def the_app_shows(secret: str, at: float) -> str:
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(at)).decode()


def test_each_code_of_a_printed_card_opens_once_and_a_new_card_ends_the_old_one():
    _, account = an_account()
    card = actions.new_card(account, name="Ma carte", at=NOW)
    spoken = card.codes[4].lower().replace("-", " ").replace("0", "o")
    entered = actions.enter_by_number(card.number.lower(), spoken, address=somewhere(), at=NOW)
    assert (entered.account_id, entered.kind, entered.left) == (account, WayKind.CARD, 19)
    for number, code in ((card.number, card.codes[4]), (card.number, "ABCD-EFGH")):
        with pytest.raises(Refused, match="ne vont pas ensemble"):
            actions.enter_by_number(number, code, address=somewhere(), at=NOW)
    actions.new_card(account, name="Ma carte", at=NOW)
    with pytest.raises(Refused):
        actions.enter_by_number(card.number, card.codes[5], address=somewhere(), at=NOW)
    assert len(queries.ways(account)) == 1


def test_the_code_of_an_application_opens_once_around_its_moment():
    _, account = an_account()
    offered = actions.propose_app()
    with pytest.raises(Invalid):
        actions.add_app(account, number=offered.number, secret=offered.secret, code="000000", name="Téléphone", at=NOW)
    shown = the_app_shows(offered.secret, NOW.timestamp())
    actions.add_app(account, number=offered.number, secret=offered.secret, code=shown, name="Téléphone", at=NOW)
    later = NOW + timedelta(minutes=3)
    code = the_app_shows(offered.secret, later.timestamp())
    with pytest.raises(Refused):  # the code that proved the application has served
        actions.enter_by_number(offered.number, shown, address=somewhere(), at=NOW)
    assert actions.enter_by_number(offered.number, code, address=somewhere(), at=later).account_id == account
    for moment in (later, later + timedelta(minutes=2)):
        with pytest.raises(Refused):
            actions.enter_by_number(offered.number, code, address=somewhere(), at=moment)


def test_a_code_by_message_goes_to_known_telephones_alone_and_asking_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HYGIE_TEXT_URL", f"file:{tmp_path}")
    _, account = an_account()
    number = a_phone()
    asked = actions.ask_for_code("prove", "text", number, address=somewhere(), at=NOW)
    codes.send(asked)
    actions.add_phone(account, asked=asked, code=_read(tmp_path, number), name="", at=NOW)
    assert queries.ways(account)[0].name.endswith(f"(…{number[-2:]})")
    known = actions.ask_for_code("enter", "text", number, address=somewhere(), at=NOW)
    stranger = a_phone()
    unknown = actions.ask_for_code("enter", "text", stranger, address=somewhere(), at=NOW)
    codes.send(known)
    codes.send(unknown)
    code = _read(tmp_path, number)
    assert not [one for one in tmp_path.iterdir() if stranger in one.read_text()]
    said = set()
    for one, wrong in ((unknown, "123456"), (known, "x")):
        with pytest.raises(Refused) as refusal:
            actions.enter_by_code(one, wrong, address=somewhere(), at=NOW)
        said.add((refusal.value.code, refusal.value.public))
    assert len(said) == 1
    assert actions.enter_by_code(known, code, address=somewhere(), at=NOW).account_id == account
    with pytest.raises(Refused):
        actions.enter_by_code(known, code, address=somewhere(), at=NOW)
    _, other = an_account()
    asked = actions.ask_for_code("prove", "text", number, address=somewhere(), at=NOW)
    codes.send(asked)
    with pytest.raises(Conflict):  # told to whoever holds the telephone, and to nobody else
        actions.add_phone(other, asked=asked, code=_read(tmp_path, number), name="", at=NOW)


def _read(folder: Path, number: str) -> str:
    latest = max((one for one in folder.iterdir() if number in one.read_text()), key=lambda one: one.name)
    return latest.read_text().split("est ")[1][:7]


def test_a_code_by_message_may_be_tried_five_times():
    asked = actions.ask_for_code("prove", "text", a_phone(), address=somewhere(), at=NOW)
    codes.AskedCode.objects.filter(id=asked).update(code=codes._digest(asked, "123456"))
    for _ in range(5):
        with pytest.raises(Refused):
            actions.prove_code(asked, "000000", at=NOW)
    with pytest.raises(Refused):
        actions.prove_code(asked, "123456", at=NOW)


def test_a_number_is_tried_ten_times_an_hour_whether_or_not_anybody_has_it():
    _, account = an_account()
    card = actions.new_card(account, name="Ma carte", at=NOW)
    answers = {}
    for number in (card.number, "ZZZZ-" + secrets.token_hex(2)):
        for _ in range(12):
            with pytest.raises(Refused) as refusal:
                actions.enter_by_number(number, "0000-0000", address=somewhere(), at=NOW)
            answers.setdefault(number, []).append((refusal.value.code, refusal.value.public))
    known, unknown = answers.values()
    assert known == unknown
    assert [code for code, _ in known] == ["wrong-code"] * 10 + ["too-many-tries"] * 2
    with pytest.raises(Refused, match="Trop d'essais"):  # the right code too
        actions.enter_by_number(card.number, card.codes[0], address=somewhere(), at=NOW)
    after = NOW + timedelta(minutes=61)
    assert actions.enter_by_number(card.number, card.codes[0], address=somewhere(), at=after).account_id == account


def test_the_last_way_in_stays_and_nobody_touches_another_s():
    _, account = an_account()
    _, other = an_account()
    actions.new_card(account, name="Ma carte", at=NOW)
    [card] = queries.ways(account)
    with pytest.raises(Conflict):
        actions.remove_way(account, card.id)
    for act in (
        lambda: actions.remove_way(other, card.id, others=3),
        lambda: actions.rename_way(other, card.id, name="x"),
    ):
        with pytest.raises(HygieError) as refusal:
            act()
        assert refusal.value.code == "no-such-way"
    actions.rename_way(account, card.id, name="Dans le tiroir")
    assert queries.ways(account)[0].name == "Dans le tiroir"


def test_what_a_way_is_worth_is_said_honestly():
    of = queries.level_of_ways
    assert (
        of({WayKind.PASSKEY})
        is of({WayKind.CARD, WayKind.PHONE})
        is of({WayKind.CARD, WayKind.APP})
        is AuthLevel.STRONG
    )
    assert {of({one}) for one in (WayKind.CARD, WayKind.PHONE, WayKind.APP)} == {AuthLevel.SINGLE}
    assert of({WayKind.PHONE, WayKind.APP}) is AuthLevel.SINGLE  # one pocket
    assert of(()) is AuthLevel.NONE


def test_nothing_of_a_way_is_in_clear():
    _, account = an_account()
    number = a_phone()
    card = actions.new_card(account, name="Tiroir de Perpignan", at=NOW)
    actions.ask_for_code("enter", "text", number, address=somewhere(), at=NOW)
    actions.begin_session(account, device="d" * 32, user_agent="Mozilla/5.0 (iPhone)", ways=["card"], at=NOW)
    with connection.cursor() as sql:
        sql.execute(
            """SELECT string_agg(t, ' ') FROM (
                 SELECT people_way::text t FROM people_way WHERE account_id = %(one)s
                 UNION ALL SELECT people_askedcode::text FROM people_askedcode
                 UNION ALL SELECT people_entrance::text FROM people_entrance
                 UNION ALL SELECT args::text FROM procrastinate_jobs) x""",
            {"one": account},
        )
        kept = sql.fetchone()[0]
    for word in ("Perpignan", number, card.number, *card.codes, "iPhone"):
        assert word not in kept
        assert word.encode().hex() not in kept


def test_a_session_ended_from_elsewhere_is_refused_at_its_next_request():
    _, account = an_account()
    one, other = (
        actions.begin_session(account, device=name * 32, user_agent="", ways=["card"], at=NOW) for name in "ab"
    )
    _, stranger = an_account()
    assert queries.actor_of_account(account, None, auth=AuthLevel.SINGLE, session=one.id).id == account
    with pytest.raises(HygieError):
        actions.end_session(stranger, one.id, at=NOW)
    actions.end_session(account, one.id, at=NOW)
    with pytest.raises(Refused):
        queries.actor_of_account(account, None, auth=AuthLevel.SINGLE, session=one.id)
    with pytest.raises(Refused):  # somebody else's session
        queries.actor_of_account(stranger, None, auth=AuthLevel.SINGLE, session=other.id)
    assert actions.end_other_sessions(account, but=other.id, at=NOW) == 0
    assert [(row.id, row.ended is None) for row in queries.sessions(account, at=NOW)] == [
        (other.id, True),
        (one.id, False),
    ]


def test_a_device_is_new_when_the_account_has_lived_elsewhere():
    _, account = an_account()
    agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    begin = [
        actions.begin_session(account, device=name * 32, user_agent=agent, ways=["card"], at=NOW) for name in "aab"
    ]
    assert [one.new_device for one in begin] == [False, False, True]
    assert begin[0].device == "Téléphone ou tablette Android, avec Chrome"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("06 39 98 12 34", "+33639981234"), ("+33 6 39 98 12 34", "+33639981234"), ("0033 (0)6 39 98 12 34", "+33639981234"),
     ("0041 79 123 45 67", "+41791234567")],
)  # fmt: skip
def test_a_telephone_number_is_understood_as_people_write_it(said: str, meant: str):
    assert queries.telephone(said) == meant


@pytest.mark.parametrize("said", ["", "01 42 00 00 00", "06 39", "+33", "abc", "+" + "9" * 20, "٠٦٣٩٩٨١٢٣٤"])
def test_what_is_no_mobile_number_is_said_so(said: str):
    with pytest.raises(Invalid):
        queries.telephone(said)
