"""Vos avis: where she is told that something happened, of what, and how to be told less. One page, no script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access.types import Action
from hygie.base import sending
from hygie.base.errors import HygieError, Invalid, NotFound
from hygie.base.reading import reading
from hygie.base.visitor import address_of
from hygie.messages import actions, queries
from hygie.messages.types import MAY_STOP, By, Kind
from hygie.portal.entering import CodeForm
from hygie.portal.opening import for_a_person, open_mine
from hygie.ui.told import tell

_BY = {"courriel": By.MAIL, "message": By.TEXT, "lettre": By.LETTER}
_LOOKS = {
    By.MAIL: (gettext_lazy("Par courriel"), "document"),
    By.TEXT: (gettext_lazy("Par message sur un téléphone"), "message"),
    By.LETTER: (gettext_lazy("Par lettre"), "card"),
}
_ASKED = {
    By.MAIL: (gettext_lazy("Votre adresse électronique"), gettext_lazy("Comme amina@exemple.fr."), "email"),
    By.TEXT: (gettext_lazy("Votre numéro de mobile"), gettext_lazy("Comme 06 39 98 12 34."), "tel"),
    By.LETTER: (
        gettext_lazy("Votre nom et votre adresse"),
        gettext_lazy("Comme sur une enveloppe, de 3 à 6 lignes."),
        "street-address",
    ),
}
KINDS = {
    Kind.NEW_STRUCTURE: gettext_lazy("Une équipe ouvre votre espace pour la première fois"),
    Kind.DELEGATION: gettext_lazy("Ce que d’autres peuvent faire pour vous change"),
    Kind.ANSWERED: gettext_lazy("Une réponse à ce que vous avez signalé vous attend"),
    Kind.EMERGENCY: gettext_lazy("Un médecin ouvre votre espace en urgence"),
    Kind.NEW_WAY: gettext_lazy("Une façon d’entrer est ajoutée"),
    Kind.NEW_DEVICE: gettext_lazy("On entre dans votre espace depuis un nouvel appareil"),
}


class ContactForm(forms.Form):
    to = forms.CharField(max_length=400)

    def __init__(self, by: By, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, hint, fills = _ASKED[by]
        self.fields["to"].label, self.fields["to"].help_text = label, hint
        if by is By.LETTER:
            self.fields["to"].widget = forms.Textarea(attrs={"rows": 5, "autocomplete": fills})
        else:
            self.fields["to"].widget.attrs |= {"autocomplete": fills, "type": "tel" if by is By.TEXT else "email"}


@for_a_person
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.SET_ACCESS)
    held = queries.contacts(grant)
    stopped = held[0].stopped if held else frozenset()
    context = {
        "current": "account",
        "contacts": [{"contact": one, "look": _LOOKS[one.by][0], "icon": _LOOKS[one.by][1]} for one in held],
        "ways": [(name, _LOOKS[by][0]) for name, by in _BY.items() if by in sending.open_ways()],
        "kinds": [(kind, words, kind in MAY_STOP, kind not in stopped) for kind, words in KINDS.items()],
        "told": [{"notice": one, "words": KINDS[one.kind]} for one in queries.notices(grant)],
    }
    return render(request, "portal/notices.html", context)


@for_a_person
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, by: str) -> HttpResponse:
    """An address; a code leaves for it."""
    way = _BY.get(by)
    if way is None or way not in sending.open_ways():
        raise NotFound(_("Cette façon d’être prévenu n’existe pas ici."), code="no-such-way")
    form = ContactForm(way, request.POST or None)
    if form.is_valid():
        grant = open_mine(request, Action.SET_ACCESS)
        try:
            contact_id = actions.ask_contact(
                grant, by=way, to=form.cleaned_data["to"], address=address_of(request), at=grant.at
            )
        except HygieError as fault:
            form.add_error("to", _(fault.public))
        else:
            return redirect("portal:prove-contact", contact_id)
    context = {"current": "account", "look": _LOOKS[way][0], "form": form}
    return render(request, "portal/notice_add.html", context, status=422 if form.is_bound else 200)


@for_a_person
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The code that arrived there, in a minute or in days: a letter's is given whenever it comes."""
    grant = open_mine(request, Action.SET_ACCESS)
    contact = next((one for one in queries.contacts(grant) if one.id == contact_id and one.proved is None), None)
    if contact is None:
        raise NotFound(_("Cette adresse n’attend pas de code."), code="no-such-contact")
    form = CodeForm(request.POST or None)
    if contact.by is By.LETTER:
        form.fields["code"].help_text = _("Six chiffres, en grand sur la lettre. Ils servent pendant trente jours.")
    if form.is_valid():
        try:
            actions.prove_contact(grant, contact_id, code=form.cleaned_data["code"], at=grant.at)
        except HygieError as fault:
            form.add_error("code", _(fault.public))
        else:
            tell(request, _("C’est fait : nous vous préviendrons à cette adresse."))
            return redirect("portal:notices")
    context = {"current": "account", "look": _LOOKS[contact.by][0], "form": form, "sent": contact}
    return render(request, "portal/notice_add.html", context, status=422 if form.is_bound else 200)


@for_a_person
@require_POST
def remove(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    actions.remove_contact(open_mine(request, Action.SET_ACCESS), contact_id)
    tell(request, _("C’est fait : plus rien ne part vers cette adresse."))
    return redirect("portal:notices")


@for_a_person
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Of what she is told: what is not ticked stops, except what protects her."""
    wanted = set(request.POST.getlist("genre"))
    if not wanted <= set(KINDS):
        raise Invalid(_("Choisissez dans la liste."), code="unknown-kind")
    actions.stop_notices(open_mine(request, Action.SET_ACCESS), [kind for kind in MAY_STOP if kind not in wanted])
    tell(request, _("C’est enregistré."))
    return redirect("portal:notices")


@csrf_exempt  # a mailbox posts it by itself (RFC 8058); the token is the permission, for this one thing
@reading
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, stop: str) -> HttpResponse:
    """One tap in an e-mail, signed in or not. Looking stops nothing: mailboxes look at links by themselves."""
    kind = queries.stops(stop) if request.method == "GET" else actions.stop_by_token(stop)
    context = {"words": KINDS[kind], "done": request.method == "POST"}
    return render(request, "portal/notice_stop.html", context)
