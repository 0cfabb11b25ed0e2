from datetime import timedelta

from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from headwater.jobs import planning
from headwater.jobs.models import Attempt, Heartbeat, IdempotencyKey


@db_periodic_task(crontab(minute="*"))
def beat() -> None:
    Heartbeat.beat("worker", now())


@db_periodic_task(crontab(hour="3", minute="50"))
def look_at_the_tables() -> None:
    planning.look_at_the_tables()


@db_periodic_task(crontab(hour="3", minute="40"))
def forget_old_keys() -> None:
    IdempotencyKey.objects.filter(at__lt=now() - timedelta(days=7)).delete()
    Attempt.objects.filter(window__lt=now() - timedelta(days=2)).delete()
