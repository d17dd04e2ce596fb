"""Inviting from the desk: a letter to post, or a code for whoever stands there, with a receipt. And refusals, counted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import actions, queries
from hygie.access.types import Invited
from hygie.base import config
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid
from hygie.ops import letters
from hygie.ops.desk.opening import for_an_operator, operator
from hygie.ui import downloads

_FEW = 5  # fewer than this in a month are not told apart


class InviteForm(forms.Form):
    way = forms.ChoiceField(
        label=gettext_lazy("Comment lui donner son code ?"),
        widget=forms.RadioSelect,
        choices=(
            ("letter", gettext_lazy("Par une lettre : un PDF à imprimer et à poster")),
            ("desk", gettext_lazy("Ici, au guichet : le code sert pendant une heure, sur cet ordinateur ou le sien")),
        ),
    )
    address = forms.CharField(
        label=gettext_lazy("Nom et adresse, comme sur une enveloppe"),
        help_text=gettext_lazy(
            "Deux à six lignes de 38 caractères au plus, le nom d’abord. Au guichet, le nom suffit."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )
    signed = forms.BooleanField(
        label=gettext_lazy("Au guichet : la personne a signé le mandat papier, gardé avec ce dossier"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["lines"] = self._lines(cleaned["address"].splitlines(), cleaned["way"])
            except Invalid as fault:
                self.add_error("address", _(fault.public))
            if cleaned["way"] == "desk" and not cleaned["signed"]:
                self.add_error("signed", _("Faites d’abord signer le mandat."))
        return cleaned

    @staticmethod
    def _lines(written: list[str], way: str) -> tuple[str, ...]:
        """Whoever has no address is helped at the desk all the same."""
        if way == "desk":
            return (" ".join(written[0].split())[: letters.WIDE],)
        return letters.address_of(written)


@for_an_operator
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """A code for the caller identified: as a letter, or on a receipt with what was agreed and until when."""
    now = timezone.now()
    call = queries.call(operator(request), call_id=call_id, at=now)
    form = InviteForm(request.POST if request.method == "POST" else None, initial={"way": "letter"})
    context = {"current": "callers", "call": call, "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "desk/invite.html", context, status=200 if request.method == "GET" else 422)
    way, lines = form.cleaned_data["way"], form.cleaned_data["lines"]
    grant = actions.act_for(
        operator(request), call_id=call_id, what=letters.SAID[way], at=now,
        request_id=getattr(request, "request_id", ""),
    )  # fmt: skip
    invited = actions.invite(grant, way=way, name=lines[0], at=now)
    if way == "letter":
        return _letter(invited, lines)
    context |= {
        "invited": invited, "spoken": [invited.code[at : at + 4] for at in range(0, 12, 4)], "at": now,
        "address": config.get("HYGIE_PUBLIC_URL") + reverse("portal:invitation"),
    }  # fmt: skip
    return render(request, "desk/receipt.html", context)


def _letter(invited: Invited, lines: tuple[str, ...]) -> HttpResponse:
    letter = letters.Letter(address=lines, code=invited.code, until=timezone.localdate(invited.until))
    content = letters.pdf(
        [letter], on=timezone.localdate(), site=config.get("HYGIE_PUBLIC_URL"), help_line=config.get("HYGIE_HELP_LINE")
    )
    return downloads.download(content, "invitation.pdf", "application/pdf")  # no name: it stays in folders


@for_an_operator
@require_GET
def refusals(request: HttpRequest) -> HttpResponse:
    """How many wanted no space, month by month, and why. Counts, and never who; small ones are not told apart."""
    said = {
        "confiance": _("pas confiance"), "numerique": _("pas à l’aise avec l’informatique"), "utile": _("pas utile"),
        "temps": _("pas le temps"), "autre": _("une autre raison"), "": _("sans raison donnée"),
    }  # fmt: skip
    rows = [
        {"month": one.month, "why": said[one.reason], "count": one.count if one.count >= _FEW else 0}
        for one in queries.refusals(operator(request))
        if one.reason in said
    ]
    return render(request, "desk/refusals.html", {"current": "home", "rows": rows, "few": _FEW})
