import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now
from django.utils.translation import gettext as _

from headwater.capacity.calibrating import Learned, apply, learn
from headwater.capacity.models import Gauge
from headwater.kit.errors import Refused
from headwater.people.models import Person
from headwater.stats.answers import NotEnough


class Command(BaseCommand):
    help = "Learn how hard each check-in question is, once two hundred people have answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gauge", choices=Gauge.values)
        parser.add_argument("--by", required=True, metavar="EMAIL", help="whose decision it is")
        parser.add_argument("--dry-run", action="store_true", help="say what would change")
        parser.add_argument("--json", action="store_true", help="one line for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Person.objects.filter(email__iexact=options["by"]).first()
        if actor is None or not actor.is_staff:
            raise CommandError(_("Nobody on your staff has this address."))
        learned = learn(Gauge(options["gauge"]))
        if isinstance(learned, NotEnough):
            raise Refused(
                _("Two hundred answers to a question are needed, and there are %(have)s.")
                % {"have": learned.have}
            )
        if not options["dry_run"]:
            apply(learned, actor=actor, at=now())
        rows = [as_row(row) for row in learned]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write("\t".join(str(value) for value in row.values()))


def as_row(row: Learned) -> dict[str, Any]:
    item = row.after or row.item.scored
    return {
        "question": row.item.slug,
        "answers": row.answers,
        "learned": row.after is not None,
        "discrimination": round(item.discrimination, 3),
        "thresholds": [round(place, 3) for place in item.thresholds],
    }
