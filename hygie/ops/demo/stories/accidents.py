"""Knees, wrists, an appendix, a hernia: emergencies, operations and what follows."""

from __future__ import annotations

from hygie.ops.demo.life import Life, Story, Take


def knee_pain(life: Life) -> None:
    life.letter(
        "genou-1",
        "diallo",
        232,
        "Consultation : douleur du genou",
        histoire="Douleur interne du genou droit à la descente des escaliers.",
        examen_clinique="Genou sec et stable. Douleur à la palpation de l’interligne interne.",
        conclusion="Gonalgie mécanique droite.",
        conduite="Radiographie, kinésithérapie.",
    )
    life.page(
        "genou-radio",
        "benoit",
        224,
        "18748-4",
        "Radiographies du genou droit",
        "# Résultats",
        "Interlignes conservés. Pas de lésion osseuse.",
        "# Conclusion",
        "Examen normal.",
        prescriber="diallo",
    )
    life.page(
        "genou-kine",
        "diallo",
        215,
        "PRESC-KINE",
        "Ordonnance de kinésithérapie",
        "Rééducation du genou droit : 10 séances.",
        wrapped=False,
    )


def knee_surgery(life: Life) -> None:
    """A ligament, torn and mended."""
    life.page(
        "genou-urgences",
        "lambert",
        560,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Torsion du genou gauche au football, craquement entendu.",
        "# Prise en charge",
        "Genou gonflé. Radiographies sans fracture. Attelle, béquilles, antalgique.",
        "# Sortie",
        "Avis orthopédique dans les dix jours.",
        any_day=True,
        encounter="EMER",
        together="genou",
    )
    life.page(
        "genou-radio",
        "benoit",
        560,
        "18748-4",
        "Radiographies du genou gauche",
        "# Résultats",
        "Pas de fracture. Épanchement.",
        "# Conclusion",
        "Pas de lésion osseuse.",
        any_day=True,
        place="canal",
        together="genou",
    )
    life.page(
        "genou-irm",
        "benoit",
        543,
        "18748-4",
        "IRM du genou gauche",
        "# Résultats",
        "Rupture complète du ligament croisé antérieur. Contusion du condyle externe. Ménisques intacts.",
        "# Conclusion",
        "Rupture du ligament croisé antérieur.",
        prescriber="fabre",
    )
    life.letter(
        "genou-avis",
        "fabre",
        530,
        "Consultation d’orthopédie",
        examen_clinique="Lachman mou, ressaut rotatoire.",
        examens="IRM : rupture du croisé antérieur.",
        conclusion="Indication à une ligamentoplastie.",
        conduite="Kinésithérapie préopératoire, consultation d’anesthésie.",
    )
    life.page(
        "genou-anesthesie",
        "fabre",
        475,
        "34749-2",
        "Consultation avant anesthésie",
        "ASA 1. Pas d’allergie connue. Rachianesthésie acceptée. À jeun six heures avant.",
        encounter="AMB",
    )
    life.lab(473, "nfs", "rein", "inr", title="Bilan avant opération", name="genou-bio")
    life.page(
        "genou-op",
        "fabre",
        461,
        "34874-8",
        "Compte rendu opératoire",
        "# Intervention",
        "Ligamentoplastie du croisé antérieur gauche (DIDT), sous arthroscopie.",
        "# Déroulement",
        "Sans incident. Ménisques sains. Garrot 48 minutes.",
        encounter="IMP",
    )
    life.page(
        "genou-sortie",
        "fabre",
        460,
        "11490-0",
        "Lettre de liaison à la sortie",
        "# Évolution",
        "Suites simples, sortie le lendemain, appui avec béquilles.",
        "# Traitement de sortie",
        (
            ("Médicament", "Posologie", "Durée"),
            ("Paracétamol 1 g", "1, 3 fois par jour", "10 jours"),
            ("Tramadol 50 mg", "1 si douleur forte", "5 jours"),
            ("Énoxaparine 4 000 UI", "1 injection par jour", "10 jours"),
        ),
        "# Suite",
        "Kinésithérapie dès demain. Contrôle à six semaines.",
        stay=1,
    )
    life.prescribe(
        "genou-ordo",
        "fabre",
        460,
        Take("paracetamol", "1 comprimé 3 fois par jour", 10),
        Take("tramadol", "1 gélule si douleur forte, 4 par jour au plus", 5),
        Take("enoxaparine", "1 injection sous la peau par jour", 10),
    )
    life.page(
        "genou-kine",
        "fabre",
        459,
        "PRESC-KINE",
        "Ordonnance de kinésithérapie",
        "Rééducation après ligamentoplastie du genou gauche : 40 séances.",
        wrapped=False,
    )
    for days, told in (
        (418, "Six semaines : flexion 110°, extension complète. Marche sans béquille."),
        (330, "Quatre mois : vélo et course en ligne."),
        (190, "Neuf mois : tests isocinétiques satisfaisants, reprise du football autorisée."),
    ):
        life.page(f"genou-controle-{days}", "fabre", days, "34875-5", "Consultation de contrôle", told)
    life.page(
        "certificat-foot",
        "diallo",
        182,
        "89601-9",
        "Certificat médical",
        "Pas de contre-indication à la reprise du football en compétition.",
        wrapped=False,
    )
    life.page(
        "arret-genou",
        "diallo",
        459,
        "PRESC-AAT",
        "Avis d’arrêt de travail",
        "Arrêt de travail : 45 jours.\nSorties autorisées.",
        wrapped=False,
    )


def wrist(life: Life) -> None:
    life.page(
        "poignet-urgences",
        "lambert",
        88,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Chute en trottinette, douleur du poignet gauche.",
        "# Prise en charge",
        "Radiographies, réduction sous anesthésie locale, plâtre.",
        "# Sortie",
        "Contrôle radiologique à une semaine.",
        any_day=True,
        encounter="EMER",
        together="poignet",
    )
    life.page(
        "poignet-radio",
        "benoit",
        88,
        "18748-4",
        "Radiographies du poignet gauche",
        "# Résultats",
        "Fracture de l’extrémité distale du radius, bascule postérieure.",
        "# Conclusion",
        "Fracture de Pouteau-Colles gauche.",
        any_day=True,
        place="canal",
        together="poignet",
    )
    for days, told in (
        (80, "Plâtre bien toléré, pas de déplacement secondaire."),
        (45, "Consolidation acquise, retrait du plâtre. Kinésithérapie."),
    ):
        life.page(f"poignet-controle-{days}", "fabre", days, "34875-5", "Consultation de contrôle", told)
    life.page(
        "poignet-kine",
        "fabre",
        45,
        "PRESC-KINE",
        "Ordonnance de kinésithérapie",
        "Rééducation du poignet et de la main gauches : 15 séances.",
        wrapped=False,
    )
    life.page(
        "poignet-arret",
        "lambert",
        88,
        "PRESC-AAT",
        "Avis d’arrêt de travail",
        "Arrêt de travail : 21 jours.",
        wrapped=False,
        any_day=True,
    )


def appendix(life: Life) -> None:
    life.page(
        "appendice-urgences",
        "lambert",
        610,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Douleur de la fosse iliaque droite depuis la veille, vomissements.",
        "# Prise en charge",
        "Température 38,4 °C. Leucocytes 14,2 G/L, CRP 62 mg/L. Échographie : appendice de 9 mm.",
        "# Sortie",
        "Hospitalisation en chirurgie.",
        any_day=True,
        encounter="EMER",
    )
    life.page(
        "appendice-op",
        "fabre",
        609,
        "34874-8",
        "Compte rendu opératoire",
        "# Intervention",
        "Appendicectomie par cœlioscopie.",
        "# Déroulement",
        "Appendice inflammatoire, non perforé. Sans incident.",
        any_day=True,
        encounter="IMP",
    )
    life.page(
        "appendice-anapath",
        "schmitt",
        602,
        "60568-3",
        "Examen anatomopathologique",
        "# Conclusion",
        "Appendicite aiguë. Pas de lésion tumorale.",
        prescriber="fabre",
    )
    life.page(
        "appendice-sortie",
        "fabre",
        607,
        "11490-0",
        "Lettre de liaison à la sortie",
        "# Évolution",
        "Suites simples. Retour à domicile au deuxième jour.",
        "# Suite",
        "Pas de sport trois semaines. Fils résorbables.",
        any_day=True,
        stay=2,
    )


def hernia(life: Life) -> None:
    life.letter(
        "hernie-1",
        "diallo",
        420,
        "Consultation : grosseur de l’aine",
        examen_clinique="Hernie inguinale droite, réductible.",
        conclusion="Hernie inguinale droite.",
        conduite="Avis chirurgical.",
    )
    life.page(
        "hernie-adressage",
        "diallo",
        420,
        "96349-6",
        "Lettre d’adressage",
        "Cher confrère,",
        f"Merci de recevoir {life.title} pour une hernie inguinale droite, gênante à l’effort. Pas d’antécédent notable.",
        "Bien confraternellement,",
        wrapped=False,
    )
    life.lab(372, "nfs", "rein", "inr", title="Bilan avant opération", name="hernie-bio")
    life.page(
        "hernie-op",
        "fabre",
        360,
        "34874-8",
        "Compte rendu opératoire",
        "# Intervention",
        "Cure de hernie inguinale droite par cœlioscopie, avec prothèse.",
        "# Déroulement",
        "Sans incident. Chirurgie ambulatoire.",
        encounter="IMP",
    )
    life.page(
        "hernie-sortie",
        "fabre",
        360,
        "11490-0",
        "Lettre de liaison à la sortie",
        "# Évolution",
        "Retour à domicile le soir même, accompagné.",
        "# Suite",
        "Paracétamol si besoin. Pas de port de charge pendant un mois.",
    )
    life.page(
        "hernie-controle",
        "fabre",
        328,
        "34875-5",
        "Consultation de contrôle",
        "Cicatrices propres. Pas de récidive. Reprise de toutes les activités.",
    )


STORIES: dict[str, Story] = {
    "knee_pain": knee_pain, "knee_surgery": knee_surgery, "wrist": wrist, "appendix": appendix, "hernia": hernia,
}  # fmt: skip
