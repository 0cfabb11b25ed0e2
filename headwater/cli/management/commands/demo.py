import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from headwater.cli.demo.building import build
from headwater.cli.demo.truth import Truth, table
from headwater.jobs.planning import look_at_the_tables


class Command(BaseCommand):
    help = "Make the demo organisation, Harbour Food Alliance, by simulating its people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partners", type=int, default=1240, help="how many people")
        parser.add_argument("--months", type=int, default=18, help="how many months until now")
        parser.add_argument("--seed", type=int, default=7, help="the same seed, the same people")
        parser.add_argument("--truth", action="store_true", help="only say what is true in it")
        parser.add_argument("--json", action="store_true", help="with --truth: as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["truth"]:
            truth = Truth()
            said = json.dumps(truth.as_dict(), indent=2) if options["json"] else table(truth)
            self.stdout.write(said)
            return
        world = build(
            partners=options["partners"],
            months=options["months"],
            seed=options["seed"],
            at=now(),
            say=self._say,
        )
        look_at_the_tables()
        self._say(f"{world.people:,} partners, {world.weeks} weeks. Seed {options['seed']}.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
