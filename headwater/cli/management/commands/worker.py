from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from headwater.cli.lock import in_use


class Command(BaseCommand):
    help = "Run the background worker: sends mail, imports lists, folds visits, counts points."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, help="how many tasks may run at once")

    def handle(self, *args: Any, **options: Any) -> None:
        # An idle worker looks again within a second, so that a progress bar soon moves.
        workers = {"workers": options["workers"]} if options["workers"] else {}
        with in_use(settings.DATA_DIR):
            call_command("run_huey", verbose=False, backoff=1.15, max_delay=1.0, **workers)
