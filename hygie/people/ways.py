"""Ways of signing in, besides an identity provider: kept, named, removed, and tried. Private; `actions` is the door.

Nobody says who she is by a name or an e-mail address: a passkey is found by itself, a telephone by its number, a card
and an application by a random number of their own. Each is looked up by keyed digest. Whoever tries and misses gets one
answer, for a wrong code and for nobody, after the same count (tries.py).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import IntegrityError, connection, transaction

from hygie.base import events, rootkey, sealing
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.people import proofs, sealed, tries
from hygie.people.models import Account, Way
from hygie.people.types import Entered, OwnWay, PrintedCard, ProposedApp, WayKind

MOST_WAYS = 20
PER_NUMBER, PER_ADDRESS = 10, 60  # misses an hour
_STEP = 30  # seconds, RFC 6238


def ways(account_id: UUID) -> list[OwnWay]:
    """Every way of this account, the oldest first; those whose key was destroyed are gone."""
    rows = list(Way.objects.filter(account_id=account_id).order_by("created", "id"))
    if not rows:
        return []
    try:
        key = _key(account_id)
        return [
            OwnWay(id=row.id, kind=WayKind(row.kind), name=_said(key, row)["name"], added=row.created,
                   last_used=row.last_used, left=len(row.codes) if row.kind == WayKind.CARD else None)
            for row in rows
        ]  # fmt: skip
    except sealing.BadSeal:
        return []


def add(
    account_id: UUID, kind: WayKind, *, naming: str, said: Mapping[str, Any], at: datetime, codes: Iterable[bytes] = (),
    counter: int = 0, way_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Keep a way; `naming` is what names it when somebody comes. Told to her, by event: it might not be she who adds it.

    Conflict: it is already somebody's.
    """
    if Way.objects.filter(account_id=account_id).count() >= MOST_WAYS:
        raise Invalid("Vous avez déjà beaucoup de façons d'entrer : retirez-en une d'abord.", code="too-many-ways")
    way_id = way_id or uuid7()
    plain = orjson.dumps({**said, "name": str(said["name"])[:60]})
    try:
        with transaction.atomic():
            Way.objects.create(
                id=way_id, account_id=account_id, kind=kind, lookup=lookup(kind, naming), codes=list(codes), counter=counter,
                sealed=sealing.seal(_key(account_id), plain, _place(way_id)), created=at,
            )  # fmt: skip
            events.emit("new-way", patient_id=_patient(account_id), key=str(way_id))
    except IntegrityError as fault:
        raise Conflict("Cette façon d'entrer sert déjà à un espace.", code="way-taken") from fault
    return way_id


def rename(account_id: UUID, way_id: UUID, *, name: str) -> None:
    """Call it otherwise. NotFound when it is not one of hers."""
    if not name.strip():
        raise Invalid("Donnez un nom.", code="way-name", at="name")
    with transaction.atomic():
        row, key = _hers(account_id, way_id, lock=True), _key(account_id)
        plain = orjson.dumps(_said(key, row) | {"name": name.strip()[:60]})
        row.sealed = sealing.seal(key, plain, _place(row.id))
        row.save(update_fields=["sealed"])


def remove(account_id: UUID, way_id: UUID, *, others: int = 0) -> None:
    """It opens nothing from now on. Conflict, « last-way », when nothing else lets her in.

    others: ways kept elsewhere (an identity provider).
    """
    with transaction.atomic():
        Account.objects.select_for_update().get(id=account_id)
        row = _hers(account_id, way_id)
        if Way.objects.filter(account_id=account_id).count() + others <= 1:
            raise Conflict("C'est votre seule façon d'entrer : ajoutez-en une autre d'abord.", code="last-way")
        row.delete()


def new_card(account_id: UUID, *, name: str, at: datetime) -> PrintedCard:
    """A card of twenty codes, to be printed now: only digests are kept. The card she had is worth nothing any more."""
    number, way_id = proofs.new_number(), uuid7()
    codes = tuple(proofs.new_code() for _ in range(proofs.CODES_ON_A_CARD))
    with transaction.atomic():
        Way.objects.filter(account_id=account_id, kind=WayKind.CARD).delete()
        add(account_id, WayKind.CARD, naming=number, said={"name": name, "number": number}, at=at, way_id=way_id,
            codes=[_code_digest(way_id, one) for one in codes])  # fmt: skip
    return PrintedCard(number=number, codes=codes)


def propose_app() -> ProposedApp:
    """A secret for an authenticator application, kept nowhere yet. The application shows the number beside its codes.

    Source: RFC 6238, and the `otpauth` address as authenticator applications read it.
    """
    number, secret = proofs.new_number(), os.urandom(20)
    key = base64.b32encode(secret).decode()
    label = quote(f"Hygie:{number}")
    return ProposedApp(number=number, secret=key, address=f"otpauth://totp/{label}?secret={key}&issuer=Hygie")


def add_app(account_id: UUID, *, number: str, secret: str, code: str, name: str, at: datetime) -> UUID:
    """Keep it once the application has shown a right code. Invalid, at « code », otherwise."""
    step = _step_of(secret, proofs.digits(code), at, after=0)
    if step is None:
        raise Invalid("Ce code n'est pas le bon. Attendez le suivant et recopiez-le.", code="app-code", at="code")
    return add(account_id, WayKind.APP, naming=number, said={"name": name, "number": number, "secret": secret}, at=at,
               counter=step)  # fmt: skip


def enter_by_number(number: str, code: str, *, address: str, at: datetime) -> Entered:
    """By the number of a card or of an application, and a code. Refused, « wrong-code », for anything that is not right."""
    number = proofs.tidy(number)
    counted = (("number", number, PER_NUMBER), ("address", address, PER_ADDRESS))
    tries.spend(*counted, at=at)
    both = [lookup(kind, number) for kind in (WayKind.CARD, WayKind.APP)]
    row = Way.objects.select_related("account").filter(lookup__in=both, account__is_active=True).first()
    entered = None
    if row is not None:
        entered = _by_card(row, code, at) if row.kind == WayKind.CARD else _by_app(row, code, at)
    if entered is None:
        raise wrong_code()
    tries.forgive(*counted, at=at)
    return entered


def wrong_code() -> Refused:
    """The one answer to whoever misses."""
    return Refused("Ce numéro et ce code ne vont pas ensemble. Vérifiez les deux et recommencez.", code="wrong-code")


def used(row: Way, at: datetime, *, counter: int | None = None) -> Entered:
    """Write down that it served."""
    row.last_used = at
    if counter is not None:
        row.counter = counter
    row.save(update_fields=["last_used", "counter"])
    left = len(row.codes) if row.kind == WayKind.CARD else None
    return Entered(row.account_id, row.id, WayKind(row.kind), left)


def add_provider(account_id: UUID, *, other_id: UUID, name: str, at: datetime) -> UUID:
    """From now on, whom a provider vouches for under that other account enters this one."""
    return add(account_id, WayKind.PROVIDER, naming=str(other_id), said={"name": name}, at=at)


def by_provider(other_id: UUID, *, at: datetime) -> UUID | None:
    """The account that was paired with this one, which a provider vouches for. None when there is none."""
    row = Way.objects.filter(lookup=lookup(WayKind.PROVIDER, str(other_id)), account__is_active=True).first()
    if row is None:
        return None
    Way.objects.filter(id=row.id).update(last_used=at)
    return row.account_id


def lookup(kind: WayKind, naming: str) -> bytes:
    return rootkey.ours().digest(
        f"people/way/{kind}", (naming if kind is WayKind.PASSKEY else proofs.tidy(naming)).encode()
    )


def unsealed(row: Way) -> dict[str, Any]:
    """What is kept of it in words. BadSeal once its person was erased."""
    return _said(_key(row.account_id), row)


def _by_card(row: Way, code: str, at: datetime) -> Entered | None:
    digest = _code_digest(row.id, code)
    with transaction.atomic(), connection.cursor() as sql:  # one statement: the same code twice at once enters once
        sql.execute(
            "UPDATE people_way SET codes = array_remove(codes, %s) WHERE id = %s AND %s = ANY(codes)",
            [digest, row.id, digest],
        )
        if not sql.rowcount:
            return None
        row.refresh_from_db()
        return used(row, at)


def _by_app(row: Way, code: str, at: datetime) -> Entered | None:
    try:
        secret = str(unsealed(row)["secret"])
    except sealing.BadSeal:
        return None
    with transaction.atomic():
        fresh = Way.objects.select_for_update().filter(id=row.id).first()
        if fresh is None:
            return None
        step = _step_of(secret, proofs.digits(code), at, after=fresh.counter)
        return None if step is None else used(fresh, at, counter=step)


def _step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The time step that this code is of: now, the one before, the one after; never one that has served (RFC 6238, 5.2)."""
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), _STEP, enforce_key_length=False)  # noqa: S303  # what applications know
    now = int(at.timestamp())
    for moment in (now, now - _STEP, now + _STEP):
        try:
            totp.verify(code.encode(), moment)
        except InvalidToken:
            continue
        step = moment // _STEP
        return step if step > after else None
    return None


def _hers(account_id: UUID, way_id: UUID, *, lock: bool = False) -> Way:
    rows = Way.objects.select_for_update() if lock else Way.objects.all()
    row = rows.filter(id=way_id, account_id=account_id).first()
    if row is None:
        raise NotFound("Cette façon d'entrer n'existe pas, ou n'existe plus.", code="no-such-way")
    return row


def _patient(account_id: UUID) -> UUID:
    patient_id = Account.objects.filter(id=account_id).values_list("patient_id", flat=True).first()
    if patient_id is None:
        raise NotFound("Cet espace n'est pas relié à un compte.", code="no-space")
    return patient_id


def _key(account_id: UUID) -> bytes:
    return sealed.way_key(_patient(account_id))


def _said(key: bytes, row: Way) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(sealing.unseal(key, bytes(row.sealed), _place(row.id)))
    return found


def _place(way_id: UUID) -> bytes:
    return sealing.aad("way", way_id)


def _code_digest(way_id: UUID, code: str) -> bytes:
    return rootkey.ours().digest("people/card", f"{way_id}|{proofs.tidy(code)}".encode())
