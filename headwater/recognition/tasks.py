from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from headwater.jobs.models import lease
from headwater.recognition import awarding


@db_periodic_task(crontab(minute="*"))
def award_points() -> None:
    with lease("recognition", seconds=300) as mine:
        if mine:
            awarding.award(now())


@db_periodic_task(crontab(hour="2", minute="20"))
def count_points_anew() -> None:
    with lease("recognition", seconds=3600) as mine:
        if mine:
            awarding.count_anew(now())
