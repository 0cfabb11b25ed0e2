"""What can be said about an event before and after it, from this organisation's own events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Avg, Count, Exists, OuterRef, Q

from headwater.events.models import Attendance, Event, Place
from headwater.stats.proportions import share_of_counts

ENOUGH_PLACES = 30


@dataclass(frozen=True)
class Turnout:
    """How many of those with a place will probably come: people, modelled from `seen` places."""

    likely: int
    low: int
    high: int
    seen: int
    share: float


def count_states(event: Event) -> dict[str, int]:
    rows = event.place_rows.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(Place.State.values, 0) | dict(rows)


def turnout(event: Event, at: datetime) -> Turnout | None:
    """What share of kept places came at past events of the same kind, on this event's places.

    None, "not enough data yet", below thirty places seen. The range holds both what is not known
    about the share and the luck of one day: simulated from a beta and a binomial.
    """
    past = Event.objects.past(at).filter(kind=event.kind, attendances__isnull=False).distinct()
    kept = Place.objects.held().filter(event__in=past)
    came = Attendance.objects.filter(event=OuterRef("event"), person=OuterRef("person"))
    counts = kept.aggregate(seen=Count("pk"), here=Count("pk", filter=Q(Exists(came))))
    seen, here = counts["seen"], counts["here"]
    held = event.held_count if hasattr(event, "held_count") else event.held
    if seen < ENOUGH_PLACES or not held:
        return None
    rng = np.random.default_rng(event.pk)
    draws = rng.binomial(held, rng.beta(here + 1, seen - here + 1, size=4000))
    low, likely, high = (round(float(n)) for n in np.quantile(draws, [0.025, 0.5, 0.975]))
    share = share_of_counts(here, seen).value
    return Turnout(likely=likely, low=low, high=high, seen=seen, share=share)


def asked_and_has_no_place(event: Event, at: datetime) -> tuple[int, int]:
    """Of those who asked for what it answers: how many have no place, and how many asked."""
    if not event.need:
        return 0, 0
    asked = event.need.asked_by(at)
    has_one = Place.objects.standing().filter(event=event, person=OuterRef("pk"))
    counts = asked.aggregate(all=Count("pk"), without=Count("pk", filter=~Q(Exists(has_one))))
    return counts["without"], counts["all"]


def pulse(event: Event) -> dict[str, Any]:
    """How useful people said it was: self-reported, with how many answered of those who came."""
    said = event.pulses.aggregate(mean=Avg("useful"), answered=Count("useful"))
    words = event.pulses.exclude(will_do="").select_related("person").order_by("-at")[:5]
    return {
        **said,
        "came": event.came_count if hasattr(event, "came_count") else event.attendances.count(),
        "words": words,
    }
