"""Who has been erased, so that an older backup does not bring them back.

The list names nobody: it holds random ids and moments. `headwater erasures` prints it, to be kept
away from this machine; a restore replays it, and the one of the database it replaces.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from headwater.kit.errors import Refused
from headwater.people.models import Person

Erasures = dict[str, datetime]


def known() -> Erasures:
    if Person._meta.db_table not in connection.introspection.table_names():
        return {}
    erased = Person.objects.exclude(erased_at=None).values_list("public_id", "erased_at")
    return {public_id: at for public_id, at in erased if at}


def read(file: Path) -> Erasures:
    """Lines of an id and a moment, as `headwater erasures` prints them."""
    erasures: Erasures = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        public_id, _, moment = line.partition("\t")
        at = parse_datetime(moment)
        if at is None:
            raise Refused(f"Line {number} of {file} is not an id, a tab and a moment.")
        erasures[public_id] = at
    return erasures


def replay(erasures: Erasures, at: datetime) -> int:
    """Erase again whoever a restore has brought back. Gives how many those were."""
    returned = Person.objects.filter(public_id__in=erasures, erased_at=None)
    for person in returned:
        with transaction.atomic():
            for erase in erasers():
                erase(person, at)
    return len(returned)


def erasers() -> list[Callable[[Person, datetime], None]]:
    """Every room's `erase`, the highest first: nothing above may still speak of the person."""
    names = [f"headwater.{room}.personal" for room in reversed(settings.ROOMS)]
    return [
        cast(Callable[[Person, datetime], None], import_module(name).erase)
        for name in names
        if find_spec(name)
    ]
