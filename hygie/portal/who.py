"""Qui peut voir mes informations: the whole record on one page to read, computed by the rules that decide; and the limits
of each one that the person let in: which categories, which documents, until when."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.types import Action, Channel, Grant, Member
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.formats.accents import without_accents
from hygie.portal.cards import card
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.until import Until
from hygie.portal.words_of_help import categories, named
from hygie.record import queries as record
from hygie.ui.told import tell

_SHOWN: Final = 30  # documents to choose among; a word finds any other


class LimitForm(forms.Form):
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("Ce qui lui est montré"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Rien de coché : tout ce que sa profession peut lire."),
    )
    until = Until(help_text=gettext_lazy("Sans date, l’accès dure tant que vous ne le retirez pas."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["classes"].choices = categories()  # type: ignore[attr-defined]


@for_a_person
@require_GET
def who(request: HttpRequest) -> HttpResponse:
    """Everyone who can open the record today and why; what each may see; the documents that differ from the rest."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    settings = queries.settings(grant)
    held = record.documents(grant)
    hidden = [card(one) for one in held if card(one).hidden]
    titles = {one.id: card(one).title for one in held}
    members = [
        {
            "member": one,
            "classes": named(one.classes or ()),
            "without": [(each, titles[each]) for each in one.without if each in titles],
        }
        for one in settings.circle
    ]
    context = {
        "current": "sharing", "viewers": queries.explain(grant, None), "settings": settings, "members": members,
        "hidden": hidden, "on": timezone.now(), "count": len(held),
    }  # fmt: skip
    return render(request, "portal/who.html", context)


@for_a_person
@require_http_methods(["GET", "POST"])
def limit(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """What one member of the circle may see, and until when."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    member = _member(grant, member_id)
    initial = {
        "classes": sorted(member.classes or ()),
        "until": timezone.localdate(member.until) if member.until else None,
    }
    form = LimitForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        until = timezone.make_aware(datetime.combine(said["until"], time.max)) if said["until"] else None
        actions.limit_member(
            open_mine(request, Action.SET_ACCESS), member_id=member_id, until=until, at=timezone.now(),
            classes=frozenset(said["classes"]) or None,
        )  # fmt: skip
        tell(request, _("C’est changé dès maintenant."))
        return redirect("portal:who")
    titles = {one.id: card(one).dated for one in record.documents(grant)}
    words = " ".join(request.GET.get("mots", "").split())[:80]
    papers = [(one, title) for one, title in titles.items() if one not in member.without]
    found = [one for one in papers if _plain(words) in _plain(one[1])]
    context = {
        "current": "sharing", "member": member, "form": form, "asked": words, "found": found[:_SHOWN],
        "kept": [(one, titles[one]) for one in member.without if one in titles],
        "papers": papers, "many": len(papers) > _SHOWN, "left": max(0, len(found) - _SHOWN),
    }  # fmt: skip
    return render(request, "portal/limit.html", context, status=422 if form.errors else 200)


def _plain(words: str) -> str:
    return without_accents(words.replace("\xa0", " ")).casefold()


@for_a_person
@require_POST
def keep_from(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """One document kept from one member alone, or shown again."""
    try:
        document_id = UUID(request.POST.get("document", ""))
    except ValueError:
        raise NotFound(_("Ce document n’est pas ici."), code="no-such-document") from None
    record.document(open_mine(request, Action.LIST, channel=Channel.LIST), document_id=document_id)
    kept = request.POST.get("montrer") != "oui"
    actions.keep_from(
        open_mine(request, Action.SET_ACCESS),
        member_id=member_id,
        document_id=document_id,
        kept=kept,
        at=timezone.now(),
    )
    text = (
        _("Ce professionnel ne voit plus ce document.") if kept else _("Ce professionnel voit de nouveau ce document.")
    )
    tell(request, text)
    return redirect(f"{reverse('portal:limit', args=[member_id])}#documents")


def _member(grant: Grant, member_id: UUID) -> Member:
    found = next((one for one in queries.settings(grant).circle if one.id == member_id), None)
    if found is None:
        raise NotFound(_("Cette personne n’est plus dans votre cercle de soins."), code="no-such-member")
    return found
