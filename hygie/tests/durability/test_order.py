"""Flush, then COMMIT, then the answer: seen from the kernel for every traced deposit, wherever the content lives."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hygie.ops.tests.running import wait_for
from hygie.tests.durability import trace
from hygie.tests.durability.depositors import Book, Labo, Letter, audit, letter
from hygie.tests.durability.installation import Installation, Web
from hygie.tests.durability.sizes import size
from hygie.tests.durability.trace import Call

DEPOSITS = size(24, 1_000)
_FLUSHES = ("fsync", "fdatasync")

pytestmark = pytest.mark.skipif(trace.why_not() is not None, reason=str(trace.why_not()))


def postmaster(place: Installation) -> int:
    return int((place.cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])


def traced(place: Installation, to: Path, *, count: int, others: tuple[int, ...] = (), **more: str) -> list[Call]:
    """So many deposits, one after the other on one worker, with every process that has a part in them traced."""
    labo, book = Labo(people=1), Book()
    with Web(place, workers=1, threads=2, **more) as web:
        for one in (letter(labo.people[0]) for _ in range(3)):  # connections made, statements prepared
            sent(labo, web.port, one, book)
        pids = [*trace.tree(postmaster(place)), *trace.tree(web.pid), *others]
        with trace.tracing(pids, to):
            for one in (letter(labo.people[0], b"%PDF-1.4 " + bytes(20_000)) for _ in range(count)):
                sent(labo, web.port, one, book)
            wait_for(lambda: len(deposits(trace.calls(to))) >= count)  # the tracer has its own pace
    assert len(book.acknowledged) == book.statuses[201] == count + 3
    audit(book, labo.people)
    return trace.calls(to)


def sent(labo: Labo, port: int, one: Letter, book: Book) -> None:
    """Until it is acknowledged: a store that is traced may take longer than a deposit waits."""

    def taken() -> bool:
        book.tries(one)
        answer = labo.post(port, one)
        book.note(one, answer)
        assert answer.status == 201 or (answer.status == 503 and answer.retry_after), answer
        return answer.status == 201

    wait_for(taken)


def deposits(seen: list[Call]) -> list[tuple[list[Call], Call]]:
    """For each 201 given: the calls since the answer before, and the one that gave it."""
    answers = [
        call
        for call in seen
        if call.name in ("write", "writev", "sendto", "sendmsg")
        and '"HTTP/1.1 201' in call.said
        and "x-request-id" in call.said  # ours: the store says 201 too
    ]
    answers.sort(key=lambda call: call.began)
    starts = [-1, *(call.began for call in answers)]
    return [
        ([call for call in seen if start < call.began and call.ended < answer.began], answer)
        for start, answer in zip(starts, answers, strict=False)
    ]


def committed_after_a_flush(calls: list[Call]) -> bool:
    """A backend was asked to COMMIT, the log was written and flushed, and only then did it say it was done."""
    for asked in (call for call in calls if call.name == "recvfrom" and "COMMIT" in call.said):
        told = [
            c
            for c in calls
            if c.pid == asked.pid and c.began > asked.ended and c.name == "sendto" and "COMMIT" in c.said
        ]
        if not told:
            continue
        within = [c for c in calls if asked.ended < c.began and c.ended < told[0].began and "/pg_wal/" in c.said]
        written = [c for c in within if c.name in ("pwrite64", "pwritev")]
        flushed = [c for c in within if c.name in _FLUSHES and c.result == 0]
        if any(flush.began > write.ended for write, flush in itertools.product(written, flushed)):
            return True
    return False


def test_the_log_is_flushed_before_the_commit_and_the_commit_before_the_answer(
    place: Installation, tmp_path: Path
) -> None:
    found = deposits(traced(place, tmp_path / "trace", count=DEPOSITS))
    assert len(found) == DEPOSITS
    good = sum(committed_after_a_flush(calls) for calls, _ in found)
    print(f"{good} of {len(found)} deposits: log flushed, commit said, then 201")
    assert good == DEPOSITS


def test_the_proof_sees_a_missing_flush(place: Installation, tmp_path: Path) -> None:
    """With commits that do not wait for the disk, the same proof fails: it is not blind."""
    with psycopg.connect(place.environment["HYGIE_DATABASE_OWNER_URL"], autocommit=True) as owner:
        [database] = owner.execute("SELECT quote_ident(current_database())").fetchone() or ("",)
        owner.execute(f"ALTER DATABASE {database} SET synchronous_commit = off".encode())
        try:
            found = deposits(traced(place, tmp_path / "trace", count=5))
        finally:
            owner.execute(f"ALTER DATABASE {database} RESET synchronous_commit".encode())
    assert len(found) == 5
    assert not all(committed_after_a_flush(calls) for calls, _ in found)


def test_in_a_store_content_and_name_are_flushed_before_the_commit(
    place: Installation, tmp_path: Path, s3_blobs: Any
) -> None:
    """A content that was flushed is still lost when its name was not."""
    count = size(24, 300)
    seen = traced(place, tmp_path / "trace", count=count, others=(s3_blobs.pid,), HYGIE_BLOBS_URL=s3_blobs.url)
    found = deposits(seen)
    assert len(found) == count
    good = sum(stored_before_the_commit(calls) and committed_after_a_flush(calls) for calls, _ in found)
    print(f"{good} of {count} deposits: content and name flushed in the store, log flushed, commit said, then 201")
    assert good == count


def stored_before_the_commit(calls: list[Call]) -> bool:
    """The content is written and flushed, then its name, and only then is the database asked to COMMIT."""
    commits = [call for call in calls if call.name == "recvfrom" and "COMMIT" in call.said]
    if not commits:
        return False
    moment = -1
    for file in (".dat>", "/filer.db>"):
        written = [c for c in calls if c.name == "pwrite64" and file in c.said and c.began > moment]
        if not written:
            return False
        flushed = [c for c in calls if c.name in _FLUSHES and c.result == 0 and file in c.said]
        later = [flush.ended for flush in flushed if flush.began > written[0].ended]
        if not later:
            return False
        moment = later[0]
    return moment < commits[-1].began
