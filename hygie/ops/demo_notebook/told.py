"""What this application was told at its installation: where it listens, where Hygie is, and its number there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
MEASURES: Final = f"{_CATEGORY}|vital-signs"
RESULTS: Final = f"{_CATEGORY}|laboratory"
# All it ever asks for: her measures and her results, and to go on for as long as she says.
SCOPES: Final = (
    "launch/patient", "offline_access", f"patient/Observation.rs?category={MEASURES}",
    f"patient/Observation.rs?category={RESULTS}",
)  # fmt: skip
BACK: Final = "/retour"


@dataclass(frozen=True, slots=True)
class Told:
    """hygie: its address, without a slash at the end; patience: the seconds that a call may last."""

    port: int
    hygie: str
    client_id: str
    patience: float = 10.0

    @property
    def home(self) -> str:
        return f"http://localhost:{self.port}"


def read(path: Path) -> Told:
    return Told(**json.loads(path.read_text()))
