"""A page is wholly in one language: outside the key pages, a language that is not complete gives way to French."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from hygie.portal.key_pages import PARTIAL, ROUTES, SOURCES


class Whole:
    """Middleware, inside Django's own choice of a language.

    `request.asked_language` is the language asked for, on a page that answers in French instead; else it is not set.
    An act (POST) of a key page speaks the language asked for: its word is read on the page it leads to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        asked, match = translation.get_language() or "", request.resolver_match
        if asked not in PARTIAL or match is None or match.view_name in ROUTES:
            return
        if request.method not in ("GET", "HEAD") and f"{view.__module__.replace('.', '/')}.py" in SOURCES:
            return
        request.asked_language = asked  # type: ignore[attr-defined]
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE
