"""The eleven categories of documents, as people read them (TRE_A03 class codes), each with its icon and hue."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Category:
    """code: TRE_A03. `one` names one document, `many` a list of them."""

    code: str
    one: str | Promise
    many: str | Promise
    icon: str
    hue: str


_ALL = (
    Category("10", _("Compte rendu"), _("Comptes rendus et résultats"), "document", "teal"),
    Category("42", _("Ordonnance"), _("Ordonnances"), "pill", "apricot"),
    Category("31", _("Imagerie"), _("Imagerie"), "scan", "plum"),
    Category("11", _("Synthèse ou lettre"), _("Synthèses et lettres"), "clipboard", "teal"),
    Category("43", _("Médicaments remis"), _("Médicaments remis en pharmacie"), "bag", "sage"),
    Category("45", _("Traitement administré"), _("Traitements administrés"), "syringe", "sage"),
    Category("44", _("Plan de soins"), _("Plans de soins et protocoles"), "route", "sage"),
    Category("52", _("Certificat ou vaccination"), _("Certificats et vaccinations"), "seal", "honey"),
    Category("60", _("Remboursement"), _("Remboursements"), "euro", "stone"),
    Category("90", _("Document personnel"), _("Mes volontés et documents personnels"), "heart", "brick"),
    Category("95", _("Document administratif"), _("Documents administratifs"), "card", "stone"),
)
CATEGORIES: dict[str, Category] = {category.code: category for category in _ALL}
OTHER = Category("", _("Autre document"), _("Autres documents"), "folder", "stone")


def category(class_code: str) -> Category:
    """The category of a class code; `OTHER` for a code Hygie does not know."""
    return CATEGORIES.get(class_code, OTHER)
