"""The `headwater` command: `manage.py` by another name, with exit codes and names of its own.

Exit 0 done, 1 refused, 2 misused. `import_partners` in a room's `management/commands` is
`headwater import-partners` here.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from headwater.cli.bootstrap import check_writable
from headwater.cli.bytecode import keep_bytecode
from headwater.cli.prepared import is_prepared
from headwater.cli.serving import add_options, serve
from headwater.kit.errors import Refused

MIGRATES_ITSELF = {"serve", "worker", "init", "doctor", "restore"}
LISTED_FROM_DJANGO = {"migrate": "Bring the database up to date with this Headwater."}


def main(argv: Sequence[str] | None = None) -> NoReturn:
    name, *rest = list(sys.argv[1:] if argv is None else argv) or ["help"]
    try:
        sys.exit(run(name, rest))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def run(name: str, arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
    keep_bytecode()
    data = Path(os.environ.get("HEADWATER_DATA") or "data").absolute()
    check_writable(data)
    if name == "serve" and "--prepare" in arguments and is_prepared(data):
        return serve_at_once(arguments, data)
    # Here, so that a folder that cannot be written to is said first; Django needs it at once.
    import django
    from django.core.management.base import CommandError

    django.setup()

    if name in {"help", "--help", "-h"}:
        return show_help(arguments)
    try:
        call(name, arguments)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except CommandError as misuse:
        print(misuse, file=sys.stderr)
        return 2
    return 0


def serve_at_once(arguments: list[str], data: Path) -> int:
    parser = ArgumentParser("headwater serve")
    add_options(parser)
    try:
        serve(parser.parse_args(arguments), data)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def call(name: str, arguments: list[str]) -> None:
    # Here and below, because these may be imported only once Django is set up.
    from django.core.management import get_commands, load_command_class
    from django.core.management.base import BaseCommand, CommandError

    command_name = name.replace("-", "_")
    found = get_commands()
    if command_name not in found:
        raise CommandError(f"There is no command {name}. `headwater help` lists them.")
    room = found[command_name]
    command = room if isinstance(room, BaseCommand) else load_command_class(room, command_name)
    if str(room).startswith("headwater.") and command_name not in MIGRATES_ITSELF:
        # Here, because it reaches for models.
        from headwater.cli.preparing import migrate_if_empty

        migrate_if_empty()
    setattr(command, "_called_from_command_line", True)  # a misuse exits with 2  # noqa: B010
    parser = command.create_parser("headwater", name)
    options = vars(parser.parse_args(arguments))
    if str(room).startswith("headwater.") or name in LISTED_FROM_DJANGO:
        options["skip_checks"] = True  # `./test` runs them; here they cost a second a command
    command.execute(*options.pop("args", ()), **options)


def show_help(arguments: list[str]) -> int:
    """One tab-separated line for each of our commands, or the help of the one that is named."""
    # Here, because it may be imported only once Django is set up.
    from django.core.management import get_commands, load_command_class

    if arguments:
        call(arguments[0], ["--help"])
    for name, room in sorted(get_commands().items()):
        if name in LISTED_FROM_DJANGO:
            print(f"{name}\t{LISTED_FROM_DJANGO[name]}")
        elif isinstance(room, str) and room.startswith("headwater."):
            print(f"{name.replace('_', '-')}\t{load_command_class(room, name).help}")
    return 0


if __name__ == "__main__":
    main()
