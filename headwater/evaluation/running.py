"""Every question asked at once: by the worker at night or when staff ask, and by the command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.evaluation import (
    activities,
    bettering,
    budgeting,
    draws,
    investing,
    returning,
    verdicts,
)
from headwater.jobs.models import Job, lease
from headwater.people.models import Person
from headwater.programme.models import Campaign

KIND = "evaluation"
LEASE = "evaluation"
Question = Callable[[datetime], object]


def about_programme() -> Iterator[Question]:
    """What is asked of the capacity work as a whole."""
    yield returning.capacity_return
    yield activities.activities
    yield draws.draws
    yield budgeting.advice


def about_campaign(campaign: Campaign) -> Iterator[Question]:
    """The three questions of one campaign, and the numbers that were also looked at."""
    yield lambda at: verdicts.verdict(campaign, at)
    for row in campaign.watched.select_related("metric", "campaign__metric"):
        yield partial(verdicts.watched, row)
    yield lambda at: bettering.better(campaign, at)
    yield lambda at: investing.elsewhere(campaign, at)


def everything(at: datetime) -> list[Question]:
    questions = list(about_programme())
    for campaign in Campaign.objects.over(at.date()).select_related("metric"):
        questions += about_campaign(campaign)
    return questions


@transaction.atomic
def ask(*, actor: Person | None, at: datetime) -> Job:
    """The job that works everything out anew: the one under way, or a new one."""
    under_way = Job.objects.select_for_update().filter(
        kind=KIND, state__in=[Job.State.WAITING, Job.State.RUNNING]
    )
    return under_way.first() or Job.objects.create(
        kind=KIND, title=_("Working the answers out"), asked_by=actor, asked_at=at
    )


def run(job: Job, at: datetime) -> None:
    """Ask every question. Safe to run twice: what is stored on the same data stands."""
    with lease(LEASE, seconds=3600) as mine:
        if not mine or job.is_over:
            return
        job.begin(at)
        questions = everything(at)
        for n, question in enumerate(questions):
            job.step(n, len(questions))
            question(at)
        job.step(len(questions))
        job.finish(at, answers=len(questions))


def last() -> Job | None:
    return Job.objects.filter(kind=KIND).order_by("-pk").first()
