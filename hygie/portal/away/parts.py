"""The parts of the file, in the order in which somebody who opens it needs them; contents come one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any
from uuid import UUID

import orjson
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from hygie.access import queries as access
from hygie.access.types import Grant
from hygie.formats import display, sniff
from hygie.formats.zips import Part
from hygie.portal.away import pages
from hygie.record import queries as record
from hygie.record.queries import Form, Takeaway
from hygie.record.types import Document

MANIFEST = record.MANIFEST
STRUCTURED = frozenset({sniff.CDA, sniff.CDA_SELF_PRESENTABLE, sniff.HL7_V2, sniff.HPRIM})
_PACKED = frozenset({"application/pdf", "image/jpeg", "image/png", "image/heic", "image/gif"})  # deflate gains nothing
_WORDS_SEARCHED = 6000  # characters of each document's text that the offline search looks through


def parts(taken: Takeaway, grant: Grant, reading: Grant) -> Iterator[Part]:
    """Pages first, made at once; then data, journal and originals, each when its turn comes."""
    language = translation.get_language() or "fr"
    readable = {one.id: f"lire/{one.id.hex[-12:]}.html" for one in taken.documents if _structured(one)}
    yield from _site(taken, grant, reading, readable)
    yield Part(MANIFEST, taken.manifest())
    yield Part("donnees/dossier.fhir.json", taken.bundle())
    yield Part("donnees/resume.ips.json", record.export(grant, form=Form.FHIR).data)
    yield Part("donnees/resume.cda.xml", record.export(grant, form=Form.CDA).data)
    last: dict[str, Any] = {"space": str(taken.patient_id), "lines": 0, "leaf": bytes(32).hex()}
    yield Part("journal/journal.ndjson", _lines(reading, last))
    yield Part("journal/empreinte.json", orjson.dumps(last, option=orjson.OPT_INDENT_2))
    yield Part("journal/verifier.py", access.VERIFIER)
    for one, data in record.originals(grant, documents=taken.documents):
        yield Part(taken.paths[one.id], data, squeezed=one.metadata.media_type not in _PACKED)
        if one.id in readable:
            yield from _read_aloud(one, data, taken.paths, readable[one.id], language)


def _structured(one: Document) -> bool:
    return one.metadata.media_type in STRUCTURED


def _site(taken: Takeaway, grant: Grant, reading: Grant, readable: Mapping[UUID, str]) -> Iterator[Part]:
    for name, content in pages.site(taken, record.summary(grant), reading, readable):
        yield Part(name, content.encode())
    for name in ("style.css", "recherche.js"):
        yield Part(name, files("hygie.portal.away").joinpath(name).read_bytes())
    yield Part("recherche-index.js", _index(taken, readable))


def _index(taken: Takeaway, readable: Mapping[UUID, str]) -> bytes:
    """What the search looks through, as a script of its own: a page opened from a disk may not fetch a file."""
    rows = [
        [readable.get(row.id, row.path), row.title, row.day, row.shelf, row.by, taken.texts.get(row.id, "")[:_WORDS_SEARCHED]]
        for row in pages.rows(taken, readable)
    ]  # fmt: skip
    return b"window.HYGIE = " + orjson.dumps(rows) + b";\n"


def _lines(reading: Grant, last: dict[str, Any]) -> Iterator[bytes]:
    """Every line of the journal with its proof; `last` is then the head of the chain."""
    for one in access.proved(reading):
        last |= {"lines": one.line.seq, "leaf": one.leaf.hex()}
        yield one.written()


def _read_aloud(
    one: Document, data: bytes, paths: Mapping[UUID, str], page: str, language: str
) -> Iterator[Part]:  # fmt: skip
    """A page that a browser opens for a document that it cannot, and the file that it only carried, if so."""
    media = one.metadata.media_type
    carried = display.inside(data, media)
    beside = page.removesuffix(".html")
    joined: dict[int, str] = {}

    def named(number: int) -> str:
        joined[number] = f"{beside}-{number + 1}.pdf"
        return joined[number].rpartition("/")[2]

    words = display.words(data, media, attachment_url=named)
    for number, name in joined.items():
        yield Part(name, display.attachment(data, media, number)[1], squeezed=False)
    inside = ""
    if carried is not None:
        inside = f"{beside}.{pages.ENDINGS.get(carried[0], 'bin')}"
        yield Part(inside, carried[1], squeezed=False)
    context = {
        "title": one.metadata.title, "words": SafeString(words),  # made by formats, every text escaped there
        "original": f"../{paths[one.id]}", "inside": inside.rpartition("/")[2], "top": "../",
    }  # fmt: skip
    with translation.override(language):
        yield Part(page, render_to_string("portal/away/read.html", context).encode())
