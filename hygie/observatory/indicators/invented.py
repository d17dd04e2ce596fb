"""Counts of a town that does not exist, for a demonstration: the same each time, growing, a few of them small. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hygie.observatory.indicators.figures import Counts

_PARTED = {
    "documents": {"10": 54, "42": 24, "31": 9, "43": 8, "11": 4, "90": 3, "52": 1},
    "sources": {"fhir": 60, "hl7v2": 25, "mssante": 12, "portal": 4, "workspace": 2},
    "delay": {"1": 6, "2": 3, "4": 4, "8": 5, "12": 4, "24": 6, "48": 5, "72": 3, "168": 4, "336": 2, "720": 2},
    "read": {"yes": 44, "no": 55},
}


def invented(months: Sequence[date]) -> Counts:
    found: dict[tuple[date, str], int] = {}
    for place, month in enumerate(months):
        grown = place + 6
        some = {
            "spaces/sleeping": 5200 - 70 * place,
            "spaces/open": 130 * grown,
            "spaces/opposed": 8 * grown,
            "spaces/announced": 320 - 12 * place,
            "spaces/closed": 2 * grown,
            "activations/doctor": 4 * grown,
            "activations/midwife": 12 + place,
            "activations/pharmacist": 2 * grown,
            "activations/letter": 60 + 2 * place,
            "activations/desk": 9 + place,
            "activations/own": 3 * grown,
            "activations/operator": 3,
            "funnel/invited.never": 70 - 2 * place,
            "funnel/met.wrong": 13 + place,
            "funnel/met.blocked": 11,
            "funnel/proved.declined": 14,
            "funnel/proved.late": 12 + place,
            "funnel/proved.left": 31 - place,
            "funnel/opened.unread": 24,
            "funnel/read.once": 30 + place,
            "funnel/back.done": 11 * grown,
            "presence/day": 31 * 9 * grown,
            "presence/week": 4 * 34 * grown,
            "back/again": 41 * grown,
            "back/once": 37 * grown,
            "professionals/consult": 92 + 3 * place,
            "professionals/both": 81 + 4 * place,
            "professionals/deposit": 62 - place,
            "feeding/all": 21 + place,
            "visit/10": 12 * grown,
            "visit/30": 19 * grown,
            "visit/60": 31 * grown,
            "visit/120": 26 * grown,
            "visit/300": 22 * grown,
            "visit/600": 8 * grown,
            "visit/1800": 4 * grown,
            "visit/3600": 2 * grown,
            "leaving/closed": 91 * grown,
            "leaving/left": 33 * grown,
            "emergency/all": 11 + place,
            "report/all": 4 + place // 2,
            "structures/all": 9 + place,
            "review/2": 3 + place,
            "review/8": 12 + place,
            "review/24": 4,
            "declined/confiance": 17,
            "declined/utile": 12,
            "declined/numerique": 14,
            "declined/none": 3,
            "refused/care": 40 + grown,
            "refused/deposit": 21,
            "refused/share": 13,
            "refused/emergency": 2,
        }
        some |= {f"{one}/{key}": share * 3 * grown for one, keys in _PARTED.items() for key, share in keys.items()}
        found |= {(month, what): count for what, count in some.items()}
    return found
