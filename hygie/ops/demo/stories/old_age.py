"""Old age: ten medicines, many renewals, a fall, a memory that goes."""

from __future__ import annotations

from hygie.ops.demo.days import every
from hygie.ops.demo.life import Life, Story, Take
from hygie.ops.demo.stories.everyday import senior

_TEN = (
    Take("apixaban_reduit", "1 comprimé matin et soir", 28, 0, "Ne jamais arrêter sans avis.", long_term=True),
    Take("bisoprolol", "1 comprimé le matin", 28, 0, long_term=True),
    Take("furosemide", "1 comprimé le matin", 28, 0, "Se peser chaque semaine.", long_term=True),
    Take("ramipril", "1 comprimé le matin", 28, 0, long_term=True),
    Take("atorvastatine", "1 comprimé le soir", 28, 0, long_term=True),
    Take("tamsulosine", "1 comprimé après le petit déjeuner", 28),
    Take("esomeprazole", "1 comprimé le matin", 28),
    Take("allopurinol", "1 comprimé par jour", 28),
    Take("paracetamol", "1 comprimé si douleur, 3 par jour au plus", 28),
    Take("macrogol", "1 sachet le matin si besoin", 28),
)


def marcel(life: Life) -> None:
    """Ten medicines, forty renewals: one every four weeks."""
    for n, days in enumerate(range(1094, 1, -28)):
        takes = _TEN if days < 940 else tuple(take for take in _TEN if take.medicine not in ("allopurinol", "macrogol"))
        life.prescribe(
            f"renouvellement-{n:02}", "diallo", days, *takes, title="Ordonnance de médicaments (renouvellement)"
        )
    for n, days in enumerate(every(84, first=1050, last=16)):
        life.lab(
            days,
            "nfs",
            "rein",
            "iono",
            *(("coeur",) if n % 2 == 0 else ()),
            title="Bilan de surveillance",
            name=f"bilan-{days}",
            creatinine=13.0 + 0.15 * n,
        )
    life.lab(930, "urique", title="Acide urique", name="urique", acide_urique=88)
    for days in (900, 530, 165):
        life.page(f"cardio-{days}", "leroy", days, "11488-4", "Consultation de cardiologie", "Chère consœur,", f"Je revois {life.title} pour sa cardiopathie et sa fibrillation auriculaire. Essoufflement à la montée d’un étage, poids stable.",
                  "ECG : fibrillation auriculaire à 74/min. Échocardiographie : fraction d’éjection 45 %.", "Traitement inchangé. Surveillance du potassium et de la créatinine tous les trois mois.", "Bien confraternellement,")  # fmt: skip
    life.page("hospit", "meunier", 402, "11490-0", "Lettre de liaison à la sortie", "# Motif d’hospitalisation", "Décompensation cardiaque, après un repas de famille très salé.",
              "# Évolution", "Diurétique par voie veineuse trois jours, perte de 4 kg, sevrage de l’oxygène. Bilan nutritionnel et kinésithérapie.",
              "# Traitement de sortie", (("Médicament", "Matin", "Midi", "Soir"), ("Apixaban 2,5 mg", "1", "", "1"), ("Bisoprolol 2,5 mg", "1", "", ""), ("Furosémide 40 mg", "1", "", ""), ("Ramipril 5 mg", "1", "", ""), ("Atorvastatine 20 mg", "", "", "1"), ("Tamsulosine LP 0,4 mg", "1", "", ""), ("Ésoméprazole 20 mg", "1", "", ""), ("Allopurinol 100 mg", "1", "", ""), ("Paracétamol 1 g", "si besoin", "si besoin", "si besoin"), ("Macrogol", "si besoin", "", "")),
              "# Suite", "Pesée deux fois par semaine par l’infirmière. Ionogramme et créatinine à une semaine. Régime pauvre en sel.", any_day=True, stay=8, together="hospit")  # fmt: skip
    life.page(
        "hospit-conciliation",
        "meunier",
        402,
        "80820-4",
        "Conciliation des médicaments",
        "Traitement d’entrée et de sortie comparés : aucune divergence non intentionnelle.",
        "Arrêt : aucun. Ajout : macrogol. Modification : furosémide, dose inchangée, pris plus tôt le matin.",
        any_day=True,
        together="hospit",
    )
    life.page(
        "hospit-radio",
        "benoit",
        410,
        "18748-4",
        "Radiographie du thorax",
        "# Résultats",
        "Cardiomégalie. Surcharge vasculaire, épanchement pleural bilatéral de faible abondance.",
        "# Conclusion",
        "Aspect de décompensation cardiaque.",
        any_day=True,
        place="canal",
        together="entree",
    )
    life.page(
        "hospit-urgences",
        "lambert",
        410,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Essoufflement au repos depuis la nuit.",
        "# Prise en charge",
        "SpO2 89 % en air ambiant. Oxygène, furosémide par voie veineuse.",
        "# Sortie",
        "Hospitalisation en gériatrie.",
        any_day=True,
        encounter="EMER",
        together="entree",
    )
    life.page(
        "bilan-medicaments",
        "costa",
        330,
        "56445-0",
        "Bilan des médicaments",
        "# Médicaments pris",
        "Dix médicaments, préparés en pilulier hebdomadaire.",
        "# Points d’attention",
        "Pas d’anti-inflammatoire. Paracétamol : trois grammes par jour au plus.",
        "# Proposition au médecin",
        "Réévaluer l’intérêt de l’ésoméprazole.",
        wrapped=False,
    )
    life.page(
        "infirmiere",
        "diallo",
        395,
        "PRESC-INF",
        "Ordonnance de soins infirmiers",
        "Préparation du pilulier une fois par semaine, pesée et tension deux fois par semaine.\nDurée : 6 mois, renouvelable.",
        wrapped=False,
    )
    for days in (380, 250, 120, 30):
        life.page(
            f"soins-{days}",
            "perrin",
            days,
            "11506-3",
            "Suivi infirmier",
            f"Poids {79 - days // 150} kg. TA {128 + days % 7}/72 mmHg. Pas d’œdème. Pilulier bien pris.",
            wrapped=False,
        )
    life.letter(
        "chutes",
        "diallo",
        210,
        "Consultation : chute à domicile",
        histoire="Chute dans la cuisine, sans perte de connaissance.",
        examen_clinique="Hématome de l’épaule gauche. Pas de douleur à la mobilisation. Tension : 118/66 couché, 104/60 debout.",
        conclusion="Chute sans gravité, hypotension orthostatique modérée.",
        conduite=("- Se lever en deux temps", "- Barre d’appui dans la salle de bain", "- Bilan sanguin de contrôle"),
    )
    life.page(
        "urgence-semaine",
        "lambert",
        3,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Malaise avec perte de connaissance brève, adressé par les pompiers.",
        "# Prise en charge",
        "ECG inchangé. Glycémie 0,94 g/L. Tension 102/58 mmHg. Hémoglobine 12,1 g/dL.",
        "# Conclusion",
        "Malaise d’allure vagale. Retour à domicile avec son fils.",
        any_day=True,
        encounter="EMER",
    )
    senior(life)


def fatou(life: Life) -> None:
    """Ten medicines, a nurse each day, a daughter who drives."""
    ten = (
        Take("metformine", "1 comprimé midi et soir", 90, 2, long_term=True), Take("glargine", "14 unités le soir", 90, 2, long_term=True),
        Take("ramipril", "1 comprimé le matin", 90, 2, long_term=True), Take("amlodipine", "1 gélule le matin", 90, 2, long_term=True),
        Take("atorvastatine", "1 comprimé le soir", 90, 2, long_term=True), Take("aspirine", "1 sachet à midi", 90, 2, long_term=True),
        Take("alendronate", "1 comprimé par semaine, à jeun, avec un grand verre d’eau", 84, 2, "Rester debout 30 minutes."),
        Take("vitamine_d", "1 ampoule tous les deux mois", 84, 0), Take("latanoprost", "1 goutte le soir dans chaque œil", 90, 2),
        Take("paracetamol", "1 comprimé si douleur, 3 par jour au plus", 90, 2),
    )  # fmt: skip
    for n, days in enumerate(every(88, first=1080, last=8)):
        life.prescribe(
            f"ordo-{n:02}",
            "diallo",
            days,
            *(ten if n > 2 else ten[:7]),
            title="Ordonnance de médicaments (renouvellement)",
        )
        life.lab(
            days - 4 if days > 20 else days,
            "diabete",
            "rein",
            "iono",
            *(("nfs", "lipides", "rac") if n % 4 == 0 else ()),
            title="Suivi du diabète",
            name=f"bio-{n:02}",
            hba1c=7.9 - 0.07 * n,
        )
    life.page(
        "soins",
        "diallo",
        600,
        "PRESC-INF",
        "Ordonnance de soins infirmiers",
        "Insuline le soir et préparation du pilulier, tous les jours.\nDurée : 6 mois, renouvelable.",
        wrapped=False,
    )
    for days in (560, 360, 170, 45):
        life.page(
            f"suivi-infirmier-{days}",
            "perrin",
            days,
            "11506-3",
            "Suivi infirmier",
            "Glycémies du matin entre 1,10 et 1,60 g/L. Pieds sans plaie. Moral bon ; sa fille est présente chaque week-end.",
            wrapped=False,
        )
    for days in (820, 450, 85):
        life.page(
            f"oeil-{days}",
            "picard",
            days,
            "78513-9",
            "Consultation d’ophtalmologie",
            "# Résultats",
            (("", "Œil droit", "Œil gauche"), ("Acuité", "7/10", "6/10"), ("Pression", "15 mmHg", "16 mmHg")),
            "# Conclusion",
            "Cataracte débutante. Pas de rétinopathie. Glaucome stable.",
        )
    life.page(
        "densite",
        "benoit",
        930,
        "18748-4",
        "Ostéodensitométrie",
        "# Résultats",
        (("Site", "DMO", "T-score"), ("Rachis L1-L4", "0,742 g/cm²", "-2,8"), ("Col fémoral", "0,601 g/cm²", "-2,4")),
        "# Conclusion",
        "Ostéoporose au rachis.",
        prescriber="diallo",
    )
    life.page("geriatrie", "meunier", 255, "11488-4", "Consultation de gériatrie", "Chère consœur,", f"J’ai vu {life.title}, accompagnée de sa fille, pour un bilan. Marche avec une canne à l’extérieur, fait sa cuisine, oublie parfois un rendez-vous. MMSE 26/30.",
              "Pas de trouble cognitif majeur. Je propose d’alléger : l’aspirine me paraît discutable en prévention primaire ; à décider ensemble.", "Une aide aux courses serait utile. Bien confraternellement,")  # fmt: skip
    life.page(
        "autonomie",
        "meunier",
        240,
        "BIL_AUTO",
        "Bilan de la perte d’autonomie",
        "Grille AGGIR : GIR 5.\nAide proposée : courses et ménage, deux heures par semaine.",
        wrapped=False,
    )
    senior(life)


def memory(life: Life) -> None:
    life.page(
        "memoire-1",
        "meunier",
        760,
        "11488-4",
        "Consultation mémoire",
        "Chère consœur,",
        f"{life.title} vient avec son mari. Oublis de faits récents depuis un an, manque du mot. MMSE 23/30.",
        "IRM demandée. Bilan orthophonique à prévoir.",
        "Bien confraternellement,",
    )
    life.page(
        "memoire-irm",
        "benoit",
        735,
        "18748-4",
        "IRM cérébrale",
        "# Résultats",
        "Atrophie hippocampique bilatérale (Scheltens 2). Quelques hypersignaux de la substance blanche. Pas d’hématome.",
        "# Conclusion",
        "Atrophie hippocampique modérée.",
        prescriber="meunier",
    )
    life.page(
        "memoire-2",
        "meunier",
        700,
        "11488-4",
        "Consultation mémoire",
        "Chère consœur,",
        "L’ensemble oriente vers une maladie d’Alzheimer à un stade léger. L’annonce a été faite, en présence de son mari.",
        "Traitement discuté et accepté. Prise en charge orthophonique, aide à domicile.",
        "Bien confraternellement,",
    )
    for days in every(88, first=698, last=10):
        life.prescribe(
            f"memoire-ordo-{days}",
            "diallo",
            days,
            Take("donepezil", "1 comprimé le soir", 90, 2, long_term=True),
            Take("vitamine_d", "1 ampoule tous les trois mois", 90, 0),
        )
    life.page(
        "memoire-ortho",
        "diallo",
        690,
        "PRESC-ORTHOPHO",
        "Ordonnance d’orthophonie",
        "Rééducation des troubles de la mémoire et du langage : 30 séances.",
        wrapped=False,
    )
    life.page(
        "memoire-3",
        "meunier",
        330,
        "11488-4",
        "Consultation mémoire",
        "Chère consœur,",
        "État stable : MMSE 22/30. L’accueil de jour lui plaît. Son mari est aidé par la plateforme de répit.",
        "Contrôle dans un an. Bien confraternellement,",
    )


def hip(life: Life) -> None:
    """A fall, a broken hip, and walking again."""
    life.page(
        "hanche-urgences",
        "lambert",
        433,
        "15507-7",
        "Passage aux urgences",
        "# Motif",
        "Chute de sa hauteur, impotence du membre inférieur gauche.",
        "# Prise en charge",
        "Radiographies : fracture du col fémoral gauche. Antalgie, bilan préopératoire.",
        "# Sortie",
        "Hospitalisation en chirurgie orthopédique.",
        any_day=True,
        encounter="EMER",
        together="hanche",
    )
    life.page(
        "hanche-radio",
        "benoit",
        433,
        "18748-4",
        "Radiographies du bassin et de la hanche gauche",
        "# Résultats",
        "Fracture du col fémoral gauche, Garden IV.",
        "# Conclusion",
        "Fracture déplacée du col fémoral gauche.",
        any_day=True,
        place="canal",
        together="hanche",
    )
    life.page(
        "hanche-op",
        "fabre",
        432,
        "34874-8",
        "Compte rendu opératoire",
        "# Intervention",
        "Prothèse intermédiaire de hanche gauche, voie postéro-externe, sous rachianesthésie.",
        "# Déroulement",
        "Sans incident. Durée 55 minutes. Appui immédiat autorisé.",
        any_day=True,
        encounter="IMP",
    )
    life.page(
        "hanche-sortie",
        "fabre",
        424,
        "11490-0",
        "Lettre de liaison à la sortie",
        "# Évolution",
        "Suites simples. Lever à J1. Transfusion d’un culot pour une hémoglobine à 7,9 g/dL.",
        "# Traitement de sortie",
        (
            ("Médicament", "Posologie", "Durée"),
            ("Paracétamol 1 g", "3 par jour", "1 mois"),
            ("Énoxaparine 4 000 UI", "1 injection par jour", "35 jours"),
        ),
        "# Suite",
        "Séjour en soins de rééducation. Contrôle radiologique à six semaines.",
        any_day=True,
        stay=9,
    )
    for days in (412, 390, 360):
        life.lab(
            days,
            "nfs",
            "rein",
            title="Contrôle après opération",
            name=f"hanche-bio-{days}",
            hemoglobine=9.4 + (412 - days) / 28,
        )
    life.page(
        "hanche-controle",
        "fabre",
        382,
        "34875-5",
        "Consultation de contrôle",
        "Prothèse en place, pas de descellement. Marche avec une canne, périmètre 300 mètres. Reprise de la kinésithérapie à domicile.",
    )
    life.page(
        "hanche-kine",
        "diallo",
        380,
        "PRESC-KINE",
        "Ordonnance de kinésithérapie",
        "Rééducation à la marche et prévention des chutes, à domicile : 20 séances.",
        wrapped=False,
    )
    for days in every(88, first=370, last=10):
        life.prescribe(
            f"hanche-ordo-{days}",
            "diallo",
            days,
            Take("alendronate", "1 comprimé par semaine, à jeun", 84, 2),
            Take("vitamine_d", "1 ampoule tous les deux mois", 84, 0),
            Take("paracetamol", "1 comprimé si douleur", 84, 2),
        )


def osteoporosis(life: Life) -> None:
    for days, spine in ((1000, "-2,9"), (270, "-2,6")):
        life.page(
            f"densite-{days}",
            "benoit",
            days,
            "18748-4",
            "Ostéodensitométrie",
            "# Résultats",
            (("Site", "T-score"), ("Rachis L1-L4", spine), ("Hanche totale", "-2,1")),
            "# Conclusion",
            "Ostéoporose au rachis." if days > 500 else "Amélioration sous traitement.",
            prescriber="diallo",
        )
    for days in every(180, first=980, last=20):
        life.prescribe(
            f"os-ordo-{days}",
            "diallo",
            days,
            Take("alendronate", "1 comprimé par semaine, à jeun, debout", 180, 5),
            Take("vitamine_d", "1 ampoule tous les trois mois", 180, 1),
        )
    life.letter(
        "os-suivi",
        "diallo",
        262,
        "Consultation de suivi",
        resultats="Densité osseuse en amélioration.",
        conclusion="Ostéoporose traitée, pas de fracture.",
        conduite="Poursuite du traitement jusqu’à cinq ans, marche et apport en calcium.",
    )


STORIES: dict[str, Story] = {
    "marcel": marcel, "fatou": fatou, "memory": memory, "hip": hip, "osteoporosis": osteoporosis,
}  # fmt: skip
