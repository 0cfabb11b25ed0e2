import argparse
import json
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.partners import importing
from headwater.partners.models import Import


def pair(text: str) -> tuple[str, str]:
    column, is_there, field = text.rpartition("=")
    if not is_there or not column:
        raise argparse.ArgumentTypeError(f'{text!r} is not of the form "Column=field"')
    return column, re.sub(r"[\s-]+", "_", field.strip().lower())


class Command(BaseCommand):
    help = "Bring a list of partners in from a CSV or TSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", action="append", default=[], help="what they all are")
        parser.add_argument(
            "--map", action="append", default=[], type=pair, metavar="Column=field",
            help="what a column becomes; name, email, external_id, social:linkedin ... or nothing",
        )  # fmt: skip
        parser.add_argument(
            "--organisations", action="store_true", help="each row is an organisation"
        )
        parser.add_argument("--people", action="store_true", help="each row is a person")
        parser.add_argument("--again", action="store_true", help="even if this file came in before")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="only the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        of = importing.look_at(path, name=path.name, actor=None, at=now())
        try:
            counts = self.bring_in(of, options)
        except Refused:
            if of.state == Import.State.NEW:
                of.drop_file()
                of.delete()
            raise
        if not options["json"]:
            for name, number in counts.items():
                self.stdout.write(f"{name}\t{number}")
        self.stdout.write(json.dumps(counts))

    def bring_in(self, of: Import, options: dict[str, Any]) -> dict[str, int]:
        importing.choose(of, dict(options["map"]), **self.chosen(options))
        if options["dry_run"]:
            counts = importing.try_out(of)["counts"]
            of.drop_file()
            of.delete()
            return {name: counts[name] for name in of.counts}
        earlier = importing.twin_files(of)
        unfinished = next((one for one in earlier if one.state == Import.State.RUNNING), None)
        if unfinished:  # a run that was killed: it goes on where it stands
            of.drop_file()
            of.delete()
            return importing.run(unfinished).counts
        if earlier and not options["again"]:
            raise Refused(_("This very file was brought in before. Add --again to bring it in."))
        importing.start(of, actor=None, at=now())
        return importing.run(of).counts

    def chosen(self, options: dict[str, Any]) -> dict[str, Any]:
        chosen: dict[str, Any] = {}
        if options["kind"]:
            chosen["kinds"] = options["kind"]
        if options["organisations"] or options["people"]:
            chosen["are_organisations"] = options["organisations"]
        return chosen
