"""« À vérifier » : what was read for her from papers and scans, each with the words it was read from; her yes, no, or
« plutôt ceci », and a way back. And what one document says, on that document's page."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access.types import Action, Channel, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.formats import concepts, dosage, synopsis
from hygie.formats.days import in_french
from hygie.formats.entries import AS_PRINTED, Unread, printed
from hygie.formats.paper import places
from hygie.portal.opening import act_on_mine, for_a_person, open_mine
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Item, Source, State
from hygie.ui.told import Undo, tell

MANY = 60  # shown at once: the next ones come when these are answered
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_NUMBER = re.compile(r"(?P<sign>[<>≤≥]?)\s*(?P<number>-?\d{1,9}([.,]\d{1,6})?)")
_SIGNS = {"<": "<", ">": ">", "≤": "<=", "≥": ">="}
# Where each kind keeps what it is about, as a text; and its day.
_NAMED = {
    "Immunization": "vaccineCode", "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept", "MedicationDispense": "medicationCodeableConcept",
    "MedicationAdministration": "medicationCodeableConcept", "Goal": "description",
}  # fmt: skip
_DATED = (
    "effectiveDateTime", "occurrenceDateTime", "performedDateTime", "onsetDateTime", "whenHandedOver", "authoredOn",
    "recordedDate", "dateAsserted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was read, in words. page: the page of the document it stands on, when the reader said one.
    on: when, as the document says it; day: the same, when it is a day and nothing else.
    pictured: whether that part of the page can be shown.
    """

    id: UUID
    what: str
    value: str
    day: date | None
    on: str
    words: str
    page: int | None
    pictured: bool
    state: str
    by: str
    settled: bool
    mine: bool
    corrigible: bool


def line(item: Item, *, reader: str = "") -> Line:
    """reader: the name of whoever reads the page."""
    told, place = synopsis.told(item.resource), places.read(item.place)
    return Line(
        id=item.id,
        what=told.what,
        value=(printed(item.resource) if item.kind == "Observation" else None) or told.how,
        day=item.day if item.day and told.when == in_french(item.day) else None,
        on=told.when,
        words=item.words or "",
        page=place.page if place else None,
        pictured=place is not None and place.box is not None,
        state=str(item.state),
        by=_("vous") if item.settled_by == reader else item.settled_by or "",
        settled=item.settled is not None,
        mine=item.settled_by == reader,
        corrigible=_can_correct(item),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What one document says: its lines, those still to check first, and what could not be read."""

    waiting: tuple[Line, ...]
    lines: tuple[Line, ...]
    unread: tuple[tuple[str, int | None], ...]  # why, and on which page


def said_by(grant: Grant, document_id: UUID) -> Said:
    lines = _lines(grant, record.entries_of(grant, document_id=document_id))
    return Said(
        waiting=tuple(one for one in lines if one.state == State.SUGGESTED),
        lines=tuple(one for one in lines if one.state != State.SUGGESTED),
        unread=tuple((_(one.reason), _page(one)) for one in record.unread(grant, document_id=document_id)),
    )


def told_by(grant: Grant, document_id: UUID) -> list[Line]:
    """What a document that has no page to show says, the newest first; what somebody set aside is left out."""
    items = [one for one in record.entries_of(grant, document_id=document_id) if one.state is not State.REJECTED]
    return _lines(grant, sorted(items, key=lambda one: (one.day is not None, one.day), reverse=True))


def _lines(grant: Grant, items: list[Item]) -> list[Line]:
    lines = [line(one, reader=grant.actor.name) for one in items]
    if grant.tie is not None and grant.tie.protected:  # who checked what she put in, and how they wrote it, is not told
        return [one for one in lines if one.mine or not one.settled]
    return lines


def _page(unread: Unread) -> int | None:
    place = places.read(unread.place)
    return place.page if place else None


@for_a_person
@require_GET
def read_from(request: HttpRequest, document_id: UUID, entry_id: UUID) -> HttpResponse:
    """The part of the paper that one reading stands on, as an image: to be compared with what was read."""
    grant = open_mine(request, Action.READ, document_id=document_id)
    drawn = record.excerpt(grant, document_id=document_id, entry_id=entry_id)
    return HttpResponse(drawn.data, content_type=drawn.media_type)


@for_a_person
@require_GET
def verifying(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    waiting = record.suggestions(grant)
    shown = sorted((one for one in waiting if one.source), key=_arrival)[:MANY]
    sources: list[tuple[Source | None, list[Line]]] = [
        (found[0].source, [line(one) for one in found])
        for _document, group in groupby(shown, key=lambda one: one.source and one.source.document_id)
        for found in [list(group)]
    ]
    context = {"current": "health", "section": "verifying", "total": len(waiting), "sources": sources}
    return render(request, "portal/verifying.html", context)


def _arrival(item: Item) -> tuple[float, str, str]:
    """The latest documents first, each in its own order."""
    assert item.source is not None
    return -item.received.timestamp(), str(item.source.document_id), item.id.hex


@for_a_person
@require_POST
def answer(request: HttpRequest, document_id: UUID, entry_id: UUID) -> HttpResponse:
    """Yes, no, or a former answer taken back."""
    said, now = request.POST.get("reponse", ""), timezone.now()
    if said not in ("oui", "non", "reprendre"):
        raise NotFound("Cette page n’existe pas.", code="no-such-answer")
    grant = act_on_mine(request, Action.SETTLE, document_id)
    if said == "reprendre":
        actions.unsettle(grant, entry_id=entry_id)
        tell(request, _("C’est de nouveau à vérifier."))
    else:
        actions.settle(grant, entry_id=entry_id, accepted=said == "oui", at=now)
        text = _("C’est confirmé.") if said == "oui" else _("C’est écarté : cette lecture ne sera plus montrée.")
        tell(request, text, undo=_undo(request, document_id, entry_id))
    return _back(request, document_id)


def _undo(request: HttpRequest, document_id: UUID, entry_id: UUID) -> Undo:
    address = reverse("portal:verify", args=[document_id, entry_id])
    return Undo(_("Annuler"), address, {"reponse": "reprendre", **_from_document(request)})


def _from_document(request: HttpRequest) -> dict[str, str]:
    return {"depuis": "document"} if _asked_from(request) else {}


def _asked_from(request: HttpRequest) -> bool:
    return "document" in (request.POST.get("depuis"), request.GET.get("depuis"))


def _back(request: HttpRequest, document_id: UUID) -> HttpResponse:
    if _asked_from(request):
        return redirect(reverse("portal:document", args=[document_id]) + "#lu")
    return redirect("portal:verifying")


class CorrectForm(forms.Form):
    """What was read, to be put right: a value and its unit where there is one, else a name, and how a medicine is taken."""

    value = forms.CharField(
        label=gettext_lazy("Valeur"),
        max_length=20,
        help_text=gettext_lazy("Comme sur le papier : « 2,1 », « < 0,01 »."),
    )
    unit = forms.CharField(label=gettext_lazy("Unité"), max_length=30, required=False)
    name = forms.CharField(label=gettext_lazy("Ce qui est écrit"), max_length=200)
    how = forms.CharField(label=gettext_lazy("Comment vous le prenez"), max_length=300, required=False)
    day = forms.DateField(label=gettext_lazy("Date"), required=False, widget=_DAY)

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name",) if _measured(item) else ("value", "unit"):
            del self.fields[name]
        if _measured(item) or not _taking(item.resource):
            del self.fields["how"]
        if _day_field(item.resource) is None:
            del self.fields["day"]

    def clean_value(self) -> str:
        value = str(self.cleaned_data["value"]).strip()
        if _NUMBER.fullmatch(value) is None:
            raise forms.ValidationError(_("Écrivez un nombre, comme sur le papier : « 2,1 » ou « < 0,01 »."))
        return value

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("Cette date est dans le futur. Vérifiez l’année."))
        return day


@for_a_person
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, document_id: UUID, entry_id: UUID) -> HttpResponse:
    """« Plutôt ceci » : the reading put right by her eye."""
    grant = act_on_mine(request, Action.SETTLE, document_id)
    item = record.entry(grant, entry_id=entry_id)
    if item.source is None or item.source.document_id != document_id or not _can_correct(item):
        raise NotFound("Cette page n’existe pas.", code="nothing-to-correct")
    if request.method == "POST":
        form = CorrectForm(item, request.POST)
        if form.is_valid():
            actions.settle(
                grant, entry_id=entry_id, accepted=True, corrected=corrected(item, form.cleaned_data), at=timezone.now()
            )
            tell(request, _("C’est corrigé et confirmé."), undo=_undo(request, document_id, entry_id))
            return _back(request, document_id)
    else:
        form = CorrectForm(item, initial=_as_read(item))
    context = {
        "current": "health",
        "item": item,
        "line": line(item),
        "form": form,
        "from_document": _asked_from(request),
    }
    return render(request, "portal/verify_correct.html", context, status=422 if form.errors else 200)


def _can_correct(item: Item) -> bool:
    return item.state in (State.SUGGESTED, State.CONFIRMED) and (
        _measured(item) or isinstance(item.resource.get(_named(item.resource)), dict)
    )


def _measured(item: Item) -> bool:
    return "valueQuantity" in item.resource


def _named(resource: dict[str, Any]) -> str:
    return _NAMED.get(str(resource["resourceType"]), "code")


def _day_field(resource: dict[str, Any]) -> str | None:
    return next((name for name in _DATED if name in resource), None)


def _as_read(item: Item) -> dict[str, Any]:
    resource = item.resource
    found: dict[str, Any] = {"day": item.day}
    if _measured(item):
        quantity = resource["valueQuantity"]
        sign = {code: shown for shown, code in _SIGNS.items()}.get(quantity.get("comparator", ""), "")
        number = str(quantity.get("value", "")).replace(".", ",")
        return found | {"value": f"{sign} {number}".strip(), "unit": quantity.get("unit", "")}
    return found | {"name": concepts.words(resource.get(_named(resource)), bare=True), "how": _how(resource)}


def _taking(resource: dict[str, Any]) -> str | None:
    """The element that says how a medicine is taken, when this resource has one."""
    return next((name for name in ("dosageInstruction", "dosage") if isinstance(resource.get(name), list)), None)


def _how(resource: dict[str, Any]) -> str:
    told = resource.get(_taking(resource) or "") or ()
    return ", puis ".join(dict.fromkeys(str(one["text"]) for one in told if isinstance(one, dict) and one.get("text")))


def corrected(item: Item, said: dict[str, Any]) -> dict[str, Any]:
    """The resource put right. What the misreading had led to (the text as printed, the flag) goes away with it.

    The code of the unit stays only if the unit does; codes of a name stay only if the name does.
    """
    resource: dict[str, Any] = copy.deepcopy(item.resource)
    if _measured(item):
        found = _NUMBER.fullmatch(said["value"])
        assert found is not None
        written = found["number"].replace(",", ".")
        quantity = resource["valueQuantity"]
        same_unit = said["unit"].strip() == (quantity.get("unit") or "")
        resource["valueQuantity"] = {
            "value": float(written) if "." in written else int(written),
            **({"comparator": _SIGNS[found["sign"]]} if found["sign"] else {}),
            **({"unit": said["unit"].strip()} if said["unit"].strip() else {}),
            **({key: quantity[key] for key in ("system", "code") if key in quantity} if same_unit else {}),
        }
        kept = [one for one in resource.get("extension", ()) if one.get("url") != AS_PRINTED]
        resource.pop("extension", None)
        resource.pop("interpretation", None)
        if kept:
            resource["extension"] = kept
    else:
        place = _named(resource)
        if said["name"] != concepts.words(resource[place], bare=True):
            resource[place] = {"text": said["name"]}
        if (taking := _taking(resource)) and (how := " ".join(said.get("how", "").split())) != _how(resource):
            resource[taking] = dosage.to_fhir(dosage.read(how))
            if not how:
                del resource[taking]
    if (day := said.get("day")) is not None and day != item.day and (place := _day_field(resource) or ""):
        resource[place] = day.isoformat()
    return resource
