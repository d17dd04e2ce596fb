"""What comes to nearly everyone: check-ups, screenings, certificates, a season's vaccine, a bad back."""

from __future__ import annotations

from hygie.ops.demo.days import every
from hygie.ops.demo.life import Life, Story, Take


def adult(life: Life) -> None:
    """A yearly check-up, a certificate, a booster, one or two small illnesses."""
    chance = life.dice
    for days in every(370, first=960 + chance.randint(0, 90), last=100):
        panels = ["nfs", "glycemie", "rein", "lipides"] + (["foie"] if life.who.age > 40 else [])
        life.lab(days, *panels, title="Bilan sanguin", name=f"bilan-{days}")
        fine = life.who.usual.get("cholesterol", 1.7) < 1.9
        life.letter(
            f"bilan-lecture-{days}", "diallo", days - 9, "Consultation : lecture du bilan",
            motif="Lecture du bilan sanguin annuel.",
            examen_clinique=f"TA {chance.randint(116, 134)}/{chance.randint(68, 82)} mmHg. Auscultation cardiaque et pulmonaire normale.",
            conclusion="Bilan sans anomalie." if fine else "Cholestérol un peu élevé, reste du bilan sans anomalie.",
            conduite="Prochain bilan dans un an." if fine else "Conseils alimentaires et activité physique. Contrôle dans un an.",
        )  # fmt: skip
    if life.woman and 30 <= life.who.age <= 65:
        days = 400 + chance.randint(0, 300)
        life.page(
            "frottis", "moulin", days, "75492-9", "Dépistage du col de l’utérus", "# Prélèvement", "Cervico-utérin, milieu liquide. Test HPV à haut risque.",
            "# Résultat", "Test HPV-HR : négatif.", "# Suite", "Prochain dépistage dans 5 ans.",
        )  # fmt: skip
    ill = (
        ("angine", "Angine", "Fièvre à 38,6 °C et mal de gorge depuis deux jours.", "Test rapide (TROD) positif au streptocoque A.",
         (Take("amoxicilline", "1 comprimé matin et soir", 6), Take("paracetamol", "1 comprimé si douleur, 3 par jour au plus", 5))),
        ("rhino", "Rhinopharyngite", "Nez pris, toux grasse, pas de fièvre.", "Examen rassurant : infection virale.",
         (Take("paracetamol", "1 comprimé si besoin, 3 par jour au plus", 5), Take("serum", "Lavages de nez plusieurs fois par jour", 7))),
        ("sinusite", "Sinusite", "Douleur sous l’œil droit et fièvre depuis quatre jours.", "Sinusite maxillaire aiguë.",
         (Take("amoxicilline", "1 comprimé 3 fois par jour", 7), Take("paracetamol", "1 comprimé si douleur", 5))),
    )  # fmt: skip
    for name, title, story, conclusion, takes in chance.sample(ill, 2):
        days = chance.randint(40, 900)
        life.letter(
            f"{name}-lettre",
            "diallo",
            days,
            f"Consultation : {title.lower()}",
            histoire=story,
            conclusion=conclusion,
            conduite="Traitement sur ordonnance. Revoir si la fièvre persiste.",
        )
        life.prescribe(f"{name}-ordo", "diallo", days, *takes)
    if life.who.age in range(44, 48):
        life.vaccinate(
            "diallo", 610 + chance.randint(0, 60), "dtcap", title="Rappel : diphtérie, tétanos, polio, coqueluche"
        )
    if chance.random() < 0.4:
        life.page("certificat-sport", "diallo", 395 + chance.randint(0, 120), "89601-9", "Certificat médical",
                  f"Je soussignée, Dr Awa Diallo, certifie avoir examiné ce jour {life.title} et n’avoir pas constaté de contre-indication "
                  "à la pratique de la course à pied et de la natation, en loisir.", "Certificat établi à la demande de l’intéressé(e) et remis en main propre.", wrapped=False)  # fmt: skip


def student(life: Life) -> None:
    chance = life.dice
    life.vaccinate("diallo", 640, "meningo_acwy", title="Rattrapage : méningocoques ACWY")
    life.page(
        "certificat-fac",
        "diallo",
        410,
        "89601-9",
        "Certificat médical",
        f"Je certifie que l’état de santé de {life.title} ne contre-indique pas la pratique du sport, en compétition universitaire.",
        wrapped=False,
    )
    life.letter("gastro", "roux", 233, "Consultation : gastro-entérite", histoire="Diarrhée et vomissements depuis hier, au retour d’un week-end entre amis.",
                examen_clinique="Abdomen souple, pas de déshydratation. Température 37,9 °C.", conclusion="Gastro-entérite aiguë, sans gravité.", conduite="Boire souvent, par petites quantités. Repos 48 heures.")  # fmt: skip
    life.page(
        "arret-gastro",
        "roux",
        233,
        "89601-9",
        "Certificat d’absence",
        "L’état de santé de l’intéressé(e) justifie une absence aux cours de deux jours.",
        wrapped=False,
    )
    life.lab(228 + chance.randint(0, 30), "nfs", "crp", title="NFS et CRP", crp=3.2)
    life.page("vue", "picard", 120, "78513-9", "Compte rendu de consultation d’ophtalmologie",
              "# Réfraction", (("", "Sphère", "Cylindre", "Axe"), ("Œil droit", "-1,75", "-0,50", "170°"), ("Œil gauche", "-2,00", "-0,25", "10°")),
              "# Conclusion", "Myopie stable. Acuité 10/10 aux deux yeux avec correction. Fond d’œil normal.")  # fmt: skip


def senior(life: Life) -> None:
    """A vaccine each autumn, and the others of that age."""
    today = life.calendar.today
    for years in range(3):
        autumn = today.replace(year=today.year - years, month=10, day=20)
        days = (today - autumn).days
        if days > 0:
            by = "costa" if years % 2 else "diallo"
            life.vaccinate(
                by,
                days,
                "grippe_65",
                name=f"grippe-{years}",
                title=f"Vaccination contre la grippe, automne {autumn.year}",
            )
    life.vaccinate("diallo", 520, "zona", rank=1, name="zona-1", title="Vaccination contre le zona, 1re dose")
    life.vaccinate("diallo", 455, "zona", rank=2, name="zona-2", title="Vaccination contre le zona, 2e dose")
    life.vaccinate("diallo", 690, "dtcap", title="Rappel : diphtérie, tétanos, polio, coqueluche")
    for days in every(190, first=1000, last=20):
        life.lab(
            days,
            "nfs",
            "rein",
            "iono",
            *(("vitamine_d",) if days > 800 else ()),
            title="Bilan semestriel",
            name=f"semestre-{days}",
        )


def screening(life: Life) -> None:
    """The organised screenings of that age."""
    if life.who.age >= 50:
        for days in (760, 40):
            life.page(f"colorectal-{days}", "saurin", days, "75492-9", "Dépistage du cancer colorectal", "# Test immunologique fécal",
                      "Taux d’hémoglobine : inférieur au seuil de positivité.\nRésultat : négatif.", "# Suite",
                      "Un nouveau test vous sera proposé dans deux ans. En cas de symptôme d’ici là, parlez-en à votre médecin.", wrapped=False)  # fmt: skip
    if life.woman and life.who.age >= 48:
        for days in (820, 95):
            life.page(
                f"mammo-{days}", "benoit", days, "18748-4", "Mammographie bilatérale", "# Indication", "Dépistage.", "# Technique",
                "Deux incidences par sein, double lecture.", "# Résultats", "Seins de densité de type B. Pas d’opacité suspecte ni de foyer de microcalcifications.",
                "# Conclusion", "Examen normal des deux côtés : ACR 1. Prochain contrôle dans deux ans.", prescriber="diallo",
            )  # fmt: skip
    life.letter("prevention", "diallo", 300, "Bilan de prévention", type_code="75482-0",
                motif="Bilan de prévention.", resultats=("- Vaccins : à jour", "- Dépistages : faits", "- Activité physique : deux marches par semaine", "- Tabac : jamais, ou arrêté"),
                conclusion="Pas d’action urgente.", conduite="Augmenter la marche à 30 minutes, cinq jours par semaine.")  # fmt: skip


def screening_past(life: Life) -> None:
    life.page(
        "mammo-fin",
        "benoit",
        905,
        "18748-4",
        "Mammographie bilatérale",
        "# Résultats",
        "Pas d’image suspecte.",
        "# Conclusion",
        "ACR 1 à droite et à gauche.",
        prescriber="diallo",
    )


def back_pain(life: Life) -> None:
    life.letter("dos-1", "diallo", 512, "Consultation : lombalgie", histoire="Douleur basse du dos depuis trois jours, après avoir porté une charge.",
                examen_clinique="Contracture lombaire, Lasègue négatif, pas de déficit moteur.", conclusion="Lombalgie commune aiguë.", conduite="Rester actif, antalgique, kinésithérapie si la douleur dure.")  # fmt: skip
    life.prescribe(
        "dos-ordo",
        "diallo",
        512,
        Take("paracetamol", "1 comprimé 3 fois par jour", 10),
        Take("ketoprofene", "1 application matin et soir", 10),
    )
    life.page(
        "dos-arret",
        "diallo",
        512,
        "PRESC-AAT",
        "Avis d’arrêt de travail",
        "Arrêt de travail initial : 5 jours.\nSorties autorisées.",
        wrapped=False,
    )
    life.page(
        "dos-kine",
        "diallo",
        488,
        "PRESC-KINE",
        "Ordonnance de kinésithérapie",
        "Rééducation du rachis lombaire : 10 séances.\nApprentissage des gestes et des postures.",
        wrapped=False,
    )
    life.page("dos-irm", "benoit", 430, "18748-4", "IRM du rachis lombaire", "# Indication", "Lombalgie persistante.", "# Technique", "Séquences sagittales T1, T2, STIR ; axiales T2.",
              "# Résultats", "Discopathie L4-L5 avec saillie discale médiane sans conflit radiculaire. Canal de calibre normal. Cône terminal en place.",
              "# Conclusion", "Discopathie L4-L5 débutante, sans hernie.", prescriber="diallo")  # fmt: skip
    life.letter(
        "dos-2",
        "diallo",
        421,
        "Consultation : résultat de l’IRM",
        examens="IRM : discopathie L4-L5 débutante, sans hernie.",
        conclusion="Lombalgie en voie de guérison.",
        conduite="Reprise du sport progressive. Pas d’autre examen.",
    )


def migraine(life: Life) -> None:
    life.letter("migraine-1", "diallo", 640, "Consultation : maux de tête", histoire="Crises d’un seul côté du crâne, deux à trois par mois, avec nausées et gêne à la lumière.",
                examen_clinique="Examen neurologique normal. TA 122/76 mmHg.", conclusion="Migraine sans aura.", conduite="Traitement de crise pris tôt. Tenir un calendrier des crises.")  # fmt: skip
    for days in (640, 360, 80):
        life.prescribe(
            f"migraine-ordo-{days}",
            "diallo",
            days,
            Take("ibuprofene", "1 comprimé dès le début de la crise, 3 par jour au plus", 90, 2, "Pendant un repas."),
        )
    life.letter(
        "migraine-2",
        "diallo",
        360,
        "Consultation de suivi",
        histoire="Une crise par mois. Facteurs repérés : manque de sommeil, écrans.",
        conclusion="Migraine bien contrôlée.",
        conduite="Poursuite du traitement de crise seul.",
    )


def allergy(life: Life) -> None:
    today = life.calendar.today
    springs = [
        days
        for years in range(4)
        if (days := (today - today.replace(year=today.year - years, month=4, day=8)).days) > 2
    ]
    for days in springs:
        life.prescribe(
            f"allergie-{days}", "diallo", days, Take("cetirizine", "1 comprimé le soir, d’avril à juillet", 90, 1)
        )
    life.letter("allergie-avis", "diallo", 590, "Consultation : rhinite allergique", histoire="Éternuements et yeux qui piquent chaque printemps.",
                examens="Tests cutanés : graminées et bouleau positifs, acariens négatifs.", conclusion="Rhinite allergique saisonnière aux pollens.", conduite="Antihistaminique pendant la saison. Pas de désensibilisation pour l’instant.")  # fmt: skip


def burnout(life: Life) -> None:
    """Exhaustion at work, and getting better: papers that one may want to keep from others."""
    life.letter("epuisement-1", "diallo", 320, "Consultation : épuisement", motif="Troubles du sommeil, irritabilité, pleurs, depuis deux mois, dans un contexte de surcharge de travail.",
                examen_clinique="Ralentissement, tristesse. Pas d’idée suicidaire.", conclusion="Épisode dépressif d’intensité moyenne, épuisement professionnel.",
                conduite=("- Arrêt de travail", "- Suivi par un psychologue", "- Traitement antidépresseur discuté et accepté"))  # fmt: skip
    life.page(
        "epuisement-arret",
        "diallo",
        320,
        "PRESC-AAT",
        "Avis d’arrêt de travail",
        "Arrêt de travail initial : 30 jours.\nSorties libres.",
        wrapped=False,
    )
    for days in (320, 288, 200, 110):
        takes = [Take("sertraline", "1 gélule le matin", 30 if days > 250 else 90, 0 if days > 250 else 2)]
        if days > 250:
            takes.append(Take("zopiclone", "1 comprimé au coucher, 2 semaines au plus", 14))
        life.prescribe(f"epuisement-ordo-{days}", "diallo", days, *takes)
    life.letter(
        "epuisement-2",
        "diallo",
        200,
        "Consultation de suivi",
        histoire="Sommeil retrouvé, reprise du travail à mi-temps prévue.",
        conclusion="Nette amélioration.",
        conduite="Poursuite du traitement six mois après la guérison.",
    )


STORIES: dict[str, Story] = {
    "adult": adult, "student": student, "senior": senior, "screening": screening, "screening_past": screening_past,
    "back_pain": back_pain, "migraine": migraine, "allergy": allergy, "burnout": burnout,
}  # fmt: skip
