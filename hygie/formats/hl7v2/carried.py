"""What a message carries for the record: documents in ED, the flags around them, and what is asked of them.

Flags are the OBX of the table MetaDMPMSS (ansforge/IG-hl7v2-volet-transmission-document-cda-r2, 2026-04-21), older
spellings included. When a flag is doubtful, less is shown rather than more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pybase64

from hygie.base.errors import Invalid, Unsupported
from hygie.formats import sniff
from hygie.formats.hl7v2.message import Message, Result

MAX_DOCUMENT: Final = 25 * 1024 * 1024  # bytes

FLAGS: Final = frozenset({
    "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE", "MODIF_CONF_CODE", "DESTDMP",
    "DESTMSSANTEPS", "DESTMSSANTEPAT", "ACK_RECEPTION", "ACK_LECTURE_MSS",
})  # fmt: skip
_OLDER: Final = {
    "INVISIBLE_REPRESENTANTS_LEGAUX": "INVISIBLE_REP_LEGAUX", "MODIF_CONFIDENTIALITYCODE": "MODIF_CONF_CODE",
    "ACK_LECTURE": "ACK_LECTURE_MSS",
}  # fmt: skip
_ENVELOPE: Final = frozenset({"CORPSMAIL_PS", "CORPSMAIL_PATIENT", "COMP_LOT"})  # for the mail, not for the record
_HIDING: Final = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE")


class Asked(StrEnum):
    """What the message asks for its document."""

    NEW = "new"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Carried:
    """A file inside a message. media_type: what its bytes are, "" when Hygie does not know them."""

    place: str
    result: Result
    data: bytes = field(repr=False)
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Flags:
    """MetaDMPMSS as said: Y or N by name. unread: flags whose value is neither."""

    said: dict[str, bool]
    unread: tuple[str, ...] = ()

    @property
    def visibility(self) -> frozenset[str]:
        """The visibility codes that the record applies (a level is added by whoever knows it).

        A secret connection is a minor's right: hidden from her legal representatives too. A document that is for the
        patient alone (DESTDMP=N) is hidden from professionals. A flag that cannot be read hides.
        """
        codes = set()
        on = {name for name in _HIDING if self.said.get(name)} | {name for name in self.unread if name in _HIDING}
        if "MASQUE_PS" in on or self.said.get("DESTDMP") is False or "DESTDMP" in self.unread:
            codes.add("MASQUE_PS")
        if "INVISIBLE_PATIENT" in on:
            codes.add("INVISIBLE_PATIENT")
        if on & {"INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE"}:
            codes.add("INVISIBLE_REPRESENTANTS_LEGAUX")
        return frozenset(codes)


def flag_of(result: Result) -> str | None:
    """The name of the flag that an OBX holds, in its present spelling; None for any other OBX."""
    name = _OLDER.get(result.code, result.code)
    return name if name in FLAGS else None


def is_envelope(result: Result) -> bool:
    """Whether this OBX speaks of the sending (a flag, the words of a mail), not of the person's health."""
    return flag_of(result) is not None or result.code in _ENVELOPE or result.label.startswith("XDM/1.0/DDM")


def flags(message: Message) -> Flags:
    """The flags of a message, which are common to all its documents."""
    said: dict[str, bool] = {}
    unread = []
    for result in message.results:
        name = flag_of(result)
        if name is None:
            continue
        value = result.segment.get(5).upper()
        if value in ("Y", "O", "OUI", "YES", "1", "TRUE"):
            said[name] = True
        elif value in ("N", "NON", "NO", "0", "FALSE"):
            said.setdefault(name, False)
        else:
            unread.append(name)
    return Flags(said, tuple(unread))


def documents(message: Message) -> tuple[Carried, ...]:
    """The files in ED of a message, mail bodies left out. Invalid, at the OBX, for one that cannot be opened."""
    return tuple(opened(result) for result in message.results if result.type == "ED" and not is_envelope(result))


def clinical(message: Message) -> tuple[Result, ...]:
    """The results in OBX: everything that is neither a file nor part of the envelope."""
    return tuple(r for r in message.results if r.type != "ED" and not is_envelope(r))


def corrected(message: Message) -> Result | None:
    """The first row that says it corrects (C) or takes back (D, W) a row sent before; None when none does."""
    return next((result for result in clinical(message) if result.status in ("C", "D", "W")), None)


def opened(result: Result) -> Carried:
    """One ED: its bytes out of Base64, hexadecimal, or plain words."""
    parts = (result.segment.repetitions(5) or [""])[0].split(result.segment.separators.component)
    if len(parts) < 5:
        raise Invalid("Le fichier joint au message est incomplet.", code="hl7-ed-incomplete", at=f"{result.place}.5")
    way, written = result.segment.words(parts[3]).strip().lower(), parts[4]
    if len(written) > MAX_DOCUMENT * 4 // 3 + 1024:
        raise Invalid(
            f"Un document fait au plus {MAX_DOCUMENT >> 20} Mo.", code="hl7-too-large", at=f"{result.place}.5"
        )
    data = _decoded(result, way, written)
    if not data:
        raise Invalid("Le fichier joint au message est vide.", code="hl7-ed-empty", at=f"{result.place}.5")
    try:
        kind = sniff.sniff(data)
    except Unsupported:
        kind = ""
    return Carried(result.place, result, data, kind)


def _decoded(result: Result, way: str, written: str) -> bytes:
    try:
        if way == "base64":
            plain = re.sub(r"\s+", "", result.segment.words(written))
            return pybase64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        if way == "hex":
            return bytes.fromhex(written)
        if way in ("a", ""):
            return result.segment.words(written).encode()
    except ValueError:
        pass
    raise Invalid("Le fichier joint au message ne s'ouvre pas.", code="hl7-ed-encoding", at=f"{result.place}.5")


def asked(message: Message) -> Asked:
    """New, replace or delete: MDM says it by its event, ORU by ORC-1, or by the status of the document's OBX."""
    if message.header.type == "MDM":
        return {"T10": Asked.REPLACE, "T04": Asked.DELETE}.get(message.header.event, Asked.NEW)
    controls = {order.control for order in message.orders}
    statuses = {r.status for r in message.results if not is_envelope(r)}
    if controls & {"CA", "OC", "DC"} or (statuses and statuses <= {"D", "W"}):
        return Asked.DELETE
    files = {r.status for r in message.results if r.type == "ED" and not is_envelope(r)}
    if controls & {"RO", "RP"} or files == {"C"} or any(order.status == "C" for order in message.orders):
        return Asked.REPLACE
    return Asked.NEW
