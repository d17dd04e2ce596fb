"""What people and professionals did once the documents were there: look, hide, block, oppose, break the glass, report.

Each is done as its author would: with a grant of her own, through the doors.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from hygie.access import actions as access
from hygie.access import queries as asked
from hygie.access.types import Action, Channel, Purpose, Request
from hygie.base.errors import HygieError
from hygie.formats import valuesets
from hygie.ops.demo import photo, watch
from hygie.ops.demo.days import Calendar
from hygie.ops.demo.members import Member
from hygie.ops.demo.papers import number
from hygie.ops.demo.registering import Town
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.record import queries as kept
from hygie.record.types import Author, Metadata, NewDocument

_FRESH = timedelta(days=45)  # what is younger has not been opened yet
NEWS = 30  # days: what happened since is new to those who come
_SYNTHESES = {
    "amina-benali": (100, "Hypothyroïdie auto-immune équilibrée sous lévothyroxine 75 µg, prise à distance du café et du fer. Genou "
                     "gauche douloureux à l’effort, kinésithérapie. TSH une fois par an si rien ne change."),
    "fatou-martin": (60, "Diabète de type 2 et insuffisance cardiaque, infirmière chaque jour. Allergie à l’amoxicilline (urticaire). "
                     "Sa fille Zoé coordonne. Poids et créatinine à suivre de près ; souhaite rester chez elle."),
    "marcel-lefevre": (75, "Insuffisance cardiaque, fibrillation auriculaire anticoagulée, rein fragile (stade 3). Vit seul, aide trois "
                       "fois par semaine. Pas d’anti-inflammatoire. Contraste iodé : éruption en 2019."),
}  # fmt: skip
_LETTERS = (("34112-3", "11490-0"), ("11488-4", "18748-4"))  # stays in hospital; visits, imaging
_READERS = 4  # at once
# Who looked at whom: the professional, and how many documents she opened.
_VISITS = (
    ("diallo", "amina-benali", 3), ("costa", "amina-benali", 1), ("chevalier", "amina-benali", 1), ("diallo", "fatou-martin", 3),
    ("perrin", "fatou-martin", 2), ("costa", "fatou-martin", 1), ("diallo", "marcel-lefevre", 4), ("perrin", "marcel-lefevre", 2),
    ("caron", "adam-haddad", 2), ("caron", "sami-haddad", 2), ("diallo", "nadia-haddad", 1), ("moulin", "julie-faure", 3),
    ("lopez", "sophie-garnier", 2), ("diallo", "thomas-mercier", 2), ("leroy", "bernard-andre", 2), ("diallo", "philippe-durand", 2),
)  # fmt: skip


def opened(town: Town, members: Iterable[Member], *, at: datetime) -> None:
    """People have read what is older than a few weeks."""
    readers = [member.sub for member in members if not member.sleeping]
    with ThreadPoolExecutor(_READERS, thread_name_prefix="demo-reader") as pool:
        list(pool.map(lambda sub: _open_all(town, sub, at), readers))


def _open_all(town: Town, sub: str, at: datetime) -> None:
    try:
        listed = town.grant(sub, Action.LIST, at=at, channel=Channel.LIST)
        old = [one for one in kept.documents(listed, until=at - _FRESH) if one.new]
        requests = [town.request(sub, Action.READ, at=at, channel=Channel.LIST, document=one.id) for one in old]
        for grant in access.open_for_list(requests):
            assert grant.object_id is not None
            kept.content(grant, document_id=grant.object_id)
    finally:
        connection.close()  # each thread has its own


def looked(town: Town, *, at: datetime) -> None:
    """Professionals of the circle had read what was there: what came since is news to them."""
    for key, sub, _ in _VISITS:
        if sub in town.people:
            asking = Request(town.carer(key), town.people[sub], Purpose.CARE, Action.LIST, at, channel=Channel.LIST)
            access.all_read(access.open_record(asking), at=at)


def syntheses(town: Town, calendar: Calendar, *, at: datetime) -> None:
    """Dr Diallo wrote what matters of those she knows best; signed, dated, once."""
    doctor = town.carer("diallo")
    for sub, (days, text) in _SYNTHESES.items():
        if sub not in town.people:
            continue
        written = calendar.at(days)
        metadata = Metadata(
            title="Synthèse médicale", class_code=valuesets.class_of("SYNTH") or "11", type_code="SYNTH",
            type_system=valuesets.type_system("SYNTH"), media_type="text/plain", unique_id=_urn(sub, "synthese"),
            created=written, service_start=written, description=text,
            authors=(Author(name=doctor.name, rpps=doctor.rpps, profession=doctor.profession, organisation=doctor.organisation),),
        )  # fmt: skip
        content = f"Synthèse médicale\n{doctor.name}, {written:%d/%m/%Y}\n\n{text}\n".encode()
        document = NewDocument(metadata=metadata, content=content)
        record.add(actor=doctor, patient_id=town.people[sub], document=document, at=at, source="workspace")
        _pin(doctor, town.people[sub], at)


def _pin(doctor: Actor, patient_id: UUID, at: datetime) -> None:
    """The latest letter of a hospital, or else of a specialist, put on top for colleagues."""
    asking = Request(doctor, patient_id, Purpose.CARE, Action.LIST, at)
    listed = kept.documents(access.open_record(asking))
    for codes in _LETTERS:
        if found := next((one for one in listed if one.type_code in codes and not one.by_patient), None):
            grant = record.open_to_correct(replace(asking, action=Action.PIN, object_id=found.id))
            record.pin(grant, document_id=found.id, at=at)
            return


def visits(town: Town, *, at: datetime) -> None:
    """Professionals of the circle came, each for a reason of her own."""
    for key, sub, count in _VISITS:
        if sub not in town.people:
            continue
        actor, patient_id = town.carer(key), town.people[sub]
        listed = access.open_record(Request(actor, patient_id, Purpose.CARE, Action.LIST, at, channel=Channel.LIST))
        for one in kept.documents(listed, limit=count):
            looking = Request(actor, patient_id, Purpose.CARE, Action.READ, at, object_id=one.id)
            kept.content(access.open_record(looking), document_id=one.id)


def hides(town: Town, *, at: datetime) -> None:
    """Thomas keeps his hard months to himself, and to the doctor who wrote them."""
    _hide(town, "thomas-mercier", ("épuisement", "arrêt de travail", "suivi", "sertraline"), at=at)


def _hide(town: Town, sub: str, words: tuple[str, ...], *, at: datetime) -> None:
    if sub not in town.people:
        return
    listed = town.grant(sub, Action.LIST, at=at, channel=Channel.LIST)
    for one in kept.documents(listed):
        if any(word in one.metadata.title.lower() for word in words) and "MASQUE_PS" not in one.visibility:
            grant = record.open_to_correct(town.request(sub, Action.SET_VISIBILITY, at=at, document=one.id))
            record.set_visibility(grant, document_id=one.id, add={"MASQUE_PS"}, at=at)


def blocks(town: Town, *, at: datetime) -> None:
    """Camille does not want Dr Roux to see or add anything."""
    if "camille-rousseau" in town.people:
        grant = town.grant("camille-rousseau", Action.SET_ACCESS, at=at)
        access.block(grant, professional_id=town.carers["roux"], reading=True, deposit=True, at=at)


def opposes(town: Town, *, at: datetime) -> None:
    """Olivier takes no more documents."""
    if "olivier-dubois" in town.people:
        access.set_deposit_opposition(town.grant("olivier-dubois", Action.SET_ACCESS, at=at), opposed=True, at=at)


def emergency(town: Town, *, at: datetime) -> None:
    """Dr Lambert opened Marcel's record in an emergency: an operator has three days to look at it."""
    if "marcel-lefevre" not in town.people:
        return
    actor, patient_id = town.carer("lambert"), town.people["marcel-lefevre"]
    why = "Malaise avec perte de connaissance, traitement en cours inconnu, patient confus à l’arrivée."
    asking = Request(actor, patient_id, Purpose.EMERGENCY, Action.LIST, at, reason=why, channel=Channel.LIST)
    for one in kept.documents(access.open_record(asking), classes=("42",), limit=1):
        looking = Request(actor, patient_id, Purpose.EMERGENCY, Action.READ, at, object_id=one.id, reason=why)
        kept.content(access.open_record(looking), document_id=one.id)


def reports(town: Town, *, at: datetime) -> None:
    """Dr Roux tried Amina's record and was refused; Amina saw it, and asks why."""
    if "amina-benali" not in town.people:
        return
    roux = town.carer("roux")
    with suppress(HygieError):
        access.open_record(
            Request(roux, town.people["amina-benali"], Purpose.CARE, Action.LIST, at, channel=Channel.LIST)
        )
    grant = town.grant("amina-benali", Action.READ_JOURNAL, at=at, channel=Channel.LIST)
    line = next((one for one in asked.journal(grant) if one.actor_id == roux.id and not one.allowed), None)
    if line is not None:
        said = "Je ne connais pas ce médecin. Pourquoi a-t-il essayé d’ouvrir mon espace ?"
        access.report_line(grant, seq=line.seq, message=said, at=at)


def own_papers(town: Town, calendar: Calendar, *, at: datetime) -> None:
    """What people added themselves: a photographed page, an old letter, a note."""
    papers = (
        ("amina-benali", "carnet", "Mon carnet de vaccination (photo)", "DOCPAT06", "image/jpeg", "carnet.jpg", 210,
         lambda: photo.page("Carnet de vaccination", ("DTP rappel   14/05/2004", "DTP rappel   22/03/2024", "ROR          03/09/1981", "Hépatite B   3 doses, 1996"))),
        ("amina-benali", "lettre", "Compte rendu d’échographie de 2015", "DOCPAT03", "application/pdf", "echographie.pdf", 400,
         lambda: photo.letter("Échographie de la thyroïde", "Thyroïde de volume normal. Pas de nodule.\nExamen réalisé en 2015.")),
        ("amina-benali", "montre", "Mesures de ma montre et de ma balance", "29274-8", "application/fhir+json", "mesures.json", 3,
         lambda: watch.measures("amina-benali", calendar)),
        ("nadia-haddad", "note", "Questions pour la pédiatre", "EXPPAT_2", "text/plain", "questions.txt", 30,
         lambda: b"- Adam dort mal depuis deux semaines\n- Vaccin contre la grippe pour Sami ?\n- Lunettes de Lina : quand refaire le bilan ?\n"),
        ("fatou-martin", "directives", "Mes directives anticipées", "EXPPAT_3", "application/pdf", "directives.pdf", 150,
         lambda: photo.letter("Directives anticipées", "Je souhaite rester chez moi aussi longtemps que possible.\nMa personne de confiance est ma fille, Zoé Martin.")),
        ("lucas-petit", "ordonnance", "Ordonnance du kiné (photo)", "DOCPAT02", "image/jpeg", "ordonnance.jpg", 300,
         lambda: photo.page("Ordonnance", ("Kinésithérapie du genou gauche", "3 séances par semaine", "pendant 6 semaines"))),
    )  # fmt: skip
    for sub, name, title, kind, media_type, file_name, days, made in papers:
        if sub not in town.actors:
            continue
        actor = town.actors[sub]
        metadata = Metadata(
            title=title, class_code=valuesets.class_of(kind) or "90", type_code=kind, type_system=valuesets.type_system(kind),
            media_type=media_type, unique_id=_urn(sub, name), created=at, service_start=calendar.at(days),
            authors=(Author(name=actor.name),), practice_setting="EXP_PATIENT", file_name=file_name,
        )  # fmt: skip
        document = NewDocument(metadata=metadata, content=made())
        record.add(actor=actor, patient_id=town.people[sub], document=document, at=at)


def _urn(sub: str, name: str) -> str:
    own: UUID = number(sub, f"own/{name}")
    return f"urn:uuid:{own}"
