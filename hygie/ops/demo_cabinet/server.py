"""The web server of this program, on this machine only. The chart never waits more than half a second for Hygie."""

from __future__ import annotations

import re
import secrets
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hygie.ops import demo_web
from hygie.ops.demo_cabinet import asking, pages, told
from hygie.ops.demo_cabinet.told import Patient, Told
from hygie.ops.demo_web import Reply

BUDGET = 0.5  # seconds of Hygie that a chart may wait for
_HERE = Path(__file__).parent
_FILES = {"/cabinet.css": "text/css", "/cabinet.js": "text/javascript", "/icone.svg": "image/svg+xml"}
_PATIENT = re.compile(r"/patients/([a-z-]{1,60})/(|carte|ouvrir)", re.ASCII)


@dataclass(slots=True)
class Calls:
    """The calls to Hygie under way or just answered, by a number that a page carries. The last 64 are kept."""

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="hygie"))
    kept: OrderedDict[str, tuple[str, Future[asking.Answer]]] = field(default_factory=OrderedDict)

    def begin(self, where: Told, patient: Patient) -> str:
        opening = secrets.token_hex(8)
        self.kept[opening] = (patient.key, self.pool.submit(asking.opened, where, patient))
        while len(self.kept) > 64:
            self.kept.popitem(last=False)
        return opening

    def answer(self, opening: str, patient: Patient, *, within: float) -> asking.Answer | None:
        """None: not yet. A number that is not known, or is of another patient, has no answer and says so."""
        key, future = self.kept.get(opening, ("", None))
        if future is None or key != patient.key:
            return asking.Answer((), 0, "")
        try:
            return future.result(within)
        except Late:
            return None


def application(where: Told) -> Callable[..., Iterable[bytes]]:
    """A WSGI application. It keeps nothing of a visitor, and sets no cookie."""
    calls = Calls()
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        f"img-src 'self'; form-action 'self' {where.hygie}; base-uri 'none'; frame-ancestors 'none'"
    )
    return demo_web.application(policy, lambda environ: _answer(where, calls, environ))


def _answer(where: Told, calls: Calls, environ: dict[str, Any]) -> Reply:
    path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
    if environ.get("HTTP_HOST") not in (f"localhost:{where.port}", f"127.0.0.1:{where.port}"):
        return _said(where, 403, "Adresse inconnue", "Ce programme ne répond qu’à cette machine.")
    asked, patient = _PATIENT.fullmatch(path), None
    if asked is not None:
        patient = where.patient(asked[1])
    if method not in (("POST",) if asked is not None and asked[2] == "ouvrir" else ("GET", "HEAD")):
        return _said(where, 405, "Pas ainsi", "Cette page s’ouvre autrement.")
    if path == "/":
        return 200, "text/html", pages.waiting_room(where), []
    if path in _FILES:
        return 200, _FILES[path], (_HERE / path[1:]).read_bytes(), []
    if asked is None or patient is None:
        return _said(where, 404, "Rien ici", "Cette page n’existe pas dans ce programme.")
    said = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    if asked[2] == "ouvrir":
        return _open(where, patient, environ)
    if asked[2] == "carte":
        answer = calls.answer(said.get("carte", ""), patient, within=where.patience + 1)
        return 200, "text/html", pages.card(patient, answer, waiting=False), []
    return _chart(where, calls, patient, said)


def _chart(where: Told, calls: Calls, patient: Patient, said: dict[str, str]) -> Reply:
    turn = said.get("tour", "")
    looked = int(turn) if turn.isdecimal() and len(turn) < 3 else 0
    opening = said["carte"] if "carte" in said else calls.begin(where, patient)
    answer = calls.answer(opening, patient, within=BUDGET)
    again = looked + 1 if looked <= where.patience else None  # without script it looks again, a second apart
    return 200, "text/html", pages.chart(where, patient, answer, opening=opening, again=again), []


def _open(where: Told, patient: Patient, environ: dict[str, Any]) -> Reply:
    """Ask Hygie for a door and send the browser through it. Only from our own page: the door opens as the doctor."""
    if environ.get("HTTP_ORIGIN") not in (where.home, f"http://127.0.0.1:{where.port}"):
        return _said(where, 403, "Pas ainsi", "Ouvrez la page depuis le dossier du patient.")
    try:
        url = asking.launch(where, patient)
    except asking.Away as away:
        return 502, "text/html", pages.not_opened(where, patient, away.words), []
    return 303, "text/html", "", [("Location", url)]


def _said(where: Told, status: int, title: str, words: str) -> Reply:
    return status, "text/html", pages.sentence(where, title, words), []


def main() -> None:
    """Serve until the process is ended."""
    where = told.read(Path(sys.argv[1]))
    demo_web.serving(where.port, application(where)).serve_forever()
