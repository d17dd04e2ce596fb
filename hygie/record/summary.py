"""The living summary: what a reader needs of a record in one look. Pure, ranked, every line with its reason.

The doctor's own synthesis stands on top, signed and dated; nothing here ever replaces it. For a professional, one
sentence says that things may be hidden, always the same whether something is or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from hygie.formats.days import in_french
from hygie.formats.drugs import Catalogue
from hygie.record import chapters, results, treatments
from hygie.record.chapters import Absence as Absence
from hygie.record.chapters import Chapter as Chapter
from hygie.record.chapters import Ground
from hygie.record.chapters import Line as Line
from hygie.record.chapters import Section as Section
from hygie.record.chapters import Why as Why
from hygie.record.held import Held
from hygie.record.news import New as New
from hygie.record.news import News, news
from hygie.record.types import Document, Item, Source

SYNTHESIS: Final = "SYNTH"  # JDV_J07: « volet de synthèse médicale »
HIDDEN: Final = "Des éléments peuvent être masqués."


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What a doctor wrote of the person, signed and dated. text: "" when the document holds more than plain words."""

    text: str
    author: str
    day: date
    source: Source
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """empty_since: the day since which nothing was ever received; None as soon as there is anything to say.

    waiting: documents received that nobody read yet, of which nothing here says anything.
    """

    on: date
    synthesis: Synthesis | None
    sections: tuple[Section, ...]
    news: News
    hidden: str
    documents: int
    entries: int
    unconfirmed: int
    oldest: date | None
    empty_since: date | None
    waiting: int = 0

    def section(self, chapter: Chapter) -> Section:
        return next(one for one in self.sections if one.chapter is chapter)

    @property
    def sentence(self) -> str:
        """For someone with nothing: one line that says so, and since when."""
        if self.empty_since is None:
            return ""
        return f"Aucun document ni aucune information de santé depuis l’ouverture, le {in_french(self.empty_since)}."


def summary(
    items: Sequence[Item], documents: Sequence[Document], *, on: date, opened: date, since: datetime | None = None,
    reader: UUID | None = None, professional: bool = True, catalogue: Catalogue | None = None,
    texts: Mapping[UUID, str] | None = None, waiting: int = 0,
) -> Summary:  # fmt: skip
    """documents: current ones that the reader may see, the latest act first. opened: when the space began.
    catalogue: what is known here of the medicines among the entries; by default what is shipped.

    items: entries that the reader may see, the newest day first; the last few of each code are enough. texts: of the
    documents of `news.to_compare`. reader: whose own deposits are no news to her.
    """
    held = Held.of(documents)
    found = results.series(items)
    taken = treatments.lines(items, on=on, catalogue=catalogue)
    ground = Ground(items, held, on, since, found, taken)
    sections = tuple(chapter(ground) for chapter in chapters.ALL)
    said = any(section.lines or section.none_known or section.no_device for section in sections)
    return Summary(
        on=on, synthesis=synthesis(held), sections=sections,
        news=news(held, items, since=since, reader=reader, series=found, texts=texts, ranks=chapters.ranks(taken)),
        hidden=HIDDEN if professional else "", documents=len(documents), entries=len(items),
        unconfirmed=sum(1 for one in items if not one.certain),
        oldest=held.oldest,
        empty_since=None if said or documents else opened, waiting=waiting,
    )  # fmt: skip


def synthesis(documents: Held) -> Synthesis | None:
    """The latest one that a professional wrote; earlier ones are counted, and stay where they are."""
    written = [one for one in documents.of_types((SYNTHESIS,)) if not one.by_patient]
    if not written:
        return None
    latest = max(written, key=lambda one: (one.day, one.received))
    metadata = latest.metadata
    author = metadata.authors[0].name if metadata.authors else latest.depositor
    source = Source(latest.id, metadata.title, author, latest.day, metadata.class_code, metadata.type_code)
    return Synthesis(metadata.description or "", author, latest.on, source, len(written) - 1)
