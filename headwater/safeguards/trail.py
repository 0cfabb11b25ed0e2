"""The audit trail: what staff changed, who, when and which fields; never the values."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from headwater.ledger.models import Entry
from headwater.ledger.verbs import declared


@dataclass(frozen=True)
class Wanted:
    actor: str = ""
    verb: str = ""
    kind: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def entries(wanted: Wanted) -> QuerySet[Entry]:
    rows = Entry.objects.by_staff().select_related("actor", "person").order_by("-at", "-pk")
    chosen = {
        "actor": wanted.actor if wanted.actor.isdigit() else "",
        "verb": wanted.verb,
        "subject_kind": wanted.kind,
        "subject_id": wanted.subject if wanted.subject.isdigit() else "",
        "at__date__gte": wanted.since,
        "at__date__lte": wanted.until,
    }
    return rows.filter(**{name: value for name, value in chosen.items() if value})


def verbs() -> list[tuple[str, str]]:
    """Every kind of change that staff can make, for a filter."""
    staff = [verb for name, verb in declared.items() if name.startswith("staff.")]
    return sorted(((verb.name, str(verb.label)) for verb in staff), key=lambda one: one[1])
