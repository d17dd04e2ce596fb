"""The answer to a message: ACK or NACK, with an ERR segment and words that a person can act on.

The same answer to the same message is the same bytes: its time is the one given, its number comes from the message.
Sources: HL7 v2.5.1 chapter 2 (MSA, ERR; tables 0008, 0357, 0516); national application errors 900 to 905
(ansforge/IG-hl7v2-volet-transmission-document-cda-r2, error codes).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hygie.formats.hl7v2.er7 import USUAL, escape
from hygie.formats.hl7v2.message import Header

ACCEPTED: Final = "AA"
ERROR: Final = "AE"  # the content is at fault: sending the same again changes nothing
REJECTED: Final = "AR"  # not this message type, not this sender, or not now

CONDITIONS: Final = {
    "0": "Message accepté", "100": "Ordre des segments", "101": "Champ obligatoire absent", "102": "Type de donnée",
    "103": "Valeur inconnue", "199": "Autre erreur de syntaxe", "200": "Type de message non traité",
    "201": "Événement non traité", "202": "Mode de traitement non traité", "203": "Version non traitée",
    "204": "Identifiant inconnu", "205": "Identifiant déjà utilisé", "206": "Dossier occupé",
    "207": "Erreur applicative",
}  # fmt: skip
APPLICATION: Final = {
    "900": "Version du document incorrecte", "901": "Auteur non autorisé",
    "902": "Personne non reconnue", "903": "INS absent du document", "904": "INS différent",
    "905": "INS incomplet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is answered. severity: I, W or E; condition: table 0357; application: 900 to 905; at: `PID^1^3` or « OBX[3].5 ».

    words: French, for the person who reads the sender's log; without identity nor health data. code: our rule id.
    """

    acknowledgement: str = ACCEPTED
    words: str = ""
    code: str = ""
    condition: str = "0"
    application: str = ""
    severity: str = "E"
    at: str = ""


def write(header: Header | None, verdict: Verdict, *, at: datetime) -> bytes:
    """The bytes to send back, in UTF-8, with CR endings. `header` is that of the message, None when it was unreadable."""
    time = at.strftime("%Y%m%d%H%M%S%z")
    if header is None:
        header = Header("", "", "", "", "", "ACK", "", "", "", "P", "2.5")
    number = escape(header.control_id)
    event = f"ACK^{escape(header.event)}^ACK" if header.event else "ACK"
    msh = [
        "MSH", USUAL.declared, escape(header.to_application) or "HYGIE", escape(header.to_facility),
        escape(header.application), escape(header.facility), time, "", event, f"ACK{number}"[:199],
        escape(header.processing) or "P", escape(header.version) or "2.5", "", "", "", "", "FRA", "UNICODE UTF-8",
    ]  # fmt: skip
    words = escape(verdict.words)
    lines = ["|".join(msh), f"MSA|{verdict.acknowledgement}|{number}|{words}".rstrip("|")]
    if verdict.words:
        condition = f"{verdict.condition}^{escape(CONDITIONS.get(verdict.condition, ''))}^HL70357"
        national = (
            f"{verdict.application}^{APPLICATION[verdict.application]}^applicationErrorCode"
            if verdict.application
            else ""
        )
        place = escape(verdict.at).replace("\\S\\", "^")
        lines.append(
            f"ERR||{place}|{condition}|{verdict.severity}|{national}||{escape(verdict.code)}|{words}".rstrip("|")
        )
    return "".join(f"{line}\r" for line in lines).encode()
