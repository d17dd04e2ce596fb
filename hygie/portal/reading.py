"""How one reads here: in easy words or in full, in one of three sizes of letters.

Kept in a cookie of this browser, so that it holds before one enters, once inside, and after one has left. It is kept
nowhere else: that somebody reads easy words may say something of her health, and an account is not sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hygie.base.errors import Invalid
from hygie.base.reading import reading as only_reads
from hygie.people.types import Kind
from hygie.portal.whom import own
from hygie.ui.told import Undo, tell

COOKIE: Final = "lecture"
SIZES: Final = {
    "normale": gettext_lazy("Normale"),
    "grande": gettext_lazy("Grande"),
    "tres-grande": gettext_lazy("Très grande"),
}
WHOLE: Final = "version"  # ?version=complete: this page in full, for once
_EASY: Final = "facile"
_A_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reading:
    """easy: she chose easy words. whole: this page was asked for in full all the same. here: this page, to come back.

    offered: easy words are for people, not for those who care for them.
    """

    easy: bool = False
    offered: bool = True
    size: str = "normale"
    whole: bool = False
    here: str = ""

    @property
    def whole_address(self) -> str:
        return _with(self.here, {WHOLE: "complete"})

    @property
    def kept(self) -> str:
        """As the cookie says it."""
        return f"{_EASY if self.easy else ''}.{self.size}"


def reading_of(request: HttpRequest) -> Reading:
    """What the cookie says, and nothing when it says nonsense. A professional's pages are always in full."""
    words, _dot, size = request.COOKIES.get(COOKIE, "").partition(".")
    actor = getattr(request, "actor", None)
    offered = actor is None or actor.kind is Kind.PERSON
    return Reading(
        easy=words == _EASY and offered,
        offered=offered,
        size=size if size in SIZES else "normale",
        whole=request.GET.get(WHOLE) == "complete",
        here=_here(request) if request.method == "GET" else "",
    )


def _here(request: HttpRequest) -> str:
    """The address of this page, whatever version of it is read."""
    asked = request.GET.copy()
    asked.pop(WHOLE, None)
    return f"{request.get_full_path().split('?')[0]}{'?' if asked else ''}{asked.urlencode()}"


def _with(address: str, said: dict[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(said)}"


def reading(request: HttpRequest) -> dict[str, object]:
    """What every page knows: how it is to be read, and where to change that."""
    return {
        "reading": reading_of(request),
        "reading_sizes": SIZES,
        "reading_address": own(request, "portal:reading"),
    }


@only_reads
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Easy words or not, a size of letters, or both; then back to the page she was reading, with a way to undo."""
    before = reading_of(request)
    easy, size = request.POST.get("facile"), request.POST.get("taille")
    if easy not in (None, "oui", "non") or size not in (None, *SIZES):
        raise Invalid(_("Ce choix n’existe pas."), code="unknown-reading")
    chosen = Reading(easy=before.easy if easy is None else easy == "oui", size=before.size if size is None else size)
    wanted = request.POST.get("suite", "")
    wanted = wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
    undone = {"facile": "oui" if before.easy else "non", "taille": before.size, "suite": wanted}
    if chosen.kept != before.kept:
        tell(request, _told(before, chosen), undo=Undo(_("Annuler"), request.path, undone))
    answer = redirect(wanted or own(request, "portal:welcome"))
    answer.set_cookie(
        COOKIE, chosen.kept, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer


def _told(before: Reading, chosen: Reading) -> str:
    if chosen.easy and not before.easy:
        return _("Vous lisez maintenant les pages faciles à lire.")
    if before.easy and not chosen.easy:
        return _("Vous lisez maintenant les pages complètes.")
    return _("La taille des lettres a changé.")
