"""The people of the demonstration. All invented: their matricules bear the demonstration's OID and an order number, 000,
that is given to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hygie.formats.cda import compose
from hygie.ops.demo.days import Calendar
from hygie.people import ins as rules
from hygie.people.types import Ins, Traits


@dataclass(frozen=True, slots=True)
class Member:
    """sub: short name, and identifier at the demonstration's provider. place: (COG code, name) of birth.

    birthday: month and day, or since: days since the last one. circle: CARERS and PLACES let in; usual: values of the blood that differ from most people's; stories: what happened.
    """

    sub: str
    given: tuple[str, ...]
    family: str
    sex: str
    age: int
    birthday: tuple[int, int]
    place: tuple[str, str]
    about: str
    doctor: str | None = "diallo"
    stories: tuple[str, ...] = ()
    circle: tuple[str, ...] = ("diallo",)
    used_family: str | None = None
    street: str = "5 rue des Écluses"
    postcode: str = "75019"
    city: str = "Paris"
    sleeping: bool = False
    acr: str = "eidas2"
    usual: dict[str, float] = field(default_factory=dict)
    since: int | None = None

    def born(self, calendar: Calendar) -> date:
        if self.since is not None:
            return calendar.born_since(self.age, self.since)
        return calendar.born(self.age, *self.birthday)

    def ins(self, calendar: Calendar) -> Ins:
        born = self.born(calendar)
        first = f"{1 if self.sex == 'male' else 2}{born:%y%m}{self.place[0]}000"
        return Ins(first + rules.key_of(first), rules.NIR_DEMO)

    def traits(self, calendar: Calendar) -> Traits:
        return Traits(
            birth_family=self.family.upper(), given_names=tuple(name.upper() for name in self.given),
            birth_date=self.born(calendar).isoformat(), sex=self.sex, birth_place=self.place[0],
            used_family=self.used_family.upper() if self.used_family else None,
        )  # fmt: skip

    def person(self, calendar: Calendar) -> compose.Person:
        """As a document names her."""
        traits, ins = self.traits(calendar), self.ins(calendar)
        return compose.Person(
            birth_family=traits.birth_family, given_names=traits.given_names, birth_date=traits.birth_date,
            sex=traits.sex, birth_place=traits.birth_place, birth_place_name=self.place[1].upper(),
            ins=(ins.matricule, ins.oid), used_family=traits.used_family, street=self.street, postcode=self.postcode,
            city=self.city,
        )  # fmt: skip

    @property
    def name(self) -> str:
        return f"{self.given[0]} {self.used_family or self.family}"


PARIS, SAINT_DENIS, LYON, MARSEILLE = (
    ("75119", "Paris 19e"),
    ("93066", "Saint-Denis"),
    ("69383", "Lyon 3e"),
    ("13205", "Marseille 5e"),
)
LILLE, NANTES, BORDEAUX, RENNES = ("59350", "Lille"), ("44109", "Nantes"), ("33063", "Bordeaux"), ("35238", "Rennes")
STRASBOURG, TOULOUSE, ROUEN, AJACCIO = (
    ("67482", "Strasbourg"),
    ("31555", "Toulouse"),
    ("76540", "Rouen"),
    ("2A004", "Ajaccio"),
)
FORT_DE_FRANCE, PANTIN, MONTREUIL = ("97209", "Fort-de-France"), ("93055", "Pantin"), ("93048", "Montreuil")
SENEGAL, PORTUGAL, MAROC, VIETNAM = (
    ("99341", "Saint-Louis (Sénégal)"),
    ("99139", "Porto (Portugal)"),
    ("99350", "Fès (Maroc)"),
    ("99243", "Hué (Viêt Nam)"),
)
POLOGNE, ALGERIE = ("99122", "Cracovie (Pologne)"), ("99352", "Oran (Algérie)")

CAST: tuple[Member, ...] = (
    Member("amina-benali", ("Amina", "Leïla"), "Benali", "female", 47, (3, 28), SAINT_DENIS,
           "47 ans, soignée pour sa thyroïde ; le Dr Diallo est son médecin", stories=("thyroid", "adult", "knee_pain"),
           circle=("diallo", "chevalier", "gare"), usual={"cholesterol": 2.12, "ferritine": 38}),
    Member("zoe-martin", ("Zoé",), "Martin", "female", 44, (11, 2), PANTIN,
           "44 ans, aide sa mère Fatou : « Ma famille »", stories=("adult", "migraine"), street="22 rue du Débarcadère", postcode="93500", city="Pantin"),
    Member("fatou-martin", ("Fatou",), "Diop", "female", 79, (6, 15), SENEGAL,
           "79 ans, mère de Zoé : dix médicaments, une infirmière chaque jour", stories=("fatou",), used_family="Martin",
           circle=("diallo", "perrin", "gare", "canal"), street="22 rue du Débarcadère", postcode="93500", city="Pantin",
           usual={"creatinine": 10.8, "hemoglobine": 11.9, "cholesterol": 1.75, "potassium": 4.6}),
    Member("nadia-haddad", ("Nadia", "Samira"), "Haddad", "female", 36, (9, 9), MONTREUIL,
           "36 ans, mère de Lina, Sami et Adam : leurs espaces sont dans « Ma famille »", stories=("nadia", "adult"), circle=("diallo", "moulin"),
           street="14 allée des Cerisiers", usual={"ferritine": 21}),
    Member("lina-haddad", ("Lina",), "Haddad", "female", 9, (4, 17), PARIS,
           "9 ans, fille de Nadia : un espace à elle", stories=("schoolgirl",), circle=("diallo", "caron"), street="14 allée des Cerisiers"),
    Member("sami-haddad", ("Sami",), "Haddad", "male", 6, (1, 30), PARIS,
           "6 ans, fils de Nadia : un espace à lui", stories=("asthmatic_boy",), circle=("diallo", "caron"), street="14 allée des Cerisiers"),
    Member("adam-haddad", ("Adam",), "Haddad", "male", 1, (2, 12), PARIS,
           "1 an, le dernier de Nadia : ses vaccins, ses examens, un lien pour sa nounou", stories=("baby",), doctor="caron", circle=("caron",), street="14 allée des Cerisiers"),
    Member("marcel-lefevre", ("Marcel", "Jean"), "Lefèvre", "male", 84, (10, 5), ROUEN,
           "84 ans, dix médicaments, renouvelés chaque mois ; son dossier vient d’être ouvert en urgence", stories=("marcel",),
           circle=("diallo", "perrin", "gare"), street="2 impasse du Lavoir",
           usual={"creatinine": 13.4, "hemoglobine": 12.6, "potassium": 4.7, "ntprobnp": 780, "psa": 3.1, "cholesterol": 1.6}),
    Member("paul-girard", ("Paul",), "Girard", "male", 29, (7, 21), LILLE,
           "29 ans, espace vide ; il aide Marcel à un guichet : le mandat est dans « Ma famille »", doctor=None, circle=()),
    Member("louise-bernard", ("Louise", "Marie"), "Bernard", "female", 61, (12, 3), NANTES,
           "61 ans, n’a pas encore ouvert son espace ; des documents et une invitation l’attendent", stories=("hypertension", "screening"), circle=(),
           sleeping=True, usual={"cholesterol": 2.35}),
    Member("olivier-dubois", ("Olivier",), "Dubois", "male", 52, (5, 11), BORDEAUX,
           "52 ans, ne veut plus qu’on lui ajoute de documents", stories=("adult", "back_pain"), circle=()),
    Member("camille-rousseau", ("Camille",), "Rousseau", "female", 33, (8, 26), RENNES,
           "33 ans, a bloqué le Dr Roux", stories=("cystitis", "adult"), circle=("diallo",)),
    Member("thomas-mercier", ("Thomas",), "Mercier", "male", 38, (2, 8), LYON,
           "38 ans, a masqué certains documents aux professionnels", stories=("burnout", "adult"), circle=("diallo", "gare")),
    Member("sophie-garnier", ("Sophie", "Anne"), "Garnier", "female", 54, (6, 2), STRASBOURG,
           "54 ans, un résultat attend d’être annoncé par son médecin", stories=("breast", "adult"), circle=("diallo", "lopez")),
    Member("julie-faure", ("Julie",), "Faure", "female", 31, (1, 19), TOULOUSE,
           "31 ans, enceinte ; un résultat à elle est mis de côté (date de naissance fausse)", stories=("pregnant",),
           circle=("diallo", "moulin", "canal")),
)  # fmt: skip

CROWD: tuple[Member, ...] = (
    Member("lucas-petit", ("Lucas",), "Petit", "male", 23, (3, 3), PARIS, "23 ans, sportif ; se connecte avec un seul facteur",
           stories=("knee_surgery",), acr="eidas1"),
    Member("emma-moreau", ("Emma",), "Moreau", "female", 26, (10, 14), LILLE, "26 ans, asthme ; mère de Jade", stories=("asthma", "contraception")),
    Member("hugo-simon", ("Hugo",), "Simon", "male", 18, (5, 30), PANTIN, "18 ans depuis trois jours, lycéen : son espace n’est plus ouvert à sa mère",
           stories=("teenager",), since=3),
    Member("chloe-laurent", ("Chloé",), "Laurent", "female", 14, (9, 22), PARIS, "14 ans, collégienne : deux parents, un document gardé secret", stories=("teenager", "appendix")),
    Member("gabriel-michel", ("Gabriel",), "Michel", "male", 4, (12, 12), MONTREUIL, "4 ans", doctor="caron", circle=("caron",), stories=("toddler",)),
    Member("jade-garcia", ("Jade",), "Garcia", "female", 2, (4, 6), SAINT_DENIS, "2 ans, une décision de justice protège où elle est", doctor="caron", circle=("caron",), stories=("baby",)),
    Member("raphael-david", ("Raphaël",), "David", "male", 11, (2, 27), LYON, "11 ans", stories=("schoolboy",), circle=("caron",), doctor="caron"),
    Member("manon-bertrand", ("Manon",), "Bertrand", "female", 29, (8, 1), NANTES, "29 ans, a accouché il y a quatre mois",
           stories=("new_mother",), circle=("moulin", "diallo")),
    Member("antoine-robert", ("Antoine",), "Robert", "male", 45, (1, 15), MARSEILLE, "45 ans, tension et cholestérol ; père de Chloé",
           stories=("hypertension", "adult"), usual={"cholesterol": 2.5, "triglycerides": 1.7, "ggt": 62}),
    Member("isabelle-richard", ("Isabelle",), "Richard", "female", 58, (7, 7), ROUEN, "58 ans, diabète de type 2",
           stories=("diabetes", "screening"), circle=("diallo", "chevalier", "picard"), usual={"cholesterol": 1.9, "triglycerides": 1.6}),
    Member("philippe-durand", ("Philippe", "Marc"), "Durand", "male", 66, (11, 11), TOULOUSE, "66 ans, diabète sous insuline, reins fragiles",
           stories=("diabetes_insulin", "screening"), circle=("diallo", "chevalier", "perrin"), usual={"creatinine": 14.5, "albuminurie": 85, "hemoglobine": 12.8}),
    Member("maria-da-silva", ("Maria", "da Conceição"), "da Silva", "female", 63, (12, 8), PORTUGAL, "63 ans, cancer du sein soigné, sous surveillance",
           stories=("breast_survivor",), circle=("diallo", "lopez", "canal")),
    Member("youssef-el-amrani", ("Youssef",), "El Amrani", "male", 50, (4, 25), MAROC, "50 ans, crises de goutte", stories=("gout", "adult"),
           usual={"acide_urique": 82, "triglycerides": 1.9}),
    Member("linh-nguyen", ("Linh",), "Tran", "female", 41, (6, 19), VIETNAM, "41 ans, thyroïde surveillée", stories=("thyroid_watch", "adult"), usual={"tsh": 5.2, "t4l": 8.6}),
    Member("anna-kowalska", ("Anna",), "Kowalska", "female", 35, (10, 30), POLOGNE, "35 ans, manque de fer", stories=("anaemia", "contraception")),
    Member("karim-belkacem", ("Karim",), "Belkacem", "male", 40, (9, 1), ALGERIE, "40 ans, chauffeur, mal de dos", stories=("back_pain", "adult")),
    Member("jacqueline-fontaine", ("Jacqueline",), "Masson", "female", 72, (3, 17), BORDEAUX, "72 ans, ostéoporose", used_family="Fontaine",
           stories=("osteoporosis", "senior", "screening_past")),
    Member("bernard-andre", ("Bernard",), "André", "male", 75, (5, 5), LILLE, "75 ans, fibrillation auriculaire",
           stories=("heart", "senior"), circle=("diallo", "leroy", "gare"), usual={"creatinine": 11.2, "ntprobnp": 410}),
    Member("monique-lambert", ("Monique",), "Lemoine", "female", 81, (1, 9), AJACCIO, "81 ans, mémoire qui baisse", used_family="Chauvin",
           stories=("memory", "senior"), circle=("diallo", "meunier", "perrin")),
    Member("robert-vidal", ("Robert",), "Vidal", "male", 69, (8, 18), MARSEILLE, "69 ans, bronchite chronique",
           stories=("copd", "senior"), circle=("diallo", "gare")),
    Member("ginette-blanc", ("Ginette",), "Roy", "female", 88, (2, 2), ROUEN, "88 ans, opérée de la hanche", used_family="Blanc",
           stories=("hip", "senior"), circle=("diallo", "perrin", "canal"), usual={"hemoglobine": 11.4, "vitamine_d": 14}),
    Member("nicolas-henry", ("Nicolas",), "Henry", "male", 36, (7, 13), STRASBOURG, "36 ans, père de Jade : une décision de justice lui tait les lieux et les dates", stories=("wrist", "adult")),
    Member("sandrine-colin", ("Sandrine",), "Colin", "female", 48, (11, 27), LYON, "48 ans, dépistages à jour ; mère de Hugo", stories=("adult", "screening")),
    Member("eric-barbier", ("Éric",), "Barbier", "male", 60, (4, 4), RENNES, "60 ans, glaucome", stories=("glaucoma", "screening", "adult"), circle=("diallo", "picard")),
    Member("celine-renaud", ("Céline",), "Renaud", "female", 39, (12, 20), PARIS, "39 ans, migraines ; mère de Chloé", stories=("migraine", "adult")),
    Member("mathieu-leclerc", ("Mathieu",), "Leclerc", "male", 32, (10, 2), NANTES, "32 ans, allergies de printemps", stories=("allergy", "adult")),
    Member("rose-placide", ("Rose",), "Placide", "female", 57, (5, 23), FORT_DE_FRANCE, "57 ans, tension et diabète", stories=("hypertension", "diabetes"),
           circle=("diallo", "chevalier")),
    Member("ibrahim-sy", ("Ibrahim",), "Sy", "male", 20, (6, 28), MONTREUIL, "20 ans, étudiant", stories=("student",)),
    Member("lea-morin", ("Léa",), "Morin", "female", 22, (3, 12), TOULOUSE, "22 ans, étudiante", stories=("student", "cystitis")),
    Member("francois-noel", ("François",), "Noël", "male", 55, (1, 1), BORDEAUX, "55 ans, opéré d’une hernie", stories=("hernia", "adult", "screening")),
)  # fmt: skip

EVERYONE = CAST + CROWD
