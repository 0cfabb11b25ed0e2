from typing import Any

from django.core.management.base import BaseCommand

from headwater.cli import preparing


class Command(BaseCommand):
    help = "Make the data folder ready, or bring it up to date: database, keys, styles and fonts."

    def handle(self, *args: Any, **options: Any) -> None:
        preparing.prepare()
        self.stdout.write("ready")
