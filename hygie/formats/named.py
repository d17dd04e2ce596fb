"""Whom a message that is no CDA names inside itself, for whoever compares it with what is said around it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hygie.base.errors import HygieError
from hygie.formats import sniff
from hygie.formats.accents import without_accents
from hygie.formats.fhir import extract as fhir
from hygie.formats.hl7v2 import message as hl7
from hygie.formats.hprim import extract as hprim
from hygie.formats.hprim import medecins, sante


@dataclass(frozen=True, slots=True)
class Named:
    """number: 15 characters, or ""; birth_date: ISO, or ""; families and given: as `plain`, empty when not said."""

    number: str = ""
    birth_date: str = ""
    families: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Named(…)"

    def may_be(self, other: Named) -> bool:
        """Whether nothing said here speaks against this person: neither number, nor date, nor names altogether."""
        if self.number and other.number and self.number != other.number:
            return False
        if len(self.birth_date) == len(other.birth_date) == 10 and self.birth_date != other.birth_date:
            return False
        strange = self.families and other.families and not set(self.families) & set(other.families)
        return not (strange and self.given and other.given and not set(self.given) & set(other.given))


def inside(kind: str, data: bytes) -> tuple[Named, ...]:
    """Everybody whom this message is about; () for a format that names nobody, and for a file that does not open."""
    try:
        if kind == sniff.HL7_V2:
            person = hl7.read(data).patient
            if person is None:
                return ()
            return (
                named(
                    person.matricule, person.birth_date, (person.birth_family, person.used_family), person.given_names
                ),
            )
        if kind == sniff.HPRIM:
            found = (
                [one.identity for one in sante.parse(data).patients] if hprim.is_sante(data)
                else [hprim.identity_of(one) for one in medecins.parse(data).letters]
            )  # fmt: skip
            return tuple(
                named(one.number, one.birth_date, (one.family, one.used_family), one.given_names) for one in found
            )
        if kind == sniff.FHIR_JSON:
            about = fhir.about(data)
            return (
                () if about is None else (named(about.ins.partition("|")[2], about.traits[1] if about.traits else ""),)
            )
    except HygieError:
        return ()  # what does not open is kept as it is, and gives no entry
    return ()


def named(number: str, birth_date: str, families: tuple[str | None, ...] = (), given: tuple[str, ...] = ()) -> Named:
    """The same person whatever case and accents her names are written in."""
    return Named(
        number, birth_date, tuple(plain(one) for one in families if one),
        tuple(plain(word) for one in given for word in one.split()),
    )  # fmt: skip


def plain(name: str) -> str:
    return " ".join(without_accents(name).upper().replace("-", " ").replace("'", " ").split())
