from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from headwater.newsletters import sending, subscribing
from headwater.newsletters.models.lists import end_those_without_ground


@db_task()
def prepare_sendings() -> None:
    sending.hand_over_waiting(now())


@db_periodic_task(crontab(minute="*"))
def keep_up() -> None:
    sending.hand_over_waiting(now())
    end_those_without_ground(now())


@db_periodic_task(crontab(hour="4", minute="10"))
def forget_unconfirmed() -> None:
    subscribing.forget_unconfirmed(now())
