from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from headwater.evaluation import counting, running
from headwater.evaluation.frames.trials import refresh_own
from headwater.evaluation.models import TrialFile
from headwater.evaluation.trialling import read_refused
from headwater.jobs.models import Job, lease


@db_task()
def work_out(pk: int) -> None:
    running.run(Job.objects.get(pk=pk), now())


@db_periodic_task(crontab(minute="*"))
def go_on_working_out() -> None:
    """What a crash left: asked again from the start, which costs nothing where answers stand."""
    for job in Job.objects.filter(kind=running.KIND, state__in=["waiting", "running"]):
        running.run(job, now())


@db_periodic_task(crontab(hour="3", minute="20"))
def count_what_is_ours() -> None:
    with lease("evaluation.counting", seconds=3600) as mine:
        if mine:
            counting.count_all(at=now())


@db_periodic_task(crontab(hour="4", minute="10"))
def work_out_each_night() -> None:
    running.run(running.ask(actor=None, at=now()), now())


@db_task()
def read_trials(pk: int) -> None:
    read_refused(TrialFile.objects.get(pk=pk), at=now())


@db_periodic_task(crontab(minute="*/10"))
def count_own_trials() -> None:
    with lease("evaluation.own_trials", seconds=600) as mine:
        if mine:
            refresh_own(now())
