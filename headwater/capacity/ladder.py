"""How far somebody takes part, read from the ledger: observing to leading."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.ledger.models import Entry
from headwater.people.models import Person

WITHIN = timedelta(days=182)


@dataclass(frozen=True)
class Rung:
    """One rung, and the deeds that show somebody stands on it. Verbs of rooms above by name."""

    slug: str
    name: str | Promise
    means: str | Promise
    verbs: tuple[str, ...] = ()


RUNGS = (
    Rung("observing", _("Observing"), _("on the list, and free to look on")),
    Rung(
        "following",
        _("Following"),
        _("reads, comes, answers"),
        (
            "capacity.checked_in",
            "events.attended",
            "events.registered",
            "library.code_opened",
            "library.resource_downloaded",
            "library.tip_done",
            "library.tip_read",
            "listening.survey_answered",
            "listening.talked",
            "newsletters.subscribed",
        ),
    ),
    Rung("endorsing", _("Endorsing"), _("passes something of ours on"), ("sharing.shared",)),
    Rung(
        "contributing",
        _("Contributing"),
        _("makes it their own, and joins in"),
        ("sharing.adapted", "discussions.took_part", "library.commented"),
    ),
    Rung("leading", _("Leading"), _("helps others do it"), ("discussions.helped",)),
)


def standing(person: Person, at: datetime) -> int:
    """On which rung, 1 to 5, somebody stands by what they did in the last six months."""
    done = set(
        _recent(at).filter(person=person).order_by().values_list("verb", flat=True).distinct()
    )
    return max(i for i, rung in enumerate(RUNGS, start=1) if i == 1 or done & set(rung.verbs))


def counts(people: QuerySet[Person], at: datetime) -> list[int]:
    """How many of these people stand on each rung, in two counts in the database."""
    verbs = [tuple(v for rung in RUNGS[i:] for v in rung.verbs) for i in range(1, len(RUNGS))]
    reached = (
        _recent(at)
        .filter(person__in=people)
        .aggregate(
            **{
                f"from_{i}": Count("person", filter=Q(verb__in=names), distinct=True)
                for i, names in enumerate(verbs)
            }
        )
    )
    at_least = [people.count(), *(reached[f"from_{i}"] for i in range(len(verbs))), 0]
    return [here - above for here, above in pairwise(at_least)]


def _recent(at: datetime) -> QuerySet[Entry]:
    return Entry.objects.standing().between(at - WITHIN, at + timedelta(microseconds=1))
