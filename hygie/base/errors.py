"""The six errors of Hygie.

    HygieError
      Invalid      the request cannot be understood or breaks a rule of its format
      Refused      understood, and not allowed
      NotFound     nothing here that this caller may know of
      Conflict     true a moment ago, not now: read again, then decide
      Unsupported  well formed, but not something Hygie does
      Unavailable  not now: try again later, nothing was changed

Each face translates them once (pages, FHIR, exit codes); a test compares the tables.
"""

from __future__ import annotations


class HygieError(Exception):
    """`public` is shown to people and partners (plain French): never put health data or an identity in it.

    `code` is a short English rule id ("blocked-by-patient"); `at` is the place of the fault in the
    caller's own terms (a FHIRPath, a column, a field), when there is one; `retry_after` is in seconds.
    """

    def __init__(self, public: str, *, code: str, at: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(public)
        self.public = public
        self.code = code
        self.at = at
        self.retry_after = retry_after


class Invalid(HygieError):
    """The request cannot be understood, or breaks a rule of its format."""


class Refused(HygieError):
    """Understood, and not allowed. Saying why must never tell more than the caller may know."""


class NotFound(HygieError):
    """Nothing here that this caller may know of; absent and forbidden look alike."""


class Conflict(HygieError):
    """True a moment ago, not now. Read again, then decide."""


class Unsupported(HygieError):
    """Well formed, but not something Hygie does."""


class Unavailable(HygieError):
    """Not now: nothing was changed, the same request may succeed later."""


ALL: tuple[type[HygieError], ...] = (Invalid, Refused, NotFound, Conflict, Unsupported, Unavailable)
