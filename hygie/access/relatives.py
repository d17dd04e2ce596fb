"""Rules of whoever acts for another: a parent, a guardian, a caregiver, a desk under a mandate. Pure; read by `policy`.

What is marked secret does not exist there; nobody confides what was confided to her. What the person hides from
professionals, her representatives see and her helpers do not. They alone follow who came and change the settings, in her
name; whoever shows them a journal leaves out what would tell a secret (`following`). A decision of justice that protects
places and times closes every document and every setting to the one it names, since both carry them: she may still give,
and she reads what is known of the child by an action of its own, whose doors tell it without place, author nor day.
"""

from __future__ import annotations

from dataclasses import replace

from hygie.access.types import Action, Decision, Facts, Level, Purpose, Request, Scope, Tie, TieKind
from hygie.people.types import Actor, Kind

_LOOKS = (Action.LIST, Action.READ, Action.READ_IDENTITY)
# How far each help goes. Nobody who acts for another confides a help, closes, hides, or takes away.
HELP: dict[Level, tuple[Action, ...]] = {
    Level.SEE: _LOOKS,
    Level.FILE: (*_LOOKS, Action.DEPOSIT),
    Level.ACT: (*_LOOKS, Action.DEPOSIT, Action.SETTLE, Action.DECLARE),
}


def acts(tie: Tie) -> tuple[Action, ...]:
    """What this tie lets one do: what its level says; and, for who answers for her by law, follow and decide."""
    if not tie.kind.represents or tie.level is not Level.ACT:
        return HELP[tie.level]
    beyond = (Action.FOLLOW, Action.READ_MASKED)  # the second is less than reading: whoever reads may have it too
    return (*HELP[tie.level], *beyond) if tie.protected else (*HELP[tie.level], *beyond, Action.REPRESENT)


_OF_AGE = Decision("child-of-age")
_BEYOND_HELP = Decision("beyond-this-help")
_BY_TIE: dict[TieKind, Decision] = {
    TieKind.PARENT: Decision("parent-of-a-minor", True),
    TieKind.GUARDIAN: Decision("named-by-a-judgment", True),
    TieKind.CAREGIVER: Decision("trusted-help", True),
    TieKind.DESK: Decision("signed-mandate", True),
}


def child_of_age(request: Request, facts: Facts) -> Decision | None:
    """On the day that she is eighteen, her record is hers alone."""
    if request.purpose is not Purpose.FOR_ANOTHER or facts.tie is None or facts.tie.kind is not TieKind.PARENT:
        return None
    return None if facts.minor else _OF_AGE


def beyond_this_help(request: Request, facts: Facts) -> Decision | None:
    """Whoever acts for another does what her tie says, and no more. Protected: no page opens to her, she may still give."""
    if request.purpose is not Purpose.FOR_ANOTHER or facts.tie is None:
        return None
    return None if request.action in acts(facts.tie) else _BEYOND_HELP


def for_another(request: Request, facts: Facts) -> Decision | None:
    """Who answers for the person or helps her sees what she does not keep secret, and what this tie covers."""
    actor, action, tie = request.actor, request.action, facts.tie
    if request.purpose is not Purpose.FOR_ANOTHER or actor.kind is not Kind.PERSON or tie is None:
        return None
    if actor.patient_id is None or actor.patient_id == request.patient_id or action not in acts(tie):
        return None
    if tie.kind is TieKind.PARENT and not facts.minor:
        return None
    given = _BY_TIE[tie.kind]
    if action is Action.FOLLOW or action is Action.READ_MASKED:  # the doors of both leave places and times out
        return replace(given, scope=_helper_scope(actor, replace(tie, protected=False)))
    looks = action is Action.LIST or action is Action.READ or action is Action.SETTLE
    return replace(given, scope=_helper_scope(actor, tie)) if looks else given


def _helper_scope(actor: Actor, tie: Tie) -> Scope:
    """A document carries places and times: whoever must not learn them is shown none, but what she put in herself."""
    own = frozenset((actor.id,))
    if tie.protected:
        return Scope(secrets=False, own=own)
    return Scope(classes=tie.classes, hidden=tie.kind.represents, secrets=False, own=own)
