"""Long illnesses: tension, diabetes, gout, lungs, eyes, heart, a lack of iron."""

from __future__ import annotations

from hygie.ops.demo.days import every
from hygie.ops.demo.life import Life, Story, Take


def hypertension(life: Life) -> None:
    life.letter("tension-1", "diallo", 1020, "Consultation : tension artérielle", motif="Tension élevée retrouvée à trois consultations.",
                examen_clinique="TA 156/94 mmHg aux deux bras. Pouls 74/min.", examens="Automesure sur trois jours : moyenne 148/91 mmHg. ECG normal.",
                conclusion="Hypertension artérielle.", conduite=("- Moins de sel, marche quotidienne", "- Ramipril 5 mg", "- Ionogramme et créatinine dans 3 semaines"))  # fmt: skip
    for days in every(182, first=1020, last=15):
        treat = [Take("ramipril", "1 comprimé le matin", 180, 5)]
        if days < 700:
            treat.append(Take("amlodipine", "1 gélule le matin", 180, 5))
        if life.who.usual.get("cholesterol", 0) > 2.2 and days < 850:
            treat.append(Take("atorvastatine", "1 comprimé le soir", 180, 5))
        life.prescribe(f"tension-ordo-{days}", "diallo", days, *treat)
    cholesterol = life.who.usual.get("cholesterol", 1.9)
    for days in every(240, first=998, last=20):
        panels = ("rein", "iono", "lipides") if days < 900 else ("rein", "iono")
        treated = 1.86 if days < 800 and cholesterol > 2.2 else cholesterol
        life.lab(days, *panels, title="Surveillance du traitement", name=f"tension-bio-{days}", cholesterol=treated)
    life.letter(
        "tension-2",
        "diallo",
        470,
        "Consultation de suivi",
        histoire="Traitement bien toléré, pas de toux.",
        examen_clinique="TA 132/80 mmHg.",
        conclusion="Tension équilibrée.",
        conduite="Automesure avant chaque consultation. Renouvellement pour six mois.",
    )
    life.page("tension-ecg", "leroy", 655, "11488-4", "Consultation de cardiologie", "Cher confrère, chère consœur,",
              "ECG : rythme sinusal à 68/min, pas de trouble de la repolarisation. Échocardiographie : ventricule gauche non hypertrophié, fraction d’éjection 63 %.",
              "Cœur normal. Pas de surveillance particulière en dehors de la tension.", "Bien confraternellement,")  # fmt: skip


def diabetes(life: Life) -> None:
    """Type 2, tablets: HbA1c from 8.1 to 6.8 %."""
    steps = (8.1, 7.8, 7.4, 7.1, 7.2, 6.9, 7.0, 6.8, 6.9, 6.7, 6.8)
    for n, days in enumerate(every(98, first=1040, last=20)):
        panels = ["diabete", "rein"] + (["lipides", "rac"] if n % 4 == 0 else [])
        life.lab(days, *panels, title="Suivi du diabète", name=f"hba1c-{days}", hba1c=steps[min(n, len(steps) - 1)])
    for n, days in enumerate(every(182, first=1030, last=12)):
        takes = [Take("metformine", "1 comprimé matin et soir, pendant le repas", 180, 5, long_term=True)]
        if n > 1:
            takes.append(Take("empagliflozine", "1 comprimé le matin", 180, 5, "Boire suffisamment.", long_term=True))
        takes.append(Take("atorvastatine", "1 comprimé le soir", 180, 5, long_term=True))
        life.prescribe(f"diabete-ordo-{days}", "diallo", days, *takes)
    for days, said, then in (
        (1030, "HbA1c 8,1 %.", "Introduction de la metformine, éducation à l’alimentation."),
        (640, "HbA1c 7,4 %. Pas d’hypoglycémie.", "Ajout d’empagliflozine. Pieds examinés : sensibilité normale."),
        (270, "HbA1c 6,9 %. Poids en baisse de 3 kg.", "Objectif atteint, traitement inchangé."),
    ):
        life.letter(
            f"diabete-{days}",
            "diallo",
            days,
            "Consultation : suivi du diabète",
            motif="Suivi du diabète de type 2.",
            resultats=said,
            conduite=then,
        )
    for days in (880, 500, 130):
        life.page(
            f"fond-oeil-{days}",
            "picard",
            days,
            "78513-9",
            "Fond d’œil",
            "# Résultat",
            "Rétinographie des deux yeux : pas de rétinopathie diabétique.\nPression oculaire : 15 et 16 mmHg.",
            "# Suite",
            "Contrôle dans un an.",
        )
    life.page("diabete-avis", "chevalier", 610, "11488-4", "Avis d’endocrinologie", "Chère consœur,", f"J’ai vu {life.title} pour son diabète de type 2, connu depuis trois ans.",
              "Pas de complication à ce jour : fond d’œil normal, albuminurie dans la norme, sensibilité des pieds conservée. Le traitement me paraît bien choisi.",
              "Je propose une surveillance de l’HbA1c tous les trois à quatre mois et reste disponible.", "Bien confraternellement,", place="quais")  # fmt: skip
    life.page(
        "diabete-ald",
        "diallo",
        1010,
        "PROT_ALD",
        "Protocole de soins (ALD 8)",
        "Affection : diabète de type 2.\nActes et examens : HbA1c trimestrielle, créatinine, albuminurie, bilan lipidique, fond d’œil, ECG annuels.\nDurée : 10 ans.",
        wrapped=False,
    )


def diabetes_insulin(life: Life) -> None:
    """Type 2 with insulin, kidneys that slow down."""
    for n, days in enumerate(every(91, first=1060, last=9)):
        life.lab(days, "diabete", "rein", "iono", *(("rac", "nfs") if n % 3 == 0 else ()), title="Suivi du diabète et des reins", name=f"insuline-bio-{days}",
                 hba1c=8.4 - 0.1 * min(n, 8), creatinine=13.2 + 0.22 * n)  # fmt: skip
    for days in every(91, first=1055, last=9):
        life.prescribe(f"insuline-ordo-{days}", "diallo", days, Take("glargine", "22 unités le soir, à adapter", 90, 2, long_term=True),
                       Take("ramipril_10", "1 comprimé le matin", 90, 2, long_term=True), Take("atorvastatine", "1 comprimé le soir", 90, 2, long_term=True),
                       Take("empagliflozine", "1 comprimé le matin", 90, 2, long_term=True))  # fmt: skip
    life.page(
        "insuline-infirmiere",
        "diallo",
        720,
        "PRESC-INF",
        "Ordonnance de soins infirmiers",
        "Injection d’insuline le soir, 7 jours sur 7, avec contrôle de la glycémie.\nDurée : 3 mois, renouvelable.",
        wrapped=False,
    )
    for days in (700, 340):
        life.page(f"insuline-avis-{days}", "chevalier", days, "11488-4", "Consultation de diabétologie", "Chère consœur,",
                  "HbA1c à 7,7 %. Débit de filtration estimé autour de 45 mL/min. Une hypoglycémie nocturne ce trimestre : diminution de 2 unités le soir.",
                  "Je propose un avis néphrologique si le débit passe sous 40.", "Bien confraternellement,")  # fmt: skip
    life.page("insuline-hospit", "chevalier", 515, "11490-0", "Lettre de liaison à la sortie", "# Motif d’hospitalisation", "Déséquilibre du diabète au décours d’une infection bronchique.",
              "# Évolution", "Adaptation de l’insuline, antibiotique 7 jours, retour à l’équilibre en 4 jours.",
              "# Traitement de sortie", (("Médicament", "Posologie"), ("Insuline glargine", "22 unités le soir"), ("Ramipril 10 mg", "1 le matin"), ("Atorvastatine 20 mg", "1 le soir")),
              "# Suite", "Contrôle de la créatinine et du potassium à une semaine. Consultation de diabétologie dans trois mois.", any_day=True, stay=4)  # fmt: skip
    for days in (800, 60):
        life.page(
            f"retine-{days}",
            "picard",
            days,
            "78513-9",
            "Fond d’œil",
            "# Résultat",
            "Rétinopathie diabétique débutante, non proliférante, sans atteinte de la macula.",
            "# Suite",
            "Contrôle dans six mois.",
        )


def gout(life: Life) -> None:
    life.letter("goutte-1", "diallo", 705, "Consultation : crise de goutte", histoire="Douleur brutale du gros orteil droit, la nuit, avec rougeur.",
                examen_clinique="Articulation métatarso-phalangienne rouge, chaude, très douloureuse. Température 37,4 °C.", conclusion="Crise de goutte.", conduite="Colchicine, glace, repos du pied. Dosage de l’acide urique à distance.")  # fmt: skip
    life.prescribe(
        "goutte-ordo-1",
        "diallo",
        705,
        Take("colchicine", "1 comprimé, puis un demi une heure après ; ensuite un demi-comprimé 2 fois par jour", 5),
    )
    for days, value in ((680, 84), (600, 66), (420, 58), (240, 55), (50, 54)):
        life.lab(days, "urique", "rein", title="Acide urique", name=f"urique-{days}", acide_urique=value)
    for days in every(180, first=660, last=20):
        life.prescribe(
            f"goutte-ordo-{days}",
            "diallo",
            days,
            Take("allopurinol", "2 comprimés par jour" if days < 650 else "1 comprimé par jour", 180, 5),
        )
    life.letter(
        "goutte-2",
        "diallo",
        410,
        "Consultation de suivi",
        histoire="Pas de nouvelle crise depuis neuf mois.",
        resultats="Acide urique 58 mg/L.",
        conclusion="Goutte contrôlée.",
        conduite="Poursuite de l’allopurinol. Moins de bière et de sodas.",
    )


def asthma(life: Life) -> None:
    for days in every(180, first=1000, last=20):
        life.prescribe(f"asthme-ordo-{days}", "diallo", days, Take("formoterol_budesonide", "1 inhalation matin et soir", 180, 5, "Se rincer la bouche après."),
                       Take("salbutamol", "1 à 2 bouffées en cas de gêne", 180, 2))  # fmt: skip
    life.page("asthme-efr", "lambert", 640, "70004-7", "Explorations fonctionnelles respiratoires", "# Résultats",
              (("Mesure", "Avant", "Après salbutamol"), ("VEMS", "2,61 L (79 %)", "3,02 L (91 %)"), ("CVF", "3,70 L (96 %)", "3,78 L (98 %)"), ("VEMS/CVF", "0,71", "0,80")),
              "# Conclusion", "Trouble obstructif léger, réversible.")  # fmt: skip
    life.page("asthme-urgences", "lambert", 377, "15507-7", "Passage aux urgences", "# Motif", "Crise d’asthme depuis la veille.", "# Prise en charge", "Nébulisations de salbutamol, corticoïde par la bouche. Amélioration en deux heures.",
              "# Sortie", "Retour à domicile. Consulter son médecin dans la semaine.", any_day=True, encounter="EMER")  # fmt: skip
    life.letter(
        "asthme-suivi",
        "diallo",
        370,
        "Consultation après les urgences",
        histoire="Crise déclenchée par un rhume, traitement de fond oublié pendant un mois.",
        conclusion="Asthme partiellement contrôlé.",
        conduite="Reprise du traitement de fond. Plan d’action écrit remis.",
    )


def copd(life: Life) -> None:
    for days in every(91, first=1020, last=14):
        life.prescribe(
            f"bpco-ordo-{days}",
            "diallo",
            days,
            Take("tiotropium", "2 bouffées le matin", 90, 2, long_term=True),
            Take("salbutamol", "2 bouffées si essoufflement", 90, 2),
        )
    life.page("bpco-efr", "lambert", 750, "70004-7", "Explorations fonctionnelles respiratoires", "# Résultats", (("Mesure", "Valeur", "% attendu"), ("VEMS", "1,62 L", "56 %"), ("CVF", "2,90 L", "78 %"), ("VEMS/CVF", "0,56", "-")),
              "# Conclusion", "Trouble obstructif modéré, non réversible : BPCO stade 2.")  # fmt: skip
    life.page(
        "bpco-scanner",
        "benoit",
        735,
        "18748-4",
        "Scanner thoracique",
        "# Indication",
        "BPCO, ancien fumeur.",
        "# Résultats",
        "Emphysème centrolobulaire des sommets. Pas de nodule suspect. Pas d’épanchement.",
        "# Conclusion",
        "Emphysème modéré, sans nodule.",
        prescriber="diallo",
    )
    life.page("bpco-hospit", "lambert", 290, "11490-0", "Lettre de liaison à la sortie", "# Motif d’hospitalisation", "Exacerbation de BPCO d’origine infectieuse.", "# Évolution",
              "Amélioration sous antibiotique, corticoïde court et oxygène 2 L/min, sevré au troisième jour.", "# Suite", "Réhabilitation respiratoire. Vaccin contre la grippe à jour.", any_day=True, stay=5)  # fmt: skip


def glaucoma(life: Life) -> None:
    for n, days in enumerate(every(180, first=1010, last=20)):
        right, left = 22 - min(n, 5), 23 - min(n, 6)
        life.page(f"glaucome-{days}", "picard", days, "78513-9", "Consultation de glaucome", "# Résultats", (("", "Œil droit", "Œil gauche"), ("Acuité", "10/10", "9/10"), ("Pression", f"{right} mmHg", f"{left} mmHg"), ("Papille (c/d)", "0,5", "0,6")),
                  "# Conclusion", "Champ visuel stable. Poursuite du collyre." if n else "Glaucome débutant : collyre chaque soir.")  # fmt: skip
        life.prescribe(
            f"glaucome-ordo-{days}", "picard", days, Take("latanoprost", "1 goutte le soir dans chaque œil", 180, 5)
        )


def heart(life: Life) -> None:
    """Atrial fibrillation, found on an ECG."""
    life.page("coeur-ecg", "leroy", 990, "11488-4", "Consultation de cardiologie", "Chère consœur,", f"{life.title} présente une fibrillation auriculaire à 96/min, découverte sur l’ECG systématique, sans retentissement.",
              "Échocardiographie : fraction d’éjection 58 %, oreillette gauche dilatée. Score CHA2DS2-VASc : 3.", "Je débute apixaban 5 mg deux fois par jour et bisoprolol 2,5 mg. Carte de traitement remise.", "Bien confraternellement,")  # fmt: skip
    for days in every(88, first=985, last=6):
        life.prescribe(f"coeur-ordo-{days}", "diallo", days, Take("apixaban", "1 comprimé matin et soir", 90, 2, "Ne jamais arrêter sans avis.", long_term=True), Take("bisoprolol", "1 comprimé le matin", 90, 2, long_term=True),
                       Take("furosemide", "1 comprimé le matin", 90, 2, long_term=True))  # fmt: skip
    for days in every(180, first=960, last=30):
        life.lab(days, "rein", "iono", "coeur", title="Surveillance cardiaque", name=f"coeur-bio-{days}")
    for days in (610, 240):
        life.page(
            f"coeur-suivi-{days}",
            "leroy",
            days,
            "11488-4",
            "Consultation de cardiologie",
            "Chère consœur,",
            "Fibrillation auriculaire permanente, fréquence bien contrôlée à 72/min. Pas de saignement. Jambes sans œdème.",
            "Traitement inchangé. Contrôle dans un an.",
            "Bien confraternellement,",
        )
    life.page(
        "coeur-pharmacie",
        "costa",
        100,
        "78601-2",
        "Entretien pharmaceutique",
        "# Objet",
        "Anticoagulant oral : entretien d’accompagnement.",
        "# Points abordés",
        "Horaires des prises, oubli d’un comprimé, signes de saignement, automédication à éviter (anti-inflammatoires).",
        "# Conclusion",
        "Traitement bien compris et bien pris.",
        wrapped=False,
    )


def anaemia(life: Life) -> None:
    """Iron lacking, then not."""
    life.lab(
        610,
        "nfs",
        "fer",
        title="NFS et bilan martial",
        name="fer-1",
        hemoglobine=9.8,
        vgm=74,
        ccmh=31.2,
        ferritine=5,
        fer=0.28,
        transferrine=3.8,
    )
    life.letter(
        "fer-lettre",
        "diallo",
        605,
        "Consultation : anémie",
        motif="Fatigue et essoufflement à l’effort.",
        examens="Hémoglobine 9,8 g/dL, VGM 74 fL, ferritine 5 µg/L.",
        conclusion="Anémie par manque de fer, règles abondantes.",
        conduite=("- Fer par la bouche trois mois", "- Avis gynécologique", "- NFS et ferritine de contrôle"),
    )
    life.prescribe("fer-ordo", "diallo", 605, Take("fer", "1 comprimé le matin, à distance du thé", 90, 2))
    life.lab(
        515,
        "nfs",
        "ferritine",
        title="Contrôle après traitement par fer",
        name="fer-2",
        hemoglobine=11.9,
        vgm=82,
        ferritine=18,
    )
    life.lab(380, "nfs", "ferritine", title="Contrôle de la NFS", name="fer-3", hemoglobine=12.9, vgm=86, ferritine=34)
    life.lab(90, "nfs", "ferritine", title="Contrôle de la NFS", name="fer-4", hemoglobine=13.1, vgm=87, ferritine=41)
    life.page(
        "fer-echo",
        "lopez",
        560,
        "18748-4",
        "Échographie pelvienne",
        "# Résultats",
        "Utérus de taille normale. Endomètre 9 mm. Ovaires d’aspect habituel. Pas d’épanchement.",
        "# Conclusion",
        "Examen normal.",
        prescriber="diallo",
    )


STORIES: dict[str, Story] = {
    "hypertension": hypertension, "diabetes": diabetes, "diabetes_insulin": diabetes_insulin, "gout": gout, "asthma": asthma,
    "copd": copd, "glaucoma": glaucoma, "heart": heart, "anaemia": anaemia,
}  # fmt: skip
