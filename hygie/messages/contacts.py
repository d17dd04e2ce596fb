"""Where a person is told, sealed; read without opening her record, which has nothing to do with it. Private to the room."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import orjson

from hygie.base.errors import Invalid, NotFound
from hygie.base.ids import uuid7
from hygie.base.walls import scope
from hygie.messages.models import Contact as Row
from hygie.messages.types import MAY_STOP, By, Contact, Kind
from hygie.people import actions as people
from hygie.people import queries as known

MOST = 5
_MAIL = re.compile(r"[^@\s<>,;:\"\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def checked(by: By, said: str) -> str:
    """An address as it is used: one line of e-mail, an international number, the lines of a letter. Invalid otherwise."""
    if by is By.TEXT:
        return known.telephone(said)
    if by is By.MAIL:
        said = said.strip()
        if len(said) > 200 or not _MAIL.fullmatch(said):
            raise Invalid("Écrivez une adresse électronique, comme amina@exemple.fr.", code="mail-form", at="to")
        return said
    lines = [" ".join(line.split())[:45] for line in said.splitlines() if line.strip()]
    if not 3 <= len(lines) <= 6:
        raise Invalid(
            "Écrivez de 3 à 6 lignes : votre nom, la rue, le code postal et la ville.", code="letter-form", at="to"
        )
    return "\n".join(lines)


def propose(patient_id: UUID, *, by: By, to: str, asked: UUID) -> UUID:
    """Keep it, until its code is read there; what she stopped elsewhere is stopped there too."""
    contact_id = uuid7()
    sealed = people.seal_for(patient_id, orjson.dumps({"to": to}), place=_place(contact_id))
    with scope(patient_id):
        Row.objects.filter(patient_id=patient_id, by=by, proved=None).delete()  # she begins again
        held = list(Row.objects.filter(patient_id=patient_id))
        if len(held) >= MOST:
            raise Invalid("Cinq adresses suffisent : retirez-en une d'abord.", code="too-many-contacts", at="to")
        stopped = sorted({kind for row in held for kind in row.stopped})
        Row.objects.create(patient_id=patient_id, id=contact_id, by=by, sealed=sealed, stopped=stopped, asked=asked)
    return contact_id


def pending(patient_id: UUID, contact_id: UUID) -> UUID:
    """The code that this address waits for. NotFound when it waits for none."""
    with scope(patient_id):
        row = Row.objects.filter(patient_id=patient_id, id=contact_id, proved=None).first()
    if row is None:
        raise NotFound("Cette adresse n'est plus là.", code="no-such-contact")
    return row.asked


def prove(patient_id: UUID, contact_id: UUID, *, at: datetime) -> None:
    with scope(patient_id):
        Row.objects.filter(patient_id=patient_id, id=contact_id).update(proved=at)


def remove(patient_id: UUID, contact_id: UUID) -> None:
    with scope(patient_id):
        if not Row.objects.filter(patient_id=patient_id, id=contact_id).delete()[0]:
            raise NotFound("Cette adresse n'est plus là.", code="no-such-contact")


def stop(patient_id: UUID, kinds: frozenset[Kind]) -> None:
    """From now on these kinds, and no other, are not told to her. Those that protect her stay, whatever is asked."""
    with scope(patient_id):
        Row.objects.filter(patient_id=patient_id).update(stopped=sorted(kinds & MAY_STOP))


def stop_one(patient_id: UUID, kind: Kind) -> None:
    """One kind less: what one tap in an e-mail does. Done twice, it is done once."""
    with scope(patient_id):
        for row in Row.objects.select_for_update().filter(patient_id=patient_id):
            Row.objects.filter(patient_id=patient_id, id=row.id).update(stopped=sorted({*row.stopped, kind} & MAY_STOP))


def rows(patient_id: UUID, *, proved: bool = True) -> list[Row]:
    """Where she may be told; with `proved=False`, also what still waits for its code."""
    with scope(patient_id):
        found = Row.objects.filter(patient_id=patient_id).order_by("id")
        return list(found.exclude(proved=None) if proved else found)


def address(row: Row) -> str:
    """BadSeal once its person was erased."""
    return str(orjson.loads(known.unseal_for(row.patient_id, bytes(row.sealed), place=_place(row.id)))["to"])


def shown(row: Row) -> Contact:
    return Contact(
        id=row.id, by=By(row.by), shown=_masked(By(row.by), address(row)), proved=row.proved,
        stopped=frozenset(map(Kind, row.stopped)),
    )  # fmt: skip


def _masked(by: By, to: str) -> str:
    """Enough for her to know it, not enough for who looks over her shoulder."""
    if by is By.TEXT:
        return f"…{to[-2:]}"
    if by is By.MAIL:
        name, _, house = to.partition("@")
        return f"{name[0]}…@{house}"
    return f"… {to.splitlines()[-1]}"


def _place(contact_id: UUID) -> str:
    return f"contact|{contact_id}"
