from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from headwater.events.auditing import audit
from headwater.events.models import Draw
from headwater.kit.errors import Refused


class Command(BaseCommand):
    help = "Work the draw of an event out again from its number, and say whether it matches."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event", help="the last part of the event’s address")

    def handle(self, *args: Any, **options: Any) -> None:
        draw = Draw.objects.select_related("event").filter(event__slug=options["event"]).first()
        if draw is None:
            raise CommandError(_("No draw was held for %(slug)s.") % {"slug": options["event"]})
        found = audit(draw)
        for line in found.lines:
            state = "drawn" if line.is_drawn else "waits"
            right = "right" if line.is_right else f"found at {line.found}"
            self.stdout.write(f"{line.rank}\t{line.public_id}\t{line.lot[:12]}\t{state}\t{right}")
        if not found.matches:
            raise Refused(_("The recorded order is not the one this number gives."))
        self.stdout.write(f"matches\t{len(found.lines)}\t{found.erased} erased")
