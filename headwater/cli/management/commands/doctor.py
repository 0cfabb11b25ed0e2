from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from headwater.cli.health import examine
from headwater.kit.errors import Refused


class Command(BaseCommand):
    help = "Look at database, mail, storage, clock and worker, and say what to do about each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-worker", action="store_true", help="none is meant to run here")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine(now(), expect_worker=not options["no_worker"])
        for finding in findings:
            self.stdout.write("\t".join(finding.as_line()))
        if wrong := [finding.about for finding in findings if not finding.is_well]:
            raise Refused(f"Needs you: {', '.join(wrong)}.")
