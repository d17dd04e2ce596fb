"""Passkeys, against an authenticator of our own that can also cheat. A real browser's is in the portal's tests."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from hygie.base import config
from hygie.base.errors import Conflict, Invalid, Refused
from hygie.people import actions, queries
from hygie.people.tests.test_ways import an_account, somewhere
from hygie.people.types import WayKind
from hygie.tests.world import NOW

FLAG = AuthenticatorData.FLAG
BOTH = FLAG.UP | FLAG.UV


class Device:
    """A device with one key."""

    def __init__(self) -> None:
        self.key, self.id, self.counter = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32), 0
        self.origin, self.site, self.flags = config.get("HYGIE_PUBLIC_URL"), "localhost", BOTH

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        about = AuthenticatorData.create(self._site(), self.flags | FLAG.AT, self.counter, public)
        return self._said({
            "clientDataJSON": self._asked(options, "webauthn.create"),
            "attestationObject": AttestationObject.create("none", about, {}),
        })  # fmt: skip

    def sign(self, options: dict[str, Any], handle: bytes = b"") -> dict[str, Any]:
        self.counter += 1
        about = AuthenticatorData.create(self._site(), self.flags, self.counter)
        asked = self._asked(options, "webauthn.get")
        signature = self.key.sign(bytes(about) + hashlib.sha256(asked).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": asked, "authenticatorData": bytes(about), "signature": signature}
        return self._said(parts | ({"userHandle": handle} if handle else {}))

    def _site(self) -> bytes:
        return hashlib.sha256(self.site.encode()).digest()

    def _asked(self, options: dict[str, Any], kind: str) -> bytes:
        return bytes(CollectedClientData.create(kind, options["publicKey"]["challenge"], self.origin))

    def _said(self, parts: dict[str, bytes]) -> dict[str, Any]:
        named = websafe_encode(self.id)
        response = {name: websafe_encode(bytes(part)) for name, part in parts.items()}
        return {"id": named, "rawId": named, "type": "public-key", "response": response}


def kept(account: UUID, device: Device) -> None:
    options, state = actions.ask_for_passkey(account, who="Amina")
    actions.add_passkey(account, state=state, answer=device.make(options), name="Mon téléphone", at=NOW)


def enter(device: Device, *, handle: bytes = b"") -> UUID:
    options, state = queries.challenge()
    return actions.enter_by_passkey(
        state=state, answer=device.sign(options, handle), address=somewhere(), at=NOW
    ).account_id


def test_a_passkey_enters_and_nobody_says_who_she_is():
    _, account = an_account()
    device = Device()
    kept(account, device)
    assert enter(device) == account
    assert [one.kind for one in queries.ways(account)] == [WayKind.PASSKEY]
    with pytest.raises(Conflict):
        kept(account, device)


def _another_site(device: Device) -> None:
    device.origin = "https://hygie.example.evil"


def _another_name(device: Device) -> None:
    device.site = "example.evil"


def _nobody_verified(device: Device) -> None:
    device.flags = FLAG.UP


def _a_copy(device: Device) -> None:
    device.counter -= 1


def _another_key(device: Device) -> None:
    device.key = ec.generate_private_key(ec.SECP256R1())


def _unknown(device: Device) -> None:
    device.id = secrets.token_bytes(32)


@pytest.mark.parametrize(
    "cheat",
    [_another_site, _another_name, _nobody_verified, _a_copy, _another_key, _unknown],
    ids=lambda one: one.__name__,
)
def test_a_device_that_cheats_enters_nowhere_and_learns_nothing(cheat: Callable[[Device], None]):
    _, account = an_account()
    device = Device()
    kept(account, device)
    assert enter(device) == account
    cheat(device)
    with pytest.raises(Refused) as refusal:
        enter(device)
    assert refusal.value.code == "passkey-unknown"


def test_a_signature_serves_for_one_question_alone_and_another_s_handle_opens_nothing():
    _, account = an_account()
    device = Device()
    kept(account, device)
    options, state = queries.challenge()
    answer = device.sign(options)
    other = queries.challenge()[1]
    for asked in (other, {}):
        with pytest.raises(Refused):
            actions.enter_by_passkey(state=asked, answer=answer, address=somewhere(), at=NOW)
    assert actions.enter_by_passkey(state=state, answer=answer, address=somewhere(), at=NOW).account_id == account
    with pytest.raises(Refused):  # once more, the same
        actions.enter_by_passkey(state=state, answer=answer, address=somewhere(), at=NOW)
    with pytest.raises(Refused):
        enter(device, handle=b"somebody else")


@pytest.mark.parametrize("answer", [{}, {"id": "x"}, {"response": []}, {"id": None, "response": {"x": "y" * 30_000}}])
def test_what_is_no_answer_of_a_device_is_refused_in_our_own_words(answer: dict[str, Any]):
    _, account = an_account()
    state = queries.challenge()[1]
    with pytest.raises(Refused):
        actions.enter_by_passkey(state=state, answer=answer, address=somewhere(), at=NOW)
    with pytest.raises(Invalid):
        actions.add_passkey(account, state=state, answer=answer, name="x", at=NOW)


def test_a_device_that_verified_nobody_is_not_kept():
    _, account = an_account()
    device = Device()
    _nobody_verified(device)
    with pytest.raises(Invalid):
        kept(account, device)
