"""Jobs set aside: background work that failed too often. Ids only; what a job was about stays in its record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hygie.base.errors import NotFound
from hygie.ops.desk.opening import for_an_operator
from hygie.ui.told import tell

SHOWN = 200


@dataclass(frozen=True, slots=True)
class SetAside:
    id: int
    task: str
    attempts: int


def _failed() -> list[SetAside]:
    rows = ProcrastinateJob.objects.filter(status="failed").order_by("-id")
    return [SetAside(*row) for row in rows.values_list("id", "task_name", "attempts")[:SHOWN]]


def count() -> int:
    return ProcrastinateJob.objects.filter(status="failed").count()


@for_an_operator
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/jobs.html", {"current": "jobs", "jobs": _failed(), "total": count()})


@for_an_operator
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Once more, now."""
    _is_failed(job_id)
    app.job_manager.retry_job_by_id(job_id=job_id, retry_at=timezone.now())
    tell(request, _("La tâche reprend."))
    return redirect("desk:jobs")


@for_an_operator
@require_POST
def forget(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give up on it for good. Back in the queue and out of it in one transaction: no worker sees it meanwhile."""
    _is_failed(job_id)
    with transaction.atomic():
        app.job_manager.retry_job_by_id(job_id=job_id, retry_at=timezone.now())
        app.job_manager.cancel_job_by_id(job_id, delete_job=True)
    tell(request, _("La tâche est abandonnée. Les documents eux-mêmes ne changent pas."))
    return redirect("desk:jobs")


def _is_failed(job_id: int) -> None:
    if not ProcrastinateJob.objects.filter(id=job_id, status="failed").exists():
        raise NotFound(_("Cette tâche n’est plus de côté."), code="no-such-job")
