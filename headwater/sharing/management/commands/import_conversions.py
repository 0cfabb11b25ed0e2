import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.sharing import converting


class Command(BaseCommand):
    help = "Bring in what came of visits: a CSV with the columns code, at, id and value."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="only the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        told = converting.bring_in(
            path.read_bytes(), name=path.name, at=now(), only_try=options["dry_run"]
        )
        if not options["json"]:
            for problem in told.problems:
                self.stderr.write(f"{problem.row}\t{problem.said}\t{problem.why}")
            self.stdout.write(f"new\t{told.new}")
            self.stdout.write(f"known\t{told.known}")
        self.stdout.write(json.dumps(asdict(told)))
