import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from headwater.mail import bounces


class Command(BaseCommand):
    help = "Read one returned message on stdin: marks the letter and stops the address where due."

    def handle(self, *args: Any, **options: Any) -> None:
        for bounce in bounces.keep(sys.stdin.buffer.read(), now()):
            self.stdout.write(f"{bounce.address}\t{bounce.kind}\t{bounce.status}")
