"""Applications: the page on which someone lets one in (SMART App Launch), and the list of those she let in.

An application comes two ways. A person chooses it (standalone launch): she is signed in, reads what it asks, says for
how long, or says no. A professional's software opens it (EHR launch): the `launch` handle says who and whom, and no
page is shown: every reading is decided and written in the person's journal as any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from hygie.access.types import Action
from hygie.base import config
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid, NotFound, Refused
from hygie.formats.fhir.scopes import parse
from hygie.people import actions, queries
from hygie.people.types import AuthLevel
from hygie.portal.opening import for_a_person, open_mine, person
from hygie.portal.words_of_help import named
from hygie.ui.told import tell

VISIT = timedelta(hours=1)  # how long an application opened from a professional's software may work
ONCE = timedelta(minutes=10)  # for one that did not ask to come back: its code (a minute), then its token (five)
_COMES_BACK = frozenset({"online_access", "offline_access"})
_LASTS = {
    "heure": (timedelta(hours=1), gettext_lazy("une heure")),
    "mois": (timedelta(days=30), gettext_lazy("un mois")),
    "annee": (timedelta(days=365), gettext_lazy("un an")),
}
# What each FHIR resource is called on the page; several share a name.
_THINGS = {
    **dict.fromkeys(("Observation", "DiagnosticReport", "Specimen"), gettext_lazy("vos résultats et vos mesures")),
    **dict.fromkeys(
        ("MedicationStatement", "MedicationRequest", "MedicationDispense", "MedicationAdministration"),
        gettext_lazy("vos traitements"),
    ),
    "Condition": gettext_lazy("vos problèmes de santé"),
    "AllergyIntolerance": gettext_lazy("vos allergies"),
    "Immunization": gettext_lazy("vos vaccins"),
    **dict.fromkeys(("Procedure", "Encounter"), gettext_lazy("vos opérations et vos séjours à l’hôpital")),
    **dict.fromkeys(("DocumentReference", "Binary"), gettext_lazy("vos documents")),
    "Patient": gettext_lazy("votre nom et votre date de naissance"),
    "*": gettext_lazy("tout ce que contient votre espace, documents compris"),
}
# And what one category of them is called, when that is all an application asks for.
_PARTS = {
    ("Observation", "laboratory"): gettext_lazy("vos résultats d’analyses"),
    ("Observation", "vital-signs"): gettext_lazy("vos mesures : tension, poids, pouls, température…"),
    ("Observation", "imaging"): gettext_lazy("ce que disent vos examens d’imagerie"),
    ("Observation", "social-history"): gettext_lazy("vos habitudes de vie : tabac, métier…"),
    ("Observation", "survey"): gettext_lazy("vos réponses à des questionnaires de santé"),
    ("Observation", "exam"): gettext_lazy("ce qu’un professionnel a constaté en vous examinant"),
    ("Observation", "procedure"): gettext_lazy("ce qui a été observé pendant un acte médical"),
    ("Observation", "therapy"): gettext_lazy("ce qui a été observé pendant un traitement"),
    ("Observation", "activity"): gettext_lazy("votre activité physique"),
    ("Condition", "problem-list-item"): gettext_lazy("vos problèmes de santé suivis dans le temps"),
    ("Condition", "encounter-diagnosis"): gettext_lazy("les diagnostics posés lors d’une consultation ou d’un séjour"),
}
_MORE = gettext_lazy("d’autres informations de santé de votre espace")
_core = OAuthLibMixin()


@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Let an application in, or send it back with a no. RFC 6749 section 4.1, PKCE (S256) and `aud` always."""
    try:
        scopes, credentials = _core.validate_authorization_request(request)
        if credentials.get("code_challenge_method") != "S256":
            raise OAuthToolkitError(
                error=InvalidRequestError(description="code_challenge_method=S256", state=credentials.get("state")),
                redirect_uri=credentials["redirect_uri"],
            )
        asked = queries.application(credentials["client_id"])
        assert asked is not None  # the validator has looked it up
        if request.GET.get("aud", "").rstrip("/") != config.get("HYGIE_PUBLIC_URL") + "/fhir":
            raise Invalid(_("Cette application s’adresse à un autre espace que le nôtre."), code="smart-audience")
        if request.GET.get("launch"):
            return _launched(request, scopes, credentials)
        if person(request) is None:
            return _not_a_person(request)
        if request.method == "POST":
            return _answered(request, scopes, credentials)
        words = things(scopes)
    except OAuthToolkitError as fault:
        return _sent_back(request, fault)
    answer = render(request, "portal/allow.html", {
        "application": asked, "things": words, "whole": any(one.kind == "*" for one in map(parse, scopes) if one), "keeps": "offline_access" in scopes,
        "lasts": [(name, text) for name, (_span, text) in _LASTS.items()] if _COMES_BACK & set(scopes) else [],
    })  # fmt: skip
    back = urlsplit(credentials["redirect_uri"])
    answer.csp_form_action = f"{back.scheme}://{back.netloc}"  # type: ignore[attr-defined]
    return answer


def _launched(request: HttpRequest, scopes: list[str], credentials: dict[str, Any]) -> HttpResponse:
    """Opened from a professional's software: who, and whom, come with the handle."""
    if "launch" not in scopes:
        raise Invalid(_("Cette application n’a pas demandé à être ouverte ainsi."), code="smart-launch")
    now = timezone.now()
    launched = actions.take_launch(request.GET["launch"], at=now)
    request.user = get_user_model()._default_manager.get(pk=launched.account_id)
    credentials["authorization_id"] = actions.authorize_application(
        client_id=credentials["client_id"], account_id=launched.account_id, activity_id=launched.activity_id,
        patient_id=launched.patient_id, scopes=scopes, auth=AuthLevel.STRONG, until=now + VISIT, at=now,
    )  # fmt: skip
    return _on_with_it(request, scopes, credentials, allow=True)


def _answered(request: HttpRequest, scopes: list[str], credentials: dict[str, Any]) -> HttpResponse:
    """She said yes, for so long, or no. Saying yes is a change of who sees what: decided and written down as one."""
    if request.POST.get("reponse") != "oui":
        return _on_with_it(request, scopes, credentials, allow=False)
    span = ONCE
    if _COMES_BACK & set(scopes):
        chosen = _LASTS.get(request.POST.get("duree", ""))
        if chosen is None:
            raise Invalid(_("Choisissez une durée."), code="unknown-duration")
        span = chosen[0]
    grant = open_mine(request, Action.SET_ACCESS)
    credentials["authorization_id"] = actions.authorize_application(
        client_id=credentials["client_id"], account_id=grant.actor.id, patient_id=grant.patient_id, scopes=scopes,
        auth=grant.actor.auth, until=grant.at + span, at=grant.at,
    )  # fmt: skip
    return _on_with_it(request, scopes, credentials, allow=True)


def _on_with_it(
    request: HttpRequest, scopes: list[str], credentials: dict[str, Any], *, allow: bool
) -> HttpResponse:  # fmt: skip
    uri, *_rest = _core.create_authorization_response(request, " ".join(scopes), credentials, allow)
    return HttpResponseRedirect(uri)


def _sent_back(request: HttpRequest, fault: OAuthToolkitError) -> HttpResponse:
    """To the application when its address is known to be its own; otherwise nobody is sent anywhere."""
    redirects, said = _core.error_response(fault)
    if redirects and not isinstance(fault, FatalClientError):
        return HttpResponseRedirect(said["url"])
    raise Invalid(
        _("Cette application n’est pas enregistrée ici, ou sa demande est mal faite. Rien n’a été partagé."),
        code="smart-request",
    ) from fault


def _not_a_person(request: HttpRequest) -> HttpResponse:
    if getattr(request, "actor", None) is None:
        return redirect_to_login(request.get_full_path())
    raise Refused(
        _("Cette application s’ouvre depuis l’espace d’une personne, ou depuis votre logiciel."), code="smart-who"
    )


def things(scopes: Iterable[str]) -> list[str]:
    """What these scopes let an application read, in words, each once; a part is not said beside its whole."""
    asked = [one for one in map(parse, scopes) if one is not None and one.level != "system"]
    whole = {one.kind for one in asked if one.category is None}
    if "*" in whole:
        return [str(_THINGS["*"])]
    if any(one.kind == "DocumentReference" for one in asked):
        whole.discard("Binary")  # the bytes follow what is said of the document
    found = []
    for one in asked:
        if one.kind in whole:
            found.append(str(_THINGS.get(one.kind, _MORE)))
        elif one.category is not None:
            found.append(_part(one.kind, one.category))
    return list(dict.fromkeys(found))


def _part(kind: str, category: str) -> str:
    if kind == "DocumentReference":
        return _("parmi vos documents, seulement ceux-ci : %(which)s") % {"which": ", ".join(named({category}))}
    return str(_PARTS.get((kind, category), _MORE))


@for_a_person
@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """The applications she let in, with what each may read, until when, and a way to end it."""
    grant = open_mine(request, Action.SET_ACCESS)
    shown = [
        {"application": one, "things": things(one.scopes)}
        for one in queries.applications(grant.actor.id, at=grant.at)
    ]  # fmt: skip
    return render(request, "portal/applications.html", {"current": "sharing", "shown": shown})


@for_a_person
@require_POST
def end(request: HttpRequest, authorization_id: UUID) -> HttpResponse:
    grant = open_mine(request, Action.SET_ACCESS)
    try:
        actions.end_authorization(authorization_id, account_id=grant.actor.id, at=grant.at)
    except NotFound:
        tell(request, _("Cette application n’avait déjà plus accès."))
    else:
        tell(request, _("C’est fait : cette application ne peut plus rien lire."))
    return redirect(reverse("portal:applications"))
