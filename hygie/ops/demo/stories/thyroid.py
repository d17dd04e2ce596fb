"""A thyroid that slows down: found, treated, adjusted three times, then in balance."""

from __future__ import annotations

from hygie.ops.demo.life import Life, Story, Take

_MORNING = "1 comprimé le matin à jeun, 30 minutes avant le petit déjeuner"


def thyroid(life: Life) -> None:
    """Three years from tiredness to balance: TSH 11.8 down to 2, doses 50, 75, 88, then 75 µg. One report was corrected."""
    who = life.title
    life.letter(
        "thyroide-motif", "diallo", 1088, "Consultation pour fatigue",
        motif=f"{who} consulte pour une fatigue installée depuis quatre mois, une frilosité et une prise de 4 kg.",
        examen_clinique="TA 118/74 mmHg, pouls 58/min régulier. Peau sèche. Thyroïde discrètement augmentée de volume, souple, indolore.",
        conclusion="Tableau évocateur d’hypothyroïdie. Pas de signe de gravité.",
        conduite=("- TSH, T4 libre, anticorps anti-TPO, NFS, ferritine", "- Nouvelle consultation avec les résultats"),
    )  # fmt: skip
    life.page("thyroide-ordo-bio", "diallo", 1088, "PRESC-BIO", "Ordonnance d’analyses", "Faire pratiquer, à jeun :",
              "TSH, T4 libre\nAnticorps anti-TPO\nNumération formule sanguine, ferritine", wrapped=False)  # fmt: skip
    life.lab(1083, "nfs", "thyroide", "anti_tpo", "ferritine", title="Bilan thyroïdien et NFS", tsh=11.8, t4l=6.1, anti_tpo=612, hemoglobine=12.6,
             notes={"tsh": "Résultat vérifié. À confronter à la clinique."})  # fmt: skip
    life.page(
        "thyroide-echo", "benoit", 1068, "18748-4", "Échographie de la thyroïde", "# Indication", "Hypothyroïdie, anticorps anti-TPO élevés.",
        "# Résultats",
        "Lobe droit : 48 x 18 x 17 mm. Lobe gauche : 46 x 16 x 15 mm. Isthme : 4 mm.\n"
        "Parenchyme hypoéchogène, hétérogène, vascularisation modérément augmentée.\n"
        "Pas de nodule individualisé. Pas d’adénopathie cervicale suspecte.",
        "# Conclusion", "Aspect de thyroïdite chronique. Pas de nodule.", prescriber="diallo",
    )  # fmt: skip
    life.letter(
        "thyroide-diagnostic", "diallo", 1076, "Consultation : résultats et début du traitement",
        motif="Lecture des résultats du bilan thyroïdien.",
        examens="TSH 11,80 mUI/L, T4 libre 6,1 ng/L, anticorps anti-TPO 612 UI/mL. NFS sans anomalie.",
        conclusion="Hypothyroïdie auto-immune (thyroïdite de Hashimoto).",
        conduite=("- Lévothyroxine 50 µg par jour", "- TSH de contrôle dans 8 semaines", "- Échographie de la thyroïde"),
    )  # fmt: skip
    doses = (
        (1076, "levothyrox_50", 60), (1008, "levothyrox_75", 70), (930, "levothyrox_75", 180), (748, "levothyrox_88", 60),
        (684, "levothyrox_88", 180), (500, "levothyrox_75", 60), (438, "levothyrox_75", 180), (256, "levothyrox_75", 180),
        (74, "levothyrox_75", 180),
    )  # fmt: skip
    for days, dose, lasts in doses:
        life.prescribe(f"thyroide-ordo-{days}", "diallo", days, Take(dose, _MORNING, lasts, 5 if lasts == 180 else 1,
                       "À distance du café, du fer et du calcium. Ne pas changer de marque sans en parler.", substitution=False))  # fmt: skip
    checks = (
        (1012, 6.4, 8.2), (934, 3.1, 10.4), (752, 5.6, 9.1), (688, 1.9, 11.8), (504, 0.21, 14.1), (442, 1.6, 11.5),
        (260, 2.0, 11.2), (78, 2.3, 10.9),
    )  # fmt: skip
    for days, tsh, t4l in checks:
        life.lab(days, "thyroide", title="Contrôle thyroïdien", tsh=tsh, t4l=t4l)
    life.lab(
        12,
        "thyroide",
        "nfs",
        "ferritine",
        "lipides",
        title="Bilan annuel et thyroïde",
        name="thyroide-bilan",
        tsh=21.0,
        t4l=11.1,
        cholesterol=2.08,
    )
    life.lab(12, "thyroide", "nfs", "ferritine", "lipides", title="Bilan annuel et thyroïde (compte rendu corrigé)", name="thyroide-bilan-2",
             tsh=2.1, t4l=11.1, cholesterol=2.08, replaces="thyroide-bilan", version=2,
             notes={"tsh": "Annule et remplace le compte rendu du même jour : erreur de transcription de la TSH."})  # fmt: skip
    told = (
        (
            930,
            "La fatigue a nettement diminué. Poids stable.",
            "TSH 3,10 mUI/L.",
            "Hypothyroïdie substituée, en voie d’équilibre.",
        ),
        (
            744,
            "Fatigue revenue depuis un mois, constipation.",
            "TSH 5,60 mUI/L.",
            "Dose insuffisante : passage à 88 µg.",
        ),
        (
            498,
            "Palpitations le soir, sommeil agité.",
            "TSH 0,21 mUI/L, T4 libre 14,1 ng/L.",
            "Dose un peu forte : retour à 75 µg.",
        ),
        (74, "Va bien. Pas de palpitation.", "TSH 2,30 mUI/L.", "Hypothyroïdie équilibrée sous 75 µg."),
    )
    for days, story, exams, conclusion in told:
        life.letter(f"thyroide-suivi-{days}", "diallo", days, "Consultation de suivi", histoire=story, examens=exams, conclusion=conclusion,
                    conduite="Contrôle de la TSH 6 à 8 semaines après tout changement de dose, sinon une fois par an.")  # fmt: skip
    life.page(
        "thyroide-avis", "chevalier", 471, "11488-4", "Avis d’endocrinologie",
        "Chère consœur,",
        f"Merci de m’avoir adressé {who}, suivie pour une thyroïdite de Hashimoto, gênée par des variations de TSH sous lévothyroxine.",
        "L’interrogatoire retrouve une prise en même temps que le café et, par périodes, avec un complément de fer. Je lui ai expliqué "
        "de prendre le comprimé seul, avec un verre d’eau. La dose de 75 µg me paraît adaptée à son poids (62 kg).",
        "Pas d’argument pour une autre maladie auto-immune. Je ne propose pas de la revoir systématiquement ; TSH annuelle.",
        "Bien confraternellement,",
    )  # fmt: skip
    life.page("thyroide-pharmacie", "costa", 73, "60593-1", "Médicaments délivrés", "Délivrance du jour, sur ordonnance du Dr Diallo :",
              (("Médicament", "Quantité", "Posologie"), ("LÉVOTHYROXINE 75 µg", "3 boîtes de 30", _MORNING)), wrapped=False)  # fmt: skip


def thyroid_watch(life: Life) -> None:
    """A TSH slightly above the interval, only watched."""
    for days, tsh in ((870, 5.4), (690, 4.9), (330, 5.6), (60, 5.1)):
        life.lab(days, "thyroide", title="Contrôle de la TSH", tsh=tsh)
    life.letter(
        "tsh-suivi", "diallo", 325, "Consultation : TSH à surveiller", motif="Résultat de TSH un peu au-dessus des valeurs du laboratoire.",
        examen_clinique="Pas de signe d’hypothyroïdie. Thyroïde normale à la palpation.",
        conclusion="Hypothyroïdie fruste, sans symptôme. Abstention thérapeutique décidée ensemble.", conduite="TSH dans 6 à 12 mois.",
    )  # fmt: skip


STORIES: dict[str, Story] = {"thyroid": thyroid, "thyroid_watch": thyroid_watch}
