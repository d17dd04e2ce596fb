"""For whom a page is asked: for herself, or for somebody whom she answers for or helps.

The address says it: `/pour/<id>/documents/` is the page of her documents, asked for that person. Nothing is remembered
between two requests, so two tabs cannot take one person for another, and each request is decided anew. Only the pages
named here exist there; a few lead back to one's own, the others are nowhere: what one downloads is never one's own by
mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import get_script_prefix, set_script_prefix
from django.utils.translation import gettext as _

from hygie.access import queries as access
from hygie.access.types import Grant, Level, Tie, TieKind
from hygie.base.addresses import reverse
from hygie.base.errors import HygieError, NotFound
from hygie.ui.problems import page_for

_AT = re.compile(r"/pour/")
_PREFIX = re.compile(_AT.pattern + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(/.*)")
PAGES = frozenset(
    f"portal:{name}"
    for name in (
        "home", "documents", "document", "page", "picture", "attachment", "original", "add", "add-many", "gathered", "summary",
        "summary-none", "results", "result", "treatments", "treatment", "treatment-add", "treatment-say",
        "treatments-none", "treatments-sheet", "verifying", "verify", "verify-correct", "compare", "give-up", "moment",
        "followed", "represented", "represent", "given", "given-one", "end-given",
        "mandated", "end-mandate", "masked", "masked-papers", "masked-paper",
        "arriving", "straighten", "sheet", "report-visit",
    )
)  # fmt: skip
_OWN = frozenset(
    {
        "portal:account",
        "portal:family",
        "portal:helpers",
        "portal:accept-help",
        "portal:sharing",
        "portal:journal",
        "portal:accessibility",
    }
)
_EVERYWHERE = frozenset({"signout", "portal:language"})


class ForAnother:
    """Middleware: takes `/pour/<id>` off the address, and puts it on every address that the page writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _PREFIX.fullmatch(request.path_info)
        request.for_whom = None  # type: ignore[attr-defined]
        if found is None:
            return self._get_response(request)
        own = get_script_prefix()
        request.for_whom, request.own_prefix = UUID(found[1]), own  # type: ignore[attr-defined]
        request.path_info = found[2]
        set_script_prefix(f"{own.rstrip('/')}{_AT.pattern}{found[1]}/")
        try:
            return self._get_response(request)
        finally:
            set_script_prefix(own)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if whom(request) is None or request.resolver_match is None:
            return None
        if request.resolver_match.view_name in PAGES | _EVERYWHERE:
            return None
        if request.method == "GET" and request.resolver_match.view_name in _OWN:
            return HttpResponseRedirect(_own_prefix(request) + request.path_info.lstrip("/"))
        return page_for(NotFound(_("Cette page n’existe pas pour une autre personne."), code="own-page"), request)


def whom(request: HttpRequest) -> UUID | None:
    """The person for whom this page is asked; None: for herself."""
    found: UUID | None = getattr(request, "for_whom", None)
    return found


def _own_prefix(request: HttpRequest) -> str:
    return str(getattr(request, "own_prefix", "/"))


@contextmanager
def _under(prefix: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


def own(request: HttpRequest, name: str, *args: object) -> str:
    """The address of one of her own pages, wherever she is."""
    with _under(_own_prefix(request)):
        return reverse(name, args=args)


def for_whom(request: HttpRequest, patient_id: UUID, name: str) -> str:
    """The address of a page asked for this person."""
    with _under(f"{_own_prefix(request).rstrip('/')}{_AT.pattern}{patient_id}/"):
        return reverse(name)


def leave(request: HttpRequest) -> None:
    """From here on the page is her own: what it was asked for is over."""
    set_script_prefix(_own_prefix(request))
    request.for_whom = None  # type: ignore[attr-defined]


def keep(request: HttpRequest, grant: Grant) -> None:
    """Remember the first key of this request that can tell whose record is open: the banner names her by it."""
    if whom(request) is not None and grant.action != "deposit" and not hasattr(request, "opened_for"):
        request.opened_for = grant  # type: ignore[attr-defined]


def tie(request: HttpRequest) -> Tie | None:
    grant: Grant | None = getattr(request, "opened_for", None)
    return None if grant is None else grant.tie


def acting(request: HttpRequest) -> dict[str, object]:
    """What every page knows when it is asked for another: her name, and the way back to oneself."""
    if whom(request) is None:
        return {"may_say": True, "may_file": True}
    bound = tie(request)
    level = bound.level if bound else Level.SEE
    represents = bound is not None and bound.kind.represents and level is Level.ACT
    return {
        "may_say": level is Level.ACT, "may_file": level is not Level.SEE,
        "may_follow": represents, "masked": represents and bound is not None and bound.protected,
        "acting_for": _name(request), "acting_back": own(request, "portal:family"),
        "acting_until": bound.until if bound is not None and bound.kind is TieKind.DESK else None,
    }  # fmt: skip


def _name(request: HttpRequest) -> str:
    grant: Grant | None = getattr(request, "opened_for", None)
    if grant is None:
        return _("une autre personne")
    try:
        return access.identity(grant).display_name
    except HygieError:
        return _("une autre personne")
