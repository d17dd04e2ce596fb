"""`hygie family`: what an operator records with papers in hand. Who a parent is, whom a judgment names, whom it protects; and
whom somebody without an account asks for help."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from hygie.base import config
from hygie.base.errors import HygieError, Invalid, NotFound
from hygie.ops.exits import exit_code
from hygie.ops.folder import DataFolder

if TYPE_CHECKING:
    from hygie.access.types import Grant, Paper

_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
_WHO = "MATRICULE:AAAA-MM-JJ"
_KEPT = (
    "Une décision protège les lieux et les horaires de cette personne envers ce proche : elle vaut, et vaudra si le lien est "
    "enregistré de nouveau. Si elle est levée : « hygie family protect --lift »."
)
_RELATIONS = [
    "daughter",
    "son",
    "spouse",
    "sister",
    "brother",
    "grandparent",
    "mother",
    "father",
    "friend",
    "neighbour",
    "professional",
    "other",
]


def _said(function: Callable[..., Any]) -> Callable[..., Any]:
    """What every act says: for whom, about whom, who does it, under which case, with which paper."""
    for option in (
        _data,
        click.option(
            "--copy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="La copie du papier."
        ),
        click.option("--paper", required=True, help="Le papier vu : « Livret de famille », « Jugement du … »."),
        click.option("--case", required=True, help="Le numéro du dossier de la demande."),
        click.option("--operator", "rpps", required=True, help="Le numéro RPPS de qui agit."),
        click.option("--relative", required=True, metavar=_WHO, help="Le parent, le tuteur, le proche."),
        click.option("--person", required=True, metavar=_WHO, help="La personne dont c'est l'espace."),
    ):
        function = option(function)
    return function


@click.group("family", short_help="Parents, tutelles, décisions de protection.")
def family() -> None:
    """Enregistrer, papiers en main, qui représente une personne. Chaque parent l'est seul, sans l'accord de l'autre.

    Les deux personnes ont déjà un espace. La ligne écrite dans le journal porte le numéro du dossier.
    """


@family.command("parent", short_help="Un parent d'un enfant mineur.")
@click.option("--as", "relation", type=click.Choice(["mother", "father", "parent"]), default="parent", help="Le lien.")
@_said
def parent(relation: str, **said: Any) -> None:
    """Ouvrir à un parent l'espace de son enfant, jusqu'à la première seconde de ses 18 ans."""

    def record(grant: Grant, relative: UUID, paper: Paper, at: datetime) -> None:
        from hygie.access import actions
        from hygie.access.types import TieKind

        actions.record_tie(grant, helper_id=relative, kind=TieKind.PARENT, relation=relation, paper=paper, at=at)

    _act(
        record,
        "lien d’un parent enregistré",
        "C'est enregistré : ce parent voit l'espace de son enfant dans « Ma famille ».",
        **said,
    )


@family.command("guardian", short_help="Un tuteur ou un curateur, par un jugement.")
@click.option("--level", type=click.Choice(["see", "file", "act"]), default="act", help="Jusqu'où va le jugement.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Quand finit la mesure.")
@_said
def guardian(level: str, until: datetime | None, **said: Any) -> None:
    """Ouvrir l'espace d'un adulte protégé à qui un jugement désigne. La copie du jugement est gardée, scellée."""
    if said["copy"] is None:
        raise click.UsageError("le jugement est à joindre : --copy FICHIER")

    def record(grant: Grant, relative: UUID, paper: Paper, at: datetime) -> None:
        from hygie.access import actions
        from hygie.access.types import Level, Relation, TieKind

        actions.record_tie(
            grant, helper_id=relative, kind=TieKind.GUARDIAN, relation=Relation.GUARDIAN, level=Level(level), paper=paper,
            until=None if until is None else until.replace(tzinfo=UTC), at=at,
        )  # fmt: skip

    _act(record, "jugement enregistré", "C'est enregistré, avec le jugement.", **said)


@family.command("helper", short_help="Un proche, par un papier que la personne a signé.")
@click.option(
    "--as", "relation", type=click.Choice(_RELATIONS), default="other", help="Ce que ce proche est pour elle."
)
@click.option("--level", type=click.Choice(["see", "file", "act"]), default="see", help="Jusqu'où va cette aide.")
@click.option("--category", "classes", multiple=True, help="Seulement cette catégorie (code TRE_A03). Répétable.")
@_said
def helper(relation: str, level: str, classes: tuple[str, ...], **said: Any) -> None:
    """Ouvrir à un proche l'espace de qui n'a ni compte ni téléphone, par un papier qu'elle a signé. À redire chaque année."""

    def record(grant: Grant, relative: UUID, paper: Paper, at: datetime) -> None:
        from hygie.access import actions
        from hygie.access.types import Level, TieKind

        actions.record_tie(
            grant, helper_id=relative, kind=TieKind.CAREGIVER, relation=relation, level=Level(level), paper=paper,
            classes=frozenset(classes) or None, at=at,
        )  # fmt: skip

    _act(
        record,
        "aide d’un proche enregistrée",
        "C'est enregistré : ce proche la trouve dans « Ma famille », pour un an.",
        **said,
    )


@family.command("confirm", short_help="La personne redit oui pour un an.")
@_said
def confirm(**said: Any) -> None:
    """Prolonger d'un an l'aide d'un proche, par un papier qu'elle a signé."""

    def record(grant: Grant, relative: UUID, paper: Paper, at: datetime) -> None:
        from hygie.access import actions

        actions.confirm_ties(grant, helper_id=relative, paper=paper, at=at)

    _act(record, "aide d’un proche confirmée", "C'est noté : cette aide continue pour un an.", **said)


@family.command("protect", short_help="Une décision protège les lieux et les horaires.")
@click.option("--lift", is_flag=True, help="La décision est levée.")
@_said
def protect(lift: bool, **said: Any) -> None:
    """Fermer à ce proche tout ce qui dit où et quand, dès sa prochaine demande."""

    def record(grant: Grant, relative: UUID, paper: Paper, at: datetime) -> None:
        from hygie.access import actions

        actions.protect(grant, helper_id=relative, protected=not lift, paper=paper, at=at)

    what = "décision de protection levée" if lift else "décision de protection enregistrée"
    _act(record, what, "C'est enregistré : cela vaut dès sa prochaine demande.", **said)


@family.command("end", short_help="Ce lien n'existe plus.")
@_said
def end(**said: Any) -> None:
    """Couper, par une décision, l'accès d'un parent ou d'un tuteur."""

    def record(grant: Grant, relative: UUID, paper: Paper, at: datetime) -> None:
        from hygie.access import actions

        actions.end_ties(grant, helper_id=relative, at=at)

    _act(record, "lien arrêté", "C'est coupé dès maintenant.", **said)


def _act(
    record: Callable[[Grant, UUID, Paper, datetime], None], what: str, done: str, *, person: str, relative: str, rpps: str, case: str,
    paper: str, copy: Path | None, data: Path | None,
) -> None:  # fmt: skip
    try:
        with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
            from hygie.access import actions, queries
            from hygie.access.types import Action, Paper, Purpose, Request
            from hygie.people import queries as people
            from hygie.people.types import Actor, AuthLevel, Kind

            who = people.professional_by_rpps(rpps)
            if who is None:
                raise NotFound("Ce professionnel n'est pas enregistré.", code="no-such-professional")
            at = datetime.now(UTC)
            actor = Actor(Kind.OPERATOR, who.id, who.display_name, AuthLevel.STRONG)
            asked = Request(actor, _found(person), Purpose.LEGAL, Action.ON_BEHALF, at, reason=f"{case} ({what})")
            found = _found(relative)
            content = b"" if copy is None else copy.read_bytes()
            grant = actions.open_record(asked)
            record(grant, found, Paper(paper, content), at)
            kept = queries.protected_from(grant, helper_id=found)
    except HygieError as error:
        click.echo(f"{error.public} [{error.code}]", err=True)
        sys.exit(exit_code(error))
    click.echo(done)
    if kept:
        click.echo(_KEPT)


def _found(written: str) -> UUID:
    """The person with this matricule and this birth date. NotFound says the same of both."""
    from hygie.people import ins as rules
    from hygie.people import queries as people
    from hygie.people.types import Ins

    matricule, _, born = written.partition(":")
    if not born:
        raise Invalid(f"Écrivez {_WHO}.", code="who-form")
    for oid in (rules.NIR, rules.NIA, rules.NIR_TEST, rules.NIR_DEMO):
        one = people.holder(rules.tidy(Ins(matricule, oid)))
        if one is not None and people.birth_date(one) == born:
            return one
    raise NotFound("Personne ici n'a ce matricule et cette date de naissance.", code="no-such-person")
