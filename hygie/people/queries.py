"""People, its nouns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Prefetch

from hygie.base import config, rootkey
from hygie.base.errors import NotFound, Refused
from hygie.base.reading import noting
from hygie.base.sql import cursor
from hygie.base.walls import scope
from hygie.formats.fhir import scopes as fhir_scopes
from hygie.people import (
    apart,
    assertions,
    authorizing,
    claims,
    entrances,
    keys,
    models,
    passkeys,
    presence,
    proofs,
    sealed,
    searches,
    signing_key,
)  # fmt: skip
from hygie.people import ins as rules
from hygie.people import traits as names
from hygie.people import ways as ways_of
from hygie.people.bearers import Bearer as Bearer
from hygie.people.bearers import bearers as bearers
from hygie.people.bearers import software as software
from hygie.people.coming import came_back as came_back
from hygie.people.coming import comings as comings
from hygie.people.patient.models import Patient
from hygie.people.searches import may_search as may_search
from hygie.people.types import (
    Actor,
    AppAccess,
    Application,
    AuthLevel,
    Client,
    Hat,
    Identity,
    Ins,
    Kind,
    Organisation,
    Professional,
    RegisteredClient,
    Traits,
)  # fmt: skip

LOOKUP_TABLES = (
    models.LOOKUP_TABLES
)  # for the tests of the wall: tables that name a person by digest and random id only
OPERATOR = presence.OPERATOR
CLIENT_ALGORITHMS = keys.ALGORITHMS
SCOPES_SHOWN = keys.SHOWN
SCOPES_FOR_APPS = keys.SHOWN_TO_APPS

_MATCH = """
SELECT q.n, coalesce(r.kept, l.patient_id)
FROM unnest(%b::bytea[], %b::bytea[], %b::bytea[]) WITH ORDINALITY AS q(ins, one, other, n)
JOIN people_inslookup l ON l.ins_digest = q.ins AND (q.one = ANY(l.traits) OR q.other = ANY(l.traits))
LEFT JOIN people_redirect r ON r.merged = l.patient_id
"""


def match(pairs: Sequence[tuple[Ins, Traits]]) -> list[UUID | None]:
    """For each pair, the one person whose matricule AND traits both agree, in one statement; None otherwise.

    No budget and no journal: for deposits, whose sender is told nothing more than « quarantined ».
    """
    found: list[set[UUID]] = [set() for _ in pairs]
    if not pairs:
        return []
    key, said = rootkey.ours(), [names.said(traits) for _, traits in pairs]
    sql = cursor()
    sql.execute(
        _MATCH,
        [
            [sealed.ins_digest(ins, key) for ins, _ in pairs],
            [sealed.traits_digest(one, key) for one, _ in said],
            [sealed.traits_digest(other, key) for _, other in said],
        ],
        prepare=True,
        binary=True,
    )
    for number, patient_id in sql:
        found[number - 1].add(patient_id)
    return [one.pop() if len(one) == 1 else None for one in found]


def holder(ins: Ins) -> UUID | None:
    """The person who holds this matricule today, for a request that names her by it and whose record the gate decides
    upon next. Never an answer by itself: whoever asks gets the same words for nobody and for no right, within the budget
    of `may_search` and `missed`.
    """
    rows = models.InsLookup.objects.filter(ins_digest=sealed.ins_digest(ins), former=False)
    found = rows.values_list("patient_id", flat=True).first()
    return None if found is None else resolve(found)


def checked(ins: Ins, traits: Traits | None = None) -> tuple[str, ...]:
    """Warnings about an identity that a message carries; Invalid where it cannot be accepted (form, key, authority)."""
    if traits is not None:
        names.check(traits)
    return rules.check(ins, mode=config.mode())


matricule_key = rules.key_of


def agree(one: Traits, other: Traits) -> bool:
    """Whether two sets of traits may be the same person's: names as they are compared everywhere, date, sex, place."""
    return bool(set(names.held(one)) & set(names.said(other)) or set(names.held(other)) & set(names.said(one)))


def find(*, ins: Ins, traits: Traits, by: Actor, at: datetime) -> UUID | None:
    """The person with exactly this matricule and these traits, for a professional, a software client or an operator.

    Absent and mismatched are one answer and the same work. Each structure may miss 60 times in any hour; then
    Refused, code « budget », with a delay to come back, whatever it asks. The count is committed before the answer.
    """
    if by.kind not in (Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.OPERATOR):
        raise Refused("Cette recherche est réservée aux professionnels.", code="professionals-only")
    subject = searches.subject_of(by)
    with transaction.atomic(durable=True), connection.cursor() as sql:
        noting(sql)
        searches.one_at_a_time(sql, subject)
        searches.within(sql, subject, at)
        [person] = match([(ins, traits)])
        searches.count(sql, subject, at, missed=person is None)
    return person


_IDENTITY = (
    b"""SELECT version, identity_key, sealed, status, homonym, doubtful FROM people_identity WHERE patient_id = %b"""
)


def identity(patient_id: UUID) -> Identity:
    """One person's identity. For `access` alone, which has set the scope: without one this is NotFound."""
    row = cursor().execute(_IDENTITY, [patient_id], prepare=True, binary=True).fetchone()
    if row is None or row[1] is None:
        raise NotFound("Cette personne n'est pas connue ici.", code="no-such-person")
    return sealed.opened(patient_id, *row)


def identities(patient_ids: Sequence[UUID]) -> dict[UUID, Identity]:
    """Several at once, under the same condition; those out of reach are left out."""
    rows = models.Identity.objects.filter(patient_id__in=patient_ids, identity_key__isnull=False)
    return {row.patient_id: sealed.unseal(row) for row in rows}


def name_of(patient_id: UUID) -> str:
    """What a person is called, for `access` alone: of whoever takes part in a tie with somebody who asks."""
    with scope(patient_id):
        return identity(patient_id).display_name


def birth_date(patient_id: UUID) -> str:
    """A birth date as written, for `access` alone, whose rules ask whether this person is a minor."""
    with scope(patient_id):
        return identity(patient_id).traits.birth_date


def resolve(patient_id: UUID) -> UUID:
    """Where this person is today: herself, or the one she was merged into."""
    redirect = models.Redirect.objects.filter(merged=patient_id).first()
    return redirect.kept if redirect else patient_id


def merged_into(patient_id: UUID) -> tuple[UUID, ...]:
    """The persons known today as this one, by merges still live."""
    return tuple(models.Redirect.objects.filter(kept=patient_id).order_by("merged").values_list("merged", flat=True))


def known_since(patient_id: UUID) -> datetime:
    """When this space began. NotFound for nobody."""
    row = Patient.objects.filter(id=patient_id).values_list("created", flat=True).first()
    if row is None:
        raise NotFound("Cette personne n'est pas connue ici.", code="no-such-person")
    return row


def by_strict_traits(traits: Traits) -> UUID | None:
    """The only person with these five strict traits, if there is exactly one and her identity is sure.

    Sure: qualified, no homonym, no doubt. A second person with the same traits, sure or not, and nobody is found.
    """
    digest = sealed.strict_digest(traits)
    if digest is None:
        return None
    rows = list(models.TraitsLookup.objects.filter(traits_digest=digest)[:10])
    persons = {resolve(row.patient_id) for row in rows}
    return persons.pop() if len(persons) == 1 and any(row.sure for row in rows) else None


def organisation(organisation_id: UUID) -> Organisation:
    row = models.Organisation.objects.filter(id=organisation_id).first()
    if row is None:
        raise NotFound("Cette structure n'est pas enregistrée.", code="no-such-organisation")
    return _organisation(row)


def organisation_by_finess(finess: str) -> Organisation | None:
    row = models.Organisation.objects.filter(finess=finess).first()
    return None if row is None else _organisation(row)


def professional(professional_id: UUID) -> Professional:
    row = models.Professional.objects.filter(id=professional_id).first()
    if row is None:
        raise NotFound("Ce professionnel n'est pas enregistré.", code="no-such-professional")
    return _professional(row)


def professional_by_rpps(rpps: str) -> Professional | None:
    """By RPPS: 11 digits, or the national identifier that puts an 8 before them."""
    rpps = rpps[1:] if len(rpps) == 12 and rpps.startswith("8") else rpps
    row = models.Professional.objects.filter(rpps=rpps).first()
    return None if row is None else _professional(row)


def professionals(ids: Iterable[UUID]) -> dict[UUID, Professional]:
    """Several at once; those not registered are left out."""
    rows = models.Professional.objects.filter(id__in=set(ids)).prefetch_related(
        Prefetch("activities", models.Activity.objects.filter(ended=None).select_related("organisation"))
    )
    return {row.id: _known_as(row, row.activities.all()) for row in rows}


def organisations(ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Several at once; those not registered are left out."""
    return {row.id: _organisation(row) for row in models.Organisation.objects.filter(id__in=set(ids))}


def _organisation(row: models.Organisation) -> Organisation:
    return Organisation(id=row.id, name=row.name, kind=row.kind, finess=row.finess, city=row.city)


def _hats(rows: Iterable[models.Activity]) -> tuple[Hat, ...]:
    return tuple(
        Hat(
            id=row.id, profession=row.profession, specialty=row.specialty, mode=row.mode,
            organisation=_organisation(row.organisation) if row.organisation else None,
        )
        for row in rows
    )  # fmt: skip


def _professional(row: models.Professional) -> Professional:
    worn = row.activities.filter(ended=None).select_related("organisation").order_by("position", "id")
    return _known_as(row, worn)


def _known_as(row: models.Professional, worn: Iterable[models.Activity]) -> Professional:
    return Professional(
        id=row.id, rpps=row.rpps, family=row.family, given=row.given, civility=row.civility, hats=_hats(worn)
    )


def scopes_cover(held: Iterable[str], asked: Iterable[str]) -> bool:
    """Whether the scopes a client holds give all that it asks, right by right."""
    return fhir_scopes.cover(held, asked)


def application(client_id: str) -> Application | None:
    """An application that may ask people for access, or None."""
    row = authorizing.application(client_id)
    if row is None:
        return None
    return Application(
        client_id=row.client_id, name=row.name, organisation=row.organisation.name, scopes=frozenset(row.scopes),
        public=row.client_type == row.CLIENT_PUBLIC,
    )  # fmt: skip


def applications(account_id: UUID, *, at: datetime) -> list[AppAccess]:
    """What this person lets applications do today, the latest first."""
    return authorizing.applications(account_id, at=at)


def activity_of(rpps: str, client_id: UUID) -> UUID:
    """The activity of this professional in the structure that answers for this software. Refused, code « requester »."""
    client = models.SoftwareClient.objects.filter(id=client_id, revoked=None).first()
    if client is None:
        raise Refused("Ce logiciel n'est pas enregistré, ou ne l'est plus.", code="invalid-client")
    return assertions.activity_of(rpps, client).id


def is_registered(client_id: UUID) -> bool:
    """Whether this software is registered today."""
    return bool(models.SoftwareClient.objects.filter(id=client_id, revoked=None).exists())


def issuer_of(assertion: str) -> str:
    """Who an assertion says it is from, unproved: to be asked only of one that was just proved."""
    return assertions.issuer_of(assertion)


signing_keys = signing_key.public
authorization_by_code, authorization_by_refresh = authorizing.by_code, authorizing.by_refresh


def clients() -> list[RegisteredClient]:
    """Every software client, for operators: the living first, by name."""
    rows = models.SoftwareClient.objects.select_related("organisation").order_by(
        F("revoked").desc(nulls_first=True), "name"
    )
    return [
        RegisteredClient(
            client=Client(
                id=row.id, name=row.name, organisation=_organisation(row.organisation), scopes=frozenset(row.scopes),
                lenient=row.lenient, last_used=row.last_used,
            ),
            revoked=row.revoked,
        )
        for row in rows
    ]  # fmt: skip


def auth_level(acr: str | None, amr: Sequence[str] = ()) -> AuthLevel:
    """How surely a provider says that it knows a person: eidas1, or eidas2 and 3 and two factors, or nothing."""
    return claims.level(acr, amr)


def hats_of_account(account_id: UUID) -> tuple[Hat, ...]:
    """The activities among which a signed-in professional chooses one for her session; none for a person."""
    row = _account(account_id)
    return _professional(row.professional).hats if row.professional else ()


ways, sessions, challenge = ways_of.ways, entrances.entrances, passkeys.ask_to_enter
level_of_ways, telephone = proofs.level, proofs.telephone
unseal_for = sealed.unseal_for
apart_of, all_apart, apart_agrees = apart.of, apart.waiting, apart.agrees


def operates(account_id: UUID) -> bool:
    """Whether this account may also work as an operator of this installation."""
    row = _account(account_id)
    return row.professional is not None and row.professional.operates


def actor_of_account(
    account_id: UUID, hat: UUID | str | None, *, auth: AuthLevel, session: UUID | None = None
) -> Actor:
    """Who this account is in this session (`begin_session`).

    `hat`: the id of the chosen activity, or OPERATOR. Refused, by code: « no-space » for a person whose space is not
    paired yet, « choose-hat » for a professional without a hat or with one that ended, « closed-account » for an
    account that was closed or a session that was ended.
    """
    return presence.actor(account_id, hat, auth=auth, session=session)


def _account(account_id: UUID) -> models.Account:
    row = models.Account.objects.select_related("professional").filter(id=account_id, is_active=True).first()
    if row is None:
        raise Refused("Ce compte est fermé.", code="closed-account")
    return row


def professional_actor(who: Professional, hat: Hat, *, auth: AuthLevel, client_id: UUID | None = None) -> Actor:
    """The actor that this professional is while she wears this hat."""
    place = hat.organisation
    return Actor(
        kind=Kind.PROFESSIONAL, id=who.id, name=who.display_name, auth=auth, rpps=who.rpps, client_id=client_id,
        profession=hat.profession, specialty=hat.specialty,
        organisation_id=place.id if place else None, organisation=place.name if place else None,
    )  # fmt: skip


def acting(professional_id: UUID, activity_id: UUID | None, *, auth: AuthLevel, client_id: UUID | None) -> Actor:
    """This professional in this activity, through this software. Refused, code « choose-hat », when it has ended."""
    who = professional(professional_id)
    hat = next((one for one in who.hats if one.id == activity_id), None)
    if hat is None:
        raise Refused("Cette activité est terminée.", code="choose-hat")
    return professional_actor(who, hat, auth=auth, client_id=client_id)


def compare(patient_id: UUID, *, ins: Ins, traits: Traits) -> dict[str, bool | None]:
    """Which parts of a said identity are this person's, as names are compared everywhere. None: one side is silent.

    For `access` alone, after its decision. Keys: ins, former_ins, birth_family, given_names, birth_date, sex,
    birth_place.
    """
    with scope(patient_id):
        held = identity(patient_id)
    ours, said = held.traits, rules.tidy(ins)
    given, whole = names.normal(ours.given_names[0]), names.normal(" ".join(ours.given_names))
    return {
        "ins": None if held.ins is None else rules.tidy(held.ins) == said,
        "former_ins": said in map(rules.tidy, held.former) if held.former else None,
        "birth_family": names.normal(ours.birth_family) == names.normal(traits.birth_family),
        "given_names": names.normal(" ".join(traits.given_names)) in (given, whole) if traits.given_names else None,
        "birth_date": ours.birth_date == traits.birth_date,
        "sex": None if "unknown" in (ours.sex, traits.sex) else ours.sex == traits.sex,
        "birth_place": ours.birth_place == traits.birth_place if ours.birth_place and traits.birth_place else None,
    }


def candidates(*, ins: Ins, traits: Traits) -> list[UUID]:
    """The spaces that share this matricule, or these strict traits: what an operator compares, never a match."""
    same = set(models.InsLookup.objects.filter(ins_digest=sealed.ins_digest(ins)).values_list("patient_id", flat=True))
    for digest in {sealed.traits_digest(line) for line in names.said(traits)}:
        rows = models.InsLookup.objects.filter(traits__contains=[digest])
        same.update(rows.values_list("patient_id", flat=True)[:20])
    if strict := sealed.strict_digest(traits):
        same.update(models.TraitsLookup.objects.filter(traits_digest=strict).values_list("patient_id", flat=True)[:20])
    return sorted({resolve(one) for one in same})
