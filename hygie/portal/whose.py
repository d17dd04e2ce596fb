"""Sentences that say « mes » and « vos » on one's own pages, as they are said under the banner of somebody else's space."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

SENTENCES: Final = (
    (_("Je n’en prends aucun"), _("Aucun traitement n’est pris")),
    (_("Je le prends"), _("C’est pris en ce moment")),
    (_("Je ne le prends plus"), _("Ce n’est plus pris")),
    (_("Aucun traitement en cours d’après vos documents."), _("Aucun traitement en cours d’après ses documents.")),
    (_("Vos documents"), _("Les documents de {name}")),
    (_("Ajouter à mes documents"), _("Ajouter à ses documents")),
    (_("Ma santé"), _("Sa santé")),
    (_("Ma santé en résumé"), _("La santé de {name} en résumé")),
    (
        _("Cette page se remplit avec vos documents. Vous pouvez déjà dire ci-dessous ce que vous savez."),
        _("Cette page se remplit avec ses documents. Vous pouvez déjà dire ci-dessous ce que vous savez."),
    ),
    (_("Ce qu’écrit votre médecin"), _("Ce qu’écrit son médecin")),
    (_("Tous mes résultats"), _("Tous ses résultats")),
    (_("Tous mes traitements, même arrêtés"), _("Tous ses traitements, même arrêtés")),
    (
        _(
            "Cette page range ce que disent vos documents et ce que vous indiquez. Elle ne remplace pas l’avis d’un médecin."
        ),
        _(
            "Cette page range ce que disent ses documents et ce qui est indiqué ici. Elle ne remplace pas l’avis d’un médecin."
        ),
    ),
    (_("Vos résultats"), _("Les résultats de {name}")),
    (
        _(
            "Ces phrases décrivent des chiffres ; elles ne remplacent pas l’avis de votre médecin. Seul l’intervalle imprimé par votre laboratoire est montré."
        ),
        _(
            "Ces phrases décrivent des chiffres ; elles ne remplacent pas l’avis de son médecin. Seul l’intervalle imprimé par le laboratoire est montré."
        ),
    ),
    (
        _("Mettre à côté d’autres résultats, d’un traitement ou de mes mesures"),
        _("Mettre à côté d’autres résultats, d’un traitement ou de ses mesures"),
    ),
    (
        _(
            "Cette page décrit des chiffres ; elle ne remplace pas l’avis de votre médecin. Seul l’intervalle imprimé par votre laboratoire est montré."
        ),
        _(
            "Cette page décrit des chiffres ; elle ne remplace pas l’avis de son médecin. Seul l’intervalle imprimé par le laboratoire est montré."
        ),
    ),
    (_("Mes traitements"), _("Les traitements de {name}")),
    (_("Mes traitements, feuille à imprimer"), _("Les traitements de {name}, feuille à imprimer")),
    (
        _(
            "Pour un de vos traitements, deux ordonnances en cours donnent des doses ou des rythmes différents. Montrez-les à votre médecin ou à votre pharmacien."
        ),
        _(
            "Pour un de ses traitements, deux ordonnances en cours donnent des doses ou des rythmes différents. Montrez-les à son médecin ou à son pharmacien."
        ),
    ),
    (
        _(
            "Quand un médecin ou une pharmacie dépose une ordonnance, vos médicaments apparaissent ici, un par substance. Vous pouvez aussi les ajouter vous-même, à la main ou en photographiant une boîte."
        ),
        _(
            "Quand un médecin ou une pharmacie dépose une ordonnance, ses médicaments apparaissent ici, un par substance. Vous pouvez aussi les ajouter, à la main ou en photographiant une boîte."
        ),
    ),
    (
        _(
            "Cette liste range ce que disent vos documents et ce que vous indiquez. Elle ne vérifie pas si vos médicaments vont ensemble : votre pharmacien et votre médecin le font. N’arrêtez et ne changez rien sans leur en parler."
        ),
        _(
            "Cette liste range ce que disent ses documents et ce qui est indiqué ici. Elle ne vérifie pas si ces médicaments vont ensemble : son pharmacien et son médecin le font. Rien ne s’arrête ni ne change sans leur en parler."
        ),
    ),
    (_("Ce que disent vos documents"), _("Ce que disent ses documents")),
    (
        _("Elles sont dans l’historique ci-dessous. Montrez-les à votre médecin ou à votre pharmacien."),
        _("Elles sont dans l’historique ci-dessous. Montrez-les à son médecin ou à son pharmacien."),
    ),
    (
        _("Dites si vous le prenez : votre médecin le verra, à côté de l’ordonnance."),
        _("Dites si {name} le prend : son médecin le verra, à côté de l’ordonnance."),
    ),
    (_("Vous dites : je le prends."), _("Il est dit ici : pris en ce moment.")),
    (_("Vous dites : je ne le prends plus."), _("Il est dit ici : n’est plus pris.")),
    (_("Retirer de ma liste"), _("Retirer de la liste")),
    (_("Effacer ma réponse"), _("Effacer cette réponse")),
    (
        _(
            "Votre réponse ne change aucun document. N’arrêtez pas un traitement sans en parler à votre médecin ou à votre pharmacien."
        ),
        _(
            "Cette réponse ne change aucun document. Un traitement ne s’arrête pas sans en parler à son médecin ou à son pharmacien."
        ),
    ),
    (
        _(
            "Tant qu’elles ne sont pas vérifiées, ces informations sont signalées comme lues sur un papier. Votre médecin peut aussi les vérifier. Le document d’origine ne change jamais."
        ),
        _(
            "Tant qu’elles ne sont pas vérifiées, ces informations sont signalées comme lues sur un papier. Son médecin peut aussi les vérifier. Le document d’origine ne change jamais."
        ),
    ),
    (
        _(
            "Ce dessin met des chiffres côte à côte. Il ne dit pas que l’un est la cause de l’autre : parlez-en avec votre médecin."
        ),
        _(
            "Ce dessin met des chiffres côte à côte. Il ne dit pas que l’un est la cause de l’autre : parlez-en avec son médecin."
        ),
    ),
    (
        _(
            "Il faut au moins une analyse, une mesure ou un traitement avec sa dose. Ils viennent des documents de votre espace."
        ),
        _(
            "Il faut au moins une analyse, une mesure ou un traitement avec sa dose. Ils viennent des documents de cet espace."
        ),
    ),
    (_("Voir mes documents"), _("Voir ses documents")),
)
"""(in one's own space, in somebody else's). {name}: whose space it is."""

OF_ANOTHER: Final = dict(SENTENCES)
