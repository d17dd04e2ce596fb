"""Codes of six digits, by text message, e-mail or letter: asked for, sent by a job, used once within minutes.

Asking is the same work for an address that somebody has and for one that nobody has: a row and a job. Only the job looks,
and sends nothing to a stranger. The code is kept by keyed digest, and made by the job: no queue ever holds it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import transaction
from django.db.models import F

from hygie.base import rootkey, sealing, sending
from hygie.base.errors import NotFound, Refused
from hygie.formats.letter import letter
from hygie.people import proofs, tries, ways
from hygie.people.models import AskedCode, Way
from hygie.people.types import Entered, WayKind

LASTS = {"text": timedelta(minutes=10), "mail": timedelta(minutes=30), "letter": timedelta(days=30)}
MOST_TRIES = 5
_PER_ADDRESSEE, _PER_ADDRESS = 5, 20  # messages an hour


def ask(purpose: str, by: str, to: str, *, address: str, at: datetime, who: str = "") -> UUID:
    """Send a code there; the id to give back with it. purpose: « enter » (only if it is somebody's way in) or « prove ».

    Refused, « too-many-tries », for whoever asks too often. who: of a letter, the name above the address.
    """
    tries.spend(("send", to, _PER_ADDRESSEE), ("sends", address, _PER_ADDRESS), at=at)
    asked = uuid4()
    plain = orjson.dumps({"to": to, "who": who})
    with transaction.atomic():
        AskedCode.objects.create(
            id=asked, purpose=purpose, by=by, lookup=ways.lookup(WayKind.PHONE, to), expires=at + LASTS[by],
            sealed=rootkey.ours().wrap(plain, _place(asked)),
        )  # fmt: skip
        from hygie.people.tasks import send_code  # procrastinate's application exists once Django is ready

        send_code.defer(asked=str(asked))
    return asked


def send(asked: UUID) -> None:
    """Make the code and send it, if it may be: the job. Done twice, it sends a second code that replaces the first."""
    row = AskedCode.objects.filter(id=asked, taken=None).first()
    if row is None:
        return
    to = _address(row)
    if row.purpose == "enter" and not Way.objects.filter(lookup=row.lookup, account__is_active=True).exists():
        return
    code = f"{secrets.randbelow(10**6):06d}"
    AskedCode.objects.filter(id=asked).update(code=_digest(asked, code), tries=0)
    shown = f"{code[:3]} {code[3:]}"
    if row.by == "text":
        sending.text(
            to["to"],
            f"Hygie : votre code est {shown}. Ne le donnez à personne, même à quelqu’un qui dit être de Hygie.",
        )
    elif row.by == "mail":
        sending.mail(to["to"], subject=f"Votre code : {shown}", words=_MAIL.format(code=shown))
    else:
        lines = (to["who"], *to["to"].splitlines())
        sending.letter(letter(to=lines, title="Votre code", paragraphs=_LETTER, large=shown))


_MAIL = """Bonjour,

Votre code est {code}.

Recopiez-le sur la page où vous l’avez demandé. Ne le donnez à personne, même à quelqu’un qui dit être de Hygie.
Si vous n’avez rien demandé, ne faites rien : sans ce code, il ne se passe rien.
"""

_LETTER = (
    "Bonjour,",
    "Voici le code que vous avez demandé. Recopiez-le sur la page où vous l’avez demandé, dans les trente jours.",
    "Ne le donnez à personne, même à quelqu’un qui dit être de Hygie. Si vous n’avez rien demandé, jetez cette lettre : "
    "sans ce code, il ne se passe rien.",
)


def prove(asked: UUID, code: str, *, at: datetime, purpose: str = "prove") -> str:
    """The address where this code was read. Refused, « wrong-code », if wrong, used, too old or tried five times."""
    with transaction.atomic(durable=True):  # a wrong try stays counted
        row = (
            AskedCode.objects.select_for_update().filter(id=asked, purpose=purpose, taken=None, expires__gt=at).first()
        )
        good = False
        if row is not None and row.tries < MOST_TRIES:
            good = row.code is not None and secrets.compare_digest(bytes(row.code), _digest(asked, code))
            tried = AskedCode.objects.filter(id=asked)
            _ = tried.update(taken=at) if good else tried.update(tries=F("tries") + 1)
    if not good or row is None:
        raise Refused(
            "Ce code n'est pas le bon, ou il est trop ancien. Vous pouvez en demander un autre.", code="wrong-code"
        )
    return str(_address(row)["to"])


def enter(asked: UUID, code: str, *, address: str, at: datetime) -> Entered:
    """Whose telephone it is. Refused, « wrong-code », as `prove`."""
    counted = (("address", address, ways.PER_ADDRESS),)
    tries.spend(*counted, at=at)
    number = prove(asked, code, at=at, purpose="enter")
    row = Way.objects.filter(lookup=ways.lookup(WayKind.PHONE, number), account__is_active=True).first()
    if row is None:
        raise Refused(
            "Ce code n'est pas le bon, ou il est trop ancien. Vous pouvez en demander un autre.", code="wrong-code"
        )
    tries.forgive(*counted, at=at)
    return ways.used(row, at)


def add_phone(account_id: UUID, *, asked: UUID, code: str, name: str, at: datetime) -> UUID:
    """Keep the telephone on which this code was read. Conflict, told to its holder alone, when it opens another space."""
    number = prove(asked, code, at=at)
    shown = f"{name} (…{number[-2:]})" if name else f"Téléphone (…{number[-2:]})"
    return ways.add(account_id, WayKind.PHONE, naming=number, said={"name": shown, "number": number}, at=at)


def forget(*, at: datetime) -> int:
    """Codes out of date: addresses that were asked about stay nowhere."""
    return AskedCode.objects.filter(expires__lt=at - timedelta(hours=1)).delete()[0]


def _address(row: AskedCode) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(rootkey.ours().unwrap(bytes(row.sealed), _place(row.id)))
    except sealing.BadSeal as fault:
        raise NotFound("Ce code n'existe plus.", code="no-such-code") from fault
    return found


def _place(asked: UUID) -> bytes:
    return sealing.aad("asked-code", asked)


def _digest(asked: UUID, code: str) -> bytes:
    return rootkey.ours().digest("people/asked-code", f"{asked}|{proofs.digits(code)}".encode())
