"""Routes that say what they do. An address that declares no action fails when the addresses are imported.

    urlpatterns = [
        route("documents/", views.documents, name="documents", action="list"),
        third_party("compte/", include("allauth.urls"), action="sign-in"),
    ]

`check_all(urlpatterns)`, called once at the end of `hygie.config.urls`, walks everything and gives back the
list of routes: the crawler of the tests and the reference read it, so that no address escapes either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, path

# On a record: the values of `hygie.access.types.Action`, which this room may not import; a test compares them.
ON_A_RECORD = frozenset(
    {
        "list",
        "read",
        "deposit",
        "set-visibility",
        "withdraw",
        "archive",
        "read-journal",
        "set-access",
        "follow",
        "read-masked",
        "represent",
        "read-identity",
        "index",
        "find",
        "review",
        "on-behalf",
        "export",
        "settle",
        "classify",
        "pin",
        "declare",
        "check-in",
    }
)
# On no record: open to all, open to whoever is signed in, the way in, and a deposit of several records at once.
ON_NO_RECORD = frozenset({"public", "signed-in", "sign-in", "machine-deposit"})
ACTIONS = ON_A_RECORD | ON_NO_RECORD

_MARK = "hygie_action"


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its full pattern as Django writes it, its full name (with namespaces), what it does."""

    pattern: str
    name: str
    action: str
    third_party: bool = False


def route(pattern: str, view: Callable[..., Any], *, name: str, action: str, **extra: Any) -> URLPattern:
    """`django.urls.path`, with the action that the view performs. ImproperlyConfigured if it is unknown."""
    made = path(pattern, view, extra, name=name)
    _mark(made, action, pattern)
    return made


def third_party(prefix: str, included: Any, *, action: str) -> URLResolver:
    """The addresses of a library, all under one action; they cannot declare their own."""
    made: URLResolver = path(prefix, included)
    _mark(made, action, prefix)
    return made


def check_all(urlpatterns: Sequence[URLPattern | URLResolver]) -> tuple[Route, ...]:
    """Every route, in order. ImproperlyConfigured for one that was not made by `route` or `third_party`."""
    routes = tuple(_walk(urlpatterns, "", ""))
    names = [found.name for found in routes if not found.third_party]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ImproperlyConfigured(f"two routes share the name {', '.join(repeated)}")
    return routes


def _mark(pattern: URLPattern | URLResolver, action: str, shown: str) -> None:
    if action not in ACTIONS:
        raise ImproperlyConfigured(f"the route {shown!r} declares the unknown action {action!r}")
    setattr(pattern, _MARK, action)


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str, namespace: str) -> list[Route]:
    found: list[Route] = []
    for pattern in patterns:
        shown = prefix + str(pattern.pattern)
        action = getattr(pattern, _MARK, None)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            if action is None:
                found += _walk(pattern.url_patterns, shown, inside)
            else:
                found.append(Route(shown, inside, action, third_party=True))
        elif action is None:
            raise ImproperlyConfigured(f"the route {shown!r} does not say what it does: use hygie.base.routes.route")
        else:
            found.append(Route(shown, namespace + (pattern.name or ""), action))
    return found
