"""How a sending goes: its sums, its pace, and what has happened, all from its rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from headwater.mail.models import Check, Delivery, Mailing, State


@dataclass(frozen=True)
class Step:
    at: datetime
    title: str
    words: str = ""


@dataclass(frozen=True)
class Progress:
    audience: int
    asked_for: int
    went: int
    stands: int
    left_out: int
    refused: int
    came_back: int
    unknown: int
    waiting: int
    a_minute: int
    seconds_left: int | None
    state: str

    @property
    def done(self) -> int:
        return self.audience - self.waiting

    @property
    def is_moving(self) -> bool:
        return self.state in {"scheduled", "going"}


def progress(mailing: Mailing, at: datetime) -> Progress:
    counts = mailing.counts()
    asked_for, left_out = sum(counts.values()), counts.get(State.EXCLUDED, 0)
    waiting = counts.get(State.WAITING, 0) + counts.get(State.CLAIMED, 0)
    pace = mailing.deliveries.filter(sent_at__gt=at - timedelta(minutes=1), sent_at__lte=at).count()
    return Progress(
        audience=asked_for - left_out, asked_for=asked_for, went=counts.get(State.SENT, 0),
        stands=counts.get(State.STANDS, 0), left_out=left_out,
        refused=counts.get(State.FAILED, 0), came_back=counts.get(State.CAME_BACK, 0),
        unknown=counts.get(State.UNKNOWN, 0), waiting=waiting, a_minute=pace,
        seconds_left=round(60 * waiting / pace) if pace and waiting else None,
        state=_state(mailing, waiting, at),
    )  # fmt: skip


def _state(mailing: Mailing, waiting: int, at: datetime) -> str:
    if hasattr(mailing, "taking_back"):
        return "taken_back"
    if not waiting:
        return "done"
    if mailing.standing_pause:
        return "paused"
    return "scheduled" if mailing.send_at > at else "going"


def steps(mailing: Mailing, at: datetime) -> list[Step]:
    """What has happened, newest first."""
    found = [Step(mailing.asked_at, _("Asked for"), str(mailing.asked_by or ""))]
    went = Q(state__in=[State.SENT, State.CAME_BACK])
    ends = mailing.deliveries.aggregate(
        first=Min("sent_at", filter=went),
        last=Max("sent_at", filter=went),
        left=Count("pk", filter=Q(state__in=[State.WAITING, State.CLAIMED])),
    )
    if ends["first"]:
        found.append(Step(ends["first"], _("The first letter went")))
    for pause in mailing.pauses.all():
        who = str(pause.paused_by) if pause.paused_by else _("by itself")
        found.append(Step(pause.at, _("Paused"), pause.reason or who))
        if pause.ended_at:
            found.append(Step(pause.ended_at, _("Went on"), str(pause.ended_by or "")))
    if hasattr(mailing, "taking_back"):
        back = mailing.taking_back
        found.append(Step(back.at, _("Taken back"), str(back.actor or "")))
    trouble = Check.objects.filter(
        what="connection", is_good=False, at__gte=mailing.send_at
    ).first()
    if trouble and trouble.at <= at:
        found.append(Step(trouble.at, _("The mail server had trouble"), trouble.finding))
    if ends["last"] and not ends["left"]:
        found.append(Step(ends["last"], _("The last letter went")))
    return sorted(found, key=lambda step: step.at, reverse=True)


def reasons(mailing: Mailing) -> list[tuple[str, int]]:
    """Why people were left out, in words, most first."""
    counts: dict[str, int] = {}
    left_out = mailing.deliveries.filter(state=State.EXCLUDED).values_list("reason", flat=True)
    for reason in left_out:
        words = Delivery(reason=reason).why
        counts[words] = counts.get(words, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
