"""What this program was told at its installation: where it listens, where Hygie is, its key, its doctor, its patients."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody in this practice's own files. born, next: written as a French reader reads them; resource: the FHIR
    Patient that stands for her in messages."""

    key: str
    name: str
    born: str
    ins: str
    hour: str
    reason: str
    next: str
    notes: tuple[str, ...]
    resource: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """hygie: its address, without a slash at the end; rpps: the doctor's number; key: a private JWK; patience: the seconds
    that a call may last (the chart itself never waits for it).
    """

    port: int
    hygie: str
    practice: str
    doctor: str
    rpps: str
    client_id: str
    key: dict[str, Any]
    patients: tuple[Patient, ...]
    patience: float = 5.0

    @property
    def home(self) -> str:
        return f"http://localhost:{self.port}"

    def patient(self, key: str) -> Patient | None:
        return next((one for one in self.patients if one.key == key), None)


def read(path: Path) -> Told:
    said = json.loads(path.read_text())
    said["patients"] = tuple(Patient(**one | {"notes": tuple(one["notes"])}) for one in said["patients"])
    return Told(**said)
