"""Moments, days and sizes as people read them, in the language of the page and the reader's time zone."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

NBSP = "\u00a0"
_UNITS = {"fr": ("ko", "Mo"), "ar": ("كيلوبايت", "ميغابايت")}


def _french() -> bool:
    return (get_language() or "fr").startswith("fr")


def local(moment: datetime) -> datetime:
    """An aware moment brought to the reader's time zone; a naive one is taken as it is."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def day_of(value: date) -> date:
    """The calendar day of a day or of a moment, where the reader is."""
    return local(value).date() if isinstance(value, datetime) else value


def year_of(moment: datetime) -> int:
    """The year of `day_of`, at once for all but the days on which two time zones may write two years."""
    return day_of(moment).year if (moment.month, moment.day) in ((12, 31), (1, 1)) else moment.year


def in_full(value: date, *, weekday: bool = False) -> str:
    """« 1er mars 2026 », « lundi 2 mars 2026 »; "2 March 2026" in English."""
    day = day_of(value)
    number = f"1er{NBSP}" if day.day == 1 and _french() else f"{day.day}{NBSP}"
    head = date_format(day, "l") + " " if weekday else ""
    return head + number + date_format(day, "F Y")


def clock(moment: datetime) -> str:
    """« 9 h 12 », « 14 h »; "9:12" in English."""
    at = local(moment)
    if not _french():
        return f"{at.hour}:{at.minute:02d}"
    return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02d}" if at.minute else "")


def since_when(moment: datetime, *, today: date) -> str:
    """What stands after « depuis »: « le 12/03/2026 », and the hour alone, « 14 h 32 », when the moment is of today."""
    at = local(moment)
    return clock(moment) if at.date() == today else gettext("le %(day)s") % {"day": f"{at:%d/%m/%Y}"}


def spoken(text: str) -> str:
    """What a pure module says in French (`formats.said`, or a word of its tables), in the language of the page.

    What has no translation stays French, word for word.
    """
    if _french() or not text:
        return text
    english = getattr(text, "english", "")
    if english and (get_language() or "").startswith("en"):
        return str(english)
    pattern: str = getattr(text, "pattern", "")
    if not pattern:
        return gettext(text)
    values = getattr(text, "values", {})
    return gettext(pattern).format(
        **{
            name: in_full(one) if isinstance(one, date) else spoken(one) if isinstance(one, str) else one
            for name, one in values.items()
        }
    )


def month(value: date) -> str:
    """« mars 2026 »."""
    return date_format(day_of(value), "F Y")


def weight(size: int) -> str:
    """A size in bytes, as people say it: « 340 ko », « 1,2 Mo ». Powers of 1000."""
    kilo, mega = _UNITS.get((get_language() or "fr")[:2], ("kB", "MB"))
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NBSP}{kilo}"
    number = f"{size / 1_000_000:.1f}"
    return (number.replace(".", ",") if _french() else number) + f"{NBSP}{mega}"
