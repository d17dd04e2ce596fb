"""HL7 times: `YYYY[MM[DD[HH[MM[SS[.S]]]]]][+ZZZZ]`, precision as written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")  # a French document without an offset speaks of French time
_FORM = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d+)?)?)?)?)?)?(?:([+-])(\d\d):?(\d\d))?", re.ASCII
)


@lru_cache(4096)
def moment(written: str | None) -> datetime | None:
    """An aware datetime; None when the text is no date. What is not written counts as its first instant."""
    found = _FORM.fullmatch((written or "").strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    try:
        zone = (
            _PARIS if sign is None else timezone(timedelta(minutes=int(f"{sign}1") * (int(hours) * 60 + int(minutes))))
        )
        return datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
    except (ValueError, OverflowError):
        return None


def iso_date(written: str | None) -> str:
    """The date part, as precise as written: `1979-03-28`, `1979-03`, `1979`; "" when there is none."""
    found = _FORM.fullmatch((written or "").strip())
    if found is None:
        return ""
    return "-".join(part for part in found.groups()[:3] if part)


def printed(written: str) -> str:
    """The day as a paper prints it: `28/03/1979`; what is no date, as it is."""
    found = moment(written)
    return found.strftime("%d/%m/%Y") if found else written


def fhir(written: str | None) -> str:
    """A FHIR dateTime, as precise as written and with its zone: `2026-07-30T09:15:00+02:00`, `1975`; "" for no date."""
    text = (written or "").strip()
    found, when = _FORM.fullmatch(text), moment(text)
    if found is None or when is None:
        return ""
    if found.group(4) is None:
        return iso_date(text)
    offset = when.utcoffset() or timedelta()
    if offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=14):
        return iso_date(text)  # an offset that FHIR cannot write (sun time before 1911, a fantasy)
    return when.isoformat(timespec="seconds")


def hl7(when: datetime) -> str:
    """Seconds and offset: `20260731093000+0200`. Raises ValueError for a naive datetime."""
    if when.tzinfo is None:
        raise ValueError("an HL7 time needs an offset")
    return when.strftime("%Y%m%d%H%M%S%z")[:19]
