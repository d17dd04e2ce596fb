"""Pregnancies, births, breasts, contraception, cystitis."""

from __future__ import annotations

from hygie.formats.cda.lab_report import Chapter, Panel
from hygie.ops.demo.analytes import MICROBIOLOGY, SEROLOGY
from hygie.ops.demo.days import every
from hygie.ops.demo.laboratory import words
from hygie.ops.demo.life import Life, Story, Take


def _serology(life: Life, days: int, immune: bool) -> Chapter:
    at = life.calendar.at(days, 7, 30)
    rows = (
        words("8039-0", "Toxoplasmose IgG", "Négatif", at, reference="Négatif : non immunisée"),
        words("5334-8", "Rubéole IgG", "Positif" if immune else "Négatif", at, reference="Positif : immunisée"),
        words("5196-1", "Antigène HBs", "Négatif", at, reference="Négatif"),
    )
    return Chapter(*SEROLOGY, (Panel("18727-8", "Sérologies de grossesse", rows),))


def _toxoplasmosis(life: Life, days: int) -> Chapter:
    at = life.calendar.at(days, 7, 30)
    return Chapter(
        *SEROLOGY,
        (
            Panel(
                "18727-8",
                "Toxoplasmose",
                (words("8039-0", "Toxoplasmose IgG", "Négatif", at, note="Séronégative : contrôle mensuel."),),
            ),
        ),
    )


def _scan(life: Life, name: str, days: int, term: str, told: str) -> None:
    life.page(
        name,
        "lopez",
        days,
        "18748-4",
        f"Échographie de grossesse, {term}",
        "# Terme",
        term,
        "# Résultats",
        told,
        "# Conclusion",
        "Croissance et morphologie sans anomalie décelée à ce terme.",
    )


def _pregnancy(life: Life, term: int, prefix: str = "") -> None:
    """A first pregnancy or another one: everything until `term` days ago (the expected day; negative: to come)."""
    start = term + 266  # conception, in days ago
    steps = (
        (
            start - 35,
            "Premier examen prénatal",
            "Grossesse de 7 SA, désirée. Pas d’antécédent notable. TA 112/68 mmHg, 61 kg.",
        ),
        (start - 105, "Consultation du 4e mois", "Va bien, nausées passées. Hauteur utérine 16 cm. TA 110/66 mmHg."),
        (
            start - 165,
            "Consultation du 6e mois",
            "Mouvements perçus. Hauteur utérine 23 cm. TA 114/70 mmHg. Bandelette urinaire négative.",
        ),
        (
            start - 225,
            "Consultation du 8e mois",
            "Présentation céphalique. Hauteur utérine 30 cm. TA 118/72 mmHg. Col long et fermé.",
        ),
    )
    for days, title, told in steps:
        life.letter(
            f"{prefix}grossesse-{start - days}",
            "moulin",
            days,
            title,
            examen_clinique=told,
            conclusion="Grossesse d’évolution normale.",
            conduite="Sérologie de toxoplasmose chaque mois. Conseils alimentaires remis.",
        )
    life.lab(start - 25, "grossesse", title="Dosage de bêta-hCG", name=f"{prefix}hcg", hcg=18400)
    life.lab(
        start - 38,
        "nfs",
        "glycemie",
        title="Bilan de début de grossesse",
        name=f"{prefix}debut",
        more=(_serology(life, start - 38, True),),
    )
    for n, days in enumerate(every(30, first=start - 70, last=max(3, term + 10))):
        more = (_toxoplasmosis(life, days),)
        if n == 4:
            life.lab(
                days,
                "nfs",
                "ferritine",
                title="Sérologie de toxoplasmose et NFS",
                name=f"{prefix}toxo-{n}",
                more=more,
                hemoglobine=11.2,
                ferritine=14,
            )
        else:
            life.lab(days, title="Sérologie de toxoplasmose", name=f"{prefix}toxo-{n}", more=more)
    _scan(
        life,
        f"{prefix}echo-1",
        start - 70,
        "12 SA",
        "Embryon unique, activité cardiaque présente. Longueur cranio-caudale 58 mm. Clarté nucale 1,2 mm.",
    )
    _scan(
        life,
        f"{prefix}echo-2",
        start - 140,
        "22 SA",
        "Biométries au 48e percentile. Morphologie complète vue. Placenta antérieur, non bas inséré.",
    )
    _scan(
        life,
        f"{prefix}echo-3",
        start - 205,
        "32 SA",
        "Présentation céphalique. Estimation de poids fœtal 1 820 g (52e percentile). Liquide normal.",
    )
    life.prescribe(f"{prefix}folique", "moulin", start - 35, Take("folique", "1 comprimé par jour", 60))
    life.prescribe(
        f"{prefix}fer",
        "moulin",
        start - 165,
        Take("fer", "1 comprimé par jour", 60, 1),
        Take("vitamine_d", "1 ampoule au 7e mois", 30),
    )
    life.vaccinate(
        "moulin",
        start - 160,
        "dtcap",
        name=f"{prefix}coqueluche",
        title="Vaccination contre la coqueluche pendant la grossesse",
    )


def _birth(life: Life, term: int, weight: str, baby: str, prefix: str = "") -> None:
    life.page(f"{prefix}accouchement", "lopez", term, "15508-5", "Compte rendu d’accouchement", "# Accouchement", f"Terme de 40 SA. Travail spontané, analgésie péridurale. Naissance par voie basse de {baby}, {weight}, Apgar 9 puis 10.",
              "# Suites", "Périnée intact. Délivrance complète. Pertes estimées à 250 mL.", any_day=True, encounter="IMP")  # fmt: skip
    life.page(
        f"{prefix}sortie-mat",
        "lopez",
        term - 3,
        "11490-0",
        "Lettre de liaison à la sortie de maternité",
        "# Évolution",
        "Suites simples. Allaitement maternel. Contraception discutée.",
        "# Suite",
        "Visite de la sage-femme à domicile dans les 48 heures. Consultation postnatale à 6 semaines.",
        any_day=True,
        stay=3,
    )
    life.letter(
        f"{prefix}postnatal",
        "moulin",
        term - 46,
        "Consultation postnatale",
        examen_clinique="Examen normal. Allaitement bien installé. Moral bon, sommeil court.",
        conclusion="Suites de couches normales.",
        conduite="Rééducation du périnée : 10 séances.",
    )


def nadia(life: Life) -> None:
    """The third pregnancy and the birth of the last child, last winter but one."""
    born = life.calendar.born(1, 2, 12)
    term = (life.calendar.today - born).days
    _pregnancy(life, term)
    _birth(life, term, "3 480 g", "Adam")
    life.page(
        "reeducation",
        "moulin",
        max(5, term - 60),
        "PRESC-KINE",
        "Ordonnance de rééducation",
        "Rééducation du périnée : 10 séances.",
        wrapped=False,
    )
    life.page(
        "mere-caron",
        "caron",
        96,
        "11488-4",
        "Courrier de la pédiatre",
        "Chère Madame,",
        "Comme convenu, voici le calendrier des prochains examens de vos enfants : Adam (examen du 24e mois), Sami (contrôle de l’asthme à l’automne), Lina (rien avant ses onze ans).",
        "Bien à vous,",
    )


def pregnant(life: Life) -> None:
    """Six months on the way."""
    _pregnancy(life, -84)


def new_mother(life: Life) -> None:
    _pregnancy(life, 130)
    _birth(life, 130, "3 210 g", "une petite fille")
    life.lab(127, "nfs", title="NFS après l’accouchement", name="nfs-mat", hemoglobine=10.4)


def breast(life: Life) -> None:
    """A screening that finds something; the answer is there, and has not been told yet."""
    life.page(
        "mammo-1",
        "benoit",
        750,
        "18748-4",
        "Mammographie bilatérale",
        "# Indication",
        "Dépistage.",
        "# Résultats",
        "Pas d’anomalie.",
        "# Conclusion",
        "ACR 1. Contrôle dans deux ans.",
        prescriber="diallo",
    )
    life.page("mammo-2", "benoit", 24, "18748-4", "Mammographie et échographie mammaire", "# Indication", "Dépistage.", "# Résultats", "Sein gauche, quadrant supéro-externe : opacité de 9 mm à contours irréguliers, retrouvée en échographie. Sein droit normal. Creux axillaires libres.",
              "# Conclusion", "Sein gauche : ACR 4. Un prélèvement est nécessaire pour savoir de quoi il s’agit.", prescriber="diallo")  # fmt: skip
    life.letter(
        "sein-consult",
        "lopez",
        17,
        "Consultation de sénologie",
        motif="Image du sein gauche au dépistage.",
        examen_clinique="Pas de masse palpable.",
        conduite=("- Microbiopsie échoguidée", "- Consultation d’annonce des résultats prévue"),
    )
    life.page(
        "sein-biopsie",
        "schmitt",
        4,
        "60568-3",
        "Examen anatomopathologique",
        "# Prélèvement",
        "Microbiopsies échoguidées du sein gauche, 3 fragments.",
        "# Conclusion",
        "Résultat à remettre en consultation par le médecin prescripteur.",
        prescriber="lopez",
        visibility=frozenset({"N", "INVISIBLE_PATIENT"}),
    )
    life.vaccinate("costa", 33, "grippe", title="Vaccination contre la grippe")


def breast_survivor(life: Life) -> None:
    for days in (1005, 640, 275):
        life.page(
            f"mammo-{days}",
            "benoit",
            days,
            "18748-4",
            "Mammographie de surveillance",
            "# Indication",
            "Surveillance après traitement d’un cancer du sein droit.",
            "# Résultats",
            "Remaniements cicatriciels stables du sein droit. Sein gauche normal.",
            "# Conclusion",
            "ACR 2. Contrôle dans un an.",
            prescriber="lopez",
        )
    for days in every(180, first=1020, last=12):
        life.prescribe(
            f"tamoxifene-{days}",
            "lopez",
            days,
            Take("tamoxifene", "1 comprimé par jour, le soir", 180, 5, long_term=True),
        )
    for days in (990, 625, 260):
        life.page(
            f"oncologie-{days}",
            "lopez",
            days,
            "11488-4",
            "Consultation de surveillance",
            "Chère consœur,",
            f"{life.title} va bien. Examen des seins et des aires ganglionnaires normal. Bouffées de chaleur tolérables.",
            "Rémission complète. Poursuite du traitement, mammographie annuelle.",
            "Bien confraternellement,",
        )
    for days in every(365, first=1000, last=20):
        life.lab(days, "nfs", "foie", "lipides", title="Bilan de surveillance", name=f"bilan-{days}")


def contraception(life: Life) -> None:
    for days in every(350, first=930, last=20):
        life.prescribe(f"pilule-{days}", "moulin", days, Take("pilule", "1 comprimé par jour, 21 jours sur 28", 365, 0))
    life.letter(
        "contraception",
        "moulin",
        580,
        "Consultation de contraception",
        examen_clinique="TA 116/72 mmHg, 58 kg. Ne fume pas.",
        conclusion="Contraception bien tolérée.",
        conduite="Bilan sanguin tous les cinq ans. Conduite à tenir en cas d’oubli remise.",
    )
    life.lab(575, "glycemie", "lipides", title="Bilan avant contraception")


def cystitis(life: Life) -> None:
    for days, germ in ((702, "Escherichia coli"), (310, "Escherichia coli"), (140, "")):
        at = life.calendar.at(days, 7, 30)
        rows = (
            words("30405-5", "Leucocytes", "120 000 /mL" if germ else "4 000 /mL", at, reference="< 10 000 /mL"),
            words(
                "630-4",
                "Culture",
                f"{germ} : 10⁶ UFC/mL" if germ else "Stérile",
                at,
                note="Sensible à la fosfomycine." if germ else None,
            ),
        )
        life.lab(
            days,
            title="Examen cytobactériologique des urines",
            name=f"ecbu-{days}",
            more=(Chapter(*MICROBIOLOGY, (Panel("630-4", "ECBU", rows),)),),
        )
        if germ:
            life.letter(
                f"cystite-{days}",
                "diallo",
                days,
                "Consultation : cystite",
                histoire="Brûlures urinaires depuis la veille, pas de fièvre.",
                conclusion="Cystite aiguë simple.",
                conduite="Traitement en une prise. Boire abondamment.",
            )
            life.prescribe(
                f"cystite-ordo-{days}",
                "diallo",
                days,
                Take("fosfomycine", "1 sachet en une seule prise, à distance du repas", 1),
            )


STORIES: dict[str, Story] = {
    "nadia": nadia, "pregnant": pregnant, "new_mother": new_mother, "breast": breast, "breast_survivor": breast_survivor,
    "contraception": contraception, "cystitis": cystitis,
}  # fmt: skip
