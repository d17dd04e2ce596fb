"""What this machine can do at all: plain PostgreSQL, the same bytes, durable, and nothing else."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import psycopg


def run(size: int, seconds: float) -> dict[str, float]:
    """Inserts a second of `size` bytes: one commit each (8 connections), and 16 in a commit (2 connections)."""
    dsn = os.environ["HYGIE_DATABASE_OWNER_URL"]
    with psycopg.connect(dsn, autocommit=True) as link:
        link.execute("CREATE TABLE bench_baseline (id bigserial PRIMARY KEY, body bytea)")
        link.execute("ALTER TABLE bench_baseline ALTER COLUMN body SET STORAGE EXTERNAL")
    single = _rate(dsn, 8, 1, size, seconds)
    grouped = _rate(dsn, 2, 16, size, seconds)
    with psycopg.connect(dsn, autocommit=True) as link:
        link.execute("DROP TABLE bench_baseline")
    return {"one commit each": single, "16 in a commit": grouped}


def _rate(dsn: str, connections: int, group: int, size: int, seconds: float) -> float:
    done: list[int] = []
    ends = time.perf_counter() + seconds

    def work() -> None:
        body, count = os.urandom(size), 0
        with psycopg.connect(dsn, autocommit=True) as link:
            sql: psycopg.Cursor[Any] = link.cursor()
            while time.perf_counter() < ends:
                if group == 1:
                    sql.execute("INSERT INTO bench_baseline (body) VALUES (%b)", [body], prepare=True)
                else:
                    sql.execute(
                        "INSERT INTO bench_baseline (body) SELECT unnest(%b::bytea[])", [[body] * group], prepare=True
                    )
                count += group
        done.append(count)

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)
