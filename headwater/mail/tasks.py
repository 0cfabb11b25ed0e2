from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from headwater.mail import forgetting, sending


@db_task()
def send_letters() -> None:
    if sending.send_due(single=True):
        send_letters()


@db_task()
def send_mailings() -> None:
    if sending.send_due(single=False):
        send_mailings()


@db_periodic_task(crontab(minute="*"))
def find_what_is_due() -> None:
    sending.sweep(now())
    send_letters()
    send_mailings()


@db_periodic_task(crontab(hour="3", minute="20"))
def forget_words() -> None:
    forgetting.forget_words(now())
