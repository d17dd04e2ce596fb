"""How an actor calls: the whole WSGI application in this process, thin door included, with a session or a token.

Forms carry a true CSRF token, as a browser's do. Nothing is cut short: what a caller gets is what a client would.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler

from hygie.config.front import in_front_of
from hygie.people.types import AuthLevel
from hygie.portal.entering import BACKEND

FORM = "application/x-www-form-urlencoded"
FHIR = "application/fhir+json"
_CSRF = "c" * 32


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `says`: canaries that the actor herself writes in it. `path` is not escaped yet."""

    method: str
    path: str
    query: str = ""
    body: bytes = field(default=b"", repr=False)
    kind: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    says: tuple[str, ...] = ()


def form(method: str, path: str, said: dict[str, str], *, query: str = "", says: tuple[str, ...] = ()) -> Ask:
    return Ask(method, path, query, urlencode(said).encode(), FORM, says=says)


def json(method: str, path: str, said: Any, *, query: str = "", kind: str = FHIR, says: tuple[str, ...] = (),
         headers: tuple[tuple[str, str], ...] = ()) -> Ask:  # fmt: skip
    return Ask(method, path, query, said if isinstance(said, bytes) else orjson.dumps(said), kind, headers, says)


def upload(path: str, said: dict[str, str], name: str, content: bytes, *, says: tuple[str, ...] = ()) -> Ask:
    """A form with one file in `files`."""
    cut = b"--frontier"
    parts = [
        b'%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (cut, key.encode(), value.encode())
        for key, value in said.items()
    ]
    parts.append(
        b'%s\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\nContent-Type: application/octet-stream'
        b"\r\n\r\n%s\r\n%s--\r\n" % (cut, name.encode(), content, cut)
    )
    return Ask("POST", path, "", b"".join(parts), "multipart/form-data; boundary=frontier", says=says)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, down to its bytes."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    @property
    def everything(self) -> bytes:
        """Status line, headers and body, as one piece to search."""
        head = "\r\n".join([self.reason, *(f"{name}: {value}" for name, value in self.headers)])
        return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + self.body

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@lru_cache(maxsize=1)
def application() -> Any:
    return in_front_of(WSGIHandler())


@dataclass(slots=True)
class Caller:
    """One actor at a keyboard. `token`: a bearer token. `account`: a signed-in account, with its hat and level."""

    name: str
    token: str = ""
    account: UUID | None = None
    hat: str = ""
    auth: AuthLevel = AuthLevel.STRONG
    _session: str = ""

    def ask(self, asked: Ask) -> Told:
        if self.account is not None and not self._session:
            self._sign_in()
        environ = self._environ(asked)
        begun: list[Any] = []
        answer = application()(environ, lambda status, headers, exc_info=None: begun.append((status, headers)))
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = begun[-1]
        told = Told(int(status[:3]), status, tuple((str(k), str(v)) for k, v in headers), body)
        if any(name == "Set-Cookie" and value.lstrip().startswith("sessionid=") for name, value in told.headers):
            self._session = ""  # signed out, or under a new key: begin again
        return told

    def _environ(self, asked: Ask) -> dict[str, Any]:
        cookies = [f"csrftoken={_CSRF}"] + ([f"sessionid={self._session}"] if self._session else [])
        environ: dict[str, Any] = {
            "REQUEST_METHOD": asked.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": asked.path.encode().decode("latin-1"),
            "RAW_URI": quote(asked.path),
            "QUERY_STRING": asked.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.10",  # what a crawl spends of what is counted by address is its own
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_LANGUAGE": "fr",
            "CONTENT_TYPE": asked.kind,
            "CONTENT_LENGTH": str(len(asked.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(asked.body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if not self.token:
            environ |= {"HTTP_COOKIE": "; ".join(cookies), "HTTP_X_CSRFTOKEN": _CSRF}
        else:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        for name, value in asked.headers:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return environ

    def _sign_in(self) -> None:
        """The session that `config.signin` would have left, for this account."""
        account = apps.get_model("people", "Account").objects.get(pk=self.account)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        now = time.time()
        session.update({
            SESSION_KEY: str(account.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: account.get_session_auth_hash(),
            "auth": int(self.auth), "since": now, "provider": "people" if not self.hat else "professionals",
            "seen": now + 3600,  # noted each minute with a cookie, which one of two answers alike would bear
        })  # fmt: skip
        if self.hat:
            session["hat"] = self.hat
        session.create()
        self._session = session.session_key
