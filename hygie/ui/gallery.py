"""The gallery: every component in every state, on one page. Samples only; it opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hygie.ui.icons import ICONS
from hygie.ui.shelves import LOOKS

COLOURS = ("paper", "card", "sunken", "brand", "brand-soft", "new", "ok", "warning", "danger", "plum")
_AT = datetime(2026, 3, 20, 8, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Seer:
    kind: str
    name: str
    detail: str
    why: str
    until: datetime | None = None
    last_seen: datetime | None = None


_SEERS = (
    _Seer(
        "professional", "Dr Diallo", "médecin généraliste, Cabinet des Tilleuls", "vous l’avez choisi", last_seen=_AT
    ),
    _Seer("depositor", "Labo Seine", "laboratoire", "qui l’a déposé"),
    _Seer("emergency", "Un service d’urgence", "", "si votre vie est en jeu ; vous seriez prévenue"),
)


class _Sample(forms.Form):
    title = forms.CharField(label="Titre", help_text="Comme vous le diriez : « Radio du genou ».", max_length=120)
    kind = forms.ChoiceField(label="Catégorie", choices=[("a", "Ordonnance"), ("b", "Résultats")], required=False)
    day = forms.DateField(label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Un mot", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    who = forms.ChoiceField(
        label="Qui peut le voir ?",
        widget=forms.RadioSelect,
        choices=[("team", "Mon équipe de soins"), ("me", "Moi seulement")],
        help_text="Vous pourrez changer d’avis à tout moment.",
    )
    sure = forms.BooleanField(label="J’ai lu et compris", help_text="Rien n’est définitif.")


def gallery(request: HttpRequest) -> HttpResponse:
    wrong = _Sample({"title": "", "note": "…"}, auto_id="faux_%s")
    context = {
        "colours": COLOURS,
        "icons": sorted(ICONS),
        "shelves": list(LOOKS),
        "seers": _SEERS,
        "fresh": _Sample(initial={"who": "team"}),
        "wrong": wrong,
        "at": _AT,
        "tabs": [("Qui me suit", "#a", True), ("En urgence", "#b", False), ("Journal", "#c", False)],
        "filters": [("Tout", "#a", True), ("Ordonnances", "#b", False), ("Imagerie", "#c", False)],
        "tsh": [6.8, 4.3, 2.1],
        "tones": ("info", "ok", "warning", "danger"),
        "acting_for": "Fatou, votre mère",
        "acting_back": "#couleurs",
        "dense": request.GET.get("dense") == "1",
    }
    return render(request, "ui/gallery.html", context)
