"""Search in everything that a grant covers: titles, authors, texts, scanned texts, entries, the person's own words.

Words first, in the sheets (no text is opened to answer); then the texts of the few documents shown, for the place where
the words stand. Nothing is kept in clear for it: the words of a document are sealed with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from hygie.access.types import Grant
from hygie.formats import analytes, valuesets
from hygie.record import results, vocabulary, wording
from hygie.record.results import Series
from hygie.record.types import Document, Item
from hygie.record.vocabulary import Words

_AROUND = 90  # characters shown each side of what was found
_EXCERPTS = 40  # hits beyond are shown without the place of the words
_MOST = 200  # characters of a question
# What one word of a question asks for, beside itself: a shelf of documents. A word for one kind of image (« scanner »)
# stands for itself: whoever asks for it wants no other.
_KINDS: dict[str, frozenset[str]] = {
    vocabulary.stem(word): frozenset(shelves)
    for words, shelves in (
        ("imagerie", ("imaging",)),
        ("ordonnance ordo prescription", ("prescriptions",)),
        ("biologie bio labo bilan analyse", ("analyses",)),
        ("certificat", ("certificates",)),
        ("courrier lettre avis consultation cs", ("reports",)),
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; found: it is what was asked for, to be marked."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One document that answers. title and excerpt in parts, to mark what was found; where: `title` or `text`."""

    document: Document
    title: tuple[Part, ...]
    excerpt: tuple[Part, ...]
    score: int


@dataclass(frozen=True, slots=True)
class Answer:
    """hits: the best first; series: results whose name is asked for; own: what the person said herself; total: of all
    the documents that answer. instead: the words that were understood in place of misspelt ones. each: the words of a
    question that nothing answered whole, to be asked one at a time.
    """

    asked: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    series: tuple[Series, ...] = ()
    own: tuple[Item, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    each: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.hits or self.series or self.own)


def search(grant: Grant, question: str, documents: Sequence[Document], items: Sequence[Item], *, most: int) -> Answer:
    """documents: the current ones that the grant covers. items: the latest entries of each code that it covers."""
    question = question.strip()[:_MOST]
    wanted = vocabulary.asked(question)
    if not wanted:
        return Answer(question)
    by_id = {one.id: one for one in documents}
    kept = _words(grant, by_id)
    matched: list[dict[UUID, bool]] = []  # for each word, the documents that hold it; True: the very word
    instead: list[tuple[str, str]] = []
    alike = [vocabulary.ways(one, frozenset(wanted)) for one in wanted]
    for number, one in enumerate(wanted):
        found = _holding(kept, one, beginning=number == len(wanted) - 1)
        for way in alike[number]:
            first, *others = (_holding(kept, word, beginning=False) for word in way)
            found = {held: True for held in first if all(held in other for other in others)} | found
        shelves = _KINDS.get(one)
        for document in documents if shelves else ():
            if shelves and valuesets.category_of(document.class_code, document.type_code).id in shelves:
                found.setdefault(document.id, True)
        if not found and (meant := vocabulary.near(one, {word for words, _ in kept for word in words.all})):
            for word in meant:
                found |= dict.fromkeys(_holding(kept, word, beginning=False), False)
            instead.append((one, meant[0]))
        matched.append(found)
    understood = dict(instead)
    series = _series(items, [understood.get(one, one) for one in wanted], alike)
    everywhere = set(matched[0]).intersection(*matched[1:])
    score = _scoring(wanted, alike)
    ranked = sorted(
        ((score(by_id[one], [found[one] for found in matched]), by_id[one]) for one in everywhere),
        key=lambda pair: (pair[0], pair[1].day, pair[1].id), reverse=True,
    )  # fmt: skip
    shown = ranked[:most]
    said = {word for ways in alike for way in ways for word in way}
    meant_words = meaning(frozenset(wanted) | said | {word for _, word in instead})
    texts = wording.texts(grant, [document.id for _, document in shown[:_EXCERPTS]])
    hits = tuple(
        Hit(
            document,
            marked(document.metadata.title, meant_words),
            excerpt(texts.get(document.id, ""), meant_words),
            score,
        )
        for score, document in shown
    )
    own = tuple(one for one in items if one.by_patient and set(wanted) <= vocabulary.stems(_spoken(one)))
    spelt = _spelt(hits, series)
    whole = tuple((one, spelt.get(word, word)) for one, word in instead)
    told = Answer(question, hits, len(ranked), series, own, whole)
    return replace(told, each=_each(question)) if told.nothing and len(wanted) > 1 else told


def _spelt(hits: Sequence[Hit], series: Sequence[Series]) -> dict[str, str]:
    """For the stems of what was found, one word as it is written there."""
    found = [part.text for hit in hits for part in (*hit.title, *hit.excerpt) if part.found]
    found += [word for one in series for word in _WORD.findall(one.label)]
    return {vocabulary.stem(vocabulary.fold(word)): word.lower() for word in reversed(found)}


def _each(question: str) -> tuple[str, ...]:
    asked = (one for one in _WORD.findall(question) if not vocabulary.EMPTY.issuperset(vocabulary.words(one)))
    return tuple(dict.fromkeys(asked))[:6]


Kept = list[tuple[Words, list[UUID | None]]]


def _words(grant: Grant, by_id: dict[UUID, Document]) -> Kept:
    """The packed words of the sheets, and those of documents that no sheet holds yet; with whose they are: None, nobody's
    that may be told.
    """
    laid, loose = wording.words(grant)
    told_now = [(one, wording.told(by_id[one].metadata, text)) for one, text in loose if one in by_id]
    known = {one for _, ids in laid for one in ids} | {one for one, _ in told_now}
    found: Kept = [(words, [one if one in by_id else None for one in ids]) for words, ids in laid]
    told_now += [(one, wording.told(document.metadata, "")) for one, document in by_id.items() if one not in known]
    if told_now:
        found.append((Words(vocabulary.pack([words for _, words in told_now])), [one for one, _ in told_now]))
    return found


def _holding(kept: Kept, one: str, *, beginning: bool) -> dict[UUID, bool]:
    """The covered documents that hold this stem; the last word of a question may be its beginning alone."""
    found: dict[UUID, bool] = {}
    for words, ids in kept:
        for number in words.holding(one):
            if (held := ids[number]) is not None:
                found[held] = True
        if beginning and len(one) >= 3:
            for _, number in words.beginning(one):
                if (held := ids[number]) is not None:
                    found.setdefault(held, False)
    return found


def _scoring(
    wanted: Sequence[str], alike: Sequence[frozenset[frozenset[str]]]
) -> Callable[[Document, Sequence[bool]], int]:
    """The very words before near ones, in the title before in the text; then the latest.

    Thousands of documents have a few hundred titles and authors: each is taken apart once in a question, never kept.
    """
    asked = [ways | {frozenset({one})} for one, ways in zip(wanted, alike, strict=True)]
    known: dict[str, list[bool]] = {}

    def held(text: str) -> list[bool]:
        if (found := known.get(text)) is None:
            stems = vocabulary.stems(text)
            found = known[text] = [any(way <= stems for way in ways) for ways in asked]
        return found

    def score(document: Document, exact: Sequence[bool]) -> int:
        titled, signed = held(document.title), held(" ".join(author.name for author in document.authors))
        return 4 * sum(titled) + 2 * sum(signed) + 2 * sum(exact)

    return score


def _series(
    items: Sequence[Item], wanted: Sequence[str], alike: Sequence[frozenset[frozenset[str]]]
) -> tuple[Series, ...]:
    """Results whose name holds every word asked for, each as it is or said another way; those of a panel (« NFS »)."""
    asked = [ways | {frozenset({one})} for one, ways in zip(wanted, alike, strict=True)]
    ids = [
        number for number, called in _analytes()
        if any(all(any(way <= name for way in ways) for ways in asked) for name in called)
    ]  # fmt: skip
    if len(wanted) == 1:
        ids = [*vocabulary.panel(wanted[0])] or ids
    if ids:
        return tuple(results.series(items, only=ids)[:6])
    labels = {one.code for one in items if one.kind == "Observation" and set(wanted) <= vocabulary.stems(one.code)}
    if not labels:
        return ()
    return tuple(results.series(one for one in items if one.code in labels)[:6])


@cache
def _analytes() -> tuple[tuple[str, tuple[frozenset[str], ...]], ...]:
    """Each analyte with the stems of its names: public words, nobody's."""
    return tuple(
        (one.id, tuple(frozenset(vocabulary.stems(name)) for name in (one.label, *one.names))) for one in analytes.ALL
    )


def _spoken(item: Item) -> str:
    """What a person's own entry says."""
    found = []
    for name in ("code", "medicationCodeableConcept", "vaccineCode"):
        concept = item.resource.get(name)
        if isinstance(concept, dict):
            found.append(str(concept.get("text") or ""))
    found += [str(note.get("text") or "") for note in item.resource.get("note") or () if isinstance(note, dict)]
    return " ".join(found)


_WORD = re.compile(r"\w+")


Meant = Callable[[str], bool]


def marked(text: str, meant: Meant) -> tuple[Part, ...]:
    """The text in pieces, what was asked for apart."""
    pieces: list[Part] = []
    at = 0
    for match in _WORD.finditer(text):
        if meant(match[0]):
            if match.start() > at:
                pieces.append(Part(text[at : match.start()]))
            pieces.append(Part(match[0], found=True))
            at = match.end()
    if at < len(text):
        pieces.append(Part(text[at:]))
    return tuple(pieces)


def excerpt(text: str, meant: Meant) -> tuple[Part, ...]:
    """The first place where one of the words stands, with what is around it; nothing when the title alone answers."""
    for match in _WORD.finditer(text):
        if meant(match[0]):
            start, end = max(0, match.start() - _AROUND), min(len(text), match.end() + _AROUND)
            while start > 0 and text[start - 1].isalnum():
                start -= 1
            while end < len(text) and text[end].isalnum():
                end += 1
            around = " ".join(text[start:end].split())
            return marked(("… " if start else "") + around + (" …" if end < len(text) else ""), meant)
    return ()


def meaning(wanted: frozenset[str]) -> Meant:
    """Whether a word is one of those asked for. It remembers for the length of one question, never longer."""
    known: dict[str, bool] = {}

    def meant(word: str) -> bool:
        if (answer := known.get(word)) is None:
            kept = vocabulary.stem(vocabulary.fold(word))
            answer = known[word] = kept in wanted or any(len(one) >= 3 and kept.startswith(one) for one in wanted)
        return answer

    return meant
