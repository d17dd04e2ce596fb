"""A patient as a professional reads her: names in the order of a record, age, sex, how sure her identity is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from hygie.people.types import Actor, Identity, IdentityStatus
from hygie.record.types import Author


def signature(actor: Actor) -> Author:
    """This professional as the author of what she writes here."""
    return Author(
        name=actor.name, rpps=actor.rpps, profession=actor.profession, specialty=actor.specialty,
        organisation=actor.organisation,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patient:
    """family: in capitals, the used name when there is one (`birth_family` then says the other). born: None if unsure."""

    id: UUID
    family: str
    given: str
    birth_family: str
    born: date | None
    age: str
    sex: str
    ins: str
    sure: bool
    warning: str

    @property
    def born_on(self) -> str:
        return {_("femme"): _("née le"), _("homme"): _("né le")}.get(self.sex, _("né ou née le"))

    @property
    def name(self) -> str:
        return f"{self.family} {self.given}".strip()


def patient(identity: Identity, *, today: date) -> Patient:
    traits = identity.traits
    family = traits.used_family or traits.birth_family
    given = traits.used_given or (traits.given_names[0] if traits.given_names else "")
    born = _day(traits.birth_date)
    return Patient(
        id=identity.patient_id,
        family=family.upper(),
        given=given.title(),
        birth_family=traits.birth_family.upper() if traits.birth_family.casefold() != family.casefold() else "",
        born=born,
        age=age(born, today) if born else "",
        sex={"female": _("femme"), "male": _("homme")}.get(traits.sex, _("sexe non précisé")),
        ins=spaced(identity.ins.matricule) if identity.ins else "",
        sure=identity.status is IdentityStatus.QUALIFIED,
        warning=_warning(identity),
    )


def _warning(identity: Identity) -> str:
    if identity.doubtful:
        return _("identité douteuse : vérifiez avec la personne")
    return _("homonyme connu : vérifiez la date de naissance") if identity.homonym else ""


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def age(born: date, today: date) -> str:
    """« 38 ans », « 14 mois » before two years, « 12 jours » before two months."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if years >= 2:
        return _("%(n)d ans") % {"n": years}
    if months >= 2:
        return _("%(n)d mois") % {"n": months}
    days = max(0, (today - born).days)
    return _("%(n)d jour") % {"n": days} if days < 2 else _("%(n)d jours") % {"n": days}


def spaced(matricule: str) -> str:
    """« 2 88 05 75 112 043 17 »: as it is printed on a card."""
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(matricule[a:b] for a, b in pairwise(cuts)).strip()
