"""What an HL7 v2 message is, for `hygie read`: who sends what, about whom, with which files and flags."""

from __future__ import annotations

from typing import Any

from hygie.formats.hl7v2 import carried, message


def describe(data: bytes) -> dict[str, Any]:
    """Plain values ready for JSON. Errors of `message.read`."""
    read = message.read(data)
    header, person = read.header, read.patient
    flags = carried.flags(read)
    return {
        "message": "^".join(filter(None, (header.type, header.event))),
        "version": header.version,
        "control_id": header.control_id,
        "sender": " · ".join(filter(None, (header.application, header.facility))),
        "sent": message.iso(header.sent),
        "charset": read.er7.charset,
        "charset_certain": read.er7.certain,
        "person": None if person is None else {
            "ins": {"matricule": person.matricule, "oid": person.oid} if person.matricule else None,
            "identifiers": [{"root": root, "extension": value} for value, root in person.ids],
            "birth_family": person.birth_family, "given_names": list(person.given_names),
            "birth_date": person.birth_date, "sex": person.sex, "birth_place": person.birth_place,
            "reliability": person.reliability or None,
        },
        "asked": carried.asked(read).value if header.type in ("ORU", "MDM") else None,
        "files": [{"place": one.place, "contains": one.media_type or None, "size": len(one.data)}
                  for one in carried.documents(read)],
        "flags": {**flags.said, **dict.fromkeys(flags.unread)},
        "visibility": sorted(flags.visibility),
        "results": len(carried.clinical(read)),
    }  # fmt: skip
