"""What a doctor would write of someone's problems and allergies, from the stories she lives.

One health summary for each person who has a long story: problems with their year, allergies, or that none is known.
"""

from __future__ import annotations

from typing import Any, Final

from hygie.formats.entries import ABSENT
from hygie.ops.demo.life import Life
from hygie.ops.demo.papers import Known

_ICD: Final = "http://hl7.org/fhir/sid/icd-10"
_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
# Story -> (ICD-10, words, days ago it began, whether it is over).
_PROBLEMS: Final[dict[str, tuple[tuple[str, str, int, bool], ...]]] = {
    "thyroid": (("E06.3", "Thyroïdite auto-immune (Hashimoto)", 1076, False),),
    "thyroid_watch": (("E02", "Hypothyroïdie fruste, surveillée", 900, False),),
    "hypertension": (("I10", "Hypertension artérielle", 2900, False),),
    "diabetes": (("E11.9", "Diabète de type 2", 3300, False), ("I10", "Hypertension artérielle", 2600, False)),
    "diabetes_insulin": (
        ("E11.2", "Diabète de type 2 insulinotraité", 6200, False), ("N18.3", "Insuffisance rénale chronique, stade 3", 1500, False),
    ),
    "gout": (("M10.9", "Goutte", 2000, False),),
    "asthma": (("J45.9", "Asthme", 5500, False),),
    "asthmatic_boy": (("J45.9", "Asthme du nourrisson et de l’enfant", 1400, False),),
    "copd": (("J44.9", "Bronchopneumopathie chronique obstructive", 3600, False),),
    "glaucoma": (("H40.1", "Glaucome à angle ouvert", 2500, False),),
    "heart": (("I48.9", "Fibrillation auriculaire", 1700, False), ("I10", "Hypertension artérielle", 4000, False)),
    "anaemia": (("D50.9", "Anémie par carence en fer", 700, False),),
    "migraine": (("G43.9", "Migraine", 4000, False),),
    "knee_pain": (("M17.9", "Gonarthrose débutante", 800, False),),
    "osteoporosis": (("M81.0", "Ostéoporose", 2100, False),),
    "memory": (("F03", "Troubles de la mémoire, en cours d’évaluation", 600, False),),
    "hip": (("Z96.6", "Prothèse totale de hanche", 500, True),),
    "breast_survivor": (("Z85.3", "Cancer du sein traité", 1600, True),),
    "marcel": (
        ("I50.9", "Insuffisance cardiaque", 1400, False), ("I48.9", "Fibrillation auriculaire", 2200, False),
        ("N18.3", "Insuffisance rénale chronique, stade 3", 1300, False), ("N40", "Hypertrophie de la prostate", 2600, False),
        ("M10.9", "Goutte", 3100, False),
    ),
    "fatou": (
        ("E11.9", "Diabète de type 2", 5200, False), ("I10", "Hypertension artérielle", 6100, False),
        ("I50.9", "Insuffisance cardiaque", 900, False), ("M17.0", "Gonarthrose bilatérale", 2800, False),
        ("H25.9", "Cataracte opérée", 1200, True),
    ),
}  # fmt: skip
# Person -> (medicine or thing, sign, grave).
_ALLERGIES: Final[dict[str, tuple[tuple[str, str, bool], ...]]] = {
    "fatou-martin": (("Amoxicilline", "Urticaire", True),),
    "marcel-lefevre": (("Produits de contraste iodés", "Éruption", False),),
    "philippe-durand": (("Sulfamides", "Éruption", False),),
    "bernard-andre": (("Pénicilline", "Œdème de Quincke", True),),
    "sami-haddad": (("Arachide", "Urticaire", True),),
}
_WHEN: Final = 120  # days ago: long enough for whoever reads to have read it


def known(life: Life) -> None:
    """A « résumé de santé » by her own doctor, for whoever has something to say in it."""
    told = {
        words: (code, days, over) for story in life.who.stories for code, words, days, over in _PROBLEMS.get(story, ())
    }
    by = life.who.doctor
    if not told or by is None:
        return
    problems = [_problem(life, words, *said) for words, said in told.items()]
    allergies = [_allergy(*one) for one in _ALLERGIES.get(life.who.sub, ())] or [_none()]
    body = Known((*problems, *allergies))
    life.paper("resume-de-sante", by, _WHEN, "60591-5", "Résumé de santé", body)


def _problem(life: Life, words: str, code: str, days: int, over: bool) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "resolved" if over else "active"}]},
        "code": {"coding": [{"system": _ICD, "code": code, "display": words}], "text": words},
        "onsetDateTime": f"{life.calendar.back(days):%Y-%m}",
    }  # fmt: skip


def _allergy(words: str, sign: str, grave: bool) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance", "type": "allergy", "code": {"text": words},
        "criticality": "high" if grave else "low", "reaction": [{"manifestation": [{"text": sign}]}],
    }  # fmt: skip


def _none() -> dict[str, Any]:
    said = "Aucune allergie connue"
    coding = {"system": ABSENT, "code": "no-known-allergies", "display": said}
    return {"resourceType": "AllergyIntolerance", "code": {"coding": [coding], "text": said}}
