"""`hygie provision`: open the spaces of everybody in a file, line by line checked, and go on where it was cut."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import click

from hygie.base import config
from hygie.base.errors import HygieError, Invalid, NotFound, Unavailable
from hygie.ops.exits import exit_code
from hygie.ops.folder import DataFolder
from hygie.ops.identities import Row, as_came, counted, empty, identity, opened

CHUNK = 2000  # lines for one transaction
WEEKS = 6
"""How long one may object before a space opens (CSP L. 1111-13-1: unless she objects; six weeks: service-public.fr, 2026)."""


@dataclass(slots=True)
class Done:
    """What came of one part of the file. rejects: (line number, reason, the line as it came). cpu: seconds it took."""

    lines: int = 0
    cpu: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[int, str, str]] = field(default_factory=list)


@click.command(short_help="Ouvrir des espaces en nombre, depuis un fichier.")
@click.argument("path", type=click.Path(path_type=Path), metavar="FICHIER")
@click.option(
    "--weeks",
    default=WEEKS,
    show_default=True,
    type=click.IntRange(0, 52),
    help="Semaines pour s'opposer ; 0 : ouvrir aussitôt.",
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1, 256), help="Processus.")
@click.option("--dry-run", is_flag=True, help="Vérifier chaque ligne sans rien écrire.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
def provision(path: Path, weeks: int, jobs: int, dry_run: bool, data: Path | None) -> None:
    """Ouvrir un espace à chaque personne du fichier : Parquet, ou CSV (UTF-8, « ; » ou « , »), une personne par ligne.

    Colonnes : matricule, nom_naissance, prenoms, date_naissance (AAAA-MM-JJ), sexe (F, M ou I) ; et, si elles y sont, oid,
    lieu_naissance (code INSEE), nom_utilise, prenom_utilise. Les espaces sont annoncés, et dorment après le délai
    d'opposition. Les lignes fautives vont dans FICHIER.rejets.csv avec leur raison. Interrompue, la commande reprend où
    elle en était ; relancée, elle ne double rien. Code de sortie : 0 ; 10 fichier fautif ; 12 fichier absent ; 15 coupé.
    """
    try:
        if not path.is_file():
            raise NotFound(f"Le fichier {path} n'existe pas.", code="no-such-file")
        with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
            opens = datetime.now(UTC) + timedelta(weeks=weeks) if weeks else None
            try:
                done, seconds = run(path, opens=opens, jobs=jobs, dry_run=dry_run)
            except _lost() as fault:
                raise Unavailable(
                    "Coupé en route. Relancez la même commande : elle reprend où elle en était.", code="provision-cut"
                ) from fault
    except HygieError as error:
        click.echo(f"{error.public} [{error.code}]", err=True)
        sys.exit(exit_code(error))
    fresh, known, wrong = done.counts["opened"], done.counts["known"], done.counts["rejected"]
    lines, refused = counted(done.lines, "ligne", "lignes"), counted(wrong, "ligne refusée", "lignes refusées")
    said = (
        counted(fresh, "espace serait ouvert", "espaces seraient ouverts")
        if dry_run
        else counted(fresh, "espace ouvert", "espaces ouverts")
    )
    click.echo(f"{lines} : {said}, {known} déjà là, {refused}.")
    if seconds:
        click.echo(f"{seconds:.1f} s, {fresh / seconds:.0f} espaces par seconde.", err=True)
    if wrong:
        click.echo(f"Les lignes refusées et leur raison : {rejects_of(path)}", err=True)


def _lost() -> tuple[type[Exception], ...]:
    from hygie.base.sql import LOST

    return (*LOST, BrokenExecutor)


def rejects_of(path: Path) -> Path:
    return path.with_name(path.name + ".rejets.csv")


def mark_of(path: Path) -> Path:
    return path.with_name(path.name + ".reprise")


def run(path: Path, *, opens: datetime | None, jobs: int, dry_run: bool = False) -> tuple[Done, float]:
    """The whole file, or what is left of it. What was done, and in how many seconds."""
    total, began, done = Done(), time.perf_counter(), Done()
    source, name = opened(path), _name_of(path)
    start, first = _resumed(path, name) if not dry_run else (0, 0)
    if start:
        total.lines = first - 2  # what was done before, without the header
    told = _Progress(source.size)
    with _pool(jobs) as pool, _rejects(path, source.header, again=bool(start)) as out:
        waiting: list[tuple[Future[Done], int]] = []
        for number, rows, offset in source.parts(start, first, rows=CHUNK):
            waiting.append((pool.submit(_work, source.header, number, rows, opens, dry_run), offset))
            if len(waiting) > 2 * jobs:
                done, offset = waiting[0][0].result(), waiting.pop(0)[1]
                _keep(total, done, out, path, name, offset, told, dry_run)
        for future, offset in waiting:
            _keep(total, future.result(), out, path, name, offset, told, dry_run)
    mark_of(path).unlink(missing_ok=True)
    return total, time.perf_counter() - began


def _keep(
    total: Done, done: Done, out: BinaryIO, path: Path, name: str, offset: int, told: _Progress, dry_run: bool
) -> None:
    """Count a part, write its rejects, and only then say that it is behind us."""
    total.lines += done.lines
    total.cpu += done.cpu
    total.counts += done.counts
    for number, reason, line in done.rejects:
        out.write(f"{number};{reason};{line}\n".encode())
    out.flush()
    if not dry_run:
        mark = {"file": name, "offset": offset, "line": total.lines + 2}
        fresh = mark_of(path).with_suffix(".neuf")
        fresh.write_text(json.dumps(mark))
        fresh.replace(mark_of(path))
    told.at(offset, total)


def _name_of(path: Path) -> str:
    """The file, by its size and its beginning: another one under the same name is not gone on with."""
    with path.open("rb") as file:
        return hashlib.sha256(file.read(1 << 16) + str(path.stat().st_size).encode()).hexdigest()


def _resumed(path: Path, name: str) -> tuple[int, int]:
    """Where to go on: the place in the file and the number of that line, counting the header as 1; (0, 0) at first."""
    with suppress(OSError, ValueError, KeyError):
        mark = json.loads(mark_of(path).read_text())
        if mark["file"] == name:
            return int(mark["offset"]), int(mark["line"])
    return 0, 0


def _rejects(path: Path, header: list[str], *, again: bool) -> BinaryIO:
    """Readable by its owner alone: it holds identities, as the file does."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if again else os.O_TRUNC)
    out = os.fdopen(os.open(rejects_of(path), flags, 0o600), "wb")
    if not again:
        out.write(f"ligne;raison;{';'.join(header)}\n".encode())
    return out


class _Here(Executor):
    """One process is this one."""

    def submit(self, fn: Callable[..., Any], /, *said: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*said, **more))
        except Exception as fault:  # told in its turn, after what came before it
            future.set_exception(fault)
        return future


def _pool(jobs: int) -> Executor:
    if jobs == 1:
        return _Here()
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    import django

    django.setup()


def _work(header: list[str], number: int, rows: list[Row], opens: datetime | None, dry_run: bool) -> Done:
    """One part, in a process of its own: read and check each line, then open what is right in one transaction."""
    from hygie.access import actions as access

    done, wanted, began = Done(lines=len(rows)), [], time.process_time()
    for place, raw in enumerate(rows, number):
        if empty(raw):
            continue
        try:
            wanted.append((place, raw, *identity(header, raw)))
        except Invalid as fault:
            _reject(done, place, fault.public, raw)
    if dry_run:
        done.counts["opened"] += len(wanted)
        return done
    answers = access.open_spaces([(traits, ins) for _, _, traits, ins in wanted], opens=opens, at=datetime.now(UTC))
    for (place, raw, _, _), answer in zip(wanted, answers, strict=True):
        if answer == "ins-taken":
            _reject(done, place, "Ce matricule est déjà celui d'une personne aux traits différents.", raw)
        else:
            done.counts["known" if answer == "known" else "opened"] += 1
    done.cpu = time.process_time() - began
    return done


def _reject(done: Done, place: int, reason: str, row: Row) -> None:
    done.counts["rejected"] += 1
    done.rejects.append((place, reason, as_came(row)))


class _Progress:
    """A line that moves on a terminal, one every tenth in a log."""

    def __init__(self, size: int) -> None:
        self._size, self._told, self._began = max(1, size), -1, time.perf_counter()

    def at(self, offset: int, total: Done) -> None:
        tenth = 10 * offset // self._size
        if not sys.stderr.isatty() and tenth <= self._told:
            return
        self._told = tenth
        speed = total.lines / max(1e-6, time.perf_counter() - self._began)
        text = f"{100 * offset // self._size:3d} %  {total.lines} lignes, {total.counts['rejected']} refusées, {speed:.0f} par seconde"
        click.echo(f"\r{text}" if sys.stderr.isatty() else text, err=True, nl=not sys.stderr.isatty())
