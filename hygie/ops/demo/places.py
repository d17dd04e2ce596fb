"""Where the demonstration takes place: structures, professionals, and the software that deposits for them.

All invented. FINESS numbers begin with 99 and RPPS numbers with 999, which the directories do not give.
"""

from __future__ import annotations

from dataclasses import dataclass

from hygie.formats.cda import compose


@dataclass(frozen=True, slots=True)
class Place:
    """kind: as `people` registers it; sector: TRE_R02; software: the name of its client, which deposits for it."""

    key: str
    name: str
    kind: str
    sector: str
    finess: str
    street: str
    postcode: str
    city: str
    phone: str
    software: str
    setting: str = "AMBULATOIRE"

    @property
    def structure(self) -> compose.Structure:
        return compose.Structure(
            self.name, self.finess, self.setting, self.sector, self.phone, self.street, self.postcode, self.city
        )


@dataclass(frozen=True, slots=True)
class Carer:
    """profession: TRE_G15; specialty: TRE_R38, None where the profession has none; also: other places of work."""

    key: str
    given: str
    family: str
    rpps: str
    place: str
    profession: str = "10"
    specialty: str | None = "SM26"
    label: str = "Médecin - Médecine générale"
    title: str = "DR"
    also: tuple[str, ...] = ()
    operates: bool = False
    about: str = ""

    @property
    def name(self) -> str:
        """« Dr Awa Diallo »."""
        title = {"DR": "Dr", "PR": "Pr", "M": "M.", "MME": "Mme"}[self.title]
        return f"{title} {self.given} {self.family}"

    @property
    def professional(self) -> compose.Professional:
        code = f"G15_{self.profession}" + (f"/{self.specialty}" if self.specialty else "")
        return compose.Professional(
            self.family.upper(), self.given, self.rpps, code, self.label, self.title, PLACES[self.place].structure
        )


def _places(*rows: Place) -> dict[str, Place]:
    return {row.key: row for row in rows}


PLACES = _places(
    Place("seine", "Labo Seine", "laboratory", "SA25", "990000017", "12 quai de la Marne", "75019", "Paris", "0199000001", "SIL de Labo Seine"),
    Place("canal", "Hôpital du Canal", "hospital", "SA01", "990000025", "40 rue du Pont-Tournant", "75010", "Paris", "0199000002",
          "Dossier patient de l’Hôpital du Canal", "ETABLISSEMENT"),
    Place("tilleuls", "Cabinet des Tilleuls", "practice", "SA08", "990000033", "3 place des Tilleuls", "75019", "Paris", "0199000003",
          "Logiciel du Cabinet des Tilleuls"),
    Place("lilas", "Cabinet des Lilas", "practice", "SA07", "990000041", "18 avenue des Lilas", "93260", "Les Lilas", "0199000004",
          "Logiciel du Cabinet des Lilas"),
    Place("quais", "Maison de santé des Quais", "practice", "SA52", "990000058", "7 quai Neuf", "75019", "Paris", "0199000005",
          "Logiciel de la Maison de santé des Quais"),
    Place("bellevue", "Centre d’imagerie Bellevue", "imaging", "SA09", "990000066", "25 rue de Bellevue", "75020", "Paris", "0199000006",
          "RIS du Centre Bellevue"),
    Place("gare", "Pharmacie de la Gare", "pharmacy", "SA33", "990000074", "1 place de la Gare", "93500", "Pantin", "0199000007",
          "Logiciel de la Pharmacie de la Gare"),
)  # fmt: skip


def _carers(*rows: Carer) -> dict[str, Carer]:
    return {row.key: row for row in rows}


CARERS = _carers(
    Carer("diallo", "Awa", "Diallo", "99900000011", "tilleuls", about="généraliste, médecin traitant d’Amina et de beaucoup d’autres"),
    Carer("roux", "Étienne", "Roux", "99900000029", "lilas", about="généraliste, n’est pas le médecin d’Amina"),
    Carer("lambert", "Hugo", "Lambert", "99900000037", "canal", specialty="SM59", label="Médecin - Médecine d’urgence",
          about="urgentiste : a ouvert un dossier en urgence cette semaine"),
    Carer("chevalier", "Laure", "Chevalier", "99900000045", "canal", specialty="SM16", label="Médecin - Endocrinologie et métabolisme",
          also=("quais",), about="endocrinologue, travaille à deux endroits"),
    Carer("caron", "Inès", "Caron", "99900000052", "quais", specialty="SM40", label="Médecin - Pédiatrie", about="pédiatre"),
    Carer("nguyen", "Claire", "Nguyen", "99900000060", "canal", specialty="SM49", label="Médecin - Santé publique et médecine sociale",
          operates=True, about="médecin de santé publique, et opératrice de cet espace"),
    Carer("costa", "Miguel", "Costa", "99900000078", "gare", "21", None, "Pharmacien", "M", about="pharmacien"),
    Carer("perrin", "Nadège", "Perrin", "99900000086", "quais", "60", None, "Infirmier", "MME", about="infirmière libérale"),
    Carer("moulin", "Sarah", "Moulin", "99900000094", "quais", "50", None, "Sage-femme", "MME", about="sage-femme"),
    Carer("saurin", "Paul", "Saurin", "99900000102", "seine", specialty="SM03", label="Médecin - Biologie médicale", about="biologiste de Labo Seine : un de ses envois attend une vérification"),
    Carer("benoit", "Karim", "Benoît", "99900000110", "bellevue", specialty="SM44", label="Médecin - Radio-diagnostic"),
    Carer("leroy", "Anne", "Leroy", "99900000128", "canal", specialty="SM04", label="Médecin - Cardiologie et maladies vasculaires"),
    Carer("fabre", "Julien", "Fabre", "99900000136", "canal", specialty="SM08", label="Médecin - Chirurgie orthopédique et traumatologie"),
    Carer("lopez", "Maria", "Lopez", "99900000144", "canal", specialty="SM20", label="Médecin - Gynécologie-obstétrique"),
    Carer("schmitt", "Odile", "Schmitt", "99900000151", "canal", specialty="SM01", label="Médecin - Anatomie et cytologie pathologiques"),
    Carer("picard", "Thomas", "Picard", "99900000169", "quais", specialty="SM38", label="Médecin - Ophtalmologie"),
    Carer("meunier", "Lise", "Meunier", "99900000177", "canal", specialty="SM18", label="Médecin - Gériatrie"),
)  # fmt: skip
