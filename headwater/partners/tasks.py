from datetime import timedelta

from django.utils.timezone import now
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from headwater.partners import importing, undoing
from headwater.partners.models import Import


@db_task()
def run_import(pk: int) -> None:
    importing.run(Import.objects.get(pk=pk), pause_seconds=0.002)


@db_task()
def try_import(pk: int) -> None:
    importing.look_over(Import.objects.get(pk=pk))


@db_periodic_task(crontab(minute="*"))
def go_on_with_imports() -> None:
    """What a crash left: go on where it stands."""
    for of in Import.objects.left_behind(now()):
        importing.run(of, pause_seconds=0.002)


@db_periodic_task(crontab(hour="3", minute="20"))
def forget_imports() -> None:
    undoing.forget_old_images(now())
    old = Import.objects.filter(state=Import.State.NEW, begun_at__lt=now() - timedelta(days=2))
    for of in old:
        of.drop_file()
        of.delete()
