"""La carte d'urgence: what she chose to be told if she cannot speak; on paper, on a locked screen, by a square, in eight languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import actions, queries
from hygie.access.types import Action, Channel, Grant, Share
from hygie.base.errors import NotFound
from hygie.formats import emergency_words as words
from hygie.formats import wallet
from hygie.people.types import Identity
from hygie.portal.links import address
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record
from hygie.record.queries import CardSection
from hygie.ui import downloads, qr
from hygie.ui.told import tell

_LASTS: Final = timedelta(days=365)
_CHAPTERS: Final = ("allergies", "treatments", "problems", "devices", "blood")


class InItsOwnLanguage(forms.Select):
    """Languages by their own names, each said in its own language."""

    def create_option(self, name: str, value: Any, *more: Any, **options: Any) -> dict[str, Any]:
        made = super().create_option(name, value, *more, **options)
        made["attrs"]["lang"] = str(value)
        return made


class CardForm(forms.Form):
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Ce que dit ma carte"),
        choices=(
            ("allergies", gettext_lazy("Mes allergies")),
            ("treatments", gettext_lazy("Mes traitements")),
            ("problems", gettext_lazy("Mes maladies")),
            ("devices", gettext_lazy("Ce que je porte : pacemaker, pompe…")),
            ("blood", gettext_lazy("Mon groupe sanguin, s’il est écrit sur un document")),
            ("contacts", gettext_lazy("Qui prévenir")),
        ),
        initial=["allergies", "treatments", "problems", "devices", "blood", "contacts"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez au moins une ligne.")},
    )
    first = forms.CharField(
        label=gettext_lazy("Première personne à prévenir"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Son prénom et son téléphone, avec +33 si vous voyagez."),
    )
    second = forms.CharField(label=gettext_lazy("Deuxième personne"), required=False, max_length=80)
    language = forms.ChoiceField(
        label=gettext_lazy("Avec le français, ma carte parle"), required=False, widget=InItsOwnLanguage
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, name) for code, name in words.words().languages.items() if code != "fr"]
        self.fields["language"].choices = known  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it is read. known, told: the words, and the detail, are of the glossary; otherwise as they were written."""

    text: str
    detail: str
    told: bool
    known: bool
    grave: bool
    by_patient: bool
    source: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    title: str
    lines: tuple[Said, ...]
    empty: str


def parts(found: Sequence[CardSection], contacts: Sequence[str], language: str) -> list[Part]:
    """The card in one language."""
    made = []
    for one in found:
        if one.key in ("devices", "blood") and not one.lines:
            continue
        lines = []
        for line in one.lines:
            text, known = words.said(line.text, language, line.codings)
            lines.append(
                Said(
                    text,
                    *words.detail(line.detail, language),
                    known or language == "fr" or one.key == "blood",
                    line.grave,
                    line.by_patient,
                    line.source,
                    line.day,
                )
            )
        empty = words.label("none" if one.none else "unsaid", language)
        made.append(Part(one.key, words.label(one.key, language), tuple(lines), empty))
    if contacts:
        said = tuple(Said(one, "", True, True, False, False, "", None) for one in contacts)
        made.append(Part("contacts", words.label("contacts", language), said, ""))
    return made


def context_of(
    found: Sequence[CardSection], contacts: Sequence[str], identity: Identity, language: str, on: date
) -> dict[str, Any]:
    """What the template of a card needs."""
    return {
        "language": language, "rtl": language in words.RIGHT_TO_LEFT, "identity": identity, "on": on,
        "parts": parts(found, contacts, language), "source": words.words().source, "as_of": words.words().as_of,
        "label": {name: said[language] for name, said in words.words().labels.items()},
    }  # fmt: skip


def language_of(request: HttpRequest, fallback: str = "fr") -> str:
    asked = request.GET.get("langue", "")
    return asked if asked in words.words().languages else fallback


def _mine(grant: Grant) -> Share | None:
    now = timezone.now()
    return next((one for one in queries.shares(grant) if one.card and one.live(now)), None)


def _have(grant: Grant) -> Share:
    found = _mine(grant)
    if found is None:
        raise NotFound(_("Vous n’avez pas encore de carte d’urgence."), code="no-card")
    return found


def _contacts(share: Share) -> list[str]:
    return list(share.details.get("contacts", ())) if "contacts" in (share.sections or ()) else []


def _drawn(grant: Grant, share: Share, language: str) -> dict[str, Any]:
    found = record.emergency_card(grant, wanted=share.sections or _CHAPTERS).sections
    return context_of(found, _contacts(share), queries.identity(grant), language, timezone.localdate())


@for_a_person
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    """Her choices, and the card as it is read today."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    share = _mine(grant)
    form = CardForm(request.POST if request.method == "POST" else None, initial=_initial(share))
    if request.method == "POST" and form.is_valid():
        _keep(request, share, form.cleaned_data)
        tell(request, _("Votre carte d’urgence est prête. Une carte déjà imprimée garde le même carré."))
        return redirect("portal:card")
    context: dict[str, Any] = {"current": "sharing", "form": form, "share": share, "languages": words.words().languages}
    if share is not None:
        language = language_of(request)
        context |= _drawn(grant, share, language)
        context["square"] = _square(grant, share)
    return render(request, "portal/card.html", context, status=422 if form.errors else 200)


def _initial(share: Share | None) -> dict[str, Any]:
    if share is None:
        return {"language": "en"}
    contacts: list[str] = [*share.details.get("contacts", []), "", ""]
    first, second = contacts[:2]
    return {
        "sections": list(share.sections or ()), "first": first, "second": second,
        "language": share.details.get("language", "en"),
    }  # fmt: skip


def _keep(request: HttpRequest, share: Share | None, said: dict[str, Any]) -> None:
    settling, now = open_mine(request, Action.SET_ACCESS), timezone.now()
    contacts = [" ".join(said[name].split()) for name in ("first", "second") if said[name].strip()]
    details = {"contacts": contacts, "language": said["language"] or "en"}
    if share is not None:
        actions.change_card(
            settling, share_id=share.id, sections=said["sections"], details=details, until=now + _LASTS
        )  # fmt: skip
        return
    actions.share(
        settling, summary=True, sections=said["sections"], until=now + _LASTS, card=True, details=details, at=now
    )  # fmt: skip


def _square(grant: Grant, share: Share) -> str:
    held = queries.link(grant, share_id=share.id)
    return qr.drawing(address(held), label=_("Code à scanner : il ouvre la carte d’urgence"))


@for_a_person
@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    """A page to print, in any of the languages."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    share = _have(grant)
    language = language_of(request)
    context = _drawn(grant, share, language) | {"square": _square(grant, share), "languages": words.words().languages}
    return render(request, "portal/card_paper.html", context | {"current": "sharing", "share": share})


@for_a_person
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """One file that opens with no network, in every language: to keep on a telephone."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    share = _have(grant)
    found = record.emergency_card(grant, wanted=share.sections or _CHAPTERS).sections
    identity = queries.identity(grant)
    first = share.details.get("language", "en")
    order = sorted(words.words().languages, key=lambda code: (code not in ("fr", first), code != "fr"))
    cards = [context_of(found, _contacts(share), identity, code, timezone.localdate()) for code in order]
    body = render_to_string("portal/card_offline.html", {"cards": cards, "languages": words.words().languages})
    return downloads.download(body.encode(), "carte-urgence.html")


@for_a_person
@require_GET
def wallet_pdf(request: HttpRequest) -> HttpResponse:
    """The size of a bank card, to print, cut out and fold."""
    return downloads.download(wallet.pdf(_wallet(request)), "carte-urgence.pdf")


@for_a_person
@require_GET
def screen(request: HttpRequest) -> HttpResponse:
    """An image for a locked screen."""
    return downloads.download(wallet.screen(_wallet(request)), "carte-urgence.png")


def _wallet(request: HttpRequest) -> wallet.Wallet:
    """French and her second language together."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    share = _have(grant)
    spoken = ["fr", share.details.get("language", "en")]
    found = record.emergency_card(grant, wanted=share.sections or _CHAPTERS).sections
    identity = queries.identity(grant)
    told = [parts(found, _contacts(share), code) for code in spoken]
    rows = tuple(
        wallet.Row(_together(zip(spoken, (one.title for one in same), strict=True)), _lines(same, spoken))
        for same in zip(*told, strict=True)
    )
    foot = f"{words.label('dated', 'fr')} {timezone.localdate():%d/%m/%Y}. {words.words().source}."
    return wallet.Wallet(
        title=_together((code, words.label("title", code)) for code in spoken), name=identity.display_name,
        under=_born(_together((code, words.label("born", code)) for code in spoken), f" {identity.traits.birth_date}"),
        rows=rows, foot=foot,
        link=address(queries.link(grant, share_id=share.id)),
    )  # fmt: skip


def _together(said: Iterable[tuple[str, str]]) -> wallet.Words:
    """(language, words): each once, on one line, or each on its own when they are not written the same way."""
    each = [(code, text) for text, code in reversed({text: code for code, text in reversed(list(said))}.items())]
    between = "\n" if words.RIGHT_TO_LEFT & {code for code, _ in each} else " / "
    return tuple(piece for one in each for piece in (("fr", between), one))[1:]


def _born(label: wallet.Words, day: str) -> wallet.Words:
    """The day stands with the French when the other language is written from right to left."""
    at = label.index(("fr", "\n")) if ("fr", "\n") in label else len(label)
    return (*label[:at], ("fr", day), *label[at:])


def _lines(same: Sequence[Part], spoken: Sequence[str]) -> tuple[wallet.Words, ...]:
    """Each thing once, in both languages when they differ; what has no term stands in French between quotation marks."""
    if not same[0].lines:
        return (_together(zip(spoken, (one.empty for one in same), strict=True)),)
    apart = bool(words.RIGHT_TO_LEFT & set(spoken))
    lines: list[wallet.Words] = []
    for each in zip(*(one.lines for one in same), strict=True):
        first, known = each[0], [(code, one) for code, one in zip(spoken, each, strict=True) if one.known]
        if apart:
            lines.append(_together((code, _alone(one, code)) for code, one in known) or (("fr", first.text),))
            continue
        said = _together((code, one.text) for code, one in known) if each[-1].known else (("fr", f"« {first.text} »"),)
        grave = _together((code, words.label("grave", code)) for code in spoken) if first.grave else ()
        said = (*said, ("fr", " ("), *grave, ("fr", ")")) if grave else said
        lines.append((*said, ("fr", f", {first.detail}")) if first.detail else said)
    return tuple(lines)


def _alone(line: Said, language: str) -> str:
    """A line in one language; what was written by hand (`detail`) stands with the French."""
    grave = f" ({words.label('grave', language)})" if line.grave else ""
    return f"{line.text}{grave}{', ' + line.detail if line.detail and language == 'fr' else ''}"


def shared_card(grant: Grant, sections: Sequence[str], identity: Identity, language: str) -> dict[str, Any]:
    """The card as whoever holds its link reads it: those sections, and nothing else."""
    contacts = queries.card_details(grant).get("contacts", ()) if "contacts" in sections else ()
    found = record.emergency_card(grant, wanted=[one for one in sections if one in _CHAPTERS]).sections
    return context_of(found, contacts, identity, language, timezone.localdate())
