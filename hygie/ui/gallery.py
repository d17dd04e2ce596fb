"""The gallery: every component in every state, on one page. Samples only; it opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hygie.ui.bars import Bar
from hygie.ui.curve import Curve, Dot, Event, Lane
from hygie.ui.icons import ICONS
from hygie.ui.shelves import LOOKS
from hygie.ui.trend import Step

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


def _dots(*rows: tuple[str, float, str], low: float | None = None, high: float | None = None) -> list[Dot]:
    return [
        Dot(
            *(date.fromisoformat(day), value, f"{day} : {value}", f"{value}".replace(".", ","), place, low, high),
            sure=value != 3.4,
            bound="<" if value == 0.1 else "",
        )
        for day, value, place in rows
    ]


_TSH = _dots(
    *(
        ("2025-03-02", 6.8, "above"),
        ("2025-06-10", 4.3, "above"),
        ("2025-08-20", 3.4, "within"),
        ("2025-10-01", 0.1, "below"),
    ),
    *(("2025-12-01", 2.6, "within"), ("2026-03-12", 2.1, "within")),
    low=0.4,
    high=4.0,
)
_DOSES = _dots(("2025-03-10", 50, "unknown"), ("2025-06-15", 100, "unknown"), ("2025-10-05", 75, "unknown"))
_PULSE = _dots(*((f"2025-{month:02d}-05", 52 + month, "unknown") for month in range(3, 13)))
_CURVES = (
    Curve("TSH : 6,8 en mars 2025, 2,1 en mars 2026", [Lane("TSH", "mUI/L", _TSH)]),
    Curve(
        "TSH, dose de lévothyroxine et fréquence cardiaque",
        [
            Lane("TSH", "mUI/L", _TSH),
            Lane("Lévothyroxine", "µg par jour", _DOSES, steps=True),
            Lane("Fréquence cardiaque au repos", "par minute", _PULSE),
        ],
        [
            Event(date(2025, 6, 15), "15 juin 2025 : dose changée, 100 µg"),
            Event(date(2025, 9, 20), "Du 20 au 28 septembre 2025 : séjour à l’hôpital", date(2025, 9, 28)),
            Event(date(2025, 10, 5), "5 octobre 2025 : dose changée, 75 µg"),
        ],
    ),
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
        "curves": _CURVES,
        "steps": [Step("Code tapé", 330, "330", (("Cinq dates fausses", "10"),)), Step("Espace ouvert", 240, "240")],
        "bars": [("Mars", 120, "120"), ("Avril", 85, "85"), ("Mai", None, "masqué")],
        "shares": [Bar("Oui", 0.57, "57 %", 0.54, 0.6, before=0.49), Bar("Non", 0.43, "43 %", 0.4, 0.46)],
        "tones": ("info", "ok", "warning", "danger"),
        "acting_for": "Fatou, votre mère",
        "acting_back": "#couleurs",
        "dense": request.GET.get("dense") == "1",
    }
    return render(request, "ui/gallery.html", context)
