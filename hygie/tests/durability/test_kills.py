"""Web workers killed with -9 at random moments while laboratories deposit: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time

from hygie.ops.tests.running import wait_for
from hygie.tests.durability.depositors import Depositors, Labo, audit
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.sizes import size

KILLS = size(6, 200)


def test_what_was_acknowledged_survives_kills_of_workers(place: Installation) -> None:
    labo = Labo()
    killed = 0
    with Web(place) as web, Depositors(labo, lambda: web.port) as book:
        while True:
            web.wait()
            wait_for(lambda: len(web.workers()) >= 2)
            for worker in random.sample(web.workers(), 2):
                time.sleep(random.uniform(0.05, 0.6))
                with contextlib.suppress(ProcessLookupError):  # the server may have given up on the first already
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
            if killed >= KILLS:
                break
            # The server starts its workers again, and gives up on those that die young; `hygie up` then starts it
            # again. We do as both would, without their patience.
            web.again()
        web.wait()
    documents = audit(book, labo.people)
    print(f"{killed} kills, {documents} documents, {book.unanswered} kept by a try that got no answer, "
          f"{dict(book.statuses)}, slowest {book.slowest:.1f} s")  # fmt: skip
    assert book.unasked == []
    assert book.cut > 0, "no kill met a deposit: this proved nothing"
    assert len(book.acknowledged) == len(book.sent)
