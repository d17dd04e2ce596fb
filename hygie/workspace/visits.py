"""Closing a file, what it gave, and the time it took: counted for the structure, with nobody's name on it.

When a file opens, a signed cookie of its own address says at what time, and nothing else; it goes when the file is
closed. What reaches the observatory is a month's count: no person, no professional, no visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hygie.base.addresses import reverse
from hygie.observatory import actions, queries
from hygie.observatory.types import Gain
from hygie.ui import words
from hygie.ui.told import tell
from hygie.workspace import left
from hygie.workspace.opening import for_a_professional, professional

COOKIE = "ouvert"
_SALT, _ASKED = "hygie.workspace.visit", "hygie.workspace.closed"
LASTS = timedelta(hours=1)  # a visit longer than that is not counted
ANSWERS_WITHIN = timedelta(minutes=10)
SHOWN = 12  # months


@dataclass(frozen=True, slots=True)
class Row:
    """One month as shown. took: "" when too few files were closed to say."""

    month: str
    visits: int
    took: str
    avoided: int
    found: int
    nothing: int


def begun(request: HttpRequest, answer: HttpResponse, patient_id: UUID) -> HttpResponse:
    """The page that a file opens to, with the time of opening unless it is known already. One left open until now is left."""
    if _opened(request, patient_id) is None:
        left.leave(request, professional(request).organisation_id)
        left.begin(answer)
        answer.set_cookie(
            COOKIE, _signer(patient_id).sign("x"), max_age=LASTS, path=_path(patient_id), httponly=True,
            secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
    return answer


def _path(patient_id: UUID) -> str:
    return reverse("workspace:patient", args=[patient_id])


def _signer(patient_id: UUID) -> signing.TimestampSigner:
    """One for each file: the cookie of one is worth nothing at the address of another."""
    return signing.TimestampSigner(salt=f"{_SALT}/{patient_id}")


def _opened(request: HttpRequest, patient_id: UUID) -> float | None:
    """How long ago, in seconds; None when no visit of this file is under way."""
    said = request.COOKIES.get(COOKIE, "")
    try:
        _signer(patient_id).unsign(said, max_age=LASTS)
    except signing.BadSignature:
        return None
    return timezone.now().timestamp() - signing.b62_decode(said.rsplit(":", 2)[1])


@for_a_professional
@require_POST
def close(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Leave a file, for the list of one's patients. It opens nothing, and answers the same whatever the address names."""
    actor, took = professional(request), _opened(request, patient_id)
    asked = ""
    if took is not None and actor.organisation_id is not None:
        actions.count_visit(structure=actor.organisation_id, seconds=took, on=timezone.localdate())
        asked = "?ferme=" + signing.TimestampSigner(salt=_ASKED).sign("x")
    answer = redirect(reverse("workspace:home") + asked)
    answer.delete_cookie(COOKIE, path=_path(patient_id), samesite="Lax")
    left.end(answer)
    return answer


def just_closed(request: HttpRequest) -> str:
    """What the question « que vous a-t-il apporté ? » sends back; "" when no file was closed just now."""
    said = request.GET.get("ferme", "")
    return said if _fresh(said) else ""


def _fresh(said: str) -> bool:
    try:
        signing.TimestampSigner(salt=_ASKED).unsign(said, max_age=ANSWERS_WITHIN)
    except signing.BadSignature:
        return False
    return True


@for_a_professional
@require_POST
def gain(request: HttpRequest) -> HttpResponse:
    """« Examen évité », « information trouvée », « rien »: one touch, for the structure's count of the month."""
    actor, said = professional(request), request.POST.get("apport", "")
    if actor.organisation_id is not None and said in set(Gain) and _fresh(request.POST.get("ferme", "")):
        actions.count_gain(structure=actor.organisation_id, gain=Gain(said), on=timezone.localdate())
        tell(request, _("Merci. C’est compté pour votre structure, sans nom : ni le vôtre, ni celui du patient."))
    return redirect("workspace:home")


@for_a_professional
@require_GET
def time_spent(request: HttpRequest) -> HttpResponse:
    """« Votre temps avec Hygie »: one's own structure, month by month."""
    actor = professional(request)
    rows = []
    if actor.organisation_id is not None:
        since = timezone.localdate() - timedelta(days=31 * (SHOWN - 1))
        rows = [
            Row(
                words.month(one.month), one.visits, "" if one.seconds is None else lasted(one.seconds),
                one.gave[Gain.AVOIDED], one.gave[Gain.FOUND], one.gave[Gain.NOTHING],
            )
            for one in queries.time_spent(structure=actor.organisation_id, since=date(since.year, since.month, 1))
        ]  # fmt: skip
    context = {"current": "patients", "rows": rows, "place": actor.organisation, "latest": rows[0] if rows else None}
    return render(request, "workspace/time.html", context)


def lasted(seconds: float) -> str:
    """« 42 s », « 3 min », « 3 min 20 s »; seconds by ten from two minutes on: the slots are no finer."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{words.NBSP}s"
    minutes, rest = divmod(whole if whole < 120 else round(whole, -1), 60)
    return f"{minutes}{words.NBSP}min" + (f" {rest}{words.NBSP}s" if rest else "")
