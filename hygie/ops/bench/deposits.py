"""Deposits a second: 60 kB messages through the FHIR door, authenticated, decided, sealed, journaled, durable."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pybase64

from hygie.formats.fhir import building, systems
from hygie.formats.fhir.types import Author, Code, Entry, Subject
from hygie.ops.bench import cpu, ground
from hygie.ops.bench.load import MARK

GOAL = 1_000  # deposits a second; half of it is the load under which one is answered in 50 ms
CONTENT = 45_000  # bytes: 60 kB once in base64 and in its message


def run(
    folder: Path, *, seconds: float, connections: int, token: str, people: list[ground.Someone], trees: dict[str, int]
) -> dict[str, Any]:
    """Saturation, then two steady rates: half of what it gave, half the goal. `people`: who the documents are about.

    `trees`: process trees whose processor time is counted (name -> pid).
    """
    bodies = []
    for number, person in enumerate(people):
        path = folder / f"message-{number}.json"
        path.write_bytes(message(person))
        bodies.append(str(path))
    plan = {
        "port": int(os.environ["HYGIE_PORT"]), "path": "/fhir/DocumentReference", "token": token, "bodies": bodies,
        "connections": connections, "seconds": seconds, "count": 100_000,
    }  # fmt: skip
    _load(folder, {**plan, "seconds": 2})  # warm: prepared statements, imports, caches
    ground.look_again()
    before = {name: cpu.of_tree(pid) for name, pid in trees.items()}
    full = _load(folder, plan)
    spent = {name: (cpu.of_tree(pid) - before[name]) / max(1, full["sent"]) * 1e6 for name, pid in trees.items()}
    filing = _caught_up() if "worker" in trees else {}
    whole = {name: (cpu.of_tree(pid) - before[name]) / max(1, full["sent"]) * 1e6 for name, pid in trees.items()}
    steady = {**plan, "connections": max(8, connections // 2)}
    half = _load(folder, {**steady, "rate": max(1, full["per_second"] / 2)})
    half_the_goal = _load(folder, {**steady, "rate": GOAL / 2})
    spent["client"] = whole["client"] = full.pop("client_cpu_us")
    return {
        "message_bytes": len(message(people[0])), "saturation": full, "processor µs a deposit": spent,
        "a second, for 2 cores fully ours": 2e6 / sum(spent.values()), "filing": filing,
        "all filed, processor µs": whole, "a second, all filed": 2e6 / sum(whole.values()), "half load": half,
        "half the goal": half_the_goal,
    }  # fmt: skip


def _caught_up() -> dict[str, float]:
    """How far filing was behind when the load ended, and how long until nothing waited (two minutes at most)."""
    from django.db import connection

    began, behind = time.perf_counter(), None
    while time.perf_counter() - began < 120:
        with connection.cursor() as sql:
            sql.execute(
                """SELECT coalesce(sum(jsonb_array_length(args->'refs')), 0) FROM procrastinate_jobs
                   WHERE queue_name = 'file' AND status IN ('todo', 'doing')"""
            )
            [waiting] = sql.fetchone()
        behind = waiting if behind is None else behind
        if not waiting:
            break
        time.sleep(0.1)
    return {"documents behind": float(behind or 0), "seconds to catch up": time.perf_counter() - began}


def _load(folder: Path, plan: dict[str, Any]) -> dict[str, Any]:
    path = folder / "plan.json"
    path.write_text(json.dumps(plan))
    done = subprocess.run(
        [sys.executable, "-m", "hygie.ops.bench.load", str(path)], capture_output=True, check=True, timeout=600
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def message(person: ground.Someone) -> bytes:
    """An ITI-105 about this person, with a mark where each unique id goes."""
    content = b"%PDF-1.4\n" + random.Random(person.ins.matricule).randbytes(CONTENT)
    now = datetime.now(UTC)
    traits = person.traits
    entry = Entry(
        unique_id=MARK.decode(), type=Code("11502-2", systems.LOINC, "CR d'examens biologiques"),
        category=Code("10", systems.CLASS, "Compte rendu"), created=now, service_start=now, service_stop=now,
        media_type="application/pdf", title="Bilan sanguin", custodian="Labo Seine", size=len(content),
        authors=(Author("Dr Fanta Seck", "10101201234", "10", "SM03", "Labo Seine"),), sha1=ground.sha1(content),
        format_code=Code("urn:ihe:iti:xds-sd:pdf:2008", "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"),
        facility_type=Code("SA25", "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"),
        practice_setting=Code("AMBULATOIRE", "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"),
        subject=Subject(
            matricule=person.ins.matricule, oid=person.ins.oid, birth_family=traits.birth_family,
            given_names=traits.given_names, birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
        ),
    )  # fmt: skip
    resource = building.build(entry)
    resource["content"][0]["attachment"]["data"] = pybase64.b64encode(content).decode()
    return orjson.dumps(resource)
