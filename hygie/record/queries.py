"""The record's questions. Each takes a grant and gives frozen values; what the grant does not cover is absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from hygie.access.actions import inside, note_reading, sitting
from hygie.access.queries import identity as identity_of
from hygie.access.queries import is_operator
from hygie.access.types import Action, Grant
from hygie.base import blobs, config, events, sealing
from hygie.base.errors import NotFound, Refused, Unavailable
from hygie.base.pseudonyms import pseudonym
from hygie.base.waits import slot
from hygie.formats import display
from hygie.formats.entries import Unread
from hygie.formats.paper import places
from hygie.formats.preview import PageImage
from hygie.formats.synopsis import Synopsis
from hygie.people import queries as people
from hygie.people.types import Actor, Kind
from hygie.record import (
    bringing,
    carrying,
    discreet,
    drugs,
    exports,
    listing,
    packing,
    pinning,
    reading,
    sealed,
    searching,
    synopses,
)
from hygie.record import emergency_card as cards
from hygie.record import entries as structured
from hygie.record import quarantine as aside
from hygie.record import summary as summarizing
from hygie.record.bringing import Bringing as Bringing
from hygie.record.bringing import open_archive as open_archive
from hygie.record.carrying import MANIFEST as MANIFEST
from hygie.record.carrying import Archive as Archive
from hygie.record.carrying import Takeaway as Takeaway
from hygie.record.carrying import archive as archive
from hygie.record.drugs import catalogue as catalogue
from hygie.record.drugs import drugs_edition as drugs_edition
from hygie.record.emergency_card import Card as Card
from hygie.record.emergency_card import CardLine as CardLine
from hygie.record.emergency_card import CardSection as CardSection
from hygie.record.exports import Form as Form
from hygie.record.following import behind as behind
from hygie.record.following import masked as masked
from hygie.record.following import masked_paper as masked_paper
from hygie.record.following import visits as visits
from hygie.record.gathering import Given as Given
from hygie.record.masked import Known as Known
from hygie.record.masked import Paper as Paper
from hygie.record.medications import none_known
from hygie.record.models import Quarantine, Submission
from hygie.record.news import to_compare
from hygie.record.owning import Said as Said
from hygie.record.owning import is_a_bill as is_a_bill
from hygie.record.owning import kind_of_shelf as kind_of_shelf
from hygie.record.owning import noon as noon
from hygie.record.owning import own_document as own_document
from hygie.record.owning import written as written
from hygie.record.reading import FRANCE
from hygie.record.referring import reference_of as reference_of
from hygie.record.searching import Answer as Answer
from hygie.record.searching import Hit as Hit
from hygie.record.sheets import Wanted
from hygie.record.summary import Chapter as Chapter
from hygie.record.summary import Section as Section
from hygie.record.summary import Summary as Summary
from hygie.record.summary import Why as Why
from hygie.record.treatments import KINDS, lines
from hygie.record.treatments import Line as Line
from hygie.record.types import Content, Deposited, Document, Item, Pin, Quarantined, State
from hygie.record.unpacking import count_files as count_files
from hygie.record.unpacking import is_taken_away as is_taken_away
from hygie.record.unpacking import opened_files as opened_files

SET_ASIDE = 500  # deposits of a list of quarantine
READ_WITHIN = timedelta(days=28)  # for the count of deposits that were read: the shortest month
SummaryLine = summarizing.Line
_READS = frozenset({
    Action.EXPORT,
    Action.LIST, Action.READ, Action.SETTLE, Action.SET_VISIBILITY, Action.WITHDRAW, Action.ARCHIVE, Action.INDEX,
})  # fmt: skip


def documents(
    grant: Grant, *, classes: Iterable[str] | None = None, since: datetime | None = None, until: datetime | None = None,
    received_since: datetime | None = None, archived: bool | None = False, status: str | None = "current",
    unopened: bool = False, limit: int | None = None, as_received: bool = False,
) -> list[Document]:  # fmt: skip
    """The documents this grant covers, the most recent act first.

    `since` and `until` bound the day of the act; `received_since` the day of deposit. `status=None` gives current
    and superseded ones; `archived=None` gives both. `unopened`: those that this person has never opened. `limit` counts
    covered documents. `as_received`: with each reference as its sender wrote it (`metadata.fhir`), which costs an
    unsealing for each.
    """
    _must_read(grant)
    asked = listing.Asked(
        classes=None if classes is None else frozenset(classes), since=since, until=until,
        received_since=received_since, archived=archived, status=status, unopened=unopened,
    )  # fmt: skip
    if as_received or (limit is not None and limit <= listing.FEW):
        return listing.row_by_row(grant, asked, limit=limit)
    return listing.together(grant, asked)[:limit]


def document(grant: Grant, *, document_id: UUID) -> Document:
    """One document. NotFound if it is not here, or not covered: the two look alike."""
    _must_read(grant)
    found = _rows(grant, "id = %b", document_id)
    if not found:
        raise NotFound("Ce document n'est pas ici.", code="no-such-document")
    return found[0]


def was_taken_back(grant: Grant, *, document_id: UUID) -> bool:
    """Whether this document was here, was taken back, and is of those that this grant would cover if it had not been.

    To whoever could not have read it, a document that was taken back was never here.
    """
    _must_read(grant)
    with inside(grant) as sql:
        found = reading.one(grant, sql, document_id)
    return (
        found is not None and found.status == "entered-in-error"
        and grant.scope.covers(replace(found.facts, status="current"))
    )  # fmt: skip


def imports(grant: Grant) -> list[Bringing]:
    """What she brought back from elsewhere, and how far each is taken in, the latest first."""
    _must_read(grant)
    return bringing.standing(grant)


def by_unique_id(grant: Grant, *, unique_id: str) -> Document:
    """One document by its XDS uniqueId (`urn:oid:…`)."""
    _must_read(grant)
    digest = sealed.digest("unique", grant.patient_id.bytes, unique_id.encode())
    found = _rows(grant, "unique_digest = %b", digest)
    if not found:
        raise NotFound("Ce document n'est pas ici.", code="no-such-document")
    return found[0]


def deposited(actor: Actor, *, submission_id: str) -> tuple[UUID, UUID] | None:
    """The space and the document to which this sender's own deposit went. Tells it nothing that it was not answered."""
    key = sealed.digest("submission", (actor.client_id or actor.id).bytes, submission_id.encode())
    row = Submission.objects.filter(key=key, patient_id__isnull=False).first()
    return None if row is None or row.patient_id is None else (row.patient_id, row.document_id)


def versions(grant: Grant, *, document_id: UUID) -> list[Document]:
    """The chain of replacements this document belongs to, newest first, as far as the grant covers it."""
    chain = [document(grant, document_id=document_id)]
    while chain[0].replaced_by and (newer := _rows(grant, "id = %b", chain[0].replaced_by)):
        chain[:0] = newer
    while chain[-1].replaces and (older := _rows(grant, "id = %b", chain[-1].replaces)):
        chain += older
    return chain


def content(grant: Grant, *, document_id: UUID) -> Content:
    """The original bytes. Needs a grant to READ this very document; marks it as opened by the person."""
    if grant.action not in (Action.READ, Action.INDEX) or grant.object_id != document_id:
        raise Refused("Ouvrez d'abord ce document.", code="not-a-reading-grant")
    found = document(grant, document_id=document_id)
    assert grant.keyring is not None
    with inside(grant, noting=True) as sql:
        row = sql.execute(
            "SELECT dek, content FROM record_document WHERE patient_id = %b AND id = %b",
            [grant.patient_id, document_id], prepare=True, binary=True,
        ).fetchone()  # fmt: skip
        if row is None:
            raise NotFound("Ce document n'est pas ici.", code="no-such-document")
        if grant.actor.kind is Kind.PERSON:
            first = sql.execute(
                """INSERT INTO record_opened AS o (patient_id, document_id, subject, at) VALUES (%b, %b, %b, %b)
                   ON CONFLICT DO NOTHING RETURNING NOT EXISTS (SELECT 1 FROM record_opened e
                     WHERE e.patient_id = o.patient_id AND e.document_id = o.document_id)""",
                [grant.patient_id, document_id, pseudonym(grant.actor.patient_id or grant.patient_id), grant.at], prepare=True,
            ).fetchone()  # fmt: skip
            if first == (True,) and not found.by_patient:
                events.counted(grant.at.date(), {f"delay/{slot(grant.at - found.received)}": 1})
                if grant.at - found.received <= READ_WITHIN:  # one more that was read, of the month that it came in
                    events.counted(found.received.date(), {"read/yes": 1, "read/no": -1})
            if first is not None:
                note_reading(grant)
    stored = row[1] if row[1] is not None else _from_store(document_id)
    key = grant.keyring.open_document_key(document_id, row[0])
    data = sealing.unseal(key, stored, sealed.place("content", grant.patient_id, document_id))
    return Content(data, found.metadata.media_type, found.metadata.file_name or _file_name(found))


def pins(grant: Grant, *, document_id: UUID | None = None) -> tuple[Pin, ...]:
    """What professionals put on top, of the current documents that this grant covers, the latest pin first.

    document_id: of this document alone.
    """
    _must_read(grant)
    return pinning.pins(grant, document_id=document_id)


def takeaway(grant: Grant, *, keeper: str) -> Takeaway:
    """All that this grant covers, to take away at once; contents come apart, by `originals`. Needs a grant to EXPORT.

    keeper: this installation, as people know it.
    """
    if grant.action is not Action.EXPORT:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    held = tuple(documents(grant, status=None, archived=None))
    return Takeaway(
        patient_id=grant.patient_id, identity=identity_of(grant), documents=held, items=tuple(entries(grant)),
        texts=dict(structured.texts(grant)), at=grant.at, keeper=keeper,
        paths={one.id: carrying.path_of(one) for one in held},
    )  # fmt: skip


def reimbursed_with(grant: Grant, *, document: Document) -> list[Document]:
    """What was reimbursed on the day of this act and is not kept from relatives yet: it would tell them of the act."""
    _must_read(grant)
    return discreet.reimbursed_with(grant, document)


def originals(grant: Grant, *, documents: Iterable[Document]) -> Iterator[tuple[Document, bytes]]:
    """The original bytes of each of these documents of a `takeaway`, one at a time. Needs the same grant.

    Documents withdrawn or erased meanwhile are left out; Unavailable when a content cannot be had now.
    """
    if grant.action is not Action.EXPORT:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    assert grant.keyring is not None
    opened = grant.keyring.opener()
    for one in documents:
        with inside(grant) as sql:
            row = sql.execute(
                """SELECT dek, content FROM record_document
                   WHERE patient_id = %b AND id = %b AND status <> 'entered-in-error'""",
                [grant.patient_id, one.id], prepare=True, binary=True,
            ).fetchone()  # fmt: skip
        if row is None or not grant.scope.covers(one.facts):
            continue
        stored = row[1] if row[1] is not None else _from_store(one.id)
        yield one, sealing.unseal(opened(one.id, row[0]), stored, sealed.place("content", grant.patient_id, one.id))


def entries(
    grant: Grant, *, kinds: Iterable[str] | None = None, since: date | None = None,
    states: Iterable[State] | None = None, received_since: datetime | None = None, latest: int | None = None,
) -> list[Item]:  # fmt: skip
    """What the current documents that this grant covers say, and what the person says of herself, newest day first.

    kinds: FHIR types. since: the day of the act. states: all but rejected unless given. received_since: what came in
    from then on. latest: only so many of each kind and code, the newest; far cheaper than all where there are many.
    Entries without a day come last, and not at all when `since` is given.
    """
    _must_read(grant)
    wanted = Wanted(
        kinds=None if kinds is None else frozenset(kinds), since=since.toordinal() if since else 0,
        states=None if states is None else frozenset(states), received_since=received_since, most=latest or 0,
    )  # fmt: skip
    return structured.entries(grant, wanted)


def entry(grant: Grant, *, entry_id: UUID) -> Item:
    """One entry. NotFound if it is not here, or not covered: the two look alike."""
    _must_read(grant)
    return structured.one(grant, entry_id)


def excerpt(grant: Grant, *, document_id: UUID, entry_id: UUID) -> PageImage:
    """The part of the page that one reading stands on, as an image, to be compared with what was read.

    Needs a grant to READ this very document. NotFound when the entry is not of it, or its reader kept no place.
    """
    item, place = entry(grant, entry_id=entry_id), None
    if item.source is not None and item.source.document_id == document_id:
        place = places.read(item.place)
    if place is None or place.box is None:
        raise NotFound("Cette page n’existe pas.", code="nothing-to-show")
    held = content(grant, document_id=document_id)
    return display.crop(held.data, held.media_type, place.page, place.box)


def entries_of(grant: Grant, *, document_id: UUID) -> list[Item]:
    """What one document says, in the order of the document, rejected suggestions included, replaced or not."""
    _must_read(grant)
    return structured.of_document(grant, document_id)[0]


def summary(grant: Grant, *, since: datetime | None = None) -> Summary:
    """The living summary of what this grant covers. since: the reader's last visit, for what is new.

    It stands on the last few values of each code, so its cost follows how much is known, not how long the record is.
    """
    _must_read(grant)
    with sitting(grant):
        items, held, waiting = structured.with_documents(grant, Wanted(most=packing.HEADS), listing.CURRENT)
        texts = structured.texts_of(grant, to_compare(held, since=since))
        began = grant.at if items or held else people.known_since(grant.patient_id)
        catalogue = drugs.catalogue_of(one for one in items if one.kind in KINDS)
    return summarizing.summary(
        items, held, on=grant.at.astimezone(FRANCE).date(), opened=began.astimezone(FRANCE).date(), since=since,
        reader=grant.actor.id, professional=grant.actor.kind is not Kind.PERSON, catalogue=catalogue, texts=texts,
        waiting=waiting,
    )  # fmt: skip


def emergency_card(grant: Grant, *, wanted: Iterable[str]) -> Card:
    """What an emergency card holds of this record for this reader, section by section: certain things, each sourced."""
    items, found = entries(grant, kinds={"Observation"}, latest=2), summary(grant)
    return Card(cards.sections(found.sections, items, wanted=frozenset(wanted)), waiting=found.waiting)


def synopsis(grant: Grant, *, chapters: Iterable[str] | None = None) -> Synopsis:
    """What a summary document of this record carries for this reader: whose it is, and each certain, current thing once.

    Its instant is the grant's; who keeps it, HYGIE_KEEPER says. chapters: these alone, by key.
    Whoever comes by a link is given no identity number, and no number of the space.
    """
    _must_read(grant)
    items = entries(grant)
    identity = identity_of(grant)
    linked = grant.actor.kind is Kind.READER
    if linked:
        identity = replace(identity, ins=None)
    on = grant.at.astimezone(FRANCE).date()
    return Synopsis(
        number=grant.actor.id if linked else grant.patient_id, subject=synopses.subject(identity),
        written=grant.at.astimezone(FRANCE), waiting=0 if chapters is not None else synopses.waiting(items),
        pieces=synopses.only(synopses.pieces(items, on=on, catalogue=drugs.catalogue_of(items)), chapters),
        keeper=config.keeper()[0],
    )  # fmt: skip


def export(grant: Grant, *, form: Form) -> Content:
    """A file to take away: the summary (FHIR, CDA), or every certain laboratory result (HPRIM); what the grant covers.

    CDA names who issues it: the professional of the grant, or the person herself.
    """
    found = synopsis(grant)
    keeper = exports.Keeper(*config.keeper())
    actor = grant.actor
    if form is Form.HPRIM:
        by = actor.name if actor.kind is Kind.PROFESSIONAL else ""
        return exports.results(found, entries(grant, kinds={"Observation"}), recipient=by, keeper=keeper)
    issuer = None
    if actor.kind is Kind.PROFESSIONAL:
        place = people.organisation(actor.organisation_id) if actor.organisation_id else None
        issuer = exports.Issuer(people.professional(actor.id), place, actor.profession or "", actor.specialty)
    return exports.summary(found, form, issuer=issuer, keeper=keeper)


def search(grant: Grant, *, words: str, most: int = 30) -> Answer:
    """What answers these words in all that this grant covers: documents (titles, authors, texts, scanned texts), results
    by name, the person's own words. Accents, case, endings and small slips do not matter.
    """
    _must_read(grant)
    items, held, _ = structured.with_documents(grant, Wanted(most=packing.HEADS), listing.CURRENT)
    return searching.search(grant, words, held, items, most=most)


def suggestions(grant: Grant) -> list[Item]:
    """What was read from texts and scans and waits for someone's eye, the newest day first."""
    return entries(grant, states=(State.SUGGESTED,))


def unread(grant: Grant, *, document_id: UUID) -> list[Unread]:
    """What could not be read in one document. Empty too while it has not been read yet, and where it is not covered."""
    _must_read(grant)
    return structured.of_document(grant, document_id)[1]


def texts(grant: Grant) -> Iterable[tuple[UUID, str]]:
    """Every readable word of each covered, current document, by document: what a search goes through."""
    _must_read(grant)
    return structured.texts(grant)


def treatments(grant: Grant, *, on: date) -> tuple[Line, ...]:
    """One line for each active substance, as it stands that day: current, as needed, uncertain, stopped."""
    found = entries(grant, kinds=KINDS)
    return lines(found, on=on, catalogue=drugs.catalogue_of(found))


def no_treatment_since(grant: Grant) -> date | None:
    """The day on which it was last stated that she takes no medicine; None when nobody says so."""
    days = [one.day for one in entries(grant, kinds={"MedicationStatement"}) if none_known(one) and one.day]
    return max(days, default=None)


def my_deposits(actor: Actor, *, limit: int = 200) -> list[Deposited]:
    """What this professional deposited herself, the latest first: ids and dates. Anything more needs a grant each."""
    if actor.kind is not Kind.PROFESSIONAL:
        raise Refused("Cette liste est réservée aux professionnels.", code="professionals-only")
    rows = Submission.objects.filter(sender=pseudonym(actor.id), outcome__in=("stored", "known"))
    known = rows.order_by("-received").values_list("patient_id", "document_id", "received")[:limit]
    return [Deposited(patient_id=patient, document_id=one, received=at) for patient, one, at in known if patient]


def quarantine(actor: Actor, *, waiting_only: bool = True) -> list[Quarantined]:
    """For an operator: all that waits, with the identity as said. For a sender: its own, without telling who exists.

    In the order in which they came, SET_ASIDE at most: what waits longest first, then what was settled last.
    """
    rows = Quarantine.objects.all()
    if not is_operator(actor):
        if actor.kind is Kind.SOFTWARE:
            rows = rows.filter(client_id=actor.client_id or actor.id)
        elif actor.organisation_id is not None and actor.kind is Kind.PROFESSIONAL:
            rows = rows.filter(organisation_id=actor.organisation_id)
        else:
            raise Refused("Ces dépôts ne sont pas les vôtres.", code="not-yours")
    shown = list(rows.filter(state="waiting").order_by("received")[:SET_ASIDE])
    if not waiting_only:
        shown += rows.exclude(state="waiting").order_by("-received")[: SET_ASIDE - len(shown)]
    shown.sort(key=lambda row: row.received)
    return [_quarantined(row, full=is_operator(actor)) for row in shown]


def waiting_in_quarantine(actor: Actor) -> int:
    """How many deposits wait for an operator."""
    if not is_operator(actor):
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")
    return Quarantine.objects.filter(state="waiting").count()


def candidates(actor: Actor, *, quarantine_id: UUID) -> list[UUID]:
    """The spaces an operator may consider for one quarantined deposit (same matricule, or same traits)."""
    if not is_operator(actor):
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")
    row = Quarantine.objects.filter(id=quarantine_id).first()
    if row is None:
        raise NotFound("Ce dépôt n'est plus en attente.", code="no-such-quarantine")
    ins, traits = sealed.unpack_said(aside.said(row)["said"].encode())
    return people.candidates(ins=ins, traits=traits)


def _quarantined(row: Quarantine, *, full: bool) -> Quarantined:
    said = aside.said(row)
    ins, traits = sealed.unpack_said(said["said"].encode())
    return Quarantined(
        id=row.id, received=row.received, organisation=said["organisation"], client=said["client"],
        submission_id=said["submission"], state=row.state, reason=said["reason"] if full else "identity-not-matched",
        size=row.size, said_ins=ins, said_traits=traits,
        candidates=len(people.candidates(ins=ins, traits=traits)) if full else 0, resolved=row.resolved, note=row.note,
    )  # fmt: skip


def _must_read(grant: Grant) -> None:
    if grant.action not in _READS:
        raise Refused("Cet accès ne permet pas de lire.", code="grant-reads-nothing")


def _rows(grant: Grant, condition: str, *values: object) -> list[Document]:
    with inside(grant) as sql:
        rows = sql.execute(
            f"SELECT {reading.COLUMNS} FROM record_document WHERE patient_id = %b AND {condition}".encode(),
            [grant.patient_id, *values], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
    return reading.covered(grant, rows)


def _from_store(document_id: UUID) -> bytes:
    store = blobs.store()
    if store is None:
        raise Unavailable("Ce document est momentanément hors d'atteinte.", code="no-blob-store", retry_after=60)
    return store.get(str(document_id))


_ENDINGS = {"application/pdf": "pdf", "text/xml": "xml", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt"}


def _file_name(found: Document) -> str:
    """A name that says the day and nothing of the content: it lands in download folders."""
    ending = _ENDINGS.get(found.metadata.media_type, "bin")
    return f"document-{found.day:%Y-%m-%d}.{ending}"
