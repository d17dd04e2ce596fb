"""The database crashes while laboratories deposit: they are told to come back, and everything acknowledged is there."""

from __future__ import annotations

import random
import time

from hygie.tests.durability.depositors import Depositors, Labo, audit
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.sizes import size

CRASHES = size(3, 40)


def test_what_was_acknowledged_survives_crashes_of_the_database(place: Installation) -> None:
    labo = Labo()
    away: list[float] = []
    with Web(place) as web, Depositors(labo, web.port) as book:
        for _ in range(CRASHES):
            time.sleep(random.uniform(0.3, 1.2))
            place.crash()
            began = time.monotonic()
            time.sleep(random.uniform(0.1, 0.6))
            place.cluster.start(with_parent=True)
            before = book.statuses[201]
            while book.statuses[201] < before + 8:  # deposits go on by themselves: nobody restarts the server
                assert time.monotonic() - began < 120
                time.sleep(0.02)
            away.append(time.monotonic() - began)
        assert web.starts == 1
    documents = audit(book, labo.people)
    print(f"{CRASHES} crashes, {documents} documents, {book.unanswered} kept by a try that got no answer, "
          f"{dict(book.statuses)}, back in at most {max(away):.1f} s, slowest answer {book.slowest:.1f} s")  # fmt: skip
    assert book.unasked == []
    assert book.statuses[503] > 0, "no crash met a deposit: this proved nothing"
    assert book.statuses[500] == 0
    assert len(book.acknowledged) == len(book.sent)
