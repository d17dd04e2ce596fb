"""How the `hygie` command ends, for scripts: 0 done, 2 wrong use of the command, and one code for each error."""

from __future__ import annotations

from hygie.base import errors

EXITS: dict[type[errors.HygieError], int] = {
    errors.Invalid: 10,
    errors.Refused: 11,
    errors.NotFound: 12,
    errors.Conflict: 13,
    errors.Unsupported: 14,
    errors.Unavailable: 15,
}


def exit_code(error: errors.HygieError) -> int:
    """The exit code of an error."""
    return EXITS[type(error)]
