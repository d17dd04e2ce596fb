"""« Quitter vite »: gone from the screen at once, the session ended, and nothing of it behind « page précédente ».

For a girl of 15 with a secret, for whoever hides a document or blocks somebody, for whoever is not alone in front of the
screen. One leaves to a page of ours that is empty, names nobody and says so: a page that would play a weather forecast
would lie, and our pages open nothing of elsewhere. Pages are never stored (`config.middleware`), so that going back asks
for them anew, and nobody is signed in any more. With a script the page empties first and gives its place in the
history to the empty one; without, the form does the rest. What the browser itself keeps (the list of visited
addresses) is out of our reach: the help page says so.
"""

from __future__ import annotations

import logging
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from hygie.base.reading import reading
from hygie.portal import entering
from hygie.portal.whom import own

PAGES: Final = frozenset(
    f"portal:{name}"
    for name in (
        "home", "documents", "document", "withdraw", "sharing", "invite", "limit", "keep-from", "who", "applications",
        "journal", "report", "family", "followed", "represented", "given", "given-one", "helpers", "confide", "change-help",
        "accept-help", "mandate", "mandate-receipt", "mandated", "links", "link", "link-new", "notices", "sessions",
        "ways", "account", "space", "erase", "help",
    )
)  # fmt: skip
_MESSAGES: Final = "messages"


def quick_exit(request: HttpRequest) -> dict[str, object]:
    """`quick_exit`: the two addresses of leaving fast, on the pages where it matters and for whoever is inside."""
    found = request.resolver_match
    if getattr(request, "actor", None) is None or found is None or found.view_name not in PAGES:
        return {}
    return {"quick_exit": {"address": own(request, "portal:quit"), "to": own(request, "portal:empty")}}


# No token is asked for: a page left open for an hour must let her go as well, and another site cannot make her leave
# (the session's cookie does not come with a form of elsewhere: SameSite).
@csrf_exempt
@reading
@require_POST
def quit_fast(request: HttpRequest) -> HttpResponse:
    """Whatever happens to the session, she leaves."""
    answer = HttpResponseRedirect(own(request, "portal:empty"))
    try:
        entering.leave(request)
    except DatabaseError:  # this browser forgets it below; the session itself ends by its age
        logging.getLogger(__name__).warning("a session could not be ended")
    for cookie in (settings.SESSION_COOKIE_NAME, _MESSAGES):
        answer.delete_cookie(cookie, samesite="Lax")
    return answer


@reading
@require_GET
def empty(request: HttpRequest) -> HttpResponse:
    """A page with nothing on it: no name of ours, an empty icon, no way back of its own."""
    return render(request, "portal/empty.html")
