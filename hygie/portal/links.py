"""Partager: a link for anybody, for a while. What it shows, who opened it, what they wrote, and how to end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.types import Action, Channel, Grant, RecordState, Secrets, Share
from hygie.base import config
from hygie.base.errors import Invalid, NotFound
from hygie.formats import smart_links, valuesets
from hygie.portal.cards import Card, card
from hygie.portal.opening import for_a_person, open_mine, person
from hygie.portal.sharing import tabs
from hygie.record import actions as record
from hygie.record import queries as recorded
from hygie.record.types import Author, Metadata, NewDocument
from hygie.ui import qr
from hygie.ui.told import tell

_SHOWN: Final = 30  # documents to choose among; any other one is shared from its own page
_LASTS: Final = {"1h": timedelta(hours=1), "1j": timedelta(days=1), "7j": timedelta(days=7), "30j": timedelta(days=30)}


class LinkForm(forms.Form):
    """What any link is made of. Whoever gives it says how the summary is called, how long it lasts, and what else."""

    summary = forms.BooleanField(required=False)
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("Des documents"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lasts = forms.ChoiceField(label=gettext_lazy("Pendant combien de temps ?"), widget=forms.RadioSelect)
    passcode = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        required=False,
        min_length=4,
        max_length=40,
        help_text=gettext_lazy("À donner à part, de vive voix. Après 10 essais faux, le lien se ferme."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"min_length": gettext_lazy("Le mot de passe a au moins 4 caractères.")},
    )
    empty: Any = gettext_lazy("Cochez le résumé, ou au moins un document.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("summary") and not cleaned.get("documents"):
            self.add_error("documents", self.empty)
        return cleaned


class ShareForm(LinkForm):
    summary = forms.BooleanField(
        label=gettext_lazy("Mon résumé de santé"),
        required=False,
        help_text=gettext_lazy("Problèmes, allergies, traitements, résultats, vaccins. Il reste à jour tout seul."),
    )
    lasts = forms.ChoiceField(
        label=gettext_lazy("Pendant combien de temps ?"),
        choices=(
            ("1h", gettext_lazy("1 heure")),
            ("1j", gettext_lazy("1 jour")),
            ("7j", gettext_lazy("7 jours")),
            ("30j", gettext_lazy("30 jours")),
        ),
        initial="1j",
        widget=forms.RadioSelect,
    )
    most = forms.ChoiceField(
        label=gettext_lazy("Combien de fois ?"),
        choices=(
            ("1", gettext_lazy("Une seule fois")),
            ("5", gettext_lazy("Cinq fois au plus")),
            ("", gettext_lazy("Autant de fois que voulu")),
        ),
        initial="5",
        required=False,
        widget=forms.RadioSelect,
    )
    spoken = forms.BooleanField(
        label=gettext_lazy("Me donner aussi un code à dire"),
        required=False,
        help_text=gettext_lazy("12 chiffres, pour quelqu’un au téléphone ou qui ne peut pas scanner."),
    )
    label = forms.CharField(
        label=gettext_lazy("Pour qui, pour quoi ?"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Pour vous y retrouver : vous seul le voyez."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@for_a_person
@require_GET
def links(request: HttpRequest) -> HttpResponse:
    """Every link she gave: the living ones first, who opened each, and what they left."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    now = timezone.now()
    found = queries.shares(grant)
    context = {
        "current": "sharing",
        "tabs": tabs("links"),
        "living": [_row(one) for one in found if one.live(now) and not one.card],
        "past": [_row(one) for one in found if not one.live(now)][:20],
        "notes": [(share, one) for share in found for one in share.viewings if one.note and not one.answered],
    }
    return render(request, "portal/links.html", context)


def _row(share: Share) -> dict[str, Any]:
    return {"share": share, "name": share.label or _label(share)}


def _label(share: Share) -> str:
    count = len(share.documents)
    parts = [_("Mon résumé")] if share.summary else []
    if count:
        parts.append(_("1 document") if count == 1 else _("%(n)d documents") % {"n": count})
    return " + ".join(parts)


@for_a_person
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What, for how long, how many times; then the link."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    if queries.settings(grant).state is RecordState.CLOSED:  # what is given there would open nothing
        return render(request, "portal/closed.html", {"current": "sharing"})
    wanted = request.GET.getlist("document") + request.POST.getlist("documents")
    cards = _choices(grant, wanted)
    data = request.POST if request.method == "POST" else None
    form = ShareForm(data, initial={"documents": wanted, "summary": not wanted})
    form.fields["documents"].choices = [(str(one.id), one.dated) for one in cards]  # type: ignore[attr-defined]
    context = {"current": "sharing", "form": form, "cards": cards, "hidden": _hidden(grant, wanted, cards)}
    if data is None or not form.is_valid():
        return render(request, "portal/link_new.html", context, status=200 if data is None else 422)
    said, now = form.cleaned_data, timezone.now()
    try:
        made = actions.share(
            open_mine(request, Action.SET_ACCESS), documents=[UUID(one) for one in said["documents"]],
            summary=said["summary"], label=said["label"], until=now + _LASTS[said["lasts"]],
            most=int(said["most"]) if said["most"] else None, passcode=said["passcode"], spoken=said["spoken"], at=now,
        )  # fmt: skip
    except Invalid as fault:
        form.add_error(fault.at if fault.at in form.fields else None, _(fault.public))
        return render(request, "portal/link_new.html", context, status=422)
    return redirect("portal:link", made)


def _choices(grant: Grant, wanted: list[str]) -> list[Card]:
    """What a link could show: her latest documents, and those that she came with; never one that she hides."""
    shown = [
        one for one in recorded.documents(grant) if queries.shareable(one.facts)
    ]  # fmt: skip
    return [card(one) for number, one in enumerate(shown) if number < _SHOWN or str(one.id) in wanted]


def _hidden(grant: Grant, wanted: list[str], shown: list[Card]) -> list[Card]:
    """Those that she came with and that no link shows: what she hides, a bill kept apart among them."""
    missing = set(wanted) - {str(one.id) for one in shown}
    found = [card(one) for one in recorded.documents(grant) if str(one.id) in missing] if missing else []
    return [one for one in found if one.hidden]


@for_a_person
@require_GET
def link(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """One link: its square, its address, its code; what it shows; who came."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    share = next((one for one in queries.shares(grant) if one.id == share_id), None)
    if share is None:
        raise NotFound(_("Ce partage n’existe pas."), code="no-such-share")
    context: dict[str, Any] = {"current": "sharing", "share": share, "name": share.label or _label(share)}
    if share.live(now := timezone.now()):
        held = queries.link(grant, share_id=share_id)
        context |= {
            "address": address(held), "smart": written(share, held), "live": True,
            "square": qr.drawing(written(share, held), label=_("Code à scanner : il ouvre ce partage")),
            "code": spaced(held.code) if share.spoken else "", "code_page": f"{_home()}/partage/",
            "soon": share.until - now < timedelta(days=1),
        }  # fmt: skip
    known = {one.id: one for one in recorded.documents(grant, status=None, archived=None)}
    context["papers"] = [card(known[one]) for one in share.documents if one in known]
    return render(request, "portal/link.html", context)


def _home() -> str:
    return config.get("HYGIE_PUBLIC_URL")


def address(held: Secrets) -> str:
    """The page that anyone opens."""
    return f"{_home()}/partage/{held.page}/"


def written(share: Share, held: Secrets) -> str:
    """The link that other people's software reads, with our page before it for whoever has none."""
    flags = smart_links.flags(
        passcode=share.passcode, files=share.summary + len(share.documents), lasting=share.most is None
    )
    inside = smart_links.Link(
        f"{_home()}/shl/{held.manifest}", held.key, flags, _("Documents de santé"), int(share.until.timestamp())
    )
    return smart_links.written(inside, viewer=address(held))


def spaced(code: str) -> str:
    return " ".join(code[at : at + 3] for at in range(0, len(code), 3))


@for_a_person
@require_POST
def end(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """It opens nothing any more, not even for whoever has it open."""
    actions.end_share(open_mine(request, Action.SET_ACCESS), share_id=share_id, at=timezone.now())
    tell(request, _("Ce partage est arrêté : le lien n’ouvre plus rien."))
    return redirect("portal:links")


@for_a_person
@require_POST
def note(request: HttpRequest, viewing_id: UUID) -> HttpResponse:
    """What a reader wrote: kept among her documents, or put aside. Nothing enters without her."""
    grant = open_mine(request, Action.SET_ACCESS)
    found = next((one for share in queries.shares(grant) for one in share.viewings if one.id == viewing_id), None)
    if found is None or not found.note:
        raise NotFound(_("Ce mot n’est plus ici."), code="no-such-note")
    now = timezone.now()
    actions.answer_note(grant, viewing_id=viewing_id, at=now)
    if request.POST.get("garder") != "oui":
        tell(request, _("Ce mot est mis de côté. Il n’est pas entré dans vos documents."))
        return redirect("portal:links")
    actor = person(request)
    assert actor is not None and actor.patient_id is not None
    record.add(actor=actor, patient_id=actor.patient_id, document=_paper(found.name, found.note, found.at, now), at=now)
    tell(request, _("Ce mot est rangé dans vos documents, avec le nom que la personne a donné."))
    return redirect("portal:links")


def _paper(name: str, text: str, written_on: datetime, now: datetime) -> NewDocument:
    said = _("Mot laissé par « %(name)s », nom donné par la personne elle-même et non vérifié.") % {"name": name}
    return NewDocument(
        metadata=Metadata(
            title=_("Mot de %(name)s") % {"name": name}, class_code=valuesets.class_of("DOCPAT03") or "90",
            type_code="DOCPAT03", type_system=valuesets.type_system("DOCPAT03"), media_type="text/plain",
            unique_id=f"urn:uuid:{uuid4()}", created=now, service_start=written_on, authors=(Author(name=name),),
            practice_setting="EXP_PATIENT",
        ),
        content=f"{said}\n\n{text}\n".encode(),
    )  # fmt: skip
