"""French dosages: from the words of a prescription to values, to a plain sentence, to FHIR. Pure.

`read` never fails and never invents: a number that is not in the text is not in the result, and what is not understood
is said to be in doubt. Forms: those that French prescriptions use. Nothing here judges a dose.
"""

from __future__ import annotations

from hygie.formats.dosage.daily import Daily, daily
from hygie.formats.dosage.english import in_english
from hygie.formats.dosage.fhir import from_fhir, to_fhir
from hygie.formats.dosage.reading import read
from hygie.formats.dosage.sentence import sentence, shown
from hygie.formats.dosage.types import Amount, Dosage, Frequency, Lapse, Moment, Period, Step, Take

__all__ = [
    "Amount", "Daily", "Dosage", "Frequency", "Lapse", "Moment", "Period", "Step", "Take", "daily", "from_fhir", "in_english", "read",
    "sentence", "shown", "to_fhir",
]  # fmt: skip
