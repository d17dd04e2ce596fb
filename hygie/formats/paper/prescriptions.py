"""Prescriptions, what a pharmacy handed out, and vaccination lines on paper: one resource per line, its words kept whole.

What a dose means is not decided here: rhythm, duration and renewals stay text in `dosageInstruction.text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from hygie.formats.entries import AS_PRINTED, Certainty, Entry, Unread
from hygie.formats.paper import resources
from hygie.formats.paper.letterhead import Letterhead, day_in
from hygie.formats.paper.rows import Row

DRUGS: Final = frozenset({"57833-6", "ORD-MED", "57828-6"})  # document types that list medicines
_STRENGTH: Final = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:mg|g|µg|μg|mcg|microgrammes?|U\.?[IL]\.?|MUI|U(?=\s?/\s?ml\b)|ml|mL|%|mmol)(?:\s?/\s?(?:\d+\s?)?(?:ml|mL|dose|h|24\s?h|g|mg))?\b",
    re.I,
)
_FORM: Final = re.compile(
    r"\b(?:cp|cpr|comp|comprim[ée]s?|g[ée]lules?|g[ée]l|sachets?|gouttes?|gtt?e?s?|sirop|suppositoires?|ampoules?|amp|patchs?|sprays?"
    r"|bouff[ée]es?|inhalations?|cr[èe]mes?|pommades?|collyres?|injections?|stylos?|unidoses?|solutions?|suspensions?|aerosol|dispositifs?)\b", re.I)  # fmt: skip
_RHYTHM: Final = re.compile(
    r"\b(?:matin|midi|soir|coucher|nuit|par jour|/\s?j(?:our)?|fois|x\s?\d|toutes les|tous les|si (?:besoin|douleurs?|fi[èe]vre|n[ée]cessaire|g[êe]ne|glyc[ée]mie|crise|toux|naus[ée]es?|insomnie|constipation|diarrh[ée]e)"
    r"|pendant|pdt|qsp|q\.s\.p|[àa] renouveler|renouvelable|\bAR\b|semaines?|mois|jours?|le (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
    r"|avant|apr[èe]s|pendant les repas|\d\s?-\s?\d\s?-\s?\d)\b", re.I)  # fmt: skip
# « 1) », « 2. », « 3 - »: never the beginning of « 1/2 cp », « 1.5 cp » or « 0-0-1 ».
_BULLET: Final = re.compile(r"^\W*(?:\d{1,2}\s?(?:[)°]\s*|[./-]\s*(?=[^\d\s])))?")
_MARKED: Final = re.compile(r"^\s*(?:\d{1,2}\s?(?:[)°]|[./-]\s*(?=[^\d\s]))|[-•*–·►▪])")
_NUMBERED: Final = re.compile(r"^\s*\d{1,2}\s?(?:[)°]|[./-]\s*(?=[^\d\s]))")
_STOPPED: Final = re.compile(
    r"^\W*(?:arr[êe]te?r?\b(?!\s+(?:le|la|les|du|au|d[èe]s|apr[èe]s|si)\s+(?:\d|traitement))|stop(?:per)?\b|ne (?:plus|pas) (?:prendre|reprendre)"
    r"|suspendre\b|interrompre\b)", re.I)  # fmt: skip
_TO_DO: Final = re.compile(
    r"^\W*(?:contr[ôo]l\w+|revoir|reconvoquer|(?:prochaine?\s+)?(?:consultation|rendez-vous|rdv)|bilan|prise de sang|surveill\w+|dosage|radio\w*"
    r"|[ée]chographie|irm|scanner|kin[ée]\w*|r[ée][ée]ducation|pansements?|bas de|soins? infirmiers?)\b", re.I)  # fmt: skip
_NOT_A_DRUG: Final = re.compile(
    r"\b(?:docteur|dr|n[ée]e? le|rpps|finess|adeli|t[ée]l|rue|avenue|cedex|ordonnance|patient|le \d{1,2}[/ ]|page|prescriptions? relatives?"
    r"|affection|sans rapport|non rembours|signature|s[ée]curit[ée] sociale|poids|taille|ans\b)", re.I)  # fmt: skip
_LOT: Final = re.compile(r"\blot\s*(?:n[°o]\s*)?:?\s*([A-Z0-9][A-Z0-9-]{2,})", re.I)
_VACCINE: Final = re.compile(r"\bvacc?in|\bvaccinal|\brappel\b|\b1[èe]?re dose\b|\bprimovacc", re.I)
_HANDED_OUT: Final = re.compile(r"\bd[ée]livr(?:ances?\b|[ée]e?s?\b)", re.I)
_PHARMACY: Final = re.compile(r"\bpharmac(?:ie|ien)", re.I)
_ORDER: Final = re.compile(r"^\W*ordonnance\b|\bduplicata\b", re.I | re.M)
_BOXES: Final = re.compile(r"\s*\b\d{1,3}\s?bo[iî]tes?(?:\s+de\s+\d{1,3})?\b", re.I)
_DATE: Final = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)?\d\d(?!\d)")


def prescribed(rows: Sequence[Row], head: Letterhead) -> tuple[list[Entry], list[Unread]]:
    """The medicines of a prescription, each with the lines below that belong to it, and the lines that are none. ([], [])
    when the paper is none.

    A pharmacy's paper that lists what it handed out orders nothing: its lines are dispensations.
    """
    if head.proposal.type_code not in DRUGS:
        return [], []
    handed_out = _handed_out("\n".join(row.text for row in rows))
    found: list[tuple[list[Row], str, list[str]]] = []
    left: list[Row] = []
    closed = False  # a line that is no medicine stands between the last one and what follows
    for row in rows:
        text = " ".join(row.text.split())
        bare = _BULLET.sub("", text)
        if _NOT_A_DRUG.search(text):
            left = left if found else []
            continue
        if _STOPPED.match(bare) or _TO_DO.match(bare):
            left.append(row)
            closed = True
        elif _is_drug(bare):
            name, rest = _split(bare)
            found.append(([row], name, [rest] if rest else []))
            closed = False
        elif (
            found
            and not closed
            and not _NUMBERED.match(text)
            and _RHYTHM.search(text)
            and _follows(found[-1][0][-1], row)
        ):
            found[-1][0].append(row)
            found[-1][2].append(bare)
        else:
            left.append(row)
            closed = closed or bool(_MARKED.match(text)) or _may_be_a_name(bare)
    make = _dispense if handed_out else _request
    return [make(lines, name, how, head) for lines, name, how in found], _left(left, found)


def _left(rows: Sequence[Row], found: Sequence[tuple[list[Row], str, list[str]]]) -> list[Unread]:
    """What a prescription says that is no medicine: its own lines, and below the last medicine only what is marked."""
    last = (found[-1][0][-1].leaf.number, found[-1][0][-1].number) if found else (0, 0)
    said = []
    for row in rows:
        text = " ".join(row.text.split())
        bare = _BULLET.sub("", text)
        within = (row.leaf.number, row.number) < last and len(re.sub(r"[^A-Za-zÀ-ÿ]", "", text)) > 4
        if _STOPPED.match(bare):
            said.append(Unread(row.place, "Cette ligne arrête un traitement : à lire dans le document."))
        elif found and (within or _TO_DO.match(bare) or _MARKED.match(text)):
            said.append(Unread(row.place, "Cette ligne de l’ordonnance n’a pas été lue comme un médicament."))
    return said


def vaccinated(rows: Sequence[Row]) -> list[Entry]:
    """Plain vaccination lines: a day, a name and a batch on one row."""
    made = []
    for row in rows:
        text = " ".join(row.text.split())
        lot, dated = _LOT.search(text), _DATE.search(text)
        day = day_in(dated[0]) if dated else None
        if lot is None or dated is None or day is None:
            continue
        name = _LOT.sub("", text.replace(dated[0], "")).strip(" -:;,.|/()")
        name = re.sub(r"\s{2,}|\s[-:;|]\s.*$", " ", name).strip()
        if len(re.sub(r"[^A-Za-zÀ-ÿ]", "", name)) < 3:
            continue
        resource: dict[str, Any] = {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"text": name},
            "occurrenceDateTime": day.isoformat(),
            "lotNumber": lot[1],
            "extension": [{"url": AS_PRINTED, "valueString": text}],
        }
        made.append(Entry(resource, row.place, Certainty.SUGGESTED, _confidence(row, 0.7), text))
    return made


def concerns_vaccines(text: str) -> bool:
    return bool(_VACCINE.search(text))


_HOW: Final = frozenset({
    "prendre", "pendant", "soit", "puis", "renouveler", "faire", "matin", "midi", "soir", "appliquer", "dont", "injecter",
    "mettre", "inhaler", "avaler", "diluer", "dissoudre", "augmenter", "diminuer", "réduire", "maximum", "max", "jusqu", "espacer",
    "dose", "une", "deux", "trois", "quatre", "demi", "chaque", "tous", "toutes", "avant", "après", "sinon", "ensuite", "total",
})  # fmt: skip
"""Words that begin how a medicine is taken, never its name."""
_BESIDE: Final = frozenset(
    {"boite", "boîte", "boites", "boîtes", "quantité", "quantite", "voie", "posologie", "durée", "duree", "orale"}
)


def _is_drug(bare: str) -> bool:
    """Whether a line begins with the name of a medicine: letters first, and a strength, or a form with a rhythm."""
    if not re.match(r"(?:[A-Za-z]\d?-)?[A-Za-zÀ-ÿ]{3,}", bare) or len(bare) > 200:
        return False
    first = bare.split()[0].lower().strip(".,:")
    if first in _HOW:
        return False
    strong = _STRENGTH.search(bare)
    if strong and strong.start() < 90:
        return True
    return bool(_FORM.search(bare) and _RHYTHM.search(bare) and not re.match(r"(?:un|une|deux|trois|\d)", first))


def _may_be_a_name(bare: str) -> bool:
    """Capitals that no strength follows, as a scan misreads one: what stands below is not the dose of the one above."""
    first = re.match(r"[A-ZÀ-Þ][A-ZÀ-Þ-]{3,}\b", bare)
    return bool(first) and bare.split()[0].lower().strip(".,:") not in _HOW | _BESIDE


def _split(bare: str) -> tuple[str, str]:
    """The medicine (name, strength, form) and how to take it, where the line says both."""
    strong = _STRENGTH.search(bare)
    cut = strong.end() if strong else 0
    form = re.match(rf"[\s,.:(-]*(?:{_FORM.pattern}|LP|orodispersibles?|[ée]ffervescents?|sublingual)(?:\s(?:LP|orodispersibles?|s[ée]cables?|pellicul[ée]s?|gastro-?r[ée]sistante?s?))*\)?", bare[cut:], re.I)  # fmt: skip
    if form and cut and not re.match(r"[\s,.:(-]*\d", bare[cut:]):
        cut += form.end()
    separated = re.search(r"\s?[:;–]\s|\s-\s|,\s(?=\d)", bare[cut:])
    rhythm = re.search(
        r"\b(?:\d+(?:[.,/]\d+)?\s*(?:à|a|ou|-)\s*)?(?:\d+(?:[.,/]\d+)?|un|une|deux|[½¼])\s*(?:de\s+|d['’])?(?:cp|comp|g[ée]l|sachet|gout|bouff|amp|inj|cuill|dose|unit|application|pulv|suppo|fois)",
        bare[cut:],
        re.I,
    )
    ends = [each.start() for each in (separated, rhythm) if each]
    if not cut and not ends:
        return bare, ""
    cut += min(ends) if ends else 0
    return bare[:cut].strip(" ,:;-–"), bare[cut:].strip(" ,:;-–")


def _follows(before: Row, row: Row) -> bool:
    """Whether a row stands just below another, on the same page."""
    gap = row.box[1] - before.box[3]
    return row.leaf.number == before.leaf.number and gap < 2.2 * (before.box[3] - before.box[1])


def _handed_out(text: str) -> bool:
    """A pharmacy says what it gave; and the paper does not call itself an order."""
    return bool(_HANDED_OUT.search(text) and _PHARMACY.search(text)) and not _ORDER.search(text)


def _dispense(lines: list[Row], name: str, how: list[str], head: Letterhead) -> Entry:
    made = _request(lines, _BOXES.sub("", name).strip(" ,:;-–"), how, head)
    boxes = _BOXES.search(name)
    resource = {key: value for key, value in made.resource.items() if key not in ("intent", "authoredOn", "requester")}
    resource |= {"resourceType": "MedicationDispense", "status": "completed"}
    if head.day:
        resource["whenHandedOver"] = head.day[:10]
    if boxes:
        resource["note"] = [{"text": boxes[0].strip()}]
    return Entry(resource, made.place, made.certainty, made.confidence, made.words)


def _request(lines: list[Row], name: str, how: list[str], head: Letterhead) -> Entry:
    said = " ".join(how).strip()
    printed = "\n".join(" ".join(row.text.split()) for row in lines)
    resource: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "status": "unknown",
        "intent": "order",
        "medicationCodeableConcept": {"text": name},
        "extension": [{"url": AS_PRINTED, "valueString": printed}],
    }
    if said:
        resource["dosageInstruction"] = [{"text": said}]
    if head.day:
        resource["authoredOn"] = head.day[:10]
    if head.author:
        resource["requester"] = resources.practitioner(head.author, head.rpps)
    sure = 0.85 - (0.15 if not said else 0) - (0.1 if not head.day else 0)
    return Entry(resource, lines[0].place, Certainty.SUGGESTED, _confidence(lines[0], sure), printed)


def _confidence(row: Row, most: float) -> float:
    sure = min(word.confidence for word in row.words)
    return round(most if not row.leaf.scanned else most * (0.4 + 0.5 * sure), 2)
