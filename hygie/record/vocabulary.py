"""Words as a search compares them, and the words of many documents packed so that one question looks at all. Pure.

A word is folded (no accents, no case, ligatures opened), then cut to its stem (Snowball, French), both when it is kept
and when it is asked for: « Ferritines » and « ferritine » are one. A misspelt word finds the nearest ones.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from threading import local
from typing import Final

import Stemmer
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from hygie.formats import abbreviations

_TOKEN: Final = re.compile(r"[a-z0-9]+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "µ": "u", "μ": "u", "ß": "ss"})
# Words that say nothing of what is sought. A question made of nothing else keeps them.
EMPTY: Final = frozenset(
    """a ai au aux avec ce ces cet cette d dans de des du elle en est et eu fait il ils j je l la le les leur lui m ma mais
    me mes mon n ne nos notre nous on ou par pas pour qu que qui quel quelle s sa se ses son sur t ta te tes ton tu un une
    vos votre vous y dernier derniere derniers dernieres tous toutes tout toute quand vu vue voir t depuis chez comment
    combien quels quelles etait ont fait recent recente recents recentes valeur valeurs resultat resultats""".split()  # noqa: SIM905
)
_LETTERED: Final = frozenset({"vit", "vitamine", "vitamines", "hepatite", "hepatites"})
"""What one letter behind tells apart: « vitamine D » is no other vitamin."""
_SURE: Final = 3  # letters from which an abbreviation is sought for its words: « fa » and « pr » are too many things
_HERE = local()


def fold(text: str) -> str:
    """Lower case ASCII letters and digits; everything else is as good as a space."""
    opened = text.translate(_LIGATURES)
    return unicodedata.normalize("NFKD", opened).encode("ascii", "ignore").decode().lower()


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _TOKEN.findall(fold(text))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded word. Words with digits (« hba1c », « b12 ») and short ones stay whole."""
    if len(word) < 4 or not word.isalpha():
        return word
    stemmer = getattr(_HERE, "stemmer", None)
    if stemmer is None:  # one for each thread: it keeps a cache of its own
        stemmer = _HERE.stemmer = Stemmer.Stemmer("french", 0)
    return str(stemmer.stemWord(word))


def stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def asked(text: str) -> list[str]:
    """The stems of a question, each once, in order, without the words that say nothing."""
    told = words(text)
    before = ["", *told]
    full = [
        word for word, last in zip(told, before, strict=False)
        if word not in EMPTY or (len(word) == 1 and last in _LETTERED)
    ] or told  # fmt: skip
    return list(dict.fromkeys(stem(word) for word in full))


def ways(one: str, asked_for: frozenset[str] = frozenset()) -> frozenset[frozenset[str]]:
    """Other ways to say this stem, each the stems that stand together in a document: « cardiologue » and « cardiologie »,
    « CRH » and « compte rendu d'hospitalisation ». asked_for: all stems of the question, that may mean an abbreviation
    between them. Never the stem alone.
    """
    found: set[frozenset[str]] = set()
    if one.endswith("logu"):
        found.add(frozenset({one[:-1]}))
    elif one.endswith("log"):
        found.add(frozenset({f"{one}u"}))
    elif one.endswith("o") and len(one) > 4:  # « cardio », « ophtalmo »
        found |= {frozenset({f"{one}log"}), frozenset({f"{one}logu"})}
    for typed, means, _ in _groups():
        for said in (*typed, *means):
            if one in said and said <= asked_for | {one}:
                found |= {one for one in typed if said in typed or max(map(len, one)) >= _SURE}
                found |= means if said in typed else set()
    return frozenset(said for said in found if one not in said or len(said) > 1)


def panel(one: str) -> tuple[str, ...]:
    """The ids of the analytes that answer a stem which names several at once: « NFS ». Empty for any other."""
    return next((ids for typed, _, ids in _groups() if ids and frozenset({one}) in typed), ())


@cache
def _groups() -> tuple[tuple[frozenset[frozenset[str]], frozenset[frozenset[str]], tuple[str, ...]], ...]:
    """For each group of abbreviations, the stems of what is typed, of what it means, and its analytes."""

    def told(many: Iterable[str]) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(asked(said)) for said in many)

    return tuple((told(one.typed), told(one.means), one.results) for one in abbreviations.groups())


def pack(documents: Sequence[Iterable[str]]) -> bytes:
    """The stems of each document, at most 65,536 documents: sorted stems, then for each the numbers of its documents."""
    found: dict[str, list[int]] = {}
    for number, told in enumerate(documents):
        for one in set(told):
            found.setdefault(one, []).append(number)
    ordered = sorted(found)
    listed, offsets, at = array("H"), array("I"), 0
    for one in ordered:
        listed.extend(found[one])
        at += len(found[one])
        offsets.append(at)
    first = "\n".join(ordered).encode()
    head = b"".join(number.to_bytes(4, "big") for number in (len(first), len(ordered), at))
    return b"".join([head, first, _little(offsets), _little(listed)])


class Words:
    """The packed words of some documents."""

    def __init__(self, packed: bytes) -> None:
        length, count, total = (int.from_bytes(packed[at : at + 4], "big") for at in (0, 4, 8))
        self.all: list[str] = packed[12 : 12 + length].decode().split("\n") if count else []
        at = 12 + length
        self._offsets = _read("I", packed[at : at + 4 * count])
        self._listed = _read("H", packed[at + 4 * count : at + 4 * count + 2 * total])

    def holding(self, one: str) -> Iterator[int]:
        """The numbers of the documents that hold this stem."""
        at = bisect_left(self.all, one)
        if at < len(self.all) and self.all[at] == one:
            yield from self._at(at)

    def beginning(self, start: str) -> Iterator[tuple[str, int]]:
        """(stem, document) of the stems that begin so."""
        at = bisect_left(self.all, start)
        while at < len(self.all) and self.all[at].startswith(start):
            for number in self._at(at):
                yield self.all[at], number
            at += 1

    def _at(self, at: int) -> array[int]:
        return self._listed[self._offsets[at - 1] if at else 0 : self._offsets[at]]


def near(one: str, known: Iterable[str], *, most: int = 8) -> list[str]:
    """The stems that a slip of the finger or of the ear may have meant: one change up to 7 letters, two beyond.

    None for a word of fewer than four letters or with digits: « 12 » is never « 13 », nor « TSH » another test.
    """
    if len(one) < 4 or not one.isalpha():
        return []
    allowed = 1 if len(one) < 8 else 2
    likely = [word for word in known if abs(len(word) - len(one)) <= allowed and word.isalpha() and len(word) > 3]
    found = process.extract(one, likely, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=most)
    return [str(word) for word, _distance, _place in found]


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _read(kind: str, packed: bytes) -> array[int]:
    numbers = array(kind)
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
