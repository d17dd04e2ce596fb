"""One file of a subfolder, to its deposit: recognised by its content, never by its name.

HL7 v2 (one message or many), HPRIM (one letter or many), CDA; PDF, pictures and texts with a sidecar that describes
them. A file is kept whole or refused with words; only Unavailable passes, for a file to be taken again later.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hygie.base import config, logs
from hygie.base.errors import HygieError, Invalid, Unavailable, Unsupported
from hygie.formats import proposal, sniff, valuesets
from hygie.formats.hl7v2 import er7, message
from hygie.formats.hprim import extract as hprim
from hygie.formats.hprim import medecins, sante
from hygie.formats.hprim.identity import Identity
from hygie.formats.hprim.medecins import ResultLine
from hygie.interop import intake
from hygie.interop.hl7v2 import reception
from hygie.interop.hl7v2.verdicts import NOT_RECOGNISED
from hygie.interop.intake import Said
from hygie.people import queries as people
from hygie.people.types import Ins, Traits
from hygie.record import actions
from hygie.record.types import Author, Deposit, Receipt

SOURCE = "inbox"
MAX_FILE = er7.MAX_MESSAGE
DESCRIBED = frozenset({sniff.PDF, sniff.JPEG, sniff.PNG, sniff.TIFF, sniff.TEXT})  # files that need a sidecar
_RESULTS, _LETTER = "11502-2", "11488-4"
_PARIS = ZoneInfo("Europe/Paris")
_FIELDS = frozenset({
    "matricule", "oid", "birth_family", "given_names", "birth_date", "sex", "birth_place", "type_code", "title", "date",
    "author", "visibility", "unique_id", "replaces",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of a file. words: for the sender, when there is something to say (always when it is refused)."""

    kept: bool
    words: str = ""


def hand_in(client_id: UUID, data: bytes, *, sidecar: bytes | None = None, now: datetime, request_id: str = "") -> Fate:
    """The fate of one file. Unavailable passes: nothing of it was kept, or all of it may be handed in again."""
    try:
        kind = sniff.sniff(data)
        if kind == sniff.HL7_V2:
            return _messages(client_id, data, now, request_id)
        who = intake.sender(client_id)
        who.needs("DocumentReference", "c")
        deposits = _deposits(client_id, data, kind, sidecar, now)
        return _told(actions.deposit_all(actor=who.actor, deposits=deposits, request_id=request_id))
    except Unavailable:
        raise
    except HygieError as fault:
        logs.event("inbox-refused", rule=fault.code, request_id=request_id)
        return Fate(False, fault.public + (f" (à : {fault.at})" if fault.at else ""))
    except Exception as fault:
        logs.event("inbox-failed", level=logging.ERROR, error=fault, request_id=request_id)
        return Fate(False, "Hygie n'a pas pu traiter ce fichier : rien n'a été conservé. Parlez-en à l'exploitant.")


def needs_sidecar(data: bytes) -> bool:
    """Whether this file says nothing of whom it is about. False too for what nobody recognises."""
    try:
        return sniff.sniff(data) in DESCRIBED
    except Unsupported:
        return False


def _messages(client_id: UUID, data: bytes, now: datetime, request_id: str) -> Fate:
    """Each message of the file has its own fate; the file is refused when one of them is, and says which."""
    kept, told = True, []
    parts = er7.split(data)
    for number, part in enumerate(parts, 1):
        answer = reception.receive(client_id, part, now=now, source=SOURCE, request_id=request_id)
        if answer.again:
            raise Unavailable(answer.verdict.words, code=answer.verdict.code)
        kept = kept and answer.kept
        if answer.verdict.words:
            place = f" (à : {answer.verdict.at})" if answer.verdict.at else ""
            told.append((f"Message {number} : " if len(parts) > 1 else "") + answer.verdict.words + place)
        elif len(parts) > 1:
            told.append(f"Message {number} : reçu et conservé.")
    return Fate(kept, "\n".join(told) if not kept or any("mis de côté" in one for one in told) else "")


def _told(receipts: Sequence[Receipt]) -> Fate:
    aside = [number for number, one in enumerate(receipts, 1) if one.outcome == "quarantined"]
    if not aside:
        return Fate(True)
    which = f"Document {', '.join(map(str, aside))} : " if len(receipts) > 1 else ""
    return Fate(True, which + NOT_RECOGNISED)


def _deposits(client_id: UUID, data: bytes, kind: str, sidecar: bytes | None, now: datetime) -> list[Deposit]:
    if kind in intake.CDA:
        return [intake.of_cda(data, said=Said(None, None), source=SOURCE, now=now)]
    if kind == sniff.HPRIM:
        return _hprim(client_id, data, now)
    if kind in DESCRIBED:
        if sidecar is None:
            raise Invalid(
                "Ce fichier ne dit pas de qui il parle : posez à côté un fichier .json du même nom qui le décrit.",
                code="no-sidecar",
            )
        return [_described(client_id, data, kind, sidecar, now)]
    raise Unsupported("Ce dossier ne reçoit pas ce type de fichier.", code="unknown-file-type")


# ---- HPRIM


def _hprim(client_id: UUID, data: bytes, now: datetime) -> list[Deposit]:
    """One deposit for each letter: its own bytes, about its own person."""
    if hprim.is_sante(data):
        file = sante.parse(data)
        return [
            _letter(client_id, one.data, one.identity, file.sender, _day_of(one), True, now) for one in file.patients
        ]
    made = []
    for one in medecins.parse(data).letters:
        results = any(isinstance(line, ResultLine) for line in one.lines)
        guessed = proposal.propose(one.text, on=now.date())
        made.append(
            _letter(
                client_id, one.data, hprim.identity_of(one), one.header.sender_name, one.header.date, results, now,
                guessed.type_code if guessed.confidence else _LETTER,
            )
        )  # fmt: skip
    return made


def _day_of(one: sante.Patient) -> date | None:
    found = [when for request in one.requests if (when := message.moment(request.when))]
    return min(found).date() if found else None


def _letter(
    client_id: UUID, data: bytes, who: Identity, sender: str, day: date | None, results: bool, now: datetime,
    type_code: str = _LETTER,
) -> Deposit:  # fmt: skip
    digest = hashlib.sha256(data).hexdigest()
    unique_id = intake.own_id(client_id, "hprim", digest)
    at = datetime.combine(day, time(), _PARIS) if day else None
    return intake.of_file(
        data, said=_said(who), submission_id=f"hprim/{digest}", source=SOURCE, now=now,
        metadata=intake.metadata_of(
            type_code=_RESULTS if results else type_code, media_type=sniff.HPRIM, unique_id=unique_id,
            created=at or now, service_start=at, authors=(Author(sender, organisation=sender),) if sender else (),
        ),
    )  # fmt: skip


def _said(who: Identity) -> Said:
    """HPRIM has no INS: its social security number is one when an authority that this space accepts gave it.

    It is tried with each of them, matricule and traits together; the first stands for the others when none matches.
    """
    if not who.number:
        raise Invalid(
            "Ce message ne porte pas un numéro de sécurité sociale qui soit sûrement celui de la personne (ligne 8) : "
            "il ne peut pas être rapproché d'un espace.",
            code="ins-missing", at="ligne 8",
        )  # fmt: skip
    traits = Traits(who.family, who.given_names, who.birth_date, who.sex, used_family=who.used_family)
    production = config.mode() == "production"
    kinds = ("ins_nir", "ins_nia") if production else ("ins_nir_test", "ins_nir_demo")
    candidates = [Ins(who.number, valuesets.OIDS[kind]) for kind in kinds]
    people.checked(candidates[0], traits)
    found = people.match([(one, traits) for one in candidates])
    return Said(next((one for one, person in zip(candidates, found, strict=True) if person), candidates[0]), traits)


# ---- sidecars


def _described(client_id: UUID, data: bytes, kind: str, sidecar: bytes, now: datetime) -> Deposit:
    said = _read(sidecar)
    unique_id = said.get("unique_id") or intake.own_id(client_id, "file", hashlib.sha256(data).hexdigest())
    type_code = said["type_code"]
    if type_code not in valuesets.TYPES:
        raise Invalid("Ce type de document n'est pas connu de Hygie.", code="sidecar", at="type_code")
    known, unknown = valuesets.confidentiality(said.get("visibility", ()))
    if unknown:
        raise Invalid("Ce réglage de visibilité n'existe pas.", code="sidecar", at="visibility")
    when = _when(said.get("date"))
    traits = Traits(
        birth_family=said["birth_family"], given_names=tuple(said["given_names"]), birth_date=said["birth_date"],
        sex=said["sex"], birth_place=said.get("birth_place"),
    )  # fmt: skip
    author = said.get("author")
    return intake.of_file(
        data, said=Said(Ins(said["matricule"], said["oid"]), traits), submission_id=unique_id, source=SOURCE, now=now,
        visibility=known, replaces=said.get("replaces"),
        metadata=intake.metadata_of(
            type_code=type_code, media_type=kind, unique_id=unique_id, created=when or now, service_start=when,
            title=said.get("title", ""), authors=(Author(author),) if author else (),
        ),
    )  # fmt: skip


def _read(sidecar: bytes) -> dict[str, Any]:
    """The sidecar's fields, each of its type. Invalid names the one that is not."""
    try:
        said = json.loads(sidecar)
    except (ValueError, RecursionError):
        raise Invalid("Le fichier .json qui décrit ce document ne se lit pas.", code="sidecar") from None
    if not isinstance(said, dict):
        raise Invalid("Le fichier .json qui décrit ce document ne se lit pas.", code="sidecar")
    for name in sorted(set(said) - _FIELDS):
        raise Invalid("Ce champ n'existe pas.", code="sidecar", at=str(name)[:40])
    for name in ("matricule", "oid", "birth_family", "birth_date", "sex", "type_code", "given_names"):
        if not said.get(name):
            raise Invalid("Il manque ce champ dans le fichier .json.", code="sidecar", at=name)
    for name, value in said.items():
        right = (
            isinstance(value, list) and all(isinstance(one, str) for one in value)
            if name in ("given_names", "visibility")
            else isinstance(value, str) and len(value) <= 500
        )
        if not right:
            raise Invalid("Ce champ n'est pas écrit comme attendu.", code="sidecar", at=name)
    return said


def _when(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise Invalid("Cette date ne se lit pas : écrivez 2026-03-12.", code="sidecar", at="date") from None
    return found if found.tzinfo else found.replace(tzinfo=_PARIS)
