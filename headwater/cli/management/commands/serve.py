import subprocess
import sys
from argparse import Namespace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from headwater.cli import preparing
from headwater.cli.bootstrap import check_port
from headwater.cli.serving import add_options, serve
from headwater.kit.errors import Refused
from headwater.people.models import House


class Command(BaseCommand):
    help = "Serve the site, and with --with-worker the background work too, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        check_port(options["host"], options["port"])
        if options["prepare"]:
            preparing.prepare()
            if not options["empty"] and not House.is_open():
                make_demo()
            preparing.remember()
        elif preparing.is_behind():
            raise Refused("The database is behind this Headwater. Run `headwater init` first.")
        connections.close_all()
        serve(Namespace(**options), settings.DATA_DIR)


def make_demo() -> None:
    print("Making the demo organisation (once; a few minutes at most).", flush=True)
    made = subprocess.run([sys.executable, "-m", "headwater.cli.main", "demo"])
    if made.returncode:
        raise Refused("The demo organisation could not be made; why stands above.")
