"""How an error looks on a page: what happened, that nothing is lost, what to do, how to reach a person.

The one table of the page faces (`portal`, `workspace`); a test compares it with `errors.ALL`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hygie.base import errors
from hygie.base.sql import LOST, unavailable


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of trouble: its HTTP status, and its words when the error brings none of its own."""

    status: int
    icon: str
    title: str | Promise
    happened: str | Promise
    todo: str | Promise


_SAFE = _("Rien n’est perdu : vos documents et vos réglages sont comme avant.")

PAGES: dict[type[errors.HygieError], Problem] = {
    errors.Invalid: Problem(
        *(400, "warning", _("Nous n’avons pas compris cette demande")),
        *(
            _("Il manque quelque chose, ou une réponse n’a pas la forme attendue."),
            _("Revenez à la page précédente et vérifiez ce qui a été saisi."),
        ),
    ),
    errors.Refused: Problem(
        *(403, "lock", _("Cette page ne vous est pas ouverte")),
        *(
            _("Vous n’avez pas l’autorisation nécessaire."),
            _("Si vous pensez que c’est une erreur, demandez de l’aide : une personne regardera avec vous."),
        ),
    ),
    errors.NotFound: Problem(
        *(404, "search", _("Nous ne trouvons pas cette page")),
        *(_("L’adresse est peut-être incomplète, ou la page n’existe plus."), _("Reprenez depuis l’accueil.")),
    ),
    errors.Conflict: Problem(
        *(409, "undo", _("Quelque chose a changé entre-temps")),
        *(
            _("Ce que vous aviez sous les yeux n’est plus à jour."),
            _("Rechargez la page, regardez, puis recommencez si c’est encore utile."),
        ),
    ),
    errors.Unsupported: Problem(
        *(415, "info", _("Hygie ne sait pas encore faire cela")),
        *(
            _("La demande est claire, mais Hygie ne sait pas la traiter."),
            _("Essayez autrement, ou demandez de l’aide."),
        ),
    ),
    errors.Unavailable: Problem(
        *(503, "clock", _("Hygie est momentanément occupé")),
        *(_("La demande n’a pas pu aboutir maintenant."), _("Attendez une minute, puis recommencez.")),
    ),
}
TOO_OFTEN = Problem(
    *(429, "clock", _("Trop de demandes en peu de temps")),
    *(_("La demande n’a pas pu aboutir maintenant."), _("Attendez un peu, puis recommencez.")),
)
BROKEN = Problem(
    *(500, "warning", _("Une erreur est survenue de notre côté")),
    *(_("Vous n’avez rien fait de mal. L’équipe est prévenue."), _("Attendez une minute, puis recommencez.")),
)
EXPIRED = Problem(
    *(403, "clock", _("Cette page était ouverte depuis trop longtemps")),
    *(_("Par sécurité, le formulaire n’a pas été envoyé."), _("Rechargez la page, puis recommencez.")),
)
TOO_BIG = Problem(
    *(413, "upload", _("Cet envoi est trop lourd")),
    *(
        _("L’ensemble dépasse ce que Hygie accepte en une fois."),
        _("Envoyez vos fichiers en plusieurs fois ; chacun peut peser jusqu’à 25 Mo."),
    ),
)


def page_for(error: errors.HygieError, request: HttpRequest) -> HttpResponse:
    """The page of one of the six errors, in the error's own words when it has some."""
    kind = next(known for known in type(error).__mro__ if known in PAGES)
    refused_for_now = kind is errors.Refused and error.retry_after is not None
    answer = _page(request, TOO_OFTEN if refused_for_now else PAGES[kind], happened=gettext(error.public))
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _page(request: HttpRequest, problem: Problem, *, happened: str = "") -> HttpResponse:
    context = {"problem": problem, "happened": happened or problem.happened, "safe": _SAFE}
    answer = render(request, "ui/problem.html", context, status=problem.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


class Problems:
    """Middleware: one of the six errors raised by a page becomes its page. Any other exception goes on its way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, LOST):
            exception = unavailable()
        return page_for(exception, request) if isinstance(exception, errors.HygieError) else None


# Django's own handlers (`handler400`… in config.urls, `CSRF_FAILURE_VIEW` in settings).
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, TOO_BIG if type(exception).__name__ in _TOO_BIG else PAGES[errors.Invalid])


_TOO_BIG = {"RequestDataTooBig", "TooManyFilesSent", "TooManyFieldsSent"}


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, PAGES[errors.Refused])


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, PAGES[errors.NotFound])


def broken(request: HttpRequest) -> HttpResponse:
    """Whatever nobody foresaw; a database lost outside of a view (the session's, its actor's) is said as what it is."""
    if isinstance(sys.exc_info()[1], LOST):
        return page_for(unavailable(), request)
    return _page(request, BROKEN)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, EXPIRED)
