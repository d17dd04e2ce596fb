"""Notices: to whom, once, by what she chose, and nothing of what happened in any of them."""

from __future__ import annotations

import email
import email.policy
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.db import connection
from django.test import Client

from hygie.access import actions as gate
from hygie.access import queries as access
from hygie.access.actions import open_record
from hygie.access.types import Action, Level, Purpose, Request
from hygie.base.errors import Invalid, NotFound, Refused, Unavailable
from hygie.messages import actions, queries
from hygie.messages.types import By, Kind
from hygie.people import actions as people
from hygie.tests.jobs import do, forget
from hygie.tests.world import NOW, Person, World, a_report, canary, care, deposited

REASON = "Patiente inconsciente, admise aux urgences ce matin"


@pytest.fixture(autouse=True)
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("MAIL", "TEXT", "POST"):
        monkeypatch.setenv(f"HYGIE_{name}_URL", f"file:{tmp_path}/{name.lower()}")
    return tmp_path


@pytest.fixture
def amina() -> Person:
    return World().amina


def sent(outbox: Path, folder: str) -> list[str]:
    """What left, the oldest first: each as the words that somebody reads, headers included."""
    found = []
    for path in sorted((outbox / folder).glob("*")) if (outbox / folder).exists() else []:
        if path.suffix == ".eml":
            read = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found.append(f"{read.items()}\n{read.get_content()}")
        elif path.suffix == ".pdf":
            found.append("\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)))
        else:
            found.append(path.read_text())
        path.unlink()
    return found


def told_by(person: Person, by: By, outbox: Path, to: str, *, after: timedelta = timedelta()) -> UUID:
    """She gives an address and proves it with the code that arrives there."""
    grant = person.opens(Action.SET_ACCESS)
    forget("people.send_code")
    contact = actions.ask_contact(grant, by=by, to=to, address=somewhere(), at=NOW)
    actions.prove_contact(grant, contact, code=a_code(by, outbox), at=NOW + after)
    return contact


def a_mailbox() -> str:
    return f"amina.{secrets.token_hex(4)}@exemple.fr"


def somewhere() -> str:
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::"


def a_code(by: By, outbox: Path) -> str:
    do("people.send_code")
    [words] = sent(outbox, {By.MAIL: "mail", By.TEXT: "text", By.LETTER: "post"}[by])
    found = re.search(r"\b\d{3} \d{3}\b", words)
    assert found
    return found[0]


def told(person: Person) -> int:
    return do("messages.tell", patient_id=person.id)


@pytest.fixture
def everywhere(amina: Person, outbox: Path) -> Person:
    told_by(amina, By.MAIL, outbox, a_mailbox())
    told_by(amina, By.TEXT, outbox, f"06{secrets.randbelow(10**8):08d}")
    told_by(amina, By.LETTER, outbox, "Amina B.\n3 rue des Lilas\n75012 Paris")
    return amina


def test_a_structure_that_comes_for_the_first_time_is_told_once(amina: Person, outbox: Path):
    world = World()
    told_by(amina, By.MAIL, outbox, a_mailbox())
    doctor, colleague = (world.doctor(name, world.practice) for name in ("Diallo", "Petit"))
    world.lets_in(amina, doctor)
    world.lets_in(amina, colleague)
    for who in (doctor, doctor, colleague):
        open_record(care(who, amina))
        told(amina)
    [words] = sent(outbox, "mail")
    assert "Une équipe qui n’était encore jamais venue" in words
    with pytest.raises(NotFound):
        open_record(care(world.dr_roux, amina))  # who does not get in is no visitor
    assert told(amina) == 0


def test_an_emergency_is_told_whatever_she_stopped_and_whatever_a_link_asks(amina: Person, outbox: Path):
    world = World()
    told_by(amina, By.MAIL, outbox, a_mailbox())
    actions.stop_notices(amina.opens(Action.SET_ACCESS), list(Kind))
    open_record(
        Request(
            actor=world.dr_roux,
            patient_id=amina.id,
            purpose=Purpose.EMERGENCY,
            action=Action.LIST,
            at=NOW,
            reason=REASON,
        )
    )
    told(amina)
    [words] = sent(outbox, "mail")
    assert "d’une façon inhabituelle" in words
    assert "urgence" not in words
    assert "List-Unsubscribe" not in words


def test_one_tap_in_the_mail_stops_that_kind_and_no_other(amina: Person, outbox: Path):
    told_by(amina, By.MAIL, outbox, a_mailbox())
    actions.tell_later(Kind.DELEGATION, amina.id, str(uuid4()))
    told(amina)
    [words] = sent(outbox, "mail")
    assert "'List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'" in words
    address = words.partition("en un clic : ")[2].split()[0].partition("localhost:8600")[2]
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(address).status_code == 200
    actions.tell_later(Kind.DELEGATION, amina.id, str(uuid4()))  # looking stops nothing: mail scanners look
    told(amina)
    assert len(sent(outbox, "mail")) == 1
    for _ in range(2):
        assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    for kind in (Kind.DELEGATION, Kind.NEW_STRUCTURE):
        actions.tell_later(kind, amina.id, str(uuid4()))
    told(amina)
    [words] = sent(outbox, "mail")
    assert "encore jamais venue" in words
    assert browser.post(address[:-9] + "aaaaaaaa/").status_code == 404


def test_a_job_done_twice_tells_once_and_one_that_fails_holds_nobody_up(
    everywhere: Person, outbox: Path, monkeypatch: Any
):
    key = str(uuid4())
    with monkeypatch.context() as broken:
        broken.setenv("HYGIE_MAIL_URL", "file:/proc/no-such-place")
        actions.tell_later(Kind.NEW_DEVICE, everywhere.id, key)
        with pytest.raises(Unavailable):
            told(everywhere)
    assert (len(sent(outbox, "mail")), len(sent(outbox, "text"))) == (0, 1)
    told(everywhere)  # the job comes back
    actions.tell_later(Kind.NEW_DEVICE, everywhere.id, key)
    told(everywhere)
    assert (len(sent(outbox, "mail")), len(sent(outbox, "text"))) == (1, 0)
    shown = queries.notices(everywhere.opens(Action.SET_ACCESS))
    assert sorted((one.by, one.sent is not None) for one in shown) == [
        (By.LETTER, False),
        (By.MAIL, True),
        (By.TEXT, True),
    ]


def test_a_letter_says_all_that_waited_once(everywhere: Person, outbox: Path):
    for kind in (Kind.NEW_STRUCTURE, Kind.DELEGATION, Kind.DELEGATION):
        actions.tell_later(kind, everywhere.id, str(uuid4()))
    told(everywhere)
    assert sent(outbox, "post") == []
    assert do("messages.post", patient_id=everywhere.id) == 1
    [words] = sent(outbox, "post")
    assert "75012 Paris" in words
    assert "Ce que d’autres peuvent faire" in words.replace("\r", "")
    actions.tell_later(Kind.NEW_STRUCTURE, everywhere.id, str(uuid4()))
    told(everywhere)
    assert do("messages.post", patient_id=everywhere.id) == 1
    [words] = sent(outbox, "post")
    assert "Ce que d’autres peuvent faire" not in words  # said by the letter before


def test_no_message_says_who_where_or_what(everywhere: Person, outbox: Path):
    """The person's name, a structure that betrays, a title, a result, a reason: none is in anything that leaves."""
    world, secret, open_secret = World(), canary(), secrets.token_hex(9)  # who works where is public, and in clear
    psychiatrist = world.doctor(
        f"Roux{open_secret}", world.organisation(f"Clinique psychiatrique {open_secret}", "hospital")
    )
    world.lets_in(everywhere, psychiatrist)
    deposited(world.labo_seine, everywhere, a_report(f"Sérologie VIH {secret}"))
    open_record(care(psychiatrist, everywhere))
    open_record(Request(actor=world.doctor(f"Petit{open_secret}", world.organisation(f"Samu {open_secret}", "hospital")), patient_id=everywhere.id,
                        purpose=Purpose.EMERGENCY, action=Action.LIST, at=NOW, reason=f"{REASON} {secret}"))  # fmt: skip
    account = people.open_account(patient_id=everywhere.id, at=NOW)
    for device in "ab":
        people.begin_session(account, device=device * 32, user_agent=f"Firefox {secret}", ways=["card"], at=NOW)
    people.new_card(account, name=f"Carte {secret}", at=NOW)
    actions.tell_later(Kind.DELEGATION, everywhere.id, str(uuid4()))
    journal = everywhere.opens(Action.READ_JOURNAL)
    case = gate.report_line(journal, seq=access.journal(journal)[-1].seq, message=f"Pas normal {secret}", at=NOW)
    gate.answer_case(world.operator, case_id=case, justified=None, answer=f"Réponse {secret}", at=NOW)
    assert told(everywhere) == len(Kind)
    do("messages.post", patient_id=everywhere.id)
    everything = [*sent(outbox, "mail"), *sent(outbox, "text"), *sent(outbox, "post")]
    assert len(everything) >= 11
    ins = everywhere.ins.matricule
    for words in everything:
        for betraying in (
            secret,
            open_secret,
            *everywhere.canaries,
            "Canari",
            "psych",
            "VIH",
            "Sérologie",
            "Clinique",
            "Samu",
            "urgence",
            ins,
            str(everywhere.id),
            "Benali",
        ):
            assert betraying.lower() not in words.lower(), betraying


def test_nothing_is_told_before_the_code_was_read_there_nor_to_anybody_else(amina: Person, outbox: Path):
    zoe = World().zoe
    grant, hers = amina.opens(Action.SET_ACCESS), zoe.opens(Action.SET_ACCESS)
    forget("people.send_code")
    contact = actions.ask_contact(grant, by=By.MAIL, to=a_mailbox(), address=somewhere(), at=NOW)
    code = a_code(By.MAIL, outbox)
    actions.tell_later(Kind.EMERGENCY, amina.id, str(uuid4()))
    told(amina)
    assert sent(outbox, "mail") == []
    with pytest.raises(Refused):
        actions.prove_contact(grant, contact, code="000 000" if code != "000 000" else "111 111", at=NOW)
    for act in (
        lambda: actions.prove_contact(hers, contact, code=code, at=NOW),
        lambda: actions.remove_contact(hers, contact),
    ):
        with pytest.raises(NotFound):  # right page, wrong person
            act()
    actions.prove_contact(grant, contact, code=code, at=NOW)
    assert [one.shown for one in queries.contacts(grant)] == ["a…@exemple.fr"]
    assert queries.contacts(hers) == []
    with pytest.raises(Refused):
        actions.stop_notices(amina.opens(Action.LIST), [])
    actions.remove_contact(grant, contact)
    actions.tell_later(Kind.EMERGENCY, amina.id, str(uuid4()))
    told(amina)
    assert sent(outbox, "mail") == []


@pytest.mark.parametrize(
    ("by", "said"),
    [(By.MAIL, "amina"), (By.MAIL, "a@b"), (By.MAIL, "a@b.fr\nBcc: x@y.fr"), (By.TEXT, "0142"), (By.LETTER, "Paris")],
)
def test_what_is_no_address_is_said_so(amina: Person, by: By, said: str):
    with pytest.raises(Invalid):
        actions.ask_contact(amina.opens(Action.SET_ACCESS), by=by, to=said, address=somewhere(), at=NOW)


def test_changing_where_one_is_told_is_in_the_journal_and_nothing_is_in_clear(everywhere: Person):
    lines = access.journal(everywhere.opens(Action.READ_JOURNAL), limit=100)
    assert any(line.action == Action.SET_ACCESS and line.actor_kind == "person" for line in lines)
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM messages_contact")  # without a scope the wall shows nothing
        assert sql.fetchone() == (0,)
        sql.execute(
            "SELECT set_config('hygie.patients', %s, false), set_config('hygie.reach', 'all', false)",
            [f"{{{everywhere.id}}}"],
        )
        try:
            sql.execute("SELECT string_agg(messages_contact::text, ' ') FROM messages_contact")
            kept = sql.fetchone()[0]
        finally:
            sql.execute("SELECT set_config('hygie.patients', '', false), set_config('hygie.reach', '', false)")
    assert kept.count("(") == 3
    for word in ("exemple.fr", "Lilas", "+33"):
        assert word not in kept


def test_a_code_by_letter_lasts_a_month(amina: Person, outbox: Path):
    told_by(amina, By.LETTER, outbox, "Amina B.\n3 rue des Lilas\n75012 Paris", after=timedelta(days=20))


def test_a_help_that_is_confided_is_told_to_the_person_and_her_helper_is_told_nothing(amina: Person, outbox: Path):
    zoe = World().zoe
    told_by(amina, By.MAIL, outbox, a_mailbox())
    _, code = gate.entrust(amina.opens(Action.SET_ACCESS), name="Zoé", relation="ma fille", level=Level.ACT, at=NOW)
    gate.accept_help(zoe.actor, code=code, at=NOW)
    told(amina)
    [words] = sent(outbox, "mail")
    assert "Ce que d’autres peuvent faire" in words
    for_her = open_record(
        Request(actor=zoe.actor, patient_id=amina.id, purpose=Purpose.FOR_ANOTHER, action=Action.LIST, at=NOW)
    )
    for look in (queries.contacts, queries.notices):
        with pytest.raises(Refused):
            look(for_her)
    with pytest.raises(Refused):
        actions.ask_contact(for_her, by=By.MAIL, to=a_mailbox(), address=somewhere(), at=NOW)
