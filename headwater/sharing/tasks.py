from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from headwater.sharing.folding import fold_visits
from headwater.sharing.telling import chase_recalls, send_reminders


@db_periodic_task(crontab(minute="*"))
def count_visits() -> None:
    fold_visits(now())


@db_periodic_task(crontab(minute="*"))
def remind() -> None:
    send_reminders(now())


@db_periodic_task(crontab(minute="*"))
def chase() -> None:
    chase_recalls(now())
