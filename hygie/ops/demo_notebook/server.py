"""The web server of this application, on this machine only. One cookie says which browser this is; nothing is written down."""

from __future__ import annotations

import re
import secrets
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hygie.ops import demo_web
from hygie.ops.demo_notebook import asking, pages, told
from hygie.ops.demo_notebook.asking import Begun, Held
from hygie.ops.demo_notebook.told import BACK, Told
from hygie.ops.demo_web import Reply

COOKIE = "mon-carnet"
_HERE = Path(__file__).parent
_FILES = {"/carnet.css": "text/css", "/icone.svg": "image/svg+xml"}
_NUMBER = re.compile(r"[A-Za-z0-9_-]{43}")
_AWAY = "Hygie ne répond pas. Réessayez dans un moment."
_ENDED = "Votre espace ne laisse plus « Mon carnet » lire vos chiffres. Rien n’a été gardé ici."


@dataclass(slots=True)
class Visit:
    """What one browser is doing: connecting, or connected."""

    begun: Begun | None = None
    held: Held | None = None


@dataclass(slots=True)
class Visits:
    """By the number that a cookie carries. The last 200 are kept, in memory alone."""

    kept: OrderedDict[str, Visit] = field(default_factory=OrderedDict)

    def of(self, environ: dict[str, Any]) -> Visit | None:
        try:
            cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
        except CookieError:
            return None
        return self.kept.get(cookie.value) if cookie is not None and _NUMBER.fullmatch(cookie.value) else None

    def new(self) -> tuple[Visit, tuple[str, str]]:
        number, visit = secrets.token_urlsafe(32), Visit()
        self.kept[number] = visit
        while len(self.kept) > 200:
            self.kept.popitem(last=False)
        return visit, ("Set-Cookie", f"{COOKIE}={number}; HttpOnly; SameSite=Lax; Path=/")


def application(where: Told) -> Callable[..., Iterable[bytes]]:
    """A WSGI application."""
    visits = Visits()
    policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return demo_web.application(policy, lambda environ: _answer(where, visits, environ))


def _answer(where: Told, visits: Visits, environ: dict[str, Any]) -> Reply:
    path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
    if environ.get("HTTP_HOST") not in (f"localhost:{where.port}", f"127.0.0.1:{where.port}"):
        return _said(403, "Adresse inconnue", "Ce programme ne répond qu’à cette machine.")
    if method not in (("POST",) if path == "/oublier" else ("GET", "HEAD")):
        return _said(405, "Pas ainsi", "Cette page s’ouvre autrement.")
    if path in _FILES:
        return 200, _FILES[path], (_HERE / path[1:]).read_bytes(), []
    visit = visits.of(environ)
    try:
        if path == "/":
            return _shown(where, visit)
        if path == "/connecter":
            return _connecting(where, visits, visit)
        if path == BACK:
            return _come_back(where, visit, environ.get("QUERY_STRING", ""))
    except asking.Away:
        return 502, "text/html", pages.sentence("Hygie ne répond pas", _AWAY), []
    if path == "/oublier":
        return _forgotten(where, visit, environ)
    return _said(404, "Rien ici", "Cette page n’existe pas dans cette application.")


def _shown(where: Told, visit: Visit | None) -> Reply:
    """The notebook, read afresh each time: what was ended a moment ago is ended here."""
    if visit is None or visit.held is None:
        return 200, "text/html", pages.welcome(where), []
    try:
        try:
            found = asking.notebook(where, visit.held)
        except asking.Ended:
            visit.held = asking.refreshed(where, visit.held)
            found = asking.notebook(where, visit.held)
    except asking.Ended:
        visit.held = None
        return 200, "text/html", pages.welcome(where, words=_ENDED), []
    return 200, "text/html", pages.notebook(where, found), []


def _connecting(where: Told, visits: Visits, visit: Visit | None) -> Reply:
    more = []
    if visit is None:
        visit, cookie = visits.new()
        more = [cookie]
    visit.begun, address = asking.begin(where)
    return 303, "text/html", "", [("Location", address), *more]


def _come_back(where: Told, visit: Visit | None, query: str) -> Reply:
    """Only what this very browser began, from the server it was sent to; its state serves once."""
    said = {name: values[0] for name, values in parse_qs(query).items()}
    begun = visit.begun if visit is not None else None
    if (
        visit is None
        or begun is None
        or not secrets.compare_digest(said.get("state", "").encode(), begun.state.encode())
    ):
        return _said(403, "Pas ainsi", "Cette page ne s’ouvre qu’en revenant de Hygie.")
    visit.begun = None
    if said.get("iss", begun.issuer) != begun.issuer:
        return _said(403, "Pas ainsi", "Cette réponse ne vient pas de Hygie.")
    if "code" not in said:
        return 200, "text/html", pages.welcome(where, words="Vous avez refusé : « Mon carnet » n’a rien lu."), []
    try:
        visit.held = asking.redeem(where, begun, said["code"])
    except asking.Ended:
        return 200, "text/html", pages.welcome(where, words="Cette connexion a pris trop de temps. Recommencez."), []
    return 303, "text/html", "", [("Location", "/")]


def _forgotten(where: Told, visit: Visit | None, environ: dict[str, Any]) -> Reply:
    if environ.get("HTTP_ORIGIN") not in (where.home, f"http://127.0.0.1:{where.port}"):
        return _said(403, "Pas ainsi", "Cette page ne s’ouvre que depuis « Mon carnet ».")
    if visit is not None and visit.held is not None:
        asking.forget(where, visit.held)
        visit.held = None
    return 303, "text/html", "", [("Location", "/")]


def _said(status: int, title: str, words: str) -> Reply:
    return status, "text/html", pages.sentence(title, words), []


def main() -> None:
    """Serve until the process is ended."""
    where = told.read(Path(sys.argv[1]))
    demo_web.serving(where.port, application(where)).serve_forever()
