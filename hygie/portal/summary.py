"""Ma santé en résumé: what her documents and she herself say, on one page; to print, or to take away as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.portal.account import born
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.curves import mark
from hygie.record.queries import Chapter, Form, Why
from hygie.ui import downloads
from hygie.ui.told import Undo, tell
from hygie.ui.words import spoken

# Chapter -> title, icon, the section where she may say « none known », how she says it.
_PARTS: Final = (
    (Chapter.PROBLEMS, gettext_lazy("Mes problèmes de santé"), "heart", "problems", gettext_lazy("Je n’ai aucun problème de santé connu")),
    (Chapter.ALERTS, gettext_lazy("Mes allergies et alertes"), "warning", "allergies", gettext_lazy("Je n’ai aucune allergie connue")),
    (Chapter.TREATMENTS, gettext_lazy("Mes traitements"), "pill", "treatments", gettext_lazy("Je ne prends rien")),
    (Chapter.RESULTS, gettext_lazy("Mes résultats à retenir"), "chart", "", ""),
    (Chapter.VACCINES, gettext_lazy("Mes vaccins"), "shield", "vaccines", gettext_lazy("Je n’ai aucun vaccin connu")),
    (Chapter.STAYS, gettext_lazy("Hôpital et opérations"), "building", "procedures", gettext_lazy("Je n’ai jamais été opéré ou opérée")),
    (Chapter.WISHES, gettext_lazy("Mes volontés"), "flag", "", ""),
    (Chapter.CIRCLE, gettext_lazy("Qui me soigne"), "people", "", ""),
)  # fmt: skip
_THEIRS: Final = {
    Chapter.PROBLEMS: gettext_lazy("Problèmes de santé"),
    Chapter.ALERTS: gettext_lazy("Allergies et alertes"),
    Chapter.TREATMENTS: gettext_lazy("Traitements"),
    Chapter.RESULTS: gettext_lazy("Résultats à retenir"),
    Chapter.VACCINES: gettext_lazy("Vaccins"),
    Chapter.WISHES: gettext_lazy("Volontés"),
    Chapter.CIRCLE: gettext_lazy("Qui soigne cette personne"),
}
_NONE: Final = {
    "problems": gettext_lazy("Aucun problème de santé connu"),
    "allergies": gettext_lazy("Aucune allergie connue"),
    "treatments": gettext_lazy("Aucun traitement en cours"),
    "vaccines": gettext_lazy("Aucun vaccin connu"),
    "procedures": gettext_lazy("Aucune opération connue"),
    "devices": gettext_lazy("Aucun appareil ni prothèse"),
}
# The reasons of the summary, in the words of someone who is not a doctor; what goes without saying is not said.
_WHY: Final[dict[str, object]] = {
    Why.PAST: gettext_lazy("dans le passé"),
    Why.GRAVE: gettext_lazy("signalée comme grave"),
    Why.AS_NEEDED: gettext_lazy("si besoin"),
    Why.STALE: gettext_lazy("toujours pris ? à vérifier"),
    Why.DEVICE: gettext_lazy("appareil que je porte"),
}
_SAID: Final = (
    Why.PROBLEM,
    Why.ALLERGY,
    Why.TAKEN,
    Why.ACT,
    Why.DOSE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line as shown. aside: why it stands here and what changed, when that is worth saying."""

    text: str
    detail: str
    href: str
    aside: str
    dated: date | None
    unsure: bool
    by_patient: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One chapter of her page. absent: what to say when she, or a source, said that there is none."""

    section: record.Section
    title: str
    icon: str
    key: str
    none: str
    absent: str
    lines: tuple[Row, ...]


@for_a_person
@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    if grant.tie is not None and grant.tie.protected:  # an empty page would say that there is nothing
        return redirect("portal:masked")
    found = record.summary(grant)
    identity = access.identity(grant)
    context = {
        "current": "health",
        "section": "summary",
        "summary": found,
        "parts": [part for one in _PARTS if (part := _part(found, grant.patient_id, *_titled(grant, one))) is not None],
        "identity": identity,
        "born": born(identity.traits.birth_date),
    }
    return render(request, "portal/summary.html", context)


def _titled(grant: Grant, part: tuple[Any, ...]) -> tuple[Any, ...]:
    """The chapter as she would call it, or as whoever comes for her would."""
    if grant.tie is None:
        return part
    chapter, title, icon, key, none = part
    return (chapter, _THEIRS.get(chapter, title), icon, key, _NONE.get(key, none))


def _part(
    found: record.Summary, patient_id: UUID, chapter: Chapter, title: str, icon: str, key: str, none: str
) -> Part | None:
    """None for a chapter that is empty and of which nobody can say that there is none."""
    held = found.section(chapter)
    if not held.lines and not key:
        return None
    lines = tuple(
        Row(
            spoken(line.text), line.detail, _address(chapter, patient_id, line), _aside(line),
            None if chapter in (Chapter.PROBLEMS, Chapter.CIRCLE) else line.day, line.unsure, line.by_patient,
        )
        for line in held.lines
    )  # fmt: skip
    return Part(held, title, icon, key, none, str(_NONE.get(key, "")), lines)


def _address(chapter: Chapter, patient_id: UUID, line: record.SummaryLine) -> str:
    if line.key and chapter is Chapter.RESULTS:
        return reverse("portal:result", args=[mark(patient_id, line.key)])
    if line.key and chapter is Chapter.TREATMENTS:
        return reverse("portal:treatment", args=[mark(patient_id, line.key)])
    return reverse("portal:document", args=[line.source.document_id]) if line.source else ""


def _aside(line: record.SummaryLine) -> str:
    why = "" if line.why in _SAID else str(_WHY.get(line.why) or spoken(line.why))
    return ", ".join(filter(None, (why, spoken(line.trend))))


@for_a_person
@require_POST
def none(request: HttpRequest, section: str) -> HttpResponse:
    """She says that there is none, today; or takes it back."""
    if section not in _NONE:
        raise NotFound("Cette page n’existe pas.", code="no-such-section")
    grant = open_mine(request, Action.DECLARE)
    now = timezone.now()
    if taken_back := request.POST.get("effacer"):
        try:
            actions.withdraw_entry(grant, entry_id=UUID(taken_back), at=now)
        except ValueError:
            raise NotFound("Cette page n’existe pas.", code="no-such-entry") from None
        tell(request, _("C’est retiré."))
        return redirect("portal:summary")
    item = actions.state_none_known(grant, section=section, at=now)
    undo = Undo(_("Annuler"), request.path, {"effacer": str(item.id)})
    tell(request, _("C’est noté, à la date d’aujourd’hui."), undo=undo)
    return redirect("portal:summary")


@for_a_person
@require_GET
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The summary as a file for another software: never shown by the browser."""
    if form not in (Form.FHIR, Form.CDA):
        raise NotFound("Ce fichier n’existe pas.", code="no-such-form")
    content = record.export(open_mine(request, Action.LIST), form=Form(form))
    return downloads.download(content.data, content.file_name)
