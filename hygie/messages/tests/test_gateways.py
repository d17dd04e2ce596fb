"""Notices leave by a real mail server and a real HTTP gateway: refused in clear, tried again, nothing lost, nothing said."""

from __future__ import annotations

import datetime
import email
import email.policy
import ipaddress
import json
import secrets
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hygie.base import config, gateway, sending
from hygie.base.errors import Invalid, Unavailable
from hygie.messages import actions
from hygie.messages.tests.test_notices import a_mailbox, told, told_by
from hygie.messages.types import By, Kind
from hygie.tests.elsewhere import Silent, serving
from hygie.tests.world import World

LATER, NEVER = "451 4.3.0 later", "550 5.1.1 nobody"


class Mailbox:
    """What a mail server took, and what it answers instead of taking: the first of `answers` each time."""

    def __init__(self) -> None:
        self.took: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answers and self.answers[0].startswith("550"):
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.took.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for this machine, which signs itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


class _Anywhere(Controller):
    """On a port that the kernel gives it: one that is only looked for is somebody else's by the time it is taken."""

    async def _listening(self) -> Any:
        server = await super()._create_server()
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _create_server(self) -> Any:
        return self._listening()


@pytest.fixture(scope="module")
def running(certificate: Path) -> Iterator[tuple[Mailbox, int]]:
    """A mail server that speaks to nobody before STARTTLS and a password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    box = Mailbox()

    def known(server: Any, session: Any, envelope: Any, mechanism: str, said: Any) -> AuthResult:
        right = isinstance(said, LoginPassword) and said.password == b"p@ss"
        return AuthResult(success=right, handled=False)  # False: it is the server that says so

    server = _Anywhere(
        box, "127.0.0.1", 0, ready_timeout=120, server_hostname="mail.exemple.fr",
        tls_context=context, require_starttls=True, authenticator=known, auth_required=True,
    )  # fmt: skip
    server.start()
    yield box, server.port
    server.stop()


@pytest.fixture
def mail(running: tuple[Mailbox, int], certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Mailbox:
    box, port = running
    box.took, box.answers = [], []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("HYGIE_MAIL_URL", f"smtp://hygie:p%40ss@127.0.0.1:{port}")
    return box


def test_a_notice_leaves_by_the_mail_server_comes_back_when_told_later_and_arrives_once(
    mail: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = World().amina
    with monkeypatch.context() as folder:
        folder.setenv("HYGIE_MAIL_URL", f"file:{tmp_path}/mail")
        told_by(amina, By.MAIL, tmp_path, box := a_mailbox())
    mail.answers = [LATER, NEVER]
    actions.tell_later(Kind.NEW_DEVICE, amina.id, str(uuid4()))
    for _ in range(2):  # the worker's retries
        with pytest.raises(Unavailable):
            told(amina)
    assert mail.took == []
    told(amina)
    assert told(amina) == 0
    [message] = mail.took
    assert message["To"] == box and message["Message-ID"].endswith("@hygie>")
    said = message.get_content()
    assert "nouvel appareil" in said
    for secret in (*amina.canaries, "Benali", amina.ins.matricule, str(amina.id)):
        assert secret not in message.as_string()


def test_without_its_certificate_or_its_password_nothing_is_said_to_a_mail_server(
    mail: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def code() -> None:
        sending.mail("amina@exemple.fr", subject="Code", words="123 456")

    with monkeypatch.context() as stranger:
        stranger.delenv("SSL_CERT_FILE")
        with pytest.raises(Unavailable):
            code()
    with monkeypatch.context() as wrong:
        wrong.setenv("HYGIE_MAIL_URL", config.get("HYGIE_MAIL_URL").replace("p%40ss", "guess"))
        with pytest.raises(Unavailable):
            code()
    mail.answers = [NEVER]
    with pytest.raises(Invalid) as refused:
        code()
    assert "amina" not in f"{refused.value} {refused.value.__cause__}"
    assert mail.took == []


class Gateway(Silent):
    """A text-message gateway: answers with what is next, takes what it answers 2xx to."""

    next: list[int] = []
    heard: Event
    given_up: Event
    took: list[tuple[dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = type(self).next.pop(0) if type(self).next else 202
        if status == 0:  # it hears and never answers
            self.heard.set()
            self.given_up.wait(60)
            return
        if status < 300:
            self.took.append((dict(self.headers.items()) | {"path": self.path}, body))
        self.answer(status, **({"Location": self.path} if 300 <= status < 400 else {}))


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Gateway]]:
    Gateway.next, Gateway.took, Gateway.heard, Gateway.given_up = [], [], Event(), Event()
    with serving(Gateway) as address:
        monkeypatch.setenv("HYGIE_TEXT_URL", f"{address}/v1/send?account=7")
        monkeypatch.setenv("HYGIE_TEXT_HEADERS", "Authorization: Bearer s3cret | X-Sender: Hygie")
        yield Gateway


def test_a_text_message_is_posted_as_the_operator_wrote_it_whatever_its_words(
    texts: type[Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = 'Hygie : "l’espace" & {to}'
    sending.text("+33612345678", words, once="n1")
    monkeypatch.setenv("HYGIE_TEXT_BODY", "to={to}&message={words}&unicode=1")
    sending.text("+33612345678", words)
    (headers, as_json), (_, as_form) = texts.took
    assert json.loads(as_json) == {"to": "+33612345678", "text": words}
    assert parse_qs(as_form.decode()) == {"to": ["+33612345678"], "message": [words], "unicode": ["1"]}
    assert (headers["Authorization"], headers["X-Sender"], headers["Idempotency-Key"], headers["path"]) == (
        "Bearer s3cret", "Hygie", "n1", "/v1/send?account=7"
    )  # fmt: skip


def test_what_a_gateway_puts_off_comes_back_and_what_it_refuses_is_said(
    texts: type[Gateway], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = World().amina
    with monkeypatch.context() as folder:
        folder.setenv("HYGIE_TEXT_URL", f"file:{tmp_path}/text")
        told_by(amina, By.TEXT, tmp_path, f"06{secrets.randbelow(10**8):08d}")
    putting_off = [503, 429, 0, 302, 400]
    texts.next = list(putting_off)
    actions.tell_later(Kind.NEW_DEVICE, amina.id, str(uuid4()))
    for status in putting_off:
        with monkeypatch.context() as hurried:
            hurried.setattr(gateway, "PATIENCE", gateway.PATIENCE if status else 0.3)
            with pytest.raises(Unavailable):
                told(amina)
        if not status:
            assert texts.heard.wait(60)  # before the next one speaks
            texts.given_up.set()
    assert texts.took == []
    told(amina)
    assert told(amina) == 0
    [(headers, body)] = texts.took
    assert "nouvel appareil" in json.loads(body)["text"] and len(headers["Idempotency-Key"]) == 36
    for secret in (*amina.canaries, "Benali", amina.ins.matricule, str(amina.id)):
        assert secret not in body.decode() + str(headers)
    texts.next = [400, 302]
    for _ in range(2):
        with pytest.raises(Invalid):
            sending.text("+33612345678", "Hygie")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("URL", "http://gateway.example.org/send"), ("URL", "https://key:secret@gateway.example.org/send"),
        ("BODY", '{"to": {to}}'), ("HEADERS", "Bearer s3cret"), ("HEADERS", "X-Key: a\r\nX-Other: b"),
    ],
)  # fmt: skip
def test_a_gateway_written_wrong_or_in_clear_is_never_asked(
    texts: type[Gateway], monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv(f"HYGIE_TEXT_{name}", said)
    with pytest.raises(Invalid):
        sending.text("+33612345678", "Hygie")
    assert texts.took == []
