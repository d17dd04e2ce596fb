"""One message, from its bytes to its answer: new documents and results, replacements, withdrawals, visibility.

    read -> who sends -> what is asked -> deposit, replace, withdraw -> durable -> ACK

A document inside (CDA, PDF) is deposited as itself; a message of results is kept whole, its bytes are the document.
Errors become an AE or AR with words; nothing is answered before it is durable, and the same message has the same answer.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hygie.access.actions import open_record
from hygie.access.types import Action, Channel, Purpose, Request
from hygie.base import config, logs
from hygie.base.errors import Conflict, HygieError, Invalid, NotFound, Unavailable, Unsupported
from hygie.formats import named, sniff, valuesets
from hygie.formats.cda import metadata as cda_metadata
from hygie.formats.cda import reader as cda
from hygie.formats.hl7v2 import acknowledgement, carried, er7, message
from hygie.formats.hl7v2.acknowledgement import Verdict
from hygie.formats.hl7v2.carried import Asked, Carried
from hygie.formats.hl7v2.message import Header, Message
from hygie.interop import intake
from hygie.interop.fhir_api.callers import Caller
from hygie.interop.hl7v2 import verdicts
from hygie.interop.intake import Said
from hygie.people import queries as people
from hygie.people.types import Ins, Traits
from hygie.record import actions, queries
from hygie.record.types import Author, Deposit, Document, Receipt

_RESULTS = "11502-2"  # LOINC: laboratory report
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_FILES = frozenset({sniff.PDF, sniff.JPEG, sniff.PNG, sniff.TIFF, sniff.TEXT, sniff.HPRIM})
_EVENTS = {"MDM": frozenset({"T02", "T04", "T10"}), "ORU": frozenset({"R01", ""})}


@dataclass(frozen=True, slots=True)
class Answer:
    """data: the acknowledgement to send back, b"" when nothing is to be answered (an acknowledgement came)."""

    data: bytes
    verdict: Verdict
    again: bool = False  # not now: the same message later may be kept

    @property
    def kept(self) -> bool:
        return self.verdict.acknowledgement == acknowledgement.ACCEPTED


def receive(client_id: UUID, data: bytes, *, now: datetime, source: str = "hl7v2", request_id: str = "") -> Answer:
    """The answer to one message from this software client; never raises."""
    header: Header | None = None
    at, again = now, False
    try:
        parsed = er7.parse(data)
        header = message.header(parsed)
        if header.type == "ACK":  # never answer an answer
            return Answer(b"", Verdict())
        read = message.of(parsed)
        told, at = _received(intake.sender(client_id), read, data, now, source, request_id)
    except HygieError as fault:
        told, again = verdicts.verdict(fault), isinstance(fault, Unavailable)
        logs.event("hl7-refused", rule=fault.code, request_id=request_id)
    except Exception as fault:
        told = verdicts.unexpected()
        logs.event("hl7-failed", level=logging.ERROR, error=fault, request_id=request_id)
    return Answer(acknowledgement.write(header, told, at=at), told, again)


def too_large() -> bytes:
    """For a message that is not even read."""
    fault = Invalid(f"Un message fait au plus {er7.MAX_MESSAGE >> 20} Mo.", code="hl7-too-large")
    return acknowledgement.write(None, verdicts.verdict(fault), at=datetime.now().astimezone())


def _received(
    who: Caller, read: Message, data: bytes, now: datetime, source: str, request_id: str
) -> tuple[Verdict, datetime]:
    _supported(read.header)
    if read.patient is None:
        raise Invalid("Il manque le segment PID : de qui parle ce message ?", code="hl7-no-patient", at="PID")
    one = _Reception(who, read, data, now, source, request_id)
    asked = carried.asked(read)
    if asked is Asked.DELETE:
        one.withdraw()
        return Verdict(), now
    who.needs("DocumentReference", "c")
    receipts = one.deposit(replacing=asked is Asked.REPLACE)
    if any(receipt.outcome == "quarantined" for receipt in receipts):
        return verdicts.set_aside(), receipts[0].received
    one.change_visibility(receipts)
    return Verdict(), min(receipt.received for receipt in receipts)


def _supported(header: Header) -> None:
    if header.version and not header.version.startswith("2."):
        raise Unsupported("Seules les versions 2 de HL7 sont reçues ici.", code="hl7-version", at="MSH^1^12")
    if header.type not in _EVENTS:
        words = "Hygie reçoit des résultats et des documents (ORU, MDM), pas ce type de message."
        if header.type == "ADT":
            words += " Les choix de la personne sur son espace se règlent avec elle, dans son espace."
        raise Unsupported(words, code="hl7-type", at="MSH^1^9")
    if header.event not in _EVENTS[header.type]:
        raise Unsupported("Hygie ne traite pas cet événement.", code="hl7-event", at="MSH^1^9")
    if config.mode() == "production" and header.processing not in ("P", ""):
        raise Unsupported(
            "Ce message se dit d'essai : cet espace est en service.", code="hl7-test-message", at="MSH^1^11"
        )


class _Reception:
    """One message being received, and all it needs."""

    def __init__(self, who: Caller, read: Message, data: bytes, now: datetime, source: str, request_id: str) -> None:
        self.who, self.read, self.data, self.now = who, read, data, now
        self.source, self.request_id = source, request_id
        self.said = _said(read)
        self.visibility = carried.flags(read).visibility
        self.files = carried.documents(read)
        self.cdas = [one for one in self.files if one.media_type in intake.CDA]

    @property
    def client_id(self) -> UUID:
        return self.who.bearer.client.id

    # ---- deposits

    def deposit(self, *, replacing: bool) -> list[Receipt]:
        """All the documents of the message are kept, or none. Results alone: the message is the document."""
        self._names_nobody_else()
        deposits = [self._cda(one, replacing) for one in self.cdas]
        rows = any(result.value for result in carried.clinical(self.read))
        if not rows:  # with results, the whole message is kept, and the files in it
            deposits += [self._file(one, replacing) for one in self.files if one not in self.cdas]
        if deposits and not rows:
            return self._deposited(deposits)
        if not rows:
            raise Invalid("Ce message ne porte ni document ni résultat.", code="hl7-nothing", at="OBX")
        if not deposits:
            return [self._results(replacing)]
        return [*self._deposited(deposits), self._results(replacing)]

    def _names_nobody_else(self) -> None:
        """A file inside that names its person (HPRIM, FHIR) names the one of PID; a CDA is looked at as it is deposited."""
        others = [one for one in self.files if one not in self.cdas]
        if not others:
            return
        ins, traits = intake.checked(self.said)
        hers = named.named(
            ins.matricule, traits.birth_date, (traits.birth_family, traits.used_family), traits.given_names
        )
        for one in others:
            if not all(person.may_be(hers) for person in named.inside(one.media_type, one.data)):
                raise Invalid(
                    "La personne écrite dans le fichier joint n'est pas celle du message : rien n'a été conservé.",
                    code="identity-mismatch", at=f"{one.place}.5",
                )  # fmt: skip

    def _deposited(self, deposits: Sequence[Deposit]) -> list[Receipt]:
        return actions.deposit_all(actor=self.who.actor, deposits=deposits, request_id=self.request_id)

    def _cda(self, one: Carried, replacing: bool) -> Deposit:
        document = self.read.document
        parent = _urn(document.parent) if document and document.parent else None
        try:
            return intake.of_cda(
                one.data, said=self.said, visibility=self.visibility, replaces=parent if replacing else None,
                replacing=replacing and not self._same_again(one), source=self.source, now=self.now,
            )  # fmt: skip
        except Invalid as fault:
            if fault.at in (None, "patient", "relatedDocument"):
                fault.at = one.place
            raise

    def _same_again(self, one: Carried) -> bool:
        """A « replacement » by the very document that this sender already deposited: only its visibility may change."""
        found = cda_metadata.describe(cda.read_header(one.data)).unique_id
        return queries.deposited(self.who.actor, submission_id=found) is not None

    def _file(self, one: Carried, replacing: bool) -> Deposit:
        said_xml = one.result.segment.get(5, 3).upper() == "XML"
        if said_xml or one.media_type not in _FILES:
            raise Invalid(
                "Le fichier joint n'est pas du type annoncé, ou pas d'un type accepté.", code="content-type-mismatch",
                at=f"{one.place}.5",
            )  # fmt: skip
        document = self.read.document
        code = _type_code(one.result.code, document.type if document else "")
        unique_id = self._file_id(one)
        target = _urn(document.parent) if document and document.parent else None
        if replacing and target is None:
            raise Invalid("Ce message ne dit pas quel document il remplace.", code="no-target", at="TXA^1^13")
        return intake.of_file(
            one.data, said=self.said, visibility=self.visibility, submission_id=unique_id, source=self.source,
            now=self.now, replaces=target if replacing else None,
            metadata=intake.metadata_of(
                type_code=code, media_type=one.media_type, unique_id=unique_id, created=self._created(),
                title=document.title if document else "", label=one.result.label, authors=self._authors(),
                service_start=self._act(),
            ),
        )  # fmt: skip

    def _file_id(self, one: Carried) -> str:
        document = self.read.document
        if document and document.unique_id and len(self.files) == 1:
            return _urn(document.unique_id)
        filler = next((order.filler for order in self.read.orders if order.filler), "")
        return intake.own_id(
            self.client_id, "file", self.read.header.facility, filler, hashlib.sha256(one.data).hexdigest()
        )

    def _results(self, replacing: bool) -> Receipt:
        """The message itself. Each laboratory number has a first message; a correction replaces the latest of its line,
        a complement stands beside it. Rows corrected without a word for the whole report are refused: beside the first
        message, the value that its sender takes back would stay, and nobody here may open it to see what else it holds.
        """
        digest = hashlib.sha256(self.data).hexdigest()
        key = self._order_key()
        first = key or f"hl7v2/{digest}"
        if not replacing or not key:
            try:
                return self._whole(first, digest)
            except Conflict as fault:
                if fault.code != "same-submission-other-content":
                    raise
                row = carried.corrected(self.read)
                if row is not None and self._first_is_hers(first, f"{first}/{digest}"):
                    raise Invalid(
                        "Ce message corrige des lignes d'un compte rendu déjà reçu : renvoyez le compte rendu entier, "
                        "en disant qu'il remplace le premier (OBR-25 C, ou ORC-1 RO).",
                        code="hl7-rows-corrected",
                        at=f"{row.place}.11",
                    ) from fault
                return self._whole(f"{first}/{digest}", digest)
        again = queries.deposited(self.who.actor, submission_id=f"{first}/{digest}")
        base = queries.deposited(self.who.actor, submission_id=first)
        if again is not None or base is None:
            return self._whole(first if base is None else f"{first}/{digest}", digest)
        latest = self._latest(*base)
        try:
            return self._whole(f"{first}/{digest}", digest, replaces=str(latest.id) if latest else None)
        except NotFound as fault:  # the number was used for someone else: whose, nobody is told
            if latest is None:
                raise
            raise Invalid(
                "Le résultat à corriger n'est pas celui de cette personne.", code="identity-mismatch", at="PID^1^3"
            ) from fault

    def _first_is_hers(self, first: str, again: str) -> bool:
        """Whether this laboratory number already names a report of hers (numbers are used again for others), and this
        message was not kept beside it before.
        """
        base = queries.deposited(self.who.actor, submission_id=first)
        if base is None or queries.deposited(self.who.actor, submission_id=again):
            return False
        [person] = people.match([intake.checked(self.said)])
        return base[0] == person

    def _whole(self, submission_id: str, digest: str, *, replaces: str | None = None) -> Receipt:
        order = next((o for o in self.read.orders if any(not carried.is_envelope(r) for r in o.results)), None)
        label = order.label if order else ""
        unique_id = intake.own_id(self.client_id, "message", digest)
        deposit = intake.of_file(
            self.data, said=self.said, visibility=self.visibility, submission_id=submission_id, source=self.source,
            now=self.now, replaces=replaces,
            metadata=intake.metadata_of(
                type_code=_type_code(order.code if order else "", _RESULTS), media_type=sniff.HL7_V2,
                unique_id=unique_id, created=self._created(), title=label, label=label, authors=self._authors(),
                service_start=self._act(),
            ),
        )  # fmt: skip
        return self._deposited([deposit])[0]

    def _order_key(self) -> str:
        filler = next((order.filler or order.placer for order in self.read.orders if order.filler or order.placer), "")
        return f"hl7v2/order/{self.read.header.facility}/{filler}" if filler else ""

    def _latest(self, patient_id: UUID, document_id: UUID) -> Document | None:
        """The newest of a line of corrections, as its depositor may know it."""
        grant = open_record(self._request(Action.LIST, patient_id, document_id))
        try:
            return queries.versions(grant, document_id=document_id)[0]
        except NotFound:  # withdrawn since
            return None

    # ---- withdrawals and visibility

    def withdraw(self) -> None:
        """Take back what this sender deposited, and nobody else did. Done already is done."""
        self.who.needs("DocumentReference", "u")
        ins, traits = intake.checked(self.said)
        found = {where for key in self._targets() if (where := queries.deposited(self.who.actor, submission_id=key))}
        if not found:
            raise NotFound(
                "Aucun document reçu de vous ne porte cet identifiant : rien n'a été retiré.", code="not-your-document",
                at="TXA^1^12",
            )  # fmt: skip
        [person] = people.match([(ins, traits)])
        if any(patient_id != person for patient_id, _ in found):
            raise Invalid(
                "Le document à retirer n'est pas celui de cette personne : rien n'a été retiré.",
                code="identity-mismatch", at="PID^1^3",
            )  # fmt: skip
        grants = [
            (actions.open_to_correct(self._request(Action.WITHDRAW, *where)), where[1]) for where in sorted(found)
        ]
        for grant, document_id in grants:
            try:
                actions.withdraw(grant, document_id=document_id, at=self.now)
            except NotFound as fault:
                if fault.code != "no-such-document":
                    raise

    def _targets(self) -> list[str]:
        """The keys under which what is to be withdrawn may have come."""
        named = [cda_metadata.describe(cda.read_header(one.data)).unique_id for one in self.cdas]
        document = self.read.document
        if not named and document and document.unique_id:
            named.append(_urn(document.unique_id))
        if not named and self.files:
            named += [self._file_id(one) for one in self.files]
        if named:
            return named
        key = self._order_key()
        base = queries.deposited(self.who.actor, submission_id=key) if key else None
        latest = self._latest(*base) if base else None
        if base and latest and latest.id != base[1]:
            raise Conflict(
                "Ce résultat a été corrigé depuis : envoyez d'abord la version à retirer.", code="already-replaced"
            )
        return [key] if key else []

    def change_visibility(self, receipts: Sequence[Receipt]) -> None:
        """MODIF_CONF_CODE: the same document again, to be seen otherwise. What the person hid stays hidden."""
        if not carried.flags(self.read).said.get("MODIF_CONF_CODE"):
            return
        for receipt in receipts:
            if receipt.outcome != "again" or receipt.patient_id is None:
                continue
            self.who.needs("DocumentReference", "u")
            looking = open_record(self._request(Action.LIST, receipt.patient_id, receipt.id))
            now = queries.document(looking, document_id=receipt.id)
            shown = {"INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"} & (now.visibility - self.visibility)
            hidden = self.visibility - now.visibility
            if not shown and not hidden:
                continue
            grant = actions.open_to_correct(self._request(Action.SET_VISIBILITY, receipt.patient_id, receipt.id))
            announced = (self.now + intake.ANNOUNCED_WITHIN).date() if "INVISIBLE_PATIENT" in hidden else None
            actions.set_visibility(
                grant, document_id=receipt.id, add=hidden, remove=shown, at=self.now,
                announce_on=announced or now.announce_on,
            )  # fmt: skip

    def _request(self, action: Action, patient_id: UUID, document_id: UUID) -> Request:
        return Request(
            actor=self.who.actor, patient_id=patient_id, purpose=Purpose.DEPOSIT, action=action, at=self.now,
            object_id=document_id, channel=Channel.MACHINE, request_id=self.request_id,
        )  # fmt: skip

    # ---- what the envelope says of the document

    def _created(self) -> datetime:
        document = self.read.document
        said = [document.when if document else "", *(order.reported for order in self.read.orders)]
        found = [when for written in [*said, self.read.header.sent] if (when := message.moment(written))]
        return found[0] if found else self.now

    def _act(self) -> datetime | None:
        said = [result.when for result in self.read.results] + [order.when for order in self.read.orders]
        found = [when for written in said if (when := message.moment(written))]
        return min(found) if found else None

    def _authors(self) -> tuple[Author, ...]:
        found: list[Author] = []
        place = self.read.header.facility or None
        if self.read.document and self.read.document.author.name:
            person = self.read.document.author
            found.append(Author(person.name, person.rpps, organisation=place))
        for result in self.read.results:
            for part in result.participations:
                if part.role == "SB" and part.person.name:
                    found.append(Author(part.person.name, part.person.rpps, organisation=part.organisation or place))
        for order in self.read.orders:
            if order.interpreter.name:
                found.append(Author(order.interpreter.name, order.interpreter.rpps, organisation=place))
        return tuple(dict.fromkeys(found)) or ((Author(place, organisation=place),) if place else ())


def _said(read: Message) -> Said:
    person = read.patient
    assert person is not None
    traits = None
    if person.birth_family and person.given_names and person.birth_date:
        traits = Traits(
            birth_family=person.birth_family, given_names=person.given_names, birth_date=person.birth_date,
            sex=person.sex, birth_place=person.birth_place, used_family=person.used_family,
            used_given=person.used_given,
        )  # fmt: skip
    return Said(Ins(person.matricule, person.oid) if person.matricule else None, traits)


def _type_code(said: str, other: str) -> str:
    """The type of a document: what the OBX or the OBR says when it is a type, else TXA-2, else what it says."""
    for code in (said, other):
        if code in valuesets.TYPES:
            return code
    return _RESULTS


def _urn(written: str) -> str:
    """`1.2.250…` as an OID, `1.2.250…^12` likewise; any other identifier is kept as it is."""
    root, _, extension = written.partition("^")
    return f"urn:oid:{root}" + (f"^{extension}" if extension else "") if _OID.fullmatch(root) else written
