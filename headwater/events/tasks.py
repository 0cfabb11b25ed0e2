from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from headwater.events import attending, telling
from headwater.jobs.models import lease


@db_periodic_task(crontab(minute="*/5"))
def tell_guests() -> None:
    with lease("events.telling", seconds=240) as mine:
        if mine:
            attending.count_codes(now())
            telling.send_what_is_due(now())
