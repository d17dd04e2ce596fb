"""The contract of the doors: whoever stands outside a room imports its doors, and nothing behind them."""

from __future__ import annotations

from typing import ClassVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

# Pure functions of values that already crossed a door, open to all like `formats`.
_OPEN = {
    *("hygie.access.sentences", "hygie.people.ins"),
    *(
        "hygie.record.beside",
        "hygie.record.curves",
        "hygie.record.overview",
        "hygie.record.results",
        "hygie.record.summary",
        "hygie.record.treatments",
    ),
    *("hygie.record.trends", "hygie.observatory.barometer.html"),
}
# What the proofs of the whole take away (the decision) or run by hand (the jobs), to show what still holds.
_PROOFS, _TAKEN_AWAY = "hygie.tests.", {"hygie.access.policy", "hygie.record.tasks"}
_MEASURES = "hygie.ops.bench."  # times the parts one by one, so it must reach them
_APART = {"observatory": {"record", "access"}}  # it counts; it may never see a record, not even through a door


class DoorsContract(Contract):
    """`rooms` are packages of `hygie`; `doors` the modules of a room that others may import."""

    rooms = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())
    type_name: ClassVar[str] = "doors"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import of `hygie.<room>.<anything but a door>` from outside that room breaks the contract."""
        broken = []
        for importer in sorted(module for module in graph.modules if module.startswith("hygie.")):
            if importer.startswith(_MEASURES):
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                target = imported.split(".")
                if len(target) < 2 or target[1] not in self.rooms:  # type: ignore[operator]
                    continue
                home, room, door = importer.split(".")[1], target[1], target[2] if len(target) > 2 else ""
                if home == room or (door == "tests" and ".tests." in importer):  # a cast that goes through doors itself
                    continue
                proved = importer.startswith(_PROOFS) and imported in _TAKEN_AWAY
                allowed = proved or imported in _OPEN or door in self.doors  # type: ignore[operator]
                if not allowed or room in _APART.get(home, set()):
                    broken.append(f"{importer} -> {imported}")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each import that goes round a door."""
        for line in check.metadata["broken"]:
            output.print_error(line)
