from typing import Any

from django.core.management.base import BaseCommand

from headwater.ui import assets


class Command(BaseCommand):
    help = "Cut the fonts and join the stylesheets. Safe to run again: it skips what is built."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in assets.build():
            self.stdout.write(f"{path.name}\t{path.stat().st_size}")
