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
    frames,
    investing,
    keeping,
    returning,
    verdicts,
)
from headwater.evaluation.models import Result
from headwater.jobs.models import Job, lease
from headwater.people.models import Person
from headwater.programme.models import Campaign

KIND = keeping.KIND
LEASE = "evaluation"
Question = Callable[[datetime], object]


# What is asked of the capacity work as a whole.
PROGRAMME: dict[str, Question] = {
    Result.Question.RETURN: returning.capacity_return,
    Result.Question.ACTIVITIES: activities.activities,
    Result.Question.DRAW: draws.draws,
    Result.Question.BUDGET: budgeting.advice,
}


def about_campaign(campaign: Campaign) -> Iterator[Question]:
    """The three questions of one campaign, and the numbers that were also looked at."""
    yield lambda at: verdicts.verdict(campaign, at)
    for row in campaign.watched.select_related("metric", "campaign__metric"):
        yield partial(verdicts.watched, row)
    yield lambda at: bettering.better(campaign, at)
    yield lambda at: investing.elsewhere(campaign, at)


def everything(at: datetime) -> list[Question]:
    questions = list(PROGRAMME.values())
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
        version, answers = frames.programme(at).version, []
        questions = everything(at)
        with keeping.remembering(f"job {job.pk}, {version}"):
            for n, question in enumerate(questions):
                job.step(n, len(questions))
                answers.append(keeping.as_told(question(at)))
        job.step(len(questions))
        told = dict(zip(PROGRAMME, answers, strict=False))  # they are asked first
        job.finish(at, answers=len(questions), version=version, told=told)


def last() -> Job | None:
    return Job.objects.filter(kind=KIND).order_by("-pk").first()
