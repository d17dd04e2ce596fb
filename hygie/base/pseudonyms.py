"""Pseudonyms: the name of a professional or a structure in clear columns.

That a person is followed by a given structure is itself health data ("psychiatry"). Clear columns hold a keyed
digest of the id instead: equal for equal ids, meaningless to whoever holds the table without the root key.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from hygie.base import rootkey


@lru_cache(maxsize=65536)
def pseudonym(of: UUID) -> UUID:
    digest = rootkey.ours().digest("subject", of.bytes)
    return UUID(bytes=digest[:16])
