"""How a professional's page opens a record: strongly signed in, for a said purpose, written in its journal first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hygie.access import queries as access
from hygie.access.actions import open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base.errors import NotFound, Refused
from hygie.base.reading import reading
from hygie.people.types import Actor, Kind, Role
from hygie.record.actions import open_to_read
from hygie.workspace import left

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Way:
    """Why the page is open: to care (""), in an emergency, or as the author of a deposit. The address carries it."""

    name: str = ""

    @property
    def query(self) -> str:
        """What addresses of the same visit end with."""
        return f"?acces={self.name}" if self.name else ""

    @property
    def urgent(self) -> bool:
        return self.name == "urgence"

    @property
    def own(self) -> bool:
        return self.name == "depot"


CARE, URGENT, OWN = Way(), Way("urgence"), Way("depot")


def way_of(request: HttpRequest) -> Way:
    return {"urgence": URGENT, "depot": OWN}.get(request.GET.get("acces", ""), CARE)


def professional(request: HttpRequest) -> Actor:
    """The professional signed in; `for_a_professional` has made sure there is one."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.kind is not Kind.PROFESSIONAL:
        raise NotFound("Cette page n’existe pas pour vous.", code="not-a-professional")
    return actor


def for_a_professional(view: View) -> View:
    """A page for a professional signed in. Nobody signed in: the way in. Somebody else: no such page.

    When the record she asks for does not open, the page says so and what to do; absent and refused look alike.
    Asked by GET, it changes nothing (base.reading).
    """
    reads = reading(view)

    @wraps(reads)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return redirect_to_login(request.path)
        professional(request)
        try:
            answer = reads(request, *args, **kwargs)
            if "patient_id" in kwargs:
                left.go_on(request, answer)
            return answer
        except (NotFound, Refused) as fault:
            if getattr(request, "not_opened", None) is fault:
                return _not_open(request, kwargs["patient_id"], fault)
            if getattr(request, "as_author", False) and isinstance(fault, NotFound) and "patient_id" in kwargs:
                return _not_open(request, kwargs["patient_id"], nothing_here())
            raise

    return guarded


def asking(request: HttpRequest, patient_id: UUID, action: Action, *, way: Way = CARE, document_id: UUID | None = None,
           channel: Channel = Channel.VIEW, reason: str = "") -> Request:  # fmt: skip
    """The question this page asks of the gate."""
    actor = professional(request)
    request.as_author = way.own  # type: ignore[attr-defined]
    purpose = {URGENT: Purpose.EMERGENCY, OWN: Purpose.DEPOSIT}.get(way) or access.usual_purpose(actor)
    return Request(
        actor=actor, patient_id=patient_id, purpose=purpose, action=action, at=timezone.now(), object_id=document_id,
        reason=reason, channel=channel, request_id=getattr(request, "request_id", ""),
    )  # fmt: skip


def open_patient(request: HttpRequest, patient_id: UUID, action: Action, *, way: Way = CARE,
                 document_id: UUID | None = None, channel: Channel = Channel.VIEW, reason: str = "") -> Grant:  # fmt: skip
    """Open one record, or raise what `open_record` raises (and let the page say what to do)."""
    asked = asking(request, patient_id, action, way=way, document_id=document_id, channel=channel, reason=reason)
    try:
        return open_to_read(asked) if asked.action is Action.READ else open_record(asked)
    except (NotFound, Refused) as fault:
        request.not_opened = fault  # type: ignore[attr-defined]
        raise


def nothing_here() -> NotFound:
    """What one is told of a record that is not there. As an author one may look into any, and sees one's own deposits:
    where there are none, this must be the answer too."""
    return NotFound("Nous ne trouvons rien ici que vous puissiez voir.", code="nothing-here")


def may_break_the_glass(actor: Actor) -> bool:
    """Whether to offer the emergency page at all; the rules decide when it is used."""
    return actor.role is Role.DOCTOR


def _not_open(request: HttpRequest, patient_id: UUID, fault: NotFound | Refused) -> HttpResponse:
    if fault.code == "emergency-needs-reason":  # the 24 hours are over, or never began
        return redirect("workspace:emergency", patient_id)
    actor = professional(request)
    context = {
        "current": "patients",
        "patient_id": patient_id,
        "happened": _(fault.public),
        "rpps": actor.rpps,
        "urgent": may_break_the_glass(actor) and not way_of(request).urgent,
    }
    return render(request, "workspace/not_open.html", context, status=404 if isinstance(fault, NotFound) else 403)
