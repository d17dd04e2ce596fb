"""A clean page for whoever holds a link: no account, no menu; what was shared, and a word to leave.

The page that asks for a name is the same for every link, good or not. One opening lasts an hour: a signed cookie, for these
addresses alone, says which; the gate decides at each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.actions import open_record
from hygie.access.types import Action, Entered, Grant, Purpose, Request
from hygie.base.addresses import reverse
from hygie.base.errors import HygieError, NotFound, Refused
from hygie.base.pace import Pace
from hygie.base.reading import reading
from hygie.base.visitor import address_of
from hygie.formats import display
from hygie.formats.emergency_words import words as spoken
from hygie.portal.account import born
from hygie.portal.cards import card
from hygie.portal.emergency_card import language_of, shared_card
from hygie.portal.verifying import told_by
from hygie.record import queries as record
from hygie.record.actions import open_to_read
from hygie.ui import downloads

_COOKIE: Final = "__Secure-partage" if settings.SESSION_COOKIE_SECURE else "partage"
_PATH: Final = "/partage/"
_SALT: Final = "hygie.partage"
_HOUR: Final = 3600
_FIRST_PAGES: Final = 4
_TRIES = Pace(0.2)  # codes to say: one each five seconds from one place
View = Callable[..., HttpResponse]


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Qui êtes-vous ?"),
        max_length=80,
        help_text=gettext_lazy("Votre nom, votre fonction. La personne le verra."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    passcode = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Seulement si la personne vous en a donné un."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class CodeForm(NameForm):
    code = forms.CharField(
        label=gettext_lazy("Le code"),
        max_length=24,
        help_text=gettext_lazy("12 chiffres."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ("code", "name", "passcode")

    def clean_code(self) -> str:
        digits = "".join(self.cleaned_data["code"].split())
        if not (digits.isdecimal() and len(digits) == 12):
            raise forms.ValidationError(_("Ce code a 12 chiffres."))
        return digits


@reading
@require_http_methods(["GET", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """Somebody was told a code."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _TRIES.wait(address_of(request), timezone.now().timestamp()):
            form.add_error(None, _("Trop d’essais à la suite. Attendez un instant, puis recommencez."))
        else:
            return _enter(request, form, way="code", token=form.cleaned_data["code"])
    return _asking(request, form)


@reading
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody was given a link. What she opens is not said before she says who she is."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _enter(request, form, way="page", token=token)
    return _asking(request, form)


# Beside the French: whoever finds an emergency card abroad has chosen no language yet. In English whatever the page's.
_ABROAD = "Health information was entrusted to you: write your name and role, then press “Lire”."


def _asking(request: HttpRequest, form: NameForm) -> HttpResponse:
    context = {"form": form, "abroad": _ABROAD}
    return render(request, "portal/link_ask.html", context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, form: NameForm, *, way: str, token: str) -> HttpResponse:
    said = form.cleaned_data
    try:
        entered = actions.enter_share(
            way=way, token=token, recipient=said["name"], passcode=said["passcode"], at=timezone.now()
        )
    except NotFound as fault:
        form.add_error(None, _(fault.public))
        return _asking(request, form)
    try:
        _look(request, entered, Action.LIST)
    except (Refused, NotFound) as fault:
        if fault.code == "share-passcode":
            left = _("Il reste %(n)d essais.") % {"n": entered.left or 0}
            form.add_error("passcode", f"{_(fault.public)} {left}")
        else:  # the space was closed since, or what gave this link ended: whoever reads is told as of any link that is over
            form.add_error(None, _(queries.OVER))
        return _asking(request, form)
    answer = redirect("portal:reader")
    kept = {"p": entered.patient_id.hex, "s": entered.share_id.hex, "n": entered.actor.name}
    kept["v"] = entered.actor.client_id.hex if entered.actor.client_id else ""
    answer.set_cookie(
        _COOKIE, signing.dumps(kept, salt=_SALT, compress=True), max_age=_HOUR, path=_PATH, httponly=True,
        samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return answer


def _with_a_link(view: View) -> View:
    """A page of an opening that runs. Otherwise, in a few words, what to do."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            said = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_HOUR)
            actor = queries.reader(UUID(said["s"]), UUID(said["v"]), said["n"])
            entered = actions.come_back(patient_id=UUID(said["p"]), actor=actor)
            return view(request, entered, *args, **kwargs)
        except (signing.BadSignature, NotFound, Refused):
            return render(request, "portal/link_over.html", status=404)

    return reading(guarded)


def _look(request: HttpRequest, entered: Entered, action: Action, document_id: UUID | None = None) -> Grant:
    asked = Request(
        actor=entered.actor, patient_id=entered.patient_id, purpose=Purpose.SHARE, action=action, at=timezone.now(),
        object_id=document_id, request_id=getattr(request, "request_id", ""),
    )  # fmt: skip
    return open_to_read(asked) if action is Action.READ else open_record(asked)


@_with_a_link
@require_GET
def shared(request: HttpRequest, entered: Entered) -> HttpResponse:
    """What was shared: the summary, the documents, whose they are and until when."""
    grant = _look(request, entered, Action.LIST)
    identity = queries.identity(grant)
    if entered.card:
        preferred = (request.headers.get("Accept-Language", "fr") + "  ")[:2].lower()
        language = language_of(request, preferred if preferred in spoken().languages else "en")
        told = shared_card(grant, entered.sections or (), identity, language)
        return render(request, "portal/link_card.html", told | {"languages": spoken().languages})
    documents = [one for one in record.documents(grant) if one.id in entered.documents]
    context = {
        "identity": identity,
        "born": born(identity.traits.birth_date),
        "entered": entered,
        "for_her": grant.tie is not None,
        "cards": [card(one) for one in documents],
        "sections": _sections(grant, entered.sections) if entered.summary else [],
        "on": timezone.localdate(),
        "left": request.GET.get("mot") == "laisse",
    }
    return render(request, "portal/link_shared.html", context)


def _sections(grant: Grant, wanted: Collection[str] | None) -> list[record.Section]:
    """The chapters of the summary that say something, among those shared; who cares for her is nobody's business here."""
    return [
        one for one in record.summary(grant).sections
        if (one.lines or one.none_known) and one.chapter is not record.Chapter.CIRCLE
        and (wanted is None or one.chapter in wanted)
    ]  # fmt: skip


@_with_a_link
@require_GET
def document(request: HttpRequest, entered: Entered, document_id: UUID) -> HttpResponse:
    grant = _look(request, entered, Action.READ, document_id)
    found = record.document(grant, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    whole = reverse("portal:reader-original", args=[document_id])  # what stands inside comes with the whole
    shown = display.display(
        content.data, content.media_type, image_url=lambda number: whole, attachment_url=lambda number: whole
    )
    context = {
        "card": card(found),
        "pages": range(1, min(shown.pages, _FIRST_PAGES) + 1),
        "pages_left": max(0, shown.pages - _FIRST_PAGES),
        "shown": shown,
        "told": [] if shown.words or shown.pages else told_by(grant, document_id),
        "words_html": SafeString(shown.words),  # made by formats.cda.html, every text escaped there
        "read_aloud": display.text(content.data, content.media_type) if shown.pages else "",
    }
    return render(request, "portal/link_document.html", context)


@_with_a_link
@require_GET
def page(request: HttpRequest, entered: Entered, document_id: UUID, number: int) -> HttpResponse:
    content = record.content(_look(request, entered, Action.READ, document_id), document_id=document_id)
    drawn = display.page(content.data, content.media_type, number)
    return HttpResponse(drawn.data, content_type=drawn.media_type)


@_with_a_link
@require_GET
def original(request: HttpRequest, entered: Entered, document_id: UUID) -> HttpResponse:
    """The original bytes: a download, never something the browser would run."""
    content = record.content(_look(request, entered, Action.READ, document_id), document_id=document_id)
    return downloads.download(content.data, content.file_name)


@_with_a_link
@require_POST
def note(request: HttpRequest, entered: Entered) -> HttpResponse:
    """A word for the person, who keeps it or not."""
    try:
        actions.leave_note(_look(request, entered, Action.LIST), note=request.POST.get("mot", ""), at=timezone.now())
    except HygieError as fault:
        if fault.code != "note-empty":
            raise
        return redirect("portal:reader")
    answer = redirect("portal:reader")
    answer["Location"] += "?mot=laisse#mot"
    return answer
