"""Quarantine: deposits whose identity matches no one surely. The operator compares traits, never reads a document."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import queries as access
from hygie.base.errors import HygieError, Invalid, NotFound, Unavailable
from hygie.ops.desk.opening import for_an_operator, open_review, operator
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Quarantined
from hygie.ui.told import tell

SETTLED_SHOWN = 30
TRAITS = {
    "ins": gettext_lazy("Matricule INS"),
    "former_ins": gettext_lazy("Ancien matricule"),
    "birth_family": gettext_lazy("Nom de naissance"),
    "given_names": gettext_lazy("Prénoms"),
    "birth_date": gettext_lazy("Date de naissance"),
    "sex": gettext_lazy("Sexe"),
    "birth_place": gettext_lazy("Lieu de naissance"),
}
REASONS = {
    "no-match": gettext_lazy("Le matricule et les traits ne désignent pas ensemble une seule personne."),
    "same-id-other-content": gettext_lazy("Un autre document porte déjà cet identifiant, avec un autre contenu."),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One space that shares the matricule or the traits. agrees: in the order of TRAITS, None where a side is silent."""

    patient_id: UUID
    letter: str
    agrees: tuple[bool | None, ...]


@for_an_operator
@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    everything = record.quarantine(operator(request), waiting_only=False)
    context = {
        "current": "quarantine",
        "waiting": [one for one in everything if one.state == "waiting"],
        "settled": [one for one in reversed(everything) if one.state != "waiting"][:SETTLED_SHOWN],
    }
    return render(request, "desk/quarantine.html", context)


@for_an_operator
@require_GET
def quarantined(request: HttpRequest, quarantine_id: UUID) -> HttpResponse:
    """One deposit: the identity as said, and which traits each candidate shares, side by side."""
    found = _found(request, quarantine_id)
    said = found.said_traits
    values = (
        found.said_ins.matricule if found.said_ins else "", "",
        said.birth_family if said else "", " ".join(said.given_names) if said else "", said.birth_date if said else "",
        {"female": _("féminin"), "male": _("masculin")}.get(said.sex, _("inconnu")) if said else "",
        (said.birth_place or "") if said else "",
    )  # fmt: skip
    candidates = _candidates(request, found)
    rows = [
        (label, value, [one.agrees[n] for one in candidates])
        for n, (label, value) in enumerate(zip(TRAITS.values(), values, strict=True))
    ]
    context = {
        "current": "quarantine",
        "found": found,
        "reason": REASONS.get(found.reason, found.reason),
        "candidates": candidates,
        "rows": rows,
    }
    return render(request, "desk/quarantined.html", context)


@for_an_operator
@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, quarantine_id: UUID) -> HttpResponse:
    """Attach to one candidate, or send back: a page that asks, then the act. It cannot be undone from here."""
    found = _found(request, quarantine_id)
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, found, given.get("espace", ""))
    note = given.get("note", "").strip()[:2000]
    context = {"current": "quarantine", "found": found, "chosen": chosen, "note": note}
    if request.method == "GET":
        return render(request, "desk/resolve.html", context)
    if chosen is None and not note:
        return render(request, "desk/resolve.html", context | {"wrong": _("Dites à l’expéditeur ce qu’il doit corriger.")}, status=422)  # fmt: skip
    try:
        actions.resolve_quarantine(
            operator(request), quarantine_id=quarantine_id, patient_id=chosen.patient_id if chosen else None,
            note=note, at=timezone.now(),
        )  # fmt: skip
    except Unavailable:
        raise
    except HygieError as fault:
        return render(request, "desk/resolve.html", context | {"wrong": _(fault.public)}, status=409)
    tell(request, _("C’est rattaché.") if chosen else _("C’est renvoyé à l’expéditeur, avec votre note."))
    return redirect("desk:quarantine")


def _found(request: HttpRequest, quarantine_id: UUID) -> Quarantined:
    waiting = record.quarantine(operator(request))
    found = next((one for one in waiting if one.id == quarantine_id), None)
    if found is None:
        raise NotFound(_("Ce dépôt n’est plus en attente."), code="no-such-quarantine")
    return found


def _candidates(request: HttpRequest, found: Quarantined) -> list[Candidate]:
    """Each comparison is a review of its own, written in the journal of whoever it is about."""
    assert found.said_ins is not None
    assert found.said_traits is not None
    kept = []
    for n, patient_id in enumerate(record.candidates(operator(request), quarantine_id=found.id)):
        try:
            grant = open_review(request, patient_id)
        except NotFound:  # an identity known, and no space of hers: nothing to attach to
            continue
        agrees = access.compare(grant, ins=found.said_ins, traits=found.said_traits)
        kept.append(Candidate(patient_id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n % 26], tuple(agrees[name] for name in TRAITS)))
    return kept


def _chosen(request: HttpRequest, found: Quarantined, written: str) -> Candidate | None:
    """The candidate named, None to send back. Invalid for a space that is no candidate of this deposit."""
    if not written:
        return None
    for n, patient_id in enumerate(record.candidates(operator(request), quarantine_id=found.id)):
        if str(patient_id) == written:
            return Candidate(patient_id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n % 26], ())
    raise Invalid(_("Cet espace n’est pas parmi ceux à comparer."), code="not-a-candidate")
