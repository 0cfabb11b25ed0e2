from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from headwater.events.auditing import audit
from headwater.events.models import Draw
from headwater.kit.errors import Refused
from headwater.programme.auditing import audit as audit_places
from headwater.programme.models import Campaign
from headwater.sharing.auditing import audit as audit_ways
from headwater.sharing.models import WaysDraw

Audited = tuple[bool, list[str], str]


class Command(BaseCommand):
    help = "Work a draw out again from its number, and say whether it matches."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("event", nargs="?", help="the last part of the event’s address")
        which.add_argument("--campaign", type=int, help="number of a campaign: its places")
        which.add_argument("--message", type=int, help="number of a message: the ways to say it")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._found(options)
        if found is None:
            which = next(str(v) for k in SUBJECTS if (v := options.get(k)) is not None)
            raise CommandError(_("No draw was held for %(slug)s.") % {"slug": which})
        matches, lines, told = found
        for line in lines:
            self.stdout.write(line)
        if not matches:
            raise Refused(_("The recorded order is not the one this number gives."))
        self.stdout.write(told)

    def _found(self, options: dict[str, Any]) -> Audited | None:
        if options.get("campaign") is not None:
            return _places(options["campaign"])
        if options.get("message") is not None:
            return _ways(options["message"])
        return _people(options["event"])


SUBJECTS = ("event", "campaign", "message")


def _people(slug: str) -> Audited | None:
    draw = Draw.objects.select_related("event").filter(event__slug=slug).first()
    if draw is None:
        return None
    found = audit(draw)
    lines = [
        f"{line.rank}\t{line.public_id}\t{line.lot[:12]}\t"
        f"{'drawn' if line.is_drawn else 'waits'}\t"
        f"{'right' if line.is_right else f'found at {line.found}'}"
        for line in found.lines
    ]
    return found.matches, lines, f"matches\t{len(found.lines)}\t{found.erased} erased"


def _places(pk: int) -> Audited | None:
    campaign = Campaign.objects.select_related("metric").filter(pk=pk).first()
    found = audit_places(campaign) if campaign else None
    if found is None:
        return None
    lines = [
        f"{line.rank}\t{line.name}\t{line.lot[:12]}\t"
        f"{'first' if line.starts_first else 'later'}\t{'right' if line.is_right else 'wrong'}"
        for line in found.lines
    ]
    return found.matches, lines, f"matches\t{len(lines)}\tchance {found.chance:.3f}"


def _ways(pk: int) -> Audited | None:
    draw = WaysDraw.objects.filter(message=pk).first()
    if draw is None:
        return None
    found = audit_ways(draw)
    lines = list(_offers(draw, found.lines))
    return found.matches, lines, f"matches\t{len(found.lines)}\tnumber {draw.number}"


def _offers(draw: WaysDraw, lines: list[Any]) -> Iterator[str]:
    for way in draw.ways.all():
        yield f"way\t{way.letter}\tchance {way.share:.3f}"
    for line in lines:
        right = "right" if line.is_right else f"should be {line.should_be}"
        yield f"{line.public_id}\t{line.place:.6f}\t{line.letter}\t{right}"
