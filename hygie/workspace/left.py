"""Files left without being closed: how long they were looked at, as far as the pages asked for tell.

While a file is open, a signed cookie says when it was opened and when a page of it was last asked for, and nothing else:
not which file. It goes when the file is closed; whoever opens another one, or comes back to the list, has left the first.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hygie.base.reading import noting
from hygie.base.sql import cursor
from hygie.observatory import actions

COOKIE = "dossier"
_PATH, _SALT = "/pro/", "hygie.workspace.left"
LASTS = timedelta(hours=12)  # of a working day: after that, nobody knows any more


def begin(answer: HttpResponse) -> None:
    """A file opens."""
    now = round(timezone.now().timestamp())
    _keep(answer, now, now)


def go_on(request: HttpRequest, answer: HttpResponse) -> None:
    """A page of the file was asked for."""
    told = _told(request)
    if told is not None and COOKIE not in answer.cookies:
        _keep(answer, told[0], round(timezone.now().timestamp()))


def end(answer: HttpResponse) -> None:
    """The file was closed."""
    answer.delete_cookie(COOKIE, path=_PATH, samesite="Lax")


def leave(request: HttpRequest, structure: UUID | None) -> bool:
    """The file that was open, if one was, is left as it is: counted for the structure. Whether one was."""
    told = _told(request)
    if told is None:
        return False
    if structure is not None:
        with transaction.atomic():
            noting(cursor())
            actions.count_visit(structure=structure, seconds=told[1] - told[0], on=timezone.localdate(), closed=False)
    return True


def _keep(answer: HttpResponse, began: int, seen: int) -> None:
    answer.set_cookie(
        COOKIE, signing.Signer(salt=_SALT).sign(f"{began}.{seen}"), max_age=LASTS, path=_PATH, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip


def _told(request: HttpRequest) -> tuple[int, int] | None:
    try:
        began, _, seen = signing.Signer(salt=_SALT).unsign(request.COOKIES.get(COOKIE, "")).partition(".")
    except signing.BadSignature:
        return None
    return int(began), int(seen)
