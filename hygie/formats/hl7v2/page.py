"""An HL7 v2 message as a page for people: its results, its remarks, its files; never the raw message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hygie.base.errors import HygieError
from hygie.formats import sniff
from hygie.formats.cda import html, reader
from hygie.formats.cda.types import Media, Section
from hygie.formats.hl7v2 import carried, extract, message
from hygie.formats.hl7v2.message import Message, Order, Result
from hygie.formats.result_page import Line, files, page, results, words

_CDA: Final = frozenset({sniff.CDA, sniff.CDA_SELF_PRESENTABLE})


def to_html(data: bytes, *, attachment_url: Callable[[int], str] | None = None) -> str:
    """The page. Errors of `message.read`. A CDA inside is shown as itself; other files are offered for download."""
    read = message.read(data)
    attached = [_media(one) for one in _files(read)]
    sections: list[Section] = [_chapter(read, order) for order in read.orders]
    if read.notes:
        sections.append(words(None, "\n\n".join(read.notes)))
    inside = ""
    for one in _openable(read):
        if one.media_type in _CDA:
            inside += html.to_html(reader.read(one.data), level=3, prefix=f"cda-{one.result.place.strip('OBX[]')}")
    if attached:
        sections.append(files("Fichiers joints", tuple(attached)))
    return page(sections, readable=read.er7.certain, attached=attached, attachment_url=attachment_url) + inside


def attachments(data: bytes) -> list[tuple[str, bytes]]:
    """The files of a message, in the order in which the page numbers them: (media type by content, bytes)."""
    return [(one.media_type or "application/octet-stream", one.data) for one in _files(message.read(data))]


def _openable(read: Message) -> list[carried.Carried]:
    found = []
    for result in read.results:
        if result.type == "ED" and not carried.is_envelope(result) and result.status not in ("D", "W"):
            try:
                found.append(carried.opened(result))
            except HygieError:
                continue
    return found


def _files(read: Message) -> list[carried.Carried]:
    """Files to download: those that the page does not show itself, and that are no picture (shown nowhere else)."""
    return [one for one in _openable(read) if one.media_type not in _CDA]


def _media(one: carried.Carried) -> Media:
    return Media(id=None, media_type=one.media_type or "application/octet-stream", data=one.data)


def _chapter(read: Message, order: Order) -> Section:
    lines = []
    for result in order.results:
        if carried.is_envelope(result) or result.type == "ED":
            continue
        if result.status in ("D", "W"):
            lines.append(Line(result.label or result.code, "retiré par celui qui l’a envoyé"))
            continue
        lines.append(_line(read, order, result))
    title = order.label or order.code
    day = message.iso(order.when)
    if day and lines:
        title = f"{title}, {_french_day(day)}" if title else _french_day(day)
    return results(title if lines or order.notes else None, lines, order.notes)


def _line(read: Message, order: Order, result: Result) -> Line:
    row = extract.row(read, order, result) if result.status in extract.STATUSES else None
    value = result.value if row is None else (row.coded.label or row.coded.code) if row.coded else row.value
    if not value:
        value = extract.NO_RESULT.get(result.status, "").removesuffix(".")
    return Line(
        result.label or result.other[1] or result.code, value, result.unit if result.value else "", result.interval,
        next(iter(result.flags), ""), result.notes,
    )  # fmt: skip


def _french_day(iso: str) -> str:
    year, month, day = [*iso[:10].split("-"), "", ""][:3]
    return "/".join(part for part in (day, month, year) if part)
