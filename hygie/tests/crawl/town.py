"""The town: the cast and some neighbours, each with documents, each with canaries everywhere, and everyone's keyboard.

Built through the doors and, for deposits, through the real FHIR address. Who may meet what is said here, once.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import jwt
from django.apps import apps
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, Grant, Purpose, RecordState, Request
from hygie.base import config
from hygie.formats import sniff
from hygie.formats.cda import compose, writer
from hygie.formats.cda.narrative import Narrative, Paragraph
from hygie.formats.cda.types import Media, Section
from hygie.formats.fhir import systems
from hygie.formats.fhir.types import Author, Code
from hygie.formats.tests import fhir_samples
from hygie.formats.tests import samples as cda_samples
from hygie.interop.tests.clients import EVERYTHING, Software, about
from hygie.messages import actions as messages
from hygie.messages.types import By
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, Hat, Kind, Professional
from hygie.record import actions as record
from hygie.record import queries, tasks
from hygie.tests.crawl.callers import Caller, Told, json
from hygie.tests.crawl.canaries import WORD, Recorder
from hygie.tests.world import DICE, NOW, Person, World, a_report, care

ACTORS = (
    "anonymous", "amina", "zoe", "ines", "diallo", "roux", "nurse", "weak-diallo", "operator", "weak-operator",
    "labo", "diallo-software", "software", "roux-software", "revoked", "app",
)  # fmt: skip
SOFTWARE = frozenset({"labo", "diallo-software", "software", "roux-software", "revoked", "app"})
_OPENS = (*EVERYTHING, "launch", "system/*.rs")  # what a practice's software may be given


@dataclass(slots=True)
class Neighbour:
    """A person of the town, and what others might point at: documents by kind, rows of her settings, her cases."""

    name: str
    person: Person
    documents: dict[str, UUID] = field(default_factory=dict)
    entries: list[tuple[UUID, UUID]] = field(default_factory=list)  # (document, what was read in it)
    members: list[UUID] = field(default_factory=list)
    blocks: list[UUID] = field(default_factory=list)
    shares: list[UUID] = field(default_factory=list)  # links that live; nobody is given one
    viewings: list[UUID] = field(default_factory=list)
    old_links: list[str] = field(default_factory=list)  # what an ended link held
    cases: list[UUID] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)  # canaries by kind
    way: UUID | None = None  # by which she signs in
    session: UUID | None = None
    contact: UUID | None = None  # where she is told

    @property
    def id(self) -> UUID:
        return self.person.id

    def fhir(self, kind: str) -> str:
        return self.id.hex + self.documents[kind].hex


class Town:
    """Built whole at once: `Town()` takes a second or so. `letters`: about whom Diallo's practice sent something."""

    def __init__(self, *, letters: frozenset[str] = frozenset({"amina", "zoe"})) -> None:
        self._letters = letters
        self.world = World()
        self.recorder = Recorder()
        self.callers: dict[str, Caller] = {"anonymous": Caller("anonymous")}
        self.quarantined: list[UUID] = []
        self.rpps: dict[str, str] = {}
        self.labo = Software(self.world)
        self._professionals()
        self.amina = self._neighbour("amina", "Amina", "Benali", readers=("diallo", "diallo-software", "nurse"))
        self.zoe = self._neighbour("zoe", "Zoé", "Martin", born="1979-11-02")
        self.ines = self._neighbour("ines", "Inès", "Costa", born="2001-02-03", said_to=("operator",))
        self.neighbours = (self.amina, self.zoe, self.ines)
        self._circle()
        self._software()
        for one in self.neighbours:
            self._documents(one)
            self._read(one)
            self._sentences(one)
        self._quarantine()
        access.set_state(self.ines.person.opens(Action.SET_ACCESS), state=RecordState.SLEEPING, at=NOW)

    def caller(self, name: str) -> Caller:
        return self.callers[name]

    def told(self, name: str, asked: Any, *, strangers: bool = False) -> tuple[Told, list[str]]:
        """What this actor is answered, and what should not be in it."""
        told = self.caller(name).ask(asked)
        said = (*asked.says, *(word.decode() for word in WORD.findall(asked.query.encode())))
        reader = "amina" if name == "app" else name  # Amina let it in: it may meet what she may, and nothing else
        return told, self.recorder.leaks(reader, told.everything, said, strangers=strangers)

    def proof(self, name: str, path: str) -> str:
        """What this actor's software signs to call `path` (CDS Hooks); another's actor has only words."""
        software = self.signers.get(name)
        if software is None:
            return "e30.e30.e30e30e30"
        said = {
            "iss": str(software.id), "aud": config.get("HYGIE_PUBLIC_URL") + path, "exp": int(time.time()) + 200,
            "jti": secrets.token_urlsafe(12),
        }  # fmt: skip
        return jwt.encode(said, software.key, "ES256", headers={"kid": "k1"})

    # The people behind the counters.

    def _professionals(self) -> None:
        self.diallo = self._professional("diallo", "Diallo", "10", "Cabinet du Canal", "practice")
        self.roux = self._professional("roux", "Roux", "10", "Cabinet des Lilas", "practice")
        self.nurse = self._professional("nurse", "Perrin", "60", "Soins du Quai", "practice")
        self.petit = self._professional("petit", "Petit", "10", "Clinique des Monts", "hospital")
        self.friend = self._professional("friend", "Okafor", "10", "Cabinet de la Gare", "practice")  # to be invited
        self.callers["weak-diallo"] = replace(self.callers["diallo"], name="weak-diallo", auth=AuthLevel.SINGLE)
        self.operator = self._professional("operator", "Garde", "10", "Hygie", "other")
        people.set_operator(rpps=self.rpps["operator"], operates=True)
        self.callers["operator"] = replace(self.callers["operator"], hat=known.OPERATOR)
        self.callers["weak-operator"] = replace(self.callers["operator"], name="weak-operator", auth=AuthLevel.SINGLE)

    def _professional(self, name: str, family: str, profession: str, place: str, kind: str) -> Actor:
        self.rpps[name] = f"{DICE.randrange(10**11):011d}"
        hat = Hat(profession=profession, specialty=None, organisation=self.world.organisation(place, kind))
        one = people.register_professional(rpps=self.rpps[name], family=family, given="Awa", civility="Dr", hats=[hat])
        who: Professional = known.professional(one)
        account = self._account(kind=Kind.PROFESSIONAL, professional_id=one)
        self.callers[name] = Caller(name, account=account, hat=str(who.hats[0].id))
        return known.professional_actor(who, who.hats[0], auth=AuthLevel.STRONG)

    def _account(self, *, kind: Kind, id: UUID | None = None, **paired: Any) -> UUID:
        row = apps.get_model("people", "Account").objects.create(
            id=id or uuid4(), kind=kind, subject_digest=secrets.token_bytes(32), created=NOW, **paired
        )
        return row.id

    # The people of the town.

    def _neighbour(self, name: str, given: str, family: str, *, born: str = "1988-05-04",
                   readers: tuple[str, ...] = (), said_to: tuple[str, ...] = ()) -> Neighbour:  # fmt: skip
        """`readers`: those who know her by her record, beside herself. A depositor knows what it wrote itself, and
        whoever settles its quarantine (`said_to`) reads the same."""
        person = self.world.person(given, family, born=born)
        one = Neighbour(name, person)
        told = ("labo", "software", *said_to)
        used = self.recorder.plant(f"{name}: used name", name, *readers)
        second = self.recorder.plant(f"{name}: second given name", name, *readers, *told)
        traits = replace(person.traits, given_names=(given, second.title()), used_family=used)
        people.update_identity(person.id, at=NOW, traits=traits)
        one.person = replace(person, traits=traits)
        self.recorder.watch(person.canaries[0], f"{name}: birth name", name, *readers, *told)
        self.recorder.watch_number(person.ins.matricule, f"{name}: matricule", name, *readers, *told)
        one.words = {"used": used, "second": second, "family": person.canaries[0], "number": person.ins.matricule}
        self._account(kind=Kind.PERSON, id=person.actor.id, patient_id=person.id)
        self.callers[name] = Caller(name, account=person.actor.id)
        people.new_card(person.actor.id, name=self.recorder.plant(f"{name}: her way in", name), at=NOW)
        one.way = known.ways(person.actor.id)[0].id
        one.session = people.begin_session(person.actor.id, device=name * 9, user_agent="", ways=["card"], at=NOW).id
        mailbox, settings = f"{name}.{one.session.hex}@exemple.fr", person.opens(Action.SET_ACCESS)
        one.contact = messages.ask_contact(settings, by=By.MAIL, to=mailbox, address=name, at=NOW)
        return one

    def _circle(self) -> None:
        """Diallo and the nurse (for prescriptions only) are in Amina's circle; the others let in a Dr Petit."""
        self.world.lets_in(self.amina.person, self.diallo)
        self.world.lets_in(self.amina.person, self.nurse, classes=frozenset({"42"}))
        for one in (self.zoe, self.ines):
            self.world.lets_in(one.person, self.petit)
        for one in self.neighbours:
            mine = one.person.opens(Action.SET_ACCESS)
            one.blocks.append(access.block(mine, professional_id=self.operator.id, reading=True, at=NOW))
            one.members = [member.id for member in asks.settings(mine).circle]
            self._links(one, mine)

    def _links(self, one: Neighbour, mine: Grant) -> None:
        """A link that somebody opened and answered, and one that has ended."""
        for ends in (False, True):
            made = access.share(
                mine, documents=list(one.documents.values()), summary=True, until=NOW + timedelta(days=3), at=NOW
            )
            held = asks.link(mine, share_id=made)
            inside = access.enter_share(way="page", token=held.page, recipient="Un lecteur", at=NOW)
            look = Request(inside.actor, one.id, Purpose.SHARE, Action.LIST, NOW)
            access.leave_note(access.open_record(look), note="Un mot.", at=NOW)
            assert inside.actor.client_id is not None
            one.viewings.append(inside.actor.client_id)
            if ends:
                access.end_share(mine, share_id=made, at=NOW)
                one.old_links += [held.page, held.manifest]
            else:
                one.shares.append(made)

    def _software(self) -> None:
        diallo = Software(
            self.world, "Logiciel du canal", organisation_id=self.diallo.organisation_id, scopes=_OPENS
        )  # fmt: skip
        alone = diallo.token
        diallo.acting_for(self.diallo, _OPENS)
        roux = Software(self.world, "Logiciel des lilas", organisation_id=self.roux.organisation_id, scopes=_OPENS)
        roux.acting_for(self.roux, _OPENS)
        self.signers = {"diallo-software": diallo, "roux-software": roux, "labo": self.labo}
        self._application()
        gone = Software(self.world, "Ancien logiciel")
        ended = gone.fresh_token(EVERYTHING, lasts=timedelta(minutes=-1))
        gone_for_good = gone.token
        people.revoke_client(gone.id, at=NOW)
        for name, token in (("labo", self.labo.token), ("diallo-software", diallo.token), ("software", alone),
                            ("roux-software", roux.token), ("revoked", gone_for_good), ("ended", ended)):  # fmt: skip
            self.callers[name] = Caller(name, token=token)
        tokens = apps.get_model("oauth2_provider", "AccessToken").objects
        for name in ("labo", "diallo-software", "software", "roux-software"):  # they last as long as the crawl
            checksum = sha256(self.callers[name].token.encode()).hexdigest()
            tokens.filter(token_checksum=checksum).update(expires=NOW + timedelta(hours=6))
            apps.get_model("people", "TokenRequester").objects.filter(token_checksum=checksum).update(
                expires=NOW + timedelta(hours=6)
            )

    def _application(self) -> None:
        """Amina has let an application read all that is hers; the others have not."""
        made = people.register_client(
            name="Suivi", organisation_id=self.world.organisation("Atelier Suivi", "other").id, jwks=None,
            scopes=("launch/patient", "patient/*.rs"), redirect_uris=["https://suivi.example/retour"],
        )  # fmt: skip
        self.app_id, until = str(made), NOW + timedelta(hours=6)
        self.application = people.authorize_application(
            client_id=self.app_id, account_id=self.amina.person.actor.id, patient_id=self.amina.id, at=NOW, until=until,
            scopes=("patient/*.rs",), auth=AuthLevel.STRONG,
        )  # fmt: skip
        token = secrets.token_urlsafe(32)
        apps.get_model("oauth2_provider", "AccessToken").objects.create(
            token=token, application_id=made, scope="patient/*.rs", expires=until
        )
        apps.get_model("people", "TokenRequester").objects.create(
            token_checksum=sha256(token.encode()).hexdigest(), authorization_id=self.application, expires=until
        )
        self.callers["app"] = Caller("app", token=token)

    # Their documents.

    def _publish(self, sender: str, one: Neighbour, kind: str, content: bytes, *who: str, **changes: Any) -> None:
        """By FHIR, with a canary in the title, the description and the author's name."""
        words = {
            at: self.recorder.plant(f"{one.name}: {kind}, {at}", *who) for at in ("title", "description", "author")
        }
        entry = about(
            one.person, content=content, title=f"{kind} {words['title']}", description=words["description"],
            authors=(Author(f"Dr {words['author']}", "10101201234", "10", "SM03", "Labo Seine"),), **changes,
        )  # fmt: skip
        told = self.callers[sender].ask(json("POST", "/fhir/DocumentReference", fhir_samples.reference(entry, content)))
        assert told.status == 201, told.body
        one.documents[kind] = UUID(told.header("Location").split("/")[-3][32:])
        one.words[kind] = words["title"]

    def _documents(self, one: Neighbour) -> None:
        readers = ("diallo", "diallo-software") if one is self.amina else ()
        kept = ("labo", *readers)  # whoever deposited knows its own; whoever is let in reads

        def plant(where: str, *who: str) -> str:
            one.words[where] = self.recorder.plant(f"{one.name}: {where}", *who)
            return one.words[where]

        def text(kind: str, *who: str) -> bytes:
            return f"TSH 2,1 mUI/L {plant(f'{kind} content', *who)}".encode()

        plain = {"media_type": "text/plain"}
        known_to = (one.name, *kept)
        self._publish("labo", one, "report", text("report", *known_to), *known_to, **plain)
        self._publish("labo", one, "pdf", _pdf(plant("pdf content", *known_to)), *known_to)
        cda = _cda(one.person, plant("cda content", *known_to), plant("cda attachment", *known_to))
        self._publish("labo", one, "cda", cda, *known_to, media_type="text/xml")
        values = "HÉMATOLOGIE\nHémoglobine      13,2 g/dL   (12,0 - 16,0)\nFerritine        26 µg/L   (15 - 150)\n"
        self._publish(
            "labo", one, "values", f"{values}{plant('values content', *known_to)}".encode(), *known_to, **plain
        )
        self._publish("labo", one, "unannounced", text("unannounced", *kept), *kept,
                      visibility=frozenset({"N", "INVISIBLE_PATIENT"}), **plain)  # fmt: skip
        self._publish("labo", one, "superseded", text("superseded", *known_to), *known_to, **plain)
        self._publish("labo", one, "superseding", text("superseding", *known_to), *known_to,
                      replaces=one.fhir("superseded"), **plain)  # fmt: skip
        self._publish("labo", one, "withdrawn", text("withdrawn", "labo"), "labo", **plain)
        patch = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]
        told = self.callers["labo"].ask(
            json("PATCH", f"/fhir/DocumentReference/{one.fhir('withdrawn')}", patch, kind="application/json-patch+json")
        )
        assert told.status == 200, told.body
        if one.name in self._letters:
            ours = (one.name, "software", *readers)
            self._publish("software", one, "letter", text("letter", *ours), *ours, **plain)
        for kind, hidden, who in (("upload", False, readers), ("hidden", True, ())):
            self._add(one, one.person.actor, kind, who, visibility={"N", "MASQUE_PS"} if hidden else {"N"})
        self._add(one, one.person.actor, "photo", readers, content=_photo(plant("photo content", one.name, *readers)))
        professional = self.diallo if one is self.amina else self.petit
        readers = (*readers, "software") if one is self.amina else ()  # what her practice sent, its software knows
        self._add(one, professional, "written", readers, author=professional)

    def _add(self, one: Neighbour, actor: Actor, kind: str, readers: tuple[str, ...], *, content: bytes = b"",
             author: Actor | None = None, visibility: set[str] = frozenset({"N"})) -> None:  # type: ignore[assignment]  # fmt: skip
        """By hand, from a page: a title, a file name, an author, a content, each with its canary."""
        where = f"{one.name}: {kind}"
        who = (one.name, *readers)
        content = content or f"Mon papier {self.recorder.plant(where, *who)}".encode()
        one.words[kind] = self.recorder.plant(f"{where}, title", *who)
        document = a_report(
            f"Papier {one.words[kind]}", type_code="11488-4" if author else "DOCPAT05", class_code="10",
            content=content, media_type=sniff.sniff(content), visibility=frozenset(visibility),
            file_name=f"{self.recorder.plant(f'{where}, file name', *who)}.txt",
            authors=(Author(name=self.recorder.plant(f"{where}, author", *who)),),
        )  # fmt: skip
        receipt = record.add(actor=actor, patient_id=one.id, document=document, at=NOW)
        one.documents[kind] = receipt.id

    def _read(self, one: Neighbour) -> None:
        """The machine reads what some documents say; in one, values that wait for someone's eye."""
        tasks.read([[str(one.id), str(one.documents[kind])] for kind in ("values", "report", "cda", "hidden")])
        hers = queries.entries(one.person.opens(Action.LIST))
        one.entries = [(item.source.document_id, item.id) for item in hers if item.source]
        assert one.entries, "nothing was read"

    def _sentences(self, one: Neighbour) -> None:
        """An emergency with its reason, and a line reported with a message: for her and for the operator."""
        reason = one.words["reason"] = self.recorder.plant(f"{one.name}: emergency reason", one.name, "operator")
        access.open_record(
            replace(care(self.petit, one.person, reason=f"Patiente inconsciente, {reason}"), purpose=Purpose.EMERGENCY)
        )
        mine = one.person.opens(Action.READ_JOURNAL)
        one.lines = [line.seq for line in asks.journal(mine, limit=3)]
        message = one.words["message"] = self.recorder.plant(f"{one.name}: reported message", one.name, "operator")
        access.report_line(mine, seq=one.lines[0], message=f"Je ne la connais pas. {message}", at=NOW)
        one.cases = [case.id for case in asks.cases(self.world.operator) if case.patient_id == one.id]

    def _quarantine(self) -> None:
        """A deposit with the matricule of Inès and the traits of nobody: its identity is for the operator alone."""
        for number in range(2):
            name = self.recorder.plant(f"quarantine {number}: name as said", "operator", "labo")
            content = f"Rien {self.recorder.plant(f'quarantine {number}: content')}".encode()
            title = self.recorder.plant(f"quarantine {number}: title")
            person = replace(self.ines.person, traits=replace(self.ines.person.traits, birth_family=name))
            entry = about(person, content=content, title=title, media_type="text/plain")
            told = self.labo.publish(person, entry, content)
            assert told.status_code == 202, told.content
        rows = apps.get_model("record", "Quarantine").objects.filter(organisation_id=self.labo.actor.organisation_id)
        self.quarantined = list(rows.values_list("id", flat=True))


def _pdf(word: str) -> bytes:
    out = BytesIO()
    page = Canvas(out, pageCompression=0)
    page.drawString(72, 720, word)
    page.save()
    return out.getvalue()


def _photo(word: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "JPEG", comment=word.encode())
    return out.getvalue()


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 24), "teal").save(out, "PNG")
    return out.getvalue()


def _cda(person: Person, word: str, attached: str) -> bytes:
    """A letter with a picture and an attached file in it."""
    traits = person.traits
    who = replace(
        cda_samples.AMINA, birth_family=traits.birth_family, given_names=traits.given_names, birth_date=traits.birth_date,
        sex=traits.sex, birth_place=traits.birth_place, ins=(person.ins.matricule, person.ins.oid), used_family=None,
        used_given=None,
    )  # fmt: skip
    section = Section(
        title="Conclusion", text=Narrative((Paragraph((f"Tout va bien, {word}.",)),)),
        media=(Media("image", "image/png", _picture()), Media("copie", "application/pdf", _pdf(attached))),
    )  # fmt: skip
    letter = compose.letter(
        cda_samples.origin(person=who, number=uuid4()), type_code="11502-2", title="Compte rendu", sections=(section,)
    )
    return writer.write(letter)


__all__ = ["ACTORS", "SOFTWARE", "Code", "Neighbour", "Town", "systems"]
