from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from headwater.evaluation import running
from headwater.evaluation.tasks import work_out
from headwater.jobs.models import Job
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import page


def not_yet(request: PersonRequest) -> HttpResponse:
    """Nothing is stored yet: the worker is asked, and the page says so."""
    return _under_way(request, ask(request.user))


@require_http_methods(["GET", "POST"])
def workings(request: PersonRequest) -> HttpResponse:
    """How far the newest working out is; POST asks for another."""
    if request.method == "POST":
        ask(request.user)
        return redirect("studio:evaluation:workings")
    return _under_way(request, running.last())


def ask(actor: Person | None) -> Job:
    job = running.ask(actor=actor, at=now())
    transaction.on_commit(lambda: work_out(job.pk))
    return job


def _under_way(request: PersonRequest, job: Job | None) -> HttpResponse:
    return page(request, "evaluation/studio/workings.html", {"job": job}, part="workings")
