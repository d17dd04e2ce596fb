"""Sentences that say « mes » and « vos » on one's own pages, as they are said under the banner of somebody else's space."""

from __future__ import annotations

from typing import Final

SENTENCES: Final = (
    ("Je n’en prends aucun", "Aucun traitement n’est pris"),
    ("Je le prends", "C’est pris en ce moment"),
    ("Je ne le prends plus", "Ce n’est plus pris"),
    ("Aucun traitement en cours d’après vos documents.", "Aucun traitement en cours d’après ses documents."),
    ("Vos documents", "Les documents de {name}"),
    ("Ajouter à mes documents", "Ajouter à ses documents"),
    ("Ma santé", "Sa santé"),
    ("Ma santé en résumé", "La santé de {name} en résumé"),
    (
        "Cette page se remplit avec vos documents. Vous pouvez déjà dire ci-dessous ce que vous savez.",
        "Cette page se remplit avec ses documents. Vous pouvez déjà dire ci-dessous ce que vous savez.",
    ),
    ("Ce qu’écrit votre médecin", "Ce qu’écrit son médecin"),
    ("Tous mes résultats", "Tous ses résultats"),
    ("Tous mes traitements, même arrêtés", "Tous ses traitements, même arrêtés"),
    (
        "Cette page range ce que disent vos documents et ce que vous indiquez. Elle ne remplace pas l’avis d’un médecin.",
        "Cette page range ce que disent ses documents et ce qui est indiqué ici. Elle ne remplace pas l’avis d’un médecin.",
    ),
    ("Vos résultats", "Les résultats de {name}"),
    (
        "Ces phrases décrivent des chiffres ; elles ne remplacent pas l’avis de votre médecin. Seul l’intervalle imprimé par votre laboratoire est montré.",
        "Ces phrases décrivent des chiffres ; elles ne remplacent pas l’avis de son médecin. Seul l’intervalle imprimé par le laboratoire est montré.",
    ),
    (
        "Mettre à côté d’autres résultats, d’un traitement ou de mes mesures",
        "Mettre à côté d’autres résultats, d’un traitement ou de ses mesures",
    ),
    (
        "Cette page décrit des chiffres ; elle ne remplace pas l’avis de votre médecin. Seul l’intervalle imprimé par votre laboratoire est montré.",
        "Cette page décrit des chiffres ; elle ne remplace pas l’avis de son médecin. Seul l’intervalle imprimé par le laboratoire est montré.",
    ),
    ("Mes traitements", "Les traitements de {name}"),
    ("Mes traitements, feuille à imprimer", "Les traitements de {name}, feuille à imprimer"),
    (
        "Pour un de vos traitements, deux ordonnances en cours donnent des doses ou des rythmes différents. Montrez-les à votre médecin ou à votre pharmacien.",
        "Pour un de ses traitements, deux ordonnances en cours donnent des doses ou des rythmes différents. Montrez-les à son médecin ou à son pharmacien.",
    ),
    (
        "Quand un médecin ou une pharmacie dépose une ordonnance, vos médicaments apparaissent ici, un par substance. Vous pouvez aussi les ajouter vous-même, à la main ou en photographiant une boîte.",
        "Quand un médecin ou une pharmacie dépose une ordonnance, ses médicaments apparaissent ici, un par substance. Vous pouvez aussi les ajouter, à la main ou en photographiant une boîte.",
    ),
    (
        "Cette liste range ce que disent vos documents et ce que vous indiquez. Elle ne vérifie pas si vos médicaments vont ensemble : votre pharmacien et votre médecin le font. N’arrêtez et ne changez rien sans leur en parler.",
        "Cette liste range ce que disent ses documents et ce qui est indiqué ici. Elle ne vérifie pas si ces médicaments vont ensemble : son pharmacien et son médecin le font. Rien ne s’arrête ni ne change sans leur en parler.",
    ),
    ("Ce que disent vos documents", "Ce que disent ses documents"),
    (
        "Elles sont dans l’historique ci-dessous. Montrez-les à votre médecin ou à votre pharmacien.",
        "Elles sont dans l’historique ci-dessous. Montrez-les à son médecin ou à son pharmacien.",
    ),
    (
        "Dites si vous le prenez : votre médecin le verra, à côté de l’ordonnance.",
        "Dites si {name} le prend : son médecin le verra, à côté de l’ordonnance.",
    ),
    ("Vous dites : je le prends.", "Il est dit ici : pris en ce moment."),
    ("Vous dites : je ne le prends plus.", "Il est dit ici : n’est plus pris."),
    ("Retirer de ma liste", "Retirer de la liste"),
    ("Effacer ma réponse", "Effacer cette réponse"),
    (
        "Votre réponse ne change aucun document. N’arrêtez pas un traitement sans en parler à votre médecin ou à votre pharmacien.",
        "Cette réponse ne change aucun document. Un traitement ne s’arrête pas sans en parler à son médecin ou à son pharmacien.",
    ),
    (
        "Tant qu’elles ne sont pas vérifiées, ces informations sont signalées comme lues sur un papier. Votre médecin peut aussi les vérifier. Le document d’origine ne change jamais.",
        "Tant qu’elles ne sont pas vérifiées, ces informations sont signalées comme lues sur un papier. Son médecin peut aussi les vérifier. Le document d’origine ne change jamais.",
    ),
    (
        "Ce dessin met des chiffres côte à côte. Il ne dit pas que l’un est la cause de l’autre : parlez-en avec votre médecin.",
        "Ce dessin met des chiffres côte à côte. Il ne dit pas que l’un est la cause de l’autre : parlez-en avec son médecin.",
    ),
    (
        "Il faut au moins une analyse, une mesure ou un traitement avec sa dose. Ils viennent des documents de votre espace.",
        "Il faut au moins une analyse, une mesure ou un traitement avec sa dose. Ils viennent des documents de cet espace.",
    ),
    ("Voir mes documents", "Voir ses documents"),
)
"""(in one's own space, in somebody else's). {name}: whose space it is."""

OF_ANOTHER: Final = dict(SENTENCES)
