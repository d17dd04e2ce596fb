"""Which port belongs to whom: nothing is opened by guess, and beyond this machine a certificate is asked for."""

from __future__ import annotations

import datetime
import hashlib
import socket
import ssl
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hygie.base.errors import Invalid
from hygie.formats.tests import messages
from hygie.interop.hl7v2 import listeners
from hygie.interop.hl7v2.listeners import Listener
from hygie.interop.hl7v2.server import END, START, Server

ONE, OTHER = UUID(int=21), UUID(int=22)


def echo(client_id: UUID, data: bytes, _request: str) -> bytes:
    return b"%s %d" % (client_id.hex.encode(), len(data))


def test_ports_are_bound_to_clients():
    assert listeners.listeners(f"2575={ONE}, localhost:2576={OTHER.hex}") == (
        Listener("127.0.0.1", 2575, ONE), Listener("localhost", 2576, OTHER),
    )  # fmt: skip
    assert listeners.listeners("") == ()


@pytest.mark.parametrize(("written", "code"), [
    ("2575", "mllp-form"), ("x=y", "mllp-form"), (f"70000={ONE}", "mllp-form"), (f"0={ONE}", "mllp-form"),
    (f"2575={ONE} 2575={OTHER}", "mllp-same-port"), (f"0.0.0.0:2575={ONE}", "mllp-open"),
    (f"10.0.0.5:2575={ONE}", "mllp-open"), (f"labo.example:2575={ONE}", "mllp-open"),
    (f"2575={ONE}#{'ab' * 32}", "mllp-no-tls"),
])  # fmt: skip
def test_a_doubtful_setting_opens_nothing(written: str, code: str):
    with pytest.raises(Invalid) as fault:
        listeners.listeners(written)
    assert fault.value.code == code


class Authority:
    """A certificate authority for one test, its files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed("Autorité", self.key, self.key, ca=True)
        (folder / "ca.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def gives(self, name: str) -> tuple[Path, Path, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._signed(name, key, self.key)
        certificate, private = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).digest()

    def _signed(
        self, name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, ca: bool = False
    ) -> x509.Certificate:
        def named(one: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)])

        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(named(name)).issuer_name(named("Autorité")).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=1)).not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(by, hashes.SHA256())
        )  # fmt: skip


def ask(address: tuple[str, int], context: ssl.SSLContext) -> bytes:
    """What the server answers; b"" when it closes the line, or will not speak."""
    try:
        with (
            socket.create_connection(address, timeout=60) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as line,
        ):
            line.sendall(START + messages.results() + END)
            return line.recv(4096)
    except (ssl.SSLError, ConnectionError):
        return b""


def test_beyond_this_machine_each_sender_shows_the_certificate_named_for_it(tmp_path: Path, monkeypatch):
    import asyncio

    authority = Authority(tmp_path)
    server_pem, server_key, _ = authority.gives("serveur")
    good_pem, good_key, mark = authority.gives("labo")
    other_pem, other_key, _ = authority.gives("autre")
    stranger_folder = tmp_path / "ailleurs"
    stranger_folder.mkdir()
    false_pem, false_key, _ = Authority(stranger_folder).gives("labo")
    monkeypatch.setenv("HYGIE_MLLP_TLS", f"{server_pem}|{server_key}|{tmp_path / 'ca.pem'}")
    [port] = listeners.listeners(f"10.0.0.5:2575={ONE}#{mark.hex()}")

    def context(pem: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
        made = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        if pem:
            made.load_cert_chain(pem, key)
        return made

    async def scene() -> dict[str, bytes]:
        server = Server([replace(port, host="127.0.0.1", port=0)], context=listeners.tls(), receive=echo)
        await server.start()
        [address] = server.addresses()
        asked = {"good": context(good_pem, good_key), "other": context(other_pem, other_key), "none": context(),
                 "false": context(false_pem, false_key)}  # fmt: skip
        told = {name: await asyncio.to_thread(ask, address, one) for name, one in asked.items()}
        await server.stop()
        return told

    told = asyncio.run(scene())
    assert told["good"] == START + echo(ONE, messages.results(), "") + END
    assert told["other"] == told["none"] == told["false"] == b""


@pytest.mark.parametrize("written", ["a.pem", "a|b|c", "||"])
def test_tls_that_cannot_be_read_opens_nothing(monkeypatch, written: str):
    monkeypatch.setenv("HYGIE_MLLP_TLS", written)
    with pytest.raises(Invalid):
        listeners.tls()
