import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.programme import outcome_files
from headwater.programme.models import Metric, OutcomeFile
from headwater.programme.outcome_files import Found
from headwater.programme.outcome_tables import Chosen

ORDERS = {"day": True, "month": False, None: None}


class Command(BaseCommand):
    help = "Bring in what was counted, from a CSV or TSV file. The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("metric", help="the metric's slug; an unknown one lists them")
        parser.add_argument("file", type=Path)
        parser.add_argument("--period", default="", help="heading of the column that says when")
        parser.add_argument("--place", default="", help="heading of the column that says where")
        parser.add_argument("--value", default="", help="heading of the column that is counted")
        parser.add_argument("--first", choices=["day", "month"], help="in days such as 4/7/2026")
        parser.add_argument("--decimal", choices=[".", ","], default="", help="before decimals")
        parser.add_argument(
            "--ours", action="append", metavar="PLACE",
            help="a new place where our partners are; the others only compare; without it all are",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="only the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        metric = self.metric(options["metric"])
        content = path.read_bytes()
        chosen = Chosen(
            options["period"], options["place"], options["value"], ORDERS[options["first"]],
            options["decimal"],
        )  # fmt: skip
        at = now()
        found = outcome_files.look_at(content, name=path.name, metric=metric, at=at, chosen=chosen)
        told: dict[str, Any] = self.told(found)
        if not options["dry_run"]:
            with transaction.atomic():
                held = OutcomeFile.add(metric, content, name=path.name, actor=None, at=at)
                kept = outcome_files.keep_file(held, found, ours=options["ours"], actor=None, at=at)
            told |= asdict(kept)
        if not options["json"]:
            for problem in found.problems:
                self.stderr.write(f"{problem.row}\t{problem.said}\t{problem.why}")
            for name, value in told.items():
                self.stdout.write(f"{name}\t{value}")
        self.stdout.write(json.dumps(told | {"problems": [asdict(p) for p in found.problems]}))

    def metric(self, slug: str) -> Metric:
        metric = Metric.objects.filter(slug=slug).first()
        if metric is None:
            known = ", ".join(Metric.objects.values_list("slug", flat=True))
            raise CommandError(
                _("There is no metric %(slug)s. There are: %(known)s.")
                % {"slug": slug, "known": known or "-"}
            )
        return metric

    def told(self, found: Found) -> dict[str, Any]:
        return {
            "layout": found.table.layout,
            "places": len(found.places),
            "from": found.periods[0].isoformat(),
            "to": found.periods[-1].isoformat(),
            "counts": len(found.counts),
            "gaps": found.gaps,
            "refused": len(found.problems),
            "notes": found.notes,
        }
