from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from headwater.cli.backing_up import back_up


class Command(BaseCommand):
    help = "Save everything in one file: database, files and secret key. Headwater may go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it, such as monday.tar.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"].absolute()
        manifest = back_up(file, now())
        self.stdout.write(f"{file}\t{file.stat().st_size}\t{len(manifest.sums)} files")
