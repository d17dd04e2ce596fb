"""Passkeys (W3C Web Authentication, level 2): a key that a device keeps, and unlocks by a finger, a face or its own code.

User verification is required, so that a passkey is two factors. No attestation is asked for: which brand of device
somebody has is none of our business. The key is discoverable: nobody says who she is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pybase64
from django.db import transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hygie.base import config, rootkey, sealing
from hygie.base.errors import Invalid, Refused
from hygie.people import tries, ways
from hygie.people.models import Way
from hygie.people.types import Entered, WayKind

Told = tuple[dict[str, Any], dict[str, Any]]
"""What the browser is told (JSON of WebAuthn), and what our session remembers of it."""

_LARGEST = 20_000  # characters of an answer; a real one has about 1,500
_TROUBLES = (ValueError, KeyError, TypeError, AttributeError, IndexError)


def ask_to_add(account_id: UUID, *, who: str) -> Told:
    """A new passkey on this device. `who`: what the device shows beside it."""
    held = [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=_bytes(ways.unsealed(row)["credential"]))
        for row in Way.objects.filter(account_id=account_id, kind=WayKind.PASSKEY)
    ]  # fmt: skip
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=_handle(account_id), name=who, display_name=who), held,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return dict(options), state


def add(account_id: UUID, *, state: Mapping[str, Any], answer: Mapping[str, Any], name: str, at: datetime) -> UUID:
    """Keep it. Invalid when what the device says is not what was asked, Conflict when it is kept already."""
    try:
        _measure(answer)
        made = _server().register_complete(dict(state), dict(answer))
        assert made.credential_data is not None
    except (*_TROUBLES, AssertionError) as fault:
        raise Invalid("Cet appareil n'a pas confirmé. Recommencez.", code="passkey-refused") from fault
    credential = _text(made.credential_data.credential_id)
    said = {"name": name, "credential": credential, "key": _text(bytes(made.credential_data))}
    return ways.add(account_id, WayKind.PASSKEY, naming=credential, said=said, counter=made.counter, at=at)


def ask_to_enter() -> Told:
    """Any passkey that this device keeps for us."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), state


def enter(*, state: Mapping[str, Any], answer: Mapping[str, Any], address: str, at: datetime) -> Entered:
    """Whose key signed. Refused, « passkey-unknown »: unknown, removed, altered, replayed or copied."""
    counted = (("address", address, ways.PER_ADDRESS),)
    tries.spend(*counted, at=at)
    try:
        _measure(answer)
        said = AuthenticationResponse.from_dict(dict(answer))
        row = Way.objects.filter(
            lookup=ways.lookup(WayKind.PASSKEY, _text(said.raw_id)), account__is_active=True
        ).first()
        if row is None:
            raise ValueError("unknown")
        key = AttestedCredentialData(_bytes(ways.unsealed(row)["key"]))
        _server().authenticate_complete(dict(state), [key], said)
        if said.response.user_handle not in (None, _handle(row.account_id)):
            raise ValueError("handle")
        with transaction.atomic():
            row = Way.objects.select_for_update().get(id=row.id)
            counter = said.response.authenticator_data.counter
            if (counter or row.counter) and counter <= row.counter:  # WebAuthn 7.2, step 22: the key was copied
                raise ValueError("counter")
            entered = ways.used(row, at, counter=counter)
    except (*_TROUBLES, sealing.BadSeal, Way.DoesNotExist) as fault:
        raise Refused(
            "Cet appareil n'a pas été reconnu. Recommencez, ou entrez d'une autre façon.", code="passkey-unknown"
        ) from fault
    tries.forgive(*counted, at=at)
    return entered


def _server() -> Fido2Server:
    home = urlsplit(config.get("HYGIE_PUBLIC_URL"))
    ours = f"{home.scheme}://{home.netloc}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=home.hostname or "localhost", name="Hygie"),
        verify_origin=lambda origin: origin == ours,
    )


def _handle(account_id: UUID) -> bytes:
    """What the device keeps beside the key: says nothing, not even the account's id."""
    return rootkey.ours().digest("people/passkey/user", account_id.bytes)


def _measure(answer: Mapping[str, Any]) -> None:
    if len(str(answer)) > _LARGEST:
        raise ValueError("too long")


def _text(raw: bytes) -> str:
    return pybase64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return bytes(pybase64.b64decode(text))
