"""Tables of the record room: private to it."""

from hygie.record.models.bringing import Import, ImportPart, Unfinished
from hygie.record.models.document import Document, Opened, Pin
from hygie.record.models.drug import Drug, DrugEdition, DrugName, Pack
from hygie.record.models.entry import Reading, Sheet, Statement
from hygie.record.models.quarantine import Quarantine, Submission

__all__ = [
    "Document", "Drug", "DrugEdition", "DrugName", "Import", "ImportPart", "Opened", "Pack", "Pin", "Quarantine", "Reading", "Sheet",
    "Statement", "Submission", "Unfinished",
]  # fmt: skip
