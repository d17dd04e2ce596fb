"""Measures that people and devices take: codes, plain names, the unit of their curve.

Source: the list of observation codes of Mon espace santé (Liste des codes des observations, guide MES), as of 2026-02;
LOINC is copyright Regenstrief Institute, Inc., http://loinc.org/license. Units of curves are ours. 9463-7 is the same
page's misprint of the code of body weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Measure:
    """unit: UCUM of the curve. analyte: whose molar factor converts it, when it is a substance."""

    id: str
    label: str
    unit: str
    codes: tuple[str, ...]
    analyte: str | None = None


ALL: Final = (
    Measure("poids", "Poids", "kg", ("29463-7", "3141-9", "9463-7")),
    Measure("taille", "Taille", "cm", ("8302-2", "8308-9")),
    Measure("imc", "Indice de masse corporelle", "kg/m2", ("39156-5",)),
    Measure("frequence_repos", "Fréquence cardiaque au repos", "/min", ("40443-4",)),
    Measure("frequence", "Fréquence cardiaque", "/min", ("8867-4",)),
    Measure("tension_haute", "Tension artérielle, le chiffre du haut", "mm[Hg]", ("8480-6",)),
    Measure("tension_basse", "Tension artérielle, le chiffre du bas", "mm[Hg]", ("8462-4",)),
    Measure("temperature", "Température", "Cel", ("8310-5", "8331-1", "8329-5")),
    Measure("taille_ventre", "Tour de taille", "cm", ("8280-0", "56086-2")),
    Measure("perimetre_cranien", "Tour de tête", "cm", ("8287-5", "9843-4")),
    Measure("glycemie_capillaire", "Glycémie au bout du doigt", "g/L", ("2339-0", "41653-7"), analyte="glucose"),
    Measure("pas", "Pas par jour", "1/(24.h)", ("41950-7",)),
    Measure("douleur", "Douleur, de 0 à 10", "1", ("72514-3",)),
    Measure("spo2", "Oxygène dans le sang, au doigt", "%", ("59408-5", "2708-6")),
    Measure("frequence_respiratoire", "Fréquence respiratoire", "/min", ("9279-1",)),
)
BY_ID: Final[Mapping[str, Measure]] = MappingProxyType({one.id: one for one in ALL})
BY_LOINC: Final[Mapping[str, Measure]] = MappingProxyType({code: one for one in ALL for code in one.codes})
