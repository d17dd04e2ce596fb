"""Children: vaccines and examinations on their days, coughs, a school, an asthma."""

from __future__ import annotations

from datetime import timedelta

from hygie.ops.demo.life import Life, Story, Take

_MONTH = 30.44


def _since_birth(life: Life, months: float) -> int:
    """Days ago when this child was that old; below 1 for what is still to come."""
    day = life.who.born(life.calendar) + timedelta(days=round(months * _MONTH))
    return (life.calendar.today - day).days


def _vaccines(life: Life, by: str = "caron") -> None:
    """The schedule of 2025: ages in months, vaccines, rank."""
    for months, vaccines, rank in (
        (2, ("hexavalent", "pneumocoque"), 1), (3, ("meningo_b",), 1), (4, ("hexavalent", "pneumocoque"), 2), (5, ("meningo_b",), 2),
        (6, ("meningo_acwy",), 1), (11, ("hexavalent", "pneumocoque"), 3), (12, ("ror", "meningo_acwy"), 1), (12.4, ("meningo_b",), 3),
        (17, ("ror",), 2), (72, ("dtcap",), 4),
    ):  # fmt: skip
        days = _since_birth(life, months)
        if days > 2:
            life.vaccinate(by, days, *vaccines, rank=rank, name=f"vaccin-{months}")


def _examination(life: Life, months: float, told: str, weight: str, height: str, name: str = "") -> None:
    days = _since_birth(life, months)
    if days > 2:
        age = f"{months:.0f} mois" if months < 36 else f"{months / 12:.0f} ans"
        life.letter(f"examen-{name or round(months)}", life.who.doctor or "caron", days, f"Examen de l’enfant, {age}", type_code="59283-2",
                    examen_clinique=(f"Poids {weight}, taille {height}.", told), conclusion="Développement et croissance satisfaisants.", conduite="Carnet de santé rempli.")  # fmt: skip


def _certificate(life: Life, months: float, which: str) -> None:
    days = _since_birth(life, months)
    if days > 2:
        boy = life.who.sex == "male"
        life.page(f"certificat-{which}", "caron", days, "CERT_DECL", f"Certificat de santé de l’enfant : {which}", f"Je soussignée, Dr Inès Caron, pédiatre, certifie avoir examiné {life.who.given[0]}.",
                  f"Vaccinations à jour. Examen clinique sans anomalie. Enfant gardé{'' if boy else 'e'} en crèche collective.", wrapped=False)  # fmt: skip


def baby(life: Life) -> None:
    _vaccines(life)
    for months, told, weight, height in (
        (0.25, "Examen du nouveau-né normal. Hanches stables. Audition : test réalisé.", "3,420 kg", "50 cm"),
        (1, "Suit du regard. Allaitement, prise de poids régulière.", "4,250 kg", "54 cm"),
        (2, "Sourit. Tient sa tête par moments.", "5,150 kg", "57,5 cm"),
        (4, "Attrape les objets. Se retourne sur le côté.", "6,700 kg", "63 cm"),
        (6, "Tient assis avec appui. Diversification commencée.", "7,800 kg", "67 cm"),
        (9, "Tient assis seul, passe un objet d’une main à l’autre.", "8,900 kg", "71 cm"),
        (12, "Se met debout avec appui, dit « papa » et « mama ».", "9,900 kg", "75 cm"),
        (17, "Marche seul, une dizaine de mots.", "11,000 kg", "80 cm"),
        (24, "Court, associe deux mots. Dents : 16.", "12,300 kg", "86 cm"),
    ):
        _examination(life, months, told, weight, height)
    for months, which in ((0.2, "8e jour"), (9.1, "9e mois"), (24.2, "24e mois")):
        _certificate(life, months, which)
    days = _since_birth(life, 8)
    if days > 5:
        life.letter(
            "bronchiolite",
            "caron",
            days,
            "Consultation : bronchiolite",
            histoire="Rhume depuis trois jours, toux et sifflements, boit les trois quarts de ses biberons.",
            examen_clinique="Température 38 °C, fréquence respiratoire 44/min, saturation 97 %.",
            conclusion="Bronchiolite sans signe de gravité.",
            conduite=(
                "- Lavages de nez avant chaque repas",
                "- Fractionner les repas",
                "- Aller aux urgences en cas de gêne importante ou de refus de boire",
            ),
        )
        life.prescribe(
            "bronchiolite-ordo",
            "caron",
            days,
            Take("serum", "Lavages de nez avant les repas", 10),
            Take("paracetamol_sirop", "1 dose-poids si fièvre, 4 par jour au plus", 5),
        )
    life.prescribe(
        "vitamine-d", "caron", max(3, _since_birth(life, 0.3)), Take("vitamine_d_gouttes", "3 gouttes par jour", 365, 1)
    )


def toddler(life: Life) -> None:
    _vaccines(life)
    for months, told, weight, height in (
        (24, "Court, associe deux mots.", "12,100 kg", "86 cm"),
        (36, "Dessine un rond, propre le jour. Vue et langage normaux.", "14,300 kg", "95 cm"),
        (48, "Saute à cloche-pied, raconte sa journée. Audition normale.", "16,500 kg", "102 cm"),
    ):
        _examination(life, months, told, weight, height)
    life.letter(
        "otite",
        "caron",
        205,
        "Consultation : otite",
        histoire="Fièvre à 39 °C et douleur de l’oreille droite depuis hier.",
        examen_clinique="Tympan droit rouge et bombé.",
        conclusion="Otite moyenne aiguë droite.",
        conduite="Antibiotique 5 jours. Contrôle si la fièvre dure plus de 48 heures.",
    )
    life.prescribe(
        "otite-ordo",
        "caron",
        205,
        Take("amoxicilline_sirop", "1 dose-poids matin et soir", 5),
        Take("paracetamol_sirop", "1 dose-poids si fièvre ou douleur", 5),
    )
    life.letter(
        "gastro",
        "caron",
        66,
        "Consultation : gastro-entérite",
        histoire="Quatre selles liquides depuis ce matin, un vomissement.",
        examen_clinique="Pas de déshydratation. 16,2 kg.",
        conclusion="Gastro-entérite aiguë.",
        conduite="Soluté de réhydratation, alimentation normale dès que possible.",
    )
    life.prescribe("gastro-ordo", "caron", 66, Take("racecadotril", "1 sachet 3 fois par jour", 5))
    _certificate(life, 24.2, "24e mois")


def schoolgirl(life: Life) -> None:
    _vaccines(life)
    _examination(life, 72, "Latéralité à droite. Vue 10/10. Entre au CP.", "20,5 kg", "116 cm", "6-ans")
    _examination(life, 102, "Lit couramment. Dos droit. Activité : danse.", "28,0 kg", "131 cm", "8-ans")
    life.page(
        "certificat-danse",
        "caron",
        440,
        "89601-9",
        "Certificat médical",
        "Lina ne présente pas ce jour de contre-indication à la pratique de la danse.",
        wrapped=False,
    )
    life.letter(
        "angine",
        "diallo",
        282,
        "Consultation : angine",
        histoire="Mal de gorge et 38,9 °C depuis hier.",
        examens="TROD négatif.",
        conclusion="Angine virale.",
        conduite="Paracétamol, repos. École après disparition de la fièvre.",
    )
    life.prescribe(
        "angine-ordo", "diallo", 282, Take("paracetamol_sirop", "1 dose-poids si fièvre, 4 par jour au plus", 5)
    )
    life.page(
        "vue",
        "picard",
        150,
        "78513-9",
        "Bilan visuel",
        "# Résultats",
        (("", "Œil droit", "Œil gauche"), ("Acuité sans correction", "7/10", "6/10"), ("Correction", "-0,75", "-1,00")),
        "# Conclusion",
        "Petite myopie. Lunettes pour la classe.",
    )
    life.page(
        "dents",
        "caron",
        71,
        "11488-4",
        "Bilan bucco-dentaire",
        "Pas de carie. Dents de lait en cours de remplacement. Brossage deux fois par jour.",
        wrapped=False,
    )


def asthmatic_boy(life: Life) -> None:
    _vaccines(life)
    _examination(life, 48, "Langage riche. Audition normale.", "16,8 kg", "103 cm", "4-ans")
    _examination(life, 72, "Vue 10/10. Entre au CP.", "21,0 kg", "117 cm", "6-ans")
    life.letter(
        "asthme-1",
        "caron",
        690,
        "Consultation : toux et sifflements",
        histoire="Troisième épisode de sifflements cet hiver, toux la nuit et à la course.",
        examen_clinique="Sifflements des deux côtés, levés par le salbutamol.",
        conclusion="Asthme du jeune enfant.",
        conduite=("- Traitement de fond avec chambre d’inhalation", "- Consultation dans trois mois"),
    )
    for days in (690, 510, 330, 150, 22):
        life.prescribe(
            f"asthme-{days}",
            "caron",
            days,
            Take(
                "fluticasone", "1 bouffée matin et soir, avec chambre d’inhalation", 180, 2, "Rincer la bouche après."
            ),
            Take("salbutamol", "2 bouffées en cas de gêne, avec chambre d’inhalation", 180, 1),
        )
    life.page(
        "pai",
        "caron",
        445,
        "80771-9",
        "Projet d’accueil individualisé (école)",
        "# Affection",
        "Asthme.",
        "# En cas de crise",
        "Asseoir l’enfant, le rassurer. 2 bouffées de salbutamol avec la chambre d’inhalation, à répéter après 10 minutes.\nSi pas d’amélioration : appeler le 15, puis les parents.",
        wrapped=False,
    )
    life.letter(
        "asthme-2",
        "caron",
        330,
        "Consultation de suivi",
        histoire="Une seule crise en six mois. Court sans tousser.",
        conclusion="Asthme bien contrôlé.",
        conduite="Même traitement. Réévaluation à l’automne.",
    )
    life.lab(640, "nfs", "crp", title="NFS et CRP", crp=14, leucocytes=11.4)


def schoolboy(life: Life) -> None:
    _vaccines(life)
    _examination(life, 102, "Bon élève, dort bien. Port du cartable correct.", "29,5 kg", "133 cm", "8-ans")
    life.page(
        "radio-bras",
        "benoit",
        371,
        "18748-4",
        "Radiographie de l’avant-bras droit",
        "# Indication",
        "Chute à vélo.",
        "# Résultats",
        "Fracture en motte de beurre du radius distal droit, non déplacée.",
        "# Conclusion",
        "Fracture stable.",
        any_day=True,
        place="canal",
        together="bras",
    )
    life.page(
        "urgences-bras",
        "lambert",
        371,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Douleur du poignet droit après une chute à vélo.",
        "# Prise en charge",
        "Immobilisation par attelle plâtrée, antalgique.",
        "# Sortie",
        "Contrôle dans trois semaines. Dispense de sport six semaines.",
        any_day=True,
        encounter="EMER",
        together="bras",
    )
    life.page(
        "controle-bras",
        "fabre",
        349,
        "34875-5",
        "Consultation de contrôle",
        "Fracture consolidée. Retrait de l’attelle. Reprise du sport dans trois semaines.",
        place="canal",
    )
    life.page(
        "dispense",
        "caron",
        370,
        "89601-9",
        "Certificat de dispense de sport",
        "Dispense d’éducation physique pour une durée de six semaines.",
        wrapped=False,
    )


def teenager(life: Life) -> None:
    life.vaccinate("diallo", 700, "hpv", rank=1, name="hpv-1")
    life.vaccinate("diallo", 515, "hpv", rank=2, name="hpv-2")
    life.vaccinate("diallo", 702, "dtcap", name="rappel", title="Rappel : diphtérie, tétanos, polio, coqueluche")
    life.vaccinate("diallo", 514, "meningo_acwy", name="acwy")
    boy = life.who.sex == "male"
    life.letter(
        "examen-ado",
        "diallo",
        402,
        "Examen de l’adolescent",
        type_code="59283-2",
        examen_clinique="Taille 172 cm, poids 60 kg. Dos droit. Vue 10/10."
        if boy
        else "Taille 160 cm, poids 49 kg. Dos droit. Vue 10/10.",
        conclusion="Adolescent en bonne santé." if boy else "Adolescente en bonne santé.",
        conduite="Sommeil : pas d’écran après 22 heures. Un temps seul avec le médecin a été proposé.",
    )
    life.page(
        "certificat-sport",
        "diallo",
        80,
        "89601-9",
        "Certificat médical",
        "Pas de contre-indication à la pratique du basket-ball en compétition.",
        wrapped=False,
    )
    life.letter(
        "entorse",
        "diallo",
        170,
        "Consultation : entorse de cheville",
        histoire="Torsion de la cheville gauche au sport.",
        examen_clinique="Gonflement externe, appui possible. Critères d’Ottawa négatifs.",
        conclusion="Entorse bénigne.",
        conduite="Glace, attelle dix jours, reprise progressive.",
    )
    life.prescribe(
        "entorse-ordo",
        "diallo",
        170,
        Take("paracetamol", "1 comprimé si douleur", 5),
        Take("ketoprofene", "1 application matin et soir", 7),
    )


STORIES: dict[str, Story] = {
    "baby": baby, "toddler": toddler, "schoolgirl": schoolgirl, "asthmatic_boy": asthmatic_boy, "schoolboy": schoolboy,
    "teenager": teenager,
}  # fmt: skip
