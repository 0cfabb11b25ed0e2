import argparse
import json
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.evaluation import trialling
from headwater.evaluation.models import Trial
from headwater.kit.errors import Refused
from headwater.programme.models import Campaign


def pair(text: str) -> tuple[str, str]:
    column, is_there, field = text.rpartition("=")
    if not is_there or not column:
        raise argparse.ArgumentTypeError(f'{text!r} is not of the form "Column=field"')
    return column, re.sub(r"[\s-]+", "_", field.strip().lower())


class Command(BaseCommand):
    help = "Bring trials in from CSV or TSV files: a row for each way, or for each person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="+")
        parser.add_argument(
            "--map", action="append", default=[], type=pair, metavar="Column=field",
            help="what a column becomes: " + ", ".join(trialling.FIELDS) + ", or nothing",
        )  # fmt: skip
        parser.add_argument("--title", default="", help="of a file that holds one trial")
        parser.add_argument("--success", default="", help="what one success is")
        parser.add_argument("--varied", default="message", choices=Trial.Varied.values)
        parser.add_argument("--split", default="", help="as promised: 1:1, 2:1; equal if left out")
        parser.add_argument("--campaign", type=int, help="number of the campaign they belong to")
        parser.add_argument("--json", action="store_true", help="only the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = options["campaign"]
        if campaign and not Campaign.objects.filter(pk=campaign).exists():
            raise CommandError(_("There is no campaign number %(n)d.") % {"n": campaign})
        for path in options["file"]:
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path})
            self.bring_in(path, options)

    def bring_in(self, path: Path, options: dict[str, Any]) -> None:
        of = trialling.look_at(path, name=path.name, at=now())
        try:
            trialling.choose(
                of, dict(options["map"]), title=options["title"], success=options["success"],
                varied=options["varied"], shares=options["split"],
                campaign_id=options["campaign"],
            )  # fmt: skip
            trialling.read(of, at=now())
        except Refused:
            trialling.drop_file(of)
            of.delete()
            raise
        trials = of.trials.all()
        counts = {**of.counts, "broken": trials.filter(is_broken=True).count()}
        if not options["json"]:
            for name, number in counts.items():
                self.stdout.write(f"{name}\t{number}")
            for number, why in of.problems:
                self.stdout.write(_("row %(row)s: %(why)s") % {"row": number, "why": why})
        self.stdout.write(json.dumps(counts))
