"""L’aide: what the page one comes from is for, in plain words, and a person to speak to.

Whom to call in danger, in France, stands on `portal/help.html`. Sources: arretonslesviolences.gouv.fr (3919, day and night,
free), allo119.gouv.fr (119), info.urgence114.fr (114, by message, for whoever cannot hear or speak), as of November 2026.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from hygie.base.addresses import reverse
from hygie.base.reading import reading
from hygie.portal import easy
from hygie.portal.whom import own


def help_page(request: HttpRequest) -> dict[str, str]:
    """`help_page`: the address that explains this page, on every page; the general help where nothing else does."""
    found = easy.helped_by(request)
    address = own(request, "portal:help")
    return {"help_page": f"{address}?{urlencode({'sujet': found.slug})}" if found else address}


@reading
@require_GET
def help_me(request: HttpRequest) -> HttpResponse:
    """The page that was asked about first, then all the others, then a person, then what to do in danger."""
    asked = easy.BY_SLUG.get(request.GET.get("sujet", ""))
    context = {
        "asked": asked,
        "asked_words": [easy.WORDS[word] for word in asked.words] if asked else [],
        "back": _back(request, asked),
        "pages": [page for page in easy.PAGES if page != asked],
    }
    return render(request, "portal/help.html", context)


def _back(request: HttpRequest, asked: easy.Page | None) -> str:
    """Where she comes from, when it is a page of ours; else the page that was asked about."""
    came = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}):
        parts = urlsplit(came)
        page = f"{parts.path}?{parts.query}" if parts.query else parts.path
        ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None)  # « //example.org » is a path of ours too
        if page and ours and not parts.path.endswith(request.path):
            return page
    return reverse(asked.view) if asked and asked.bare else ""
