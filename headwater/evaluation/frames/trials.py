"""Draws of our own as trials: partners who were offered a way first, summed by what they did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from headwater.evaluation.models import Found, Sums, Trial
from headwater.events.models import lot
from headwater.partners.models import Belonging
from headwater.people.models import House
from headwater.sharing.models import Offer, Share, VisitDay, WaysDraw

STILL_COMING = timedelta(days=14)  # people follow a link for a while after a message is over
LABEL = 200


def refresh_own(at: datetime, *, draw: int | None = None) -> None:
    """Bring the trials of our own draws up to date with what partners did since.

    Everybody who opened the message counts with the way they were offered first, whichever they
    took: choosing another is theirs, and lots decided about the offer only.
    """
    over = Trial.objects.filter(source=Trial.Source.DRAW, is_running=False).values_list("key")
    draws = WaysDraw.objects.filter(offers__isnull=False).distinct().order_by("pk")
    if draw:
        draws = draws.filter(pk=draw)
    finished = {key for (key,) in over}
    for one in draws.select_related("message", "campaign").prefetch_related("ways"):
        if _key(one, "shares") not in finished:
            _refresh(one, at)


def draw_of(trial: Trial) -> int:
    """Which draw a trial of our own stands for."""
    return int(trial.key.split(":")[1])


def planned_end(draw: WaysDraw) -> datetime | None:
    """When it is read, once: two weeks after its message, or else its campaign, is over.

    Both were set before anybody knew what came of it. None where neither has an end.
    """
    if draw.message.expires_at:
        return draw.message.expires_at + STILL_COMING
    if draw.campaign:
        over = datetime.combine(draw.campaign.counted_until, time.max, House.current().zone)
        return over + STILL_COMING
    return None


def end_of(trial: Trial) -> datetime | None:
    """The planned end of a trial of our own; None where it has none or is not ours."""
    if trial.source != Trial.Source.DRAW:
        return None
    rows = WaysDraw.objects.select_related("message", "campaign").filter(pk=draw_of(trial))
    draw = rows.first()
    return planned_end(draw) if draw else None


def _key(draw: WaysDraw, outcome: str) -> str:
    return f"draw:{draw.pk}:{outcome}"


def _refresh(draw: WaysDraw, at: datetime) -> None:
    title = draw.message.title
    outcomes = {
        "shares": (_("%(title)s: who shared it") % {"title": title}, _("shared it")),
        "visits": (_("%(title)s: who came by it") % {"title": title}, _("people who came")),
    }
    sums = _sums(draw)
    ways = list(draw.ways.all())
    if {cell.arm for cell in sums["shares"]} != {way.position for way in ways}:
        return  # somebody has to be offered each way before there is anything to compare
    ends = planned_end(draw)
    is_running = ends is None or at < ends
    for outcome, (spoken, success) in outcomes.items():
        found = Found(
            _key(draw, outcome), title, spoken, [_label(way.letter, way.body) for way in ways],
            sums[outcome], [way.share for way in ways],
        )  # fmt: skip
        Trial.keep(
            [found], at=at, source=Trial.Source.DRAW, varied=Trial.Varied.MESSAGE,
            success=success, campaign=draw.campaign,
        )  # fmt: skip
    keys = [_key(draw, outcome) for outcome in outcomes]
    Trial.objects.filter(key__in=keys).exclude(is_running=is_running).update(
        is_running=is_running, changed_at=at
    )


def _label(letter: str, body: str) -> str:
    return f"{letter}: {' '.join(body.split())}"[:LABEL]


def _sums(draw: WaysDraw) -> dict[str, list[Sums]]:
    """One stream over those who were offered a way; nobody's row is held."""
    sums: dict[str, dict[tuple[int, str, int], list[float]]] = {"shares": {}, "visits": {}}
    for way, public_id, kind, visits, shared in _offered(draw):
        half = int(lot(f"{draw.number}:half", public_id)[:2], 16) % 2
        for outcome, value in (("shares", float(shared)), ("visits", float(visits or 0))):
            entry = sums[outcome].setdefault((way, kind or "", half), [0, 0.0, 0.0])
            entry[0] += 1
            entry[1] += value
            entry[2] += value * value
    return {outcome: list(_as_sums(found.items())) for outcome, found in sums.items()}


def _as_sums(found: Iterable[tuple[tuple[int, str, int], list[float]]]) -> Iterator[Sums]:
    for (way, kind, half), (count, total, squares) in sorted(found):
        yield Sums(way, int(count), total, squares, kind, None, half)


def _offered(draw: WaysDraw) -> Iterator[Any]:
    days = VisitDay.objects.filter(link__message=draw.message_id, link__person=OuterRef("person"))
    people = days.order_by().values("link__person").annotate(n=Sum("people")).values("n")
    shares = Share.objects.filter(message=draw.message_id, person=OuterRef("person"))
    kinds = Belonging.objects.filter(person=OuterRef("person")).order_by("kind__name")
    offers = Offer.objects.filter(draw=draw).filter(Q(person__is_partner=True))
    rows = offers.annotate(
        kind=Subquery(kinds.values("kind__name")[:1]),
        visits=Subquery(people),
        shared=Exists(shares),
    )
    columns = ("way__position", "person__public_id", "kind", "visits", "shared")
    return rows.order_by("pk").values_list(*columns).iterator(chunk_size=2000)
