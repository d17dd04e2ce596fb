"""What waits in a space, in words: « une ordonnance de votre sage-femme, 3 résultats d’analyses »."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hygie.people.types import PROFESSIONS, Role
from hygie.portal.cards import shelf_of
from hygie.record.types import Document


def in_words(documents: Iterable[Document], professions: Mapping[UUID, str]) -> list[str]:
    """One phrase for each kind and author, the largest number last read first. professions: TRE_G15 code by depositor."""
    found = Counter((shelf_of(one), _whose(professions.get(one.depositor_id))) for one in documents)
    return [" ".join(filter(None, (_counted(shelf, n), whose))) for (shelf, whose), n in found.most_common()]


def _counted(shelf: str, n: int) -> str:
    words = {
        "prescriptions": ngettext("une ordonnance", "%(n)s ordonnances", n),
        "analyses": ngettext("un résultat d’analyse", "%(n)s résultats d’analyses", n),
        "imaging": ngettext("une image ou un compte rendu de radio", "%(n)s images ou comptes rendus de radio", n),
        "reports": ngettext("un courrier ou compte rendu", "%(n)s courriers et comptes rendus", n),
        "prevention": ngettext("un document de prévention", "%(n)s documents de prévention", n),
        "certificates": ngettext("un certificat", "%(n)s certificats", n),
    }
    said = words.get(shelf) or ngettext("un autre document", "%(n)s autres documents", n)
    return said % {"n": n} if "%(n)s" in said else said


def _whose(profession: str | None) -> str:
    words = {
        Role.DOCTOR: _("de votre médecin"),
        Role.MIDWIFE: _("de votre sage-femme"),
        Role.DENTIST: _("de votre dentiste"),
        Role.PHARMACIST: _("de votre pharmacien"),
        Role.NURSE: _("de votre infirmier"),
    }
    return words.get(PROFESSIONS.get(profession or "", Role.PERSON), "")
