"""More deposits at once than can be taken: each is kept, or told when to come back; none is forgotten."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter

import psycopg

from hygie.ops.tests.running import wait_for
from hygie.tests.durability.depositors import Answer, Book, Labo, audit, letter
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.sizes import size

CROWD = size(640, 900)  # more than may wait together (512), and than the database lends connections


def test_a_crowd_is_told_to_come_back_and_nothing_acknowledged_is_lost(place: Installation) -> None:
    labo, book = Labo(people=1), Book()
    [amina] = labo.people
    letters = [letter(amina, b"%PDF-1.4 small") for _ in range(CROWD)]
    answers: list[Answer] = []

    def send(number: int) -> None:
        book.tries(letters[number])
        answer = labo.post(web.port, letters[number], timeout=180)
        answers.append(answer)
        book.note(letters[number], answer)

    with Web(place, workers=1, threads=CROWD) as web:
        threads = [threading.Thread(target=send, args=(number,)) for number in range(CROWD)]
        with psycopg.connect(place.environment["HYGIE_DATABASE_URL"]) as holding:  # nothing goes on while all come
            holding.execute("SELECT set_config('hygie.gate', %s, true)", ["{" + str(amina.id) + "}"])
            holding.execute("SELECT 1 FROM access_record WHERE patient_id = %s FOR UPDATE", [amina.id])
            for thread in threads:
                thread.start()
            with contextlib.suppress(AssertionError):  # said below, with what was answered
                wait_for(lambda: any(one.status in (429, 503) for one in list(answers)), 90)
        for thread in threads:
            thread.join(180)
        assert len(answers) == CROWD
        first = Counter(one.status for one in answers)
        told = [one for one in answers if one.status in (429, 503)]
        assert first[201] > 0
        assert told, "the crowd was not large enough: this proved nothing"
        assert first[201] + len(told) == CROWD, first
        assert all(one.retry_after for one in told)
        for one in letters:  # those who were told come back, and everyone is served
            if one.key not in book.acknowledged:
                book.tries(one)
                book.note(one, labo.post(web.port, one))
        assert len(book.acknowledged) == CROWD
    assert audit(book, labo.people) == CROWD
    print(f"a crowd of {CROWD}: {dict(first)}, slowest {book.slowest:.1f} s")
