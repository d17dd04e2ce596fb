"""People, its verbs: who exists, as what, and how we know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from oauth2_provider.models import get_access_token_model

from hygie.base import config
from hygie.base.errors import Conflict, Invalid, NotFound
from hygie.base.ids import uuid7
from hygie.base.walls import scope
from hygie.people import (
    apart,
    assertions,
    authorizing,
    codes,
    entrances,
    in_bulk,
    keys,
    passkeys,
    sealed,
    signing_in,
    ways,
)
from hygie.people import ins as rules
from hygie.people import traits as names
from hygie.people.claims import person as person_claims
from hygie.people.claims import professional as professional_claims
from hygie.people.merging import recompute
from hygie.people.models import (
    Account,
    Activity,
    AssertionSeen,
    Authorization,
    Identity,
    InsLookup,
    Merge,
    Misses,
    Organisation,
    Professional,
    Redirect,
    SoftwareClient,
    TokenRequester,
    TraitsLookup,
)  # fmt: skip
from hygie.people.patient.models import Patient
from hygie.people.searches import missed as missed
from hygie.people.types import Asserted, Hat, IdentityStatus, Ins, Kind, Launched, SignedIn, Traits

KINDS = frozenset({"practice", "laboratory", "hospital", "pharmacy", "imaging", "other"})


def register_patient(
    *, traits: Traits, ins: Ins | None = None, status: IdentityStatus, at: datetime, homonym: bool = False
) -> UUID:
    """A new person, her identity sealed under a key of her own. Returns her random id.

    Invalid: traits or INS that break their rules (`ins.check` with HYGIE_MODE), a matricule with a status that has
    none, or the reverse. Conflict: another space holds this matricule today.
    """
    ins = _agreed(traits, ins, status, doubtful=False)
    patient_id = uuid4()  # random, not ordered: an id must not tell when the space was opened
    key, wrapped = sealed.new_key(patient_id)
    try:
        with scope(patient_id):
            Patient.objects.create(id=patient_id, created=at)
            Identity.objects.create(
                patient_id=patient_id, id=uuid7(), identity_key=wrapped, status=status, homonym=homonym, updated=at,
                sealed=sealed.seal(key, patient_id, 1, traits, ins, ()),
            )  # fmt: skip
            _file(patient_id, traits, ins, (), status=status, sure=not homonym)
    except IntegrityError as fault:
        raise _matricule_taken() from fault
    return patient_id


register_many, check_for_bulk = in_bulk.register, in_bulk.valid


def update_identity(
    patient_id: UUID,
    *,
    at: datetime,
    traits: Traits | None = None,
    ins: Ins | None = None,
    status: IdentityStatus | None = None,
    homonym: bool | None = None,
    doubtful: bool | None = None,
) -> None:
    """Correct an identity; what is not given stays. A matricule that is replaced or lost becomes a former one.

    With a status that carries no matricule (provisional, validated) the matricule becomes former by itself. A
    doubtful identity must be provisional (Invalid). Conflict: matricule held elsewhere, or a person merged away.
    """
    try:
        with scope(patient_id):
            row = Identity.objects.select_for_update().filter(patient_id=patient_id).first()
            if row is None:
                raise NotFound("Cette personne n'est pas connue ici.", code="no-such-person")
            if Redirect.objects.filter(merged=patient_id).exists():
                raise Conflict("Cette identité a été réunie à une autre.", code="merged-away")
            before = sealed.unseal(row)
            status = status or before.status
            doubtful = before.doubtful if doubtful is None else doubtful
            homonym = before.homonym if homonym is None else homonym
            traits = traits or before.traits
            kept = (ins or before.ins) if rules.retrieved(status) else ins
            kept = _agreed(traits, kept, status, doubtful=doubtful)
            former = tuple(one for one in dict.fromkeys((*before.former, before.ins)) if one and one != kept)
            sealed.reseal(row, traits, kept, former)
            row.status, row.homonym, row.doubtful, row.updated = status, homonym, doubtful, at
            row.save()
            InsLookup.objects.filter(patient_id=patient_id).delete()
            TraitsLookup.objects.filter(patient_id=patient_id).delete()
            _file(patient_id, traits, kept, former, status=status, sure=not homonym and not doubtful)
    except IntegrityError as fault:
        raise _matricule_taken() from fault


def _agreed(traits: Traits, ins: Ins | None, status: IdentityStatus, *, doubtful: bool) -> Ins | None:
    names.check(traits)
    if doubtful and status is not IdentityStatus.PROVISIONAL:
        raise Invalid("Une identité douteuse reste provisoire.", code="doubtful-not-provisional", at="status")
    if (ins is not None) != rules.retrieved(status):
        raise Invalid("Ce statut d'identité et ce matricule ne vont pas ensemble.", code="ins-and-status", at="status")
    if ins is None:
        return None
    rules.check(ins, mode=config.mode())
    return rules.tidy(ins)


def _file(
    patient_id: UUID, traits: Traits, ins: Ins | None, former: Sequence[Ins], *, status: IdentityStatus, sure: bool
) -> None:
    """Make an identity findable: by matricule and traits if it is qualified, by its strict traits in any case."""
    qualified = rules.travels(status)
    if ins is not None and qualified:
        digests = sealed.held_digests(traits)
        rows = {sealed.ins_digest(one): True for one in former} | {sealed.ins_digest(ins): False}
        InsLookup.objects.bulk_create(
            InsLookup(ins_digest=digest, patient_id=patient_id, traits=digests, former=old)
            for digest, old in rows.items()
        )
    if strict := sealed.strict_digest(traits):
        TraitsLookup.objects.create(traits_digest=strict, patient_id=patient_id, sure=sure and qualified)


def _matricule_taken() -> Conflict:
    return Conflict("Ce matricule est déjà celui d'un autre espace.", code="ins-taken")


def merge(*, kept: UUID, merged: UUID, at: datetime, by: UUID) -> UUID:
    """From now on `merged` is known as `kept`; returns the id that undoes it. Nothing of either is rewritten.

    NotFound: one of them does not exist. Conflict: they are one already, or either was merged away.
    """
    with transaction.atomic():
        _one_merge_at_a_time()
        if Patient.objects.filter(id__in=(kept, merged)).count() != 2:
            raise NotFound("Ces deux personnes ne sont pas connues ici.", code="no-such-person")
        if Redirect.objects.filter(merged__in=(kept, merged)).exists():
            raise Conflict("L'une des deux a déjà été réunie à une autre.", code="merged-away")
        done = Merge.objects.create(id=uuid7(), kept=kept, merged=merged, at=at, by=by)
        recompute(kept, merged)
    return done.id


def unmerge(*, merge_id: UUID, at: datetime, by: UUID) -> None:
    """Undo a merge: both persons are again, byte for byte, what they were. Conflict if it was undone already."""
    with transaction.atomic():
        _one_merge_at_a_time()
        done = Merge.objects.select_for_update().filter(id=merge_id).first()
        if done is None:
            raise NotFound("Cette réunion d'identités n'est pas connue ici.", code="no-such-merge")
        if done.undone is not None:
            raise Conflict("Ces identités ont déjà été séparées.", code="already-undone")
        done.undone, done.undone_by = at, by
        done.save()
        recompute(done.kept, done.merged)


def _one_merge_at_a_time() -> None:
    """Merges are rare and chains must stay trees: they wait for each other."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('hygie.people.merge'))")


def register_organisation(*, name: str, kind: str, finess: str | None = None, city: str | None = None) -> UUID:
    """A structure. Conflict: this FINESS is already registered."""
    if kind not in KINDS:
        raise Invalid("Ce type de structure n'est pas connu.", code="organisation-kind", at="kind")
    if finess is not None and not (len(finess) == 9 and finess.isalnum()):
        raise Invalid("Un numéro FINESS compte 9 caractères.", code="finess-form", at="finess")
    if not name.strip():
        raise Invalid("Il manque le nom de la structure.", code="organisation-name", at="name")
    try:
        with transaction.atomic():
            return Organisation.objects.create(id=uuid7(), name=name.strip(), kind=kind, finess=finess, city=city).id
    except IntegrityError as fault:
        raise Conflict("Ce numéro FINESS est déjà enregistré.", code="finess-taken") from fault


def register_professional(
    *, rpps: str, family: str, given: str, civility: str | None = None, hats: Iterable[Hat] = ()
) -> UUID:
    """A professional and her activities, as the directory says today; known by her RPPS (11 digits).

    Registering her again updates her: an activity no longer listed is ended, never deleted.
    """
    if not (rpps.isascii() and rpps.isdigit() and len(rpps) == 11):
        raise Invalid("Un numéro RPPS compte 11 chiffres.", code="rpps-form", at="rpps")
    with transaction.atomic():
        row, _ = Professional.objects.update_or_create(
            rpps=rpps,
            defaults={"family": family, "given": given, "civility": civility},
            create_defaults={"id": uuid7(), "family": family, "given": given, "civility": civility},
        )
        now_worn: list[UUID] = []
        for position, hat in enumerate(hats):
            place = hat.organisation.id if hat.organisation else None
            activity, _ = Activity.objects.update_or_create(
                professional=row, organisation_id=place, profession=hat.profession, specialty=hat.specialty,
                mode=hat.mode, defaults={"position": position, "ended": None},
                create_defaults={"id": uuid7(), "position": position},
            )  # fmt: skip
            now_worn.append(activity.id)
        row.activities.filter(ended=None).exclude(id__in=now_worn).update(ended=Now())
    return row.id


def set_operator(*, rpps: str, operates: bool) -> None:
    """Say that this professional also operates this installation, or no longer does."""
    if not Professional.objects.filter(rpps=rpps).update(operates=operates):
        raise NotFound("Ce professionnel n'est pas enregistré.", code="no-such-professional")


def sign_in_person(*, issuer: str, claims: Mapping[str, Any], at: datetime) -> SignedIn:
    """The account of a person whom a provider vouches for, paired with her space when no doubt is possible.

    Names alone open a space that nothing opens yet, and never one that has a way in. `claims` are verified already: signature, issuer, audience, nonce. Invalid: no complete civil status.
    """
    account = signing_in.account_of(issuer, str(claims["sub"]), kind=Kind.PERSON, at=at)
    paired, ours = signing_in.pair(account, claims) is not None, None
    if not paired and (ours := ways.by_provider(account.id, at=at)) is None:
        ours = signing_in.only_way_in(account, claims, at=at)
    if not paired and ours is None:
        apart.keep(account.id, person_claims(claims), at=at)
    else:
        apart.settled(account.id)
    return SignedIn(ours or account.id, Kind.PERSON, paired=paired or ours is not None)


def sign_in_professional(*, issuer: str, claims: Mapping[str, Any], at: datetime) -> SignedIn:
    """The account of a professional whom a provider vouches for, registered or brought up to date from its words.

    Invalid: no RPPS or no activity. Conflict: this sign-in was another RPPS's until now.
    """
    said = professional_claims(claims)
    professional_id = register_professional(
        rpps=said.rpps, family=said.family, given=said.given, civility=said.civility,
        hats=signing_in.hats(said.activities),
    )  # fmt: skip
    account = signing_in.account_of(
        issuer, str(claims["sub"]), kind=Kind.PROFESSIONAL, at=at, professional_id=professional_id
    )
    if account.professional_id != professional_id:
        raise Conflict("Cette connexion appartenait à un autre numéro RPPS.", code="account-other-rpps")
    return SignedIn(account.id, Kind.PROFESSIONAL, paired=True)


def link_account(*, account_id: UUID, patient_id: UUID) -> None:
    """Pair a person's account with her space, once she proved it by other means. Conflict if either is paired."""
    account = Account.objects.filter(id=account_id, kind=Kind.PERSON).first()
    if account is None:
        raise NotFound("Ce compte n'existe pas.", code="no-such-account")
    if account.patient_id is not None or not signing_in.link(account, patient_id):
        raise Conflict("Ce compte ou cet espace est déjà relié.", code="already-paired")


pair_apart = apart.pair
pair_as_way = apart.pair_as_way


def open_account(*, patient_id: UUID, at: datetime) -> UUID:
    """The account of this space: the one it has, else one of our own, made now and the same ever after. Its id.

    Nobody signs in to one of ours before a way in is added. The caller has proved whose space it is. NotFound: nobody's.
    """
    with transaction.atomic():
        if not Patient.objects.select_for_update().filter(id=patient_id).exists():
            raise NotFound("Cette personne n'est pas connue ici.", code="no-such-person")
        held = Account.objects.filter(patient_id=patient_id, is_active=True).order_by("created", "id").first()
        if held is None:
            held = signing_in.account_of(signing_in.OURS, str(patient_id), kind=Kind.PERSON, at=at)
            held.patient_id, held.is_active = patient_id, True
            held.save(update_fields=["patient_id", "is_active"])
    return held.id


# Ways of entering besides an identity provider, and the sessions that come of them.
rename_way, remove_way, new_card = ways.rename, ways.remove, ways.new_card
propose_app, add_app, enter_by_number = ways.propose_app, ways.add_app, ways.enter_by_number
ask_for_passkey, add_passkey, enter_by_passkey = passkeys.ask_to_add, passkeys.add, passkeys.enter
ask_for_code, prove_code, enter_by_code, add_phone = codes.ask, codes.prove, codes.enter, codes.add_phone
begin_session, strengthen_session, note_presence = entrances.begin, entrances.strengthen, entrances.seen
end_session, end_other_sessions = entrances.end, entrances.end_others
seal_for = sealed.seal_for


def sign_out_everywhere(account_id: UUID) -> None:
    """Every session of this account ends at its next request."""
    Account.objects.filter(id=account_id).update(epoch=F("epoch") + 1)


def register_client(
    *, name: str, organisation_id: UUID, scopes: Iterable[str], jwks: dict[str, Any] | None, lenient: bool = False,
    redirect_uris: Iterable[str] = (),
) -> UUID:  # fmt: skip
    """A software client and its public keys; its `client_id` is its id. Nothing secret is kept or given back.

    redirect_uris: where an application that asks people for access may be sent back to; only such a one may have no
    keys (it is then public: PKCE alone ties the code to it).
    Invalid: no usable public key (RSA of 2048 bits and more, or P-256 / P-384), a private key, an unknown scope, a
    return address that is not https (http for this very machine alone).
    """
    back = [keys.check_redirect(one) for one in redirect_uris]
    if jwks is not None or not back:
        keys.check(jwks or {})
    wanted = keys.check_scopes(scopes)
    if jwks is None and any(one.startswith("system/") for one in wanted):
        raise Invalid("Un logiciel sans clé n'agit jamais seul : retirez les droits « system/ ».", code="scope-public")
    if not Organisation.objects.filter(id=organisation_id).exists():
        raise NotFound("Cette structure n'est pas enregistrée.", code="no-such-organisation")
    client_id = uuid4()
    SoftwareClient.objects.create(
        id=client_id, client_id=str(client_id), name=name, organisation_id=organisation_id, jwks=jwks or {"keys": []},
        scopes=sorted(wanted), lenient=lenient, client_secret="", hash_client_secret=False,
        client_type=SoftwareClient.CLIENT_CONFIDENTIAL if jwks else SoftwareClient.CLIENT_PUBLIC,
        authorization_grant_type=SoftwareClient.GRANT_AUTHORIZATION_CODE
        if back else SoftwareClient.GRANT_CLIENT_CREDENTIALS,
        redirect_uris=" ".join(back), algorithm=SoftwareClient.RS256_ALGORITHM if back else SoftwareClient.NO_ALGORITHM,
    )  # fmt: skip
    return client_id


def open_launch(*, client_id: UUID, activity_id: UUID, patient_id: UUID, at: datetime) -> str:
    """A handle with which a professional's browser enters on this space, once and within ten minutes."""
    return authorizing.open_launch(client_id=client_id, activity_id=activity_id, patient_id=patient_id, at=at)


def take_launch(handle: str, *, at: datetime) -> Launched:
    """Use it up. Refused, code « launch-expired », for one unknown, used, or too old."""
    row = authorizing.take(handle, at=at)
    who = row.activity.professional
    account = signing_in.account_of(
        f"urn:hygie:launch:{row.client_id}", who.rpps, kind=Kind.PROFESSIONAL, at=at, professional=who
    )
    return Launched(
        client_id=row.client_id, client=row.client.name, account_id=account.id, activity_id=row.activity_id,
        patient_id=row.patient_id,
    )  # fmt: skip


def authorize_application(
    *, client_id: str, account_id: UUID, patient_id: UUID, scopes: Iterable[str], auth: int, until: datetime,
    at: datetime, activity_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Let this application work in this one space until then, in the name of whoever holds this account."""
    row = authorizing.application(client_id)
    if row is None:
        raise NotFound("Cette application n'est pas enregistrée ici.", code="no-such-application")
    return authorizing.allow(
        client_id=row.id, account_id=account_id, activity_id=activity_id, patient_id=patient_id, scopes=scopes,
        auth=auth, until=until, at=at,
    )  # fmt: skip


def end_authorization(authorization_id: UUID, *, account_id: UUID, at: datetime) -> None:
    """Take it back: every token given under it is void at once. NotFound when it is not this account's."""
    authorizing.end(authorization_id, account_id=account_id, at=at)


note_code, note_token, end_replayed = authorizing.note_code, authorizing.note_token, authorizing.end_replayed


def authenticate_assertion(
    assertion: str, *, audience: str, at: datetime, requester: str | None = None, sub: bool = True
) -> Asserted:
    """The software client that signed this assertion for this audience (`assertions.asserted`). Refused otherwise."""
    return assertions.asserted(assertion, audience=audience, at=at, requester=requester, sub=sub)


def note_requester(*, token_hash: bytes, asserted: Asserted, at: datetime, seconds: int) -> None:
    """Write down for which professional this token (by SHA-256) was given: whoever carries it acts in her name."""
    if asserted.professional_id is None or asserted.activity_id is None:
        raise ValueError("this assertion names no professional")
    TokenRequester.objects.create(
        token_checksum=token_hash.hex(), professional_id=asserted.professional_id, activity_id=asserted.activity_id,
        expires=at + timedelta(seconds=seconds),
    )  # fmt: skip


def forget_expired(*, at: datetime) -> int:
    """Delete what serves no more: tokens and assertions out of date, lookups counted two hours ago. How many rows."""
    before = at - timedelta(minutes=5)
    gone = (
        TokenRequester.objects.filter(expires__lt=before),
        AssertionSeen.objects.filter(expires__lt=before),
        Misses.objects.filter(minute__lt=at - timedelta(hours=2)),
        get_access_token_model().objects.filter(expires__lt=before),
    )
    forgotten = authorizing.forget(at=at) + codes.forget(at=at) + entrances.forget(at=at) + apart.forget(at=at)
    return sum(rows.delete()[0] for rows in gone) + forgotten


def forget_person(patient_id: UUID) -> None:
    """The space is being erased: nobody signs in to it any more, no application enters, and nothing leads to it.

    Her identity and what it is found by are rows of hers like the others: whoever erases deletes them with the rest.
    """
    Authorization.objects.filter(patient_id=patient_id).delete()
    Account.objects.filter(patient_id=patient_id).delete()
    Redirect.objects.filter(merged=patient_id).delete()


def revoke_client(client_id: UUID, *, at: datetime) -> None:
    """From now on this software gets no token, and those it holds are void. NotFound if it is not registered."""
    if not SoftwareClient.objects.filter(id=client_id, revoked=None).update(revoked=at):
        raise NotFound("Ce logiciel n'est pas enregistré, ou ne l'est plus.", code="no-such-client")
