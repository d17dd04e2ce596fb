"""Journal lines and refusals in plain French.

`sentence(line)` says who did what, why it was allowed or refused, and what the person can do about it. The day and the
hour stand beside it on the page. Everything is composed from closed tables, so that each combination the policy can
emit has its words; `tests/test_sentences.py` enumerates them all. No code, no English word and no content ever shows.
`fold(lines)` groups a journal by day and by person; machine work, deposits and lists fold into one sentence.

French is the source. Pure module, so no gettext here: whoever shows these words in another language gives `say`, which
translates one of them at a time (each keeps its `{holes}`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from hygie.access.types import Action, Channel, JournalLine, Purpose, Relation, Sentence
from hygie.people.types import Kind, Role

Say = Callable[[str], str]
"""Translates one of the strings below: the identity, or gettext."""

PARIS = ZoneInfo("Europe/Paris")
MACHINE_NAME = "Hygie"
YOU = "Vous"

ROLE_NAMES: dict[str, str] = {
    Role.DOCTOR: "médecin",
    Role.MIDWIFE: "sage-femme",
    Role.DENTIST: "dentiste",
    Role.PHARMACIST: "pharmacie",
    Role.NURSE: "soins infirmiers",
    Role.PARAMEDICAL: "paramédical",
    Role.SOCIAL: "accompagnement social",
    Role.SOFTWARE: "logiciel",
    Role.OPERATOR: "équipe de Hygie",
    Role.READER: "par un lien",
}

# TRE_A03 class: one, and several after a number.
CATEGORIES: dict[str, tuple[str, str]] = {
    "10": ("un compte rendu", "comptes rendus"),
    "11": ("une synthèse", "synthèses"),
    "31": ("un document d’imagerie", "documents d’imagerie"),
    "42": ("une ordonnance", "ordonnances"),
    "43": ("une délivrance de médicaments", "délivrances de médicaments"),
    "44": ("un plan de soins", "plans de soins"),
    "45": ("un traitement reçu", "traitements reçus"),
    "52": ("un certificat", "certificats"),
    "60": ("un remboursement", "remboursements"),
    "90": ("un document personnel", "documents personnels"),
    "95": ("un document administratif", "documents administratifs"),
}
_ANY = ("un document", "documents")

# What was done. {x}: one document of its category, or several with their number.
_DID: dict[str, str] = {
    Action.LIST: "a regardé la liste de vos documents",
    Action.READ: "a lu {x}",
    Action.SETTLE: "a vérifié {x}",
    Action.CLASSIFY: "a rangé {x} sous un autre type",
    Action.PIN: "a changé les documents épinglés",
    Action.DEPOSIT: "a déposé {x}",
    Action.SET_VISIBILITY: "a changé qui peut voir {x}",
    Action.WITHDRAW: "a retiré {x}",
    Action.ARCHIVE: "a rangé {x} dans les archives",
    Action.DECLARE: "a changé vos informations",
    Action.READ_JOURNAL: "a lu ce journal",
    Action.SET_ACCESS: "a changé vos réglages d’accès",
    Action.FOLLOW: "a regardé qui vient dans votre espace",
    Action.READ_MASKED: "a lu l’essentiel de votre santé, sans lieu ni date",
    Action.REPRESENT: "a changé pour vous les réglages d’accès",
    Action.READ_IDENTITY: "a lu votre identité",
    Action.INDEX: "a classé {x}",
    Action.FIND: "a cherché votre espace",
    Action.CHECK_IN: "a utilisé le code donné à l’accueil",
    Action.REVIEW: "a vérifié un accès ou un dépôt",
    Action.ON_BEHALF: "a agi à votre demande",
    Action.EXPORT: "a tout emporté",
}
_OWN_LIST = "a regardé la liste de ses dépôts"  # never to be taken for the person's documents
_YOU_DID: dict[str, str] = {
    Action.LIST: "avez regardé la liste de vos documents",
    Action.READ: "avez lu {x}",
    Action.SETTLE: "avez vérifié {x}",
    Action.CLASSIFY: "avez remis {x} à sa place d’origine",
    Action.PIN: "avez changé les documents épinglés",
    Action.DEPOSIT: "avez ajouté {x}",
    Action.SET_VISIBILITY: "avez changé qui peut voir {x}",
    Action.WITHDRAW: "avez retiré {x}",
    Action.ARCHIVE: "avez rangé {x} dans les archives",
    Action.DECLARE: "avez changé vos informations",
    Action.READ_JOURNAL: "avez lu ce journal",
    Action.SET_ACCESS: "avez changé vos réglages d’accès",
    Action.READ_IDENTITY: "avez lu votre identité",
    Action.EXPORT: "avez emporté tout votre espace",
}
# Words of an action, and of a rule, that another version wrote.
_OPENED, _YOU_OPENED, _TO_OPEN = "a ouvert votre espace", "avez ouvert votre espace", "ouvrir votre espace"
_FORBIDDEN_BEFORE = "Une règle précédente de Hygie l’interdisait."
_WANTED: dict[str, str] = {
    Action.LIST: "voir la liste de vos documents",
    Action.READ: "lire {x}",
    Action.SETTLE: "vérifier {x}",
    Action.CLASSIFY: "ranger {x} sous un autre type",
    Action.PIN: "changer les documents épinglés",
    Action.DEPOSIT: "déposer {x}",
    Action.SET_VISIBILITY: "changer qui peut voir {x}",
    Action.WITHDRAW: "retirer {x}",
    Action.ARCHIVE: "archiver {x}",
    Action.DECLARE: "changer vos informations",
    Action.READ_JOURNAL: "lire ce journal",
    Action.SET_ACCESS: "changer vos réglages d’accès",
    Action.FOLLOW: "regarder qui vient dans votre espace",
    Action.READ_MASKED: "lire l’essentiel de votre santé, sans lieu ni date",
    Action.REPRESENT: "changer pour vous les réglages d’accès",
    Action.READ_IDENTITY: "lire votre identité",
    Action.INDEX: "classer {x}",
    Action.FIND: "chercher votre espace",
    Action.CHECK_IN: "utiliser un code d’arrivée",
    Action.REVIEW: "vérifier un accès",
    Action.ON_BEHALF: "agir à votre place",
    Action.EXPORT: "tout emporter",
}

# What whoever acts for the person is to her, after a name.
RELATIONS: dict[str, str] = {
    Relation.MOTHER: "votre mère",
    Relation.FATHER: "votre père",
    Relation.PARENT: "votre parent",
    Relation.DAUGHTER: "votre fille",
    Relation.SON: "votre fils",
    Relation.SPOUSE: "votre conjoint ou conjointe",
    Relation.SISTER: "votre sœur",
    Relation.BROTHER: "votre frère",
    Relation.GRANDPARENT: "votre grand-parent",
    Relation.FRIEND: "votre ami ou amie",
    Relation.NEIGHBOUR: "dans votre voisinage",
    Relation.GUARDIAN: "qui vous représente",
    Relation.PROFESSIONAL: "qui vous accompagne",
}

# The same, as whoever answers for the person by law reads them.
_OF_ANOTHER: dict[str, str] = {
    "a regardé la liste de vos documents": "a regardé la liste des documents",
    "a changé vos informations": "a changé les informations",
    "a changé pour vous les réglages d’accès": "a changé les réglages d’accès",
    "a lu votre identité": "a lu l’identité",
    "a cherché votre espace": "a cherché cet espace",
    "a regardé qui vient dans votre espace": "a regardé qui vient dans cet espace",
    "a lu l’essentiel de votre santé, sans lieu ni date": "a lu l’essentiel de sa santé, sans lieu ni date",
    "lire l’essentiel de votre santé, sans lieu ni date": "lire l’essentiel de sa santé, sans lieu ni date",
    "a ouvert votre espace": "a ouvert cet espace",
    "voir la liste de vos documents": "voir la liste des documents",
    "changer vos informations": "changer les informations",
    "changer pour vous les réglages d’accès": "changer les réglages d’accès",
    "lire votre identité": "lire l’identité",
    "chercher votre espace": "chercher cet espace",
    "regarder qui vient dans votre espace": "regarder qui vient dans cet espace",
    "ouvrir votre espace": "ouvrir cet espace",
    "votre mère": "sa mère",
    "votre père": "son père",
    "votre parent": "son parent",
    "qui vous représente": "qui représente cette personne",
    "qui vous accompagne": "qui accompagne cette personne",
}


def of_another(text: str) -> str:
    """A sentence made for the person, as it is said of her. Only what happened: why stays hers to read."""
    return _OF_ANOTHER.get(text, text)


# Why it was allowed. Also the words of "who can see this".
ALLOWED: dict[str, str] = {
    "own-record": "C’est votre espace.",
    "parent-of-a-minor": "Au titre de l’autorité parentale.",
    "named-by-a-judgment": "Un jugement l’en charge.",
    "trusted-help": "Au titre de l’aide que vous lui avez confiée.",
    "signed-mandate": "Au titre du mandat que vous avez signé.",
    "care-circle": "Vous lui avez ouvert votre espace.",
    "care-coordination": "Vous lui avez ouvert votre espace.",
    "arrival-code": "Avec le code donné à l’accueil.",
    "shared-link": "Vous avez donné ce lien.",
    "emergency": "Accès en urgence.",
    "professional-deposit": "Un soignant peut déposer, sans rien lire.",
    "software-deposit": "Cet expéditeur peut déposer, sans rien lire.",
    "own-deposits": "Uniquement ses propres dépôts.",
    "find-a-person": "Pour soigner ou déposer, sans rien lire.",
    "machine-files": "Pour ranger vos documents, sans regard humain.",
    "operator-review": "La loi le demande, sans lire vos documents.",
    "operator-on-behalf": "Vous l’avez demandé. Vos documents restent fermés.",
}

# What an operator records with a paper in hand, that the person may never have asked for: what is recorded, why it is allowed.
BY_PAPER: tuple[str, ...] = (
    "lien d’un parent enregistré", "jugement enregistré", "aide d’un proche enregistrée", "aide d’un proche confirmée",
    "décision de protection enregistrée", "décision de protection levée", "lien arrêté",
)  # fmt: skip
_DID_BY_PAPER = "a agi sur présentation d’un papier"
_WHY_BY_PAPER = "Un papier le permet. Vos documents restent fermés."
BY_LETTER = "lettre d’invitation"
"""What the command that writes to many says of each: nobody asked for it."""
_DID_BY_LETTER = "a préparé une lettre d’invitation"
_WHY_BY_LETTER = "Elle porte un code. Vos documents restent fermés."

# Why it was refused, told to the person whose record it is.
_REFUSED: dict[str, str] = {
    "no-rule-allows": "Rien ne l’autorise.",
    "not-understood": "La demande était incompréhensible.",
    "another-persons-record": "Ce n’est pas son espace.",
    "child-of-age": "Vous êtes majeur : votre espace n’est plus qu’à vous.",
    "beyond-this-help": "Cette aide ne va pas jusque-là.",
    "unknown-profession": "Sa profession n’est pas reconnue.",
    "sign-in-needed": "Identité non vérifiée.",
    "stronger-sign-in-needed": "Identité trop peu vérifiée.",
    "operators-never-read": "L’équipe de Hygie ne lit jamais vos documents.",
    "case-number-needed": "Aucun numéro de dossier.",
    "machines-only-file": "Une machine ne fait que ranger.",
    "software-only-deposits": "Un logiciel seul peut seulement déposer.",
    "own-record-opposed": "Vous avez refusé cet espace.",
    "own-record-closed": "Votre espace est fermé.",
    "record-opposed": "Vous avez refusé cet espace.",
    "record-closed": "Votre espace est fermé.",
    "record-sleeping": "Votre espace n’est pas encore ouvert.",
    "record-announced": "Votre espace ne reçoit rien encore : vous pouviez le refuser.",
    "blocked-by-patient": "Vous avez bloqué cet accès.",
    "deposits-blocked-by-patient": "Vous avez bloqué ses dépôts.",
    "deposits-opposed": "Vous avez refusé les dépôts.",
    "readers-only-read": "Un lien ne permet que de lire.",
    "share-over": "Ce partage est terminé.",
    "share-passcode": "Mot de passe faux.",
    "document-not-shared": "Ce partage ne le contient pas.",
    "emergency-not-for-this-profession": "L’urgence est réservée aux médecins.",
    "emergency-switched-off": "Vous avez coupé l’accès en urgence.",
    "emergency-needs-reason": "Raison écrite insuffisante.",
    "document-not-named": "Aucun document désigné.",
    "document-withdrawn": "Le document a été retiré.",
    "document-not-available": "Ce document n’est pas disponible.",
    "not-own-deposit": "Le dépôt vient de quelqu’un d’autre.",
    "type-not-writable": "Sa profession ne dépose pas ce type de document.",
    "document-hidden": "Vous l’avez masqué aux professionnels.",
    "class-not-shared": "Vous ne partagez pas cette catégorie.",
    "type-not-readable": "Sa profession ne lit pas ce type de document.",
    "keeps-its-type": "Une synthèse et vos volontés gardent leur type.",
    "wider-readership": "D’autres professions auraient pu le lire.",
}

_DOUBT = "Pas normal\u00a0? Signalez-le."
_THEN_YOU = "Pas vous\u00a0? Signalez-le."
_NOTHING_TO_DO = "Rien à faire."
_THEN_ALLOWED: dict[str, str] = {
    "emergency": "Cet accès sera vérifié. Pas normal\u00a0? Signalez-le.",
    "machine-files": _NOTHING_TO_DO,
}

# Told to whoever was refused. One sentence for all that must look like "nothing here".
_ABSENT = "Rien ne vous est ouvert ici. Vérifiez avec la personne."
_REFUSALS: dict[str, str] = {
    "no-rule-allows": _ABSENT,
    "another-persons-record": _ABSENT,
    "record-opposed": _ABSENT,
    "record-closed": _ABSENT,
    "record-sleeping": _ABSENT,
    "record-announced": _ABSENT,
    "blocked-by-patient": _ABSENT,
    "document-withdrawn": _ABSENT,
    "document-not-available": _ABSENT,
    "document-hidden": _ABSENT,
    "class-not-shared": _ABSENT,
    "type-not-readable": _ABSENT,
    "readers-only-read": _ABSENT,
    "share-over": _ABSENT,
    "document-not-shared": _ABSENT,
    "share-passcode": "Ce n’est pas le bon mot de passe.",
    "not-understood": "Cette demande n’a pas été comprise. Rien n’a été changé.",
    "child-of-age": "Votre enfant est majeur : son espace n’est plus qu’à lui.",
    "beyond-this-help": "L’aide qui vous est confiée ne va pas jusque-là. Rien n’a été changé.",
    "unknown-profession": "Votre profession n’est pas reconnue ici. Contactez l’équipe de Hygie.",
    "sign-in-needed": "Connectez-vous pour continuer.",
    "stronger-sign-in-needed": "Confirmez votre identité avec un second moyen de connexion, puis recommencez.",
    "operators-never-read": "L’équipe de Hygie n’ouvre jamais un espace.",
    "case-number-needed": "Notez d’abord le numéro de dossier de cette demande.",
    "machines-only-file": "Ce traitement ne peut que ranger des documents.",
    "software-only-deposits": "Un logiciel sans professionnel connecté peut seulement déposer.",
    "own-record-opposed": "Vous avez refusé d’avoir un espace. Vous pouvez changer d’avis dans vos réglages.",
    "own-record-closed": "Votre espace est fermé\u00a0: vous pouvez le lire, ou le rouvrir dans vos réglages.",
    "deposits-blocked-by-patient": "Ce dépôt n’est pas accepté. Rien n’a été enregistré.",
    "deposits-opposed": "Ce dépôt n’est pas accepté. Rien n’a été enregistré.",
    "emergency-not-for-this-profession": "L’accès en urgence est réservé aux médecins.",
    "emergency-switched-off": "L’accès en urgence n’est pas possible ici.",
    "emergency-needs-reason": "Écrivez la raison de l’urgence, en 20 caractères au moins.",
    "document-not-named": "Dites de quel document il s’agit.",
    "not-own-deposit": "Seul l’auteur du dépôt peut faire cela.",
    "type-not-writable": "Votre profession ne dépose pas ce type de document. Rien n’a été enregistré.",
    "keeps-its-type": "Une synthèse signée et les volontés de la personne gardent leur type.",
    "wider-readership": "Sous ce type, d’autres pourraient lire ce document. Choisissez un type plus étroit.",
}

KNOWN_RULES: frozenset[str] = frozenset(ALLOWED) | frozenset(_REFUSED)


@dataclass(frozen=True, slots=True)
class Folded:
    """One sentence for one or more journal lines, newest first."""

    sentence: Sentence
    lines: tuple[JournalLine, ...]

    @property
    def count(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Group:
    """What one actor did in one day, newest first."""

    day: date
    actor_id: UUID
    kind: str
    name: str
    items: tuple[Folded, ...]


def in_french(text: str) -> str:
    """The source strings as they are."""
    return text


def sentence(line: JournalLine, *, say: Say = in_french) -> Sentence:
    """One line as the person reads it. Total: a rule or a word of an older version still gives a true sentence."""
    return _sentence((line,), say)


def refusal(rule: str) -> str:
    """What whoever was refused may read: no health data, and nothing about a record they may not know of."""
    return _REFUSALS.get(rule, _ABSENT)


def because(rule: str, *, say: Say = in_french) -> str:
    """Why an allowed access is allowed, in the words of the journal."""
    return say(ALLOWED[rule]) if rule in ALLOWED else say("Une règle précédente de Hygie le permettait.")


def name_of(line: JournalLine, *, say: Say = in_french) -> str:
    """Who, as shown: « Dr Diallo (médecin, Cabinet des Lilas) », « Labo Seine », « Hygie »."""
    if line.actor_kind == Kind.PERSON:
        return say(YOU) if _herself(line) else _helper(line, say)
    if line.actor_kind == Kind.MACHINE:
        return MACHINE_NAME
    if line.actor_kind == Kind.OPERATOR:
        return say("L’équipe de Hygie")
    name = line.actor_name.strip() or say("Quelqu’un")
    if line.actor_kind == Kind.SOFTWARE:
        return (line.organisation or "").strip() or name
    place = (line.organisation or "").strip()
    role = say(ROLE_NAMES[line.role]) if line.role in ROLE_NAMES else ""
    known = [part for part in (role, place) if part and part != name]
    return f"{name} ({', '.join(known)})" if known else name


def _herself(line: JournalLine) -> bool:
    return (
        line.actor_kind == Kind.PERSON and line.purpose != Purpose.FOR_ANOTHER and line.rule != "another-persons-record"
    )


def _helper(line: JournalLine, say: Say) -> str:
    """« Zoé Martin, votre fille ». Whoever is bound to the person by nothing stays « Quelqu’un »."""
    name = line.actor_name.strip()
    if not name or line.rule == "another-persons-record":
        return say("Quelqu’un")
    return f"{name}, {say(RELATIONS[line.relation])}" if line.relation in RELATIONS else name


def fold(lines: Iterable[JournalLine], *, zone: tzinfo = PARIS, say: Say = in_french) -> tuple[Group, ...]:
    """Group by day and by actor, newest first; every line is in exactly one `Folded`.

    Folded together: machine lines, deposits, lists, and what the person did herself, when they say the same thing;
    and the looks at one document, whose every page is asked for apart.
    Never folded: looks at different documents by someone else, and what else is done in an emergency.
    """
    ordered = sorted(lines, key=lambda line: line.seq, reverse=True)
    days: dict[tuple[date, str, UUID], dict[tuple[object, ...], list[JournalLine]]] = {}
    for line in ordered:
        day = line.at.astimezone(zone).date()
        group = days.setdefault((day, line.actor_kind, line.actor_id), {})
        group.setdefault(_folding(line), []).append(line)
    groups = [
        Group(
            day,
            actor_id,
            kind,
            name_of(next(iter(items.values()))[0], say=say),
            tuple(Folded(_sentence(tuple(same), say), tuple(same)) for same in items.values()),
        )
        for (day, kind, actor_id), items in days.items()
    ]
    return tuple(sorted(groups, key=lambda group: group.day, reverse=True))


def _folding(line: JournalLine) -> tuple[object, ...]:
    """Lines with the same key are told in one sentence. The seq makes a key of its own."""
    same = (line.action, line.purpose, line.allowed, line.rule, name_of(line), line.on_behalf_of)
    if line.action == Action.READ and line.object_id is not None and not _herself(line):
        return (*same, line.object_id)
    folds = (
        line.channel in (Channel.MACHINE, Channel.LIST)
        or line.action in (Action.LIST, Action.DEPOSIT)
        or (_herself(line) and line.allowed)
    )
    if not folds or line.purpose == Purpose.EMERGENCY:
        return (line.seq,)
    return same


def _sentence(lines: tuple[JournalLine, ...], say: Say) -> Sentence:
    """Say several lines that differ only in their object and hour. Guarantee: every part ends with a mark."""
    line = lines[0]
    what = _what(line, _object(lines, say), len(lines), say)
    reason = next((one.reason.strip() for one in lines if one.reason.strip()), "")
    why = _why(line, say)
    if reason and line.purpose == Purpose.EMERGENCY:
        written = say("Raison écrite\u00a0: «\u00a0{reason}\u00a0»")
        why = f"{why} {written.replace('{reason}', reason)}"
    elif reason and line.action == Action.FIND:
        why = f"{why} {say('Un code a été fait pour ouvrir votre espace.')}"
    elif reason and line.action == Action.SET_ACCESS:  # who helped her, when she opened her space by an invitation
        why = f"{why} {reason}."
    elif reason and line.action == Action.ON_BEHALF:
        number, opened, asked_for = reason.partition(" (")  # as `calling.act_for` writes it: the number, what was asked
        asked = f"{number} ({say(asked_for.removesuffix(')'))})" if opened else reason
        if line.allowed and asked_for.removesuffix(")") in BY_PAPER:  # a parent or a judge asked, not she
            why = say(_WHY_BY_PAPER)
        elif line.allowed and asked_for.removesuffix(")") == BY_LETTER:
            why = say(_WHY_BY_LETTER)
        why = f"{why} {say('Dossier {reason}.').replace('{reason}', asked)}"
    return Sentence(what, why, say(_then(line)))


def _what(line: JournalLine, thing: str, count: int, say: Say) -> str:
    who = name_of(line, say=say)
    you = _herself(line)
    if not line.allowed:
        start = say("Vous avez voulu") if you else f"{who} {say('a voulu')}"
        did = _WANTED.get(line.action, _TO_OPEN)
    elif you:
        start, did = who, _YOU_DID.get(line.action, _YOU_OPENED)
    else:
        own_list = line.action == Action.LIST and line.rule == "own-deposits"
        start, did = who, _OWN_LIST if own_list else _DID.get(line.action, _OPENED)
        if line.action == Action.ON_BEHALF:
            asked_for = line.reason.strip().partition(" (")[2].removesuffix(")")
            did = _DID_BY_PAPER if asked_for in BY_PAPER else _DID_BY_LETTER if asked_for == BY_LETTER else did
    text = f"{start} {say(did).replace('{x}', thing)}"
    if line.on_behalf_of:
        text += say(", par une application que vous avez laissée entrer" if you else ", depuis son logiciel")
    if count > 1 and "{x}" not in did:
        text += f" ({say('{n} fois').replace('{n}', str(count))})"
    return f"{text}."


def _object(lines: tuple[JournalLine, ...], say: Say) -> str:
    categories = {line.category for line in lines}
    one, several = CATEGORIES.get(categories.pop() or "", _ANY) if len(categories) == 1 else _ANY
    things = len({line.object_id or line.seq for line in lines})
    return say(one) if things == 1 else f"{things} {say(several)}"


def _why(line: JournalLine, say: Say) -> str:
    if line.allowed:
        return because(line.rule, say=say)
    known = _REFUSED.get(line.rule)
    return f"{say('Refusé.')} {say(known) if known else say(_FORBIDDEN_BEFORE)}"


def _then(line: JournalLine) -> str:
    if _herself(line):
        return _THEN_YOU
    if line.actor_kind == Kind.MACHINE:
        return _NOTHING_TO_DO
    return _THEN_ALLOWED.get(line.rule, _DOUBT) if line.allowed else _DOUBT
