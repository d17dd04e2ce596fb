"""How a help is said on a page: by what right, how far, to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hygie.access.types import Level, Relation, Tie, TieKind
from hygie.formats.valuesets import CLASS_WORDS

RIGHTS: Final = {
    TieKind.PARENT: gettext_lazy("Vous êtes son parent"),
    TieKind.GUARDIAN: gettext_lazy("Un jugement vous en charge"),
    TieKind.CAREGIVER: gettext_lazy("Cette personne vous a demandé de l’aider"),
    TieKind.DESK: gettext_lazy("Cette personne vous a signé un mandat"),
}
LEVELS: Final = {
    Level.SEE: gettext_lazy("voir"),
    Level.FILE: gettext_lazy("voir et ajouter des documents"),
    Level.ACT: gettext_lazy("voir, ajouter des documents, dire et corriger à sa place"),
}
RELATIONS: Final = {
    Relation.DAUGHTER: gettext_lazy("Ma fille"),
    Relation.SON: gettext_lazy("Mon fils"),
    Relation.SPOUSE: gettext_lazy("Mon conjoint ou ma conjointe"),
    Relation.MOTHER: gettext_lazy("Ma mère"),
    Relation.FATHER: gettext_lazy("Mon père"),
    Relation.SISTER: gettext_lazy("Ma sœur"),
    Relation.BROTHER: gettext_lazy("Mon frère"),
    Relation.GRANDPARENT: gettext_lazy("Mon grand-parent"),
    Relation.FRIEND: gettext_lazy("Un ami ou une amie"),
    Relation.NEIGHBOUR: gettext_lazy("Quelqu’un du voisinage"),
    Relation.PROFESSIONAL: gettext_lazy("Un professionnel qui m’accompagne"),
    Relation.OTHER: gettext_lazy("Quelqu’un d’autre"),
}
KINDS: Final = {
    TieKind.PARENT: gettext_lazy("parent, jusqu’à vos 18 ans"),
    TieKind.GUARDIAN: gettext_lazy("vous représente, par un jugement"),
    TieKind.CAREGIVER: gettext_lazy("vous aide"),
    TieKind.DESK: gettext_lazy("vous aide, par un mandat signé"),
}


def categories() -> list[tuple[str, str]]:
    """What a person ticks to limit someone: every class of documents, in words."""
    return [(code, _(words)) for code, words in CLASS_WORDS.items()]


def named(classes: Iterable[str]) -> list[str]:
    """The words of these classes, always in the same order."""
    return [words for code, words in categories() if code in classes]


def by_right(tie: Tie) -> str:
    return str(RIGHTS[tie.kind])


def extent(tie: Tie) -> str:
    """« voir », « voir : ordonnances, comptes rendus »."""
    if tie.protected:
        return _("une décision de justice protège les lieux et les horaires, ce que l’on sait s’affiche sans eux")
    words = str(LEVELS[tie.level])
    if tie.classes is None:
        return words
    names = ", ".join(one[:1].lower() + one[1:] for one in named(tie.classes))
    return (
        _("{what}, seulement : {names}").replace("{what}", words).replace("{names}", names or _("rien pour l’instant"))
    )
