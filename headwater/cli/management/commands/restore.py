from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from headwater.cli import erasures
from headwater.cli.restoring import restore


class Command(BaseCommand):
    help = "Bring a backup back, verified first, and erase again whoever was erased since."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `headwater backup` wrote")
        parser.add_argument("--force", action="store_true", help="put aside what stands here")
        parser.add_argument("--erasures", type=Path, help="what `headwater erasures` printed")

    def handle(self, *args: Any, **options: Any) -> None:
        erased = erasures.read(options["erasures"]) if options["erasures"] else {}
        again = restore(options["file"], now(), force=options["force"], erased=erased)
        self.stdout.write(f"restored\t{options['file']}\terased again\t{again}")
