"""The key pages of a person's side, in easy words: which they are, their hard words explained, and what helps there.

One declared list. A page that stands in it has a second text, `portal/easy/<slug>.html`, shown by `{% easy %}` to whoever
chose easy words (`portal.reading`): the same address, the same forms, the same gates, fewer things at once, and always
a link to the full page, where nothing is missing.

The rules followed are those of « L’information pour tous : règles européennes pour une information facile à lire et à
comprendre » (Inclusion Europe, with Unapei for France, 2009): short sentences, one idea in each, people addressed
directly, common words, no abbreviation, hard words explained on the page itself, a picture beside each action, large
letters without serifs, text set to its beginning. Two of these rules no program can follow, and have not been: people
concerned must read the text again, and then only may the European « Facile à lire » logo stand on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST: Final = 15  # words in a sentence


@dataclass(frozen=True, slots=True)
class Word:
    """A hard word, and the sentences that explain it."""

    word: str | Promise
    means: str | Promise


@dataclass(frozen=True, slots=True)
class Page:
    """view: the route whose page it is. words: keys of WORDS. helps: what the help page says of it, a sentence a line.

    bare: reached without anything in its address, so that the help page can lead back to it.
    """

    slug: str
    view: str
    icon: str
    title: str | Promise
    helps: tuple[str | Promise, ...]
    words: tuple[str, ...] = ()
    bare: bool = True

    @property
    def template(self) -> str:
        return f"portal/easy/{self.slug}.html"


WORDS: Final = {
    "space": Word(_("Votre espace"), _("L’endroit où sont gardés vos documents de santé.")),
    "document": Word(_("Un document"), _("Un papier de santé. Par exemple : une ordonnance, une prise de sang.")),
    "carer": Word(_("Un soignant"), _("Une personne qui vous soigne. Par exemple : un médecin, une infirmière.")),
    "journal": Word(_("Le journal"), _("La liste de toutes les visites dans votre espace.")),
    "hide": Word(_("Masquer"), _("Le document devient invisible pour vos soignants. Vous le voyez toujours.")),
    "share": Word(_("Partager"), _("Montrer un document à une personne. Vous choisissez pendant combien de temps.")),
    "emergency": Word(_("Une urgence"), _("Votre vie est en danger. Il faut vous soigner tout de suite.")),
    "franceconnect": Word(_("FranceConnect"), _("Un service de l’État. Il vérifie votre nom.")),
    "code": Word(_("Un code"), _("Des lettres et des chiffres. Ils servent de clé.")),
    "relative": Word(_("Un proche"), _("Une personne de votre famille, ou un ami.")),
    "allergy": Word(_("Une allergie"), _("Votre corps supporte mal un produit ou un aliment.")),
    "treatment": Word(_("Un traitement"), _("Les médicaments que vous prenez.")),
    "square": Word(_("Un carré à scanner"), _("Un dessin noir et blanc. Un téléphone le lit avec son appareil photo.")),
    "file": Word(_("Un fichier"), _("Un document ou une photo dans votre téléphone ou votre ordinateur.")),
    "device": Word(_("Un appareil"), _("Un téléphone, une tablette ou un ordinateur.")),
}

PAGES: Final = (
    Page(
        "entrer", "signin", "key", _("Entrer dans mon espace"),
        (
            _("Cette page est la porte de votre espace."),
            _("Il y a plusieurs façons d’entrer."),
            _("Choisissez la plus simple pour vous."),
            _("Vous avez perdu votre carte ou votre téléphone ? Une autre façon vous fait entrer."),
        ),
        ("space", "franceconnect", "code", "device"),
    ),
    Page(
        "invitation", "portal:invitation", "message", _("J’ai reçu un code"),
        (
            _("Une personne vous a donné une feuille, une lettre ou un message."),
            _("Dessus, il y a un code."),
            _("Écrivez ce code et votre date de naissance."),
            _("Vous voyez alors ce qui vous attend. Ensuite, vous décidez."),
        ),
        ("code", "space"),
    ),
    Page(
        "accueil", "portal:home", "home", _("L’accueil"),
        (
            _("Cette page montre ce qui est nouveau."),
            _("Elle montre aussi qui est venu dans votre espace."),
            _("De là, vous allez partout."),
        ),
        ("space", "document", "carer", "journal"),
    ),
    Page(
        "documents", "portal:documents", "folder", _("Mes documents"),
        (
            _("Cette page montre tous vos documents de santé."),
            _("Le plus récent est en haut."),
            _("Touchez le nom d’un document pour le lire."),
            _("Vous cherchez un document ? Écrivez un mot, puis touchez « Chercher »."),
        ),
        ("document",),
    ),
    Page(
        "document", "portal:document", "document", _("Un document"),
        (
            _("Cette page montre un seul document."),
            _("Vous pouvez le lire et le garder sur votre appareil."),
            _("Vous choisissez qui peut le lire."),
        ),
        ("document", "hide", "share", "carer", "relative"),
        bare=False,
    ),
    Page(
        "ajouter", "portal:add", "camera", _("Ajouter un document"),
        (
            _("Vous avez un papier de santé chez vous ?"),
            _("Prenez-le en photo. Puis ajoutez la photo ici."),
            _("Hygie lit la photo et propose un nom."),
            _("Vous pouvez changer ce nom."),
        ),
        ("document", "file"),
    ),
    Page(
        "resume", "portal:summary", "clipboard", _("Ma santé en résumé"),
        (
            _("Cette page dit l’essentiel de votre santé."),
            _("Elle vient de vos documents et de ce que vous dites."),
            _("Vous pouvez l’imprimer pour un rendez-vous."),
        ),
        ("allergy", "treatment"),
    ),
    Page(
        "qui-voit-quoi", "portal:sharing", "eye", _("Qui peut lire mes documents"),
        (
            _("Cette page montre qui peut lire vos documents."),
            _("Vous dites oui ou non à chaque personne."),
            _("Vous pouvez changer d’avis à tout moment."),
            _("Une assurance, une mutuelle ou un employeur : ils restent toujours dehors."),
        ),
        ("carer", "emergency", "space"),
    ),
    Page(
        "partager", "portal:link-new", "key", _("Montrer mes documents à quelqu’un"),
        (
            _("Vous pouvez montrer des documents à une personne."),
            _("Vous choisissez lesquels, et pendant combien de temps."),
            _("Vous pouvez arrêter quand vous voulez."),
        ),
        ("share", "code"),
    ),
    Page(
        "journal", "portal:journal", "journal", _("Qui est venu"),
        (
            _("Cette page montre chaque visite dans votre espace."),
            _("Elle dit qui est venu, quand, et pourquoi."),
            _("Une visite vous étonne ? Touchez « Ce n’est pas normal ? »."),
            _("Une personne vérifie, puis elle vous répond."),
        ),
        ("journal", "space"),
    ),
    Page(
        "carte", "portal:card", "card", _("Ma carte d’urgence"),
        (
            _("Cette carte parle pour vous en cas d’urgence."),
            _("Vous choisissez ce qu’elle dit."),
            _("Gardez-la dans votre portefeuille ou sur votre téléphone."),
        ),
        ("emergency", "allergy", "treatment", "square"),
    ),
    Page(
        "famille", "portal:family", "people", _("Ma famille"),
        (
            _("Cette page montre les espaces de vos enfants."),
            _("Elle montre aussi les espaces des personnes que vous aidez."),
            _("Vous pouvez choisir une personne pour vous aider, vous."),
        ),
        ("space", "relative", "code"),
    ),
    Page(
        "compte", "portal:account", "person", _("Mon compte"),
        (
            _("Cette page montre votre nom et vos choix."),
            _("Vous y changez la langue et la taille des lettres."),
            _("Vous pouvez tout emporter, fermer ou effacer votre espace."),
        ),
        ("space", "device", "file"),
    ),
    Page(
        "fermer", "portal:space", "lock", _("Fermer mon espace"),
        (
            _("Vous pouvez fermer votre espace."),
            _("Vos documents restent gardés pendant dix ans."),
            _("Vous pouvez ouvrir de nouveau votre espace quand vous voulez."),
        ),
        ("space",),
        bare=False,
    ),
    Page(
        "aide", "portal:help", "info", _("L’aide"),
        (_("Cette page explique les autres pages."), _("Elle dit aussi à qui parler.")),
        ("space", "document"),
    ),
)  # fmt: skip

BY_VIEW: Final = {page.view: page for page in PAGES}
BY_SLUG: Final = {page.slug: page for page in PAGES}

# Pages with no easy text of their own, and the one whose help explains them.
NEAR: Final = {
    f"portal:{name}": slug
    for slug, names in {
        "entrer": ("welcome", "ways", "prove", "way-phone", "way-app", "way-card", "way"),
        "invitation": ("awaiting", "another-code", "accept", "decline", "declined"),
        "documents": ("compare", "results", "result"),
        "document": ("hide", "secret", "archive", "withdraw", "correct"),
        "ajouter": ("add-settle", "bring"),
        "resume": ("treatments", "treatment", "treatment-add", "treatments-sheet", "verifying", "verify", "verify-correct"),
        "qui-voit-quoi": ("invite", "limit", "keep-from", "who", "applications", "authorize", "arriving"),
        "partager": ("links", "link"),
        "journal": ("report",),
        "famille": ("followed", "represented", "given", "given-one", "mandate", "mandated", "helpers", "confide", "change-help", "accept-help"),
        "compte": ("sessions", "notices", "take", "erase", "prove-contact", "add-contact"),
    }.items()
    for name in names
} | {f"signin-{name}": "entrer" for name in ("space", "passkey", "phone", "code", "number")}  # fmt: skip


def page_of(request: HttpRequest) -> Page | None:
    """The easy page that this request is answered by, if it is one of the list."""
    found = request.resolver_match
    return BY_VIEW.get(found.view_name) if found else None


def helped_by(request: HttpRequest) -> Page | None:
    """The page of the list whose help explains this one."""
    found = request.resolver_match
    if found is None:
        return None
    return BY_VIEW.get(found.view_name) or BY_SLUG.get(NEAR.get(found.view_name, ""))
