from typing import Any

from django.core.management.base import BaseCommand

from headwater.cli.erasures import known


class Command(BaseCommand):
    help = "Print who was erased and when, without names: keep it away from this machine."

    def handle(self, *args: Any, **options: Any) -> None:
        for public_id, at in known().items():
            self.stdout.write(f"{public_id}\t{at.isoformat()}")
