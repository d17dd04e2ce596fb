"""Where a page is, by its name: what a page writes dozens of times.

Django's `reverse` tries every pattern of a name and checks the whole again, 40 µs each time. Nearly all our addresses
hold nothing but random ids: their form is asked of Django once, and filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import urls
from django.conf import settings


def reverse(name: str, *, args: Sequence[Any] | None = None, kwargs: dict[str, Any] | None = None) -> str:
    """`django.urls.reverse`: the same answers, the same NoReverseMatch, under whatever prefix the request stands."""
    if kwargs or not all(type(one) is UUID for one in args or ()):
        return urls.reverse(name, args=args, kwargs=kwargs)
    written = _form(name, len(args or ()), urls.get_urlconf() or settings.ROOT_URLCONF)(*(args or ()))
    prefix = urls.get_script_prefix()
    return written if prefix == "/" else quote(prefix, safe="/~:@!$&'()*+,;=") + written[1:]


@lru_cache(maxsize=1024)
def _form(name: str, count: int, _urlconf: str) -> Callable[..., str]:
    """What writes this address from its ids, as it stands without a prefix."""
    marks, prefix = [UUID(int=(1 << 128) - 1 - at) for at in range(count)], urls.get_script_prefix()
    urls.set_script_prefix("/")
    try:
        written = urls.reverse(name, args=marks)
    finally:
        urls.set_script_prefix(prefix)
    written = written.replace("{", "{{").replace("}", "}}")
    for mark in marks:
        written = written.replace(str(mark), "{}")
    return written.format
