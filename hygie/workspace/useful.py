"""The useful page: what a file opens to. The summary on the left, what is new on the right, search on top; one look.

Nothing here waits for a click: every line leads to its document in one, and everything is reached by keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions as access_actions
from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant
from hygie.base.addresses import reverse
from hygie.base.ids import uuid7
from hygie.formats import valuesets
from hygie.people.types import Actor
from hygie.record import actions, trends
from hygie.record import queries as record
from hygie.record.curves import mark, title
from hygie.record.summary import Absence, Chapter, Line, New, Section, Summary
from hygie.record.types import Author, Metadata, NewDocument
from hygie.ui.told import Undo, tell
from hygie.ui.words import in_full, since_when, spoken
from hygie.workspace.names import signature
from hygie.workspace.opening import Way, for_a_professional, nothing_here, open_patient, professional, way_of
from hygie.workspace.patient import heading, limits
from hygie.workspace.rows import Row, row
from hygie.workspace.visits import begun

SYNTHESIS, NOTE = "SYNTH", "11488-4"
_NEWS = 6  # shown before « et n autres »; fewer when each takes several lines, never fewer than
_AT_LEAST = 3
_LINES = 13  # of the column, under which the whole panel stands on a screen of 1280 x 800
_TITLE, _WHAT = 35, 40  # characters of a line: title and day, what it brings
_LATEST = 5  # documents shown at a first visit, when nothing is news
_QUESTIONS = 5
_PAGES = {Chapter.RESULTS: "workspace:result", Chapter.TREATMENTS: "workspace:treatment"}


@dataclass(frozen=True, slots=True)
class Part:
    """One section on the page: each line with the address it opens ("" when it comes from no document)."""

    lines: list[tuple[Line, str]]
    none_known: Absence | None
    more: int
    no_device: Absence | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask the record, in one click."""

    label: str
    words: str


@for_a_professional
@require_GET
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The file of one patient. An author who looks at her own deposits has no summary: she has her list."""
    way = way_of(request)
    if way.own:
        return redirect(reverse("workspace:documents", args=[patient_id]) + way.query)
    grant = open_patient(request, patient_id, Action.LIST, way=way, channel=Channel.LIST)
    with access_actions.sitting(grant):
        context = _context(grant, way)
    return begun(request, render(request, "workspace/useful.html", context), patient_id)


def _context(grant: Grant, way: Way) -> dict[str, Any]:
    since = access.last_visit(grant)
    found = record.summary(grant, since=since)
    top = heading(grant, way)
    news = fitting(found.news.shown)
    return top | {
        "summary": found,
        "since": since,
        "since_said": since_when(since, today=timezone.localdate(grant.at)) if since else "",
        "sections": {str(one.chapter): part(one, grant.patient_id, way) for one in found.sections},
        "synthesis": found.synthesis,
        "pins": record.pins(grant),
        "latest": [] if since else record.documents(grant, limit=_LATEST),
        "read_until": grant.at.isoformat(),
        "shown_news": news,
        "more_news": len(found.news.shown) - len(news),
        "folded": folded(found),
        "fresh_address": f"{reverse('workspace:documents', args=[grant.patient_id])}?{urlencode({'nouveau': 1})}",
        "fresh_results": any(line.new for line in found.section(Chapter.RESULTS).lines),
        "questions": questions(found, reader=signature(grant.actor)),
        "limits": limits(top["way_in"]),
        "keys": True,
        "may_write": SYNTHESIS in access.writable(grant.actor) and not way.urgent,
    }


def part(section: Section, patient_id: UUID, way: Way) -> Part:
    def address(line: Line) -> str:
        if section.chapter in _PAGES and line.key:
            return reverse(_PAGES[section.chapter], args=[patient_id, mark(patient_id, line.key)]) + way.query
        if line.source is None:
            return ""
        return reverse("workspace:document", args=[patient_id, line.source.document_id]) + way.query

    return Part([(line, address(line)) for line in section.lines], section.none_known, section.more, section.no_device)


def fitting(news: Sequence[New]) -> list[New]:
    """Those that stand on one screen with the rest of the page, the latest first; the others are one click away."""
    kept: list[New] = []
    left = _LINES
    for one in news[:_NEWS]:
        left -= ceil((len(one.document.metadata.title) + 18) / _TITLE) + ceil(len(one.what) / _WHAT)
        if left < 0 and len(kept) >= _AT_LEAST:
            break
        kept.append(one)
    return kept


def folded(found: Summary) -> str:
    """« 6 renouvellements et 2 doublons repliés »; "" when nothing is folded."""
    renewals, repeats = len(found.news.renewals), len(found.news.repeats)
    said = []
    if renewals:
        said.append(_("%(n)s renouvellements") % {"n": renewals} if renewals > 1 else _("1 renouvellement"))
    if repeats:
        said.append(_("%(n)s doublons") % {"n": repeats} if repeats > 1 else _("1 doublon"))
    if renewals + repeats == 1:
        return _("%(what)s replié") % {"what": said[0]}
    return _("%(what)s repliés") % {"what": _(" et ").join(said)} if said else ""


def questions(found: Summary, *, reader: Author) -> list[Question]:
    """What this very record can answer: its results that matter, its imaging, the letters of the reader's colleagues."""
    asked = [Question(spoken(one.text), one.text) for one in found.section(Chapter.RESULTS).lines[:3]]
    asked.append(Question(_("Imagerie"), "imagerie"))
    doctors_first = sorted(found.section(Chapter.CIRCLE).lines, key=lambda line: not line.text.startswith(("Dr", "Pr")))
    for line in doctors_first:
        if line.marked and line.key not in (reader.rpps, reader.name) and len(asked) < _QUESTIONS:
            asked.append(
                Question(_("Courriers de %(name)s") % {"name": line.text}, f"courrier {line.text.split()[-1]}")
            )
    return asked[:_QUESTIONS]


@for_a_professional
@require_POST
def all_read(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """« Tout est lu »: what is new starts from the page where it was said, for this professional alone.

    What came in while she was reading that page stays new: she has not seen it.
    """
    way = way_of(request)
    if way.own:
        raise nothing_here()
    grant = open_patient(request, patient_id, Action.LIST, way=way)
    before = access.last_visit(grant)
    access_actions.all_read(grant, at=_until(request.POST.get("jusqua", ""), grant.at))
    undo = (
        Undo(_("Annuler"), request.get_full_path(), {"jusqua": before.isoformat(), "annuler": "oui"})
        if before
        else None
    )
    if request.POST.get("annuler"):
        tell(request, _("Ce qui était nouveau l’est de nouveau."))
    else:
        tell(request, _("C’est noté : seul ce qui est arrivé depuis sera nouveau."), undo=undo)
    return redirect(reverse("workspace:patient", args=[patient_id]) + way.query)


def _until(said: str, now: datetime) -> datetime:
    """The moment of the page where it was said; now when it does not say, or says what is still to come."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return now
    return now if moment.tzinfo is None else min(moment, now)


@for_a_professional
@require_GET
def search(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Everything in the record that answers some words."""
    way = way_of(request)
    words = request.GET.get("mots", "").strip()
    # It shows nothing of what is new: it must not say that she has seen it.
    grant = open_patient(request, patient_id, Action.LIST, way=way)
    if way.own and not record.documents(grant, limit=1):
        raise nothing_here()
    found = record.search(grant, words=words)
    context = heading(grant, way) | {
        "words": words,
        "answer": found,
        "hits": _folded_alike(found.hits, grant.actor),
        "values": [
            (trends.sentence(one, say=_, day=in_full, name=title(one)), reverse("workspace:result", args=[patient_id, mark(patient_id, one.key)]))
            for one in found.series
        ],
        "instead": [said for _written, said in found.instead],
    }  # fmt: skip
    return render(request, "workspace/search.html", context)


def _folded_alike(hits: Sequence[record.Hit], reader: Actor) -> list[tuple[record.Hit, Row, list[Row]]]:
    """Forty renewals are one line: the first of those with one title, type and author, and the others behind it."""
    groups: dict[tuple[str, ...], list[tuple[record.Hit, Row]]] = {}
    for hit in hits:
        told = row(hit.document, actor=reader)
        groups.setdefault((told.title, told.kind, told.by), []).append((hit, told))
    return [(*same[0], [told for _hit, told in same[1:]]) for same in groups.values()]


class SynthesisForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Votre synthèse"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Elle se lit en tête du dossier, signée et datée. La précédente reste consultable."),
        error_messages={"required": gettext_lazy("Écrivez au moins une phrase.")},
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Votre mot"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Il apparaît dans les nouveautés de vos confrères. La personne le lit aussi."),
        error_messages={"required": gettext_lazy("Écrivez au moins une phrase.")},
    )


@for_a_professional
@require_http_methods(["GET", "POST"])
def synthesis(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write one's synthesis; the form starts from one's own latest, never from another's."""
    way = way_of(request)
    # Depositing needs no right to read: these pages do, or writing would tell that a record is there.
    grant = open_patient(request, patient_id, Action.LIST, way=way, channel=Channel.VIEW)
    if request.method == "POST":
        form = SynthesisForm(request.POST)
        if form.is_valid():
            return _written(request, patient_id, form.cleaned_data["text"], SYNTHESIS, _("Synthèse médicale"))
        status = 422
    else:
        form, status = SynthesisForm(), 200
    told = record.summary(grant).synthesis
    if request.method == "GET" and told is not None and told.author == grant.actor.name:
        form = SynthesisForm(initial={"text": told.text})
    context = heading(grant, way) | {"form": form, "synthesis": told}
    return render(request, "workspace/synthesis.html", context, status=status)


@for_a_professional
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Leave a word for colleagues: a dated, signed text among the documents."""
    way = way_of(request)
    form = NoteForm(request.POST or None)
    grant = open_patient(request, patient_id, Action.READ_IDENTITY, way=way, channel=Channel.VIEW)
    if request.method == "POST" and form.is_valid():
        title = _("Mot de %(name)s") % {"name": professional(request).name}
        return _written(request, patient_id, form.cleaned_data["text"], NOTE, title)
    context = heading(grant, way) | {"form": form}
    return render(request, "workspace/note.html", context, status=422 if request.method == "POST" else 200)


def _written(request: HttpRequest, patient_id: UUID, text: str, kind: str, title: str) -> HttpResponse:
    """Deposited like any document: decided, sealed, journaled; with a way back."""
    actor = professional(request)
    receipt = actions.add(
        actor=actor, patient_id=patient_id, document=as_document(actor, text, kind, title), at=timezone.now(),
        source="workspace",
    )  # fmt: skip
    undo = Undo(_("Retirer"), reverse("workspace:withdraw", args=[patient_id, receipt.id]), {"retour": "dossier"})
    tell(request, _("C’est écrit, signé de votre nom et daté. La personne le lit dans son espace."), undo=undo)
    return redirect("workspace:patient", patient_id)


def as_document(actor: Actor, text: str, kind: str, title: str) -> NewDocument:
    """A text signed by this professional. The words stand in the description too: a summary opens no content."""
    now = timezone.now()
    return NewDocument(
        metadata=Metadata(
            title=title, class_code=valuesets.class_of(kind) or "11", type_code=kind, type_system=valuesets.type_system(kind),
            media_type="text/plain", unique_id=f"urn:uuid:{uuid7()}", created=now, service_start=now, description=text,
            authors=(signature(actor),),
        ),
        content=f"{title}\n{actor.name}, {timezone.localdate():%d/%m/%Y}\n\n{text}\n".encode(),
    )  # fmt: skip
