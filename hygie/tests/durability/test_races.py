"""Eight racers send the same keys to two workers at the same instant: one effect for each key, one answer for all."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hygie.record import queries as record
from hygie.tests.durability.depositors import Answer, Book, Labo, Letter, audit, letter
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.sizes import size

KEYS = size(40, 300)
RACERS = 8


def race(labo: Labo, ports: list[int], of: Callable[[int, int], Letter], *, keys: int = KEYS) -> list[list[Answer]]:
    """For each key the answers of all racers, who start together; half of them at each server."""
    line = threading.Barrier(RACERS)
    answers: list[list[Any]] = [[None] * RACERS for _ in range(keys)]

    def run(racer: int) -> None:
        for key in range(keys):
            mine = of(key, racer)
            line.wait(60)
            answers[key][racer] = labo.post(ports[racer % 2], mine)

    threads = [threading.Thread(target=run, args=(racer,)) for racer in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    return answers


def test_racers_with_one_key_get_one_document(place: Installation) -> None:
    labo, book = Labo(), Book()
    letters = [letter(random.choice(labo.people)) for _ in range(KEYS)]
    with Web(place, workers=1) as one, Web(place, workers=1) as other:
        answers = race(labo, [one.port, other.port], lambda key, _: letters[key])
    for sent, told in zip(letters, answers, strict=True):
        assert Counter(one.status for one in told) == {201: RACERS}, [one.text for one in told]
        assert len({one.document_id for one in told}) == 1
        book.tries(sent)
        book.note(sent, told[0])
    assert audit(book, labo.people) == KEYS


def test_two_contents_for_one_key_one_wins_and_the_others_are_told(place: Installation) -> None:
    labo, book = Labo(), Book()
    pairs = []
    for _ in range(KEYS):
        first = letter(random.choice(labo.people))
        pairs.append((first, letter(first.person, key=first.key)))
    with Web(place, workers=1) as one, Web(place, workers=1) as other:
        # Racers 0 1 4 5 hold the first content, 2 3 6 7 the second: both at both servers.
        answers = race(labo, [one.port, other.port], lambda key, racer: pairs[key][racer // 2 % 2])
    won = Counter[int]()
    for pair, told in zip(pairs, answers, strict=True):
        assert Counter(one.status for one in told) == {201: RACERS // 2, 409: RACERS // 2}, [one.text for one in told]
        winners = {racer // 2 % 2 for racer, one in enumerate(told) if one.status == 201}
        assert len(winners) == 1
        winner = winners.pop()
        won[winner] += 1
        assert len({one.document_id for one in told if one.status == 201}) == 1
        book.tries(pair[winner])
        book.note(pair[winner], next(one for one in told if one.status == 201))
    assert audit(book, labo.people) == KEYS
    print("won:", dict(won))


def test_racers_about_nobody_surely_known_are_set_aside_once(place: Installation) -> None:
    labo = Labo(people=1)
    [amina] = labo.people
    stranger = replace(amina, traits=replace(amina.traits, birth_date="1990-01-01"))
    keys = KEYS // 2
    letters = [letter(stranger) for _ in range(keys)]
    before = len(_waiting(labo))
    with Web(place, workers=1) as one, Web(place, workers=1) as other:
        answers = race(labo, [one.port, other.port], lambda key, _: letters[key], keys=keys)
    for told in answers:
        assert Counter(one.status for one in told) == {202: RACERS}, [one.text for one in told]
    assert len(_waiting(labo)) == before + keys
    assert audit(Book(), labo.people) == 0


def _waiting(labo: Labo) -> list[object]:
    return list(record.quarantine(labo.actor))
