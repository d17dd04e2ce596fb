"""Fresh people for tests: nobody is shared between two tests, so nothing needs to be cleaned."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import UUID

from hygie.people import actions, ins
from hygie.people.types import Hat, IdentityStatus, Ins, Traits

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def matricule() -> str:
    """A matricule nobody has, its key right."""
    thirteen = f"{secrets.choice('12')}{secrets.randbelow(100):02d}{secrets.randbelow(12) + 1:02d}{secrets.randbelow(10**8):08d}"
    return thirteen + ins.key_of(thirteen)


def new_ins() -> Ins:
    return Ins(matricule(), ins.NIR_TEST)


def name(prefix: str = "BENALI") -> str:
    """A family name nobody has."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(8))


def traits(**changes: object) -> Traits:
    values: dict[str, object] = {
        "birth_family": name(), "given_names": ("Amina", "Leïla"), "birth_date": "1979-03-28", "sex": "female",
        "birth_place": "75056",
    }  # fmt: skip
    return Traits(**(values | changes))  # type: ignore[arg-type]


def amina(**changes: object) -> tuple[UUID, Ins, Traits]:
    """A person with a qualified identity: her id, her matricule, her traits."""
    who, number = traits(**changes), new_ins()
    return actions.register_patient(traits=who, ins=number, status=IdentityStatus.QUALIFIED, at=NOW), number, who


def rpps() -> str:
    return f"1{secrets.randbelow(10**10):010d}"


def finess() -> str:
    return f"{secrets.randbelow(10**9):09d}"


def labo_seine() -> UUID:
    return actions.register_organisation(name="Labo Seine", kind="laboratory", finess=finess(), city="Rouen")


def dr_diallo(*organisations: UUID) -> UUID:
    from hygie.people import queries

    return actions.register_professional(
        rpps=rpps(), family="Diallo", given="Awa", civility="Dr",
        hats=[Hat("10", "SM26", queries.organisation(one)) for one in organisations],
    )  # fmt: skip
