"""What needs staff today, worst first, with minutes; and the loop above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from headwater.evaluation.models import Result
from headwater.events.models import Event, Place, Unmatched
from headwater.library.models import Comment, Tip
from headwater.listening.models import Survey, Wish
from headwater.mail.models import Delivery
from headwater.newsletters.models import Issue
from headwater.partners.models import Twin
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.programme.models import Activity, Campaign
from headwater.recognition.models import Story, unthanked
from headwater.safeguards.models import Hold, Incident, Review
from headwater.studio import loop
from headwater.ui import charts
from headwater.ui.http import page

# Key, icon, minutes, page, what its button says, whether it is now, title for a number, why.
Row = tuple[str, str, int, str, str, bool, Callable[[int], str], str]


@dataclass(frozen=True)
class Attention:
    """One thing that needs somebody: what, why, how long it takes, and where."""

    icon: str
    title: str
    why: str
    minutes: int
    label: str
    url: str
    is_now: bool = False


@require_safe
def today(request: PersonRequest) -> HttpResponse:
    at, day = now(), localdate()
    waiting = loop.scalars(
        partners=Person.objects.partners(),
        reviews=Review.objects.waiting(),
        holds=Hold.objects.standing(),
        unknown=Delivery.objects.undecided(),
        unthanked=unthanked(at),
        waiting=Place.objects.waiting().filter(event__in=Event.objects.upcoming(at)),
        unmatched=Unmatched.objects.all(),
        twins=Twin.objects.waiting(),
        comments=Comment.objects.waiting(),
        incidents=Incident.objects.open(),
        verdicts=Campaign.objects.over(day).exclude(
            results__in=Result.objects.filter(question=Result.Question.SUCCESS)
        ),
        drafts=Issue.objects.drafts(),
        proposed=Activity.objects.filter(
            state=Activity.State.PROPOSED, starts_on__lte=day + timedelta(days=45)
        ),
        stories=Story.objects.agreed().filter(told_at=None),
        surveys=Survey.objects.all(),
        tips_ready=Tip.objects.exclude(pk__in=Tip.objects.published(at).values("pk")),
    )
    stages = loop.stages(at, waiting)
    narrow = next((stage for stage in stages if stage.narrows), None)
    needs = attention(waiting, at)
    context: dict[str, Any] = {
        "day": day,
        "stages": stages,
        "bars": [charts.bar(s.count, most=max(x.count for x in stages) or 1) for s in stages],
        "narrow": narrow,
        "is_dry": not any(stage.count for stage in stages),
        "drawn": charts.loop([s.count for s in stages], dry=not any(s.count for s in stages)),
        "needs": needs,
        "minutes": sum(need.minutes for need in needs),
        "partners": waiting["partners"],
        "tips_ready": waiting["tips_ready"],
        "since": day - loop.SEASON,
        "reviews": waiting["reviews"],
        "voices": voices(),
        "has_surveys": waiting["surveys"],
    }
    return page(request, "studio/today.html", context)


def voices(most: int = 3) -> list[Wish]:
    """The newest words that may be quoted, each once, however many needs they were said of."""
    newest = Wish.objects.quotable().select_related("person", "need").order_by("-at")[:30]
    once = {wish.quote: wish for wish in reversed(newest)}
    return sorted(once.values(), key=lambda wish: wish.at, reverse=True)[:most]


def attention(waiting: dict[str, int], at: datetime) -> list[Attention]:
    """Everything that waits for staff, worst first. Nothing here rests on opened mail."""
    rows: list[Row] = [
        (
            "holds", "octagon-pause", 2, "studio:safeguards:protect", _("Look at it"), True,
            lambda n: _("Everything is on hold"),
            _("Nothing is sent and nothing is shared until somebody lets it go on."),
        ),
        (
            "reviews", "shield-alert", 2, "studio:safeguards:protect", _("Decide"), True,
            lambda n: ngettext("%d draft waits for you", "%d drafts wait for you", n) % n,
            _("A check stopped it, and the partner asked whether it may go as it is."),
        ),
        (
            "unknown", "mail-question-mark", 3, "studio:mail:post_office", _("Decide"), True,
            lambda n: ngettext(
                "%d letter may or may not have gone", "%d letters may or may not have gone", n
            ) % n,
            _("The machine stopped in the middle. Send it again, or leave it."),
        ),
        (
            "incidents", "siren", 5, "studio:safeguards:incidents", _("Follow up"), False,
            lambda n: ngettext("%d incident is open", "%d incidents are open", n) % n,
            _("Each has something left to do."),
        ),
        (
            "unthanked", "award", 4, "studio:recognition:recognise", _("Thank them"), False,
            lambda n: ngettext(
                "%d partner shared or helped and hasn’t been thanked",
                "%d partners shared or helped and haven’t been thanked", n,
            ) % n,
            _("In the last sixty days. About twenty seconds each, longest waiting first."),
        ),
        (
            "waiting", "calendar-plus", 5, "studio:events:events", _("Look at dates"), False,
            lambda n: ngettext(
                "%d person waits for a place", "%d people wait for a place", n
            ) % n,
            _("More places or another date would help them."),
        ),
        (
            "verdicts", "scale", 4, "studio:evaluation:verdicts", _("Read"), False,
            lambda n: ngettext("%d verdict is ready", "%d verdicts are ready", n) % n,
            _("It also says what would have done better."),
        ),
        (
            "proposed", "map", 5, "studio:programme:plan", _("Decide"), False,
            lambda n: ngettext(
                "%d activity is not decided yet", "%d activities are not decided yet", n
            ) % n,
            _("They would begin within six weeks."),
        ),
        (
            "stories", "sparkles", 2, "studio:recognition:recognise", _("Tell them"), False,
            lambda n: ngettext("%d story has its yes", "%d stories have their yes", n) % n,
            _("The partner agreed, perhaps in other words."),
        ),
        (
            "comments", "message-square", 2, "studio:library:comments", _("Read"), False,
            lambda n: ngettext("%d comment waits", "%d comments wait", n) % n,
            _("Nothing is shown before somebody has looked."),
        ),
        (
            "unmatched", "user-search", 3, "studio:events:events", _("Link them"), False,
            lambda n: ngettext(
                "%d guest fits nobody we know", "%d guests fit nobody we know", n
            ) % n,
            _("From a meeting tool’s file. Nobody is guessed."),
        ),
        (
            "twins", "users-round", 3, "studio:partners:twins", _("Compare"), False,
            lambda n: ngettext("%d pair may be one partner", "%d pairs may be one partner", n) % n,
            _("You decide; merging can be taken back."),
        ),
        (
            "drafts", "mail", 5, "studio:newsletters:issues", _("Open"), False,
            lambda n: ngettext("%d newsletter is a draft", "%d newsletters are drafts", n) % n,
            _("Read it once more, then send it."),
        ),
    ]  # fmt: skip
    return [
        Attention(
            icon,
            say(waiting[key]),
            why,
            _minutes(key, waiting[key], minutes),
            label,
            reverse(url),
            is_now,
        )
        for key, icon, minutes, url, label, is_now, say, why in rows
        if waiting[key]
    ]


def _minutes(key: str, many: int, usual: int) -> int:
    """How long it takes: what is done one by one takes longer the more of it waits."""
    seconds = {"unthanked": 20, "reviews": 120, "comments": 30, "twins": 60, "unmatched": 60}
    return max(1, round(many * seconds[key] / 60)) if key in seconds else usual
