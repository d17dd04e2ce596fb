"""The reader of paper: PDF with a text layer, plain text, scans and photos. Everything is a suggestion, or proved.

Untrusted bytes are opened in a walled child process only (`hygie.formats.preview`).
"""

from __future__ import annotations

from typing import Final

from hygie.formats.entries import Entry, Found, Unread
from hygie.formats.paper import laboratory, leaves, letterhead, prescriptions, resources, second_look
from hygie.formats.paper.leaves import Leaf
from hygie.formats.paper.letterhead import Letterhead
from hygie.formats.paper.results import Result
from hygie.formats.paper.rows import rows

READER: Final = "paper"
VERSION: Final = "3"
_LABORATORY: Final = "11502-2"


def extract(data: bytes) -> Found:
    """What a paper document says. Raises Invalid when the file as a whole cannot be opened, Unavailable when this
    machine has no room to open it; a page that cannot be read is listed in `unread`.
    """
    read = leaves.read(data)
    pages = [rows(leaf) for leaf in read.pages]
    text = "\f".join("\n".join(row.text for row in page) for page in pages)
    every = [row for page in pages for row in page]
    head = letterhead.read(every, text)
    unread = list(read.unread)
    entries: list[Entry] = []
    reading = laboratory.read(pages, head)
    if _is_report(head, reading.results):
        if any(leaf.scanned for leaf in read.pages):
            reading = second_look.merged(reading, _again(read.pages, head, leaves.SMALLER), sex=head.sex)
            if pages_left := second_look.doubtful_pages(reading, sex=head.sex):
                leaf_left = tuple(leaf for leaf in read.pages if leaf.number in pages_left)
                reading = second_look.mended(reading, _again(leaf_left, head, leaves.LARGER), sex=head.sex)
        flags = any(result.flag for result in reading.results)
        entries = resources.entries(reading.results, head, flags_used=flags)
        unread += reading.unread
        if head.day is None:
            unread.append(Unread("page 1", "La date du prélèvement n’a pas été trouvée."))
    else:
        entries, left = prescriptions.prescribed(every, head)
        unread += left
        if prescriptions.concerns_vaccines(text):
            entries += prescriptions.vaccinated(every)
        if every and not entries:
            unread.append(Unread("document", "Texte libre : Hygie le retrouve par la recherche et n’en extrait rien."))
    return Found(READER, VERSION, tuple(entries), tuple(unread), text)


def describe(data: bytes) -> Letterhead:
    """What the head of a document says: kind, day, author, patient as printed. To propose, never to attach by guess."""
    pages = [rows(leaf) for leaf in leaves.read(data).pages]
    text = "\f".join("\n".join(row.text for row in page) for page in pages)
    return letterhead.read([row for page in pages for row in page], text)


def _again(pages: tuple[Leaf, ...], head: Letterhead, times: float) -> laboratory.Reading:
    """The scanned pages read once more at another size; the others are left out."""
    others = [other for leaf in pages if leaf.scanned and (other := leaves.again(leaf, times=times)) is not None]
    return laboratory.read([rows(leaf) for leaf in others], head)


def _is_report(head: Letterhead, results: list[Result]) -> bool:
    known = sum(1 for result in results if result.analyte is not None)
    if head.proposal.type_code == _LABORATORY:
        return known >= 1
    return known >= 3
